"""What one can ask 跟踪.

plan.py          whom to call, what the answers add up to     visits.py    one person's calls
satisfaction.py  questionnaires, forms, results               honours.py   honours and their counts
lifeline.py      everything of one person in order of time    policy.py    what the packs say
"""

from kqdesk.rooms.followup.queries.honours import (
    HonourCard,
    HonourCount,
    HonourRow,
    has_learnt,
    honour_card,
    honour_counts,
    honour_form,
    honour_years,
    honours,
    honours_of,
    waiting_honours,
)
from kqdesk.rooms.followup.queries.lifeline import Event, LifeLine, life_line
from kqdesk.rooms.followup.queries.plan import (
    SHELVES,
    Call,
    CallRow,
    Completed,
    DueCount,
    NamedRow,
    OutcomeTable,
    WaveOutcome,
    call_rows,
    calls,
    calls_due,
    completions,
    named,
    outcome,
)
from kqdesk.rooms.followup.queries.policy import (
    EMPLOYER_QUESTIONS,
    MONTHS,
    POSTING,
    QUESTIONS,
    Bands,
    FormPolicy,
    followed_months,
    form_policy,
    pay_bands,
)
from kqdesk.rooms.followup.queries.satisfaction import (
    FormRow,
    QuestionnaireCard,
    QuestionnaireRow,
    ResultRow,
    form_numbers,
    forms_of,
    learners_of,
    main_trainer,
    questionnaire_card,
    questionnaire_of_code,
    questionnaires,
    results,
    satisfaction_forms,
)
from kqdesk.rooms.followup.queries.visits import (
    PersonCalls,
    VisitRow,
    person_calls,
    referral_of,
    visit_form,
    visits,
)

__all__ = [
    "EMPLOYER_QUESTIONS", "MONTHS", "POSTING", "QUESTIONS", "SHELVES", "Bands", "Call", "CallRow", "Completed", "DueCount", "Event",
    "FormPolicy", "FormRow", "HonourCard", "HonourCount", "HonourRow", "LifeLine", "NamedRow", "OutcomeTable", "PersonCalls",
    "QuestionnaireCard", "QuestionnaireRow", "ResultRow", "VisitRow", "WaveOutcome", "call_rows", "calls", "calls_due",
    "completions", "followed_months", "form_numbers", "form_policy", "forms_of", "has_learnt", "honour_card", "honour_counts",
    "honour_form", "honour_years", "honours", "honours_of", "learners_of", "life_line", "main_trainer", "named", "outcome",
    "pay_bands", "person_calls", "questionnaire_card", "questionnaire_of_code", "questionnaires", "referral_of", "results",
    "satisfaction_forms", "visit_form", "visits", "waiting_honours",
]  # fmt: skip
