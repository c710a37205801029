"""Builds the packages on an older Debian, so that one file also starts on systems of its age (glibc 2.31: Kylin V10 class).

    sudo python3 installers/old_base.py deb tar          → dist/, as package.py would make them here

In a clean Debian 11 made by debootstrap: OpenSSL and Python from the sources of Debian 12 (Debian 11 has neither Python
3.11 nor a maintained OpenSSL; of Debian's patches to Python those against faults are applied, not those that lay it out
otherwise), then package.py with the same lock. Needs root, debootstrap and a Debian mirror; half an hour the first time,
afterwards the folder build/old-base is used again.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP))

from installers.environment import Stop, last_lines  # noqa: E402 -- found through the line above
from installers.machine import DRAWING, WINDOW  # noqa: E402 -- as above

SUITE, SOURCES_OF = "bullseye", "bookworm"
TOOLS = [
    "build-essential",
    "ca-certificates",
    "libbz2-dev",
    "libffi-dev",
    "liblzma-dev",
    "libsqlite3-dev",
    "patch",
    "perl",
    "uuid-dev",
    "xz-utils",
    "zlib1g-dev",
]
PREFIX = "/opt/python"
AS_LAID_OUT = "ntpath-import.diff"
"""Of Debian's series for Python: up to here its own layout, after it repairs."""

OPENSSL = (
    f"./config --prefix={PREFIX} --libdir=lib shared no-tests -Wl,-rpath,{PREFIX}/lib"
    f" && make -s build_generated && make -s -j2 libcrypto.so libssl.so && mkdir -p {PREFIX}/lib {PREFIX}/include"
    f" && cp -d libcrypto.so* libssl.so* {PREFIX}/lib/ && cp -r include/openssl {PREFIX}/include/"
)
"""Its two shared libraries and their headers, not the programs."""

PYTHON = (
    f"./configure -q --prefix={PREFIX} --enable-shared --with-ensurepip=no --with-openssl={PREFIX}"
    f" --with-openssl-rpath=auto LDFLAGS=-Wl,-rpath,{PREFIX}/lib && make -s -j2 && make -s install"
)
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "build", "dist", "__pycache__", ".*_cache", ".hypothesis", ".demo"
)
CARRIED = ("PIP_INDEX_URL", "PIP_CERT", "http_proxy", "https_proxy", "no_proxy")
"""Of our own surroundings, what pip needs inside."""


def say(sentence: str) -> None:
    """To the person at the terminal, at once."""
    print(sentence, flush=True)


def run(words: Sequence[str], **named: str) -> None:
    """Runs it; Stop with its last lines when it fails."""
    done = subprocess.run(
        list(words),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        cwd=named.get("cwd"),
    )
    if done.returncode != 0:
        raise Stop(f"{last_lines(done.stdout)}\n{' '.join(words[:6])} … {done.returncode}")


def inside(root: Path, script: str) -> None:
    """A shell's line in the old system, with a clean environment."""
    pairs = [f"{name}={value}" for name in CARRIED if (value := os.environ.get(name))]
    path = f"PATH={PREFIX}/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    known = ["HOME=/root", path, "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
    run(["chroot", str(root), "env", "-i", *known, *pairs, "sh", "-ec", script])


def make_root(root: Path, mirror: str) -> None:
    """Debian 11 with compiler, headers and Qt's system libraries."""
    if not (root / "etc" / "debian_version").exists():
        say(f"debootstrap {SUITE} ……")
        run(["debootstrap", "--variant=minbase", SUITE, str(root), mirror])
    for name in ("resolv.conf", "pip.conf"):
        if Path("/etc", name).exists():
            shutil.copyfile(Path("/etc", name), root / "etc" / name)
    packages = " ".join([*TOOLS, *sorted({*DRAWING.values(), *WINDOW.values()})])
    inside(root, f"apt-get -qq update && apt-get -qq install -y --no-install-recommends {packages}")
    certificates = Path("/etc/ssl/certs/ca-certificates.crt")
    if certificates.exists():
        shutil.copyfile(certificates, root / "etc/ssl/certs/ca-certificates.crt")


