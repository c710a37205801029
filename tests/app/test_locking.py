"""The lock, with real keys: nothing to see, no key, no open file, no word lost; and a look with another's eyes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kqdesk import school as homes
from kqdesk.app.first_run import Recover
from kqdesk.app.locking import Locking
from kqdesk.app.looking import READ_ONLY
from kqdesk.app.newkey import KeyDone
from kqdesk.app.window import Program, Start
from kqdesk.desk.fields import Text
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.desk.gate import SignIn
from kqdesk.desk.sleep import SleepWatch
from kqdesk.desk.theme import apply_theme
from kqdesk.kernel.errors import NotAllowed
from kqdesk.rooms.office.actions import add_staff
from kqdesk.rooms.places.actions import add_village
from kqdesk.school import NewSchool, School
from kqdesk.security.doorkeeper import Doorkeeper
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from tests.conftest import Clock

PASSWORD, OTHERS = "溪南村口老樟树第三棵", "另外一位自己的一句话"
NEW = NewSchool("330603008", "兰亭街道成校", "沈月琴", Role.HEADMASTER, PASSWORD, township_code="330603008")
LONG = 20_000  # milliseconds a busy machine may take
CANARY = "陈家坞的一句没保存的话"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of two people."""
    made, _ = homes.make(tmp_path / "school", NEW, clock=Clock(), profile=CHEAPEST)
    other = made.store.run(add_staff, made.staff.id, name="章国平", role=Role.CLERK).value
    Doorkeeper(made.layout.keys, made.key, Clock(), CHEAPEST).give(other, "章国平", "给她的第一个登录密码")
    Doorkeeper(made.layout.keys, made.key, Clock(), CHEAPEST).change_password(
        other, "章国平", "给她的第一个登录密码", OTHERS
    )
    made.close()
    return tmp_path / "school"


def started(home: Path) -> Program:
    return Program(Start(home, home.with_name("demo"), None, Clock(), CHEAPEST))


@pytest.fixture
def program(qapp, qtbot: QtBot, home: Path) -> Iterator[Program]:
    """The window, with the headmaster at it."""
    apply_theme(qapp)
    made = started(home)
    sign_in(qtbot, made)
    yield made
    made.close()
    if made.gate is not None:
        made.gate.close()


def sign_in(qtbot: QtBot, program: Program) -> None:
    program.begin()
    panel = program.gate.findChild(SignIn)
    panel.person.choose(next(who for who, name in homes.people(program._start.home) if name == "沈月琴"))
    panel.password.setText(PASSWORD)
    panel.submit()
    qtbot.waitUntil(lambda: program.shell is not None and not program.desk.is_busy, timeout=LONG)


def locking(program: Program) -> Locking:
    assert program.locking is not None
    return program.locking


def lock(qtbot: QtBot, program: Program) -> SignIn:
    """Ctrl+L, in whatever window has the keyboard."""
    window = QGuiApplication.focusWindow()
    if (
        window is None or not window.isVisible()
    ):  # the offscreen platform leaves the keyboard with a dialog that closed
        with qtbot.waitActive(program.shell, timeout=LONG):
            program.shell.activateWindow()
        window = program.shell.windowHandle()
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: locking(program).is_shut, timeout=LONG)
    return program.shell.screen_cover.findChild(SignIn)


def unlock(qtbot: QtBot, program: Program, panel: SignIn, password: str, name: str = "沈月琴") -> None:
    panel.person.choose(next(who for who, known in homes.people(program._start.home) if known == name))
    panel.password.setText(password)
    qtbot.keyClick(panel.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not program.shell.is_covered, timeout=LONG)


def half_typed(qtbot: QtBot, program: Program) -> FormPanel:
    """A form with a word in it that is not saved, and a password."""
    fields = (Text(name="name", label="姓名"), Text(name="secret", label="密码", is_secret=True))
    panel = FormPanel(program.desk, "新建什么", fields, lambda values, form: None)
    dialog = FormDialog(program.shell, panel)
    dialog.open()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is dialog.windowHandle(), timeout=LONG)
    panel.form.inputs["name"].setText(CANARY)
    panel.form.inputs["secret"].setText("不该留下的密码")
    panel.form.is_edited = True
    return panel


