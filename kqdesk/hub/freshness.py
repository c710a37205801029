"""How far the hub's numbers reach: until when, from how many schools. Stands on every page of the whole district."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kqdesk.hub.counter import Counter
from kqdesk.hub.overview import ago
from kqdesk.kernel.schoolday import CHINA

FRESH = timedelta(days=1)
"""A school one of whose PCs was there within this time counts as up to date."""


@dataclass(frozen=True)
class Late:
    """A school whose numbers are old: when it was last there, in words."""

    code: str
    name: str
    seen: str


@dataclass(frozen=True)
class Freshness:
    """``until``: the oldest last visit among the schools that are up to date; None when none is."""

    schools: int
    fresh: int
    until: datetime | None
    late: tuple[Late, ...]

    @property
    def words(self) -> str:
        """数据截至 3 月 2 日 14:05，16 所学校中 14 所已更新."""
        if self.until is None:
            return f"{self.schools} 所学校一天之内都没有交过数据"
        moment = self.until.astimezone(CHINA)
        since = f"数据截至 {moment.month} 月 {moment.day} 日 {moment:%H:%M}"
        return f"{since}，{self.schools} 所学校中 {self.fresh} 所已更新"

    @property
    def tone(self) -> str:
        """Colour of the sentence."""
        return "success" if self.fresh == self.schools else "warning"


def last_seen(counter: Counter) -> dict[str, datetime]:
    """School → when one of its PCs was last there; schools that never came are not in it."""
    seen: dict[str, datetime] = {}
    for card in counter.register.all_stations():
        if card.seen is not None and not card.revoked:
            seen[card.school] = max(card.seen, seen.get(card.school, card.seen))
    return seen


def freshness(counter: Counter) -> Freshness:
    """Of all schools of the hub; those that are late by name, the latest first."""
    now, seen = counter.clock(), last_seen(counter)
    cards = counter.register.schools()
    fresh = [seen[one.code] for one in cards if one.code in seen and now - seen[one.code] <= FRESH]
    late = sorted(
        (one for one in cards if one.code not in seen or now - seen[one.code] > FRESH),
        key=lambda one: (one.code in seen, seen.get(one.code, now)),
    )
    told = tuple(Late(one.code, one.name, ago(now, seen.get(one.code))) for one in late)
    return Freshness(len(cards), len(fresh), min(fresh, default=None), told)
