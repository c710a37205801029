"""The line to stations: every way an ask can be wrong is refused with its kind, signed, and reaches nothing."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy.exc import OperationalError

from kqdesk.hub.described import ENDPOINTS, Endpoint
from kqdesk.kernel.errors import UserError
from kqdesk.security.signing import Signer
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.envelope import ASK, REFUSALS, check_reply, enrol_proof, sign_ask
from kqdesk.sync.invitation import Invitation, read_code
from tests.hub.browser import Browser
from tests.hub.conftest import FINGERPRINT, LANTING, QIXIAN, Hub, Station

SIGNED = [one for one in ENDPOINTS if one.is_signed]


def path_of(endpoint: Endpoint) -> str:
    return endpoint.path


def refused(hub: Hub, ask: Ask, headers: dict[str, str]) -> tuple[int, str]:
    """Status and kind, the sentence being the register's own and the core untouched."""
    response = hub.client.request(ask.method, ask.path, content=ask.body, headers=headers)
    told = msgspec.msgpack.decode(response.content)
    assert told["words"] == REFUSALS[told["kind"]][1]
    assert hub.core.asked == []
    return response.status_code, told["kind"]


def no_key(hub: Hub, station: Station, ask: Ask) -> dict[str, str]:
    return {}


def nobodys_key(hub: Hub, station: Station, ask: Ask) -> dict[str, str]:
    return sign_ask(Signer.fresh(), f"{LANTING}.999", ask, at=hub.clock(), nonce=b"\1" * 16)


def another_schools_name(hub: Hub, station: Station, ask: Ask) -> dict[str, str]:
    other = hub.join(QIXIAN)
    return sign_ask(station.signer, other.card.station, ask, at=hub.clock(), nonce=b"\1" * 16)


def revoked(hub: Hub, station: Station, ask: Ask) -> dict[str, str]:
    hub.register.revoke(LANTING, station.card.station)
    return station.headers(ask)


def locked(hub: Hub, station: Station, ask: Ask) -> dict[str, str]:
    hub.register.lock(LANTING, station.card.station, locked=True)
    return station.headers(ask)


def replayed(hub: Hub, station: Station, ask: Ask) -> dict[str, str]:
    headers = station.headers(ask)
    hub.client.request(ask.method, ask.path, content=ask.body, headers=headers)
    hub.core.asked.clear()
    return headers


def other_body(hub: Hub, station: Station, ask: Ask) -> dict[str, str]:
    return station.headers(Ask(ask.method, ask.path, ask.body + b"\0"))


def other_path(hub: Hub, station: Station, ask: Ask) -> dict[str, str]:
    return station.headers(Ask(ask.method, ask.path + "?school=" + QIXIAN, ask.body))


def other_method(hub: Hub, station: Station, ask: Ask) -> dict[str, str]:
    return station.headers(Ask("DELETE", ask.path, ask.body))


def one_bit(hub: Hub, station: Station, ask: Ask) -> dict[str, str]:
    words = station.headers(ask)[ASK].split(" ")
    words[3] = ("B" if words[3][0] == "A" else "A") + words[3][1:]
    return {ASK: " ".join(words)}


def too_old(hub: Hub, station: Station, ask: Ask) -> dict[str, str]:
    headers = station.headers(ask)
    hub.clock.forward(minutes=6)
    return headers


def from_before_the_start(hub: Hub, station: Station, ask: Ask) -> dict[str, str]:
    at = hub.clock() - timedelta(seconds=1)
    return sign_ask(station.signer, station.card.station, ask, at=at, nonce=b"\2" * 16)


Forging = Callable[[Hub, Station, Ask], dict[str, str]]
WAYS: list[tuple[Forging, tuple[int, str]]] = [
    (no_key, (401, "unknown")),
    (nobodys_key, (401, "unknown")),
    (another_schools_name, (401, "forged")),
    (revoked, (403, "revoked")),
    (locked, (403, "locked")),
    (replayed, (409, "replayed")),
    (other_body, (401, "forged")),
    (other_path, (401, "forged")),
    (other_method, (401, "forged")),
    (one_bit, (401, "forged")),
    (too_old, (409, "clock")),
    (from_before_the_start, (409, "clock")),
]


