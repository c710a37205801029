"""Before the work, with real keys: founding a school, signing in, a forgotten password, locking."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kqdesk import school as homes
from kqdesk.app import practice
from kqdesk.app.care import Care
from kqdesk.app.first_run import NewPassword, OwnSchool, Recover
from kqdesk.app.gate import Stopped
from kqdesk.app.practice import WIPED
from kqdesk.app.welcome import Welcome
from kqdesk.app.window import Program, Start
from kqdesk.desk.frame import DemoBanner
from kqdesk.desk.gate import SignIn
from kqdesk.desk.parts import Push
from kqdesk.desk.shots import settle
from kqdesk.desk.theme import apply_theme
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress
from kqdesk.printing.watermark import PRACTICE, mark
from kqdesk.rooms.office.actions import add_staff
from kqdesk.rooms.places.actions import add_village
from kqdesk.school import NewSchool
from kqdesk.security.doorkeeper import Doorkeeper
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from kqdesk.store import engine
from tests.conftest import Clock

PASSWORD = "溪南村口老樟树第三棵"
NEW = NewSchool("330603008", "兰亭街道成校", "沈月琴", Role.CLERK, PASSWORD, township_code="330603008")
LONG = 20_000  # milliseconds a busy machine may take


def make_demo(home: Path, password: str, progress: Progress) -> None:
    """A demo school of one person: enough to sit down in."""
    progress.step(1, 2, "建学校")
    demo = NewSchool("330603008", "演练成校", "沈月琴", Role.CLERK, password, is_demo=True)
    homes.make(home, demo, clock=Clock(), profile=CHEAPEST)[0].close()


@pytest.fixture
def program(qapp, tmp_path: Path) -> Iterator[Program]:
    apply_theme(qapp)
    made = Program(Start(tmp_path / "school", tmp_path / "school-demo", make_demo, Clock(), CHEAPEST))
    yield made
    made.close()
    if made.gate is not None:
        made.gate.close()


def type_into(form, **texts: str) -> None:
    """Fill fields by name."""
    for name, text in texts.items():
        form.inputs[name].show_value(text)


def test_whoever_only_wants_to_look_starts_in_the_practice_school_once(
    qtbot: QtBot, qapp, tmp_path: Path
) -> None:
    apply_theme(qapp)
    start = Start(tmp_path / "school", tmp_path / "school-demo", make_demo, Clock(), CHEAPEST, practises=True)
    program = Program(start)
    program.begin()
    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)
    first = program.shell.windowTitle()

    program.wipe_practice()

    qtbot.waitUntil(lambda: program.gate and program.gate.findChild(Welcome) is not None, timeout=LONG)
    program.close()
    assert first == "演练成校"


def test_the_first_start_asks_and_one_way_is_a_demo_school(qtbot: QtBot, program: Program) -> None:
    program.begin()
    panel = program.gate.findChild(Welcome)

    qtbot.keyClick(panel.buttons[3], Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)
    assert program.school is not None
    assert program.school.staff.name == "沈月琴"
    assert program.shell.windowTitle() == "演练成校"
    assert program.shell.page_key == "home"


def test_founding_ones_own_school_in_three_steps(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    program.own_school()
    panel = program.gate.findChild(OwnSchool)
    cursor_at = program.gate.focusWidget()
    type_into(panel.about_school, name="柯桥区兰亭街道成人文化技术学校", township="330603008")
    qtbot.keyClick(panel.wizard.on, Qt.Key.Key_Space)
    type_into(panel.about_you, person="沈月琴", role=Role.CLERK, password=PASSWORD, again=PASSWORD)
    panel.wizard.go_on()
    qtbot.waitUntil(lambda: panel.code_words.text() != "", timeout=LONG)
    panel.wizard.go_on()
    refused = panel.wizard.note.isVisibleTo(panel.wizard)
    panel.typed.setText(panel.code_words.text()[-4:].lower())
    panel.wizard.go_on()

    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)
    assert cursor_at is panel.about_school.inputs["name"]
    assert refused, "the last four characters were asked for"
    assert program.school.layout.home == tmp_path / "school"
    assert program.school.store.school == "330603008"


def test_two_different_passwords_are_named(qtbot: QtBot, program: Program) -> None:
    program.own_school()
    panel = program.gate.findChild(OwnSchool)
    type_into(panel.about_school, name="兰亭成校", township="330603008")
    panel.wizard.go_on()
    type_into(panel.about_you, person="沈月琴", role=Role.CLERK, password=PASSWORD, again="另外一句话不一样")

    panel.wizard.go_on()

    assert panel.wizard.number == 1
    assert panel.wizard.note.text == "两次输入的密码不一样，请再输一次。"


def test_signing_in_with_the_keyboard(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    homes.make(tmp_path / "school", NEW, clock=Clock(), profile=CHEAPEST)[0].close()
    program.begin()
    panel = program.gate.findChild(SignIn)

    panel.password.setText("不是这一句话")
    qtbot.keyClick(panel.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "密码不对" in panel.note.text, timeout=LONG)
    panel.password.setText(PASSWORD)
    qtbot.keyClick(panel.password, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)


def test_a_forgotten_password(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    made, code = homes.make(tmp_path / "school", NEW, clock=Clock(), profile=CHEAPEST)
    made.close()
    program.begin()
    program.gate.findChild(SignIn).recover_asked.emit()
    panel = program.gate.findChild(Recover)
    fresh = "换成了新的一句话，兰亭"
    type_into(panel.form, code=code.lower().replace("-", " "), password=fresh, again=fresh)

    panel.submit()

    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)
    assert program.school.signer is not None


def test_locking_hides_the_work_until_the_password(qtbot: QtBot, program: Program) -> None:
    program.practice.begin()
    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)
    qtbot.keyClick(program.shell, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    covered = program.shell.is_covered
    panel = program.shell.findChild(SignIn)

    panel.password.setText("随便试试不要紧-演练学校")
    panel.submit()

    qtbot.waitUntil(lambda: not program.shell.is_covered, timeout=LONG)
    assert covered


def test_a_home_that_cannot_be_opened_says_why(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    homes.make(tmp_path / "school", NEW, clock=Clock(), profile=CHEAPEST)[0].close()
    (tmp_path / "school" / "school.db").unlink()

    program.begin()

    assert "找不到学校的数据文件" in program.gate.findChild(Stopped).words


def test_the_window_backs_up_by_itself(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    homes.make(tmp_path / "school", NEW, clock=Clock(), profile=CHEAPEST)[0].close()
    program.begin()
    panel = program.gate.findChild(SignIn)
    panel.password.setText(PASSWORD)
    qtbot.keyClick(panel.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)

    program.desk.findChild(Care).look()

    backups = tmp_path / "school" / "backups"
    qtbot.waitUntil(lambda: len(list(backups.glob("*.kqbackup"))) == 1, timeout=LONG)
    settle(program.desk)
    program.desk.findChild(Care).look()
    settle(program.desk)
    assert len(list(backups.glob("*.kqbackup"))) == 1, "a second one is not due yet"


def test_a_journal_changed_outside_is_said_when_the_window_opens(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    made, _ = homes.make(tmp_path / "school", NEW, clock=Clock(), profile=CHEAPEST)
    raw = engine.connect(made.layout.database, made.key.raw_pragma())
    raw.execute("DROP TRIGGER journal_entry_seal")
    raw.execute("UPDATE journal_entry SET label='别的' WHERE id=1")
    raw.close()
    made.close()
    program.begin()
    panel = program.gate.findChild(SignIn)
    panel.password.setText(PASSWORD)
    qtbot.keyClick(panel.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)

    program.desk.findChild(Care).check()

    qtbot.waitUntil(lambda: "操作记录第 1 条与封存时不一致" in program.shell.bar.text, timeout=LONG)


def test_an_older_file_put_back_is_named_and_opens_only_on_purpose(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    made, _ = homes.make(tmp_path / "school", NEW, clock=Clock(), profile=CHEAPEST)
    made.close()
    older = (tmp_path / "school" / "school.db").read_bytes()
    again = homes.open_with_password(
        tmp_path / "school", who="沈月琴", password=PASSWORD, clock=Clock(), profile=CHEAPEST
    )
    again.store.run(add_village, again.staff.id, name="溪南村", township_code="330603008")
    again.close()
    (tmp_path / "school" / "school.db").write_bytes(older)
    program.begin()
    panel = program.gate.findChild(SignIn)
    panel.password.setText(PASSWORD)

    qtbot.keyClick(panel.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.gate.findChild(Stopped) is not None, timeout=LONG)
    stopped = program.gate.findChild(Stopped)
    was_closed = program.shell is None
    stopped.accepted.emit()

    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)
    assert was_closed
    assert "1" in stopped.words


def test_a_given_password_is_changed_at_the_first_sign_in(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    home, given, own = tmp_path / "school", "先给你这一句，快点换掉", "山里的杨梅六月才红呢"
    made, _ = homes.make(home, NEW, clock=Clock(), profile=CHEAPEST)
    other = made.store.run(add_staff, made.staff.id, name="章国平", role=Role.HEADMASTER).value
    Doorkeeper(made.layout.keys, made.key, Clock(), CHEAPEST).give(other, "章国平", given)
    made.close()
    program.begin()
    panel = program.gate.findChild(SignIn)
    panel.person.choose(other)
    panel.password.setText(given)
    qtbot.keyClick(panel.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.gate.findChild(NewPassword) is not None, timeout=LONG)
    fresh = program.gate.findChild(NewPassword)
    type_into(fresh.form, password=own, again=own)

    fresh.submit()

    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)
    program.close()
    homes.open_with_password(home, who="章国平", password=own, clock=Clock(), profile=CHEAPEST).close()


def test_letters_can_be_made_larger_before_anything_else(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    program.begin()

    program.gate.findChild(Welcome).sizes.chosen.emit("huge")
    again = program.gate.findChildren(Welcome)[-1]

    assert again.sizes.value() == "huge"
    assert json.loads((tmp_path / "screen.json").read_text("utf-8"))["text.size"] == "huge"


def test_the_practice_school_is_red_marks_its_papers_and_goes_in_one_click(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    program.practice.begin()
    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)
    banner = program.shell.findChild(DemoBanner)
    buttons = {button.text(): button for button in banner.findChildren(Push)}
    marked = mark()

    qtbot.keyClick(buttons["清空演练"], Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: program.gate.findChild(Welcome) is not None, timeout=LONG)
    assert list(buttons) == ["清空演练", "建立自己的学校"]
    assert (marked, mark()) == (PRACTICE, "")
    assert not (tmp_path / "school-demo").exists()
    assert program.gate.note.text == WIPED


def test_from_her_own_school_to_the_practice_school_and_home_again(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    homes.make(tmp_path / "school", NEW, clock=Clock(), profile=CHEAPEST)[0].close()
    program.begin()
    panel = program.gate.findChild(SignIn)
    panel.password.setText(PASSWORD)
    qtbot.keyClick(panel.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)
    own = program.school.layout.home

    program.practise()
    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)
    there = program.school.layout.home
    banner = program.shell.findChild(DemoBanner)
    next(one for one in banner.findChildren(Push) if one.text() == "回到自己的学校").click()

    qtbot.waitUntil(lambda: program.gate.findChildren(SignIn) != [], timeout=LONG)
    assert (own, there) == (tmp_path / "school", tmp_path / "school-demo")
    assert program.shell is None


def test_wiping_a_broken_off_wipe_and_nothing_else(tmp_path: Path) -> None:
    home, gone = tmp_path / "school-demo", tmp_path / "school-demo-gone"
    for folder in (home, gone, tmp_path / "school"):
        folder.mkdir()
        (folder / "school.db").write_bytes(b"x")

    practice._wiped(home, None)
    practice._wiped(home, None)
    with pytest.raises(UserError, match="不是演练学校"):
        practice._wiped(tmp_path / "school", None)

    assert [path.name for path in tmp_path.iterdir()] == ["school"]


def test_the_township_is_read_from_the_name_and_the_cursor_follows_the_steps(
    qtbot: QtBot, program: Program
) -> None:
    program.own_school()
    panel = program.gate.findChild(OwnSchool)
    name = panel.about_school.inputs["name"]
    name.setText("柯桥区兰亭街道成人文化技术学校")
    name.edited.emit()

    panel.wizard.go_on()

    assert panel.about_school.inputs["township"].value() == "330603008"
    assert program.gate.focusWidget() is panel.about_you.inputs["person"]
