"""Put a backup in the place of a home, or into an empty one; whole after a kill at any step, and reversible.

Everything is unpacked and proved beside the home first. Then a note (``kqdesk.restoring``) is written: from there on
the restore is decided, and whoever opens the home next finishes what a kill broke off. What was there before is
kept as a folder; a verified backup of it is made too when it still opens. Photos and sealed secrets are never
taken away: they are added where they lack. ``kqdesk.restored`` tells sync to wait until somebody confirms.
"""

import json
import shutil
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3.dbapi2 as driver

from kqdesk.backup import container
from kqdesk.backup.container import DATABASE, KEYS, BadBackup, Container, Manifest, sync_folder
from kqdesk.backup.making import facts_of, fault_of, make, take_copy
from kqdesk.backup.policy import Reason
from kqdesk.backup.shelf import REPLACED, with_next
from kqdesk.kernel.disk import LOW_SPACE, atomic_write, disk_fault, refuse_low_space
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.places import HomeLayout
from kqdesk.kernel.schoolday import CHINA
from kqdesk.security import vault
from kqdesk.security.datakey import DataKey
from kqdesk.security.file_keys import FILES, FileKeys
from kqdesk.security.keycopies import Source, path_of, read_copies
from kqdesk.security.keyfile import open_with_recovery
from kqdesk.security.keyslots import is_genuine
from kqdesk.security.vault import Vault
from kqdesk.store import engine
from kqdesk.store.head import Ending, HeadFile

LOST_SHOWN = 20
OTHER_SCHOOL = "这是另一所学校的备份（学校代码 {code}），不能恢复到这里。请换本校的备份；没有改动任何数据。"
OTHER_KEY = "这份备份是用另一把数据密钥做的（之后换过密钥，或被人改过）。请用做这份备份时印的恢复码来恢复。"
_VAULT = "vault/"
NEWER = "它来自更新版本的程序（数据版本 {found}，本程序到 {known}）"


# --- what would change -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Count:
    """Rows of one table, now and after."""

    table: str
    now: int
    then: int


@dataclass(frozen=True)
class Loss:
    """One act that would be gone."""

    entry_id: int
    at: str
    actor: str
    label: str


@dataclass(frozen=True)
class Preview:
    """What a restore would change. ``is_readable``: the present database still opens; else nothing is known of it."""

    container: Container
    counts: tuple[Count, ...]
    lost: int
    newest_lost: tuple[Loss, ...]
    is_readable: bool
    is_forked: bool  # the present journal is not a continuation of the backup's


def preview(layout: HomeLayout, path: Path, key: DataKey, *, known: int) -> Preview:
    """Compare the present home with a backup; changes nothing. UserError when the backup cannot be used here."""
    found = _usable(path, layout, known)
    then = found.manifest
    try:
        with closing(engine.connect(layout.database, key.raw_pragma())) as raw:
            return _compared(raw, found)
    except (UserError, driver.DatabaseError):
        counts = tuple(Count(name, 0, count) for name, count in then.counts.items() if count)
        return Preview(found, counts, 0, (), is_readable=False, is_forked=False)


def _compared(raw: Any, found: Container) -> Preview:
    then = found.manifest
    names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    counts = []
    for name in sorted({*then.counts} - {"journal_entry", "journal_change"}):
        now = int(raw.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) if name in names else 0
        if now or then.counts[name]:
            counts.append(Count(name, now, then.counts[name]))
    row = raw.execute("SELECT hash FROM journal_entry WHERE id=?", (then.entries,)).fetchone()
    is_forked = bool(then.entries) and (row is None or bytes(row[0]).hex() != then.head)
    lost = raw.execute(
        "SELECT id,at,actor,label FROM journal_entry WHERE CASE WHEN ? THEN at>? ELSE id>? END ORDER BY id DESC",
        (is_forked, then.made_at.isoformat(), then.entries),
    ).fetchall()
    newest = tuple(Loss(*one) for one in lost[:LOST_SHOWN])
    return Preview(found, tuple(counts), len(lost), newest, is_readable=True, is_forked=is_forked)


def _usable(path: Path, layout: HomeLayout, known: int) -> Container:
    try:
        found = container.open_whole(path)
        if found.manifest.data_version > known:
            why = NEWER.format(found=found.manifest.data_version, known=known)
            raise BadBackup(path.name, why, "请先把程序升级到最新版，再用这份备份。")
    except BadBackup as bad:
        raise bad if "版本" in bad.why else with_next(bad, layout.backups, path) from None
    if _home_id(layout) not in ("", found.manifest.home_id):
        raise UserError(OTHER_SCHOOL.format(code=found.manifest.school))
    return found


