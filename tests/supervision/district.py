"""A whole hub in this process, an officer before its pages, and the school's desk that exchanges with it."""

import re
from dataclasses import dataclass
from random import Random

import httpx

from kqdesk.hub_app import OpenHub
from kqdesk.security.roles import Role
from kqdesk.store.attachments import Attachments
from kqdesk.store.store import Store
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.client import Client, RoundReport
from tests.hub.browser import BASE, Browser
from tests.sync.places import Card

PASSWORD = "兰亭的柳树一共有三百棵"
LANTING, QIXIAN = "330603008", "330603012"
OFFICER, SECOND = "金晓燕", "陶国良"


@dataclass
class District:
    """The hub and a visitor of its pages who can sign in."""

    hub: OpenHub
    browser: Browser

    def sign_in(self, name: str = OFFICER, role: Role = Role.DISTRICT) -> None:
        """Somebody sits down before the pages."""
        self.hub.officers.put(name, PASSWORD, role)
        self.browser.cookies.clear()
        assert self.browser.send("/sign-in", name=name, password=PASSWORD).status_code == 303

    def send(self, path: str, **fields: str) -> httpx.Response:
        """A form of our own pages with its token."""
        return self.browser.send(path, csrf=self.token(), **fields)

    def upload(self, path: str, name: str, body: bytes, **fields: str) -> httpx.Response:
        """A form with a file."""
        files = {"file": (name, body, "application/octet-stream")}
        data = {"csrf": self.token(), **fields}
        return self.browser.request("POST", path, data=data, files=files, headers={"Origin": BASE})

    def token(self) -> str:
        """As it stands in every page."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.browser.get("/supervision").text)
        assert found is not None
        return found[1]

    def answer(self, ask: Ask) -> Reply:
        """The sync core's answer to the school's PC."""
        return self.hub.core.answer(Card(LANTING, f"{LANTING}.1"), ask)


@dataclass
class Home:
    """The school's desk."""

    store: Store
    client: Client
    district: District

    def sync(self) -> RoundReport:
        """One round with the hub."""
        rounds = self.client.round()
        reply = None
        try:
            while True:
                ask = next(rounds) if reply is None else rounds.send(reply)
                reply = self.district.answer(ask)
        except StopIteration as end:
            report: RoundReport = end.value
            assert report.finished, report
            return report


def at_home(store: Store, district: District, attachments: Attachments) -> Home:
    """The desk of 兰亭 as a station of that hub."""
    return Home(store, Client(store, store.clock, Random(3), attachments), district)
