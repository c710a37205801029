"""``kqdesk plan`` and ``kqdesk check`` as programs call them."""

import json
from pathlib import Path

import pytest

from kqdesk.cli.frame import main
from tests.planner.generator import problem_of
from tests.planner.validator import violations


def test_plan_then_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = json.loads(json.dumps(problem_of(1, 20)))
    problem, out = tmp_path / "p.json", tmp_path / "s.json"
    problem.write_text(json.dumps(raw), "utf-8")

    assert main(["plan", str(problem), "--out", str(out), "--seconds", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    solution = json.loads(out.read_text("utf-8"))

    assert violations(raw, solution) == []
    assert (told["cost"], told["unplaced"]) == (solution["cost"], [])
    assert main(["check", str(problem), str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"clashes": [], "unplaced": 0, "cost": solution["cost"]}


def test_check_names_every_clash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = json.loads(json.dumps(problem_of(1, 20)))
    problem, out = tmp_path / "p.json", tmp_path / "s.json"
    problem.write_text(json.dumps(raw), "utf-8")
    main(["plan", str(problem), "--out", str(out), "--seconds", "0.5", "--json"])
    solution = json.loads(out.read_text("utf-8"))
    first, other = solution["lessons"][0], solution["lessons"][-1]
    other.update(day=first["day"], start=first["start"], venue=first["venue"])
    out.write_text(json.dumps(solution), "utf-8")
    capsys.readouterr()

    assert main(["check", str(problem), str(out), "--json"]) == 3

    clashes = json.loads(capsys.readouterr().out)["clashes"]
    assert any("同一教室同时有两个班" in one for one in clashes)
    assert violations(raw, solution)


def test_bad_files_end_with_three_and_every_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = json.loads(json.dumps(problem_of(1, 20)))
    raw["classes"][0]["trainer"] = 4000
    raw["classes"][1]["village"] = -1
    problem = tmp_path / "p.json"
    problem.write_text(json.dumps(raw), "utf-8")

    assert main(["plan", str(problem), "--out", str(tmp_path / "s.json"), "--json"]) == 3

    told = capsys.readouterr()
    assert len(json.loads(told.out)["faults"]) == 2
    assert "classes[1].village" in told.err
    assert not (tmp_path / "s.json").exists()


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "1e99"])
def test_senseless_times_are_refused(tmp_path: Path, seconds: str) -> None:
    assert main(["plan", "none.json", "--out", str(tmp_path / "s.json"), "--seconds", seconds]) == 3


def test_the_bench_gives_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "plan", "--size", "12", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)["benches"]["plan"]
    assert {"check_us", "heat_p99_ms", "first_s", "cost", "bar"} <= set(told)
