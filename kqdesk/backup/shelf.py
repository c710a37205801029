"""The folder of backups: what is there, is it good, which is the newest good one, what was carried away on a stick."""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from kqdesk.backup import container
from kqdesk.backup.container import DATABASE, ENDING, BadBackup, Container, Manifest
from kqdesk.backup.making import facts_of, fault_of
from kqdesk.backup.policy import Kept, Reason, thin
from kqdesk.kernel.disk import MIB, atomic_write, disk_fault, refuse_low_space
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.places import HomeLayout
from kqdesk.kernel.schoolday import CHINA
from kqdesk.security.datakey import DataKey

REPLACED = "replaced-"
"""Folders of what a restore replaced."""
KEEP_REPLACED = timedelta(days=31)
_BOOK = "book.json"


@dataclass(frozen=True)
class Shelved:
    """One file of the list. ``fault``: why it cannot be used; empty when nothing spoke against it at a glance."""

    path: Path
    at: datetime
    reason: Reason | None
    size: int
    manifest: Manifest | None
    fault: str = ""

    @property
    def title(self) -> str:
        """How a person names it: 3月2日 12:00 导入之前."""
        local = self.at.astimezone(CHINA)
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M} {self.reason.label if self.reason else '原因不明'}"


class Book(msgspec.Struct, frozen=True):
    """What is remembered of the care taken; lost without harm."""

    copied_at: str = ""
    copied_file: str = ""
    copied_to: str = ""
    drilled_at: str = ""

    @property
    def copied(self) -> datetime | None:
        """When a backup was last carried away."""
        return datetime.fromisoformat(self.copied_at) if self.copied_at else None

    @property
    def drilled(self) -> datetime | None:
        """When the newest one was last unpacked, opened and compared."""
        return datetime.fromisoformat(self.drilled_at) if self.drilled_at else None


# --- looking ---------------------------------------------------------------------------------------------------------


def backups_in(folder: Path) -> list[Shelved]:
    """Every backup file, newest first, damaged ones with their fault; reads only the manifests."""
    return sorted(
        (_shelved(path) for path in folder.glob(f"*{ENDING}")), key=lambda one: one.at, reverse=True
    )


def _shelved(path: Path) -> Shelved:
    stat = path.stat()
    try:
        manifest = container.glance(path).manifest
    except BadBackup as bad:
        return Shelved(path, datetime.fromtimestamp(stat.st_mtime, UTC), None, stat.st_size, None, bad.why)
    except UserError as bad:
        return Shelved(path, datetime.fromtimestamp(stat.st_mtime, UTC), None, stat.st_size, None, str(bad))
    return Shelved(path, manifest.made_at, reason_of(manifest), stat.st_size, manifest)


def reason_of(manifest: Manifest) -> Reason | None:
    """Its reason; None when a later program gave one we do not know."""
    with suppress(ValueError):
        return Reason(manifest.reason)
    return None


def prove(path: Path, key: DataKey | None, scratch: Path | None = None) -> Container:
    """Look at every byte; with ``key`` also open the copy and compare. BadBackup with the reason else.

    scratch: where the copy is unpacked for the look; the platform's temporary folder by default (it stays encrypted).
    """
    found = container.open_whole(path)
    with TemporaryDirectory(prefix="kqdesk-", dir=scratch) as folder:
        place = Path(folder)
        container.unpack(
            found, place, {name: Path(f"part-{n}") for n, name in enumerate(found.manifest.parts)}
        )
        if key is not None:
            _prove_inside(found, key, place / f"part-{list(found.manifest.parts).index(DATABASE)}")
    return found


def _prove_inside(found: Container, key: DataKey, database: Path) -> None:
    name = found.path.name
    if not found.manifest.is_genuine(key):
        raise BadBackup(name, "清单不是用本校的数据密钥做的（别的学校的备份、换过数据密钥，或被人改过）")
    fault = fault_of(database, key, facts_of(found.manifest))
    if fault:
        raise BadBackup(name, f"里面的数据{fault}")


