"""Child processes for work that may hang, crash or eat all memory: foreign files, the planner, big prints.

The parent starts ``kqdesk child NAME``, sends one request and reads frames: progress, parts, then one result or one
fault. The child puts limits on itself before it loads anything that parses. It never gets the key, a database path
in the environment, or the password: every ``KQDESK_`` variable is taken away.

Limits: memory and CPU seconds by ``setrlimit`` (Linux, macOS in part); Windows has neither, there only the wall clock
and the cancel button end a child.
"""

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from time import monotonic
from typing import IO, Any, Protocol

import msgspec

from kqdesk.kernel.progress import Progress, Quiet

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]  # the module does not exist there

_PROGRESS, _PART, _RESULT, _FAULT = b"P", b"D", b"R", b"F"
_STDERR_KEPT = 16_384  # characters of a child's stderr kept for the log
_FRAME_LIMIT = 256 * 1024 * 1024


class ChildError(Exception):
    """A child did not deliver. ``stderr`` is its last words, for the log only: they may quote the file."""

    def __init__(self, reason: str, stderr: str = "") -> None:
        super().__init__(reason)
        self.stderr = stderr


class ChildDied(ChildError):
    """It crashed or was ended by the system (abort inside a parser, CPU limit)."""


class ChildFailed(ChildDied):
    """Its code ended with a traceback: our bug, whatever the file. Those who read files let it pass upwards."""


class ChildTooSlow(ChildError):
    """It used up its seconds."""


class ChildOutOfMemory(ChildError):
    """It asked for more memory than it may have."""


class ChildFault(ChildError):
    """The child's own code gave up in an orderly way: ``kind`` and ``detail`` are what it said."""

    def __init__(self, kind: str, detail: str, stderr: str = "") -> None:
        super().__init__(f"{kind}: {detail}", stderr)
        self.kind = kind
        self.detail = detail


class GivenUp(Exception):
    """Raised inside a child to end with a typed fault instead of a traceback."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


class Outlet(Protocol):
    """What a child's function writes to."""

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Tell the parent how far it is."""

    def part(self, value: Any) -> None:
        """Send one part of the answer; the parent handles it while the child goes on."""


def run_child(
    name: str, request: Any, *, memory_mb: int, cpu_s: int, wall_s: float, progress: Progress = Quiet()
) -> Any:
    """Run the child ``name`` to its end and return its result. Raises a ``ChildError``, or ``Cancelled``."""
    parts = stream_child(name, request, memory_mb=memory_mb, cpu_s=cpu_s, wall_s=wall_s, progress=progress)
    while True:
        try:
            next(parts)
        except StopIteration as end:
            return end.value


def stream_child(
    name: str, request: Any, *, memory_mb: int, cpu_s: int, wall_s: float, progress: Progress = Quiet()
) -> Generator[Any, None, Any]:
    """Yield the child's parts as they come; the generator's return value is the result.

    Closing the generator, an exception in the caller or ``Cancelled`` from ``progress`` kills the child.
    ``wall_s`` counts only time spent waiting for the child, not the caller's own work on a part.
    """
    child = _start(name)
    last_words = _Tail(child.stderr)
    frames: queue.Queue[tuple[bytes, Any] | None] = queue.Queue(maxsize=8)
    gone = threading.Event()
    reader = threading.Thread(target=_read_frames, args=(child.stdout, frames, gone), daemon=True)
    reader.start()
    try:
        _send(child, msgspec.msgpack.encode([memory_mb, cpu_s, request]))
        return (yield from _follow(child, frames, last_words, wall_s, progress))
    finally:
        gone.set()
        child.kill()
        child.wait()
        reader.join()
        last_words.join()
        for pipe in (child.stdout, child.stderr):
            if pipe:
                pipe.close()


def _follow(
    child: "subprocess.Popen[bytes]",
    frames: "queue.Queue[tuple[bytes, Any] | None]",
    last_words: "_Tail",
    wall_s: float,
    progress: Progress,
) -> Generator[Any, None, Any]:
    told: tuple[int, int, str] = (0, 0, "")
    waited = 0.0
    while True:
        began = monotonic()
        try:
            frame = frames.get(timeout=0.2)
        except queue.Empty:
            waited += monotonic() - began
            if waited > wall_s:
                raise ChildTooSlow(f"no answer within {wall_s} s") from None
            progress.step(*told)  # where 取消 is noticed
            continue
        waited += monotonic() - began
        if frame is None:
            raise _why_it_died(child, last_words)
        kind, value = frame
        if kind == _PART:
            yield value
        elif kind == _PROGRESS:
            told = (int(value[0]), int(value[1]), str(value[2]))
            progress.step(*told)
        elif kind == _RESULT:
            return value
        else:
            raise _fault(value, last_words)


def _fault(value: Any, last_words: "_Tail") -> ChildError:
    kind, detail = str(value[0]), str(value[1])
    if kind == "memory":
        return ChildOutOfMemory(detail, last_words.text())
    return ChildFault(kind, detail, last_words.text())


def _why_it_died(child: "subprocess.Popen[bytes]", last_words: "_Tail") -> ChildError:
    code = child.wait()
    last_words.join()
    said = last_words.text()
    if "memory allocation" in said or "MemoryError" in said:
        return ChildOutOfMemory(f"ended with {code}", said)
    if resource is not None and code in (-24, -9):  # SIGXCPU, or SIGKILL from the hard CPU limit
        return ChildTooSlow(f"ended with {code}", said)
    if code == 1 and "Traceback (most recent call last)" in said:
        return ChildFailed(f"ended with {code}", said)
    return ChildDied(f"ended with {code}", said)


def own_program() -> list[str]:
    """What starts this program once more. Frozen on Windows: its twin with a console, for the window's has no pipes."""
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", "kqdesk"]
    twin = Path(sys.executable).with_name("kqdesk-console.exe")
    return [str(twin) if twin.exists() else sys.executable]


