"""What the page asks, off the UI thread: a week's board, the preview of a wish, papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.theme import theme
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.timetable import papers, queries
from kqdesk.rooms.timetable.actions import LessonDraft
from kqdesk.rooms.timetable.queries import By, Choices, LessonDefaults, LessonRow
from kqdesk.rooms.timetable.rules.clashes import Clash, Ground, Slot, clashes
from kqdesk.rooms.timetable.rules.days import SeriesDay, day_word, plan_series, week_of
from kqdesk.rooms.timetable.rules.ways_out import Way, ways_out
from kqdesk.rooms.timetable.terms import Weeks

TERM_BACK, TERM_ON = timedelta(weeks=12), timedelta(weeks=26)  # weeks of a term shown round a day
LONGEST_SPAN = timedelta(days=2 * 366)


@dataclass(frozen=True)
class Board:
    """One week as the page shows it."""

    week: tuple[date, ...]
    lessons: tuple[LessonRow, ...]
    closed: Mapping[date, str]
    makeup: Mapping[date, str]
    choices: Choices
    defaults: LessonDefaults


@dataclass(frozen=True)
class TermBoard:
    """Whole weeks as the page shows them."""

    mondays: tuple[date, ...]
    lessons: tuple[LessonRow, ...]
    closed: Mapping[date, str]
    makeup: Mapping[date, str]


@dataclass(frozen=True)
class Wish:
    """A lesson or a weekly series as the form holds it. ``lesson_id``: the one that would move."""

    cohort_id: str
    on: date
    start_minute: int
    minutes: int
    study_hours: int
    count: int = 1
    weekdays: tuple[int, ...] = ()
    uses_makeup: bool = False
    trainer_id: str | None = None
    classroom_id: str | None = None
    topic: str | None = None
    lesson_id: str | None = None
    weeks: Weeks = Weeks.EVERY


@dataclass(frozen=True)
class Preview:
    """What a wish would give: the days, what is wrong on each, and the ways out of the first that is impossible."""

    days: tuple[tuple[SeriesDay, tuple[Clash, ...]], ...]
    drafts: tuple[LessonDraft, ...]
    ways: tuple[Way, ...]
    fault: str = ""

    @property
    def is_possible(self) -> bool:
        """No hard clash anywhere."""
        return not self.fault and not any(clash.is_hard for _, found in self.days for clash in found)


def board(day: date, by: By | None, key: str | None, session: Session) -> Board:
    """A week's lessons, its holidays, and everything the forms choose from."""
    week = week_of(day)
    calendar = queries.calendar_between(session, week[0], week[-1])
    lessons = queries.lessons_between(session, week[0], week[-1], by=by, key=key)
    closed = {one: why for one in week if (why := calendar.why_closed(one))}
    return Board(
        week,
        tuple(lessons),
        closed,
        dict(calendar.makeup),
        queries.choices(session),
        queries.lesson_defaults(session, day),
    )


def term_board(day: date, by: By | None, key: str | None, session: Session) -> TermBoard:
    """The weeks round a day that have lessons, of everybody or of one; at least the week of the day."""
    monday = week_of(day)[0]
    rows = queries.lessons_between(session, monday - TERM_BACK, monday + TERM_ON, by=by, key=key)
    first = min([monday, *(week_of(row.on)[0] for row in rows[:1])])
    last = max([monday + timedelta(weeks=3), *(week_of(row.on)[0] for row in rows[-1:])])
    calendar = queries.calendar_between(session, first, last + timedelta(6))
    mondays = tuple(first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1))
    closed = {one: why for one in calendar.closed if (why := calendar.why_closed(one))}
    return TermBoard(mondays, tuple(rows), closed, dict(calendar.makeup))


def preview(wish: Wish, today: date, session: Session) -> Preview:
    """The days of a wish with their clashes, checked against the calendar and against each other."""
    calendar = queries.calendar_between(session, wish.on, wish.on + LONGEST_SPAN)
    if wish.count > 1 or wish.weekdays:
        try:
            days = plan_series(
                wish.on,
                wish.weekdays or (wish.on.isoweekday(),),
                wish.count,
                calendar,
                uses_makeup=wish.uses_makeup,
                weeks=wish.weeks,
            )
        except ValueError:
            return Preview((), (), (), "次数要在 1 到 200 之间，并且至少选一个星期几。")
    else:
        days = [SeriesDay(wish.on, is_skipped=False)]
    weeks = [one for day in days for one in week_of(day.on)]
    ground = queries.ground_between(session, min(weeks), max(weeks))
    slots = _slots(wish, [day.on for day in days if not day.is_skipped], session)
    shown, drafts, first_hard = _checked(wish, days, slots, ground)
    ways: Sequence[Way] = ()
    if first_hard is not None:
        rooms, stands = queries.rooms(session), queries.stand_ins(session, wish.trainer_id)
        ways = ways_out(first_hard, ground, rooms, stands, today=today)
    return Preview(tuple(shown), tuple(drafts), tuple(ways))


