"""What stands around a message on the line: who asks, proven by signature, and that the hub itself answered.

``KQ-Ask: STATION MILLISECONDS NONCE SIGNATURE`` is signed by the station's key over method, path with query, station,
time, nonce and SHA-256 of the body; ``KQ-Reply: MILLISECONDS SIGNATURE`` by the hub's key over the nonce it answers,
status, time and SHA-256 of the body. So a captive portal's page, another hub or a replayed answer is no answer.
A wrong clock keeps no data back: the hub says its time, signed, and the station signs again by it.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from kqdesk.kernel.errors import UserError
from kqdesk.security.signing import Signer, verify
from kqdesk.sync.asking import Ask, Reply

if TYPE_CHECKING:
    from kqdesk.sync.register import StationCard

ASK, REPLY = "KQ-Ask", "KQ-Reply"
NONCE_BYTES = 16
WINDOW = timedelta(minutes=5)
"""How far from the hub's time an ask may be signed; within it no nonce passes twice."""
_ASK = re.compile(r"([0-9A-Za-z]{2,24}\.\d{1,6}) (\d{1,15}) ([0-9a-f]{32}) ([0-9A-Za-z_-]{86})")
_REPLY = re.compile(r"(\d{1,15}) ([0-9A-Za-z_-]{86})")

REFUSALS: Mapping[str, tuple[int, str]] = {
    "unknown": (401, "数据站不认识这台电脑。请用邀请码重新加入。"),
    "forged": (401, "这次请求的签名不对，数据站没有接受。请重试；总是这样就重新加入。"),
    "revoked": (403, "这台电脑已被停用，不能再和数据站交换数据。本机的数据都在；请联系学校或区里。"),
    "locked": (403, "这台电脑已被暂停，数据先留在本机。请联系学校或区里解除。"),
    "replayed": (409, "这次请求数据站已经收到过，没有重复处理。"),
    "clock": (409, "电脑时间和数据站相差较多，已按数据站的时间重试。"),
    "invitation": (403, "邀请码无效或已过期。请对方重新发一个。"),
    "used": (403, "这个邀请码已经用过。一个邀请码只能加入一台电脑，请对方重新发一个。"),
    "own": (409, "不能暂停正在使用的这台电脑，请到另一台上操作。"),
    "missing": (404, "数据站没有这个地址，可能版本不一致。请升级程序。"),
    "method": (405, "数据站不支持这种请求，可能版本不一致。请升级程序。"),
    "wrong": (422, "数据站看不懂这次请求，没有接受。请升级程序。"),
    "too_large": (413, "这次发送的内容太大，数据站没有接受。"),
    "slow": (408, "网络太慢，这次没有传完。请稍后再试，已保存的数据都在。"),
    "limit": (429, "请求太频繁，请稍等再试。"),
    "busy": (503, "数据站正忙或正在重启，请稍后再试。"),
    "disk": (507, "数据站的磁盘已满，这次没有收下。数据都在本机，请通知数据站管理员。"),
    "bug": (500, "数据站出了问题，这次没有收下。数据都在本机，请通知数据站管理员。"),
}
"""Kind → HTTP status and the sentence people read."""


class Refused(UserError):
    """The hub did not do what was asked; nothing was taken."""

    def __init__(self, kind: str, words: str = "") -> None:
        super().__init__(words or REFUSALS[kind][1])
        self.kind, self.status = kind, REFUSALS[kind][0]


class Stations(Protocol):
    """Where a station's card is looked up."""

    def station(self, station: str) -> "StationCard | None":
        """None when nobody by that name joined."""


class Nonces(Protocol):
    """What was asked lately."""

    def take(self, station: str, nonce: str, at: int, now: datetime) -> None:
        """Remember it; Refused when it was there already, or is from before this memory began. ``at``: milliseconds."""


