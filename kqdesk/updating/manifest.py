"""What a release says of itself: program, versions, platform, every file with size and SHA-256; signed with Ed25519.

The public keys that count are in ``resources/release.toml``; the private one stays with whoever releases.
"""

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path, PurePosixPath

import msgspec

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.resources import resource
from kqdesk.security.signing import PUBLIC_BYTES, SIGNATURE_BYTES, Signer, verify
from kqdesk.updating.rules import Facts, is_version

PURPOSE = "update"
LARGEST = 8 << 20  # bytes of a manifest: some thousand files
MOST_FILES = 20_000
NOT_OURS = "这不是 kqdesk 的升级文件。请向区里或发布的人要“.kqupdate”结尾的升级文件。"
FORGED = "升级文件的签名不对：不是发布的人做的，或者在路上被改过。没有动任何东西；请换一个来路重新拷一份。"
NO_KEYS = "本程序里没有发布者的公钥，认不出升级文件是谁做的。请用安装包升级。"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the program. ``link``: a symbolic link to that place in the same folder tree instead of bytes."""

    path: str
    size: int = 0
    sha256: str = ""
    runs: bool = False
    link: str = ""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A release. ``payload``: bytes and SHA-256 of what follows the manifest in the update file."""

    program: str
    version: str
    released: str
    oldest: str
    platform: str
    layout: str
    payload: int
    payload_sha256: str
    files: list[Entry]
    notes: str = ""

    @property
    def size(self) -> int:
        """Bytes once unpacked."""
        return sum(entry.size for entry in self.files)

    @property
    def facts(self) -> Facts:
        """What the rules look at."""
        name = self.files[0].path if self.files else ""
        return Facts(self.program, self.version, self.oldest, self.platform, self.layout, name)


def encode(manifest: Manifest) -> bytes:
    """The bytes that are signed."""
    return msgspec.json.encode(manifest)


def sign(signer: Signer, content: bytes) -> bytes:
    """The release's signature over the manifest's bytes."""
    return signer.sign(PURPOSE, content)


def opened(content: bytes, signature: bytes, keys: Sequence[bytes]) -> Manifest:
    """The manifest when one of ``keys`` signed it; UserError with what to do otherwise. Nothing is believed before."""
    if not keys:
        raise UserError(NO_KEYS)
    if len(signature) != SIGNATURE_BYTES or not any(verify(key, PURPOSE, content, signature) for key in keys):
        raise UserError(FORGED)
    try:
        found = msgspec.json.decode(content, type=Manifest)
        date.fromisoformat(found.released)
    except (msgspec.DecodeError, ValueError) as wrong:
        raise UserError(NOT_OURS) from wrong
    if not _is_sound(found):
        raise UserError(NOT_OURS)
    return found


def decode(content: bytes) -> Manifest:
    """A manifest that was proved when it came; UserError when it is damaged now."""
    try:
        return msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError as wrong:
        raise UserError(NOT_OURS) from wrong


def _is_sound(found: Manifest) -> bool:
    names = [entry.path for entry in found.files]
    return (
        is_version(found.version)
        and is_version(found.oldest)
        and 0 < len(names) <= MOST_FILES
        and len({name.casefold() for name in names}) == len(names)
        and all(_stays_inside(entry) for entry in found.files)
    )


def _stays_inside(entry: Entry) -> bool:
    """Even a signed list never names a place outside the program's folder."""
    if not _is_inside(PurePosixPath(entry.path)):
        return False
    if not entry.link:
        return len(entry.sha256) == 64 and entry.size >= 0
    depth = len(PurePosixPath(entry.path).parts) - 1
    for part in PurePosixPath(entry.link).parts:
        depth += -1 if part == ".." else 1
        if depth < 0 or part == "/":
            return False
    return "\\" not in entry.link


def _is_inside(path: PurePosixPath) -> bool:
    text = str(path)
    bad = path.is_absolute() or ".." in path.parts or not path.parts
    return not bad and not any(mark in text for mark in ("\\", ":", "\0"))


def release_keys(path: Path | None = None) -> tuple[bytes, ...]:
    """The public keys a release may be signed with, as this program knows them; none before the first release."""
    with (path or resource("release.toml")).open("rb") as source:
        told = tomllib.load(source)
    found = tuple(bytes.fromhex(str(one)) for one in told.get("keys", ()))
    if any(len(key) != PUBLIC_BYTES for key in found):
        raise ValueError("a release key has 32 bytes")
    return found
