"""The hub hands a newer program to its schools in parts; nobody is sent away for the age of his program."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kqdesk.hub.database import embedded
from kqdesk.hub.frame import Frame
from kqdesk.hub.limits import Limits
from kqdesk.hub.server import Served, make_app
from kqdesk.hub.switchboard import Switchboard
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.places import home_layout
from kqdesk.school.fetching import Fetching
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.envelope import RecentNonces
from kqdesk.updating import shelf as shelves
from kqdesk.updating.packing import look
from kqdesk.updating.rules import FOLDER
from kqdesk.updating.shelf import PATH, Inbox, Shelf
from tests.conftest import NOON, Clock
from tests.hub.browser import Browser
from tests.hub.conftest import FINGERPRINT, Station, make_hub
from tests.updating.program import NEW, OLD, PLATFORM, SIGNER, Place

KEYS = (SIGNER.public,)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "updates")


@pytest.fixture
def station(tmp_path: Path, shelf: Shelf) -> Station:
    """A PC of a school whose hub has that shelf."""
    clock = Clock()
    hub = make_hub(embedded(tmp_path / "hub.db", b"\x05" * 32), clock)
    nonces = RecentNonces(clock)
    line = Switchboard(hub.register, hub.core, hub.keys, nonces, clock, FINGERPRINT, Limits(), shelf)
    frame = Frame(hub.officers, clock, Limits())
    hub.client = Browser(make_app(Served(line, frame, [], lambda: None, "0.1.0")))
    return hub.join()


def asker(station: Station) -> shelves.Ask:
    def ask(path: str) -> Mapping[str, Any] | None:
        reply = station("GET", path)
        return msgspec.msgpack.decode(reply.content) if reply.status_code == 200 else None

    return ask


def test_a_file_offered_reaches_the_desk_over_several_rounds(
    place: Place, shelf: Shelf, station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "PART", 4000)
    path = place.packed()
    shelf.put(look(path, KEYS))
    inbox = Inbox(tmp_path / "home" / "updates")

    rounds = [inbox.fetch(asker(station), PLATFORM, OLD, parts=1) for _ in range(3)]
    have = sum(one.stat().st_size for one in inbox.folder.iterdir())
    whole = Inbox(inbox.folder).fetch(asker(station), PLATFORM, OLD, parts=1000)

    assert rounds == [None, None, None]
    assert have == 12000
    assert whole == inbox.waiting(OLD) == inbox.folder / f"{NEW}.kqupdate"
    assert whole.read_bytes() == path.read_bytes()
    assert inbox.waiting(NEW) is None


def test_what_was_damaged_on_the_way_is_fetched_again(
    place: Place, shelf: Shelf, station: Station, tmp_path: Path
) -> None:
    shelf.put(look(place.packed(), KEYS))
    inbox = Inbox(tmp_path / "updates-here")
    inbox.folder.mkdir()
    offer = shelf.offers()[PLATFORM]
    (inbox.folder / f"{offer.sha256[:16]}.part").write_bytes(b"\0" * 100)

    first = inbox.fetch(asker(station), PLATFORM, OLD)
    second = inbox.fetch(asker(station), PLATFORM, OLD)

    assert first is None
    assert second is not None


def test_nothing_is_fetched_that_is_not_newer_or_for_another_platform(
    place: Place, shelf: Shelf, station: Station, tmp_path: Path
) -> None:
    shelf.put(look(place.packed(), KEYS))
    inbox = Inbox(tmp_path / "updates-here")

    assert inbox.fetch(asker(station), PLATFORM, NEW) is None
    assert inbox.fetch(asker(station), "win32-x86_64", OLD) is None
    assert not inbox.folder.exists()


def test_an_older_file_does_not_take_the_place_of_a_newer_one(place: Place, shelf: Shelf) -> None:
    shelf.put(look(place.packed(), KEYS))

    with pytest.raises(UserError, match=r"数据站上已经是 0\.2\.0 版"):
        shelf.put(look(place.packed(version="0.1.5"), KEYS))

    assert shelf.offers()[PLATFORM].version == NEW


def test_strange_questions_are_answered_plainly(place: Place, shelf: Shelf, station: Station) -> None:
    nothing = station("GET", PATH)
    shelf.put(look(place.packed(), KEYS))

    assert (nothing.status_code, msgspec.msgpack.decode(nothing.content)) == (200, {})
    for query in (
        f"platform={PLATFORM}&from=-1",
        f"platform={PLATFORM}&from=999999999999",
        "platform=../x&from=0",
        "a=1",
    ):
        assert station("GET", f"{PATH}?{query}").status_code == 404


def test_a_program_of_any_age_is_answered(station: Station) -> None:
    for agent in ("kqdesk/0.0.1", "kqdesk/0.1.0", "curl/8", ""):
        answer = station("GET", "/v1/stations", **{"User-Agent": agent})

        assert answer.status_code == 200


class Wire:
    """What a round would drive."""

    trouble = ""

    def __init__(self, station: Station) -> None:
        self.station, self.asked = station, 0

    def ask(self, ask: Ask) -> Reply:
        self.asked += 1
        reply = self.station(ask.method, ask.path, ask.body)
        return Reply(reply.status_code, reply.content)

    def close(self) -> None:
        """Nothing to hang up."""


def test_a_round_of_sync_brings_it_and_asks_once_an_hour(
    place: Place, shelf: Shelf, station: Station, tmp_path: Path
) -> None:
    shelf.put(look(place.packed(), KEYS))
    layout, wire, clock = home_layout(tmp_path / "home"), Wire(station), Clock(NOON)
    fetching = Fetching(place.known())

    fetching.go(layout, wire, clock())
    asked = wire.asked
    fetching.go(layout, wire, clock())
    again = wire.asked
    clock.forward(hours=1)
    fetching.go(layout, wire, clock())

    assert Inbox(layout.updates).waiting(OLD) is not None
    assert (asked, again, wire.asked) == (2, 2, 3)


def test_a_desk_that_cannot_use_it_never_asks(place: Place, station: Station, tmp_path: Path) -> None:
    wire = Wire(station)
    for program in (replace(place.known(), keys=()), replace(place.known(), kind="")):
        Fetching(program).go(home_layout(tmp_path / "home"), wire, NOON)

    assert wire.asked == 0
    assert place.known().kind == FOLDER
