"""Before and after of a plan, in words and in numbers. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kqdesk.rooms.timetable.rules.clashes import Slot
from kqdesk.rooms.timetable.rules.days import WEEKDAYS, clock, day_word
from kqdesk.rooms.timetable.rules.term.dates import DatedCohort


@dataclass(frozen=True)
class Compared:
    """One cohort: how its lessons to come stand, how they would stand, and what speaks against or for it."""

    cohort_id: str
    cohort: str
    before: str
    after: str
    puts: tuple[Slot, ...]
    moves: tuple[Slot, ...]
    notes: tuple[str, ...]

    @property
    def what(self) -> str:
        """新排 8 次 · 改动 2 次 · 不变."""
        told = [f"新排 {len(self.puts)} 次"] if self.puts else []
        told += [f"改动 {len(self.moves)} 次"] if self.moves else []
        return "，".join(told) or "不变"


def compared(one: DatedCohort, reasons: Sequence[str] = ()) -> Compared:
    """What would be new and what would move; ``reasons``: why a weekly time found no place."""
    old = {slot.lesson_id: slot for slot in one.wish.movable}
    puts = tuple(slot for slot in one.slots if slot.lesson_id is None)
    moves = tuple(slot for slot in one.slots if slot.lesson_id and _differs(slot, old[slot.lesson_id]))
    notes = [*reasons, *one.notes]
    if one.missing:
        notes.insert(0, f"还有 {one.missing} 次没有排上")
    return Compared(
        one.wish.id, one.wish.title, series_words(one.wish.movable), series_words(one.slots), puts, moves, tuple(notes)
    )  # fmt: skip


def _differs(new: Slot, old: Slot) -> bool:
    return _key(new) != _key(old)


def _key(slot: Slot) -> tuple[object, ...]:
    return slot.on, slot.start, slot.end, slot.trainer_id, slot.classroom_id


def series_words(slots: Sequence[Slot]) -> str:
    """周二 18:30 兰亭村礼堂·大教室 王水根，3月3日 周二起 10 次; several weekly times joined; empty for none."""
    if not slots:
        return "还没有排"
    first = min(slot.on for slot in slots)
    seen = Counter((slot.on.weekday(), slot.start, slot.place_words, slot.trainer) for slot in slots)
    often = [key for key, times in seen.most_common(3) if times * 4 >= len(slots)] or [
        seen.most_common(1)[0][0]
    ]
    times = "、".join(
        " ".join(part for part in (f"{WEEKDAYS[day]} {clock(start)}", place, trainer) if part)
        for day, start, place, trainer in sorted(often)
    )
    return f"{times}，{day_word(first)}起 {len(slots)} 次"
