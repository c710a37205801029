"""The same protocol on a USB stick: asks go out in one encrypted file, the hub's answers come back in another.

Up, a file holds the asks of one round that need no answer in between: where are you, every batch not yet taken, the
next page. Down, it holds each ask with the hub's reply, and the pages after the first. Reading it is a round whose
line (``Recorded``) knows exactly those answers; what is not in it counts as no network, so nothing is ever taken for
sent that was not. Sealed between the two keys that enrolment made known (X25519 from the Ed25519 keys of station and
hub): nobody else opens it, nobody else makes one. A record says by its number and its last byte whether one is missing.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha512
from pathlib import Path
from typing import IO

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kqdesk.kernel.disk import disk_fault
from kqdesk.kernel.errors import UserError
from kqdesk.security.signing import Signer
from kqdesk.sync.asking import Ask, Reply

ENDING = ".kqpacket"
UP, DOWN = "up", "down"
HEAD = "/v1/head"
_MAGIC = b"KQPK1"
_SALT = 32
_LARGEST = 64 << 20  # bytes of one record; a batch or a page is far smaller
_PRIME = 2**255 - 19
NOT_OURS = "这个文件不是给本机的数据包：它属于别的学校、别的电脑，或者被改动过。请到数据站重新拷一份。"
BROKEN = "数据包不完整，多半是拷到一半就拔了 U 盘。请重新拷一份，拷完先“安全弹出”再拔。"
WRONG_WAY = "这个数据包方向不对：{words}"
_TURNED = {UP: "它是本机交给数据站的，要拿到数据站去读。", DOWN: "它是数据站的回执，要拿回原来那台电脑去读。"}


@dataclass(frozen=True)
class Parties:
    """Whose packet: ``mine`` signs for this side, ``theirs`` is the other side's public key."""

    school: str
    station: str
    mine: Signer
    theirs: bytes


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    way: str
    school: str
    station: str


class _Record(msgspec.Struct, array_like=True):
    method: str
    path: str
    body: bytes
    status: int = 0
    reply: bytes = b""


# --- the station's side -------------------------------------------------------------------------------------------


def write_asks(target: Path, parties: Parties, asks: Iterable[Ask]) -> int:
    """Put the asks into ``target``; how many there were. A file that was there is replaced whole or not at all."""
    records = (_Record(ask.method, ask.path, ask.body) for ask in asks)
    return _write(target, UP, parties, records)


def read_answers(source: Path, parties: Parties) -> "Recorded":
    """What the hub answered; UserError when the file is not for this PC, not whole, or its own way out."""
    found = {}
    for record in _read(source, DOWN, parties):
        found[record.method, record.path, record.body] = Reply(record.status, record.reply)
    return Recorded(found)


class Recorded:
    """A line that knows the recorded answers and nothing else."""

    def __init__(self, found: dict[tuple[str, str, bytes], Reply]) -> None:
        self._found = found
        self.trouble = ""

    def ask(self, ask: Ask) -> Reply:
        """What the hub said to exactly this; else no network.

        "Where are you" is answered whatever was frozen since: only the hub's own standing is in that answer.
        """
        found = self._found.get((ask.method, ask.path, ask.body))
        if found is None and ask.path == HEAD:
            found = next((reply for (_, path, _), reply in self._found.items() if path == HEAD), None)
        return found or Reply(0)

    def close(self) -> None:
        """Nothing to hang up."""


# --- the hub's side -----------------------------------------------------------------------------------------------


def station_of(source: Path) -> tuple[str, str]:
    """(school, station) a packet says it is from; proven only when it opens."""
    with _opened(source) as stream:
        head = _head(stream)[0]
    return head.school, head.station


def answer_asks(
    source: Path,
    target: Path,
    parties: Parties,
    answer: Callable[[Ask], Reply],
    following: Callable[[Ask, Reply], Ask | None],
) -> int:
    """Do what a packet asks and write the answers; how many. ``following`` gives the next page's ask after a reply."""

    def answered() -> Iterator[_Record]:
        for record in list(_read(source, UP, parties)):  # wholly read and proven before anything is done
            ask: Ask | None = Ask(record.method, record.path, record.body)
            while ask is not None:
                reply = answer(ask)
                yield _Record(ask.method, ask.path, ask.body, reply.status, reply.body)
                ask = following(ask, reply)

    return _write(target, DOWN, parties, answered())


