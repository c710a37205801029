"""``bench find`` and ``bench import``: on made-up people in a scratch home that is thrown away.

Every figure stands beside a floor measured in the same run; the ratio is what counts, machines differ.
"""

import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from sqlalchemy import Connection

import kqdesk.schema  # noqa: F401 -- every table
from kqdesk.cli.demo_people import MadePerson, stream_people
from kqdesk.rooms.people.actions import import_roster
from kqdesk.rooms.people.queries import (
    SEARCH_PAUSE,
    SEARCH_REBUILD,
    SEARCH_RESUME,
    find,
    person_count,
    plan_import,
)
from kqdesk.rooms.people.rules import pinyin_of
from kqdesk.rooms.people.sheets import RosterPerson, read_roster, write_roster
from kqdesk.rooms.people.terms import IdKind
from kqdesk.store import engine
from kqdesk.store.store import Store

KEY = "x'" + "5b" * 32 + "'"
TODAY = date(2026, 3, 2)
QUERIES = 1_000
LIMIT = 20  # what the command line asks for; a screen shows fewer
_COLUMNS = (
    "id", "school", "name", "name_pinyin", "name_initials", "sex", "birth_date", "ethnicity_code", "id_kind", "id_number",
    "phone", "phone2", "education_code", "hukou", "address", "township_code", "village", "employer", "job", "wish",
    "learning_path", "state",
)  # fmt: skip
_INSERT = f"INSERT INTO person({','.join(_COLUMNS)}) VALUES({','.join('?' * len(_COLUMNS))})"


def bench_find(people: int = 60_000) -> dict[str, Any]:
    """1,000 mixed searches on ``people`` persons; milliseconds a search, floor = one B-tree prefix look-up."""
    with tempfile.TemporaryDirectory(prefix="kqdesk-bench-") as folder:
        store = scratch(Path(folder) / "school.db")
        try:
            started = perf_counter()
            fill(store.path, people)
            filled = perf_counter() - started
            return {"bench": "find", "people": people, "fill_s": round(filled, 1), **_searches(store, people)}
        finally:
            store.close()


def bench_import(rows: int = 100_000) -> dict[str, Any]:
    """A roster .xlsx read, checked, matched, stored and journaled; floor = calamine + one bulk insert, no journal."""
    with tempfile.TemporaryDirectory(prefix="kqdesk-bench-") as folder:
        path = Path(folder) / "roster.xlsx"
        write_roster(path, (roster_person(n, made) for n, made in enumerate(stream_people(rows), 2)))
        store = scratch(Path(folder) / "school.db")
        try:
            figures = _import(store, path)
        finally:
            store.close()
        floor = _import_floor(Path(folder), path)
    total = figures["seconds"]
    return {
        "bench": "import", "rows": rows, **figures, **floor,
        "ratio": round(total / floor["floor_s"], 2), "ratio_indexed": round(total / floor["floor_indexed_s"], 2),
    }  # fmt: skip


def roster_person(row: int, made: MadePerson) -> RosterPerson:
    """A made-up person as the reader of rosters would give it."""
    known: dict[str, Any] = {**made, "id_kind": IdKind(made["id_kind"]) if made["id_kind"] else None}
    return RosterPerson(None, row, **known)


# --- find --------------------------------------------------------------------------------------------------


def _searches(store: Store, people: int) -> dict[str, Any]:
    rng = Random(5)
    times: dict[str, list[float]] = {}
    with store.reading() as session:
        conn = session.connection()
        samples = conn.exec_driver_sql(
            "SELECT name,name_pinyin,name_initials,coalesce(id_number,'330699197503121238'),"
            "coalesce(phone,'15412345678'),village FROM person WHERE rowid IN (SELECT value FROM json_each(?))",
            (str([rng.randrange(1, people + 1) for _ in range(400)]),),
        ).all()
        for kind, text in [_question(rng, samples) for _ in range(QUERIES)]:
            times.setdefault(kind, []).append(_timed(partial(find, session, text, LIMIT)))
        floor = "SELECT id,name,id_number,phone,village FROM person WHERE name>=? AND name<? LIMIT 20"
        names = [str(rng.choice(samples)[0]) for _ in range(QUERIES)]
        bare = [_timed(partial(_look_up, conn, floor, name)) for name in names]
    every = [value for values in times.values() for value in values]
    return {
        "queries": QUERIES, "limit": LIMIT, "p50_ms": _at(every, 50), "p99_ms": _at(every, 99), "max_ms": round(max(every), 2),
        "floor_p50_ms": _at(bare, 50), "floor_p99_ms": _at(bare, 99), "ratio_p50": round(_at(every, 50) / _at(bare, 50), 2),
        "by_kind": {kind: {"p50_ms": _at(values, 50), "p99_ms": _at(values, 99)} for kind, values in sorted(times.items())},
    }  # fmt: skip


