"""The program's own Python environment: .venv, filled from the hash-locked requirements and stamped when finished.

The stamp holds what the environment was made from. While pip works there is a stamp that says "unfinished", so an
interrupted run is seen by the next one, which starts afresh; where the stamp still fits, nothing is done at all.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

RUN_LOCK = "requirements.txt"
TEST_LOCK = "requirements-test.txt"
"""Holds everything of RUN_LOCK at the same versions, and the test tools."""

FAILED_LINES = 30
"""How much of pip's output is shown when it fails: the reason stands in the last lines."""

Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]
Say = Callable[[str], None]


class Stop(Exception):
    """Set-up cannot go on; the text says what is missing and what to do."""


def run_quietly(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Runs a command and keeps what it prints, to be shown only when it fails."""
    return subprocess.run(
        list(command),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )


def last_lines(text: str) -> str:
    """The end of a long output."""
    return "\n".join(text.rstrip().splitlines()[-FAILED_LINES:])


@dataclass(frozen=True)
class Environment:
    """The .venv of one checkout."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / ".venv"

    @property
    def programs(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        return self.programs / ("python.exe" if os.name == "nt" else "python")

    @property
    def launcher(self) -> Path:
        return self.programs / ("kqdesk.cmd" if os.name == "nt" else "kqdesk")

    @property
    def stamp(self) -> Path:
        return self.folder / "kqdesk-setup.json"

    def lock(self, name: str) -> Path:
        return self.root / "installers" / name

    def origin(self) -> dict[str, str]:
        """What an environment made now would be made for: another Python or another folder needs another one."""
        return {"root": str(self.root), "python": f"{sys.version_info.major}.{sys.version_info.minor}"}

    def lock_sum(self, name: str) -> str:
        return hashlib.sha256(self.lock(name).read_bytes()).hexdigest()

    def read_stamp(self) -> dict[str, object]:
        """Empty when there is none or it cannot be read."""
        try:
            stamp = json.loads(self.stamp.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def write_stamp(self, locks: dict[str, str], *, finished: bool) -> None:
        """Written beside and moved into place, so that a stamp is whole or absent."""
        draft = self.stamp.with_suffix(".new")
        draft.write_text(json.dumps({**self.origin(), "locks": locks, "finished": finished}), "utf-8")
        draft.replace(self.stamp)

    def is_ready(self, lock: str) -> bool:
        """True when a finished set-up from exactly this lock, Python and folder stands."""
        stamp = self.read_stamp()
        locks = stamp.get("locks")
        return (
            stamp.get("finished") is True
            and all(stamp.get(key) == value for key, value in self.origin().items())
            and isinstance(locks, dict)
            and locks.get(lock) == self.lock_sum(lock)
            and self.python.exists()
            and self.launcher.exists()
        )


def prepare(place: Environment, lock: str, *, run: Run, say: Say) -> None:
    """Makes .venv fit the lock; does nothing when it already fits.

    Raises Stop, with the tool's last lines, when Python's venv or pip cannot do its part.
    """
    if place.is_ready(lock):
        return
    if not _is_sound(place, run):
        _make(place, run, say)
    say(
        "正在安装所需组件,第一次要几分钟…… / Installing the locked requirements, a few minutes the first time ..."
    )
    place.write_stamp({}, finished=False)
    done = run(
        [
            *(
                str(place.python),
                "-I",
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-input",
                "--disable-pip-version-check",
            ),
            *("--require-hashes", "--only-binary", ":all:", "-r", str(place.lock(lock))),
        ]
    )
    if done.returncode != 0:
        raise Stop(
            f"{last_lines(done.stdout)}\n组件没有装上(原因见上面几行):请检查网络和磁盘空间,然后再运行一次同样的命令。"
            " / The requirements could not be installed (reason above): check network and disk space, then run the same command again."
        )
    _lead_to_program(place, run)
    held = dict.fromkeys((RUN_LOCK, lock))  # every lock holds what the program needs at the same versions
    place.write_stamp({name: place.lock_sum(name) for name in held}, finished=True)


def _is_sound(place: Environment, run: Run) -> bool:
    """True for an environment pip can go on with: same Python, same folder, and not left half-made."""
    if not place.python.exists():
        return False
    stamp = place.read_stamp()
    if stamp and (
        stamp.get("finished") is not True or any(stamp.get(k) != v for k, v in place.origin().items())
    ):
        return False
    asked = run([str(place.python), "-I", "-c", "import pip, sys; print('%d.%d' % sys.version_info[:2])"])
    return asked.returncode == 0 and asked.stdout.strip() == place.origin()["python"]


def _make(place: Environment, run: Run, say: Say) -> None:
    if place.folder.exists():
        say(
            "上次没有装完,或换过位置、换过 Python:重新建立 .venv。 / .venv is half-made, was moved, or is of another Python: making it anew."
        )
        shutil.rmtree(place.folder)
    done = run([sys.executable, "-m", "venv", str(place.folder)])
    if done.returncode != 0:
        shutil.rmtree(place.folder, ignore_errors=True)
        raise Stop(
            f"{last_lines(done.stdout)}\n没能建立 .venv(原因见上面几行):请确认程序文件夹可以写入、磁盘有空间,然后再运行一次。"
            " / .venv could not be made (reason above): see that this folder is writable and the disk has room, then run again."
        )


def _lead_to_program(place: Environment, run: Run) -> None:
    """Lets the environment find kqdesk in this folder, by a .pth line and a launcher: no build tool is needed for that."""
    asked = run([str(place.python), "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    if asked.returncode != 0:
        raise Stop(
            f"{last_lines(asked.stdout)}\n.venv 不能用:请删除它再运行一次。 / .venv does not work: delete it and run again."
        )
    # Spelled in ASCII: Python 3.11 reads .pth files in the machine's encoding, and the folder may have a Chinese name.
    line = f"import sys; sys.path.append({str(place.root)!a})\n"
    Path(asked.stdout.strip(), "kqdesk.pth").write_text(line, "ascii")
    if os.name == "nt":
        place.launcher.write_text('@"%~dp0python.exe" -m kqdesk %*\r\n', "ascii")
        return
    # Not "#!…/python": the kernel cuts a long first line and splits it at spaces.
    place.launcher.write_text(
        '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m kqdesk "$@"\n', "ascii"
    )
    place.launcher.chmod(0o755)
