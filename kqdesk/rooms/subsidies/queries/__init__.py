"""What one can ask 奖补.

rulebook.py      rules that count on a day        achievements.py  what earns the right to claim
claimants.py     what is known of claimants       judged.py        both together, judged
lessons.py, checking.py  what claims are looked at with
claims.py        claims, batches, quotas, forms   funds.py         企业职工教育经费
"""

from kqdesk.rooms.subsidies.queries.checking import Looked, look_at
from kqdesk.rooms.subsidies.queries.claimants import (
    Claimant,
    StatementRow,
    beneficiary_of,
    find_claimants,
    statement_form,
    statements,
)
from kqdesk.rooms.subsidies.queries.claims import (
    BatchRow,
    ClaimCard,
    ClaimRow,
    FormRow,
    QuotaRow,
    batches,
    batches_left,
    candidates,
    claim_card,
    claims,
    could_claim,
    evidence_words,
    forms,
    highest_batch,
    next_batch_no,
    quotas,
    trial,
    waiting_lines,
)
from kqdesk.rooms.subsidies.queries.funds import FundRow, firm_choices, fund_form, fund_rows
from kqdesk.rooms.subsidies.queries.judged import (
    Judged,
    held_claims,
    inputs_of,
    judged,
    quota_regions,
    quota_rows,
    who_of,
)
from kqdesk.rooms.subsidies.queries.rulebook import (
    RuleCard,
    cards_on,
    publicity_days,
    rule_cards,
    rule_history,
    window_days,
)

__all__ = [
    "BatchRow", "ClaimCard", "ClaimRow", "Claimant", "FormRow", "FundRow", "Judged", "Looked", "QuotaRow", "RuleCard",
    "StatementRow", "batches", "batches_left", "beneficiary_of", "candidates", "cards_on", "claim_card", "claims", "could_claim",
    "evidence_words", "find_claimants", "firm_choices", "forms", "fund_form", "fund_rows", "held_claims", "highest_batch",
    "inputs_of", "judged", "look_at", "next_batch_no", "publicity_days", "quota_regions", "quota_rows", "quotas",
    "rule_cards", "rule_history", "statement_form", "statements", "trial", "waiting_lines", "who_of", "window_days",
]  # fmt: skip
