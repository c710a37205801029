"""What pages show of many schools is reckoned in the background and kept: a page reads some short texts, nothing more.

For every school there is one text under each name, with the head of the school it was reckoned from. When the head has
moved on, or a day has passed, it is reckoned again; a school that sends all day is reckoned at most so often that it
costs a tenth of the time. Texts hold counts and ids, no name of anybody.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Engine, MetaData, String, Table, Text

from kqdesk import VERSION
from kqdesk.store.base import Instant

SHAPE = 2
"""Counts up whenever a text says other things than before within one version of the program."""
MADE_BY = f"{VERSION}/{SHAPE}"

KEPT = MetaData()
_TEXT = Table(
    "hub_kept",
    KEPT,
    Column("school", String(24), primary_key=True),
    Column("name", String(24), primary_key=True),
    Column("head", BigInteger, nullable=False),  # of the school, as it was read
    Column("day", String(10), nullable=False),
    Column("at", Instant, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),  # what it cost
    Column("made_by", String(40), nullable=False, server_default=""),  # the program: another one reckons anew
    Column("body", Text, nullable=False),  # JSON
)


class Mark(NamedTuple):
    """Of what a text was made, when, and what it cost."""

    head: int
    day: str
    at: datetime
    milliseconds: int


@dataclass(frozen=True)
class Kept:
    """One text: what it says, when it was reckoned, and from which head of the school."""

    school: str
    body: Any
    at: datetime
    head: int
    milliseconds: int


class Shelf:
    """Where the texts lie."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._reading = engine, engine.execution_options(reading=True)

    def all(self, name: str) -> dict[str, Kept]:
        """The texts under ``name`` by school; one that was never reckoned is not there."""
        with self._reading.begin() as line:
            rows = line.execute(
                sa.select(_TEXT)
                .where(_TEXT.c.name == name, _TEXT.c.made_by == MADE_BY)
                .order_by(_TEXT.c.school)
            )
            return {
                row.school: Kept(row.school, json.loads(row.body), row.at, row.head, row.milliseconds)
                for row in rows
            }

    def one(self, name: str, school: str) -> Kept | None:
        """One school's text."""
        with self._reading.begin() as line:
            row = line.execute(
                sa.select(_TEXT).where(
                    _TEXT.c.name == name, _TEXT.c.school == school, _TEXT.c.made_by == MADE_BY
                )
            ).first()
        return None if row is None else Kept(school, json.loads(row.body), row.at, row.head, row.milliseconds)

    def marks(self) -> dict[tuple[str, str], Mark]:
        """(school, name) → how fresh what is there is."""
        columns = (_TEXT.c.school, _TEXT.c.name, _TEXT.c.head, _TEXT.c.day, _TEXT.c.at, _TEXT.c.milliseconds)
        with self._reading.begin() as line:
            return {
                (row[0], row[1]): Mark(*row[2:])
                for row in line.execute(sa.select(*columns).where(_TEXT.c.made_by == MADE_BY))
            }

    def put(self, school: str, name: str, values: Mapping[str, Any]) -> None:
        """Lay down a text in the place of the older one."""
        with self._engine.begin() as line:
            line.execute(_TEXT.delete().where(_TEXT.c.school == school, _TEXT.c.name == name))
            line.execute(_TEXT.insert().values(school=school, name=name, made_by=MADE_BY, **values))
