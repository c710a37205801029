"""The 活动 page."""

from kqdesk.rooms.activities.page.screen import PAGE, SOURCE, ActivitiesPage

__all__ = ["PAGE", "SOURCE", "ActivitiesPage"]
