"""Papers of a day, and who sits where."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.cohorts.terms import ScienceOption

NOON, AFTERNOON = 12 * 60, 13 * 60


def paper_times(
    subjects: Sequence[tuple[Subject, str | None]], *, first_minute: int, minutes: int, pause: int
) -> list[tuple[Subject, int, int]]:
    """Papers of one day one after the other: (subject, start, end) in minutes of the day.

    ``subjects``: with their choice group; papers of one group lie at the same time. A paper that would run over
    noon is moved to 13:00.
    """
    placed: list[tuple[Subject, int, int]] = []
    group_at: dict[str, int] = {}
    start = first_minute
    for subject, group in subjects:
        if group and group in group_at:
            placed.append((subject, group_at[group], group_at[group] + minutes))
            continue
        if start < AFTERNOON and start + minutes > NOON:
            start = AFTERNOON
        placed.append((subject, start, start + minutes))
        if group:
            group_at[group] = start
        start += minutes + pause
    return placed


@dataclass(frozen=True)
class Seeker:
    """A candidate without a seat. ``cohort_id`` empty: comes from outside any cohort."""

    candidate_id: str
    person_id: str
    cohort_id: str
    option: ScienceOption | None = None


@dataclass(frozen=True)
class Hall:
    """An exam room as the seating sees it."""

    id: str
    name: str
    capacity: int


@dataclass(frozen=True)
class Placed:
    """A candidate's seat."""

    candidate_id: str
    hall_id: str
    seat_no: int


def arrange_seats(seekers: Sequence[Seeker], halls: Sequence[Hall], *, is_mixed: bool = True) -> list[Placed]:
    """R-EXA-05: everybody exactly one seat, no room above its capacity, candidates of one science option together.

    Mixed seating keeps people of one cohort apart as far as their numbers allow. UserError when a person stands
    twice or the seats do not suffice.
    """
    doubled = [person for person, n in Counter(s.person_id for s in seekers).items() if n > 1]
    if doubled:
        raise UserError(f"有 {len(doubled)} 人在这场考试里出现了两次，请先删去多余的考生再编场。")
    seats = [(hall.id, seat) for hall in halls for seat in range(1, hall.capacity + 1)]
    if len(seats) < len(seekers):
        raise UserError(
            f"考生 {len(seekers)} 人，座位只有 {len(seats)} 个。请再加 {len(seekers) - len(seats)} 个座位的考场。"
        )
    options = [None, *ScienceOption]
    ordered: list[Seeker] = []
    for option in options:
        same = [seeker for seeker in seekers if seeker.option is option]
        ordered += _apart(same) if is_mixed else same
    return [
        Placed(seeker.candidate_id, hall_id, seat_no)
        for seeker, (hall_id, seat_no) in zip(ordered, seats, strict=False)
    ]


def _apart(seekers: Sequence[Seeker]) -> list[Seeker]:
    """Always from the cohort that has most left, never the same twice running unless only it is left."""
    waiting: dict[str, list[Seeker]] = defaultdict(list)
    for seeker in reversed(seekers):
        waiting[seeker.cohort_id].append(seeker)
    order: list[Seeker] = []
    while waiting:
        last = order[-1].cohort_id if order else None
        others = [cohort for cohort in waiting if cohort != last] or list(waiting)
        chosen = max(others, key=lambda cohort: len(waiting[cohort]))
        order.append(waiting[chosen].pop())
        if not waiting[chosen]:
            del waiting[chosen]
    return order


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """第2考场 before 第10考场: digits count as numbers."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name) if part
    )


def ticket_no(on: date, hall_number: int, seat_no: int) -> str:
    """准考证号 of our own sittings: day, room and seat, so the number alone finds the chair: 2604120115."""
    return f"{on:%y%m%d}{hall_number:02d}{seat_no:02d}"
