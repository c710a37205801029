"""One backup, one file: a stored zip whose parts are encrypted already, made for carrying on a USB stick.

school.db      the database, under the same raw key        vault/…        sealed secrets
kqdesk.keys    recovery and escrow slots only              attachments/…  photos and scans, encrypted
manifest.json  what it is, readable without a key; MACed   comment        SHA-256 over every byte before it

The hash finds a bad stick, the MAC (keyed from the data key) finds a bad person. Nothing of a file is used before
the hash over all of it was right, so a damaged zip never reaches a parser.
"""

import hashlib
import hmac
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from kqdesk.kernel.disk import disk_fault
from kqdesk.kernel.errors import UserError
from kqdesk.security.datakey import DataKey

ENDING = ".kqbackup"
FORMAT, VERSION = "kqdesk.backup", 1
DATABASE, KEYS, MANIFEST = "school.db", "kqdesk.keys", "manifest.json"
_LEAD = b"kqbackup1 "
_CHUNK = 1 << 20
_MEMBER = re.compile(
    r"school\.db|kqdesk\.keys|manifest\.json|(?:vault|attachments)/(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/?)+"
)
_UNREADABLE = (zipfile.BadZipFile, ValueError, KeyError, NotImplementedError, EOFError, RuntimeError)
"""What zipfile and msgspec (its errors are ValueErrors) raise for bytes that are no backup."""
_MANIFEST_MOST = 1 << 22  # bytes; a real one has 5 KB


class BadBackup(UserError):
    """This backup cannot be used; ``why`` says what is wrong with it, the sentence also what to do."""

    def __init__(self, name: str, why: str, instead: str = "") -> None:
        super().__init__(f"备份「{name}」不能用：{why}。{instead or '请换一份备份，没有改动任何数据。'}")
        self.name, self.why = name, why


class Part(msgspec.Struct, frozen=True):
    """One part: its length in bytes and SHA-256 (hex)."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself."""

    format: str
    version: int
    school: str  # code
    home_id: str
    station: str
    program: str
    data_version: int  # number of the newest migration in it
    reason: str
    at: str  # ISO 8601 with zone
    counts: dict[str, int]  # rows by table
    entries: int  # the newest journal entry
    head: str  # its hash, hex
    parts: dict[str, Part]
    mac: str = ""

    @property
    def made_at(self) -> datetime:
        """When it was made, aware."""
        return datetime.fromisoformat(self.at)

    def signed(self, key: DataKey) -> "Manifest":
        """The same with its MAC."""
        return msgspec.structs.replace(self, mac=self._mac(key))

    def is_genuine(self, key: DataKey) -> bool:
        """Whether it was written under ``key`` and not changed since."""
        return hmac.compare_digest(self.mac, self._mac(key))

    def _mac(self, key: DataKey) -> str:
        bare = msgspec.json.encode(msgspec.structs.replace(self, mac=""), order="sorted")
        return hmac.digest(key.subkey("mac"), b"backup|" + bare, "sha256").hex()


@dataclass(frozen=True)
class Container:
    """A readable backup file."""

    path: Path
    manifest: Manifest


# --- writing --------------------------------------------------------------------------------------------------------


def write(target: Path, draft: Manifest, parts: Mapping[str, Path | bytes], key: DataKey) -> Manifest:
    """Write ``target`` whole or not at all; returns the manifest as written. OSError as the disk gives it."""
    fresh = target.with_name("." + target.name + ".new")
    try:
        with fresh.open("w+b") as stream:
            manifest = _write_zip(stream, draft, parts, key)
            stream.seek(0, os.SEEK_END)
            body = stream.tell() - 64
            stream.seek(0)
            digest = _hash(stream, body)
            stream.seek(body)
            stream.write(digest.encode())
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(target)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
    return manifest


def _write_zip(
    stream: IO[bytes], draft: Manifest, parts: Mapping[str, Path | bytes], key: DataKey
) -> Manifest:
    found: dict[str, Part] = {}
    stamp = draft.made_at.timetuple()[:6]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as packed:
        for name, source in parts.items():
            with packed.open(zipfile.ZipInfo(name, stamp), "w", force_zip64=True) as out:
                found[name] = _pour(source, out)
        manifest = msgspec.structs.replace(draft, parts=found).signed(key)
        text = msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1)
        packed.writestr(zipfile.ZipInfo(MANIFEST, stamp), text)
        packed.comment = _LEAD + b"0" * 64
    return manifest


def _pour(source: Path | bytes, out: IO[bytes]) -> Part:
    hashed, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        out.write(chunk)
        hashed.update(chunk)
        size += len(chunk)
    return Part(size, hashed.hexdigest())


