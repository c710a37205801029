"""The way of a claim and of a batch: school, district, paid or returned, never out of order. Pure."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kqdesk.rooms.subsidies.terms import BatchState, ClaimState

NEXT: Mapping[ClaimState, tuple[ClaimState, ...]] = {
    ClaimState.TAKEN: (ClaimState.BATCHED,),
    ClaimState.BATCHED: (ClaimState.FROZEN, ClaimState.TAKEN),
    ClaimState.FROZEN: (ClaimState.SUBMITTED,),
    ClaimState.SUBMITTED: (ClaimState.ACCEPTED, ClaimState.RETURNED),
    ClaimState.ACCEPTED: (ClaimState.PAID,),
    ClaimState.RETURNED: (),
    ClaimState.PAID: (),
}
BATCH_NEXT: Mapping[BatchState, tuple[BatchState, ...]] = {
    BatchState.DRAFT: (BatchState.FROZEN,),
    BatchState.FROZEN: (BatchState.SUBMITTED,),
    BatchState.SUBMITTED: (BatchState.ANSWERED,),
    BatchState.ANSWERED: (BatchState.PAID,),
    BatchState.PAID: (),
}
_DO = {
    BatchState.FROZEN: "审核公示", BatchState.SUBMITTED: "报区", BatchState.ANSWERED: "由区里审核", BatchState.PAID: "发放",
}  # fmt: skip


def claim_step_fault(now: ClaimState, then: ClaimState) -> str | None:
    """R-SUB-05: why a claim may not go there; None when it may."""
    if then in NEXT[now]:
        return None
    return f"这一笔现在是“{now.label}”，不能直接变成“{then.label}”。"


def batch_step_fault(now: BatchState, then: BatchState) -> str | None:
    """R-SUB-05: why a batch may not go there; None when it may. Says what comes first."""
    if then in BATCH_NEXT[now]:
        return None
    first = BATCH_NEXT[now]
    if not first or list(BatchState).index(then) <= list(BatchState).index(now):
        return f"这一批已经{now.label.removeprefix('已')}，这一步做过了。"
    return f"这一批现在是“{now.label}”，要先{_DO[first[0]]}，才能{_DO[then]}。"


def answered(states: Iterable[ClaimState]) -> bool:
    """Whether the district has spoken of every claim of a batch."""
    return not any(state is ClaimState.SUBMITTED for state in states)


def posting_days(first: date, last: date, off: Collection[date], worked: Collection[date]) -> int:
    """R-SUB-07: working days of a posting, both ends included: weekends and holidays (``off``) do not count, 调休 days do."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(day in worked or (day.weekday() < 5 and day not in off) for day in days)


def digest_of(lines: Sequence[Sequence[Any]]) -> str:
    """SHA-256 (hex) over the lines as frozen; school and district compare its first eight characters."""
    body = json.dumps([list(line) for line in lines], ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(body.encode("utf-8")).hexdigest()
