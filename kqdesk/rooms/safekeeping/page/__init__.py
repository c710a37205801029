"""The 审计与备份 page: who did what, proved; copies of everything, and the way back.

frame.py    the page with its two tabs            entry.py    one entry and every row it changed
journal.py  操作记录: filters, list, check, export  backups.py  备份: list, carry, drill
preview.py  what a restore would change, before it is done
"""

from kqdesk.rooms.safekeeping.page.frame import PAGE, SafekeepingPage

__all__ = ["PAGE", "SafekeepingPage"]
