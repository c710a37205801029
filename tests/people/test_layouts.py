"""How a file's columns were put right is remembered and used the next time; no other file is touched by it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.rooms.people import queries
from kqdesk.rooms.people.page import PeoplePage
from kqdesk.rooms.people.page.wizard import ImportWizard
from kqdesk.store.store import Store

ODD = "XM,SFZ码,现住村里,厂\n王建国,330699197503121238,溪南村,兰亭纺织厂\n李四,,溪北村,\n"
DISTRICT = "姓名,电话,镇街\n陈一,15400001111,兰亭街道\n陈二,15400002222,平水镇\n陈三,15400003333,兰亭镇\n"


@pytest.fixture
def page(qtbot, desk: Desk) -> PeoplePage:
    made = PeoplePage(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 676)
    made.show()
    return made


def opened(page: PeoplePage, desk: Desk, path: Path) -> ImportWizard:
    page.import_roster(path)
    assert page.wizard is not None
    assert shots.settle(desk, 30)
    return page.wizard


def put_right(qtbot, wizard: ImportWizard, desk: Desk) -> None:
    columns = wizard.checking.columns
    for heading, key in (("XM", "name"), ("SFZ码", "id_number"), ("现住村里", "village")):
        columns.combos[heading].choose(key)
        columns.combos[heading].chosen.emit(key)
    columns.again.setFocus()
    qtbot.keyClick(columns.again, Qt.Key.Key_Return)
    assert shots.settle(desk, 30)


def test_unknown_headings_are_put_right_and_remembered(
    qtbot, page: PeoplePage, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "甲.csv"
    path.write_text(ODD, "utf-8")
    wizard = opened(page, desk, path)
    asked, shown = wizard.checking.words.text(), wizard.checking.stack.currentWidget()
    assert asked.startswith("没认出哪一列是姓名")
    assert shown is wizard.checking.columns

    put_right(qtbot, wizard, desk)

    draft = wizard.checking.draft
    assert draft is not None
    assert [(p.name, p.village) for p in draft.read.people] == [("王建国", "溪南村"), ("李四", "溪北村")]
    wizard.reject()

    later = tmp_path / "乙.csv"
    later.write_text(ODD.replace("李四", "李五"), "utf-8")
    again = opened(page, desk, later)
    assert again.checking.draft is not None
    assert [person.name for person in again.checking.draft.read.people] == ["王建国", "李五"]
    assert again.checking.layout_note.text == "这种表以前对照过（甲.csv，2026-03-02），已照那次的列对照读。"


def test_a_layout_can_be_forgotten(qtbot, page: PeoplePage, desk: Desk, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "甲.csv"
    path.write_text(ODD, "utf-8")
    put_right(qtbot, opened(page, desk, path), desk)
    wizard = opened(page, desk, path)

    wizard.checking.forget_asked.emit()
    assert shots.settle(desk, 30)

    with store.reading() as session:
        assert queries.layouts(session) == []
    assert wizard.checking.draft is not None
    assert wizard.checking.draft.read.people == []


def test_wishes_of_people_who_are_here_already_come_in(
    qtbot, page: PeoplePage, desk: Desk, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "报名.csv"
    path.write_text("姓名,电话,想学的课程\n陈一,15400001111,电工\n", "utf-8")
    opened(page, desk, path).steps.asked.emit(1)
    assert shots.settle(desk, 30)
    path.write_text("姓名,电话,想学的课程\n陈一,15400001111,茶艺\n", "utf-8")
    wizard = opened(page, desk, path)
    words = wizard.steps.on.text()

    wizard.steps.asked.emit(1)
    assert shots.settle(desk, 30)

    assert words == "导入报名意愿 1 条"
    with store.reading() as session:
        assert [(w.name, w.course) for w in queries.sign_ups(session)] == [("陈一", "电工"), ("陈一", "茶艺")]


def test_one_township_of_a_districts_list(page: PeoplePage, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "全区.csv"
    path.write_text(DISTRICT, "utf-8")
    wizard = opened(page, desk, path)
    checking = wizard.checking
    texts = [checking.township.itemText(n) for n in range(checking.township.count())]

    checking.township.choose("330603008")
    checking.township.chosen.emit("330603008")
    shots.settle(desk, 30)
    wizard.split(tmp_path)
    shots.settle(desk, 30)

    assert texts[0] == "全部镇街 3 人"
    assert "只要兰亭街道 2 人" in texts
    assert checking.draft is not None
    assert [person.name for person in checking.draft.plan.rows] == ["陈一", "陈三"]
    assert sorted(p.name for p in tmp_path.glob("*.xlsx")) == ["全区 兰亭街道.xlsx", "全区 平水镇.xlsx"]
