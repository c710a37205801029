"""A small program folder, a home beside it, and the faults' shim."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kqdesk.school import School
from tests.faults.conftest import scratch, shim
from tests.faults.ground import Ground, enter, make_ground
from tests.updating.program import Place, laid_out

__all__ = ["scratch", "shim"]


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A closed home with some acts done in it."""
    return make_ground(tmp_path_factory.mktemp("fresh") / "home")


@pytest.fixture
def school(fresh: Ground, tmp_path: Path) -> Iterator[School]:
    """The home, open, its person the headmaster. Its path has a name and a space in it, as user folders have."""
    opened = enter(fresh.copy(tmp_path / "沈 月琴" / "home"))
    yield opened
    opened.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """The old program; its path has Chinese and a space in it."""
    folder = tmp_path / "用户 沈月琴"
    folder.mkdir()
    yield Place(laid_out(folder / "程 序"), folder)
    shutil.rmtree(folder)
