"""The wire between a station and its hub: one signed request at a time over HTTPS, and only the hub's own answers count.

Whatever is not signed by the known hub key — a login page of a village hall, a proxy's error, a cut or swollen body —
is "no network": ``Reply(0)``, with the reason in ``Line.trouble``. Nothing is followed, nothing is cached, nothing is
unpacked here. A self-signed certificate is known by the fingerprint that came with the invitation.
"""

import os
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from kqdesk import VERSION
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.security.signing import Signer
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.certificate import CertificateFault, parts_of, trusting
from kqdesk.sync.envelope import check_reply, enrol_proof, sign_ask
from kqdesk.sync.invitation import Invitation

LARGEST = 16 << 20  # bytes of one answer as it comes; a page is far smaller, and nothing is unpacked before
CONNECT_S, STEP_S, WHOLE_S = 8.0, 30.0, 180.0
"""Seconds until somebody answers at all, between two pieces, and for one request in all (a slow drip ends there)."""
NOBODY = "连不上数据站（{host}）。没有网络，或那台电脑没有开机；数据都在本机，连上以后会自己补传。"
PORTAL = "连上的不是数据站：多半是这里的网络要先在浏览器里登录，或中间有别的设备在应答。登录上网以后再同步。"
_AGAIN = ("clock", "replayed")
"""Our clock is off, and the hub's time is known now; or something on the way said our words twice: sign anew, once."""
BROKE = "传到一半线路断了。没有丢东西，下次接着传。"
PASSING = (408, 429)
"""Too slow, too often: nothing is wrong with what was asked."""
BUSY = "数据站现在忙，过一会儿会自己再试。数据都在本机。"
NO_ENROL = "数据站没有接受这份邀请：{words}"


@dataclass(frozen=True)
class Address:
    """Where a hub listens and what its certificate must be; ``fingerprint`` b"": signed by a public authority."""

    url: str
    fingerprint: bytes

    @property
    def host(self) -> str:
        """As people say it: name and port."""
        host, port = parts_of(self.url)
        return f"{host}:{port}"


@dataclass(frozen=True)
class Membership:
    """What the hub told a station when it joined; kept in the vault, never synced."""

    url: str
    fingerprint: bytes
    school: str
    school_name: str
    station: str
    hub_key: bytes
    seed: bytes  # the station's own signing key

    @property
    def address(self) -> Address:
        """Where the hub is."""
        return Address(self.url, self.fingerprint)


def is_address(url: str) -> bool:
    """Whether that could be a hub's: https, a host, no path of its own."""
    try:
        found = urlsplit(url)
        return (
            found.scheme == "https" and bool(found.hostname) and found.port != 0 and found.path in ("", "/")
        )
    except ValueError:
        return False


class Line:
    """Asks the hub as one station. Not thread-safe: one round, one line; ``close`` it."""

    def __init__(
        self,
        who: Membership,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        nonces: Callable[[], bytes] = lambda: os.urandom(16),
        whole_s: float = WHOLE_S,
    ) -> None:
        self._who, self._clock, self._nonces = who, clock, nonces
        self._signer = Signer(who.seed)
        self._offset = timedelta(0)  # the hub's time less this PC's
        self._wire = _Wire(who.address, whole_s)
        self.trouble = ""
        """Why the last answer was none, in a sentence; "" while all is well."""

    def ask(self, ask: Ask) -> Reply:
        """The hub's answer, or ``Reply(0)`` when there was none that it signed."""
        reply = self._signed(ask)
        if reply.status == 409 and _kind(reply) in _AGAIN:
            reply = self._signed(ask)
        if (
            reply.status in PASSING or reply.status >= 500
        ):  # it is there and cannot just now: asked again next round
            self.trouble = str(_fields(reply).get("words") or BUSY)
            return Reply(0)
        return reply

    @property
    def offset(self) -> timedelta:
        """How far this PC's clock is behind the hub's; what ``trouble`` never complains of."""
        return self._offset

    def close(self) -> None:
        """Hang up."""
        self._wire.close()

    def _signed(self, ask: Ask) -> Reply:
        nonce, now = self._nonces(), self._clock()
        headers = sign_ask(self._signer, self._who.station, ask, at=now + self._offset, nonce=nonce)
        reply, found = self._wire.send(ask, headers)
        self.trouble = self._wire.trouble
        if reply.status == 0:
            return reply
        told = check_reply(self._who.hub_key, nonce, found, reply)
        if told is None:
            self.trouble = PORTAL
            return Reply(0)
        self._offset = told - self._clock()
        return reply


