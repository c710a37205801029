"""Messages: what goes in comes out, and whatever is no message is refused before it costs anything."""

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.sync.wire import (
    LARGEST,
    Batch,
    Entries,
    Group,
    WireFault,
    decode,
    distinct,
    encode,
    inflate,
)

ONE = Entries(["act"], ["2026-03-02T12:00:00.000+00:00"], ["c"], ["1"], ["登记"])


def batch(*groups: Group) -> Batch:
    """With one entry."""
    return Batch(7, 1, 1, list(groups), ONE)


def good() -> Group:
    return Group("person", ["a", "b"], [0, 3], [0, 0], ["name"], [["甲", None]])


def test_a_batch_comes_out_as_it_went_in() -> None:
    sent = batch(good(), Group("site", ["c"], [5], [0], gone=True))

    assert decode(Batch, encode(sent)) == sent
    assert distinct(sent.groups) == [("person", "a"), ("person", "b"), ("site", "c")]


@pytest.mark.parametrize(
    "change",
    [
        {"ids": ["a"]},
        {"ids": ["a", "a"]},
        {"ids": ["", "b"]},
        {"numbers": [0]},
        {"numbers": [0, -1]},
        {"entries": [0, 1]},
        {"entries": [0, -1]},
        {"values": [["甲"]]},
        {"values": []},
        {"values": [["甲", 1 << 63]]},
        {"columns": ["school"]},
        {"columns": ["id"]},
        {"columns": ["hub_version"]},
        {"columns": ['name"; DROP TABLE person; --']},
        {"table": "sqlite master"},
        {"empty": ["name"]},
        {"gone": True},
        {"columns": [], "values": []},
    ],
)
def test_what_does_not_line_up_is_refused(change: dict[str, object]) -> None:
    wrong = msgspec.structs.replace(good(), **change)

    with pytest.raises(WireFault):
        decode(Batch, encode(batch(wrong)))


def test_values_of_other_types_are_refused() -> None:
    raw = msgspec.to_builtins(batch(good()))
    raw["groups"][0]["values"] = [[1.5, "甲"]]

    with pytest.raises(WireFault):
        decode(Batch, zstandard.compress(msgspec.msgpack.encode(raw)))


def test_a_body_that_inflates_to_gigabytes_is_stopped_at_the_limit() -> None:
    bomb = zstandard.ZstdCompressor(level=1).compress(bytes(LARGEST * 8))

    assert len(bomb) < 10_000
    with pytest.raises(WireFault):
        inflate(bomb)


def test_many_small_frames_stop_at_the_same_limit() -> None:
    frame = zstandard.compress(bytes(LARGEST // 4))

    with pytest.raises(WireFault):
        inflate(frame * 8)


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_noise_is_no_message(noise: bytes) -> None:
    with pytest.raises(WireFault):
        decode(Batch, noise)


@settings(max_examples=60)
@given(st.integers(0, 400), st.integers(0, 255))
def test_one_bit_more_or_less_is_no_message_or_another_one(place: int, mask: int) -> None:
    body = bytearray(encode(batch(good())))
    body[place % len(body)] ^= mask or 1

    try:
        got = decode(Batch, bytes(body))
    except WireFault:
        return

    assert isinstance(got, Batch)
