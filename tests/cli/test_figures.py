"""``kqdesk figures`` and the two papers of figures, over an empty school."""

from pathlib import Path

import pytest

from kqdesk.rooms.reports.rules import FIGURES
from tests.cli.command import CommandLine


def test_every_figure_is_told_and_frozen(school: CommandLine) -> None:
    ended = school("figures", "--year", "2025", "--freeze", "2025年", "--json")

    assert ended.code == 0
    assert [row["figure"] for row in ended.told["figures"]] == list(FIGURES)
    assert (ended.told["first"], ended.told["last"], len(ended.told["frozen"])) == (
        "2025-01-01",
        "2025-12-31",
        32,
    )


def test_one_figure_is_split(school: CommandLine) -> None:
    ended = school(
        "figures", "--school-year", "2024", "--figure", "social_training", "--by", "month", "--json"
    )

    [row] = ended.told["figures"]
    assert (ended.told["first"], len(row["parts"]), row["value"]) == ("2024-09-01", 12, 0)


@pytest.mark.parametrize(
    "given",
    [
        ("--figure", "nothing"), ("--by", "month"), ("--figure", "schooling_years", "--by", "age"), ("--year", "2025", "--month", "2025-01"),
        ("--first", "2025-01-01"), ("--month", "2025-13"),
    ],
)  # fmt: skip
def test_wrong_usage_is_said(school: CommandLine, given: tuple[str, ...]) -> None:
    assert school("figures", *given).code == 2


def test_a_year_without_anything_is_not_printed(school: CommandLine, tmp_path: Path) -> None:
    for paper in ("monthly-brief", "figure-sheet"):
        out = tmp_path / f"{paper}.pdf"
        ended = school("print", paper, "--week", "2025-03-03", "--out", out)

        assert (ended.code, out.exists()) == (3, False)
        assert ended.err.strip() == "没有可以打印的数字：2025年没有班级、活动、证书，也没有填目标。"
