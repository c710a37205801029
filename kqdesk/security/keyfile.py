"""The key file beside the database: make it, look at it, open it by password, recovery code or escrow key.

What a slot is stands in ``keyslots``, how the file is written in ``keycopies``, what changes it in ``keychange``.

``fits`` is asked whether a key opens the database. It settles which copy is the true one after a kill in the middle
of a rotation, and only a copy so proven is ever written over another.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from kqdesk.kernel.errors import NotAllowed, Unreachable, UserError
from kqdesk.security.datakey import DataKey, RandomBytes
from kqdesk.security.kdf import PRODUCTION, Profile, calibrated, password_key
from kqdesk.security.keycopies import (
    BadKeyFile,
    Copy,
    Source,
    path_of,
    read_copies,
    settle_on,
    write,
)
from kqdesk.security.keyslots import (
    FORMAT,
    VERSION,
    Header,
    Kind,
    Slot,
    WrongSecret,
    is_genuine,
    open_escrow,
    open_person,
    open_recovery,
    seal_person,
    seal_recovery,
    with_slots,
)
from kqdesk.security.recovery import fresh_code, print_code, read_code
from kqdesk.security.signing import Signer

Fits = Callable[[DataKey], bool]
_Unwrapped = tuple[DataKey, Signer | None]


class BadPassword(NotAllowed):
    """The password, recovery code or escrow key opens nothing; counts for the lock-out."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a right secret gives."""

    key: DataKey
    slot: Slot
    signer: Signer | None
    """The person's own signing key; None by recovery code or escrow."""
    source: Source
    """Anything but ``MAIN``: the file itself was damaged or behind, tell the person once."""


# --- making and looking -------------------------------------------------------------------------------------------


def create(
    path: Path,
    *,
    home_id: str,
    who: str,
    name: str,
    password: str,
    now: datetime,
    profile: Profile = PRODUCTION,
    random_bytes: RandomBytes = os.urandom,
) -> tuple[Opened, str]:
    """A new key file with its first person; also the recovery code as it is to be printed, kept nowhere else."""
    if any(path_of(path, source).exists() for source in Source):
        raise UserError(f"{path.parent} 里已经有一所学校的密钥文件，不能再新建。请换一个空文件夹。")
    key, signer, code = DataKey.fresh(random_bytes), Signer.fresh(random_bytes), fresh_code(random_bytes)
    slot = seal_person(
        key,
        signer,
        password,
        home=home_id,
        who=who,
        name=name,
        cost=calibrated(profile),
        now=now,
        random_bytes=random_bytes,
    )
    paper = seal_recovery(key, code, home=home_id, now=now, random_bytes=random_bytes)
    header = with_slots(Header(FORMAT, VERSION, home_id, 0, ()), (slot, paper), key)
    write(path, header, lambda again: try_out(again, key, slot, password))
    return Opened(key, slot, signer, Source.MAIN), print_code(code)


def look(path: Path) -> Header:
    """What can be read without a secret: the home, who may sign in, since when; unproven until somebody opens it."""
    return read_copies(path)[0].header


# --- opening ------------------------------------------------------------------------------------------------------


def open_with_password(
    path: Path, *, who: str, password: str, fits: Fits | None = None, profile: Profile = PRODUCTION
) -> Opened:
    """Open as a person, named by id or by sign-in name; raises ``BadPassword`` or ``BadKeyFile``."""

    def unwrap(header: Header, slot: Slot) -> _Unwrapped:
        return open_person(header.home, slot, password)

    def pick(header: Header) -> list[Slot]:
        mine = [slot for slot in header.people() if who in (slot.who, slot.name)]
        if not mine:  # an unknown name takes as long as a known one
            for slot in header.people()[:1]:
                password_key(password, slot.salt, slot.cost or profile.floor)
        return mine

    wrong = "密码不对，请再输一次（注意大小写和输入法）。忘了密码可以用恢复码登录。"
    opened = _open(path, pick, unwrap, fits, profile, wrong)
    if fits is not None and opened.slot.replaces:
        _drop_replaced(path, opened)
    return opened


def open_with_recovery(path: Path, *, code: str, fits: Fits | None = None) -> Opened:
    """Open with the printed code; raises ``BadRecoveryCode`` when mistyped, ``BadPassword`` when it is another's."""
    secret = read_code(code)

    def unwrap(header: Header, slot: Slot) -> _Unwrapped:
        return open_recovery(header.home, slot, secret), None

    wrong = "恢复码没有输错，但打不开这所学校的数据。请看恢复码纸上的学校和日期，是否用了旧的恢复码纸。"
    return _open(path, _of_kind(Kind.RECOVERY), unwrap, fits, PRODUCTION, wrong)


def open_with_escrow(path: Path, *, private: bytes, fits: Fits | None = None) -> Opened:
    """Open with the district's X25519 private key (32 bytes)."""

    def unwrap(header: Header, slot: Slot) -> _Unwrapped:
        return open_escrow(header.home, slot, private), None

    return _open(
        path, _of_kind(Kind.ESCROW), unwrap, fits, PRODUCTION, "这把区级托管钥匙打不开这所学校的数据。"
    )


