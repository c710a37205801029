"""The district's people who sign in on the hub's pages: argon2 passwords, sessions, waiting after wrong ones.

A wrong password is counted before it is tried. Nobody is locked out for good, because anybody who knows a name could
do that to her: after ten wrong ones each further try waits fifteen minutes.
"""

import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import BoundedSemaphore

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Connection, Engine, Integer, LargeBinary, MetaData, String, Table

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.security.datakey import RandomBytes
from kqdesk.security.kdf import PRODUCTION, Cost, Profile, calibrated, password_key
from kqdesk.security.passwords import weakness
from kqdesk.security.roles import Role
from kqdesk.store.base import Instant

OFFICER_ROLES = (Role.DISTRICT, Role.AUDITOR)
IDLE, LONGEST = timedelta(hours=1), timedelta(hours=10)
"""A session ends after an hour without a click, and after a working day in any case."""
_SEEN_EVERY = timedelta(minutes=1)
_WAITS = ((10, timedelta(minutes=15)), (5, timedelta(minutes=1)))
_AT_ONCE = BoundedSemaphore(2)
"""So many passwords are tried at one time: each takes 64 MiB of memory."""
WRONG = "姓名或密码不对，请再试一次。"
WAIT = "密码输错的次数太多，请过 {minutes} 分钟再试。忘了密码请找数据站管理员重设。"

