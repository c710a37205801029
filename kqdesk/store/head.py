"""Where the journal ended: a MACed file beside the database, so that a file put back is noticed.

A database that lost its WAL, or yesterday's file put back, opens as sound and merely lacks rows: SQLite cannot
know (measured: a WAL cut at any of seven points opens as "ok"). So after every commit the newest entry's number
and hash are written here, in place and without fsync: after a power cut this file may be older than the database,
never newer. Two slots in turn, each in its own sector, so that a torn write spoils one at most.
"""

import hmac
import logging
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from kqdesk.kernel.disk import atomic_write
from kqdesk.kernel.errors import UserError

_MAGIC = b"kqhead1\0"
_SECTOR = 512
_SIGNED = len(_MAGIC) + 8 + 32
_log = logging.getLogger(__name__)

BEHIND = (
    "学校数据比上次保存时旧：上次保存到第 {then} 步操作，现在只有 {now} 步，少了 {lost} 步。"
    "多半是只拷回了 school.db（漏了 school.db-wal），或放回了旧文件。"
    "请把原来的文件放回来，或用「恢复」从备份恢复；确认就用这份较旧的数据，请选「照旧继续」（命令行加 --accept-older）。"
)
FORKED = (
    "学校数据与上次保存的不是同一份：第 {then} 步操作对不上，可能放回了别处的文件，或被人在程序之外改过。"
    "请把原来的文件放回来，或用「恢复」从备份恢复；确认就用这份数据，请选「照旧继续」（命令行加 --accept-older）。"
)
MISSING = (
    "记着「操作记到哪一步」的文件 kqdesk.head 不见了或已损坏，这一次看不出数据有没有被换成旧的。"
    "已经重新记下（第 {now} 步）；如果没有人动过数据文件夹，请核对一下最近的记录是不是都在。"
)


class OtherThanLeft(UserError):
    """The database is not the one that was left: older than its head, or of another history. ``lost``: entries gone."""

    def __init__(self, sentence: str, lost: int) -> None:
        super().__init__(sentence)
        self.lost = lost


class Watch:
    """What stands around every write of a store. This one does nothing: a store of tests, a copy being checked."""

    def before(self) -> None:
        """Asked before a write begins; raises a UserError to stop it."""

    def after(self, entry_id: int, sealed: bytes) -> None:
        """Told after a commit: the newest entry and its hash."""

    def full(self) -> None:
        """Told when the disk was full; the write was rolled back."""


@dataclass(frozen=True)
class Ending:
    """The newest sealed entry: its number and its hash. A journal without entries ends at 0 with no hash."""

    entry_id: int
    sealed: bytes


class Standing(StrEnum):
    """How a database stands to its head file."""

    WHOLE = "whole"  # the same, or newer: killed between commit and head
    MISSING = "missing"
    BEHIND = "behind"
    FORKED = "forked"


