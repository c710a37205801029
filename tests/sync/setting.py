"""The stations, the hub, their clocks and their fuses: where a simulated history takes place."""

import gc
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import event

from kqdesk.kernel.errors import UserError
from kqdesk.store.actions import Writing, action
from kqdesk.sync.asking import Ask
from tests.conftest import CLERK, NOON
from tests.sync.places import TINY, Card, Desk, HubPlace, desk_template

CELLS = {
    "village": ("name", "code", "coordinates"),
    "site": ("name", "address"),
    "person": ("name", "note"),
    "person_document": ("number", "note"),
}
PARENT = {"site": ("village_id", "village"), "person_document": ("person_id", "person")}
BLIND = ("village", "coordinates")  # what a program of an older version does not know


class Crash(Exception):
    """The process died here."""


class Wrong(AssertionError):
    """The oracle is not content."""


@dataclass
class Write:
    """One value somebody was told was saved."""

    tbl: str
    row_id: str
    column: str
    value: Any
    saw: Any
    desk: int
    step: int
    lost: bool = False


@dataclass
class Gone:
    """One deletion: what the person saw when she deleted the row."""

    tbl: str
    row_id: str
    saw: dict[str, Any]
    desk: int
    step: int


class Fuse:
    """Ends the process at the n-th statement or commit."""

    def __init__(self) -> None:
        self.left = 0

    def burn(self, *_: Any) -> None:
        if self.left > 0:
            self.left -= 1
            if self.left == 0:
                raise Crash

    def lay(self, *engines: Any) -> None:
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self.burn)
            event.listen(engine, "commit", self.burn)


@dataclass
class Seat:
    """A desk in the simulation."""

    uid: int
    desk: Desk
    skew: timedelta
    blind: bool
    fuse: Fuse
    backup: tuple[Path, int] | None = None
    trusted: bool = True  # may give out numbers: it is not a copy that does not know it yet
    locked: bool = False
    last_round: int = 0
    life: int = 0


@action("模拟一步")
def do_statements(w: Writing, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
    conn = w.session.connection()
    for sql, values in statements:
        conn.exec_driver_sql(sql, values)


class Setting:
    """Where it takes place, and what was written down of it."""

    def __init__(self, seed: int, folder: Path, *, steps: int) -> None:
        self.seed, self.folder, self.steps, self.rng = seed, folder, steps, Random(seed)
        self.step = 0
        self.trace: list[str] = []
        self.writes: list[Write] = []
        self.gone: list[Gone] = []
        self.numbers: list[int] = []
        self.said: list[tuple[Card, Ask]] = []
        self.answered: list[tuple[Card, Ask]] = []  # of what was said, what the hub did not die of
        self.hub_backup: tuple[Path, int] | None = None
        self.hub_head = 0
        self.forgot_at: int | None = None
        self.values = 0
        self.hub_fuse = Fuse()
        self.blind_hub = self.rng.random() < 0.2
        self.hub = HubPlace(folder / "hub", self.true_time, seed, TINY)
        if self.blind_hub:
            self.hub.drop_column(*BLIND)
        self.hub_fuse.lay(self.hub.engine)
        self.seats: list[Seat] = []
        for number in range(1, 3 + (self.rng.random() < 0.5)):
            self.seat(number)

    # ------------------------------------------------------------------ setting

    def true_time(self) -> datetime:
        return NOON + timedelta(minutes=self.step)

    def seat(self, number: int, copy_of: Seat | None = None) -> Seat:
        uid = len(self.seats) + 1
        years = self.rng.choice((0, 0, 0, -2, 2))
        made = Seat(uid, None, timedelta(days=365 * years, seconds=uid), self.rng.random() < 0.15, Fuse())  # type: ignore[arg-type]  # below
        desk = Desk.__new__(Desk)
        desk.folder, desk.hub, desk.number, desk.attachments = self.folder / f"d{uid}", self.hub, number, None
        desk.clock = lambda: self.true_time() + made.skew
        desk.seed, desk.metadata, desk.opened = self.seed * 100 + uid, TINY, 0
        desk.begin(desk_template(TINY) if copy_of is None else copy_of.desk.path)
        made.desk = desk
        if copy_of is not None:
            made.trusted, made.blind, made.life = False, copy_of.blind, copy_of.life
        self.dress(made)
        self.seats.append(made)
        return made

    def dress(self, seat: Seat) -> None:
        """What is set on a freshly opened desk."""
        order = seat.desk.client.rounds.applier.order
        if seat.blind:
            order[BLIND[0]] = [c for c in order[BLIND[0]] if c != BLIND[1]]
        seat.fuse.left = 0
        seat.fuse.lay(seat.desk.store._writer, seat.desk.store._readers)

    def reopen(self, seat: Seat) -> None:
        gc.collect()
        seat.desk.close()
        seat.desk.open()
        self.dress(seat)

    def reopen_hub(self) -> None:
        gc.collect()
        self.hub.close()
        self.hub.open()
        self.hub_fuse.left = 0
        self.hub_fuse.lay(self.hub.engine)

    def note(self, text: str) -> None:
        self.trace.append(f"{self.step:3d} {text}")

    def living(self) -> list[Seat]:
        return [seat for seat in self.seats if not seat.locked]

    def watch(self) -> None:
        head = self.hub.rows("SELECT coalesce(max(head),0) FROM hub_school")[0][0]
        if head < self.hub_head:
            raise Wrong(f"the hub's head went back: {self.hub_head} → {head}")
        self.hub_head = head

    def fresh(self) -> str:
        self.values += 1
        return f"值{self.values}"

    def run(self, seat: Seat, statements: list[tuple[str, tuple[Any, ...]]]) -> bool:
        try:
            seat.desk.store.run(do_statements, CLERK, statements)
        except Crash:
            self.note(f"d{seat.uid} crashed while writing")
            self.reopen(seat)
            return False
        except UserError as refused:  # the room would say so
            self.note(f"d{seat.uid} refused: {refused}")
            return False
        return True

    def wrote(self, seat: Seat, tbl: str, row_id: str, column: str, value: Any, saw: Any) -> None:
        self.writes.append(Write(tbl, row_id, column, value, saw, seat.uid, self.step))

    def pick(self, seat: Seat, tbl: str) -> dict[str, Any] | None:
        cells = ",".join(CELLS[tbl])
        rows = seat.desk.rows(f"SELECT id,{cells} FROM {tbl} ORDER BY id")
        return dict(zip(("id", *CELLS[tbl]), self.rng.choice(rows), strict=True)) if rows else None

    def cells(self, seat: Seat, tbl: str) -> list[str]:
        return [c for c in CELLS[tbl] if not (seat.blind and (tbl, c) == BLIND)]

    def close(self) -> None:
        for seat in self.seats:
            seat.desk.close()
        self.hub.close()


def copy_file(engine: Any, path: Path, to: Path) -> None:
    raw = engine.raw_connection()
    try:
        raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()
    shutil.copy(path, to)


def put_back(path: Path, to: Path) -> None:
    gc.collect()  # a line that a crash left open would write to the file that is taken away
    for suffix in ("-wal", "-shm"):
        to.with_name(to.name + suffix).unlink(missing_ok=True)
    shutil.copy(path, to)