OFFICERS = MetaData()
_OFFICER = Table(
    "hub_officer",
    OFFICERS,
    Column("name", String(40), primary_key=True),
    Column("role", String(24), nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("memory_kib", Integer, nullable=False),
    Column("passes", Integer, nullable=False),
    Column("lanes", Integer, nullable=False),
    Column("made", Instant, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("wrong_at", Instant),
    Column("left_at", Instant),
    Column("sees_names", Boolean, nullable=False, server_default=sa.false()),
)
_SESSION = Table(
    "hub_session",
    OFFICERS,
    Column("digest", LargeBinary, primary_key=True),
    Column("officer", String(40), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("made", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
)
_ACT = Table(
    "hub_act",
    OFFICERS,
    Column("id", String(32), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("officer", String(40), nullable=False),
    Column("school", String(24), nullable=False, index=True),
    Column("words", String(200), nullable=False),
)


@dataclass(frozen=True)
class Act:
    """What an officer did with a school and its PCs."""

    at: datetime
    officer: str
    words: str


@dataclass(frozen=True)
class Officer:
    """Somebody of the district."""

    name: str
    role: Role
    has_left: bool = False
    sees_names: bool = False
    """The right to open the names behind a number; each time is written down."""

    @property
    def may_change(self) -> bool:
        """An auditor only looks."""
        return self.role is Role.DISTRICT


@dataclass(frozen=True)
class Seated:
    """An officer who is signed in; ``csrf`` must come back with every form she sends."""

    officer: Officer
    csrf: str


class Officers:
    """Accounts and sessions of a hub's web pages. Every method is one transaction."""

    def __init__(
        self, engine: Engine, clock: Callable[[], datetime], profile: Profile = PRODUCTION,
        random_bytes: RandomBytes = os.urandom,
    ) -> None:  # fmt: skip
        """``profile``: how dear a guess is."""
        self._engine, self._clock, self._profile, self._random = engine, clock, profile, random_bytes
        self._reading = engine.execution_options(reading=True)

    # ------------------------------------------------------------------ accounts

    def put(
        self, name: str, password: str, role: Role = Role.DISTRICT, *, sees_names: bool = False
    ) -> Officer:
        """A new account, or a new password of one; her sessions end. UserError for a weak password."""
        name = name.strip()
        if not name or len(name) > 40:
            raise UserError("请写上姓名，不超过 40 个字。")
        if role not in OFFICER_ROLES:
            raise UserError("数据站网页的账号只能是区管理员或审计。")
        weak = weakness(password, known=(name,))
        if weak:
            raise UserError(weak)
        cost, salt = calibrated(self._profile), self._random(16)
        values = {
            "role": role.value, "salt": salt, "digest": password_key(password, salt, cost), "wrong": 0, "left_at": None,
            "memory_kib": cost.memory_kib, "passes": cost.passes, "lanes": cost.lanes, "sees_names": sees_names,
        }  # fmt: skip
        with self._engine.begin() as line:
            changed = line.execute(_OFFICER.update().where(_OFFICER.c.name == name).values(**values))
            if not changed.rowcount:
                line.execute(_OFFICER.insert().values(name=name, made=self._clock(), **values))
            line.execute(_SESSION.delete().where(_SESSION.c.officer == name))
        return Officer(name, role, sees_names=sees_names)

    def remove(self, name: str) -> None:
        """She left: no sign-in, no session; the account stays for the record."""
        with self._engine.begin() as line:
            gone = line.execute(
                _OFFICER.update().where(_OFFICER.c.name == name).values(left_at=self._clock())
            )
            if not gone.rowcount:
                raise UserError(f"没有叫「{name}」的账号。")
            line.execute(_SESSION.delete().where(_SESSION.c.officer == name))

    def everybody(self) -> list[Officer]:
        """Every account, by name."""
        with self._reading.begin() as line:
            rows = line.execute(sa.select(_OFFICER).order_by(_OFFICER.c.name))
            return [_officer(row) for row in rows]

    # ------------------------------------------------------------------ signing in

    def sign_in(self, name: str, password: str) -> str:
        """The token of a new session; NotAllowed for a wrong name or password, or while waiting."""
        with self._engine.begin() as line:
            row = self._counted(line, name.strip())
        if row is None:  # as slow as a wrong password, so that names cannot be tried
            self._key(password, bytes(16), self._profile.floor)
            raise NotAllowed(WRONG)
        key = self._key(password, row.salt, Cost(row.memory_kib, row.passes, row.lanes))
        if not hmac.compare_digest(key, row.digest):
            raise NotAllowed(WRONG)
        token, now = self._random(32).hex(), self._clock()
        with self._engine.begin() as line:
            line.execute(_OFFICER.update().where(_OFFICER.c.name == row.name).values(wrong=0))
            line.execute(_SESSION.delete().where(_SESSION.c.made < now - LONGEST))
            line.execute(
                _SESSION.insert().values(
                    digest=_digest(token), officer=row.name, csrf=self._random(32).hex(), made=now, seen=now
                )
            )
        return token

    def _counted(self, line: Connection, name: str) -> "sa.Row[tuple[object, ...]] | None":
        """The account with this try counted as wrong; NotAllowed while she must wait."""
        row = line.execute(sa.select(_OFFICER).where(_OFFICER.c.name == name).with_for_update()).first()
        if row is None or row.left_at is not None:
            return None
        now = self._clock()
        wait = next((wait for wrong, wait in _WAITS if row.wrong >= wrong), timedelta(0))
        if row.wrong_at is not None and (left := row.wrong_at + wait - now) > timedelta(0):
            if left > wait:  # the hub's clock was set back since
                left = wait
            raise NotAllowed(WAIT.format(minutes=-(-left // timedelta(minutes=1))))
        line.execute(
            _OFFICER.update().where(_OFFICER.c.name == name).values(wrong=row.wrong + 1, wrong_at=now)
        )
        return row

    def _key(self, password: str, salt: bytes, cost: Cost) -> bytes:
        with _AT_ONCE:
            return password_key(password[:256], salt, cost)

    # ------------------------------------------------------------------ what they did

    def note(self, officer: Officer, school: str, words: str) -> None:
        """Write down an act, for the record of that school."""
        row = {"id": self._random(16).hex(), "at": self._clock(), "officer": officer.name, "school": school}
        with self._engine.begin() as line:
            line.execute(_ACT.insert().values(words=words[:200], **row))

    def acts(self, school: str, most: int = 20) -> list[Act]:
        """The latest acts on a school, newest first."""
        latest = (
            sa.select(_ACT).where(_ACT.c.school == school).order_by(_ACT.c.at.desc(), _ACT.c.id).limit(most)
        )
        with self._reading.begin() as line:
            return [Act(row.at, row.officer, row.words) for row in line.execute(latest)]

    # ------------------------------------------------------------------ sessions

    def seated(self, token: str) -> Seated | None:
        """Who holds this session; None when it is over."""
        now = self._clock()
        with self._reading.begin() as line:
            row = line.execute(
                sa.select(_OFFICER, _SESSION.c.csrf, _SESSION.c.made.label("began"), _SESSION.c.seen)
                .join(_SESSION, _SESSION.c.officer == _OFFICER.c.name)
                .where(_SESSION.c.digest == _digest(token))
            ).first()
        if row is None or row.left_at is not None or now - row.seen > IDLE or now - row.began > LONGEST:
            return None
        if now - row.seen > _SEEN_EVERY:
            with self._engine.begin() as line:
                line.execute(_SESSION.update().where(_SESSION.c.digest == _digest(token)).values(seen=now))
        return Seated(_officer(row), row.csrf)

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._engine.begin() as line:
            line.execute(_SESSION.delete().where(_SESSION.c.digest == _digest(token)))


def _officer(row: "sa.Row[tuple[object, ...]]") -> Officer:
    return Officer(row.name, Role(row.role), row.left_at is not None, bool(row.sees_names))


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8")).digest()
