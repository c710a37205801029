"""Rules of 奖补, pure.

judging.py   one rule on one claimant, line by line     amounts.py  how much, with its working
checks.py    what is looked at before a batch is frozen  steps.py   the way of a claim and of a batch
fund.py      企业职工教育经费, year by year               quotas.py  places, and who gets one
"""

from kqdesk.rooms.subsidies.rules.amounts import Had, Reckoned, capitals, reckon
from kqdesk.rooms.subsidies.rules.checks import (
    CheckPolicy,
    ClaimFacts,
    ClassFacts,
    Finding,
    Other,
    Visit,
    check_batch,
)
from kqdesk.rooms.subsidies.rules.fund import FundCheck, FundYear, check_years, rule_of_year
from kqdesk.rooms.subsidies.rules.judging import Inputs, Known, Line, Verdict, full_months, judge, line_of
from kqdesk.rooms.subsidies.rules.quotas import Quota, Runner, own_quota, share_faults, with_places
from kqdesk.rooms.subsidies.rules.steps import (
    answered,
    batch_step_fault,
    claim_step_fault,
    digest_of,
    posting_days,
)

__all__ = [
    "CheckPolicy", "ClaimFacts", "ClassFacts", "Finding", "FundCheck", "FundYear", "Had", "Inputs", "Known", "Line", "Other",
    "Quota", "Reckoned", "Runner", "Verdict", "Visit", "answered", "batch_step_fault", "capitals", "check_batch", "check_years",
    "claim_step_fault", "digest_of", "full_months", "judge", "line_of", "own_quota", "posting_days", "reckon", "rule_of_year",
    "share_faults", "with_places",
]  # fmt: skip
