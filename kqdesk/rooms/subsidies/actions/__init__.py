"""What changes 奖补.

rulebook.py  a rule into a draft pack        particulars.py  claimants' statements, funds, quotas, finance forms
claims.py    claims taken in, their papers    batches.py     a batch's way to the district and the money; reversals
"""

from kqdesk.rooms.subsidies.actions.batches import (
    answer_batch,
    draw_batch,
    drop_batch,
    freeze_batch,
    look_over,
    pay_batch,
    reverse_claim,
    submit_batch,
    take_out,
)
from kqdesk.rooms.subsidies.actions.claims import (
    drop_claims,
    note_papers,
    put_claim_papers,
    rank_claims,
    remove_claim_paper,
    take_claims,
)
from kqdesk.rooms.subsidies.actions.particulars import (
    drop_fund_year,
    drop_particulars,
    drop_quota,
    keep_form,
    keep_fund_year,
    keep_particulars,
    keep_quota,
    retire_form,
    state_claimant,
)
from kqdesk.rooms.subsidies.actions.rulebook import write_rule

__all__ = [
    "answer_batch", "draw_batch", "drop_batch", "drop_claims", "drop_fund_year", "drop_particulars", "drop_quota",
    "freeze_batch", "keep_form", "keep_fund_year", "keep_particulars", "keep_quota", "look_over", "note_papers", "pay_batch",
    "put_claim_papers", "rank_claims", "remove_claim_paper", "retire_form", "reverse_claim", "state_claimant", "submit_batch", "take_claims",
    "take_out", "write_rule",
]  # fmt: skip
