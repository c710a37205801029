"""The pages 统计 (figures of a period) and 报表模板 (the user's own forms)."""

from kqdesk.rooms.reports.page.screen import PAGE, ReportsPage
from kqdesk.rooms.reports.page.statistics import STATISTICS, StatisticsPage

__all__ = ["PAGE", "STATISTICS", "ReportsPage", "StatisticsPage"]
