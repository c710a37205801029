"""设置 with real keys: a number is changed, waits as a draft, and another person puts it in force."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.form import FormPanel
from kqdesk.desk.shots import settle
from kqdesk.rooms.office import actions, queries
from kqdesk.rooms.office.page import OfficePage
from kqdesk.rooms.office.page.draft import DraftPanel
from kqdesk.rooms.office.terms import Certainty
from kqdesk.security.roles import Role
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER

TODAY = date(2026, 3, 2)


@pytest.fixture
def page(qtbot: Any, desk: Desk, store: Store, clerk: str) -> OfficePage:
    store.run(actions.load_packs, clerk)
    made = OfficePage(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 690)
    made.show()
    made.arrive({"tab": "packs", "find": "attendance.minimum_rate"})
    settle(desk)
    return made


def test_a_link_leads_to_the_number_that_is_missing(page: OfficePage):
    [line] = page.tab.table.model().rows

    assert (line.title, line.counts) == ("最低出勤率（低于它不能参加考试或结业）", None)
    assert [column.shown(line) for column in page.tab.table.model().columns][:3] == [
        "考勤",
        line.title,
        "未配置",
    ]


def test_a_number_is_typed_and_waits_for_the_second_person(
    page: OfficePage, qtbot: Any, desk: Desk, store: Store, head: str
):
    page.tab.table.select_row(0)
    qtbot.keyClick(page.tab.table, Qt.Key.Key_Return)
    panel = page.side
    assert isinstance(panel, FormPanel)

    panel.form.inputs["value"].setText("七五")
    panel.form.inputs["source"].setPlainText("区教〔2026〕1号第五条")
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(desk)
    assert panel.form.faults() == {"value": "“七五”不是整数，请只填数字。"}

    page.activateWindow()  # the offscreen platform lets go of a window that nobody types in
    qtbot.waitUntil(page.isActiveWindow)
    panel.form.inputs["value"].setText("75")
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(desk)
    assert page.side is None
    assert "还没有生效" in page.note.text

    desk.sit(Seat(head, "章国平", "校长", HEAD_SIGNER))
    page.tab.open_draft()
    settle(desk)
    assert isinstance(page.side, DraftPanel)
    qtbot.mouseClick(page.side.activate_button, Qt.MouseButton.LeftButton)
    settle(desk)
    with store.reading() as session:
        found = queries.pack_value(session, "attendance.minimum_rate", on=TODAY)
    assert found is not None
    assert (found.shown, found.pack_version) == ("75%", 2)


def test_whoever_entered_it_cannot_press_the_button(page: OfficePage, desk: Desk, store: Store, clerk: str):
    store.run(
        actions.set_pack_value, clerk, key="publicity.days", value=5, source="本校校务会", mark=Certainty.UNVERIFIED,
        effective_from=TODAY, signer=CLERK_SIGNER,
    )  # fmt: skip
    page.reload()
    settle(desk)

    page.tab.open_draft()

    assert isinstance(page.side, DraftPanel)
    assert not page.side.activate_button.isEnabled()
    assert "要请另一位操作人" in page.side.note.text


def test_a_file_that_is_no_pack_gets_its_sentence(page: OfficePage, desk: Desk, tmp_path: Path):
    said: list[str] = []
    desk.told.connect(said.append)
    for name, content in (
        ("a.toml", b"\xff\xfe\x00"),
        ("b.toml", b"[pack]"),
        ("c.toml", b"x" * 1_000_001),
    ):
        (tmp_path / name).write_bytes(content)
        page.tab.take_file(str(tmp_path / name))
        settle(desk)

    assert [sentence.split("。")[0].split("：")[0] for sentence in said] == [
        "这个文件读不出文字，不是规则包", "规则包缺少内容或有不认识的写法", "这个文件太大，不是规则包",
    ]  # fmt: skip


def test_a_new_operator_gets_her_key_from_the_door(qtbot: Any, desk: Desk, store: Store):
    given: list[tuple[str, str]] = []

    class Door:
        def give(self, staff_id: str, name: str, password: str) -> str:
            given.append((name, password))
            return "ab" * 32

        def take(self, staff_id: str) -> None:
            given.append((staff_id, "taken"))

    desk.sit(replace(desk.seat, door=Door()))
    page = OfficePage(desk, {})
    qtbot.addWidget(page)
    page.show()
    page.arrive({"tab": "staff"})
    settle(desk)
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.inputs["name"].setText("俞建国")
    panel.form.inputs["role"].choose(Role.TRAINER)
    qtbot.keyClicks(panel.form.inputs["password"], "123")
    panel.submit()
    assert set(panel.form.faults()) == {"password"}

    panel.form.inputs["password"].setText("shui xiang 2026 wu")
    panel.submit()
    settle(desk)

    assert given == [("俞建国", "shui xiang 2026 wu")]
    with store.reading() as session:
        assert ("俞建国", True) in [(row.name, row.has_key) for row in queries.staff_list(session)]


def test_the_school_is_changed_and_what_is_missing_says_so(
    page: OfficePage, qtbot: Any, desk: Desk, store: Store
):
    page.arrive({"tab": "school"})
    settle(desk)
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(desk)
    panel = page.side
    assert isinstance(panel, FormPanel)

    panel.form.inputs["head_name"].setText("章国平")
    panel.submit()
    settle(desk)

    with store.reading() as session:
        card = queries.school_card(session)
    assert card is not None
    assert (card.head_name, card.name, card.phone) == ("章国平", "柯桥区兰亭街道成人文化技术学校", None)


def test_unsaved_words_are_not_lost_by_going_to_another_tab(page: OfficePage, qtbot: Any, desk: Desk):
    page.tab.table.select_row(0)
    qtbot.keyClick(page.tab.table, Qt.Key.Key_Return)
    panel = page.side
    assert isinstance(panel, FormPanel)
    qtbot.keyClicks(panel.form.inputs["value"], "75")

    page.switch.chosen.emit("staff")

    assert page.tab.key == "packs"
    assert page.side is panel
    assert "还有没保存的内容" in panel.note.text


def test_letter_size_is_remembered_on_this_pc(page: OfficePage, desk: Desk):
    page.arrive({"tab": "display"})

    page.tab.sizes.chosen.emit("huge")

    assert desk.memory.recall("text.size") == "huge"
