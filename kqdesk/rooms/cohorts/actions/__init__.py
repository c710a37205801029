"""Everything that changes a cohort or who is in it."""

from kqdesk.rooms.cohorts.actions.entering import (
    Enrolled,
    EnrolmentWarnings,
    admit_waiting,
    decline,
    enrol,
    pass_over,
)
from kqdesk.rooms.cohorts.actions.leaving import (
    FROM_STATES,
    choose_science,
    complete,
    release_places,
    resume,
    suspend,
    withdraw,
)
from kqdesk.rooms.cohorts.actions.money import refund, reverse_payment, take_payment
from kqdesk.rooms.cohorts.actions.opening import (
    COPIED,
    SETTABLE,
    cancel_cohort,
    close_cohort,
    edit_cohort,
    open_cohort,
    reopen_cohort,
    start_cohort,
)
from kqdesk.rooms.cohorts.actions.transferring import copy_cohort, transfer

__all__ = [
    "COPIED", "FROM_STATES", "SETTABLE", "Enrolled", "EnrolmentWarnings", "admit_waiting", "cancel_cohort",
    "choose_science", "close_cohort", "complete", "copy_cohort", "decline", "edit_cohort", "enrol", "open_cohort",
    "pass_over", "refund", "release_places", "reopen_cohort", "resume", "reverse_payment", "start_cohort", "suspend",
    "take_payment", "transfer", "withdraw",
]  # fmt: skip
