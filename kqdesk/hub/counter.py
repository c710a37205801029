"""The counter: what a room's pages on the hub (its ``web.py``) stand on. Rows of every school, read and written.

Reading is a snapshot of one school, or of all of them where officers look over the whole district; writing goes through
the same one writer as the stations' batches, so it reaches every PC of that school with its next pull.
"""

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from random import Random
from secrets import randbits
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, MetaData, Table, Text, TypeDecorator
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.engine.interfaces import Dialect
from starlette.requests import Request

from kqdesk.hub.database import EVERY_SCHOOL, for_school
from kqdesk.hub.frame import Frame, NavLink, Upload
from kqdesk.hub.kept import Shelf
from kqdesk.hub.limits import Purse
from kqdesk.hub.officers import Seated
from kqdesk.hub.switchboard import address_of
from kqdesk.kernel.errors import UserError
from kqdesk.security.signing import Signer
from kqdesk.store.hub_tables import BESIDE
from kqdesk.store.ids import Ids
from kqdesk.sync.hub import Hub
from kqdesk.sync.register import Register
from kqdesk.sync.turn import Refused
from kqdesk.sync.wire import Value

__all__ = ["DISTRICT_SCHOOL", "Counter", "NavLink", "Rows", "Upload"]

_SQLITE = sqlite_dialect()
DISTRICT_SCHOOL = "@district"
"""Whose rows are those that belong to the district itself: drafts of packs, numbers of other departments. No school of
the register has that code, so no station ever gets them."""
_PUBLIC_PER_SECOND, _PUBLIC_BURST = 0.5, 40
VISITOR = "网页"
"""Who wrote a row that came from a page without a sign-in."""
NOT_TAKEN = "这一步没有写进去：{why}请重新打开页面再试。"
NO_KEY = "数据站没有打开密钥，不能签发。请找数据站管理员。"
NOT_HERE = "这份材料学校还没有交齐：电脑下次同步时会接着传。请稍后再打开。"
NO_REASON = "请写明为什么要看名单，例如“核对重复学籍”，会记入日志。"
Rows = Mapping[str, Sequence[Mapping[str, object]]]
"""Table name → rows; every row has its ``id`` and the columns to write."""


