"""What counts, what may be confirmed, the words of a notice."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqdesk.rooms.activities import rules
from kqdesk.rooms.activities.terms import ActivityState, Evidence, NoticeKind
from tests.activities.conftest import TODAY

FACTS = rules.NoticeFacts(
    "柯桥区兰亭街道成人文化技术学校", "防诈骗", "讲座", date(2026, 3, 5), "18:30—20:00", "州山村文化礼堂", "鲁志刚", "老年人",
    phone="0575-90000001",
)  # fmt: skip


@given(st.sampled_from(list(ActivityState)), st.none() | st.integers(0, 500), st.integers(0, 500))
def test_everybody_who_came_counts_once_and_only_when_it_was_held(
    state: ActivityState, headcount: int | None, known: int
) -> None:
    found = rules.attendances(state, headcount, known)

    assert (found > 0) == (state in rules.COUNTING and max(headcount or 0, known) > 0)
    assert state not in rules.COUNTING or found == known + rules.walk_ins(headcount, known)


@pytest.mark.parametrize(
    ("headcount", "known", "held_on", "said"),
    [
        (50, 20, TODAY, None),
        (20, 20, TODAY, None),
        (19, 20, TODAY, "实到 19 人次，比已签到的 20 人还少。请核对。"),
        (0, 0, TODAY, "实到人次要填 1 以上的整数。没有办成的，请用「取消活动」。"),
        (50, 0, date(2026, 3, 3), "活动在 2026-03-03，还没有举办，不能登记实到人次。"),
    ],
)
def test_a_headcount_is_not_below_the_names_nor_before_the_day(headcount, known, held_on, said) -> None:
    assert rules.headcount_fault(headcount, known, held_on, TODAY) == said


@pytest.mark.parametrize(
    ("state", "headcount", "wanted", "there", "said"),
    [
        (ActivityState.HELD, 50, None, frozenset(), None),
        (ActivityState.HELD, 50, frozenset(Evidence), frozenset(Evidence), None),
        (
            ActivityState.HELD,
            50,
            frozenset(Evidence),
            {Evidence.PHOTO},
            "规则包要求有签到扫描才能确认。请先放入。",
        ),
        (ActivityState.PLANNED, None, None, frozenset(), "还没有登记实到人次，不能确认。"),
        (ActivityState.CONFIRMED, 50, None, frozenset(), "这个活动已经确认过了。"),
        (ActivityState.CANCELLED, None, None, frozenset(), "这个活动已取消，不能确认。"),
    ],
)
def test_confirming_asks_for_what_the_pack_wants(state, headcount, wanted, there, said) -> None:
    assert rules.confirm_fault(state, headcount, wanted, frozenset(there)) == said


def test_a_confirmed_one_opens_again_for_the_days_of_the_pack() -> None:
    assert rules.reopen_fault(date(2026, 1, 1), TODAY, None) is None
    assert rules.reopen_fault(date(2026, 2, 20), TODAY, 10) is None
    assert "超过 9 天" in (rules.reopen_fault(date(2026, 2, 20), TODAY, 9) or "")


def test_times_of_day() -> None:
    assert [rules.times_fault(*pair) is None for pair in ((None, None), (60, None), (60, 61), (60, 60), (None, 60))] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert rules.clock_words(1110, 1200) == "18:30—20:00"


def test_notices_for_the_group_chat() -> None:
    assert rules.notice(NoticeKind.OPENING, FACTS) == (
        "【活动通知】防诈骗（讲座）\n时间：3月5日（周四） 18:30—20:00\n地点：州山村文化礼堂\n主讲：鲁志刚\n对象：老年人\n"
        "欢迎参加，请互相转告。\n柯桥区兰亭街道成人文化技术学校　电话 0575-90000001"
    )
    assert "现改为：3月5日" in rules.notice(NoticeKind.CHANGE, FACTS)
    assert "地点" not in rules.notice(NoticeKind.CANCELLED, FACTS)
