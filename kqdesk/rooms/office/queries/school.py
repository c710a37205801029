"""Who acts and in which role, and how the school is set up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.kernel.errors import NotAllowed
from kqdesk.rooms.office.model import School, Setting, Staff
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
