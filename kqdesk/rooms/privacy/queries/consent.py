"""Notices with their versions, and who agreed to which."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.privacy.model import Consent, PrivacyNotice
from kqdesk.rooms.privacy.rules.consent import Version, consent_state, version_in_force
from kqdesk.rooms.privacy.terms import Basis, ConsentState, Purpose
from kqdesk.store.attachments import Attachment


@dataclass(frozen=True)
class NoticeRow:
    """One version of a notice. ``given``: persons who agreed to this very version and did not withdraw."""

    id: str
    purpose: Purpose
    version: int
    title: str
    basis: Basis
    needs_consent: bool
    body: str
    effective_from: date
    is_in_force: bool
    given: int


@dataclass(frozen=True)
class ConsentLine:
    """One person and how she stands to a purpose."""

    id: str
    name: str
    village: str
    birth_date: date | None
    state: ConsentState
    version: int | None
    given_on: date | None


@dataclass(frozen=True)
class ConsentList:
    """Everybody a purpose concerns: the first lines, and counts of all by state."""

    lines: tuple[ConsentLine, ...]
    counts: Mapping[ConsentState, int]
    in_force: int | None


def notices(session: Session, *, on: date) -> list[NoticeRow]:
    """Every version of every notice, by purpose, newest first."""
    answers = session.execute(
        select(Consent.purpose, Consent.version, func.count(Consent.person_id.distinct()))
        .where(Consent.withdrawn_on.is_(None))
        .group_by(Consent.purpose, Consent.version)
    )
    given = {(purpose, version): count for purpose, version, count in answers}
    rows = session.scalars(select(PrivacyNotice).order_by(PrivacyNotice.version.desc())).all()
    current = {
        purpose: version_in_force(
            (Version(r.version, r.effective_from) for r in rows if r.purpose is purpose), on
        )
        for purpose in Purpose
    }
    found = [
        NoticeRow(
            row.id, row.purpose, row.version, row.title, row.basis, row.needs_consent, row.body, row.effective_from,
            (now := current[row.purpose]) is not None and now.number == row.version,
            given.get((row.purpose, row.version), 0),
        )
        for row in rows
    ]  # fmt: skip
    order = list(Purpose)
    return sorted(found, key=lambda row: order.index(row.purpose))


def notice_in_force(session: Session, purpose: Purpose, *, on: date) -> NoticeRow | None:
    """The version that counts on a day."""
    return next((row for row in notices(session, on=on) if row.purpose is purpose and row.is_in_force), None)


def consent_list(
    session: Session,
    *,
    purpose: Purpose,
    on: date,
    text: str = "",
    state: ConsentState | None = None,
    most: int = 1000,
) -> ConsentList:
    """Whom a purpose concerns and how each stands to it; counts of everybody, lines of the first ``most`` asked for.

    花名册、上报 concern everybody on the roster, 报名学习 the learners on roll, 证件照 those with a photo; 奖补 those
    who were asked before.
    """
    in_force = notice_in_force(session, purpose, on=on)
    version = Version(in_force.version, in_force.effective_from) if in_force else None
    newest = _newest(session, purpose)
    lines: list[ConsentLine] = []
    counts = Counter[ConsentState]()
    for row_id, name, village, born in session.execute(_concerned(purpose)):
        number, day, is_withdrawn = newest.get(row_id, (None, None, False))
        stands = consent_state(version, number, withdrawn=is_withdrawn)
        counts[stands] += 1
        is_asked = state is None or stands is state
        if is_asked and (not text or text in name or text in (village or "")) and len(lines) < most:
            lines.append(ConsentLine(row_id, name, village or "", born, stands, number, day))
    return ConsentList(tuple(lines), dict(counts), in_force.version if in_force else None)


def _newest(session: Session, purpose: Purpose) -> dict[str, tuple[int, date, bool]]:
    """Person → her newest answer: version, day, whether she withdrew it."""
    rows = session.execute(
        select(Consent.person_id, Consent.version, Consent.given_on, Consent.withdrawn_on)
        .where(Consent.purpose == purpose)
        .order_by(Consent.given_on, Consent.id)
    )
    return {person: (version, day, left is not None) for person, version, day, left in rows}


def _concerned(purpose: Purpose) -> Select[str, str, str | None, date | None]:
    asked = (
        select(Person.id, Person.name, Person.village, Person.birth_date)
        .where(Person.state == "here")
        .order_by(Person.village, Person.name, Person.id)
    )
    if purpose is Purpose.STUDY:
        return asked.where(Person.id.in_(select(Enrolment.person_id).where(Enrolment.state.in_(ON_ROLL))))
    if purpose is Purpose.PHOTO:
        photo = and_(Attachment.owner_table == "person", Attachment.purpose == "photo")
        return asked.where(Person.id.in_(select(Attachment.owner_id).where(photo)))
    if purpose is Purpose.SUBSIDY:
        return asked.where(Person.id.in_(select(Consent.person_id).where(Consent.purpose == purpose)))
    return asked
