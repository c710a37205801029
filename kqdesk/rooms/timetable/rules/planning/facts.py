"""What can stand against a lesson, as facts that can be named and relaxed. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kqdesk.rooms.timetable.rules.planning.problem import Problem

DAY_WORDS = {
    "mon": "周一", "tue": "周二", "wed": "周三", "thu": "周四", "fri": "周五", "sat": "周六", "sun": "周日",
}  # fmt: skip
Fact = tuple[str, int, int]
"""(kind, who, with whom): ``("free", trainer, -1)``, ``("learners", one class, other class)`` …"""

LEAST_SENTENCES, MOST_SENTENCES = 3, 6
MOST_SPANS = 5


@dataclass(frozen=True)
class Reason:
    """One sentence, and what a button beside it would relax: kind and ids, empty when nothing can be."""

    sentence: str
    relaxation: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """For the pipe and the solution file."""
        return {"sentence": self.sentence, **self.relaxation}


def day_name(problem: Problem, day: int) -> str:
    """周一 for Mon; other words as they are."""
    word = problem.days[day]
    return DAY_WORDS.get(word[:3].lower(), word)


def clock_word(problem: Problem, cell: int) -> str:
    """18:30 of a cell's start; of the end of the day after the last."""
    minute = problem.minutes[cell] if cell < problem.cells else problem.end_of(cell)
    return f"{minute // 60:02d}:{minute % 60:02d}"


def span_words(problem: Problem, bits: int) -> str:
    """周一 18:30–21:30、周三 …; a few of them, then how many more."""
    spans = []
    for day in range(len(problem.days)):
        cells = [cell for cell in range(problem.cells) if bits >> day * problem.cells + cell & 1]
        for first in (cell for cell in cells if cell - 1 not in cells):
            last = first
            while last + 1 in cells:
                last += 1
            end = problem.end_of(last + 1)
            spans.append(
                f"{day_name(problem, day)} {clock_word(problem, first)}–{end // 60:02d}:{end % 60:02d}"
            )
    more = f"等 {len(spans)} 段" if len(spans) > MOST_SPANS else ""
    return "、".join(spans[:MOST_SPANS]) + more if spans else "没有"


def lesson_word(problem: Problem, n: int) -> str:
    """C010 第 2 次课."""
    c, k = problem.lessons[n]
    return (
        f"{problem.cohorts[c].id} 第 {k + 1} 次课"
        if problem.cohorts[c].per_week > 1
        else problem.cohorts[c].id
    )


def sentences(problem: Problem, n: int, core: Iterable[Fact]) -> list[Reason]:
    """The facts of a core as three to six sentences about one lesson that has no place."""
    facts = sorted(set(core))
    found = (
        _about_trainers(problem, facts) + _about_venues(problem, facts) + _about_classes(problem, n, facts)
    )
    if (others := _competitors(problem, n, facts)) is not None:
        found.insert(0, others)
    for reason in _itself(problem, n):
        if len(found) < LEAST_SENTENCES and reason.relaxation not in [one.relaxation for one in found]:
            found.append(reason)
    return found[:MOST_SENTENCES]


def _who(facts: Sequence[Fact], *kinds: str) -> list[int]:
    return sorted({who for kind, who, _ in facts if kind in kinds})


def _competitors(problem: Problem, n: int, facts: Sequence[Fact]) -> Reason | None:
    others = [m for m in _who(facts, "lesson") if m != n]
    if not others:
        return None
    words = "、".join(lesson_word(problem, m) for m in others[:6]) + (
        f"等 {len(others)} 次课" if len(others) > 6 else ""
    )
    ids = sorted({problem.cohorts[problem.lessons[m][0]].id for m in others})
    return Reason(
        f"{lesson_word(problem, n)}与 {words}争用同样的培训师、教室或时间，放不下全部。",
        {"kind": "leave_out", "classes": ids},
    )


