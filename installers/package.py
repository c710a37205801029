"""What is handed out, one command each; everything lands in dist/, which git does not see.

    python3 installers/package.py tree         the program folder, for this platform (the others make it when it is missing)
    python3 installers/package.py deb          dist/kqdesk_<version>_amd64.deb
    python3 installers/package.py tar          dist/kqdesk-<version>-linux-x86_64.tar.xz, for machines without rights
    python3 installers/package.py windows      dist/kqdesk-<version>-win32-x86_64-setup.exe; elsewhere than on Windows a
                                               stand-in, to see that the script compiles and what would be inside
    python3 installers/package.py update --key FILE     dist/kqdesk-<version>-<platform>.kqupdate, signed (update_file.py)
    python3 installers/package.py sheet        交付清单, SHA256SUMS, licence list and bill of materials of what lies in dist/

--quick packs fast instead of small; --fresh builds the folder anew; --as-version X gives the package another number
(to try an upgrade); --wheels FOLDER fills the Windows stand-in from real wheels. Run it with a Python that has a shared
library (the system's own): the first run makes build/venv from requirements-package.txt.
"""

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP))

from installers import building  # noqa: E402 -- found through the line above
from installers.environment import Stop, prepare, run_quietly  # noqa: E402 -- as above

WHAT = ("tree", "deb", "tar", "windows", "update", "sheet")
INSIDE = "KQDESK_PACKAGING"
"""Set once we run in the build's own environment."""


def say(sentence: str) -> None:
    """To the person at the terminal, at once."""
    print(sentence, flush=True)


def asked(arguments: list[str] | None = None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n\n")[0], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--as-version", default="")
    parser.add_argument("--wheels", type=Path)
    parser.add_argument("--key", type=Path)
    return parser.parse_args(arguments)


def main() -> int:
    """0 done · 1 something is missing, a sentence said what."""
    wishes = asked()
    place = building.BuildEnvironment(TOP)
    try:
        if not os.environ.get(INSIDE):
            building.check_python()
            prepare(place, building.PACKAGE_LOCK, run=run_quietly, say=say)
            again = [str(place.python), str(Path(__file__).resolve()), *sys.argv[1:]]
            return subprocess.call(again, env={**os.environ, INSIDE: "1", "QT_QPA_PLATFORM": "offscreen"})
        return made(wishes, place)
    except Stop as stop:
        print(stop, file=sys.stderr, flush=True)
        return 1


def made(wishes: argparse.Namespace, place: building.BuildEnvironment) -> int:
    """Makes what was asked for, inside the build's environment."""
    from kqdesk import VERSION

    version = wishes.as_version or VERSION
    dist = TOP / "dist"
    dist.mkdir(exist_ok=True)
    platform = building.platform_word()
    if wishes.what == "sheet":
        return sheet(version, dist)
    if wishes.what == "windows":
        from installers import windows_package

        return told(
            windows_package.make(TOP, dist, version, wheel_folder=wishes.wheels, run=run_quietly, say=say)
        )
    tree = folder(wishes, place)
    if wishes.what == "tree":
        return told(tree)
    if wishes.what == "update":
        return update(tree, platform, version, wishes.key, dist)
    from installers import debian_package, portable_folder

    make = debian_package.make if wishes.what == "deb" else portable_folder.make
    return told(make(TOP, tree, dist, version, platform, quick=wishes.quick, run=run_quietly, say=say))


def folder(wishes: argparse.Namespace, place: building.BuildEnvironment) -> Path:
    """The program folder: built when it is missing or asked for anew."""
    tree = building.tree_of(TOP)
    if wishes.fresh or wishes.what == "tree" or not tree.exists():
        from installers import bill
        from kqdesk.cli.frame import COMMANDS

        tree = building.build(TOP, place, run=run_quietly, say=say)
        bad = building.forbidden(tree)
        if bad:
            raise Stop(f"这些库不能放进安装包:{'、'.join(bad)} / These libraries may not be in a package.")
        broken = building.try_out(tree, list(COMMANDS))
        if broken:
            raise Stop(
                f"打好的程序里这些命令不能用:{'、'.join(broken)} / These commands do not work in the built program."
            )
        say(f"许可文本 {bill.carry_texts(TOP, tree / 'licences')} 份 / licence texts carried along")
    return tree


def told(path: Path) -> int:
    """Says what was made."""
    size = (
        path.stat().st_size
        if path.is_file()
        else sum(p.lstat().st_size for p in path.rglob("*") if p.is_file())
    )
    say(f"{path.relative_to(TOP)}  {size / 1_000_000:.1f} MB")
    return 0


def update(tree: Path, platform: str, version: str, key: Path | None, dist: Path) -> int:
    """The signed update file; its format and its keys are update_file.py's."""
    if key is None:
        raise Stop(
            "升级文件要签名:加 --key 私钥文件(update_file.py keys 生成)。 / An update is signed: give --key FILE."
        )
    out = dist / f"kqdesk-{version}-{platform}.kqupdate"
    maker = [sys.executable, str(TOP / "installers" / "update_file.py"), "make", "--program", str(tree)]
    told_so = ["--key", str(key), "--out", str(dist), "--platform", platform, "--version", version]
    ended = subprocess.call([*maker, *told_so])
    return ended or told(out)


def sheet(version: str, dist: Path) -> int:
    """交付清单 and what goes with it, over what lies in dist/ now."""
    import json

    from installers import bill, building, delivery, libraries

    now = datetime.now(UTC)
    tree = building.tree_of(TOP)
    system: list[str] = []
    if tree.exists() and sys.platform.startswith("linux"):
        system = sorted(libraries.collected(libraries.binaries(tree / "_internal"), tree / "_internal"))
    parts = [*bill.components(TOP), *bill.from_the_system(system)]
    bound = [part.name for part in parts if not part.is_free_of_gpl]
    if bound:
        raise Stop(f"这些组件受 GPL 约束,不能交付:{'、'.join(bound)} / bound by the GPL.")
    told_bill = json.dumps(bill.cyclonedx(version, parts, now=now), ensure_ascii=False, indent=1)
    (dist / f"kqdesk-{version}.cdx.json").write_text(told_bill + "\n", "utf-8")
    (dist / f"许可清单-{version}.txt").write_text(bill.listing(version, parts), "utf-8")
    files = delivery.delivered(dist, version)
    (dist / "SHA256SUMS").write_text(delivery.sums(files), "utf-8")
    words = json.loads((TOP / "installers" / "delivery.json").read_text("utf-8"))
    page = delivery.DeliverySheet(
        version, now.astimezone().date(), files, words["tried"], words["never_run"], len(parts)
    )
    target = dist / f"交付清单-{version}.pdf"
    delivery.print_delivery_sheet(page, target)
    return told(target)


if __name__ == "__main__":
    sys.exit(main())
