"""The names behind a number: each row with its person, masked unless told otherwise, and what it is about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from kqdesk.rooms.activities.model import Activity, ActivityAttendee
from kqdesk.rooms.certificates.model import CompletionCertificate, SkillCertificate
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.dual.model import Diploma
from kqdesk.rooms.past.model import PastRecord
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.queries import township_name
from kqdesk.rooms.referrals.model import Referral
from kqdesk.rooms.reports.rules import Member
from kqdesk.rooms.survey.model import SurveyAnswer, SurveyRound
from kqdesk.security.masking import mask_id

MOST_NAMES = 2_000
"""Names one list shows; the number itself always counts them all."""
_CHUNK = 500


@dataclass(frozen=True)
class BehindRow:
    """One row behind a number. ``page`` and ``context``: where it is kept."""

    id: str
    name: str
    number: str
    place: str
    what: str
    on: date | None
    count: int = 1
    person_id: str = ""
    page: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


def names_behind(session: Session, members: Sequence[Member], *, whole: bool = False) -> list[BehindRow]:
    """The first MOST_NAMES members in the order given; ``whole``: numbers in clear, for who may see them."""
    shown = list(members[:MOST_NAMES])
    people = _people(session, {one.person for one in shown if one.person})
    words: dict[tuple[str, str], str] = {}
    for table in dict.fromkeys(one.table for one in shown):
        ids = [one.id for one in shown if one.table == table]
        words |= {(table, row_id): told for row_id, told in _words(session, table, ids)}
    return [
        _row(one, people.get(one.person), words.get((one.table, one.id), ""), whole=whole) for one in shown
    ]


def with_people(session: Session, members: Sequence[Member]) -> list[Member]:
    """Members whose person was not kept, with the person their row speaks of today."""
    whose: dict[tuple[str, str], str] = {}
    for table in dict.fromkeys(one.table for one in members if not one.person):
        model = _WHOSE.get(table)
        if model is not None:
            for part in _chunks([one.id for one in members if one.table == table]):
                found = session.execute(select(model.id, model.person_id).where(model.id.in_(part)))
                whose |= {(table, row_id): person or "" for row_id, person in found}
    return [replace(one, person=one.person or whose.get((one.table, one.id), "")) for one in members]


def _row(one: Member, person: Any, what: str, *, whole: bool) -> BehindRow:
    page, context = _where(one)
    if person is None:
        return BehindRow(
            f"{one.table}/{one.id}", "没有留名" if one.table == "activity" and one.count else "", "", "", what, one.on,
            one.count, "", page, context,
        )  # fmt: skip
    number = person.id_number or ""
    place = " ".join(part for part in (township_name(person.township_code), person.village) if part)
    return BehindRow(
        f"{one.table}/{one.id}", person.name, number if whole else mask_id(number), place, what, one.on, one.count,
        one.person, page, context,
    )  # fmt: skip


def _where(one: Member) -> tuple[str, Mapping[str, Any]]:
    if one.person:
        return "people", {"person": one.person}
    if one.table == "activity":
        return "activities", {"activity": one.id}
    return ("cohorts", {"cohort": one.id}) if one.table == "cohort" else ("", {})


def _people(session: Session, ids: set[str]) -> dict[str, Any]:
    found = {}
    for part in _chunks(sorted(ids)):
        for one in session.execute(
            select(Person.id, Person.name, Person.id_number, Person.township_code, Person.village).where(
                Person.id.in_(part)
            )
        ):
            found[one.id] = one
    return found


def _words(session: Session, table: str, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    wanted = _SAYS.get(table)
    if wanted is None:
        return
    for part in _chunks(ids):
        for row_id, *parts in session.execute(wanted.where(wanted.selected_columns[0].in_(part))):
            yield row_id, " ".join(_said(one) for one in parts if one is not None and one != "")


def _said(value: Any) -> str:
    return str(getattr(value, "label", value))


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


_SAYS: Mapping[str, Any] = {
    "enrolment": select(Enrolment.id, Cohort.no, Cohort.title).join(Cohort, Cohort.id == Enrolment.cohort_id),
    "cohort": select(Cohort.id, Cohort.no, Cohort.title),
    "activity": select(Activity.id, Activity.topic),
    "activity_attendee": select(ActivityAttendee.id, Activity.topic).join(
        Activity, Activity.id == ActivityAttendee.activity_id
    ),
    "diploma": select(Diploma.id, Diploma.level, Diploma.number),
    "skill_certificate": select(
        SkillCertificate.id, SkillCertificate.occupation, SkillCertificate.level, SkillCertificate.number
    ),
    "completion_certificate": select(
        CompletionCertificate.id, CompletionCertificate.course_title, CompletionCertificate.serial_no
    ),
    "referral": select(Referral.id, Referral.college, Referral.level),
    "past_record": select(PastRecord.id, literal("补录"), PastRecord.cohort, PastRecord.diploma_no),
    "survey_answer": select(SurveyAnswer.id, SurveyRound.title).join(
        SurveyRound, SurveyRound.id == SurveyAnswer.round_id
    ),
}
_WHOSE: Mapping[str, Any] = {
    "enrolment": Enrolment, "activity_attendee": ActivityAttendee, "diploma": Diploma, "skill_certificate": SkillCertificate,
    "completion_certificate": CompletionCertificate, "referral": Referral, "past_record": PastRecord,
    "survey_answer": SurveyAnswer,
}  # fmt: skip