def _slots(wish: Wish, days: Sequence[date], session: Session) -> dict[date, Slot]:
    """The wished lessons with the names their sentences need."""
    found = queries.choices(session)
    cohort = next((one.title for one in found.cohorts if one.id == wish.cohort_id), "")
    trainer = dict(found.trainers).get(wish.trainer_id or "", "")
    room = next((one for one in found.rooms if one.id == wish.classroom_id), None)
    return {
        day: Slot(
            wish.cohort_id, cohort, day, wish.start_minute, wish.start_minute + wish.minutes, wish.trainer_id, trainer,
            room.site_id if room else None, room.site if room else "", room.zone if room else "", wish.classroom_id,
            room.name if room else "", wish.lesson_id,
        )
        for day in days
    }  # fmt: skip


def _checked(
    wish: Wish, days: Sequence[SeriesDay], slots: Mapping[date, Slot], ground: Ground
) -> tuple[list[tuple[SeriesDay, tuple[Clash, ...]]], list[LessonDraft], Slot | None]:
    shown: list[tuple[SeriesDay, tuple[Clash, ...]]] = []
    drafts: list[LessonDraft] = []
    first_hard: Slot | None = None
    before: list[Slot] = []
    for day in days:
        slot = slots.get(day.on)
        if slot is None:
            shown.append((day, ()))
            continue
        found = tuple(clashes(slot, replace(ground, lessons=[*ground.lessons, *before])))
        before.append(replace(slot, lesson_id=f"wish {day.on}"))
        if first_hard is None and any(clash.is_hard for clash in found):
            first_hard = slot
        shown.append((day, found))
        drafts.append(
            LessonDraft(
                wish.cohort_id, day.on, slot.start, slot.end, wish.study_hours, wish.trainer_id, slot.site_id,
                wish.classroom_id, wish.topic,
            )
        )  # fmt: skip
    return shown, drafts, first_hard


def week_paper(desk: Desk, day: date, by: By, key: str, whose: str, _job: Any) -> bytes:
    """The week's timetable as a PDF."""
    with desk.store.reading() as session:
        shown = board(day, by, key, session)
        name = _school(session)
    sheet = papers.as_timetable(whose, by, shown.lessons, name, desk.today(), sorted(shown.closed.items()))
    return papers.timetable_pdf([papers.week_timetable(sheet, shown.week[0])])


def term_paper(desk: Desk, by: By, key: str, whose: str, _job: Any) -> bytes:
    """All lessons from half a year back as a PDF."""
    with desk.store.reading() as session:
        rows = queries.term_lessons(session, by, key, first=desk.today() - timedelta(days=183))
        closed = _holidays_among(rows, session)
        name = _school(session)
    sheet = papers.as_timetable(whose, by, rows, name, desk.today(), closed)
    return papers.timetable_pdf([papers.term_timetable(sheet)])


def _holidays_among(rows: Sequence[LessonRow], session: Session) -> list[tuple[date, str]]:
    """Closed days between the first and the last lesson that fall on a weekday these lessons use."""
    if not rows:
        return []
    used = {row.on.weekday() for row in rows}
    calendar = queries.calendar_between(session, rows[0].on, rows[-1].on)
    return sorted(
        (day, why)
        for day, why in calendar.closed.items()
        if day.weekday() in used and calendar.why_closed(day)
    )


def _school(session: Session) -> str:
    school = school_card(session)
    return school.name if school else ""


def free_stands(row: LessonRow, session: Session) -> list[tuple[str, str]]:
    """Who could stand in for a lesson: free ones first, with what speaks against the others."""
    week = week_of(row.on)
    ground = queries.ground_between(session, week[0], week[-1])
    offered = []
    for stand in queries.stand_ins(session, row.trainer_id):
        found = clashes(replace(row.slot, trainer_id=stand.id, trainer=stand.name), ground)
        own = [clash for clash in found if clash.kind.value in ("trainer", "availability", "leave")]
        offered.append((any(clash.is_hard for clash in own), bool(own), stand))
    ranked = sorted(offered, key=lambda one: one[:2])
    return [
        (stand.id, f"{stand.name}　{'这时有课' if hard else '登记的时间不合' if some else '有空'}")
        for hard, some, stand in ranked
    ]


def series_words(found: Preview) -> str:
    """The preview as rich text: a numbered line a lesson, skipped days with why, clashes under their day."""
    if found.fault:
        return found.fault
    lines, number = [], 0
    for day, wrong in found.days:
        if day.is_skipped:
            lines.append(_coloured("second", f"<s>{day_word(day.on)}</s>　{day.note}"))
            continue
        number += 1
        if len(found.days) > 1:
            lines.append(
                f"{number}. {day_word(day.on)}" + (_coloured("second", f"　{day.note}") if day.note else "")
            )
        for clash in wrong:
            lines.append(
                _coloured("danger", f"✕ {clash.sentence}")
                if clash.is_hard
                else _coloured("warning", f"！{clash.sentence}")
            )
    if not any(wrong for _, wrong in found.days):
        lines.append(_coloured("success", "✓ 没有冲突，可以排。"))
    return "<br>".join(lines)


def _coloured(token: str, words: str) -> str:
    return f'<span style="color:{theme().name(token)}">{words}</span>'
