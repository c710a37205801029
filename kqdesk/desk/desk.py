"""The desk: runs reads, actions and long work off the UI thread and tells pages what changed.

One bridge crosses threads: workers put a closure into the inbox and emit one argument-less signal to one
decorated slot, which drains it on the UI thread. No other signal is ever emitted off the UI thread.
"""

import logging
import sys
import traceback
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import date
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from sqlalchemy.orm import Session

from kqdesk.desk.delivery import Failed, Then, guarded
from kqdesk.desk.delivery import Notice as Notice
from kqdesk.desk.delivery import is_alive as is_alive
from kqdesk.desk.drafts import DraftShelf
from kqdesk.desk.job import Job
from kqdesk.desk.memory import Memory
from kqdesk.desk.seat import Books as Books
from kqdesk.desk.seat import Seat as Seat
from kqdesk.desk.sweeper import Sweeper
from kqdesk.kernel.errors import Cancelled, UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.store.attachments import Attachments

T = TypeVar("T")

PROGRESS: Any = object()
"""Give this as an action's argument to have the running job put in its place."""

SLICE = 0.012  # seconds the bridge may work before it lets the window breathe
SWITCH = 0.001  # seconds; with Python's own 0.005 two busy lanes stalled the window 80 ms, with this 35 ms (measured)
BUG = "程序出了一点问题，刚才这一步没有做成；已记下原因，其他内容没有受影响。"
log = logging.getLogger("kqdesk.desk")