def _home_id(layout: HomeLayout) -> str:
    """Of the home that is there; empty when there is none, or its key file cannot be read: it may still be restored."""
    with suppress(UserError):
        return read_copies(layout.keys)[0].header.home
    return ""


# --- doing it ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Restored:
    """What was done. ``kept``: folder of what was replaced; ``before``: backup of it, None when it no longer opened."""

    manifest: Manifest
    kept: Path
    before: Container | None


def restore(
    layout: HomeLayout,
    path: Path,
    *,
    key: DataKey | None,
    code: str = "",
    now: datetime,
    known: int,
    low: int = LOW_SPACE,
    by: str = "",
) -> Restored:
    """Restore ``path``; the home's lock must be held and the database closed.

    key: the home's data key, None where there is no home. code: the printed recovery code, needed on an empty
    machine and for a backup made under an earlier data key. known: number of the newest migration the program has.
    by: id of the person who restores, for the journal; "" when only the code is known.
    """
    found = _usable(path, layout, known)
    theirs = _key_of(found, key, code, layout)
    layout.prepare()
    refuse_low_space(layout.home, need=low + 3 * path.stat().st_size)
    before = _backup_before(layout, key, now, low)
    folder = layout.home / ".restoring"
    try:
        shutil.rmtree(folder, ignore_errors=True)
        names = _stage(layout, found, folder, theirs, key)
        kept = _kept_folder(layout, now)
        note = _Note("moving", folder.name, kept.name, names, found.path.name, _iso(now), found.manifest, by)
        _write_note(layout, note)
        finish(layout)
    except OSError as wrong:
        raise disk_fault(wrong, layout.home) from wrong
    return Restored(found.manifest, kept, before)


def _key_of(found: Container, key: DataKey | None, code: str, layout: HomeLayout) -> DataKey:
    """The data key under which the backup was made."""
    if key is not None and found.manifest.is_genuine(key):
        return key
    if not code:
        raise UserError(
            OTHER_KEY if key is not None else "在新电脑上恢复需要印在恢复码纸上的恢复码，请输入恢复码。"
        )
    folder = layout.home / ".recovering"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        container.unpack(found, folder, {KEYS: Path(KEYS)})
        theirs = open_with_recovery(folder / KEYS, code=code).key
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not found.manifest.is_genuine(theirs):
        raise BadBackup(found.path.name, "清单被人改过")
    return theirs


def _backup_before(layout: HomeLayout, key: DataKey | None, now: datetime, low: int) -> Container | None:
    """A verified copy of what is about to be replaced; a database that no longer opens is kept as it is only."""
    if key is None or not layout.database.exists():
        return None
    try:
        return make(layout, key, reason=Reason.RESTORE, now=now, low=low)
    except UserError:
        return None


def _stage(
    layout: HomeLayout, found: Container, folder: Path, theirs: DataKey, key: DataKey | None
) -> tuple[str, ...]:
    """Unpack and prove everything in ``folder``; returns the names in it that are to be put in place."""
    parts = found.manifest.parts
    sealed = [name for name in parts if name.startswith(_VAULT)]
    beside = [
        name for name in parts if name not in (DATABASE, KEYS, *sealed) and not (layout.home / name).exists()
    ]
    places = {name: Path(name) for name in (*beside, *sealed)}
    container.unpack(found, folder, {DATABASE: Path("unpacked.db"), **places})
    fault = fault_of(folder / "unpacked.db", theirs, facts_of(found.manifest))
    if fault:
        raise with_next(BadBackup(found.path.name, f"里面的数据{fault}"), layout.backups, found.path)
    ours = key or theirs
    names = [DATABASE, layout.head.name, *beside, *_unite_vaults(layout, folder, found, theirs, ours)]
    if ours == theirs:
        (folder / "unpacked.db").replace(folder / DATABASE)
    else:
        take_copy(folder / "unpacked.db", folder / DATABASE, theirs, ours)
    head = HeadFile(layout.head, ours.subkey("mac"), found.manifest.home_id)
    ending = Ending(found.manifest.entries, bytes.fromhex(found.manifest.head))
    atomic_write(folder / layout.head.name, head.image(ending))
    if not _keys_fit(layout, ours):
        container.unpack(found, folder, {KEYS: Path(KEYS)})
        names.append(KEYS)
    for place in (folder, *(one for one in folder.rglob("*") if one.is_dir())):
        sync_folder(place)
    return tuple(names)


