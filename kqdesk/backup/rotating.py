"""A new data key for a whole home: exported under it, proved, swapped in; one whole home after a kill at any step.

Everything is laid down beside what is in use first: the key file and the sealed secrets as ``NAME.next``, the head as
``kqdesk.head.next``, the database as ``school.db.rotating``. The one rename that puts the database in place decides:
before it the old key opens everything, after it the new one does, and ``settle`` at the next opening clears up.
Photos and scans are not touched: their keys lie in the vault, which gets one more in front (``security/file_keys``).
"""

from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from kqdesk.backup.container import sync_folder
from kqdesk.backup.making import SOURCE_BAD, fault_of, take_copy
from kqdesk.kernel.disk import LOW_SPACE, disk_fault, refuse_low_space
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.kernel.places import HomeLayout
from kqdesk.security import keychange
from kqdesk.security.datakey import DataKey
from kqdesk.security.file_keys import FILES, FileKeys
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.security.keychange import Rotated
from kqdesk.security.vault import Vault
from kqdesk.store import engine
from kqdesk.store.head import HeadFile, ending_of

BUSY = "还有别的程序在用学校的数据文件（可能是杀毒或备份软件），密钥没有更换，数据没有变。请关掉它再试。"
Journal = Callable[[Path, Rotated], None]
"""Writes the act into the copy, as the person who does it; NotAllowed when she may not."""


def rotate(
    layout: HomeLayout,
    key: DataKey,
    *,
    home_id: str,
    present: Mapping[str, str],
    now: datetime,
    journal: Journal,
    profile: Profile = PRODUCTION,
    low: int = LOW_SPACE,
) -> Rotated:
    """Encrypt the home anew; the lock must be held and the store at rest. UserError and nothing changed when it fails.

    present: passwords of those who are there, by id. The recovery code it returns is to be printed: the old one opens
    only backups that were made before.
    """
    refuse_low_space(layout.home, need=low + 2 * layout.database.stat().st_size)
    _abandon(layout, key, home_id)
    try:
        rotated = keychange.rotate(layout.keys, key=key, present=present, now=now, profile=profile)
        _stage(layout, key, home_id, rotated, journal)
        _swap(layout, key)
    except BaseException as wrong:
        with suppress(OSError, UserError):
            _abandon(layout, key, home_id)
        if isinstance(wrong, OSError):
            raise disk_fault(wrong, layout.home) from wrong
        raise
    settle(layout, rotated.key, home_id)
    return rotated


def settle(layout: HomeLayout, key: DataKey, home_id: str) -> None:
    """Clear up after a rotation or one that was broken off: ``key`` opens the database, so what is under it counts."""
    try:
        keychange.settle_rotation(layout.keys, key=key)
        Vault(layout.vault, key, home_id).settle()
        head = HeadFile(layout.head, key.subkey("mac"), home_id)
        if not head.is_there:
            _head_anew(head)
        _forget(_copy(layout))
    except OSError as wrong:
        raise disk_fault(wrong, layout.home) from wrong


def _head_anew(head: HeadFile) -> None:
    """What was staged counts when it is this key's; else the head that is there stays as it is."""
    left = head.read()
    if left is not None:
        head.reset(left)
    else:
        head.unstage()


def _stage(layout: HomeLayout, key: DataKey, home_id: str, rotated: Rotated, journal: Journal) -> None:
    copy = _copy(layout)
    facts = take_copy(layout.database, copy, key, rotated.key)
    fault = fault_of(copy, rotated.key, facts)
    if fault:
        raise UserError(SOURCE_BAD.format(why=fault))
    journal(copy, rotated)
    with closing(engine.connect(copy, rotated.key.raw_pragma())) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ending = ending_of(raw)
    vault = Vault(layout.vault, key, home_id)
    held = vault.read(FILES)
    renewed = FileKeys.decode(held).renewed() if held else FileKeys.fresh()
    vault.stage(rotated.key, {FILES: renewed.encode()})
    HeadFile(layout.head, rotated.key.subkey("mac"), home_id).stage(ending)


def _swap(layout: HomeLayout, key: DataKey) -> None:
    """A WAL of the old file beside the new one would be played into it: it must be gone, and stay gone, first."""
    with closing(engine.connect(layout.database, key.raw_pragma())) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in (layout.database, _copy(layout)):
        wal = path.with_name(path.name + "-wal")
        if wal.exists() and wal.stat().st_size:
            raise Unreachable(BUSY)
        wal.unlink(missing_ok=True)
        path.with_name(path.name + "-shm").unlink(missing_ok=True)
    sync_folder(layout.home)
    _copy(layout).replace(layout.database)
    with suppress(OSError):  # the name is changed: from here on there is no way back, only forward
        sync_folder(layout.home)


def _abandon(layout: HomeLayout, key: DataKey, home_id: str) -> None:
    """Nothing of a rotation that did not come to its end stays."""
    keychange.abandon_rotation(layout.keys)
    settle(layout, key, home_id)


def _copy(layout: HomeLayout) -> Path:
    return layout.database.with_name(layout.database.name + ".rotating")


def _forget(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
