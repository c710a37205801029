"""Places: shared out from province to township, and who gets one where they are few. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kqdesk.rooms.subsidies.terms import QuotaLevel

LEVELS = tuple(QuotaLevel)


@dataclass(frozen=True)
class Quota:
    """Places of one level for a rule and a year. ``region``: whose they are."""

    rule_id: str
    year: int
    level: QuotaLevel
    region: str
    places: int


@dataclass(frozen=True)
class Runner:
    """Somebody who wants a place. ``rank``: 1 is best; None = not ranked."""

    key: str
    taken_at: datetime
    rank: int | None = None


def share_faults(quotas: Sequence[Quota]) -> list[str]:
    """R-SUB-08: what a level shares out below it is not more than it has; a sentence for each level where it is."""
    sums: dict[tuple[str, int, QuotaLevel], int] = defaultdict(int)
    for one in quotas:
        sums[one.rule_id, one.year, one.level] += one.places
    faults = []
    for (rule_id, year, level), places in sorted(sums.items()):
        above = [upper for upper in LEVELS[: LEVELS.index(level)] if (rule_id, year, upper) in sums]
        if above and places > sums[rule_id, year, above[-1]]:
            upper = above[-1]
            faults.append(
                f"{year} 年 {rule_id} 的名额：{level.label}一级合起来 {places} 个，比{upper.label}给的"
                f" {sums[rule_id, year, upper]} 个还多。"
            )
    return faults


def own_quota(quotas: Sequence[Quota], rule_id: str, year: int, regions: Sequence[str]) -> Quota | None:
    """The quota that binds this school: the lowest level that has one for one of its regions, else the lowest of all."""
    wanted = [one for one in quotas if (one.rule_id, one.year) == (rule_id, year)]
    own = [one for one in wanted if one.region in regions]
    return max(own, key=lambda one: LEVELS.index(one.level), default=None)


def with_places(runners: Sequence[Runner], places: int, order: str) -> frozenset[str]:
    """R-SUB-09: keys of those who get a place: first come (time of acceptance), or by rank, the unranked behind."""

    def first_come(one: Runner) -> tuple[datetime, str]:
        return one.taken_at, one.key

    def ranked(one: Runner) -> tuple[bool, int, datetime, str]:
        return one.rank is None, one.rank or 0, one.taken_at, one.key

    line = sorted(runners, key=ranked if order == "ranked" else first_come)
    return frozenset(one.key for one in line[: max(places, 0)])
