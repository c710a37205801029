"""Sync by itself: when a round is made, how it steps back, what the foot of the window says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from kqdesk.app import rounds
from kqdesk.app.rounds import EVERY_S, LATER, Rounds, lines_of, rounds_of, since, strip_words, words_of
from kqdesk.desk.desk import Desk
from kqdesk.desk.exchange import Numbers, Round
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.shell import Shell
from kqdesk.desk.shots import settle
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.rooms.exchange.page import ExchangePage
from kqdesk.rooms.people.actions import add_person
from tests.conftest import NOON, Clock
from tests.exchange.conftest import FakeHub


@pytest.fixture
def clock() -> Clock:
    """The tests' own moment: no true hub here."""
    return Clock()


@pytest.fixture
def hub() -> FakeHub:
    made = FakeHub()
    made.join_at_once()
    return made


@pytest.fixture
def shell(qtbot: QtBot, desk: Desk, hub: FakeHub) -> Shell:
    desk.sit(replace(desk.seat, exchange=hub))
    page = PageSpec("exchange", "数据交换", "x", "系统", "exchange", ExchangePage)
    made = Shell(desk, "兰亭成校", (page,))
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def syncing(shell: Shell, desk: Desk, hub: FakeHub) -> Iterator[Rounds]:
    made = Rounds(desk, shell, hub)
    settle(desk)
    yield made
    made._timer.stop()


def waits(one: Rounds) -> int:
    """Seconds until the next try."""
    return one._timer.interval() // 1000


def test_the_numbers_stand_at_the_foot_and_lead_to_the_page(
    syncing: Rounds, shell: Shell, desk: Desk
) -> None:
    asked: list[dict[str, str]] = []
    desk.opened.connect(lambda _, context: asked.append(context))

    shell.strip.sync.click()

    assert shell.strip.sync.text() == "待上传 12 · 待下载 0 · 待确认 1 · 上次同步 10:32"
    assert asked == [{"tab": "conflicts"}]
    assert rounds_of(desk) is syncing


def test_a_round_comes_by_itself_and_pages_hear_of_what_came(
    syncing: Rounds, desk: Desk, hub: FakeHub
) -> None:
    heard: list[frozenset[str]] = []
    desk.changed.connect(heard.append)

    syncing.go()
    settle(desk)

    assert hub.asked == [("sync",)]
    assert frozenset({"person"}) in heard
    assert (syncing.numbers.unsent, waits(syncing)) == (0, EVERY_S)


def test_after_an_act_a_round_comes_soon_but_not_at_once(syncing: Rounds, desk: Desk, hub: FakeHub) -> None:
    desk.run(add_person, fields={"name": "李夏明"})
    settle(desk)

    assert hub.asked == []
    assert waits(syncing) == rounds.AFTER_ACT_MS // 1000


def test_nobody_there_steps_back_further_and_further_in_silence(
    syncing: Rounds, desk: Desk, hub: FakeHub
) -> None:
    told: list[str] = []
    desk.told.connect(told.append)
    hub.fault = Unreachable("连不上。")
    found = []
    for _ in range(len(LATER) + 1):
        syncing.go()
        settle(desk)
        found.append(waits(syncing))
    hub.fault = None
    syncing.go()
    settle(desk)

    assert found == [*LATER, LATER[-1]]
    assert told == []
    assert waits(syncing) == EVERY_S


def test_who_asks_is_told_how_it_went(syncing: Rounds, desk: Desk, hub: FakeHub) -> None:
    told: list[str] = []
    desk.told.connect(told.append)

    syncing.now()
    settle(desk)
    hub.fault = UserError("数据站的磁盘已满。")
    syncing.now()
    settle(desk)

    assert told == ["同步好了：传出 12 条，收到 3 条。有 1 处要您确认。", "数据站的磁盘已满。"]


def test_a_stop_is_red_and_tried_again_only_now_and_then(
    syncing: Rounds, desk: Desk, hub: FakeHub, shell: Shell
) -> None:
    hub.now = replace(hub.now, stop="这台电脑已被暂停。")
    syncing.look()
    settle(desk)
    words, look = shell.strip.sync.text(), shell.strip.sync.property("look")
    syncing._later()
    wait = waits(syncing)

    syncing.go()
    settle(desk)

    assert (words, look) == ("待上传 12 · 待下载 0 · 待确认 1 · 同步已停，点这里看", "strip-fault")
    assert (wait, hub.asked) == (LATER[-1], [("sync",)])


def test_a_question_to_a_person_is_not_answered_by_trying_again(
    syncing: Rounds, desk: Desk, hub: FakeHub
) -> None:
    hub.now = replace(hub.now, stop="会删除 120 条。", asks="removal")
    syncing.look()
    settle(desk)

    syncing.go()
    settle(desk)

    assert hub.asked == []


def test_a_school_without_hub_shows_nothing_and_asks_nobody(shell: Shell, desk: Desk, hub: FakeHub) -> None:
    hub.now = Numbers()
    one = Rounds(desk, shell, hub)
    settle(desk)

    one.go()
    settle(desk)
    one._timer.stop()

    assert hub.asked == []
    assert shell.strip.sync.isHidden()


def test_the_lines_of_the_first_page() -> None:
    quiet = Numbers(0, 0, 0, NOON, "hub", "s.1")
    long_ago = replace(quiet, unsent=7, last_round=NOON - timedelta(days=5), conflicts=2, stop="")

    assert lines_of(quiet, NOON) == []
    assert lines_of(Numbers(), NOON) == []
    assert [line.sentence for line in lines_of(long_ago, NOON)] == [
        "有 2 处等您确认",
        "好几天没有和数据站同步了",
    ]
    assert [line.tone for line in lines_of(replace(quiet, stop="停"), NOON)] == ["danger"]


def test_when_it_was() -> None:
    assert since(None, NOON) == "还没有"
    assert since(NOON - timedelta(seconds=30), NOON) == "刚才"
    assert since(NOON - timedelta(hours=2), NOON) == "18:00"
    assert since(NOON - timedelta(days=2), NOON) == "2月28日"


def test_words_of_a_quiet_round() -> None:
    numbers = Numbers(0, 0, 0, NOON, "hub", "s.1")

    assert words_of(Round(0, 0, 0, frozenset(), numbers)) == "同步好了：两边都是最新的。"
    assert strip_words(numbers, NOON, lambda: None).words == "待上传 0 · 待下载 0 · 待确认 0 · 上次同步 刚才"
