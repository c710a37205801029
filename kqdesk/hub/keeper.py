"""The thread that keeps the texts of ``kqdesk.hub.kept`` up with what schools send."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from threading import Event, Thread
from typing import Any

from sqlalchemy import Connection

from kqdesk.hub.counter import DISTRICT_SCHOOL, Counter
from kqdesk.hub.database import EVERY_SCHOOL, for_school
from kqdesk.hub.kept import Mark
from kqdesk.kernel.clocks import seconds_now
from kqdesk.kernel.schoolday import CHINA

_log = logging.getLogger("kqdesk.hub")
LOOK_SECONDS = 5.0
_SHARE = 10
"""A text that took a second is not reckoned again before ten seconds are over."""
Reckon = Callable[[Counter, Connection, str, date], Any]
"""(counter, snapshot of one school, the school, today) → what can be written as JSON."""
ReckonAll = Callable[[Counter, Connection, date], Any]
"""The same over the rows of every school; kept under the school ``EVERY_SCHOOL``."""


class Keeper:
    """Keeps the texts up with what schools send. ``start`` begins a thread of its own; tests call ``refresh``."""

    def __init__(
        self,
        counter: Counter,
        reckonings: Mapping[str, Reckon],
        together: Mapping[str, ReckonAll] | None = None,
    ) -> None:
        """``reckonings`` are made school by school, ``together`` of all schools at once."""
        self._counter, self._reckonings, self._together = counter, reckonings, together or {}
        self._stop = Event()
        self._thread: Thread | None = None

    def refresh(self, *, at_once: bool = True) -> int:
        """Reckon what is out of date; how many texts that were. ``at_once``: also what was reckoned just now."""
        now, done = self._counter.clock(), 0
        today, marks, heads = now.astimezone(CHINA).date(), self._counter.shelf.marks(), self._heads()
        works = [
            (school, name, head, self._work(name, school, today))
            for school, head in heads.items()
            for name in self._reckonings
        ]
        total = sum(heads.values())
        works += [(EVERY_SCHOOL, name, total, self._work(name, None, today)) for name in self._together]
        for school, name, head, work in works:
            if self._stop.is_set():
                break
            if _is_due(marks.get((school, name)), head, today, now, at_once=at_once):
                try:
                    self._reckon(school, name, today, work)
                    done += 1
                except Exception:
                    if at_once:
                        raise
                    _log.exception("figures could not be reckoned")  # those of the other schools still can
        return done

    def start(self) -> None:
        """Until ``stop``."""
        self._thread = Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """After what is being reckoned."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.refresh(at_once=False)
            except Exception:  # noqa: BLE001 -- a figure that fails must not end the thread; it is logged
                _log.exception("figures could not be reckoned")
            self._stop.wait(LOOK_SECONDS)

    def _heads(self) -> dict[str, int]:
        books = self._counter.core.books
        with for_school(EVERY_SCHOOL), books.reading() as conn:
            return {
                str(row[0]): int(row[1])
                for row in books.run(
                    conn, "SELECT school,head FROM hub_school WHERE school<>?", (DISTRICT_SCHOOL,)
                )
            }

    def _work(self, name: str, school: str | None, today: date) -> Callable[[Connection], tuple[int, Any]]:
        """What reads the head and reckons, in one snapshot."""
        counter, books = self._counter, self._counter.core.books

        def work(conn: Connection) -> tuple[int, Any]:
            if school is None:
                sql = "SELECT coalesce(sum(head),0) FROM hub_school WHERE school<>?"  # the heads that _heads adds up
                total = books.run(conn, sql, (DISTRICT_SCHOOL,)).scalar_one()
                return int(total), self._together[name](counter, conn, today)
            return books.state(conn, school).head, self._reckonings[name](counter, conn, school, today)

        return work

    def _reckon(
        self, school: str, name: str, today: date, work: Callable[[Connection], tuple[int, Any]]
    ) -> None:
        began = seconds_now()
        with self._counter.reading(None if school == EVERY_SCHOOL else school) as conn:
            head, body = work(conn)
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        cost = round((seconds_now() - began) * 1000)
        at = self._counter.clock()
        values = {"head": head, "day": today.isoformat(), "at": at, "milliseconds": cost, "body": text}
        self._counter.shelf.put(school, name, values)


def _is_due(mark: Mark | None, head: int, today: date, now: datetime, *, at_once: bool) -> bool:
    if mark is None:
        return True
    if mark.head == head and mark.day == today.isoformat():
        return False
    return at_once or now - mark.at >= timedelta(milliseconds=mark.milliseconds * _SHARE)
