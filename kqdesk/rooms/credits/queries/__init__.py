"""What one can ask 学分: accounts, what is due to be booked, batches to the credit bank."""

from kqdesk.rooms.credits.queries.accounts import (
    Account,
    AccountRow,
    EntryRow,
    account,
    account_form,
    accounts,
    dues_on,
    entries_of,
    find_accounts,
)
from kqdesk.rooms.credits.queries.batches import (
    Achievement,
    BatchRow,
    ClaimRow,
    achievements,
    batches,
    batches_left,
    claims,
    highest_batch,
    next_batch_no,
    waiting_claims,
)
from kqdesk.rooms.credits.queries.transcript import Transcript, transcript

__all__ = [
    "Account",
    "AccountRow",
    "Achievement",
    "BatchRow",
    "ClaimRow",
    "EntryRow",
    "Transcript",
    "account",
    "account_form",
    "accounts",
    "achievements",
    "batches",
    "batches_left",
    "claims",
    "dues_on",
    "entries_of",
    "find_accounts",
    "highest_batch",
    "next_batch_no",
    "transcript",
    "waiting_claims",
]
