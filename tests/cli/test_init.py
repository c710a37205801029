"""A new home: made once, with a password nobody is asked for twice, and a recovery sheet."""

from pathlib import Path

import pytest

from kqdesk import school as homes
from kqdesk.kernel.disk import MIB
from kqdesk.printing.preview import page_text
from tests.cli.command import CommandLine

WORDS = ("init", "--school", "330603008", "--name", "柯桥区示例成校", "--person", "沈月琴")


def test_a_given_password_is_not_shown(kqdesk: CommandLine) -> None:
    ended = kqdesk(*WORDS, "--json")

    assert ended.code == 0
    assert {name: ended.told[name] for name in ("home", "school", "name", "person")} == {
        "home": str(kqdesk.home),
        "school": "330603008",
        "name": "柯桥区示例成校",
        "person": "沈月琴",
    }
    assert "password" not in ended.told
    assert homes.people(kqdesk.home)[0][1] == "沈月琴"


def test_a_made_password_opens_the_home(kqdesk: CommandLine) -> None:
    made = kqdesk(*WORDS, "--json", environ={}).told["password"]

    assert kqdesk("find", "俞", environ={"KQDESK_PASSWORD": made}).code == 0


def test_the_recovery_sheet_carries_the_code(kqdesk: CommandLine, tmp_path: Path) -> None:
    code = kqdesk(*WORDS, "--recovery-sheet", tmp_path / "code.pdf", "--json").told["recovery_code"]

    text = page_text(tmp_path / "code.pdf", 0)
    assert [group for group in code.split("-") if group not in text] == []


def test_a_home_is_made_once(school: CommandLine) -> None:
    ended = school(*WORDS)

    assert ended.code == 3
    assert "已经有一份学校数据" in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--school", "33 0603", "--name", "成校"), "学校代码只能是字母和数字"),
        (("--school", "330603008", "--name", " "), "学校名称"),
    ],
)
def test_words_that_cannot_be_are_three_and_nothing_is_left(
    kqdesk: CommandLine, words: tuple[str, ...], said: str
) -> None:
    ended = kqdesk("init", *words)

    assert ended.code == 3
    assert said in ended.err
    assert kqdesk(*WORDS).code == 0


def test_a_weak_password_is_refused(kqdesk: CommandLine) -> None:
    ended = kqdesk(*WORDS, environ={"KQDESK_PASSWORD": "12345678901"})

    assert ended.code == 3
    assert "太容易猜到" in ended.err


def test_a_full_disk_is_told_by_the_doctor(school: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kqdesk.kernel.disk.free_bytes", lambda folder: 3 * MIB)

    ended = school("doctor", "--json")

    assert ended.code == 3
    assert [one["name"] for one in ended.told["checks"] if one["state"] == "broken"] == ["磁盘"]


def test_a_damaged_database_is_told_by_the_doctor(school: CommandLine) -> None:
    database = school.home / "school.db"
    content = bytearray(database.read_bytes())
    content[:4096] = bytes(4096)
    database.write_bytes(bytes(content))

    ended = school("doctor", "--json")

    assert ended.code == 3
    assert [one["name"] for one in ended.told["checks"] if one["state"] == "broken"] == ["数据库"]


def test_a_clock_that_went_back_is_told_by_the_doctor(school: CommandLine) -> None:
    now = school.clock()
    school.clock = lambda: now.replace(year=2025)

    ended = school("doctor")

    assert ended.code == 3
    assert "[坏了] 时钟" in ended.out


def test_a_sound_home(school: CommandLine) -> None:
    ended = school("doctor")

    assert ended.code == 0
    assert ended.out.strip().endswith("全部正常。")
