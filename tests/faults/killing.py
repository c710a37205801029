"""Kill -9 at random moments: what was acknowledged must be there."""

import os
import signal
import time
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.ground import WHO, Ground, fault_in, make_ground, open_store, sealed, work


def kill(folder: str, times: int, seed: int) -> dict[str, Any]:
    """Kill a working child ``times`` times; what it had acknowledged must be there each time."""
    rng, root = Random(seed), Path(folder)
    fresh = make_ground(root / "fresh")
    ground = fresh.copy(root / "home")
    faults: list[str] = []
    acked_in_all, slowest = 0, 0.0
    for n in range(times):
        if n % 25 == 24:
            ground = fresh.copy(root / "home")
        acked, promised = _killed_once(ground, rng, n)
        acked_in_all += bool(acked)
        began = time.monotonic()
        fault = fault_in(ground, acked, promised, rows=n % 5 == 0)
        slowest = max(slowest, time.monotonic() - began)
        if fault:
            faults.append(f"kill {n}: {fault}")
    return {"kills": times, "with_acks": acked_in_all, "faults": faults, "slowest_start_s": slowest}


def _killed_once(ground: Ground, rng: Random, n: int) -> tuple[int, bytes]:
    """The last acknowledgement the parent read before the child died."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        store = open_store(ground)
        for outcome in work(store, WHO, Random(n)):
            os.write(writing, outcome.entry_id.to_bytes(8, "big") + sealed(store, outcome.entry_id))
        os._exit(0)
    os.close(writing)
    told = os.read(reading, 40) if rng.random() < 0.85 else b""  # the others may die while opening
    time.sleep(rng.random() * 0.1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    while chunk := os.read(reading, 1 << 16):
        told += chunk
    os.close(reading)
    last = told[(len(told) // 40 - 1) * 40 :][:40]
    return (int.from_bytes(last[:8], "big"), last[8:]) if len(told) >= 40 else (0, b"")