def open_files(home: Path) -> list[str]:
    """Files of the home this process holds open."""
    held = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = link.readlink()
        except OSError:
            continue
        if target.is_relative_to(home):
            held.append(target.name)
    return held


def test_a_locked_desk_has_no_key_and_no_open_database(qtbot: QtBot, program: Program, home: Path) -> None:
    school: School = program.school

    panel = lock(qtbot, program)

    assert [name for name in open_files(home) if name.startswith("school.db")] == []
    for attempt in (
        school.store.position,
        school.key.reveal,
        school.issuer,
        lambda: school.attachments.keep(b"x"),
    ):
        with pytest.raises(NotAllowed, match="已锁定"):
            attempt()
    unlock(qtbot, program, panel, PASSWORD)
    assert school.store.run(add_village, school.staff.id, name="新桥村", township_code="330603008").value


def test_what_was_under_way_is_finished_behind_the_cover(qtbot: QtBot, program: Program) -> None:
    done: list[object] = []
    program.desk.run(add_village, then=done.append, name="新桥村", township_code="330603008")

    program.lock()
    hidden = program.shell.is_covered
    qtbot.waitUntil(lambda: locking(program).is_shut, timeout=LONG)

    assert hidden
    assert len(done) == 1


def test_what_pages_ask_for_meanwhile_waits(qtbot: QtBot, program: Program) -> None:
    panel = lock(qtbot, program)
    seen: list[int] = []
    program.desk.read(lambda session: 7, seen.append)
    qtbot.wait(30)
    before = list(seen)

    unlock(qtbot, program, panel, PASSWORD)
    qtbot.waitUntil(lambda: bool(seen), timeout=LONG)

    assert (before, seen) == ([], [7])


def test_a_forgotten_password_leads_to_the_recovery_sheet(qtbot: QtBot, program: Program) -> None:
    panel = lock(qtbot, program)

    panel.recover_asked.emit()

    assert program.shell is None
    assert program.gate.findChild(Recover) is not None


def test_a_wrong_password_leaves_it_shut(qtbot: QtBot, program: Program) -> None:
    panel = lock(qtbot, program)
    panel.password.setText("不是这一句话")

    panel.submit()

    qtbot.waitUntil(lambda: "密码不对" in panel.note.text, timeout=LONG)
    assert (program.shell.is_covered, locking(program).is_shut) == (True, True)


def test_the_words_in_a_form_are_there_again(qtbot: QtBot, program: Program, home: Path) -> None:
    form = half_typed(qtbot, program)
    panel = lock(qtbot, program)
    sealed = [path for path in (home / "drafts").iterdir() if not path.name.startswith(".")]
    raw = sealed[0].read_bytes()

    unlock(qtbot, program, panel, PASSWORD)

    assert len(sealed) == 1
    assert CANARY.encode() not in raw
    assert form.form.inputs["name"].text() == CANARY
    assert list((home / "drafts").iterdir()) == []


def test_a_pc_that_lost_its_power_while_locked_gives_the_words_back(
    qtbot: QtBot, program: Program, home: Path
) -> None:
    half_typed(qtbot, program)
    lock(qtbot, program)
    program._leave()  # as the power cut leaves it: the file of drafts is all there is

    again = started(home)
    sign_in(qtbot, again)
    told = again.shell.bar.text
    fresh = FormPanel(
        again.desk, "新建什么", (Text(name="name", label="姓名"), Text(name="other", label="别的")), print
    )
    FormDialog(again.shell, fresh).open()
    offered = fresh.note.text
    fresh.give_back(again.desk.drafts.waiting[0])

    assert "「新建什么」填了一半没有保存" in told
    assert "填了一半" in offered
    assert fresh.form.inputs["name"].text() == CANARY
    assert again.desk.drafts.waiting == []
    again.close()


