"""Shared libraries of a frozen program on Linux: what needs what, which glibc it wants, which the desktop brings itself.

PyInstaller copies every system library it can reach. The libraries of the desktop (X11, GL, fontconfig, cups …) belong to
the machine: Debian renews them, and some of what they pull in is not ours to ship. They are taken out again; what stays is
what Python's own parts need, and for machines without rights the few small ones that desktops lack.
"""

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)", re.MULTILINE)
GLIBC = re.compile(r"\bGLIBC_(\d+)\.(\d+)")
OF_THE_BASE = re.compile(
    r"^(ld-linux.*|lib(c|m|dl|rt|pthread|util|resolv|gcc_s|stdc\+\+|crypt|anl|nsl|atomic))\.so"
)
"""Every Linux of the kind has these: libc6, libgcc-s1, libstdc++6, libcrypt1."""

SMALL_ONES = (
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-render-util.so.0",
    "libxcb-util.so.1",
    "libxcb-xkb.so.1",
    "libxkbcommon-x11.so.0",
    "libxkbcommon.so.0",
)
"""Carried by the portable folder: desktops without Qt 6 often lack them (all under MIT-like licences)."""

NEVER = re.compile(r"^lib(readline|gdbm|gnutls|gtk|gdk)[-.0-9]")
"""Under the GPL, or of a toolkit that is not ours: never in a package."""


@dataclass(frozen=True)
class Binary:
    """One shared library or program: where, what it needs by name, and the newest glibc it asks for (0.0: none)."""

    path: Path
    needs: frozenset[str]
    glibc: tuple[int, int]


def read(path: Path) -> Binary:
    """One binary as objdump tells it."""
    told = subprocess.run(
        ["objdump", "-p", str(path)], capture_output=True, text=True, errors="replace", check=True
    )
    return parse(path, told.stdout)


def parse(path: Path, told: str) -> Binary:
    """One binary from objdump's words."""
    wanted = [(int(major), int(minor)) for major, minor in GLIBC.findall(told)]
    return Binary(path, frozenset(NEEDED.findall(told)), max(wanted, default=(0, 0)))


def is_binary(path: Path) -> bool:
    """True for an ELF file that is no link."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def binaries(tree: Path) -> list[Binary]:
    """Every binary of a folder."""
    return [read(path) for path in sorted(tree.rglob("*")) if is_binary(path)]


def collected(found: Iterable[Binary], inside: Path) -> dict[str, Binary]:
    """Those that came from the system: they lie at the top of the folder, while a wheel's own lie in its folder."""
    return {
        binary.path.name: binary
        for binary in found
        if binary.path.parent == inside
        and binary.path.name.startswith("lib")
        and "libpython" not in binary.path.name
    }


def reachable(starts: Iterable[Binary], system: Mapping[str, Binary]) -> set[str]:
    """Names of the system's libraries that these need, directly or through each other."""
    waiting = [name for binary in starts for name in binary.needs]
    met: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in system and name not in met:
            met.add(name)
            waiting += system[name].needs
    return met


def to_take_out(found: list[Binary], inside: Path, *, small_ones: bool) -> list[Path]:
    """The collected libraries that the machine brings: all but those Python's own parts need (and the small ones)."""
    system = collected(found, inside)
    mine = set(system)
    own = [
        b
        for b in found
        if b.path.name not in mine and "PySide6" not in b.path.parts and "shiboken6" not in b.path.parts
    ]
    kept = {name for name in reachable(own, system) if not OF_THE_BASE.match(name)}
    if small_ones:
        kept |= {name for name in SMALL_ONES if name in system}
    return [system[name].path for name in sorted(mine - kept)]


def idle_parts_of_qt(found: list[Binary]) -> list[Path]:
    """Libraries of Qt that nothing needs any more once plugins are left out, in as many rounds as it takes."""
    left = list(found)
    idle: list[Path] = []
    while True:
        needed = {name for binary in left for name in binary.needs}
        gone = [b for b in left if b.path.name.startswith("libQt6") and b.path.name not in needed]
        if not gone:
            return sorted(idle)
        idle += [binary.path for binary in gone]
        left = [binary for binary in left if binary not in gone]


def from_the_machine(found: Iterable[Binary], tree: Path) -> dict[str, set[str]]:
    """Library that the folder needs and does not hold → which files need it."""
    held = {path.name for path in tree.rglob("*") if ".so" in path.name and path.exists()}
    missing: dict[str, set[str]] = {}
    for binary in found:
        for name in binary.needs - held:
            missing.setdefault(name, set()).add(binary.path.name)
    return missing


def oldest_glibc(found: Iterable[Binary]) -> tuple[int, int]:
    """The glibc a machine must have at least."""
    return max((binary.glibc for binary in found), default=(0, 0))
