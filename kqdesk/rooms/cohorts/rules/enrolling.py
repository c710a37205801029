"""Who may enrol, how a cohort is numbered, who gets which number on the roll. Pure; limits come in from a rule pack."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.cohorts.terms import CohortKind

NUMBER_LETTERS = {
    CohortKind.VILLAGE: "CB",
    CohortKind.FACTORY: "CF",
    CohortKind.NIGHT_SCHOOL: "YX",
    CohortKind.RETAKE: "CX",
    CohortKind.ENTERPRISE: "QY",
    CohortKind.FARMER: "NM",
    CohortKind.OTHER: "QT",
}


@dataclass(frozen=True)
class Applicant:
    """What the rules need to know of a person; None is unknown."""

    name: str
    birth_date: date | None
    education_code: str | None
    education: str = ""


@dataclass(frozen=True)
class EnrolmentLimits:
    """Numbers of the rule packs in force for one level; None is 未配置 and is not checked.

    Ages in whole years (周岁), both inclusive. ``admits``: GB/T 4658 codes that may enter, with their names.
    ``blocks``: kinds of concern (``age``, ``education``) that the pack forbids instead of only warning about.
    ``…_source``: the paper behind a number, said in the sentence.
    """

    lowest_age: int | None = None
    lowest_source: str = ""
    highest_age: int | None = None
    highest_source: str = ""
    admits: frozenset[str] | None = None
    admits_source: str = ""
    blocks: frozenset[str] = frozenset()


NO_LIMITS = EnrolmentLimits()


@dataclass(frozen=True)
class Concern:
    """One reason to look twice before enrolling somebody. ``kind``: age · education · unknown."""

    kind: str
    sentence: str
    is_blocking: bool


def age_on(born: date, day: date) -> int:
    """Whole years lived on a day (周岁)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def counted_day(rule: str | None, applied_on: date, starts_on: date | None) -> date:
    """R-COH-11: the day on which age is counted: as the pack's ``age.counted_on`` says, the day of applying while 未配置."""
    if rule == "cohort_start":
        return starts_on or applied_on
    return date(applied_on.year, 12, 31) if rule == "year_end" else applied_on


def enrolment_concerns(
    applicant: Applicant, level: DualLevel | None, limits: EnrolmentLimits, on: date
) -> tuple[Concern, ...]:
    """R-COH-01: age limits and prior education of a 双证 cohort; other cohorts (level None) have none."""
    if level is None:
        return ()
    found = [*_age_concerns(applicant, level, limits, on), *_education_concerns(applicant, level, limits)]
    return tuple(Concern(kind, f"{applicant.name}：{words}", kind in limits.blocks) for kind, words in found)


def _age_concerns(
    applicant: Applicant, level: DualLevel, limits: EnrolmentLimits, on: date
) -> Iterable[tuple[str, str]]:
    if limits.lowest_age is None and limits.highest_age is None:
        return
    if applicant.birth_date is None:
        yield "unknown", "没有出生日期，年龄条件查不了，请补上。"
        return
    age = age_on(applicant.birth_date, on)
    if limits.highest_age is not None and age > limits.highest_age:
        paper = _quoted(limits.highest_source)
        yield "age", f"已 {age} 周岁，超过{level.label}就学年龄上限 {limits.highest_age} 周岁{paper}。"
    if limits.lowest_age is not None and age < limits.lowest_age:
        paper = _quoted(limits.lowest_source)
        yield "age", f"才 {age} 周岁，不到就学年龄下限 {limits.lowest_age} 周岁{paper}。"


def _education_concerns(
    applicant: Applicant, level: DualLevel, limits: EnrolmentLimits
) -> Iterable[tuple[str, str]]:
    if limits.admits is None:
        return
    code = applicant.education_code
    if not code:
        yield "unknown", "没有填学历，能不能报这个层次查不了，请补上。"
    elif code not in limits.admits and not (code[1:] == "0" and code[0] + "1" in limits.admits):
        # 70 初中 without more is read as 71 初中毕业
        said = f"原学历是“{applicant.education}”，" if applicant.education else "花名册上的学历"
        yield "education", f"{said}不在可报{level.label}的范围里{_quoted(limits.admits_source)}。"


def _quoted(source: str) -> str:
    return f"（{source}）" if source else ""


def cohort_no(year: int, kinds: Collection[CohortKind], taken: Iterable[str]) -> str:
    """R-COH-02: ``2026-YX03``: year, letters of the first kind in the papers' order, next free serial of the two."""
    first = next((kind for kind in CohortKind if kind in kinds), CohortKind.OTHER)
    stem = f"{year}-{NUMBER_LETTERS[first]}"
    serials = [
        int(rest) for no in taken if (rest := no.removeprefix(stem)) != no and re.fullmatch(r"\d+", rest)
    ]
    return f"{stem}{max(serials, default=0) + 1:02d}"


def next_roll_numbers(taken: Iterable[int | None], count: int) -> list[int]:
    """R-COH-03: numbers go on from the highest ever given; one that stood on a paper is never given to another."""
    highest = max((number for number in taken if number is not None), default=0)
    return list(range(highest + 1, highest + 1 + count))
