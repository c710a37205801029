"""Program updates of the open home, as the seat carries them, and the line of 工作台 when a newer program is here."""

import os
from collections.abc import Sequence
from contextlib import suppress

from kqdesk.desk.desk import Desk
from kqdesk.desk.renewal import Renewal
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.home.rules import Line
from kqdesk.rooms.home.terms import Group, Kind
from kqdesk.school import School
from kqdesk.school.updates import Program, Updates


def renewal_of(school: School, *, is_demo: bool) -> Renewal | None:
    """Updates beside this home; none in a demo school, which must not change the program of a school."""
    return None if is_demo else Updates(school, Program.found(os.environ))


def update_lines(desk: Desk) -> Sequence[Line]:
    """有新版本: said once a look, never pressed upon anybody; nothing where there is none."""
    renewal = desk.seat.renewal
    if renewal is None:
        return ()
    with suppress(UserError, OSError):
        release = renewal.offered()
        if release is not None and not release.fits:
            return (
                Line(
                    Kind.SYNC, Group.AHEAD, "update", f"有新版本 {release.version}，可以升级了",
                    release.notes or "升级前会先备份，旧版本留着；不急，空的时候再升。", "新版本", "primary", "去看看",
                    "safekeeping", {"tab": "program"},
                ),
            )  # fmt: skip
    return ()
