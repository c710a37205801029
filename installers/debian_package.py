"""The .deb: /opt/kqdesk, a command, a menu entry, icons, the kind of file ``.kqpacket``; built by dpkg-deb, nothing else.

It needs only libraries whose packages have the same names from Debian 11 on, so one file serves Debian, UOS and Kylin
releases with a glibc at least as new as the one it was built on. Data is never the package's: upgrade, removal and purge
leave every home alone.
"""

import gzip
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from installers import libraries
from installers.building import slim
from installers.environment import Run, Say, Stop, last_lines
from installers.icons import write_icons
from installers.machine import DRAWING, WINDOW
from kqdesk.updating.layout import PACKAGED

PACKAGE = "kqdesk"
PREFIX = Path("opt", PACKAGE)
ARCHITECTURES = {"linux-x86_64": "amd64", "linux-aarch64": "arm64"}

BESIDES = {
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgio-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libzstd.so.1": "libzstd1",
    "libz.so.1": "zlib1g",
    "libstdc++.so.6": "libstdc++6",
    "libgcc_s.so.1": "libgcc-s1",
    "libcrypt.so.1": "libcrypt1",
}
"""Library → package, beyond what setting up from source already asks for."""

RENAMED = {"libglib2.0-0": "libglib2.0-0 | libglib2.0-0t64", "libcups2": "libcups2 | libcups2t64"}
"""Packages that Debian 13 calls otherwise."""

OF_GLIBC = re.compile(r"^(ld-linux.*|lib(c|m|dl|rt|pthread|util|resolv|anl|nsl))\.so")
RECOMMENDS = "shared-mime-info, desktop-file-utils, hicolor-icon-theme, xdg-utils, ca-certificates"
SUGGESTS = "cups-client, fonts-noto-cjk"
SMALL, QUICK = ("-Zxz", "-z6"), ("-Zgzip", "-z1")
SCRIPTS = ("preinst", "postinst", "prerm", "postrm")


def depends(needed: Iterable[str], glibc: tuple[int, int]) -> list[str]:
    """The Depends line, for the libraries a folder needs from the machine. Stop names one no package is known for."""
    known = {**DRAWING, **WINDOW, **BESIDES}
    packages: set[str] = set()
    for library in needed:
        if OF_GLIBC.match(library):
            continue
        if library not in known:
            raise Stop(
                f"不知道 {library} 在哪个软件包里:请写进 installers/debian_package.py。 / No package known for {library}."
            )
        packages.add(known[library])
    return [f"libc6 (>= {glibc[0]}.{glibc[1]})", *(RENAMED.get(name, name) for name in sorted(packages))]


def control(version: str, architecture: str, needs: list[str], size_kb: int) -> str:
    """The package's card."""
    return (
        f"Package: {PACKAGE}\nVersion: {version}\nArchitecture: {architecture}\n"
        "Maintainer: kqdesk <kqdesk@localhost>\nSection: education\nPriority: optional\n"
        f"Installed-Size: {size_kb}\nDepends: {', '.join(needs)}\nRecommends: {RECOMMENDS}\nSuggests: {SUGGESTS}\n"
        "Description: 成校工作台：乡镇成人学校的教务软件\n"
        " 花名册、排摸、班级、课表、考勤、考试、证书、双证、学分，一个窗口办完；不联网也能用，\n"
        " 数据在本机加密保存。\n"
        " .\n"
        " Offline-first desk of a township adult school: people, classes, timetable, attendance,\n"
        " exams, certificates and credits in one encrypted file on the school's own PC.\n"
    )


def make(
    top: Path, tree: Path, target: Path, version: str, platform: str, *, quick: bool, run: Run, say: Say
) -> Path:
    """Builds ``kqdesk_<version>_<architecture>.deb`` into the folder ``target``; ``quick`` packs fast instead of small."""
    if platform not in ARCHITECTURES:
        raise Stop(
            f".deb 只能在 Linux 上做,这里是 {platform}。 / A .deb is made on Linux, this is {platform}."
        )
    root = top / "build" / "deb"
    shutil.rmtree(root, ignore_errors=True)
    (root / PREFIX.parent).mkdir(parents=True)
    shutil.copytree(tree, root / PREFIX, copy_function=os.link, symlinks=True)
    (root / PREFIX / PACKAGED).write_text("", "ascii")
    found = slim(root / PREFIX, small_ones=False)
    needs = depends(libraries.from_the_machine(found, root / PREFIX), libraries.oldest_glibc(found))
    furnish(top, root)
    size = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file()) // 1024
    card = root / "DEBIAN"
    card.mkdir()
    (card / "control").write_text(control(version, ARCHITECTURES[platform], needs, size), "utf-8")
    for name in SCRIPTS:
        shutil.copyfile(top / "installers/debian" / name, card / name)
        (card / name).chmod(0o755)
    _tidy_modes(root)
    out = target / f"{PACKAGE}_{version}_{ARCHITECTURES[platform]}.deb"
    say(f"正在打包 {out.name}…… / Packing ...")
    done = run(
        ["dpkg-deb", "--root-owner-group", *(QUICK if quick else SMALL), "--build", str(root), str(out)]
    )
    if done.returncode != 0:
        raise Stop(
            f"{last_lines(done.stdout)}\n.deb 没有做成(原因见上面几行)。 / dpkg-deb failed (reason above)."
        )
    shutil.rmtree(root)
    return out


def furnish(top: Path, root: Path) -> None:
    """Everything outside /opt: command, menu, file kind, icons, papers."""
    source = top / "installers" / "debian"
    _place(source / "kqdesk.sh", root / "usr/bin/kqdesk", 0o755)
    _place(source / "kqdesk.desktop", root / "usr/share/applications/kqdesk.desktop")
    _place(source / "kqdesk.xml", root / "usr/share/mime/packages/kqdesk.xml")
    write_icons(top / "resources/icons/kqdesk.svg", root / "usr/share/icons/hicolor")
    papers = root / "usr/share/doc/kqdesk"
    _place(top / "installers/hub/kqdesk-hub.service", papers / "examples/kqdesk-hub.service")
    _place(top / "installers/hub/nginx.conf", papers / "examples/nginx.conf")
    news = (top / "resources/whatsnew.md").read_bytes()
    (papers / "changelog.gz").write_bytes(gzip.compress(news, 9, mtime=0))
    (papers / "copyright").write_text(
        "kqdesk: Apache-2.0, see /usr/share/common-licenses/Apache-2.0.\n"
        "What it is made of, each with its licence: /opt/kqdesk/licences.\n",
        "utf-8",
    )


def _place(source: Path, target: Path, mode: int = 0o644) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def _tidy_modes(root: Path) -> None:
    """Folders 755, files 644 or 755: whatever the builder's umask was. Linked files of the tree change along, rightly."""
    for path in [root, *root.rglob("*")]:
        if path.is_symlink():
            continue
        is_open = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if is_open else 0o644)


def fields(deb: Path) -> dict[str, str]:
    """A built package's card, as dpkg-deb reads it."""
    told = subprocess.run(
        ["dpkg-deb", "--field", str(deb)], capture_output=True, text=True, check=True
    ).stdout
    pairs = re.findall(r"^([A-Z][\w-]*): (.*)$", told, re.MULTILINE)
    return dict(pairs)
