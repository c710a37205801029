"""Which numbers count on a day, and the rule book with its drafts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.office.model import RulePack
from kqdesk.rooms.office.queries.school import staff_names
from kqdesk.rooms.office.rules import Pack, PackItem, PackValue, read_contents, value
from kqdesk.rooms.office.rules.publishing import (
    DISTRICT_FIRST,
    Publication,
    publication_fault,
    version_words,
)
from kqdesk.rooms.office.terms import SECTIONS, PackState, Scope
from kqdesk.sync.ctl import trusted_hub_keys


@dataclass(frozen=True)
class PublishedPack:
    """A version the district published. ``fault``: why it is kept out, "" when it counts."""

    id: str
    key: str
    title: str
    version: int
    state: PackState
    effective_from: date
    published_by: str
    published_at: datetime | None
    fault: str

    @property
    def version_words(self) -> str:
        """区发第 1 版."""
        return version_words(self.version)


def active_packs(session: Session) -> list[Pack]:
    """Every active pack, for ``rules.value``; which version counts on a day is decided there.

    One statement, and one more where the district published packs: those whose signature is wrong are kept out.
    """
    found = session.scalars(select(RulePack).where(RulePack.state == PackState.ACTIVE).order_by(RulePack.id))
    rows = found.all()
    faults = _faults(session, rows)
    return [_pack(row) for row in rows if row.id not in faults]


def published_packs(session: Session) -> list[PublishedPack]:
    """What the district published, newest first; what is kept out says why. Two statements."""
    rows = session.scalars(select(RulePack).where(RulePack.version >= DISTRICT_FIRST)).all()
    faults = _faults(session, rows)
    found = [
        PublishedPack(
            row.id, row.pack_key, row.title, row.version, row.state, row.effective_from, row.published_by or "",
            row.published_at, faults.get(row.id, ""),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.published_at is None, one.published_at, one.id), reverse=True)


def publication_of(row: RulePack) -> Publication:
    """What the hub's signature on a row says."""
    return Publication(
        row.school, row.pack_key, row.version, row.title, row.effective_from, row.effective_to, row.state, row.content,
        row.published_by or "", row.published_at, row.hub_signature or "",
    )  # fmt: skip


def _faults(session: Session, rows: Sequence[RulePack]) -> dict[str, str]:
    """Row → why it is kept out, of those that say they came from the district."""
    claims = {row.id: claim for row in rows if (claim := publication_of(row)).is_claimed}
    if not claims:
        return {}
    keys = trusted_hub_keys(session.connection())
    return {row_id: fault for row_id, claim in claims.items() if (fault := publication_fault(claim, keys))}


def pack_value(session: Session, key: str, *, on: date) -> PackValue | None:
    """The policy number that counts on a day; None = 未配置 (the page says so and links to 设置)."""
    return value(active_packs(session), key, on)


def _pack(row: RulePack) -> Pack:
    pack = read_contents(row.content)
    return replace(
        pack,
        version=row.version,
        state=row.state,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        is_published=row.version >= DISTRICT_FIRST,
    )


@dataclass(frozen=True)
class PackRow:
    """A version of a pack in the list of packs."""

    id: str
    key: str
    version: int
    title: str
    state: PackState
    effective_from: date
    effective_to: date | None
    entered_by: str | None
    activated_by: str | None
    activated_at: datetime | None
    pack: Pack
    fault: str = ""  # why a version of the district is kept out


def pack_rows(session: Session) -> list[PackRow]:
    """All packs in all versions, newest version of each first; names of people instead of ids."""
    names = staff_names(session)
    rows = session.scalars(select(RulePack).order_by(RulePack.pack_key, RulePack.version.desc())).all()
    faults = _faults(session, rows)
    return [
        PackRow(
            id=row.id, key=row.pack_key, version=row.version, title=row.title, state=row.state,
            effective_from=row.effective_from, effective_to=row.effective_to,
            entered_by=names.get(row.entered_by or ""), activated_by=row.published_by or names.get(row.activated_by or ""),
            activated_at=row.published_at or row.activated_at, pack=_pack(row), fault=faults.get(row.id, ""),
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class RuleLine:
    """One number of all packs together: what counts today, where it comes from, what a draft would make of it.

    ``counts`` None = 未配置. ``draft``: the drafted value as text, None when no draft touches the item.
    """

    key: str
    title: str
    section: str
    item: PackItem
    counts: PackValue | None
    draft: str | None

    @property
    def id(self) -> str:
        """What the table knows the line by."""
        return self.key


@dataclass(frozen=True)
class Change:
    """One item a draft changes: before and after as the screen says them."""

    key: str
    title: str
    before: str
    after: str
    source: str


@dataclass(frozen=True)
class RuleBook:
    """Everything 规则包 shows: the lines, the versions, and what waits for a second person."""

    lines: tuple[RuleLine, ...]
    packs: tuple[PackRow, ...]
    drafts: tuple[PackRow, ...]


def rule_book(session: Session, *, on: date) -> RuleBook:
    """All rules as they count on a day, with drafts beside them. Two statements."""
    rows = pack_rows(session)
    active = [row.pack for row in rows if row.state is PackState.ACTIVE and not row.fault]
    drafts = tuple(row for row in rows if row.state is PackState.DRAFT)
    drafted = {change.key: change.after for row in drafts for change in changes(rows, row)}
    items = _all_items(active)
    for key, item in _all_items(row.pack for row in drafts).items():
        items.setdefault(key, item)
    lines = [
        RuleLine(key, item.title, section_of(key), item, value(active, key, on), drafted.get(key))
        for key, item in items.items()
    ]
    order = {key: place for place, key in enumerate(SECTIONS)}
    lines.sort(key=lambda line: order.get(line.key.split(".")[0], len(order)))
    return RuleBook(tuple(lines), tuple(rows), drafts)


def changes(rows: Sequence[PackRow], draft: PackRow) -> list[Change]:
    """What a draft would change against the newest other version of its pack."""
    before = next(
        (
            row.pack
            for row in rows
            if row.key == draft.key and row.state is PackState.ACTIVE and not row.fault
        ),
        None,
    )
    found = []
    for item in draft.pack.items:
        old = before.item(item.key) if before else None
        if old is None or (old.value, old.source) != (item.value, item.source):
            found.append(Change(item.key, item.title, old.shown if old else "", item.shown, item.source))
    return found


def section_of(key: str) -> str:
    """The Chinese name of the section a key belongs to."""
    first = key.split(".")[0]
    return SECTIONS.get(first, first)


def _all_items(packs: Iterable[Pack]) -> dict[str, PackItem]:
    """One item a key; where several packs have it, the district's words, and the reference's only when alone."""
    found: dict[str, PackItem] = {}
    for pack in sorted(packs, key=lambda p: (p.scope is Scope.REFERENCE, p.key, -p.version)):
        for item in pack.items:
            found.setdefault(item.key, item)
    return found
