"""What others ask of 地方: villages, firms, teaching sites and their classrooms, and how much each is used."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.kernel.pinyin import syllables
from kqdesk.rooms.places.model import Classroom, Firm, SchoolArea, Site, Village
from kqdesk.rooms.places.rules import township_by_code
from kqdesk.rooms.places.terms import FIRM_KINDS

R = TypeVar("R")


def township_name(code: str | None) -> str:
    """What a township is called today; "" for none, the code itself when it is not of this district."""
    found = township_by_code(code) if code else None
    return found.name if found else code or ""


@dataclass(frozen=True)
class AreaRow:
    """A township the school serves. ``until`` is the first day it no longer does."""

    id: str
    township_code: str
    township: str
    since: date | None
    until: date | None


def school_areas(session: Session) -> list[AreaRow]:
    """The school's townships, ended ones too, by code."""
    rows = session.execute(
        select(SchoolArea.id, SchoolArea.township_code, SchoolArea.since, SchoolArea.until).order_by(
            SchoolArea.township_code, SchoolArea.since
        )
    )
    return [AreaRow(row_id, code, township_name(code), since, until) for row_id, code, since, until in rows]


@dataclass(frozen=True)
class VillageRow:
    """A village with the number of teaching sites in it."""

    id: str
    name: str
    township_code: str | None
    township: str
    code: str | None
    site_count: int
    is_active: bool


def villages(session: Session, *, text: str = "", with_retired: bool = False) -> list[VillageRow]:
    """Villages by township and name; ``text`` is part of name, township, code or pinyin initials."""
    sites = _counts(Site.village_id)
    found = select(
        Village.id,
        Village.name,
        Village.township_code,
        Village.code,
        func.coalesce(sites.c.n, 0),
        Village.is_active,
    ).outerjoin(sites, sites.c.key == Village.id)
    if not with_retired:
        found = found.where(Village.is_active)
    rows = [
        VillageRow(row_id, name, township, township_name(township), code, count, is_active)
        for row_id, name, township, code, count, is_active in session.execute(
            found.order_by(Village.township_code, Village.name)
        )
    ]
    return _matching(rows, text, lambda row: (row.name, row.township, row.code))


@dataclass(frozen=True)
class FirmRow:
    """A firm, market, stall or zone with the number of teaching sites at it."""

    id: str
    name: str
    kind: str
    credit_code: str | None
    township: str
    address: str | None
    contact: str | None
    phone: str | None
    site_count: int
    is_active: bool

    @property
    def kind_label(self) -> str:
        """What people read."""
        return FIRM_KINDS.get(self.kind, self.kind)


def firms(session: Session, *, text: str = "", with_retired: bool = False) -> list[FirmRow]:
    """Firms by name; ``text`` is part of name, township, credit code, contact or pinyin initials."""
    sites = _counts(Site.firm_id)
    found = select(
        Firm.id, Firm.name, Firm.kind, Firm.credit_code, Firm.township_code, Firm.address, Firm.contact, Firm.phone,
        func.coalesce(sites.c.n, 0), Firm.is_active,
    ).outerjoin(sites, sites.c.key == Firm.id)  # fmt: skip
    if not with_retired:
        found = found.where(Firm.is_active)
    rows = [
        FirmRow(row_id, name, kind, code, township_name(township), *rest)
        for row_id, name, kind, code, township, *rest in session.execute(found.order_by(Firm.name))
    ]
    return _matching(rows, text, lambda row: (row.name, row.township, row.credit_code, row.contact))


@dataclass(frozen=True)
class SiteRow:
    """A teaching site with what it holds. ``where``: the village or firm it is at."""

    id: str
    name: str
    township: str
    where: str
    address: str | None
    zone: str | None
    classroom_count: int
    seat_count: int
    is_active: bool


def sites(session: Session, *, text: str = "", with_retired: bool = False) -> list[SiteRow]:
    """Sites by township and name, with their classrooms in use and seats."""
    rooms = (
        select(
            Classroom.site_id.label("key"),
            func.count().label("n"),
            func.sum(Classroom.capacity).label("seats"),
        )
        .where(Classroom.is_active)
        .group_by(Classroom.site_id)
        .subquery()
    )
    found = (
        select(
            Site.id, Site.name, Site.township_code, func.coalesce(Village.name, Firm.name, ""), Site.address, Site.zone,
            func.coalesce(rooms.c.n, 0), func.coalesce(rooms.c.seats, 0), Site.is_active,
        )
        .outerjoin(rooms, rooms.c.key == Site.id)
        .outerjoin(Village, Village.id == Site.village_id)
        .outerjoin(Firm, Firm.id == Site.firm_id)
        .order_by(Site.township_code, Site.name)
    )  # fmt: skip
    if not with_retired:
        found = found.where(Site.is_active)
    rows = [
        SiteRow(row_id, name, township_name(township), *rest)
        for row_id, name, township, *rest in session.execute(found)
    ]
    return _matching(rows, text, lambda row: (row.name, row.township, row.where, row.zone))


