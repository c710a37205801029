"""Work until there is no room on the disk: each act is saved or refused with a sentence, and goes on when there is room."""

import os
import resource
import shutil
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.exc import DatabaseError

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.places import home_layout
from kqdesk.rooms.places.actions import add_village
from kqdesk.store.store import Store
from tests.faults.child import in_child
from tests.faults.ground import WHO, Ground, fault_in, make_ground, open_store, sealed, work


def full(folder: str, fresh: str, times: int, seed: int, limit: bool) -> dict[str, Any]:
    """Work until the disk is full: by a limit on file sizes, or because ``folder`` is a small file system of its own."""
    rng, root = Random(seed), Path(folder)
    faults: list[str] = []
    refused = 0
    made = make_ground(Path(fresh) / "made")
    for n in range(times):
        ground = made.copy(root / "home")
        size = home_layout(ground.home).database.stat().st_size
        told = Path(fresh) / "told"
        told.write_bytes(b"")
        room = rng.randrange(0, 250_000)
        status = in_child(partial(_until_full, ground, told, (size + room) if limit else 0, n))
        refused += status == 3
        if status not in (0, 3):
            faults.append(f"run {n}: ended with {status}")
        raw = told.read_bytes()
        fault = fault_in(ground, int.from_bytes(raw[:8], "big"), raw[8:], pages=True)
        if fault:
            faults.append(f"run {n}: {fault}")
    return {"runs": times, "refused": refused, "faults": faults}


def _until_full(ground: Ground, told: Path, limit: int, seed: int) -> None:
    store = open_store(ground, free=None if limit else free_of)
    filler = ground.home / "filler"
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    else:
        _fill(filler, ground.home, leave=Random(seed).randrange(8, 300) * 1024)
    descriptor = os.open(told, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        store_and_tell(store, descriptor, seed)
    except (UserError, DatabaseError):  # the latter: committed, but even the look at it found no room
        filler.unlink(missing_ok=True)
        assert store.position() >= 0, "reading goes on"
        if not limit:  # room again: no restart is needed
            next(work(store, WHO, Random(seed + 1)))
        os._exit(3)


def store_and_tell(store: Store, descriptor: int, seed: int) -> None:
    """Real acts, each acknowledged by writing over the 40 bytes of a file; the first refusal comes out."""
    rng = Random(seed)
    for n in range(150):
        name = "村" * rng.randrange(1, 30)
        outcome = store.run(add_village, WHO, name=f"{n}{name}", township_code="330603008")
        os.pwrite(descriptor, outcome.entry_id.to_bytes(8, "big") + sealed(store, outcome.entry_id), 0)


def free_of(folder: Path) -> int:
    """What the file system says."""
    return shutil.disk_usage(folder).free


def _fill(filler: Path, folder: Path, *, leave: int) -> None:
    with filler.open("wb", buffering=0) as stream:
        try:
            stream.write(bytes(max(0, free_of(folder) - leave)))
        except OSError:
            stream.flush()
