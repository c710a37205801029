"""Whom to call after which course: reckoned from what was completed, never stored; and what the answers add up to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kqdesk.rooms.certificates.model import CompletionCertificate
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.rooms.dual.model import Diploma
from kqdesk.rooms.followup import rules
from kqdesk.rooms.followup.model import FollowUp, FollowUpAnswer
from kqdesk.rooms.followup.queries.policy import Bands, bands_on, months_on
from kqdesk.rooms.followup.rules import Heard, PersonWave, Share, Tried, Wave
from kqdesk.rooms.followup.terms import OPEN, CallState, Completion, Outcome
from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.office.rules import Pack
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of

ISSUED = (CertificateState.APPROVED, CertificateState.PRINTED, CertificateState.HANDED_OUT)
Key = tuple[Completion, str, int]
"""What is followed, the id of its row, after how many months."""
_PIECE = 5_000  # ids in one statement


@dataclass(frozen=True, slots=True)
class Completed:
    """Something somebody finished: a class (completed, or certified) or a diploma."""

    completion: Completion
    id: str
    person_id: str
    title: str
    on: date
    cohort_id: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One wave after one completion, with what was tried."""

    of: Completed
    wave: Wave
    tried: tuple[Tried, ...]
    state: CallState

    @property
    def key(self) -> Key:
        """What the wave is known by."""
        return self.of.completion, self.of.id, self.wave.months

    @property
    def on(self) -> date:
        """When to call."""
        return rules.call_on(self.wave, self.tried)

    @property
    def words(self) -> str:
        """缝纫班（3 个月）."""
        return f"{self.of.title}（{self.wave.months} 个月）"


