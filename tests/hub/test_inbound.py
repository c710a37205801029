"""Bodies that lie about their size, drip, break off or never end; and what the log keeps of it all."""

import json
import logging
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kqdesk.hub.database import embedded
from kqdesk.hub.journal import JsonLines, start_log, stop_log
from kqdesk.hub.limits import Limits, Purse
from kqdesk.hub.patience import PatientLine
from kqdesk.sync.asking import Ask
from kqdesk.sync.envelope import ASK, Refused
from tests.conftest import Clock
from tests.hub.conftest import LANTING, Hub, Station, make_hub
from tests.hub.live import served

SMALL = Limits(body=1000, body_seconds=0.4)


@pytest.fixture
def small(tmp_path: Path, clock: Clock) -> Iterator[Hub]:
    """A hub that takes 1,000 bytes within 0.4 s."""
    engine = embedded(tmp_path / "hub.db", "x'" + "07" * 32 + "'")
    yield make_hub(engine, clock, SMALL)
    engine.dispose()


def spoken(port: int, *parts: bytes, ends: bool = True) -> tuple[int, bytes]:
    """Say the parts over TLS as they are; status and body of what came back."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), 10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        for part in parts:
            line.sendall(part)
        if ends:
            line.settimeout(10)
            got = b""
            while piece := line.recv(65536):
                got += piece
            head, _, body = got.partition(b"\r\n\r\n")
            return int(head.split(b" ")[1]), body
    return 0, b""


def head(station: Station, body: bytes, *lines: str) -> bytes:
    """The head of a push whose signature is right for ``body``."""
    signed = station.headers(Ask("POST", "/v1/push", body))[ASK]
    text = ["POST /v1/push HTTP/1.1", "Host: hub", "Connection: close", f"{ASK}: {signed}", *lines, "", ""]
    return "\r\n".join(text).encode("ascii")


def chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode("ascii") + content + b"\r\n"


def kind_of(body: bytes) -> str:
    return str(msgspec.msgpack.decode(body)["kind"])


def test_bodies_that_lie_drip_or_never_end(
    small: Hub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    station = small.join()
    chunked = "Transfer-Encoding: chunked"
    answers = {}

    with served(small.app, tmp_path) as port:
        whole = spoken(port, head(station, b"rows", "Content-Length: 4"), b"rows")
        answers["chunked"] = spoken(
            port, head(station, b"rows", chunked), chunk(b"ro"), chunk(b"ws"), b"0\r\n\r\n"
        )[0]
        answers["claims too much"] = kind_of(spoken(port, head(station, b"", "Content-Length: 999999999"))[1])
        endless = [chunk(b"x" * 400) for _ in range(3)]
        answers["endless"] = kind_of(spoken(port, head(station, b"", chunked), *endless)[1])
        answers["drips"] = kind_of(spoken(port, head(station, b"", "Content-Length: 500"), b"x")[1])
        answers["no number"] = spoken(
            port, head(station, b"", "Content-Length: zwölf".encode("ascii", "replace").decode())
        )[0]
        spoken(port, head(station, b"rows", "Content-Length: 4"), b"ro", ends=False)
        answers["goes on"] = spoken(port, head(station, b"rows", "Content-Length: 4"), b"rows")[0]

    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == [
        "Invalid HTTP request received."
    ]
    caplog.clear()
    assert whole == (200, b"taken")
    assert answers == {
        "chunked": 200,
        "claims too much": "too_large",
        "endless": "too_large",
        "drips": "slow",
        "no number": 400,
        "goes on": 200,
    }
    assert [ask.body for _, ask in small.core.asked] == [b"rows"] * 3


def test_a_head_that_never_ends_is_let_go_and_a_slow_answer_is_not(
    small: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PatientLine, "head_seconds", 0.3)
    station = small.join()
    small.core.seconds = 0.5

    with served(small.app, tmp_path) as port:
        silent = cut_off(port, b"")
        dripping = cut_off(port, b"POST /v1/push HTTP/1.1\r\nHost:")
        slow = spoken(port, head(station, b"rows", "Content-Length: 4"), b"rows")

    assert (silent, dripping, slow) == (True, True, (200, b"taken"))


def cut_off(port: int, said: bytes) -> bool:
    """Whether the server ends a line on which no more comes."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), 10) as plain:
        plain.settimeout(10)
        with context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=True) as line:
            line.sendall(said)
            try:
                return line.recv(100) == b""
            except ConnectionResetError:
                return True


def test_a_station_that_asks_without_end_is_slowed_and_another_is_not(tmp_path: Path, clock: Clock) -> None:
    engine = embedded(tmp_path / "hub.db", "x'" + "07" * 32 + "'")
    hub = make_hub(engine, clock, Limits(station_per_second=0.001, station_burst=5))
    busy, quiet = hub.join(), hub.join()

    statuses = [busy("POST", "/v1/head").status_code for _ in range(7)]

    assert statuses == [304] * 5 + [429] * 2
    assert quiet("POST", "/v1/head").status_code == 304
    engine.dispose()


def test_a_purse_fills_again_and_forgets_the_quietest() -> None:
    seconds = [0.0]
    purse = Purse(0.5, 2, lambda: seconds[0])

    def spend(name: str) -> bool:
        try:
            purse.spend(name)
        except Refused:
            return False
        return True

    spent = [spend("a"), spend("a"), spend("a")]
    seconds[0] = 2.0
    spent += [spend("a"), spend("a")]
    for number in range(20_001):
        spend(str(number))

    assert spent == [True, True, False, True, False]
    assert spend("a")


def test_the_log_is_json_and_names_nobody(
    hub: Hub, station: Station, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    handlers = start_log(tmp_path / "logs", aloud=False)
    hub.core.fault = ValueError("陈建国 330621194902310017 在兰亭")
    hub.client.address = "192.168.7.31"

    try:
        station("POST", "/v1/push", "陈建国".encode())
        hub.client.request("GET", "/schools/%E9%99%88%E5%BB%BA%E5%9B%BD?id=330621194902310017")
        hub.client.request("GET", "/%E9%99%88%E5%BB%BA%E5%9B%BD")
    finally:
        stop_log(handlers)
    caplog.clear()  # the bug it was told to have
    text = (tmp_path / "logs" / "hub.log").read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]

    assert [word for word in ("陈建国", "330621194902310017", "192.168.7.31", "%E9") if word in text] == []
    requests = [line for line in lines if "route" in line]
    assert [(line["method"], line["route"], line["status"]) for line in requests] == [
        ("POST", "/v1/push", 500),
        ("GET", "/schools/{code}", 303),
        ("GET", "—", 404),
    ]
    assert (requests[0]["school"], requests[0]["station"], requests[0]["kind"], requests[0]["got"]) == (
        LANTING,
        station.card.station,
        "bug",
        9,
    )
    assert len(requests[0]["peer"]) == 8
    assert any("ValueError" in frame for line in lines for frame in line.get("trace", []))


def test_a_log_line_without_a_request_keeps_its_sentence() -> None:
    record = logging.LogRecord(
        "kqdesk.hub", logging.INFO, "x.py", 1, "%d stations of %s", (3, "陈建国"), None
    )

    line = json.loads(JsonLines().format(record))

    assert (line["level"], line["said"]) == ("INFO", "3 stations of 〔3字〕")
