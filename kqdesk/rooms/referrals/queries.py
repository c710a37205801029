"""What is asked of 报读转介: the list with who is to be called first, one card, who is referred, how many got where."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.terms import education_label
from kqdesk.rooms.referrals import rules
from kqdesk.rooms.referrals.model import Referral, ReferralContact
from kqdesk.rooms.referrals.terms import ContactWay, ReferralState, Route, StudyLevel
from kqdesk.security.masking import mask_phone
from kqdesk.store.attachments import Attachment, AttachmentRow, attached

FORM_FIELDS = (
    "college",
    "programme",
    "route",
    "level",
    "year",
    "college_no",
    "diploma_no",
    "adviser_id",
    "note",
)
SEX = {"1": "男", "2": "女"}


@dataclass(frozen=True)
class ReferralRow:
    """One line of the list. ``step_on``: when its present state was reached; ``next_on``: when to call again."""

    id: str
    person_id: str
    name: str
    village: str
    phone: str  # masked
    college: str
    programme: str
    route: Route
    level: StudyLevel
    year: int
    state: ReferralState
    step_on: date | None
    next_on: date | None
    is_overdue: bool
    proofs: int
    adviser: str
    reason: str

    @property
    def lacks_proof(self) -> bool:
        """Studying or graduated and nothing to show for it."""
        return self.state in (ReferralState.ENROLLED, ReferralState.GRADUATED) and not self.proofs


@dataclass(frozen=True)
class ContactRow:
    """One call."""

    id: str
    on: date
    way: ContactWay
    answer: str
    next_on: date | None
    by: str


@dataclass(frozen=True)
class ReferralCard:
    """One referral with its steps, calls and proofs. ``steps``: (state, day) in order."""

    row: ReferralRow
    education: str
    steps: tuple[tuple[ReferralState, date], ...]
    contacts: tuple[ContactRow, ...]
    proofs: tuple[AttachmentRow, ...]
    college_no: str
    diploma_no: str
    note: str


@dataclass(frozen=True)
class LetterRow:
    """A person as the college is told about her; numbers whole."""

    referral_id: str
    name: str
    sex: str
    birth_date: date | None
    id_number: str
    phone: str
    education: str
    college: str
    programme: str
    route: Route
    level: StudyLevel
    year: int
    state: ReferralState
    step_on: date | None


@dataclass(frozen=True)
class CountRow:
    """How many persons reached a state in a period, by level and route."""

    level: StudyLevel
    route: Route
    people: int


def referrals(
    session: Session,
    *,
    today: date,
    text: str = "",
    states: Collection[ReferralState] = (),
    college: str | None = None,
    year: int | None = None,
    ids: Collection[str] | None = None,
) -> list[ReferralRow]:
    """Referrals: who should have been called first, then the newest. ``text``: name, pinyin, village, college, programme.

    Four statements.
    """
    wanted = select(Referral, Person).join(Person, Person.id == Referral.person_id)
    if ids is not None:
        wanted = wanted.where(Referral.id.in_(ids))
    if states:
        wanted = wanted.where(Referral.state.in_(states))
    if college is not None:
        wanted = wanted.where(Referral.college == college)
    if year is not None:
        wanted = wanted.where(Referral.year == year)
    if text:
        wanted = _matching(wanted, text)
    found = session.execute(wanted.order_by(Referral.year.desc(), Referral.id.desc())).all()
    calls, proofs, names = _next_calls(session), _proofs(session), staff_names(session)
    rows = [_row(one, person, calls, proofs, names, today) for one, person in found]
    return sorted(
        rows, key=lambda row: (not row.is_overdue, row.next_on or date.max if row.is_overdue else date.max)
    )


def _matching(wanted: Select[Any, Any], text: str) -> Select[Any, Any]:
    low = text.lower()
    return wanted.where(
        or_(
            Person.name.contains(text, autoescape=True),
            Person.name_initials.startswith(low, autoescape=True),
            Person.name_pinyin.startswith(low, autoescape=True),
            Person.village.contains(text, autoescape=True),
            Referral.college.contains(text, autoescape=True),
            Referral.programme.contains(text, autoescape=True),
        )
    )


def _next_calls(session: Session) -> dict[str, date | None]:
    """When to call again, by the latest line of each referral."""
    found = session.execute(
        select(ReferralContact.referral_id, ReferralContact.next_on).order_by(
            ReferralContact.contacted_on, ReferralContact.id
        )
    )
    return dict(found.all())


def _proofs(session: Session) -> dict[str, int]:
    grouped = (
        select(Attachment.owner_id, func.count())
        .where(Attachment.owner_table == "referral")
        .group_by(Attachment.owner_id)
    )
    return dict(session.execute(grouped).all())


def _row(
    one: Referral, person: Person, calls: dict[str, date | None], proofs: dict[str, int], names: dict[str, str], today: date
) -> ReferralRow:  # fmt: skip
    next_on = None if one.state in rules.ENDED else calls.get(one.id)
    return ReferralRow(
        one.id, person.id, person.name, person.village or "", mask_phone(person.phone or ""), one.college,
        one.programme or "", one.route, one.level, one.year, one.state, _step_on(one), next_on,
        rules.is_overdue(one.state, next_on, today), proofs.get(one.id, 0), names.get(one.adviser_id or "", ""),
        one.reason or "",
    )  # fmt: skip


def _step_on(one: Referral) -> date | None:
    name = rules.DATE_OF.get(one.state)
    found: date | None = getattr(one, name) if name else None
    return found


def referral_card(session: Session, referral_id: str, *, today: date) -> ReferralCard | None:
    """One referral with everything its panel shows; None when it is gone."""
    found = referrals(session, today=today, ids=[referral_id])
    if not found:
        return None
    one, names = session.get_one(Referral, referral_id), staff_names(session)
    person = session.get_one(Person, one.person_id)
    dated = ((state, getattr(one, name)) for state, name in rules.DATE_OF.items())
    steps = tuple((state, day) for state, day in dated if day and (state in rules.WAY or state is one.state))
    lines = session.scalars(
        select(ReferralContact)
        .where(ReferralContact.referral_id == referral_id)
        .order_by(ReferralContact.contacted_on.desc(), ReferralContact.id.desc())
    )
    contacts = tuple(
        ContactRow(
            line.id, line.contacted_on, line.way, line.answer, line.next_on, names.get(line.contacted_by, "")
        )
        for line in lines
    )
    proofs = attached(session, "referral", [referral_id]).get(referral_id, [])
    return ReferralCard(
        found[0], education_label(person.education_code), steps, contacts, tuple(proofs), one.college_no or "",
        one.diploma_no or "", one.note or "",
    )  # fmt: skip


def referral_form(session: Session, *, referral_id: str) -> dict[str, Any]:
    """The editable fields of one referral by name."""
    one = session.get_one(Referral, referral_id)
    return {name: getattr(one, name) for name in FORM_FIELDS}


def letter_rows(session: Session, ids: Sequence[str]) -> list[LetterRow]:
    """What a college is told, by college and name; one statement."""
    found = session.execute(
        select(Referral, Person)
        .join(Person, Person.id == Referral.person_id)
        .where(Referral.id.in_(ids))
        .order_by(Referral.college, Person.name_pinyin, Person.name, Referral.id)
    )
    return [
        LetterRow(
            one.id, person.name, SEX.get(person.sex or "", ""), person.birth_date, person.id_number or "", person.phone or "",
            education_label(person.education_code), one.college, one.programme or "", one.route, one.level, one.year,
            one.state, _step_on(one),
        )
        for one, person in found
    ]  # fmt: skip


def colleges(session: Session) -> list[str]:
    """Colleges people were referred to, for the filter and for typing."""
    return list(session.scalars(select(Referral.college).distinct().order_by(Referral.college)))


def programmes(session: Session) -> list[str]:
    """Programmes named so far, for typing."""
    named = select(Referral.programme).where(Referral.programme.is_not(None)).distinct()
    return [one for one in session.scalars(named.order_by(Referral.programme)) if one]


def years(session: Session) -> list[int]:
    """Years with referrals, newest first."""
    return list(session.scalars(select(Referral.year).distinct().order_by(Referral.year.desc())))


def referred_person_ids(session: Session) -> frozenset[str]:
    """Who has a referral that goes on or led to the end: whom nobody needs to be offered one."""
    given_up = (ReferralState.DECLINED, ReferralState.WITHDRAWN)
    return frozenset(session.scalars(select(Referral.person_id).where(Referral.state.not_in(given_up))))


def reached_counts(session: Session, state: ReferralState, *, since: date, until: date) -> list[CountRow]:
    """Persons (人, each once a line) who reached a step in a period, by level and route; both days count."""
    found = session.execute(
        select(Referral.level, Referral.route, func.count(Referral.person_id.distinct()))
        .where(_reached(state, since, until))
        .group_by(Referral.level, Referral.route)
        .order_by(Referral.level, Referral.route)
    )
    return [CountRow(*line) for line in found]


def reached_people(session: Session, state: ReferralState, *, since: date, until: date) -> list[LetterRow]:
    """The referrals behind such a count."""
    ids = session.scalars(select(Referral.id).where(_reached(state, since, until))).all()
    return letter_rows(session, ids)


def _reached(state: ReferralState, since: date, until: date) -> Any:
    """A step was reached when its day lies in the period and it was not taken back since."""
    return getattr(Referral, rules.DATE_OF[state]).between(since, until)


def find(session: Session, text: str, limit: int, *, today: date) -> list[ReferralRow]:
    """Referrals for Ctrl+K."""
    return referrals(session, today=today, text=text)[:limit] if text else []
