"""Nothing gets lost, tried as a person would: a damaged or missing database, a lost PC, a mistake restored and taken back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kqdesk import school as homes
from kqdesk.app.damaged import Damaged
from kqdesk.app.first_run import Recover
from kqdesk.app.from_backup import FromBackup, backups_under
from kqdesk.app.welcome import Welcome
from kqdesk.app.window import Program, Start
from kqdesk.backup.policy import Reason
from kqdesk.desk.gate import SignIn
from kqdesk.desk.shots import settle
from kqdesk.desk.theme import apply_theme
from kqdesk.kernel.places import home_layout
from kqdesk.rooms.office.actions import add_staff
from kqdesk.rooms.places.actions import add_village
from kqdesk.school import NewSchool
from kqdesk.security.doorkeeper import Doorkeeper
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from tests.conftest import Clock

PASSWORD, FRESH = "溪南村口老樟树第三棵", "换成了新的一句话，兰亭"
NEW = NewSchool("330603008", "兰亭街道成校", "沈月琴", Role.HEADMASTER, PASSWORD, township_code="330603008")
LONG = 30_000  # milliseconds a busy machine may take
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def code(tmp_path: Path, clock: Clock) -> str:
    """The printed code of a school of two villages and two people, with a backup after the first village."""
    made, code = homes.make(tmp_path / "school", NEW, clock=clock, profile=CHEAPEST)
    made.store.run(add_village, made.staff.id, name="溪南村", township_code="330603008")
    other = made.store.run(add_staff, made.staff.id, name="章国平", role=Role.CLERK).value
    Doorkeeper(made.layout.keys, made.key, clock, CHEAPEST).give(other, "章国平", "先给你这一句，快点换掉")
    made.back_up(Reason.HOURLY)
    clock.forward(hours=3)
    made.store.run(add_village, made.staff.id, name="谢坞村", township_code="330603008")
    made.close()
    return code


@pytest.fixture
def program(qapp, tmp_path: Path, clock: Clock) -> Iterator[Program]:
    apply_theme(qapp)
    made = Program(Start(tmp_path / "school", tmp_path / "school-demo", None, clock, CHEAPEST))
    yield made
    made.close()
    if made.gate is not None:
        made.gate.close()


def shown(qtbot: QtBot, program: Program, kind: type[QWidget]) -> QWidget:
    """The gate's panel, once it is of this kind."""

    def there() -> bool:
        return program.gate is not None and any(
            panel.isVisible() for panel in program.gate.findChildren(kind)
        )

    qtbot.waitUntil(there, timeout=LONG)
    return next(panel for panel in program.gate.findChildren(kind) if panel.isVisible())


def press(qtbot: QtBot, widget: QWidget, key: Qt.Key, how: Qt.KeyboardModifier | None = None) -> None:
    """A real key in an active window."""
    widget.window().activateWindow()
    qtbot.waitUntil(widget.window().isActiveWindow)
    if how is None:
        qtbot.keyClick(widget, key)
    else:
        qtbot.keyClick(widget, key, how)


def sign_in(qtbot: QtBot, program: Program, password: str = PASSWORD) -> None:
    panel = shown(qtbot, program, SignIn)
    panel.password.setText(password)
    press(qtbot, panel.password, Qt.Key.Key_Return)


def at_work(qtbot: QtBot, program: Program) -> list[str]:
    """The villages, once the window is open."""
    qtbot.waitUntil(lambda: program.shell is not None, timeout=LONG)
    with program.school.store.reading() as session:
        return sorted(session.connection().exec_driver_sql("SELECT name FROM village").scalars())


