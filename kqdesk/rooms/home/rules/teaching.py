"""What is said of lessons, rolls, cohorts that lack something and learners near the limit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kqdesk.rooms.home.rules.day import MOST, Line, joined, near_day, short_day
from kqdesk.rooms.home.terms import Group, Kind
from kqdesk.rooms.timetable.rules.days import clock

SOON = 60  # minutes before a lesson in which the wait is counted
MOST_TODAY = 12  # lessons of today by name

# -- lessons and rolls --------------------------------------------------------------------------------


@dataclass(frozen=True)
class LessonFact:
    """A lesson with where its roll stands. ``marked`` of ``learners`` have a mark."""

    id: str
    cohort_id: str
    cohort: str
    number: int
    on: date
    start_minute: int
    end_minute: int
    topic: str
    trainer: str
    place: str
    learners: int
    marked: int
    is_taken: bool


def lesson_line(fact: LessonFact, minute: int) -> Line:
    """A lesson of today as it stands at a minute of the day."""
    pill, tone = _roll_state(fact, minute)
    lacks = (
        []
        if fact.is_taken
        else [what for what, has in (("培训师", fact.trainer), ("地点", fact.place)) if not has]
    )
    go: tuple[str, str, dict[str, Any]] = (
        "看点名" if fact.is_taken else "去点名", "attendance", {"lesson": fact.id}
    )  # fmt: skip
    if lacks and minute < fact.end_minute:
        pill, tone, go = f"缺{'、'.join(lacks)}", "danger", ("去补上", "timetable", {"lesson": fact.id})
    return Line(
        Kind.LESSON, Group.TODAY, f"lesson-{fact.id}",
        f"{clock(fact.start_minute)}–{clock(fact.end_minute)}　{fact.cohort}　第 {fact.number} 次课",
        joined(fact.topic, fact.place or "没有定地点", fact.trainer or "没有定培训师", f"{fact.learners} 人"),
        pill, tone, *go,
    )  # fmt: skip


def lesson_lines(facts: Sequence[LessonFact], minute: int) -> Iterable[Line]:
    """The day's lessons by the clock; on a very full day those already called over are only counted."""
    left = facts if len(facts) <= MOST_TODAY else [fact for fact in facts if not fact.is_taken][:MOST_TODAY]
    yield from (lesson_line(fact, minute) for fact in left)
    rest = len(facts) - len(left)
    if rest:
        yield Line(
            Kind.LESSON, Group.TODAY, "lesson-rest", f"今天另外还有 {rest} 次课", "在考勤里按时间列着。", f"{rest} 次",
            "neutral", "去看看", "attendance", count=rest,
        )  # fmt: skip


def _roll_state(fact: LessonFact, minute: int) -> tuple[str, str]:
    if fact.is_taken and fact.marked >= fact.learners:
        return "已点名", "success"
    if fact.is_taken:
        return f"已点 {fact.marked}/{fact.learners}", "warning"
    wait = fact.start_minute - minute
    if wait > SOON:
        return "待上", "neutral"
    if wait > 0:
        return f"还有 {wait} 分钟", "primary"
    return ("正在上课", "primary") if minute < fact.end_minute else ("待点名", "warning")


def roll_lines(facts: Sequence[LessonFact], total: int, today: date) -> Iterable[Line]:
    """Past lessons nobody called the roll of: the newest by name, the rest in one line. ``total``: of all of them."""
    for fact in facts[:MOST]:
        yield Line(
            Kind.ROLL, Group.OVERDUE, f"roll-{fact.id}", f"{fact.cohort}{short_day(fact.on)}的课还没有点名",
            joined(f"第 {fact.number} 次课", f"{clock(fact.start_minute)}–{clock(fact.end_minute)}", fact.trainer,
                    f"{fact.learners} 人"),
            near_day(fact.on, today), "warning", "去点名", "attendance", {"lesson": fact.id},
        )  # fmt: skip
    rest = total - len(facts[:MOST])
    if rest > 0:
        yield Line(
            Kind.ROLL, Group.OVERDUE, "roll-rest", f"还有 {rest} 次更早的课没有点名", "一次一次补，学时才算得准。",
            f"{rest} 次", "warning", "去点名", "attendance",
        )  # fmt: skip


# -- cohorts that lack something ----------------------------------------------------------------------


