"""Foreign pages put between our own: how many pages each file has, then one PDF with our bookmarks.

Pictures and PDFs from outside are opened in a limited child process (``bindwork.py``) only; here are requests and the
ways of failing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kqdesk.kernel.child import ChildError, ChildFailed, ChildFault, run_child
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Part
from kqdesk.printing.document import engine

_MEMORY_MB, _CPU_S, _WALL_S = 1536, 240, 300.0
MOST_PAGES = 400  # of one file; a class file is read by people


@dataclass(frozen=True)
class Sheaf:
    """A file to be bound in: its name for faults, what it is (image/jpeg, image/png, application/pdf), its bytes."""

    name: str
    media: str
    content: bytes


def is_bindable(media: str) -> bool:
    """Whether pages can be made of a file of that kind."""
    return media in ("application/pdf", "image/jpeg", "image/png")


def measure(files: Sequence[Sheaf], *, progress: Progress = Quiet()) -> list[int]:
    """Pages of each file, 0 for one that cannot be opened (damaged, locked by a password, too large)."""
    if not files:
        return []
    return [
        int(count) for count in _run("measure-pages", {"files": _told(files), "most": MOST_PAGES}, progress)
    ]


def bind(base: bytes, inserts: Sequence[tuple[int, Sheaf]], *, progress: Progress = Quiet()) -> bytes:
    """``base`` with the pages of each file after the given page of it (from 1), bookmarks kept.

    Files for the same page follow each other in the order given. UserError when a file cannot be opened after all.
    """
    if not inserts:
        return base
    places = [after for after, _ in inserts]
    request = {
        "base": base,
        "places": places,
        "files": _told([file for _, file in inserts]),
        "most": MOST_PAGES,
    }
    return bytes(_run("bind-pages", request, progress))


def _told(files: Sequence[Sheaf]) -> list[list[object]]:
    return [[file.name, file.media, file.content] for file in files]


def _run(name: str, request: object, progress: Progress) -> "bytes | list[int]":
    try:
        found: bytes | list[int] = run_child(
            name, request, memory_mb=_MEMORY_MB, cpu_s=_CPU_S, wall_s=_WALL_S, progress=progress
        )
    except ChildFault as fault:
        raise UserError(f"「{fault.detail}」打不开，没有装订。请重新扫描或另存一次再放入。") from None
    except ChildFailed:  # our own code, not the files
        raise
    except ChildError as broken:
        raise UserError(
            "装订没有完成：文件太大或有损坏。请把大的扫描件分成几份、降低分辨率再放入。"
        ) from broken
    return found


def page_counts(parts: Sequence[Part]) -> list[int]:
    """How many pages each part will have, without drawing it."""
    drawing = engine()
    with drawing.one_at_a_time:
        return [
            len(drawing.paged(part, part.page.width * drawing.MM, part.page.height * drawing.MM))
            for part in parts
        ]
