"""The real window over a home that joined a hub: the numbers at the foot, 立即同步 from Ctrl+K, locking in between."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kqdesk.app.rounds import rounds_of
from kqdesk.app.start import Start
from kqdesk.app.window import Program
from kqdesk.desk.shots import settle
from kqdesk.rooms.people.actions import edit_person
from kqdesk.security.kdf import CHEAPEST
from tests.conftest import Clock
from tests.sync_desk.homes import FIRST, Pc

CTRL = Qt.KeyboardModifier.ControlModifier
LONG = 30_000


@pytest.fixture
def program(qtbot: QtBot, first: Pc, tmp_path: Path, clock: Clock) -> Iterator[Program]:
    """The clerk's window."""
    made = Program(Start(first.school.layout.home, tmp_path / "demo", None, clock, CHEAPEST))
    made.enter(first.school)
    settle(made.desk)
    yield made
    made.close()


def foot(program: Program) -> str:
    return program.shell.strip.sync.text()


def test_the_foot_counts_and_ctrl_k_syncs(qtbot: QtBot, program: Program, second: Pc, mao: str) -> None:
    second.act(edit_person, person_id=mao, changes={"phone": "13988887777"})
    second.sync()
    program.desk.run(edit_person, person_id=mao, changes={"village": "谢坞村"})
    settle(program.desk)
    qtbot.waitUntil(lambda: foot(program).startswith("待上传 1 ·"), timeout=LONG)
    qtbot.keyClick(program.shell, Qt.Key.Key_K, CTRL)
    box = program.shell.palette_box
    box.edit.setText("立即同步")
    qtbot.waitUntil(lambda: any(line.title == "立即同步" for line in box.model.lines), timeout=LONG)

    qtbot.keyClick(box.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: foot(program).startswith("待上传 0 · 待下载 0 · 待确认 0 · 上次同步 刚才"), timeout=LONG
    )
    second.sync()

    assert second.person(mao).village == "谢坞村"
    assert program.school.store.history("person", mao)[0].label.startswith("同步收到")


def test_a_locked_window_makes_no_round_and_goes_on_after(qtbot: QtBot, program: Program, mao: str) -> None:
    program.desk.run(edit_person, person_id=mao, changes={"village": "谢坞村"})
    settle(program.desk)
    program.lock()
    qtbot.waitUntil(lambda: program.locking.is_shut, timeout=LONG)
    rounds_of(program.desk).go()
    before = foot(program)

    program.locking._unlock(program.shell.screen_cover.holder.itemAt(0).widget(), "沈月琴", FIRST)
    qtbot.waitUntil(lambda: not program.shell.is_covered, timeout=LONG)
    rounds_of(program.desk).go()
    qtbot.waitUntil(lambda: foot(program).startswith("待上传 0 "), timeout=LONG)

    assert before.startswith("待上传 1 ")
