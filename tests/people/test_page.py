"""花名册 with real keys: find, card, new, edit, remove, and the import from file to undo."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.rooms.people import queries
from kqdesk.rooms.people.page import SOURCE, PeoplePage
from kqdesk.rooms.people.page.card import CardPanel
from kqdesk.rooms.people.page.form import PersonForm
from kqdesk.rooms.people.page.wizard import ImportWizard
from kqdesk.rooms.people.sheets import read_roster
from kqdesk.rooms.people.sheets.export import export_roster
from kqdesk.rooms.people.terms import Decision
from kqdesk.store.store import Store
from tests.people.rows import CHEN, WANG, everybody, row, take
from tests.people.test_actions import _let_see

PEOPLE = (
    row("王建国", WANG, phone="15400001234", village="溪南村"),
    row("陈㛃", CHEN, village="溪南村"),
    row("李四", village="溪北村"),
)
FILE = f"""姓名,身份证号,性别,出生日期,联系电话,村
赵小红,330697199912315558,男,1999-12-31,15433334444,溪南村
王建国,{WANG},男,1975-03-12,15400009999,溪南村
李五,330699198105051110,女,1981-05-05,15455556666,溪南村
李四,,,,,溪北村
"""


@pytest.fixture
def page(qtbot, desk: Desk, store: Store, clerk: str) -> Iterator[PeoplePage]:
    take(store, clerk, PEOPLE)
    made = PeoplePage(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 676)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.arrive({})
    assert shots.settle(desk)
    made.table.setFocus()
    yield made
    shots.settle(desk)


@pytest.fixture
def wizard(qtbot, page: PeoplePage, desk: Desk, tmp_path: Path) -> ImportWizard:
    """The import at step ② with FILE."""
    path = tmp_path / "村.csv"
    path.write_text(FILE, "utf-8-sig")
    page.import_roster(path)
    assert page.wizard is not None
    assert shots.settle(desk, 30)
    return page.wizard


def names(page: PeoplePage) -> list[str]:
    return [line.name for line in page.model.rows]


def test_list_is_newest_first_and_masked(page: PeoplePage) -> None:
    assert names(page) == ["李四", "陈㛃", "王建国"]
    assert page.model.rows[2].id_masked == "330699********1238"
    assert page.foot.text() == "共 3 人"


def test_typing_finds(qtbot, page: PeoplePage, desk: Desk) -> None:
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(page.search, "wjg")
    qtbot.wait(150)
    shots.settle(desk)

    assert names(page) == ["王建国"]
    assert page.foot.text() == "找到 1 人 · 共 3 人"


def test_nobody_found_offers_to_create(qtbot, page: PeoplePage, desk: Desk) -> None:
    page.search.insert("没有这个人")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    shots.settle(desk)

    assert page.note.text == "没有找到。换拼音首字母、证件后四位或电话再试；确实没有就新建。"


def test_empty_roster_says_what_it_is_for(qtbot, desk: Desk) -> None:
    page = PeoplePage(desk, {})
    qtbot.addWidget(page)
    page.arrive({})
    shots.settle(desk)

    assert page.is_blank


def test_enter_opens_the_card_with_history(qtbot, page: PeoplePage, desk: Desk) -> None:
    page.table.select_row(2)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    shots.settle(desk)
    card = page.side
    assert isinstance(card, CardPanel)

    card.tabs.choose("past")
    card.reload()
    shots.settle(desk)

    assert card.heading.text() == "王建国"
    assert card.under.text() == "男 · 50 岁 · 溪南村"
    assert "导入花名册：村.xlsx，新增 3 人" in [w.text() for w in card.findChildren(type(card.heading))]
    qtbot.keyClick(page.table, Qt.Key.Key_Up)
    shots.settle(desk)
    assert card.heading.text() == "陈㛃"
    qtbot.keyClick(page.table, Qt.Key.Key_Escape)
    assert page.side is None


def test_new_person_by_keyboard_with_a_warning_while_typing(
    qtbot, page: PeoplePage, desk: Desk, store: Store
) -> None:
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    form = page.side
    assert isinstance(form, PersonForm)
    form.form.inputs["name"].insert("王建国")
    qtbot.wait(300)
    shots.settle(desk)
    assert form.likely.text == "已有王建国（同名，40 分）：溪南村 330699********1238。"

    form.form.inputs["village"].insert("溪北村")
    with qtbot.waitActive(page):
        page.activateWindow()
    form.form.inputs["village"].setFocus()
    qtbot.keyClick(form.form.inputs["village"], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)

    assert [(p["name"], p["village"]) for p in everybody(store)][-1] == ("王建国", "溪北村")
    assert isinstance(page.side, CardPanel)


def test_a_taken_number_keeps_the_form_open(qtbot, page: PeoplePage, desk: Desk, store: Store) -> None:
    page.create()
    form = page.side
    assert isinstance(form, PersonForm)
    form.form.inputs["name"].insert("王建")
    qtbot.keyClicks(form.form.inputs["id_number"], WANG)
    form.submit()
    shots.settle(desk)

    assert form.note.text == "这个证件号已经是王建国（溪南村）的。请打开那个人修改，不要重复建。"
    assert form.form.inputs["name"].text() == "王建"


def test_edit_without_the_right_shows_no_numbers(qtbot, page: PeoplePage, desk: Desk, store: Store) -> None:
    page.table.select_row(2)
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    shots.settle(desk)
    form = page.side
    assert isinstance(form, PersonForm)
    assert "id_number" not in form.form.inputs

    form.form.inputs["job"].setText("挡车工")
    form.submit()
    shots.settle(desk)

    assert (everybody(store)[0]["job"], everybody(store)[0]["id_number"]) == ("挡车工", WANG)


def test_edit_with_the_right_is_a_look_in_the_journal(
    qtbot, page: PeoplePage, desk: Desk, store: Store, clerk: str
) -> None:
    store.run(_let_see, "system", staff_id=clerk)
    page.table.select_row(2)
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    shots.settle(desk)

    assert isinstance(page.side, PersonForm)
    assert page.side.form.inputs["id_number"].text() == WANG


def test_del_removes_and_undo_brings_back(qtbot, page: PeoplePage, desk: Desk, store: Store) -> None:
    page.table.select_row(0)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    shots.settle(desk)
    assert names(page) == ["陈㛃", "王建国"]

    desk.undo()
    shots.settle(desk)

    assert names(page) == ["李四", "陈㛃", "王建国"]


def test_import_shows_before_it_writes(page: PeoplePage, wizard: ImportWizard, store: Store) -> None:
    draft = wizard.checking.draft
    assert draft is not None

    assert wizard.steps.number == 1
    assert [len(draft.plan.creates), len(draft.plan.updates), len(draft.plan.same), len(draft.open_rows)] == [
        1,
        1,
        1,
        1,
    ]
    assert wizard.steps.on.text() == "导入 2 人"
    assert wizard.checking.updates.model().rows[0].words == "电话 154****1234 → 154****9999"
    assert len(everybody(store)) == 3


def test_a_red_cell_is_mended_in_place(qtbot, wizard: ImportWizard, desk: Desk) -> None:
    grid = wizard.checking.grid
    (fault,) = grid.faults()
    assert (fault.column, fault.text) == ("id_number", "330699198105051110")

    grid.grid_model.setData(grid.grid_model.index(0, 2), "33069919810505111X")
    assert [f.column for f in grid.faults()] == ["sex"]
    grid.grid_model.setData(grid.grid_model.index(0, 3), "男")
    qtbot.waitUntil(lambda: wizard.steps.on.text() == "导入 3 人")

    assert grid.faults() == []
    assert wizard.checking.draft is not None
    assert len(wizard.checking.draft.plan.creates) == 2


def test_import_is_one_step_and_can_be_taken_back(
    qtbot, wizard: ImportWizard, desk: Desk, store: Store, clerk: str
) -> None:
    before = everybody(store)
    qtbot.keyClick(wizard.steps.on, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk, 30)
    assert wizard.steps.number == 2
    assert {k: w.text() for k, w in wizard.outcome.numbers.items()} == {
        "created": "1", "updated": "1", "same": "1", "suspects": "0", "faults": "1", "wishes": "0",
    }  # fmt: skip

    wizard.outcome.undo_asked.emit()
    shots.settle(desk, 30)

    assert everybody(store) == before
    assert store.undo_state(clerk).undo == "导入花名册：村.xlsx，新增 3 人"


def test_columns_can_be_assigned_by_hand(page: PeoplePage, wizard: ImportWizard, desk: Desk) -> None:
    assert wizard.checking.columns.combos["联系电话"].value() == "phone"

    wizard.checking.columns.asked.emit({"联系电话": ""})
    shots.settle(desk, 30)

    draft = wizard.checking.draft
    assert draft is not None
    assert (len(draft.plan.updates), len(draft.plan.same)) == (0, 2)


def test_doubtful_rows_are_decided_by_people(
    qtbot, page: PeoplePage, desk: Desk, tmp_path: Path, store: Store
) -> None:
    path = tmp_path / "疑似.csv"
    path.write_text("姓名,身份证号,联系电话\n王建国,,15400001234\n", "utf-8-sig")
    page.import_roster(path)
    shots.settle(desk, 30)
    wizard = page.wizard
    assert wizard is not None
    assert not wizard.steps.on.isEnabled()

    wizard.checking.show_tab("suspects")
    wizard.checking.suspects.select_row(0)
    wizard.checking.decide(Decision.CREATE)
    assert wizard.steps.on.text() == "导入 1 人"
    wizard.steps.go_on()
    shots.settle(desk, 30)

    assert [p["name"] for p in everybody(store)].count("王建国") == 2


def test_a_file_that_is_no_roster_is_refused_in_words(page: PeoplePage, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "空.csv"
    path.write_text("", "utf-8")
    page.import_roster(path)
    shots.settle(desk, 30)

    assert page.wizard is not None
    assert page.wizard.steps.number == 0
    assert page.wizard.steps.note.text != ""


def test_export_read_back_changes_nothing(store: Store, clerk: str, tmp_path: Path) -> None:
    full = row(
        "王建国", WANG, phone="15400001234", phone2="0575-84561234", village="溪南村", ethnicity_code="01",
        education_code="71", township_code="330603008", hukou="浙江省绍兴市", address="溪南村 1 号", employer="蓝桥印染",
        job="挡车工", wish="yes", path="双证制", note="党员",
    )  # fmt: skip
    take(
        store,
        clerk,
        [full, *PEOPLE[1:], row("阿依古丽·买买提", birth_date=date(1990, 5, 1)), row("李四", sex="1")],
    )
    before = everybody(store)
    path = tmp_path / "out.xlsx"
    with store.reading() as session:
        assert export_roster(session, path) == 5
        plan = queries.plan_import(session, read_roster(path, today=date(2026, 3, 2)).people)

    assert (plan.creates, plan.updates, plan.suspects, len(plan.same)) == ([], [], [], 5)
    assert everybody(store) == before


def test_ctrl_k_finds_people(page: PeoplePage, store: Store) -> None:
    with store.reading() as session:
        hits = SOURCE.find(session, "wjg", 5)

    assert [(h.title, h.subtitle, h.page) for h in hits] == [
        ("王建国", "溪南村　330699********1238　154****1234", "people")
    ]