def _about_trainers(problem: Problem, facts: Sequence[Fact]) -> list[Reason]:
    found = []
    for t in _who(facts, "free", "one_trainer"):
        one = problem.trainers[t]
        words = (
            f"培训师 {one.id} 可上课的时间只有：{span_words(problem, one.available)}；同一时间只能上一处。"
        )
        found.append(Reason(words, {"kind": "trainer_available", "trainer": one.id}))
    for t in _who(facts, "hours_day"):
        one = problem.trainers[t]
        found.append(
            Reason(
                f"培训师 {one.id} 每天最多 {one.max_hours_day} 节。",
                {"kind": "max_hours_day", "trainer": one.id},
            )
        )
    for t in _who(facts, "days_week"):
        one = problem.trainers[t]
        found.append(
            Reason(
                f"培训师 {one.id} 每周最多来 {one.max_days_week} 天。",
                {"kind": "max_days_week", "trainer": one.id},
            )
        )
    for t in _who(facts, "sessions_week"):
        one = problem.trainers[t]
        words = f"培训师 {one.id} 每周最多 {one.max_sessions_week} 次课。"
        found.append(Reason(words, {"kind": "max_sessions_week", "trainer": one.id}))
    for t in _who(facts, "way"):
        words = f"培训师 {problem.trainers[t].id} 在两个村之间来不及赶到。"
        found.append(Reason(words, {"kind": "travel", "trainer": problem.trainers[t].id}))
    return found


def _about_venues(problem: Problem, facts: Sequence[Fact]) -> list[Reason]:
    found = []
    for v in _who(facts, "open", "one_venue"):
        one = problem.venues[v]
        words = f"教室 {one.id} 开放的时间：{span_words(problem, one.open)}；同一时间只能上一个班。"
        found.append(Reason(words, {"kind": "venue_open", "venue": one.id}))
    return found


def _about_classes(problem: Problem, n: int, facts: Sequence[Fact]) -> list[Reason]:
    found = []
    for m in _who(facts, "lock"):
        lock = problem.lock_of[m]
        where = (
            f"{day_name(problem, lock.day)} {clock_word(problem, lock.start)} {problem.venues[lock.venue].id}"
        )
        relaxation = {"kind": "unlock", "class": problem.cohorts[lock.cohort].id, "k": lock.k}
        found.append(Reason(f"{lesson_word(problem, m)}锁定在 {where}。", relaxation))
    for c in sorted(_who(facts, "allowed"), key=lambda c: c != problem.lessons[n][0]):
        one = problem.cohorts[c]
        words = f"班级 {one.id} 只能在：{span_words(problem, one.allowed)}，每次 {one.hours} 节。"
        found.append(Reason(words, {"kind": "allowed", "class": one.id}))
    for c in _who(facts, "apart"):
        one = problem.cohorts[c]
        words = f"班级 {one.id} 每周 {one.per_week} 次课要隔 {max(1, one.min_days_between)} 天以上。"
        found.append(Reason(words, {"kind": "min_days_between", "class": one.id}))
    for kind, a, b in facts:
        if kind == "learners":
            ids = [problem.cohorts[a].id, problem.cohorts[b].id]
            words = f"班级 {ids[0]} 与 {ids[1]} 有共同的学员，不能同时上课。"
            found.append(Reason(words, {"kind": "learners", "classes": ids}))
    return found


def _itself(problem: Problem, n: int) -> list[Reason]:
    """What the lesson needs in any case: fills up short answers."""
    cohort = problem.cohorts[problem.lessons[n][0]]
    trainers = problem.candidates[problem.lessons[n][0]]
    venues = "、".join(problem.venues[v].id for v in cohort.venues[:8]) or "没有"
    found = [
        Reason(
            f"班级 {cohort.id} 每周 {cohort.per_week} 次课，每次 {cohort.hours} 节，只能在：{span_words(problem, cohort.allowed)}。",
            {"kind": "allowed", "class": cohort.id},
        ),
        Reason(
            f"班级 {cohort.id} 有 {cohort.size} 人，能用的教室：{venues}。",
            {"kind": "venues", "class": cohort.id},
        ),
    ]
    if len(trainers) == 1:
        one = problem.trainers[trainers[0]]
        words = (
            f"培训师 {one.id} 可上课的时间只有：{span_words(problem, one.available)}；同一时间只能上一处。"
        )
        found.append(Reason(words, {"kind": "trainer_available", "trainer": one.id}))
    else:
        words = f"会教「{cohort.speciality}」的培训师有 {len(trainers)} 位。"
        found.append(Reason(words, {"kind": "trainer", "class": cohort.id}))
    return found
