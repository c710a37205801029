"""What one can ask 排摸: the rounds, who was asked and who is behind, answers, the 需求清单, what an import would do."""

from kqdesk.rooms.survey.queries.asked import (
    MOST_FOUND,
    AnswerRow,
    CodeHit,
    ProgressRow,
    answer_form,
    answer_of_code,
    answers,
    progress,
)
from kqdesk.rooms.survey.queries.demand import DemandRow, Wisher, demand, wishers
from kqdesk.rooms.survey.queries.filling import AnswerLine, Doubt, FillPlan, plan_fill
from kqdesk.rooms.survey.queries.rounds import (
    AgeLimits,
    RoundRow,
    age_limits,
    left_out,
    round_form,
    rounds,
    whom_to_ask,
)

__all__ = [
    "MOST_FOUND",
    "AgeLimits",
    "AnswerLine",
    "AnswerRow",
    "CodeHit",
    "DemandRow",
    "Doubt",
    "FillPlan",
    "ProgressRow",
    "RoundRow",
    "Wisher",
    "age_limits",
    "answer_form",
    "answer_of_code",
    "answers",
    "demand",
    "left_out",
    "plan_fill",
    "progress",
    "round_form",
    "rounds",
    "whom_to_ask",
    "wishers",
]
