"""Update files on a hub, and the way of one to a desk: asked for in parts, resumed where it stopped, never forced.

GET /v1/update                        the newest for every platform: version, bytes, SHA-256
GET /v1/update?platform=P&from=N      the bytes from N on, at most a mebibyte
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from kqdesk.kernel.disk import LOW_SPACE, atomic_write, disk_fault, free_bytes
from kqdesk.kernel.errors import UserError
from kqdesk.updating.packing import CHUNK, ENDING, UpdateFile, look, prove
from kqdesk.updating.rules import is_newer, is_version, newest

PATH = "/v1/update"
PART = 1 << 20
A_ROUND = 24
"""Parts fetched in one round of sync: what is typed must not wait for a program."""
STALE = "数据站上已经是 {there} 版，不比它旧的才能放上去；这一份是 {found} 版。"


class Offer(msgspec.Struct, frozen=True):
    """One update file as the hub tells of it."""

    version: str
    released: str
    size: int
    sha256: str
    notes: str = ""


@dataclass(frozen=True)
class Shelf:
    """The hub's folder ``updates``: one file and one note a platform; only the newest is kept."""

    folder: Path

    def put(self, file: UpdateFile) -> Offer:
        """Offer a proved file to every school from now on; an older one than what is offered is refused."""
        manifest = file.manifest
        there = self.offers().get(manifest.platform)
        if there is not None and is_newer(there.version, manifest.version):
            raise UserError(STALE.format(there=there.version, found=manifest.version))
        prove(file)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            target = self._file(manifest.platform)
            draft, digest = target.with_name(f".{target.name}.part"), hashlib.sha256()
            with file.path.open("rb") as source, draft.open("wb") as out:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    out.write(chunk)
            offer = Offer(manifest.version, manifest.released, file.size, digest.hexdigest(), manifest.notes)
            self._note(manifest.platform).unlink(missing_ok=True)  # a note never tells of another file
            draft.replace(target)
            atomic_write(self._note(manifest.platform), msgspec.json.encode(offer))
        except OSError as wrong:
            raise disk_fault(wrong, self.folder) from wrong
        return offer

    def offers(self) -> dict[str, Offer]:
        """Platform → what is offered for it."""
        found = {}
        for note in sorted(self.folder.glob("*.json")):
            with suppress(OSError, msgspec.DecodeError):
                found[note.stem] = msgspec.json.decode(note.read_bytes(), type=Offer)
        return found

    def answer(self, path: str) -> dict[str, Any] | None:
        """What to say to a question; None when there is no such thing."""
        asked = parse_qs(urlsplit(path).query)
        if not asked:
            return {name: msgspec.to_builtins(offer) for name, offer in self.offers().items()}
        name, begins = asked.get("platform", [""])[0], asked.get("from", [""])[0]
        offer = self.offers().get(name)
        if offer is None or not begins.isascii() or not begins.isdigit() or int(begins[:15]) >= offer.size:
            return None
        try:
            with self._file(name).open("rb") as source:
                source.seek(int(begins))
                return {"version": offer.version, "content": source.read(PART)}
        except OSError:
            return None

    def _file(self, platform: str) -> Path:
        return self.folder / f"{platform}{ENDING}"

    def _note(self, platform: str) -> Path:
        return self.folder / f"{platform}.json"


Ask = Callable[[str], Mapping[str, Any] | None]
"""Put a question to the hub; None when it did not answer or knows nothing of updates."""


@dataclass(frozen=True)
class Inbox:
    """The desk's folder of fetched update files."""

    folder: Path

    def waiting(self, running: str) -> Path | None:
        """The newest whole file that is newer than the program that runs."""
        found = {path.name.removesuffix(ENDING): path for path in self.folder.glob(f"*{ENDING}")}
        fresh = {
            version: path
            for version, path in found.items()
            if is_version(version) and is_newer(version, running)
        }
        return fresh.get(newest(fresh))

    def fetch(self, ask: Ask, platform: str, running: str, *, parts: int = A_ROUND) -> Path | None:
        """Get a little further with what the hub offers; the whole file once it is here, else None.

        Broken off, the next round goes on where this one stopped. A full disk stops the fetching, nothing else.
        """
        told = ask(PATH)
        offer = _offer(told.get(platform)) if told is not None else None
        if offer is None or not is_newer(offer.version, running):
            return None
        target = self.folder / f"{offer.version}{ENDING}"
        if target.exists():
            return target
        if free_bytes(self.folder) < LOW_SPACE + 2 * offer.size:
            return None
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return self._further(ask, platform, offer, target, parts)
        return None

    def _further(self, ask: Ask, platform: str, offer: Offer, target: Path, parts: int) -> Path | None:
        draft = self.folder / f"{offer.sha256[:16]}.part"
        have = draft.stat().st_size if draft.exists() else 0
        for _ in range(parts):
            if have >= offer.size:
                break
            told = ask(f"{PATH}?platform={platform}&from={have}")
            content = told.get("content") if told is not None else None
            if (
                not isinstance(content, bytes)
                or not content
                or told is None
                or told.get("version") != offer.version
            ):
                return None
            with draft.open("ab") as out:
                out.write(content)
            have += len(content)
        if have < offer.size:
            return None
        if have > offer.size or _digest(draft) != offer.sha256:
            draft.unlink()  # begun anew by the next round
            return None
        self._clear(keep=draft)
        draft.replace(target)
        return target

    def _clear(self, keep: Path) -> None:
        for path in self.folder.iterdir():
            if path != keep and path.suffix in (ENDING, ".part"):
                path.unlink()

    def forget(self, running: str) -> None:
        """Take away what is not newer than the program that runs."""
        for path in self.folder.glob(f"*{ENDING}"):
            version = path.name.removesuffix(ENDING)
            if not is_version(version) or not is_newer(version, running):
                with suppress(OSError):
                    path.unlink()


def _offer(told: object) -> Offer | None:
    try:
        found = msgspec.convert(told, Offer)
    except msgspec.ValidationError:
        return None
    return found if is_version(found.version) and len(found.sha256) == 64 and found.size > 0 else None


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def opened(path: Path, keys: Sequence[bytes]) -> UpdateFile | None:
    """A fetched file when it is a release's; None when it is damaged, and it is taken away then."""
    try:
        return look(path, keys)
    except UserError:
        with suppress(OSError):
            path.unlink()
        return None
