"""Packs that the district publishes through its hub: what the hub signs, how a school judges it, what a new version changes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from kqdesk.rooms.office.rules.packs import DISTRICT_FIRST, Pack, version_words
from kqdesk.rooms.office.terms import PackState
from kqdesk.security.signing import verify

__all__ = [
    "DISTRICT_FIRST", "PURPOSE", "Difference", "Publication", "confirming_fault", "differences", "publication_fault",
    "version_words",
]  # fmt: skip
PURPOSE = "rule-pack"


@dataclass(frozen=True)
class Publication:
    """All that the hub's signature says of one version at one school. ``signature``: 64 bytes as hex, "" = none."""

    school: str
    key: str
    version: int
    title: str
    effective_from: date
    effective_to: date | None
    state: PackState
    content: Any
    published_by: str
    published_at: datetime | None
    signature: str

    def message(self) -> bytes:
        """The bytes that are signed: canonical JSON, keys sorted, times in UTC to the millisecond."""
        at = self.published_at.astimezone(UTC).isoformat(timespec="milliseconds") if self.published_at else ""
        until = self.effective_to.isoformat() if self.effective_to else ""
        parts = [
            self.school, self.key, self.version, self.title, self.effective_from.isoformat(), until, self.state.value,
            self.content, self.published_by, at,
        ]  # fmt: skip
        return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @property
    def is_claimed(self) -> bool:
        """It says that it came from the district: the number of its version, a signature, a day of publishing."""
        return bool(self.signature or self.published_at or self.version >= DISTRICT_FIRST)


def publication_fault(claim: Publication, keys: Iterable[bytes]) -> str | None:
    """Why a version that says it came from the district is kept out, in a sentence; None when it may count.

    R-OFF-07: a pack of the district counts only when a hub this PC joined signed every word of it for this school.
    """
    if not claim.is_claimed:
        return None
    trusted = tuple(keys)
    if not trusted:
        return "这台电脑还没有和数据站同步过，不认识区里的签名。同步一次就好。"
    if not claim.signature:
        return "没有区里的签名，不是从数据站正常发布的。请联系区里重新发布。"
    if not _is_signed(trusted, claim.message(), claim.signature):
        return "签名不对：内容在路上或数据库里被改动过。没有启用，请联系区里重新发布。"
    return None


@lru_cache(maxsize=256)
def _is_signed(keys: tuple[bytes, ...], message: bytes, signature: str) -> bool:
    try:
        raw = bytes.fromhex(signature)
    except ValueError:
        return False
    return any(verify(key, PURPOSE, message, raw) for key in keys)


@dataclass(frozen=True)
class Difference:
    """One line in which two versions differ, as the screen says them; "" = the item is not there."""

    key: str
    title: str
    before: str
    after: str
    source: str


def differences(before: Pack | None, after: Pack) -> tuple[Difference, ...]:
    """What a version changes against the one before: new, changed (value or source) and dropped items, in its order."""
    old = {item.key: item for item in before.items} if before else {}
    found = [
        Difference(
            item.key, item.title, old[item.key].shown if item.key in old else "", item.shown, item.source
        )
        for item in after.items
        if item.key not in old or (old[item.key].value, old[item.key].source) != (item.value, item.source)
    ]
    kept = {item.key for item in after.items}
    found += [
        Difference(item.key, item.title, item.shown, "", "") for key, item in old.items() if key not in kept
    ]
    return tuple(found)


def confirming_fault(drafted_by: str, officer: str) -> str | None:
    """R-OFF-08: who uploaded a pack does not confirm it; None when she may."""
    if drafted_by and drafted_by == officer:
        return "这份规则包是您自己上传的，要由另一位区管理员核对后发布。"
    return None