def spoil(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[:4096] = bytes(4096)
    path.write_bytes(raw)


def test_a_damaged_database_offers_the_last_good_copy(
    qtbot: QtBot, program: Program, code: str, tmp_path: Path
) -> None:
    spoil(tmp_path / "school" / "school.db")
    program.begin()
    sign_in(qtbot, program)
    panel = shown(qtbot, program, Damaged)
    qtbot.waitUntil(lambda: panel.go.isVisible(), timeout=LONG)
    offered, about = panel.offered.text(), panel.about.text()

    press(qtbot, panel, Qt.Key.Key_Return, CTRL)
    sign_in(qtbot, program)

    assert at_work(qtbot, program) == ["溪南村"]
    assert "2026年3月2日" in offered
    assert "每小时自动" in offered
    assert "之后的 1 步操作不在里面，要补录" in about
    assert len(list((tmp_path / "school" / "backups").glob("replaced-*/school.db"))) == 1, (
        "nothing is thrown away"
    )


def test_a_missing_database_is_never_an_empty_school(
    qtbot: QtBot, program: Program, code: str, tmp_path: Path
) -> None:
    for path in (tmp_path / "school").glob("school.db*"):
        path.unlink()
    program.begin()
    panel = shown(qtbot, program, Damaged)
    qtbot.waitUntil(lambda: panel.go.isVisible(), timeout=LONG)
    reason = panel.words

    panel.form.inputs["password"].show_value("不是这一句话呀呀")
    press(qtbot, panel, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: "密码不对" in panel.note.text, timeout=LONG)
    panel.form.inputs["password"].show_value(PASSWORD)
    press(qtbot, panel, Qt.Key.Key_Return, CTRL)
    sign_in(qtbot, program)

    assert at_work(qtbot, program) == ["溪南村"]
    assert "找不到学校的数据文件" in reason


def test_a_damaged_newest_backup_is_passed_over(
    qtbot: QtBot, program: Program, code: str, tmp_path: Path, clock: Clock
) -> None:
    opened = homes.open_with_password(
        tmp_path / "school", who="沈月琴", password=PASSWORD, clock=clock, profile=CHEAPEST
    )
    spoil(opened.back_up(Reason.MANUAL).path)
    opened.close()
    spoil(tmp_path / "school" / "school.db")
    program.begin()
    sign_in(qtbot, program)
    panel = shown(qtbot, program, Damaged)

    qtbot.waitUntil(lambda: panel.go.isVisible(), timeout=LONG)

    assert "每小时自动" in panel.offered.text()


def test_no_good_backup_says_what_to_do(qtbot: QtBot, program: Program, code: str, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "school" / "backups")
    spoil(tmp_path / "school" / "school.db")
    program.begin()
    sign_in(qtbot, program)
    panel = shown(qtbot, program, Damaged)

    qtbot.waitUntil(lambda: "没有好的备份" in panel.offered.text(), timeout=LONG)

    assert "U 盘" in panel.about.text()
    assert not panel.go.isVisible()


def test_an_older_file_put_back_may_be_kept_or_restored(
    qtbot: QtBot, program: Program, code: str, tmp_path: Path, clock: Clock
) -> None:
    home = tmp_path / "school"
    older = (home / "school.db").read_bytes()
    opened = homes.open_with_password(home, who="沈月琴", password=PASSWORD, clock=clock, profile=CHEAPEST)
    opened.store.run(add_village, opened.staff.id, name="阮港村", township_code="330603008")
    clock.forward(minutes=5)
    opened.back_up(Reason.HOURLY)
    opened.close()
    (home / "school.db").write_bytes(older)
    program.begin()
    sign_in(qtbot, program)
    panel = shown(qtbot, program, Damaged)
    qtbot.waitUntil(lambda: panel.go.isVisible(), timeout=LONG)
    about = panel.about.text()

    press(qtbot, panel, Qt.Key.Key_Return, CTRL)
    sign_in(qtbot, program)

    assert at_work(qtbot, program) == ["溪南村", "谢坞村", "阮港村"]
    assert "什么也不会少" in about


def test_a_restore_from_the_window_and_back_again(
    qtbot: QtBot, program: Program, code: str, tmp_path: Path
) -> None:
    program.begin()
    sign_in(qtbot, program)
    before = at_work(qtbot, program)
    program.desk.open("safekeeping", tab="backups")
    settle(program.desk)
    tab = program.shell.page.tab
    tab.table.select_row(0)
    press(qtbot, tab.table, Qt.Key.Key_Return)
    settle(program.desk)
    press(qtbot, program.shell.page.side.go, Qt.Key.Key_Return)
    sign_in(qtbot, program)
    after = at_work(qtbot, program)

    program.desk.open("safekeeping", tab="backups")
    settle(program.desk)
    tab = program.shell.page.tab
    asked = tab.waiting.text
    tab.go_back()
    settle(program.desk)
    press(qtbot, program.shell.page.side.go, Qt.Key.Key_Return)
    sign_in(qtbot, program)

    assert (before, after) == (["溪南村", "谢坞村"], ["溪南村"])
    assert at_work(qtbot, program) == ["溪南村", "谢坞村"]
    assert asked.startswith("刚恢复到 2026-03-02")


def test_a_lost_pc_comes_back_on_an_empty_one(
    qtbot: QtBot, program: Program, code: str, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    shutil.copytree(tmp_path / "school" / "backups", stick)
    shutil.rmtree(tmp_path / "school")
    program.begin()
    first = shown(qtbot, program, Welcome)
    press(qtbot, first.buttons[2], Qt.Key.Key_Space)
    panel = shown(qtbot, program, FromBackup)

    panel.show_found(backups_under([tmp_path]))
    press(qtbot, panel, Qt.Key.Key_Return, CTRL)
    panel.code.inputs["code"].show_value("XV7C" + code[4:])
    press(qtbot, panel, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: "恢复码" in panel.wizard.note.text, timeout=LONG)
    refused, nothing = panel.wizard.number, home_layout(tmp_path / "school").exists
    panel.code.inputs["code"].show_value(code.lower().replace("-", " "))
    press(qtbot, panel, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: panel.who is not None, timeout=LONG)
    for name in ("password", "again"):
        panel.who.inputs[name].show_value(FRESH)
    press(qtbot, panel, Qt.Key.Key_Return, CTRL)

    assert at_work(qtbot, program) == ["溪南村"]
    assert (refused, nothing) == (1, False), "a wrong code changes nothing"
    assert program.school.staff.name == "沈月琴"
    program.close()
    again = homes.open_with_password(
        tmp_path / "school", who="沈月琴", password=FRESH, clock=Clock(), profile=CHEAPEST
    )
    again.close()


def test_a_new_pc_switched_off_before_the_password_goes_on_there(
    qtbot: QtBot, program: Program, code: str, tmp_path: Path, clock: Clock
) -> None:
    from kqdesk.backup import entrance  # noqa: PLC0415 -- what the broken-off wizard had done
    from kqdesk.backup.entrance import Way  # noqa: PLC0415

    [backup] = (tmp_path / "school" / "backups").glob("*.kqbackup")
    shutil.move(backup, tmp_path / backup.name)
    shutil.rmtree(tmp_path / "school")
    entrance.restore(tmp_path / "school", tmp_path / backup.name, Way(code=code), clock=clock)
    program.begin()
    panel = shown(qtbot, program, FromBackup)
    step = panel.wizard.number

    panel.code.inputs["code"].show_value(code)
    press(qtbot, panel, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: panel.who is not None, timeout=LONG)
    for name in ("password", "again"):
        panel.who.inputs[name].show_value(FRESH)
    press(qtbot, panel, Qt.Key.Key_Return, CTRL)

    assert at_work(qtbot, program) == ["溪南村"]
    assert step == 1


def test_a_forgotten_password_with_keys_alone(qtbot: QtBot, program: Program, code: str) -> None:
    program.begin()
    signing = shown(qtbot, program, SignIn)
    signing.recover_asked.emit()
    panel = shown(qtbot, program, Recover)
    for name, text in (("code", code), ("password", FRESH), ("again", FRESH)):
        panel.form.inputs[name].show_value(text)
    press(qtbot, panel, Qt.Key.Key_Return, CTRL)

    assert at_work(qtbot, program) == ["溪南村", "谢坞村"]
    assert program.school.staff.name == "沈月琴"
    assert QApplication.activeWindow() is not None