def fetch_sources(folder: Path, mirror: str) -> None:
    """OpenSSL and Python as Debian 12 keeps them."""
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "sources.list").write_text(f"deb-src {mirror} {SOURCES_OF} main\n", "ascii")
    settings = (
        *("-o", f"Dir::Etc::sourcelist={folder / 'sources.list'}", "-o", "Dir::Etc::sourceparts=-"),
        *("-o", f"Dir::State::lists={folder / 'lists'}", "-o", "APT::Get::List-Cleanup=0"),
    )
    run(["apt-get", "-qq", "update", *settings])
    run(["apt-get", "-qq", "source", "--download-only", "openssl", "python3.11", *settings], cwd=str(folder))


def unpack(folder: Path, name: str, place: Path) -> Path:
    """The upstream source of ``name`` below ``place``, with Debian's repairs when it is Python; its folder."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    run(["tar", "-C", str(place), "-xf", str(next(folder.glob(f"{name}_*.orig.tar.*z")))])
    source = next(path for path in place.iterdir() if path.is_dir())
    if name.startswith("python"):
        run(["tar", "-C", str(place), "-xf", str(next(folder.glob(f"{name}_*.debian.tar.*z")))])
        series = (place / "debian/patches/series").read_text("utf-8").split()
        for patch in series[series.index(AS_LAID_OUT) + 1 :]:
            run(["patch", "-s", "-p1", "-d", str(source), "-i", str(place / "debian/patches" / patch)])
    return source


def make_python(root: Path, folder: Path) -> None:
    """OpenSSL and Python below /opt/python; nothing when they are there."""
    if (root / "opt/python/bin/python3.11").exists() and (root / "opt/python/lib/libssl.so.3").exists():
        return
    for name, script in (("openssl", OPENSSL), ("python3.11", PYTHON)):
        say(f"{name} ……")
        source = unpack(folder, name, root / "build" / name)
        inside(root, f"cd /{source.relative_to(root)} && {script}")


def package(root: Path, words: Sequence[str], extra: Sequence[str]) -> None:
    """package.py inside, on a copy of this checkout; what it made comes to dist/ here."""
    copy = root / "build" / "kqdesk"
    for kept in ("build", "dist"):
        (copy / kept).mkdir(parents=True, exist_ok=True)
    for path in TOP.iterdir():
        if path.name in ("kqdesk", "resources", "db", "installers"):
            shutil.rmtree(copy / path.name, ignore_errors=True)
            shutil.copytree(path, copy / path.name, ignore=NOT_COPIED)
        elif path.name in ("pyproject.toml", "LICENSE", "README.md"):
            shutil.copyfile(path, copy / path.name)
    for word in words:
        say(f"package.py {word} ……")
        inside(
            root, f"cd /build/kqdesk && nice -n 15 python3.11 installers/package.py {word} {' '.join(extra)}"
        )
    made = TOP / "dist"
    made.mkdir(exist_ok=True)
    for path in (copy / "dist").iterdir():
        if path.is_file():
            shutil.copyfile(path, made / path.name)
    shutil.rmtree(made / "tree", ignore_errors=True)
    shutil.copytree(copy / "dist" / "tree", made / "tree", symlinks=True)


def main() -> int:
    """0 done · 1 something failed, its last lines were shown · 2 not root."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("what", nargs="+", choices=("tree", "deb", "tar", "sheet"))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mirror", default="http://deb.debian.org/debian")
    parser.add_argument("--root", type=Path, default=TOP / "build" / "old-base" / "root")
    wishes = parser.parse_args()
    if os.geteuid() != 0:
        print("要用 root 运行(debootstrap、chroot)。 / Run it as root.", file=sys.stderr)
        return 2
    root = wishes.root.absolute()
    sources = root.parent / "sources"
    try:
        make_root(root, wishes.mirror)
        fetch_sources(sources, wishes.mirror)
        subprocess.run(["mount", "--bind", "/proc", str(root / "proc")], check=True)
        try:
            make_python(root, sources)
            package(root, wishes.what, ["--quick"] if wishes.quick else [])
        finally:
            subprocess.run(["umount", "--lazy", str(root / "proc")], check=False)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
