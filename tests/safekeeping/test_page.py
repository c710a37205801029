"""审计与备份 with real keys: look up, open, check, export; back up, prove, carry, drill, preview a restore."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kqdesk.backup.policy import Reason
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.form import FormPanel
from kqdesk.desk.shots import settle
from kqdesk.rooms.people.actions import edit_person
from kqdesk.rooms.safekeeping.page import SafekeepingPage
from kqdesk.rooms.safekeeping.page.entry import EntryPanel
from kqdesk.rooms.safekeeping.page.preview import RestorePanel
from kqdesk.security.roles import Role
from kqdesk.store import engine
from tests.safekeeping.conftest import Ground

HEADS = (("花名册", ("新建人员", "修改人员", "删除人员", "查看完整证件号")), ("地方", ("新建村社",)))


@pytest.fixture
def page(qtbot: QtBot, seated: Desk) -> SafekeepingPage:
    made = SafekeepingPage(seated, {}, heads=lambda: HEADS)
    qtbot.addWidget(made)
    made.resize(1166, 690)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.arrive({})
    settle(seated)
    return made


def lines(page: SafekeepingPage) -> list[str]:
    """The words of the list, as the model shows them."""
    model = page.tab.table.model()
    for row in range(model.rowCount()):
        model.row(model.index(row, 0))
    settle(page.desk)
    return [model.data(model.index(row, 4)) for row in range(model.rowCount())]


def test_the_list_is_found_and_opened_by_keys(page: SafekeepingPage, qtbot: QtBot) -> None:
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    page.search.setText("李夏明")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    settle(page.desk)
    found = lines(page)

    page.tab.table.select_row(0)
    page.tab.table.setFocus()
    qtbot.keyClick(page.tab.table, Qt.Key.Key_Return)
    settle(page.desk)
    panel = page.side

    assert found == ["删除人员：李夏明", "新建人员：李夏明"]
    assert isinstance(panel, EntryPanel)
    assert panel.heading.text() == "删除人员：李夏明"
    assert ("姓名", "李夏明") in {(row.label, row.old) for row in panel.table.model().rows}
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert page.side is None


def test_the_rooms_filter_and_the_days(page: SafekeepingPage) -> None:
    page.tab.room.choose("地方")
    page.tab.room.chosen.emit("地方")
    settle(page.desk)
    places = lines(page)
    page.tab.since.setText("2026-03-3")
    page.tab.since.textEdited.emit("2026-03-3")
    settle(page.desk)

    assert places == ["新建村社：溪南村"]
    assert lines(page) == []
    assert page.tab.words() == "地方，从哪天 2026-03-3"


def test_masked_until_looked_at_on_purpose(page: SafekeepingPage, qtbot: QtBot) -> None:
    lines(page)
    page.tab.open_entry(page.tab.model.row(page.tab.model.index(6, 0)))
    settle(page.desk)
    panel = page.side
    phone = next(row for row in panel.table.model().rows if row.label == "电话")

    qtbot.mouseClick(panel.reveal, Qt.MouseButton.LeftButton)
    settle(page.desk)

    assert phone.new == "138****5678"
    assert next(row for row in panel.table.model().rows if row.label == "电话").new == "13812345678"
    assert lines(page)[0] == "查看操作记录的完整内容：第 4 条"


def test_checking_now_says_and_notes_that_all_is_well(page: SafekeepingPage, qtbot: QtBot) -> None:
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(page.desk)

    assert "每一行都和记录一致" in page.note.text
    assert "沈月琴，全部完好" in page.tab.standing.text()
    assert lines(page)[0] == "核对操作记录：全部完好"


def test_a_row_changed_outside_is_named(page: SafekeepingPage, ground: Ground) -> None:
    raw = engine.connect(ground.school.layout.database, ground.school.key.raw_pragma())
    raw.execute("DROP TRIGGER journal_village_update")
    raw.execute("UPDATE village SET name='别的村'")
    raw.close()

    page.tab.start_new()
    settle(page.desk)

    assert "「村社」的一条记录" in page.note.text
    assert "与操作记录不一致" in page.tab.standing.text()


def test_exporting_leaves_two_files_and_a_trace(page: SafekeepingPage, tmp_path: Path) -> None:
    page.tab.export_to(tmp_path / "记录.xlsx")
    settle(page.desk)

    assert sorted(path.name for path in tmp_path.glob("记录*")) == ["记录.kqproof", "记录.xlsx"]
    assert lines(page)[0] == "导出操作记录：10 条，记录.xlsx"
    assert "已导出 10 条" in page.note.text


def test_who_may_not_look_sees_why(page: SafekeepingPage, ground: Ground) -> None:
    page.desk.sit(Seat("somebody", "谁", Role.TRAINER.label))
    settle(page.desk)

    assert page.is_blank


# --- backups ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(page: SafekeepingPage, ground: Ground) -> Any:
    """The other tab, with one backup made an hour ago and one change since."""
    ground.school.back_up(Reason.HOURLY)
    ground.act(edit_person, person_id=ground.mao, changes={"village": "阮港村"})
    ground.clock.forward(hours=1)
    page.arrive({"tab": "backups"})
    settle(page.desk)
    return page.tab


def test_a_backup_is_made_proved_carried_and_drilled(page, shelf, qtbot: QtBot, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()

    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(page.desk)
    made = page.note.text
    shelf.table.select_row(0)
    shelf.prove_selected()
    settle(page.desk)
    proved = page.note.text
    shelf.carry(shelf.table.current().path, stick)
    settle(page.desk)
    carried = page.note.text
    shelf.drill()
    settle(page.desk)

    assert "已备份并核对" in made
    assert "这份备份是好的" in proved
    assert "安全弹出" in carried
    assert "演练成功" in page.note.text
    assert [row.reason for row in shelf.shown.rows] == [Reason.MANUAL, Reason.HOURLY]
    assert len(list(stick.glob("*.kqbackup"))) == 1
    assert shelf.facts["U 盘"].text().endswith(f"拷到 {stick}")
    page.arrive({"tab": "journal"})
    settle(page.desk)
    assert [line.partition("：")[0] for line in lines(page)[:2]] == ["恢复演练", "备份拷到U盘"]


def test_a_damaged_one_says_why_and_names_another(page, shelf, ground: Ground) -> None:
    ground.clock.forward(hours=1)
    bad = ground.school.back_up(Reason.DAILY).path
    raw = bytearray(bad.read_bytes())
    raw[len(raw) // 2] ^= 1
    bad.write_bytes(raw)
    shelf.reload()
    settle(page.desk)

    shelf.table.select_row(0)
    shelf.prove_selected()
    settle(page.desk)

    assert "文件内容已损坏" in page.note.text
    assert "可以改用" in page.note.text


def test_what_a_restore_would_change_is_shown_before(page, shelf, qtbot: QtBot) -> None:
    asked: list[Any] = []
    page.desk.restore_asked.connect(lambda path, code: asked.append((path, code)))
    shelf.table.select_row(0)
    shelf.table.setFocus()

    qtbot.keyClick(shelf.table, Qt.Key.Key_Return)
    settle(page.desk)
    panel = page.side
    told, lost = panel.told.text(), [row.label for row in panel.lost.model().rows]
    qtbot.keyClick(panel.go, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: asked != [])

    assert isinstance(panel, RestorePanel)
    assert "少掉这份备份之后的 1 步操作" in told
    assert lost == ["修改人员：王阿毛"]
    assert asked == [(shelf.shown.rows[0].path, "")]


def test_the_reminder_is_the_schools_to_set(page, shelf, qtbot: QtBot) -> None:
    shelf.ask_days()
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.inputs["days"].setText("3")
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(page.desk)

    assert shelf.shown.days == 3


def test_who_only_audits_may_look_but_not_carry(page, shelf, ground: Ground) -> None:
    seat = page.desk.seat
    page.desk.sit(Seat(ground.guo, "章国平", Role.AUDITOR.label, keeper=seat.keeper))
    settle(page.desk)

    shelf.table.select_row(0)
    shelf.preview(shelf.table.current())

    assert page.note.text == "恢复备份要由校长或教务来做。"
    assert [tool.isEnabled() for tool in shelf.tools] == [False, True, False, False, False]