def enrol(address: Address, invitation: Invitation, *, signer: Signer, name: str) -> Membership:
    """Use an invitation: this PC becomes a station of the school that sent it. Repeating it with the same key is harmless.

    UserError with the hub's own words when it refuses, ``Unreachable`` when nobody answers or somebody else does.
    """
    nonce = os.urandom(16)
    asked = {"secret": invitation.secret, "public_key": signer.public, "name": name, "nonce": nonce}
    wire = _Wire(address, WHOLE_S)
    try:
        reply, headers = wire.send(Ask("POST", "/v1/enrol", msgspec.msgpack.encode(asked)), {})
    finally:
        wire.close()
    if reply.status == 0:
        raise Unreachable(wire.trouble)
    told = _fields(reply)
    if reply.status != 200:
        raise UserError(NO_ENROL.format(words=told["words"])) if "words" in told else Unreachable(PORTAL)
    with suppress(KeyError, TypeError):
        hub_key = bytes(told["hub_key"])
        is_hub = enrol_proof(invitation.secret, hub_key, signer.public) == told["proof"]
        if is_hub and check_reply(hub_key, nonce, headers, reply) is not None:
            return Membership(
                address.url,
                address.fingerprint,
                str(told["school"]),
                str(told["school_name"]),
                str(told["station"]),
                hub_key,
                signer.seed,
            )
    raise Unreachable(PORTAL)


class _Wire:
    """One connection, kept open between requests. A trouble is a sentence, never an exception."""

    def __init__(self, address: Address, whole_s: float) -> None:
        self._address, self._whole_s = address, whole_s
        self._client: httpx.Client | None = None
        self._socket: socket.socket | None = None
        self.trouble = ""

    def send(self, ask: Ask, headers: Mapping[str, str]) -> tuple[Reply, Mapping[str, str]]:
        """The answer as it came, with its headers; ``Reply(0)`` and why in ``trouble``."""
        self.trouble = ""
        try:
            return self._exchange(ask, headers)
        except CertificateFault as wrong:
            self.trouble = str(wrong)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, OSError):
            self.trouble = NOBODY.format(host=self._address.host)
        except (httpx.HTTPError, _TooMuch):
            self.trouble = BROKE
        self.close()  # whatever comes late must not be taken for the next answer
        return Reply(0), {}

    def _exchange(self, ask: Ask, headers: Mapping[str, str]) -> tuple[Reply, Mapping[str, str]]:
        cut = Timer(self._whole_s, self._cut)
        cut.daemon = True
        cut.start()
        try:
            return self._streamed(ask, headers)
        finally:
            cut.cancel()

    def _streamed(self, ask: Ask, headers: Mapping[str, str]) -> tuple[Reply, Mapping[str, str]]:
        with self._opened().stream(
            ask.method,
            self._address.url + ask.path,
            content=ask.body,
            headers=dict(headers),
            extensions={"trace": self._note_socket},
        ) as response:
            parts, size = [], 0
            for part in response.iter_raw():
                parts.append(part)
                size += len(part)
                if size > LARGEST:
                    raise _TooMuch
            return Reply(response.status_code, b"".join(parts)), response.headers

    def _note_socket(self, event: str, told: Mapping[str, Any]) -> None:
        if event == "connection.start_tls.complete":
            self._socket = told["return_value"].get_extra_info("socket")

    def _cut(self) -> None:
        """The time of one request is over, wherever it stands: who waits for a piece sees the line end."""
        if self._socket is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _opened(self) -> httpx.Client:
        if self._client is None:
            waits = httpx.Timeout(STEP_S, connect=CONNECT_S)
            self._client = httpx.Client(
                verify=trusting(self._address.url, self._address.fingerprint, CONNECT_S),
                timeout=waits,
                follow_redirects=False,
                trust_env=False,  # a proxy set for the browser must not stand between a PC and its hub
                headers={"Accept-Encoding": "identity", "User-Agent": f"kqdesk/{VERSION}"},
            )
            for name in (
                "accept",
                "connection",
            ):  # what HTTP/1.1 means anyway; a quiet round is six hundred bytes
                del self._client.headers[name]
        return self._client

    def close(self) -> None:
        """Hang up; the next request dials anew."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(ssl.SSLError, OSError):
                client.close()


class _TooMuch(Exception):
    """An answer larger or slower than any of ours."""


def _fields(reply: Reply) -> dict[str, Any]:
    try:
        found = msgspec.msgpack.decode(reply.body)
    except (msgspec.DecodeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _kind(reply: Reply) -> str:
    return str(_fields(reply).get("kind", ""))
