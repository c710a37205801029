"""Copies of an embedded hub: its database as it stands at one moment and its files, checked before they count.

The keys and the certificate are not in a copy: whoever finds one reads nothing. A copy is a folder; it is written under
another name and renamed when whole. A database on PostgreSQL is copied by ``pg_dump``.
"""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlcipher3.dbapi2 as driver

from kqdesk.kernel.disk import disk_fault
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import CHINA
from kqdesk.store import engine as files

NAME = "kqdesk-hub-{at:%Y%m%d-%H%M%S}"
ASIDE = "before-{at:%Y%m%d-%H%M%S}"
DATABASE, FILES = "hub.db", "files"
NOT_WHOLE = "这份备份不完整，不能用：{path}。请换一份。"
OTHER_KEYS = (
    "这份备份坏了，或不是用这个数据站的密钥写的：{path}。请换一份，或先把配套的 hub.keys 放回数据站的文件夹。"
)
THERE = "{path} 已经有了，请过一秒再试。"


@dataclass(frozen=True)
class HubCopy:
    """One copy. ``heads``: school code → the number of its last row; how many files."""

    path: Path
    heads: Mapping[str, int]
    files: int


def make_copy(database: Path, attachments: Path, raw_key: str, folder: Path, now: datetime) -> HubCopy:
    """Write a checked copy into ``folder``; the hub may go on serving meanwhile."""
    target = folder / NAME.format(at=now.astimezone(CHINA))
    if target.exists():
        raise UserError(THERE.format(path=target))
    half = target.with_name(f"{target.name}.part")
    try:
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        _vacuum(database, raw_key, half / DATABASE)
        shutil.copytree(attachments, half / FILES, dirs_exist_ok=True)
        found = check_copy(half, raw_key)
        half.rename(target)
    except OSError as wrong:
        shutil.rmtree(half, ignore_errors=True)
        raise disk_fault(wrong, folder) from wrong
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    return HubCopy(target, found.heads, found.files)


def check_copy(path: Path, raw_key: str) -> HubCopy:
    """Read every page of a copy's database; UserError when it is not whole, or of another hub."""
    if not (path / DATABASE).is_file() or not (path / FILES).is_dir():
        raise UserError(NOT_WHOLE.format(path=path))
    try:
        raw = files.connect(path / DATABASE, raw_key)
    except UserError as wrong:
        raise UserError(OTHER_KEYS.format(path=path)) from wrong
    try:
        torn = raw.execute("PRAGMA cipher_integrity_check").fetchall() or [
            row for row in raw.execute("PRAGMA integrity_check").fetchall() if row[0] != "ok"
        ]
        heads = {} if torn else dict(raw.execute("SELECT school,head FROM hub_school").fetchall())
    except driver.DatabaseError as wrong:
        raise UserError(NOT_WHOLE.format(path=path)) from wrong
    finally:
        raw.close()
    if torn:
        raise UserError(NOT_WHOLE.format(path=path))
    return HubCopy(path, heads, sum(1 for one in (path / FILES).rglob("*") if one.is_file()))


def put_back(copy: Path, database: Path, attachments: Path, raw_key: str, now: datetime) -> Path:
    """The checked copy becomes the hub's data; the database that stood there is kept in the folder returned.

    The hub must not serve. Killed at any step, the old or the new database stands. Files are only added: they are
    named by what is in them, and one nobody asks for does no harm.
    """
    check_copy(copy, raw_key)
    aside, fresh = database.parent / ASIDE.format(at=now.astimezone(CHINA)), database.with_suffix(".fresh")
    try:
        _copied(copy / DATABASE, fresh)
        shutil.copytree(copy / FILES, attachments, dirs_exist_ok=True)
        _settle(database, raw_key)
        aside.mkdir()
        if database.exists():
            _copied(database, aside / DATABASE)
        for rest in (f"{DATABASE}-wal", f"{DATABASE}-shm"):  # only a damaged database leaves them
            if database.with_name(rest).exists():
                database.with_name(rest).rename(aside / rest)
        fresh.replace(database)
    except OSError as wrong:
        raise disk_fault(wrong, database) from wrong
    return aside


def _copied(source: Path, target: Path) -> None:
    """On the disk before it counts."""
    with source.open("rb") as read, target.open("wb") as written:
        shutil.copyfileobj(read, written, 1 << 20)
        written.flush()
        os.fsync(written.fileno())


def _settle(database: Path, raw_key: str) -> None:
    """Everything into the one file. A database that does not open any more is why a copy is put back."""
    if database.exists():
        with suppress(UserError, driver.DatabaseError):
            raw = files.connect(database, raw_key)
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.close()


def _vacuum(database: Path, raw_key: str, target: Path) -> None:
    raw = files.connect(database, raw_key)
    try:
        raw.execute("VACUUM INTO ?", (str(target),))
    finally:
        raw.close()