# --- for ``keychange`` -----------------------------------------------------------------------------------------------


def proven(path: Path, key: DataKey) -> Header:
    """The newest copy written under ``key``; the main file when it is whole."""
    for copy in read_copies(path):
        if is_genuine(copy.header, key):
            return copy.header
    raise BadKeyFile("密钥文件被改动过或已损坏，没有写入任何改动。请从最近的备份里取回 kqdesk.keys。")


def try_out(again: Header, key: DataKey, slot: Slot, password: str) -> None:
    """What was read back opens with the password it was made for."""
    expect_genuine(again, key)
    expect_same(
        open_person(again.home, next(each for each in again.slots if each.id == slot.id), password)[0], key
    )


def expect_genuine(again: Header, key: DataKey) -> None:
    """What was read back is what was written."""
    if not is_genuine(again, key):
        raise BadKeyFile("密钥文件写入后读回来不一致，已恢复原样。磁盘可能有问题，请先备份再换一块盘。")


def expect_same(found: DataKey, key: DataKey) -> None:
    """What was read back gives the right key."""
    if found != key:
        raise BadKeyFile("密钥文件写入后读回来不一致，已恢复原样。磁盘可能有问题，请先备份再换一块盘。")


def drop(path: Path, key: DataKey, stale: set[str]) -> None:
    """Rewrite the file without the slots of these ids."""
    header = proven(path, key)
    kept = tuple(slot for slot in header.slots if slot.id not in stale)
    write(path, with_slots(header, kept, key), lambda again: expect_genuine(again, key))


# --- inside -------------------------------------------------------------------------------------------------------

_Fault = Literal["", "wrong", "weak", "changed", "unfit"]
_FAULTS: tuple[_Fault, ...] = ("", "wrong", "weak", "changed", "unfit")
"""From least to most telling; the most telling one met is what the person reads."""


def _open(
    path: Path,
    pick: Callable[[Header], list[Slot]],
    unwrap: Callable[[Header, Slot], _Unwrapped],
    fits: Fits | None,
    profile: Profile,
    wrong: str,
) -> Opened:
    copies = read_copies(path)
    worst: _Fault = "wrong"
    for copy in copies:
        for slot in reversed(pick(copy.header)):
            fault, unwrapped = _try_slot(copy, slot, unwrap, profile)
            if not fault and unwrapped is not None:
                fault = _ruled_out(copies, copy, unwrapped[0], fits)
            if not fault and unwrapped is not None:
                if fits is not None:
                    settle_on(path, copy)
                return Opened(unwrapped[0], slot, unwrapped[1], copy.source)
            worst = max(worst, fault, key=_FAULTS.index)
    raise _refusal(worst, wrong)


def _try_slot(
    copy: Copy, slot: Slot, unwrap: Callable[[Header, Slot], _Unwrapped], profile: Profile
) -> tuple[_Fault, _Unwrapped | None]:
    """The floor is looked at before the secret is used: a lowered cost must not even be computed."""
    if slot.kind is Kind.PERSON and (slot.cost is None or not slot.cost.at_least(profile.floor)):
        return "weak", None
    try:
        unwrapped = unwrap(copy.header, slot)
    except WrongSecret:
        return "wrong", None
    return ("" if is_genuine(copy.header, unwrapped[0]) else "changed"), unwrapped


def _ruled_out(copies: list[Copy], copy: Copy, key: DataKey, fits: Fits | None) -> _Fault:
    """A mirror that lags behind a whole main file must not let a removed person in; a key must fit the database."""
    main_rules = copy.source is Source.PREVIOUS and any(
        other.source is Source.MAIN and is_genuine(other.header, key) for other in copies
    )
    if main_rules:
        return "wrong"
    return "" if fits is None or fits(key) else "unfit"


def _refusal(fault: _Fault, wrong: str) -> UserError:
    if fault == "unfit":
        return BadKeyFile(
            "密码是对的，但密钥文件与数据库不配套（放错了学校的文件，或数据密钥已经更换）。"
            "请从同一次备份里恢复这两个文件，或请管理员重新邀请您。"
        )
    if fault in ("weak", "changed"):
        return BadKeyFile("密钥文件被改动过，为安全起见不予打开。请从最近的备份里取回 kqdesk.keys。")
    return BadPassword(wrong)


def _of_kind(kind: Kind) -> Callable[[Header], list[Slot]]:
    return lambda header: [slot for slot in header.slots if slot.kind is kind]


def _drop_replaced(path: Path, opened: Opened) -> None:
    """A change killed half-way left the old slot beside the new one, which has just proved itself."""
    stale = opened.slot.replaces
    if any(slot.id == stale for slot in proven(path, opened.key).slots):
        with suppress(Unreachable):  # a read-only disk is no reason not to open
            drop(path, opened.key, {stale})
