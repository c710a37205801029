"""Who sits at the desk, and what the desk needs of the store."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from kqdesk.backup.keeper import Keeper
from kqdesk.desk.exchange import Exchange
from kqdesk.desk.renewal import Renewal
from kqdesk.security.doorkeeper import Doorkeeper
from kqdesk.security.signing import Signer


class Books(Protocol):
    """The store, as far as the desk needs it (``kqdesk.store.store.Store``)."""

    def clock(self) -> datetime: ...
    def reading(self) -> AbstractContextManager[Session]: ...
    def run(self, act: Callable[..., Any], actor: str, /, **kw: Any) -> Any: ...
    def undo(self, actor: str) -> Any: ...
    def redo(self, actor: str) -> Any: ...
    def undo_state(self, actor: str) -> Any: ...
    def position(self) -> int: ...


@dataclass(frozen=True)
class Seat:
    """Who sits at the desk: the id that signs every act, the name shown, the role in Chinese words.

    signer: the person's own key for two-person steps; issuer: gives the school's certificate key from the vault;
    door: lets people in and changes passwords while the home is open; keeper: its backups; exchange: its sync;
    renewal: newer programs.
    """

    actor_id: str
    name: str
    role: str = ""
    signer: Signer | None = None
    issuer: Callable[[], Signer] | None = None
    door: Doorkeeper | None = None
    keeper: Keeper | None = None
    exchange: Exchange | None = None
    renewal: Renewal | None = None
