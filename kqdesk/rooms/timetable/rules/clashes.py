"""The clash check: what a lesson cannot share with another lesson, a day, a room or a person. Pure.

Hard clashes are refused; soft ones are shown and may be accepted. Every clash is a sentence that names the other side.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from kqdesk.rooms.timetable.rules.days import SchoolCalendar, clock, day_word
from kqdesk.rooms.timetable.terms import ClashKind
from kqdesk.rooms.trainers.rules import Leave, leave_on

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """A lesson, real or wished for, as the check sees it. Minutes of the day, half-open.

    ``lesson_id`` is None while it is only wished. Names are for the sentences; ids decide.
    """

    cohort_id: str
    cohort: str
    on: date
    start: int
    end: int
    trainer_id: str | None = None
    trainer: str = ""
    site_id: str | None = None
    site: str = ""
    zone: str = ""
    classroom_id: str | None = None
    classroom: str = ""
    lesson_id: str | None = None

    @property
    def time_words(self) -> str:
        """3月3日 周二 18:30–20:00."""
        return f"{day_word(self.on)} {clock(self.start)}–{clock(self.end)}"

    @property
    def place_words(self) -> str:
        """兰亭村文化礼堂·大教室."""
        return (
            f"{self.site}·{self.classroom}" if self.site and self.classroom else self.site or self.classroom
        )


@dataclass(frozen=True)
class Free:
    """When a trainer can come, as (ISO weekday, from, to) in minutes; half-open."""

    spans: frozenset[tuple[int, int, int]]

    @cached_property
    def _by_weekday(self) -> Mapping[int, Sequence[tuple[int, int]]]:
        found: dict[int, list[tuple[int, int]]] = {}
        for weekday, start, end in self.spans:
            found.setdefault(weekday, []).append((start, end))
        return found

    def covers(self, slot: Slot) -> bool:
        """Whether the whole lesson lies in one span of its weekday."""
        for start, end in self._by_weekday.get(slot.on.isoweekday(), ()):
            if start <= slot.start and slot.end <= end:
                return True
        return False


@dataclass(frozen=True)
class Ground:
    """Everything the check looks at besides the lesson itself.

    ``lessons``: those not cancelled, of the days in question. ``learners``: cohort → people in it. ``seats`` by
    classroom, ``available`` by trainer (no entry: may always). ``travel_minutes`` between zones, None = 未配置;
    ``travel`` says it for single pairs of zones, both ways. ``leaves`` by trainer.
    """

    lessons: Sequence[Slot] = ()
    calendar: SchoolCalendar = field(default_factory=SchoolCalendar)
    learners: Mapping[str, frozenset[str]] = field(default_factory=dict)
    seats: Mapping[str, int] = field(default_factory=dict)
    available: Mapping[str, Free] = field(default_factory=dict)
    travel_minutes: int | None = None
    travel: Mapping[tuple[str, str], int] = field(default_factory=dict)
    leaves: Mapping[str, Sequence[Leave]] = field(default_factory=dict)

    @property
    def longest_travel(self) -> int:
        """Minutes of the longest way."""
        return max([self.travel_minutes or 0, *self.travel.values()])

    def travel_between(self, one: str, other: str) -> int | None:
        """Minutes between two zones; 0 within one, None when nobody has said."""
        if one == other:
            return 0
        return self.travel.get((one, other), self.travel.get((other, one), self.travel_minutes))

    def others(self, wish: Slot) -> list[Slot]:
        """Lessons of the same day that are not the wish itself."""
        return [
            other
            for other in self.lessons
            if other.on == wish.on and (wish.lesson_id is None or other.lesson_id != wish.lesson_id)
        ]


@dataclass(frozen=True, slots=True)
class Clash:
    """One reason against a lesson. ``other``: the lesson it meets, None for a day, a room or a person alone."""

    kind: ClashKind
    is_hard: bool
    sentence: str
    other: Slot | None = None


def overlaps(a: Slot, b: Slot) -> bool:
    """R-TIM-02: two lessons of one day share time; one may begin in the minute the other ends."""
    return a.on == b.on and a.start < b.end and b.start < a.end


def clashes(wish: Slot, ground: Ground) -> list[Clash]:
    """R-TIM-03: every clash of a lesson, hard ones first, each kind in the order of ClashKind."""
    return clashes_among(wish, ground.others(wish), ground)


def clashes_among(wish: Slot, others: Collection[Slot], ground: Ground) -> list[Clash]:
    """The same among lessons of the day that the caller has picked out: all that can meet the wish, not itself."""
    found = _alone(wish, ground)
    start, end, trainer = wish.start, wish.end, wish.trainer_id
    for other in others:
        if start < other.end and other.start < end:
            found += _together(wish, other, ground)
        elif trainer and trainer == other.trainer_id and wish.zone != other.zone:
            found += _one_after_the_other(wish, other, ground)
    return sorted(found, key=_weight) if len(found) > 1 else found


_ORDER = {kind: place for place, kind in enumerate(ClashKind)}


def _weight(clash: Clash) -> tuple[bool, int]:
    return not clash.is_hard, _ORDER[clash.kind]


def has_hard(wish: Slot, ground: Ground) -> bool:
    """Whether the lesson is impossible as it stands."""
    return any(clash.is_hard for clash in clashes(wish, ground))


def _together(wish: Slot, other: Slot, ground: Ground) -> list[Clash]:
    """Two lessons at the same time: who and what would be in two places."""
    shared = f"{clock(max(wish.start, other.start))}–{clock(min(wish.end, other.end))}"
    what = f"「{other.cohort}」{other.time_words}" + (f"（{other.place_words}）" if other.place_words else "")
    found = []
    if wish.trainer_id and wish.trainer_id == other.trainer_id:
        words = f"培训师{wish.trainer}已有课：{what}，{shared} 撞上。"
        found.append(Clash(ClashKind.TRAINER, True, words, other))
    if wish.classroom_id and wish.classroom_id == other.classroom_id:
        words = f"教室{wish.place_words}已被占用：{what}，{shared} 撞上。"
        found.append(Clash(ClashKind.CLASSROOM, True, words, other))
    if wish.cohort_id == other.cohort_id:
        words = f"本班这时已有课：{other.time_words}，{shared} 撞上。"
        found.append(Clash(ClashKind.COHORT, True, words, other))
    else:
        both = ground.learners.get(wish.cohort_id, NOBODY) & ground.learners.get(other.cohort_id, NOBODY)
        if both:
            words = f"有 {len(both)} 名学员同时在「{other.cohort}」上课（{shared}），两边只能去一边。"
            found.append(Clash(ClashKind.LEARNER, False, words, other))
    return found


def _one_after_the_other(wish: Slot, other: Slot, ground: Ground) -> list[Clash]:
    """The trainer's way between two zones, when the pack says how long it takes."""
    if not wish.trainer_id or wish.trainer_id != other.trainer_id:
        return []
    if not wish.zone or not other.zone or wish.zone == other.zone:
        return []
    minutes = ground.travel_between(wish.zone, other.zone)
    gap = wish.start - other.end if other.end <= wish.start else other.start - wish.end
    if minutes is None or gap >= minutes:
        return []
    words = (
        f"培训师{wish.trainer}在{other.place_words or other.zone}的课（「{other.cohort}」{clock(other.start)}–"
        f"{clock(other.end)}）与这次只隔 {gap} 分钟，换教学点至少要 {minutes} 分钟。"
    )
    return [Clash(ClashKind.TRAINER, False, words, other)]