# --- the file -----------------------------------------------------------------------------------------------------


def _write(target: Path, way: str, parties: Parties, records: Iterable[_Record]) -> int:
    salt, count = os.urandom(_SALT), 0
    head = msgspec.msgpack.encode(_Head(way, parties.school, parties.station))
    lead = _MAGIC + len(head).to_bytes(2, "big") + head + salt
    cipher = _cipher(parties, lead)
    fresh = target.with_name(f".{target.name}.tmp")
    try:
        with fresh.open("wb") as stream:
            stream.write(lead)
            for record in records:
                _put(stream, cipher, lead, count, msgspec.msgpack.encode(record), is_last=False)
                count += 1
            _put(stream, cipher, lead, count, b"", is_last=True)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(target)
    except OSError as wrong:
        raise disk_fault(wrong, target) from wrong
    finally:
        fresh.unlink(missing_ok=True)
    return count


def _put(stream: IO[bytes], cipher: AESGCM, lead: bytes, number: int, body: bytes, *, is_last: bool) -> None:
    sealed = cipher.encrypt(number.to_bytes(12, "big"), body, lead + bytes([is_last]))
    stream.write(bytes([is_last]) + len(sealed).to_bytes(4, "big") + sealed)


def _read(source: Path, way: str, parties: Parties) -> Iterator[_Record]:
    with _opened(source) as stream:
        head, lead = _head(stream)
        if (head.school, head.station) != (parties.school, parties.station):
            raise UserError(NOT_OURS)
        if head.way != way:
            raise UserError(WRONG_WAY.format(words=_TURNED.get(head.way, NOT_OURS)))
        cipher, number = _cipher(parties, lead), 0
        while True:
            body, is_last = _take(stream, cipher, lead, number)
            if is_last:
                return
            try:
                yield msgspec.msgpack.decode(body, type=_Record)
            except (msgspec.DecodeError, ValueError):
                raise UserError(NOT_OURS) from None
            number += 1


def _take(stream: IO[bytes], cipher: AESGCM, lead: bytes, number: int) -> tuple[bytes, bool]:
    front = stream.read(5)
    size = int.from_bytes(front[1:], "big")
    if len(front) < 5 or front[0] > 1 or size > _LARGEST:
        raise UserError(BROKEN)
    sealed = stream.read(size)
    if len(sealed) < size:
        raise UserError(BROKEN)
    try:
        return cipher.decrypt(number.to_bytes(12, "big"), sealed, lead + front[:1]), bool(front[0])
    except InvalidTag:
        raise UserError(NOT_OURS) from None


@contextmanager
def _opened(source: Path) -> Iterator[IO[bytes]]:
    """A packet open for reading; the disk's refusals as sentences."""
    try:
        with source.open("rb") as stream:
            yield stream
    except OSError as wrong:
        raise disk_fault(wrong, source) from wrong


def _head(stream: IO[bytes]) -> tuple[_Head, bytes]:
    front = stream.read(len(_MAGIC) + 2)
    if not front.startswith(_MAGIC):
        raise UserError("这不是数据包。数据包的文件名以 .kqpacket 结尾。")
    size = int.from_bytes(front[len(_MAGIC) :], "big")
    rest = stream.read(size + _SALT)
    if len(rest) < size + _SALT:
        raise UserError(BROKEN)
    try:
        return msgspec.msgpack.decode(rest[:size], type=_Head), front + rest
    except (msgspec.DecodeError, ValueError):
        raise UserError(NOT_OURS) from None


def _cipher(parties: Parties, lead: bytes) -> AESGCM:
    """One key a file: both sides compute it from their own private and the other's public key."""
    mine = X25519PrivateKey.from_private_bytes(sha512(parties.mine.seed).digest()[:32])
    try:
        shared = mine.exchange(X25519PublicKey.from_public_bytes(_turned(parties.theirs)))
    except ValueError:
        raise UserError(NOT_OURS) from None
    return AESGCM(HKDF(SHA256(), 32, salt=lead, info=b"kqdesk/1/packet").derive(shared))


def _turned(public: bytes) -> bytes:
    """An Ed25519 public key as the X25519 one of the same secret: u = (1 + y) / (1 − y) (RFC 7748, 4.1)."""
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    return ((1 + y) * pow(1 - y, -1, _PRIME) % _PRIME).to_bytes(32, "little")
