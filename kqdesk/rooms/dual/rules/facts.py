"""What the credit engine looks at: the pack's numbers, and what a learner brings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel, Subject
from kqdesk.rooms.exams.rules import Attempt
from kqdesk.rooms.office.rules import Band, PackValue

KEYS = (
    "credit.engine", "credit.hours_per_credit", "credit.hours_joined", "credit.hours_rounding", "credit.bands",
    "credit.attempt", "credit.skill_levels", "credit.several_certificates", "credit.needs_all_subjects",
    "credit.needs_skill_certificate", "credit.threshold_senior", "credit.threshold_junior", "credit.subject_minimum",
    "credit.culture_cap", "credit.skill_cap", "credit.culture_curve", "credit.exemption_credits", "exam.full_marks",
)  # fmt: skip


@dataclass(frozen=True)
class CreditRules:
    """The pack's numbers for credits as they count on a day; None = 未配置. ``words``: source by key, for people."""

    engine: str | None = None
    hours_per_credit: int | None = None
    hours_joined: bool = True
    rounding: str | None = None
    bands: tuple[Band, ...] | None = None
    attempt: str | None = None
    skill_levels: Mapping[str, int] | None = None
    several: str | None = None
    needs_all_subjects: bool | None = None
    needs_skill: bool | None = None
    thresholds: Mapping[DualLevel, int] = field(default_factory=dict)
    subject_minimum: int | None = None
    culture_cap: int | None = None
    skill_cap: int | None = None
    culture_curve: str | None = None
    exemption_credits: int | None = None
    full_marks: int | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    packs: tuple[str, ...] = ()

    def source(self, key: str) -> str:
        """Paper and pack behind a number; 未配置 when there is none."""
        return self.words.get(key, "未配置")


def credit_rules(values: Iterable[PackValue]) -> CreditRules:
    """The numbers of KEYS that are set, as the engine reads them."""
    by = {value.key: value for value in values}

    def text(key: str) -> str | None:
        return by[key].text if key in by else None

    def number(key: str) -> int | None:
        return by[key].number if key in by else None

    def flag(key: str) -> bool | None:
        return by[key].flag if key in by else None

    levels = {level: number(f"credit.threshold_{level.value}") for level in DualLevel}
    joined = flag("credit.hours_joined")
    return CreditRules(
        engine=text("credit.engine"),
        hours_per_credit=number("credit.hours_per_credit"),
        hours_joined=True if joined is None else joined,
        rounding=text("credit.hours_rounding"),
        bands=by["credit.bands"].bands if "credit.bands" in by else None,
        attempt=text("credit.attempt"),
        skill_levels=by["credit.skill_levels"].levels if "credit.skill_levels" in by else None,
        several=text("credit.several_certificates"),
        needs_all_subjects=flag("credit.needs_all_subjects"),
        needs_skill=flag("credit.needs_skill_certificate"),
        thresholds={level: least for level, least in levels.items() if least is not None},
        subject_minimum=number("credit.subject_minimum"),
        culture_cap=number("credit.culture_cap"),
        skill_cap=number("credit.skill_cap"),
        culture_curve=text("credit.culture_curve"),
        exemption_credits=number("credit.exemption_credits"),
        full_marks=number("exam.full_marks"),
        words={
            key: f"{v.source}（{'测算参考' if v.is_reference else v.pack_title}）" for key, v in by.items()
        },
        packs=tuple(sorted({f"{v.pack_title} 第 {v.pack_version} 版" for v in by.values()})),
    )


PAST = "past:"
"""Before the ids of what an old ledger says (补录); what follows is what finds the line there."""

# -- what a learner brings ------------------------------------------------------------------------


@dataclass(frozen=True)
class HoursFrom:
    """Study hours earned in one cohort, ``online`` of them by accepted online study.

    ``is_whole`` False: some marks have no weight in the pack yet. ``waiting``: lessons whose roll is not locked yet;
    they are not in ``hours``.
    """

    cohort_id: str
    cohort: str
    is_skill: bool
    hours: Fraction
    is_whole: bool = True
    level: DualLevel | None = None
    waiting: int = 0
    online: Fraction = Fraction(0)


@dataclass(frozen=True)
class SkillHeld:
    """A recorded skill certificate. ``is_doubtful`` ones do not count."""

    id: str
    occupation: str
    level: SkillLevel
    number: str = ""
    is_doubtful: bool = False


@dataclass(frozen=True)
class Slot:
    """One subject of the transcript; science is one slot with two subjects of which one is taken."""

    title: str
    subjects: tuple[Subject, ...]


@dataclass(frozen=True)
class Learner:
    """Everything the engine looks at."""

    person_id: str
    level: DualLevel
    slots: tuple[Slot, ...]
    hours: tuple[HoursFrom, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    skills: tuple[SkillHeld, ...] = ()
    diploma_no: str = ""


def slots_of(subjects: Sequence[tuple[Subject, str | None]]) -> tuple[Slot, ...]:
    """The transcript's rows: subjects of one choice group stand together, so a senior has four, not five."""
    slots: dict[str, list[Subject]] = {}
    for subject, group in subjects:
        slots.setdefault(group or subject.value, []).append(subject)
    sciences = {Subject.NATURAL_SCIENCE, Subject.SOCIAL_SCIENCE}
    return tuple(
        Slot(
            Subject.SCIENCE.label if set(found) & sciences else "／".join(s.label for s in found),
            tuple(found),
        )
        for found in slots.values()
    )
