"""Sync by itself: a round when work pauses after an act, every few minutes, and when somebody asks; numbers at the foot.

All work is off the UI thread, nothing waits for it. When nobody answers, the next try comes later and later; when a
person must do something (the brake, a lock, a restore to be looked at) rounds stop until she did.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from kqdesk.app.locking import Locking
from kqdesk.app.touch import LateExchange
from kqdesk.desk.desk import Desk
from kqdesk.desk.exchange import Exchange, Numbers, Round
from kqdesk.desk.frame import SyncWords
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Act
from kqdesk.desk.shell import Shell
from kqdesk.kernel.errors import NotAllowed, Unreachable, UserError
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.exchange.rules import SILENT_AFTER
from kqdesk.rooms.home.rules import Line
from kqdesk.rooms.home.terms import Group, Kind

FIRST_MS = 8_000  # after sitting down, when the first page has long been drawn
AFTER_ACT_MS = 20_000  # of quiet after an act: one round for a run of edits
EVERY_S = 300
LATER = (60, 120, 300, 900, 1800)
"""Seconds until the next try, by how many in a row found nobody."""
EXCHANGE = frozenset({"exchange"})
"""What ``desk.changed`` says: the numbers of sync are others now."""
PAGE = "exchange"


class Rounds(QObject):
    """Keeps one open home in touch with its hub."""

    def __init__(self, desk: Desk, shell: Shell, exchange: Exchange, locking: Locking | None = None) -> None:
        super().__init__(desk)
        self._desk, self._shell, self._exchange, self._locking = desk, shell, exchange, locking
        self._job: Job | None = None
        self._numbers = Numbers()
        self._failures = 0
        self._is_under_way = self._is_asked = self._rests = False
        desk.saved.connect(self._on_saved)
        desk.changed.connect(self._on_changed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.go)
        self._timer.start(FIRST_MS)
        if locking is not None:
            locking.covered.connect(self.break_off)
        if isinstance(exchange, LateExchange):
            desk.start(lambda _: exchange.wake_hub(), owner=self, failed=self._hub_failed)
        self.look()

    @property
    def numbers(self) -> Numbers:
        """As they stood when last asked."""
        return self._numbers

    # -- asking -----------------------------------------------------------------------------------

    @Slot()
    def look(self) -> None:
        """Ask how it stands, without network."""
        self._desk.start(lambda _: self._exchange.numbers(), self._show, owner=self, failed=_ignore)

    @Slot()
    def now(self) -> None:
        """立即同步: somebody asked, so she is told how it went."""
        if not self._numbers.host:
            self._desk.open(PAGE)
            return
        self._is_asked = True
        self.go()

    @Slot()
    def go(self) -> None:
        """One round, unless one is under way or a person must do something first."""
        is_asked = self._is_asked
        if self._is_under_way or self._rests:
            return
        is_locked = self._locking is not None and self._shell.is_covered
        is_question = bool(self._numbers.asks) and not is_asked
        if is_locked or not self._numbers.host or is_question:
            self._later()
            return
        self._is_under_way = True
        self._job = self._desk.start(
            self._work, self._done, title="与数据站同步" if is_asked else "", owner=self, failed=self._failed
        )
        self._job.ended.connect(self._ended)

    @Slot()
    def break_off(self) -> None:
        """The screen is being locked: the round ends between two requests, the next one goes on from there."""
        if self._job is not None:
            self._job.cancel()

    @Slot()
    def _ended(self) -> None:
        """However it ended; a round that was broken off reports nothing."""
        self._job = None
        if self._is_under_way:
            self._is_under_way = self._is_asked = False
            self._later()

    def _work(self, job: Job) -> Round:
        return self._exchange.sync(job)

    def _done(self, found: Round) -> None:
        is_asked, self._is_asked = self._is_asked, False
        self._is_under_way, self._failures = False, 0
        self._later()
        if found.tables:
            self._desk.announce(found.tables)
        self._show(found.numbers)
        if is_asked:
            self._desk.tell(words_of(found))

    def _failed(self, wrong: UserError) -> None:
        is_asked, self._is_asked = self._is_asked, False
        self._is_under_way = False
        if isinstance(wrong, Unreachable):
            self._failures += 1
        self._later()
        self.look()
        if is_asked and not isinstance(wrong, NotAllowed):
            self._desk.tell(str(wrong), kind="refused")

    def _hub_failed(self, wrong: UserError) -> None:
        """This PC is the school's hub and cannot be it now: the others wait, so somebody must know."""
        self._desk.tell(str(wrong), kind="refused")

    def rest(self) -> None:
        """The window is gone: no more rounds."""
        self._rests = True
        self._timer.stop()

    def _later(self) -> None:
        if self._rests:
            return
        wait = LATER[min(self._failures, len(LATER)) - 1] if self._failures else EVERY_S
        if self._numbers.stop:
            wait = LATER[-1]  # a lock may be lifted meanwhile; a person's answer starts a round at once
        self._timer.start(wait * 1000)

    # -- hearing ----------------------------------------------------------------------------------

    @Slot(str)
    def _on_saved(self, _: str) -> None:
        if self._numbers.host and not self._failures:
            self._timer.start(AFTER_ACT_MS)
        self.look()

    @Slot(frozenset)
    def _on_changed(self, tables: frozenset[str]) -> None:
        if "exchange-ask" in tables:  # the page joined, settled or let something through
            self._failures = 0
            self.look()
            self._timer.start(500)

    # -- showing ----------------------------------------------------------------------------------

    def _show(self, found: Numbers) -> None:
        is_other = found != self._numbers
        self._numbers = found
        self._shell.set_sync(strip_words(found, self._desk.store.clock(), self._open) if found.host else None)
        if is_other:
            self._desk.changed.emit(EXCHANGE)

    def _open(self) -> None:
        self._desk.open(
            PAGE, tab="conflicts" if self._numbers.conflicts and not self._numbers.stop else "state"
        )


