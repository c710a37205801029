"""What an application for graduation keeps: the sum and its whole explanation as they were on that day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kqdesk.rooms.dual.rules.credit import Reckoning
from kqdesk.rooms.dual.rules.explaining import Step, explain
from kqdesk.rooms.dual.rules.facts import CreditRules, Learner


@dataclass(frozen=True)
class Frozen:
    """A reckoning as it is stored: numbers, what is lacking, pack versions, and every line of the explanation."""

    total: int
    is_whole: bool
    threshold: int | None
    lacking: tuple[str, ...]
    packs: tuple[str, ...]
    lines: tuple[dict[str, Any], ...]


def frozen(learner: Learner, rules: CreditRules, reckoning: Reckoning) -> Frozen:
    """R-DUA-12: the sum with the pack versions it was computed with; a later pack never rewrites it."""
    return Frozen(
        reckoning.total, reckoning.is_whole, reckoning.threshold, reckoning.lacking, rules.packs,
        tuple(lines_of(explain(learner, rules))),
    )  # fmt: skip


def lines_of(steps: Sequence[Step], depth: int = 0) -> list[dict[str, Any]]:
    """An explanation as flat lines for paper and store: depth, title, credits (None = 未配置), words, source."""
    lines: list[dict[str, Any]] = []
    for step in steps:
        lines.append(
            {"depth": depth, "title": step.title, "credits": step.credits, "words": step.words, "source": step.source}
        )  # fmt: skip
        lines += lines_of(step.steps, depth + 1)
    return lines


def posting_end(first: date, days: int, is_workday: Callable[[date], bool]) -> date:
    """R-DUA-13: the last day of a posting of so many working days; the day it goes up counts if it is one."""
    day, left = first, days
    while True:
        left -= is_workday(day)
        if left <= 0:
            return day
        day += timedelta(days=1)
