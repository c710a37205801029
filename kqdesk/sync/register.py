"""The hub's register: which schools there are, which PCs (stations) of them may speak, and who was invited.

The school of a request is taken from here, never from what the request says. No name of a learner stands here.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Connection, Engine, Integer, LargeBinary, MetaData, String, Table

from kqdesk.kernel.errors import UserError
from kqdesk.security.datakey import RandomBytes
from kqdesk.store.base import Instant
from kqdesk.sync.envelope import Refused
from kqdesk.sync.invitation import SECRET_BYTES

DISTRICT = "district"
"""The pseudo-station 区: acts done on the hub's own pages."""
WHOLE_SCHOOL = "school"
"""The scope of a station that gets every row of its school."""
INVITED_FOR = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=1)
"""A station that asks every second is not written down every second."""
_CODE = re.compile(r"[0-9A-Za-z]{2,24}")
_NAME_CHARS = 40

REGISTER = MetaData()
SCHOOLS = Table(
    "hub_member",
    REGISTER,
    Column("code", String(24), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("made", Instant, nullable=False),
)
STATIONS = Table(
    "hub_station",
    REGISTER,
    Column("station", String(32), primary_key=True),
    Column("school", String(24), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("name", String(_NAME_CHARS), nullable=False),
    Column("public_key", LargeBinary, nullable=False, unique=True),
    Column("incarnation", Integer, nullable=False),
    Column("scope", String(24), nullable=False),
    Column("version", String(24), nullable=False),
    Column("enrolled", Instant, nullable=False),
    Column("seen", Instant),
    Column("is_locked", Boolean, nullable=False),
    Column("revoked_at", Instant),
    sa.UniqueConstraint("school", "number", name="uq_hub_station_school_number"),
)
INVITATIONS = Table(
    "hub_invitation",
    REGISTER,
    Column("digest", LargeBinary, primary_key=True),
    Column("school", String(24), nullable=False, index=True),
    Column("made", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("used_by", LargeBinary),  # the public key it let in
)
MARKS = Table(
    "hub_mark",
    REGISTER,
    Column("name", String(24), primary_key=True),
    Column("text", String(80), nullable=False),
)


@dataclass(frozen=True)
class SchoolCard:
    """One school of the hub."""

    code: str
    name: str


@dataclass(frozen=True)
class StationCard:
    """Who asks: one PC of one school, as the register has it."""

    school: str
    station: str
    incarnation: int = 0  # the one it joined with; later lives stand in the hub's ledger
    scope: str = WHOLE_SCHOOL
    public_key: bytes = b""
    revoked: bool = False
    locked: bool = False
    name: str = ""
    version: str = ""
    seen: datetime | None = None
    enrolled: datetime | None = None


def district_card(school: str) -> StationCard:
    """The pseudo-station 区 writing into ``school``."""
    return StationCard(school, DISTRICT, name="区")


class Register:
    """Schools and stations of a hub. Every method is one transaction."""

    def __init__(
        self, engine: Engine, clock: Callable[[], datetime], random_bytes: RandomBytes = os.urandom
    ) -> None:
        """``engine`` is the hub's database, of either kind."""
        self._engine, self._clock, self._random = engine, clock, random_bytes
        self._reading = engine.execution_options(reading=True)
        self._noted: dict[str, datetime] = {}
        self._by_station = (
            "SELECT school,incarnation,scope,public_key,revoked_at,is_locked,seen,name,version"
            " FROM hub_station WHERE station=" + ("%s" if engine.dialect.name == "postgresql" else "?")
        )

    def is_marked(self, name: str, text: str) -> bool:
        """Whether this database bears ``text`` under ``name``; one that bears nothing there is marked with it now."""
        with self._engine.begin() as line:
            there = line.execute(sa.select(MARKS.c.text).where(MARKS.c.name == name)).scalar()
            if there is None:
                line.execute(MARKS.insert().values(name=name, text=text))
        return there in (None, text)

    # ------------------------------------------------------------------ schools

    def add_school(self, code: str, name: str) -> SchoolCard:
        """A school of this hub; again with another name renames it. UserError for a code nobody could type."""
        if not _CODE.fullmatch(code):
            raise UserError(f"学校代码只用数字和字母，2 到 24 位：{code}。")
        if not name.strip():
            raise UserError("请写上学校的名称。")
        card = SchoolCard(code, name.strip()[:80])
        with self._engine.begin() as line:
            if self._school(line, code) is None:
                line.execute(SCHOOLS.insert().values(code=code, name=card.name, made=self._clock()))
            else:
                line.execute(SCHOOLS.update().where(SCHOOLS.c.code == code).values(name=card.name))
        return card

    def schools(self) -> list[SchoolCard]:
        """Every school, by code."""
        with self._reading.begin() as line:
            rows = line.execute(sa.select(SCHOOLS.c.code, SCHOOLS.c.name).order_by(SCHOOLS.c.code))
            return [SchoolCard(code, name) for code, name in rows]

    def school(self, code: str) -> SchoolCard:
        """One school; UserError when this hub has no such."""
        with self._reading.begin() as line:
            found = self._school(line, code, held=False)
        if found is None:
            raise UserError(f"本数据站没有代码为 {code} 的学校。请先登记学校：kqdesk hub school add。")
        return found

    def _school(self, line: Connection, code: str, *, held: bool = True) -> SchoolCard | None:
        """``held``: nobody else changes this row, or gives numbers to its PCs, before the transaction ends."""
        asked = sa.select(SCHOOLS.c.code, SCHOOLS.c.name).where(SCHOOLS.c.code == code)
        row = line.execute(asked.with_for_update() if held else asked).first()
        return None if row is None else SchoolCard(row.code, row.name)

    # ------------------------------------------------------------------ joining

    def invite(self, code: str) -> bytes:
        """The secret of a new invitation of one PC of ``code``, good for seven days; only its digest is kept."""
        self.school(code)
        secret, now = self._random(SECRET_BYTES), self._clock()
        with self._engine.begin() as line:
            line.execute(INVITATIONS.delete().where(INVITATIONS.c.until < now - INVITED_FOR))
            line.execute(
                INVITATIONS.insert().values(
                    digest=_digest(secret), school=code, made=now, until=now + INVITED_FOR
                )
            )
        return secret

    def enrol(self, secret: bytes, public_key: bytes, name: str) -> StationCard:
        """Let a PC in by its invitation; the same PC asking again gets the same answer. Refused otherwise."""
        now = self._clock()
        with self._engine.begin() as line:
            held = line.execute(
                sa.select(INVITATIONS).where(INVITATIONS.c.digest == _digest(secret)).with_for_update()
            ).first()
            if held is None or held.until < now:
                raise Refused("invitation")
            if held.used_by not in (None, public_key):
                raise Refused("used")
            known = _card(line, STATIONS.c.public_key == public_key)
            if known is not None:
                if known.revoked or known.school != held.school:
                    raise Refused("revoked")
            else:
                known = self._add_station(line, held.school, public_key, name, now)
            line.execute(
                INVITATIONS.update().where(INVITATIONS.c.digest == held.digest).values(used_by=public_key)
            )
        return known

    def _add_station(
        self, line: Connection, school: str, public_key: bytes, name: str, now: datetime
    ) -> StationCard:
        self._school(line, school)  # holds the school's row: two PCs that join at once get two numbers
        last = line.execute(sa.select(sa.func.max(STATIONS.c.number)).where(STATIONS.c.school == school))
        number = (last.scalar() or 0) + 1
        card = StationCard(
            school, f"{school}.{number}", public_key=public_key, name=_station_name(name), enrolled=now
        )
        line.execute(
            STATIONS.insert().values(
                station=card.station, school=school, number=number, name=card.name, public_key=public_key,
                incarnation=0, scope=WHOLE_SCHOOL, version="", enrolled=now, is_locked=False,
            )
        )  # fmt: skip
        return card

    # ------------------------------------------------------------------ stations

    def station(self, station: str) -> StationCard | None:
        """One station; None when it never joined. Asked at every request, so it is one plain statement."""
        with self._reading.begin() as line:
            row = line.exec_driver_sql(self._by_station, (station,)).first()
        if row is None:
            return None
        seen = datetime.fromisoformat(row[6]) if row[6] else None
        return StationCard(
            row[0],
            station,
            row[1],
            row[2],
            bytes(row[3]),
            row[4] is not None,
            bool(row[5]),
            row[7],
            row[8],
            seen,
        )

    def stations(self, school: str) -> list[StationCard]:
        """Every station of a school in the order they joined, revoked ones too."""
        with self._reading.begin() as line:
            return _cards(line, STATIONS.c.school == school)

    def all_stations(self) -> list[StationCard]:
        """Every station of every school."""
        with self._reading.begin() as line:
            return _cards(line, sa.true())

    def lock(self, school: str, station: str, *, locked: bool) -> StationCard:
        """Stop a station for now, or let it go on; its data waits meanwhile."""
        return self._change(school, station, is_locked=locked)

    def revoke(self, school: str, station: str) -> StationCard:
        """Shut a station out for good; its PC may join again with a new invitation and a new key."""
        return self._change(school, station, revoked_at=self._clock())

    def saw(self, card: StationCard, version: str) -> None:
        """A station asked just now with this version of the program; written at most once a minute."""
        now, last = self._clock(), self._noted.get(card.station, card.seen)
        if last is not None and abs(now - last) < SEEN_EVERY and version in ("", card.version):
            return
        self._noted[card.station] = now
        given = {"version": version} if version else {}
        with self._engine.begin() as line:
            line.execute(
                STATIONS.update().where(STATIONS.c.station == card.station).values(seen=now, **given)
            )

    def _own(self, school: str, station: str) -> StationCard:
        with self._reading.begin() as line:
            card = _card(line, STATIONS.c.station == station)
        if card is None or card.school != school:
            raise UserError(f"这所学校没有编号为 {station} 的电脑。")
        return card

    def _change(self, school: str, station: str, **values: object) -> StationCard:
        self._own(school, station)
        with self._engine.begin() as line:
            line.execute(STATIONS.update().where(STATIONS.c.station == station).values(**values))
        return self._own(school, station)


def _card(line: Connection, condition: sa.ColumnElement[bool]) -> StationCard | None:
    return next(iter(_cards(line, condition)), None)


def _cards(line: Connection, condition: sa.ColumnElement[bool]) -> list[StationCard]:
    rows = line.execute(sa.select(STATIONS).where(condition).order_by(STATIONS.c.school, STATIONS.c.number))
    return [
        StationCard(
            row.school, row.station, row.incarnation, row.scope, row.public_key, row.revoked_at is not None,
            row.is_locked, row.name, row.version, row.seen, row.enrolled,
        )
        for row in rows
    ]  # fmt: skip


def _digest(secret: bytes) -> bytes:
    return sha256(b"kqdesk/1/invite\0" + secret).digest()


def _station_name(name: str) -> str:
    return "".join(char for char in name if char.isprintable()).strip()[:_NAME_CHARS] or "电脑"
