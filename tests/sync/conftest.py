"""A hub and two stations of a school."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.sync.places import Desk, HubPlace


@pytest.fixture
def hub(tmp_path: Path, clock: Clock) -> Iterator[HubPlace]:
    made = HubPlace(tmp_path / "hub", clock)
    yield made
    made.close()


@pytest.fixture
def desks(tmp_path: Path, clock: Clock, hub: HubPlace) -> Iterator[tuple[Desk, Desk]]:
    made = Desk(tmp_path / "a", hub, clock, 1), Desk(tmp_path / "b", hub, clock, 2)
    yield made
    for desk in made:
        desk.close()