def _question(rng: Random, samples: Any) -> tuple[str, str]:
    name, full, initials, number, phone, village = rng.choice(samples)
    at, size = rng.randrange(0, 6), rng.randrange(4, 8)
    asked = {
        "name": name,
        "infix": name[1:],
        "pinyin": full[: rng.randrange(2, len(full) + 1)],
        "initials": initials,
        "id_tail": number[-4:],
        "phone_part": phone[at : at + size],
        "id_beginning": number[: rng.randrange(6, 18)],
        "name_and_tail": f"{name[0]} {number[-4:]}",
        "name_and_village": f"{name[0]} {village[:2]}",
    }
    kind = rng.choice(list(asked))
    return kind, asked[kind]


def _look_up(conn: Connection, floor: str, name: str) -> object:
    return conn.exec_driver_sql(floor, (name, name + "\U0010ffff")).all()


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return (perf_counter() - started) * 1000


def _at(values: list[float], percent: int) -> float:
    return round(sorted(values)[min(len(values) * percent // 100, len(values) - 1)], 2)


def fill(path: Path, people: int) -> None:
    """The quickest way to many people: no journal, indexes and search tables made afterwards. Only for scratch homes."""
    raw = engine.connect(path, KEY)
    raw.execute("BEGIN")
    for (name,) in raw.execute(
        "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='person'"
    ).fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    made = "SELECT name,sql FROM sqlite_master WHERE type='index' AND tbl_name='person' AND sql IS NOT NULL"
    indexes = raw.execute(made).fetchall()
    for name, _ in indexes:
        raw.execute(f"DROP INDEX {name}")
    raw.executemany(_INSERT, _lines(people))
    for sql in (*(sql for _, sql in indexes), *SEARCH_REBUILD, "COMMIT", "PRAGMA wal_checkpoint(TRUNCATE)"):
        raw.execute(sql).fetchall()
    raw.close()


def _lines(people: int) -> Iterator[tuple[Any, ...]]:
    for number, made in enumerate(stream_people(people)):
        full, initials = pinyin_of(made["name"])
        known = {
            **made,
            "id": f"{number:032x}",
            "school": "bench",
            "name_pinyin": full,
            "name_initials": initials,
        }
        known |= {
            "birth_date": made["birth_date"].isoformat(),
            "learning_path": made["path"],
            "state": "here",
        }
        yield tuple(known[column] for column in _COLUMNS)


# --- import ------------------------------------------------------------------------------------------------


def _import(store: Store, path: Path) -> dict[str, Any]:
    started, worked = perf_counter(), _cpu()
    read = read_roster(path, today=TODAY)
    was_read = perf_counter()
    with store.reading() as session:
        plan = plan_import(session, read.people)
    planned = perf_counter()
    counts = store.run(import_roster, "bench", plan=plan, file_name=path.name).value
    stored = perf_counter()
    with store.reading() as session:
        known = person_count(session)
    return {
        "created": counts.created, "suspects": counts.suspects, "held": len(read.held), "people": known,
        "seconds": round(stored - started, 2), "read_s": round(was_read - started, 2),
        "match_s": round(planned - was_read, 2), "store_s": round(stored - planned, 2), "cpu_s": round(_cpu() - worked, 2),
        "peak_mb": _peak(resource.RUSAGE_SELF), "child_peak_mb": _peak(resource.RUSAGE_CHILDREN),
    }  # fmt: skip


def _import_floor(folder: Path, path: Path) -> dict[str, Any]:
    """Calamine and one executemany of the same values: into a bare table, and into person with all its indexes."""
    import python_calamine

    started = perf_counter()
    sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    rows = [tuple(str(cell) for cell in row) for row in sheet.iter_rows()]
    read = perf_counter() - started
    width = len(rows[-1])
    store = scratch(folder / "floor.db")
    raw = engine.connect(store.path, KEY)
    raw.execute(f"CREATE TABLE bare({','.join(f'c{n}' for n in range(width))})")
    started = perf_counter()
    raw.execute("BEGIN")
    raw.executemany(
        f"INSERT INTO bare VALUES({','.join('?' * width)})", [row for row in rows if len(row) == width]
    )
    raw.execute("COMMIT")
    bare = perf_counter() - started
    for verb in ("insert", "update", "delete"):
        raw.execute(f"DROP TRIGGER journal_person_{verb}")
    lines = list(_lines(len(rows)))
    started = perf_counter()
    raw.execute("BEGIN")
    raw.execute(SEARCH_PAUSE)
    raw.executemany(_INSERT, lines)
    for sql in (*SEARCH_RESUME, "COMMIT"):
        raw.execute(sql)
    indexed = perf_counter() - started
    raw.close()
    store.close()
    return {
        "floor_s": round(read + bare, 2),
        "floor_read_s": round(read, 2),
        "floor_indexed_s": round(read + indexed, 2),
    }


def _cpu() -> float:
    """Processor seconds of this process and of children that ended: what a busy machine does not blur."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def _peak(who: int) -> int:
    """Largest resident size in MB so far."""
    largest = resource.getrusage(who).ru_maxrss
    return largest // (1024 * 1024 if sys.platform == "darwin" else 1024)


def scratch(path: Path) -> Store:
    """A new home for figures that are thrown away; anybody may do anything in it."""
    Store.create(path, lambda: KEY, school="bench", station="bench", home_id="bench", version=1)
    return Store(path, lambda: KEY, clock=lambda: datetime.now(UTC), rng=Random(1))
