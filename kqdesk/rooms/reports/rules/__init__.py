"""Rules of 报表. Pure.

forms.py     which fields a user's own form may ask for
period.py    a stretch of days numbers are asked for, and the day up to which they are known
facts.py     what the numbers are counted from: rows without a name or a number of anybody
figures.py   every figure with its definition; how it is counted, and by what it can be broken down
"""

from kqdesk.rooms.reports.rules.charts import Bar, Chart, month_chart
from kqdesk.rooms.reports.rules.facts import (
    ActivityFact,
    AnswerFact,
    CohortFact,
    CountingRules,
    EnrolmentFact,
    Facts,
    PaperFact,
    PastFact,
    PersonFact,
    SchoolingFact,
)
from kqdesk.rooms.reports.rules.figures import (
    FIGURES,
    Figure,
    FigureGroup,
    FigureKind,
    Member,
    counted,
    split,
    still_ahead,
)
from kqdesk.rooms.reports.rules.forms import GROUPS, FieldGroup, distinct, field_names, file_name
from kqdesk.rooms.reports.rules.period import Period, calendar_year, month_of, school_year, year_of
from kqdesk.rooms.reports.rules.plan import Forecast, PlanLine, forecast, plan_lines, reasons

__all__ = [
    "FIGURES",
    "GROUPS",
    "ActivityFact",
    "AnswerFact",
    "Bar",
    "Chart",
    "CohortFact",
    "CountingRules",
    "EnrolmentFact",
    "Facts",
    "FieldGroup",
    "Figure",
    "FigureGroup",
    "FigureKind",
    "Forecast",
    "Member",
    "PaperFact",
    "PastFact",
    "Period",
    "PersonFact",
    "PlanLine",
    "SchoolingFact",
    "calendar_year",
    "counted",
    "distinct",
    "field_names",
    "file_name",
    "forecast",
    "month_chart",
    "month_of",
    "plan_lines",
    "reasons",
    "school_year",
    "split",
    "still_ahead",
    "year_of",
]
