"""What is wrong in a line of an old ledger, and what of it counts today. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel, Subject
from kqdesk.rooms.past.terms import LedgerState, Part

KEYS = ("past.since_year", "past.needs_scan", *(part.key for part in Part))
MOST_HOURS = 3_000  # of one line; more is a slip of the pen


@dataclass(frozen=True)
class Line:
    """One line of a ledger, as it stands there. ``points_tenths``: tenths of a mark."""

    cohort: str | None = None
    course: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    hours: int | None = None
    is_skill: bool | None = None
    subject: Subject | None = None
    points_tenths: int | None = None
    level: DualLevel | None = None
    occupation: str | None = None
    skill_level: SkillLevel | None = None
    completion_no: str | None = None
    skill_no: str | None = None
    diploma_no: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    note: str | None = None


@dataclass(frozen=True)
class PastRules:
    """The pack's numbers; None = 未配置. ``counts``: by part."""

    since_year: int | None = None
    needs_scan: bool | None = None
    counts: Mapping[Part, bool | None] = field(default_factory=dict)


def faults(line: Line, today: date) -> dict[str, str]:
    """Key → sentence of what cannot be right; empty when the line may be taken.

    R-PAST-01: no day after today, no end before the beginning, a paper not before its class, hours and marks in range.
    """
    found: dict[str, str] = {}
    for key in ("starts_on", "ends_on", "issued_on"):
        day = getattr(line, key)
        if day is not None and day > today:
            found[key] = "日期在今天以后。历史台账只补录已经发生的。"
    if line.starts_on and line.ends_on and line.ends_on < line.starts_on:
        found["ends_on"] = "结束日期早于开始日期。请看哪一个对。"
    begun = line.starts_on or line.ends_on
    if line.issued_on and begun and line.issued_on < begun:
        found["issued_on"] = "发证日期早于开班。请看哪一个对。"
    if line.hours is not None and not 0 < line.hours <= MOST_HOURS:
        found["hours"] = f"学时「{line.hours}」不对，应在 1 到 {MOST_HOURS} 之间。"
    if line.points_tenths is not None and not 0 <= line.points_tenths <= 1_500:
        found["points"] = "成绩应在 0 到 150 之间。"
    if not _says_something(line):
        found["cohort"] = "这一行没有班级、学时、成绩，也没有证书编号，没有可以补录的内容。"
    return found


def _says_something(line: Line) -> bool:
    return any(
        getattr(line, key) is not None
        for key in ("cohort", "course", "hours", "points_tenths", "completion_no", "skill_no", "diploma_no")
    )


def parts_of(line: Line) -> tuple[Part, ...]:
    """What of the line could count at all."""
    found = []
    if line.hours is not None:
        found.append(Part.HOURS)
    if line.subject is not None and line.points_tenths is not None:
        found.append(Part.MARKS)
    if line.occupation is not None and line.skill_level is not None and line.skill_no is not None:
        found.append(Part.SKILLS)
    if line.level is not None and line.diploma_no is not None:
        found.append(Part.DIPLOMAS)
    return tuple(found)


def year_of(line: Line) -> int | None:
    """The year that decides: of the end, else of the beginning, else of the paper."""
    day = line.ends_on or line.starts_on or line.issued_on
    return day.year if day else None


def why_not(line: Line, part: Part, state: LedgerState, *, has_scan: bool, rules: PastRules) -> str:
    """Why this part of a line does not count today; empty when it counts.

    R-PAST-02: a 补录 counts only when another person checked the ledger, the pack says that such things count, its
    year is not before the pack's first one, and its scan is there where the pack asks for one. 未配置 counts nothing.
    """
    if state is not LedgerState.CHECKED:
        return "台账还没有核对"
    counts = rules.counts.get(part)
    if counts is None:
        return f"规则包没有写明补录的{part.label}算不算（未配置）"
    if not counts:
        return f"按规则包，补录的{part.label}不算"
    year = year_of(line)
    if rules.since_year is not None and (year is None or year < rules.since_year):
        return f"早于 {rules.since_year} 年" if year else "没有日期，看不出是哪一年"
    if rules.needs_scan and not has_scan:
        return "还没有放原件的扫描件"
    return ""


@dataclass(frozen=True)
class NumberGiven:
    """A number of a paper that stands in an old ledger: where, and for whom as far as that is known."""

    number: str
    ledger: str
    line_no: int
    name: str
    person_id: str | None = None
    id_number: str | None = None

    @property
    def words(self) -> str:
        """历史台账《2009年培训登记册》第 12 行（王建国）."""
        return f"历史台账《{self.ledger}》第 {self.line_no} 行（{self.name}）"


def is_hers(given: NumberGiven, person_id: str, name: str, id_number: str | None) -> bool:
    """R-PAST-04: a number of an old ledger may be recorded again only for the person the ledger gave it to.

    A line nobody was matched with is hers when the ID number is the same, or, without one, the name.
    """
    if given.person_id is not None:
        return given.person_id == person_id
    if given.id_number and id_number:
        return given.id_number == id_number
    return given.name == name
