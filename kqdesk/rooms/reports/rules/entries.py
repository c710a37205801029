"""What each figure is made of: one function a figure, from facts to entries with their day, person and class. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from kqdesk.rooms.attendance.rules import AttendancePolicy, Attended, attendance_rates
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.reports.rules.facts import CohortFact, EnrolmentFact, Facts, PaperFact, PastFact

ON_ROLL = frozenset({"enrolled", "suspended", "completed"})
SAT_THERE = frozenset({"present", "late", "left_early"})
NIGHT = "night_school"


@dataclass(frozen=True, slots=True)
class Member:
    """One row behind a number. ``count``: how many of the number it stands for (people at an activity without a name).

    ``person``: who it is today, merged ones as the one that stayed; "" when it is nobody in particular.
    """

    table: str
    id: str
    person: str
    school: str
    on: date | None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A member with what it can be broken down by beside its person."""

    member: Member
    cohort: CohortFact | None = None
    project: str = ""
    township: str = ""
    level: str = ""


@dataclass(slots=True)
class Tally:
    """The entries of a figure, and the pack items that were missing while counting them."""

    entries: list[Entry] = field(default_factory=list)
    lacks: dict[str, None] = field(default_factory=dict)
    of: int | None = None


def meets_attendance(hours: dict[str, int], policy: AttendancePolicy) -> bool | None:
    """R-REP-03: whether an enrolment met the pack's minimum of the hours held; None: a missing weight decides it.

    While the minimum itself is 未配置 everybody counts who came at all: provisional, and the figure says so.
    """
    if not any(hours.get(mark, 0) for mark in SAT_THERE):
        return False
    if policy.minimum_rate is None:
        return True
    lessons = [Attended(count, is_held=True, mark=Mark(mark)) for mark, count in hours.items()]
    if not policy.missing:
        rate = attendance_rates(lessons, policy).of_held
        return rate is not None and rate >= policy.minimum_rate
    strict = AttendancePolicy(policy.late_weight or Fraction(0), policy.excused or "absent", None)
    mild = AttendancePolicy(
        Fraction(1) if policy.late_weight is None else policy.late_weight, policy.excused or "present", None
    )
    low, high = (attendance_rates(lessons, one).of_held for one in (strict, mild))
    if low is not None and low >= policy.minimum_rate:
        return True
    return None if high is not None and high >= policy.minimum_rate else False


def training(facts: Facts, wanted: str = "") -> Tally:
    """R-REP-02: 人次 = one enrolment that met the minimum attendance, on the day its class ended; never one a lesson.

    ``wanted``: only what counts for that target. 学历教育 classes are no training.
    """
    if "training" not in facts.memo:
        facts.memo["training"] = _all_training(facts)
    kinds: dict[str, Tally] = facts.memo["training"]
    chosen = [kinds[wanted]] if wanted in kinds else [] if wanted else list(kinds.values())
    lacks = {key: None for one in chosen for key in one.lacks}
    return Tally([entry for one in chosen for entry in one.entries], lacks)


def _all_training(facts: Facts) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    seen: dict[tuple[str, tuple[tuple[str, int], ...]], bool | None] = {}
    for one in facts.enrolments:
        cohort = facts.cohorts.get(one.cohort_id)
        if cohort is None or not facts.period.has(cohort.ends_on) or one.state not in ON_ROLL:
            continue
        if not cohort.counts_for:
            continue
        tally = found.setdefault(cohort.counts_for, Tally())
        key = (one.school, tuple(sorted(one.hours.items())))
        if key not in seen:
            seen[key] = meets_attendance(dict(one.hours), facts.rules_of(one.school).attendance)
        _note_missing(tally, facts, one)
        if seen[key]:
            tally.entries.append(_of_enrolment(facts, one, cohort))
    for kind, entry in _past_training(facts):
        found.setdefault(kind, Tally()).entries.append(entry)
    return found


def _note_missing(found: Tally, facts: Facts, one: EnrolmentFact) -> None:
    policy = facts.rules_of(one.school).attendance
    if policy.minimum_rate is None:
        found.lacks["attendance.minimum_rate"] = None
    elif policy.late_weight is None and (one.hours.get("late") or one.hours.get("left_early")):
        found.lacks["attendance.late_weight"] = None
    elif policy.excused is None and one.hours.get("excused"):
        found.lacks["attendance.excused"] = None


def _of_enrolment(facts: Facts, one: EnrolmentFact, cohort: CohortFact) -> Entry:
    member = Member("enrolment", one.id, facts.person(one.person_id), one.school, cohort.ends_on)
    return Entry(member, cohort, cohort.project, cohort.township, cohort.level)


