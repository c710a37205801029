"""A command line over an empty folder, and one over a school."""

from pathlib import Path

import pytest

from tests.cli.command import CommandLine


@pytest.fixture
def kqdesk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Nothing there yet."""
    return CommandLine(tmp_path / "home", capsys)


@pytest.fixture
def school(kqdesk: CommandLine) -> CommandLine:
    """A school with one person who signs in and nobody on the roster."""
    kqdesk.found()
    return kqdesk


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """Three people of a village as .csv."""
    path = tmp_path / "溪南村.csv"
    path.write_text(
        "姓名,性别,身份证号,联系电话,村社\n"
        "俞文娟,女,330697198503021247,15412345678,溪南村\n"
        "傅柏林,男,330698197211050013,16312345678,溪南村\n"
        "王䶮,男,330699199001010019,15400000001,溪南村\n",
        "utf-8",
    )
    return path
