"""Make update files, and lay a program out so that it can be updated. Run with .venv/bin/python.

    update_file.py keys --key FILE                     a new pair: private half into FILE, public into resources/release.toml
    update_file.py lay-out --program DIR --root ROOT   ROOT/kqdesk (launcher), ROOT/current, ROOT/versions/VERSION
    update_file.py make --program DIR --key FILE --out DIR [--oldest V] [--platform P] [--notes FILE] [--version V]
                                                       DIR/kqdesk-VERSION-PLATFORM.kqupdate

The private key stays outside the project folder and outside git; whoever has it can put programs on every PC of the
district, so keep it on a stick in a locked drawer, with a copy elsewhere. A new release key is added, not exchanged:
programs in use know the old one only. ``--program`` is a folder as PyInstaller makes it; a single .deb makes an update
file that only says which package to install.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from kqdesk import RELEASED, VERSION  # noqa: E402 -- found through the line above, wherever this file is run from
from kqdesk.security.signing import Signer  # noqa: E402 -- as above
from kqdesk.updating.layout import Installed, Pointer, this_platform  # noqa: E402 -- as above
from kqdesk.updating.packing import ENDING, Release, write  # noqa: E402 -- as above
from kqdesk.updating.rules import FOLDER, PACKAGE  # noqa: E402 -- as above

LAUNCHER = ROOT / "installers" / "launcher" / "kqdesk.sh"
INSIDE = "私钥不能放在项目文件夹里：{path}。请指到别处，例如 U 盘。 / The private key must lie outside the project."


def main(arguments: Sequence[str]) -> int:
    """Do one of the three; 1 when it could not be done."""
    parser = argparse.ArgumentParser(prog="update_file.py")
    parts = parser.add_subparsers(dest="what", required=True)
    keys = parts.add_parser("keys")
    lay, pack = parts.add_parser("lay-out"), parts.add_parser("make")
    for part in (keys, pack):
        part.add_argument("--key", type=Path, required=True)
    keys.add_argument("--trusted", type=Path, default=ROOT / "resources" / "release.toml")
    for part in (lay, pack):
        part.add_argument("--program", type=Path, required=True)
        part.add_argument("--version", default=VERSION)
    lay.add_argument("--root", type=Path, required=True)
    lay.add_argument("--launcher", type=Path, default=LAUNCHER)
    pack.add_argument("--out", type=Path, required=True)
    pack.add_argument("--oldest", default="0.1.0")
    pack.add_argument("--platform", default=this_platform())
    pack.add_argument("--notes", type=Path)
    options = parser.parse_args(list(arguments))
    try:
        print({"keys": new_keys, "lay-out": lay_out, "make": make}[options.what](options))
    except (OSError, ValueError) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return 0


def new_keys(options: argparse.Namespace) -> str:
    """A pair; ValueError when the private half would lie in the project or over another key."""
    target = options.key.expanduser().absolute()
    if target.resolve().is_relative_to(ROOT):
        raise ValueError(INSIDE.format(path=target))
    if target.exists():
        raise ValueError(f"{target} 已经有了，不覆盖。 / exists already.")
    signer = Signer.fresh()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(signer.seed.hex() + "\n")
    trust(options.trusted, signer.public)
    return f"{target}\n{signer.public.hex()}"


def trust(trusted: Path, public: bytes) -> None:
    """Add a public key to those a program takes updates from."""
    told = trusted.read_text("utf-8")
    head, _, rest = told.partition("keys = [")
    old = rest.partition("]")[0].strip().rstrip(",")
    listed = [part.strip() for part in old.split(",") if part.strip()] + [f'"{public.hex()}"']
    trusted.write_text(f"{head}keys = [\n" + "".join(f"    {one},\n" for one in listed) + "]\n", "utf-8")


def lay_out(options: argparse.Namespace) -> str:
    """What a portable archive and the Windows installer put on a PC."""
    program = Installed(options.root)
    program.versions.mkdir(parents=True, exist_ok=True)
    folder = program.folder(options.version)
    if not folder.exists():
        shutil.copytree(options.program, folder, symlinks=True)
    launcher = options.root / f"kqdesk{options.launcher.suffix.removesuffix('.sh')}"
    shutil.copy2(options.launcher, launcher)
    program.point(Pointer(options.version))
    return str(launcher)


def make(options: argparse.Namespace) -> str:
    """One signed update file."""
    signer = Signer(bytes.fromhex(options.key.read_text("utf-8").strip()))
    is_package = options.program.is_file()
    notes = options.notes.read_text("utf-8") if options.notes else ""
    release = Release(
        options.version, RELEASED, options.oldest, options.platform, PACKAGE if is_package else FOLDER, notes
    )
    options.out.mkdir(parents=True, exist_ok=True)
    target = options.out / f"kqdesk-{options.version}-{options.platform}{ENDING}"
    folder = options.program
    if is_package:
        folder = options.out / ".package"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy2(options.program, folder)
    manifest = write(target, folder, release, signer)
    if is_package:
        shutil.rmtree(folder)
    return f"{target}  {len(manifest.files)} files, {target.stat().st_size:,} bytes"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
