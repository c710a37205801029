"""Nonces of asks where several hub processes answer: kept in the database they share, so a replay at another is seen."""

from datetime import datetime
from itertools import count

from sqlalchemy import Column, Engine, MetaData, String, Table
from sqlalchemy.dialects.postgresql import insert

from kqdesk.store.base import Instant
from kqdesk.sync.envelope import WINDOW, Refused

NONCES = MetaData()
_NONCE = Table(
    "hub_nonce",
    NONCES,
    Column("station", String(32), primary_key=True),
    Column("nonce", String(32), primary_key=True),
    Column("until", Instant, nullable=False, index=True),
)
_SWEEP_EVERY = 500


class SharedNonces:
    """See ``Nonces``: PostgreSQL's table of them."""

    def __init__(self, engine: Engine) -> None:
        """``engine`` is the hub's PostgreSQL."""
        self._engine, self._taken = engine, count(1)

    def take(self, station: str, nonce: str, at: int, now: datetime) -> None:
        """Remember it; Refused when any replica has it."""
        row = {"station": station, "nonce": nonce, "until": now + 2 * WINDOW}
        with self._engine.begin() as line:
            keep = insert(_NONCE).values(row).on_conflict_do_nothing().returning(_NONCE.c.nonce)
            if line.execute(keep).first() is None:
                raise Refused("replayed")
            if next(self._taken) % _SWEEP_EVERY == 0:
                line.execute(_NONCE.delete().where(_NONCE.c.until < now))
