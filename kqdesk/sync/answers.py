"""Reading what the hub answered: a message, a refusal this station can answer, a sentence for people, or nothing."""

from collections.abc import Generator
from typing import TypeVar

import msgspec

from kqdesk.sync.asking import BROKEN, Ask, Reply
from kqdesk.sync.wire import Refusal, WireFault, decode

M = TypeVar("M", bound=msgspec.Struct)
NO_ANSWER = "数据站答复的内容不对，这一轮没有采用。请稍后再同步；仍然这样，请联系数据站的管理员。"


class Broken(Exception):
    """The line broke, or what came was no answer: the round ends, nothing is lost."""


class Stopped(Exception):
    """The hub refused for good, or people must decide; ``words`` says what to do, ``asks`` what can be answered."""

    def __init__(self, words: str, asks: str = "") -> None:
        super().__init__(words)
        self.words, self.asks = words, asks


def ask_for(ask: Ask, kind: type[M]) -> Generator[Ask, Reply, M]:
    """Ask, and read the answer."""
    return read((yield ask), kind)


def read(reply: Reply, kind: type[M]) -> M:
    """The answer; Broken when there is none, Stopped with the hub's words when it refused."""
    if reply.status == BROKEN or reply.status >= 500:
        raise Broken
    refusal = refusal_of(reply)
    if refusal is not None and not refusal.words:
        raise Broken  # something else must come first: the next round begins with it
    if refusal is not None:
        raise Stopped(refusal.words)
    if reply.status != 200:
        raise Stopped(words_of(reply))
    try:
        return decode(kind, reply.body)
    except WireFault:
        raise Broken from None


def refusal_of(reply: Reply) -> Refusal | None:
    """A refusal of the hub's core; Stopped for one of the server around it, Broken for half of one."""
    if reply.status != 409:
        return None
    try:
        return decode(Refusal, reply.body)
    except WireFault:
        words = words_of(reply)
        raise (Broken() if words == NO_ANSWER else Stopped(words)) from None


class _Spoken(msgspec.Struct):
    kind: str = ""
    words: str = ""


def words_of(reply: Reply) -> str:
    """What the server around the hub said: plain msgpack {kind, words}."""
    try:
        return msgspec.msgpack.decode(reply.body, type=_Spoken).words or NO_ANSWER
    except (msgspec.DecodeError, UnicodeDecodeError):
        return NO_ANSWER