@pytest.mark.parametrize(("forge", "answer"), WAYS, ids=lambda way: getattr(way, "__name__", ""))
def test_every_endpoint_refuses(hub: Hub, forge: Forging, answer: tuple[int, str]) -> None:
    answers = {}

    for endpoint in SIGNED:
        ask = Ask(endpoint.method, path_of(endpoint), b"x" if endpoint.form is not None else b"")
        headers = forge(hub, hub.join(), ask)
        answers[endpoint.path] = refused(hub, ask, headers)

    assert answers == {endpoint.path: answer for endpoint in SIGNED}


def test_every_endpoint_answers_its_station(hub: Hub, station: Station) -> None:
    bodies = {"lock": msgspec.msgpack.encode({"station": hub.join().card.station, "locked": True})}

    statuses = {
        one.name: station(one.method, path_of(one), bodies.get(one.name, b"")).status_code for one in SIGNED
    }

    assert statuses == {one.name: 304 if one.name == "head" else 200 for one in SIGNED}


def test_the_school_is_the_registers_not_the_bodys(hub: Hub, station: Station) -> None:
    station("POST", "/v1/push", msgspec.msgpack.encode({"school": QIXIAN}))

    assert [(card.school, ask.body) for card, ask in hub.core.asked] == [
        (LANTING, msgspec.msgpack.encode({"school": QIXIAN}))
    ]


def test_a_wrong_clock_is_told_the_hubs_time_and_signs_again(hub: Hub, station: Station) -> None:
    ask, nonce = Ask("POST", "/v1/head"), b"\3" * 16
    headers = sign_ask(
        station.signer, station.card.station, ask, at=hub.clock() + timedelta(days=730), nonce=nonce
    )
    response = hub.client.request("POST", "/v1/head", headers=headers)
    told = check_reply(
        station.hub_key, nonce, response.headers, Reply(response.status_code, response.content)
    )

    assert told == hub.clock()
    again = sign_ask(station.signer, station.card.station, ask, at=told, nonce=b"\4" * 16)
    assert hub.client.request("POST", "/v1/head", headers=again).status_code == 304


def test_a_reply_changed_on_the_way_is_nobodys(hub: Hub, station: Station) -> None:
    ask, nonce = Ask("POST", "/v1/push", b"rows"), b"\5" * 16
    headers = sign_ask(station.signer, station.card.station, ask, at=hub.clock(), nonce=nonce)
    response = hub.client.request("POST", "/v1/push", content=b"rows", headers=headers)
    right = Reply(response.status_code, response.content)

    known = [
        check_reply(station.hub_key, nonce, response.headers, right),
        check_reply(station.hub_key, nonce, response.headers, Reply(200, b"other")),
        check_reply(station.hub_key, nonce, response.headers, Reply(201, right.body)),
        check_reply(station.hub_key, b"\6" * 16, response.headers, right),
        check_reply(Signer.fresh().public, nonce, response.headers, right),
        check_reply(station.hub_key, nonce, {}, right),
    ]

    assert known == [hub.clock(), None, None, None, None, None]


def test_joining_binds_the_hubs_key_to_the_code(hub: Hub) -> None:
    secret, pc = hub.register.invite(LANTING), Signer.fresh()
    asked = {"secret": secret, "public_key": pc.public, "name": "村教学点", "nonce": b"\7" * 16}
    response = hub.client.request("POST", "/v1/enrol", content=msgspec.msgpack.encode(asked))
    told = msgspec.msgpack.decode(response.content)

    assert told == {
        "school": LANTING,
        "school_name": "柯桥区兰亭街道成人文化技术学校",
        "station": f"{LANTING}.1",
        "hub_key": hub.keys.signer.public,
        "proof": enrol_proof(secret, hub.keys.signer.public, pc.public),
    }
    reply = Reply(response.status_code, response.content)
    assert check_reply(told["hub_key"], b"\7" * 16, response.headers, reply) == hub.clock()


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": b"\0" * 10},
        {"secret": b""},
        {"public_key": b"\1"},
        {"nonce": b""},
        {"name": 7},
        {"more": 1},
    ],
)
def test_joining_without_a_good_code_is_refused(hub: Hub, changed: dict[str, object]) -> None:
    asked = {
        "secret": hub.register.invite(LANTING),
        "public_key": Signer.fresh().public,
        "name": "村教学点",
        "nonce": b"\7" * 16,
    }
    response = hub.client.request("POST", "/v1/enrol", content=msgspec.msgpack.encode(asked | changed))

    assert msgspec.msgpack.decode(response.content)["kind"] in ("wrong", "invitation")
    assert hub.register.stations(LANTING) == []


