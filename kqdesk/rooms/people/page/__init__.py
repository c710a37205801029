"""花名册 on the screen: the list with search and card, the form, and the import in three steps."""

from kqdesk.desk.pages import PageSpec
from kqdesk.rooms.people.page.listing import PeoplePage
from kqdesk.rooms.people.page.palette import KEYS_HELP, SOURCE

PAGE = PageSpec(
    "people",
    "花名册",
    "学校认识的每一个人：录一次，到处能用。",
    "招生",
    "people",
    PeoplePage,
    KEYS_HELP,
)

__all__ = ["KEYS_HELP", "PAGE", "SOURCE", "PeoplePage"]
