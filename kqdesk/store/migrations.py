"""Numbered steps of the database: ``db/NNNN_telling_name.sql``, tried on a verified copy before the file is touched.

A new home is made from the metadata and stamped with the newest number; a test proves that running every step
from the first gives the same schema. A file newer than the program is refused.
"""

import re
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, select
from sqlalchemy.exc import DatabaseError

from kqdesk.kernel.disk import LOW_SPACE, disk_fault, refuse_low_space
from kqdesk.kernel.errors import UserError
from kqdesk.store import engine, journal
from kqdesk.store.base import Station
from kqdesk.store.ids import Ids
from kqdesk.store.tables import home_fact

_NO_IDS = Ids(lambda: datetime.now(UTC), Random(0))  # steps are SQL and make no rows of their own
_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
NEWER = (
    "这份学校数据来自更新版本的程序（数据版本 {found}，本程序到 {known}）。"
    "请先升级程序再打开；数据没有被改动。"
)
FAILED = "数据升级没有通过检查（{why}），原数据没有被改动。请保留现状，把诊断报告发给技术支持。"


@dataclass(frozen=True)
class Step:
    """One migration file."""

    number: int
    path: Path


def steps(folder: Path) -> list[Step]:
    """Every step in order; ValueError when a name is not telling or a number is missing."""
    found = [
        Step(int(match[1]), path)
        for path in sorted(folder.glob("*.sql"))
        if (match := _NAME.match(path.name))
    ]
    if [step.number for step in found] != list(range(1, len(found) + 1)):
        raise ValueError("migrations must be numbered 0001, 0002, … without a gap")
    return found


def latest(folder: Path) -> int:
    """Number of the newest step."""
    return len(steps(folder))


def bring_up_to_date(
    path: Path, key: Callable[[], str], folder: Path, *, now: datetime, keep: Path
) -> int | None:
    """Migrate ``path`` when it is older; returns the version it had, or None when nothing was to do.

    Works on a copy, checks it (pages, foreign keys, counts, journal), then swaps; the old file stays as ``keep``.
    """
    try:
        return _bring(path, key, steps(folder), now, keep)
    except (DatabaseError, driver.DatabaseError) as wrong:
        told = engine.disk_words(str(getattr(wrong, "orig", wrong)))
        if told is None:
            raise
        raise told from wrong
    except OSError as wrong:
        raise disk_fault(wrong, path) from wrong


def _bring(path: Path, key: Callable[[], str], todo: Sequence[Step], now: datetime, keep: Path) -> int | None:
    copy = path.with_name(path.name + ".migrating")
    found = _migrated(path, copy, key, todo, now)
    if found is None:
        return None
    _checkpoint(copy, key)
    _swap(path, copy, keep)
    return found


def rehearse(path: Path, key: Callable[[], str], folder: Path, *, now: datetime) -> int | None:
    """Run the steps of ``folder`` on a copy of ``path``, check it as an upgrade would, throw it away; ``path`` stays.

    Returns the version the file has, or None when nothing would be to do. UserError when the steps would not get through.
    """
    copy = path.with_name(path.name + ".rehearsing")
    try:
        refuse_low_space(path.parent, need=LOW_SPACE + 2 * path.stat().st_size)
        return _migrated(path, copy, key, steps(folder), now)
    except (DatabaseError, driver.DatabaseError) as wrong:
        words = str(getattr(wrong, "orig", wrong))
        raise engine.disk_words(words) or UserError(FAILED.format(why=words)) from wrong
    except OSError as wrong:
        raise disk_fault(wrong, path) from wrong
    finally:
        with suppress(OSError):
            _forget(copy)


def _migrated(
    path: Path, copy: Path, key: Callable[[], str], todo: Sequence[Step], now: datetime
) -> int | None:
    """A verified copy with every step done; the version the original has, None when it is the newest."""
    found = _copy_if_old(path, copy, key, len(todo))
    if found is None:
        return None
    made = engine.lane(
        lambda: engine.connect(copy, key()), size=1, writes=True, station=Station("", "", _NO_IDS)
    )
    try:
        with made.begin() as conn:
            before = _counts(conn)
        for step in todo[found:]:
            with made.begin() as conn:
                _run(conn, step, now)
        with made.begin() as conn:
            _verify(conn, before)
    finally:
        made.dispose()
    return found