class HeadFile:
    """The file ``kqdesk.head`` of one home."""

    def __init__(self, path: Path, key: bytes, home_id: str) -> None:
        """``key`` is the data key's subkey ``mac``; ``home_id`` keeps a file from being carried to another home."""
        self.path, self._key, self._home = path, key, home_id.encode()

    def write(self, ending: Ending) -> None:
        """Write it down in place. A disk that refuses costs nothing but a head that lags behind: only logged."""
        try:
            with self.path.open("r+b", buffering=0) as stream:
                stream.seek(ending.entry_id % 2 * _SECTOR)
                stream.write(self._slot(ending))
        except FileNotFoundError:
            self.reset(ending)
        except OSError as wrong:
            _log.info("head not written: errno %s", wrong.errno)

    def reset(self, ending: Ending) -> None:
        """Begin anew at ``ending``, whatever stood here: new home, restore, a deliberate going on."""
        try:
            atomic_write(self.path, self.image(ending))
            self._staged.unlink(missing_ok=True)
        except OSError as wrong:
            _log.info("head not written: errno %s", wrong.errno)

    def stage(self, ending: Ending) -> None:
        """Lay down beside it what will count once this head's key does; OSError as the disk gives it."""
        atomic_write(self._staged, self.image(ending))

    def unstage(self) -> None:
        """Forget what was laid down for a key that never came to count."""
        self._staged.unlink(missing_ok=True)

    @property
    def is_there(self) -> bool:
        """Whether the file itself is this key's; False: only what was staged is, so it is to be written anew."""
        return not self._staged.exists()

    @property
    def _staged(self) -> Path:
        return self.path.with_name(self.path.name + ".next")

    def image(self, ending: Ending) -> bytes:
        """The whole file with ``ending`` in it."""
        empty = bytes(_SECTOR)
        slots = [empty, empty]
        slots[ending.entry_id % 2] = self._slot(ending).ljust(_SECTOR, b"\0")
        return b"".join(slots)

    def read(self) -> Ending | None:
        """The newest ending that is genuine; None when there is none."""
        found: list[Ending | None] = []
        for path in (self.path, self._staged):
            with suppress(OSError):
                raw = path.read_bytes()
                found += [self._parse(raw[start : start + _SECTOR]) for start in (0, _SECTOR)]
        return max((one for one in found if one), key=lambda one: one.entry_id, default=None)

    def _slot(self, ending: Ending) -> bytes:
        signed = _MAGIC + ending.entry_id.to_bytes(8, "big") + ending.sealed.ljust(32, b"\0")
        return signed + self._mac(signed)

    def _mac(self, signed: bytes) -> bytes:
        return hmac.digest(self._key, self._home + b"|" + signed, sha256)

    def _parse(self, slot: bytes) -> Ending | None:
        signed, mac = slot[:_SIGNED], slot[_SIGNED : _SIGNED + 32]
        if not signed.startswith(_MAGIC) or not hmac.compare_digest(self._mac(signed), mac):
            return None
        number = int.from_bytes(signed[8:16], "big")
        return Ending(number, signed[16:48] if number else b"")


@dataclass(frozen=True)
class Comparison:
    """What a look at head and database gave. ``sentence`` is empty when all is well."""

    standing: Standing
    ending: Ending  # of the database
    lost: int = 0
    sentence: str = ""


def ending_of(raw: Any) -> Ending:
    """Where the journal of an open database (a DB-API connection) ends."""
    row = raw.execute(
        "SELECT id,hash FROM journal_entry WHERE hash IS NOT NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return Ending(int(row[0]), bytes(row[1])) if row else Ending(0, b"")


def compare(raw: Any, left: Ending | None) -> Comparison:
    """Is the database behind ``raw`` the one that was left at ``left``, or a later one?"""
    ending = ending_of(raw)
    if left is None:
        return Comparison(Standing.MISSING, ending, 0, MISSING.format(now=ending.entry_id))
    lost = max(0, left.entry_id - ending.entry_id)
    if lost:
        words = {"then": left.entry_id, "now": ending.entry_id, "lost": lost}
        return Comparison(Standing.BEHIND, ending, lost, BEHIND.format(**words))
    row = raw.execute("SELECT hash FROM journal_entry WHERE id=?", (left.entry_id,)).fetchone()
    if left.entry_id and (row is None or bytes(row[0] or b"") != left.sealed):
        return Comparison(Standing.FORKED, ending, 0, FORKED.format(then=left.entry_id))
    return Comparison(Standing.WHOLE, ending)


def expect_left(raw: Any, head: HeadFile, *, accept_older: bool = False) -> Comparison:
    """Raise ``OtherThanLeft`` unless the database is what was left or newer; else how it stands.

    accept_older: somebody decided to go on with what is there; the head begins anew, and the caller journals it.
    """
    found = compare(raw, head.read())
    is_other = found.standing in (Standing.BEHIND, Standing.FORKED)
    if is_other and not accept_older:
        raise OtherThanLeft(found.sentence, found.lost)
    if found.standing is Standing.WHOLE and head.is_there:
        head.write(found.ending)
    else:
        head.reset(found.ending)
    return found
