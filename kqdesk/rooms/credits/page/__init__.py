"""The 学分 page: accounts in three units, and batches to the credit bank."""

from kqdesk.rooms.credits.page.screen import PAGE, SOURCE, CreditsPage

__all__ = ["PAGE", "SOURCE", "CreditsPage"]
