"""What a home meets in an office: clocks years off, a file held by another program, a second start, huge input, a kill
while a school is made. Each is survived or refused with one sentence, and what was saved is there."""

import json
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from kqdesk import school as homes
from kqdesk.backup import entrance, making, restoring
from kqdesk.backup.entrance import Way
from kqdesk.backup.policy import Reason
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.kernel.places import home_layout
from kqdesk.rooms.places.actions import add_village
from kqdesk.school import School
from kqdesk.security.datakey import DataKey
from kqdesk.security.kdf import CHEAPEST
from kqdesk.store import engine
from tests.faults.ground import (
    BEGIN,
    NEW,
    PASSWORD,
    TOWNSHIP,
    WHO,
    Ground,
    Ticking,
    enter,
    make_ground,
    open_store,
    work,
)
from tests.faults.tools import ROOT

YEARS = timedelta(days=3653)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A home with a few acts; not to be written to."""
    return make_ground(tmp_path_factory.mktemp("fresh") / "home")


@pytest.fixture
def ground(fresh: Ground, tmp_path: Path) -> Ground:
    """A copy."""
    return fresh.copy(tmp_path / "home")


def enter_at(ground: Ground, clock: Ticking) -> School:
    return homes.open_with_password(ground.home, who=WHO, password=PASSWORD, clock=clock, profile=CHEAPEST)


def labels(school: School) -> list[str]:
    with school.store.reading() as session:
        found = session.connection().exec_driver_sql("SELECT label FROM journal_entry ORDER BY id")
        return list(found.scalars())


@pytest.mark.parametrize("away", [-YEARS, YEARS])
def test_a_clock_ten_years_off_is_said_and_loses_nothing(ground: Ground, away: timedelta) -> None:
    before = enter(ground)
    count = before.store.position()
    before.close()

    wrong = enter_at(ground, Ticking(BEGIN + away))
    for _ in zip(range(3), work(wrong.store, wrong.staff.id, Random(1)), strict=False):
        pass
    wrong.back_up(Reason.MANUAL)
    told = wrong.notices
    wrong.close()
    right = enter_at(ground, Ticking(BEGIN + timedelta(days=1)))

    assert ["请先校准电脑的日期" in one for one in told] == [True]
    assert right.store.position() == count + 3
    assert right.store.verify_chain() is None
    assert right.store.verify_rows() is None
    right.close()


def test_lockout_is_not_shortened_by_the_clock(ground: Ground) -> None:
    for _ in range(5):
        with pytest.raises(UserError, match="密码不对"):
            homes.open_with_password(
                ground.home, who=WHO, password="不是这一句", clock=Ticking(), profile=CHEAPEST
            )

    with pytest.raises(UserError, match="请等"):
        enter_at(ground, Ticking(BEGIN + YEARS))


def test_a_file_held_by_another_program_is_a_sentence_and_then_goes_on(ground: Ground) -> None:
    school = enter(ground)
    before = school.store.position()
    with closing(engine.connect(school.layout.database, school.key.raw_pragma())) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unreachable, match="数据文件写不进去"):
            school.store.run(add_village, school.staff.id, name="新桥村", township_code=TOWNSHIP)
        other.execute("ROLLBACK")

    assert school.store.position() == before
    school.store.run(add_village, school.staff.id, name="新桥村", township_code=TOWNSHIP)
    school.close()


def test_reading_a_damaged_page_is_a_sentence(ground: Ground) -> None:
    store = open_store(ground)
    store.integrity()  # all of it in the file, nothing in the WAL
    store.close()
    path = home_layout(ground.home).database
    raw = bytearray(path.read_bytes())
    for page in range(5, len(raw) // 4096):
        raw[page * 4096 + 100] ^= 1
    path.write_bytes(raw)

    with pytest.raises(UserError, match="从备份恢复"):
        open_store(ground).verify_chain()


def test_a_second_program_names_the_first(ground: Ground) -> None:
    school = enter(ground)
    asked = [sys.executable, "-m", "kqdesk", "--home", str(ground.home), "find", "陈", "--json"]

    second = subprocess.run(
        asked,
        cwd=ROOT,
        env={"KQDESK_PASSWORD": PASSWORD, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert second.returncode == 5
    assert "正在另一个窗口中打开" in json.loads(second.stdout)["error"]
    school.close()


def test_a_lock_whose_holder_was_killed_is_taken(ground: Ground) -> None:
    script = (
        "import os,signal;from tests.faults.ground import Ground,enter;from pathlib import Path;"
        f"s=enter(Ground(Path({str(ground.home)!r}),b'',''));os.kill(os.getpid(),signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)

    school = enter(ground)

    assert killed.returncode == -9
    school.close()


def test_huge_words_are_refused_or_kept_and_the_program_goes_on(ground: Ground) -> None:
    school = enter(ground)
    before = school.store.position()
    try:
        school.store.run(add_village, school.staff.id, name="村" * 1_000_000, township_code=TOWNSHIP)
    except UserError:
        assert school.store.position() == before
    school.store.run(add_village, school.staff.id, name="新桥村", township_code=TOWNSHIP)

    assert school.store.verify_rows() is None
    with pytest.raises(UserError, match="上限"):
        school.attachments.keep(bytes((32 << 20) + 1))
    school.close()


def test_a_making_that_was_killed_is_begun_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made, _ = homes.make(home, NEW, clock=Ticking(), rng=Random(1), profile=CHEAPEST)
    made.close()
    (home / "school.db").unlink()
    (home / "kqdesk.making").write_bytes(b"")  # as a kill before the database was whole leaves it

    is_there = home_layout(home).exists
    again, _ = homes.make(home, NEW, clock=Ticking(), rng=Random(2), profile=CHEAPEST)

    assert not is_there
    assert home_layout(home).exists
    again.close()


def test_a_restore_and_going_on_with_older_data_stand_in_the_journal(ground: Ground, tmp_path: Path) -> None:
    school = enter(ground)
    backup, key = school.back_up(Reason.MANUAL).path, school.key.reveal()
    school.store.run(add_village, school.staff.id, name="新桥村", township_code=TOWNSHIP)
    school.close()
    entrance.restore(ground.home, backup, Way(WHO, PASSWORD), clock=Ticking(), profile=CHEAPEST, low=0)

    restored = enter(ground)
    first = labels(restored)[-1]
    restored.close()
    again = enter(ground)
    once = [label for label in labels(again) if label.startswith("恢复备份")]
    again.close()
    making.take_copy(home_layout(ground.home).database, tmp_path / "old.db", DataKey(key))
    later = enter(ground)
    later.store.run(add_village, later.staff.id, name="后桥村", township_code=TOWNSHIP)
    later.close()
    shutil.copy(tmp_path / "old.db", ground.home / "school.db")
    older = homes.open_with_password(
        ground.home, who=WHO, password=PASSWORD, clock=Ticking(), profile=CHEAPEST, accept_older=True
    )

    assert first.startswith(f"恢复备份：{backup.name}（做于 2026-03-02")
    assert len(once) == 1
    assert labels(older)[-1] == "照旧继续：用了较旧的数据，少了 1 步操作"
    assert restoring.sync_waits(home_layout(ground.home))["journaled"] is True
    older.close()
