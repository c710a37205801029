"""The 报表 page: the user's own forms."""

from kqdesk.rooms.reports.page.screen import PAGE, ReportsPage

__all__ = ["PAGE", "ReportsPage"]
