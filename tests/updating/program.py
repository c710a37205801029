"""A program small enough to be updated in a test: a script that says its version, the steps of its database, a link."""

import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from kqdesk.kernel.resources import migrations_folder
from kqdesk.school.updates import Program
from kqdesk.security.signing import Signer
from kqdesk.store import migrations
from kqdesk.updating.layout import Installed, Pointer
from kqdesk.updating.packing import Release, write
from kqdesk.updating.rules import FOLDER

ROOT = Path(__file__).parents[2]
SIGNER = Signer(b"\x7e" * 32)
OLD, NEW = "0.1.0", "0.2.0"
PLATFORM = "linux-x86_64"
RELEASE = Release(NEW, "2026-12-01", OLD, PLATFORM, notes="点名更快了")


def made(folder: Path, version: str, *, step: str = "") -> Path:
    """A program folder; ``step``: one more step of its database."""
    folder.mkdir(parents=True)
    script = folder / "kqdesk"
    script.write_text(f"#!/bin/sh\necho {version}\n", "utf-8")
    script.chmod(0o755)
    shutil.copytree(migrations_folder(), folder / "_internal" / "db")
    if step:
        number = migrations.latest(migrations_folder()) + 1
        (folder / "_internal" / "db" / f"{number:04d}_for_the_test.sql").write_text(step, "utf-8")
    (folder / "_internal" / "lib.so").write_bytes(os.urandom(4096))
    (folder / "_internal" / "lib.so.6").symlink_to("lib.so")
    return folder


def laid_out(root: Path) -> Installed:
    """The old program as an archive lays it out, with the launcher."""
    program = Installed(root)
    made(program.folder(OLD), OLD)
    shutil.copy2(ROOT / "installers" / "launcher" / "kqdesk.sh", root / "kqdesk")
    program.point(Pointer(OLD))
    return program


def update_file(folder: Path, release: Release = RELEASE, *, step: str = "", signer: Signer = SIGNER) -> Path:
    """An update file of a release, with its own program inside."""
    target = folder / f"kqdesk-{release.version}.kqupdate"
    inside = made(folder / f"inside-{release.version}", release.version, step=step)
    write(target, inside, release, signer)
    shutil.rmtree(inside)
    return target


def started(root: Path) -> str:
    """What the launcher starts."""
    done = subprocess.run([root / "kqdesk"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


@dataclass(frozen=True)
class Place:
    """A program folder and where its update files are made."""

    program: Installed
    folder: Path

    def known(self, running: str = OLD) -> Program:
        """As a process of that version sees it."""
        return Program(self.program, (SIGNER.public,), running, PLATFORM, FOLDER)

    def packed(self, *, step: str = "", signer: Signer = SIGNER, **changes: str) -> Path:
        """An update file with some words of its release changed."""
        return update_file(self.folder, replace(RELEASE, **changes), step=step, signer=signer)
