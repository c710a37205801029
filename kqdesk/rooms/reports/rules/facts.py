"""What numbers are counted from. No name, no number of anybody: the same rows stand at the desk and at the hub."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from kqdesk.rooms.attendance.rules import AttendancePolicy
from kqdesk.rooms.past.rules import PastRules
from kqdesk.rooms.reports.rules.period import Period


@dataclass(frozen=True, slots=True)
class CountingRules:
    """The packs' numbers figures are counted by; None = 未配置.

    ``adult_counts`` and ``college_counts``: ``graduated`` or ``enrolled``. ``schooling``: GB/T 4658 code, or its first
    figure, → years at school. ``versions``: pack and version each came from.
    """

    attendance: AttendancePolicy = field(default_factory=AttendancePolicy)
    adult_counts: str | None = None
    college_counts: str | None = None
    working_from: int | None = None
    working_to: int | None = None
    schooling: Mapping[str, int] | None = None
    past: PastRules = field(default_factory=PastRules)
    targets: Mapping[str, int] = field(default_factory=dict)
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonFact:
    """Where a person belongs. ``hukou`` as stored (sealed at the hub: see ``Facts.hukou_of``)."""

    id: str
    school: str
    sex: str = ""
    birth_date: date | None = None
    township: str = ""
    village: str = ""
    education: str = ""
    hukou: str = ""


@dataclass(frozen=True, slots=True)
class CohortFact:
    """A class. ``ends_on``: day of its last lesson that is not cancelled, None without lessons."""

    id: str
    school: str
    title: str
    state: str
    starts_on: date | None
    ends_on: date | None
    township: str = ""
    project: str = ""
    category: str = ""
    level: str = ""
    kinds: tuple[str, ...] = ()
    is_elderly: bool = False
    is_dual: bool = False
    is_skill: bool = False

    @property
    def counts_for(self) -> str:
        """The yearly target an attendance counts for: exactly one, "" for 学历教育."""
        if self.is_elderly:
            return "elderly_education"
        if self.is_dual:
            return ""
        return "skill_training" if self.is_skill else "social_training"


@dataclass(frozen=True, slots=True)
class EnrolmentFact:
    """A person in a class. ``hours``: study hours of held lessons by mark; empty when no roll was taken yet."""

    id: str
    school: str
    cohort_id: str
    person_id: str
    state: str
    joined_on: date | None = None
    ended_on: date | None = None
    hours: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActivityFact:
    """One activity that was held. ``headcount``: 人次; ``attendees``: (sign-in, person) of those known by name."""

    id: str
    school: str
    topic: str
    held_on: date
    headcount: int
    counted_as: str = ""
    project: str = ""
    township: str = ""
    attendees: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PaperFact:
    """A diploma, a skill certificate, a completion certificate or a step of a referral. ``table``: which of them."""

    id: str
    table: str
    school: str
    person_id: str
    on: date
    level: str = ""
    step: str = ""  # of a referral: enrolled or graduated


@dataclass(frozen=True, slots=True)
class PastFact:
    """A line of an old ledger that counts by the pack. ``part``: hours, skills or diplomas."""

    id: str
    school: str
    person_id: str
    part: str
    on: date
    level: str = ""
    is_skill: bool = False


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """One person asked in one round of the survey. ``on``: when she answered, None while she did not."""

    id: str
    school: str
    person_id: str
    on: date | None


@dataclass(frozen=True, slots=True)
class SchoolingFact:
    """So many people of working age who live here with this education; "" = unknown."""

    school: str
    education: str
    township: str
    village: str
    sex: str
    count: int


def _as_it_stands(hukou: str) -> str:
    return hukou


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything of a period. ``winners``: merged entry → the one that stayed. ``rules``: by school.

    ``hukou_of`` opens a sealed place of registration. ``schools``: every school that has rows or rules here.
    """

    period: Period
    rules: Mapping[str, CountingRules] = field(default_factory=dict)
    cohorts: Mapping[str, CohortFact] = field(default_factory=dict)
    enrolments: Sequence[EnrolmentFact] = ()
    activities: Sequence[ActivityFact] = ()
    papers: Sequence[PaperFact] = ()
    past: Sequence[PastFact] = ()
    answers: Sequence[AnswerFact] = ()
    schooling: Sequence[SchoolingFact] = ()
    people: Mapping[str, PersonFact] = field(default_factory=dict)
    winners: Mapping[str, str] = field(default_factory=dict)
    hukou_of: Callable[[str], str] = _as_it_stands
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out from these facts already, by name: several figures stand on the same entries."""

    @property
    def schools(self) -> tuple[str, ...]:
        """Their codes, in order."""
        return tuple(sorted(self.rules))

    def rules_of(self, school: str) -> CountingRules:
        """The numbers a school counts by."""
        return self.rules.get(school) or CountingRules()

    def person(self, person_id: str) -> str:
        """Whom an entry is today: a merged one is the one that stayed, however often it was merged."""
        seen = {person_id}
        while (after := self.winners.get(person_id)) and after not in seen:
            seen.add(after)
            person_id = after
        return person_id

    @property
    def minimum_rates(self) -> tuple[Fraction | None, ...]:
        """The minimum attendance of every school, for the sentence below the numbers."""
        return tuple(self.rules_of(school).attendance.minimum_rate for school in self.schools)
