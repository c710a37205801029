"""The process that is killed: ``python -m tests.updating.breaking JSON``; the faults' shim is preloaded.

An update from the file to the new version's first start is broken at its 1st, 2nd, 3rd … change of a file. Afterwards
the launcher must start a version, that version must open the data whole, and a second try must get through.
"""

import json
import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.places import home_layout
from kqdesk.kernel.progress import Quiet
from kqdesk.school.updates import Updates, sweep
from kqdesk.security.datakey import DataKey
from kqdesk.store import migrations
from kqdesk.updating import applying
from tests.faults.child import in_child, shim
from tests.faults.ground import Ground, Ticking, enter, fault_in, make_ground, sealed
from tests.updating.program import NEW, OLD, Place, laid_out, started

STEP = "CREATE TABLE IF NOT EXISTS added(id TEXT PRIMARY KEY, school TEXT, note TEXT);\n"


def first_start(place: Place, ground: Ground) -> None:
    """What the new version does when it opens the home for the first time."""
    layout = home_layout(ground.home)
    steps = applying.database_steps(place.program.folder(NEW))
    keep = layout.backups / "before-upgrade.db"
    migrations.bring_up_to_date(
        layout.database, DataKey(ground.key).raw_pragma, steps, now=Ticking()(), keep=keep
    )


def update(place: Place, ground: Ground, file: Path) -> None:
    """The old version applies the file, then the new one starts."""
    school = enter(ground)
    try:
        Updates(school, place.known(), low=0).apply(file, Quiet())
    finally:
        school.close()
    first_start(place, ground)


def armed(place: Place, ground: Ground, file: Path, arms: tuple[int, int, int]) -> None:
    """In the child, with the fault armed; 3 when it refused with a sentence."""
    kq = shim()
    kq.kq_below(str(place.folder).encode())
    kq.kq_arm(*arms)
    try:
        update(place, ground, file)
    except UserError:
        os._exit(3)
    finally:
        kq.kq_below(b"")
    (place.folder.parent / "steps").write_text(str(kq.kq_steps()))


def left(place: Place, ground: Ground, file: Path, promised: tuple[int, bytes]) -> str:
    """What the next start finds."""
    version = started(place.program.root)
    if version not in (OLD, NEW):
        return f"the launcher starts {version!r}"
    try:
        if version == NEW:
            first_start(place, ground)
        else:
            enter(ground).close()
            if fault := fault_in(ground, *promised):
                return f"{version}: {fault}"
            sweep(place.known())
            update(place, ground, file)
    except UserError as wrong:
        return f"{version}: {wrong}"
    drafts = [path.name for path in place.program.versions.iterdir() if path.name.startswith(".new")]
    again = started(place.program.root)
    return fault_in(ground, *promised, pages=True) or (
        "" if again == NEW and not drafts else f"{again} {drafts}"
    )


def main(folder: str, hows: list[int], most: int) -> dict[str, Any]:
    """how 0 kills, else the errno; at most ``most`` places of each, evenly spread."""
    root = Path(folder)
    fresh = make_ground(root / "fresh")
    school = enter(fresh)
    promised = (school.store.position(), sealed(school.store, school.store.position()))
    school.close()
    origin = Place(laid_out(root / "origin"), root)
    file = origin.packed(step=STEP)
    found: list[str] = []
    tried = total = 0
    for how in (-1, *hows):
        chosen = [0] if how < 0 else range(1, total + 1)
        if how >= 0 and total > most:
            chosen = sorted({1 + n * total // most for n in range(most)})
        for n in chosen:
            place = _copy(origin, root / "run")
            ground = fresh.copy(root / "run" / "home")
            status = in_child(partial(armed, place, ground, file, (n, max(how, 0), 0)))
            fault = left(place, ground, file, promised)
            if how < 0:
                total = int((root / "steps").read_text())
                fault = fault or ("" if status == 0 else f"ended with {status}")
            elif status not in (-signal.SIGKILL, 0, 3) or (how == 0 and status != -signal.SIGKILL):
                fault = f"ended with {status} {fault}"
            tried += how >= 0
            if fault:
                found.append(f"step {n} of {total}, {how}: {fault}")
    return {"steps": total, "tried": tried, "faults": found}


def _copy(origin: Place, folder: Path) -> Place:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(origin.program.root, folder / "program", symlinks=True)
    return Place(type(origin.program)(folder / "program"), folder)


if __name__ == "__main__":
    print(json.dumps(main(**json.loads(sys.argv[1]))))
