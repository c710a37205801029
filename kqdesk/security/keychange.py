"""What changes a key file: people come and go, passwords change, the recovery code is renewed, the data key rotates.

Every change is add → write → read back → try → only then drop the old, so killed at any step some slot opens.
``key`` is the data key of the signed-in person; a file that was not written under it is never touched.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from kqdesk.kernel.errors import UserError
from kqdesk.security.datakey import DataKey
from kqdesk.security.kdf import PRODUCTION, Cost, Profile, calibrated
from kqdesk.security.keycopies import Source, encode, path_of, read_copies, stage_next, write
from kqdesk.security.keyfile import (
    BadPassword,
    Fits,
    Opened,
    drop,
    expect_genuine,
    expect_same,
    open_with_password,
    proven,
    try_out,
)
from kqdesk.security.keyslots import (
    Header,
    Kind,
    Slot,
    WrongSecret,
    is_genuine,
    open_person,
    open_recovery,
    seal_escrow,
    seal_person,
    seal_recovery,
    with_slots,
)
from kqdesk.security.recovery import fresh_code, print_code
from kqdesk.security.signing import Signer


@dataclass(frozen=True, slots=True)
class Rotated:
    """A new data key, staged in ``.next``; what must be printed, and who has to be invited again."""

    key: DataKey
    recovery_code: str
    dropped: tuple[str, ...]


def add_person(
    path: Path,
    *,
    key: DataKey,
    who: str,
    name: str,
    password: str,
    now: datetime,
    must_change: bool = False,
    profile: Profile = PRODUCTION,
) -> Signer:
    """Let one more person in; returns that person's new signing key (record ``.public``, then forget it).

    For somebody who has a slot already (forgotten password, leaver come back) it takes the place of the old one;
    the old signing key is gone with the old password, so the new public key must be recorded.
    """
    header = proven(path, key)
    mine = [slot for slot in header.people() if slot.who == who]
    if any(slot.name == name and slot.who != who for slot in header.people()):
        raise UserError(f"已经有人用“{name}”登录，请换一个登录名，例如“{name}（教务）”。")
    signer = Signer.fresh()
    slot = seal_person(
        key,
        signer,
        password,
        home=header.home,
        who=who,
        name=name,
        cost=calibrated(profile),
        now=now,
        must_change=must_change,
        replaces=mine[-1].id if mine else "",
    )
    _exchange(path, key, slot, {old.id for old in mine}, lambda again: try_out(again, key, slot, password))
    return signer


def change_password(
    path: Path,
    *,
    who: str,
    old: str,
    new: str,
    now: datetime,
    fits: Fits | None = None,
    profile: Profile = PRODUCTION,
) -> Opened:
    """Rewrite one's own slot; data key and signing key stay. Raises ``BadPassword`` when ``old`` is wrong."""
    opened = open_with_password(path, who=who, password=old, fits=fits, profile=profile)
    header = proven(path, opened.key)
    if opened.signer is None:
        raise AssertionError("a person's slot holds a signing key")
    slot = seal_person(
        opened.key,
        opened.signer,
        new,
        home=header.home,
        who=opened.slot.who,
        name=opened.slot.name,
        cost=calibrated(profile),
        now=now,
        replaces=opened.slot.id,
    )
    stale = {other.id for other in header.people() if other.who == slot.who}
    _exchange(path, opened.key, slot, stale, lambda again: try_out(again, opened.key, slot, new))
    return Opened(opened.key, slot, opened.signer, Source.MAIN)


def renew_recovery(path: Path, *, key: DataKey, now: datetime) -> str:
    """A new recovery code to print; the old paper opens nothing any more."""
    header = proven(path, key)
    code = fresh_code()
    slot = seal_recovery(key, code, home=header.home, now=now)
    stale = {other.id for other in header.slots if other.kind is Kind.RECOVERY}
    _exchange(path, key, slot, stale, lambda again: expect_same(open_recovery(again.home, slot, code), key))
    return print_code(code)


def add_escrow(path: Path, *, key: DataKey, public: bytes, name: str, now: datetime) -> None:
    """Let the district in, by its X25519 public key (32 bytes); the same key twice changes nothing."""
    header = proven(path, key)
    if any(slot.kind is Kind.ESCROW and slot.public == public for slot in header.slots):
        return
    slot = seal_escrow(key, public, home=header.home, name=name, now=now)
    _exchange(path, key, slot, set(), lambda again: expect_genuine(again, key))