class RecentNonces:
    """Nonces of one hub process. An ask from before its start is told the time, because it may be a replay."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """``clock`` gives the hub's time."""
        self._since = _milliseconds(clock())
        self._until: dict[tuple[str, str], datetime] = {}
        self._lock = Lock()

    def take(self, station: str, nonce: str, at: int, now: datetime) -> None:
        """See ``Nonces``."""
        if at < self._since:
            raise Refused("clock")
        with self._lock:
            while self._until:
                oldest, until = next(iter(self._until.items()))
                if until >= now:
                    break
                del self._until[oldest]
            if (station, nonce) in self._until:
                raise Refused("replayed")
            self._until[station, nonce] = now + 2 * WINDOW


# --- asking -------------------------------------------------------------------------------------------------------


def sign_ask(signer: Signer, station: str, ask: Ask, *, at: datetime, nonce: bytes) -> dict[str, str]:
    """The header of an ask. ``at``: the hub's time as far as known; nonce: 16 random bytes."""
    ms, name = _milliseconds(at), nonce.hex()
    signature = signer.sign("sync-ask", _asked(ask, station, ms, name))
    return {ASK: f"{station} {ms} {name} {_text(signature)}"}


def nonce_of(headers: Mapping[str, str]) -> bytes:
    """The nonce an ask claims, so that even a refusal can be signed for it; empty when there is none."""
    match = _ASK.fullmatch(headers.get(ASK, ""))
    return bytes.fromhex(match[3]) if match else b""


def check_ask(
    headers: Mapping[str, str], ask: Ask, *, stations: Stations, nonces: Nonces, now: datetime
) -> "StationCard":
    """The station that asks; Refused (unknown, forged, revoked, locked, clock, replayed) when it may not."""
    match = _ASK.fullmatch(headers.get(ASK, ""))
    if match is None:
        raise Refused("unknown")
    station, ms, name, signature = match[1], int(match[2]), match[3], match[4]
    card = stations.station(station)
    if card is None:
        raise Refused("unknown")
    if not verify(card.public_key, "sync-ask", _asked(ask, station, ms, name), _bytes(signature)):
        raise Refused("forged")
    if card.revoked or card.locked:
        raise Refused("revoked" if card.revoked else "locked")
    if abs(_milliseconds(now) - ms) > WINDOW // timedelta(milliseconds=1):
        raise Refused("clock")
    nonces.take(station, name, ms, now)
    return card


# --- answering ----------------------------------------------------------------------------------------------------


def sign_reply(signer: Signer, nonce: bytes, reply: Reply, *, at: datetime) -> dict[str, str]:
    """The header of a reply to the ask with ``nonce``; ``at`` is the hub's time."""
    ms = _milliseconds(at)
    return {REPLY: f"{ms} {_text(signer.sign('sync-reply', _replied(nonce, reply, ms)))}"}


def check_reply(hub_key: bytes, nonce: bytes, headers: Mapping[str, str], reply: Reply) -> datetime | None:
    """The hub's time when the hub with ``hub_key`` gave this reply to the ask with ``nonce``; else None: no network."""
    match = _REPLY.fullmatch(headers.get(REPLY, ""))
    if match is None:
        return None
    ms = int(match[1])
    if not verify(hub_key, "sync-reply", _replied(nonce, reply, ms), _bytes(match[2])):
        return None
    try:
        return datetime.fromtimestamp(ms / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def enrol_proof(secret: bytes, hub_key: bytes, public_key: bytes) -> bytes:
    """What only the hub that gave the invitation can say: it binds its key to the PC's."""
    return hmac.digest(secret, b"kqdesk/1/enrol\0" + hub_key + public_key, "sha256")


def _asked(ask: Ask, station: str, ms: int, nonce: str) -> bytes:
    lines = (ask.method, ask.path, station, str(ms), nonce, sha256(ask.body).hexdigest())
    return "\n".join(lines).encode("utf-8")


def _replied(nonce: bytes, reply: Reply, ms: int) -> bytes:
    return f"{nonce.hex()}\n{reply.status}\n{ms}\n{sha256(reply.body).hexdigest()}".encode("ascii")


def _milliseconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _text(signature: bytes) -> str:
    return base64.urlsafe_b64encode(signature).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "==")
    except (binascii.Error, ValueError):
        return b""
