"""The mapped base every room's table stands on, and the only column types there are.

What freezes here (store-and-sync design): every journaled table has ``id`` and ``school``; foreign keys are
NO ACTION, DEFERRABLE INITIALLY DEFERRED; no UNIQUE on business columns; no REAL and no BLOB; names of tables
and columns are permanent.
"""

import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, MetaData, String, Text, TypeDecorator
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

from kqdesk.store.ids import Ids


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept as ISO text in UTC, so text order is time order."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Refuses a naive time: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC).isoformat(timespec="milliseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Back to an aware time in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class JsonText(TypeDecorator[Any]):
    """A small list or dict as canonical JSON text (keys sorted), so equal values are equal bytes."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Canonical JSON."""
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The value again."""
        return None if value is None else json.loads(value)


class DecimalText(TypeDecorator[Decimal]):
    """An exact decimal as text; a REAL would not survive the journal's JSON."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Plain digits."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Exact again."""
        return None if value is None else Decimal(value)


Json = dict[str, Any]
JsonList = list[Any]


@dataclass(frozen=True)
class Seal:
    """Rows that may no longer be changed or deleted: approved, locked, issued, reported.

    when: SQL over OLD; columns: the sealed ones (empty = all);
    unless: SQL over OLD and NEW that lets an update pass, such as a correction that names its reason;
    sentence: what the person is told, in Chinese, with the lawful way.
    Carried out by a trigger, so no action, undo or raw statement passes; rows that come by sync do.
    """

    when: str
    sentence: str
    columns: Sequence[str] = ()
    unless: str = "0"


@dataclass(frozen=True)
class Station:
    """Whose rows a connection writes: the school's code, this PC, and the maker of ids."""

    school: str
    name: str
    ids: Ids


def _new_id(context: DefaultExecutionContext) -> str:
    station: Station = context.connection.info["station"]
    return station.ids.new()


def _school(context: DefaultExecutionContext) -> str:
    station: Station = context.connection.info["station"]
    return station.school


def _values(kind: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in kind]


class Base(DeclarativeBase):
    """Every journaled table. ``__table_args__`` ends with ``about("学员", title="name")``."""

    metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy's own protocol
        enum.Enum: sa.Enum(enum.Enum, native_enum=False, length=24, values_callable=_values),
        datetime: Instant(),
        date: sa.Date(),
        Decimal: DecimalText(),
        Json: JsonText(),
        JsonList: JsonText(),
    }

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=_new_id, sort_order=-2)
    school: Mapped[str] = mapped_column(String(24), default=_school, sort_order=-1)


def about(
    label: str,
    *,
    title: str = "",
    seals: Sequence[Seal] = (),
    extra_ddl: Sequence[str] = (),
    alias: bool = False,
    once: Sequence[str] = (),
    bulk: tuple[Sequence[str], Sequence[str]] = ((), ()),
) -> dict[str, Any]:
    """What a table says of itself: its Chinese noun, the column that names a row, seals, derived DDL.

    extra_ddl: statements for derived, unjournaled things (search tables and the triggers that feed them).
    alias: rows say that one row of a table went over into another (``loser_id``, ``winner_id``, ``undone_at``);
    the hub re-points what still arrives for the loser.
    once: columns whose values together stand in one row only, as the room's actions see to it; a merge minds it.
    bulk: statements before and after many new rows, so that what is derived from them is made at once at the end.
    """
    return {
        "info": {
            "label": label,
            "title": title,
            "seals": tuple(seals),
            "extra_ddl": tuple(extra_ddl),
            "alias": alias,
            "once": tuple(once),
            "bulk": bulk,
        }
    }


def field(label: str, *, secret: bool = False, **options: Any) -> MappedColumn[Any]:
    """A column with its Chinese label; ``secret`` ones are hidden in history and encrypted at the hub."""
    return mapped_column(info={"label": label, "secret": secret}, **options)


def link(target: str, label: str, *, index: bool = True, **options: Any) -> MappedColumn[Any]:
    """A column that points at another row (``"person.id"``); checked at commit, never cascading."""
    key = ForeignKey(target, deferrable=True, initially="DEFERRED")
    return mapped_column(String(32), key, index=index, info={"label": label, "secret": False}, **options)
