"""A narrow table: what tells rows apart stays, the rest steps aside and comes back."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.desk.cells import Column
from kqdesk.desk.memory import Memory
from kqdesk.desk.table import RowsModel, TableView
from kqdesk.desk.widths import stepping_aside
from tests.desk import fakes

COLUMNS = (
    Column("姓名", str, is_strong=True),
    Column("镇街", str),
    Column("证件", str, kind="code"),
    Column("状态", str, kind="pill"),
    Column("备注", str),
)


def test_from_the_right_until_it_fits_states_stay():
    assert stepping_aside(COLUMNS, [100, 100, 200, 100, 100], 600) == set()
    assert stepping_aside(COLUMNS, [100, 100, 200, 100, 100], 500) == {4}
    assert stepping_aside(COLUMNS, [100, 100, 200, 100, 100], 310) == {4, 2}
    assert stepping_aside(COLUMNS, [100, 100, 200, 100, 100], 10) == {4, 2, 1}


@settings(max_examples=60)
@given(
    st.lists(st.integers(48, 400), min_size=5, max_size=5), st.integers(0, 2000), st.sets(st.integers(1, 4))
)
def test_what_stays_fits_or_cannot_be_less(widths: list[int], room: int, gone: set[int]):
    aside = stepping_aside(COLUMNS, widths, room, gone=gone)

    stays = {n for n in range(5) if n not in aside and n not in gone}
    assert aside & gone == set()
    assert 0 in stays
    assert sum(widths[n] for n in stays) <= room or stays <= {0, 3}


def test_columns_come_back_when_there_is_room(themed, qtbot):
    table = TableView(fakes.COLUMNS)
    qtbot.addWidget(table)
    table.resize(1200, 300)
    with qtbot.waitExposed(table):
        table.show()
    table.show_rows(fakes.some_things(3))
    everything = [table.isColumnHidden(n) for n in range(len(fakes.COLUMNS))]

    table.resize(360, 300)
    narrow = [table.isColumnHidden(n) for n in range(len(fakes.COLUMNS))]
    said = table.horizontalHeader().toolTip()
    table.resize(1200, 300)

    assert everything == [False] * len(fakes.COLUMNS)
    assert narrow[0] is False
    assert True in narrow
    assert said.startswith("窗口窄，收起了：")
    assert [table.isColumnHidden(n) for n in range(len(fakes.COLUMNS))] == everything
    assert table.horizontalHeader().toolTip() == ""


def test_a_table_that_got_its_model_while_narrow_shows_everything_when_it_is_wide(themed, qtbot):
    memory = Memory(None)
    table = TableView(COLUMNS, name="list", memory=memory)
    qtbot.addWidget(table)
    table.resize(200, 300)
    with qtbot.waitExposed(table):
        table.show()
    table.setModel(RowsModel(COLUMNS, parent=table))

    table.resize(1100, 300)

    assert [table.isColumnHidden(n) for n in range(len(COLUMNS))] == [False] * len(COLUMNS)
    assert memory.recall("widths.list", {}) == {}
