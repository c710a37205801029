"""Leaves of trainers: the rule, the act, the panel, and what the timetable makes of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from kqdesk.desk.desk import Desk
from kqdesk.desk.shots import settle
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.trainers import actions, queries
from kqdesk.rooms.trainers.page import TrainersPage
from kqdesk.rooms.trainers.page.papers import LeavesPanel
from kqdesk.rooms.trainers.rules import Leave, leave_faults, leave_on, next_leave
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.store import Store

MONDAY = date(2026, 3, 2)
WEEK = Leave(MONDAY, date(2026, 3, 6), "外出培训")
DAY = Leave(date(2026, 4, 1), date(2026, 4, 1))


def add(store: Store, clerk: str) -> str:
    return store.run(
        actions.add_trainer,
        clerk,
        name="单志明",
        source=TrainerSource.LOCAL_TALENT,
        pay_level=PayLevel.MIDDLE,
    ).value


@pytest.mark.parametrize(
    ("leaves", "faults"),
    [
        ([WEEK, DAY], []),
        ([Leave(MONDAY, date(2026, 3, 1))], ["请假 2026-03-02：结束日期早于开始日期，请再看一遍。"]),
        ([Leave(MONDAY, date(2027, 3, 3))], []),
        (
            [Leave(MONDAY, date(2027, 3, 4))],
            ["请假 2026-03-02—2027-03-04 超过一年，请看年份；不再授课的请用“停用”。"],
        ),
        (
            [Leave(date(2026, 3, 6), date(2026, 3, 6)), WEEK],
            ["请假 2026-03-02—2026-03-06 和 2026-03-06 有重叠的日子，请合成一条。"],
        ),
    ],
)
def test_what_is_no_leave(leaves: list[Leave], faults: list[str]):
    assert leave_faults(leaves) == faults


@given(st.integers(0, 40), st.integers(0, 20), st.integers(-5, 65))
def test_both_ends_count(start: int, length: int, asked: int):
    leave = Leave(MONDAY + timedelta(start), MONDAY + timedelta(start + length))

    found = leave_on([leave], MONDAY + timedelta(asked))

    assert (found is not None) == (start <= asked <= start + length)
    assert (next_leave([leave], MONDAY + timedelta(asked)) is not None) == (asked <= start + length)


def test_leaves_are_one_act_and_unchanged_ones_stay(store: Store, clerk: str):
    trainer = add(store, clerk)
    store.run(actions.set_leaves, clerk, trainer_id=trainer, leaves=[WEEK])

    store.run(actions.set_leaves, clerk, trainer_id=trainer, leaves=[DAY, WEEK])

    with store.reading() as session:
        assert queries.leaves(session, trainer) == [DAY, WEEK]
        assert queries.trainers(session, on=MONDAY)[0].leave == WEEK
        assert queries.trainers(session, on=date(2026, 3, 7))[0].leave == DAY
        assert queries.leaves_between(session, date(2026, 3, 6), date(2026, 3, 31)) == {trainer: (WEEK,)}
    store.undo(clerk)
    with store.reading() as session:
        assert queries.leaves(session, trainer) == [WEEK]
    with pytest.raises(UserError, match="有重叠的日子"):
        store.run(actions.set_leaves, clerk, trainer_id=trainer, leaves=[WEEK, WEEK])


def test_a_leave_is_typed_with_the_keyboard(qtbot: Any, desk: Desk, store: Store, clerk: str):
    trainer = add(store, clerk)
    page = TrainersPage(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 690)
    page.show()
    page.arrive({})
    settle(desk)
    page.table.select_row(0)
    page.table.setFocus()

    qtbot.keyClick(page.table, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    settle(desk)
    panel = page.side
    assert isinstance(panel, LeavesPanel)
    assert panel.grid.paste("2026.3.2\t2026.3.6\t外出培训\n2026-4-1\t\t") == (6, 0)
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(desk)

    with store.reading() as session:
        assert queries.leaves(session, trainer) == [DAY, WEEK]
    assert page.side is None


def test_a_leave_without_its_first_day_is_asked_for(qtbot: Any, desk: Desk, store: Store, clerk: str):
    add(store, clerk)
    with store.reading() as session:
        [row] = queries.trainers(session, on=MONDAY)
    panel = LeavesPanel(desk, row)
    qtbot.addWidget(panel)
    settle(desk)
    model = panel.grid.grid_model
    model.setData(model.index(0, 1), "2026.3.6", Qt.ItemDataRole.EditRole)

    panel.save()

    assert "“请假起”没有填" in panel.note.text
