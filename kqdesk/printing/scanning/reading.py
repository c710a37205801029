"""The parent's door to scans: pages of foreign files as ``PageRead``. All parsing happens in a limited child process.

A file that crashes, hangs or starves the child is refused by itself; the files after it are read by a fresh child.
"""

import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from kqdesk.kernel.child import ChildError, ChildFailed, ChildOutOfMemory, ChildTooSlow, stream_child
from kqdesk.kernel.errors import Unreachable
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.scanning.answers import LARGEST_FILE, REFUSALS, Doubt, Ink
from kqdesk.printing.scanning.forms import Area, FormLayout

_MEMORY_MB = 1800
_CPU_S = 300
_WALL_S = 400.0
_FILES_A_CHILD = 12  # so that many good files do not use up the limits of one
FLAT_SCALE = 6
"""Pixels a millimetre of a picture that was laid flat."""


@dataclass(frozen=True, slots=True)
class BoxRead:
    """What one box holds; ``doubt`` says why a person must look."""

    ink: Ink
    doubt: Doubt = Doubt.NONE


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page. ``page`` counts from 1 in its file.

    ``code``: the text of its code, empty when none of ours was read. ``fault``: empty, or ``no_form`` (nothing of a
    form) · ``strange_code`` · ``no_code`` (a form, its code cannot be read) · ``two_forms`` · ``unplaced`` (too
    little of it is seen) · ``unknown_layout`` · ``no_reader`` (the extra is not installed).
    ``boxes``: row by row in the order of the layout; empty when they were not read.
    ``picture``: JPEG; ``is_flat``: laid flat at ``FLAT_SCALE``, so that boxes can be cut out of it.
    """

    file: Path
    page: int
    pages: int
    code: str
    fault: str
    corners: int
    is_flat: bool
    boxes: tuple[BoxRead, ...]
    picture: bytes


@dataclass(frozen=True, slots=True)
class FileRefused:
    """A file (or the rest of it) that was not read; ``sentence`` is for people."""

    file: Path
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Copy:
    """A file, its private copy, and the key of a refusal when there is none."""

    file: Path
    copy: Path
    refusal: str


def read_scans(
    paths: Sequence[Path], layouts: Sequence[FormLayout], *, progress: Progress = Quiet()
) -> Iterator[PageRead | FileRefused]:
    """Every page of every file, in order; Cancelled comes from ``progress``.

    Files are copied to a private folder first, so that nothing can change or pull them away while they are read.
    """
    start = 0
    while start < len(paths):
        with TemporaryDirectory(prefix="kqdesk-scan-", ignore_cleanup_errors=True) as folder:
            copies = [
                _copied(path, Path(folder) / str(number))
                for number, path in enumerate(paths[start : start + _FILES_A_CHILD])
            ]
            start += yield from _read_copies(copies, layouts, progress)


def _copied(file: Path, copy: Path) -> _Copy:
    try:
        source = file.open("rb")
    except OSError:
        return _Copy(file, copy, "unreadable")
    with source:
        try:
            if source.seek(0, 2) > LARGEST_FILE:
                return _Copy(file, copy, "too_large")
            source.seek(0)
        except OSError:
            return _Copy(file, copy, "unreadable")
        try:
            with copy.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
        except OSError as wrong:
            raise Unreachable(
                f"「{file.name}」没有读完：{wrong.strerror or wrong}。请看 U 盘是否拔出、本机磁盘是否已满，再放一次。"
            ) from wrong
    return _Copy(file, copy, "")


def _read_copies(
    copies: Sequence[_Copy], layouts: Sequence[FormLayout], progress: Progress
) -> Generator[PageRead | FileRefused, None, int]:
    """How many of the files were dealt with: all, or those up to the one that ended the child."""
    at = 0
    request = {
        "files": [[str(one.copy), one.file.name, one.refusal] for one in copies],
        "layouts": msgspec.to_builtins(list(layouts)),
    }
    reading = stream_child(
        "read-scans", request, memory_mb=_MEMORY_MB, cpu_s=_CPU_S, wall_s=_WALL_S, progress=progress
    )
    with closing(reading) as parts:
        try:
            for kind, at, *rest in parts:
                if kind == "page":
                    yield _page(copies[at].file, *rest)
                elif kind == "refused":
                    yield _refused(copies[at].file, rest[0])
                else:
                    at += 1
            return len(copies)
        except (ChildOutOfMemory, ChildTooSlow):
            yield _refused(copies[min(at, len(copies) - 1)].file, "too_large")
        except ChildFailed:  # our own code, not the file
            raise
        except ChildError:
            yield _refused(copies[min(at, len(copies) - 1)].file, "damaged")
    return at + 1


def _page(path: Path, number: int, count: int, found: dict[str, Any]) -> PageRead:
    boxes = tuple(BoxRead(Ink(ink), Doubt(doubt)) for ink, doubt in found["boxes"])
    return PageRead(
        path, number, count, found["code"], found["fault"], found["corners"], found["is_flat"], boxes, found["picture"]
    )  # fmt: skip


def _refused(path: Path, kind: str) -> FileRefused:
    known = kind if kind in REFUSALS else "damaged"
    return FileRefused(path, known, REFUSALS[known].format(name=path.name))


def cut(area: Area, margin: float = 1.0) -> tuple[int, int, int, int]:
    """Left, top, width and height in pixels of an area with ``margin`` millimetres around, on a flat picture."""
    left, top = max(0.0, area.x - margin), max(0.0, area.y - margin)
    return (
        round(left * FLAT_SCALE),
        round(top * FLAT_SCALE),
        round((area.width + 2 * margin) * FLAT_SCALE),
        round((area.height + 2 * margin) * FLAT_SCALE),
    )
