"""驾驶舱 of the hub: targets and progress of every school, each number down to the names behind it.

kept.py     what is reckoned of a school and kept      overview.py  the district's numbers out of that
members.py  who stands behind a number                 shares.py    targets handed down to schools
filed.py    reports schools submitted                  pages.py     the pages
"""

from kqdesk.hub.counter import NavLink
from kqdesk.rooms.reports.web.kept import BEFORE, KEPT, reckon, reckon_before
from kqdesk.rooms.reports.web.pages import pages

LINKS = (NavLink("总览", "/cockpit", "", 10), NavLink("全部数字", "/figures", "", 12))
RECKONINGS = {KEPT: reckon, BEFORE: reckon_before}
__all__ = ["BEFORE", "KEPT", "LINKS", "RECKONINGS", "pages", "reckon", "reckon_before"]
