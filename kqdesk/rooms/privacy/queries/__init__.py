"""What 个人信息保护 asks: notices and consents, everything about one person, what is due, requests, incidents, self-check.

consent.py  notices, who agreed       whole.py    rows about a person, what may be erased
dossier.py  a person's own file       cleanup.py  what the retention table says has to go
affairs.py  requests and incidents    facts.py    the state of the program for the self-check
terms_in_force.py  the retention table of a day
"""

from kqdesk.rooms.privacy.queries.affairs import (
    BreachRow,
    RequestRow,
    breach_form,
    breaches,
    due_day,
    requests,
)
from kqdesk.rooms.privacy.queries.cleanup import CleanupRow, DueLine, Proposal, cleanups, proposal
from kqdesk.rooms.privacy.queries.consent import (
    ConsentLine,
    ConsentList,
    NoticeRow,
    consent_list,
    notice_in_force,
    notices,
)
from kqdesk.rooms.privacy.queries.dossier import Dossier, Section, dossier
from kqdesk.rooms.privacy.queries.facts import check_items
from kqdesk.rooms.privacy.queries.terms_in_force import terms_in_force
from kqdesk.rooms.privacy.queries.whole import ErasurePlan, plan_erasure, rows_of

__all__ = [
    "BreachRow", "CleanupRow", "ConsentLine", "ConsentList", "Dossier", "DueLine", "ErasurePlan", "NoticeRow", "Proposal",
    "RequestRow", "Section", "breach_form", "breaches", "check_items", "cleanups", "consent_list", "dossier", "due_day",
    "notice_in_force", "notices", "plan_erasure", "proposal", "requests", "rows_of", "terms_in_force",
]  # fmt: skip
