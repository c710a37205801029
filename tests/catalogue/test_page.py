"""课程目录 with real keys: samples, categories, a course, a programme's hours."""

from typing import Any

import pytest
from PySide6.QtCore import Qt

from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.shots import settle
from kqdesk.rooms.catalogue import actions, queries
from kqdesk.rooms.catalogue.page import CataloguePage, find
from kqdesk.rooms.catalogue.terms import Category, Subject
from kqdesk.store.store import Store


@pytest.fixture
def page(qtbot: Any, desk: Desk) -> CataloguePage:
    made = CataloguePage(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 690)
    made.show()
    made.arrive({})
    settle(desk)
    return made


def test_an_empty_catalogue_offers_the_samples(page: CataloguePage, desk: Desk):
    assert page.is_blank

    page.load_samples()
    settle(desk)

    assert not page.is_blank
    assert page.foot.text() == "共 100 门"


def test_pills_filter_and_a_course_is_typed_in(
    page: CataloguePage, qtbot: Any, desk: Desk, store: Store, clerk: str
):
    store.run(actions.load_samples, clerk)
    page.reload()
    settle(desk)
    heritage = next(b for b in page.tab.pills._buttons if b.text() == "非遗传承 10")
    qtbot.mouseClick(heritage, Qt.MouseButton.LeftButton)
    settle(desk)
    assert {row.category for row in page.tab.table.model().rows} == {Category.HERITAGE}

    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.inputs["title"].setText("平水日铸茶制作")
    panel.form.inputs["category"].choose(Category.HERITAGE)
    for name, typed in (("lesson_count", "8"), ("hours_per_lesson", "2")):
        qtbot.keyClicks(panel.form.inputs[name], typed)
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(desk)

    [row] = [row for row in page.tab.table.model().rows if row.title == "平水日铸茶制作"]
    assert (row.code, row.study_hours) == ("GF04-11", 16)


def test_hours_of_a_programme_are_changed_in_place(page: CataloguePage, desk: Desk, store: Store, clerk: str):
    store.run(actions.load_samples, clerk)
    page.arrive({"tab": "programmes"})
    settle(desk)
    model = page.tab.grid.grid_model

    model.setData(model.index(0, 2), "240", Qt.ItemDataRole.EditRole)
    settle(desk)

    with store.reading() as session:
        junior = queries.programmes(session)[0]
    assert (junior.plans[0].subject, junior.plans[0].total_hours, junior.total_hours) == (
        Subject.CHINESE,
        240,
        690,
    )
    desk.undo()
    settle(desk)
    with store.reading() as session:
        assert queries.programmes(session)[0].total_hours == 660


def test_a_programme_that_cannot_be_is_not_saved(page: CataloguePage, desk: Desk, store: Store, clerk: str):
    store.run(actions.load_samples, clerk)
    page.arrive({"tab": "programmes"})
    settle(desk)
    model = page.tab.grid.grid_model

    model.setData(model.index(0, 3), "999", Qt.ItemDataRole.EditRole)
    settle(desk)

    assert page.note.text == "还没有保存：“语文”的面授学时比总学时还多。"
    with store.reading() as session:
        assert queries.programmes(session)[0].face_hours == 220


def test_ctrl_k_finds_a_course(page: CataloguePage, desk: Desk, store: Store, clerk: str):
    store.run(actions.load_samples, clerk)
    with store.reading() as session:
        [hit] = find(session, "越剧", 5)

    page.arrive(hit.context)
    settle(desk)

    assert [row.title for row in page.tab.table.model().rows] == ["越剧"]
