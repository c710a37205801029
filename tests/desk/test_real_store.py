"""The desk over a real store: acts are journaled off the UI thread, undo has their Chinese names."""

from sqlalchemy import select

from kqdesk.rooms.office.model import Staff
from kqdesk.store.actions import Writing, action
from tests.conftest import CLERK


@action("试改姓名")
def rename_clerk(w: Writing, *, name: str) -> str:
    w.session.get_one(Staff, CLERK).name = name
    return name


def clerk_name(session):
    return session.scalar(select(Staff.name).where(Staff.id == CLERK))


def test_an_act_and_its_undo_reach_the_pages(qtbot, desk):
    heard, states = [], []
    desk.changed.connect(lambda tables: heard.append(sorted(tables)))
    desk.undo_changed.connect(lambda state: states.append((state.undo, state.redo)))
    before = []
    desk.read(clerk_name, before.append)
    qtbot.waitUntil(lambda: not desk.is_busy)  # reads and writes have lanes of their own

    desk.run(rename_clerk, name="沈小琴", then=heard.append)
    qtbot.waitUntil(lambda: not desk.is_busy)
    desk.undo()
    qtbot.waitUntil(lambda: not desk.is_busy)
    desk.read(clerk_name, before.append)
    qtbot.waitUntil(lambda: not desk.is_busy)

    assert heard == [["staff"], "沈小琴", ["staff"]]
    assert states == [("试改姓名", None), (None, "试改姓名")]
    assert before == ["沈月琴", "沈月琴"]


def test_two_forms_opening_at_once_do_not_wait_for_each_other(qtbot, desk):
    seen = []

    for _ in range(4):
        desk.read_seen(clerk_name, lambda position, name: seen.append((position > 0, name)))

    qtbot.waitUntil(lambda: not desk.is_busy)
    assert seen == [(True, "沈月琴")] * 4
