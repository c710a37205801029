"""The hub's database: the rows of every school, and beside them the ledger. The one place that speaks SQL dialects."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Column, Connection, Engine, MetaData, Table

from kqdesk.store.hub_tables import BESIDE
from kqdesk.sync.adopting import adopt
from kqdesk.sync.cipher import ColumnCipher
from kqdesk.sync.ledger import ledger_metadata
from kqdesk.sync.wire import Value

EPOCH_ROOM = 1 << 36
"""Versions of one epoch; a new epoch starts above everything an older one can have given out."""
_EPOCHS_BEGAN = datetime(
    2026, 1, 1, tzinfo=UTC
)  # an epoch's number is the minute it began: the same backup put back
# twice begins two epochs that differ
_CHUNK = 5_000


@dataclass
class SchoolState:
    """A school's row while it is held."""

    school: str
    head: int
    mark: str
    entries: int
    epoch: int
    resumes: list[tuple[int, int]]

    def resume_from(self, epoch: int) -> int | None:
        """The newest version that survived every restore since ``epoch``; None when there was none."""
        return min((version for began, version in self.resumes if began > epoch), default=None)


class Freshness(NamedTuple):
    """What the officers' first page says of a school."""

    school: str
    head: int
    batch_at: datetime | None
    batch_station: str | None
    conflicts: int


class Tongue:
    """What differs between SQLite and PostgreSQL in the statements written by hand. ``?`` stands for a value."""

    def __init__(self, postgres: bool) -> None:
        self.postgres = postgres

    def say(self, sql: str) -> str:
        """The statement with the driver's own marks."""
        return sql.replace("?", "%s") if self.postgres else sql

    def among(self, column: str) -> str:
        """``column IN (…)`` with one value for all of them: see ``many``."""
        return f"{column}=ANY(?)" if self.postgres else f"{column} IN (SELECT value FROM json_each(?))"

    def many(self, values: Iterable[str]) -> object:
        """The one value."""
        return list(values) if self.postgres else json.dumps(list(values))

    def read(self, column: Column[Any]) -> str:
        """A column as its raw value."""
        if self.postgres and isinstance(column.type, sa.Date):
            return f'"{column.name}"::text'
        if self.postgres and isinstance(column.type, sa.Boolean):
            return f'"{column.name}"::int'
        return f'"{column.name}"'

    def mark(self, column: Column[Any]) -> str:
        """A place for a raw value of that column."""
        if self.postgres and isinstance(column.type, sa.Date):
            return "CAST(? AS date)"
        if self.postgres and isinstance(column.type, sa.Boolean):
            return "CAST(CAST(? AS int) AS boolean)"
        return "?"

    def arrays(self, columns: Sequence[Column[Any]]) -> str:
        """PostgreSQL: rows ``v`` with columns c0, c1, … from one array a column, so that many rows are one statement."""
        kinds = ("bigint" if isinstance(c.type, sa.Integer | sa.Boolean) else "text" for c in columns)
        names = ",".join(f"c{place}" for place in range(len(columns)))
        return f"unnest({','.join(f'?::{kind}[]' for kind in kinds)}) AS v({names})"

    def taken(self, column: Column[Any], place: int) -> str:
        """A value of such a row as the column wants it."""
        return self.mark(column).replace("?", f"v.c{place}")

    @property
    def held(self) -> str:
        """What makes a SELECT hold its rows to the commit; on SQLite the whole transaction does."""
        return " FOR UPDATE" if self.postgres else ""


