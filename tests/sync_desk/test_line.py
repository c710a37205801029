"""The wire: only the hub's own signed answers count; everything else is no network, with a sentence."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kqdesk.hub.tls import own_certificate
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.security.signing import Signer
from kqdesk.sync import line as lines
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.certificate import CertificateFault, trusting
from kqdesk.sync.invitation import Invitation, read_code
from kqdesk.sync.line import Address, Line, Membership, enrol, is_address
from kqdesk.sync.spoken import spoken
from tests.sync_desk.hubs import NAME, SCHOOL, LiveHub

STATIONS = Ask("GET", "/v1/stations")


def joined(hub: LiveHub, signer: Signer | None = None) -> Membership:
    invitation = read_code(hub.invite())
    return enrol(
        Address(hub.url, invitation.fingerprint), invitation, signer=signer or Signer.fresh(), name="教务室"
    )


def test_an_invitation_makes_a_station_that_is_answered(hub: LiveHub) -> None:
    who = joined(hub)
    line = Line(who)

    reply = line.ask(STATIONS)
    line.close()

    assert (who.school, who.school_name, who.station) == (SCHOOL, NAME, f"{SCHOOL}.3")
    assert (reply.status, line.trouble) == (200, "")


def test_the_same_pc_may_use_its_code_again_after_a_lost_answer_and_no_other(hub: LiveHub) -> None:
    invitation, signer = read_code(hub.invite()), Signer.fresh()
    address = Address(hub.url, invitation.fingerprint)

    first = enrol(address, invitation, signer=signer, name="a")
    again = enrol(address, invitation, signer=signer, name="a")

    assert first == again
    with pytest.raises(UserError, match="已经用过"):
        enrol(address, invitation, signer=Signer.fresh(), name="b")


def test_a_clock_years_off_keeps_nothing_back(hub: LiveHub) -> None:
    line = Line(joined(hub), clock=lambda: datetime(2015, 1, 1, tzinfo=UTC))

    reply = line.ask(STATIONS)
    line.close()

    assert reply.status == 200
    assert line.offset > timedelta(days=365 * 10)


def test_a_revoked_pc_gets_the_hubs_own_refusal(hub: LiveHub) -> None:
    who = joined(hub)
    hub.opened.register.revoke(SCHOOL, who.station)
    line = Line(who)

    reply = line.ask(STATIONS)
    line.close()

    assert reply.status == 403
    assert "已被停用" in lines._fields(reply)["words"]


def test_another_certificate_than_the_invitations_is_named(hub: LiveHub) -> None:
    who = replace(joined(hub), fingerprint=b"\1" * 16)
    line = Line(who)

    reply = line.ask(STATIONS)

    assert (reply, line.trouble.startswith("数据站的证书和加入时不一样了")) == (Reply(0), True)
    with pytest.raises(Unreachable, match="证书和加入时不一样"):
        enrol(who.address, Invitation(b"\0" * 10, b"\1" * 16), signer=Signer.fresh(), name="x")


def test_another_hubs_answers_are_no_network(hub: LiveHub) -> None:
    line = Line(replace(joined(hub), hub_key=Signer.fresh().public))

    reply = line.ask(STATIONS)
    line.close()

    assert (reply, line.trouble) == (Reply(0), lines.PORTAL)


def test_nobody_there_is_said_with_the_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = Line(
        Membership(
            f"https://127.0.0.1:{port}", b"\1" * 16, SCHOOL, NAME, f"{SCHOOL}.1", b"\2" * 32, b"\3" * 32
        )
    )

    reply = line.ask(STATIONS)

    assert (reply, line.trouble) == (Reply(0), lines.NOBODY.format(host=f"127.0.0.1:{port}"))


# --- whoever else may answer on a line -----------------------------------------------------------------------------


@contextmanager
def impostor(
    folder: Path, answer: Callable[[ssl.SSLSocket], None], *, times: int = 1
) -> Iterator[Membership]:
    """Somebody who has the right certificate (as a proxy in front of the hub has) and answers as he likes."""
    made = own_certificate(folder, now=datetime.now(UTC), names=["127.0.0.1"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.chain, made.key)
    heard = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for number in range(1 + times):
            with heard.accept()[0] as wire:
                try:
                    with context.wrap_socket(wire, server_side=True) as dressed:
                        if number:
                            dressed.recv(65536)
                            answer(dressed)
                except (OSError, ssl.SSLError):
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    port = heard.getsockname()[1]
    yield Membership(
        f"https://127.0.0.1:{port}", made.fingerprint(), SCHOOL, NAME, f"{SCHOOL}.1", b"\2" * 32, b"\3" * 32
    )
    heard.close()
    thread.join(5)


def http(status: str, body: bytes, more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


HTML = b"<html><body>please sign in to the village hall's network</body></html>"
ANSWERS = {
    "a captive portal": http("200 OK", HTML, "Content-Type: text/html\r\n"),
    "a redirect to it": http("302 Found", b"", "Location: https://portal.example/login\r\n"),
    "a proxy's error": http("500 Internal Server Error", HTML),
    "an unsigned 304": b"HTTP/1.1 304 Not Modified\r\n\r\n",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_the_hub_did_not_sign_is_no_network(tmp_path: Path, name: str) -> None:
    with impostor(tmp_path, lambda wire: wire.sendall(ANSWERS[name])) as who:
        line = Line(who)
        reply = line.ask(STATIONS)
        line.close()

    assert (reply, line.trouble) == (Reply(0), lines.PORTAL)


CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nhalf"


def test_a_cut_body_is_no_answer(tmp_path: Path) -> None:
    with impostor(tmp_path, lambda wire: wire.sendall(CUT)) as who:
        line = Line(who)
        reply = line.ask(STATIONS)

    assert (reply, line.trouble) == (Reply(0), lines.BROKE)


def test_a_body_without_end_is_hung_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LARGEST", 100_000)

    def pour(wire: ssl.SSLSocket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
        while True:
            wire.sendall(bytes(50_000))

    with impostor(tmp_path, pour) as who:
        line = Line(who)
        reply = line.ask(STATIONS)

    assert (reply, line.trouble) == (Reply(0), lines.BROKE)


def test_a_slow_drip_is_hung_up(tmp_path: Path) -> None:
    stop = threading.Event()

    def drip(wire: ssl.SSLSocket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
        while not stop.wait(0.05):
            wire.sendall(b"x")

    with impostor(tmp_path, drip) as who:
        line = Line(who, whole_s=0.5)
        reply = line.ask(STATIONS)
        stop.set()

    assert (reply, line.trouble) == (Reply(0), lines.BROKE)


def test_an_expired_certificate_is_said_with_both_causes(hub: LiveHub) -> None:
    who = joined(hub)

    with pytest.raises(CertificateFault, match=r"到期.*电脑的日期不对"):
        trusting(who.url, who.fingerprint, 5, now=datetime(2050, 1, 1, tzinfo=UTC))


def test_a_pc_that_lost_its_clock_still_trusts_the_named_certificate(hub: LiveHub) -> None:
    who = joined(hub)

    assert trusting(who.url, who.fingerprint, 5, now=datetime(2015, 1, 1, tzinfo=UTC)) is not None


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://192.168.1.10:8443", True), ("https://hub.example.cn", True), ("http://hub.example.cn", False),
        ("https://", False), ("https://hub/page", False), ("https://hub:99999", False), ("ftp://hub", False),
    ],
)  # fmt: skip
def test_what_an_address_is(url: str, is_one: bool) -> None:
    assert is_address(url) is is_one


def test_a_fingerprint_as_words() -> None:
    assert spoken(bytes(range(0, 256, 17))) == "红山 黄水 青桥 白门 黑船 大车 小马 高牛"
    assert spoken(b"") == ""
