"""A command line over an empty folder, and one over a school."""

import shutil
from pathlib import Path
from random import Random

import pytest

from kqdesk import school as homes
from kqdesk.school import NewSchool
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from tests.cli.command import NOW, PASSWORD, CommandLine


@pytest.fixture
def kqdesk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Nothing there yet."""
    return CommandLine(tmp_path / "home", capsys)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed home with one person who signs in; copied for each test."""
    home = tmp_path_factory.mktemp("made") / "home"
    new = NewSchool("330603008", "柯桥区示例成校", "沈月琴", Role.CLERK, PASSWORD)
    homes.make(home, new, clock=lambda: NOW, rng=Random(1), profile=CHEAPEST)[0].close()
    return home


@pytest.fixture
def school(kqdesk: CommandLine, made: Path) -> CommandLine:
    """A school with one person who signs in and nobody on the roster."""
    shutil.copytree(made, kqdesk.home)
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
