"""The page 奖补."""

from kqdesk.rooms.subsidies.page.screen import PAGE, SubsidiesPage

__all__ = ["PAGE", "SubsidiesPage"]
