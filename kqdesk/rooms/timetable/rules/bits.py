"""A term as one long integer: every bit is a few minutes of a day; between days lies a gap no shift can cross. Pure."""

from collections.abc import Callable, Collection
from datetime import date, timedelta


class Grid:
    """Where a minute of a day is in the integer.

    ``opens`` and ``closes``: minutes of the day it holds; ``step`` minutes a bit; ``gap``: minutes kept empty after
    each day, as long as the longest lesson and way together.
    """

    def __init__(self, first: date, last: date, step: int, opens: int, closes: int, gap: int) -> None:
        self.first, self.last, self.step = first, last, step
        self.opens, self.closes = opens - opens % step, closes
        self.day_cells = -(-(closes - self.opens) // step)
        self._stride = self.day_cells + -(-gap // step) + 1
        self.days = (last - first).days + 1
        self.day_mask = (1 << self.day_cells) - 1
        self._weeks: dict[tuple[date, int], tuple[list[int], list[tuple[date, int]]]] = {}
        self.all_starts = sum(self.day_mask << n * self._stride for n in range(self.days))

    def day_bit(self, on: date) -> int:
        """The first bit of a day; -1 outside the term."""
        n = (on - self.first).days
        return n * self._stride if 0 <= n < self.days else -1

    def start_bit(self, on: date, minute: int) -> int:
        """The bit a lesson would begin at; -1 outside the term or the day's window."""
        n = (on - self.first).days
        return (
            n * self._stride + (minute - self.opens) // self.step
            if 0 <= n < self.days and self.opens <= minute < self.closes
            else -1
        )

    def bits(self, on: date, start: int, end: int) -> int:
        """The bits a lesson takes. ValueError outside the term, the window or the steps."""
        begin = self.start_bit(on, start)
        if (
            begin < 0
            or end > self.closes
            or (start - self.opens) % self.step
            or (end - self.opens) % self.step
        ):
            raise ValueError(f"{on} {start}-{end} lies outside the checker's days or steps")
        return ((1 << (end - start) // self.step) - 1) << begin

    def starts(self, every: int) -> range:
        """Minutes of the day's starts, ``every`` minutes apart (a multiple of the step)."""
        return range(self.opens + -self.opens % every, self.closes, every)

    def week_starts(self, monday: date, every: int) -> tuple[list[int], list[tuple[date, int]]]:
        """First bits of the days of a week that lie in the term, and (day, minute) of each of their starts; kept."""
        known = self._weeks.get((monday, every))
        if known is None:
            days = [monday + timedelta(n) for n in range(7)]
            days = [on for on in days if self.first <= on <= self.last]
            keys = [(on, start) for on in days for start in self.starts(every)]
            known = self._weeks[monday, every] = [self.day_bit(on) for on in days], keys
        return known

    def marks(self, bits: int, begin: int, every: int) -> str:
        """ "0" or "1" for each of ``starts`` of the day whose first bit is ``begin``."""
        offset = -self.opens % every // self.step
        day = bits >> begin & self.day_mask | 1 << self.day_cells
        return f"{day:b}"[:0:-1][offset :: every // self.step]

    def weekly(self, spans: Collection[tuple[int, int, int]], cells: int) -> int:
        """Starts of lessons of so many cells that lie whole in one (ISO weekday, from, to) span."""
        by_weekday = dict.fromkeys(range(1, 8), 0)
        for weekday, start, end in spans:
            low = max(0, -(-(start - self.opens) // self.step))
            high = min((end - self.opens) // self.step - cells, self.day_cells - 1)
            if high >= low:
                by_weekday[weekday] |= ((1 << high - low + 1) - 1) << low
        return sum(
            by_weekday[(self.first + timedelta(n)).isoweekday()] << n * self._stride for n in range(self.days)
        )


def days_with(grid: Grid, holds: Callable[[date], bool]) -> int:
    """Every start of the days for which something holds."""
    days = (grid.first + timedelta(n) for n in range(grid.days))
    return sum(grid.day_mask << grid.day_bit(on) for on in days if holds(on))


def starts_blocked(busy: int, cells: int) -> int:
    """Starts at which a lesson of so many cells would meet a busy bit."""
    found, covered = busy, 1
    while covered < cells:
        shift = min(covered, cells - covered)
        found |= found >> shift
        covered += shift
    return found


def dilated(busy: int, cells: int, margin: int) -> int:
    """Starts at which a lesson would come nearer than ``margin`` cells to a busy bit."""
    return starts_blocked(busy << margin, cells + 2 * margin)
