"""Connections to the encrypted file: each is keyed, asserted, and belongs to one lane.

FULL is not a matter of taste: with NORMAL a simulated power loss took acknowledged rows in 1,435 of 1,949
crash states (reliability study). SQLite before 3.51.3 has the WAL-reset race.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.store.base import Station

CACHE_KIB = 65_536  # random access is 4× slower at SQLCipher's default 2 MB
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "temp_store": 2,  # nothing of the database is spilt to disk in clear
}
DAMAGED = "学校数据文件打不开：文件已损坏，或不是这把钥匙的数据。请不要删除它；用「恢复」从备份恢复，或找回配套的钥匙文件。"


NO_ROOM = "学校数据文件这会儿读不了（磁盘已满、只读或出错），数据没有坏。请先清理或检查磁盘，再打开。"
DISK_FULL = "磁盘已满，刚才的修改没有保存。请先腾出至少 200 MB 空间再试；已保存的数据都在。"
DISK_WRITE = (
    "数据文件写不进去（磁盘只读、被占用或出错），刚才的修改没有保存。请检查磁盘后重试；已保存的数据都在。"
)
MISSING = "找不到学校的数据文件 school.db，只有钥匙文件在。请从备份恢复，或把数据文件放回原处。"


def connect(path: Path, key: str, *, make: bool = False) -> Any:
    """One keyed DB-API connection with every pragma set and read back; UserError when the file does not open.

    make: the file may be new; else a missing one is an error, never an empty school.
    """
    if not make and not path.exists():
        raise UserError(MISSING)
    if driver.sqlite_version_info < (3, 51, 3):
        raise UserError(f"数据库组件太旧（{driver.sqlite_version}），请重新安装程序。")
    raw = driver.connect(str(path), isolation_level=None, check_same_thread=False)
    cursor = raw.cursor()
    try:
        cursor.execute("PRAGMA cipher_log_level=NONE")
        cursor.execute(f'PRAGMA key="{key}"')
        cursor.execute("PRAGMA cipher_memory_security=OFF")
        cursor.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except driver.DatabaseError as wrong:
        raw.close()
        if any(word in str(wrong) for word in ("full", "disk I/O", "readonly")):  # not the file's fault
            raise Unreachable(NO_ROOM) from wrong
        raise UserError(DAMAGED) from wrong
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
        got = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        if got != value:
            raw.close()
            raise RuntimeError(f"PRAGMA {name} is {got}, wanted {value}")
    cursor.close()
    return raw


def lane(connect_raw: Callable[[], Any], *, size: int, writes: bool, station: Station) -> Engine:
    """An engine of ``size`` connections: the write lane begins IMMEDIATE, read lanes are query_only."""
    engine = create_engine(
        "sqlite://",
        creator=connect_raw,
        module=driver,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=600,
        pool_reset_on_return="rollback",
        hide_parameters=True,  # names and numbers of people never reach a log
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, record: ConnectionPoolEntry) -> None:
        record.info["station"] = station
        if not writes:
            raw.execute("PRAGMA query_only=1")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def disk_words(said: str) -> Unreachable | None:
    """What SQLite said of the disk as a sentence; None when it was not about the disk."""
    if "disk is full" in said:
        return Unreachable(DISK_FULL)
    if any(word in said for word in ("readonly database", "disk I/O", "unable to open", "is locked")):
        return Unreachable(DISK_WRITE)
    return None


def reading_words(said: str) -> UserError | None:
    """What SQLite said while something was read, as a sentence; None when it is our own fault."""
    if any(word in said for word in ("disk is full", "disk I/O", "unable to open", "is locked", "readonly")):
        return Unreachable(NO_ROOM)
    if "malformed" in said or "not a database" in said:
        return UserError(DAMAGED)
    return None
