"""The hub dies under load, or its PostgreSQL does: afterwards hub and stations have what people wrote, once."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from random import Random
from threading import Event
from time import sleep

import pytest

from kqdesk.cli.bench_server import Child
from kqdesk.hub_app import prepare_postgres
from kqdesk.sync import line as lines
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.line import Line
from tests.postgres import OWNER, WORKER, Cluster, Database
from tests.sync_faults.conftest import free_port, running
from tests.sync_faults.pcs import Pc, now, pcs, settle, size

STATIONS, DEATHS = 3, size(2, 30)
LONGEST_S = 0.5


@dataclass
class Power:
    """A hub that may be switched off and on again, at one address."""

    home: Path
    database_url: str
    port: int = field(default_factory=free_port)
    _rooms: ExitStack = field(default_factory=ExitStack)

    def on(self) -> Child:
        self.hub = self._rooms.enter_context(running(self.home, self.database_url, self.port))
        return self.hub

    def cut(self) -> None:
        """kill -9."""
        self.hub.kill()
        self.off()

    def off(self) -> None:
        self._rooms.close()


@pytest.fixture
def power(tmp_path: Path) -> Iterator[Power]:
    """An embedded hub."""
    made = Power(tmp_path / "hub", "")
    made.on()
    yield made
    made.off()


def busy(pc: Pc, done: Event) -> dict[str, str]:
    """Write and sync until told; what was written: id → code."""
    rng, wrote = Random(pc.number), dict[str, str]()
    while not done.is_set():
        name = f"{pc.number}-{len(wrote)}"
        for row_id in pc.add(*(f"{name}-{part}" for part in range(rng.randrange(1, 20)))):
            wrote[row_id] = ""
        chosen = rng.choice(list(wrote))
        pc.change(chosen, name)
        wrote[chosen] = name
        if pc.sync().broke:
            sleep(0.02)
    return wrote


def outlived(stations: list[Pc], dies: Callable[[], None]) -> dict[str, str]:
    """Everybody works while it dies again and again; all that was written."""
    rng, done = Random(DEATHS), Event()
    with ThreadPoolExecutor(len(stations)) as pool:
        working = [pool.submit(busy, pc, done) for pc in stations]
        for _ in range(DEATHS):
            sleep(rng.random() * LONGEST_S)
            dies()
        sleep(LONGEST_S)
        done.set()
        wrote: dict[str, str] = {}
        for work in working:
            wrote |= work.result()
    return wrote


def shown(pc: Pc) -> dict[str, str]:
    """Id → code, as it stands at a station."""
    return {row[0]: row[2] or "" for row in pc.rows()}


def expect_everything(stations: list[Pc], wrote: dict[str, str]) -> None:
    """Every station has every row as it was written, and nothing else."""
    settle([*stations, *stations])
    for pc in stations:
        assert shown(pc) == wrote
        assert pc.client.standing().unsent == 0
        assert pc.faults() == (None, None)


def test_a_killed_hub_loses_and_doubles_nothing(
    tmp_path: Path, power: Power, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "STEP_S", 5.0)

    def dies() -> None:
        power.cut()
        power.on()

    with pcs(tmp_path, power.hub, STATIONS) as stations:
        wrote = outlived(stations, dies)

        expect_everything(stations, wrote)


@dataclass
class Worked:
    """A PostgreSQL with a hub's tables, which keeps what it has confirmed until a test says otherwise."""

    cluster: Cluster
    database: Database
    home: Path

    def confirms(self, how: str) -> None:
        """``off``: before it has written."""
        self.cluster.ask(f"ALTER DATABASE {self.database.name} SET synchronous_commit={how}")

    def restart(self) -> None:
        """What a power cut does to it."""
        self.cluster.stop("immediate")
        self.cluster.start()


@pytest.fixture(scope="module")
def worked(postgres_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worked]:
    database = Database(postgres_cluster, "hub_worked")
    postgres_cluster.ask(f"CREATE DATABASE {database.name} OWNER {OWNER}")
    prepare_postgres(database.owner_url, WORKER, partitions=1)
    yield Worked(postgres_cluster, database, tmp_path_factory.mktemp("worked") / "hub")
    postgres_cluster.ask(f"DROP DATABASE {database.name} WITH (FORCE)")


@pytest.fixture
def postgres_power(worked: Worked) -> Iterator[Power]:
    """A hub on it."""
    worked.confirms("on")
    made = Power(worked.home, worked.database.url)
    made.on()
    yield made
    made.off()


def test_a_database_that_dies_loses_and_doubles_nothing(
    tmp_path: Path, postgres_power: Power, worked: Worked
) -> None:
    with pcs(tmp_path, postgres_power.hub, STATIONS) as stations:
        settle(stations)
        before = shown(stations[0])

        wrote = outlived(stations, worked.restart)

        expect_everything(stations, before | wrote)


def test_a_database_that_forgets_what_it_confirmed_gets_it_again(
    tmp_path: Path, postgres_power: Power, worked: Worked
) -> None:
    worked.confirms("off")
    postgres_power.cut()
    with pcs(tmp_path, postgres_power.on(), STATIONS) as stations:
        settle(stations)
        before = shown(stations[0])

        wrote = outlived(stations, worked.restart)

        expect_everything(stations, before | wrote)


def test_any_process_of_a_hub_answers_any_question(
    tmp_path: Path, postgres_power: Power, worked: Worked
) -> None:
    beside = tmp_path / "beside"
    shutil.copytree(worked.home, beside)  # the same keys and certificate; photos would lie on a shared disk
    with (
        running(beside, worked.database.url) as other,
        pcs(tmp_path, postgres_power.hub, 2) as stations,
    ):
        settle(stations)
        before, wrote = shown(stations[0]), dict[str, str]()
        for turn in range(3):
            for pc in stations:
                wrote |= dict.fromkeys(pc.add(f"{turn} {pc.number}"), "")
                pc.sync(alternating(pc, postgres_power.hub.url, other.url))

        expect_everything(stations, before | wrote)


def alternating(pc: Pc, *urls: str) -> Callable[[Ask], Reply]:
    """Every question at the next one."""
    turns = cycle(Line(replace(pc.who, url=url), clock=now) for url in urls)

    def send(ask: Ask) -> Reply:
        line = next(turns)
        reply = line.ask(ask)
        line.close()
        return reply

    return send
