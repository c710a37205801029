"""``bench sync``: a station, a hub in a process of its own on loopback, signed requests over TLS, durable commits.

The table is the roster, 31 columns, seven of them secret, with all its indexes and search tables on both sides. Beside
each figure stands the floor of the same run: one POST of the same rows as msgpack and a plain upsert, no journal, no
history, no merge, no encryption of columns, no index but the key. Ratio = how many times the floor's seconds.
"""

import os
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from threading import Thread
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

import kqdesk.schema  # noqa: F401 -- every table
from kqdesk.cli.bench_server import DATABASE_VARIABLE, Child, Plain, Rows, child, now, serve_floor, serve_hub
from kqdesk.cli.demo_people import stream_people
from kqdesk.rooms.people.queries import SEARCH_PAUSE, SEARCH_RESUME
from kqdesk.rooms.people.rules import pinyin_of
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action
from kqdesk.store.base import Base
from kqdesk.store.store import Store
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.client import Client, RoundReport
from kqdesk.sync.invitation import read_code
from kqdesk.sync.line import Address, Line, Membership, enrol

SIZES = (10_000, 50_000)
QUIET_ROUNDS = 20
KEY = "x'" + "5b" * 32 + "'"
CHANGED = ("education_code", "employer", "job", "address")  # 4 of 30 columns, one of them secret
_COLUMNS = (
    "id", "school", "name", "name_pinyin", "name_initials", "sex", "birth_date", "ethnicity_code", "id_kind", "id_number",
    "phone", "phone2", "education_code", "hukou", "address", "township_code", "village", "employer", "job", "wish",
    "learning_path", "state",
)  # fmt: skip
Value = str | int | None


@dataclass
class Station:
    """One PC that joined: its store, its client, its line, and what went over it."""

    store: Store
    client: Client
    who: Membership
    line: Line
    asks: int = 0
    sent: int = 0
    got: int = 0

    def round(self) -> RoundReport:
        """One round to its end."""
        self.asks = self.sent = self.got = 0
        rounds = self.client.round()
        try:
            ask = next(rounds)
            while True:
                ask = rounds.send(self._send(ask))
        except StopIteration as end:
            report: RoundReport = end.value
        if not report.finished:
            raise RuntimeError(f"the round did not finish: {report} {self.line.trouble}")
        return report

    def _send(self, ask: Ask) -> Reply:
        reply = self.line.ask(ask)
        self.asks, self.sent, self.got = self.asks + 1, self.sent + len(ask.body), self.got + len(reply.body)
        return reply


@dataclass
class Ground:
    """A folder, a hub, and the stations of one school."""

    folder: Path
    hub: Child
    school: str
    stations: list[Station] = field(default_factory=list)

    @contextmanager
    def station(self) -> Iterator[Station]:
        """A new empty PC of the school."""
        number = len(self.stations) + 1
        path = self.folder / f"{self.school}-{number}.db"
        Store.create(path, lambda: KEY, school=self.school, station=str(number), home_id=path.stem, version=1)
        store = Store(path, lambda: KEY, clock=now, rng=Random(number))
        client = Client(store, now, Random(number))
        client.change_hub(self.hub.url)
        who = self.join(number)
        made = Station(store, client, who, Line(who, clock=now))
        self.stations.append(made)
        try:
            yield made
        finally:
            made.line.close()
            store.close()

    def join(self, number: int) -> Membership:
        """A new station with a key of its own."""
        invitation = read_code(self.hub.ask("invite", self.school))
        address = Address(self.hub.url, invitation.fingerprint)
        return enrol(address, invitation, signer=Signer.fresh(), name=f"测速 {number}")


@action("测速写入")
def put_people(w: Writing, *, rows: Sequence[tuple[Value, ...]]) -> None:
    """Many persons in one act."""
    conn = w.session.connection()
    conn.exec_driver_sql(SEARCH_PAUSE)
    conn.exec_driver_sql(
        f"INSERT INTO person({','.join(_COLUMNS)}) VALUES({','.join('?' * len(_COLUMNS))})", list(rows)
    )
    for sql in SEARCH_RESUME:
        conn.exec_driver_sql(sql)


