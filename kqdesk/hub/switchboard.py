"""The line to stations: a body is read within its limits, its signature checked, the core asked, the reply signed.

No session: any replica of the hub answers any request. Everything a station can ask is in ``ENDPOINTS``; whatever
goes wrong becomes a signed refusal with a kind and a sentence, and nothing of the ask was taken then.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from re import search
from typing import Any, Protocol
from urllib.parse import quote

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoLine
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from kqdesk.hub.database import for_school, is_full
from kqdesk.hub.journal import peer_word
from kqdesk.hub.limits import Limits, Purse, whole_body
from kqdesk.hub.secrets import HubKeys
from kqdesk.hub.speech import BATCH, JSON, Enrolling, Locking, Speech
from kqdesk.kernel.errors import UserError
from kqdesk.security.signing import PUBLIC_BYTES
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.envelope import NONCE_BYTES, Nonces, Refused, check_ask, enrol_proof, nonce_of, sign_reply
from kqdesk.sync.invitation import SECRET_BYTES, Invitation, print_code
from kqdesk.sync.register import Register, StationCard
from kqdesk.updating.shelf import PATH, Shelf

_log = logging.getLogger("kqdesk.hub")
_SUSPECT = ("unknown", "forged", "replayed", "invitation", "used")
"""Refusals that cost the address: a guesser runs dry, a school behind one address that works does not."""


class Answers(Protocol):
    """The sync core."""

    def answer(self, station: StationCard, ask: Ask) -> Reply:
        """One transaction."""


@dataclass(frozen=True)
class Switchboard:
    """Everything the line stands on."""

    register: Register
    core: Answers
    keys: HubKeys
    nonces: Nonces
    clock: Callable[[], datetime]
    fingerprint: bytes
    """Of the hub's certificate, for invitations; empty for a public one."""
    limits: Limits = field(default_factory=Limits)
    updates: Shelf | None = None
    """Newer programs it hands to its schools; R-UPD-02: whatever version asks, nobody is sent away for its age."""
    stations: Purse = field(init=False)
    addresses: Purse = field(init=False)

    def __post_init__(self) -> None:
        """Fill the purses."""
        limits = self.limits
        object.__setattr__(self, "stations", Purse(limits.station_per_second, limits.station_burst))
        object.__setattr__(self, "addresses", Purse(limits.address_per_second, limits.address_burst))

    # ------------------------------------------------------------------ around every ask

    async def take(self, request: Request) -> Response:
        """Answer one request of ``/v1``."""
        speech, note = Speech.of(request.headers), journal_note(request)
        note["peer"] = peer_word(self.keys.peers, address_of(request))
        nonce, media = nonce_of(request.headers), speech.media
        try:
            self._refuse_early(request, nonce)
            body = await whole_body(request.stream(), self.limits.body, self.limits.body_seconds)
            ask = Ask(request.method, _path_as_sent(request), body)
            note["got"] = len(body)
            reply, nonce, media = await run_in_threadpool(
                self._answer, ask, request.headers, speech, nonce, note
            )
        except ClientDisconnect:
            return Response(status_code=499)  # nobody reads it
        except Refused as refused:
            refused = self._charged(refused, address_of(request))
            note["kind"] = refused.kind
            reply = speech.refuse(refused)
        headers = sign_reply(self.keys.signer, nonce, reply, at=self.clock())
        if reply.status != 304:
            headers["Content-Type"] = media
        return Response(reply.body, reply.status, headers)

    def _refuse_early(self, request: Request, nonce: bytes) -> None:
        """What can be told before a byte of the body is read."""
        if request.url.path == "/v1/enrol":
            if self.addresses.is_empty(address_of(request)):
                raise Refused("limit")  # before a code is tried
        elif not nonce:
            raise Refused("unknown")
        _refuse_long(request, self.limits.body)

    def _charged(self, refused: Refused, address: str) -> Refused:
        """A wrong ask costs its address; one that works from the same address is never held up by it."""
        if refused.kind not in _SUSPECT:
            return refused
        try:
            self.addresses.spend(address)
        except Refused as limit:
            return limit
        return refused

    def _answer(
        self, ask: Ask, headers: Mapping[str, str], speech: Speech, nonce: bytes, note: dict[str, Any]
    ) -> tuple[Reply, bytes, str]:
        """In a thread: reply, the nonce it is signed for, its content type."""
        with faults_as_refusals():
            if ask.path == "/v1/enrol":
                enrolling = _enrolling(speech, ask.body)
                return self._enrol(enrolling, speech, note), enrolling.nonce, speech.media
            card = check_ask(headers, ask, stations=self.register, nonces=self.nonces, now=self.clock())
            note |= {"school": card.school, "station": card.station}
            self.stations.spend(card.station)
            self.register.saw(card, _version(headers))
            own = self._own_answers().get((ask.method, ask.path.partition("?")[0]))
            if own is not None:
                return own(card, ask, speech), nonce, speech.media
            with for_school(card.school):
                reply = self.core.answer(card, ask)
            return (speech.opened(reply), nonce, JSON) if speech.reads_json else (reply, nonce, BATCH)

    # ------------------------------------------------------------------ what the register answers

    def _own_answers(self) -> Mapping[tuple[str, str], Callable[[StationCard, Ask, Speech], Reply]]:
        return {
            ("GET", "/v1/stations"): self._stations,
            ("POST", "/v1/stations/lock"): self._lock,
            ("POST", "/v1/invite"): self._invite,
            ("GET", PATH): self._update,
        }

    def _enrol(self, asked: Enrolling, speech: Speech, note: dict[str, Any]) -> Reply:
        card = self.register.enrol(asked.secret, asked.public_key, asked.name)
        note |= {"school": card.school, "station": card.station}
        hub_key = self.keys.signer.public
        return speech.say(
            {
                "school": card.school,
                "school_name": self.register.school(card.school).name,
                "station": card.station,
                "hub_key": hub_key,
                "proof": enrol_proof(asked.secret, hub_key, asked.public_key),
            }
        )

    def _stations(self, card: StationCard, ask: Ask, speech: Speech) -> Reply:
        return speech.say(
            [
                {
                    "station": one.station,
                    "name": one.name,
                    "seen": one.seen.isoformat() if one.seen else "",
                    "revoked": one.revoked,
                    "locked": one.locked,
                    "version": one.version,
                    "is_me": one.station == card.station,
                }
                for one in self.register.stations(card.school)
            ]
        )

    def _update(self, card: StationCard, ask: Ask, speech: Speech) -> Reply:
        nothing: dict[str, Any] | None = None if "?" in ask.path else {}
        told = nothing if self.updates is None else self.updates.answer(ask.path)
        if told is None:
            raise Refused("missing")
        return speech.say(told)

    def _lock(self, card: StationCard, ask: Ask, speech: Speech) -> Reply:
        asked = speech.read(ask.body, Locking)
        if asked.station == card.station:
            raise Refused("own")
        self.register.lock(card.school, asked.station, locked=asked.locked)
        return speech.say({"station": asked.station, "locked": asked.locked})

    def _invite(self, card: StationCard, ask: Ask, speech: Speech) -> Reply:
        secret = self.register.invite(card.school)
        return speech.say({"code": print_code(Invitation(secret, self.fingerprint))})


