"""Publishing a notice, recording who agreed, withdrawing."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, insert, select, update

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.privacy.model import Consent, PrivacyNotice
from kqdesk.rooms.privacy.queries.consent import notice_in_force
from kqdesk.rooms.privacy.queries.terms_in_force import number
from kqdesk.rooms.privacy.rules.consent import needs_guardian
from kqdesk.rooms.privacy.terms import Basis, ConsentWay, Purpose
from kqdesk.store.actions import Writing, action

_CHUNK = 500
_SHOWN = 5


@action("发布告知文本")
def publish_notice(
    w: Writing,
    *,
    purpose: Purpose,
    title: str,
    basis: Basis,
    needs_consent: bool,
    body: str,
    effective_from: date,
) -> str:
    """A new version of a purpose's notice; from its day on everybody is asked again. Returns its id."""
    if not title.strip() or not body.strip():
        raise UserError("请填写标题和正文。")
    last = w.session.scalar(select(func.max(PrivacyNotice.version)).where(PrivacyNotice.purpose == purpose))
    row = PrivacyNotice(
        purpose=purpose,
        version=(last or 0) + 1,
        title=title.strip(),
        basis=basis,
        needs_consent=needs_consent,
        body=body.strip(),
        effective_from=effective_from,
        published_by=w.actor,
    )
    w.session.add(row)
    w.session.flush()
    w.note(f"{purpose.label}第 {row.version} 版")
    return row.id


@action("登记同意")
def record_consents(
    w: Writing,
    *,
    person_ids: Sequence[str],
    purpose: Purpose,
    given_on: date,
    way: ConsentWay,
    guardian: str | None = None,
) -> int:
    """These persons agreed to the version in force on that day; returns how many.

    UserError while nothing is published, and for children without their guardian.
    """
    notice = notice_in_force(w.session, purpose, on=given_on)
    if notice is None:
        raise UserError(f"{given_on} 还没有生效的「{purpose.label}」告知文本。请先发布一版，再登记同意。")
    people = _people(w, person_ids)
    guardian = (guardian or "").strip() or None
    if way is ConsentWay.GUARDIAN and guardian is None:
        raise UserError("请填写监护人的姓名。")
    age = number(w.session, "privacy.guardian_age", on=given_on)
    young = [one.name for one in people if needs_guardian(one.birth_date, given_on, age)]
    if young and way is not ConsentWay.GUARDIAN:
        named = "、".join(young[:_SHOWN]) + ("等" if len(young) > _SHOWN else "")
        raise UserError(f"{named}不满 {age} 周岁，要监护人同意：方式请选“监护人签字”，并写上监护人。")
    rows = [
        {"person_id": one.id, "purpose": purpose, "version": notice.version, "given_on": given_on, "way": way,
         "guardian": guardian, "recorded_by": w.actor, "withdrawn_on": None}
        for one in people
    ]  # fmt: skip
    w.session.execute(insert(Consent), rows)
    if purpose is Purpose.ROSTER:
        _note_on_people(w, [one.id for one in people], f"{purpose.value}-{notice.version}", given_on)
    w.note(f"{purpose.label}第 {notice.version} 版 {len(rows)} 人")
    return len(rows)


@action("撤回同意")
def withdraw_consent(w: Writing, *, person_id: str, purpose: Purpose, on: date) -> None:
    """From that day she does not agree any more; what was done before stays lawful."""
    [person] = _people(w, (person_id,))
    held = w.session.scalars(
        select(Consent).where(
            Consent.person_id == person_id, Consent.purpose == purpose, Consent.withdrawn_on.is_(None)
        )
    ).all()
    if not held:
        raise UserError(f"{person.name}没有同意过「{purpose.label}」，不用撤回。")
    for consent in held:
        consent.withdrawn_on = on
    if purpose is Purpose.ROSTER:
        _note_on_people(w, [person_id], None, None)
    w.note(f"{person.name} {purpose.label}")


def _people(w: Writing, person_ids: Sequence[str]) -> list[Person]:
    wanted = list(dict.fromkeys(person_ids))
    found: list[Person] = []
    for start in range(0, len(wanted), _CHUNK):
        found += w.session.scalars(select(Person).where(Person.id.in_(wanted[start : start + _CHUNK])))
    if not wanted or len(found) != len(wanted):
        raise UserError("选中的人里有的已经不在花名册里了。请刷新名单再选。")
    return found


def _note_on_people(w: Writing, person_ids: Sequence[str], version: str | None, day: date | None) -> None:
    for start in range(0, len(person_ids), _CHUNK):
        part = person_ids[start : start + _CHUNK]
        w.session.execute(
            update(Person).where(Person.id.in_(part)).values(consent_version=version, consent_on=day)
        )
