"""A real home with a school in it, cheap keys, and one verified backup of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kqdesk import school as homes
from kqdesk.rooms.places.actions import add_village
from kqdesk.school import NewSchool, School
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from tests.conftest import Clock

PASSWORD = "溪南村口老樟树第三棵"
WHO = "沈月琴"
NEW = NewSchool("330603008", "兰亭街道成校", WHO, Role.HEADMASTER, PASSWORD, township_code="330603008")


def enter(home: Path, *, accept_older: bool = False) -> School:
    """Sign in again."""
    return homes.open_with_password(
        home, who=WHO, password=PASSWORD, clock=Clock(), profile=CHEAPEST, accept_older=accept_older
    )


def village(school: School, name: str) -> None:
    """One small act."""
    school.store.run(add_village, school.staff.id, name=name, township_code="330603008")


def villages(school: School) -> int:
    """How many there are."""
    with school.store.reading() as session:
        return int(session.connection().exec_driver_sql("SELECT count(*) FROM village").scalar_one())


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A closed home with three villages, and its recovery code; not to be written to."""
    home = tmp_path_factory.mktemp("made") / "home"
    school, code = homes.make(home, NEW, clock=Clock(), profile=CHEAPEST)
    for name in ("溪南村", "谢坞村", "阮港村"):
        village(school, name)
    school.close()
    return home, code


@pytest.fixture
def code(made: tuple[Path, str]) -> str:
    """The printed code."""
    return made[1]


@pytest.fixture
def home(made: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of the made home."""
    target = tmp_path / "home"
    shutil.copytree(made[0], target, ignore=shutil.ignore_patterns("ballast"))
    return target


@pytest.fixture
def school(home: Path) -> Iterator[School]:
    """That home, open."""
    opened = enter(home)
    yield opened
    opened.close()
