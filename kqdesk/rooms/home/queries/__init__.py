"""What 工作台 asks: everything due now, from every room, in a fixed number of statements however much there is.

board.py     all of it together, for one person in one role
teaching.py  lessons, rolls, cohorts that lack something, learners near the limit
waiting.py   marks, certificates and drafts for the second person; papers that run out
numbers.py   figures, first steps, rules that are not set
plan.py      behind plan and why, tasks, calls: asked after the page is shown, imported only then
"""

from kqdesk.rooms.home.queries.board import Today, today
from kqdesk.rooms.home.queries.numbers import newest_entry

__all__ = ["Today", "newest_entry", "today"]