def _chunks(source: Path | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


@contextmanager
def whole_copy(source: Path, target: Path) -> Iterator[Path]:
    """Copy a file beside ``target``; it gets that name when the block, which looks at the copy, ends well."""
    fresh = target.with_name("." + target.name + ".new")
    try:
        with fresh.open("wb") as out:
            for chunk in _chunks(source):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        yield fresh
        fresh.replace(target)
    except BaseException:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


# --- reading --------------------------------------------------------------------------------------------------------


def glance(path: Path) -> Container:
    """The manifest without reading the parts: for the list. BadBackup when even that does not hold together."""
    try:
        with path.open("rb") as stream:
            _expect_lead(path, stream)
            return Container(path, _manifest(path, stream))
    except OSError as wrong:
        raise disk_fault(wrong, path) from wrong


def open_whole(path: Path) -> Container:
    """Every byte hashed and right, then the manifest; BadBackup with the reason else."""
    try:
        with path.open("rb") as stream:
            body = _expect_lead(path, stream)
            stream.seek(0)
            told = _hash(stream, body)
            if not hmac.compare_digest(told.encode(), stream.read(64)):
                raise BadBackup(path.name, "文件内容已损坏（校验不符）")
            return Container(path, _manifest(path, stream))
    except OSError as wrong:
        raise disk_fault(wrong, path) from wrong


def unpack(container: Container, folder: Path, wanted: Mapping[str, Path]) -> None:
    """Copy parts into ``folder``: part name → path in it; each is compared with its hash and forced to the disk."""
    with zipfile.ZipFile(container.path) as packed:
        for name, target in wanted.items():
            place = folder / target
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with packed.open(name) as source, place.open("wb") as out:
                hashed = hashlib.sha256()
                while chunk := source.read(_CHUNK):
                    out.write(chunk)
                    hashed.update(chunk)
                out.flush()
                os.fsync(out.fileno())
            if hashed.hexdigest() != container.manifest.parts[name].sha256:
                raise BadBackup(container.path.name, f"其中的 {name} 与清单不符")


def read_part(container: Container, name: str) -> bytes:
    """A small part whole: the key file."""
    with zipfile.ZipFile(container.path) as packed:
        return packed.read(name)


def sync_folder(folder: Path) -> None:
    """So new names survive a power cut; Windows has no such call and needs none."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _expect_lead(path: Path, stream: IO[bytes]) -> int:
    """Bytes the hash covers."""
    size = stream.seek(0, os.SEEK_END)
    body = size - 64
    if body < len(_LEAD):
        raise BadBackup(path.name, "文件不完整，可能没有拷完")
    stream.seek(body - len(_LEAD))
    if stream.read(len(_LEAD)) != _LEAD:
        raise BadBackup(path.name, "文件不完整，可能没有拷完，或不是本程序的备份")
    return body


def _hash(stream: IO[bytes], count: int) -> str:
    hashed = hashlib.sha256()
    while count > 0:
        chunk = stream.read(min(count, _CHUNK))
        if not chunk:
            break
        hashed.update(chunk)
        count -= len(chunk)
    return hashed.hexdigest()


def _manifest(path: Path, stream: IO[bytes]) -> Manifest:
    """Read and held against what is there; refuses a newer kind."""
    try:
        with zipfile.ZipFile(stream) as packed:
            sizes = {one.filename: one.file_size for one in packed.infolist()}
            if len(sizes) != len(packed.infolist()) or sizes.get(MANIFEST, _MANIFEST_MOST) >= _MANIFEST_MOST:
                raise BadBackup(path.name, "里面没有清单")
            raw = packed.read(MANIFEST)
        kind = msgspec.json.decode(raw, type=_Kind)
        if kind.format == FORMAT and kind.version > VERSION:
            raise BadBackup(path.name, "它由更新版本的程序做成", "请先把程序升级到最新版，再用这份备份。")
        manifest = msgspec.json.decode(raw, type=Manifest)
        if manifest.made_at.tzinfo is None:
            raise ValueError("a moment without its zone")
    except _UNREADABLE:
        raise BadBackup(path.name, "清单读不出来，文件已损坏") from None
    told = {name: part.size for name, part in manifest.parts.items()}
    del sizes[MANIFEST]
    if manifest.format != FORMAT or told != sizes or not {DATABASE, KEYS} <= set(told):
        raise BadBackup(path.name, "清单与内容对不上")
    if not all(_MEMBER.fullmatch(name) for name in sizes):
        raise BadBackup(path.name, "里面有不该有的文件")
    return manifest


class _Kind(msgspec.Struct):
    format: str
    version: int
