"""The only door to the database: read, run an action, undo, ask for history."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, MetaData, Table, insert
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from kqdesk.kernel.errors import NotAllowed, StaleRecord, Unreachable, UserError
from kqdesk.store import engine, erasing, journal
from kqdesk.store.actions import ActionCard, Writing, card_of
from kqdesk.store.base import Base, Seal, Station
from kqdesk.store.head import Watch
from kqdesk.store.history import HistoryLine, history
from kqdesk.store.ids import Ids
from kqdesk.store.tables import bookkeeping, home_fact
from kqdesk.store.undo import NOTHING_TO_REDO, NOTHING_TO_UNDO, Step, next_redo, next_undo, play_back

P = ParamSpec("P")
T = TypeVar("T")
PULLER = "sync"  # the actor of what came from the hub: nobody here
RESTS = "已锁定，请重新登录后再做。"
Guard = Callable[[Session, str, ActionCard], None]  # (session, actor, action) → NotAllowed or nothing


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What came of a write: the action's value, its journal entry, and which tables changed."""

    value: T
    entry_id: int
    label: str
    tables: frozenset[str]


@dataclass(frozen=True)
class UndoState:
    """What the menu may offer: labels of the next undo and redo, None for neither."""

    undo: str | None
    redo: str | None


def no_guard(session: Session, actor: str, card: ActionCard) -> None:
    """Everybody may do everything: for tests of a single room."""


