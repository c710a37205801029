"""The 设置 page: the school, who signs in, the rules in force, and how large the letters are.

frame.py   the page with its four tabs        people.py   操作人
school.py  学校信息 and 显示                   rulebook.py 规则包, with draft.py for the second person
"""

from kqdesk.rooms.office.page.frame import PAGE, SOURCE, OfficePage

__all__ = ["PAGE", "SOURCE", "OfficePage"]
