"""``kqdesk audit``: exported with a password, verified without one."""

import json
from pathlib import Path

import pytest

from kqdesk.cli.frame import main
from kqdesk.security.kdf import CHEAPEST
from tests.safekeeping.conftest import PASSWORD, Ground


def run(ground: Ground, *words: str) -> int:
    return main(
        ["--home", str(ground.school.layout.home), "--json", *words],
        environ={"KQDESK_PASSWORD": PASSWORD},
        clock=ground.clock,
        profile=CHEAPEST,
    )


def test_a_list_goes_out_and_is_verified_without_a_password(
    ground: Ground, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ground.school.close()

    exported = run(
        ground, "audit", "export", str(tmp_path / "记录.csv"), "--by", "沈月琴", "--about", "王阿毛"
    )
    told = json.loads(capsys.readouterr().out)
    verified = main(["--json", "audit", "verify", told["proof"]], environ={}, clock=ground.clock)
    found = json.loads(capsys.readouterr().out)

    assert (exported, verified) == (0, 0)
    assert told["entries"] == found["entries"] == 5
    assert found["ok"]


def test_a_changed_list_is_exit_3(ground: Ground, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ground.school.close()
    run(ground, "audit", "export", str(tmp_path / "记录.csv"))
    (tmp_path / "记录.csv").write_text("别的", "utf-8")
    capsys.readouterr()

    verified = main(
        ["--json", "audit", "verify", str(tmp_path / "记录.kqproof")], environ={}, clock=ground.clock
    )

    assert verified == 3
    assert "与导出时不一样" in json.loads(capsys.readouterr().out)["faults"][0]


def test_an_unknown_operator_is_named(
    ground: Ground, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ground.school.close()

    assert run(ground, "audit", "export", str(tmp_path / "记录.csv"), "--by", "谁呀") == 3
    assert "沈月琴、章国平" in capsys.readouterr().err
