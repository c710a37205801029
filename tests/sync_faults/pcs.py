"""Stations with a real line to a real hub, and what people do at them."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from kqdesk.cli.bench_server import Child
from kqdesk.rooms.places.model import Village
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action
from kqdesk.store.base import Base
from kqdesk.store.store import Store
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.client import Client, RoundReport
from kqdesk.sync.invitation import read_code
from kqdesk.sync.line import Address, Line, Membership, enrol
from tests.conftest import CLERK, KEY, SCHOOL
from tests.sync.places import desk_template, drive

IS_FULL = bool(os.environ.get("KQDESK_FULL"))
ROWS = "SELECT id,name,code FROM village ORDER BY id"


def size(small: int, full: int) -> int:
    """How many: the commit's size, or the one the issue names."""
    return full if IS_FULL else small


def now() -> datetime:
    """Certificates are of today."""
    return datetime.now(UTC)


@action("故障测试加村")
def add_villages(w: Writing, *, names: Sequence[str]) -> list[str]:
    rows = [Village(name=name) for name in names]
    w.session.add_all(rows)
    w.session.flush()
    return [row.id for row in rows]


@action("故障测试改村")
def change_village(w: Writing, *, row_id: str, code: str) -> None:
    w.session.get_one(Village, row_id).code = code


@dataclass
class Pc:
    """One station: its file, and how it reaches the hub."""

    path: Path
    who: Membership
    number: int

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """As after the computer was switched on again."""
        self.store = Store(
            self.path, lambda: KEY, clock=now, rng=Random(f"{self.number} {os.urandom(8).hex()}")
        )
        self.client = Client(self.store, now, Random(os.urandom(16)))
        self.line = Line(self.who, clock=now)

    def close(self) -> None:
        self.line.close()
        self.store.close()

    def through(self, url: str, *, whole_s: float = 5.0) -> None:
        """Dial another address from now on."""
        self.line.close()
        self.line = Line(replace(self.who, url=url), clock=now, whole_s=whole_s)

    def add(self, *names: str) -> list[str]:
        return self.store.run(add_villages, CLERK, names=names).value

    def change(self, row_id: str, code: str) -> None:
        self.store.run(change_village, CLERK, row_id=row_id, code=code)

    def sync(self, line: Callable[[Ask], Reply] | None = None) -> RoundReport:
        """One round."""
        return drive(self.client, line or self.line.ask)

    def rows(self) -> list[tuple[str, str, str | None]]:
        with self.store.reading() as session:
            return [(row[0], row[1], row[2]) for row in session.connection().exec_driver_sql(ROWS)]

    def faults(self) -> tuple[str | None, str | None]:
        return self.store.verify_chain(), self.store.verify_rows()


def new_pc(folder: Path, hub: Child, number: int, url: str = "") -> Pc:
    """A PC of the tests' school that joined the hub."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"pc{number}.db"
    shutil.copy(desk_template(Base.metadata), path)
    invitation = read_code(hub.ask("invite", SCHOOL))
    address = Address(url or hub.url, invitation.fingerprint)
    who = enrol(address, invitation, signer=Signer.fresh(), name=f"第 {number} 台")
    pc = Pc(path, who, number)
    pc.client.change_hub(address.url)
    return pc


@contextmanager
def pcs(folder: Path, hub: Child, count: int) -> Iterator[list[Pc]]:
    """Some of them; closed at the end."""
    made = [new_pc(folder, hub, number + 1) for number in range(count)]
    try:
        yield made
    finally:
        for pc in made:
            pc.close()


def settle(stations: Sequence[Pc]) -> None:
    """Rounds over a line that holds, until everybody has everything."""
    for _ in range(2):
        for pc in stations:
            report = pc.sync()
            assert (report.broke, report.stop) == (False, ""), pc.line.trouble