def _past_training(facts: Facts) -> Iterator[tuple[str, Entry]]:
    for one in facts.past:
        if one.part == "hours" and facts.period.has(one.on):
            member = Member("past_record", one.id, facts.person(one.person_id), one.school, one.on)
            yield "skill_training" if one.is_skill else "social_training", Entry(member)


def activity_attendances(facts: Facts, wanted: str | None = "") -> Tally:
    """R-REP-05: everybody who came to an activity counts once, named or not; ``wanted``: only for that target."""
    found = Tally()
    for one in facts.activities:
        if not facts.period.has(one.held_on) or (wanted and one.counted_as != wanted):
            continue
        known = [
            Member("activity_attendee", row, facts.person(person), one.school, one.held_on)
            for row, person in one.attendees
        ]
        unnamed = max(one.headcount - len(known), 0)
        if unnamed:
            known.append(Member("activity", one.id, "", one.school, one.held_on, unnamed))
        found.entries += [Entry(member, None, one.project, one.township) for member in known]
    return found


def target_attendances(facts: Facts, wanted: str) -> Tally:
    """R-REP-04: one of the three yearly 人次 targets: enrolments and activity attendances together, each in one target."""
    found = training(facts, wanted)
    found.entries += activity_attendances(facts, wanted).entries
    return found


def skill_training(facts: Facts) -> Tally:
    """职业技能培训."""
    return target_attendances(facts, "skill_training")


def social_training(facts: Facts) -> Tally:
    """社会培训."""
    return target_attendances(facts, "social_training")


def elderly_education(facts: Facts) -> Tally:
    """老年教育培训."""
    return target_attendances(facts, "elderly_education")


def night_school(facts: Facts) -> Tally:
    """R-REP-06: 人次 of classes marked 夜校班."""
    found = training(facts)
    found.entries = [one for one in found.entries if one.cohort is not None and NIGHT in one.cohort.kinds]
    return found


def adult_schooling(facts: Facts) -> Tally:
    """R-REP-07: people who got a junior or senior diploma, or, where the pack says so, who entered a 双证 class."""
    found = Tally()
    for school in facts.schools:
        counts = facts.rules_of(school).adult_counts
        if counts is None:
            found.lacks["report.adult_counts"] = None
        if counts == "enrolled":
            found.entries += [one for one in _entered(facts, is_dual=True) if one.member.school == school]
        else:
            found.entries += [
                one for one in _papers(facts, "diploma", "diplomas") if one.member.school == school
            ]
    return found


def college(facts: Facts) -> Tally:
    """R-REP-08: people who graduated from a college they were referred to, or, where the pack says so, who entered it."""
    found = Tally()
    for school in facts.schools:
        counts = facts.rules_of(school).college_counts
        if counts is None:
            found.lacks["report.college_counts"] = None
        step = "enrolled" if counts == "enrolled" else "graduated"
        found.entries += [
            _of_paper(facts, one) for one in facts.papers
            if one.table == "referral" and one.step == step and one.school == school and facts.period.has(one.on)
        ]  # fmt: skip
    return found


def college_entered(facts: Facts) -> Tally:
    """R-REP-08: people who entered a college they were referred to."""
    return Tally(
        [
            _of_paper(facts, one) for one in facts.papers
            if one.table == "referral" and one.step == "enrolled" and facts.period.has(one.on)
        ]
    )  # fmt: skip


def dual_certificates(facts: Facts) -> Tally:
    """R-REP-09: people who had both a diploma and a skill certificate for the first time on a day of the period."""
    diplomas = _first_days(facts, "diploma", "diplomas")
    skills = _first_days(facts, "skill_certificate", "skills")
    found = Tally()
    for person, entry in diplomas.items():
        other = skills.get(person)
        if other is None:
            continue
        day = max(one for one in (entry.member.on, other.member.on) if one is not None)
        if facts.period.has(day):
            found.entries.append(replace(entry, member=replace(entry.member, on=day)))
    return found


def _first_days(facts: Facts, table: str, part: str) -> dict[str, Entry]:
    first: dict[str, Entry] = {}
    for one in sorted(_all_papers(facts, table, part), key=_when):
        first.setdefault(one.member.person, one)
    return first


def _when(entry: Entry) -> str:
    return f"{entry.member.on}{entry.member.id}"


def diplomas(facts: Facts) -> Tally:
    """R-REP-10: diplomas by the day on them."""
    return Tally(list(_papers(facts, "diploma", "diplomas")))


def skill_certificates(facts: Facts) -> Tally:
    """R-REP-10: skill certificates by the day on them, doubtful ones not."""
    return Tally(list(_papers(facts, "skill_certificate", "skills")))


