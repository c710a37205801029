"""The hub without a network: questions come in, answers go out, every one of them one transaction.

Who asks is the card the register gives for the key that signed; nothing a body says of school or station counts.
"""

from collections.abc import Callable
from hashlib import sha256
from random import Random
from typing import NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from kqdesk.store.ids import Ids
from kqdesk.sync import leasing
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.books import Clock, HubBooks, SchoolState, iso
from kqdesk.sync.foreign import take_foreign
from kqdesk.sync.hubfiles import HubFiles
from kqdesk.sync.mending import mend
from kqdesk.sync.serving import Server
from kqdesk.sync.taking import TableTurn
from kqdesk.sync.turn import Refused, Turn
from kqdesk.sync.wire import (
    AskHashes,
    AskHead,
    AskIncarnation,
    AskNumbers,
    AskPull,
    Batch,
    Entries,
    Group,
    Hashes,
    Head,
    Incarnation,
    Receipt,
    Refusal,
    Value,
    WireFault,
    decode,
    encode,
)

DISTRICT = "district"
"""The pseudo-station 区: what people write on the hub's own pages."""
OTHER_BODY = (
    "这台电脑的数据像是从别处复制或恢复来的：同一批号，内容与数据站收到的不同。"
    "两份都已留存，没有丢失。请在「数据交换」里点「这是恢复或复制来的」，再同步。"
)
WRONG_VALUES = (
    "这一批数据里有数据站不认识的内容，已原样留存待查，本机数据不受影响。请升级程序；仍然这样请联系技术支持。"
)


class Card(Protocol):
    """What the hub must know of who asks."""

    @property
    def school(self) -> str:
        """Whose rows it may see and send."""

    @property
    def station(self) -> str:
        """Which PC it is, unique at the hub."""


class Life(NamedTuple):
    """One life of one station's records: its number here, its newest batch, whether a later one took its place."""

    no: int
    last: int
    is_retired: bool


