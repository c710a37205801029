"""First sitting, resits, exemptions: the chain of a person's attempts in a subject, and which of them counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.exams.rules.marks import Points
from kqdesk.rooms.exams.terms import ScoreFlag
from kqdesk.rooms.office.rules import Band

SCIENCES = frozenset({Subject.NATURAL_SCIENCE, Subject.SOCIAL_SCIENCE, Subject.SCIENCE})


@dataclass(frozen=True)
class Attempt:
    """One locked result of a person in a subject, or an exemption granted by the credit bank.

    ``bands``: the grades it was issued with; None = by the pack. ``exemption``: number of the proof.
    """

    subject: Subject
    on: date
    points: Points
    sitting_id: str
    sitting: str
    level: DualLevel | None = None
    bands: tuple[Band, ...] | None = None
    exemption: str = ""


def counting_attempt(attempts: Iterable[Attempt], how: str | None) -> Attempt | None:
    """R-EXA-03: the attempt that counts: ``best`` (or 未配置) the highest mark, ``last`` the newest one with a mark.

    Of equal ones the earlier: a resit that brings nothing does not move the date. An exemption whose proof names
    no mark counts when there is no mark.
    """
    known = list(attempts)
    marked = [attempt for attempt in known if attempt.points.tenths is not None]
    if not marked:
        return next((attempt for attempt in known if attempt.exemption), None)
    if how == "last":
        return max(marked, key=lambda a: (a.on, a.sitting_id))
    return max(marked, key=lambda a: (a.points.tenths or 0, -a.on.toordinal(), a.sitting_id))


@dataclass(frozen=True)
class ResitPolicy:
    """The pack's numbers for resits; None = 未配置: ``limit`` resits a subject, ``interval_days`` between two
    sittings, ``least`` marks below which a subject is to be taken again."""

    limit: int | None = None
    interval_days: int | None = None
    least: int | None = None
    attempt: str | None = None


def same_subject(one: Subject, other: Subject) -> bool:
    """The two sciences are one row of the transcript, so a mark in either is an attempt in both."""
    return one is other or (one in SCIENCES and other in SCIENCES)


def is_lacking(attempts: Sequence[Attempt], policy: ResitPolicy) -> bool:
    """R-EXA-07: a subject is still to be sat: nothing that counts, or less than the pack's least mark."""
    counts = counting_attempt(attempts, policy.attempt)
    if counts is None:
        return True
    if counts.points.tenths is None or policy.least is None:
        return False
    return counts.points.tenths < policy.least * 10


def tries(attempts: Iterable[Attempt]) -> list[Attempt]:
    """The attempts that use up a chance: sat, absent or expelled. 缓考 and exemptions do not."""
    return [a for a in attempts if not a.exemption and a.points.flag is not ScoreFlag.DEFERRED]


def resit_fault(attempts: Sequence[Attempt], on: date, policy: ResitPolicy) -> str:
    """R-EXA-08: why this subject cannot be sat on that day: too many resits, or too soon. Empty when it can.

    A limit of 2 resits means three attempts in all. What is 未配置 is not checked.
    """
    used = tries(attempts)
    if policy.limit is not None and len(used) > policy.limit:
        return f"已经补考 {len(used) - 1} 次，最多 {policy.limit} 次"
    last = max((a.on for a in used), default=None)
    if policy.interval_days is not None and last is not None and (on - last).days < policy.interval_days:
        return f"离上次考试（{last:%Y-%m-%d}）不到 {policy.interval_days} 天"
    return ""


@dataclass(frozen=True)
class ChainLink:
    """One attempt in its chain: 首考, 补考 with its number, 缓考, 免考; and whether it is the one that counts."""

    attempt: Attempt
    role: str
    counts: bool


def chain(attempts: Iterable[Attempt], how: str | None) -> tuple[ChainLink, ...]:
    """A person's attempts in one subject in order of time, each with what it was."""
    ordered = sorted(attempts, key=lambda a: (a.on, a.sitting_id))
    counts = counting_attempt(ordered, how)
    links, used = [], 0
    for attempt in ordered:
        if attempt.exemption:
            role = "免考"
        elif attempt.points.flag is ScoreFlag.DEFERRED:
            role = "缓考"
        else:
            role = f"补考第 {used} 次" if used else "首考"
            used += 1
        links.append(ChainLink(attempt, role, attempt is counts))
    return tuple(links)
