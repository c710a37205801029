"""``bench hub``: many stations at one hub in a process of its own, and how its work grows with what is stored and what changes.

Stations speak the real wire, signed, over TLS on loopback, each with a connection of its own; only their homes are
missing. What the hub itself needs is its processor time, because the askers run on the same machine.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any, TypeVar

import msgspec

from kqdesk.cli.bench_server import DATABASE_VARIABLE, Child, child, now, serve_hub
from kqdesk.security.signing import Signer
from kqdesk.sync.asking import Ask
from kqdesk.sync.invitation import read_code
from kqdesk.sync.line import Address, Line, Membership, enrol
from kqdesk.sync.wire import (
    AskHead,
    AskIncarnation,
    AskPull,
    Batch,
    Entries,
    Group,
    Head,
    Incarnation,
    Page,
    Receipt,
    decode,
    encode,
)

SCHOOLS, STATIONS = 16, 100
AT_ONCE = 8
ROWS = 20  # what a PC sends after an hour's work
STORED = (1_000, 10_000, 50_000)
CHANGED = (100, 1_000, 5_000)
CHANGES = 100  # rows of the batch that is timed while stored rows grow
REPEATS = 5
MOST = 5_000  # rows of a batch
M = TypeVar("M", bound=msgspec.Struct)


@dataclass
class Speaker:
    """One PC without a home: what it has sent, how far it has pulled."""

    who: Membership
    numbers: Iterator[int]
    life: int = 0
    sent: int = 0
    cursor: int = 0
    epoch: int = 1
    _line: Line | None = None

    def ask(self, path: str, message: msgspec.Struct, kind: type[M]) -> M | None:
        """None for "nothing new"."""
        if self._line is None:
            self._line = Line(self.who, clock=now)
        reply = self._line.ask(Ask("POST", path, encode(message)))
        if reply.status == 304:
            return None
        if reply.status != 200:
            raise RuntimeError(f"{path}: {reply.status} {self._line.trouble}")
        return decode(kind, reply.body)

    def hang_up(self) -> None:
        """As a PC does after a round."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def begin(self) -> None:
        """Its life at the hub."""
        given = self.ask("/v1/incarnation", AskIncarnation(next(self.numbers) + 1, "joined"), Incarnation)
        self.life = given.number if given else 0
        self.hang_up()

    def head(self) -> Head | None:
        """Where the hub stands."""
        asked = AskHead(self.life, self.epoch, self.cursor, "", self.sent, self.sent, 1)
        return self.ask("/v1/head", asked, Head)

    def push(self, ids: Sequence[str], *, whole: bool, base: int = 0) -> Receipt:
        """New villages with those ids, or another name for those that are there."""
        self.sent += 1
        names: list[str | int | None] = [f"村 {self.sent} {row_id[-6:]}" for row_id in ids]
        at = now().isoformat(timespec="milliseconds")
        group = Group("village", list(ids), [base] * len(ids), [0] * len(ids), ["name"], [names], whole=whole)
        entries = Entries(["act"], [at], ["bench"], [self.who.station], ["测速"])
        receipt = self.ask("/v1/push", Batch(self.life, self.sent, 1, [group], entries), Receipt)
        assert receipt is not None
        return receipt

    def pull(self) -> int:
        """Everything new; how many rows that were."""
        rows, table, after, upto = 0, "", 0, 0
        while True:
            page = self.ask("/v1/pull", AskPull(self.life, self.epoch, self.cursor, upto, table, after), Page)
            assert page is not None
            rows += sum(len(group.ids) for group in page.groups)
            table, after, upto = page.table, page.after, page.upto
            if not table:
                self.cursor = page.upto
                return rows


