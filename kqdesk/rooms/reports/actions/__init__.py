"""Actions of 报表.

templates.py  templates of the user's own forms
figures.py    targets, the district's numbers, reports frozen and submitted
"""

from kqdesk.rooms.reports.actions.figures import (
    add_macro,
    change_macro,
    drop_target,
    freeze_report,
    look_behind,
    retire_macro,
    set_target,
    submit_report,
)
from kqdesk.rooms.reports.actions.templates import change_template, keep_template, retire_template

__all__ = [
    "add_macro", "change_macro", "change_template", "drop_target", "freeze_report", "keep_template", "look_behind", "retire_macro",
    "retire_template", "set_target", "submit_report",
]  # fmt: skip
