"""Rules of 数据交换: how a PC is called, how two values are shown so that their difference is seen. Pure."""

import re
from datetime import datetime, timedelta

from kqdesk.security.masking import mask_bank, mask_id, mask_phone

SILENT_AFTER = timedelta(days=3)
"""A PC that has not exchanged for so long is said to be behind."""
_NUMBER = re.compile(r".+\.(\d{1,6})")


def station_words(station: str, names: dict[str, str] | None = None) -> str:
    """R-EXC-01: a PC as people call it: its own name where it is known, else 2 号电脑; the district's pages are 区里."""
    if station == "district":
        return "区里"
    name = (names or {}).get(station, "")
    number = _NUMBER.fullmatch(station)
    called = f"{number[1]} 号电脑" if number else station
    return f"{name}（{called}）" if name and number else name or called


def veil(column: str, text: str) -> str:
    """R-EXC-02: numbers of people masked as everywhere; words are shown, or nobody could choose between them."""
    if "phone" in column:
        return mask_phone(text)
    if "id_number" in column:
        return mask_id(text)
    return mask_bank(text) if "bank" in column or "account" in column else text


def side_by_side(
    shown: str, kept: str, masked_shown: str, masked_kept: str, *, is_whole: bool
) -> tuple[str, str]:
    """R-EXC-02: the two values as this person may see them; masked ones that look alike say that they differ."""
    if is_whole:
        return shown, kept
    if masked_shown == masked_kept and shown != kept:
        return f"{masked_shown}（不同的号码）", f"{masked_kept}（不同的号码）"
    return masked_shown, masked_kept


def seen_words(seen: datetime | None, now: datetime) -> str:
    """When a PC was last in touch: 刚才 · 5 分钟前 · 3 小时前 · 12 天前."""
    if seen is None:
        return "还没有来过"
    gone = max(now - seen, timedelta(0))
    if gone < timedelta(minutes=2):
        return "刚才"
    if gone < timedelta(hours=1):
        return f"{gone // timedelta(minutes=1)} 分钟前"
    return f"{gone // timedelta(hours=1)} 小时前" if gone < timedelta(days=1) else f"{gone.days} 天前"


def is_silent(seen: datetime | None, now: datetime) -> bool:
    """R-EXC-03: whether a PC has been out of touch for so long that somebody should look."""
    return seen is None or now - seen > SILENT_AFTER
