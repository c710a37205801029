"""The 工作台 page: what is due now, each line one press from where it is done.

screen.py  the page: greeting, the groups, figures and first steps at the right
rows.py    a row one can press, the pill, the cards they lie in
"""

from kqdesk.rooms.home.page.screen import PAGE, HomePage

__all__ = ["PAGE", "HomePage"]
