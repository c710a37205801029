"""The folder for machines without rights: a launcher, the file ``current``, and one version beside another in ``versions/``.

    kqdesk-0.1.0-linux-x86_64/   kqdesk   current   versions/0.1.0/…   add-to-menu.sh   README.txt   menu/

An update puts the next version beside this one and changes ``current`` (kqdesk/updating/layout.py); Windows has the same
layout.
"""

import os
import shutil
from pathlib import Path

from installers.environment import Run, Say, Stop, last_lines

LAUNCHER = 0o755


def lay_out(top: Path, tree: Path, folder: Path, version: str) -> None:
    """The folder as it will be unpacked; the tree's files are linked, not copied."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "versions").mkdir(parents=True)
    shutil.copytree(tree, folder / "versions" / version, copy_function=os.link, symlinks=True)
    (folder / "current").write_text(f"{version}\n\n", "ascii")  # the version to start, and the one before it
    source = top / "installers"
    for name, target in (("launcher/kqdesk.sh", "kqdesk"), ("portable/add-to-menu.sh", "add-to-menu.sh")):
        shutil.copyfile(source / name, folder / target)
        (folder / target).chmod(LAUNCHER)
    shutil.copyfile(source / "portable" / "README.txt", folder / "README.txt")
    menu = folder / "menu"
    menu.mkdir()
    for name in ("kqdesk.desktop", "kqdesk.xml"):
        shutil.copyfile(source / "debian" / name, menu / name)
    shutil.copyfile(top / "resources" / "icons" / "kqdesk.svg", menu / "kqdesk.svg")


def make(
    top: Path, tree: Path, target: Path, version: str, platform: str, *, quick: bool, run: Run, say: Say
) -> Path:
    """Builds ``kqdesk-<version>-<platform>.tar.xz`` into ``target``; ``quick`` packs fast instead of small."""
    if not platform.startswith("linux"):
        raise Stop(f"便携版只能在 Linux 上做,这里是 {platform}。 / The portable folder is made on Linux.")
    name = f"kqdesk-{version}-{platform}"
    lay_out(top, tree, top / "build" / "portable" / name, version)
    out = target / f"{name}.tar.xz"
    say(f"正在打包 {out.name}…… / Packing ...")
    os.environ["XZ_OPT"] = "-1 -T2" if quick else "-6 -T2"
    done = run(
        [
            *("tar", "--owner=0", "--group=0", "--sort=name", "-C", str(top / "build" / "portable")),
            *("-cJf", str(out), name),
        ]
    )
    if done.returncode != 0:
        raise Stop(
            f"{last_lines(done.stdout)}\n压缩包没有做成(原因见上面几行)。 / tar failed (reason above)."
        )
    shutil.rmtree(top / "build" / "portable")
    return out
