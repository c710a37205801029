"""When somebody is called after a course, which call answers which wave, and what the answers add up to. Pure."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kqdesk.rooms.followup.terms import CallState, NextStudy, Outcome, Work

AT_WORK = frozenset({Work.EMPLOYED, Work.SELF_EMPLOYED, Work.FLEXIBLE, Work.FARMING})
LEARNING = frozenset({NextStudy.SKILL, NextStudy.COLLEGE})
_CLOSED = {
    Outcome.ANSWERED: CallState.ANSWERED, Outcome.REFUSED: CallState.REFUSED, Outcome.LOST: CallState.LOST,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wave:
    """One call to make: ``due_on`` the day itself, from ``opens_on`` to ``closes_on`` it may be made."""

    months: int
    due_on: date
    opens_on: date
    closes_on: date


def due_on(completed: date, months: int) -> date:
    """R-FOL-01: the same day so many months later; where the month has no such day, its last: 30 Nov + 3 = 28 Feb."""
    count = completed.month - 1 + months
    year, month = completed.year + count // 12, count % 12 + 1
    return date(year, month, min(completed.day, monthrange(year, month)[1]))


def waves(completed: date, months: Iterable[int]) -> tuple[Wave, ...]:
    """R-FOL-02: the calls after one completion. Each belongs to the days nearer to it than to the calls around it.

    Half-way between two calls the earlier one is over and the later one begins; the last one stays open as long after
    its day as it was open before.
    """
    days = [due_on(completed, one) for one in sorted({one for one in months if one > 0})]
    wanted = sorted({one for one in months if one > 0})
    found = []
    for at, (count, day) in enumerate(zip(wanted, days, strict=True)):
        before = days[at - 1] if at else completed
        opens = before + (day - before) // 2 + timedelta(days=1)
        after = days[at + 1] if at + 1 < len(days) else None
        closes = day + ((after - day) // 2 if after else (day - opens))
        found.append(Wave(count, day, opens, closes))
    return tuple(found)


def wave_on(planned: Sequence[Wave], day: date) -> Wave | None:
    """The wave a contact of that day answers; None when it is too early or all is over."""
    return next((one for one in planned if one.opens_on <= day <= one.closes_on), None)


@dataclass(frozen=True, slots=True)
class Tried:
    """One contact for one wave."""

    on: date
    outcome: Outcome
    next_on: date | None = None


def call_on(wave: Wave, tried: Sequence[Tried]) -> date:
    """When to call: the day of the wave, or the day agreed upon last."""
    last = max(tried, key=lambda one: one.on, default=None)
    return last.next_on if last is not None and last.next_on is not None else wave.due_on


def standing(wave: Wave, tried: Sequence[Tried], today: date) -> CallState:
    """R-FOL-03: answered, refused and lost are closed for good; else not yet, to be called, overdue, or missed."""
    outcomes = {one.outcome for one in tried}
    for outcome, state in _CLOSED.items():
        if outcome in outcomes:
            return state
    if today > wave.closes_on:
        return CallState.MISSED
    day = call_on(wave, tried)
    if today > day:
        return CallState.OVERDUE
    return CallState.DUE if today >= wave.opens_on else CallState.PLANNED


def last_of_week(today: date) -> date:
    """The last of the seven days that begin today: what is due by then is on the list now."""
    return today + timedelta(days=6)


# -- what the answers add up to --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heard:
    """What one person said in one wave. ``band`` and ``before``: places in the pack's bands from 0; None = not said."""

    work: Work | None = None
    band: int | None = None
    before: int | None = None
    study: NextStudy | None = None


@dataclass(frozen=True, slots=True)
class PersonWave:
    """One person in one wave of a period, her trainings together. ``heard`` None: nobody got an answer."""

    person_id: str
    months: int
    heard: Heard | None


@dataclass(frozen=True, slots=True)
class Share:
    """One line of the outcome: ``part`` of ``whole`` persons (人), with what that means and who they are."""

    key: str
    title: str
    meaning: str
    part: tuple[str, ...]
    whole: tuple[str, ...]

    @property
    def tenths(self) -> int | None:
        """The share in tenths of a percent, half up; None when there is nobody to count."""
        return (2000 * len(self.part) + len(self.whole)) // (2 * len(self.whole)) if self.whole else None

    @property
    def words(self) -> str:
        """83.3 %, or a dash."""
        return "—" if self.tenths is None else f"{self.tenths // 10}.{self.tenths % 10} %"


MEANINGS = {
    "answered": ("回访应答率", "已答的人 ÷ 应回访的人（应回访日在这段时间里，没到日子的答了才算；一人一期次算一次，去世的不算）"),
    "employed": ("就业率", "上班、创业、灵活就业、务农的人 ÷ 说了就业情况的人（退休的不算在内）"),
    "higher": ("收入提高率", "现在的收入档高于参训前的人 ÷ 两个收入档都知道的人"),
    "studying": ("再学习率", "在学技能、在读学历的人 ÷ 说了再学习情况的人"),
}  # fmt: skip


def shares(found: Iterable[PersonWave]) -> tuple[Share, ...]:
    """R-FOL-04: four shares of persons, each with its own base; who did not say something is in no base of it."""
    rows = list(found)
    heard = [(one.person_id, one.heard) for one in rows if one.heard is not None]
    working = [(key, one.work in AT_WORK) for key, one in heard if one.work not in (None, Work.RETIRED)]
    paid = [
        (key, one.band > one.before) for key, one in heard if one.band is not None and one.before is not None
    ]
    study = [(key, one.study in LEARNING) for key, one in heard if one.study is not None]
    answered = [(one.person_id, one.heard is not None) for one in rows]
    return tuple(
        Share(key, *MEANINGS[key], tuple(who for who, yes in those if yes), tuple(who for who, _ in those))
        for key, those in (
            ("answered", answered),
            ("employed", working),
            ("higher", paid),
            ("studying", study),
        )
    )


def joined(heard: Sequence[Heard]) -> Heard:
    """Several contacts of one person in one wave: the latest word on each thing; oldest come first."""
    found = Heard()
    for one in heard:
        found = Heard(
            one.work if one.work is not None else found.work,
            one.band if one.band is not None else found.band,
            one.before if one.before is not None else found.before,
            one.study if one.study is not None else found.study,
        )
    return found
