"""The shim, compiled once, and a scratch folder in memory: what is tried here is order, not the disk's speed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.tools import build_shim, compiler


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The preloaded library; without a C compiler its tests are skipped."""
    if compiler() is None:
        pytest.skip("no C compiler: the disk cannot be recorded or broken here")
    return build_shim(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[str]:
    """A folder in memory where the system has one."""
    memory = Path("/dev/shm")
    place = tempfile.mkdtemp(prefix="kqdesk-", dir=memory if os.access(memory, os.W_OK) else tmp_path)
    yield place
    shutil.rmtree(place, ignore_errors=True)
