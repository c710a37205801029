"""区里发布的规则包 on 工作台."""

from datetime import date, timedelta

from kqdesk.rooms.home.rules.plan import NEWS_DAYS, PublishedFact, published_lines
from kqdesk.rooms.home.terms import Group

TODAY = date(2026, 3, 2)


def fact(days: int, fault: str = "") -> PublishedFact:
    """Published so many days ago."""
    on = TODAY - timedelta(days=days)
    return PublishedFact(f"p{days}", "柯桥区规则", "区发第 1 版", date(2026, 3, 1), on, "陶国良", fault)


def test_a_pack_kept_out_is_always_said_and_a_new_one_for_two_weeks() -> None:
    facts = [fact(0), fact(NEWS_DAYS - 1), fact(NEWS_DAYS), fact(90, "签名不对。")]

    lines = list(published_lines(facts, TODAY))

    assert [(line.group, line.sentence) for line in lines] == [
        (Group.AHEAD, "区里发布了新规则包：柯桥区规则区发第 1 版"),
        (Group.AHEAD, "区里发布了新规则包：柯桥区规则区发第 1 版"),
        (Group.OVERDUE, "区里发布的柯桥区规则区发第 1 版没有启用"),
    ]
    assert (lines[0].detail, lines[2].detail) == ("3月1日起算 · 陶国良发布", "签名不对。")
