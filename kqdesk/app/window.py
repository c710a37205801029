"""From the start of the process to the window: which home, who sits down, lock and another person at the desk."""

import os
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from kqdesk import school as homes
from kqdesk.app.care import Care
from kqdesk.app.commands import commands_of, menu_of, open_file, show_banner
from kqdesk.app.gate import Card, Gate, NoBooks, Stopped, Waiting
from kqdesk.app.locking import Locking
from kqdesk.app.looking import Looking
from kqdesk.app.practice import Practice
from kqdesk.app.rescue import Gatehouse, Rescue, wants_rescue
from kqdesk.app.rounds import keep_touch, leave_touch
from kqdesk.app.seating import begin_in_documents, seat_of
from kqdesk.app.seating import open_shell as open_shell
from kqdesk.app.seating import start_application as start_application
from kqdesk.app.start import DEMO_HINT, FIRST_VARIABLE, LOOK_FIRST, MakeDemo
from kqdesk.app.start import Start as Start
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.form import FormDialog
from kqdesk.desk.gate import SignIn
from kqdesk.desk.job import Job
from kqdesk.desk.memory import Memory
from kqdesk.desk.shell import Shell
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.places import default_home, home_layout
from kqdesk.printing.watermark import PRACTICE, mark_papers
from kqdesk.rooms.office.queries import school_card
from kqdesk.school import School
from kqdesk.security.doorkeeper import Doorkeeper
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.store.head import OtherThanLeft

if TYPE_CHECKING:
    from kqdesk.app.reporting import Reporter


