"""What exactly a person signs when she does her step of two-person work, and how a signature is judged."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kqdesk.rooms.office.terms import Standing
from kqdesk.security.signing import verify

PURPOSE = "signed-step"


@dataclass(frozen=True)
class StepClaim:
    """All that one signature says. ``digest``: SHA-256 (hex) of the signed columns as they were."""

    school: str
    table: str
    row_id: str
    step: str
    who: str
    at: datetime
    columns: tuple[str, ...]
    digest: str

    def message(self) -> bytes:
        """The bytes that are signed: canonical JSON, times in UTC to the millisecond."""
        at = self.at.isoformat(timespec="milliseconds")
        parts = [
            self.school,
            self.table,
            self.row_id,
            self.step,
            self.who,
            at,
            list(self.columns),
            self.digest,
        ]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class KnownKey:
    """A public key (32 bytes) that was a person's own from ``since`` to ``until``, both included; None = still."""

    who: str
    public: bytes
    since: datetime
    until: datetime | None

    def held(self, at: datetime) -> bool:
        """Whether it was hers at that moment."""
        return self.since <= at and (self.until is None or at <= self.until)


def digest_of(picture: str) -> str:
    """SHA-256 (hex) of a row's canonical image."""
    return hashlib.sha256(picture.encode()).hexdigest()


def standing(
    claim: StepClaim, signature: bytes, keys: Iterable[KnownKey], now: str | None, *, is_newest: bool
) -> Standing:
    """How a signed step stands. ``now``: digest of the row's signed columns today, None when the row is gone.

    R-OFF-04: a step counts only when the key recorded as that person's at that time signed exactly what the row
    still says (security design, two people).
    """
    hers = (key.public for key in keys if key.who == claim.who and key.held(claim.at))
    if not any(verify(public, PURPOSE, claim.message(), signature) for public in hers):
        return Standing.FORGED
    if not is_newest:
        return Standing.LATER
    if now is None:
        return Standing.GONE
    return Standing.GOOD if now == claim.digest else Standing.CHANGED
