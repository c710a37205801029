"""培训师 with real keys: the form, the week, the papers."""

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt

from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.listimport import ListImportDialog
from kqdesk.desk.shots import settle
from kqdesk.rooms.trainers import actions, queries
from kqdesk.rooms.trainers.page import TrainersPage
from kqdesk.rooms.trainers.page.papers import PapersPanel, WeekPanel
from kqdesk.rooms.trainers.page.week import WeekGrid
from kqdesk.rooms.trainers.rules import Span
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.store import Store
from tests.trainers.test_sheets import book


@pytest.fixture
def page(qtbot: Any, desk: Desk) -> TrainersPage:
    made = TrainersPage(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 690)
    made.show()
    made.arrive({})
    settle(desk)
    return made


@pytest.fixture
def trainer(store: Store, clerk: str, page: TrainersPage, desk: Desk) -> str:
    made = store.run(
        actions.add_trainer, clerk, name="单志明", source=TrainerSource.LOCAL_TALENT, pay_level=PayLevel.MIDDLE,
        phone="13857500001",
    ).value  # fmt: skip
    page.reload()
    settle(desk)
    page.table.select_row(0)
    return made


def test_a_trainer_is_typed_in_and_her_phone_is_masked(
    page: TrainersPage, qtbot: Any, desk: Desk, store: Store
):
    assert page.is_blank
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.inputs["name"].setText("钱秀珍")
    qtbot.keyClicks(panel.form.inputs["phone"], "13857500002")
    panel.form.inputs["source"].choose(TrainerSource.SCHOOL_STAFF)
    panel.form.inputs["pay_level"].choose(PayLevel.ASSOCIATE)
    panel.form.inputs["ticked"].show_value(("智能生活",))
    panel.form.inputs["typed"].setText("手机摄影")

    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(desk)

    [row] = page.table.model().rows
    assert (row.name, row.specialities) == ("钱秀珍", ("智能生活", "手机摄影"))
    assert [column.shown(row) for column in page.table.model().columns][:5] == [
        "钱秀珍", "", "智能生活、手机摄影", "没问过", "138****0002",
    ]  # fmt: skip


def test_the_week_is_ticked_by_keys_and_saved_as_one_act(
    page: TrainersPage, trainer: str, qtbot: Any, desk: Desk, store: Store
):
    page.open_week()
    settle(desk)
    panel = page.side
    assert isinstance(panel, WeekPanel)
    week = panel.week

    qtbot.keyClick(week, Qt.Key.Key_Right)
    for _ in range(20):
        qtbot.keyClick(week, Qt.Key.Key_Down)
    qtbot.keyClick(week, Qt.Key.Key_Space)
    for _ in range(3):
        qtbot.keyClick(week, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(desk)

    with store.reading() as session:
        assert queries.availability(session, trainer) == [Span(2, 18 * 60, 20 * 60)]
    assert page.side is None
    assert page.table.model().rows[0].times_shown == "周二 18:00—20:00"


def test_dragging_ticks_and_dragging_again_unticks(qtbot: Any):
    week = WeekGrid()
    qtbot.addWidget(week)
    week.resize(400, 400)
    week.show()
    week.show_spans([Span(3, 6 * 60, 8 * 60)])
    top, bottom = (week._cell_rect((5, row)).center() for row in (2, 4))

    for expected in ([Span(3, 360, 480), Span(5, 540, 630)], [Span(3, 360, 480)]):
        qtbot.mousePress(week, Qt.MouseButton.LeftButton, pos=top)
        qtbot.mouseMove(week, QPoint(top.x(), (top.y() + bottom.y()) // 2))
        qtbot.mouseMove(week, bottom)
        qtbot.mouseRelease(week, Qt.MouseButton.LeftButton, pos=bottom)

        assert week.spans() == expected


def test_ready_made_times(qtbot: Any):
    week = WeekGrid()
    qtbot.addWidget(week)

    week.put(range(1, 6), 18 * 60, 21 * 60)

    assert week.spans() == [Span(day, 1080, 1260) for day in range(1, 6)]
    week.clear()
    assert week.spans() == []


def test_papers_are_typed_in_a_grid(
    page: TrainersPage, trainer: str, qtbot: Any, desk: Desk, store: Store, clerk: str
):
    store.run(
        actions.set_qualifications, clerk, trainer_id=trainer,
        papers=[actions.Qualification("教师资格证", expires_on=date(2026, 1, 1))],
    )  # fmt: skip
    page.open_papers()
    settle(desk)
    panel = page.side
    assert isinstance(panel, PapersPanel)
    model = panel.grid.grid_model
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert page.side is None

    page.open_papers()
    settle(desk)
    panel = page.side
    assert isinstance(panel, PapersPanel)
    model = panel.grid.grid_model
    model.setData(model.index(0, 4), "2026.13.1", Qt.ItemDataRole.EditRole)
    panel.save()
    assert "有标红的格子" in panel.note.text
    model.setData(model.index(0, 4), "2030.1.1", Qt.ItemDataRole.EditRole)
    panel.save()
    settle(desk)

    with store.reading() as session:
        assert [(p.title, p.expires_on) for p in queries.qualifications(session, trainer)] == [
            ("教师资格证", date(2030, 1, 1))
        ]


def test_delete_takes_out_of_use_and_undo_brings_back(
    page: TrainersPage, trainer: str, qtbot: Any, desk: Desk
):
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settle(desk)
    assert page.is_blank

    desk.undo()
    settle(desk)

    assert [row.name for row in page.table.model().rows] == ["单志明"]


def test_everybodys_week_stands_side_by_side(
    page: TrainersPage, trainer: str, desk: Desk, store: Store, clerk: str
):
    store.run(actions.set_availability, clerk, trainer_id=trainer, spans=[Span(2, 18 * 60, 21 * 60)])
    page.view.choose("week")
    page.reload()
    settle(desk)

    model = page.week.model()
    assert page.shelf.currentWidget() is page.week
    assert [model.index(0, column).data() for column in (0, 1, 2, 3)] == ["单志明", "", "18:00—21:00", ""]


def test_a_list_is_let_in_by_the_dialog(
    page: TrainersPage, qtbot: Any, desk: Desk, store: Store, tmp_path: Any
):
    page.import_list(book(tmp_path / "名单.xlsx"))
    settle(desk)
    [dialog] = page.findChildren(ListImportDialog)
    assert [row.fault for row in dialog.table.model().rows] == [
        "C “138575”不是电话号码。",
        "没有写姓名。",
        "",
    ]

    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(desk)

    with store.reading() as session:
        assert [row.name for row in queries.trainers(session, on=date(2026, 3, 2))] == ["单志明"]


def test_the_account_is_typed_in(page: TrainersPage, trainer: str, qtbot: Any, desk: Desk):
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.inputs["bank"].setText("柯桥农商银行")
    qtbot.keyClicks(panel.form.inputs["account"], "201000123456789")
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(desk)

    assert page.rows[0].account == "***********6789"
