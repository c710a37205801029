"""The 报读转介 page."""

from kqdesk.rooms.referrals.page.screen import PAGE, ReferralsPage

__all__ = ["PAGE", "ReferralsPage"]
