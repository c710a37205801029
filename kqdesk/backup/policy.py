"""When a backup is due and which old ones may go. Pure: moments come in, a reason or a list goes out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

HOURLY = timedelta(hours=1)
"""In use and changed since: at most one hour's work lies in no backup."""
KEEP_ALL = timedelta(days=2)
KEEP_DAILY = timedelta(days=31)
KEEP_RISK = timedelta(days=31)
"""Those made before something risky are kept whole this long: the mistake may be found late."""
KEEP_MONTHLY = timedelta(days=366 * 2)
COPY_EVERY = timedelta(days=7)
"""A backup on the same disk dies with the disk."""
DRILL_EVERY = timedelta(days=7)


class Reason(StrEnum):
    """Why a backup was made."""

    MANUAL = "manual"
    HOURLY = "hourly"
    DAILY = "daily"
    IMPORT = "import"
    UPDATE = "update"
    RESTORE = "restore"
    MERGE = "merge"

    @property
    def label(self) -> str:
        """What the list says."""
        return _LABELS[self]

    @property
    def is_risk(self) -> bool:
        """Made before something that changes much at once."""
        return self in (Reason.IMPORT, Reason.UPDATE, Reason.RESTORE, Reason.MERGE)


_LABELS = {
    Reason.MANUAL: "手动备份",
    Reason.HOURLY: "每小时自动",
    Reason.DAILY: "每天自动",
    Reason.IMPORT: "导入之前",
    Reason.UPDATE: "升级数据之前",
    Reason.RESTORE: "恢复之前",
    Reason.MERGE: "合并之前",
}


@dataclass(frozen=True)
class Kept:
    """A backup as the rules see it. ``name`` is the file's name."""

    name: str
    at: datetime
    reason: Reason
    is_good: bool = True


def due(now: datetime, last: datetime | None, *, changed: bool = True) -> Reason | None:
    """Why a backup should be made now; None when none is due.

    now: aware, in the school's zone, which decides what a day is. last: when the newest good one was made.
    changed: whether anything was written since it; without a change the hour passes, the day does not.
    """
    if last is None or last.astimezone(now.tzinfo).date() != now.date():
        return Reason.DAILY
    if last > now:  # the clock was set back: better one too many
        return Reason.HOURLY if changed else None
    return Reason.HOURLY if changed and now - last >= HOURLY else None


def overdue_copy(now: datetime, copied: datetime | None) -> str:
    """The reminder to carry a copy away; empty when one was carried away within a week."""
    if copied is None:
        return "还没有把备份拷到 U 盘过。电脑坏了或丢了，数据就没有了；请插上 U 盘拷一份。"
    days = (now - copied).days
    return f"上次把备份拷到 U 盘是 {days} 天前，请再拷一份。" if now - copied > COPY_EVERY else ""


def thin(backups: Iterable[Kept], now: datetime) -> list[Kept]:
    """Those that may go: everything of two days stays, then one a day for a month, then one a month for two years.

    Manual ones stay, those before something risky stay a month, and the newest good one stays whatever its age.
    Damaged ones are never chosen here: a person decides about them.
    """
    newest_first = sorted((one for one in backups if one.is_good), key=lambda one: one.at, reverse=True)
    gone: list[Kept] = []
    seen: set[date | tuple[int, int]] = set()
    for place, one in enumerate(newest_first):
        age = now - one.at
        if place == 0 or one.reason is Reason.MANUAL or age <= KEEP_ALL:
            continue
        if one.reason.is_risk and age <= KEEP_RISK:
            continue
        slot = _slot(one.at.astimezone(now.tzinfo).date(), age)
        if slot is None or slot in seen:
            gone.append(one)
        else:
            seen.add(slot)
    return gone


def _slot(day: date, age: timedelta) -> date | tuple[int, int] | None:
    """The day or month of which one backup is kept; None: too old."""
    if age <= KEEP_DAILY:
        return day
    return (day.year, day.month) if age <= KEEP_MONTHLY else None


def newest(backups: Sequence[Kept]) -> Kept | None:
    """The newest good one."""
    return max((one for one in backups if one.is_good), key=lambda one: one.at, default=None)
