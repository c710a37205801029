"""A lesson in the hand: colours, the sentence, dropping on green, yellow and red, by keys and by mouse; evening changes."""

from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from kqdesk.desk import shots
from kqdesk.desk.theme import apply_theme
from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.timetable import actions, queries
from kqdesk.rooms.timetable.page import PAGE
from kqdesk.rooms.timetable.page.aftermath import Aftermath
from kqdesk.rooms.timetable.page.choosing import ChoicePanel
from kqdesk.rooms.timetable.page.lift import Spot
from kqdesk.rooms.timetable.page.telling import evening_papers, issue, notice_paper
from kqdesk.rooms.timetable.queries import By, LessonRow
from kqdesk.rooms.timetable.rules.checker import Colour
from kqdesk.rooms.timetable.terms import LessonState, Lock
from tests.timetable.conftest import Town
from tests.timetable.test_actions import TUESDAY, draft
from tests.timetable.test_changes import SPRING

WEDNESDAY, THURSDAY = date(2026, 3, 4), date(2026, 3, 5)
KEY = Qt.Key


@pytest.fixture
def page(qtbot, desk, store, clerk, town: Town):
    """缝纫班 on Tuesday evening in the big room; 电商班 on Wednesday evening with the same trainer, elsewhere."""
    apply_theme(QApplication.instance())
    trade = actions.LessonDraft(town.trade, WEDNESDAY, 1110, 1200, 2, town.wang, town.hall, town.small)
    store.run(actions.put_lessons, clerk, lessons=[draft(town)])
    store.run(actions.put_lessons, clerk, lessons=[trade])
    made = PAGE.factory(desk, {})
    qtbot.addWidget(made)
    made.resize(1340, 720)
    made.show()
    made.arrive({})
    shots.settle(desk)
    made.grid.select(TUESDAY, 1110)
    return made


def sewing(store, town: Town) -> LessonRow:
    with store.reading() as session:
        [row] = queries.term_lessons(session, By.COHORT, town.sewing)
    return row


def press(qtbot, desk, page, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(page.grid_shown(), key)
        shots.settle(desk)


def test_m_lifts_arrows_carry_and_enter_drops_on_green(qtbot, desk, store, page, town: Town) -> None:
    press(qtbot, desk, page, KEY.Key_M)
    lifted = page.grid.lift
    colours = [lifted.colour(Spot(day, 1110)) for day in (date(2026, 3, 2), WEDNESDAY, THURSDAY)]
    press(qtbot, desk, page, KEY.Key_Right, KEY.Key_Right)
    words = page.grid.bubble.text()
    press(qtbot, desk, page, KEY.Key_Return)

    assert colours == [Colour.GREEN, Colour.RED, Colour.GREEN]
    assert words == "✓ 3月5日 周四 18:30–20:00　可以放"
    assert (sewing(store, town).on, page.grid.lift) == (THURSDAY, None)
    assert page.side is None

    desk.undo()
    shots.settle(desk)

    assert sewing(store, town).on == TUESDAY


def test_red_says_why_and_its_way_out_is_one_key(qtbot, desk, store, page, town: Town) -> None:
    press(qtbot, desk, page, KEY.Key_M, KEY.Key_Right)
    words = page.grid.bubble.text()
    press(qtbot, desk, page, KEY.Key_Return)
    panel = page.side
    assert isinstance(panel, ChoicePanel)
    offered = [option.words for option in panel.options]
    qtbot.keyClick(panel, KEY.Key_1)
    shots.settle(desk)

    assert "培训师王水根已有课：「电商班」3月4日 周三 18:30–20:00" in words
    assert offered[0] == "请李梅代课"
    assert offered[-1] == "放回原处"
    assert len(offered) <= 4
    assert (sewing(store, town).on, sewing(store, town).trainer) == (WEDNESDAY, "李梅")


def test_yellow_asks_before_it_drops(qtbot, desk, store, clerk, page, town: Town) -> None:
    row = queries_of(store, town.trade)
    store.run(
        actions.move_lesson, clerk, lesson_id=row.id, trainer_id=town.li, reason="", accept_warnings=True
    )
    page.reload()
    shots.settle(desk)
    press(qtbot, desk, page, KEY.Key_M, KEY.Key_Right)
    colour = page.grid.lift.colour(page.grid.target)
    press(qtbot, desk, page, KEY.Key_Return)
    stayed = sewing(store, town).on
    qtbot.keyClick(page.side, KEY.Key_1)
    shots.settle(desk)

    assert colour is Colour.YELLOW
    assert stayed == TUESDAY
    assert sewing(store, town).on == WEDNESDAY


def queries_of(store, cohort_id: str) -> LessonRow:
    with store.reading() as session:
        [row] = queries.term_lessons(session, By.COHORT, cohort_id)
    return row


def test_escape_puts_back_and_changes_nothing(qtbot, desk, store, page, town: Town) -> None:
    press(qtbot, desk, page, KEY.Key_M, KEY.Key_Right, KEY.Key_Right, KEY.Key_Escape)

    assert (page.grid.lift, page.grid.bubble.isHidden()) == (None, True)
    assert sewing(store, town).on == TUESDAY


def test_a_lesson_is_carried_into_the_next_week(qtbot, desk, store, page, town: Town) -> None:
    press(qtbot, desk, page, KEY.Key_M, KEY.Key_PageDown)
    shown = page.grid.week[0]
    press(qtbot, desk, page, KEY.Key_Return)

    assert shown == date(2026, 3, 9)
    assert sewing(store, town).on == date(2026, 3, 10)


def test_the_mouse_drags(qtbot, desk, store, page, town: Town) -> None:
    grid = page.grid
    start = grid.target_rect
    card = next(card for card in grid.cards if card.lesson.cohort == "缝纫班")
    begin = grid._rect(card).center().toPoint()
    end = QPoint(round(grid._x(4)) + 20, round(grid._y(1110)) + 4)

    qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=begin)
    drag(grid, QPointF(begin.x() + 30, begin.y()))
    shots.settle(desk)
    drag(grid, QPointF(end))
    qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=end)
    shots.settle(desk)

    assert start is not None
    assert sewing(store, town).on == date(2026, 3, 6)


