"""双证 credits as a 测算, and what each learner still lacks. Pure; every number comes from a rule pack.

Credits are whole; study hours are exact fractions. A total with something 未配置 in it is a lower bound and says so.
"""

from kqdesk.rooms.dual.rules.credit import (
    Reckoning,
    attempt_credit,
    counted_skills,
    culture_capped,
    exam_credit,
    hours_credit,
    reckon,
    rounded,
    skill_capped,
    skill_credit,
    slot_attempt,
    unpriced,
)
from kqdesk.rooms.dual.rules.explaining import Step, explain
from kqdesk.rooms.dual.rules.facts import (
    KEYS,
    PAST,
    CreditRules,
    HoursFrom,
    Learner,
    SkillHeld,
    Slot,
    credit_rules,
    slots_of,
)
from kqdesk.rooms.dual.rules.graduation import Frozen, frozen, lines_of, posting_end
from kqdesk.rooms.dual.rules.needs import Requirement, has_dual, requirements
from kqdesk.rooms.dual.rules.outlook import Forecast, forecast

__all__ = [
    "KEYS",
    "PAST",
    "CreditRules",
    "Forecast",
    "Frozen",
    "HoursFrom",
    "Learner",
    "Reckoning",
    "Requirement",
    "SkillHeld",
    "Slot",
    "Step",
    "attempt_credit",
    "counted_skills",
    "credit_rules",
    "culture_capped",
    "exam_credit",
    "explain",
    "forecast",
    "frozen",
    "has_dual",
    "hours_credit",
    "lines_of",
    "posting_end",
    "reckon",
    "requirements",
    "rounded",
    "skill_capped",
    "skill_credit",
    "slot_attempt",
    "slots_of",
    "unpriced",
]