class Store:
    """One home's records. Thread-safe: one writes at a time, two read beside it."""

    def __init__(
        self,
        path: Path,
        key: Callable[[], str],
        *,
        clock: Callable[[], datetime],
        rng: Random | None = None,
        guard: Guard = no_guard,
        watch: Watch | None = None,
        metadata: MetaData = Base.metadata,
    ) -> None:
        """Opens an existing file; see ``create`` for a new one. UserError when it does not open.

        key: gives the raw key as SQLCipher writes it (``x'64 hex'``) whenever a connection is made.
        watch: stands around every write (room on the disk, the head file).
        metadata: its tables, when they are not those of this program.
        """
        self.watch = watch or Watch()
        self.path, self.home, self.clock, self.guard = path, path.parent, clock, guard
        self._write_lock = Lock()
        self._rests = False
        self._columns, self._labels = columns(metadata), labels(metadata)
        first = engine.connect(path, key())
        facts = _facts(first)
        self.school, self.station, self.home_id = facts["school"], facts["station"], facts["home_id"]
        self._sealer = journal.Sealer(bytes.fromhex(facts["journal_key"]))
        who = Station(self.school, self.station, Ids(clock, rng or Random(secrets.randbits(128))))
        self._writer = engine.lane(self._connect(key), size=1, writes=True, station=who)
        waiting = [first]  # the read lane goes on with it: reading the whole schema once more costs 20 ms
        again = self._connect(key)
        self._readers = engine.lane(
            lambda: waiting.pop() if waiting else again(), size=2, writes=False, station=who
        )
        self._readers.connect().close()

    def _connect(self, key: Callable[[], str]) -> Callable[[], Any]:
        return lambda: engine.connect(self.path, key())

    @staticmethod
    def create(
        path: Path,
        key: Callable[[], str],
        *,
        school: str,
        station: str,
        home_id: str,
        version: int,
        metadata: MetaData = Base.metadata,
    ) -> None:
        """Make a new, empty file with every table of ``metadata``, its triggers and the journal."""
        if path.exists():
            raise UserError("这里已经有一份学校数据，不能再新建。请换一个文件夹，或直接打开它。")
        ids = Ids(lambda: datetime.now(UTC), Random(0))
        made = engine.lane(
            lambda: engine.connect(path, key(), make=True),
            size=1,
            writes=True,
            station=Station(school, station, ids),
        )
        facts = {
            "school": school,
            "station": station,
            "home_id": home_id,
            "journal_key": secrets.token_hex(32),
        }
        with made.begin() as conn:
            bookkeeping.create_all(conn)
            metadata.create_all(conn)
            for sql in journal.GUARDS:
                conn.exec_driver_sql(sql)
            for table in metadata.sorted_tables:
                _dress(conn, table)
            conn.execute(insert(home_fact), [{"key": key, "value": value} for key, value in facts.items()])
            conn.exec_driver_sql(f"PRAGMA user_version={int(version)}")
        made.dispose()

    # ------------------------------------------------------------------ reading

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A read lane: a snapshot of the database that cannot write."""
        with self._asking(), Session(self._readers, autoflush=False) as session:
            yield session

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """The disk's refusals as sentences; nothing is asked of a store that rests."""
        self._expect_awake()
        try:
            yield
        except (DatabaseError, driver.DatabaseError) as wrong:
            told = engine.reading_words(str(getattr(wrong, "orig", wrong)))
            if told is None:
                raise
            raise told from wrong

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """A read lane as ``reading`` gives it, for statements written out."""
        with self._asking(), self._readers.begin() as conn:
            yield conn

    def position(self) -> int:
        """Id of the newest entry: what a form remembers as ``seen``."""
        with self.asking() as conn:
            return int(conn.exec_driver_sql("SELECT coalesce(max(id),0) FROM journal_entry").scalar_one())

    def history(self, table: str, row_id: str) -> list[HistoryLine]:
        """What happened to one record and to those that belong to it, newest first."""
        with self.reading() as session:
            return history(session, table, row_id)

    # ------------------------------------------------------------------ writing

    def run(
        self, act: Callable[Concatenate[Writing, P], T], actor: str, /, *args: P.args, **kw: P.kwargs
    ) -> Outcome[T]:
        """Do one action as ``actor``: one transaction, one journal entry, one undo step; or nothing at all."""
        card = card_of(act)

        def body(writing: Writing) -> T:
            self.guard(writing.session, actor, card)
            return act(writing, *args, **kw)

        return self._entry(card.kind, card.label, actor, None, body)

    def undo(self, actor: str) -> Outcome[None]:
        """Take back the person's own last act; UserError with the reason when it cannot be."""
        return self._back("undo", actor, next_undo, NOTHING_TO_UNDO)

    def redo(self, actor: str) -> Outcome[None]:
        """Do again what was undone last."""
        return self._back("redo", actor, next_redo, NOTHING_TO_REDO)

    def undo_state(self, actor: str) -> UndoState:
        """Labels for the menu; a final act shows too, so that pressing it gives its sentence."""
        with self.asking() as conn:
            back, again = next_undo(conn, actor), next_redo(conn, actor)
        return UndoState(back.label if back else None, again.label if again else None)

    def _back(
        self, kind: str, actor: str, which: Callable[[Connection, str], Step | None], nothing: str
    ) -> Outcome[None]:
        with self.asking() as conn:
            step = which(conn, actor)
        if step is None:
            raise UserError(nothing)
        if step.refusal:
            raise UserError(step.refusal)

        def body(writing: Writing) -> None:
            play_back(writing.session.connection(), self._columns, self._labels, step.entry_id)

        return self._entry(kind, step.label, actor, step.entry_id, body)

    def pull(self, body: Callable[[Writing], T], label: str, *, erases: bool = False) -> Outcome[T]:
        """Write what came from the hub: journaled as ``pull`` by nobody here, never undone, never sent, seals let it pass.

        erases: rows among it were erased by law elsewhere (``Writing.erase``); the entry is then one of ``erase``.
        """
        return self._entry("erase" if erases else "pull", label, PULLER, None, body)

    def bookkeep(self, body: Callable[[Connection], T]) -> T:
        """Write to bookkeeping tables alone: one transaction, no journal entry; a journaled table refuses it."""
        with self._write_lock:
            self._expect_awake()
            self.watch.before()
            try:
                with self._writer.begin() as conn:
                    return body(conn)
            except DatabaseError as wrong:
                raise _sentence(wrong) from wrong

    def _entry(
        self, kind: str, label: str, actor: str, undoes: int | None, body: Callable[[Writing], T]
    ) -> Outcome[T]:
        with self._write_lock, Session(self._writer) as session:
            self._expect_awake()
            self.watch.before()
            conn = self._begun(session)
            try:
                now = self.clock()
                entry_id = journal.open_entry(conn, kind, now, actor, self.station, label, undoes)
                if kind == "erase":
                    erasing.prepare(conn)
                writing = Writing(session, actor, now, self.school, self.station)
                value = body(writing)
                session.flush()
                if writing.notes:
                    label = f"{label}：{'，'.join(writing.notes)}"
                    conn.exec_driver_sql("UPDATE journal_entry SET label=? WHERE id=?", (label, entry_id))
                if kind == "erase":
                    erasing.forget(conn, self._sealer, writing.erased_rows, writing.erased_words)
                tables = self._sealer.seal(conn, self._columns, entry_id)
                sealed = journal.hash_of(conn, entry_id)
                session.commit()
            except BaseException as wrong:
                _roll_back(session, conn)
                if isinstance(wrong, DatabaseError):
                    told = _sentence(wrong)
                    if isinstance(told, Unreachable):
                        self.watch.full()
                    raise told from wrong
                raise
            self.watch.after(entry_id, sealed)
            return Outcome(value, entry_id, label, tables)

    def _begun(self, session: Session) -> Connection:
        """The write transaction; a file that another program holds is said in a sentence."""
        try:
            return session.connection()
        except DatabaseError as wrong:
            raise _sentence(wrong) from wrong

    @property
    def columns(self) -> dict[str, Sequence[str]]:
        """Column names of every journaled table this program knows."""
        return self._columns

    # ------------------------------------------------------------------ care

    def verify_chain(self) -> str | None:
        """None when the journal is whole, else a sentence that names the entry."""
        with self.asking() as conn:
            broken = self._sealer.verify_chain(conn)
        return (
            None if broken is None else f"操作记录第 {broken} 条与封存时不一致，数据可能被人在程序之外改过。"
        )

    def verify_rows(self) -> str | None:
        """None when every row is as its last entry left it, else a sentence that names the row."""
        with self.asking() as conn:
            broken = self._sealer.verify_rows(conn, self._columns)
        if broken is None:
            return None
        return f"「{self._labels.get(broken[0], broken[0])}」的一条记录（{broken[1]}）与操作记录不一致，数据可能被人在程序之外改过。"

    def integrity(self) -> str | None:
        """None when SQLCipher and SQLite find every page good; checkpoints first, or the check would cry wolf."""
        with self._write_lock, self._writer.connect() as conn:
            raw = conn.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            bad = raw.execute("PRAGMA cipher_integrity_check").fetchall()
            bad = bad or [row for row in raw.execute("PRAGMA quick_check").fetchall() if row[0] != "ok"]
        return None if not bad else f"数据文件有 {len(bad)} 处损坏，请马上从备份恢复。"

    def rest(self) -> None:
        """Let go of the file for a while (the desk is locked, the key rotates); waits for the write under way."""
        with self._write_lock:
            self._rests = True
            self.close()

    def wake(self) -> None:
        """Go on; connections are made anew with whatever key there is now."""
        self._rests = False

    def _expect_awake(self) -> None:
        if self._rests:
            raise NotAllowed(RESTS)

    def close(self) -> None:
        """Let go of the file."""
        self._writer.dispose()
        self._readers.dispose()


