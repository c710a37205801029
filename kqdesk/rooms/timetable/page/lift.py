"""One lesson lifted off its place, over the whole term: what every cell says to it, and which moves would work."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from kqdesk.rooms.timetable import queries
from kqdesk.rooms.timetable.queries import LessonRow
from kqdesk.rooms.timetable.rules.checker import Checker, Colour, Heat
from kqdesk.rooms.timetable.rules.clashes import Clash, Slot
from kqdesk.rooms.timetable.rules.days import clock, day_word
from kqdesk.rooms.timetable.rules.ways_out import Room, Stand, Way

REACH_BACK, REACH_ON = timedelta(weeks=2), timedelta(weeks=30)  # days round today that can be lifted over
TONE = {Colour.GREEN: "success", Colour.YELLOW: "warning", Colour.RED: "danger"}
SIGN = {Colour.GREEN: "✓", Colour.YELLOW: "！", Colour.RED: "✕"}
WORDS = {Colour.GREEN: "可以放", Colour.YELLOW: "要确认", Colour.RED: "放不下"}


@dataclass(frozen=True)
class Spot:
    """A cell of the grid: a day and the minute it begins."""

    on: date
    minute: int


@dataclass(frozen=True)
class Term:
    """All lessons the drag looks at, with what can be offered instead. Made off the UI thread, asked on it."""

    checker: Checker
    rooms: tuple[Room, ...]
    stands: tuple[Stand, ...]
    today: date

    def lift(self, row: LessonRow) -> "Lift":
        """Take a lesson off its place."""
        return Lift(row, self.checker.heat(row.slot), self)


def load_term(day: date, today: date, session: Session) -> Term:
    """The checker of the weeks round a day; a fixed number of statements."""
    first, last = min(day, today) - REACH_BACK, max(day, today) + REACH_ON
    ground = queries.ground_between(session, first, last)
    return Term(
        Checker(ground, first, last),
        tuple(queries.rooms(session)),
        tuple(queries.stand_ins(session, None)),
        today,
    )


@dataclass(frozen=True)
class Lift:
    """One lifted lesson."""

    row: LessonRow
    heat: Heat
    term: Term

    def slot(self, spot: Spot) -> Slot:
        """The lesson as it would stand there."""
        return self.heat.at(spot.on, spot.minute)

    def colour(self, spot: Spot) -> Colour:
        """Green, yellow or red; days gone by are red."""
        if spot.on < self.term.today:
            return Colour.RED
        return self.heat.colour(spot.on, spot.minute)

    def clashes(self, spot: Spot) -> list[Clash]:
        """What speaks against a cell, hard first."""
        return self.heat.reasons(spot.on, spot.minute)

    def why(self, spot: Spot) -> str:
        """The cell in a sentence or two, as it stands under the cursor."""
        slot, colour = self.slot(spot), self.colour(spot)
        head = f"{SIGN[colour]} {slot.time_words}　{WORDS[colour]}"
        if spot.on < self.term.today:
            return f"{head}\n这一天已经过去。"
        return "\n".join([head, *(clash.sentence for clash in self.clashes(spot)[:2])])

    def ways(self, spot: Spot) -> list[Way]:
        """Up to three moves that work, fewest changes first."""
        return self.term.checker.ways(
            self.slot(spot), self.term.rooms, self.term.stands, today=self.term.today
        )

    def still_said(self, way: Way) -> list[str]:
        """What speaks against a way out, softly; it must be shown before somebody takes it."""
        return [clash.sentence for clash in self.term.checker.check(way.slot) if not clash.is_hard]

    def good_spots(self, most: int = 5) -> list[Spot]:
        """The nearest green cells from today on: the same start on other days first, then near starts."""
        start, found = self.row.start_minute, list[Spot]()
        days = [self.term.today + timedelta(n) for n in range((REACH_ON // 4).days)]
        own = Spot(self.row.on, start)
        for shift in (0, -30, 30, -60, 60, -120, 120):
            for day in sorted(days, key=lambda day: (abs(day - self.row.on), day)):
                spot = Spot(day, start + shift)
                if spot != own and self.colour(spot) is Colour.GREEN:
                    found.append(spot)
                    if len(found) == most:
                        return found
        return found


def spot_words(spot: Spot) -> str:
    """3月5日 周四 18:30."""
    return f"{day_word(spot.on)} {clock(spot.minute)}"