def drag(grid, point: QPointF) -> None:
    from PySide6.QtCore import QEvent  # noqa: PLC0415 -- only this step speaks of raw events
    from PySide6.QtGui import QMouseEvent  # noqa: PLC0415 -- as above

    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QEvent.Type.MouseMove, point, grid.mapToGlobal(point), left, left, none)
    QApplication.sendEvent(grid, event)


def test_a_click_still_opens_the_card(qtbot, desk, page) -> None:
    card = page.grid.cards[0]
    qtbot.mouseClick(page.grid, Qt.MouseButton.LeftButton, pos=page.grid._rect(card).center().toPoint())
    shots.settle(desk)

    assert page.side.row == card.lesson


def test_a_locked_lesson_stays_and_says_so(qtbot, desk, store, page, town: Town) -> None:
    press(qtbot, desk, page, KEY.Key_L)
    qtbot.keyClick(page.side, KEY.Key_1)
    shots.settle(desk)
    said = []
    desk.noticed.connect(lambda notice: said.append(notice.text))
    press(qtbot, desk, page, KEY.Key_M)

    assert sewing(store, town).locks == {Lock.TIME}
    assert page.grid.lift is None
    assert any("锁定" in sentence for sentence in said)


def test_the_term_lifts_to_another_week(qtbot, desk, store, page, town: Town) -> None:
    page.view.choose("term")
    page._on_view("term")
    shots.settle(desk)
    page.term.here = (TUESDAY, 0)
    press(qtbot, desk, page, KEY.Key_M, KEY.Key_Down, KEY.Key_Return)

    assert page.term.lesson_here().cohort == "缝纫班"
    assert sewing(store, town).on == date(2026, 3, 10)


def test_trainer_ill_tonight(qtbot, desk, store, clerk, page, town: Town) -> None:
    """A5: two keys, then notice, chat text and call list; the reprint is one evening."""
    store.run(actions.publish_lessons, clerk, first=SPRING[0], last=SPRING[1])
    page.reload()
    shots.settle(desk)
    press(qtbot, desk, page, KEY.Key_D)
    qtbot.keyClick(page.side, KEY.Key_1)
    shots.settle(desk)
    told = page.side
    assert isinstance(told, Aftermath)
    qtbot.keyClick(told, KEY.Key_C)
    with store.reading() as session:
        found = issue(desk.today(), session)
    notice = notice_paper(told.told.notice, None)
    reprint = evening_papers(desk, found, None)

    assert sewing(store, town).trainer == "李梅"
    assert QGuiApplication.clipboard().text() == (
        "【代课通知】\n3月3日 周二 18:30–20:00 的「缝纫班」第 1 次课，因培训师生病，由李梅培训师代课（原王水根）。\n"
        "时间、地点不变：兰亭村礼堂·大教室。\n收到请回复，谢谢。\n—— 柯桥区兰亭街道成人文化技术学校"
    )
    assert [one.role for one in told.people] == ["培训师", "原培训师", "学员", "学员", "学员"]
    assert "代课通知" in page_text(notice, 0)
    assert found.evenings == 1
    assert page_count(reprint) == 2
    assert "缝纫班" in page_text(reprint, 0)
    assert "电商班" not in page_text(reprint, 0)


def test_called_off_tonight_in_two_keys(qtbot, desk, store, page, town: Town) -> None:
    press(qtbot, desk, page, KEY.Key_T)
    qtbot.keyClick(page.side, KEY.Key_4)
    shots.settle(desk)

    row = sewing(store, town)
    assert (row.state, row.reason) == (LessonState.CANCELLED, "台风暴雨")
    assert page.side.told.chat.startswith(
        "【停课通知】\n原定 3月3日 周二 18:30–20:00 在兰亭村礼堂·大教室的「缝纫班」第 1 次课，因台风暴雨停课一次。"
    )


def test_another_evening_in_two_keys(qtbot, desk, store, page, town: Town) -> None:
    press(qtbot, desk, page, KEY.Key_G)
    offered = [option.words for option in page.side.options]
    qtbot.keyClick(page.side, KEY.Key_1)
    shots.settle(desk)

    assert offered[0] == "改到 3月2日 周一 18:30"
    assert sewing(store, town).on == date(2026, 3, 2)


def test_publishing_shows_what_changed(qtbot, desk, store, clerk, page, town: Town) -> None:
    window = page.outlets.publish()
    shots.settle(desk)
    first = (len(window.found.changes), window.found.was_ever)
    window.publish()
    shots.settle(desk)
    row = sewing(store, town)
    store.run(actions.cancel_lesson, clerk, lesson_id=row.id, reason="停电")
    again = page.outlets.publish()
    shots.settle(desk)

    assert first == (2, False)
    assert [change.what for change in again.found.changes] == ["停课"]
    assert "有 1 次课不一样；只要重印 1 张" in again.words.text()


def test_the_calendar_of_one_cohort_is_written(desk, page, tmp_path, town: Town) -> None:
    page.arrive({"cohort": town.sewing})
    shots.settle(desk)
    page.outlets.save_calendar(tmp_path / "缝纫班.ics")
    shots.settle(desk)

    text = (tmp_path / "缝纫班.ics").read_bytes().decode()
    assert text.count("BEGIN:VEVENT") == 1
    assert "X-WR-CALNAME:缝纫班课表" in text