def test_who_guesses_codes_runs_dry_and_who_has_a_key_does_not(hub: Hub, station: Station) -> None:
    asked = {"secret": bytes(10), "public_key": bytes(32), "name": "x", "nonce": bytes(16)}
    body = msgspec.msgpack.encode(asked)

    statuses = [hub.client.request("POST", "/v1/enrol", content=body).status_code for _ in range(40)]

    assert statuses == [403] * 30 + [429] * 10
    assert station("POST", "/v1/head").status_code == 304  # the same address
    elsewhere = Browser(hub.app, address="10.0.0.8")
    assert elsewhere.request("POST", "/v1/enrol", content=body).status_code == 403


def test_a_station_invites_locks_and_lists_its_own_school(hub: Hub, station: Station) -> None:
    other, foreign = hub.join(name="村教学点"), hub.join(QIXIAN)

    code = station("POST", "/v1/invite", msgspec.msgpack.encode({}))
    lock = station(
        "POST", "/v1/stations/lock", msgspec.msgpack.encode({"station": other.card.station, "locked": True})
    )
    itself = {"station": station.card.station, "locked": True}
    own = station("POST", "/v1/stations/lock", msgspec.msgpack.encode(itself))
    theirs = {"station": foreign.card.station, "locked": True}
    wrong = station("POST", "/v1/stations/lock", msgspec.msgpack.encode(theirs))
    listed = station("GET", "/v1/stations", Accept="application/json").json()

    invitation = read_code(msgspec.msgpack.decode(code.content)["code"])
    assert (len(invitation.secret), invitation.fingerprint) == (10, FINGERPRINT)
    assert isinstance(invitation, Invitation)
    assert (lock.status_code, own.status_code, wrong.status_code) == (200, 409, 422)
    assert [(one["station"], one["locked"], one["is_me"]) for one in listed] == [
        (station.card.station, False, True),
        (other.card.station, True, False),
    ]


def full_disk() -> OperationalError:
    return OperationalError("INSERT", {}, Exception("database or disk is full"))


@pytest.mark.parametrize(
    ("fault", "status", "kind", "logs"),
    [
        (UserError("这批数据来自更新的版本。"), 422, "wrong", []),
        (full_disk(), 507, "disk", ["the disk is full"]),
        (
            OperationalError("SELECT", {}, Exception("connection refused")),
            503,
            "busy",
            ["the database did not answer"],
        ),
        (ZeroDivisionError("陈建国"), 500, "bug", ["a request failed"]),
    ],
)
def test_a_fault_behind_is_a_refusal_with_a_reason(
    hub: Hub,
    station: Station,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
    status: int,
    kind: str,
    logs: list[str],
) -> None:
    hub.core.fault = fault

    response = station("POST", "/v1/push", b"rows")

    assert (response.status_code, msgspec.msgpack.decode(response.content)["kind"]) == (status, kind)
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == logs
    caplog.clear()


def test_an_unknown_address_and_an_unknown_method_are_signed_refusals(hub: Hub, station: Station) -> None:
    assert msgspec.msgpack.decode(station("GET", "/v1/nothing").content)["kind"] == "missing"
    assert msgspec.msgpack.decode(station("DELETE", "/v1/push").content)["kind"] == "method"


def test_a_no_op_is_small(hub: Hub, station: Station) -> None:
    ask = Ask("POST", "/v1/head", b"\x28" * 48)
    headers = station.headers(ask)
    response = hub.client.request("POST", ask.path, content=ask.body, headers=headers)
    sent = f"POST {ask.path} HTTP/1.1\r\nHost: 192.168.1.20:8443\r\n" + lines(headers) + "\r\n"
    got = "HTTP/1.1 304 Not Modified\r\n" + lines(dict(response.headers)) + "\r\n"

    assert len(sent) + len(ask.body) + len(got) <= 560


def lines(headers: dict[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())