def test_another_person_sees_nothing_of_what_the_first_had_open(qtbot: QtBot, program: Program) -> None:
    half_typed(qtbot, program)
    program.shell.go("people")
    panel = lock(qtbot, program)

    unlock(qtbot, program, panel, OTHERS, "章国平")

    assert (program.desk.seat.name, program.shell.page_key) == ("章国平", "home")
    assert [one for one in program.shell.findChildren(FormDialog) if one.isVisible()] == []
    panel = lock(qtbot, program)
    unlock(qtbot, program, panel, PASSWORD)
    assert [one.title for one in program.desk.drafts.waiting] == ["新建什么"]


def test_a_pc_that_slept_is_locked(qtbot: QtBot, qapp) -> None:
    clock, parent = Clock(), QObject()
    watch = SleepWatch(parent, clock, every_ms=3_600_000)
    slept: list[bool] = []
    watch.slept.connect(lambda: slept.append(True))

    clock.forward(seconds=6)
    watch.look()
    awake = list(slept)
    clock.now += timedelta(minutes=20)
    watch.look()
    watch._on_sleep(True)
    watch._on_sleep(False)

    assert (awake, slept) == ([], [True, True])


def test_a_look_with_a_trainers_eyes_writes_nothing(qtbot: QtBot, program: Program) -> None:
    before = program.school.store.position()
    told: list[str] = []
    program.desk.told.connect(told.append)
    program.looking.begin(Role.CLERK)
    program.desk.run(add_village, name="新桥村", township_code="330603008")
    program.desk.undo()
    qtbot.waitUntil(lambda: len(told) == 2, timeout=LONG)
    program.looking.begin(Role.TRAINER)
    program.desk.run(add_village, name="新桥村", township_code="330603008")
    qtbot.waitUntil(lambda: len(told) == 3, timeout=LONG)
    banner = program.shell.findChild(QWidget, "demo")

    assert told[0] == READ_ONLY.format(role="教务", act="新建村社")
    assert "没有可以撤销的" in told[1]
    assert "校长" in told[2]
    assert banner is not None
    with pytest.raises(NotAllowed):
        program.desk.attachments.keep(b"a photo")
    assert program.school.store.position() == before
    program.looking.end()
    assert (program.desk.seat.name, program.desk.store) == ("沈月琴", program.school.store)


def test_the_lock_ends_a_look(qtbot: QtBot, program: Program) -> None:
    program.looking.begin(Role.TRAINER)

    panel = lock(qtbot, program)
    unlock(qtbot, program, panel, PASSWORD)

    assert program.desk.seat.role == "校长"
    assert program.looking.role is None


def test_only_the_headmaster_may_look_or_change_the_key(qtbot: QtBot, program: Program) -> None:
    panel = lock(qtbot, program)
    unlock(qtbot, program, panel, OTHERS, "章国平")
    told: list[str] = []
    program.desk.told.connect(told.append)

    program.look()
    program.change_key()

    assert ["由校长来做" in one for one in told] == [True, True]


def test_another_data_key_from_the_window(qtbot: QtBot, program: Program) -> None:
    old = program.school.key.reveal()
    program.change_key()
    form = program.shell.findChild(FormDialog).panel
    form.form.inputs["password"].setText(PASSWORD)
    form.submit()
    qtbot.waitUntil(lambda: program.shell.screen_cover.findChild(KeyDone) is not None, timeout=LONG)
    done = program.shell.screen_cover.findChild(KeyDone)
    code = done.code_words.text()

    done.finished.emit()
    qtbot.waitUntil(lambda: not program.desk.is_busy, timeout=LONG)

    assert program.school.key.reveal() != old
    assert len(code.split("-")) == 9
    assert not program.shell.is_covered
    acted: list[object] = []
    program.desk.run(add_village, then=acted.append, name="新桥村", township_code="330603008")
    qtbot.waitUntil(lambda: bool(acted), timeout=LONG)
    panel = lock(qtbot, program)
    unlock(qtbot, program, panel, PASSWORD)
