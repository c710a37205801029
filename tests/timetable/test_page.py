"""The week grid by keyboard and mouse, and the form that checks while it is filled in."""

from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from kqdesk.desk import shots
from kqdesk.desk.theme import apply_theme
from kqdesk.rooms.timetable import actions, queries
from kqdesk.rooms.timetable.page import PAGE
from kqdesk.rooms.timetable.page.card import LessonCard
from kqdesk.rooms.timetable.page.lift import Spot
from kqdesk.rooms.timetable.page.panels import WishPanel
from kqdesk.rooms.timetable.page.week import laid_out
from kqdesk.rooms.timetable.queries import By
from kqdesk.rooms.timetable.terms import LessonState
from tests.timetable.conftest import Town
from tests.timetable.test_actions import TUESDAY, draft


@pytest.fixture
def page(qtbot, desk, store, clerk, town: Town):
    """One lesson of 缝纫班 on Tuesday evening."""
    apply_theme(QApplication.instance())
    store.run(actions.put_lessons, clerk, lessons=[draft(town)])
    made = PAGE.factory(desk, {})
    qtbot.addWidget(made)
    made.resize(1340, 720)
    made.show()
    made.arrive({})
    shots.settle(desk)
    return made


def lessons(store, town: Town) -> list[queries.LessonRow]:
    with store.reading() as session:
        return queries.term_lessons(session, By.COHORT, town.sewing)


def test_arrows_walk_and_a_lesson_is_one_step(qtbot, page) -> None:
    page.grid.select(TUESDAY, 1080)
    qtbot.keyClick(page.grid, Qt.Key.Key_Down)
    on_lesson = page.grid.lesson_here()
    qtbot.keyClick(page.grid, Qt.Key.Key_Down)
    below = page.grid.spot
    qtbot.keyClick(page.grid, Qt.Key.Key_Left)

    assert on_lesson is not None
    assert below == Spot(TUESDAY, 1200)
    assert page.grid.spot == Spot(date(2026, 3, 2), 1200)


def test_leaving_the_week_turns_the_page(qtbot, desk, page) -> None:
    page.grid.select(date(2026, 3, 2), 600)
    qtbot.keyClick(page.grid, Qt.Key.Key_Left)
    shots.settle(desk)
    before = page.grid.spot
    qtbot.keyClick(page.grid, Qt.Key.Key_PageDown)
    shots.settle(desk)

    assert before == Spot(date(2026, 3, 1), 600)
    assert page.grid.week[0] == date(2026, 3, 2)


def test_a_click_on_an_empty_cell_opens_the_form_there(qtbot, desk, page) -> None:
    rect = page.grid.rect()
    page.grid.select(date(2026, 3, 5), 600)
    spot = QPoint(round(page.grid._x(3)) + 20, round(page.grid._y(600)) + 4)

    qtbot.mouseClick(page.grid, Qt.MouseButton.LeftButton, pos=spot)
    shots.settle(desk)

    assert rect.contains(spot)
    assert isinstance(page.side, WishPanel)
    assert page.side.form.inputs["on"].text() == "2026-03-05"
    assert page.side.form.inputs["start"].text() == "10:00"


def filled(page, town: Town, spot: Spot, **values: object) -> WishPanel:
    page.put_at(spot)
    panel = page.side
    assert isinstance(panel, WishPanel)
    panel.form.show_values(
        {"cohort_id": town.sewing, "minutes": 90, "study_hours": 2, "trainer_id": town.wang, **values}
    )
    return panel


def test_the_form_says_the_clash_and_a_way_out_fixes_it(qtbot, desk, store, page, town: Town) -> None:
    panel = filled(page, town, Spot(TUESDAY, 1110), cohort_id=town.trade)
    panel.check()
    shots.settle(desk)
    clash = panel.words.text()
    panel.take_way(panel._found.ways[-1])  # another time
    shots.settle(desk)
    panel.submit()
    shots.settle(desk)

    assert "培训师王水根已有课" in clash
    with store.reading() as session:
        week = queries.week_lessons(session, TUESDAY)
    assert len(week) == 2
    assert page.side is None


def test_a_series_over_a_holiday_is_previewed_and_put(desk, store, page, town: Town) -> None:
    panel = filled(page, town, Spot(date(2026, 3, 30), 1110), count=2, weekdays=(1,))
    panel.check()
    shots.settle(desk)
    words = panel.words.text()
    panel.submit()
    shots.settle(desk)

    assert "清明放假，顺延" in words
    assert [row.on for row in lessons(store, town)] == [TUESDAY, date(2026, 3, 30), date(2026, 4, 13)]


def test_shared_learners_are_asked_about(desk, store, page, town: Town) -> None:
    panel = filled(
        page, town, Spot(TUESDAY, 1110), cohort_id=town.trade, trainer_id=town.li, classroom_id=None
    )
    panel.submit()
    shots.settle(desk)
    asked = panel.note.text
    panel._accept()
    shots.settle(desk)

    assert "仍要排课" in asked
    with store.reading() as session:
        assert len(queries.week_lessons(session, TUESDAY)) == 2


def test_a_lesson_is_cancelled_with_its_reason(qtbot, desk, store, page, town: Town) -> None:
    page.grid.select(TUESDAY, 1110)
    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    card = page.side
    assert isinstance(card, LessonCard)
    qtbot.keyClick(card, Qt.Key.Key_T)
    qtbot.keyClick(page.side, Qt.Key.Key_3)
    shots.settle(desk)

    assert [(row.state, row.reason) for row in lessons(store, town)] == [(LessonState.CANCELLED, "停电停水")]


def test_moving_from_the_card(desk, store, page, town: Town) -> None:
    page.steps.do(lessons(store, town)[0], "move")
    page.side.form.show_values({"on": date(2026, 3, 5), "reason": "礼堂办喜事"})
    page.side.submit()
    shots.settle(desk)

    assert [(row.on, row.start_minute) for row in lessons(store, town)] == [(date(2026, 3, 5), 1110)]


def test_one_trainers_week(desk, page, town: Town) -> None:
    page.arrive({"trainer": town.li})
    shots.settle(desk)
    nobody = page.grid.cards
    page.arrive({"trainer": town.wang})
    shots.settle(desk)

    assert (nobody, len(page.grid.cards)) == ([], 1)
    assert page.whose.currentText() == "王水根"


def test_lessons_of_one_time_stand_side_by_side(store, clerk, town: Town) -> None:
    rows = []
    for start, end in ((600, 690), (630, 660), (660, 720), (720, 750)):
        rows.append(
            queries.LessonRow(
                str(start), "c", "班", "1", 1, TUESDAY, start, end, 2, None, "", None, "", None, "", "", None, "",
                LessonState.PLANNED, "",
            )
        )  # fmt: skip

    assert [(card.lane, card.lanes) for card in laid_out(rows)] == [(0, 2), (1, 2), (1, 2), (0, 1)]


def test_without_a_cohort_the_page_says_what_is_missing(qtbot, desk) -> None:
    made = PAGE.factory(desk, {})
    qtbot.addWidget(made)
    made.arrive({})
    shots.settle(desk)

    assert made.is_blank
