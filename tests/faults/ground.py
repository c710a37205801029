"""What every fault tool stands on: a small home, real acts on it, and the question whether anything is missing."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from kqdesk import school as homes
from kqdesk.backup.ballast import HomeWatch
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.kernel.places import HomeLayout, home_layout
from kqdesk.rooms.people.actions import add_person
from kqdesk.rooms.places.actions import add_village, change_village
from kqdesk.school import NewSchool, School
from kqdesk.security.datakey import DataKey
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from kqdesk.store import engine
from kqdesk.store.base import Station
from kqdesk.store.head import HeadFile, Standing, compare
from kqdesk.store.ids import Ids
from kqdesk.store.journal import Sealer
from kqdesk.store.store import Outcome, Store, columns

PASSWORD, WHO, TOWNSHIP = "溪南村口老樟树第三棵", "沈月琴", "330603008"
NEW = NewSchool(TOWNSHIP, "兰亭街道成校", WHO, Role.HEADMASTER, PASSWORD, township_code=TOWNSHIP)
BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Ticking:
    """A clock that moves a second with every look: fault runs must not depend on the hour they are run at."""

    def __init__(self, now: datetime = BEGIN) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass(frozen=True)
class Ground:
    """A closed home, its data key and its recovery code."""

    home: Path
    key: bytes
    code: str

    def copy(self, folder: Path) -> "Ground":
        """The same home elsewhere."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.home, folder)
        return Ground(folder, self.key, self.code)


def make_ground(home: Path, acts: int = 5) -> Ground:
    """A new home with some acts done in it."""
    school, code = homes.make(home, NEW, clock=Ticking(), rng=Random(1), profile=CHEAPEST)
    key = school.key.reveal()
    for _ in zip(range(acts), work(school.store, school.staff.id, Random(2)), strict=False):
        pass
    school.close()
    return Ground(home, key, code)


def enter(ground: Ground) -> School:
    """Sign in as a person does."""
    return homes.open_with_password(
        ground.home, who=WHO, password=PASSWORD, clock=Ticking(), profile=CHEAPEST
    )


def open_store(ground: Ground, *, low: int = 0, free: Callable[[Path], int] | None = None) -> Store:
    """The store alone, watched as in an open home; no key file is touched."""
    layout = home_layout(ground.home)
    key = DataKey(ground.key)
    with closing(engine.connect(layout.database, key.raw_pragma())) as raw:
        home_id = raw.execute("SELECT value FROM home_fact WHERE key='home_id'").fetchone()[0]
    head = HeadFile(layout.head, key.subkey("mac"), home_id)
    watch = HomeWatch(layout, head, low=low, free=free or (lambda folder: 1 << 40))
    return Store(layout.database, key.raw_pragma, clock=Ticking(), watch=watch)


def work(store: Store, actor: str, rng: Random) -> Iterator[Outcome[object]]:
    """Small real acts without end: places, people, changes, undo, redo."""
    villages: list[str] = []
    number = store.position()
    while True:
        number += 1
        choice = rng.random()
        try:
            if choice < 0.35 or not villages:
                done: Outcome[object] = store.run(
                    add_village, actor, name=f"第{number}村", township_code=TOWNSHIP
                )
                villages.append(str(done.value))
            elif choice < 0.65:
                done = store.run(add_person, actor, fields={"name": f"陈学{_digits(number)}"})
            elif choice < 0.85:
                done = store.run(change_village, actor, village_id=rng.choice(villages), name=f"改{number}村")
            else:
                done = store.undo(actor) if choice < 0.95 else store.redo(actor)
        except Unreachable:
            raise
        except UserError:  # nothing to undo, or somebody points at it
            continue
        yield done


def _digits(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))


def sealed(store: Store, entry_id: int) -> bytes:
    """The hash of an entry: what an acknowledgement promises."""
    with store.reading() as session:
        found = session.connection().exec_driver_sql("SELECT hash FROM journal_entry WHERE id=?", (entry_id,))
        return bytes(found.scalar_one())


def fault_in(ground: Ground, acked: int, promised: bytes, *, pages: bool = False, rows: bool = False) -> str:
    """What is wrong with a home after a crash; empty when nothing acknowledged is lost and the journal is whole."""
    layout, key = home_layout(ground.home), DataKey(ground.key)
    try:
        return _compared(layout, key, acked, promised, rows=rows) or (_pages(ground) if pages else "")
    except UserError as wrong:
        return str(wrong)


def _compared(layout: HomeLayout, key: DataKey, acked: int, promised: bytes, *, rows: bool) -> str:
    """One connection for all the questions: thousands of states are asked."""
    nobody = Station("", "", Ids(Ticking(), Random(0)))
    raw = engine.connect(layout.database, key.raw_pragma())
    asked = engine.lane(lambda: raw, size=1, writes=False, station=nobody)
    try:
        found = raw.execute("SELECT hash FROM journal_entry WHERE id=?", (acked,)).fetchone()
        if acked and (found is None or bytes(found[0]) != promised):
            return "lost"
        facts = dict(raw.execute("SELECT key,value FROM home_fact").fetchall())
        left = HeadFile(layout.head, key.subkey("mac"), facts["home_id"]).read()
        if compare(raw, left).standing in (Standing.BEHIND, Standing.FORKED):
            return "head newer than the database"
        sealer = Sealer(bytes.fromhex(facts["journal_key"]))
        with asked.begin() as conn:
            broken = sealer.verify_chain(conn)
            row = sealer.verify_rows(conn, columns()) if rows else None
        return f"entry {broken}" if broken else f"row {row}" if row else ""
    finally:
        asked.dispose()
        raw.close()


def _pages(ground: Ground) -> str:
    store = open_store(ground)
    try:
        return store.integrity() or ""
    finally:
        store.close()