@dataclass
class District:
    """A hub and those who ask it."""

    hub: Child
    numbers: Iterator[int] = field(default_factory=count)

    def speaker(self, school: str) -> Speaker:
        """One more PC of a school."""
        invitation = read_code(self.hub.ask("invite", school))
        address = Address(self.hub.url, invitation.fingerprint)
        made = Speaker(enrol(address, invitation, signer=Signer.fresh(), name="测速"), self.numbers)
        made.begin()
        return made

    def ids(self, many: int) -> list[str]:
        """Of new rows."""
        return [f"{next(self.numbers):032x}" for _ in range(many)]

    def cost(self, work: Callable[[], object]) -> float:
        """Processor milliseconds of the hub, the median of some tries."""
        tries = []
        for _ in range(REPEATS):
            before = self.hub.cpu()
            work()
            tries.append((self.hub.cpu() - before) * 1000)
        return round(sorted(tries)[REPEATS // 2], 2)


def bench_hub(stations: int = STATIONS) -> dict[str, Any]:
    """16 schools × ``stations`` at work at once; then growth. A smaller ``stations`` makes everything smaller."""
    share = stations / STATIONS
    figures: dict[str, Any] = {"bench": "hub", "schools": SCHOOLS, "stations": stations, "rows_a_round": ROWS}
    url = os.environ.get(DATABASE_VARIABLE, "")
    for kind, database in (("embedded", ""), ("postgresql", url)):
        if kind == "embedded" or database:
            with (
                tempfile.TemporaryDirectory(prefix="kqdesk-bench-") as scratch,
                child(serve_hub, str(Path(scratch) / "hub"), database) as hub,
            ):
                district = District(hub)
                figures[kind] = {**_crowd(district, stations), **_growth(district, share)}
    return figures


# --- everybody at once --------------------------------------------------------------------------------------------


def _crowd(district: District, stations: int) -> dict[str, Any]:
    codes = [f"hub{number:03d}" for number in range(SCHOOLS)]
    for code in codes:
        district.hub.ask("school", code)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        speakers = list(pool.map(district.speaker, [code for code in codes for _ in range(stations)]))
        figures = {}
        for name, work in (("work", _work(district)), ("idle", _idle)):
            before, started = district.hub.cpu(), perf_counter()
            times = [seconds for found in pool.map(work, speakers) for seconds in found]
            wall, cpu = perf_counter() - started, district.hub.cpu() - before
            figures[name] = {
                "asks": len(times), "asks_s": round(len(times) / wall), "hub_cpu_ms_ask": round(cpu / len(times) * 1000, 2),
                "p50_ms": round(sorted(times)[len(times) // 2] * 1000, 1),
                "p95_ms": round(quantiles(times, n=20)[-1] * 1000, 1),
            }  # fmt: skip
    return figures


def _work(district: District) -> Callable[[Speaker], list[float]]:
    """A round of a PC that has something to send."""

    def work(speaker: Speaker) -> list[float]:
        ids = district.ids(ROWS)
        steps: list[Callable[[], object]] = [
            speaker.head,
            lambda: speaker.push(ids, whole=True),
            speaker.pull,
        ]
        try:
            return [_seconds(step) for step in steps]
        finally:
            speaker.hang_up()

    return work


def _idle(speaker: Speaker) -> list[float]:
    """A round with nothing new: one question, with dialling."""
    try:
        return [_seconds(speaker.head)]
    finally:
        speaker.hang_up()


def _seconds(step: Callable[[], object]) -> float:
    started = perf_counter()
    step()
    return perf_counter() - started


# --- growth -------------------------------------------------------------------------------------------------------


def _growth(district: District, share: float) -> dict[str, Any]:
    district.hub.ask("school", "grow")
    writer, reader = district.speaker("grow"), district.speaker("grow")
    stored, head, known = 0, 0, list[str]()
    flat: dict[str, Any] = {}
    for wanted in _scaled(STORED, share):
        while stored < wanted:
            known = district.ids(min(MOST, wanted - stored))
            head = writer.push(known, whole=True).first + len(known)
            stored += len(known)
        reader.pull()
        push = partial(
            writer.push, known[: max(1, int(CHANGES * min(1, share * 10)))], whole=False, base=head
        )
        flat[str(wanted)] = {
            "push_cpu_ms": district.cost(push), "pull_cpu_ms": _pulls(district, push, reader), "head_cpu_ms": district.cost(reader.head),
        }  # fmt: skip
    linear: dict[str, Any] = {}
    for many in _scaled(CHANGED, share):
        cost = district.cost(partial(writer.push, known[:many], whole=False, base=head))
        linear[str(many)] = {"push_cpu_ms": cost, "us_row": round(cost / many * 1000, 1)}
    for speaker in (writer, reader):
        speaker.hang_up()
    return {"stored_rows": flat, "changed_rows": linear}


def _pulls(district: District, push: Callable[[], object], reader: Speaker) -> float:
    tries = []
    for _ in range(REPEATS):
        push()
        before = district.hub.cpu()
        reader.pull()
        tries.append((district.hub.cpu() - before) * 1000)
    return round(sorted(tries)[REPEATS // 2], 2)


def _scaled(sizes: Sequence[int], share: float) -> list[int]:
    return [max(10, int(size * share)) for size in sizes]
