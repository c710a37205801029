"""Long sizes: how fast a long journal is checked, how long a big school takes to be backed up and restored."""

import time
from pathlib import Path
from random import Random

import pytest

from kqdesk.backup import entrance, shelf
from kqdesk.backup.entrance import Way
from kqdesk.backup.policy import Reason
from kqdesk.security.datakey import DataKey
from kqdesk.security.kdf import CHEAPEST
from kqdesk.store import engine, journal
from kqdesk.store.base import Station
from kqdesk.store.ids import Ids
from kqdesk.store.store import Store, columns
from tests.faults.ground import (
    BEGIN,
    PASSWORD,
    TOWNSHIP,
    WHO,
    Ground,
    Ticking,
    enter,
    make_ground,
    open_store,
)
from tests.figures import figure


def write_entries(store: Store, key: str, entries: int, *, rows: int = 1, filler: int = 0) -> None:
    """Many sealed entries in one transaction, each with ``rows`` new villages with names of ``filler`` letters."""
    ids, rng = Ids(Ticking(), Random(1)), Random(2)
    lane = engine.lane(
        lambda: engine.connect(store.path, key), size=1, writes=True, station=Station(TOWNSHIP, "pc1", ids)
    )
    tables = columns()
    with lane.begin() as conn:
        for number in range(entries):
            entry = journal.open_entry(conn, "act", BEGIN, WHO, "pc1", "新建村社", None)
            made = [(ids.new(), f"{number}村{rng.randbytes(filler).hex()}") for _ in range(rows)]
            conn.exec_driver_sql(
                f"INSERT INTO village(id,school,name,is_active) VALUES(?,'{TOWNSHIP}',?,1)", made
            )
            store._sealer.seal(conn, tables, entry)
    lane.dispose()


def timed(name: str, began: float) -> float:
    """Seconds since ``began``, recorded."""
    seconds = time.monotonic() - began
    figure(name, seconds, "s")
    return seconds


@pytest.mark.full
def test_a_journal_of_100_000_entries_is_whole(scratch: str) -> None:
    ground = make_ground(Path(scratch) / "home")
    store = open_store(ground)
    write_entries(store, DataKey(ground.key).raw_pragma(), 100_000)
    began = time.monotonic()

    broken = store.verify_chain()

    timed("check of 100,000 entries", began)
    assert broken is None
    assert store.position() > 100_000
    store.close()


@pytest.mark.full
def test_a_school_of_400_mb_on_an_empty_machine(tmp_path: Path) -> None:
    ground = make_ground(tmp_path / "home")
    store = open_store(ground)
    write_entries(store, DataKey(ground.key).raw_pragma(), 400, rows=500, filler=500)
    store.close()
    figure("database", ground.home.joinpath("school.db").stat().st_size / 2**20, "MB")
    school = enter(ground)
    began = time.monotonic()
    backup = school.back_up(Reason.MANUAL).path
    timed("backup of a big school", began)
    began = time.monotonic()
    shelf.prove(backup, school.key)
    timed("verification of a big backup", began)
    school.close()
    began = time.monotonic()

    entrance.restore(tmp_path / "new", backup, Way(code=ground.code), clock=Ticking(), profile=CHEAPEST)

    timed("restore of a big school on an empty machine", began)
    new = Ground(tmp_path / "new", ground.key, ground.code)
    again = open_store(new)
    assert again.integrity() is None
    again.close()
    began = time.monotonic()
    entrance.restore(ground.home, backup, Way(WHO, PASSWORD), clock=Ticking(), profile=CHEAPEST)
    timed("restore of a big school over itself", began)
