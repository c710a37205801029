"""One process per home: a lock of the operating system, which kill -9 and a power cut release by themselves.

Beside the lock lies a note of who holds it, so the second one can say which window to look for.
"""

import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock, Timeout

from kqdesk.kernel.disk import atomic_write, disk_fault
from kqdesk.kernel.errors import Unreachable


class HomeInUse(Unreachable):
    """Another process has this home open."""


class HomeLock:
    """Held from opening a home to closing it; also usable with ``with``. Dropping the object drops the lock: keep it."""

    def __init__(self, lock: Path, *, title: str, now: datetime) -> None:
        """``lock`` is the layout's lock path, ``title`` what the holder's window is called."""
        self._path = lock
        self._note = lock.with_name(lock.name + ".holder")
        self._title = title
        self._since = now.isoformat(timespec="minutes")
        # Not the thread's but the process's: opened by the store lane, closed by the window.
        self._lock = FileLock(lock, timeout=0, thread_local=False, fallback_to_soft=False)

    def take(self) -> None:
        """Take it at once or raise ``HomeInUse``, naming the holder."""
        try:
            self._lock.acquire()
        except Timeout:
            raise HomeInUse(self._who_has_it()) from None
        except OSError as error:
            raise disk_fault(error, self._path) from error
        note = json.dumps(
            {"pid": os.getpid(), "title": self._title, "since": self._since}, ensure_ascii=False
        )
        with suppress(OSError):  # the note is a courtesy; the lock is what counts
            atomic_write(self._note, note.encode("utf-8"))

    def release(self) -> None:
        """Give it back; repeating is harmless."""
        if self._lock.is_locked:
            with suppress(OSError):
                self._note.unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _who_has_it(self) -> str:
        holder = _read_note(self._note)
        where = ""
        if holder:
            where = f"（{holder.get('title', '')}，进程 {holder.get('pid', '?')}，{holder.get('since', '')} 打开）"
        return f"这个学校的数据正在另一个窗口中打开{where}。请到那个窗口里操作，或先把它关掉再试。"


def _read_note(note: Path) -> dict[str, Any]:
    try:
        found = json.loads(note.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
