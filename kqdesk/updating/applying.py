"""From an update file to the next start: prove, back up, unpack beside, try the data on a copy, switch the pointer.

Broken off anywhere, the launcher starts the old version or the new one, and the school's data was never written: the
new version migrates it at its own first start, on a copy again, with a backup before (``store.migrations``).
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kqdesk.kernel.disk import LOW_SPACE, disk_fault, refuse_low_space
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.security.signing import SIGNATURE_BYTES
from kqdesk.updating import layout, manifest, packing, rules
from kqdesk.updating.layout import MANIFEST, Installed, Pointer
from kqdesk.updating.manifest import Entry, Manifest
from kqdesk.updating.packing import CHUNK, UpdateFile
from kqdesk.updating.rules import Here

STEPS = 5
NO_WAY_BACK = "这台电脑上没有留着更早的版本，不能回退。"
INCOMPLETE = "{version} 版的程序文件不全或被改过（{what}），不能用它。请用安装包重新装一次。"


@dataclass(frozen=True)
class Care:
    """What must be well before the switch; each raises UserError. Lent by whoever holds the school's home.

    backup: a verified backup now. rehearse(db): the new program's database steps on a copy of the data, counts compared.
    """

    backup: Callable[[], object]
    rehearse: Callable[[Path], object]


def nothing() -> None:
    """No home yet: nothing to back up."""


NO_HOME = Care(nothing, lambda _: None)


def checked(path: Path, here: Here, keys: Sequence[bytes]) -> UpdateFile:
    """The update file, when it is genuine and fits this program; UserError otherwise. Not every byte is read yet."""
    file = packing.look(path, keys)
    refused = rules.refusal(file.manifest.facts, here)
    if refused:
        raise UserError(refused)
    return file


def apply(
    file: UpdateFile, program: Installed, care: Care, progress: Progress = Quiet(), *, low: int = LOW_SPACE
) -> str:
    """Do the whole update; returns the version the next start will be. UserError: the old version goes on as before.

    low: bytes that must be left on the program's disk afterwards.
    """
    manifest_ = file.manifest
    refuse_low_space(program.root, need=low + manifest_.size)
    packing.prove(file, progress)
    progress.step(1, STEPS, "备份")
    care.backup()
    progress.step(2, STEPS, "解开新版本")
    folder = _unpacked(file, program)
    progress.step(3, STEPS, "用数据的副本试一遍")
    care.rehearse(database_steps(folder))
    progress.step(4, STEPS, "切换")
    before = program.pointer().now
    program.point(Pointer(manifest_.version, before))
    progress.step(STEPS, STEPS, "完成")
    return manifest_.version


def _unpacked(file: UpdateFile, program: Installed) -> Path:
    """The new version's folder, whole: made beside and renamed, or left by an earlier try and found whole."""
    version = file.manifest.version
    folder, draft = program.folder(version), program.draft(version)
    layout.removed(draft)
    if folder.is_dir():
        if not fault_of(folder, file.manifest):
            return folder
        layout.removed(folder)
    try:
        draft.mkdir(parents=True)
        packing.unpack(file, Unpacker(draft).put)
        _write(draft / MANIFEST, iter((file.head,)), runs=False)
    except OSError as wrong:
        layout.removed(draft)
        raise disk_fault(wrong, draft) from wrong
    except UserError:
        layout.removed(draft)
        raise
    layout.moved(draft, folder)
    return folder


@dataclass(frozen=True)
class Unpacker:
    """Writes entries below a folder that is nobody's yet."""

    folder: Path

    def put(self, entry: Entry, content: Iterator[bytes]) -> None:
        """One entry, on the disk when this returns. Unreachable with the disk's fault."""
        target = self.folder / entry.path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if entry.link:
                target.symlink_to(entry.link)
            else:
                _write(target, content, runs=entry.runs)
        except OSError as wrong:
            raise disk_fault(wrong, target) from wrong


def _write(target: Path, content: Iterator[bytes], *, runs: bool) -> None:
    with target.open("xb") as out:
        for chunk in content:
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    target.chmod(0o755 if runs else 0o644)


def fault_of(folder: Path, manifest_: Manifest) -> str:
    """What is missing or changed in an unpacked version, in a few words; "" when it is whole."""
    for entry in manifest_.files:
        path = folder / entry.path
        if entry.link:
            if not path.is_symlink() or path.readlink().as_posix() != entry.link:
                return entry.path
        elif not path.is_file() or path.stat().st_size != entry.size or _digest(path) != entry.sha256:
            return entry.path
    return ""


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def database_steps(folder: Path) -> Path:
    """Where a version keeps the numbered steps of the database: beside the program, or in PyInstaller's inner folder."""
    inner = folder / "_internal" / "db"
    return inner if inner.is_dir() else folder / "db"


# --- one step back ------------------------------------------------------------------------------------------------


def way_back(program: Installed) -> str:
    """The version one step back, whole; UserError when there is none or it is damaged."""
    before = program.pointer().before
    if not before:
        raise UserError(NO_WAY_BACK)
    kept = program.folder(before) / MANIFEST
    if kept.is_file():  # the first version came by an installer and brought none
        content = kept.read_bytes()[:-SIGNATURE_BYTES]
        fault = fault_of(program.folder(before), manifest.decode(content))
        if fault:
            raise UserError(INCOMPLETE.format(version=before, what=fault))
    return before


def go_back(program: Installed) -> str:
    """Switch to the version before; the newer one stays as the step forward. Returns the version of the next start."""
    before = way_back(program)
    program.point(Pointer(before, program.pointer().now))
    return before
