"""历史台账 on the screen: ledgers, their lines, and the import of a file."""

from kqdesk.rooms.past.page.screen import KEYS_HELP, PAGE, SOURCE, PastPage

__all__ = ["KEYS_HELP", "PAGE", "SOURCE", "PastPage"]
