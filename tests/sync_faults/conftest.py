"""A hub in a process of its own, and a PostgreSQL of the tests' own."""

import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kqdesk.cli import bench_server
from kqdesk.cli.bench_server import Child, child, serve_hub
from tests.conftest import SCHOOL
from tests.postgres import postgres_cluster, postgres_database

__all__ = ["postgres_cluster", "postgres_database"]

multiprocessing.set_forkserver_preload(
    ["kqdesk.hub_app", "kqdesk.hub.serving", "kqdesk.cli.bench_hub", "kqdesk.cli.bench_sync"]
)


@pytest.fixture(autouse=True, scope="session")
def quick_children() -> Iterator[None]:
    """Children that need not load the program anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench_server, "METHOD", "forkserver")
        yield


@contextmanager
def running(home: Path, database_url: str = "", port: int = 0) -> Iterator[Child]:
    """A hub that knows the tests' school."""
    with child(serve_hub, str(home), database_url, port) as hub:
        hub.ask("school", SCHOOL)
        yield hub


def free_port() -> int:
    """One nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def hub_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the hub that the tests of a module share."""
    return tmp_path_factory.mktemp("faults") / "hub"


@pytest.fixture(scope="module")
def hub(hub_home: Path) -> Iterator[Child]:
    """The hub of a module."""
    with running(hub_home) as made:
        yield made