def completion_certificates(facts: Facts) -> Tally:
    """R-REP-10: the school's own certificates, approved and not revoked."""
    return Tally(list(_papers(facts, "completion_certificate", "")))


def _papers(facts: Facts, table: str, part: str) -> Iterator[Entry]:
    return (one for one in _all_papers(facts, table, part) if facts.period.has(one.member.on))


def _all_papers(facts: Facts, table: str, part: str) -> Iterator[Entry]:
    for one in facts.papers:
        if one.table == table:
            yield _of_paper(facts, one)
    for line in facts.past:
        if line.part == part:
            yield _of_past(facts, line)


def _of_paper(facts: Facts, one: PaperFact) -> Entry:
    return Entry(Member(one.table, one.id, facts.person(one.person_id), one.school, one.on), level=one.level)


def _of_past(facts: Facts, one: PastFact) -> Entry:
    member = Member("past_record", one.id, facts.person(one.person_id), one.school, one.on)
    return Entry(member, level=one.level)


def learners(facts: Facts) -> Tally:
    """R-REP-11: different people behind the 人次 of trainings; of activities only those who are known by name."""
    found = training(facts)
    found.entries += [one for one in activity_attendances(facts).entries if one.member.person]
    return found


def registered(facts: Facts) -> Tally:
    """R-REP-12: enrolments on the roll on any day of the period."""
    found = Tally()
    for one in facts.enrolments:
        cohort = facts.cohorts.get(one.cohort_id)
        if cohort is None or one.state not in ON_ROLL:
            continue
        begun, over = one.joined_on or cohort.starts_on, one.ended_on or cohort.ends_on
        if begun is not None and begun <= facts.period.end and (over is None or over >= facts.period.first):
            found.entries.append(_with_day(_of_enrolment(facts, one, cohort), begun))
    return found


def completed(facts: Facts) -> Tally:
    """R-REP-12: enrolments that ended with 结业 in the period."""
    found = Tally()
    for one in facts.enrolments:
        cohort = facts.cohorts.get(one.cohort_id)
        day = one.ended_on or (cohort.ends_on if cohort else None)
        if cohort is not None and one.state == "completed" and facts.period.has(day):
            found.entries.append(_with_day(_of_enrolment(facts, one, cohort), day))
    return found


def entered(facts: Facts) -> Tally:
    """R-REP-12: enrolments that began in the period."""
    return Tally(list(_entered(facts)))


def _entered(facts: Facts, *, is_dual: bool = False) -> Iterator[Entry]:
    for one in facts.enrolments:
        cohort = facts.cohorts.get(one.cohort_id)
        if cohort is None or one.state not in ON_ROLL or (is_dual and not cohort.is_dual):
            continue
        day = one.joined_on or cohort.starts_on
        if facts.period.has(day):
            yield _with_day(_of_enrolment(facts, one, cohort), day)


def _with_day(entry: Entry, day: date | None) -> Entry:
    return replace(entry, member=replace(entry.member, on=day))


def cohorts_opened(facts: Facts) -> Tally:
    """R-REP-13: classes that began in the period and were not cancelled or only planned."""
    return Tally([_of_cohort(one) for one in _opened(facts)])


def night_cohorts(facts: Facts) -> Tally:
    """R-REP-13: those of them that are 夜校班."""
    return Tally([_of_cohort(one) for one in _opened(facts) if NIGHT in one.kinds])


def _opened(facts: Facts) -> Iterator[CohortFact]:
    return (
        one for one in facts.cohorts.values()
        if one.state in ("open", "closed") and facts.period.has(one.starts_on)
    )  # fmt: skip


def _of_cohort(one: CohortFact) -> Entry:
    member = Member("cohort", one.id, "", one.school, one.starts_on)
    return Entry(member, one, one.project, one.township, one.level)


def activities_held(facts: Facts) -> Tally:
    """R-REP-05: activities that were held, 场."""
    return Tally(
        [
            Entry(Member("activity", one.id, "", one.school, one.held_on), None, one.project, one.township)
            for one in facts.activities if facts.period.has(one.held_on)
        ]
    )  # fmt: skip


def surveyed(facts: Facts) -> Tally:
    """R-REP-14: people who answered a survey in the period; ``of``: different people asked in its rounds."""
    asked = {facts.person(one.person_id) for one in facts.answers}
    rows = sorted(
        (one for one in facts.answers if facts.period.has(one.on)), key=lambda one: (str(one.on), one.id)
    )
    entries = [
        Entry(Member("survey_answer", one.id, facts.person(one.person_id), one.school, one.on))
        for one in rows
    ]
    return Tally(entries, of=len(asked))