def _facts(raw: Any) -> dict[str, str]:
    try:
        return dict(raw.execute("SELECT key,value FROM home_fact").fetchall())
    except driver.DatabaseError as wrong:
        raw.close()
        raise UserError(engine.DAMAGED) from wrong


def columns(metadata: MetaData = Base.metadata) -> dict[str, Sequence[str]]:
    """Column names of every journaled table."""
    return {table.name: [column.name for column in table.c] for table in metadata.sorted_tables}


def labels(metadata: MetaData = Base.metadata) -> dict[str, str]:
    """The Chinese noun of every journaled table."""
    return {table.name: str(table.info.get("label", table.name)) for table in metadata.sorted_tables}


def _dress(conn: Connection, table: Table) -> None:
    """Give a table its journal, its seals, and what is derived from it."""
    seals: Sequence[Seal] = table.info.get("seals", ())
    names = [column.name for column in table.c]
    for sql in (*journal.triggers(table.name, names), *journal.seal_triggers(table.name, seals)):
        conn.exec_driver_sql(sql)
    for sql in table.info.get("extra_ddl", ()):
        conn.exec_driver_sql(sql)


def _roll_back(session: Session, conn: Connection) -> None:
    """Also after a COMMIT that failed: SQLite keeps that transaction open, and SQLAlchemy thinks it over."""
    raw = None if conn.closed else conn.connection.driver_connection
    session.rollback()
    if raw is not None and raw.in_transaction:
        raw.execute("ROLLBACK")


def _sentence(wrong: DatabaseError) -> Exception:
    """The database's refusal as what the person must know; our own bugs stay as they are."""
    cause = wrong.orig
    said = str(cause)
    if journal.SEAL_MARK in said:
        return UserError(said.split(journal.SEAL_MARK, 1)[1])
    if isinstance(wrong, IntegrityError) and "FOREIGN KEY" in said:
        return StaleRecord("有别的记录还用着它，不能这样改。请先处理那些记录，再来做这一步。")
    return engine.disk_words(said) or wrong
