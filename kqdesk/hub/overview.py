"""What the first page says of each school: how fresh its data is, in words, and of each PC when it was last there."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kqdesk.kernel.schoolday import CHINA
from kqdesk.sync.register import SchoolCard, StationCard

_COMMON = re.compile(r"^(?:浙江省)?(?:绍兴市)?柯桥区|成人(?:文化技术)?学校$|社区学校$")
_FRESH, _LATE = timedelta(days=1), timedelta(days=7)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Ledger:
    """What the hub's books say of one school: its last batch, and values that two PCs wrote differently."""

    last_batch: datetime | None = None
    last_station: str = ""
    waiting: int = 0


@dataclass(frozen=True)
class StationLine:
    """One PC as the page shows it. ``tone`` is the colour of its state."""

    station: str
    name: str
    state: str
    tone: str
    seen: str
    version: str
    joined: str
    is_locked: bool
    is_revoked: bool


@dataclass(frozen=True)
class SchoolLine:
    """One school as the page shows it."""

    code: str
    name: str
    freshness: str
    tone: str
    last_batch: str
    waiting: int
    versions: str
    stations: list[StationLine] = field(default_factory=list)


def ago(now: datetime, then: datetime | None, *, never: str = "还没有来过") -> str:
    """How long ago, as people say it: 刚刚, 3 分钟前, 2 小时前, 昨天 14:05, 3 天前, 2026-03-01."""
    if then is None:
        return never
    passed = now - then
    if passed < _MINUTE:
        return "刚刚"
    if passed < _HOUR:
        return f"{passed // _MINUTE} 分钟前"
    wall, today = then.astimezone(CHINA), now.astimezone(CHINA).date()
    days = (today - wall.date()).days
    if days == 0:
        return f"{passed // _HOUR} 小时前"
    if days == 1:
        return f"昨天 {wall:%H:%M}"
    return f"{days} 天前" if days <= 30 else f"{wall:%Y-%m-%d}"


def short_name(name: str) -> str:
    """柯桥区兰亭街道成人文化技术学校 → 兰亭街道: what the schools of one district have in common is left out in tables."""
    return _COMMON.sub("", name) or name


def school_lines(
    schools: Iterable[SchoolCard],
    stations: Iterable[StationCard],
    ledgers: Mapping[str, Ledger],
    now: datetime,
) -> list[SchoolLine]:
    """Every school with its PCs; the one that was quiet longest comes first, one that never came before all."""
    of_school: dict[str, list[StationCard]] = {}
    for card in stations:
        of_school.setdefault(card.school, []).append(card)
    found = [
        (
            _last_seen(of_school.get(school.code, [])),
            school_line(school, of_school.get(school.code, []), ledgers, now),
        )
        for school in schools
    ]
    found.sort(key=lambda pair: (pair[0] is not None, pair[0] or now, pair[1].code))
    return [line for _, line in found]


def school_line(
    school: SchoolCard, cards: list[StationCard], ledgers: Mapping[str, Ledger], now: datetime
) -> SchoolLine:
    """One school."""
    ledger, seen = ledgers.get(school.code, Ledger()), _last_seen(cards)
    names = {card.station: card.name for card in cards} | {"district": "区"}
    batch = ago(now, ledger.last_batch, never="还没有交过数据")
    by = names.get(ledger.last_station, "") if ledger.last_batch else ""
    is_bare = bool(cards) and all(card.revoked for card in cards)
    versions = sorted({card.version for card in cards if card.version and not card.revoked})
    return SchoolLine(
        school.code, school.name, ago(now, seen, never="没有在用的电脑" if is_bare else "还没有来过"), _tone(now, seen), f"{batch}（{by}）" if by else batch,
        ledger.waiting, "、".join(versions) or "—", [station_line(card, now) for card in cards],
    )  # fmt: skip


def station_line(card: StationCard, now: datetime) -> StationLine:
    """One PC."""
    state, tone = (
        ("已停用", "neutral")
        if card.revoked
        else ("已暂停", "warning")
        if card.locked
        else ("在用", "success")
    )
    joined = f"{card.enrolled.astimezone(CHINA):%Y-%m-%d}" if card.enrolled else ""
    return StationLine(
        card.station,
        card.name,
        state,
        tone,
        ago(now, card.seen),
        card.version or "—",
        joined,
        card.locked,
        card.revoked,
    )


def _last_seen(cards: Iterable[StationCard]) -> datetime | None:
    return max((card.seen for card in cards if card.seen and not card.revoked), default=None)


def _tone(now: datetime, seen: datetime | None) -> str:
    if seen is None:
        return "neutral"
    passed = now - seen
    return "success" if passed <= _FRESH else "warning" if passed <= _LATE else "danger"