def _alone(wish: Slot, ground: Ground) -> list[Clash]:
    """What speaks against the lesson whatever else is on that day."""
    calendar, on = ground.calendar, wish.on
    found = _of_day(calendar, on) if on in calendar.closed or on in calendar.makeup else []
    seats = ground.seats.get(wish.classroom_id or "")
    if seats is not None and (people := len(ground.learners.get(wish.cohort_id, NOBODY))) > seats:
        words = f"{wish.place_words}只有 {seats} 个座位，本班在读 {people} 人，差 {people - seats} 个。"
        found.append(Clash(ClashKind.CAPACITY, True, words))
    away = leave_on(ground.leaves.get(wish.trainer_id or "", ()), on)
    if away is not None:
        words = f"培训师{wish.trainer}{day_word(on)}请假（{away.days}），请换人或换日子。"
        found.append(Clash(ClashKind.LEAVE, True, words))
    free = ground.available.get(wish.trainer_id or "")
    if free is not None and not free.covers(wish):
        words = f"培训师{wish.trainer}登记的可上课时间不包括{day_word(wish.on)} {clock(wish.start)}–{clock(wish.end)}。"
        found.append(Clash(ClashKind.AVAILABILITY, False, words))
    return found


def _of_day(calendar: SchoolCalendar, on: date) -> list[Clash]:
    """What the day itself says: a holiday, or a weekend that is worked."""
    if why := calendar.why_closed(on):
        return [Clash(ClashKind.HOLIDAY, True, f"{day_word(on)}是{why}放假，不上课。")]
    if makeup := calendar.makeup_of(on):
        return [Clash(ClashKind.HOLIDAY, False, f"{day_word(on)}是{makeup}调休上班日，学员可能要上班。")]
    return []


def refusal(found: Collection[Clash]) -> str:
    """The hard clashes as one text, at most six lines."""
    hard = [clash.sentence for clash in found if clash.is_hard]
    more = f"\n……还有 {len(hard) - 6} 处" if len(hard) > 6 else ""
    return "\n".join(dict.fromkeys(hard[:6])) + more
