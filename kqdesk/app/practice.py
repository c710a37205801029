"""The practice school: made apart from everything real, opened without being asked, wiped in one click.

It lies in a home of its own beside the school's; it never syncs, and what it prints says 演练 across the page.
"""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from kqdesk import school as homes
from kqdesk.app.gate import Waiting
from kqdesk.app.rescue import Gatehouse
from kqdesk.app.start import DEMO_PASSWORD, Start
from kqdesk.desk.job import Job
from kqdesk.kernel.disk import disk_fault
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.places import home_layout
from kqdesk.school import School

BUILDING = "正在准备演练学校，大约半分钟。数据都是编的，可以放心试。"
OPENING = "正在打开演练学校……"
WIPING = "正在清空演练学校……"
WIPED = "演练学校已经清空。想再试，随时可以重新做一所。"


class Practice(QObject):
    """What the window does about the practice school."""

    def __init__(self, house: Gatehouse, start: Start, parent: QObject) -> None:
        super().__init__(parent)
        self._house, self._start = house, start
        self.is_first = True  # it was neither made nor wiped since the program began

    @property
    def home(self) -> Path:
        """Where it lies."""
        return self._start.demo_home

    @property
    def is_there(self) -> bool:
        """Whether it was made."""
        return home_layout(self.home).exists

    @property
    def can_be(self) -> bool:
        """Whether it is there or could be made."""
        return self.is_there or self._start.make_demo is not None

    def begin(self) -> None:
        """Sit down in it; made first when there is none."""
        self.is_first = False
        if self.is_there or self._start.make_demo is None:
            self.open()
            return
        waiting, make, home = Waiting(BUILDING), self._start.make_demo, self.home
        self._house.show(waiting)
        self._house.desk.start(
            lambda job: make(home, DEMO_PASSWORD, job), lambda _: self.open(),
            title="准备演练学校", owner=waiting, failed=waiting.refuse, cancellable=False,
        ).progressed.connect(waiting.step)  # fmt: skip

    def open(self) -> None:
        """Its first person, without being asked."""
        waiting = Waiting(OPENING)
        self._house.show(waiting)
        self._house.desk.start(self._opened, self._house.enter, owner=waiting, failed=waiting.refuse)

    def _opened(self, _: Job) -> School:
        who = homes.people(self.home)[0][0]
        return homes.open_with_password(
            self.home, who=who, password=DEMO_PASSWORD, clock=self._start.clock, title="kqdesk 窗口",
            profile=self._start.profile,
        )  # fmt: skip

    def wipe(self, then: Callable[[str], object]) -> None:
        """Away with all of it; the window has let go of it already. Nothing else is ever touched."""
        waiting = Waiting(WIPING)
        self._house.show(waiting)
        self._house.desk.start(
            partial(_wiped, self.home), lambda _: then(WIPED), owner=waiting, failed=waiting.refuse,
            cancellable=False,
        )  # fmt: skip


def _wiped(home: Path, _: Job) -> None:
    if not home.name.endswith("-demo"):
        raise UserError("这不是演练学校的文件夹，不清空。")
    gone = home.with_name(home.name + "-gone")  # broken off in the middle, no half school is left
    try:
        if gone.exists():
            shutil.rmtree(gone)
        if home.exists():
            home.rename(gone)
            shutil.rmtree(gone)
    except OSError as wrong:
        raise disk_fault(wrong, home) from wrong