@dataclass(frozen=True)
class CohortFact:
    """A cohort as far as it is arranged. ``to_come…``: lessons from today on that lack something."""

    id: str
    no: str
    title: str
    is_open: bool
    starts_on: date | None
    has_trainer: bool
    has_site: bool
    lessons: int
    to_come_without_trainer: int = 0
    to_come_without_site: int = 0

    @property
    def lacks(self) -> tuple[str, ...]:
        """What the cohort has nowhere, neither itself nor in a lesson."""
        return tuple(
            what for what, has in (("培训师", self.has_trainer), ("教学点", self.has_site)) if not has
        )

    @property
    def is_complete(self) -> bool:
        """Nothing is to be arranged."""
        loose = self.to_come_without_trainer or self.to_come_without_site
        return not self.lacks and self.lessons > 0 and not loose


def gap_words(fact: CohortFact) -> str:
    """What a cohort lacks, in one sentence."""
    if fact.lacks:
        tail = "" if fact.lessons else "，也没有排课"
        return f"{fact.title}还没有{'和'.join(fact.lacks)}{tail}"
    if not fact.lessons:
        return f"{fact.title}还没有排课"
    loose = [
        f"{count} 次课没有定{what}"
        for what, count in (("培训师", fact.to_come_without_trainer), ("地点", fact.to_come_without_site))
        if count
    ]
    return f"{fact.title}有 {'，'.join(loose)}"


def gap_lines(facts: Iterable[CohortFact], today: date) -> Iterable[Line]:
    """Cohorts without trainer, site or lessons: open ones are overdue, those about to start are prepared."""
    wanting = [fact for fact in facts if not fact.is_complete]
    for group in (Group.OVERDUE, Group.AHEAD):
        found = [fact for fact in wanting if fact.is_open == (group is Group.OVERDUE)]
        for fact in found[:MOST]:
            yield _gap_line(fact, group, today)
        if len(found) > MOST:
            rest = len(found) - MOST
            yield Line(
                Kind.GAP, group, f"gap-rest-{group}", f"还有 {rest} 个班缺培训师、教学点或课次", "",
                f"{rest} 个班", "warning", "去看看", "cohorts",
            )  # fmt: skip


def _gap_line(fact: CohortFact, group: Group, today: date) -> Line:
    begin = f"{short_day(fact.starts_on)}开班" if fact.starts_on else ""
    if fact.is_open:
        pill, tone = "已开班", "danger"
    else:
        pill, tone = (f"{near_day(fact.starts_on, today)}开班" if fact.starts_on else "筹备"), "warning"
    go = ("去补上", "cohorts") if fact.lacks else ("去排课" if not fact.lessons else "去课表", "timetable")
    return Line(
        Kind.GAP, group, f"gap-{fact.id}", gap_words(fact), joined(fact.no, begin), pill, tone, *go,
        {"cohort": fact.id},
    )  # fmt: skip


# -- learners near the limit --------------------------------------------------------------------------


@dataclass(frozen=True)
class RiskFact:
    """A cohort with learners who may miss at most one more lesson. ``near``: (name, absences until they fail).

    ``lost``: how many cannot reach the minimum any more.
    """

    cohort_id: str
    title: str
    near: tuple[tuple[str, int], ...]
    lost: int = 0


def is_near(left: int | None, to_come: int) -> bool:
    """R-HOM-02: two absences from failing: at most one of the lessons to come may be missed, and more than that come.

    ``left`` as ``attendance.rules.absences_left`` says; None (未配置) and -1 (already out of reach) are not near.
    """
    return left is not None and 0 <= left <= 1 and left < to_come


def risk_lines(facts: Sequence[RiskFact]) -> Iterable[Line]:
    """One line a cohort, those with most people first."""
    ranked = sorted(facts, key=lambda fact: -len(fact.near))
    for fact in ranked[:MOST]:
        times = {count for _, count in fact.near}
        again = f"再缺 {times.pop()} 次" if len(times) == 1 else "再缺一两次"
        names = "、".join(name for name, _ in fact.near[:3])
        more = f"等 {len(fact.near)} 人" if len(fact.near) > 3 else ""
        lost = f"另有 {fact.lost} 人已达不到最低出勤率" if fact.lost else ""
        yield Line(
            Kind.ABSENCE, Group.OVERDUE, f"absence-{fact.cohort_id}",
            f"{fact.title}有 {len(fact.near)} 人{again}就不合格，请提醒一声", joined(names + more, lost),
            f"{len(fact.near)} 人", "warning", "看考勤", "attendance", {"cohort": fact.cohort_id},
        )  # fmt: skip
    if len(ranked) > MOST:
        people = sum(len(fact.near) for fact in ranked[MOST:])
        yield Line(
            Kind.ABSENCE, Group.OVERDUE, "absence-rest", f"其他 {len(ranked) - MOST} 个班还有 {people} 人快到缺勤上限",
            "", f"{people} 人", "warning", "看考勤", "attendance",
        )  # fmt: skip
