"""What the window does for the data while nobody thinks of it, and what of it a person must know.

The journal's chain is read at the start; every ten minutes: a backup when one is due, once a week the newest backup
unpacked and compared (恢复演练) and every row held against the journal. What went wrong, a copy that was long not
carried away, a restore nobody confirmed, a disk that fills: lines of 工作台, each with its button.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Slot

from kqdesk.backup.keeper import Keeper
from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.kernel.disk import LOW_SPACE, MIB
from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.home.rules import Line
from kqdesk.rooms.home.terms import Group, Kind
from kqdesk.rooms.safekeeping.actions import note_check, note_drill
from kqdesk.rooms.safekeeping.queries import carry_days, last_check
from kqdesk.rooms.safekeeping.rules import carry_reminder, is_week_old
from kqdesk.school import School
from kqdesk.security.roles import Role

T = TypeVar("T")
CHECK_MS = 3_000
FIRST_MS = 60_000  # a minute after sitting down, when the first page has long been drawn
EVERY_MS = 600_000
BACKUP, CARE = frozenset({"backup"}), frozenset({"care"})
"""What ``desk.changed`` says: somebody did something about backups · the lines are others now."""
_WHOLE = "全部完好"
_FOR = (Role.HEADMASTER.label, Role.CLERK.label)


@dataclass(frozen=True)
class Looked:
    """What one look did and found; sentences are empty when there was nothing to say."""

    backed_up: bool = False
    backup_fault: str = ""
    drill_fault: str | None = None  # None: no drill was due
    check_fault: str | None = None  # None: no check was due


class Care(QObject):
    """Looks after the open home; all work is done off the UI thread."""

    def __init__(self, desk: Desk, school: School) -> None:
        super().__init__(desk)
        self._desk, self._school = desk, school
        self._lines: tuple[Line, ...] = ()
        self._chain = self._rows = self._backup = self._drill = ""
        desk.changed.connect(self._on_changed)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(EVERY_MS)
        QTimer.singleShot(FIRST_MS, self, self.look)
        QTimer.singleShot(CHECK_MS, self, self.check)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What a person must see to, for 工作台; only for those who answer for the data."""
        return self._lines if self._desk.seat.role in _FOR else ()

    # -- the chain --------------------------------------------------------------------------------

    @Slot()
    def check(self) -> None:
        """Read the whole chain of the journal; what does not fit is said at once."""
        self._start(lambda _: self._school.store.verify_chain(), self._checked)
        self.gather()

    def _checked(self, fault: str | None) -> None:
        self._chain = fault or ""
        if fault:
            self._desk.tell(
                f"{fault}请先别改数据，看“审计与备份”，或从备份恢复。",
                kind="refused",
                button=("去看看", self._open_journal),
            )
        self.gather()

    def _open_journal(self) -> None:
        self._desk.open("safekeeping", tab="journal")

    # -- backup, drill, rows ----------------------------------------------------------------------

    @Slot()
    def look(self) -> None:
        """A backup if one is due; drill and check of the rows once a week."""
        self._start(self._work, self._looked)

    def _work(self, _: Job) -> Looked:
        school, store, actor = self._school, self._school.store, self._desk.seat.actor_id
        now = store.clock()
        try:
            backed_up, backup_fault = school.look_after() is not None, ""
        except NotAllowed:
            raise
        except UserError as wrong:
            backed_up, backup_fault = False, str(wrong)
        drill_fault = check_fault = None
        keeper = Keeper(school.layout, school.key, store.clock)
        if not backup_fault and is_week_old(now, keeper.book().drilled):
            drill_fault = _drilled(keeper)
            store.run(note_drill, actor, found=drill_fault or "最新的备份能恢复（自动）")
        with store.reading() as session:
            last = last_check(session).at
        if is_week_old(now, last):
            check_fault = store.verify_chain() or store.verify_rows() or ""
            store.run(note_check, actor, found=check_fault or f"{_WHOLE}（自动）")
        return Looked(backed_up, backup_fault, drill_fault, check_fault)

    def _looked(self, looked: Looked) -> None:
        self._backup = looked.backup_fault
        if looked.drill_fault is not None:
            self._drill = looked.drill_fault
        if looked.check_fault is not None:
            self._rows = looked.check_fault
        if looked.backed_up:
            self._desk.saved.emit("自动备份")
            self._desk.changed.emit(BACKUP)
        self.gather()

    # -- lines ------------------------------------------------------------------------------------

    @Slot(frozenset)
    def _on_changed(self, tables: frozenset[str]) -> None:
        if tables & {*BACKUP, "setting"}:
            self.gather()

    def gather(self) -> None:
        """Look anew at what a person must see to."""
        faults = (self._chain or self._rows, self._backup, self._drill)
        self._start(partial(_gathered, self._school, faults), self._show)

    def _start(self, work: Callable[[Job], T], then: Callable[[T], object]) -> None:
        """Not while the desk is locked: the key is away, and a lock in the midst is no fault to tell of."""
        if not self._school.key.wiped:
            self._desk.start(work, then, owner=self, failed=self._failed)

    def _failed(self, wrong: UserError) -> None:
        if not isinstance(wrong, NotAllowed):
            self._desk.tell(str(wrong), kind="refused")

    def _show(self, lines: tuple[Line, ...]) -> None:
        if lines != self._lines:
            self._lines = lines
            self._desk.changed.emit(CARE)


