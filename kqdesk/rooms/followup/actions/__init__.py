"""Everything that changes 跟踪: visits.py contacts after a course, satisfaction.py questionnaires, honours.py 典型."""

from kqdesk.rooms.followup.actions.honours import (
    approve_honours,
    award_honours,
    change_honour,
    decline_honour,
    nominate,
    post_honours,
    put_honour_proofs,
    remove_honour,
    take_out_honour_proof,
    withdraw_honour,
)
from kqdesk.rooms.followup.actions.satisfaction import (
    ScannedForm,
    TypedForm,
    change_questionnaire,
    close_questionnaire,
    file_forms,
    open_questionnaire,
    put_forms,
    remove_forms,
    remove_questionnaire,
    reopen_questionnaire,
)
from kqdesk.rooms.followup.actions.visits import (
    Visited,
    VisitsImported,
    change_visit,
    import_visits,
    record_visit,
    remove_visit,
)

__all__ = [
    "ScannedForm", "TypedForm", "Visited", "VisitsImported", "approve_honours", "award_honours", "change_honour",
    "change_questionnaire", "change_visit", "close_questionnaire", "decline_honour", "file_forms", "import_visits", "nominate",
    "open_questionnaire", "post_honours", "put_forms", "put_honour_proofs", "record_visit", "remove_forms", "remove_honour",
    "remove_questionnaire", "remove_visit", "reopen_questionnaire", "take_out_honour_proof", "withdraw_honour",
]  # fmt: skip
