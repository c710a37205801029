"""The door itself: it counts right, keeps away from the person's own home, and prints the figures."""

import json
from pathlib import Path

import pytest

from tests import check
from tests.figures import figure


@pytest.mark.parametrize(
    ("closing", "expected"),
    [
        ("======= 12 passed in 3.40s =======", (12, 0)),
        ("= 1 failed, 11 passed, 2 errors, 3 skipped in 61.02s (0:01:01) =", (11, 3)),
        ("2 xfailed, 1 xpassed, 5 passed in 0.1s", (7, 1)),
        ("no tests ran in 0.01s", (0, 0)),
    ],
)
def test_closing_line_is_counted(closing: str, expected: tuple[int, int]) -> None:
    assert check.count(closing) == expected


def test_steps_know_no_home_and_no_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KQDESK_HOME", "the clerk's own")
    monkeypatch.setenv("KQDESK_PASSWORD", "secret")

    quick, full = check.surroundings(tmp_path, full=False), check.surroundings(tmp_path, full=True)

    assert {key for key in quick if key.startswith("KQDESK_")} == {"KQDESK_FIGURES"}
    assert full["KQDESK_FULL"] == "1"
    assert full["XDG_DATA_HOME"].startswith(str(tmp_path))


def test_failed_step_is_counted_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(check.STATIC, "format", ("-c", "print('why'); raise SystemExit(1)"))

    result = check.run_static("format", [], check.surroundings(tmp_path, full=False))

    assert (result.passed, result.failed, result.output) == (0, 1, "why\n")


def test_pytest_that_cannot_start_is_a_failure(tmp_path: Path) -> None:
    result = check.run_tests(["--no-such-option"], check.surroundings(tmp_path, full=False), full=False)

    assert (result.passed, result.failed) == (0, 1)


def test_figures_are_printed_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "figures"
    monkeypatch.setenv("KQDESK_FIGURES", str(place))
    figure("roll, 40 people", 3.5, "ms")
    figure("import 导入", 1200, "rows/s")

    check.print_figures(place)

    assert [json.loads(line)["value"] for line in place.read_text("utf-8").splitlines()] == [3.5, 1200]
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines() if line] == [
        "figures",
        "import",
        "roll,",
    ]
