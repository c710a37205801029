"""Stories A7 (the roll in a village hall) and A14 (pay at the month's end), by keyboard and forms."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.form import FormDialog
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.theme import apply_theme
from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.rooms.attendance import actions, queries
from kqdesk.rooms.attendance.page import PAGE
from kqdesk.rooms.attendance.page.leave import LeaveDialog
from kqdesk.rooms.attendance.page.online import OnlineDialog
from kqdesk.rooms.attendance.page.rates import RatesDialog
from kqdesk.rooms.attendance.terms import Mark, PayState
from kqdesk.rooms.people import actions as people
from kqdesk.rooms.people.model import Person
from kqdesk.store.actions import Writing, action
from tests.attendance.conftest import Cohort
from tests.attendance.packs import put_pack
from tests.attendance.test_pay import RATES, held, rolled

__all__ = ["held"]
CTRL = Qt.KeyboardModifier.ControlModifier


def opened(qtbot, desk: Desk, context: dict[str, str] | None = None):
    """The page as somebody opens it."""
    apply_theme(QApplication.instance())
    page = PAGE.factory(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 700)
    page.show()
    page.arrive(context or {})
    shots.settle(desk)
    return page


def form(page) -> FormDialog:
    """The small window over the page."""
    [dialog] = [one for one in page.findChildren(FormDialog) if one.isVisible()]
    return dialog


def test_a7_leave_roll_walk_in_and_lock_by_time(qtbot, store, desk, clock, clerk, cohort: Cohort) -> None:
    put_pack(store, {})
    page = opened(qtbot, desk)

    qtbot.keyClick(page, Qt.Key.Key_F6)  # leave, asked for by phone this afternoon
    shots.settle(desk)
    [leave] = page.findChildren(LeaveDialog)
    leave.form.show_values({"enrolment_id": cohort.learners[4], "reason": "加班"})
    qtbot.keyClick(leave, Qt.Key.Key_Return, CTRL)
    shots.settle(desk)
    leave.close()
    page.activateWindow()
    shots.settle(desk)
    qtbot.keyClick(page, Qt.Key.Key_F7)  # somebody came who is not on the list
    dialog = form(page)
    dialog.panel.form.show_values({"name": "罗小妹"})
    dialog.panel.submit()
    shots.settle(desk)
    page.activateWindow()
    shots.settle(desk)
    page.ask_numbers()
    keys = 0
    for key in "3,7,21":
        qtbot.keyClick(page.numbers, key)
        keys += 1
    qtbot.keyClick(page.numbers, Qt.Key.Key_Return)
    qtbot.keyClick(page.table, Qt.Key.Key_F8)
    qtbot.keyClick(page.table, Qt.Key.Key_Return, CTRL)
    shots.settle(desk)
    with store.reading() as session:
        roll = queries.lesson_roll(session, cohort.lessons[1])
    assert roll is not None
    given = [row.mark for row in roll.rows]
    clock.forward(hours=49)
    page.arrive({"lesson": cohort.lessons[1]})
    shots.settle(desk)

    assert keys + 3 <= 15
    assert {mark: given.count(mark) for mark in set(given)} == {
        Mark.PRESENT: 27,
        Mark.ABSENT: 3,
        Mark.EXCUSED: 1,
    }
    assert [row.mark for row in roll.rows if row.name == "罗小妹"] == [Mark.PRESENT]
    assert page.table.is_locked
    assert page.correct_button.isEnabled()


def test_the_leave_shows_beside_the_name_and_is_taken_back(qtbot, store, desk, clerk, cohort: Cohort) -> None:
    day = date(2026, 3, 2)
    store.run(
        actions.add_leave, clerk, enrolment_id=cohort.learners[4], first_on=day, last_on=day, reason="住院"
    )
    page = opened(qtbot, desk)
    line = page.table.lines[4]
    page.show_leave()
    shots.settle(desk)
    [leave] = page.findChildren(LeaveDialog)
    leave.table.select_row(0)
    leave.remove()
    shots.settle(desk)
    rows = leave.table.model().rows
    leave.close()

    assert (line.mark, page.table.model().columns[3].shown(line)) == (Mark.EXCUSED, "住院")
    assert rows == []
    assert page.table.lines[4].mark is None


def test_a_leave_with_a_picture_of_the_note(qtbot, store, desk, cohort: Cohort, tmp_path: Path) -> None:
    note = tmp_path / "假条.jpg"
    note.write_bytes(b"\xff\xd8\xff\xe0 a picture")
    page = opened(qtbot, desk)
    page.show_leave()
    shots.settle(desk)
    [leave] = page.findChildren(LeaveDialog)
    leave.form.show_values({"enrolment_id": cohort.learners[0], "reason": "病假"})
    leave.set_proof(note)
    leave.save()
    shots.settle(desk)
    with store.reading() as session:
        [row] = queries.leaves_of(session, cohort.id)
    leave.close()

    assert [(proof.name, desk.attachments.read(proof.digest)) for proof in row.proofs] == [
        ("假条.jpg", note.read_bytes())
    ]


def test_a14_the_month_is_drawn_up_approved_by_another_and_printed(
    qtbot, store, desk, clock, clerk, head, head_signer, held: str, cohort: Cohort, attachments, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    put_pack(store, {"trainer.pay_rate": RATES})
    rolled(store, clerk, cohort, clock)
    page = opened(qtbot, desk, {"tab": "pay", "month": "2026-03"})
    waiting = page.pay.missing.text()
    page.pay.drawing.setFocus()
    qtbot.keyClick(page.pay.drawing, Qt.Key.Key_Return)
    shots.settle(desk)
    page.pay.approve()
    shots.settle(desk)
    refused = page.note.text
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "课酬.xlsx"), ""))
    page.pay.export()
    page.pay.print_sheet()
    shots.settle(desk, 30)
    [preview] = page.findChildren(PdfPreview)
    preview.close()
    other = Desk(store, Seat(head, "章国平", "校长", signer=head_signer), attachments=attachments)
    second = opened(qtbot, other, {"tab": "pay", "month": "2026-03"})
    second.pay.sheets.select_row(0)
    shots.settle(other)
    second.pay.approving.setFocus()
    qtbot.keyClick(second.pay.approving, Qt.Key.Key_Return)
    shots.settle(other)
    with store.reading() as session:
        [sheet] = queries.pay_sheets(session)
    other.close()

    assert waiting == "还有 1 次课不能计：3月3日 周二「缝纫班」点名还没锁定。去处理"
    assert "另一个人批准" in refused
    assert (tmp_path / "课酬.xlsx").stat().st_size > 4000
    assert (sheet.state, sheet.total_fen, sheet.approved_by) == (PayState.APPROVED, 20000, "章国平")
    assert second.pay.discarding.text() == "作废…"


def test_an_unset_rate_is_named_with_the_way_there(
    qtbot, store, desk, clock, clerk, held: str, cohort: Cohort
) -> None:
    rolled(store, clerk, cohort, clock)
    page = opened(qtbot, desk, {"tab": "pay", "month": "2026-03"})

    assert page.note.text == "中级及以下的课酬标准未配置，填好才能生成课酬表。"


@action("测试证件号")
def number_learners(w: Writing) -> list[str]:
    """Two learners get something a platform knows them by."""
    first, second = w.session.query(Person).order_by(Person.id)[:2]
    first.id_number, second.phone = "330602198503020019", "13800001111"
    return [first.name, second.name]


def test_a_platforms_list_is_looked_over_taken_in_and_accepted(
    qtbot, store, desk, clerk, cohort: Cohort, tmp_path: Path
) -> None:
    names = store.run(number_learners, "system").value
    put_pack(store, {"attendance.online_counts": True})
    path = tmp_path / "平台导出.xlsx"
    columns = [
        OutColumn(title)
        for title in ("姓名", "身份证号", "手机号", "课程名称", "完成时间", "学习时长（分钟）")
    ]
    rows = [
        [names[0], "330602198503020019", "", "消防安全", "2026-02-28 20:10:00", "95"],
        ["", "", "13800001111", "消防安全", "2026/2/28", "1小时30分"],
        ["别的人", "330602198503020019", "", "消防安全", "2026-02-28", "30"],
        ["生人", "330602198503020027", "", "消防安全", "2026-02-28", "30"],
        [names[0], "330602198503020019", "", "消防安全", "2026-02-28", "9999"],
    ]
    write_table(path, "学习记录", columns, rows)
    page = opened(qtbot, desk)
    page.show_rates()
    shots.settle(desk)
    [rates] = page.findChildren(RatesDialog)
    rates.show_online()
    [window] = rates.findChildren(OnlineDialog)
    window.read(path)
    shots.settle(desk, 30)
    faults = [line.fault for line in sorted(window.lines, key=lambda line: line.row)]
    window.platform.setText("柯桥终身学习网")
    window.take()
    shots.settle(desk)
    window.table.selectAll()
    window.accept_rows()
    shots.settle(desk)
    hours = [str(row.rates.hours) for row in rates.table.model().rows[:3]]
    window.close()
    rates.close()

    assert faults[:2] == ["", ""]
    assert faults[2].startswith("表里写的是别的人")
    assert faults[3] == "这个班没有这个身份证号或电话的学员"
    assert faults[4].startswith("时长 9999 分钟")
    assert hours == ["2", "2", "0"]


def test_a_walk_in_is_matched_with_the_roster(qtbot, store, desk, clerk, cohort: Cohort) -> None:
    store.run(actions.add_walk_in, clerk, lesson_id=cohort.lessons[1], name="罗小妹")
    person = store.run(people.add_person, clerk, fields={"name": "罗小妹", "village": "谢桥村"}).value
    page = opened(qtbot, desk)
    page.show_rates()
    shots.settle(desk)
    [rates] = page.findChildren(RatesDialog)
    rates.merge()
    shots.settle(desk)
    dialog = form(rates)
    dialog.panel.form.inputs["person_id"].value = lambda: person
    dialog.panel.submit()
    shots.settle(desk)
    rates.close()
    with store.reading() as session:
        left = queries.walk_ins(session, cohort.id)

    assert left == []


def test_the_trainers_own_mark(qtbot, store, desk, clerk, held: str, cohort: Cohort) -> None:
    page = opened(qtbot, desk)
    page.mark_trainer()
    dialog = form(page)
    dialog.panel.form.show_values({"mark": Mark.LATE, "reason": "堵车"})
    dialog.panel.submit()
    shots.settle(desk)

    assert page.head.trainer.text() == "培训师 阮师傅：迟到"