@action("测速改写")
def change_people(w: Writing, *, rows: Sequence[tuple[Value, ...]]) -> None:
    """Some columns of many persons in one act; the id is the last of each row."""
    assigned = ",".join(f"{name}=?" for name in CHANGED)
    w.session.connection().exec_driver_sql(f"UPDATE person SET {assigned} WHERE id=?", list(rows))


def made_rows(count: int, store: Store) -> list[tuple[Value, ...]]:
    """Persons as rows of the table."""
    ids = store.run(new_ids, "bench", count=count).value
    rows = []
    for row_id, made in zip(ids, stream_people(count), strict=True):
        full, initials = pinyin_of(made["name"])
        known: dict[str, Any] = {
            **made,
            "id": row_id,
            "school": store.school,
            "name_pinyin": full,
            "name_initials": initials,
        }
        known |= {
            "birth_date": made["birth_date"].isoformat(),
            "learning_path": made["path"],
            "state": "here",
        }
        rows.append(tuple(known[column] for column in _COLUMNS))
    return rows


@action("测速取号", looks=True)
def new_ids(w: Writing, *, count: int) -> list[str]:
    """Ids as the store gives them."""
    maker = w.ids()
    return [maker.new() for _ in range(count)]


def changed_rows(ids: Sequence[str]) -> list[tuple[Value, ...]]:
    """Other values for the columns that change."""
    others = stream_people(len(ids), seed=2)
    return [
        (made["education_code"], made["employer"], made["job"], made["address"], row_id)
        for row_id, made in zip(ids, others, strict=True)
    ]


def bench_sync(*sizes: int) -> dict[str, Any]:
    """Rows a second, bytes a row and the ratio to the floor, embedded and (when its URL is given) on PostgreSQL."""
    chosen = sizes or SIZES
    figures: dict[str, Any] = {
        "bench": "sync",
        "columns": len(Base.metadata.tables["person"].c),
        "changed_columns": len(CHANGED),
    }
    url = os.environ.get(DATABASE_VARIABLE, "")
    for kind, database in (("embedded", ""), ("postgresql", url)):
        if kind == "embedded" or database:
            # a server knows its hub by its keys: all sizes share them
            with tempfile.TemporaryDirectory(prefix="kqdesk-bench-") as keys:
                figures[kind] = {str(size): _measured(size, database, Path(keys)) for size in chosen}
    return figures


def _measured(size: int, database: str, keys: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="kqdesk-bench-") as scratch:
        folder = Path(scratch)
        with child(serve_hub, str(keys if database else folder / "hub"), database) as hub:
            school = f"bench{size}"
            hub.ask("school", school)
            figures, rows = _rounds(Ground(folder, hub, school), size)
        floor = _floor(folder, database, rows)
    for name, (seconds, processor) in floor.items():
        found = figures[name]
        found |= {"floor_s": round(seconds, 3), "ratio": round(found["seconds"] / seconds, 2)}
        found |= {"floor_cpu_s": round(processor, 2), "ratio_cpu": round(found["cpu_s"] / processor, 2)}
    return figures


def _rounds(ground: Ground, size: int) -> tuple[dict[str, Any], list[tuple[Value, ...]]]:
    figures: dict[str, Any] = {}
    with ground.station() as one, ground.station() as two:
        rows = made_rows(size, one.store)
        one.store.run(put_people, "bench", rows=rows[:1])
        one.round()
        two.round()
        one.store.run(put_people, "bench", rows=rows[1:])
        figures["push_inserts"] = _timed(ground.hub, one, size, pulls=False)
        figures["pull_new"] = _timed(ground.hub, two, size, pulls=True)
        with ground.station() as three:
            figures["first_load"] = _timed(ground.hub, three, size, pulls=True)
        one.store.run(change_people, "bench", rows=changed_rows([str(row[0]) for row in rows]))
        figures["push_updates"] = _timed(ground.hub, one, size, pulls=False)
        figures["pull_updates"] = _timed(ground.hub, two, size, pulls=True)
        figures["nothing_new"] = _quiet(ground, one)
    return figures, rows


