"""A station's side of sync, without a network: what the desk, the command line and a stick ask of it."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from random import Random

import msgspec
from sqlalchemy import Connection, MetaData

from kqdesk.store.attachments import Attachments
from kqdesk.store.base import Base
from kqdesk.store.store import Store
from kqdesk.sync import ctl as keys
from kqdesk.sync import leases, lives
from kqdesk.sync.answers import Broken, Stopped, ask_for
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.books import Clock
from kqdesk.sync.ctl import Ctl, count_unsent, trust_hub, trusted_hub_keys
from kqdesk.sync.parcels import Parcels
from kqdesk.sync.rounds import RoundReport, Rounds
from kqdesk.sync.wire import AskNumbers, AskPull, Lease, Page, decode, encode

__all__ = ["Client", "RoundReport", "Standing", "next_pull"]


@dataclass(frozen=True)
class Standing:
    """The three honest numbers, and why nothing goes on, if it does not.

    ``asks``: what people may answer — ``removal`` (allow_removal), ``incarnation`` (new_incarnation) — or empty.
    """

    unsent: int
    held: int
    conflicts: int
    last_round: datetime | None
    hub: str | None
    stop: str
    asks: str


class Client:
    """One home's sync. ``schema``: number of the newest migration, told to the hub."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rng: Random,
        attachments: Attachments | None = None,
        *,
        metadata: MetaData = Base.metadata,
        schema: int = 0,
    ) -> None:
        self.store, self._rng, self._metadata = store, rng, metadata
        parcels = None if attachments is None else Parcels(store, attachments)
        self.rounds = Rounds(store, clock, rng, metadata, schema, parcels)

    # ------------------------------------------------------------------ for people

    def standing(self) -> Standing:
        """Asked often: cheap while little is unsent."""
        with self.store.asking() as conn:
            ctl = Ctl(conn)
            held = int(conn.exec_driver_sql("SELECT count(*) FROM sync_hold").scalar_one())
            conflicts = 0
            if "sync_conflict" in self._metadata.tables:
                sql = "SELECT count(*) FROM sync_conflict WHERE settled_at IS NULL"
                conflicts = int(conn.exec_driver_sql(sql).scalar_one())
            last = ctl.text(keys.LAST_ROUND)
            return Standing(
                count_unsent(conn),
                held,
                conflicts,
                datetime.fromisoformat(last) if last else None,
                ctl.text(keys.HUB) or None,
                ctl.text(keys.STOP),
                ctl.text(keys.ASKS),
            )

    def identity(self) -> int | None:
        """The number of this life at its hub; None before the first round there."""
        with self.store.asking() as conn:
            ctl = Ctl(conn)
            return ctl.number(keys.INCARNATION) if ctl.text(keys.KNOWN) else None

    def trust(self, hub_key: bytes) -> None:
        """Believe what the hub with this key publishes; it was proved when this PC joined."""
        with self.store.asking() as conn:
            is_known = trusted_hub_keys(conn)[:1] == (hub_key,)
        if not is_known:
            self.store.bookkeep(lambda conn: trust_hub(conn, hub_key))

    def allow_removal(self) -> None:
        """Somebody looked: the next pull may take away as many rows as it wants."""
        self._put({keys.ALLOWED: "1", keys.STOP: "", keys.ASKS: ""})

    def new_incarnation(self, why: str = "asked") -> None:
        """This home is a copy or was put back: it gets a new identity before it may send. Leases are forgotten."""

        def body(conn: Connection) -> None:
            lives.begin_life(conn, self._rng, why)
            Ctl(conn).put({keys.DOUBTED: "1"})

        self.store.bookkeep(body)

    def note_restored(self) -> None:
        """To be called once after this home was restored from a backup; harmless when it never synced."""
        with self.store.asking() as conn:
            joined = bool(Ctl(conn).number(keys.INCARNATION))
        if joined:
            self.new_incarnation("restored")

    def change_hub(self, hub: str = "") -> None:
        """From now on another hub (or the first one): everything that lives here is sent to it, as from a new station."""
        self.store.bookkeep(partial(lives.join, rng=self._rng, hub=hub))

    def _put(self, values: dict[str, str | int]) -> None:
        self.store.bookkeep(lambda conn: Ctl(conn).put(values))

    # ------------------------------------------------------------------ with the hub

    def round(self) -> Generator[Ask, Reply, RoundReport]:
        """Ask by ask; send each reply in. A reply of status 0 ends it: nothing is lost."""
        return self.rounds.go()

    def packet_asks(self) -> list[Ask]:
        """What would be asked now, for a stick: this life if it is new, the head, every batch, the pull; freezes first."""
        look = self.rounds.look()
        if not look.ctl.number(keys.INCARNATION):
            return []
        if look.has_news:
            self.rounds.freeze()
            look = self.rounds.look()
        pushes = [Ask("POST", "/v1/push", body) for _, body in look.frozen]
        return [
            *self.rounds.ask_life(look.ctl),
            self.rounds.ask_head(look.ctl),
            *pushes,
            self.rounds.ask_pull(look.ctl),
        ]

    def lease(
        self, kind: str, year: int, *, above: int = 0, count: int = 200
    ) -> Generator[Ask, Reply, Lease | None]:
        """Numbers for this life alone, all above ``above``; None when the hub is not there. Kept in the bookkeeping, too."""
        with self.store.asking() as conn:
            ctl = Ctl(conn)
        life = ctl.number(keys.INCARNATION)
        if not ctl.text(keys.KNOWN):
            return None
        token = sha256(f"{self._rng.getrandbits(128)}".encode()).hexdigest()[:32]
        wanted = AskNumbers(self.rounds.stands(ctl), token, kind, year, count, above)
        try:
            lease = yield from ask_for(Ask("POST", "/v1/numbers", encode(wanted)), Lease)
        except (Broken, Stopped):
            return None
        self.store.bookkeep(lambda conn: leases.keep(conn, lease, life))
        return lease


def next_pull(ask: Ask, reply: Reply) -> Ask | None:
    """The question after a pull was answered, as a round will put it; None at the head, or when it was no pull."""
    if not ask.path.endswith("/pull") or reply.status != 200:
        return None
    asked, page = decode(AskPull, ask.body), decode(Page, reply.body)
    if page.table:
        following = msgspec.structs.replace(asked, upto=page.upto, table=page.table, after=page.after)
    elif page.upto < page.head:
        following = msgspec.structs.replace(asked, since=page.upto, upto=0, table="", after=0)
    else:
        return None
    return Ask(ask.method, ask.path, encode(following))
