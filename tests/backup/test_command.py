"""``kqdesk backup`` as a person types it; two programs on one home."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kqdesk import school as homes
from kqdesk.backup import shelf
from kqdesk.backup.policy import Reason
from kqdesk.security.kdf import CHEAPEST
from tests.cli.command import PASSWORD, CommandLine
from tests.conftest import Clock

NEW = "一句没有用过的新的密码"


@pytest.fixture
def kqdesk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """A school without anybody on the roster."""
    line = CommandLine(tmp_path / "home", capsys)
    line.environ["KQDESK_RECOVERY_CODE"] = line(
        "init", "--school", "330603008", "--name", "兰亭街道成校", "--person", "沈月琴", "--json"
    ).told["recovery_code"]
    return line


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """One person of a village."""
    path = tmp_path / "溪南村.csv"
    path.write_text("姓名,性别,身份证号,村社\n俞文娟,女,330697198503021247,溪南村\n", "utf-8")
    return path


def names(kqdesk: CommandLine) -> list[str]:
    return [one["name"] for one in kqdesk("backup", "list", "--json").told["backups"]]


def test_make_list_verify(kqdesk: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()

    made = kqdesk("backup", "make", "--copy-to", tmp_path / "stick", "--json").told
    listed = kqdesk("backup", "list", "--json").told
    verified = kqdesk("backup", "verify", "--json")

    assert made["counts"]["staff"] == 1
    assert Path(made["copied_to"]).exists()
    assert [(one["label"], one["fault"]) for one in listed["backups"]] == [("手动备份", None)]
    assert listed["remind"] is None
    assert (verified.code, verified.told["ok"]) == (0, True)


def test_an_import_is_preceded_by_a_backup_and_can_be_rolled_back(kqdesk: CommandLine, roster: Path) -> None:
    kqdesk("import", "people", roster)
    (name,) = names(kqdesk)

    shown = kqdesk("backup", "restore", name, "--dry-run")
    done = kqdesk("backup", "restore", name, "--json")

    assert name.endswith("-import.kqbackup")
    assert "会少掉之后的 1 步操作：" in shown.out
    assert "1 → 0" in shown.out
    assert (done.code, done.told["lost"], done.told["changes"]["person"]) == (0, 1, [1, 0])
    assert kqdesk("find", "俞文娟", "--json").told == {"people": []}
    kqdesk("backup", "restore", Path(done.told["before"]).name)
    assert [one["name"] for one in kqdesk("find", "俞文娟", "--json").told["people"]] == ["俞文娟"]


def test_an_empty_computer(kqdesk: CommandLine, roster: Path, tmp_path: Path) -> None:
    kqdesk("import", "people", roster)
    stick = shutil.copy(kqdesk("backup", "make", "--json").told["file"], tmp_path)
    shutil.rmtree(kqdesk.home)
    environ = {**kqdesk.environ, "KQDESK_PASSWORD": NEW}

    refused = kqdesk("backup", "restore", stick, environ={"KQDESK_PASSWORD": NEW})
    done = kqdesk("backup", "restore", stick, "--json", environ=environ)
    found = kqdesk("find", "俞文娟", "--json", environ=environ)

    assert (refused.code, "恢复码纸上的恢复码" in refused.err) == (4, True)
    assert (done.code, done.told["person"], done.told["counts"]["person"]) == (0, "沈月琴", 1)
    assert [one["name"] for one in found.told["people"]] == ["俞文娟"]


def test_a_damaged_database_is_replaced_by_its_backup(kqdesk: CommandLine) -> None:
    name = Path(kqdesk("backup", "make", "--json").told["file"]).name
    (kqdesk.home / "school.db").write_bytes(b"x" * 40_000)

    refused = kqdesk("find", "俞")
    done = kqdesk("backup", "restore", name)

    assert refused.code == 3
    assert (done.code, "现在的数据打不开" in done.err) == (0, True)
    assert kqdesk("find", "俞").code == 0


def test_older_data_needs_a_decision(kqdesk: CommandLine, roster: Path, tmp_path: Path) -> None:
    shutil.copy(kqdesk.home / "school.db", tmp_path / "old.db")
    kqdesk("import", "people", roster)
    shutil.copy(tmp_path / "old.db", kqdesk.home / "school.db")

    refused, accepted = kqdesk("find", "俞"), kqdesk("--accept-older", "find", "俞")

    assert (refused.code, "少了 1 步" in refused.err, "--accept-older" in refused.err) == (3, True, True)
    assert accepted.code == 0
    assert kqdesk("find", "俞").code == 0


def test_a_damaged_backup_is_exit_3_and_names_another(kqdesk: CommandLine) -> None:
    good, bad = (Path(kqdesk("backup", "make", "--json").told["file"]) for _ in range(2))
    bad.write_bytes(bad.read_bytes()[:-100])

    verified = kqdesk("backup", "verify", bad.name)

    assert (verified.code, good.name in verified.err) == (3, True)
    assert kqdesk("backup", "list").out.count("[坏了]") == 1


def test_two_programs_on_one_home(kqdesk: CommandLine) -> None:
    """The second process names the first; when the first is gone, its lock is too."""
    who = homes.people(kqdesk.home)[0][0]
    command = [sys.executable, "-m", "kqdesk", "--home", str(kqdesk.home), "backup", "make"]
    environ = {**os.environ, "KQDESK_PASSWORD": PASSWORD}
    with closing(
        homes.open_with_password(
            kqdesk.home, who=who, password=PASSWORD, clock=Clock(), title="甲窗口", profile=CHEAPEST
        )
    ) as school:
        second = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        school.back_up(Reason.HOURLY)

    assert (second.returncode, "甲窗口" in second.stderr) == (5, True)
    assert [one.reason for one in shelf.backups_in(kqdesk.home / "backups")] == [Reason.HOURLY]
