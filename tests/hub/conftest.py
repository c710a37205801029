"""A hub in memory of the test: embedded database, a register with two schools, the application, signed askers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from kqdesk.hub.database import embedded
from kqdesk.hub.frame import Frame
from kqdesk.hub.limits import Limits
from kqdesk.hub.officers import OFFICERS, Officers
from kqdesk.hub.overview import Ledger
from kqdesk.hub.pages import FirstPages, first_pages
from kqdesk.hub.secrets import HubKeys
from kqdesk.hub.server import Served, make_app
from kqdesk.hub.switchboard import Switchboard
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.signing import Signer
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.envelope import RecentNonces, check_reply, sign_ask
from kqdesk.sync.register import REGISTER, Register, StationCard
from tests.conftest import Clock
from tests.hub.browser import Browser
from tests.postgres import postgres_cluster, postgres_database

__all__ = ["postgres_cluster", "postgres_database"]

LANTING, QIXIAN = "330603008", "330603012"
PASSWORD = "兰亭的柳树一共有三百棵"
FINGERPRINT = b"\xf1" * 16


@dataclass
class Core:
    """A sync core that says what it was asked, or raises what a test wants."""

    asked: list[tuple[StationCard, Ask]] = field(default_factory=list)
    fault: Exception | None = None
    seconds: float = 0.0

    def answer(self, station: StationCard, ask: Ask) -> Reply:
        """Note it down."""
        if self.fault is not None:
            raise self.fault
        sleep(self.seconds)
        self.asked.append((station, ask))
        return Reply(304) if ask.path.startswith("/v1/head") else Reply(200, b"taken")


@dataclass
class Station:
    """One PC that joined."""

    client: Browser
    signer: Signer
    card: StationCard
    clock: Clock
    hub_key: bytes
    asks: int = 0

    def headers(self, ask: Ask, *, nonce: int | None = None) -> dict[str, str]:
        """What it signs."""
        self.asks += 1
        chosen = (self.asks if nonce is None else nonce).to_bytes(16, "big")
        return sign_ask(self.signer, self.card.station, ask, at=self.clock(), nonce=chosen)

    def __call__(self, method: str, path: str, body: bytes = b"", **headers: str) -> httpx.Response:
        """Ask, and see that the hub itself answered."""
        ask = Ask(method, path, body)
        response = self.client.request(method, path, content=body, headers=headers | self.headers(ask))
        nonce = self.asks.to_bytes(16, "big")
        reply = Reply(response.status_code, response.content)
        assert check_reply(self.hub_key, nonce, response.headers, reply) is not None
        return response


@dataclass
class Hub:
    """A whole hub without a network."""

    app: FastAPI
    client: Browser
    register: Register
    officers: Officers
    core: Core
    keys: HubKeys
    clock: Clock
    engine: Engine
    ledgers: dict[str, Ledger]

    def join(self, school: str = LANTING, name: str = "教务办公室") -> Station:
        """One more PC of a school."""
        signer = Signer.fresh()
        card = self.register.enrol(self.register.invite(school), signer.public, name)
        return Station(self.client, signer, card, self.clock, self.keys.signer.public)


def make_hub(engine: Engine, clock: Clock, limits: Limits | None = None) -> Hub:
    """A hub over ``engine``, with a core that only listens."""
    REGISTER.create_all(engine)
    OFFICERS.create_all(engine)
    keys, core, ledgers = HubKeys(b"\x07" * 32), Core(), dict[str, Ledger]()
    register = Register(engine, clock)
    register.add_school(LANTING, "柯桥区兰亭街道成人文化技术学校")
    register.add_school(QIXIAN, "柯桥区齐贤街道成人文化技术学校")
    chosen = limits or Limits()
    officers = Officers(engine, clock, CHEAPEST)
    frame = Frame(officers, clock, chosen)
    line = Switchboard(register, core, keys, RecentNonces(clock), clock, FINGERPRINT, chosen)
    pages = FirstPages(frame, register, lambda: ledgers, clock, FINGERPRINT)
    app = make_app(Served(line, frame, [first_pages(pages)], lambda: None, "0.1.0"))
    client = Browser(app)
    return Hub(app, client, register, officers, core, keys, clock, engine, ledgers)


@pytest.fixture
def hub(tmp_path: Path, clock: Clock) -> Iterator[Hub]:
    """An embedded hub."""
    engine = embedded(tmp_path / "hub.db", "x'" + "07" * 32 + "'")
    made = make_hub(engine, clock)
    yield made
    engine.dispose()


@pytest.fixture
def station(hub: Hub) -> Station:
    """A PC of 兰亭."""
    return hub.join()
