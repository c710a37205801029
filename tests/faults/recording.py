"""One run on a recorded disk, every acknowledged entry marked in the log."""

import ctypes
import os
import shutil
from pathlib import Path
from random import Random
from typing import Any

from kqdesk.backup.policy import Reason
from kqdesk.kernel.places import home_layout
from kqdesk.kernel.progress import Quiet
from kqdesk.kernel.resources import migrations_folder
from kqdesk.school import School
from kqdesk.security.datakey import DataKey
from kqdesk.security.kdf import CHEAPEST
from kqdesk.store import engine, migrations
from kqdesk.store.store import Store
from tests.faults.child import shim
from tests.faults.ground import PASSWORD, Ground, Ticking, enter, make_ground, open_store, sealed, work


def record(folder: str, log: str, story: bool, acts: int, synchronous: int) -> dict[str, Any]:
    """Record acts (the whole demo story, or ``acts`` small ones) in ``folder/home``; marks are acknowledged entries."""
    home = Path(folder) / "home"
    kq = shim()
    engine.PRAGMAS["synchronous"] = synchronous
    kq.kq_below(str(home).encode())
    kq.kq_record(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    _acknowledge_to(kq)
    if story:
        school = _told_story(home, acts)
    else:
        ground = make_ground(home, acts)
        school = enter(ground)
    key = school.key.reveal()
    _care(school)
    kq.kq_record(-1)
    return {"key": key.hex()}


def _acknowledge_to(kq: ctypes.CDLL) -> None:
    """Every outcome a store gives is marked in the log: from here on the person was told that it is saved."""
    real = Store._entry

    def entry(self: Store, *arguments: Any) -> Any:
        outcome = real(self, *arguments)
        mark = outcome.entry_id.to_bytes(8, "big") + sealed(self, outcome.entry_id)
        kq.kq_mark(mark, len(mark))
        return outcome

    Store._entry = entry  # type: ignore[method-assign]  # -- the one place that sees every acknowledged write


def _told_story(home: Path, people: int) -> School:
    """Rosters, cohorts, lessons, rolls, exam, certificates: the demo."""
    import kqdesk.cli.demo  # noqa: PLC0415 -- every room and paper: only the story needs them
    from kqdesk.cli.call import Call  # noqa: PLC0415 -- as above
    from kqdesk.cli.demo_story import open_stage  # noqa: PLC0415 -- as above

    call = Call(environ={}, clock=Ticking(), profile=CHEAPEST)
    story = open_stage(
        call, home, home.parent / "out", people=people, seed=1, password=PASSWORD, progress=Quiet()
    )
    kqdesk.cli.demo.walk(story, kqdesk.cli.demo.WORK)
    return story.school


def _care(school: School) -> None:
    """A backup, a migration, and some work after it."""
    school.back_up(Reason.MANUAL)
    layout, key, who = school.layout, school.key.reveal(), school.staff.id
    school.store.close()
    migrate(layout.home, key)
    store = open_store(Ground(layout.home, key, ""))
    for _ in zip(range(5), work(store, who, Random(4)), strict=False):
        pass
    store.close()
    school.lock.release()


def migrate(home: Path, key: bytes) -> None:
    """The next step of the database, one that exists for this test only."""
    layout = home_layout(home)
    folder = home.parent / "db"
    shutil.copytree(migrations_folder(), folder, dirs_exist_ok=True)
    number = migrations.latest(migrations_folder()) + 1
    step = folder / f"{number:04d}_for_the_test.sql"
    step.write_text(
        "CREATE TABLE IF NOT EXISTS added(id TEXT PRIMARY KEY, school TEXT, note TEXT);\n", "utf-8"
    )
    keep = layout.backups / "before-upgrade.db"
    migrations.bring_up_to_date(layout.database, DataKey(key).raw_pragma, folder, now=Ticking()(), keep=keep)
