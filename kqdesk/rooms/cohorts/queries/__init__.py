"""What is asked of cohorts: the list, one card, its learners, the waiting list, who may come in."""

from kqdesk.rooms.cohorts.queries.course_rules import course_rules_of
from kqdesk.rooms.cohorts.queries.entering import (
    Candidate,
    Pasted,
    age_day,
    enrolment_concerns,
    limits_on,
    people_pasted,
    people_to_enrol,
)
from kqdesk.rooms.cohorts.queries.learners import (
    ChangeRow,
    EnrolmentRow,
    LearnerCard,
    LedgerRow,
    MoneyRow,
    RosterRow,
    changes_of,
    enrolments_of,
    learner_card,
    ledger,
    money_of,
    names_of,
    roster,
)
from kqdesk.rooms.cohorts.queries.listing import (
    ON_ROLL,
    Choices,
    CohortRow,
    choices,
    cohort_card,
    cohort_form,
    cohort_list,
    find,
    find_cohort,
    summaries,
    years,
)
from kqdesk.rooms.cohorts.queries.queue import OfferRow, answer_days, has_waiting_list, offers_due

__all__ = [
    "ON_ROLL", "Candidate", "ChangeRow", "Choices", "CohortRow", "EnrolmentRow", "LearnerCard", "LedgerRow", "MoneyRow", "OfferRow",
    "Pasted", "RosterRow", "age_day", "answer_days", "changes_of", "choices", "cohort_card", "cohort_form", "cohort_list", "course_rules_of",
    "enrolment_concerns", "enrolments_of", "find", "find_cohort", "has_waiting_list", "learner_card", "ledger", "limits_on",
    "money_of", "names_of", "offers_due", "people_pasted", "people_to_enrol", "roster", "summaries", "years",
]  # fmt: skip