class KnownWord(TypeDecorator[Any]):
    """A word of an enumeration as its member; one that a newer program wrote stays the text it is."""

    impl = Text()
    cache_ok = True

    def __init__(self, kind: type[enum.Enum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Its text."""
        return str(value.value) if isinstance(value, enum.Enum) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The member, if there is one."""
        return self.kind(value) if value in {one.value for one in self.kind} else value


@dataclass(frozen=True)
class Counter:
    """Everything the pages of rooms need. ``desk``: the desk's tables, whose types and labels the hub's share."""

    frame: Frame
    register: Register
    core: Hub
    clock: Callable[[], datetime]
    desk: MetaData
    signer: Signer | None = None
    """The hub's own key: what it publishes is signed with it. Every station knows its public half."""
    public: Purse = field(default_factory=lambda: Purse(_PUBLIC_PER_SECOND, _PUBLIC_BURST))
    """Asks of one address on pages that need no sign-in."""

    @cached_property
    def _ids(self) -> Ids:
        return Ids(self.clock, Random(randbits(128)))

    @cached_property
    def _typed(self) -> dict[str, Table]:
        metadata = MetaData()
        return {str(one.name): _as_read(one, metadata) for one in self.desk.sorted_tables}

    @cached_property
    def shelf(self) -> Shelf:
        """What was reckoned of every school in the background: pages of the whole district read only that."""
        return Shelf(self.core.books.engine)

    # ------------------------------------------------------------------ reading

    @contextmanager
    def reading(self, school: str | None = None) -> Iterator[Connection]:
        """A snapshot. ``school`` None: rows of every school are seen; else PostgreSQL shows that school's alone."""
        with for_school(EVERY_SCHOOL if school is None else school), self.core.books.reading() as conn:
            yield conn

    def table(self, name: str) -> Table:
        """The hub's table of that desk table, with the desk's types; key (school, id), so join on both."""
        return self._typed[name]

    def opened(self, table: str, column: str, value: object) -> Any:
        """A secret value in clear; any other as it is."""
        if not isinstance(value, str):
            return value
        shown = self.core.books.opened(table, column, [value])[0]
        kind = self.desk.tables[table].c[column].type
        return _from_raw(kind, shown) if column in self.core.books.secret.get(table, ()) else shown

    def sealed(self, table: str, column: str, value: object) -> Any:
        """A value as it stands in the hub's database, to look it up by: equal values are equal sealed."""
        raw = _to_raw(self.desk.tables[table].c[column].type, value)
        return self.core.books.sealed(table, column, [raw])[0]

    # ------------------------------------------------------------------ writing

    def new_id(self) -> str:
        """The id of a row that an officer makes."""
        return self._ids.new()

    def write(self, who: Seated, school: str, rows: Rows, words: str) -> None:
        """Write rows of ``school`` as 区; ``words`` go to the officers' acts and to the school's history.

        A row that is there changes in the columns given; a new one gets the desk's own defaults beside. Values are in
        clear and of the desk's types. UserError when the hub cannot take it; nothing was written then.
        """
        self._put(who.officer.name[:32], school, rows, words)
        self.frame.officers.note(who.officer, school, words)

    def write_public(self, school: str, rows: Rows, words: str) -> None:
        """Write rows of ``school`` that somebody sent from a page without a sign-in (a satisfaction form); else as ``write``."""
        self._put(VISITOR, school, rows, words)

    def _put(self, by: str, school: str, rows: Rows, words: str) -> None:
        if school != DISTRICT_SCHOOL:
            self.register.school(school)
        raw: dict[tuple[str, str], dict[str, Value]] = {}
        with self.reading(school) as conn:
            seen = self.core.books.state(conn, school).head
            for name, several in rows.items():
                for row in several:
                    raw[name, str(row["id"])] = self._raw(conn, school, name, row)
        try:
            with for_school(school):
                self.core.act(school, by, words, raw, seen=seen)
        except Refused as wrong:
            raise UserError(NOT_TAKEN.format(why=wrong.refusal.words)) from wrong

    def _raw(self, conn: Connection, school: str, name: str, row: Mapping[str, object]) -> dict[str, Value]:
        table, typed = self.desk.tables[name], self._typed[name]
        values = {key: value for key, value in row.items() if key not in ("id", "school")}
        there = sa.select(typed.c.id).where(typed.c.school == school, typed.c.id == row["id"])
        if conn.execute(there).first() is None:
            values = {
                column.name: _default(column) for column in table.c if column.name not in ("id", "school")
            } | values
        return {key: _to_raw(table.c[key].type, value) for key, value in values.items()}

    def sign(self, purpose: str, message: bytes) -> bytes:
        """The hub's signature (64 bytes) over ``message`` for ``purpose``."""
        if self.signer is None:
            raise UserError(NO_KEY)
        return self.signer.sign(purpose, message)

    def file(self, school: str, digest: str) -> bytes:
        """A photo or scan of a school, whole; UserError while its station has not sent all of it."""
        with for_school(school):
            found = self.core.files.whole(self.core.books, school, digest) if self.core.files else None
        if found is None:
            raise UserError(NOT_HERE)
        return found

    def names_seen(self, who: Seated, words: str, school: str) -> None:
        """Somebody looked at names of a school: written down."""
        self.frame.officers.note(who.officer, school, words)

    def open_names(self, who: Seated, reason: str, schools: Iterable[str], what: str) -> None:
        """Before names are shown: the right and a reason are there, then it is written down for every school concerned.

        NotAllowed without the right, UserError without a reason.
        """
        self.frame.expect_names(who)
        if len(reason.strip()) < 2:
            raise UserError(NO_REASON)
        for school in schools:
            self.names_seen(who, f"查看名单：{what}；原因：{reason.strip()[:60]}", school)

    # ------------------------------------------------------------------ pages without a sign-in

    def public_visit(self, request: Request) -> None:
        """One look at a page that anybody may open; Refused when this address looked too often."""
        self.public.spend(address_of(request))

    async def public_form(self, request: Request) -> dict[str, str]:
        """The fields of a form of such a page: from our own page, and not too often from one address."""
        self.public_visit(request)
        return await self.frame.form(request)


def _as_read(table: Table, metadata: MetaData) -> Table:
    own = [Column(column.name, _kind(column), info=column.info) for column in table.c]
    beside = [Column(name, Text if name == "hub_extra" else sa.BigInteger) for name in BESIDE]
    return Table(table.name, metadata, *own, *beside, info=table.info)


def _kind(column: Column[Any]) -> Any:
    if column.info.get("secret"):
        return Text()  # sealed: ``Counter.opened`` gives the value
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
        return KnownWord(column.type.enum_class)
    return column.type


def _default(column: Column[Any]) -> object:
    default = column.default
    if default is None:
        return None
    if default.is_scalar:
        return default.arg  # type: ignore[attr-defined]  # -- a scalar default has one
    if default.is_callable:
        return default.arg(None)  # type: ignore[attr-defined]  # -- list, dict: SQLAlchemy wraps them to take a context
    return None


def _to_raw(kind: Any, value: object) -> Value:
    """As the desk's SQLite stores it."""
    if value is None:
        return None
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raw = kind.process_bind_param(value, _SQLITE) if isinstance(kind, TypeDecorator) else value
    if not isinstance(raw, (str, int)):
        raise TypeError(f"{type(value).__name__} is no value of a column")
    return raw


def _from_raw(kind: Any, value: Value) -> Any:
    """What ``_to_raw`` made, again; only for types that may be secret."""
    if value is not None and isinstance(kind, TypeDecorator):
        return kind.process_result_value(value, _SQLITE)
    return value
