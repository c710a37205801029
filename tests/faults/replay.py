"""A recorded disk, replayed: the files as a kill or a power cut after any step would have left them.

kill   everything written so far is there
power  what was synced is there; of every file's unsynced writes a random part survives, torn at 512 bytes; names
       (creations, renames, removals) survive in order up to a random point at or after the folder's last sync
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

_HEAD = struct.Struct("<cQQIH")
_SECTOR = 512
_SHARES = (0.0, 0.3, 0.7, 1.0)


@dataclass(frozen=True)
class Step:
    """One change: c create · w write · t truncate · s sync · u unlink · r rename · l link · k the program's own mark."""

    kind: str
    inode: int
    offset: int
    name: str
    content: bytes


def steps_of(log: bytes) -> Iterator[Step]:
    """Every step of a log, in order."""
    at = 0
    while at < len(log):
        kind, inode, offset, length, name_length = _HEAD.unpack_from(log, at)
        at += _HEAD.size
        name = log[at : at + name_length].decode()
        at += name_length
        yield Step(kind.decode(), inode, offset, name.lstrip("/"), log[at : at + length])
        at += length


@dataclass
class File:
    """What surely is on the disk, and what was written since the last sync."""

    sure: bytearray = field(default_factory=bytearray)
    waiting: list[Step] = field(default_factory=list)

    def image(self, rng: Random | None) -> bytes:
        """Its bytes; with ``rng`` a part of what waits is lost or torn."""
        found = bytearray(self.sure)
        share = rng.choice(_SHARES) if rng else 1.0
        for step in self.waiting:
            if rng is None:
                _apply(found, step.kind, step.offset, step.content)
            elif rng.random() < share:
                _tear(found, step, rng)
        return bytes(found)

    def sync(self) -> None:
        """What waited is sure."""
        for step in self.waiting:
            _apply(self.sure, step.kind, step.offset, step.content)
        self.waiting.clear()


def _tear(found: bytearray, step: Step, rng: Random) -> None:
    if step.kind != "w" or rng.random() > 0.3:
        _apply(found, step.kind, step.offset, step.content)
        return
    for start in range(0, len(step.content), _SECTOR):
        if rng.random() < 0.5:
            _apply(found, "w", step.offset + start, step.content[start : start + _SECTOR])


def _apply(found: bytearray, kind: str, offset: int, content: bytes) -> None:
    if kind == "t":
        del found[offset:]
        found.extend(bytes(offset - len(found)))
        return
    found.extend(bytes(max(0, offset - len(found))))
    found[offset : offset + len(content)] = content


class Disk:
    """The disk as it comes into being, step by step."""

    def __init__(self) -> None:
        self._by_inode: dict[int, File] = {}
        self._now: dict[str, File] = {}
        self._sure: dict[str, File] = {}
        self._waiting: list[tuple[str, str, File | None]] = []  # (name, former name, file)
        self.marks: list[bytes] = []

    def take(self, step: Step) -> None:
        """One more step."""
        if step.kind == "k":
            self.marks.append(step.content)
        elif step.kind == "c":
            made = self._by_inode[step.inode] = File()
            self._name(step.name, "", made)
        elif step.kind in "wt":
            self._by_inode.setdefault(step.inode, File()).waiting.append(step)
        elif step.kind == "s":
            self._synced(step)
        elif step.kind == "u":
            self._name("", step.name, None)
        elif step.kind in "rl":
            former = step.name if step.kind == "r" else ""
            self._name(step.content.decode().lstrip("/"), former, self._now[step.name])

    def _synced(self, step: Step) -> None:
        if step.inode in self._by_inode:
            self._by_inode[step.inode].sync()
            return
        for change in self._waiting:  # a folder: names are journaled in order, so all before it are sure too
            _rename(self._sure, *change)
        self._waiting.clear()

    def _name(self, name: str, former: str, file: File | None) -> None:
        self._waiting.append((name, former, file))
        _rename(self._now, name, former, file)

    def after_kill(self) -> dict[str, bytes]:
        """name → bytes, as a kill leaves them."""
        return {name: file.image(None) for name, file in self._now.items()}

    def after_power_cut(self, rng: Random) -> dict[str, bytes]:
        """name → bytes, as a power cut might leave them."""
        names = dict(self._sure)
        for change in self._waiting[: rng.randint(0, len(self._waiting))]:
            _rename(names, *change)
        images: dict[int, bytes] = {}
        return {name: images.setdefault(id(file), file.image(rng)) for name, file in names.items()}


def _rename(names: dict[str, File], name: str, former: str, file: File | None) -> None:
    if former:
        names.pop(former, None)
    if name and file is not None:
        names[name] = file


def lay_out(images: dict[str, bytes], folder: Path) -> None:
    """Write a state into an empty folder."""
    for name, content in images.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
