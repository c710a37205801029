"""A person with one field that has two values, and a hub that exists in the test's own memory."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kqdesk.desk.exchange import Invite, Numbers, Offer, Peer, Round
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.rooms.people.actions import add_person
from kqdesk.store.actions import Writing, action
from kqdesk.store.conflicts import SyncConflict
from kqdesk.store.store import Store
from tests.conftest import CLERK, HEAD, NOON
from tests.people.rows import WANG

CODE = "0000-CODE"
WORDS = "青山 大桥 老屋 红灯 白马 金牛 新路 长河"


@action("测试记冲突")
def record_conflict(
    w: Writing, *, row_id: str, column: str, shown: object, kept: object, tbl: str = "person"
) -> str:
    """What a hub would make of two edits."""
    one = SyncConflict(
        tbl=tbl, row_id=row_id, column=column, shown=None if shown is None else json.dumps(shown),
        kept=None if kept is None else json.dumps(kept), shown_actor=CLERK, shown_at=w.now, shown_station="330603008.1",
        kept_actor=HEAD, kept_at=w.now - timedelta(minutes=9), kept_station="330603008.2", made_at=w.now,
    )  # fmt: skip
    w.session.add(one)
    w.session.flush()
    return one.id


@pytest.fixture
def mao(store: Store) -> str:
    """王阿毛, with a telephone."""
    fields = {"name": "王阿毛", "phone": "13812345678", "id_number": WANG, "village": "溪南村"}
    return store.run(add_person, CLERK, fields=fields).value


def conflict(store: Store, row_id: str, column: str, shown: object, kept: object, tbl: str = "person") -> str:
    """One more field with two values."""
    return store.run(
        record_conflict, "system", row_id=row_id, column=column, shown=shown, kept=kept, tbl=tbl
    ).value


class FakeHub:
    """An ``Exchange`` that remembers what it was asked."""

    def __init__(self) -> None:
        self.now = Numbers()
        self.asked: list[tuple[object, ...]] = []
        self.fault: UserError | None = None
        self.found = [
            Peer("330603008.1", "教务室", NOON, False, True, "0.1.0"),
            Peer("330603008.2", "村里的笔记本", NOON - timedelta(days=12), False, False, "0.1.0"),
        ]

    def join_at_once(self) -> None:
        """As if it had joined long ago."""
        self.now = Numbers(
            12, 1, 0, datetime(2026, 3, 2, 2, 32, tzinfo=NOON.tzinfo), "hub.example:8443", "330603008.1"
        )

    def numbers(self) -> Numbers:
        return self.now

    def sync(self, progress: object) -> Round:
        self.asked.append(("sync",))
        if self.fault is not None:
            raise self.fault
        self.now = Numbers(0, 1, 0, NOON, "hub.example:8443", "330603008.1")
        return Round(12, 3, 0, frozenset({"person"}), self.now)

    def look(self, code: str) -> Offer:
        if code.strip() != CODE:
            raise UserError("邀请码有字符抄错了。")
        return Offer(WORDS)

    def join(self, url: str, code: str, progress: object) -> str:
        self.asked.append(("join", url, code))
        if self.fault is not None:
            raise self.fault
        self.join_at_once()
        return "兰亭成校"

    def become_hub(self, progress: object) -> Invite:
        self.asked.append(("become_hub",))
        self.join_at_once()
        return self.invite()

    def invite(self) -> Invite:
        return Invite(
            "https://192.168.1.10:8443", "XV7CQ-TYQ00-11111-22222-33333-44444-55555-66666-77777", WORDS
        )

    def peers(self) -> list[Peer]:
        if self.fault is not None:
            raise self.fault
        return self.found

    def set_lock(self, station: str, *, is_locked: bool) -> None:
        self.asked.append(("lock", station, is_locked))
        self.found = [self.found[0], Peer("330603008.2", "村里的笔记本", NOON, is_locked, False, "0.1.0")]

    def write_packet(self, target: Path, progress: object) -> int:
        self.asked.append(("write", target.name))
        return 12

    def read_packet(self, source: Path, progress: object) -> Round:
        return self.sync(progress)

    def begin_anew(self) -> None:
        self.asked.append(("anew",))

    def allow_removal(self) -> None:
        self.asked.append(("allow",))
        self.now = Numbers(12, 0, 0, NOON, "hub.example:8443", "330603008.1")


@pytest.fixture
def hub() -> FakeHub:
    """Nobody has joined it."""
    return FakeHub()


__all__ = ["CODE", "WORDS", "FakeHub", "Unreachable", "conflict"]
