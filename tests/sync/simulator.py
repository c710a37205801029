"""Histories of stations and a hub under every fault there is, the same for the same seed: ``python -m tests.sync.simulator``.

Two or three stations and a hub run in one process over real encrypted files. A seed picks what happens: edits,
deletions, merges of persons, numbers given out, rounds over a line that drops, repeats, reorders and cuts, crashes at
any statement on either side, clocks years off, restores and clones of stations and of the hub, programs of different
age, a station that is locked out. When everything has calmed down the oracle looks:

1. every station and the hub have the same rows, and each station's journal is true;
2. every value somebody was told was saved is what shows, or was replaced by somebody who saw it, or waits for people;
3. no number was given out twice;
4. what counts up never went back;
5. everything that was ever answered, asked again, changes nothing.
"""

import argparse
import gc
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.sync.oracle import World
from tests.sync.setting import Wrong

FOLDER = Path("/dev/shm") if Path("/dev/shm").is_dir() else None


@contextmanager
def world(seed: int, steps: int) -> Iterator[World]:
    folder = Path(tempfile.mkdtemp(prefix="kqdesk-sim-", dir=FOLDER))
    gc.freeze()  # every crash collects what it left open, and need not look at all the modules each time
    made = World(seed, folder, steps=steps)
    try:
        yield made
    finally:
        made.close()
        gc.unfreeze()
        shutil.rmtree(folder, ignore_errors=True)


def run(seed: int, steps: int = 30) -> str:
    """Empty when the oracle is content, else what is wrong and how it came to it."""
    with world(seed, steps) as made:
        try:
            made.play()
        except Exception as wrong:  # noqa: BLE001 -- whatever went wrong, the trace is wanted
            told = "" if isinstance(wrong, Wrong) else traceback.format_exc()
            return f"seed {seed}: {wrong}\n{told}" + "\n".join(made.trace)
        return ""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--stop", action="store_true", help="at the first failure")
    given = parser.parse_args()
    bad = 0
    for seed in range(given.first, given.first + given.seeds):
        told = run(seed, given.steps)
        if told:
            bad += 1
            print(told, file=sys.stderr)
            if given.stop:
                break
    print(f"{given.seeds} seeds, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
