"""The screen locked and given back: hidden at once, drafts sealed, the file let go, the key wiped; then a password.

Ctrl+L, ten idle minutes and a sleeping PC lead here. What was under way is finished behind the cover, and only then
is the key gone; nothing new is begun meanwhile.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from kqdesk import school as homes
from kqdesk.app.drafts import DraftBox
from kqdesk.desk.desk import Desk
from kqdesk.desk.drafts import DraftShelf
from kqdesk.desk.gate import SignIn
from kqdesk.desk.job import Job
from kqdesk.desk.seat import Seat
from kqdesk.desk.shell import Shell
from kqdesk.desk.sleep import SleepWatch
from kqdesk.kernel.errors import UserError
from kqdesk.school import School
from kqdesk.security.kdf import Profile


class Locking(QObject):
    """Guards one window. ``seat_of`` makes the seat of whoever is let in."""

    recover_asked = Signal()  # the password is forgotten: out to the gate, the recovery sheet in hand
    covered = Signal()  # the work is hidden; what must not outlast it ends now

    def __init__(
        self,
        gate_desk: Desk,
        shell: Shell,
        school: School,
        profile: Profile,
        seat_of: Callable[[School], Seat],
        *,
        hint: str = "",
    ) -> None:
        super().__init__(shell)
        self._gate_desk, self.shell, self.school = gate_desk, shell, school
        self.desk = shell.desk
        self.profile, self.seat_of, self._hint = profile, seat_of, hint
        self.first_page = shell.page_key
        self._sleep = SleepWatch(self, school.store.clock)
        self._sleep.slept.connect(self.lock)
        shell.lock_asked.connect(self.lock)
        self._offer_drafts()

    @Slot()
    def lock(self) -> None:
        """Hide the work; only a password brings it back."""
        if self.shell.is_covered or self.is_shut:  # a PC may fall asleep while the program closes
            return
        school = self.school
        panel = SignIn(self.shell.windowTitle(), homes.people(school.layout.home), hint=self._hint)
        panel.person.choose(school.staff.id)
        panel.asked.connect(partial(self._unlock, panel))
        panel.recover_asked.connect(self.recover_asked)
        drafts = self.shell.drafts()
        self.shell.cover(panel)
        self.covered.emit()
        self._box().keep([*drafts, *self.desk.drafts.waiting])
        self.desk.rest(self._shut)

    def _shut(self) -> None:
        """Nothing is under way any more."""
        homes.lock(self.school)

    @property
    def is_shut(self) -> bool:
        """The key is gone and the file is let go."""
        return self.school.key.wiped

    def _unlock(self, panel: SignIn, who: str, password: str) -> None:
        self.desk.rest(_nothing)  # else what is still under way could end, and shut, in the middle of opening

        def work(_: Job) -> School:
            return homes.unlock(self.school, who=who, password=password, profile=self.profile)

        def failed(wrong: UserError) -> None:
            panel.refuse(str(wrong))
            self.desk.rest(self._shut)

        self._gate_desk.start(work, self._back, owner=panel, failed=failed)

    def _back(self, school: School) -> None:
        is_another = school.staff.id != self.school.staff.id
        self.school = school
        self.desk.sit(self.seat_of(school))
        self.desk.wake()
        if is_another:
            self.desk.drafts = DraftShelf()
            self.shell.drop_work()
            self.shell.go(self.first_page)
        else:
            self._box().keep(self.desk.drafts.waiting)  # the forms themselves are still there
        self.shell.uncover()
        self.desk.refresh_undo()
        if is_another:
            self._offer_drafts()

    # -- drafts -----------------------------------------------------------------------------------

    def _box(self) -> DraftBox:
        school = self.school
        return DraftBox(school.layout.drafts, school.key, school.store.home_id, school.staff.id)

    def _offer_drafts(self) -> None:
        """After a lock that ended otherwise than by a password: the PC was switched off, or somebody else came."""
        kept = self._box().take()
        if not kept:
            return
        self.desk.drafts.waiting[:] = kept
        first = kept[0]
        titles = "、".join(f"「{one.title}」" for one in kept)
        self.desk.tell(
            f"上次锁定时{titles}填了一半没有保存，打开同一张表就能放回来。",
            button=("打开那一页", partial(self.desk.open, first.page)),
        )


def _nothing() -> None:
    """Nothing to do when all is still."""
