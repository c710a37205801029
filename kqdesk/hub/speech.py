"""How the hub answers a station: msgpack, or JSON for whoever supports it from outside; refusals as kind and sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from kqdesk.sync.asking import Reply
from kqdesk.sync.envelope import Refused
from kqdesk.sync.wire import inflate

T = TypeVar("T")
MSGPACK, JSON, BATCH = "application/msgpack", "application/json", "application/octet-stream"


class Enrolling(msgspec.Struct, forbid_unknown_fields=True):
    """A PC that wants to join, by the secret part of its invitation."""

    secret: bytes
    public_key: bytes
    name: str
    nonce: bytes


class Locking(msgspec.Struct, forbid_unknown_fields=True):
    """One station stops another of its own school, or lets it go on."""

    station: str
    locked: bool


@dataclass(frozen=True)
class Speech:
    """What one asker reads and writes."""

    reads_json: bool = False
    writes_json: bool = False

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "Speech":
        """From ``Accept`` and ``Content-Type``."""
        return cls(JSON in headers.get("accept", ""), JSON in headers.get("content-type", ""))

    @property
    def media(self) -> str:
        """The content type of what ``say`` gives."""
        return JSON if self.reads_json else MSGPACK

    def say(self, told: Any, status: int = 200) -> Reply:
        """A reply that says ``told``."""
        encode = msgspec.json.encode if self.reads_json else msgspec.msgpack.encode
        return Reply(status, encode(told))

    def refuse(self, refused: Refused) -> Reply:
        """``{"kind", "words"}`` with the status of its kind."""
        return self.say({"kind": refused.kind, "words": str(refused)}, refused.status)

    def opened(self, reply: Reply) -> Reply:
        """What the core answered, as JSON for somebody who looks for a fault by hand."""
        if not reply.body:
            return reply
        return self.say(msgspec.msgpack.decode(inflate(reply.body)), reply.status)

    def read(self, body: bytes, form: type[T]) -> T:
        """What was sent as ``form``; Refused when it is something else."""
        try:
            if self.writes_json:
                return msgspec.json.decode(body, type=form)
            return msgspec.msgpack.decode(body, type=form)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
            raise Refused("wrong") from wrong
