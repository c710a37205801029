"""A new PC at the gate, by the keyboard: code, name, password, recovery sheet, and the window of the school opens."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kqdesk.app.by_invitation import ByInvitation
from kqdesk.app.gate import NoBooks
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.shots import settle
from kqdesk.security.kdf import CHEAPEST
from kqdesk.sync.invitation import read_code
from kqdesk.sync.spoken import spoken
from tests.conftest import Clock
from tests.sync_desk.homes import SECOND
from tests.sync_desk.hubs import LiveHub

CTRL = Qt.KeyboardModifier.ControlModifier
LONG = 30_000


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path, clock: Clock):
    desk = Desk(NoBooks(), Seat("", ""))
    made = ByInvitation(desk, tmp_path / "third", clock=clock, profile=CHEAPEST)
    qtbot.addWidget(made)
    made.show()
    yield made
    desk.close()


def on(qtbot: QtBot, panel: ByInvitation) -> None:
    """Ctrl+Enter."""
    qtbot.keyClick(panel, Qt.Key.Key_Return, CTRL)
    settle(panel._desk)


def fill(panel: ByInvitation, **values: str) -> None:
    for form in (panel.about_hub, panel.about_you):
        for name in form.inputs.keys() & values.keys():
            form.inputs[name].show_value(values[name])


def test_three_steps_to_the_schools_data(qtbot: QtBot, panel: ByInvitation, hub: LiveHub, mao: str) -> None:
    code = hub.invite()
    fill(panel, url=hub.url, code=code, person="沈月琴", password=SECOND, again=SECOND)
    panel.look()
    words = panel.fingerprint.text()
    on(qtbot, panel)
    on(qtbot, panel)
    qtbot.waitUntil(lambda: panel.sheet.code_words.text() != "", timeout=LONG)
    panel.sheet.typed.setText("????")
    on(qtbot, panel)
    wrong = panel.wizard.note.text
    panel.sheet.typed.setText(panel.sheet.code_words.text()[-4:])
    with qtbot.waitSignal(panel.made) as made:
        on(qtbot, panel)

    school = made.args[0]
    history = school.store.history("person", mao)
    school.close()

    assert words == f"打电话核对指纹：{spoken(read_code(code).fingerprint)}"
    assert wrong.startswith("最后四个字对不上")
    assert school.staff.name == "沈月琴"
    assert history[0].label.startswith("同步收到")


def test_what_is_wrong_is_said_and_every_word_stays(qtbot: QtBot, panel: ByInvitation, hub: LiveHub) -> None:
    fill(panel, url=hub.url, code="XV7C")
    on(qtbot, panel)
    mistyped, step = panel.wizard.note.text, panel.wizard.number
    fill(panel, code=hub.invite(), person="谁", password=SECOND, again=SECOND)
    on(qtbot, panel)
    on(qtbot, panel)
    qtbot.waitUntil(lambda: bool(panel.wizard.note.text), timeout=LONG)

    assert ("每组 5 个字符" in mistyped, step) == (True, 0)
    assert "操作人名单里没有“谁”" in panel.wizard.note.text
    assert (panel.wizard.number, panel.about_you.inputs["person"].value()) == (1, "谁")
