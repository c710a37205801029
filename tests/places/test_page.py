"""地方 with real keys: new, change, retire, undo."""

from typing import Any

import pytest
from PySide6.QtCore import Qt

from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.shots import settle
from kqdesk.rooms.places import actions, queries
from kqdesk.rooms.places.page import PlacesPage, find
from kqdesk.store.store import Store

LANTING = "330603008"


@pytest.fixture
def page(qtbot: Any, desk: Desk) -> PlacesPage:
    made = PlacesPage(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 690)
    made.show()
    made.arrive({})
    settle(desk)
    return made


def panel_of(page: PlacesPage) -> FormPanel:
    assert isinstance(page.side, FormPanel)
    return page.side


def test_a_village_from_empty_page_to_undo_without_a_mouse(
    page: PlacesPage, qtbot: Any, desk: Desk, store: Store
):
    assert page.is_blank
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    panel = panel_of(page)
    panel.form.inputs["name"].setText("兰亭村")
    panel.form.inputs["township_code"].choose(LANTING)
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(desk)
    assert page.side is None
    assert not page.is_blank

    table = page.tab.table
    table.select_row(0)
    qtbot.keyClick(table, Qt.Key.Key_F2)
    settle(desk)
    panel = panel_of(page)
    panel.form.inputs["name"].setText("兰亭新村")
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(desk)
    assert [row.name for row in table.model().rows] == ["兰亭新村"]

    table.select_row(0)
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    settle(desk)
    assert page.is_blank
    desk.undo()
    settle(desk)
    assert [row.name for row in table.model().rows] == ["兰亭新村"]


def test_a_wrong_credit_code_is_said_at_the_field_and_nothing_typed_is_lost(page: PlacesPage, desk: Desk):
    page.arrive({"tab": "firms"})
    settle(desk)
    page.tab.start_new()
    panel = panel_of(page)
    panel.form.inputs["name"].setText("绍兴蓝桥印染有限公司")
    panel.form.inputs["kind"].choose("firm")
    panel.form.inputs["credit_code"].setText("91110000600037341A")

    panel.submit()
    settle(desk)

    assert list(panel.form.faults()) == ["credit_code"]
    assert panel.form.inputs["name"].text() == "绍兴蓝桥印染有限公司"


def test_a_classroom_is_added_from_its_site(page: PlacesPage, desk: Desk, store: Store, clerk: str):
    store.run(actions.add_site, clerk, name="兰亭学校", township_code=LANTING)
    page.arrive({"tab": "sites"})
    settle(desk)
    page.tab.table.select_row(0)

    page.tab.add_classroom()
    panel = panel_of(page)
    panel.form.inputs["name"].setText("201 教室")
    panel.form.inputs["capacity"].setText("40")
    panel.submit()
    settle(desk)

    with store.reading() as session:
        assert [(room.title, room.capacity) for room in queries.classrooms(session)] == [
            ("兰亭学校 201 教室", 40)
        ]


def test_the_service_area_is_chosen_once(page: PlacesPage, desk: Desk, store: Store):
    page.choose_area()
    settle(desk)
    panel = panel_of(page)
    panel.form.inputs["township_codes"].show_value((LANTING,))
    panel.form.inputs["since"].setText("2026-1-1")

    panel.submit()
    settle(desk)

    with store.reading() as session:
        assert [row.township for row in queries.school_areas(session)] == ["兰亭街道"]


def test_ctrl_k_leads_to_the_right_list(page: PlacesPage, desk: Desk, store: Store, clerk: str):
    store.run(actions.add_firm, clerk, name="蓝桥印染")
    with store.reading() as session:
        [hit] = find(session, "蓝桥", 5)

    page.arrive(hit.context)
    settle(desk)

    assert (page.tab.key, [row.name for row in page.tab.table.model().rows]) == ("firms", ["蓝桥印染"])
