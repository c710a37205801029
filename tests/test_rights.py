"""The one authorisation table: every action has a row, every row an action."""

import importlib
import pkgutil

import kqdesk.rooms
from kqdesk.school import rights
from kqdesk.store.actions import CARDS


def every_action() -> set[str]:
    """Names of all actions of all rooms (test actions aside)."""
    for found in pkgutil.walk_packages(kqdesk.rooms.__path__, "kqdesk.rooms."):
        if ".actions" in found.name:
            importlib.import_module(found.name)
    rooms = {room.name for room in pkgutil.iter_modules(kqdesk.rooms.__path__)}
    return {name for name in CARDS if name.split(".")[0] in rooms}


def test_every_action_has_a_row_and_every_row_an_action() -> None:
    actions = every_action()

    assert rights().missing(actions) == set()
    assert rights().actions - actions == set()
    assert len(actions) > 30
