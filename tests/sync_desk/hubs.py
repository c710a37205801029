"""A whole hub on a port of this machine, for the desk's side: embedded, real TLS, real keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import MetaData

from kqdesk.hub.limits import Limits
from kqdesk.hub_app import OpenHub, open_hub
from kqdesk.security.kdf import CHEAPEST
from kqdesk.store.hub_tables import hub_metadata
from kqdesk.sync.invitation import Invitation, print_code
from tests.hub.live import served

SCHOOL, NAME = "330603008", "柯桥区兰亭街道成人文化技术学校"


@dataclass(frozen=True)
class LiveHub:
    """The hub itself and where it listens."""

    opened: OpenHub
    url: str

    def invite(self, school: str = SCHOOL) -> str:
        """A one-time code."""
        return print_code(Invitation(self.opened.register.invite(school), self.opened.fingerprint))


def now() -> datetime:
    """A hub tells the true time."""
    return datetime.now(UTC)


@cache
def _metadata(desk: MetaData, *, postgres: bool) -> MetaData:
    """Derived once a run instead of once a hub: half a second each."""
    return hub_metadata(desk, postgres=postgres)


@contextmanager
def live_hub(folder: Path, database_url: str = "") -> Iterator[LiveHub]:
    """One that knows the school of the tests."""
    with (
        patch("kqdesk.hub_app.hub_metadata", _metadata),
        open_hub(folder, clock=now, database_url=database_url, environ={}, profile=CHEAPEST) as opened,
    ):
        opened.register.add_school(SCHOOL, NAME)
        limits = Limits()
        with served(opened.app(limits), opened.home.home) as port:
            yield LiveHub(opened, f"https://127.0.0.1:{port}")
