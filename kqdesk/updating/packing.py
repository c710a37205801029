"""The update file ``kqdesk-1.2.0-linux-x86_64.kqupdate``: a line, the manifest, its signature, the packed files.

    KQUPDATE1 NL · length of the manifest (8 bytes) · manifest · signature (64 bytes) · zstd of all files in order

Whatever is wrong with one — another program's, an older one, cut, altered — is a sentence before anything is written.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import zstandard

from kqdesk.kernel.disk import disk_fault
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.security.signing import SIGNATURE_BYTES, Signer
from kqdesk.updating import manifest as manifests
from kqdesk.updating.manifest import LARGEST, NOT_OURS, Entry, Manifest
from kqdesk.updating.rules import FOLDER

MAGIC = b"KQUPDATE1\n"
ENDING = ".kqupdate"
CHUNK = 1 << 20
LEVEL = 10
CUT = "升级文件不完整：应有 {wanted} MB，只有 {found} MB，多半是没有拷完。请重新拷一份，没有动任何东西。"
ALTERED = (
    "升级文件里的内容和它自己的清单对不上（{what}），在路上被改过或拷坏了。请重新拷一份，没有动任何东西。"
)


@dataclass(frozen=True)
class UpdateFile:
    """An update file whose manifest is genuine; ``begins``: where the packed files begin."""

    path: Path
    manifest: Manifest
    begins: int
    head: bytes
    """Manifest and signature as they stand in the file, to be kept beside the unpacked program."""

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self.begins + self.manifest.payload


def look(path: Path, keys: Sequence[bytes]) -> UpdateFile:
    """Read the manifest and check signature and length; the packed files are not read yet. UserError names what is wrong."""
    try:
        with path.open("rb") as source:
            content, signature = _head(source)
            begins, found = source.tell(), source.seek(0, os.SEEK_END)
    except OSError as wrong:
        raise disk_fault(wrong, path) from wrong
    manifest = manifests.opened(content, signature, keys)
    if found < begins + manifest.payload:
        raise UserError(CUT.format(wanted=_mb(begins + manifest.payload), found=_mb(found)))
    if found > begins + manifest.payload:
        raise UserError(ALTERED.format(what="后面多出了内容"))
    return UpdateFile(path, manifest, begins, content + signature)


def prove(file: UpdateFile, progress: Progress = Quiet()) -> None:
    """Read every byte and compare with the manifest; UserError when they differ."""
    digest, read = hashlib.sha256(), 0
    with _reading(file) as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            read += len(chunk)
            progress.step(read, file.manifest.payload, "核对升级文件")
    if digest.hexdigest() != file.manifest.payload_sha256:
        raise UserError(ALTERED.format(what="整个文件"))


def unpack(file: UpdateFile, put: Callable[[Entry, Iterator[bytes]], None]) -> None:
    """Hand every entry with its bytes to ``put``, in the order of the manifest; UserError when one differs."""
    with _reading(file) as source, zstandard.ZstdDecompressor().stream_reader(source) as stream:
        for entry in file.manifest.files:
            put(entry, iter(()) if entry.link else _checked(stream, entry))


def _checked(stream: IO[bytes], entry: Entry) -> Iterator[bytes]:
    digest, left = hashlib.sha256(), entry.size
    while left:
        try:
            chunk = stream.read(min(CHUNK, left))
        except zstandard.ZstdError as wrong:
            raise UserError(ALTERED.format(what=entry.path)) from wrong
        if not chunk:
            raise UserError(ALTERED.format(what=entry.path))
        digest.update(chunk)
        left -= len(chunk)
        yield chunk
    if digest.hexdigest() != entry.sha256:
        raise UserError(ALTERED.format(what=entry.path))


@contextmanager
def _reading(file: UpdateFile) -> Iterator[IO[bytes]]:
    try:
        with file.path.open("rb") as source:
            source.seek(file.begins)
            yield source
    except OSError as wrong:
        raise disk_fault(wrong, file.path) from wrong


def _head(source: IO[bytes]) -> tuple[bytes, bytes]:
    if source.read(len(MAGIC)) != MAGIC:
        raise UserError(NOT_OURS)
    length = int.from_bytes(source.read(8), "big")
    if not 0 < length <= LARGEST:
        raise UserError(NOT_OURS)
    content, signature = source.read(length), source.read(SIGNATURE_BYTES)
    if len(content) < length or len(signature) < SIGNATURE_BYTES:
        raise UserError(CUT.format(wanted=_mb(length), found=_mb(len(content))))
    return content, signature


def _mb(count: int) -> str:
    return f"{count / (1 << 20):,.1f}"


# --- made by a release --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Release:
    """What whoever releases says of it; the files are read from the folder."""

    version: str
    released: str
    oldest: str
    platform: str
    layout: str = FOLDER
    notes: str = ""
    program: str = "kqdesk"


def write(target: Path, folder: Path, release: Release, signer: Signer) -> Manifest:
    """Pack every file below ``folder`` into one signed update file; the same folder gives the same bytes."""
    entries = [
        _entry(path, folder) for path in sorted(folder.rglob("*")) if path.is_symlink() or path.is_file()
    ]
    packed = target.with_name(f".{target.name}.payload")
    try:
        size, digest = _pack(packed, folder, entries)
        manifest = Manifest(
            release.program, release.version, release.released, release.oldest, release.platform, release.layout,
            size, digest, entries, release.notes,
        )  # fmt: skip
        content = manifests.encode(manifest)
        with target.open("wb") as out, packed.open("rb") as source:
            out.write(MAGIC + len(content).to_bytes(8, "big") + content + manifests.sign(signer, content))
            while chunk := source.read(CHUNK):
                out.write(chunk)
    finally:
        packed.unlink(missing_ok=True)
    return manifest


def _entry(path: Path, folder: Path) -> Entry:
    name = path.relative_to(folder).as_posix()
    if path.is_symlink():
        return Entry(name, link=path.readlink().as_posix())
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    state = path.stat()
    return Entry(name, state.st_size, digest.hexdigest(), runs=bool(state.st_mode & 0o100))


def _pack(target: Path, folder: Path, entries: Sequence[Entry]) -> tuple[int, str]:
    with target.open("wb") as out, zstandard.ZstdCompressor(level=LEVEL).stream_writer(out) as stream:
        for entry in entries:
            if not entry.link:
                stream.write((folder / entry.path).read_bytes())
    digest = hashlib.sha256()
    with target.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    return target.stat().st_size, digest.hexdigest()
