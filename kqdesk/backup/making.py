"""Make a backup: SQLite's backup API into a copy under the same key, reopened and compared, then packed into one file.

The copy is of one moment: counts and journal head are read in the same read transaction that is copied, while
others go on writing. A backup that was not reopened and compared does not count and is not left lying about.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import sqlcipher3.dbapi2 as driver

from kqdesk import VERSION
from kqdesk.backup import container
from kqdesk.backup.container import DATABASE, ENDING, KEYS, Container, Manifest
from kqdesk.backup.policy import Reason
from kqdesk.kernel.disk import LOW_SPACE, disk_fault, refuse_low_space
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.places import HomeLayout
from kqdesk.kernel.schoolday import CHINA
from kqdesk.security.datakey import DataKey
from kqdesk.security.keychange import for_backup
from kqdesk.store import engine
from kqdesk.store.head import ending_of

_MAKING = Lock()  # the hourly one and the one before an import share a draft folder
SOURCE_BAD = "备份没有做成：学校数据文件有损坏（{why}）。请不要继续录入；以前的备份还在，请用「恢复」从最近的好备份恢复。"


@dataclass(frozen=True)
class Facts:
    """What is counted in a database, to tell whether a copy is the same."""

    school: str
    home_id: str
    station: str
    data_version: int
    counts: dict[str, int]
    entries: int
    head: str


def make(
    layout: HomeLayout, key: DataKey, *, reason: Reason, now: datetime, low: int = LOW_SPACE
) -> Container:
    """Make one in the home's folder of backups; returns it verified. UserError with the reason when it cannot be.

    low: bytes that must be left on the disk afterwards.
    """
    size = layout.database.stat().st_size if layout.database.exists() else 0
    refuse_low_space(layout.backups, need=low + 2 * size)  # the copy, and the packed copy
    with _MAKING, _draft(layout.backups) as folder:
        copy = folder / DATABASE
        try:
            facts = take_copy(layout.database, copy, key)
            fault = fault_of(copy, key, facts)
            if fault:
                raise UserError(SOURCE_BAD.format(why=fault))
            parts: dict[str, Path | bytes] = {
                DATABASE: copy,
                KEYS: for_backup(layout.keys, key=key),
                **_beside(layout),
            }
            target = _free_name(layout.backups, now, reason)
            container.write(target, _draft_manifest(facts, reason, now), parts, key)
        except OSError as wrong:
            raise disk_fault(wrong, layout.backups) from wrong
        return container.open_whole(target)


def _draft_manifest(facts: Facts, reason: Reason, now: datetime) -> Manifest:
    return Manifest(
        format=container.FORMAT,
        version=container.VERSION,
        school=facts.school,
        home_id=facts.home_id,
        station=facts.station,
        program=VERSION,
        data_version=facts.data_version,
        reason=reason.value,
        at=now.isoformat(timespec="seconds"),
        counts=facts.counts,
        entries=facts.entries,
        head=facts.head,
        parts={},
    )


@contextmanager
def _draft(backups: Path) -> Iterator[Path]:
    """A folder for what is not a backup yet; one that a kill left behind is cleared away first."""
    folder = backups / ".making"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _beside(layout: HomeLayout) -> dict[str, Path]:
    """What lies beside the database and is encrypted already."""
    return {
        f"{folder.name}/{path.relative_to(folder).as_posix()}": path
        for folder in (layout.vault, layout.attachments)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".next"
    }


def _free_name(folder: Path, now: datetime, reason: Reason) -> Path:
    stem = f"{now.astimezone(CHINA):%Y%m%d-%H%M%S}-{reason.value}"
    names = [f"{stem}{ENDING}", *(f"{stem}-{n}{ENDING}" for n in range(2, 1000))]
    return next(folder / name for name in names if not (folder / name).exists())


# --- the copy and its checks ------------------------------------------------------------------------------------------


def take_copy(source: Path, target: Path, key: DataKey, new_key: DataKey | None = None) -> Facts:
    """Copy a database as of one moment, under ``new_key`` if given; returns what was counted in that moment."""
    with closing(engine.connect(source, key.raw_pragma())) as raw:
        raw.execute("BEGIN")
        try:
            facts = measure(raw)
            with closing(engine.connect(target, (new_key or key).raw_pragma(), make=True)) as copy:
                raw.backup(copy)
                copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.execute("COMMIT")
        except driver.DatabaseError as wrong:
            raise UserError(SOURCE_BAD.format(why=str(wrong))) from wrong
    return facts


def fault_of(path: Path, key: DataKey, facts: Facts) -> str:
    """What is wrong with a copy, in a few words; empty when every page is good and it holds what was counted."""
    try:
        with closing(engine.connect(path, key.raw_pragma())) as raw:
            pages = raw.execute("PRAGMA cipher_integrity_check").fetchall()
            if pages:
                return f"{len(pages)} 页损坏"
            state = raw.execute("PRAGMA quick_check").fetchone()[0]
            if state != "ok":
                return "结构损坏"
            found = measure(raw)
    except UserError:
        return "打不开"
    except driver.DatabaseError:
        return "读不完整"
    return "" if found == facts else "条数或操作记录与清单不同"


def measure(raw: Any) -> Facts:
    """Count an open database (a DB-API connection)."""
    facts = dict(raw.execute("SELECT key,value FROM home_fact").fetchall())
    names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
    kept = [
        name
        for name in names
        if {"id", "school"} <= {row[1] for row in raw.execute(f'PRAGMA table_info("{name}")')}
    ]
    counts = {
        name: int(raw.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
        for name in (*kept, "journal_entry", "journal_change")
    }
    ending = ending_of(raw)
    return Facts(
        school=facts["school"],
        home_id=facts["home_id"],
        station=facts["station"],
        data_version=int(raw.execute("PRAGMA user_version").fetchone()[0]),
        counts=counts,
        entries=ending.entry_id,
        head=ending.sealed.hex(),
    )


def measure_home(raw: Any) -> str:
    """The home id an open database belongs to."""
    return str(raw.execute("SELECT value FROM home_fact WHERE key='home_id'").fetchone()[0])


def facts_of(manifest: Manifest) -> Facts:
    """What the manifest says was counted."""
    return Facts(
        school=manifest.school,
        home_id=manifest.home_id,
        station=manifest.station,
        data_version=manifest.data_version,
        counts=manifest.counts,
        entries=manifest.entries,
        head=manifest.head,
    )