class Desk(QObject):
    """What every page is given: ask, act, start long work, undo, open another page, say a sentence."""

    changed = Signal(frozenset)  # names of tables an act touched; pages reload what they watch
    told = Signal(str)  # a sentence was said
    noticed = Signal(object)  # the same as a Notice, for the message bar
    broke = Signal(object)  # an exception that is our bug, already logged
    saved = Signal(str)  # an act is safely in the journal; its Chinese label
    undo_changed = Signal(object)  # UndoState: what Ctrl+Z and Ctrl+Y would do now
    opened = Signal(str, object)  # page key, context: the shell goes there
    job_started = Signal(object)  # a Job with a title: the strip shows it
    seat_changed = Signal(object)
    restore_asked = Signal(object, str)  # path of a backup, its recovery code or "": the window restores it
    key_change_asked = Signal()  # the window asks for the password and encrypts the home anew
    _posted = Signal()

    def __init__(
        self,
        store: Books,
        seat: Seat,
        *,
        memory: Memory | None = None,
        attachments: Attachments | None = None,
    ) -> None:
        super().__init__()
        self.store, self.seat = store, seat
        self._attachments = attachments
        self.memory = memory or Memory()
        self._lanes: dict[str, Executor] = {
            "write": ThreadPoolExecutor(1, "desk-write"),
            "read": ThreadPoolExecutor(2, "desk-read"),
            "work": ThreadPoolExecutor(2, "desk-work"),
        }
        self._inbox: deque[Callable[[], None]] = deque()
        self._jobs: set[Job] = set()
        self._newest: dict[tuple[int, str], Job] = {}
        self.drafts = DraftShelf()
        self._is_closed = self._rests = False
        self._put_off: list[Callable[[], object]] = []
        self._when_still: Callable[[], object] | None = None
        sys.setswitchinterval(SWITCH)
        self._posted.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self._sweeper = Sweeper(lambda: self.is_busy, self)

    @property
    def attachments(self) -> Attachments:
        """Photos and scans of the open home; reading and keeping them is a job's work, never the UI thread's."""
        assert self._attachments is not None  # only the gate has no home, and no page
        return self._attachments

    # -- asking -----------------------------------------------------------------------------------

    def read(
        self,
        query: Callable[[Session], T],
        then: Then[T],
        *,
        owner: QObject | None = None,
        failed: Failed | None = None,
        only: str | None = None,
    ) -> Job:
        """Ask ``query(session)`` in a read lane, then call ``then(rows)`` on the UI thread.

        ``owner``: when this widget is gone by then, nothing is called. ``only``: of several reads of one owner
        under one name, just the newest is delivered (search as you type, reload).
        """

        def work(job: Job) -> T:
            job.step(0, 0)
            with self.store.reading() as session:
                return query(session)

        job = self._job()
        if only is not None:
            key = (id(owner), only)
            if key in self._newest:
                self._newest[key].cancel()
            self._newest[key] = job
        return self._submit("read", job, work, guarded(then, owner), owner, failed)

    def read_seen(
        self, query: Callable[[Session], T], then: Callable[[int, T], object], *, owner: QObject | None = None
    ) -> Job:
        """Like ``read``, but ``then(seen, rows)`` also gets the journal position from just before.

        An act given ``seen`` raises StaleRecord when somebody changed the record after it.
        """

        def work(_: Job) -> tuple[int, T]:
            seen = self.store.position()  # before the rows: a change in between must count as newer
            with self.store.reading() as session:
                return seen, query(session)

        def both(found: tuple[int, T]) -> None:
            then(*found)

        return self._submit("read", self._job(), work, guarded(both, owner), owner, None)

    # -- acting -----------------------------------------------------------------------------------

    def run(
        self,
        act: Callable[..., Any],
        /,
        *,
        then: Then[Any] | None = None,
        failed: Failed | None = None,
        owner: QObject | None = None,
        long: str | None = None,
        **kw: Any,
    ) -> Job:
        """Run an action in the write lane as the person at the desk; ``then(value)`` gets what it returned.

        A UserError goes to ``failed(error)`` when given, else into the message bar. ``long``: a title for the
        job strip; pass ``PROGRESS`` as the action's progress argument to feed it.
        """

        def work(job: Job) -> Any:
            given = {name: job if value is PROGRESS else value for name, value in kw.items()}
            return self.store.run(act, self.seat.actor_id, **given)

        def finish(outcome: Any) -> None:
            self._announce(outcome)
            deliver(outcome.value)

        deliver = guarded(then, owner)
        return self._submit("write", self._job(long or "", cancellable=False), work, finish, owner, failed)

    def undo(self) -> Job:
        """Take back the person's last act (Ctrl+Z); the sentence names it."""
        return self._step_back(self.store.undo, "已撤销：")

    def redo(self) -> Job:
        """Do again what was just taken back (Ctrl+Y)."""
        return self._step_back(self.store.redo, "已恢复：")

    def start(
        self,
        work: Callable[[Job], T],
        then: Then[T] | None = None,
        *,
        title: str = "",
        owner: QObject | None = None,
        failed: Failed | None = None,
        cancellable: bool = True,
    ) -> Job:
        """Do ``work(job)`` on a pool thread (it reports ``job.step(done, total, note)``), then ``then(result)``.

        With a ``title`` the job strip shows it with progress, time left and 取消.
        """
        job = self._job(title, cancellable=cancellable)
        return self._submit("work", job, work, guarded(then, owner), owner, failed)

    # -- speaking and going -----------------------------------------------------------------------

    def tell(
        self,
        sentence: str,
        *,
        kind: str = "told",
        button: tuple[str, Callable[[], object]] | None = None,
        undo: bool = False,
    ) -> None:
        """Show one sentence under the title; ``undo=True`` adds «撤销»."""
        if undo:
            button = ("撤销", self.undo)
        self.told.emit(sentence)
        self.noticed.emit(Notice(sentence, kind, button))

    def open(self, page: str, /, **context: Any) -> None:
        """Go to another page: ``desk.open("exams", cohort=cohort_id)``."""
        self.opened.emit(page, context)

    def sit(self, seat: Seat) -> None:
        """Somebody else signs in at the same window."""
        self.seat = seat
        self.seat_changed.emit(seat)
        self.refresh_undo()

    def refresh_undo(self) -> None:
        """Ask the store what Ctrl+Z would take back now, for the buttons."""
        actor = self.seat.actor_id
        self._submit(
            "read", self._job(), lambda _: self.store.undo_state(actor), self.undo_changed.emit, None, None
        )

    def announce(self, tables: frozenset[str]) -> None:
        """Something outside an action changed these tables (sync, restore): pages reload, undo is asked again."""
        self.changed.emit(tables)
        self.refresh_undo()

    def today(self) -> date:
        """The school day by the store's clock."""
        return school_day(self.store.clock())

    @property
    def is_busy(self) -> bool:
        """True while any read, act or work is under way or its result waits."""
        return bool(self._jobs or self._inbox)

    @property
    def shown_jobs(self) -> list[Job]:
        """Work under way that has a title, for a job strip built meanwhile."""
        return [job for job in self._jobs if job.title]

    def rest(self, then: Callable[[], object]) -> None:
        """Begin nothing new; call ``then`` once, when all that was under way is done. ``wake`` begins what was put off.

        Used while the screen is locked or the data key rotates. Asked again, the newer ``then`` takes the place.
        """
        self._rests, self._when_still = True, then
        self._tell_still()

    def wake(self) -> None:
        """Go on: what pages asked for meanwhile is begun now."""
        self._rests, self._when_still = False, None
        put_off, self._put_off = self._put_off, []
        for begin in put_off:
            begin()

    def look_through(self, store: Books, seat: Seat, attachments: Attachments | None) -> None:
        """Let pages ask another store than before, as somebody else (a role is looked at, read only)."""
        self.store, self._attachments = store, attachments
        self.sit(seat)

    def _tell_still(self) -> None:
        then = self._when_still
        if then is not None and not self._jobs:
            self._when_still = None
            then()

    def close(self) -> None:
        """Stop what can be stopped, wait for the rest; results are thrown away, acts that began are finished."""
        self._is_closed = True
        self._sweeper.rest()
        for job in self._jobs:
            job.cancel()
        for lane in self._lanes.values():
            lane.shutdown(wait=True, cancel_futures=True)
        self._inbox.clear()
        self._put_off.clear()
        self._jobs.clear()

    # -- the bridge -------------------------------------------------------------------------------

    def post(self, closure: Callable[[], None]) -> None:
        """Have the UI thread call ``closure``. Safe from any thread."""
        self._inbox.append(closure)
        self._posted.emit()

    def _job(self, title: str = "", *, cancellable: bool = True) -> Job:
        return Job(
            lambda job: self.post(partial(self._show_progress, job)), self, title, cancellable=cancellable
        )

    def _submit(
        self,
        lane: str,
        job: Job,
        work: Callable[[Job], T],
        then: Then[T],
        owner: QObject | None,
        failed: Failed | None,
    ) -> Job:
        if self._is_closed:
            return job
        if self._rests:
            self._put_off.append(partial(self._submit, lane, job, work, then, owner, failed))
            return job
        self._jobs.add(job)

        def edge() -> None:
            try:
                value = work(job)
            except Exception as error:  # noqa: BLE001 -- the worker's edge: handed over whole
                self.post(partial(self._lost, job, error, failed, owner))
            else:
                self.post(partial(self._won, job, value, then))

        self._lanes[lane].submit(edge)
        if job.title:
            self.job_started.emit(job)
        return job

    @Slot()
    def _drain(self) -> None:
        until = monotonic() + SLICE
        while self._inbox:
            closure = self._inbox.popleft()
            try:
                closure()
            except Exception as error:  # noqa: BLE001 -- a page's callback failed: the window must live on
                self._break(error)
            if self._inbox and monotonic() > until:
                self._posted.emit()
                return

    def _show_progress(self, job: Job) -> None:
        if job in self._jobs:
            job.progressed.emit(*job.latest)

    def _won(self, job: Job, value: T, then: Then[T]) -> None:
        try:
            if not (job.is_cancelled and job.cancellable):
                then(value)
        finally:
            self._end(job)

    def _lost(self, job: Job, error: Exception, failed: Failed | None, owner: QObject | None) -> None:
        try:
            if isinstance(error, Cancelled):
                if job.title:
                    self.tell(f"已取消：{job.title}")
            elif not isinstance(error, UserError):
                self._break(error)
            elif failed is not None and is_alive(owner):
                failed(error)
            else:
                self.tell(str(error), kind="refused")
        finally:
            self._end(job)

    def _end(self, job: Job) -> None:
        self._jobs.discard(job)
        for key in [k for k, newest in self._newest.items() if newest is job]:
            del self._newest[key]
        job.ended.emit()
        job.deleteLater()
        self._tell_still()

    def _break(self, error: Exception) -> None:
        # Frames only: an exception's own words may carry a name or an ID number into the log.
        frames = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s\n%s", type(error).__qualname__, frames)
        self.noticed.emit(Notice(BUG, "broke"))
        self.broke.emit(error)

    def _announce(self, outcome: Any) -> None:
        self.saved.emit(outcome.label)
        self.announce(outcome.tables)

    def _step_back(self, step: Callable[[str], Any], words: str) -> Job:
        actor = self.seat.actor_id

        def finish(outcome: Any) -> None:
            self._announce(outcome)
            self.tell(f"{words}{outcome.label}")

        return self._submit("write", self._job(), lambda _: step(actor), finish, None, None)