def _timed(hub: Child, station: Station, size: int, *, pulls: bool) -> dict[str, Any]:
    hub_before, before, started = hub.cpu(), process_time(), perf_counter()
    report = station.round()
    seconds, here, there = perf_counter() - started, process_time() - before, hub.cpu() - hub_before
    done = report.received if pulls else report.sent
    if done < size - 1:
        raise RuntimeError(f"{done} rows of {size} went")
    return {
        "rows_s": round(done / seconds), "bytes_row": round((station.got if pulls else station.sent) / done, 1),
        "seconds": round(seconds, 3), "cpu_s": round(here + there, 2), "station_cpu_s": round(here, 2),
        "hub_cpu_s": round(there, 2), "asks": station.asks,
    }  # fmt: skip


def _quiet(ground: Ground, station: Station) -> dict[str, Any]:
    """A round with nothing to do, and its bytes both ways on the wire, TLS and all."""
    station.round()
    times, before = [], process_time() + ground.hub.cpu()
    for _ in range(QUIET_ROUNDS):
        started = perf_counter()
        station.round()
        times.append((perf_counter() - started) * 1000)
    cpu = (process_time() + ground.hub.cpu() - before) / QUIET_ROUNDS * 1000
    asks = station.asks
    with _counted(ground.hub.url) as (url, count):
        beside = replace(station, line=Line(replace(station.who, url=url), clock=now))
        beside.round()
        begun = count()
        beside.round()
        crossed = count() - begun
        beside.line.close()
    return {"asks": asks, "ms": round(median(times), 2), "cpu_ms": round(cpu, 2), "wire_bytes": crossed}


@contextmanager
def _counted(url: str) -> Iterator[tuple[str, Callable[[], int]]]:
    """The same server behind another port, and how many bytes went through so far."""
    target, crossed = urlsplit(url), [0]
    open_ones: list[socket.socket] = []

    def carry(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while part := one.recv(1 << 16):
                crossed[0] += len(part)
                other.sendall(part)

    def accept() -> None:
        with suppress(OSError):
            while True:
                near, _ = door.accept()
                far = socket.create_connection((target.hostname or "", target.port or 0))
                open_ones.extend((near, far))
                for pair in ((near, far), (far, near)):
                    Thread(target=carry, args=pair, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as door:
        Thread(target=accept, daemon=True).start()
        yield f"https://127.0.0.1:{door.getsockname()[1]}", lambda: crossed[0]
        for one in open_ones:
            one.close()


# --- the floor ----------------------------------------------------------------------------------------------------


def _floor(folder: Path, database: str, rows: Sequence[tuple[Value, ...]]) -> dict[str, tuple[float, float]]:
    """Figure → (seconds, processor seconds) of the plainest way to move the same rows."""
    columns = list(_COLUMNS[1:])
    whole = [(*row[1:], row[0]) for row in rows]
    part = changed_rows([str(row[0]) for row in rows])
    found: dict[str, tuple[float, float]] = {}
    with (
        child(serve_floor, str(folder / "floor.db"), database, columns) as server,
        httpx.Client(base_url=server.url, timeout=600, trust_env=False) as line,
    ):
        near = Plain("", folder / "floor-near.db", columns)

        def put(names: Sequence[str], sent: Sequence[tuple[Value, ...]]) -> None:
            line.post("/", content=msgspec.msgpack.encode(Rows(list(names), list(sent)))).raise_for_status()

        def get(names: Sequence[str]) -> None:
            near.take(msgspec.msgpack.decode(line.get("/" + ",".join(names)).content, type=Rows))

        steps: dict[str, Callable[[], None]] = {
            "push_inserts": partial(put, columns, whole),
            "pull_new": partial(get, columns),
            "push_updates": partial(put, CHANGED, part),
            "pull_updates": partial(get, CHANGED),
        }
        for name, step in steps.items():
            far, here, started = server.cpu(), process_time(), perf_counter()
            step()
            seconds = perf_counter() - started
            found[name] = seconds, process_time() - here + server.cpu() - far
    return {**found, "first_load": found["pull_new"]}