class Program(QObject):
    """Holds whatever window is up: the gate (sign-in, first run) or the shell."""

    def __init__(self, start: Start) -> None:
        super().__init__()
        self._start = start
        self._memory = Memory(start.home.parent / "screen.json")
        self._gate_desk = Desk(NoBooks(), Seat("", ""))
        house = Gatehouse(
            self._gate_desk, self._show_gate, self._again, self.enter, start.clock, start.profile
        )
        self._rescue, self.practice = Rescue(house, self), Practice(house, start, self)
        self.gate: Gate | None = None
        self.locking: Locking | None = None
        self.looking: Looking | None = None
        self.desk: Desk | None = None
        self.shell: Shell | None = None

    # -- which home -------------------------------------------------------------------------------

    def begin(self) -> None:
        """Her own school if there is one; else the practice school she has begun; else the first panel."""
        if home_layout(self._start.home).exists:
            self.sign_in(self._start.home)
        elif self.practice.is_there or (self._start.practises and self.practice.is_first):
            self.practice.begin()
        else:
            self.welcome()

    def welcome(self) -> None:
        """Nothing is there yet: which way?"""
        from kqdesk.app.welcome import Welcome

        panel, own = Welcome(self._memory, can_practise=self.practice.can_be), self._start.home
        panel.own_asked.connect(self.own_school)
        panel.invitation_asked.connect(partial(self._by_invitation, own))
        panel.restore_asked.connect(partial(self._rescue.from_backup, own))
        panel.practice_asked.connect(self.practice.begin)
        panel.again.connect(self.begin)
        self._show_gate(panel)

    @Slot()
    def practise(self) -> None:
        """演练学校 from Ctrl+K: out of her own school, with its password to come back."""
        self._leave()
        self.practice.begin()

    @Slot()
    def wipe_practice(self) -> None:
        """One click, and everything made up is gone."""
        self._leave()
        self.practice.wipe(self._again)

    def sign_in(self, home: Path, *, hint: str = "") -> None:
        """The sign-in page of a home."""
        try:
            people = homes.people(home)
        except UserError as wrong:
            self._rescue.offer(home, wrong)
            return
        if not people:  # restored on a new PC, and closed before anybody had a password
            self._rescue.from_backup(home, is_restored=True)
            return
        panel = SignIn(str(self._memory.recall("school.name", "乡镇成人学校")), people, hint=hint)
        panel.asked.connect(partial(self._try_password, home, panel))
        panel.recover_asked.connect(partial(self._recover, home))
        self._show_gate(panel)

    def _try_password(self, home: Path, panel: SignIn, who: str, password: str) -> None:
        work, then = partial(self._with_password, home, who, password), partial(self._entered, password)
        failed = partial(self._refused, home, panel, who, password)
        self._gate_desk.start(work, then, owner=panel, failed=failed)

    def _refused(self, home: Path, panel: SignIn, who: str, password: str, wrong: UserError) -> None:
        """A wrong password is said in its panel; an older file than the one left behind asks what to do."""
        if not wants_rescue(wrong):
            panel.refuse(str(wrong))
            return
        accept = partial(self._open_older, home, who, password) if isinstance(wrong, OtherThanLeft) else None
        self._rescue.offer(home, wrong, who=who, password=password, accept=accept)

    def _open_older(self, home: Path, who: str, password: str) -> None:
        """Go on with a file that is older than the one that was left."""
        waiting = Waiting("正在打开这份较旧的数据……")
        self._show_gate(waiting)
        self._open(partial(self._with_password, home, who, password, accept_older=True), waiting, self._stop)

    def _entered(self, password: str, school: School) -> None:
        """A password that somebody else gave is changed before anything else."""
        if not school.must_change:
            self.enter(school)
            return
        from kqdesk.app.first_run import NewPassword

        staff = school.staff
        panel = NewPassword(self._gate_desk, staff.name)
        door = Doorkeeper(school.layout.keys, school.key, self._start.clock, self._start.profile)

        def change(fresh: str) -> None:
            self._gate_desk.start(
                lambda _: door.change_password(staff.id, staff.name, password, fresh),
                lambda _: self.enter(school),
                owner=panel,
                failed=panel.refuse,
            )

        panel.asked.connect(change)
        self._show_gate(panel)

    def _with_password(
        self, home: Path, who: str, password: str, _: Job, *, accept_older: bool = False
    ) -> School:
        start = self._start
        return homes.open_with_password(
            home, who=who, password=password, clock=start.clock, title="kqdesk 窗口",
            profile=start.profile, accept_older=accept_older,
        )  # fmt: skip

    def _open(
        self, work: Callable[[Job], School], owner: QWidget, failed: Callable[[UserError], object]
    ) -> None:
        self._gate_desk.start(work, self.enter, owner=owner, failed=failed)

    def _recover(self, home: Path) -> None:
        from kqdesk.app.first_run import Recover

        panel = Recover(self._gate_desk, homes.people(home))
        panel.asked.connect(partial(self._try_recovery, home, panel))
        panel.cancelled.connect(partial(self.sign_in, home))
        self._show_gate(panel)

    def _forgotten(self, home: Path) -> None:
        """From the locked screen: give the home back and ask for the recovery code."""
        self._leave()
        self._recover(home)

    def _try_recovery(self, home: Path, panel: Card, code: str, who: str, name: str, password: str) -> None:
        start = self._start

        def work(_: Job) -> School:
            return homes.recover(
                home,
                code=code,
                who=who,
                name=name,
                password=password,
                clock=start.clock,
                profile=start.profile,
            )

        self._open(work, panel, lambda wrong: panel.refuse(str(wrong)))

    # -- her own school ---------------------------------------------------------------------------

    @Slot()
    def own_school(self) -> None:
        """Leave the demo for her own school: three steps, nothing of the demo comes along."""
        from kqdesk.app.first_run import OwnSchool

        start = self._start
        own = start.home
        if home_layout(own).exists:  # a demo that was opened by its folder
            own = default_home(os.environ)
        panel = OwnSchool(self._gate_desk, own, clock=start.clock, profile=start.profile)
        panel.made.connect(self.enter)
        panel.cancelled.connect(self.begin)
        panel.restore_asked.connect(partial(self._rescue.from_backup, own))
        panel.invitation_asked.connect(partial(self._by_invitation, own))
        self._leave()
        self._show_gate(panel)

    def _by_invitation(self, own: Path) -> None:
        """A new PC of a school that works already."""
        from kqdesk.app.by_invitation import ByInvitation

        panel = ByInvitation(self._gate_desk, own, clock=self._start.clock, profile=self._start.profile)
        panel.made.connect(self.enter)
        panel.cancelled.connect(self.own_school)
        self._show_gate(panel)

    # -- at the desk ------------------------------------------------------------------------------

    @Slot(object)
    def enter(self, school: School) -> None:
        """Show the window of an open home; whatever was up before goes away."""
        with school.store.reading() as session:
            card = school_card(session)
        is_demo = card is not None and card.is_demo
        mark_papers(PRACTICE if is_demo else "")
        self.desk, self.shell = open_shell(
            school,
            clock=self._start.clock,
            memory=self._memory,
            commands=commands_of(self, is_demo=is_demo),
        )
        if not is_demo:
            self._memory.keep("school.name", self.shell.windowTitle())
        self.shell.closing.connect(self._leave)
        self.desk.restore_asked.connect(self._restore)
        self.desk.key_change_asked.connect(self.change_key)
        self.shell.offer(menu_of(self))
        for sentence in school.notices:
            self.desk.tell(sentence, kind="refused")
        self.locking = Locking(
            self._gate_desk,
            self.shell,
            school,
            self._start.profile,
            partial(seat_of, clock=self._start.clock, profile=self._start.profile),
            hint=DEMO_HINT if is_demo else "",
        )
        self.locking.recover_asked.connect(partial(self._forgotten, school.layout.home))
        self.looking = Looking(self.desk, self.shell, self.locking)
        if not is_demo:
            self._care = Care(self.desk, school)
            keep_touch(self.desk, self.shell, self.locking)
            open_file(self, self._start.file)
        else:
            show_banner(self, self.shell, self._start.home)
        self.shell.show()
        if self.gate is not None:
            self.gate.hide()

    @Slot()
    def go_home(self) -> None:
        """Out of the practice school."""
        self._leave()
        self.begin()

    def go(self, page: str, **context: Any) -> None:
        """Open a page of whatever window is up."""
        if self.desk is not None:
            self.desk.open(page, **context)

    @property
    def start(self) -> Start:
        """What the command line handed over."""
        return self._start

    @property
    def school(self) -> School | None:
        """The open home with whoever sits there now."""
        return None if self.locking is None else self.locking.school

    @Slot()
    def lock(self) -> None:
        """Hide the work; only a password brings it back (also 换人)."""
        if self.locking is not None:
            self.locking.lock()

    @Slot()
    def change_password(self) -> None:
        """修改密码 for whoever sits here."""
        if self.desk is None or self.shell is None:
            return
        from kqdesk.app.first_run import password_panel

        FormDialog(self.shell, password_panel(self.desk)).open()

    @Slot()
    def change_key(self) -> None:
        """更换数据密钥: the headmaster's, when somebody who left might have taken it along."""
        from kqdesk.app.newkey import NewKeyAct

        if self.locking is not None:
            self._new_key = NewKeyAct(self._gate_desk, self.locking)
            self._new_key.ask()

    @Slot()
    def look(self) -> None:
        """See the window with another role's rights."""
        if self.looking is not None:
            self.looking.ask()

    @Slot()
    def quit(self) -> None:
        """Close the window."""
        if self.shell is not None:
            self.shell.close()

    @Slot()
    def _leave(self) -> None:
        """Give back desk and home; repeating is harmless."""
        desk, school, shell = self.desk, self.school, self.shell
        self.desk = self.shell = self.locking = self.looking = None
        if desk is not None:
            desk.close()
            leave_touch(desk)
        if school is not None:
            school.close()
        if shell is not None and shell.isVisible():
            shell.closing.disconnect(self._leave)
            shell.close()
        mark_papers("")
        if shell is not None:
            shell.deleteLater()  # with every page and what they hold; a window left hidden would stay for ever

    @Slot(object, str)
    def _restore(self, path: Path, code: str) -> None:
        """A backup chosen in the window: close the desk, restore, and ask who sits down."""
        school, self.locking = self.school, None
        if school is not None:
            self._leave()
            self._rescue.restore_open(school, path, code)

    def _again(self, told: str) -> None:
        self.begin()
        if told and self.gate is not None:
            self.gate.note.say(told, "info")

    def _stop(self, wrong: UserError) -> None:
        stopped = Stopped(wrong)
        stopped.retry.connect(self.begin)
        self._show_gate(stopped)

    def _show_gate(self, panel: QWidget) -> None:
        if self.gate is None:
            self.gate = Gate()
            self._gate_desk.noticed.connect(self.gate.say)
        self.gate.show_panel(panel)
        self.gate.show()

    def close(self) -> None:
        """The end of the program."""
        self._leave()
        self._gate_desk.close()
        if self.gate is not None:
            self.gate.deleteLater()
            self.gate = None


def open_window(
    home: Path | None,
    *,
    clock: Callable[[], datetime],
    make_demo: MakeDemo | None,
    profile: Profile = PRODUCTION,
    file: Path | None = None,
    reporter: "Reporter | None" = None,
) -> int:
    """Open the window and stay until it is closed; returns the exit code. ``home`` None: the platform's own place."""
    own = home or default_home(os.environ)
    app = start_application(str(Memory(own.parent / "screen.json").recall("text.size", "standard")))
    begin_in_documents()
    practice_home = own.with_name(own.name + "-demo")
    practises = os.environ.get(FIRST_VARIABLE) == LOOK_FIRST
    program = Program(Start(own, practice_home, make_demo, clock, profile, file, reporter, practises))
    program.begin()
    try:
        return app.exec()
    finally:
        program.close()