def _unite_vaults(
    layout: HomeLayout, folder: Path, found: Container, theirs: DataKey, ours: DataKey
) -> list[str]:
    """The sealed secrets to be put in place: those the home lacks or cannot open, and both homes' file keys in one ring.

    What is not to be changed is taken out of ``folder``.
    """
    home_id = found.manifest.home_id
    here, there = Vault(layout.vault, ours, home_id), Vault(folder / _VAULT, theirs, home_id)
    fresh = Vault(folder / _VAULT, ours, home_id)
    names = []
    for name in there.names():
        held, brought = _held(here, name), there.read(name)
        if held is not None and brought is not None and name == FILES:
            brought = FileKeys.decode(held).united(FileKeys.decode(brought)).encode()
        if brought is None or held == brought or (held is not None and name != FILES):
            (folder / _VAULT / name).unlink()
            continue
        fresh.write(name, brought)
        names.append(f"{_VAULT}{name}")
    return names


def _held(here: Vault, name: str) -> bytes | None:
    try:
        return here.read(name)
    except vault.BrokenSeal:
        return None


def _keys_fit(layout: HomeLayout, key: DataKey) -> bool:
    try:
        return any(is_genuine(copy.header, key) for copy in read_copies(layout.keys))
    except UserError:
        return False


def _kept_folder(layout: HomeLayout, now: datetime) -> Path:
    stem = f"{REPLACED}{now.astimezone(CHINA):%Y%m%d-%H%M%S}"
    names = [stem, *(f"{stem}-{n}" for n in range(2, 1000))]
    return next(layout.backups / name for name in names if not (layout.backups / name).exists())


# --- finishing, also after a kill ----------------------------------------------------------------------------------------


class _Note(msgspec.Struct, frozen=True):
    """How far a restore is: ``moving`` the old away, then ``placing`` the new."""

    phase: str
    staged: str
    kept: str
    names: tuple[str, ...]
    source: str
    at: str
    manifest: Manifest
    by: str = ""


def finish(layout: HomeLayout) -> bool:
    """Finish a restore that was decided; whether there was one. Repeating is harmless; hold the home's lock.

    OSError as the disk gives it: the note stays, the next start goes on.
    """
    note = _read_note(layout)
    if note is None:
        return False
    staged, kept = layout.home / note.staged, layout.backups / note.kept
    if note.phase == "moving":
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in _old_files(layout, note):
            if path.exists():
                path.replace(kept / path.name)
        sync_folder(kept)
        sync_folder(layout.home)
        note = msgspec.structs.replace(note, phase="placing")
        _write_note(layout, note)
    for name in note.names:
        if (staged / name).exists():
            target = layout.home / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (staged / name).replace(target)
            sync_folder(target.parent)
    told = {
        "from": note.source,
        "made": note.manifest.at,
        "restored": note.at,
        "entries": note.manifest.entries,
        "by": note.by,
    }
    atomic_write(layout.restored, json.dumps(told, ensure_ascii=False).encode())
    layout.restoring.unlink(missing_ok=True)
    sync_folder(layout.home)
    shutil.rmtree(staged, ignore_errors=True)
    return True


def _old_files(layout: HomeLayout, note: _Note) -> list[Path]:
    """The database with its WAL, the head, and the key file when another comes in its place."""
    beside = [layout.database.with_name(layout.database.name + suffix) for suffix in ("-wal", "-shm")]
    keys = [path_of(layout.keys, source) for source in Source] if KEYS in note.names else []
    sealed = [layout.home / name for name in note.names if name.startswith(_VAULT)]
    return [layout.database, *beside, layout.head, *keys, *sealed]


def _read_note(layout: HomeLayout) -> _Note | None:
    try:
        return msgspec.json.decode(layout.restoring.read_bytes(), type=_Note)
    except (OSError, ValueError):  # written whole or not at all; a damaged one decides nothing
        return None


def _write_note(layout: HomeLayout, note: _Note) -> None:
    atomic_write(layout.restoring, msgspec.json.encode(note))


def _iso(now: datetime) -> str:
    return now.isoformat(timespec="seconds")


def sync_waits(layout: HomeLayout) -> dict[str, Any]:
    """What was restored and not yet confirmed; empty when sync may go on."""
    try:
        found = json.loads(layout.restored.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def mark_journaled(layout: HomeLayout, note: dict[str, Any]) -> None:
    """The restored journal tells of the restore now; a disk that refuses costs a second entry, no more."""
    mark(layout, note | {"journaled": True})


def mark(layout: HomeLayout, note: dict[str, Any]) -> None:
    """Write down what was done about a restore that waits for a word; a disk that refuses costs doing it again."""
    with suppress(OSError):
        atomic_write(layout.restored, json.dumps(note, ensure_ascii=False).encode())


def confirm(layout: HomeLayout) -> None:
    """Somebody has looked: sync may go on."""
    layout.restored.unlink(missing_ok=True)