class Hub:
    """One district's or one school's hub."""

    def __init__(self, books: HubBooks, clock: Clock, rng: Random, files: HubFiles | None = None) -> None:
        self.books, self.clock, self.files = books, clock, files
        self._ids = Ids(clock, rng)
        self._answers: dict[str, Callable[[Card, bytes], Reply]] = {
            "/v1/incarnation": self._incarnation,
            "/v1/head": self._head,
            "/v1/push": self._push,
            "/v1/pull": self._pull,
            "/v1/hashes": self._hashes,
            "/v1/numbers": self._numbers,
        }

    def answer(self, station: Card, ask: Ask) -> Reply:
        """The answer to one question of a station that is who it says it is. WireFault for a body that is none."""
        path = ask.path.partition("?")[0]
        if path.startswith("/v1/files/") and self.files is not None:
            return self.files.answer(self.books, station.school, station.station, self._now(), path, ask.body)
        found = self._answers.get(path)
        return Reply(404) if found is None else found(station, ask.body)

    def _now(self) -> str:
        return iso(self.clock())

    # ------------------------------------------------------------------ where it stands

    def _incarnation(self, station: Card, body: bytes) -> Reply:
        ask = decode(AskIncarnation, body)
        if not 0 < ask.number < 1 << 62:
            raise WireFault("no number of a life")
        with self.books.writing(station.school) as (conn, _):
            number = self._begin_life(conn, station, ask)
        return Reply(200, encode(Incarnation(number)))

    def _begin_life(self, conn: Connection, station: Card, ask: AskIncarnation) -> int:
        known = self._origin(conn, station.school, station.station, ask.number)
        if known is not None:
            return ask.number
        sql = "SELECT coalesce(max(no),0) FROM hub_origin WHERE school=?"
        newest = int(self.books.run(conn, sql, (station.school,)).scalar_one())
        self.books.run(
            conn,
            "INSERT INTO hub_origin(school,no,station,incarnation,why,at,last,retired) VALUES(?,?,?,?,?,?,0,0)",
            (station.school, newest + 1, station.station, ask.number, ask.why, self._now()),
        )
        self.books.run(
            conn,
            "UPDATE hub_origin SET retired=1 WHERE school=? AND station=? AND incarnation=?",
            (station.school, station.station, ask.former),
        )
        return ask.number

    def _origin(self, conn: Connection, school: str, station: str, incarnation: int) -> Life | None:
        row = self.books.run(
            conn,
            "SELECT no,last,retired FROM hub_origin WHERE school=? AND station=? AND incarnation=?",
            (school, station, incarnation),
        ).one_or_none()
        return None if row is None else Life(int(row[0]), int(row[1]), bool(row[2]))

    def _head(self, station: Card, body: bytes) -> Reply:
        ask = decode(AskHead, body)
        self._notice(station, ask)
        with self.books.reading() as conn:
            state = self.books.state(conn, station.school)
            origin = self._origin(conn, station.school, station.station, ask.incarnation)
            sql = "SELECT sha256 FROM hub_batch WHERE school=? AND origin=? AND number=?"
            newest = (origin.no, origin.last) if origin else (0, 0)
            sha = self.books.run(conn, sql, (station.school, *newest)).scalar_one_or_none() or ""
        if origin is None:
            return _refused(Refusal("unknown_life"))
        last = origin.last
        if last > ask.frozen or origin.is_retired:
            return _refused(Refusal("rewound", want=last + 1))
        if (ask.epoch, ask.cursor, ask.mark, ask.acked) == (state.epoch, state.head, state.mark, last):
            return Reply(304)
        resume = state.resume_from(ask.epoch)
        head = Head(state.epoch, state.head, state.mark, last, -1 if resume is None else resume, sha)
        return Reply(200, encode(head))

    def _notice(self, station: Card, ask: AskHead) -> None:
        """Whether this database is older than what it once said to this station: then a new epoch begins."""
        with self.books.reading() as conn:
            state = self.books.state(conn, station.school)
            origin = self._origin(conn, station.school, station.station, ask.incarnation)
            is_lost = self._has_forgotten(conn, state, ask, origin)
        if is_lost:
            with self.books.writing(station.school) as (conn, state):
                self.books.begin_epoch(conn, state, self.clock(), above=ask.epoch, noticed_late=True)

    def _has_forgotten(self, conn: Connection, state: SchoolState, ask: AskHead, origin: Life | None) -> bool:
        if ask.epoch > state.epoch:
            return True
        if ask.epoch < state.epoch:
            return False
        if ask.cursor > state.head or (origin is not None and ask.acked > origin.last):
            return True
        if origin is None and ask.acked > 0:
            return True
        if not ask.mark or ask.cursor == state.head:
            return bool(ask.mark) and ask.mark != state.mark
        row = self.books.run(
            conn,
            "SELECT mark FROM hub_batch WHERE school=? AND head=?",
            (state.school, ask.cursor),
        ).first()
        return row is None or row[0] != ask.mark

    # ------------------------------------------------------------------ push

    def _push(self, station: Card, body: bytes) -> Reply:
        batch = decode(Batch, body)
        sha = sha256(body).hexdigest()
        try:
            with self.books.writing(station.school) as (conn, state):
                origin = self._origin(conn, station.school, station.station, batch.incarnation)
                if origin is None:
                    raise Refused(Refusal("unknown_life"))
                if batch.number <= origin.last:
                    return Reply(200, self._earlier(conn, state.school, origin.no, batch.number, sha))
                if origin.is_retired:
                    raise Refused(Refusal("rewound", want=origin.last + 1))
                if batch.number > origin.last + 1:
                    raise Refused(Refusal("gap", want=origin.last + 1))
                receipt = self._take(conn, state, origin.no, station.station, batch, sha)
        except Refused as no:
            if no.refusal.kind in ("other_body", "wrong"):
                self._quarantine(station, batch, body, sha, no.refusal.kind)
            return _refused(no.refusal)
        except (DataError, IntegrityError, ProgrammingError):
            self._quarantine(station, batch, body, sha, "wrong")
            return _refused(Refusal("wrong", WRONG_VALUES))
        return Reply(200, encode(receipt))

    def _earlier(self, conn: Connection, school: str, origin: int, number: int, sha: str) -> bytes:
        row = self.books.run(
            conn,
            "SELECT sha256,result FROM hub_batch WHERE school=? AND origin=? AND number=?",
            (school, origin, number),
        ).one()
        if row[0] != sha:
            raise Refused(Refusal("other_body", OTHER_BODY))
        return bytes(row[1])

    def _quarantine(self, station: Card, batch: Batch, body: bytes, sha: str, why: str) -> None:
        kept = self.books.hide_bytes(body)
        with self.books.writing(station.school) as (conn, _):
            self.books.run(
                conn,
                "INSERT INTO hub_quarantine(school,sha256,station,incarnation,number,why,at,body)"
                " VALUES(?,?,?,?,?,?,?,?) ON CONFLICT(school,sha256) DO NOTHING",
                (
                    station.school,
                    sha,
                    station.station,
                    batch.incarnation,
                    batch.number,
                    why,
                    self._now(),
                    kept,
                ),
            )

    def take(self, school: str, batch: Batch) -> Receipt:
        """The one writer, for what people do on the hub's own pages: see ``act``, which builds the batch.

        The batch's number and incarnation are given here. Refused (``kqdesk.sync.turn``) when it cannot be taken.
        """
        with self.books.writing(school) as (conn, state):
            origin = self._origin(conn, school, DISTRICT, 1)
            if origin is None:
                self._begin_life(conn, _District(school), AskIncarnation(1, "pages"))
                origin = self._origin(conn, school, DISTRICT, 1)
            assert origin is not None
            batch = msgspec.structs.replace(batch, incarnation=1, number=origin.last + 1)
            sha = sha256(encode(batch)).hexdigest()
            return self._take(conn, state, origin.no, DISTRICT, batch, sha)

    def act(
        self, school: str, actor: str, label: str, rows: dict[tuple[str, str], dict[str, Value]], *, seen: int
    ) -> Receipt:
        """Change columns of rows, (table, row id) → raw values, as ``actor`` saw them at the hub's version ``seen``.

        A row that is not there yet is made of the columns given.
        """
        groups = []
        with self.books.reading() as conn:
            for (table, row_id), values in rows.items():
                sql = f'SELECT 1 FROM "{table}" WHERE school=? AND id=?'
                is_there = self.books.run(conn, sql, (school, row_id)).first() is not None
                columns = [[value] for value in values.values()]
                groups.append(Group(table, [row_id], [seen], [0], list(values), columns, whole=not is_there))
        entries = Entries(["act"], [self._now()], [actor], [DISTRICT], [label])
        return self.take(school, Batch(1, 0, 0, groups, entries, cursor=seen))

    def _take(
        self, conn: Connection, state: SchoolState, origin: int, station: str, batch: Batch, sha: str
    ) -> Receipt:
        self._expect_values(batch)
        turn = Turn(self.books, conn, state, origin, station, self._now(), self._ids, batch)
        first = turn.number_rows()
        turn.write_entries()
        by_table: dict[str, list[Group]] = {}
        for group in batch.groups:
            by_table.setdefault(group.table, []).append(group)
        for name, groups in by_table.items():
            if name in self.books.rows:
                TableTurn(turn, name, groups).take()
            else:
                take_foreign(turn, name, groups)
        mend(turn, by_table)
        turn.write_history()
        return self._close(turn, first, sha)

    def _close(self, turn: Turn, first: int, sha: str) -> Receipt:
        """The last statements: rows nobody has as they stand, where each table ends, the school's new head."""
        conn, state, batch, run = turn.conn, turn.state, turn.batch, self.books.run
        unlike = [place for place, row in enumerate(turn.versions) if row in turn.unlike]
        receipt = Receipt(batch.number, first, len(turn.versions), unlike, len(turn.clashes))
        state.mark = sha256(f"{state.mark}{sha}{state.head}".encode()).hexdigest()[:16]
        self.books.run_many(
            conn,
            "INSERT INTO hub_top(school,tbl,version) VALUES(?,?,?)"
            " ON CONFLICT(school,tbl) DO UPDATE SET version=excluded.version",
            [(state.school, name, version) for name, version in turn.tops.items()],
        )
        run(
            conn,
            "INSERT INTO hub_batch(school,origin,number,sha256,first,head,mark,result,at) VALUES(?,?,?,?,?,?,?,?,?)",
            (
                *(state.school, turn.origin, batch.number, sha, first, state.head),
                *(state.mark, encode(receipt), turn.now),
            ),
        )
        run(
            conn,
            "UPDATE hub_origin SET last=? WHERE school=? AND no=?",
            (batch.number, state.school, turn.origin),
        )
        run(
            conn,
            "UPDATE hub_school SET head=?,mark=?,entries=?,batch_at=?,batch_station=? WHERE school=?",
            (state.head, state.mark, state.entries, turn.now, turn.station, state.school),
        )
        return receipt

    def _expect_values(self, batch: Batch) -> None:
        """Whole numbers where whole numbers belong, texts where texts do: a wrong batch is kept apart, not half taken."""
        for group in batch.groups:
            kinds = self.books.kinds.get(group.table, {})
            for name, values in zip(group.columns, group.values, strict=True):
                wanted = kinds.get(name)
                if wanted and not set(map(type, values)) <= {wanted, type(None)}:
                    raise Refused(Refusal("wrong", WRONG_VALUES))

    # ------------------------------------------------------------------ pull and beside

    def _pull(self, station: Card, body: bytes) -> Reply:
        ask = decode(AskPull, body)
        with self.books.reading() as conn:
            state = self.books.state(conn, station.school)
            origin = self._origin(conn, station.school, station.station, ask.incarnation)
            if origin is None:
                return _refused(Refusal("unknown_life"))
            if ask.epoch != state.epoch:
                return _refused(Refusal("epoch"))
            page = Server(self.books, conn, state, origin.no).page(ask)
        return Reply(200, encode(page))

    def _hashes(self, station: Card, body: bytes) -> Reply:
        ask = decode(AskHashes, body)
        with self.books.reading() as conn:
            state = self.books.state(conn, station.school)
            same = ask.cursor == state.head
            found = Server(self.books, conn, state, -1).hashes(ask.tables) if same else {}
        return Reply(200, encode(Hashes(state.head, found)))

    def _numbers(self, station: Card, body: bytes) -> Reply:
        ask = decode(AskNumbers, body)
        self._notice(station, ask.standing)
        with self.books.writing(station.school) as (conn, state):
            if self._origin(conn, state.school, station.station, ask.standing.incarnation) is None:
                return _refused(Refusal("unknown_life"))
            lease = leasing.lease(self.books, conn, state, station.station, ask, self._now())
        return Reply(200, encode(lease))


class _District(msgspec.Struct, frozen=True):
    school: str
    station: str = DISTRICT


def _refused(refusal: Refusal) -> Reply:
    return Reply(409, encode(refusal))
