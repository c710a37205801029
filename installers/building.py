"""From the lock to one folder that runs without Python: the build's own environment, PyInstaller, and what is taken out again.

    dist/tree/linux-x86_64/     kqdesk + _internal/: what the portable folder, the update file and the .deb are made of

The environment is build/venv (from requirements-package.txt, hash-locked); PyInstaller's own folders are below build/.
"""

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from installers import libraries
from installers.environment import Environment, Run, Say, Stop, last_lines

PACKAGE_LOCK = "requirements-package.txt"
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


@dataclass(frozen=True)
class BuildEnvironment(Environment):
    """Like the program's own .venv, but with the packaging tools and without the test tools."""

    @property
    def folder(self) -> Path:
        """In build/, which git does not see."""
        return self.root / "build" / "venv"


def platform_word() -> str:
    """``linux-x86_64``, ``win32-x86_64``: part of every file's name, and what an update file says it is for."""
    machine = platform.machine().lower()
    return f"{sys.platform}-{MACHINES.get(machine, machine)}"


def tree_of(top: Path) -> Path:
    """Where the built folder lies."""
    return top / "dist" / "tree" / platform_word()


def check_python() -> None:
    """PyInstaller carries Python's shared library along; a Python without one cannot be packed. Raises Stop."""
    if sys.platform.startswith("linux") and not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        raise Stop(
            "这个 Python 没有共享库(libpython3.so),打不了包:请用系统自带的,例如 /usr/bin/python3 installers/package.py。"
            " / This Python was built without its shared library: run the packager with the system's own python3."
        )
    if sys.platform.startswith("linux") and shutil.which("objdump") is None:
        raise Stop("缺少 objdump:apt-get install binutils / objdump is missing: install binutils.")


def build(
    top: Path, place: Environment, *, run: Run, say: Say, surroundings: dict[str, str] | None = None
) -> Path:
    """Builds the folder anew and returns it; Stop with PyInstaller's last lines when it fails."""
    say("正在生成程序文件夹,要两三分钟…… / Building the program folder, two or three minutes ...")
    out = top / "build" / "frozen"
    shutil.rmtree(out, ignore_errors=True)
    command = [
        *(str(place.python), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
        *("--distpath", str(out), "--workpath", str(top / "build" / "pyinstaller")),
        str(top / "installers" / "kqdesk.spec"),
    ]
    os.environ.update(surroundings or {})
    done = run(command)
    if done.returncode != 0:
        raise Stop(
            f"{last_lines(done.stdout)}\n程序文件夹没有生成(原因见上面几行)。 / The build failed (reason above)."
        )
    tree = tree_of(top)
    shutil.rmtree(tree, ignore_errors=True)
    tree.parent.mkdir(parents=True, exist_ok=True)
    (out / "kqdesk").rename(tree)
    if sys.platform.startswith("linux"):
        slim(tree, small_ones=True)
        strip(libraries.binaries(tree), run)
    return tree


def slim(tree: Path, *, small_ones: bool) -> list[libraries.Binary]:
    """Takes out what the machine brings and what nothing needs; returns the binaries that stay."""
    inside = tree / "_internal"
    found = libraries.binaries(tree)
    gone = libraries.to_take_out(found, inside, small_ones=small_ones)
    for path in [*gone, *libraries.idle_parts_of_qt([b for b in found if b.path not in gone])]:
        path.unlink()
    for path in inside.iterdir():
        if path.is_symlink() and not path.exists():
            path.unlink()
    return libraries.binaries(tree)


def strip(found: Sequence[libraries.Binary], run: Run) -> None:
    """Debugging words out of the libraries that came with them: 40 MB; nothing else is touched."""
    for binary in found:
        told = subprocess.run(
            ["objdump", "-h", str(binary.path)], capture_output=True, text=True, check=False
        ).stdout
        if ".debug_info" in told:
            run(["strip", "--strip-debug", str(binary.path)])


def try_out(tree: Path, words: Sequence[str]) -> list[str]:
    """The commands that the built program cannot explain: each loads its module, so one that was not packed shows here."""
    program = tree / ("kqdesk-console.exe" if sys.platform == "win32" else "kqdesk")
    broken = []
    for word in words:
        done = subprocess.run([str(program), word, "--help"], capture_output=True, check=False)
        if done.returncode != 0:
            broken.append(word)
    return broken


def forbidden(tree: Path) -> list[str]:
    """Libraries in the folder that may never be there."""
    return sorted(path.name for path in tree.rglob("lib*.so*") if libraries.NEVER.match(path.name))
