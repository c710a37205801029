"""Packs at the hub: the district's own versions and drafts, and which school has which, as its signature says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from kqdesk.rooms.office.rules import Pack, read_contents, value
from kqdesk.rooms.office.rules.publishing import (
    DISTRICT_FIRST,
    Publication,
    publication_fault,
    version_words,
)
from kqdesk.rooms.office.terms import PackState

Tables = Callable[[str], Table]
Opener = Callable[[str, str, object], Any]
PACK = "rule_pack"


@dataclass(frozen=True)
class DistrictPack:
    """A version of the district: a draft, or published."""

    id: str
    key: str
    version: int
    title: str
    state: PackState
    effective_from: date
    effective_to: date | None
    drafted_by: str
    published_by: str
    published_at: datetime | None
    pack: Pack

    @property
    def version_words(self) -> str:
        """区发第 1 版."""
        return version_words(self.version)

    @property
    def is_draft(self) -> bool:
        """It waits for the second officer."""
        return self.state is PackState.DRAFT


@dataclass(frozen=True)
class SchoolHas:
    """A version as it lies at one school. ``fault``: it no longer says what the hub signed."""

    school: str
    pack_id: str
    state: PackState
    fault: str


def district_packs(
    connection: Connection, tables: Tables, *, opened: Opener, district: str
) -> list[DistrictPack]:
    """Every version of the district, newest of each pack first. One statement; ``district``: whose rows these are."""
    table = tables(PACK)
    wanted = (
        select(table)
        .where(table.c.school == district)
        .order_by(table.c.pack_key, table.c.version.desc(), table.c.id)
    )
    return [_pack(row, opened) for row in connection.execute(wanted).mappings()]


def _pack(row: Mapping[Any, Any], opened: Opener) -> DistrictPack:
    state = PackState(row["state"])
    pack = replace(
        read_contents(row["content"]), version=row["version"], state=state, effective_from=row["effective_from"],
        effective_to=row["effective_to"], is_published=state is not PackState.DRAFT,
    )  # fmt: skip
    return DistrictPack(
        row["id"], row["pack_key"], row["version"], row["title"], state, row["effective_from"], row["effective_to"],
        opened(PACK, "drafted_by", row["drafted_by"]) or "", opened(PACK, "published_by", row["published_by"]) or "",
        row["published_at"], pack,
    )  # fmt: skip


def at_schools(
    connection: Connection, tables: Tables, *, opened: Opener, district: str, keys: Sequence[bytes]
) -> list[SchoolHas]:
    """Which school has which version of the district, judged by the hub's own key. One statement."""
    table = tables(PACK)
    wanted = (
        select(table)
        .where(table.c.school != district, table.c.version >= DISTRICT_FIRST)
        .order_by(table.c.school, table.c.id)
    )
    return [
        SchoolHas(
            row["school"],
            row["id"],
            PackState(row["state"]),
            publication_fault(_claim(row, opened), keys) or "",
        )
        for row in connection.execute(wanted).mappings()
    ]


def _claim(row: Mapping[Any, Any], opened: Opener) -> Publication:
    return Publication(
        row["school"], row["pack_key"], row["version"], row["title"], row["effective_from"], row["effective_to"],
        PackState(row["state"]), row["content"], opened(PACK, "published_by", row["published_by"]) or "",
        row["published_at"], row["hub_signature"] or "",
    )  # fmt: skip


def schools_with(connection: Connection, tables: Tables, key: str, *, on: date, district: str) -> set[str]:
    """Schools whose active packs say yes to a switch on a day. One statement."""
    table = tables(PACK)
    wanted = select(
        table.c.school, table.c.content, table.c.version, table.c.effective_from, table.c.effective_to
    ).where(table.c.school != district, table.c.state == PackState.ACTIVE)
    packs: dict[str, list[Pack]] = {}
    for school, content, version, begins, ends in connection.execute(wanted):
        pack = replace(
            read_contents(content), version=version, state=PackState.ACTIVE, effective_from=begins, effective_to=ends,
            is_published=version >= DISTRICT_FIRST,
        )  # fmt: skip
        packs.setdefault(school, []).append(pack)
    told = {school: value(several, key, on) for school, several in packs.items()}
    return {school for school, one in told.items() if one is not None and one.flag}
