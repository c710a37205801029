"""Which acts each room has, by their labels: the filter of 操作记录. Only the composition root knows every room."""

import importlib
import pkgutil
from functools import cache

import kqdesk.rooms
from kqdesk.app.pages import PAGES
from kqdesk.store.actions import CARDS


@cache
def heads_by_room() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(title of a room's page, labels of its acts), in the order of the navigation. Imports every room's actions."""
    for room in pkgutil.iter_modules(kqdesk.rooms.__path__, "kqdesk.rooms."):
        module = f"{room.name}.actions"
        if importlib.util.find_spec(module) is not None:
            importlib.import_module(module)
    titles = {page.key: page.title for page in PAGES}
    heads: dict[str, list[str]] = {key: [] for key in titles}
    for card in CARDS.values():
        heads.setdefault(card.name.split(".")[0], []).append(card.label)
    return tuple((titles[key], tuple(labels)) for key, labels in heads.items() if labels and key in titles)
