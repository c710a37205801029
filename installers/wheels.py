"""Does every library of the lock exist for Windows, for each Python we run on? Asks the package index, and keeps the answer.

    python -m installers.wheels                     asks, writes installers/windows/wheels.txt
    python -m installers.wheels download FOLDER     fetches the wheels of one Python, for the set-up's stand-in

wheels.txt has one line a wheel: file name, SHA-256, the Pythons it serves. Tests hold it against the lock without a network.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

TOP = Path(__file__).resolve().parents[1]
LOCK = TOP / "installers" / "requirements-package.txt"
KEPT = TOP / "installers" / "windows" / "wheels.txt"
PYTHONS = ("3.11", "3.12", "3.13")
BUILT_WITH = "3.12"
"""The Python that the Windows folder is to be built with."""


@dataclass(frozen=True)
class Wheel:
    """One file that Windows installs, and the Pythons it is for."""

    file: str
    sha256: str
    pythons: tuple[str, ...]

    @property
    def name(self) -> str:
        """The distribution's canonical name."""
        return str(parse_wheel_filename(self.file)[0])

    @property
    def version(self) -> str:
        """Its version."""
        return str(parse_wheel_filename(self.file)[1])

    @property
    def is_native(self) -> bool:
        """Whether it holds machine code for Windows."""
        return any(tag.platform == "win_amd64" for tag in parse_wheel_filename(self.file)[3])


def windows(python: str) -> dict[str, str]:
    """The markers of a Windows machine with this Python."""
    return {
        "sys_platform": "win32",
        "platform_machine": "AMD64",
        "platform_system": "Windows",
        "os_name": "nt",
        "python_version": python,
        "python_full_version": f"{python}.1",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def locked(lock: Path, python: str) -> dict[str, str]:
    """Name → version of what Windows installs with this Python."""
    found: dict[str, str] = {}
    for line in re.findall(r"^([a-zA-Z].*?)\s*\\$", lock.read_text("utf-8"), re.MULTILINE):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(windows(python)):
            found[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    return found


def hashes(lock: Path) -> dict[tuple[str, str], set[str]]:
    """(name, version) → the SHA-256 sums the lock allows."""
    found: dict[tuple[str, str], set[str]] = {}
    for block in re.split(r"\n(?=[a-zA-Z])", lock.read_text("utf-8")):
        head = re.match(r"([a-zA-Z][^\s=]*)==([^\s;\\]+)", block)
        if head:
            found[canonicalize_name(head[1]), head[2]] = set(re.findall(r"sha256:([0-9a-f]{64})", block))
    return found


def _pip(python: str, names: Mapping[str, str], *wishes: str, folder: Path) -> None:
    wanted = folder / "wanted.txt"
    wanted.write_text("".join(f"{name}=={version}\n" for name, version in names.items()), "utf-8")
    for_windows = ("--platform", "win_amd64", "--implementation", "cp", "--python-version", python)
    command = [
        sys.executable,
        "-m",
        "pip",
        *wishes,
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        *for_windows,
    ]
    subprocess.run([*command, "-r", str(wanted)], check=True)


def ask(python: str, folder: Path) -> list[tuple[str, str]]:
    """(file name, SHA-256) of every wheel that pip would take on Windows; pip's own error when one is missing."""
    report = folder / "report.json"
    wishes = (
        "install",
        "--dry-run",
        "--ignore-installed",
        "--target",
        str(folder / "nowhere"),
        "--report",
        str(report),
    )
    _pip(python, locked(LOCK, python), *wishes, folder=folder)
    chosen = json.loads(report.read_text("utf-8"))["install"]
    return [
        (
            unquote(one["download_info"]["url"].rpartition("/")[2]),
            one["download_info"]["archive_info"]["hashes"]["sha256"],
        )
        for one in chosen
    ]


def gathered(answers: Mapping[str, Iterable[tuple[str, str]]]) -> list[Wheel]:
    """The answers for several Pythons as one list, by file name."""
    serves: dict[tuple[str, str], list[str]] = {}
    for python, wheels in answers.items():
        for wheel in wheels:
            serves.setdefault(wheel, []).append(python)
    return [Wheel(file, sha256, tuple(pythons)) for (file, sha256), pythons in sorted(serves.items())]


def read(path: Path = KEPT) -> list[Wheel]:
    """The kept answer."""
    lines = [
        line.split() for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")
    ]
    return [Wheel(line[0], line[1], tuple(line[2:])) for line in lines]


def main(arguments: list[str] | None = None) -> int:
    """0: every wheel exists and its sum is in the lock; 1: some sum is not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("what", nargs="?", choices=("ask", "download"), default="ask")
    parser.add_argument("folder", nargs="?", type=Path)
    wishes = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        if wishes.what == "download":
            _pip(
                BUILT_WITH,
                locked(LOCK, BUILT_WITH),
                "download",
                "--dest",
                str(wishes.folder),
                folder=Path(scratch),
            )
            return 0
        wheels = gathered({python: ask(python, Path(scratch)) for python in PYTHONS})
    allowed = hashes(LOCK)
    strange = [
        wheel.file for wheel in wheels if wheel.sha256 not in allowed.get((wheel.name, wheel.version), set())
    ]
    lines = [f"{wheel.file} {wheel.sha256} {' '.join(wheel.pythons)}\n" for wheel in wheels]
    KEPT.write_text(
        "# made by python -m installers.wheels; file, SHA-256, Pythons\n" + "".join(lines), "utf-8"
    )
    print(f"{len(wheels)} wheels for Windows, {sum(wheel.is_native for wheel in wheels)} of them native")
    for name in strange:
        print(f"not in the lock: {name}", file=sys.stderr)
    return 1 if strange else 0


if __name__ == "__main__":
    sys.exit(main())
