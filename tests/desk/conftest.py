"""A desk over the small fake store, dressed in the theme."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.shell import Shell
from kqdesk.desk.theme import apply_theme
from tests.desk import fakes


@pytest.fixture(scope="session")
def themed(qapp: QApplication) -> QApplication:
    """The application as the clerk sees it."""
    apply_theme(qapp)
    return qapp


@pytest.fixture
def shelf() -> fakes.FakeStore:
    """Thirty things in memory."""
    return fakes.FakeStore(fakes.some_things())


@pytest.fixture
def small_desk(themed: QApplication, shelf: fakes.FakeStore) -> Iterator[Desk]:
    """A desk over the shelf."""
    made = Desk(shelf, Seat("clerk", "沈月琴", "教务"))
    yield made
    made.close()


@pytest.fixture
def shell(qtbot, small_desk: Desk) -> Shell:
    """A window with the dummy pages, shown, at the table page."""
    made = Shell(small_desk, "兰亭街道成人文化技术学校", fakes.PAGES, sources=fakes.SOURCES)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.go("things")
    qtbot.waitUntil(lambda: not small_desk.is_busy)
    return made