def _start(name: str) -> "subprocess.Popen[bytes]":
    command = [*own_program(), "child", name]
    clean = {key: value for key, value in os.environ.items() if not key.upper().startswith("KQDESK_")}
    house = str(Path(__file__).resolve().parents[2])
    clean["PYTHONPATH"] = os.pathsep.join(filter(None, [house, clean.get("PYTHONPATH", "")]))
    clean["PYTHONUTF8"] = "1"
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=clean,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _send(child: "subprocess.Popen[bytes]", body: bytes) -> None:
    with contextlib.suppress(BrokenPipeError, OSError):  # it died before it listened: the exit code tells why
        assert child.stdin is not None
        child.stdin.write(len(body).to_bytes(8, "big") + body)
        child.stdin.close()


def _read_frames(
    pipe: IO[bytes] | None, frames: "queue.Queue[tuple[bytes, Any] | None]", gone: threading.Event
) -> None:
    """Runs in a thread: pipes cannot be waited for with a timeout on Windows."""
    assert pipe is not None
    frame: tuple[bytes, Any] | None = None
    while not gone.is_set():
        try:
            frame = _read_frame(pipe)
        except (OSError, ValueError, msgspec.DecodeError):
            frame = None
        while not gone.is_set():
            try:
                frames.put(frame, timeout=0.2)
                break
            except queue.Full:
                continue
        if frame is None:
            return


def _read_frame(pipe: IO[bytes]) -> tuple[bytes, Any] | None:
    head = pipe.read(9)
    if len(head) < 9:
        return None
    length = int.from_bytes(head[1:], "big")
    if length > _FRAME_LIMIT:
        return None
    body = pipe.read(length)
    return (head[:1], msgspec.msgpack.decode(body)) if len(body) == length else None


class _Tail(threading.Thread):
    """Keeps the end of a child's stderr, and keeps the pipe from filling."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._kept = b""
        self.start()

    def run(self) -> None:
        """Read until the child closes its end."""
        assert self._pipe is not None
        with contextlib.suppress(OSError, ValueError):
            while chunk := self._pipe.read(4096):
                self._kept = (self._kept + chunk)[-_STDERR_KEPT:]

    def text(self) -> str:
        """What was said last."""
        return self._kept.decode("utf-8", "replace")


# --- the child's side --------------------------------------------------------------------------------------


class _Pipe:
    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def progress(self, done: int, total: int, note: str = "") -> None:
        self.send(_PROGRESS, [done, total, note])

    def part(self, value: Any) -> None:
        self.send(_PART, value)

    def send(self, kind: bytes, value: Any) -> None:
        body = msgspec.msgpack.encode(value)
        self._out.write(kind + len(body).to_bytes(8, "big") + body)
        self._out.flush()


def serve(load: Callable[[], Callable[[Any, Outlet], Any]]) -> int:
    """Run one request from stdin; ``load`` imports the function only after the limits are set. Returns the exit code."""
    source, out = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a stray print must not break the frames
    length = int.from_bytes(source.read(8), "big")
    memory_mb, cpu_s, request = msgspec.msgpack.decode(source.read(length))
    _limit(memory_mb, cpu_s)
    pipe = _Pipe(out)
    try:
        pipe.send(_RESULT, load()(request, pipe))
    except GivenUp as given_up:
        pipe.send(_FAULT, [given_up.kind, given_up.detail])
    except MemoryError:
        pipe.send(_FAULT, ["memory", f"over {memory_mb} MB"])
    except BrokenPipeError:
        return 1  # the parent has gone; nobody is left to tell
    return 0


def _limit(memory_mb: int, cpu_s: int) -> None:
    if resource is None:
        return
    wanted = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, memory_mb * 1024 * 1024),
        (resource.RLIMIT_CPU, cpu_s),
    ]
    for kind, amount in wanted:
        with contextlib.suppress(ValueError, OSError):  # a lower limit set from outside stays
            resource.setrlimit(kind, (amount, amount))
