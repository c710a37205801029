"""The key file on disk: the file, its mirror ``.1``, and ``.next`` while a rotation is under way.

Writing: new bytes → fsync → rename → fsync folder → read back and try → only then the mirror. So at every moment at
least one whole copy lies on the disk, and a power cut, a bad sector or a half-synced folder is answered by the other.
The mirror is made equal as the last step: an old mirror would let a removed person in.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from kqdesk.kernel.disk import atomic_write, disk_fault
from kqdesk.kernel.errors import UserError
from kqdesk.security.kdf import CEILING
from kqdesk.security.keyslots import FORMAT, VERSION, Header

_LARGEST = 1 << 20
"""Bytes; a key file of a hundred persons is 60 KB."""


class BadKeyFile(UserError):
    """The key file is missing, damaged, weakened, or of another school."""


class Source(StrEnum):
    """Which copy opened."""

    MAIN = "main"
    NEXT = "next"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Copy:
    """One readable copy."""

    source: Source
    raw: bytes
    header: Header


def path_of(path: Path, source: Source) -> Path:
    """Where a copy lies: ``kqdesk.keys``, ``kqdesk.keys.next``, ``kqdesk.keys.1``."""
    suffix = {Source.MAIN: "", Source.NEXT: ".next", Source.PREVIOUS: ".1"}[source]
    return path.with_name(path.name + suffix)


def parse(raw: bytes) -> Header:
    """The header in ``raw``, its shape checked, its MAC not; raises ``BadKeyFile``."""
    try:
        header = msgspec.json.decode(raw, type=Header)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BadKeyFile("密钥文件 kqdesk.keys 已损坏，请从最近的备份里取回这个文件。") from None
    if header.format != FORMAT:
        raise BadKeyFile("这不是柯桥成校系统的密钥文件，请从最近的备份里取回 kqdesk.keys。")
    if header.version > VERSION:
        raise BadKeyFile("密钥文件由更新版本的程序写成，请先把程序升级到最新版。")
    if any(slot.cost is not None and not CEILING.at_least(slot.cost) for slot in header.slots):
        raise BadKeyFile("密钥文件里的参数不合常理，可能被改动过，请从最近的备份里取回 kqdesk.keys。")
    return header


def encode(header: Header) -> bytes:
    """The file's bytes: JSON, indented, so that support can read what is no secret."""
    return msgspec.json.format(msgspec.json.encode(header), indent=1)


def read_copies(path: Path) -> list[Copy]:
    """Every readable copy, the file itself first, equal ones once; ``BadKeyFile`` when there is none."""
    copies: list[Copy] = []
    fault: BadKeyFile | None = None
    for source in (Source.MAIN, Source.NEXT, Source.PREVIOUS):
        try:
            raw = _bytes(path_of(path, source))
            header = parse(raw)
        except FileNotFoundError:
            continue
        except BadKeyFile as error:
            fault = fault or error
            continue
        if all(copy.raw != raw for copy in copies):
            copies.append(Copy(source, raw, header))
    if copies:
        return copies
    raise fault or BadKeyFile(
        f"找不到密钥文件 {path.name}，没有它打不开数据库。请从最近的备份里把它放回 {path.parent}。"
    )


def write(path: Path, header: Header, check: Callable[[Header], None]) -> None:
    """Replace the file, read it back, let ``check`` try it, and only then make the mirror equal.

    When the check fails the former bytes are put back and the failure goes on up.
    """
    raw = encode(header)
    try:
        former = path.read_bytes() if path.exists() else None
        atomic_write(path, raw)
        try:
            check(parse(_bytes(path)))
        except Exception:
            if former is not None:
                atomic_write(path, former)
            raise
        atomic_write(path_of(path, Source.PREVIOUS), raw)
    except OSError as error:
        raise disk_fault(error, path) from error


def stage_next(path: Path, header: Header, check: Callable[[Header], None]) -> None:
    """Write and try ``.next`` without touching the file in use."""
    staged = path_of(path, Source.NEXT)
    try:
        atomic_write(staged, encode(header))
        check(parse(_bytes(staged)))
    except OSError as error:
        raise disk_fault(error, staged) from error


def settle_on(path: Path, proven: Copy) -> None:
    """Make the file and its mirror equal to the copy that opened the database; a damaged file is kept as ``.damaged``.

    A read-only disk is no reason not to open, so faults of the disk are left for the next time.
    """
    with suppress(OSError):
        for source in (Source.MAIN, Source.PREVIOUS):
            target = path_of(path, source)
            if target.exists() and target.read_bytes() == proven.raw:
                continue
            if source is Source.MAIN and target.exists():
                atomic_write(path.with_name(path.name + ".damaged"), target.read_bytes())
            atomic_write(target, proven.raw)
        if proven.source is Source.NEXT:
            path_of(path, Source.NEXT).unlink(missing_ok=True)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        raw = stream.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise BadKeyFile("密钥文件大得不合常理，请从最近的备份里取回 kqdesk.keys。")
    return raw
