"""The 跟踪 page."""

from kqdesk.rooms.followup.page.screen import PAGE, SOURCE, FollowUpPage

__all__ = ["PAGE", "SOURCE", "FollowUpPage"]
