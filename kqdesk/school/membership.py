"""Being a station of a hub: what the hub told this PC, kept in the vault, and how a round is carried to it."""

from collections.abc import Generator
from typing import Protocol, TypeVar

import msgspec

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress
from kqdesk.school.home import School
from kqdesk.sync import line as lines
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.line import Membership

MEMBERSHIP = "hub"
"""Its name in the vault."""
T = TypeVar("T")


class Wire(Protocol):
    """A line or a packet that was read: what a round is driven with."""

    trouble: str

    def ask(self, ask: Ask) -> Reply: ...
    def close(self) -> None: ...


def drive(rounds: Generator[Ask, Reply, T], wire: Wire, progress: Progress) -> T:
    """Carry asks to the other side and the answers back; what the generator gives at its end."""
    count = 0
    try:
        ask = next(rounds)
        while True:
            progress.step(count, 0, "正在与数据站交换")
            count += 1
            ask = rounds.send(wire.ask(ask))
    except StopIteration as end:
        told: T = end.value
        return told
    finally:
        rounds.close()


def read_membership(school: School) -> Membership | None:
    """From the vault; None before the home joined."""
    kept = school.vault.read(MEMBERSHIP)
    return None if kept is None else msgspec.msgpack.decode(kept, type=Membership)


def write_membership(school: School, who: Membership) -> None:
    """Into the vault, whole or not at all."""
    school.vault.write(MEMBERSHIP, msgspec.msgpack.encode(who))


def clean_url(typed: str) -> str:
    """``hub.school:8443`` → ``https://hub.school:8443``; UserError for what cannot be an address."""
    text = typed.strip().rstrip("/").replace("：", ":").replace("。", ".")
    if "://" not in text:
        text = f"https://{text}"
    if not lines.is_address(text):
        raise UserError(
            "数据站的地址不对。应当像 192.168.1.10:8443 或 https://hub.example.cn，请照邀请单输入。"
        )
    return text
