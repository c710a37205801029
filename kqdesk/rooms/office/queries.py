"""What others ask of 办公室: who acts and in which role, which numbers count on a day, how the school is set up."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.kernel.errors import NotAllowed
from kqdesk.rooms.office.model import RulePack, School, Setting, Staff
from kqdesk.rooms.office.rules import Pack, PackItem, PackValue, read_contents, value
from kqdesk.rooms.office.terms import SECTIONS, PackState, Scope
from kqdesk.security.guard import Rights
from kqdesk.security.roles import Role
from kqdesk.store.actions import ActionCard

FOUNDING = "office.found_school"


@dataclass(frozen=True)
class SchoolCard:
    """The school as it stands on its papers."""

    id: str
    code: str
    name: str
    region_code: str
    township_code: str | None
    address: str | None
    phone: str | None
    head_name: str | None
    is_demo: bool


def school_card(session: Session) -> SchoolCard | None:
    """The owner of this home; None before the first run."""
    row = session.execute(
        select(
            School.id, School.code, School.name, School.region_code, School.township_code, School.address,
            School.phone, School.head_name, School.is_demo,
        ).order_by(School.id).limit(1)
    ).first()  # fmt: skip
    return SchoolCard(*row) if row else None


# -- people who sign in ----------------------------------------------------------------------------


@dataclass(frozen=True)
class StaffRow:
    """One operator. ``has_key``: her own signing key is recorded, so she can approve."""

    id: str
    name: str
    role: Role
    sees_full_ids: bool
    left_on: date | None
    has_key: bool


def staff_list(session: Session, *, with_left: bool = True) -> list[StaffRow]:
    """Everybody who signs in or once did, those here first."""
    found = select(
        Staff.id, Staff.name, Staff.role, Staff.sees_full_ids, Staff.left_on, Staff.public_key.is_not(None)
    ).order_by(Staff.left_on.is_not(None), Staff.id)
    if not with_left:
        found = found.where(Staff.left_on.is_(None))
    return [StaffRow(*row) for row in session.execute(found)]


def staff_card(session: Session, staff_id: str) -> StaffRow | None:
    """One operator; ``""`` (opened with the recovery code) gives whoever leads here."""
    found = [
        row for row in staff_list(session, with_left=bool(staff_id)) if not staff_id or row.id == staff_id
    ]
    return min(found, key=lambda row: row.role is not Role.HEADMASTER, default=None)


def role_of(session: Session, actor: str) -> Role | None:
    """The role of somebody who is here now; None when unknown or gone. One look-up by primary key."""
    return session.scalar(select(Staff.role).where(Staff.id == actor, Staff.left_on.is_(None)))


def staff_names(session: Session) -> dict[str, str]:
    """Name of everybody who ever signed in, by id: the audit trail names those who left, too."""
    return dict(session.execute(select(Staff.id, Staff.name)).all())


def may_see_full_ids(session: Session, actor: str) -> bool:
    """Whether this person holds the separate right to see whole ID numbers."""
    return bool(session.scalar(select(Staff.sees_full_ids).where(Staff.id == actor, Staff.left_on.is_(None))))


def rights_guard(rights: Rights) -> Callable[[Session, str, ActionCard], None]:
    """The store's guard: asks the authorisation table with the actor's role now.

    Founding is let through while nobody is here at all.
    """

    def guard(session: Session, actor: str, card: ActionCard) -> None:
        if card.name == FOUNDING and session.scalar(select(func.count()).select_from(Staff)) == 0:
            return
        role = role_of(session, actor)
        if role is None:
            raise NotAllowed("这个账号不在学校的操作人名单里，或者已经办了离职。请找校长或教务。")
        rights.check((role,), card.name, card.label)

    return guard


# -- settings --------------------------------------------------------------------------------------


def setting(session: Session, key: str) -> Any:
    """What the school set under a key; None when it never did."""
    kept = session.scalar(select(Setting.value).where(Setting.key == key).order_by(Setting.id).limit(1))
    return kept.get("value") if kept else None


def settings(session: Session) -> dict[str, Any]:
    """Every setting of the school."""
    rows = session.execute(select(Setting.key, Setting.value).order_by(Setting.id.desc()))
    return {key: kept.get("value") for key, kept in rows}


# -- rule packs ------------------------------------------------------------------------------------


def active_packs(session: Session) -> list[Pack]:
    """Every active pack, for ``rules.value``; which version counts on a day is decided there."""
    rows = session.scalars(select(RulePack).where(RulePack.state == PackState.ACTIVE).order_by(RulePack.id))
    return [_pack(row) for row in rows]


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


def pack_rows(session: Session) -> list[PackRow]:
    """All packs in all versions, newest version of each first; names of people instead of ids."""
    names = staff_names(session)
    rows = session.scalars(select(RulePack).order_by(RulePack.pack_key, RulePack.version.desc()))
    return [
        PackRow(
            id=row.id, key=row.pack_key, version=row.version, title=row.title, state=row.state,
            effective_from=row.effective_from, effective_to=row.effective_to,
            entered_by=names.get(row.entered_by or ""), activated_by=names.get(row.activated_by or ""),
            activated_at=row.activated_at, pack=_pack(row),
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
    active = [row.pack for row in rows if row.state is PackState.ACTIVE]
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
    before = next((row.pack for row in rows if row.key == draft.key and row.state is PackState.ACTIVE), None)
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
