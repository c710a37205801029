"""A15: annual figures in the whole window: from 工作台 to the names, the year switched, frozen, and the form of the district."""

from pathlib import Path

import openpyxl
from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.shell import Shell
from kqdesk.kernel.resources import resource
from kqdesk.rooms.reports import actions, queries
from kqdesk.rooms.reports.page.behind import BehindPanel
from kqdesk.rooms.reports.page.screen import SAMPLES
from kqdesk.rooms.reports.rules import counted, school_year
from kqdesk.rooms.reports.terms import YearKind
from kqdesk.store.store import Store
from tests.journeys.keyboard import CTRL, NONE, go, press, save, shell
from tests.reports.world import make_world

__all__ = ["shell"]


def test_from_what_is_behind_to_the_person(qtbot, shell: Shell, desk: Desk, store: Store, clerk: str) -> None:
    world = make_world(store, clerk)
    store.run(
        actions.set_target, clerk, figure="social_training", year=2026, value=2_000, source="柯教〔2026〕3 号"
    )
    home = go(shell, "home")
    row = next(row for row in home.rows if row.key == "plan-social_training")
    press(qtbot, shell, row, (Qt.Key.Key_Return, NONE))
    panel = shell.page.side
    assert isinstance(panel, BehindPanel)
    counts = sum(one.count for one in panel.names.model().rows)
    panel.names.select_row([one.person_id for one in panel.names.model().rows].index(world.people["a"]))
    press(qtbot, shell, panel.names, (Qt.Key.Key_Return, NONE))

    assert (panel.figure.shown, counts) == ("44 人次", 44)
    assert shell.page is go(shell, "people")


def test_the_same_number_on_the_page_in_the_frozen_report_and_in_the_districts_form(
    qtbot, shell: Shell, desk: Desk, store: Store, clerk: str, tmp_path: Path, monkeypatch
) -> None:
    make_world(store, clerk)
    page = go(shell, "figures")
    page.tab.kind.choose(YearKind.SCHOOL)
    page.tab._on_kind(YearKind.SCHOOL)
    shots.settle(desk)
    shown = {one.id: one.figure.value for one in page.tab.table.model().rows}
    press(qtbot, shell, page, (Qt.Key.Key_D, CTRL))
    save(qtbot, shell, page)
    with store.reading() as session:
        [frozen] = queries.frozen_reports(session)
        kept = {line.figure: line.value for line in queries.frozen_report(session, frozen.id)[1]}
        again = counted(
            queries.desk_facts(session, school_year(2025, until=frozen.period.end)), "registered"
        ).value
    filled = _form(qtbot, shell, tmp_path, monkeypatch)

    assert kept == shown
    assert (filled["B4"].value, filled["C4"].value) == (shown["registered"], shown["completed"]) == (again, 0)


def _form(qtbot, shell: Shell, tmp_path: Path, monkeypatch):
    target = tmp_path / "统计.xlsx"
    name = SAMPLES[0][0]
    files = "kqdesk.rooms.reports.page.screen.QFileDialog"
    monkeypatch.setattr(f"{files}.getSaveFileName", lambda *_: (str(target), ""))
    page = go(shell, "reports")
    page.look_at(resource(f"templates/{name}"))
    shots.settle(shell.desk)
    save(qtbot, shell, page)
    page.table.select_row(0)
    press(qtbot, shell, page.table, (Qt.Key.Key_Return, NONE))
    save(qtbot, shell, page, subject="school-2025")
    assert page.note.text == "这些字段没有数，表里空着：教职工数、专任教师数、校长。"
    return openpyxl.load_workbook(target).active
