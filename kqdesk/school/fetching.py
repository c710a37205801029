"""A newer program from the hub: a little further with every round of sync, never in the way of what was typed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kqdesk.kernel.places import HomeLayout
from kqdesk.school.membership import Wire
from kqdesk.school.updates import Program
from kqdesk.sync.asking import Ask
from kqdesk.updating.rules import FOLDER
from kqdesk.updating.shelf import Inbox

EVERY = timedelta(hours=1)
"""How often the hub is asked whether there is a newer program; one under way goes on with every round."""


class Fetching:
    """Remembers when it asked. ``program`` is looked for at the first round: most desks never need it."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._asked: datetime | None = None
        self._is_under_way = False

    def go(self, layout: HomeLayout, wire: Wire, now: datetime) -> None:
        """After a round that came through. Whatever does not work is left for a later round."""
        program = self._program
        if program.kind != FOLDER or not program.keys:
            return
        if not self._is_under_way and self._asked is not None and now - self._asked < EVERY:
            return
        self._asked = now

        def ask(path: str) -> Mapping[str, Any] | None:
            reply = wire.ask(Ask("GET", path))
            if reply.status != 200:
                return None
            told = msgspec.msgpack.decode(reply.body)
            return told if isinstance(told, dict) else None

        inbox = Inbox(layout.updates)
        inbox.fetch(ask, program.platform, program.newest)
        self._is_under_way = any(layout.updates.glob("*.part"))