@contextmanager
def faults_as_refusals() -> Iterator[None]:
    """What the core or its database raised, as a refusal; our own bug is logged and says so."""
    try:
        yield
    except Refused:
        raise
    except Exception as wrong:
        raise refusal_for(wrong) from wrong


def refusal_for(wrong: Exception) -> Refused:
    """Which refusal an exception is for the one who asked."""
    if isinstance(wrong, UserError):
        return Refused("wrong", str(wrong))
    if is_full(wrong):
        _log.error("the disk is full")
        return Refused("disk")
    if isinstance(wrong, (OperationalError, InterfaceError, NoLine)):
        _log.error("the database did not answer", exc_info=wrong)
        return Refused("busy")
    _log.error("a request failed", exc_info=wrong)
    return Refused("bug")


def journal_note(request: Request) -> dict[str, Any]:
    """What the log will say of this request beside its route and status."""
    note: dict[str, Any] = request.scope.setdefault("kqdesk.note", {})
    return note


def address_of(request: Request) -> str:
    """Where it came from, as the server (or the proxy it trusts) says."""
    return request.client.host if request.client else "?"


def _refuse_long(request: Request, most: int) -> None:
    """What says itself that it is too long need not be read."""
    claimed = request.headers.get("content-length", "0")
    if not claimed.isascii() or not claimed.isdigit() or int(claimed[:12]) > most:
        raise Refused("too_large")


def _path_as_sent(request: Request) -> str:
    raw = request.scope.get("raw_path") or quote(request.scope["path"]).encode("ascii")
    path = raw.split(b"?")[0].decode("latin-1")
    query = request.scope.get("query_string", b"").decode("latin-1")
    return f"{path}?{query}" if query else path


def _version(headers: Mapping[str, str]) -> str:
    found = search(r"\bkqdesk/([0-9][0-9A-Za-z.+-]{0,20})", headers.get("user-agent", ""))
    return found[1] if found else ""


def _enrolling(speech: Speech, body: bytes) -> Enrolling:
    asked = speech.read(body, Enrolling)
    sizes = len(asked.secret), len(asked.public_key), len(asked.nonce)
    if sizes != (SECRET_BYTES, PUBLIC_BYTES, NONCE_BYTES):
        raise Refused("wrong")
    return asked
