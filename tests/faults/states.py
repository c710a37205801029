"""Crash states of a recorded run, each opened and asked: is anything lost that was acknowledged?"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from kqdesk.backup import container
from kqdesk.backup.container import ENDING
from kqdesk.kernel.errors import UserError
from tests.faults.ground import Ground, fault_in
from tests.faults.replay import Disk, lay_out, steps_of


@dataclass
class Tally:
    """What came of all states."""

    states: int = 0
    lost: int = 0
    broken: list[str] = field(default_factory=list)


def judge(log: bytes, key: bytes, scratch: Path, *, mode: str, count: int, seed: int) -> Tally:
    """Stop the recorded run at ``count`` random steps and look at each; mode kill or power."""
    steps = list(steps_of(log))
    begin = next(n for n, step in enumerate(steps) if step.kind == "k")
    rng = Random(seed)
    stops = set(rng.sample(range(begin + 1, len(steps)), min(count, len(steps) - begin - 1)))
    disk, tally = Disk(), Tally()
    for n, step in enumerate(steps):
        disk.take(step)
        if n not in stops:
            continue
        images = disk.after_kill() if mode == "kill" else disk.after_power_cut(rng)
        mark = disk.marks[-1]
        fault = _fault(
            images, key, scratch, int.from_bytes(mark[:8], "big"), mark[8:], pages=tally.states % 5 == 0
        )
        tally.states += 1
        tally.lost += fault == "lost"
        if fault and fault != "lost":
            tally.broken.append(f"{mode} after step {n}: {fault}")
    return tally


def _fault(
    images: dict[str, bytes], key: bytes, scratch: Path, acked: int, promised: bytes, *, pages: bool
) -> str:
    """A backup that has its name must be whole too."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    lay_out({name: content for name, content in images.items() if not name.startswith("drafts/")}, scratch)
    try:
        for path in (scratch / "backups").glob(f"*{ENDING}"):
            if not path.name.startswith("."):
                container.open_whole(path)
    except UserError as wrong:
        return str(wrong)
    return fault_in(Ground(scratch, key, ""), acked, promised, pages=pages, rows=pages)
