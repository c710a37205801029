"""One round of a station: freeze, head, push, pull, into the rows, hashes when due, files. A generator of questions.

The line may break at any question: what was answered is kept, everything else is asked again next time, in the same
bytes. The cursor moves only in the transaction that wrote the page; what was frozen is cleared only by its receipt.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random

import msgspec
from sqlalchemy import Connection, MetaData

from kqdesk.store.store import Store
from kqdesk.sync import ctl as keys
from kqdesk.sync import lives
from kqdesk.sync.answers import Broken, Stopped, ask_for, read, refusal_of
from kqdesk.sync.applying import Applied, Applier, Brake
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.books import Clock, iso
from kqdesk.sync.ctl import Ctl, count_unsent
from kqdesk.sync.freezing import freeze
from kqdesk.sync.hashing import table_hash
from kqdesk.sync.parcels import Parcels
from kqdesk.sync.wire import (
    AskHashes,
    AskHead,
    AskIncarnation,
    AskPull,
    Hashes,
    Head,
    Incarnation,
    Page,
    Receipt,
    Refusal,
    encode,
)

KEPT = timedelta(days=30)  # answered bodies: they rebuild a hub that was restored
HASHED = timedelta(days=7)
NOTED = timedelta(minutes=1)  # a quiet round costs no disk when the last one is not older than this
_TURNS = 40  # how often a round starts over at the head before it leaves the rest to the next one
OTHER = "数据站没有收下这一批数据，也没有说原因。请升级程序；仍然这样请联系技术支持。"
UNLIKE = "核对后发现「{labels}」与数据站不一致，已重新取回。"
REMOVAL, INCARNATION = "removal", "incarnation"
"""What a station that stopped asks its people: whether so much may go; whether this is a copy."""


@dataclass
class RoundReport:
    """What one round did."""

    sent: int = 0  # rows the hub took
    received: int = 0  # rows written here
    conflicts: int = 0  # new questions for people, from what was sent
    waiting: int = 0  # rows that came and cannot be placed yet
    files: int = 0
    broke: bool = False
    finished: bool = False  # it came to the end: everything sent, everything received
    stop: str = ""
    notes: list[str] = field(default_factory=list)
    tables: frozenset[str] = frozenset()

    def add(self, applied: Applied) -> None:
        """Count what a pull wrote."""
        self.received += applied.rows
        self.waiting = applied.waiting
        self.tables |= applied.tables


@dataclass(frozen=True)
class _Look:
    """What there is to do, read at once."""

    ctl: Ctl
    has_news: bool
    frozen: list[tuple[int, bytes]]
    has_inbox: bool


class Rounds:
    """What every round of one station needs."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rng: Random,
        metadata: MetaData,
        schema: int,
        parcels: Parcels | None,
    ) -> None:
        self.store, self.clock, self.rng, self.schema = store, clock, rng, schema
        self.metadata, self.parcels = metadata, parcels
        self.applier = Applier(store, metadata)
        self._has_adopted = False

    def go(self) -> Generator[Ask, Reply, RoundReport]:
        """One round."""
        report = RoundReport()
        try:
            yield from self._go(report)
        except (Broken, lives.OutOfStep):
            report.broke = True
        except Stopped as stop:
            report.stop = stop.words
            self._put({keys.STOP: stop.words, keys.ASKS: stop.asks})
        return report

    def _go(self, report: RoundReport) -> Generator[Ask, Reply, None]:
        if not self._has_adopted:
            report.add(self.applier.adopt())
            self._has_adopted = True
        for _ in range(_TURNS):
            if (yield from self._turn(report)):
                report.finished = True
                break
        now = self.clock()
        if report.sent or report.received or not report.finished or not self._is_noted(now):
            self.store.bookkeep(partial(_close, now=now))
        if report.finished:
            yield from self._compare(report, now)
            if self.parcels is not None:
                report.files = yield from self.parcels.carry(ask_for)

    def _turn(self, report: RoundReport) -> Generator[Ask, Reply, bool]:
        """Life, freeze, head, push, pull, apply; True when nothing is left to do."""
        look = yield from self._prepare()
        reply = yield self.ask_head(look.ctl)
        if reply.status == 304 and not look.frozen and not look.has_inbox:
            return True
        head = None
        if reply.status != 304:
            refusal = refusal_of(reply)
            if refusal is not None:
                self._mend(refusal)
                return False
            head = read(reply, Head)
            if head.epoch != look.ctl.number(keys.EPOCH) or head.last < look.ctl.number(keys.ACKED):
                life = look.ctl.number(keys.INCARNATION)
                self.store.bookkeep(partial(lives.follow, rng=self.rng, head=head))
                look = self.look()
                if look.ctl.number(keys.INCARNATION) != life:
                    return False
        if not (yield from self._push(report, look.frozen)):
            return False
        # what was pushed may have met other people's changes: rows that waited for it must not go in before that
        return (yield from self._pull(report, None if look.frozen else head))

    def _prepare(self) -> Generator[Ask, Reply, _Look]:
        """The hub knows of this life, and everything unsent is frozen."""
        look = self.look()
        if not look.ctl.number(keys.INCARNATION):
            self.store.bookkeep(partial(lives.join, rng=self.rng, hub=""))
            look = self.look()
        for ask in self.ask_life(look.ctl):
            yield from ask_for(ask, Incarnation)
            self._put({keys.KNOWN: "1"})
        if look.has_news:
            self.freeze()
            look = self.look()
        return look

    def look(self) -> _Look:
        """What there is to do now."""
        with self.store.asking() as conn:
            ctl = Ctl(conn)
            newest = conn.exec_driver_sql("SELECT coalesce(max(id),0) FROM journal_change").scalar_one()
            rows = conn.exec_driver_sql(
                "SELECT number,body FROM sync_outbox WHERE state='frozen' ORDER BY number"
            )
            frozen = [(int(row[0]), bytes(row[1])) for row in rows]
            sql = "SELECT EXISTS(SELECT 1 FROM sync_inbox) OR EXISTS(SELECT 1 FROM sync_hold)"
            has_inbox = bool(conn.exec_driver_sql(sql).scalar_one())
            has_news = bool(ctl.text(keys.EVERYTHING)) or int(newest) != ctl.number(keys.FROZEN_CHANGE)
            return _Look(ctl, has_news, frozen, has_inbox)

    def freeze(self) -> None:
        """Everything unsent into the outbox."""
        now = self.clock()
        self.store.bookkeep(lambda conn: freeze(conn, self.applier.order, now, self.schema))

    def _put(self, values: dict[str, str | int]) -> None:
        self.store.bookkeep(lambda conn: Ctl(conn).put(values))

    def _is_noted(self, now: datetime) -> bool:
        """Whether a round that found nothing to do need not be written down: one was within the minute people see."""
        with self.store.asking() as conn:
            ctl = Ctl(conn)
        last = ctl.text(keys.LAST_ROUND)
        is_fresh = bool(last) and timedelta(0) <= now - datetime.fromisoformat(last) < NOTED
        return is_fresh and not ctl.text(keys.STOP) and not ctl.text(keys.ASKS)

    # ------------------------------------------------------------------ questions

    def ask_life(self, ctl: Ctl) -> list[Ask]:
        """What tells the hub of this life, unless it knows."""
        if ctl.text(keys.KNOWN):
            return []
        life = AskIncarnation(ctl.number(keys.INCARNATION), ctl.text(keys.WHY), ctl.number(keys.FORMER))
        return [Ask("POST", "/v1/incarnation", encode(life))]

    def ask_head(self, ctl: Ctl) -> Ask:
        """Where does the hub stand?"""
        return Ask("POST", "/v1/head", encode(self.stands(ctl)))

    def stands(self, ctl: Ctl) -> AskHead:
        """Where this station stands."""
        number = ctl.number
        return AskHead(
            number(keys.INCARNATION),
            number(keys.EPOCH),
            number(keys.CURSOR),
            ctl.text(keys.MARK),
            number(keys.ACKED),
            number(keys.FROZEN),
            self.schema,
        )

    def ask_pull(self, ctl: Ctl) -> Ask:
        """The next page."""
        number = ctl.number
        ask = AskPull(
            number(keys.INCARNATION),
            number(keys.EPOCH),
            number(keys.CURSOR),
            number(keys.UPTO),
            ctl.text(keys.TABLE),
            number(keys.AFTER),
        )
        return Ask("POST", "/v1/pull", encode(ask))

    # ------------------------------------------------------------------ refusals

    def _mend(self, refusal: Refusal) -> None:
        """What a refusal asks of this station; Stopped when people must decide."""
        kind = refusal.kind
        if kind == "rewound":  # this home is older than what the hub has of it
            self.store.bookkeep(partial(lives.begin_life, rng=self.rng, why=kind))
            self._put({keys.DOUBTED: "1"})
        elif (
            kind == "unknown_life"
        ):  # the hub is older than this life; it is told again, and lacks every batch
            self._put({keys.KNOWN: ""})
        elif kind == "missing":
            self.store.bookkeep(partial(lives.send_everything, rng=self.rng))
        elif kind == "gap":
            self.store.bookkeep(partial(lives.resend, rng=self.rng, first=refusal.want))
        elif kind != "epoch":
            raise Stopped(refusal.words or OTHER, INCARNATION if kind == "other_body" else "")

    # ------------------------------------------------------------------ push and pull

    def _push(self, report: RoundReport, frozen: list[tuple[int, bytes]]) -> Generator[Ask, Reply, bool]:
        for number, body in frozen:
            reply = yield Ask("POST", "/v1/push", body)
            refusal = refusal_of(reply)
            if refusal is not None:
                self._mend(refusal)
                return False
            receipt = read(reply, Receipt)
            self.store.bookkeep(partial(lives.note_receipt, number=number, body=body, receipt=receipt))
            report.sent += receipt.rows
            report.conflicts += receipt.conflicts
        return True

    def _pull(self, report: RoundReport, head: Head | None) -> Generator[Ask, Reply, bool]:
        """Pages until the head, then into the rows; False when the hub wants something else first.

        ``head``: where the hub stood before the push; None when its newest page is to be asked for in any case.
        """
        while True:
            with self.store.asking() as conn:
                ctl = Ctl(conn)
            if head and ctl.number(keys.CURSOR) >= head.head and not ctl.text(keys.TABLE):
                break
            reply = yield self.ask_pull(ctl)
            refusal = refusal_of(reply)
            if refusal is not None:
                self._mend(refusal)
                return False
            page = read(reply, Page)
            self.store.bookkeep(partial(lives.put_page, page=page, body=reply.body))
            if not page.table and page.upto >= page.head:
                break
        self._write(report, self.applier.apply_inbox)
        return True

    def _write(self, report: RoundReport, what: partial[Applied] | object) -> None:
        assert callable(what)
        try:
            report.add(what())
        except Brake as brake:
            raise Stopped(brake.sentence, REMOVAL) from None

    # ------------------------------------------------------------------ hashes

    def _compare(self, report: RoundReport, now: datetime) -> Generator[Ask, Reply, None]:
        """Weekly, and after every restore on either side: a table that differs is pulled again."""
        with self.store.asking() as conn:
            ctl = Ctl(conn)
            last = ctl.text(keys.HASHED_AT)
            is_due = ctl.text(keys.DOUBTED) or (last and datetime.fromisoformat(last) < now - HASHED)
            ours = self._hash(conn) if is_due and _is_settled(conn) else {}
        if not last:
            self._put({keys.HASHED_AT: iso(now)})
        if not ours:
            return
        life, cursor = ctl.number(keys.INCARNATION), ctl.number(keys.CURSOR)
        names = {tbl: [c for c in self.applier.order[tbl] if c not in ("id", "school")] for tbl in ours}
        theirs = yield from ask_for(Ask("POST", "/v1/hashes", encode(AskHashes(life, cursor, names))), Hashes)
        if theirs.head != cursor:
            return
        unlike = [tbl for tbl, found in theirs.tables.items() if tuple(found) != ours[tbl]]
        for tbl in unlike:
            yield from self._pull_again(report, tbl, life, ctl.number(keys.EPOCH))
        if unlike:
            labels = "、".join(str(self.metadata.tables[tbl].info.get("label", tbl)) for tbl in unlike)
            report.notes.append(UNLIKE.format(labels=labels))
        self._put({keys.HASHED_AT: iso(now), keys.DOUBTED: "", keys.ALLOWED: ""})

    def _hash(self, conn: Connection) -> dict[str, tuple[int, str]]:
        found = {}
        for tbl, columns in self.applier.order.items():
            quoted = "".join(f',"{c}"' for c in columns if c not in ("id", "school"))
            rows = conn.exec_driver_sql(f'SELECT id{quoted} FROM "{tbl}"')
            found[tbl] = table_hash(tuple(row) for row in rows)
        return found

    def _pull_again(
        self, report: RoundReport, tbl: str, life: int, epoch: int
    ) -> Generator[Ask, Reply, None]:
        ask, pages = AskPull(life, epoch, 0, only=[tbl]), []
        while True:
            page = yield from ask_for(Ask("POST", "/v1/pull", encode(ask)), Page)
            pages.append(page)
            if not page.table:
                break
            ask = msgspec.structs.replace(ask, upto=page.upto, table=page.table, after=page.after)
        self._write(report, partial(self.applier.replace, tbl, pages))


def _close(conn: Connection, *, now: datetime) -> None:
    Ctl(conn).put({keys.LAST_ROUND: iso(now), keys.STOP: "", keys.ASKS: ""})
    conn.exec_driver_sql("DELETE FROM sync_outbox WHERE state='acked' AND at<?", (iso(now - KEPT),))


def _is_settled(conn: Connection) -> bool:
    """Whether the rows here should be those of the hub: nothing unsent, nothing that waits."""
    held = conn.exec_driver_sql("SELECT count(*) FROM sync_hold").scalar_one()
    return not held and not count_unsent(conn)
