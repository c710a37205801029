"""One number for all rows of a table, the same at a station and at the hub, whatever order they come in."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import msgspec

_WRAP = (1 << 64) - 1
_encode = msgspec.msgpack.Encoder().encode


def table_hash(rows: Iterable[Sequence[Any]]) -> tuple[int, str]:
    """(how many, hash) of rows whose first value is the id and whose others stand in an agreed order."""
    count = total = 0
    for row in rows:
        count += 1
        total = total + int.from_bytes(blake2b(_encode(tuple(row)), digest_size=8).digest(), "big") & _WRAP
    return count, f"{total:016x}"
