"""A small checkout, and an ear for what the person at the terminal is told."""

from pathlib import Path

import pytest

from installers.environment import RUN_LOCK, TEST_LOCK, Environment


@pytest.fixture
def place(tmp_path: Path) -> Environment:
    """A checkout with two small locks and no .venv."""
    (tmp_path / "installers").mkdir()
    for name in (RUN_LOCK, TEST_LOCK):
        (tmp_path / "installers" / name).write_text(name)
    return Environment(tmp_path)


@pytest.fixture
def said() -> list[str]:
    """What the person at the terminal is told."""
    return []