@dataclass(frozen=True)
class ClassroomRow:
    """One bookable room."""

    id: str
    site_id: str
    site: str
    name: str
    capacity: int
    equipment: str | None
    is_active: bool

    @property
    def title(self) -> str:
        """Site and room: 兰亭社区学校 201 教室."""
        return f"{self.site} {self.name}"


def classrooms(
    session: Session, *, text: str = "", with_retired: bool = False, site_id: str | None = None
) -> list[ClassroomRow]:
    """Classrooms by site and name; those of sites out of use count as retired."""
    found = (
        select(
            Classroom.id, Classroom.site_id, Site.name, Classroom.name, Classroom.capacity, Classroom.equipment,
            Classroom.is_active & Site.is_active,
        )
        .join(Site, Site.id == Classroom.site_id)
        .order_by(Site.name, Classroom.name)
    )  # fmt: skip
    if not with_retired:
        found = found.where(Classroom.is_active, Site.is_active)
    if site_id is not None:
        found = found.where(Classroom.site_id == site_id)
    rows = [ClassroomRow(*row) for row in session.execute(found)]
    return _matching(rows, text, lambda row: (row.site, row.name, row.equipment))


# -- forms -----------------------------------------------------------------------------------------


def village_form(session: Session, row_id: str) -> dict[str, Any]:
    """A village's values as its form names them."""
    return _values(session, Village, row_id, ("name", "township_code", "code", "coordinates", "is_active"))


def firm_form(session: Session, row_id: str) -> dict[str, Any]:
    """A firm's values as its form names them."""
    names = ("name", "kind", "credit_code", "township_code", "address", "contact", "phone", "is_active")
    return _values(session, Firm, row_id, names)


def site_form(session: Session, row_id: str) -> dict[str, Any]:
    """A site's values as its form names them; village and firm as (id, name) or None."""
    values = _values(
        session,
        Site,
        row_id,
        ("name", "township_code", "village_id", "firm_id", "address", "zone", "coordinates", "is_active"),
    )
    for key, table in (("village_id", Village), ("firm_id", Firm)):
        values[key] = _named(session, table, values.get(key))
    return values


def classroom_form(session: Session, row_id: str) -> dict[str, Any]:
    """A classroom's values as its form names them; the site as (id, name)."""
    values = _values(session, Classroom, row_id, ("site_id", "name", "capacity", "equipment", "is_active"))
    values["site_id"] = _named(session, Site, values.get("site_id"))
    return values


def _values(session: Session, table: Any, row_id: str, names: Iterable[str]) -> dict[str, Any]:
    row = session.get(table, row_id)
    return {} if row is None else {name: getattr(row, name) for name in names}


def _named(session: Session, table: Any, row_id: str | None) -> tuple[str, str] | None:
    row = session.get(table, row_id) if row_id else None
    return None if row is None else (row.id, row.name)


# -- finding ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlaceHit:
    """Something found: which list of the page it is in, its id and its words."""

    tab: str
    id: str
    title: str
    subtitle: str


def find(session: Session, text: str, limit: int) -> list[PlaceHit]:
    """Villages, firms, sites and classrooms in use, for Ctrl+K. Four statements."""
    hits = [
        PlaceHit("villages", row.id, row.name, f"村社 {row.township}") for row in villages(session, text=text)
    ]
    hits += [PlaceHit("firms", row.id, row.name, row.kind_label) for row in firms(session, text=text)]
    hits += [
        PlaceHit("sites", row.id, row.name, f"教学点 {row.township}") for row in sites(session, text=text)
    ]
    hits += [
        PlaceHit("classrooms", row.id, row.title, f"教室 {row.capacity} 座")
        for row in classrooms(session, text=text)
    ]
    return sorted(hits, key=lambda hit: not hit.title.startswith(text))[:limit]


def _counts(column: Any) -> Any:
    return (
        select(column.label("key"), func.count().label("n"))
        .where(column.is_not(None), Site.is_active)
        .group_by(column)
        .subquery()
    )


def _matching(rows: list[R], text: str, words: Callable[[R], Iterable[str | None]]) -> list[R]:
    """Rows of which a word holds the text, or whose words' pinyin initials do. A school has hundreds, not thousands."""
    wanted = text.strip().lower()
    if not wanted:
        return rows
    by_sound = wanted.isascii() and wanted.isalpha()
    return [
        row
        for row in rows
        if any(
            wanted in word.lower() or (by_sound and wanted in _initials(word)) for word in words(row) if word
        )
    ]


def _initials(words: str) -> str:
    return "".join(syllable[0] for syllable in syllables(words)).lower()
