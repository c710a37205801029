"""The way in to a restore: who may, under the home's lock, with the database closed and perhaps damaged."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kqdesk.backup import restoring
from kqdesk.kernel.disk import LOW_SPACE, refuse_unsuitable
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.homelock import HomeLock
from kqdesk.kernel.places import HomeLayout, home_layout
from kqdesk.kernel.resources import migrations_folder
from kqdesk.security import keyfile
from kqdesk.security.datakey import DataKey
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.security.lockout import Lockout
from kqdesk.store import migrations

TITLE = "kqdesk 恢复备份"
NOTHING_HERE = "这里还没有学校数据，没有可以比较的。请直接恢复。"


@dataclass(frozen=True)
class Way:
    """How somebody proves that they may restore: a password of this home, or the printed recovery code."""

    who: str = ""
    password: str = ""
    code: str = ""


def preview_restore(
    home: Path, backup: Path, way: Way, *, clock: Callable[[], datetime], profile: Profile = PRODUCTION
) -> restoring.Preview:
    """What restoring ``backup`` would change in this home; changes nothing. The home must not be open."""
    layout = home_layout(home)
    if not layout.keys.exists():
        raise UserError(NOTHING_HERE)
    with HomeLock(layout.lock, title=TITLE, now=clock()):
        key = _key(layout, way, profile)
        return restoring.preview(layout, backup, key, known=migrations.latest(migrations_folder()))


def restore(
    home: Path,
    backup: Path,
    way: Way,
    *,
    clock: Callable[[], datetime],
    profile: Profile = PRODUCTION,
    low: int = LOW_SPACE,
) -> restoring.Restored:
    """Put ``backup`` in place of this home, or into an empty folder by the code. The home must not be open."""
    layout = home_layout(home)
    refuse_unsuitable(home)
    layout.prepare()
    with HomeLock(layout.lock, title=TITLE, now=clock()):
        restoring.finish(layout)  # one that a kill broke off comes first
        key = _key(layout, way, profile) if way.password else None
        known = migrations.latest(migrations_folder())
        return restoring.restore(
            layout, backup, key=key, code=way.code, now=clock(), known=known, low=low, by=way.who
        )


def _key(layout: HomeLayout, way: Way, profile: Profile) -> DataKey:
    """By the key file alone: the database may be the very thing that is damaged."""
    if not way.password:
        return keyfile.open_with_recovery(layout.keys, code=way.code).key
    tries = Lockout(layout.tries)
    tries.begin(way.who)
    opened = keyfile.open_with_password(layout.keys, who=way.who, password=way.password, profile=profile)
    tries.succeed(way.who)
    return opened.key
