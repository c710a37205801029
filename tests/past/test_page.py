"""历史台账 with real keys: import, lines, whose they are, check by another."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk, Seat
from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.rooms.past import queries
from kqdesk.rooms.past.page import SOURCE, PastPage
from kqdesk.rooms.past.page.lines import RecordForm
from kqdesk.rooms.past.page.screen import LedgersTab, RecordsTab
from kqdesk.rooms.past.terms import LedgerState
from kqdesk.security.roles import Role
from tests.conftest import HEAD, HEAD_SIGNER
from tests.past.test_past import ROWS, TITLES, TODAY

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(qtbot, desk: Desk) -> Iterator[PastPage]:
    made = PastPage(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 676)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.arrive({})
    assert shots.settle(desk)
    yield made
    shots.settle(desk)


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    path = tmp_path / "台账.xlsx"
    write_table(path, "台账", [OutColumn(title, 14) for title in TITLES], ROWS)
    return path


def ledgers_of(page: PastPage) -> LedgersTab:
    tab = page.tabs[0]
    assert isinstance(tab, LedgersTab)
    return tab


def imported(qtbot, page: PastPage, desk: Desk, path: Path) -> str:
    tab = ledgers_of(page)
    tab.import_file(path)
    assert shots.settle(desk, 30)
    assert tab.dialog is not None
    dialog = tab.dialog
    words = dialog.words.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert shots.settle(desk, 30)
    with qtbot.waitActive(page):
        page.activateWindow()
    return words


def test_an_empty_room_says_what_it_is_for(page: PastPage) -> None:
    assert page.is_blank


def test_import_shows_what_is_wrong_and_takes_the_rest(
    qtbot, page: PastPage, desk: Desk, ledger_file: Path
) -> None:
    words = imported(qtbot, page, desk, ledger_file)

    [row] = ledgers_of(page).table.model().rows
    assert words == (
        "读到 4 行，1 行有错，改好以后再导入那几行。3 人花名册里还没有，会一起建好。导入的都标「补录」，算不算按规则包。"
    )
    assert (row.title, row.years, row.lines, row.state) == ("台账", "2006–2009", 3, LedgerState.ENTERED)


def test_the_fault_file_can_be_written(page: PastPage, desk: Desk, ledger_file: Path, tmp_path: Path) -> None:
    tab = ledgers_of(page)
    tab.import_file(ledger_file)
    shots.settle(desk, 30)
    assert tab.dialog is not None

    tab.dialog.save_faults(tmp_path / "错.xlsx")
    shots.settle(desk, 30)

    assert (tmp_path / "错.xlsx").exists()
    assert tab.dialog.note.text == "已存为 错.xlsx：错的格子是红的，最后一列写了原因。"


def test_a_line_is_opened_and_mended(qtbot, page: PastPage, desk: Desk, ledger_file: Path) -> None:
    imported(qtbot, page, desk, ledger_file)
    tab = ledgers_of(page)
    tab.table.select_row(0)
    qtbot.keyClick(tab.table, Qt.Key.Key_Return)
    shots.settle(desk)
    lines = page.tab
    assert isinstance(lines, RecordsTab)
    lines.table.select_row(2)
    qtbot.keyClick(lines.table, Qt.Key.Key_Return)
    shots.settle(desk)
    form = page.side
    assert isinstance(form, RecordForm)

    form.form.inputs["hours"].setText("80")
    qtbot.keyClick(form, Qt.Key.Key_Return, CTRL)
    shots.settle(desk)

    assert [(r.name, r.line.hours) for r in lines.table.model().rows] == [
        ("王建国", 120),
        ("陈美", 120),
        ("李四", 80),
    ]


def test_another_person_checks_with_the_keyboard(
    qtbot, page: PastPage, desk: Desk, ledger_file: Path
) -> None:
    imported(qtbot, page, desk, ledger_file)
    desk.seat = Seat(HEAD, "章国平", Role.HEADMASTER.label, HEAD_SIGNER)
    tab = ledgers_of(page)
    tab.table.select_row(0)

    qtbot.keyClick(page, Qt.Key.Key_J, CTRL)
    shots.settle(desk)

    with desk.store.reading() as session:
        [row] = queries.ledgers(session)
        rows = queries.records(session, on=TODAY, ledger_id=row.id)
        hits = SOURCE.find(session, "0912001", 5)
    assert (row.state, row.checked_by) == (LedgerState.CHECKED, "章国平")
    assert {why for one in rows for why in one.why.values()} == {
        "规则包没有写明补录的学时算不算（未配置）", "规则包没有写明补录的技能证书算不算（未配置）"
    }  # fmt: skip
    assert [hit.title for hit in hits] == ["王建国　2009年缝纫工培训班"]
