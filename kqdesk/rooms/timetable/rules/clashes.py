"""The clash check: what a lesson cannot share with another lesson, a day, a room or a person. Pure.

Hard clashes are refused; soft ones are shown and may be accepted. Every clash is a sentence that names the other side.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kqdesk.rooms.timetable.rules.days import SchoolCalendar, clock, day_word
from kqdesk.rooms.timetable.terms import ClashKind

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
        return "·".join(part for part in (self.site, self.classroom) if part)


@dataclass(frozen=True)
class Free:
    """When a trainer can come, as (ISO weekday, from, to) in minutes; half-open."""

    spans: frozenset[tuple[int, int, int]]

    def covers(self, slot: Slot) -> bool:
        """Whether the whole lesson lies in one span of its weekday."""
        weekday = slot.on.isoweekday()
        return any(
            day == weekday and start <= slot.start and slot.end <= end for day, start, end in self.spans
        )


@dataclass(frozen=True)
class Ground:
    """Everything the check looks at besides the lesson itself.

    ``lessons``: those not cancelled, of the days in question. ``learners``: cohort → people in it. ``seats`` by
    classroom, ``available`` by trainer (no entry: may always). ``travel_minutes`` between zones, None = 未配置.
    """

    lessons: Sequence[Slot] = ()
    calendar: SchoolCalendar = field(default_factory=SchoolCalendar)
    learners: Mapping[str, frozenset[str]] = field(default_factory=dict)
    seats: Mapping[str, int] = field(default_factory=dict)
    available: Mapping[str, Free] = field(default_factory=dict)
    travel_minutes: int | None = None

    def others(self, wish: Slot) -> list[Slot]:
        """Lessons of the same day that are not the wish itself."""
        return [
            other
            for other in self.lessons
            if other.on == wish.on and (wish.lesson_id is None or other.lesson_id != wish.lesson_id)
        ]


@dataclass(frozen=True)
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
    found = [*_alone(wish, ground)]
    for other in ground.others(wish):
        if overlaps(wish, other):
            found += _together(wish, other, ground)
        else:
            found += _one_after_the_other(wish, other, ground)
    order = list(ClashKind)
    return sorted(found, key=lambda clash: (not clash.is_hard, order.index(clash.kind)))


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
    if ground.travel_minutes is None or not wish.trainer_id or wish.trainer_id != other.trainer_id:
        return []
    if not wish.zone or not other.zone or wish.zone == other.zone:
        return []
    gap = wish.start - other.end if other.end <= wish.start else other.start - wish.end
    if gap >= ground.travel_minutes:
        return []
    words = (
        f"培训师{wish.trainer}在{other.place_words or other.zone}的课（「{other.cohort}」{clock(other.start)}–"
        f"{clock(other.end)}）与这次只隔 {gap} 分钟，换教学点至少要 {ground.travel_minutes} 分钟。"
    )
    return [Clash(ClashKind.TRAINER, False, words, other)]


def _alone(wish: Slot, ground: Ground) -> list[Clash]:
    """What speaks against the lesson whatever else is on that day."""
    found = []
    why, makeup = ground.calendar.why_closed(wish.on), ground.calendar.makeup_of(wish.on)
    if why:
        found.append(Clash(ClashKind.HOLIDAY, True, f"{day_word(wish.on)}是{why}放假，不上课。"))
    elif makeup:
        words = f"{day_word(wish.on)}是{makeup}调休上班日，学员可能要上班。"
        found.append(Clash(ClashKind.HOLIDAY, False, words))
    people, seats = (
        len(ground.learners.get(wish.cohort_id, NOBODY)),
        ground.seats.get(wish.classroom_id or ""),
    )
    if seats is not None and people > seats:
        words = f"{wish.place_words}只有 {seats} 个座位，本班在读 {people} 人，差 {people - seats} 个。"
        found.append(Clash(ClashKind.CAPACITY, True, words))
    free = ground.available.get(wish.trainer_id or "")
    if free is not None and not free.covers(wish):
        words = f"培训师{wish.trainer}登记的可上课时间不包括{day_word(wish.on)} {clock(wish.start)}–{clock(wish.end)}。"
        found.append(Clash(ClashKind.AVAILABILITY, False, words))
    return found


def refusal(found: Collection[Clash]) -> str:
    """The hard clashes as one text, at most six lines."""
    hard = [clash.sentence for clash in found if clash.is_hard]
    more = f"\n……还有 {len(hard) - 6} 处" if len(hard) > 6 else ""
    return "\n".join(dict.fromkeys(hard[:6])) + more
