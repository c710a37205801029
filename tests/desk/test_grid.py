"""The grid: Enter goes down, paste reads like typing, faults say why."""

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit

from kqdesk.desk.grid import GridColumn, GridEdit, GridFault, GridModel, GridRow, read_block, write_block
from kqdesk.desk.gridview import FaultList, Grid


def score(text):
    if not text.isdigit():
        raise ValueError(f"“{text}”不是分数。")
    if int(text) > 100:
        raise ValueError("满分是 100。")
    return int(text)


COLUMNS = (
    GridColumn("name", "姓名", readonly=True, width=120),
    GridColumn("written", "笔试", parse=score, kind="number"),
    GridColumn("band", "等第", choices=(("a", "优"), ("b", "良"))),
)


def rows(count=4):
    return [GridRow(f"k{n}", {"name": f"学员{n}"}) for n in range(count)]


def shown(qtbot, **kw):
    grid = Grid(COLUMNS, **kw)
    qtbot.addWidget(grid)
    grid.resize(500, 300)
    with qtbot.waitExposed(grid):
        grid.show()
    grid.fill(rows())
    grid.setFocus()
    return grid


def type_text(qtbot, grid, text):
    qtbot.keyClicks(grid.viewport() if grid.state() else grid, text[:1])
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.setText(text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def test_typing_starts_editing_and_enter_goes_down(themed, qtbot):
    grid = shown(qtbot)
    heard = []
    grid.edited.connect(heard.append)

    for text in ("85", "90", "x"):
        type_text(qtbot, grid, text)

    assert heard == [[GridEdit("k0", "written", 85, "85")], [GridEdit("k1", "written", 90, "90")]]
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (3, 1)
    assert grid.faults() == [GridFault(2, "k2", "written", "x", "“x”不是分数。")]
    assert grid.model().index(2, 1).data(Qt.ItemDataRole.ToolTipRole) == "“x”不是分数。"


def test_paste_is_one_act_and_reads_like_typing(themed, qtbot):
    grid = shown(qtbot)
    heard, counts = [], []
    grid.edited.connect(heard.append)
    grid.pasted.connect(lambda *pair: counts.append(pair))
    QGuiApplication.clipboard().setText("85\t优\r\n101\t差\r\n\t良\r\n60\t\r\n77\t优\r\n")

    qtbot.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    assert heard == [
        [
            GridEdit("k0", "written", 85, "85"),
            GridEdit("k0", "band", "a", "优"),
            GridEdit("k2", "band", "b", "良"),
            GridEdit("k3", "written", 60, "60"),
        ]
    ]
    assert counts == [(8, 2)]
    assert [(f.row, f.column, f.reason) for f in grid.faults()] == [
        (1, "written", "满分是 100。"),
        (1, "band", "“差”不在可选的里面：优、良。"),
    ]


def test_read_only_columns_are_passed_over(themed, qtbot):
    grid = shown(qtbot)
    grid.setCurrentIndex(grid.model().index(0, 0))

    taken = grid.paste("新名字\t70")

    assert taken == (1, 1)
    assert grid.values()[0].values == {"name": "学员0", "written": 70, "band": None}


def test_one_value_fills_the_selected_cells(themed, qtbot):
    grid = shown(qtbot)
    for row in range(3):
        grid.selectionModel().select(grid.model().index(row, 1), grid.selectionModel().SelectionFlag.Select)

    grid.paste("60")

    assert [row.values["written"] for row in grid.values()] == [60, 60, 60, None]


def test_delete_clears_in_one_act_and_locked_rows_stay(themed, qtbot):
    grid = shown(qtbot)
    grid.fill(
        [
            GridRow("a", {"written": 1}),
            GridRow("b", {"written": 2}, is_locked=True),
            GridRow("c", {"written": 3}),
        ]
    )
    heard = []
    grid.edited.connect(heard.append)
    grid.setCurrentIndex(grid.model().index(0, 1))
    for row in range(3):
        grid.selectionModel().select(grid.model().index(row, 1), grid.selectionModel().SelectionFlag.Select)

    qtbot.keyClick(grid, Qt.Key.Key_Delete)

    assert heard == [[GridEdit("a", "written", None, ""), GridEdit("c", "written", None, "")]]


def test_enter_steps_over_locked_rows(themed, qtbot):
    grid = shown(qtbot)
    grid.fill([GridRow("a", {}), GridRow("b", {}, is_locked=True), GridRow("c", {})])

    qtbot.keyClick(grid, Qt.Key.Key_Return)
    down = grid.currentIndex().row()
    qtbot.keyClick(grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)

    assert (down, grid.currentIndex().row()) == (2, 0)


def test_the_fault_list_leads_to_the_cell(themed, qtbot):
    grid = shown(qtbot)
    faults = FaultList(grid)
    qtbot.addWidget(faults)

    grid.show_faults({("k2", "written"): "缺考不能有分数。"})
    faults.itemActivated.emit(faults.item(0))

    assert faults.item(0).text() == "第 3 行 笔试：缺考不能有分数。"
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (2, 1)


def test_a_growing_grid_takes_more_rows_than_it_has():
    model = GridModel(COLUMNS, grows=True)
    model.fill(rows(1))

    taken = model.place(0, 1, [["1"], ["2"], ["3"]])

    assert taken == (3, 0)
    assert [row.values["written"] for row in model.values()] == [1, 2, 3]


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6) | st.sampled_from(
    ["a\tb", 'q"q', "l\nl"]
)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=4)
    )
)
def test_what_is_copied_is_what_is_pasted(block):
    if block == [[""]]:
        assert read_block(write_block(block)) in ([], [[""]])
    else:
        assert read_block(write_block(block)) == block
