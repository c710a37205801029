"""What is said of places in classes: answers of the waiting list, learners who stay away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kqdesk.rooms.home.rules.day import MOST, Line, joined, near_day
from kqdesk.rooms.home.terms import Group, Kind


@dataclass(frozen=True)
class AnswerFact:
    """Somebody of the waiting list for whom a place is held. ``answer_by`` None = no deadline."""

    cohort_id: str
    cohort: str
    name: str
    answer_by: date | None
    is_overdue: bool


def answer_lines(facts: Sequence[AnswerFact], today: date) -> Iterable[Line]:
    """One line a class: whom to ring up, or whose place may go to the next."""
    for cohort_id in list(dict.fromkeys(fact.cohort_id for fact in facts))[:MOST]:
        own = [fact for fact in facts if fact.cohort_id == cohort_id]
        late = [fact for fact in own if fact.is_overdue]
        names = "、".join(fact.name for fact in (late or own)[:3])
        ends = min((fact.answer_by for fact in own if fact.answer_by), default=None)
        if late:
            sentence = f"{own[0].cohort}：{names} 过了答复期限，名额可以给下一位"
        else:
            sentence = f"{own[0].cohort}有空名额，请打电话问 {names} 来不来"
        yield Line(
            Kind.ANSWERS, Group.OVERDUE if late else Group.AHEAD, f"answers-{cohort_id}", sentence,
            f"答复期限 {near_day(ends, today)}" if ends else "", "已过期" if late else "待答复",
            "warning" if late else "primary", "去看看", "cohorts", {"cohort": cohort_id},
        )  # fmt: skip


@dataclass(frozen=True)
class AwayFact:
    """A learner of a night class who missed ``missed`` lessons in a row."""

    enrolment_id: str
    cohort_id: str
    cohort: str
    name: str
    missed: int


def away_lines(facts: Sequence[AwayFact], limit: int | None) -> Iterable[Line]:
    """One line a class with the learners whose places the pack's rule sets free."""
    for cohort_id in list(dict.fromkeys(fact.cohort_id for fact in facts))[:MOST]:
        own = [fact for fact in facts if fact.cohort_id == cohort_id]
        names = "、".join(fact.name for fact in own[:3])
        yield Line(
            Kind.ANSWERS, Group.OVERDUE, f"away-{cohort_id}",
            f"{own[0].cohort}有 {len(own)} 人连续缺课 {limit} 次以上，名额可以让出来",
            joined(names + (f"等 {len(own)} 人" if len(own) > 3 else ""), "先打电话问一问"), f"{len(own)} 人", "warning",
            "去处理", "cohorts",
            {
                "cohort": cohort_id, "no_shows": ",".join(fact.enrolment_id for fact in own),
                "missed": min(fact.missed for fact in own), "limit": limit,
            },
        )  # fmt: skip
