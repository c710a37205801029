"""Frauds put into the made-up town, each with what should be found, and what only looks like one."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, update

from kqdesk.rooms.attendance.model import AttendanceMark
from kqdesk.rooms.attendance.terms import SCAN, Mark
from kqdesk.rooms.catalogue.model import Course
from kqdesk.rooms.catalogue.terms import Category, SkillLevel
from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.subsidies.model import ClaimantParticulars, SubsidyClaim, SubsidyMark
from kqdesk.rooms.subsidies.terms import Check, ClaimState, Employer
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.model import Trainer
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.actions import Writing, action
from tests.subsidies.town import (
    ENDS,
    LEVEL,
    STARTS,
    TODAY,
    TRADE,
    Town,
    account,
    add_class,
    id_number,
    paper,
    stated,
)

Plant = Callable[[Writing, Town, int, Random], set[Check]]
"""Put a fraud on the claim of learner n; answers what should be found."""


def _person(w: Writing, town: Town, n: int, **values: Any) -> None:
    w.session.execute(update(Person).where(Person.id == town.people[n]).values(**values))


def _say(w: Writing, town: Town, n: int, **values: Any) -> None:
    w.session.execute(insert(ClaimantParticulars), [stated(w, town.people[n], **values)])


def _claim(w: Writing, town: Town, n: int, **values: Any) -> None:
    w.session.execute(update(SubsidyClaim).where(SubsidyClaim.id == town.claims[n]).values(**values))


def duplicate(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """The same trade and level was paid before, from another PC."""
    _copy_claim(w, town, n, "PH-2", ClaimState.PAID)
    return {Check.DUPLICATE}


def exclusive(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """Another subsidy that does not go with it."""
    _copy_claim(w, town, n, "PH-2b", ClaimState.TAKEN)
    return {Check.EXCLUSIVE}


def _copy_claim(w: Writing, town: Town, n: int, rule_id: str, state: ClaimState) -> None:
    claim = w.session.get_one(SubsidyClaim, town.claims[n])
    names = [column.key for column in SubsidyClaim.__table__.columns if column.key not in ("id", "school")]
    row = {name: getattr(claim, name) for name in names}
    row |= {"id": w.ids().new(), "rule_id": rule_id, "state": state, "batch_id": None, "amount_fen": 20_000}
    row |= {"subject_key": "skill_certificate/before"}
    w.session.execute(insert(SubsidyClaim), [row])


def other_school(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """The district found it at another school."""
    w.session.add(
        SubsidyMark(
            claim_id=town.claims[n], kind=Check.OTHER_SCHOOL.value, words="湖塘成校也报了同一职业同一等级",
            marked_on=TODAY, marked_by="区教体局",
        )
    )  # fmt: skip
    return {Check.OTHER_SCHOOL}


def late(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """Claimed a day after the window closed: the certificate is older than it was said to be."""
    _certificate(w, town, n, date(2025, 2, 9))
    return {Check.WINDOW, Check.BEFORE_END}


def before_end(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """Certified the day before the class ended."""
    _certificate(w, town, n, ENDS - timedelta(days=1))
    return {Check.BEFORE_END}


def _certificate(w: Writing, town: Town, n: int, on: date) -> None:
    w.session.execute(
        update(SkillCertificate).where(SkillCertificate.id == town.certificates[n]).values(issued_on=on)
    )


def birth(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """The roster says another day of birth than the number."""
    _person(w, town, n, birth_date=date(1984, 6, 6))
    return {Check.BIRTH}


def too_old(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """Past sixty when certified."""
    born = date(1950, 1, 1)
    _person(w, town, n, birth_date=born, id_number=id_number(born, n))
    return {Check.TERMS}


def late_status(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """The disability card, or the contract, is younger than the class."""
    _say(
        w,
        town,
        n,
        **({"status_on": STARTS + timedelta(days=1)} if rng.random() < 0.5 else {"contract_from": ENDS}),
    )
    return {Check.LATE_STATUS}


def two_places(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """Signed in elsewhere in the same hour."""
    on = STARTS + timedelta(weeks=1)
    _extra(w, town, n, on, 1150, LessonState.HELD, own=False)
    return {Check.TWO_PLACES}


def cancelled(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """Present at a lesson that did not take place."""
    _extra(w, town, n, STARTS + timedelta(weeks=4), 1110, LessonState.CANCELLED, own=True)
    return {Check.NO_CLASS_DAY}


def holiday(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """Present on National Day."""
    _extra(w, town, n, date(2025, 10, 1), 1110, LessonState.HELD, own=True)
    return {Check.NO_CLASS_DAY}


def _extra(w: Writing, town: Town, n: int, on: date, start: int, state: LessonState, *, own: bool) -> None:
    enrolment = w.session.get_one(Enrolment, town.enrolments[n])
    cohort, mine = enrolment.cohort_id, enrolment.id
    if not own:
        other = Cohort(
            no=f"2025-X{n}", title="别处的班", state=CohortState.CLOSED, starts_on=STARTS, ends_on=ENDS
        )
        w.session.add(other)
        w.session.flush()
        second = Enrolment(cohort_id=other.id, person_id=town.people[n], state=EnrolmentState.COMPLETED)
        w.session.add(second)
        w.session.flush()
        cohort, mine = other.id, second.id
    lesson = Lesson(
        cohort_id=cohort,
        number=90 + n,
        on=on,
        start_minute=start,
        end_minute=start + 60,
        study_hours=1,
        state=state,
    )
    w.session.add(lesson)
    w.session.flush()
    w.session.add(AttendanceMark(lesson_id=lesson.id, enrolment_id=mine, mark=Mark.PRESENT))
    if own:
        w.session.add(paper(w, "lesson", lesson.id, SCAN))


def dead(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """Dead or moved, and nobody knows since when."""
    _person(w, town, n, state=rng.choice(["dead", "moved"]))
    return {Check.GONE}


def left_before(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """Left before the last lesson she is marked at."""
    _say(w, town, n, gone_on=STARTS + timedelta(weeks=3))
    return {Check.GONE}


def own_trainer(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """Teaches the class she sits in."""
    trainer = Trainer(
        name="兼", source=TrainerSource.SCHOOL_STAFF, pay_level=PayLevel.MIDDLE, person_id=town.people[n]
    )
    w.session.add(trainer)
    w.session.flush()
    cohort = w.session.get_one(Enrolment, town.enrolments[n]).cohort_id
    w.session.add(
        Lesson(
            cohort_id=cohort,
            number=80,
            on=ENDS,
            start_minute=1110,
            end_minute=1200,
            study_hours=1,
            trainer_id=trainer.id,
        )
    )
    return {Check.OWN_TRAINER}


def no_account(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """A digit of the card was changed behind the program."""
    good = account(n)
    _say(w, town, n, bank_account=good[:-1] + str((int(good[-1]) + 1) % 10))
    return {Check.ACCOUNT}


def absent(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """Was there half of the time."""
    marks = w.session.query(AttendanceMark).filter(AttendanceMark.enrolment_id == town.enrolments[n]).all()
    for mark in marks[:2]:
        mark.mark = Mark.ABSENT
    return {Check.LOW_ATTENDANCE}


def public_servant(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """Works for an office."""
    _say(w, town, n, employer_type=rng.choice([Employer.AGENCY, Employer.INSTITUTION]))
    return {Check.TERMS, Check.PUBLIC_SERVANT}


def no_papers(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """The certificate was never shown."""
    _claim(w, town, n, papers=[])
    return {Check.PAPERS}


def no_band(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """A level nobody set an amount for."""
    w.session.execute(
        update(SkillCertificate)
        .where(SkillCertificate.id == town.certificates[n])
        .values(level=SkillLevel.CHIEF)
    )
    return {Check.AMOUNT}


def vanished(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """The certificate turned out doubtful after the claim was taken in."""
    w.session.execute(
        update(SkillCertificate)
        .where(SkillCertificate.id == town.certificates[n])
        .values(verification=Verification.DOUBTFUL)
    )
    return {Check.TERMS, Check.ACCOUNT, Check.AMOUNT}


SINGLE: tuple[Plant, ...] = (
    duplicate, exclusive, other_school, late, before_end, birth, too_old, late_status, two_places, cancelled, holiday, dead,
    left_before, own_trainer, no_account, absent, public_servant, no_papers, no_band, vanished,
)  # fmt: skip


def left_after(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """No fraud: moved away after everything was over, and somebody wrote down when."""
    _person(w, town, n, state="moved")
    _say(w, town, n, gone_on=ENDS + timedelta(days=30))
    return set()


def status_before(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """No fraud: the card and the contract are older than the class."""
    _say(w, town, n, status_on=STARTS, contract_from=STARTS - timedelta(days=400))
    return set()


def next_hour(w: Writing, town: Town, n: int, rng: Random) -> set[Check]:
    """No fraud: another lesson that begins when this one ends."""
    _extra(w, town, n, STARTS + timedelta(weeks=1), 1200, LessonState.HELD, own=False)
    return set()


INNOCENT: tuple[Plant, ...] = (left_after, status_before, next_hour)


@action("测试埋假")
def plant_all(w: Writing, *, town: Town, seed: int, each: int) -> dict[str, set[Check]]:
    """Frauds of every kind on different claims, ``each`` of a kind; answers claim → what should be found."""
    rng = Random(seed)
    fresh = iter(rng.sample(range(len(town.people)), len(town.people)))
    truth: dict[str, set[Check]] = {}
    for plant in (*SINGLE, *INNOCENT):
        for _ in range(each):
            n = next(fresh)
            found = plant(w, town, n, rng)
            if found:
                truth[town.claims[n]] = found
    for _ in range(each):
        first, second = next(fresh), next(fresh)
        _say(w, town, first, bank_account=account(first))
        _say(w, town, second, bank_account=account(first))
        for n in (first, second):
            truth[town.claims[n]] = {Check.SHARED_ACCOUNT}
    return truth


@action("测试假班")
def plant_classes(w: Writing, *, town: Town) -> dict[int, set[Check]]:
    """Whole classes with something wrong, before claims are taken in: learner's number → what should be found."""
    dance = Course(code="WD01", title="舞蹈", category=Category.HERITAGE, occupation=TRADE, skill_level=LEVEL)
    w.session.add(dance)
    w.session.flush()
    truth: dict[int, set[Check]] = {}
    kinds: tuple[tuple[Check, dict[str, Any]], ...] = (
        (Check.TOO_EARLY, {"starts": date(2003, 3, 3), "ends": date(2003, 6, 30)}),
        (Check.CLASS_EVIDENCE, {"scans": False}), (Check.CLASS_EVIDENCE, {"photos": False}),
        (Check.OUT_OF_SCOPE, {"course": dance.id}), (Check.LOW_ATTENDANCE, {"present": 2}),
    )  # fmt: skip
    for check, options in kinds:
        before = len(town.people)
        add_class(w, town, 3, **options)
        truth |= {n: {check} for n in range(before, len(town.people))}
    return truth
