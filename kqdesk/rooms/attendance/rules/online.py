"""What online study counts: nothing unless the pack says so, never more than the share it allows. Pure."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class OnlinePolicy:
    """The pack's numbers for online study; None is 未配置.

    ``counts``: whether it counts at all. ``most``: largest share of the hours due, 0..1; None means no limit was set.
    ``minutes_per_hour``: clock minutes of one 学时.
    """

    counts: bool | None = None
    most: Fraction | None = None
    minutes_per_hour: int | None = None


@dataclass(frozen=True)
class OnlineCredit:
    """Whole study hours online study is worth for a learner, and the sentence that says why."""

    hours: int
    why: str


NO_ONLINE = OnlineCredit(0, "")


def online_credit(minutes: int, due: int, policy: OnlinePolicy) -> OnlineCredit:
    """R-ATT-06: accepted minutes as whole study hours, down; at most the pack's share of the ``due`` hours.

    未配置 counts nothing and says so: hours nobody allowed are never on a paper.
    """
    if not minutes:
        return NO_ONLINE
    if policy.counts is None or not policy.minutes_per_hour:
        return OnlineCredit(0, f"网上学习 {minutes} 分钟，算不算学时未配置，没有计入")
    if not policy.counts:
        return OnlineCredit(0, f"网上学习 {minutes} 分钟，按规则不计学时")
    hours = minutes // policy.minutes_per_hour
    ceiling = None if policy.most is None else int(policy.most * due)
    if ceiling is not None and hours > ceiling:
        return OnlineCredit(ceiling, f"网上学习 {minutes} 分钟，合 {hours} 学时，按上限计 {ceiling} 学时")
    return OnlineCredit(hours, f"网上学习 {minutes} 分钟，计 {hours} 学时")
