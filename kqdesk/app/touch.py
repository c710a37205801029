"""Sync of the open home, as the seat carries it: its libraries are loaded on a worker, when sync is first asked for.

One for a home, whoever sits there: a round under way and the school's own hub outlast a change of person.
"""

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from weakref import ReferenceType, WeakKeyDictionary, ref

from kqdesk.desk.exchange import Exchange, Invite, Numbers, Offer, Peer, Round
from kqdesk.kernel.progress import Progress
from kqdesk.rooms.office.queries import school_card
from kqdesk.school import School
from kqdesk.store.store import Store

if TYPE_CHECKING:
    from kqdesk.school.syncing import Syncing

_OF: "WeakKeyDictionary[Store, ReferenceType[LateExchange]]" = WeakKeyDictionary()
"""Held by the seat alone: an exchange knows its store, and would keep it for ever from here."""


class LateExchange:
    """An ``Exchange`` that loads what it stands for at the first question."""

    def __init__(self, school: School) -> None:
        self._school = school
        self._made: Syncing | None = None
        self._guard = Lock()

    def sit(self, school: School) -> None:
        """Somebody else is at the desk."""
        self._school = school
        if self._made is not None:
            self._made.sit(school)

    def _real(self) -> "Syncing":
        from kqdesk.school.syncing import Syncing

        with self._guard:
            if self._made is None:
                self._made = Syncing(self._school)
            return self._made

    @property
    def is_idle(self) -> bool:
        """Nothing was joined and no hub made here: no library is needed to say so."""
        layout = self._school.layout
        return not (layout.vault / "hub").exists() and not (layout.home / "hub").exists()

    def wake_hub(self) -> None:
        """Start the school's own hub if this PC is the one that runs it."""
        if not self.is_idle:
            self._real().wake_hub()

    def close(self) -> None:
        """End the school's own hub, with the window."""
        if self._made is not None:
            self._made.own.stop()

    def numbers(self) -> Numbers:
        """See ``Exchange``."""
        return Numbers() if self.is_idle else self._real().numbers()

    def sync(self, progress: Progress) -> Round:
        """See ``Exchange``."""
        return self._real().sync(progress)

    def look(self, code: str) -> Offer:
        """See ``Exchange``."""
        return self._real().look(code)

    def join(self, url: str, code: str, progress: Progress) -> str:
        """See ``Exchange``."""
        return self._real().join(url, code, progress)

    def become_hub(self, progress: Progress) -> Invite:
        """See ``Exchange``."""
        return self._real().become_hub(progress)

    def invite(self) -> Invite:
        """See ``Exchange``."""
        return self._real().invite()

    def peers(self) -> list[Peer]:
        """See ``Exchange``."""
        return self._real().peers()

    def set_lock(self, station: str, *, is_locked: bool) -> None:
        """See ``Exchange``."""
        self._real().set_lock(station, is_locked=is_locked)

    def write_packet(self, target: Path, progress: Progress) -> int:
        """See ``Exchange``."""
        return self._real().write_packet(target, progress)

    def read_packet(self, source: Path, progress: Progress) -> Round:
        """See ``Exchange``."""
        return self._real().read_packet(source, progress)

    def allow_removal(self) -> None:
        """See ``Exchange``."""
        self._real().allow_removal()

    def begin_anew(self) -> None:
        """See ``Exchange``."""
        self._real().begin_anew()


def exchange_of(school: School) -> LateExchange | None:
    """The one exchange of an open home; None for a demo school, whose people are made up."""
    known = _OF.get(school.store)
    found = known() if known is not None else None
    if found is not None:
        found.sit(school)
        return found
    with school.store.reading() as session:
        card = school_card(session)
    if card is None or card.is_demo:
        return None
    made = LateExchange(school)
    _OF[school.store] = ref(made)
    return made


def _is_exchange(one: LateExchange) -> Exchange:
    """Said so that mypy compares the two."""
    return one
