"""``kqdesk print``: which papers there are, and what is said when there is nothing to print."""

from pathlib import Path

import pytest

from kqdesk.cli.papers import PAPERS
from tests.cli.command import CommandLine


def test_the_list_names_every_paper(kqdesk: CommandLine) -> None:
    ended = kqdesk("print", "--list", "--json")

    assert (ended.code, [one["paper"] for one in ended.told["papers"]]) == (0, list(PAPERS))
    assert len(PAPERS) >= 8


@pytest.mark.parametrize("paper", [key for key in PAPERS if key not in ("enrolment-proof", "policy-list")])
def test_nothing_to_print_is_said_and_no_file_is_left(
    school: CommandLine, tmp_path: Path, paper: str
) -> None:
    ended = school("print", paper, "--out", tmp_path / "out.pdf")

    assert (ended.code, list(tmp_path.glob("*.pdf"))) == (3, [])
    assert ended.err.startswith("没有")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("class-list", "--cohort", "2026-X9"), "没有编号是 2026-X9 的班级"),
        (("enrolment-proof",), "在读证明要写给谁"),
        (("enrolment-proof", "--person", "无此人"), "没有找到「无此人」"),
        (("certificate", "--number", "123"), "没有已批准的证书编号"),
        (("score-sheet", "--sitting", "期末"), "没有叫「期末」的考试"),
    ],
)
def test_whom_it_is_for_must_be_there(
    school: CommandLine, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    ended = school("print", *words, "--out", tmp_path / "out.pdf")

    assert ended.code == 3
    assert said in ended.err


def test_the_policy_list_is_there_from_the_first_day(school: CommandLine, tmp_path: Path) -> None:
    ended = school("print", "policy-list", "--out", tmp_path / "out.pdf", "--json")

    assert (ended.code, ended.told["pages"]) == (0, 1)


def test_the_file_must_be_a_pdf(school: CommandLine, tmp_path: Path) -> None:
    assert school("print", "class-list", "--out", tmp_path / "out.docx").code == 3


def test_a_day_that_is_no_day_is_wrong_usage(school: CommandLine, tmp_path: Path) -> None:
    ended = school("print", "week-timetable", "--week", "三月二日", "--out", tmp_path / "out.pdf")

    assert ended.code == 2
    assert "日期要写成 2026-03-02" in ended.err
