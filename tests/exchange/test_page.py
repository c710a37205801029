"""The 数据交换 page, by the keyboard: joining, the numbers, choosing one of two values, the school's PCs."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from kqdesk.desk.desk import Desk
from kqdesk.desk.exchange import Numbers
from kqdesk.desk.shots import settle
from kqdesk.kernel.errors import Unreachable
from kqdesk.rooms.exchange.page import ExchangePage
from kqdesk.rooms.exchange.page.joining import InvitePanel, JoinPanel
from kqdesk.store.store import Store
from tests.conftest import NOON
from tests.exchange.conftest import CODE, WORDS, FakeHub, conflict

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(qtbot: QtBot, desk: Desk, hub: FakeHub) -> ExchangePage:
    """The page of a clerk whose home has a hub to speak to."""
    desk.sit(replace(desk.seat, exchange=hub))
    made = ExchangePage(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 700)
    made.show()
    made.arrive({})
    settle(desk)
    return made


def press(page: ExchangePage, words: str) -> None:
    """Click the visible button with these words."""
    next(b for b in page.findChildren(QPushButton) if b.isVisible() and b.text() == words).click()
    settle(page.desk)


def go(page: ExchangePage, tab: str) -> None:
    page.arrive({"tab": tab})
    settle(page.desk)


def test_without_a_hub_both_ways_to_one_are_offered(page: ExchangePage) -> None:
    words = [b.text() for b in page.findChildren(QPushButton) if b.isVisible()]

    assert page.is_blank
    assert {"用邀请码加入", "把这台电脑设为本校数据站"} <= set(words)


def test_a_demo_school_exchanges_nothing(qtbot: QtBot, desk: Desk) -> None:
    made = ExchangePage(desk, {})
    qtbot.addWidget(made)

    made.show()
    made.arrive({})
    settle(desk)

    assert made.is_blank
    assert [tool.isVisible() for tool in made.tab.tools] == [False] * 4


def test_joining_shows_the_fingerprint_before_anything_is_sent(
    qtbot: QtBot, page: ExchangePage, hub: FakeHub
) -> None:
    press(page, "用邀请码加入")
    panel = page.side
    assert isinstance(panel, JoinPanel)
    panel.form.inputs["url"].show_value("192.168.1.10:8443")
    panel.form.inputs["code"].show_value("half a code")
    panel.look()
    half = panel.fingerprint.isHidden()
    panel.form.inputs["code"].show_value(CODE)
    panel.look()
    told = panel.fingerprint.text()
    before = list(hub.asked)

    qtbot.keyClick(panel, Qt.Key.Key_Return, CTRL)
    settle(page.desk)

    assert half
    assert told == f"打电话核对指纹：{WORDS}"
    assert (before, hub.asked) == ([], [("join", "192.168.1.10:8443", CODE)])
    assert page.side is None
    assert page.note.text.startswith("已加入数据站（兰亭成校）")
    assert not page.is_blank


def test_a_refused_code_keeps_every_word(page: ExchangePage, hub: FakeHub) -> None:
    hub.fault = Unreachable("连不上数据站（192.168.1.10:8443）。")
    press(page, "用邀请码加入")
    panel = page.side
    panel.form.inputs["url"].show_value("192.168.1.10:8443")
    panel.form.inputs["code"].show_value(CODE)

    panel.submit()
    settle(page.desk)

    assert panel.note.text == "连不上数据站（192.168.1.10:8443）。"
    assert panel.form.inputs["code"].value() == CODE


def test_becoming_the_schools_hub_gives_the_next_invitation(page: ExchangePage, hub: FakeHub) -> None:
    press(page, "把这台电脑设为本校数据站")
    panel = page.side
    assert isinstance(panel, InvitePanel)

    panel.copy()

    assert hub.asked == [("become_hub",)]
    assert QGuiApplication.clipboard().text() == (
        f"数据站地址：{panel.invite.url}\n邀请码：{panel.invite.code}\n指纹：{WORDS}"
    )


def test_the_honest_numbers_and_a_round_by_key(qtbot: QtBot, page: ExchangePage, hub: FakeHub) -> None:
    hub.join_at_once()
    page.reload()
    settle(page.desk)
    state = page.tab
    before = [state.facts[name].text() for name in ("数据站", "本机", "待上传", "待确认", "上次同步")]

    qtbot.keyClick(page, Qt.Key.Key_N, CTRL)
    settle(page.desk)
    page.reload()
    settle(page.desk)

    assert before == [
        "hub.example:8443", "1 号电脑", "12 条在本机改过、数据站还没有的", "1 处有两个值，等人来选", "2026-03-02 10:32",
    ]  # fmt: skip
    assert hub.asked == [("sync",)]
    assert page.note.text == "同步好了：传出 12 条，收到 3 条。有 1 处要您确认。"
    assert state.facts["待上传"].text() == "没有，数据站都有了"


def test_no_network_is_one_calm_sentence(page: ExchangePage, hub: FakeHub) -> None:
    hub.join_at_once()
    page.reload()
    settle(page.desk)
    hub.fault = Unreachable("连不上数据站。")

    press(page, "立即同步")

    assert page.note.text == "连不上数据站。"


def test_the_brake_asks_and_lets_through(page: ExchangePage, hub: FakeHub) -> None:
    hub.join_at_once()
    hub.now = replace(hub.now, stop="这次同步会删掉“考勤” 120 条。", asks="removal")
    page.reload()
    settle(page.desk)
    told = page.tab.stop.text

    press(page, "允许删除")

    assert told == "这次同步会删掉“考勤” 120 条。"
    assert hub.asked == [("allow",)]


def test_packets_go_out_and_come_back(page: ExchangePage, hub: FakeHub, tmp_path: Path) -> None:
    hub.join_at_once()
    page.reload()
    settle(page.desk)

    page.tab.write_packet(tmp_path / "out.kqpacket")
    settle(page.desk)
    written = page.note.text
    page.tab.read_packet(tmp_path / "back.kqpacket")
    settle(page.desk)

    assert written.startswith("已写好 out.kqpacket（12 条待上传）")
    assert hub.asked == [("write", "out.kqpacket"), ("sync",)]


def test_a_double_clicked_packet_is_read_when_the_page_opens(
    page: ExchangePage, hub: FakeHub, tmp_path: Path
) -> None:
    hub.join_at_once()

    page.arrive({"packet": tmp_path / "back.kqpacket"})
    settle(page.desk)

    assert hub.asked == [("sync",)]


@pytest.mark.parametrize(("key", "stands"), [(Qt.Key.Key_1, "溪南村"), (Qt.Key.Key_2, "谢坞村")])
def test_one_key_chooses_and_the_list_is_empty(
    qtbot: QtBot, page: ExchangePage, store: Store, mao: str, key: Qt.Key, stands: str
) -> None:
    conflict(store, mao, "village", "溪南村", "谢坞村")
    go(page, "conflicts")
    shown = (page.tab.shown.words.text(), page.tab.kept.words.text())
    who = page.tab.kept.who.text()

    qtbot.keyClick(page.tab.table, key)
    settle(page.desk)

    assert shown == ("溪南村", "谢坞村")
    assert who == "章国平 · 2026-03-02 19:51 · 2 号电脑"
    assert page.note.text == f"人员「王阿毛」的村社用了“{stands}”。"
    assert page.is_blank


def test_many_are_settled_one_after_another_and_undone(
    qtbot: QtBot, page: ExchangePage, store: Store, mao: str
) -> None:
    for number in range(3):
        conflict(store, mao, "village", f"甲{number}村", f"乙{number}村")
    go(page, "conflicts")

    for _ in range(2):
        qtbot.keyClick(page.tab.table, Qt.Key.Key_2)
        settle(page.desk)
    left = len(page.tab.table.model().rows)
    page.desk.undo()
    settle(page.desk)

    assert (left, len(page.tab.table.model().rows)) == (1, 2)


def test_a_masked_number_is_shown_whole_only_on_asking(page: ExchangePage, store: Store, mao: str) -> None:
    conflict(store, mao, "phone", "13812345678", "13899995678")
    go(page, "conflicts")
    masked, offered = page.tab.shown.words.text(), page.tab.reveal.isVisible()

    page.tab.ask_reveal()
    settle(page.desk)

    assert (masked, offered) == ("138****5678（不同的号码）", True)
    assert page.note.text.startswith("您没有查看完整号码的权限")


def test_the_schools_pcs_and_a_lost_one_is_locked(qtbot: QtBot, page: ExchangePage, hub: FakeHub) -> None:
    hub.join_at_once()
    go(page, "stations")
    rows = page.tab.table.model().rows
    page.tab.table.select_row(0)
    page.tab.turn_lock()
    mine = page.note.text
    page.tab.table.select_row(1)

    qtbot.keyClick(page.tab.table, Qt.Key.Key_Return)
    settle(page.desk)

    assert [row.name for row in rows] == ["教务室", "村里的笔记本"]
    assert page.tab._seen(rows[1]) == "12 天前"
    assert mine.startswith("不能暂停正在用的这台")
    assert hub.asked == [("lock", "330603008.2", True)]
    assert page.note.text.startswith("村里的笔记本（2 号电脑）已暂停")


def test_pcs_without_network_say_so(page: ExchangePage, hub: FakeHub) -> None:
    hub.join_at_once()
    hub.fault = Unreachable("连不上数据站。")

    go(page, "stations")

    assert page.note.text == "连不上数据站。"
    assert page.tab.table.model().rows == []


def test_everything_has_a_name_for_a_screen_reader(page: ExchangePage, hub: FakeHub) -> None:
    hub.now = Numbers(host="hub.example", station="330603008.1", last_round=NOON)
    for tab in ("state", "conflicts", "stations"):
        go(page, tab)
        nameless = [
            b
            for b in page.findChildren(QPushButton)
            if b.isVisible() and not (b.accessibleName() or b.text())
        ]

        assert nameless == []
