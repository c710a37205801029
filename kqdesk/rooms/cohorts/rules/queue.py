"""The waiting list: who holds a place, who is next, until when she must answer, who lost her place. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kqdesk.rooms.cohorts.terms import EnrolmentState


def places_left(capacity: int, held: int) -> int:
    """How many more are enrolled before the rest wait (never negative)."""
    return max(capacity - held, 0)


def answer_day(offered_on: date, days: int | None) -> date | None:
    """R-COH-04: the last day on which somebody promoted may still answer; None (未配置) = no deadline."""
    return None if days is None else offered_on + timedelta(days=days)


def has_lapsed(state: EnrolmentState, answer_by: date | None, today: date) -> bool:
    """Whether a place was offered and nobody answered in time; the last day itself still counts."""
    return state is EnrolmentState.OFFERED and answer_by is not None and answer_by < today


def holds_place(state: EnrolmentState, answer_by: date | None, today: date) -> bool:
    """R-COH-05: enrolled, completed, and offered as long as the answer is not overdue; nobody else."""
    if state is EnrolmentState.OFFERED:
        return not has_lapsed(state, answer_by, today)
    return state in (EnrolmentState.ENROLLED, EnrolmentState.COMPLETED)


@dataclass(frozen=True)
class Queued:
    """Somebody of a cohort as the waiting list sees her. ``queue_no`` None: before numbers were kept, by id."""

    id: str
    state: EnrolmentState
    queue_no: int | None = None
    answer_by: date | None = None


def promoted(capacity: int, people: Sequence[Queued], today: date) -> list[str]:
    """R-COH-05: ids of those to whom free places are offered now, first come first served."""
    held = sum(holds_place(one.state, one.answer_by, today) for one in people)
    waiting = [one for one in people if one.state is EnrolmentState.WAITING]
    waiting.sort(key=lambda one: (one.queue_no or 0, one.id))
    return [one.id for one in waiting[: places_left(capacity, held)]]


def next_queue_numbers(taken: Iterable[int | None], count: int) -> list[int]:
    """Numbers of the waiting list go on from the highest ever given."""
    highest = max((number for number in taken if number is not None), default=0)
    return list(range(highest + 1, highest + 1 + count))


def missed_in_a_row(came: Sequence[bool]) -> int:
    """How many of the last lessons were missed without a break. ``came``: in the order of the lessons held."""
    missed = 0
    for was_there in reversed(came):
        if was_there:
            break
        missed += 1
    return missed


def loses_place(came: Sequence[bool], limit: int | None) -> bool:
    """R-COH-06: missed the pack's ``attendance.no_show_limit`` lessons in a row; never while that is 未配置."""
    return limit is not None and limit > 0 and missed_in_a_row(came) >= limit
