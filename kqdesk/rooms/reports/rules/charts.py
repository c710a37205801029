"""Where the parts of a small chart stand, in shares of its width and height: drawn alike on the page and on paper. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

ROOM_ABOVE = 0.12  # of the height: for the number on the tallest bar


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar from the foot up: left, width and height as shares; ``is_open``: its month is not over."""

    left: float
    width: float
    height: float
    value: int
    label: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of the months and, when there is a target, the height at which a month's even share stands."""

    bars: tuple[Bar, ...]
    share: float | None
    highest: int


def month_chart(months: Sequence[tuple[str, int]], *, target: int | None, current: str) -> Chart:
    """``months``: (2026-03, number) in order; ``current``: the month that is not over, later ones are empty."""
    even = -(-target // len(months)) if target and months else None
    highest = max([value for _, value in months] + [even or 0, 1])
    slot = 1 / max(len(months), 1)
    bars = tuple(
        Bar(
            n * slot + slot * 0.16, slot * 0.68, value / highest * (1 - ROOM_ABOVE), value, str(int(month[5:])),
            month >= current,
        )
        for n, (month, value) in enumerate(months)
    )  # fmt: skip
    return Chart(bars, None if even is None else even / highest * (1 - ROOM_ABOVE), highest)
