"""kill -9 of a station while it writes and syncs: what it was told is kept is there once, at the station, the hub and the others."""

import os
import signal
from collections import Counter
from pathlib import Path
from random import Random
from time import sleep

import pytest

from kqdesk.cli.bench_server import Child
from tests.faults.child import in_child
from tests.sync_faults.pcs import Pc, pcs, settle, size

KILLS = size(20, 200)
LONGEST_S = 0.35


@pytest.fixture
def acknowledged(tmp_path: Path) -> Path:
    """Where the station notes what it was told is kept: ``+id name`` and ``=id code``."""
    path = tmp_path / "acknowledged"
    path.touch()
    return path


def work(pc: Pc, acknowledged: Path, life: int) -> None:
    """Write and sync, until the end comes."""
    pc.open()
    rng = Random(life)
    with acknowledged.open("a", buffering=1) as told:
        for turn in range(10_000):
            name = f"{life}-{turn}"
            ids = pc.add(*(f"{name}-{part}" for part in range(rng.randrange(1, 4))))
            told.write("".join(f"+{row_id}\n" for row_id in ids))
            pc.change(ids[0], name)
            told.write(f"={ids[0]} {name}\n")
            if rng.random() < 0.6:
                pc.sync()


def killed(pc: Pc, acknowledged: Path, life: int, after: float) -> int:
    """A life of the station: it ends some time after its first word, every fifth one already while it opens."""

    def body() -> None:
        me, begun = os.getpid(), acknowledged.stat().st_size
        if os.fork() == 0:
            while life % 5 and acknowledged.stat().st_size == begun:
                sleep(0.005)
            sleep(after)
            os.kill(me, signal.SIGKILL)
            os._exit(0)
        work(pc, acknowledged, life)

    return in_child(body)


def test_killed_stations_lose_and_double_nothing(tmp_path: Path, hub: Child, acknowledged: Path) -> None:
    rng = Random(KILLS)
    with pcs(tmp_path, hub, 2) as (one, two):
        one.close()

        endings = [killed(one, acknowledged, life, rng.random() * LONGEST_S) for life in range(KILLS)]

        one.open()
        settle([one, two, one])
        lines = acknowledged.read_text().splitlines()
        added = [line[1:] for line in lines if line.startswith("+")]
        codes = dict(line[1:].split() for line in lines if line.startswith("="))
        here, there = one.rows(), two.rows()
        found = {row[0]: row[2] for row in here}
        assert endings == [-signal.SIGKILL] * KILLS
        assert len(added) > KILLS
        assert set(added) <= set(found)
        assert {row_id: found[row_id] for row_id in codes} == codes
        assert len(found) - len(added) <= 3 * KILLS  # written, and killed before it could be said
        assert max(Counter(row[1] for row in there).values()) == 1
        assert here == there
        assert (one.client.standing().unsent, one.faults(), two.faults()) == (0, (None, None), (None, None))
