"""What is asked by 报表.

filling.py   values of the user's own forms
counting.py  facts for figures: the same statements at the desk and at the hub (with asking, rules_in_force, counted_people)
targets.py   yearly targets, the district's numbers, a period against them
names.py     the names behind a number
brief.py     the monthly brief and its charts
frozen.py    frozen reports and what became of them
"""

from kqdesk.rooms.reports.queries.asking import Tables
from kqdesk.rooms.reports.queries.brief import BriefFacts, brief, chart_of, charts, notes_of
from kqdesk.rooms.reports.queries.counting import DESK, desk_facts, facts
from kqdesk.rooms.reports.queries.filling import (
    FormValues,
    Subjectable,
    TemplateRow,
    forms,
    makeable,
    templates,
)
from kqdesk.rooms.reports.queries.frozen import (
    FrozenLine,
    FrozenRow,
    Moved,
    MovedRow,
    compared,
    data_state,
    frozen_report,
    frozen_reports,
    moved,
    moved_rows,
)
from kqdesk.rooms.reports.queries.names import MOST_NAMES, BehindRow, names_behind
from kqdesk.rooms.reports.queries.targets import (
    MacroRow,
    Progress,
    TargetRow,
    macro_beside,
    macro_form,
    macro_rows,
    progress,
    runs_by_school_year,
    target_form,
    target_rows,
    targets_of,
)

__all__ = [
    "DESK",
    "MOST_NAMES",
    "BehindRow",
    "BriefFacts",
    "FormValues",
    "FrozenLine",
    "FrozenRow",
    "MacroRow",
    "Moved",
    "MovedRow",
    "Progress",
    "Subjectable",
    "Tables",
    "TargetRow",
    "TemplateRow",
    "brief",
    "chart_of",
    "charts",
    "compared",
    "data_state",
    "desk_facts",
    "facts",
    "forms",
    "frozen_report",
    "frozen_reports",
    "macro_beside",
    "macro_form",
    "macro_rows",
    "makeable",
    "moved",
    "moved_rows",
    "names_behind",
    "notes_of",
    "progress",
    "runs_by_school_year",
    "target_form",
    "target_rows",
    "targets_of",
    "templates",
]