class HubBooks:
    """The database behind ``engine``: rows by ``metadata`` (see ``hub_metadata``), secret columns by ``cipher``.

    Transactions begin IMMEDIATE on SQLite unless the connection's option ``reading`` is set; the engine sees to that.
    """

    def __init__(self, engine: Engine, metadata: MetaData, cipher: ColumnCipher | None = None) -> None:
        self.engine, self.metadata, self.cipher = engine, metadata, cipher
        self.tongue = Tongue(engine.dialect.name == "postgresql")
        self.ledger = ledger_metadata(postgres=self.tongue.postgres)
        self.rows: Mapping[str, Table] = {str(table.name): table for table in metadata.sorted_tables}
        self.secret = {
            name: frozenset(str(c.name) for c in table.c if c.info.get("secret"))
            for name, table in self.rows.items()
        }
        self.columns = {
            name: [str(c.name) for c in table.c if c.name not in ("id", "school", *BESIDE)]
            for name, table in self.rows.items()
        }

        self.kinds: dict[str, dict[str, type]] = {
            name: {str(c.name): int if isinstance(c.type, sa.Integer | sa.Boolean) else str for c in table.c}
            for name, table in self.rows.items()
        }

    @property
    def tables(self) -> list[Table]:
        """Every table there is; each has a column ``school``."""
        return [*self.ledger.sorted_tables, *self.metadata.sorted_tables]

    def create(self) -> None:
        """Make what is missing: tables, and columns that a newer program has."""
        with self.engine.begin() as conn:
            self.ledger.create_all(conn)
            self.metadata.create_all(conn)
            there, grown = sa.inspect(conn), set()
            for table in self.metadata.sorted_tables:
                known = {column["name"] for column in there.get_columns(table.name)}
                for column in table.c:
                    if column.name not in known:
                        kind = column.type.compile(conn.dialect)
                        conn.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}')
                        grown.add(str(table.name))
            adopt(self, conn, grown)

    # ------------------------------------------------------------------ transactions

    @contextmanager
    def writing(self, school: str) -> Iterator[tuple[Connection, SchoolState]]:
        """One transaction that holds the school's row from beginning to end: commit order is number order."""
        with self.engine.begin() as conn:
            yield conn, self._hold(conn, school)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A snapshot."""
        with self.engine.connect().execution_options(reading=True) as conn, conn.begin():
            if self.tongue.postgres:
                conn.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield conn

    def _hold(self, conn: Connection, school: str) -> SchoolState:
        self.run(
            conn,
            "INSERT INTO hub_school(school,head,mark,entries,epoch,resumes) VALUES(?,0,'',0,1,'[]')"
            " ON CONFLICT(school) DO NOTHING",
            (school,),
        )
        return self._state(conn, school, self.tongue.held)

    def state(self, conn: Connection, school: str) -> SchoolState:
        """The school as it stands; a school that never sent anything stands at 0."""
        return self._state(conn, school, "")

    def _state(self, conn: Connection, school: str, held: str) -> SchoolState:
        row = self.run(
            conn,
            "SELECT head,mark,entries,epoch,resumes FROM hub_school WHERE school=?" + held,
            (school,),
        ).one_or_none()
        if row is None:
            return SchoolState(school, 0, "", 0, 1, [])
        resumes = [(int(epoch), int(version)) for epoch, version in json.loads(row[4])]
        return SchoolState(school, int(row[0]), row[1], int(row[2]), int(row[3]), resumes)

    def begin_epoch(
        self,
        conn: Connection,
        state: SchoolState,
        now: datetime,
        *,
        above: int = 0,
        noticed_late: bool = False,
    ) -> None:
        """This database was restored: everything it gives out from now on is numbered above all it ever gave out.

        noticed_late: it may have given out numbers twice since, so stations can trust none they know.
        """
        minute = int((now - _EPOCHS_BEGAN).total_seconds() // 60)
        state.resumes.append(
            (max(state.epoch + 1, above + 1, min(minute, 1 << 25)), 0 if noticed_late else state.head)
        )
        state.epoch = state.resumes[-1][0]
        state.head, state.mark = state.epoch * EPOCH_ROOM, f"epoch {state.epoch}"
        self.run(
            conn,
            "UPDATE hub_school SET head=?,mark=?,epoch=?,resumes=? WHERE school=?",
            (state.head, state.mark, state.epoch, json.dumps(state.resumes), state.school),
        )

    def restored(self, now: datetime) -> None:
        """To be called after this database was put back from a backup: every school gets a new epoch."""
        with self.reading() as conn:
            schools = [row[0] for row in self.run(conn, "SELECT school FROM hub_school", ())]
        for school in schools:
            with self.writing(school) as (conn, state):
                self.begin_epoch(conn, state, now)

    # ------------------------------------------------------------------ statements

    def run(self, conn: Connection, sql: str, values: Sequence[Any]) -> sa.CursorResult[*tuple[Any, ...]]:
        """One statement."""
        return conn.exec_driver_sql(self.tongue.say(sql), tuple(values))

    def run_many(self, conn: Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """One statement for many rows; none for none."""
        if rows:
            conn.exec_driver_sql(self.tongue.say(sql), list(rows))

    def insert_rows(
        self, conn: Connection, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> None:
        """New rows; their values in the order of ``names``."""
        columns, quoted = [table.c[name] for name in names], ",".join(f'"{name}"' for name in names)
        into = f'INSERT INTO "{table.name}"({quoted})'
        if self.tongue.postgres and rows:
            taken = ",".join(map(self.tongue.taken, columns, range(len(columns))))
            arrays = list(map(list, zip(*rows, strict=True)))
            self.run(conn, f"{into} SELECT {taken} FROM {self.tongue.arrays(columns)}", arrays)
        else:
            self.run_many(conn, f"{into} VALUES({','.join(map(self.tongue.mark, columns))})", rows)

    def update_rows(
        self, conn: Connection, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> None:
        """Columns of rows of one school; each row's values in the order of ``names``, then the school and its id."""
        columns, change = [table.c[name] for name in names], f'UPDATE "{table.name}" SET '
        if self.tongue.postgres and rows:
            taken = map(self.tongue.taken, columns, range(len(columns)))
            assigned = ",".join(f'"{name}"={value}' for name, value in zip(names, taken, strict=True))
            arrays = list(map(list, zip(*rows, strict=True)))
            school = arrays.pop(-2)[0]  # one value, so that one partition is looked at
            source = self.tongue.arrays([*columns, table.c.id])
            where = f'"{table.name}".id=v.c{len(names)} AND school=?'
            self.run(conn, f"{change}{assigned} FROM {source} WHERE {where}", [*arrays, school])
        else:
            assigned = ",".join(f'"{column.name}"={self.tongue.mark(column)}' for column in columns)
            self.run_many(conn, f"{change}{assigned} WHERE school=? AND id=?", rows)

    def by_ids(
        self, conn: Connection, what: str, where: str, ids: Sequence[str], values: Sequence[Any] = ()
    ) -> Iterator[tuple[Any, ...]]:
        """``SELECT what WHERE where AND id among ids``; ``where`` ends with the column the ids are compared to."""
        sql = f"SELECT {what} WHERE {where.rpartition(' ')[0]} {self.tongue.among(where.rpartition(' ')[2])}"
        for start in range(0, len(ids), _CHUNK):
            part = ids[start : start + _CHUNK]
            yield from map(tuple, self.run(conn, sql, (*values, self.tongue.many(part))).all())

    # ------------------------------------------------------------------ secret columns

    def sealed(self, table: str, column: str, values: list[Value]) -> list[Value]:
        """A column as it stands in the database."""
        if self.cipher is None or column not in self.secret.get(table, ()):
            return values
        seal = self.cipher.seal
        return [
            None if value is None else seal(value) if isinstance(value, str) else value for value in values
        ]

    def opened(self, table: str, column: str, values: list[Value]) -> list[Value]:
        """A column as people wrote it."""
        if self.cipher is None or column not in self.secret.get(table, ()):
            return values
        reveal = self.cipher.open
        return [reveal(value) if isinstance(value, str) else value for value in values]

    def hide(self, text: str) -> str:
        """Any text that may name a person."""
        return self.cipher.seal(text) if self.cipher else text

    def show(self, text: str) -> str:
        """What ``hide`` hid."""
        return self.cipher.open(text) if self.cipher else text

    def hide_bytes(self, body: bytes) -> bytes:
        """A body that waits for somebody to look."""
        return self.cipher.seal_bytes(body) if self.cipher else body

    # ------------------------------------------------------------------ for the officers

    def freshness(self) -> list[Freshness]:
        """Every school with its last batch and the conflicts that wait, by code."""
        with self.reading() as conn:
            waiting: dict[str, int] = {}
            if "sync_conflict" in self.rows:
                waiting = dict(
                    conn.exec_driver_sql(
                        "SELECT school,count(*) FROM sync_conflict WHERE settled_at IS NULL GROUP BY school"
                    ).all()
                )
            rows = conn.exec_driver_sql(
                "SELECT school,head,batch_at,batch_station FROM hub_school ORDER BY school"
            )
            return [
                Freshness(row[0], int(row[1]), _moment(row[2]), row[3], int(waiting.get(row[0], 0)))
                for row in rows
            ]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def iso(moment: datetime) -> str:
    """As moments are written everywhere in sync: UTC, milliseconds, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


Clock = Callable[[], datetime]
