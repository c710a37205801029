"""What an action is: the only way to change the school's records.

One action = one transaction = one journal entry = one undo step.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.kernel.errors import StaleRecord
from kqdesk.store.base import Base, Station
from kqdesk.store.ids import Ids
from kqdesk.store.tables import journal_change, journal_entry

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Writing:
    """What an action may use: the open transaction, who, when, where. Nothing global."""

    session: Session
    actor: str
    now: datetime
    school: str
    station: str
    notes: list[str] = field(default_factory=list)
    erased_rows: set[tuple[str, str]] = field(default_factory=set)
    erased_words: set[str] = field(default_factory=set)

    def note(self, text: str) -> None:
        """Add a detail to the label in undo menu and audit: 导入花名册：412 人."""
        self.notes.append(text)

    def erase(self, rows: Iterable[tuple[str, str]], words: Collection[str] = ()) -> None:
        """Have the journal forget what these rows (table, row id) ever held, once the action is done.

        Only in an action that ``erases``. words: names and numbers to be taken out of labels that mention them.
        """
        self.erased_rows.update(rows)
        self.erased_words.update(words)

    def ids(self) -> Ids:
        """The maker of row ids, for bulk statements that go straight to the driver."""
        station: Station = self.session.connection().info["station"]
        return station.ids

    def position(self) -> int:
        """Id of the newest sealed entry: what a form remembers as ``seen``."""
        found = self.session.scalar(
            select(journal_entry.c.id)
            .where(journal_entry.c.hash.is_not(None))
            .order_by(journal_entry.c.id.desc())
        )
        return int(found or 0)

    def check_fresh(self, row: Base, columns: Iterable[str], seen: int | None) -> None:
        """StaleRecord when somebody changed one of ``columns`` of ``row`` after position ``seen``.

        None skips the check: the caller did not read before it writes.
        """
        if seen is None:
            return
        changes = self.session.execute(
            select(journal_change.c.op, journal_change.c.before, journal_entry.c.actor)
            .join(journal_entry, journal_entry.c.id == journal_change.c.entry_id)
            .where(
                journal_change.c.tbl == row.__tablename__,
                journal_change.c.row_id == row.id,
                journal_change.c.entry_id > seen,
            )
        )
        wanted = [f'"{name}":' for name in columns]
        for op, before, _actor in changes:
            if op == "D" or any(name in (before or "") for name in wanted):
                raise StaleRecord(
                    "这条记录刚被别人改过，您看到的不是最新内容。请重新载入后再改，已输入的内容仍保留。"
                )


@dataclass(frozen=True)
class ActionCard:
    """What the program knows of an action: its name in the rights table, its Chinese label, whether it is final."""

    name: str
    label: str
    final: str  # the sentence shown when undo meets it; empty = undoable
    kind: str = (
        "act"  # of its journal entry; a "look" changes nothing and undo passes over it, "erase" is by law
    )


CARDS: dict[str, ActionCard] = {}
FINAL_LABELS: dict[str, str] = {}
_CARD_OF: dict[Callable[..., Any], ActionCard] = {}


def action(
    label: str, *, final: str = "", looks: bool = False, erases: bool = False
) -> Callable[[Callable[Concatenate[Writing, P], T]], Callable[Concatenate[Writing, P], T]]:
    """Name an action in Chinese for the undo menu and the audit trail.

    final: the act is approved, issued, locked or reported and is never undone; this sentence names the lawful way.
    looks: it only shows something that must be known to have been seen; journaled, changes nothing, never undone.
    erases: what it deletes or blanks is taken out of the journal, too (``Writing.erase``); it needs ``final``.
    """
    if erases and not final:
        raise ValueError("what erases is never undone and says so")
    kind = "look" if looks else "erase" if erases else "act"

    def mark(fn: Callable[Concatenate[Writing, P], T]) -> Callable[Concatenate[Writing, P], T]:
        room = fn.__module__.split(".actions")[0].rsplit(".", 1)[-1]
        card = ActionCard(f"{room}.{fn.__name__}", label, final, kind)
        if any(other.label == label and other.name != card.name for other in CARDS.values()):
            raise ValueError(f"two actions are called {label}")
        CARDS[card.name] = card
        if final:
            FINAL_LABELS[label] = final
        _CARD_OF[fn] = card
        return fn

    return mark


def card_of(act: Callable[..., Any]) -> ActionCard:
    """The card of an action; TypeError when ``act`` is none."""
    try:
        return _CARD_OF[act]
    except KeyError:
        raise TypeError(f"{act!r} is not an action") from None


def final_sentence(label: str) -> str:
    """Why an entry with this label cannot be undone; empty when it can."""
    return FINAL_LABELS.get(label.split("：", 1)[0], "")
