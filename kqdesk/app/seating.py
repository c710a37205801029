"""The application, the window of an open home, and the seat of whoever is at the desk."""

import os
import sys
from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QApplication

from kqdesk.app.pages import PAGES, SOURCES
from kqdesk.app.touch import exchange_of
from kqdesk.backup.keeper import Keeper
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.memory import Memory
from kqdesk.desk.pages import Command
from kqdesk.desk.shell import Shell
from kqdesk.desk.theme import apply_theme
from kqdesk.rooms.office.queries import school_card
from kqdesk.school import School
from kqdesk.security.doorkeeper import Doorkeeper
from kqdesk.security.kdf import PRODUCTION, Profile


def seat_of(school: School, clock: Callable[[], datetime], profile: Profile = PRODUCTION) -> Seat:
    """Who sits at the desk of an open home."""
    door = Doorkeeper(school.layout.keys, school.key, clock, profile)
    staff = school.staff
    keeper = Keeper(school.layout, school.key, clock)
    exchange = exchange_of(school)
    return Seat(staff.id, staff.name, staff.role.label, school.signer, school.issuer, door, keeper, exchange)


def open_shell(
    school: School,
    *,
    clock: Callable[[], datetime],
    memory: Memory | None = None,
    commands: tuple[Command, ...] = (),
) -> tuple[Desk, Shell]:
    """The window of an open home, on its first page, not yet shown."""
    with school.store.reading() as session:
        card = school_card(session)
    desk = Desk(school.store, seat_of(school, clock), memory=memory, attachments=school.attachments)
    return desk, Shell(desk, card.name if card else "kqdesk", PAGES, sources=SOURCES, commands=commands)


def start_application(text_size: str = "standard") -> QApplication:
    """The one QApplication, dressed; fcitx5 desktops are spoken to through its ibus door."""
    if sys.platform.startswith("linux") and "fcitx" in os.environ.get("XMODIFIERS", ""):
        os.environ.setdefault("QT_IM_MODULE", "ibus")  # the wheels carry no fcitx plugin
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    apply_theme(app, text_size)
    return app
