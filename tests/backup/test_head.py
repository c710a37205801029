"""The head file: a database that is older than it was left is never opened in silence."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from kqdesk.kernel.places import home_layout
from kqdesk.store.head import Ending, HeadFile, OtherThanLeft
from kqdesk.store.store import Store
from tests.backup.conftest import enter, village, villages
from tests.conftest import Clock

KEY = bytes(range(32))


def head(path: Path, home_id: str = "home") -> HeadFile:
    return HeadFile(path / "kqdesk.head", KEY, home_id)


def test_the_newest_ending_is_read_back(tmp_path: Path) -> None:
    for number in range(1, 8):
        head(tmp_path).write(Ending(number, bytes([number]) * 32))

    assert head(tmp_path).read() == Ending(7, bytes([7]) * 32)


def test_a_torn_slot_leaves_the_one_before(tmp_path: Path) -> None:
    file = head(tmp_path)
    file.write(Ending(1, b"a" * 32))
    file.write(Ending(2, b"b" * 32))
    raw = bytearray(file.path.read_bytes())
    raw[20] ^= 1  # entry 2 lies in the first sector

    file.path.write_bytes(raw)

    assert file.read() == Ending(1, b"a" * 32)


def test_another_homes_file_and_a_forged_one_count_as_none(tmp_path: Path) -> None:
    head(tmp_path).write(Ending(3, b"c" * 32))

    assert head(tmp_path, "other").read() is None
    assert HeadFile(tmp_path / "kqdesk.head", bytes(32), "home").read() is None


def test_the_file_follows_every_act(home: Path) -> None:
    school = enter(home)
    village(school, "新桥村")

    left = HeadFile(home / "kqdesk.head", school.key.subkey("mac"), school.store.home_id).read()

    assert left is not None
    assert left.entry_id == school.store.position()
    school.close()


def test_yesterdays_file_put_back_is_named_and_can_be_gone_on_with(home: Path, tmp_path: Path) -> None:
    shutil.copy(home / "school.db", tmp_path / "yesterday.db")
    school = enter(home)
    village(school, "新桥村")
    village(school, "上旺村")
    school.close()
    shutil.copy(tmp_path / "yesterday.db", home / "school.db")

    with pytest.raises(
        OtherThanLeft, match=r"只有 4 步，少了 2 步.*请把原来的文件放回来.*恢复.*照旧继续"
    ) as told:
        enter(home)
    again = enter(home, accept_older=True)

    assert told.value.lost == 2
    assert (villages(again), again.notices) == (3, ())
    again.close()
    enter(home).close()


def test_another_history_is_named(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "twin")
    for place, name in ((home, "新桥村"), (tmp_path / "twin", "上旺村")):
        school = enter(place)
        village(school, name)
        school.close()
    shutil.copy(tmp_path / "twin" / "school.db", home / "school.db")

    with pytest.raises(OtherThanLeft, match="第 5 步操作对不上"):
        enter(home)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9])
def test_a_cut_wal_is_noticed(home: Path, tmp_path: Path, share: float) -> None:
    school = enter(home)
    for number in range(6):
        village(school, f"第{number}村")
    layout, copy = home_layout(home), tmp_path / "copy"
    shutil.copytree(home, copy)
    school.close()
    wal = copy / "school.db-wal"
    wal.write_bytes(wal.read_bytes()[: int(wal.stat().st_size * share)])
    (copy / "school.db-shm").unlink(missing_ok=True)

    with pytest.raises(OtherThanLeft, match=r"漏了 school\.db-wal"):
        enter(copy)

    assert layout.head.read_bytes() == (copy / "kqdesk.head").read_bytes()


def test_a_missing_head_warns_once(home: Path) -> None:
    (home / "kqdesk.head").unlink()

    school = enter(home)
    first = school.notices
    school.close()
    with closing(enter(home)) as again:
        second = again.notices

    assert [notice.startswith("记着「操作记到哪一步」的文件 kqdesk.head 不见了") for notice in first] == [
        True
    ]
    assert second == ()


def test_a_database_newer_than_its_head_is_the_kill_after_commit(home: Path) -> None:
    before = (home / "kqdesk.head").read_bytes()
    school = enter(home)
    village(school, "新桥村")
    school.close()
    (home / "kqdesk.head").write_bytes(before)

    with closing(enter(home)) as again:
        assert (villages(again), again.notices) == (4, ())


def test_a_store_without_a_watch_writes_no_head(store: Store, clerk: str, clock: Clock) -> None:
    assert not (store.home / "kqdesk.head").exists()
