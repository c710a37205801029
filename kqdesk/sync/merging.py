"""The rule of the merge: one field of one row, as the hub has it and as a station sends it. Pure.

Whether two people wrote at the same time without knowing of each other is told by versions, never by clocks; the time
only picks which of two values shows until people decide.
"""

from dataclasses import dataclass
from enum import Enum

from kqdesk.sync.wire import Value


@dataclass(frozen=True)
class Writer:
    """Who wrote a value, when (ISO, UTC, clamped by the hub), at which station."""

    at: str
    station: str
    actor: str


class Verdict(Enum):
    """What happens to the field at the hub."""

    SAME = "same"  # nothing to write
    WRITE = "write"
    WINS = "wins"  # written, and the other value is kept for people
    LOSES = "loses"  # not written, kept for people


def judge(
    there: Value, sent: Value, *, other: Writer | None, mine: Writer, meets_first: bool = False
) -> Verdict:
    """One field. ``other``: who changed it last since the version the sender knew, if that was somebody else.

    meets_first: the sender never knew the hub's form of the row (it joins with rows of its own). Then what one side
    never filled in is no second opinion.
    """
    if there == sent or (meets_first and sent is None):
        return Verdict.SAME
    if meets_first and there is None:
        return Verdict.WRITE
    if other is None:
        return Verdict.WRITE
    return Verdict.WINS if _rank(mine, sent) > _rank(other, there) else Verdict.LOSES


def _rank(writer: Writer, value: Value) -> tuple[str, str, str]:
    return writer.at, writer.station, repr(value)
