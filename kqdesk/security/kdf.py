"""What one guess of a password costs: argon2id, its floor, and how far this PC lets us go above it.

Source: RFC 9106; floor and target measured in the reliability study (64 MiB / t=3 / p=1 takes 220-320 ms on a
server core, 0.6-1 s on an old office PC).
"""

import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from argon2.low_level import Type, hash_secret_raw

from kqdesk.security.datakey import KEY_BYTES

MIB = 1024
"""Kibibytes in a mebibyte: argon2 counts memory in KiB."""


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """argon2id parameters: memory in KiB, passes over it, lanes."""

    memory_kib: int
    passes: int
    lanes: int

    def at_least(self, other: "Cost") -> bool:
        """Whether a guess costs no less than with ``other`` in memory and in passes."""
        return (
            self.memory_kib >= other.memory_kib and self.passes >= other.passes and self.lanes >= other.lanes
        )


FLOOR = Cost(64 * MIB, 3, 1)
CEILING = Cost(1024 * MIB, 64, 16)
"""More than this was not written by us: a file that would eat the PC's memory is refused."""

_MOST_MEMORY = 256 * MIB
_MOST_PASSES_BEFORE_MEMORY = 6


@dataclass(frozen=True, slots=True)
class Profile:
    """How dear a password guess must be: the floor refused below at open, the milliseconds aimed at when made."""

    floor: Cost = FLOOR
    aim_ms: int | None = 550
    """Middle of 400-800 ms; None: take the floor, measure nothing."""


PRODUCTION = Profile()
CHEAPEST = Profile(floor=Cost(8, 1, 1), aim_ms=None)
"""For tests only; a test asserts that the program never names it."""


def password_key(password: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes by argon2id. Full-width and half-width digits are the same password (NFKC): clerks type with an IME."""
    secret = unicodedata.normalize("NFKC", password).encode("utf-8")
    return hash_secret_raw(secret, salt, cost.passes, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID)


def raised(floor: Cost, floor_ms: float, aim_ms: int) -> Cost:
    """The cost that takes about ``aim_ms`` where the floor takes ``floor_ms``; passes first, then memory; never below."""
    passes = max(floor.passes, round(floor.passes * aim_ms / max(floor_ms, 1.0)))
    memory = floor.memory_kib
    while passes > _MOST_PASSES_BEFORE_MEMORY and memory * 2 <= max(_MOST_MEMORY, floor.memory_kib):
        memory *= 2
        passes = max(floor.passes, passes // 2)
    return Cost(memory, min(passes, CEILING.passes), floor.lanes)


def calibrated(profile: Profile = PRODUCTION, clock: Callable[[], float] = time.perf_counter) -> Cost:
    """The cost for a new slot on this PC, from one measured run at the floor (``clock`` in seconds)."""
    if profile.aim_ms is None:
        return profile.floor
    began = clock()
    password_key("calibration", bytes(16), profile.floor)
    return raised(profile.floor, (clock() - began) * 1000, profile.aim_ms)