def remove_person(path: Path, *, key: DataKey, who: str) -> None:
    """Take away a leaver's way in; refused for the last one. A distrusted leaver also calls for ``rotate``."""
    header = proven(path, key)
    kept = tuple(slot for slot in header.slots if slot.kind is not Kind.PERSON or slot.who != who)
    if not any(slot.kind is Kind.PERSON for slot in kept):
        raise UserError("这是最后一位能登录的人，不能移除。请先添加接手的人。")
    if kept != header.slots:
        write(path, with_slots(header, kept, key), lambda again: expect_genuine(again, key))


def for_backup(path: Path, *, key: DataKey) -> bytes:
    """The key file as it goes into a backup: recovery and escrow slots only, no password can open it."""
    header = proven(path, key)
    kept = tuple(slot for slot in header.slots if slot.kind is not Kind.PERSON)
    return encode(with_slots(header, kept, key))


# --- rotation -----------------------------------------------------------------------------------------------------


def rotate(
    path: Path, *, key: DataKey, present: Mapping[str, str], now: datetime, profile: Profile = PRODUCTION
) -> Rotated:
    """Stage a new data key in ``.next``; the file in use is untouched until ``finish_rotation``.

    ``present`` maps the id of everybody who is there to type the password. Nobody else's slot can be rewrapped: they
    are dropped and invited again (``add_person`` with ``must_change``), with a new signing key. Order for the caller:
    ``rotate`` → export the database under the new key and check it → swap the database → ``finish_rotation``.
    Killed before the swap the old key still fits, after it ``.next`` does, and opening finds out by ``fits``.
    """
    header = proven(path, key)
    fresh, code = DataKey.fresh(), fresh_code()
    paper = seal_recovery(fresh, code, home=header.home, now=now)
    slots = (paper, *_resealed(header, fresh, present, now, calibrated(profile)))
    check = partial(_opens_by_paper, code=code, key=fresh)
    stage_next(path, with_slots(header, slots, fresh), check)
    kept = {slot.who for slot in slots}
    dropped = tuple(dict.fromkeys(slot.name for slot in header.people() if slot.who not in kept))
    return Rotated(fresh, print_code(code), dropped)


def finish_rotation(path: Path, *, key: DataKey) -> None:
    """The database is under the new ``key`` now: make ``.next`` the file. Repeating is harmless."""
    for copy in read_copies(path):
        if copy.source is Source.NEXT and is_genuine(copy.header, key):
            write(path, copy.header, lambda again: expect_genuine(again, key))
    path_of(path, Source.NEXT).unlink(missing_ok=True)


def settle_rotation(path: Path, *, key: DataKey) -> None:
    """At every opening: ``key`` opens the database, so a staged file is finished if it is this key's, else forgotten."""
    if path_of(path, Source.NEXT).exists():
        finish_rotation(path, key=key)


def abandon_rotation(path: Path) -> None:
    """The database was not swapped: forget the new key."""
    path_of(path, Source.NEXT).unlink(missing_ok=True)


def _exchange(path: Path, key: DataKey, slot: Slot, stale: set[str], check: Callable[[Header], None]) -> None:
    """Add, write, try; then drop the old ones in a second writing."""
    header = proven(path, key)
    write(path, with_slots(header, (*header.slots, slot), key), check)
    if stale:
        drop(path, key, stale)


def _resealed(
    header: Header, key: DataKey, present: Mapping[str, str], now: datetime, cost: Cost
) -> list[Slot]:
    """The slots of those present and of the district, under the new key."""
    slots = []
    for slot in header.slots:
        if slot.kind is Kind.ESCROW:
            slots.append(seal_escrow(key, slot.public, home=header.home, name=slot.name, now=now))
        elif slot.kind is Kind.PERSON and slot.who in present:
            password = present[slot.who]
            signer = _signer_of(header, slot, password)
            slots.append(
                seal_person(
                    key, signer, password, home=header.home, who=slot.who, name=slot.name, cost=cost, now=now
                )
            )
    if not any(slot.kind is Kind.PERSON for slot in slots):
        raise UserError("更换数据密钥时至少要有一位登录的人在场输入密码。")
    return slots


def _opens_by_paper(again: Header, *, code: bytes, key: DataKey) -> None:
    expect_genuine(again, key)
    paper = next(slot for slot in again.slots if slot.kind is Kind.RECOVERY and slot.sealed)
    expect_same(open_recovery(again.home, paper, code), key)


def _signer_of(header: Header, slot: Slot, password: str) -> Signer:
    try:
        return open_person(header.home, slot, password)[1]
    except WrongSecret:
        raise BadPassword(f"{slot.name}的密码不对，请本人再输一次。") from None
