"""Tables: sorting, keeping what is selected, copying out, a million rows by pages."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from kqdesk.desk.cells import Column
from kqdesk.desk.memory import Memory
from kqdesk.desk.paged import Ids, PagedModel
from kqdesk.desk.table import RowsModel, TableView
from tests.desk import fakes


def names(table):
    return [row.name for row in table.model().rows]


def shown(qtbot, things, **kw):
    table = TableView(fakes.COLUMNS, **kw)
    qtbot.addWidget(table)
    table.resize(1000, 400)
    with qtbot.waitExposed(table):
        table.show()
    table.show_rows(things)
    return table


def test_names_sort_by_pinyin_and_empty_numbers_come_last(themed, qtbot):
    table = shown(qtbot, fakes.some_things(5))

    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    by_name = names(table)
    table.sortByColumn(3, Qt.SortOrder.AscendingOrder)

    assert by_name == ["陈秀英", "李小燕", "沈月琴", "王建国", "章国平"]
    assert [row.count for row in table.model().rows] == [7, 14, 21, 28, 0]


def test_selection_survives_a_reload_that_moves_rows(themed, qtbot):
    things = fakes.some_things(6)
    table = shown(qtbot, things)
    table.select_row(4)

    table.show_rows(things[2:])

    assert [row.id for row in table.selected()] == [things[4].id]
    assert table.current().id == things[4].id


def test_the_same_rows_again_do_not_reset_the_table(themed, qtbot):
    model = RowsModel(fakes.COLUMNS)
    things = fakes.some_things(3)
    model.show_rows(things)

    with qtbot.assertNotEmitted(model.modelReset):
        stayed = model.show_rows(list(things))

    assert stayed


def test_copy_gives_excel_its_tabs(themed, qtbot):
    table = shown(qtbot, fakes.some_things(3))
    table.selectAll()

    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    plain = QGuiApplication.clipboard().text().split("\n")
    qtbot.keyClick(
        table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    headed = QGuiApplication.clipboard().text().split("\n")

    assert [line.split("\t")[:2] for line in plain] == [
        ["陈秀英", "柯桥街道"],
        ["王建国", "柯岩街道"],
        ["沈月琴", "兰亭街道"],
    ]
    assert headed[0].split("\t") == ["姓名", "镇街", "身份证号", "已修学时", "状态", "备注"]
    assert headed[1:] == plain


def test_enter_opens_and_the_eye_asks(themed, qtbot):
    things = fakes.some_things(3)
    table = shown(qtbot, things)
    opened, asked = [], []
    table.opened.connect(opened.append)
    table.reveal_asked.connect(lambda row, column: asked.append((row.id, column)))

    table.select_row(1)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    cell = table.visualRect(table.model().index(2, 2))
    eye = table._delegate.eye_rect(cell, things[2].code).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=eye)

    assert opened == [things[1]]
    assert asked == [(things[2].id, 2)]


def test_nothing_is_shown_as_none(themed):
    column = Column[fakes.Thing]("备注", lambda t: None)

    assert column.shown(fakes.some_things(1)[0]) == ""


def test_column_widths_are_remembered(themed, qtbot, tmp_path):
    memory = Memory(tmp_path / "screen.json")
    shown(qtbot, [], name="things", memory=memory).setColumnWidth(1, 222)

    again = shown(qtbot, [], name="things", memory=Memory(tmp_path / "screen.json"))

    assert again.columnWidth(1) == 222


def test_ids_come_out_as_they_went_in():
    ids = [f"{n:032x}" for n in range(7)]

    packed = Ids(ids)

    assert len(packed) == 7
    assert packed.cut(2, 5) == ids[2:5]
    assert packed.cut(6, 9) == ids[6:]


def test_a_long_list_fetches_only_what_is_looked_at(qtbot, small_desk):
    things = {t.id: t for t in fakes.some_things(5_000)}
    fetched = []

    def fetch(session, ids):
        fetched.append(len(ids))
        return [things[i] for i in ids]

    model = PagedModel(small_desk, fakes.COLUMNS, fetch, key=lambda t: t.id)
    table = TableView(fakes.COLUMNS)
    qtbot.addWidget(table)
    table.setModel(model)
    table.resize(900, 400)
    model.show_ids(list(things))
    with qtbot.waitExposed(table):
        table.show()
    qtbot.waitUntil(lambda: not small_desk.is_busy)
    first = model.index(0, 0).data()
    table.scrollToBottom()
    table.viewport().repaint()
    qtbot.waitUntil(lambda: not small_desk.is_busy)

    assert first == "陈秀英"
    assert model.index(4_999, 0).data() == fakes.NAMES[4_999 % len(fakes.NAMES)]
    assert fetched == [200, 200]
    table.select_row(4_999)
    assert [t.id for t in table.selected()] == [f"{4_999:032x}"]