def foreign(layout: HomeLayout, key: DataKey) -> list[Path]:
    """Backups on this PC that were made under another data key: they open with the sheet printed then, and with the
    key somebody may have taken along."""
    return [
        one.path for one in backups_in(layout.backups) if one.manifest and not one.manifest.is_genuine(key)
    ]


def verify(path: Path, key: DataKey | None, shelf: Path) -> Container:
    """As ``prove``, but the refusal names the newest good backup on ``shelf``."""
    try:
        return prove(path, key)
    except BadBackup as bad:
        raise with_next(bad, shelf, path) from None


def with_next(bad: BadBackup, shelf: Path, path: Path) -> BadBackup:
    """The same refusal with what to use instead."""
    other = newest_good(shelf, besides=path)
    if other is None:
        return BadBackup(bad.name, bad.why, "这里没有别的好备份，请看看 U 盘上有没有。没有改动任何数据。")
    return BadBackup(bad.name, bad.why, f"可以改用「{other.path.name}」（{other.title}）。没有改动任何数据。")


def newest_good(folder: Path, besides: Path | None = None) -> Shelved | None:
    """The newest backup of which every byte is right: what is offered when a database does not open. None: there is none."""
    for one in backups_in(folder):
        if one.fault or (besides is not None and one.path.absolute() == besides.absolute()):
            continue
        with suppress(UserError):
            container.open_whole(one.path)
            return one
    return None


# --- caring ----------------------------------------------------------------------------------------------------------


def tidy(layout: HomeLayout, now: datetime) -> list[Path]:
    """Delete what the rules let go, and what restores replaced a month ago; returns what went."""
    shelved = {one.path.name: one for one in backups_in(layout.backups)}
    kept = [
        Kept(name, one.at, one.reason or Reason.MANUAL, is_good=not one.fault)
        for name, one in shelved.items()
    ]
    gone = [shelved[one.name].path for one in thin(kept, now)]
    for path in gone:
        path.unlink(missing_ok=True)
    for folder in layout.backups.glob(f"{REPLACED}*"):
        if now - datetime.fromtimestamp(folder.stat().st_mtime, UTC) > KEEP_REPLACED:
            shutil.rmtree(folder, ignore_errors=True)
            gone.append(folder)
    return gone


def drill(layout: HomeLayout, key: DataKey, now: datetime) -> Container:
    """Unpack, open and compare the newest backup, as a restore would, and note the day. UserError when there is none."""
    shelved = backups_in(layout.backups)
    if not shelved:
        raise UserError("还没有任何备份，请先做一份。")
    found = verify(shelved[0].path, key, layout.backups)
    _note(layout, msgspec.structs.replace(book(layout), drilled_at=now.isoformat(timespec="seconds")))
    return found


def carry(layout: HomeLayout, backup: Path, folder: Path, now: datetime) -> Path:
    """Copy a backup to a stick, read it back from there, and note the day; returns where it lies."""
    if folder.absolute().is_relative_to(layout.home.absolute()):
        raise UserError("拷到数据文件夹里面没有用：电脑坏了就一起没有了。请选 U 盘或另一块硬盘上的文件夹。")
    whole = container.open_whole(backup)
    if not folder.is_dir():
        raise disk_fault(FileNotFoundError(), folder)
    refuse_low_space(folder, need=backup.stat().st_size + MIB)
    target = folder / backup.name
    try:
        with container.whole_copy(backup, target) as fresh:
            container.open_whole(fresh)
    except OSError as wrong:
        raise disk_fault(wrong, target) from wrong
    noted = Book(
        copied_at=now.isoformat(timespec="seconds"),
        copied_file=whole.path.name,
        copied_to=str(folder),
        drilled_at=book(layout).drilled_at,
    )
    _note(layout, noted)
    return target


def book(layout: HomeLayout) -> Book:
    """What was noted; an empty book when there is none or it cannot be read."""
    try:
        found = msgspec.json.decode((layout.backups / _BOOK).read_bytes(), type=Book)
        _ = found.copied, found.drilled
    except (OSError, ValueError):
        return Book()
    return found


def _note(layout: HomeLayout, noted: Book) -> None:
    with suppress(OSError):  # a reminder that comes too early is no harm
        atomic_write(layout.backups / _BOOK, msgspec.json.encode(noted))
