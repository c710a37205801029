"""Kill and power cut: whatever was acknowledged is there, the journal is whole, and the harness can tell."""

from errno import EIO, ENOSPC
from pathlib import Path
from typing import Any

from tests.faults.operations import OPERATIONS
from tests.faults.states import Tally, judge
from tests.faults.tools import IS_FULL, drive, size
from tests.figures import figure

FULL, NORMAL = 2, 1  # PRAGMA synchronous


def recorded(scratch: str, shim: Path, *, story: bool, acts: int, synchronous: int) -> tuple[bytes, bytes]:
    """The log of one run and the data key."""
    log = Path(scratch) / "log"
    asked: dict[str, Any] = {"folder": f"{scratch}/run", "log": str(log), "story": story, "acts": acts}
    answer = drive("record", asked | {"synchronous": synchronous}, shim)
    return log.read_bytes(), bytes.fromhex(answer["key"])


def both(scratch: str, log: bytes, key: bytes, count: int) -> list[Tally]:
    return [
        judge(log, key, Path(scratch) / "state", mode=mode, count=count, seed=11)
        for mode in ("kill", "power")
    ]


def test_no_state_after_a_crash_lacks_what_was_acknowledged(scratch: str, shim: Path) -> None:
    count = size(200, 2000)
    log, key = recorded(scratch, shim, story=IS_FULL, acts=30, synchronous=FULL)

    tallies = both(scratch, log, key, count)

    assert [(tally.states, tally.lost, tally.broken) for tally in tallies] == [(count, 0, [])] * 2
    figure("crash states looked at", 2 * count, "states")


def test_the_canary_dies(scratch: str, shim: Path) -> None:
    """With synchronous=NORMAL a power cut loses acknowledged acts: a harness that does not see it is broken."""
    log, key = recorded(scratch, shim, story=False, acts=30, synchronous=NORMAL)

    kill, power = both(scratch, log, key, size(30, 300))

    assert kill.lost == 0
    assert power.lost > 0
    figure("acknowledged acts lost by the canary", power.lost / power.states, "of states")


def test_kill_at_random_moments_loses_nothing(scratch: str) -> None:
    times = size(20, 200)

    answer = drive("kill", {"folder": scratch, "times": times, "seed": 5})

    assert answer["faults"] == []
    assert answer["kills"] == times
    assert answer["with_acks"] >= times // 2
    figure("slowest look after a kill", answer["slowest_start_s"], "s")


def test_a_kill_at_the_changes_of_a_file(scratch: str, shim: Path) -> None:
    """Whatever was under way, the next start opens by itself and nothing is lost."""
    faults = [[operation, 0, 0] for operation in OPERATIONS]

    answer = drive("step", {"folder": scratch, "faults": faults, "most": size(4, 200)}, shim)

    assert answer["faults"] == []
    assert set(answer["steps"]) == set(OPERATIONS)
    figure("changes of files in one restore, each a place to be killed", answer["steps"]["restore"], "steps")


def test_an_error_of_the_disk_at_the_changes_of_a_file(scratch: str, shim: Path) -> None:
    """It is refused with a sentence or comes through; what was saved before is there."""
    pairs = [("act", EIO, 1), ("restore", ENOSPC, 0)]
    every = [(name, how, sticky) for name in OPERATIONS for how in (EIO, ENOSPC) for sticky in (0, 1)]
    faults = every if IS_FULL else pairs

    answer = drive("step", {"folder": scratch, "faults": faults, "most": size(4, 40)}, shim)

    assert answer["faults"] == []