def keep_touch(desk: Desk, shell: Shell, locking: Locking) -> "Rounds | None":
    """Rounds for an open window; None in a demo school."""
    exchange = desk.seat.exchange
    return None if exchange is None else Rounds(desk, shell, exchange, locking)


def leave_touch(desk: Desk) -> None:
    """The window closes: no more rounds, and the hub that ran with it ends."""
    found = rounds_of(desk)
    if found is not None:
        found.rest()
    if isinstance(desk.seat.exchange, LateExchange):
        desk.seat.exchange.close()


def sync_now(program: Any) -> None:
    """立即同步 from Ctrl+K, in whatever window is up."""
    found = rounds_of(program.desk) if program.desk is not None else None
    if found is not None:
        found.now()
    elif program.desk is not None:
        program.desk.open(PAGE)


def rounds_of(desk: Desk) -> Rounds | None:
    """The rounds of a desk; None in a demo school, which has no hub."""
    found: Rounds | None = desk.findChild(Rounds)
    return found


def sync_lines(desk: Desk) -> Sequence[Line]:
    """What of sync a person must see to, for 工作台."""
    found = rounds_of(desk)
    return lines_of(found.numbers, desk.store.clock()) if found is not None else ()


def lines_of(found: Numbers, now: datetime) -> list[Line]:
    """A stop, fields with two values, and days without touch: each with its button."""
    if not found.host:
        return []
    told = []
    if found.stop:
        told.append(_line("stop", "与数据站的同步停着", found.stop, "要紧", "danger", "state"))
    if found.conflicts:
        words = "两台电脑改了同一处，请选用哪个。没选以前两个值都留着。"
        told.append(
            _line("conflicts", f"有 {found.conflicts:,} 处等您确认", words, "待确认", "warning", "conflicts")
        )
    is_long = found.last_round is not None and now - found.last_round > SILENT_AFTER
    if is_long and found.unsent and not found.stop:
        words = (
            f"{found.unsent:,} 条还没有传到数据站。{found.trouble or '连上网会自己传；没有网可以用 U 盘。'}"
        )
        told.append(_line("silent", "好几天没有和数据站同步了", words, "同步", "warning", "state"))
    return told


def _line(key: str, sentence: str, detail: str, pill: str, tone: str, tab: str) -> Line:
    group = Group.WAITING if key == "conflicts" else Group.OVERDUE
    return Line(Kind.SYNC, group, f"sync-{key}", sentence, detail, pill, tone, "去处理", PAGE, {"tab": tab})


def strip_words(found: Numbers, now: datetime, act: Act) -> SyncWords:
    """待上传 3 · 待下载 0 · 待确认 1 · 上次同步 10:32, and in the tooltip what stands in the way."""
    parts = [f"待上传 {found.unsent:,}", f"待下载 {found.held:,}", f"待确认 {found.conflicts:,}"]
    parts.append("同步已停，点这里看" if found.stop else f"上次同步 {since(found.last_round, now)}")
    tip = found.stop or found.trouble or f"数据站 {found.host}；点一下看详细情况"
    return SyncWords(" · ".join(parts), tip, act, is_stopped=bool(found.stop))


def since(last: datetime | None, now: datetime) -> str:
    """刚才 · 10:32 · 3月2日."""
    if last is None:
        return "还没有"
    if timedelta(0) <= now - last < timedelta(minutes=1):
        return "刚才"
    here = last.astimezone(CHINA)
    return f"{here:%H:%M}" if here.date() == now.astimezone(CHINA).date() else f"{here.month}月{here.day}日"


def words_of(found: Round) -> str:
    """What a round did, for whoever asked for it."""
    parts = [
        f"传出 {found.sent:,} 条" if found.sent else "",
        f"收到 {found.received:,} 条" if found.received else "",
    ]
    told = "，".join(part for part in parts if part) or "两边都是最新的"
    more = f"有 {found.numbers.conflicts} 处要您确认。" if found.numbers.conflicts else ""
    return f"同步好了：{told}。{more}"


def _ignore(_: UserError) -> None:
    """The foot keeps what it showed."""
