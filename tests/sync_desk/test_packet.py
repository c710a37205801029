"""The file on the stick: what goes in comes out, for the other side alone, whole or not at all."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.kernel.errors import UserError
from kqdesk.security.signing import Signer
from kqdesk.sync import packet
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.packet import Parties

STATION, HUB = Signer(b"\1" * 32), Signer(b"\2" * 32)
SCHOOL, PC = "330603008", "330603008.2"
OURS, THEIRS = Parties(SCHOOL, PC, STATION, HUB.public), Parties(SCHOOL, PC, HUB, STATION.public)
ASKS = [
    Ask("POST", "/v1/head", b"head"),
    Ask("POST", "/v1/push", b"one" * 1000),
    Ask("POST", "/v1/pull", b"0"),
]


def answer(ask: Ask) -> Reply:
    """Three pages, then no more."""
    return Reply(200, b"re:" + ask.body)


def following(ask: Ask, reply: Reply) -> Ask | None:
    if ask.path != "/v1/pull" or int(ask.body) >= 2:
        return None
    return Ask("POST", "/v1/pull", str(int(ask.body) + 1).encode())


@pytest.fixture
def up(tmp_path: Path) -> Path:
    target = tmp_path / "up.kqpacket"
    packet.write_asks(target, OURS, ASKS)
    return target


@pytest.fixture
def down(up: Path, tmp_path: Path) -> Path:
    target = tmp_path / "down.kqpacket"
    packet.answer_asks(up, target, THEIRS, answer, following)
    return target


def test_every_ask_finds_its_answer_and_the_pages_after_it(up: Path, down: Path) -> None:
    line = packet.read_answers(down, OURS)

    assert packet.station_of(up) == (SCHOOL, PC)
    assert [line.ask(ask) for ask in ASKS] == [answer(ask) for ask in ASKS]
    assert line.ask(Ask("POST", "/v1/pull", b"2")) == Reply(200, b"re:2")


def test_what_was_not_asked_is_no_network(down: Path) -> None:
    line = packet.read_answers(down, OURS)

    assert line.ask(Ask("POST", "/v1/push", b"another batch")) == Reply(0)
    assert line.ask(Ask("POST", "/v1/pull", b"3")) == Reply(0)


def test_nobody_else_reads_it_and_nothing_of_it_is_plain(up: Path, tmp_path: Path) -> None:
    stranger = Parties(SCHOOL, PC, Signer(b"\3" * 32), STATION.public)

    assert b"one" not in up.read_bytes()
    with pytest.raises(UserError, match="不是给本机的"):
        packet.answer_asks(up, tmp_path / "x", stranger, answer, following)
    assert not (tmp_path / "x").exists()


def test_a_packet_of_another_pc_or_school_is_refused(down: Path) -> None:
    for other in (
        Parties(SCHOOL, "330603008.3", STATION, HUB.public),
        Parties("330603009", PC, STATION, HUB.public),
    ):
        with pytest.raises(UserError, match="不是给本机的"):
            packet.read_answers(down, other)


def test_the_wrong_way_round_is_said(up: Path, down: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="要拿到数据站去读"):
        packet.read_answers(up, OURS)
    with pytest.raises(UserError, match="要拿回原来那台电脑去读"):
        packet.answer_asks(down, tmp_path / "x", THEIRS, answer, following)


def test_a_stick_pulled_too_early(down: Path) -> None:
    whole = down.read_bytes()

    for size in (3, 40, len(whole) // 2, len(whole) - 1):
        down.write_bytes(whole[:size])
        with pytest.raises(UserError):
            packet.read_answers(down, OURS)


def test_a_record_left_out_or_exchanged_is_seen(up: Path, tmp_path: Path) -> None:
    whole = up.read_bytes()
    lead = len(whole) - len(_records(whole))
    first, second, *rest = _split(whole[lead:])

    for other in ([second, *rest], [second, first, *rest], [first, first, second, *rest], [first, second]):
        up.write_bytes(whole[:lead] + b"".join(other))
        with pytest.raises(UserError):
            packet.answer_asks(up, tmp_path / "x", THEIRS, answer, following)


def _records(whole: bytes) -> bytes:
    size = int.from_bytes(whole[5:7], "big")
    return whole[7 + size + 32 :]


def _split(records: bytes) -> list[bytes]:
    found = []
    while records:
        size = 5 + int.from_bytes(records[1:5], "big")
        found.append(records[:size])
        records = records[size:]
    return found


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_one_changed_bit_anywhere_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("packet")
    up, changed = folder / "up", folder / "changed"
    packet.write_asks(up, OURS, ASKS)
    raw = bytearray(up.read_bytes())
    place = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[place // 8] ^= 1 << place % 8
    changed.write_bytes(raw)

    with pytest.raises(UserError):
        packet.answer_asks(changed, folder / "down", THEIRS, answer, following)


def test_something_else_is_no_packet(tmp_path: Path) -> None:
    other = tmp_path / "photo.kqpacket"
    other.write_bytes(b"\x89PNG" * 100)

    with pytest.raises(UserError, match="这不是数据包"):
        packet.read_answers(other, OURS)
    with pytest.raises(UserError):
        packet.read_answers(tmp_path / "missing", OURS)
