"""How every command answers: exit codes, one sentence, one JSON object."""

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kqdesk.cli import frame, people
from kqdesk.kernel.homelock import HomeLock
from kqdesk.kernel.places import home_layout
from kqdesk.security.kdf import CHEAPEST
from tests.cli.command import CommandLine


def test_help_names_every_command(kqdesk: CommandLine) -> None:
    shown = kqdesk("--help")

    assert shown.code == 0
    assert [word for word in frame.COMMANDS if f"  {word} " not in shown.out] == []


@pytest.mark.parametrize("word", frame.COMMANDS)
def test_every_command_explains_itself(kqdesk: CommandLine, word: str) -> None:
    shown = kqdesk(word, "--help")

    assert (shown.code, shown.err) == (0, "")
    assert frame.COMMANDS[word][1][:6] in shown.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense"], "没有「nonsense」这个命令"),
        (["find"], "缺少 TEXT"),
        (["find", "x", "--limit", "many"], "要写整数"),
        (["import", "horses", "a.xlsx"], "不能是 'horses'"),
        (["init", "--school", "1"], "缺少 --name"),
        (["find", "x", "--colour", "red"], "不认识 --colour red"),
        (["print", "poem", "--out", "a.pdf"], "没有「poem」这种纸质材料"),
        (["bench", "luck"], "没有「luck」这项测速"),
    ],
)
def test_wrong_usage_is_two_and_said_in_chinese(kqdesk: CommandLine, words: list[str], said: str) -> None:
    ended = kqdesk(*words)

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_json_may_stand_anywhere_and_is_the_only_thing_on_stdout(school: CommandLine) -> None:
    before, after = school("--json", "find", "俞"), school("find", "俞", "--json")

    assert before.told == after.told == {"people": []}


def test_a_refusal_is_json_too(kqdesk: CommandLine) -> None:
    ended = kqdesk("find", "俞", "--json")

    assert ended.code == 3
    assert ended.told == {"error": ended.err.strip(), "exit_code": 3}
    assert ended.err.startswith("这里还没有学校数据")


def test_wrong_password_is_four(school: CommandLine) -> None:
    ended = school("find", "俞", environ={"KQDESK_PASSWORD": "不是这一句密码"})

    assert (ended.code, ended.out) == (4, "")
    assert "密码" in ended.err


def test_no_password_is_four(school: CommandLine) -> None:
    ended = school("find", "俞", environ={})

    assert ended.code == 4
    assert "KQDESK_PASSWORD" in ended.err


def test_password_from_a_file(school: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "password.txt"
    file.write_text(school.environ["KQDESK_PASSWORD"] + "\n", "utf-8")

    assert school("--password-file", file, "find", "俞", environ={}).code == 0
    assert school("find", "俞", "--password-file", tmp_path / "none.txt", environ={}).code == 4


def test_somebody_who_does_not_sign_in_here_is_four(school: CommandLine) -> None:
    ended = school("--user", "路人", "find", "俞")

    assert ended.code == 4
    assert "可以登录的有：沈月琴" in ended.err


def test_home_open_elsewhere_is_five(school: CommandLine) -> None:
    layout = home_layout(school.home)
    with HomeLock(layout.lock, title="办公室的窗口", now=datetime(2026, 3, 2, tzinfo=UTC)):
        ended = school("find", "俞")

    assert ended.code == 5
    assert "办公室的窗口" in ended.err


def test_a_place_that_cannot_be_written_is_five(school: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    ended = school("export", "people", tmp_path / "file" / "out.xlsx")

    assert ended.code == 5


def test_home_from_the_environment(school: CommandLine, capsys: pytest.CaptureFixture[str]) -> None:
    environ = {**school.environ, "KQDESK_HOME": str(school.home)}

    code = frame.main(["find", "俞", "--json"], environ=environ, clock=school.clock, profile=CHEAPEST)

    assert (code, json.loads(capsys.readouterr().out)) == (0, {"people": []})


def test_our_bug_is_one_sentence_and_a_trace_without_values(
    school: CommandLine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> int:
        raise RuntimeError("俞文娟 330697198503021247")

    monkeypatch.setattr(people, "run", breaks)

    ended = school("find", "俞", "--json")

    log = (home_layout(school.home).logs / "kqdesk.log").read_text("utf-8")
    assert ended.code == 1
    assert ended.told == {"error": frame.BUG_SENTENCE, "exit_code": 1}
    assert "RuntimeError" in log
    assert [word for word in ("俞文娟", "330697198503021247", "Traceback") if word in log + ended.err] == []
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    caplog.clear()


def test_a_process_of_its_own(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "kqdesk", "--home", str(tmp_path), "find", "俞", "--json"],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )

    assert ran.returncode == 3
    assert json.loads(ran.stdout.decode("utf-8"))["exit_code"] == 3
