"""The 排摸 page by keyboard: a round, a code typed back, the grid, progress, demand, an import and its undo."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push
from kqdesk.printing.preview import page_text
from kqdesk.rooms.survey import actions, queries
from kqdesk.rooms.survey.page import SurveyPage
from kqdesk.rooms.survey.page.demand import NamesPanel
from kqdesk.rooms.survey.page.entry import COLUMNS, EntryTab
from kqdesk.rooms.survey.page.filling import FillDialog
from kqdesk.rooms.survey.queries import AnswerRow
from kqdesk.rooms.survey.terms import AnswerState
from kqdesk.store.store import Store
from tests.survey.village import LANTING, open_round, settle_village

CTRL = Qt.KeyboardModifier.ControlModifier
Ask = Callable[[], dict[str, AnswerRow]]


@pytest.fixture
def village(store: Store, clerk: str) -> Ask:
    """Five people in an open round; what it gives asks for their rows."""
    settle_village(store, clerk)
    made = open_round(store, clerk)

    def rows() -> dict[str, AnswerRow]:
        with store.reading() as session:
            return {row.name: row for row in queries.answers(session, round_id=made.round_id)}

    return rows


def show(qtbot, desk: Desk, **context: object) -> SurveyPage:
    page = SurveyPage(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 720)
    page.show()
    page.activateWindow()
    page.arrive(context)
    shots.settle(desk)
    return page


def press(
    qtbot, desk: Desk, widget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    qtbot.keyClick(widget, key, modifier)
    shots.settle(desk)


def column(name: str) -> int:
    return [one.name for one in COLUMNS].index(name)


def test_an_empty_school_is_told_what_comes_first(qtbot, desk: Desk, store: Store, clerk: str):
    page = show(qtbot, desk)
    assert page.is_blank
    assert [push.text() for push in page.findChildren(Push) if push.text() == "导入花名册"] == ["导入花名册"]

    settle_village(store, clerk)
    page.reload()
    shots.settle(desk)

    assert [push.text() for push in page.findChildren(Push) if push.text() == "新建排摸轮次"] == [
        "新建排摸轮次"
    ]


def test_a_round_is_opened_by_keys(qtbot, desk: Desk, store: Store, clerk: str):
    settle_village(store, clerk)
    page = show(qtbot, desk, tab="rounds")

    press(qtbot, desk, page, Qt.Key.Key_N, CTRL)
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.show_values(
        {
            "title": "2026 春",
            "starts_on": desk.today(),
            "ends_on": desk.today(),
            "townships": (LANTING,),
            "villages": "溪南村、 柯家坞村",
        }
    )
    press(qtbot, desk, panel, Qt.Key.Key_Return, CTRL)

    assert page.round is not None
    assert (page.round.title, page.round.total, page.round.area) == (
        "2026 春",
        5,
        "兰亭街道 · 溪南村、柯家坞村",
    )


def test_a_typed_code_opens_its_row_and_saving_waits_for_the_next(qtbot, desk: Desk, village: Ask):
    page = show(qtbot, desk, tab="entry")
    wang = village()["王小妹"]
    assert page.search is not None

    qtbot.keyClicks(page.search, wang.code)
    press(qtbot, desk, page.search, Qt.Key.Key_Return)
    panel = page.side
    assert isinstance(panel, FormPanel)
    assert panel.heading.text().startswith("王小妹")
    qtbot.keyClicks(panel.form.inputs["skills"], "CNC PLC")
    press(qtbot, desk, panel, Qt.Key.Key_Return, CTRL)

    told = village()["王小妹"]
    assert (told.state, told.skills) == (AnswerState.ANSWERED, ("CNC", "PLC"))
    assert page.side is None
    assert page.search.selectedText() == wang.code


def test_a_wrong_digit_is_told(qtbot, desk: Desk, village: Ask):
    page = show(qtbot, desk, tab="entry")
    assert page.search is not None

    qtbot.keyClicks(page.search, "1000010")
    press(qtbot, desk, page.search, Qt.Key.Key_Return)

    assert page.note.text == "排摸码 1000010 有一位不对，请再看一眼纸上的。"
    assert page.side is None


def test_typing_down_the_grid_saves_every_cell(qtbot, desk: Desk, village: Ask):
    page = show(qtbot, desk, tab="entry")
    tab = page.tab
    assert isinstance(tab, EntryTab)
    grid = tab.grid
    grid.setCurrentIndex(grid.grid_model.index(0, column("times")))
    grid.setFocus()

    qtbot.keyClicks(grid, "1")
    editor = grid.findChild(QLineEdit, "gridcell")
    qtbot.keyClicks(editor, " 2")
    press(qtbot, desk, editor, Qt.Key.Key_Return)
    grid.paste("学历提升\n9")
    shots.settle(desk)

    first, second = list(village().values())[:2]
    assert (first.times, first.state) == (("evening", "weekend_day"), AnswerState.ANSWERED)
    assert second.times == ()
    assert [fault.reason[:12] for fault in grid.faults()] == [
        "“学历提升”不在可选的里",
        "“9”不在可选的里面：1",
    ]


def test_progress_leads_to_names_and_demand_too(qtbot, desk: Desk, store: Store, clerk: str, village: Ask):
    ids = village()
    wishes = {"skills": ["电工"], "times": ["evening"]}
    store.run(actions.put_answers, clerk, changes={ids[name].id: wishes for name in ("陈建国", "王小妹")})
    page = show(qtbot, desk)
    went: list[dict[str, object]] = []
    desk.opened.connect(lambda _, context: went.append(dict(context)))
    table = page.tab.table  # type: ignore[attr-defined]  # the progress tab's
    assert page.foot.text() == "应排摸 5 人 · 问到 2 人（40%） · 已答 2 人 · 已提升 0 人 · 落后 1 处"

    table.select_row(1)
    press(qtbot, desk, table, Qt.Key.Key_Return)
    page.arrive(went[-1])
    shots.settle(desk)
    assert page.foot.text().startswith("3 人 · 已答 2 · 未问 1")

    page.arrive({"tab": "demand"})
    shots.settle(desk)
    demand = page.tab.table  # type: ignore[attr-defined]  # the demand tab's
    demand.select_row(0)
    press(qtbot, desk, demand, Qt.Key.Key_Return)

    assert isinstance(page.side, NamesPanel)
    assert [row.name for row in _rows(page.side.table)] == ["陈建国", "王小妹"]


def _rows(table) -> list:
    model = table.model()
    return [model.row(model.index(n, 0)) for n in range(model.rowCount())]


def test_the_printed_list_has_codes_and_what_is_known(qtbot, desk: Desk, village: Ask, monkeypatch):
    shown: list[bytes] = []
    monkeypatch.setattr(
        "kqdesk.rooms.survey.page.printing._preview", lambda _desk, _owner, _words, pdf: shown.append(pdf)
    )
    page = show(qtbot, desk)

    press(qtbot, desk, page, Qt.Key.Key_P, CTRL)
    page.tab.table.selectAll()  # type: ignore[attr-defined]  # the progress tab's
    page.tab.print_forms()  # type: ignore[attr-defined]  # the same
    shots.settle(desk)

    words = "".join(page_text(shown[0], 0).split()) + "".join(page_text(shown[0], 1).split())
    code = village()["陈建国"].code
    assert f"{code[:1]}-{code[1:6]}-{code[6]}陈建国" in words
    assert "蓝桥印染" in words
    assert "1平时晚上" in words
    assert "排摸登记表" in page_text(shown[1], 4)


def test_the_exported_list_is_filled_in_and_read_back_and_undone(
    qtbot, desk: Desk, store: Store, clerk: str, village: Ask, tmp_path: Path
):
    before = village()
    page = show(qtbot, desk, tab="entry")
    tab = page.tab
    assert isinstance(tab, EntryTab)
    tab.write_file(tmp_path / "溪南村.xlsx")
    shots.settle(desk)
    _fill(tmp_path / "溪南村.xlsx")

    tab.read_file(tmp_path / "溪南村.xlsx")
    shots.settle(desk, 30)
    dialog = tab.findChild(FillDialog)
    assert dialog is not None
    assert [(row.name, row.way) for row in _rows(dialog.tables["taken"])][-1] == (
        "吴新来",
        "花名册里没有，新增",
    )
    press(qtbot, desk, dialog, Qt.Key.Key_Return, CTRL)

    told = village()
    assert (told["王小妹"].skills, told["王小妹"].times, told["王小妹"].state) == (
        ("缝纫", "电商"), ("evening",), AnswerState.ANSWERED,
    )  # fmt: skip
    assert told["陈建国"].state is AnswerState.WAITING
    assert (told["吴新来"].employer, told["吴新来"].state) == ("丝路纺织", AnswerState.ANSWERED)
    store.undo(clerk)
    assert village() == before


def _fill(path: Path) -> None:
    """What a village does: one row filled in, one row added without a code."""
    book = load_workbook(path)
    sheet = book.active
    titles = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[1].value == "王小妹")
    row[titles.index("想学的技能")].value = "缝纫、电商"
    row[titles.index("方便时间")].value = "1"
    added = {"姓名": "吴新来", "就业单位": "丝路纺织", "学历提升意愿": "有", "村社": "溪南村"}
    sheet.append([added.get(title) for title in titles])
    book.save(path)
