"""The hub's database of either kind: an encrypted SQLite file, or PostgreSQL by URL with a wall between schools.

On PostgreSQL the tables belong to an owner role; the role the server works with can neither change nor drop them,
and sees only the school it has named for the transaction (row-level security). ``for_school`` names it.
"""

import errno
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import QueuePool
from sqlalchemy.schema import CreateColumn

from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.store import engine as files

EVERY_SCHOOL = "*"
"""What an officer's overview names: all schools of the hub."""
_LINES = 6
_CACHE_KIB = 49_152
_BUSY_MS = 30_000
_school: ContextVar[str] = ContextVar("school", default="")

POSTGRES = "postgresql+psycopg"
NO_ANSWER = "PostgreSQL 没有回应，请检查数据库地址、账号和网络；学校电脑上的数据都在，恢复后会自己补交。"
BAD_URL = f"数据库地址写得不对，应当像 {POSTGRES}://账号:密码@主机/库名。"


@contextmanager
def for_school(school: str) -> Iterator[None]:
    """Every transaction begun inside belongs to this school (or ``EVERY_SCHOOL``)."""
    token = _school.set(school)
    try:
        yield
    finally:
        _school.reset(token)


def embedded(path: Path, raw_key: str) -> Engine:
    """The SQLCipher file at ``path``, made when new. Writers queue; ``execution_options(reading=True)`` reads beside."""

    def connect() -> Any:
        raw = files.connect(path, raw_key, make=True)
        raw.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        raw.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        return raw

    engine = create_engine(
        "sqlite://",
        creator=connect,
        module=driver,
        poolclass=QueuePool,
        pool_size=_LINES,
        max_overflow=0,
        pool_timeout=_BUSY_MS // 1000,
        hide_parameters=True,  # names and numbers of people never reach a log
    )

    @event.listens_for(engine, "begin")
    def begin(line: Connection) -> None:
        reads = line.get_execution_options().get("reading", False)
        line.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def postgres(url: str) -> Engine:
    """A PostgreSQL database; nothing is asked of it yet. UserError for a URL that is none."""
    try:
        address = sa.make_url(url)
        if address.drivername != POSTGRES:
            raise UserError(BAD_URL)
        engine = create_engine(
            address,
            pool_size=_LINES,
            max_overflow=0,
            pool_timeout=_BUSY_MS // 1000,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 10, "application_name": "kqdesk-hub"},
        )
    except (sa.exc.ArgumentError, NoSuchModuleError) as wrong:
        raise UserError(BAD_URL) from wrong

    @event.listens_for(engine, "begin")
    def begin(line: Connection) -> None:
        name = _school.get().replace(
            "'", "''"
        )  # SET takes no parameter; unlike a SELECT it begins no snapshot
        line.exec_driver_sql(f"SET LOCAL app.school = '{name}'")

    return engine


def is_postgres(engine: Engine) -> bool:
    """Which of the two kinds."""
    return engine.dialect.name == "postgresql"


def reach(engine: Engine) -> None:
    """Unreachable, with what to do, when the database does not answer."""
    try:
        with engine.execution_options(reading=True).begin() as line:
            line.exec_driver_sql("SELECT 1")
    except OperationalError as wrong:
        raise Unreachable(NO_ANSWER if is_postgres(engine) else files.NO_ROOM) from wrong


def grow(engine: Engine, metadata: MetaData) -> None:
    """Add the columns that a newer program has to tables of the hub's own that are there already."""
    with engine.begin() as line:
        there = sa.inspect(line)
        for table in metadata.sorted_tables:
            known = {column["name"] for column in there.get_columns(table.name)}
            for column in table.c:
                if column.name not in known:
                    told = CreateColumn(column).compile(dialect=line.dialect)
                    line.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN {told}')


def is_full(wrong: BaseException) -> bool:
    """Whether a disk of the hub had no room: the database's, or that of photos and scans."""
    if isinstance(wrong, OSError):
        return wrong.errno in (errno.ENOSPC, errno.EDQUOT)
    said = str(wrong.orig) if isinstance(wrong, DBAPIError) else ""
    return any(words in said for words in ("disk is full", "No space left", "could not extend file"))


def may_make_tables(engine: Engine) -> bool:
    """Whether this role may run DDL; the embedded file always may."""
    if not is_postgres(engine):
        return True
    with engine.begin() as line:
        return bool(line.exec_driver_sql("SELECT has_schema_privilege(current_schema(), 'CREATE')").scalar())


# --- the wall -----------------------------------------------------------------------------------------------------


def build_wall(owner: Engine, tables: Iterable[Table], *, outside: Iterable[Table], role: str) -> None:
    """Row-level security on every table with a school; ``role`` gets data rights on all, DDL on none.

    outside: tables that are read before the school of an asker is known (the register itself). Repeating is harmless.
    The owner is held by the wall too (FORCE), so a server that runs as owner is no way round it.
    """
    quote: Callable[[str], str] = owner.dialect.identifier_preparer.quote
    with owner.begin() as line:
        for table in tables:
            name = quote(table.name)
            if "school" in table.c:
                line.exec_driver_sql(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
                line.exec_driver_sql(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
                line.exec_driver_sql(f"DROP POLICY IF EXISTS one_school ON {name}")
                line.exec_driver_sql(
                    f"CREATE POLICY one_school ON {name} USING "
                    f"(current_setting('app.school', true) IN (school, '{EVERY_SCHOOL}'))"
                )
            _grant(line, name, role, quote)
        for table in outside:
            _grant(line, quote(table.name), role, quote)


def _grant(line: Connection, name: str, role: str, quote: Callable[[str], str]) -> None:
    if role:
        line.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {quote(role)}")