def care_lines(desk: Desk) -> Sequence[Line]:
    """The lines of the desk's care; none in a demo school, which has none."""
    care: Care | None = desk.findChild(Care)
    return care.lines if care is not None else ()


def _drilled(keeper: Keeper) -> str:
    try:
        keeper.drill()
    except UserError as wrong:
        return str(wrong)
    return ""


def _gathered(school: School, faults: tuple[str, str, str], _: Job) -> tuple[Line, ...]:
    keeper = Keeper(school.layout, school.key, school.store.clock)
    with school.store.reading() as session:
        days = carry_days(session)
    shelved = keeper.all()
    began = shelved[-1].at if shelved else None
    now = school.store.clock()
    damaged = shelved[0].fault if shelved else ""
    carry = _carry(now, keeper.book().copied, began, days)
    free = keeper.disk().free
    restored: Any = keeper.restored()
    journal, backup, drill = faults
    told: tuple[tuple[str, str, str, str], ...] = (
        ("journal", "操作记录或数据对不上了", journal, "danger"),
        ("backup", "自动备份没有做成", backup, "danger"),
        ("drill", "最新的备份恢复不了", drill or damaged, "danger"),
        (
            "disk",
            "磁盘快满了",
            f"只剩 {free // MIB} MB，少于 {LOW_SPACE // MIB} MB 就不能保存了，请清理。"
            if free < 5 * LOW_SPACE
            else "",
            "danger",
        ),
        (
            "restored",
            "刚恢复过备份，请看看数据对不对",
            "对了就点“没问题”，不对可以回到恢复前。" if restored else "",
            "warning",
        ),
        ("carry", "备份该拷一份到 U 盘了", carry, "warning"),
    )
    return tuple(_line(*one) for one in told if one[2])


def _carry(now: datetime, copied: datetime | None, began: datetime | None, days: int) -> str:
    """The reminder; a school of its first days is left in peace."""
    if copied is None and (began is None or now - began <= timedelta(days=days)):
        return ""
    return carry_reminder(now, copied, days)


def _line(key: str, sentence: str, detail: str, tone: str) -> Line:
    tab = "journal" if key == "journal" else "backups"
    pill = {"danger": "要紧", "warning": "备份"}[tone]
    return Line(
        Kind.BACKUP, Group.OVERDUE, f"care-{key}", sentence, detail, pill, tone, "去处理", "safekeeping", {"tab": tab}
    )  # fmt: skip