def _copy_if_old(path: Path, copy: Path, key: Callable[[], str], known: int) -> int | None:
    raw = engine.connect(path, key())
    try:
        found = int(raw.execute("PRAGMA user_version").fetchone()[0])
        if found > known:
            raise UserError(NEWER.format(found=found, known=known))
        if found == known:
            return None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _forget(copy)
        target = engine.connect(copy, key(), make=True)
        raw.backup(target)
        target.close()
        return found
    finally:
        raw.close()


def _run(conn: Connection, step: Step, now: datetime) -> None:
    """One step, one transaction, one journal entry of kind migrate; triggers are made anew for the columns there are."""
    facts = dict(conn.execute(select(home_fact.c.key, home_fact.c.value)).all())
    label = f"升级数据：{step.path.stem}"
    entry = journal.open_entry(conn, "migrate", now, "", facts["station"], label, None)
    for sql in split(step.path.read_text("utf-8")):
        conn.exec_driver_sql(sql)
    _redress(conn)
    journal.Sealer(bytes.fromhex(facts["journal_key"])).seal(conn, journaled(conn), entry)
    conn.exec_driver_sql(f"PRAGMA user_version={step.number}")


def split(script: str) -> list[str]:
    """Statements of a script, cut where a line ends with ``;`` outside a trigger's BEGIN … END."""
    statements, current, inside = [], "", False
    for line in script.splitlines():
        if not current and (not line.strip() or line.lstrip().startswith("--")):
            continue
        current += line + "\n"
        words = line.upper().split()
        inside = inside or (current.upper().lstrip().startswith("CREATE TRIGGER") and "BEGIN" in words)
        if line.rstrip().endswith(";") and (not inside or words[-1] == "END;"):
            statements.append(current.strip().rstrip(";"))
            current, inside = "", False
    if current.strip():
        statements.append(current.strip())
    return statements


def journaled(conn: Connection) -> dict[str, Sequence[str]]:
    """Journaled tables of a file as it is: those with ``id`` and ``school``."""
    names = conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table'").scalars().all()
    columns = {
        name: [row[1] for row in conn.exec_driver_sql(f'PRAGMA table_info("{name}")')] for name in names
    }
    return {name: cols for name, cols in columns.items() if {"id", "school"} <= set(cols)}


def _redress(conn: Connection) -> None:
    for table, columns in journaled(conn).items():
        for verb in ("insert", "update", "delete"):
            conn.exec_driver_sql(f"DROP TRIGGER IF EXISTS journal_{table}_{verb}")
        for sql in journal.triggers(table, columns):
            conn.exec_driver_sql(sql)


def _counts(conn: Connection) -> dict[str, int]:
    return {
        name: int(conn.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one())
        for name in journaled(conn)
    }


def _verify(conn: Connection, before: dict[str, int]) -> None:
    state = conn.exec_driver_sql("PRAGMA integrity_check").scalar_one()
    if state != "ok":
        raise UserError(FAILED.format(why=f"完整性 {state}"))
    if conn.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise UserError(FAILED.format(why="有记录失去了关联"))
    after = _counts(conn)
    lost = [name for name, count in before.items() if after.get(name, 0) < count]
    if lost:
        raise UserError(FAILED.format(why="记录变少：" + "、".join(lost)))


def _checkpoint(path: Path, key: Callable[[], str]) -> None:
    raw = engine.connect(path, key())
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()


def _forget(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _swap(path: Path, copy: Path, keep: Path) -> None:
    """The old file gets a second name before the new one takes its place; one of them is whole at any moment."""
    keep.parent.mkdir(parents=True, exist_ok=True)
    _forget(keep)
    try:
        keep.hardlink_to(path)
    except OSError:  # a stick with FAT has no hard links
        shutil.copy2(path, keep)
    copy.replace(path)
