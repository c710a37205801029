"""The 督查 page."""

from kqdesk.rooms.supervision.page.screen import PAGE, SOURCE, SupervisionPage

__all__ = ["PAGE", "SOURCE", "SupervisionPage"]
