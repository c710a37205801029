"""Children of ``bench sync`` and ``bench hub``: a real hub on loopback, and the plainest server that could take the same rows.

A child answers on its pipe what only it knows: its address, an invitation, how much processor time it used.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock, Thread
from time import process_time
from typing import Any

import msgspec

DATABASE_VARIABLE = "KQDESK_BENCH_DATABASE"
"""URL of an empty PostgreSQL database whose owner the benchmark may be; without it the embedded hub alone is measured."""
WAITS_S = 60
METHOD = "spawn"  # how multiprocessing begins a process; the one that every system has
PLENTY = 1e9  # asks a second: what is measured is the work, not the brake
FLOOR_KEY = "x'" + "5d" * 32 + "'"


class Child:
    """A server that runs in a process of its own."""

    def __init__(self, pipe: Connection, process: BaseProcess) -> None:
        self._pipe, self._process, self._lock = pipe, process, Lock()
        self.url = str(self._answer())

    def _answer(self) -> Any:
        if not self._pipe.poll(WAITS_S):
            raise TimeoutError("the child does not answer")
        return self._pipe.recv()

    def ask(self, *words: str) -> Any:
        """One question of ours."""
        with self._lock:
            self._pipe.send(words)
            return self._answer()

    def cpu(self) -> float:
        """Processor seconds it used so far."""
        return float(self.ask("cpu"))

    def kill(self) -> None:
        """At once and without a word, as a power cut does."""
        self._process.kill()
        self._process.join(WAITS_S)


@contextmanager
def child(serve: Callable[..., None], *given: object) -> Iterator[Child]:
    """Start ``serve(pipe, *given)`` in a fresh process; ended at the end."""
    context: Any = multiprocessing.get_context(METHOD)
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, *given), daemon=True)
    process.start()
    theirs.close()  # a child that died is told at once
    try:
        yield Child(ours, process)
    finally:
        process.terminate()
        process.join(WAITS_S)
        ours.close()


def _answering(pipe: Connection, answers: Mapping[str, Callable[..., object]]) -> None:
    known = {"cpu": process_time, **answers}

    def listen() -> None:
        while True:
            try:
                word, *rest = pipe.recv()
            except EOFError:
                return
            pipe.send(known[word](*rest))

    Thread(target=listen, daemon=True).start()


# --- the hub ------------------------------------------------------------------------------------------------------


def serve_hub(pipe: Connection, home: str, database_url: str, port: int = 0) -> None:
    """A hub as ``kqdesk hub serve`` runs it, without its brakes on how often a station may ask."""
    from kqdesk.hub.limits import Limits
    from kqdesk.hub.serving import Listening, serve
    from kqdesk.hub_app import open_hub
    from kqdesk.sync.invitation import Invitation, print_code

    with open_hub(Path(home), clock=now, database_url=database_url, environ={}) as hub:

        def invite(school: str) -> str:
            return print_code(Invitation(hub.register.invite(school), hub.fingerprint))

        _answering(
            pipe, {"school": lambda code: hub.register.add_school(code, f"测速{code}"), "invite": invite}
        )
        limits = Limits(
            station_per_second=PLENTY, station_burst=1 << 40, address_per_second=PLENTY, address_burst=1 << 40
        )
        serve(hub.app(limits), Listening("127.0.0.1", port, hub.certificate), pipe.send)


def now() -> datetime:
    """A hub tells the true time."""
    return datetime.now(UTC)


# --- the floor ----------------------------------------------------------------------------------------------------


class Rows(msgspec.Struct):
    """Rows as the floor's one POST carries them: names once, then row by row; the id is the last of each."""

    columns: list[str]
    rows: list[tuple[str | int | None, ...]]


class Plain:
    """A table of texts with nothing but its key: no journal, no history, no other index, no secret column."""

    def __init__(self, database_url: str, path: Path, columns: Sequence[str]) -> None:
        from kqdesk.hub.database import embedded, postgres

        self._engine = postgres(database_url) if database_url else embedded(path, FLOOR_KEY)
        made = "".join(f',"{name}" text' for name in columns)
        with self._engine.begin() as line:
            line.exec_driver_sql("DROP TABLE IF EXISTS bench_floor")
            line.exec_driver_sql(f"CREATE TABLE bench_floor(id text PRIMARY KEY{made})")

    def take(self, sent: Rows) -> None:
        """All of it in one durable commit: whole rows are put or replaced, parts of rows change those that are there."""
        mark = "%s" if self._engine.dialect.name == "postgresql" else "?"
        names = sent.columns
        if len(names) > 10:
            sql = (
                f"INSERT INTO bench_floor({','.join(names)},id) VALUES({','.join([mark] * (len(names) + 1))})"
                f" ON CONFLICT(id) DO UPDATE SET {','.join(f'{n}=excluded.{n}' for n in names)}"
            )
        else:
            sql = f"UPDATE bench_floor SET {','.join(f'{n}={mark}' for n in names)} WHERE id={mark}"
        with self._engine.begin() as line:
            line.exec_driver_sql(sql, sent.rows)

    def give(self, columns: Sequence[str]) -> bytes:
        """Every row, those columns."""
        with self._engine.begin() as line:
            rows = [
                tuple(row) for row in line.exec_driver_sql(f"SELECT {','.join(columns)},id FROM bench_floor")
            ]
        return msgspec.msgpack.encode(Rows(list(columns), rows))


def serve_floor(pipe: Connection, path: str, database_url: str, columns: Sequence[str]) -> None:
    """POST / takes rows, GET /name,name gives them; plain HTTP, no signature."""
    from kqdesk.hub.serving import Listening, serve

    plain = Plain(database_url, Path(path), columns)

    async def application(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        body, more = bytearray(), True
        while more:
            part = await receive()
            body += part.get("body", b"")
            more = part.get("more_body", False)
        reply = b""
        if scope["method"] == "POST":
            plain.take(msgspec.msgpack.decode(bytes(body), type=Rows))
        else:
            reply = plain.give(scope["path"].strip("/").split(","))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": reply})

    _answering(pipe, {})
    serve(application, Listening("127.0.0.1", 0, None), pipe.send)
