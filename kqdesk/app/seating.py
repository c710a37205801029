"""The application, the window of an open home, and the seat of whoever is at the desk."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from kqdesk.app.pages import PAGES, SOURCES
from kqdesk.app.renewing import renewal_of
from kqdesk.app.touch import exchange_of
from kqdesk.backup.keeper import Keeper
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.memory import Memory
from kqdesk.desk.pages import Command
from kqdesk.desk.shell import Shell
from kqdesk.desk.theme import apply_theme
from kqdesk.kernel.resources import resource
from kqdesk.rooms.office.queries import school_card
from kqdesk.school import School
from kqdesk.security.doorkeeper import Doorkeeper
from kqdesk.security.kdf import PRODUCTION, Profile


def seat_of(school: School, clock: Callable[[], datetime], profile: Profile = PRODUCTION) -> Seat:
    """Who sits at the desk of an open home."""
    door = Doorkeeper(school.layout.keys, school.key, clock, profile)
    staff = school.staff
    keeper = Keeper(school.layout, school.key, clock)
    with school.store.reading() as session:
        card = school_card(session)
    is_demo = card is not None and card.is_demo
    return Seat(
        staff.id, staff.name, staff.role.label, school.signer, school.issuer, door, keeper, exchange_of(school),
        renewal_of(school, is_demo=is_demo),
    )  # fmt: skip


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


def input_method(environ: Mapping[str, str]) -> dict[str, str]:
    """What must be set so that Chinese can be typed: the wheels carry no fcitx plugin, and fcitx5 answers as ibus does.

    A desktop that names fcitx itself (UOS and Kylin do) would get no input method at all, so its word is changed.
    """
    names = [
        environ.get(name, "") for name in ("QT_IM_MODULE", "QT_IM_MODULES", "XMODIFIERS", "GTK_IM_MODULE")
    ]
    own = names[0]
    if "fcitx" in own or (not own and any("fcitx" in name for name in names)):
        return {"QT_IM_MODULE": "ibus", "QT_IM_MODULES": "ibus"}
    return {}


def begin_in_documents() -> None:
    """Dialogs for files begin where she keeps her own, not in the folder of the program."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    with suppress(OSError):
        os.chdir(place or Path.home())


def start_application(text_size: str = "standard") -> QApplication:
    """The one QApplication, dressed; fcitx5 desktops are spoken to through its ibus door."""
    if sys.platform.startswith("linux"):
        os.environ.update(input_method(os.environ))
    if QApplication.instance() is None:  # 125 and 175 % as they are, not rounded to whole times
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setDesktopFileName("kqdesk")  # by this, docks find the menu entry
    app.setWindowIcon(QIcon(str(resource("icons/kqdesk.svg"))))
    apply_theme(app, text_size)
    return app
