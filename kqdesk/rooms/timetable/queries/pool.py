"""培训师 of every school of a district, and which of them are free at a time: for substitutes from another town.

Somebody who teaches at two schools is one person by her ID number, else by name and phone (sealed at the hub, where
equal values are equal sealed); what keeps her busy at one school keeps her busy at all.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Table, select

from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.rooms.trainers.rules import Leave, Span, is_free, leave_on, shown

Tables = Callable[[str], Table]


class Standing(StrEnum):
    """How a trainer stands at the time asked for; in the order in which the page lists them."""

    FREE = "free"
    UNKNOWN = "unknown"
    OUTSIDE = "outside"
    BUSY = "busy"
    AWAY = "away"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "free": "有空", "unknown": "没有课，没约过时间", "outside": "不在约定时间", "busy": "有课", "away": "请假",
        }[self.value]  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """A time on a day, minutes of the day."""

    on: date
    start_minute: int
    end_minute: int


@dataclass(frozen=True)
class PoolRow:
    """One trainer. ``name`` and ``phone`` as they are stored; ``schools``: codes of all schools she teaches at."""

    schools: tuple[str, ...]
    name: str
    phone: str
    source: str
    employer: str
    township_code: str
    specialities: tuple[str, ...]
    times: str
    standing: Standing | None
    why: str


def trainer_pool(
    conn: Connection, tables: Tables, schools: Sequence[str], wanted: Wanted | None
) -> list[PoolRow]:
    """R-TIM-11: everybody in use, those who are free first; four statements, five with a time. ``wanted`` None: no standing."""
    trainer = tables("trainer")
    columns = (
        trainer.c.school, trainer.c.id, trainer.c.name, trainer.c.phone, trainer.c.id_number, trainer.c.source,
        trainer.c.employer, trainer.c.township_code,
    )  # fmt: skip
    asked = select(*columns).where(trainer.c.school.in_(schools), trainer.c.is_active).order_by(*columns[:2])
    same: dict[object, list[Any]] = defaultdict(list)
    for row in conn.execute(asked):
        same[row.id_number or (row.name, row.phone)].append(row)
    ground = _ground(conn, tables, schools, wanted)
    rows = [_row(several, ground, wanted) for several in same.values()]
    order = {one: place for place, one in enumerate(Standing)}
    return sorted(rows, key=lambda row: (order[row.standing] if row.standing else 0, row.schools))


@dataclass(frozen=True)
class _Ground:
    """What is known of trainers by (school, id)."""

    words: dict[tuple[str, str], list[str]]
    spans: dict[tuple[str, str], list[Span]]
    leaves: dict[tuple[str, str], list[Leave]]
    lessons: dict[tuple[str, str], list[tuple[int, int]]]


def _ground(conn: Connection, tables: Tables, schools: Sequence[str], wanted: Wanted | None) -> _Ground:
    found = _Ground(defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list))
    word, span, leave = tables("trainer_speciality"), tables("trainer_availability"), tables("trainer_leave")
    for row in conn.execute(select(word).where(word.c.school.in_(schools)).order_by(word.c.id)):
        found.words[row.school, row.trainer_id].append(row.speciality)
    for row in conn.execute(select(span).where(span.c.school.in_(schools))):
        found.spans[row.school, row.trainer_id].append(Span(row.weekday, row.start_minute, row.end_minute))
    if wanted is None:
        return found
    away = select(leave).where(
        leave.c.school.in_(schools), leave.c.starts_on <= wanted.on, leave.c.ends_on >= wanted.on
    )
    for row in conn.execute(away):
        found.leaves[row.school, row.trainer_id].append(Leave(row.starts_on, row.ends_on))
    lesson = tables("lesson")
    taught = select(lesson.c.school, lesson.c.trainer_id, lesson.c.start_minute, lesson.c.end_minute).where(
        lesson.c.school.in_(schools), lesson.c.on == wanted.on, lesson.c.state != LessonState.CANCELLED,
        lesson.c.trainer_id.is_not(None),
    )  # fmt: skip
    for school, trainer_id, start, end in conn.execute(taught):
        found.lessons[school, trainer_id].append((start, end))
    return found


def _row(several: list[Any], ground: _Ground, wanted: Wanted | None) -> PoolRow:
    keys = [(row.school, row.id) for row in several]
    spans = [span for key in keys for span in ground.spans.get(key, ())]
    words = dict.fromkeys(word for key in keys for word in ground.words.get(key, ()))
    standing, why = (None, "") if wanted is None else _standing(keys, spans, ground, wanted)
    first = several[0]
    return PoolRow(
        tuple(dict.fromkeys(row.school for row in several)), first.name or "", first.phone or "",
        str(getattr(first.source, "label", first.source or "")), first.employer or "", first.township_code or "",
        tuple(words), shown(spans), standing, why,
    )  # fmt: skip


def _standing(
    keys: list[tuple[str, str]], spans: list[Span], ground: _Ground, wanted: Wanted
) -> tuple[Standing, str]:
    leave = leave_on([one for key in keys for one in ground.leaves.get(key, ())], wanted.on)
    if leave is not None:
        return Standing.AWAY, leave.days
    taught = [
        pair for key in keys for pair in ground.lessons.get(key, ())
        if pair[0] < wanted.end_minute and wanted.start_minute < pair[1]
    ]  # fmt: skip
    if taught:
        return Standing.BUSY, "、".join(f"{_clock(start)}—{_clock(end)}" for start, end in sorted(taught))
    free = is_free(spans, Span(wanted.on.isoweekday(), wanted.start_minute, wanted.end_minute))
    if free is None:
        return Standing.UNKNOWN, ""
    return (Standing.FREE, "") if free else (Standing.OUTSIDE, "")


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"
