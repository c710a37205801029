"""Rules of 审计与备份: what is masked, who may look, what is due. Pure; moments come in."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from kqdesk.rooms.safekeeping.terms import OPS, Sort
from kqdesk.security.masking import mask_bank, mask_id, mask_phone
from kqdesk.security.roles import Role

WEEK = timedelta(days=7)
CARRY_DEFAULT = 7  # days; the school may set another number
CARRY_MOST = 60
_READERS = frozenset({Role.HEADMASTER, Role.CLERK, Role.AUDITOR, Role.DISTRICT})
_KEEPERS = frozenset({Role.HEADMASTER, Role.CLERK})
_OPEN_NAMES = frozenset({"name", "handed_to"})  # who it is about: the entry's own label says it, too
_TOUCHED_SHOWN = 3


def may_read(role: Role | None) -> bool:
    """R-SAF-01: the journal is for those who lead, those who keep the records and those who audit."""
    return role in _READERS


def may_keep(role: Role | None) -> bool:
    """R-SAF-01: backups are made, carried and restored by those who answer for the school's data."""
    return role in _KEEPERS


def mask(column: str, text: str) -> str:
    """R-SAF-02: a secret column's value as the journal shows it to everybody: names open, numbers masked, the rest hidden."""
    if not text or column in _OPEN_NAMES:
        return text
    if "phone" in column:
        return mask_phone(text)
    if "id_number" in column:
        return mask_id(text)
    return mask_bank(text) if "bank" in column or "account" in column else "（不显示）"


def words(kind: str, label: str) -> str:
    """An entry in plain words: 撤销了“登记考勤”."""
    if kind == Sort.UNDO:
        return f"撤销：{label}"
    return f"重做：{label}" if kind == Sort.REDO else label


def touched_words(touched: Iterable[tuple[str, str, int]]) -> str:
    """What an entry changed: 新增人员 412 条，修改学籍 3 条. Each is (noun, I U or D, rows)."""
    parts = [f"{OPS.get(op, op)}{noun} {count:,} 条" for noun, op, count in touched]
    more = len(parts) - _TOUCHED_SHOWN
    return "，".join(parts[:_TOUCHED_SHOWN]) + (f"，另有 {more} 类" if more > 0 else "")


def change_words(label: str, old: str, new: str) -> str:
    """One column that changed: 电话 由「…」改为「…」."""
    if not old:
        return f"{label}「{new}」"
    return f"{label} 由「{old}」改为「{new or '空'}」"


def carry_reminder(now: datetime, copied: datetime | None, days: int) -> str:
    """R-SAF-03: the reminder to carry a backup away; empty while the last one is not older than ``days``."""
    if copied is None:
        return "还没有把备份拷到 U 盘过。电脑坏了或丢了，数据就没有了；请插上 U 盘拷一份。"
    if timedelta(0) <= now - copied <= timedelta(days=days):
        return ""
    if copied > now:
        return "电脑的时间比上次把备份拷到 U 盘时还早，请先校准时间，再拷一份。"
    return f"上次把备份拷到 U 盘是 {(now - copied).days} 天前（{days} 天提醒一次），请再拷一份。"


def is_week_old(now: datetime, last: datetime | None) -> bool:
    """R-SAF-04: drill and check of every row are due once a week; a clock set back counts as due."""
    return last is None or now - last >= WEEK or last > now + timedelta(days=1)