def completions(session: Session, *, person_id: str | None = None) -> list[Completed]:
    """Everything that was finished (by one person), each class once; merged persons are the one they are now.

    Two statements.
    """
    awarded = (
        select(CompletionCertificate.enrolment_id, func.min(CompletionCertificate.awarded_on).label("on"))
        .where(CompletionCertificate.state.in_(ISSUED))
        .group_by(CompletionCertificate.enrolment_id)
        .subquery()
    )
    is_done = Enrolment.state == EnrolmentState.COMPLETED
    classes = session.execute(
        select(
            Enrolment.id, root_of(Enrolment.person_id), Cohort.title, is_done, Enrolment.ended_on, Cohort.ends_on,
            awarded.c.on, Cohort.id,
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(awarded, awarded.c.enrolment_id == Enrolment.id)
        .where(or_(is_done, awarded.c.on.is_not(None)), *_hers(Enrolment.person_id, person_id))
        .order_by(Enrolment.id)
    )  # fmt: skip
    found = [
        Completed(Completion.ENROLMENT, key, person, title, on, cohort)
        for key, person, title, done, ended, closed, issued, cohort in classes
        if (on := ((ended or closed) if done else None) or issued) is not None
    ]
    diplomas = session.execute(
        select(Diploma.id, root_of(Diploma.person_id), Diploma.level, Diploma.issued_on)
        .where(*_hers(Diploma.person_id, person_id))
        .order_by(Diploma.id)
    )
    found += [
        Completed(Completion.DIPLOMA, key, person, f"{level.label}学历证书", on)
        for key, person, level, on in diplomas
    ]
    return found


def _hers(column: Any, person_id: str | None) -> tuple[Any, ...]:
    """Rows of one person, also of entries merged into hers; no condition when nobody is named."""
    if person_id is None:
        return ()
    return (
        column.in_(select(Person.id).where(or_(Person.id == person_id, Person.merged_into_id == person_id))),
    )


def calls(
    session: Session, *, today: date, person_id: str | None = None, only_open: bool = False
) -> list[Call]:
    """Every wave of every completion by the packs of the day it was completed; nobody who died. Five statements.

    ``only_open``: without completions whose last call is over.
    """
    packs, tried, gone = active_packs(session), _tried(session), _dead(session)
    planned = _Planned(packs)
    found = []
    for one in completions(session, person_id=person_id):
        waves = planned.after(one.on)
        if one.person_id in gone or not waves or (only_open and today > waves[-1].closes_on):
            continue
        for wave in waves:
            contacts = tuple(tried.get((one.completion, one.id, wave.months), ()))
            found.append(Call(one, wave, contacts, rules.standing(wave, contacts, today)))
    return found


class _Planned:
    """The waves after a day by the pack of that day; classes end together, so few days are asked."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._packs, self._known = packs, dict[date, tuple[Wave, ...]]()

    def after(self, day: date) -> tuple[Wave, ...]:
        if day not in self._known:
            self._known[day] = rules.waves(day, months_on(self._packs, day))
        return self._known[day]


def _tried(session: Session) -> dict[Key, list[Tried]]:
    found: defaultdict[Key, list[Tried]] = defaultdict(list)
    rows = session.execute(
        select(
            FollowUpAnswer.completion, func.coalesce(FollowUpAnswer.enrolment_id, FollowUpAnswer.diploma_id),
            FollowUpAnswer.months, FollowUp.contacted_on, FollowUp.outcome, FollowUp.next_on,
        )
        .join(FollowUp, FollowUp.id == FollowUpAnswer.follow_up_id)
        .order_by(FollowUp.contacted_on, FollowUp.id)
    )  # fmt: skip
    for completion, key, months, on, outcome, next_on in rows:
        found[completion, key, months].append(Tried(on, outcome, next_on))
    return found


def _dead(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(Person.id).where(Person.state == "dead")))


# -- the list --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallRow:
    """One person to call, all her trainings in one line. ``phone`` whole: mask it. ``last``: the newest contact in words."""

    id: str  # the person's
    name: str
    sex: str
    village: str
    phone: str
    calls: tuple[Call, ...]
    last: str
    work: str

    @property
    def on(self) -> date:
        """The day of the first of them."""
        return min(one.on for one in self.calls)

    @property
    def state(self) -> CallState:
        """The most pressing of them."""
        order = list(CallState)
        order = [CallState.OVERDUE, CallState.DUE, *order]
        return min((one.state for one in self.calls), key=order.index)

    @property
    def words(self) -> str:
        """What she is asked about."""
        return "、".join(one.words for one in self.calls)

    @property
    def tries(self) -> int:
        """How often somebody tried."""
        return max(len(one.tried) for one in self.calls)


SHELVES: Mapping[str, str] = {
    "week": "七天内", "overdue": "超期", "ahead": "以后", "done": "已答", "missed": "没问到",
}  # fmt: skip
_ENDED = (CallState.ANSWERED,)
_UNHEARD = (CallState.MISSED, CallState.REFUSED, CallState.LOST)


def call_rows(
    session: Session,
    *,
    today: date,
    shelf: str = "week",
    text: str = "",
    cohort_id: str | None = None,
    person_ids: Sequence[str] | None = None,
) -> list[CallRow]:
    """The people of a shelf (SHELVES), who should be called first comes first. A fixed number of statements a piece."""
    all_of: defaultdict[str, list[Call]] = defaultdict(list)
    for one in calls(session, today=today, only_open=shelf in ("week", "overdue", "ahead")):
        if cohort_id in (None, one.of.cohort_id):
            all_of[one.of.person_id].append(one)
    found = {key: own for key, those in all_of.items() if (own := _on_shelf(shelf, those, today))}
    if person_ids is not None:
        found = {key: found[key] for key in person_ids if key in found}
    last = _last_contacts(session, found)
    rows = [
        CallRow(
            person.id, person.name, {"1": "男", "2": "女"}.get(person.sex or "", ""), person.village or "", person.phone or "",
            tuple(sorted(found[person.id], key=lambda one: (one.on, one.of.id))), last.get(person.id, ""),
            " ".join(part for part in (person.employer, person.job) if part),
        )
        for person in _people(session, found)
        if _fits(person, text)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.on, row.name, row.id))


def _on_shelf(shelf: str, mine: Sequence[Call], today: date) -> list[Call]:
    """Which of one person's calls make her stand there: a call answers for all that are open, so these stand together."""
    if shelf in ("done", "missed"):
        return [one for one in mine if one.state in (_ENDED if shelf == "done" else _UNHEARD)]
    open_now = [one for one in mine if one.state in OPEN]
    is_week = any(_is_due(one, today) for one in open_now)
    if shelf == "overdue":
        return open_now if any(one.state is CallState.OVERDUE for one in open_now) else []
    if shelf == "week":
        return open_now if is_week else []
    return [] if is_week else _next_ones(mine)


def _next_ones(mine: Sequence[Call]) -> list[Call]:
    """Of each training the call that comes next."""
    found: dict[tuple[Completion, str], Call] = {}
    for one in sorted(mine, key=lambda one: one.wave.due_on):
        if one.state in (*OPEN, CallState.PLANNED):
            found.setdefault((one.of.completion, one.of.id), one)
    return list(found.values())


def _is_due(one: Call, today: date) -> bool:
    return one.state in OPEN and one.on <= rules.last_of_week(today)


def _fits(person: Person, text: str) -> bool:
    if not text:
        return True
    low = text.lower()
    starts = (person.name_initials or "", person.name_pinyin or "")
    return text in person.name or text in (person.village or "") or any(one.startswith(low) for one in starts)


def _people(session: Session, wanted: Iterable[str]) -> list[Person]:
    ids, found = list(wanted), list[Person]()
    for start in range(0, len(ids), _PIECE):
        found += session.scalars(select(Person).where(Person.id.in_(ids[start : start + _PIECE])))
    return found


def _last_contacts(session: Session, wanted: Iterable[str]) -> dict[str, str]:
    """Person → her newest contact in words."""
    ids = set(wanted)
    if not ids:
        return {}
    rows = session.execute(
        select(root_of(FollowUp.person_id), FollowUp.contacted_on, FollowUp.outcome).order_by(
            FollowUp.contacted_on, FollowUp.id
        )
    )
    return {person: f"{on:%m-%d} {outcome.label}" for person, on, outcome in rows if person in ids}


@dataclass(frozen=True)
class DueCount:
    """How many people are to be called this week, and how many of them should have been called before."""

    people: int
    overdue: int


def calls_due(session: Session, *, today: date) -> DueCount:
    """For 工作台: people (人), each once."""
    week = [one for one in calls(session, today=today, only_open=True) if _is_due(one, today)]
    late = {one.of.person_id for one in week if one.state is CallState.OVERDUE}
    return DueCount(len({one.of.person_id for one in week}), len(late))


# -- what came of it -------------------------------------------------------------------------------


@dataclass(frozen=True)
class WaveOutcome:
    """The shares of one wave in a period."""

    months: int
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class OutcomeTable:
    """Waves of a period; ``is_set``: the packs say when people are called at all."""

    since: date
    until: date
    waves: tuple[WaveOutcome, ...]
    is_set: bool


def outcome(
    session: Session, *, since: date, until: date, today: date, cohort_id: str | None = None
) -> OutcomeTable:
    """Answered, at work, paid more, learning: of persons (人) whose call is due in the period.

    A call that is not due yet counts once it was answered.
    """
    packs = active_packs(session)
    bands = bands_on(packs, today)
    heard = _heard(session, bands)
    grouped: defaultdict[tuple[int, str], list[Heard]] = defaultdict(list)
    for one in calls(session, today=today):
        is_counted = one.wave.due_on <= today or one.state is CallState.ANSWERED
        if is_counted and since <= one.wave.due_on <= until and cohort_id in (None, one.of.cohort_id):
            own = grouped[one.wave.months, one.of.person_id]
            own += heard.get(one.key, [])
    found: defaultdict[int, list[PersonWave]] = defaultdict(list)
    for (months, person), said in sorted(grouped.items()):
        found[months].append(PersonWave(person, months, rules.joined(said) if said else None))
    rows = tuple(WaveOutcome(months, rules.shares(found[months])) for months in sorted(found))
    return OutcomeTable(since, until, rows, bool(months_on(packs, today)))


def _heard(session: Session, bands: Bands) -> dict[Key, list[Heard]]:
    """What was said, by wave. Who did not tell her pay before is compared with what she told first."""
    rows = session.execute(
        select(FollowUp, FollowUpAnswer, root_of(FollowUp.person_id))
        .join(FollowUpAnswer, FollowUpAnswer.follow_up_id == FollowUp.id)
        .where(FollowUp.outcome == Outcome.ANSWERED)
        .order_by(FollowUp.contacted_on, FollowUp.id)
    )
    found: defaultdict[Key, list[Heard]] = defaultdict(list)
    first: dict[str, int] = {}
    for one, answer, person in rows:
        before = bands.place(one.pay_before)
        if before is not None:
            first[person] = before
        key = (answer.completion, answer.enrolment_id or answer.diploma_id or "", answer.months)
        found[key].append(Heard(one.work, bands.place(one.pay_band), first.get(person), one.study))
        if bands.place(one.pay_band) is not None:
            first.setdefault(person, bands.place(one.pay_band) or 0)
    return found


@dataclass(frozen=True)
class NamedRow:
    """Somebody behind a number."""

    id: str
    name: str
    village: str


def named(session: Session, ids: Sequence[str]) -> list[NamedRow]:
    """The names behind a number, by name."""
    rows = [NamedRow(one.id, one.name, one.village or "") for one in _people(session, ids)]
    return sorted(rows, key=lambda row: (row.name, row.id))
