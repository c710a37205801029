"""The tab 程序升级 with real keys: a file from a stick, the one the hub sent, one step back; a practice school has none."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from kqdesk.backup.keeper import Keeper
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.shots import settle
from kqdesk.desk.theme import apply_theme
from kqdesk.rooms.safekeeping.page import SafekeepingPage
from kqdesk.rooms.safekeeping.page.program import ProgramTab
from kqdesk.school import School
from kqdesk.school.updates import Updates
from kqdesk.security.roles import Role
from tests.updating.program import NEW, OLD, Place, started


@pytest.fixture
def desk(qapp, school: School, place: Place) -> Iterator[Desk]:
    apply_theme(qapp)
    seat = Seat(
        school.staff.id, school.staff.name, Role.HEADMASTER.label, school.signer, school.issuer,
        keeper=Keeper(school.layout, school.key, school.store.clock), renewal=Updates(school, place.known(), low=0),
    )  # fmt: skip
    made = Desk(school.store, seat, attachments=school.attachments)
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> SafekeepingPage:
    made = SafekeepingPage(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 690)
    made.show()
    made.arrive({"tab": "program"})
    settle(desk)
    return made


def tab_of(page: SafekeepingPage) -> ProgramTab:
    assert isinstance(page.tab, ProgramTab)
    return page.tab


def test_a_file_is_chosen_applied_and_taken_back(
    page: SafekeepingPage, desk: Desk, place: Place, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab, file = tab_of(page), place.packed()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))

    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(desk)
    told, after, shown = tab.note.text, started(place.program.root), tab.facts["下次启动"].text()
    qtbot.keyClick(tab.back, Qt.Key.Key_Space)
    settle(desk)

    assert told.startswith(f"{NEW} 版已经装好")
    assert (after, shown) == (NEW, f"{NEW} 版")
    assert started(place.program.root) == OLD
    assert tab.facts["现在的版本"].text().startswith(OLD)


def test_a_wrong_file_is_named_and_nothing_changes(page: SafekeepingPage, desk: Desk, place: Place) -> None:
    tab, file = tab_of(page), place.packed(program="oldesk")

    tab.apply(file)
    settle(desk)

    assert "这是“oldesk”的升级文件" in tab.note.text
    assert started(place.program.root) == OLD


def test_the_one_the_hub_sent_is_a_button(
    page: SafekeepingPage, desk: Desk, place: Place, school: School, qtbot: QtBot
) -> None:
    tab = tab_of(page)
    before = tab.offer.isVisible()
    school.layout.updates.mkdir()
    shutil.copy2(place.packed(), school.layout.updates / f"{NEW}.kqupdate")
    tab.reload()
    settle(desk)
    words = tab.offer.text()

    qtbot.keyClick(tab.offer, Qt.Key.Key_Space)
    settle(desk)

    assert not before
    assert words == f"升级到 {NEW} 版"
    assert started(place.program.root) == NEW
    assert not list(school.layout.updates.glob("*.kqupdate"))


def test_a_double_clicked_file_waits_for_the_button(page: SafekeepingPage, desk: Desk, place: Place) -> None:
    file = place.packed()

    page.arrive({"tab": "program", "update": file})
    settle(desk)

    assert "要现在升级吗" in tab_of(page).note.text
    assert started(place.program.root) == OLD


def test_a_practice_school_updates_nothing(qtbot: QtBot, school: School, qapp) -> None:
    apply_theme(qapp)
    desk = Desk(school.store, Seat(school.staff.id, "沈月琴", Role.HEADMASTER.label))
    page = SafekeepingPage(desk, {})
    qtbot.addWidget(page)
    page.show()
    page.arrive({"tab": "program"})
    settle(desk)

    tab = tab_of(page)
    tab.apply(Path("x.kqupdate"))

    assert "演练学校里不升级程序" in tab.note.text
    desk.close()
