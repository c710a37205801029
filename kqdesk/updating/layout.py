"""How an installed program lies on the disk, so that a newer one can stand beside it.

    kqdesk (launcher)   reads ``current`` and starts that version
    current             two lines: the version to start, and the one before it
    versions/1.2.0/     a whole program, with the manifest it came with
    versions/.new-…     one being unpacked; swept away at the next look

The pointer is replaced in one step of the file system, so the launcher finds the old version or the new one, never none.
"""

import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kqdesk.kernel.disk import atomic_write, disk_fault
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.updating.rules import FOLDER, PACKAGE, is_version

ROOT_VARIABLE = "KQDESK_PROGRAM"
"""Set by the launcher: the folder that holds ``current`` and ``versions``."""
MANIFEST = "kqdesk.release"
PACKAGED = "installed-by-package"
"""A file of that name beside the program says that a system package put it there."""
TRIES = 10
HELD = (
    "“{name}”正被别的程序占着，多半是杀毒软件在检查新文件。这次没有升级，旧版本照常能用。"
    "请过几分钟再试；还是不行，就在杀毒软件里把 kqdesk 的文件夹加进信任名单。"
)
BROKEN = "程序文件夹里找不到当前版本（{path}）。请用安装包重新装一次程序，学校的数据不会动。"


@dataclass(frozen=True)
class Pointer:
    """What ``current`` says. ``before``: the version one step back, "" when there is none."""

    now: str
    before: str = ""


@dataclass(frozen=True)
class Installed:
    """A program folder with versions beside each other."""

    root: Path

    @property
    def pointer_file(self) -> Path:
        """The file the launcher reads."""
        return self.root / "current"

    @property
    def versions(self) -> Path:
        """Where they lie."""
        return self.root / "versions"

    def folder(self, version: str) -> Path:
        """Of one version."""
        return self.versions / version

    def draft(self, version: str) -> Path:
        """Where one is unpacked."""
        return self.versions / f".new-{version}"

    def pointer(self) -> Pointer:
        """Which version starts; UserError when the folder is broken."""
        try:
            lines = self.pointer_file.read_text("utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as wrong:
            raise UserError(BROKEN.format(path=self.pointer_file)) from wrong
        now, before = lines[0].strip(), lines[1].strip() if len(lines) > 1 else ""
        if not is_version(now):
            raise UserError(BROKEN.format(path=self.pointer_file))
        return Pointer(now, before if is_version(before) and self.folder(before).is_dir() else "")

    def point(self, pointer: Pointer) -> None:
        """Switch: from now on the launcher starts ``pointer.now``."""
        try:
            atomic_write(self.pointer_file, f"{pointer.now}\n{pointer.before}\n".encode(), mode=0o644)
        except PermissionError as wrong:
            raise Unreachable(HELD.format(name=self.pointer_file.name)) from wrong
        except OSError as wrong:
            raise disk_fault(wrong, self.pointer_file) from wrong

    def sweep(self, running: str) -> None:
        """Take away what was broken off, and versions older than the one before; the one that runs stays."""
        pointer = self.pointer()
        for path in self.versions.iterdir():
            if path.is_dir() and path.name not in (running, pointer.now, pointer.before):
                shutil.rmtree(path, ignore_errors=True)


def installed(environ: Mapping[str, str], executable: str = sys.executable) -> Installed | None:
    """The program folder this program runs from; None from source or from a system package."""
    told = environ.get(ROOT_VARIABLE, "").strip()
    if told:
        root = Path(told)
    elif getattr(sys, "frozen", False) and Path(executable).parents[1].name == "versions":
        root = Path(executable).parents[2]
    else:
        return None
    return Installed(root) if (root / "current").is_file() else None


def layout_of(found: Installed | None, executable: str = sys.executable) -> str:
    """FOLDER, PACKAGE, or "" from source."""
    if found is not None:
        return FOLDER
    beside = (Path(executable).parent / PACKAGED, Path(executable).parent / "_internal" / PACKAGED)
    return PACKAGE if getattr(sys, "frozen", False) and any(path.exists() for path in beside) else ""


def this_platform() -> str:
    """``linux-x86_64``, ``win32-x86_64``, ``linux-aarch64`` …"""
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    return f"{sys.platform}-{machine}"


def moved(source: Path, target: Path, pause: Callable[[float], None] = time.sleep) -> None:
    """Rename, patiently: on Windows an antivirus holds fresh files for a moment. ``Unreachable`` when it does not let go."""
    for attempt in range(TRIES):
        try:
            os.replace(source, target)  # noqa: PTH105 -- one name for the tests to break
        except PermissionError as wrong:
            if attempt == TRIES - 1:
                raise Unreachable(HELD.format(name=target.name)) from wrong
            pause(min(0.05 * 2**attempt, 1.0))
        except OSError as wrong:
            raise disk_fault(wrong, target) from wrong
        else:
            return


def removed(folder: Path) -> None:
    """Away with a draft; a leftover is swept later."""
    with suppress(OSError):
        shutil.rmtree(folder)
