"""The home folder: where it lies, what disk it refuses, files replaced whole, one process at a time."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from kqdesk.kernel import disk
from kqdesk.kernel.disk import (
    MIB,
    atomic_write,
    disk_fault,
    free_bytes,
    refuse_low_space,
    refuse_read_only,
    refuse_unsuitable,
    unsuitable,
)
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.kernel.homelock import HomeInUse, HomeLock
from kqdesk.kernel.places import default_home, home_layout

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
//nas/school /mnt/nas cifs rw 0 0
pc:/export /mnt/my\\040share nfs4 rw 0 0
/dev/sdb1 /mnt/nas/local ext4 rw 0 0
clerk@pc: /home/clerk/ssh fuse.sshfs rw 0 0
"""


def test_the_home_is_where_the_environment_or_the_platform_says(tmp_path: Path) -> None:
    assert default_home({"KQDESK_HOME": str(tmp_path)}) == tmp_path
    assert default_home({"KQDESK_HOME": "  "}) == default_home({})
    assert default_home({}).is_absolute()


def test_the_layout_touches_nothing_until_prepared(tmp_path: Path) -> None:
    layout = home_layout(tmp_path / "school")

    before = layout.home.exists()
    layout.prepare()
    layout.prepare()

    assert not before
    assert all(folder.is_dir() for folder in layout.folders)
    assert not layout.exists
    assert (layout.database.name, layout.keys.name) == ("school.db", "kqdesk.keys")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/home/clerk/school", ""),
        ("/mnt/nas/school", "网络共享"),
        ("/mnt/nas/local/school", ""),
        ("/mnt/nasty/school", ""),
        ("/mnt/my share/school", "网络共享"),
        ("/home/clerk/ssh", "网络共享"),
        ("/home/clerk/OneDrive/school", "OneDrive"),
        ("/home/clerk/OneDrive - 柯桥教育/school", "OneDrive - 柯桥教育"),
        ("/home/clerk/我的坚果云/school", "我的坚果云"),
        ("/home/clerk/BaiduNetdiskWorkspace/school", "BaiduNetdiskWorkspace"),
        ("/home/clerk/WPS云盘/school", "WPS云盘"),
        ("/home/clerk/Dropbox/school", "Dropbox"),
        ("/home/clerk/onedrives-old-photos/school", ""),
    ],
)
def test_which_places_are_refused(path: str, words: str) -> None:
    reason = unsuitable(PurePosixPath(path), MOUNTS, lambda root: 0)

    assert (words in reason) if words else (reason == "")


def test_which_windows_places_are_refused() -> None:
    kinds = {"C:\\": 3, "Z:\\": 4}.__getitem__

    found = [
        unsuitable(PureWindowsPath(path), "", kinds)
        for path in (
            "C:\\kqdesk",
            "Z:\\kqdesk",
            "\\\\nas\\share\\kqdesk",
            "C:\\Users\\clerk\\OneDrive\\kqdesk",
        )
    ]

    assert found == ["", "网络驱动器 Z: ", "网络共享文件夹", "云盘同步文件夹“OneDrive”"]


def test_a_refusal_names_the_remedy() -> None:
    with pytest.raises(UserError, match="请改放本机硬盘") as told:
        refuse_unsuitable(Path("/mnt/nas/school"), MOUNTS)

    assert "/mnt/nas/school" in str(told.value)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_that_leads_to_a_share_is_refused(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")

    with pytest.raises(UserError, match="网络共享"):
        refuse_unsuitable(tmp_path / "link", f"x / ext4 rw 0 0\nnas:/ {tmp_path / 'share'} nfs rw 0 0\n")


def test_this_machines_own_folder_is_taken(tmp_path: Path) -> None:
    refuse_unsuitable(tmp_path)
    refuse_read_only(tmp_path)

    assert free_bytes(tmp_path / "not" / "yet") > 0
    assert list(tmp_path.iterdir()) == []


def test_low_space_stops_with_a_sentence(tmp_path: Path) -> None:
    refuse_low_space(tmp_path, free=lambda folder: 200 * MIB)

    with pytest.raises(Unreachable, match="只剩 199 MB，少于 200 MB"):
        refuse_low_space(tmp_path, free=lambda folder: 200 * MIB - 1)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "磁盘已满"),
        (OSError(30, "Read-only file system"), "只读"),
        (PermissionError(13, "Permission denied"), "只读"),
        (FileNotFoundError(2, "No such file"), "U 盘"),
        (OSError(5, "Input/output error"), "磁盘出错"),
    ],
)
def test_each_fault_of_the_disk_has_its_sentence(error: OSError, words: str) -> None:
    assert words in str(disk_fault(error, Path("/home/clerk/school.db")))


def test_a_read_only_folder_is_found_by_trying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, content: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refuse)

    with pytest.raises(Unreachable, match="只读的或没有写入权限"):
        refuse_read_only(tmp_path)


# --- replacing ----------------------------------------------------------------------------------------------------


def test_a_file_is_replaced_whole_and_private(tmp_path: Path) -> None:
    target = tmp_path / "kqdesk.keys"

    atomic_write(target, b"old")
    atomic_write(target, b"new")

    assert target.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["kqdesk.keys"]
    assert sys.platform == "win32" or target.stat().st_mode & 0o777 == 0o600


def test_a_fault_leaves_the_old_file_and_no_scrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "kqdesk.keys"
    atomic_write(target, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic_write(target, b"new")

    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["kqdesk.keys"]


def test_an_antivirus_that_holds_the_file_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, tries, pauses = tmp_path / "kqdesk.keys", [], []
    replace = os.replace

    def held(source: Path, goal: Path) -> None:
        tries.append(goal)
        if len(tries) < 5:
            raise PermissionError(13, "Access is denied")
        replace(source, goal)

    (tmp_path / "fresh").write_bytes(b"new")
    monkeypatch.setattr(disk.os, "replace", held)
    monkeypatch.setattr(disk.sys, "platform", "win32")
    disk._replace(tmp_path / "fresh", target, pauses.append)

    assert target.read_bytes() == b"new"
    assert pauses == [0.01, 0.02, 0.04, 0.08]


# --- one process at a time ----------------------------------------------------------------------------------------


def test_a_second_opening_names_the_window_that_holds_it(tmp_path: Path) -> None:
    lock = tmp_path / "kqdesk.lock"

    with (
        HomeLock(lock, title="柯桥成校 — 平水镇", now=NOW),
        pytest.raises(HomeInUse, match="正在另一个窗口中打开（柯桥成校 — 平水镇，进程") as told,
    ):
        HomeLock(lock, title="second", now=NOW).take()

    assert str(os.getpid()) in str(told.value)
    with HomeLock(lock, title="third", now=NOW):
        pass


HOLDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from kqdesk.kernel.homelock import HomeLock
lock = HomeLock(Path(sys.argv[1]), title="另一个", now=datetime(2026, 3, 2, tzinfo=UTC))
lock.take()
print("held", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of Unix")
def test_kill_9_releases_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "kqdesk.lock"
    top = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE, cwd=top, text=True
    ) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "held\n"
            with pytest.raises(HomeInUse, match=f"另一个，进程 {child.pid}"):
                HomeLock(lock, title="mine", now=NOW).take()
        finally:
            child.kill()

    mine = HomeLock(lock, title="mine", now=NOW)
    mine.take()
    mine.release()
    mine.release()

    assert not lock.with_name("kqdesk.lock.holder").exists()
