"""All help pages as text: taken apart for the manual, and searched by Ctrl+K — inside the text, not titles only.

``resources/help/<page>.md`` is plain Markdown: headings, paragraphs, lists, tables, **bold**, `keys`. The picture of a page
is ``resources/help/pictures/<page>.png``, made by the program itself (``kqdesk manual --pictures``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kqdesk.desk.pages import PageSpec
from kqdesk.desk.theme import RESOURCES

FOLDER = RESOURCES / "help"
MOST = 6
LEAST = 2  # characters typed before the text of the help is searched
ROUND = 18  # characters shown before and after what was found
_MARKS = re.compile(r"\*\*|`|^\s*(?:[-*]|\d+[.、])\s+|^#+\s*|!\[[^\]]*\]\([^)]*\)", re.MULTILINE)
_LIST = re.compile(r"^\s*(?:([-*])|(\d+)[.、])\s+(.*)$")


@dataclass(frozen=True)
class Piece:
    """One block of a page. ``kind``: head1, head2, text, point (``mark`` is its number or •) or table."""

    kind: str
    text: str = ""
    mark: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Found:
    """A place in the help: page, the heading it stands under, words around it."""

    page: PageSpec
    heading: str
    words: str


def picture_of(key: str, folder: Path = FOLDER) -> Path | None:
    """The picture of a page; None when there is none."""
    path = folder / "pictures" / f"{key}.png"
    return path if path.is_file() else None


def text_of(page: PageSpec, folder: Path = FOLDER) -> str:
    """The page's help as it was written; its one sentence where nobody wrote any."""
    path = folder / f"{page.key}.md"
    return path.read_text("utf-8") if path.is_file() else f"# {page.title}\n\n{page.sentence}\n"


def plain(markdown: str) -> str:
    """Without marks."""
    return _MARKS.sub("", markdown).strip()


def pieces(markdown: str) -> Iterator[Piece]:
    """The blocks of a page in order."""
    waiting: list[str] = []
    table: list[tuple[str, ...]] = []
    for line in [*markdown.splitlines(), ""]:
        stripped = line.strip()
        starts = _LIST.match(line)
        is_row = stripped.startswith("|") and stripped.endswith("|")
        if (not stripped or starts or stripped.startswith(("#", "![")) or is_row) and waiting:
            yield _joined(waiting)
            waiting = []
        if not is_row and table:
            yield Piece("table", rows=tuple(table))
            table = []
        if is_row:
            cells = tuple(plain(cell) for cell in stripped.strip("|").split("|"))
            if not all(set(cell) <= set("-: ") for cell in cells):
                table.append(cells)
        elif stripped.startswith("#"):
            yield Piece("head1" if stripped.startswith("# ") else "head2", stripped.lstrip("# "))
        elif stripped and not stripped.startswith("!["):
            waiting.append(line)


def _joined(lines: Sequence[str]) -> Piece:
    """Lines of one paragraph or list entry; Chinese is joined without blanks."""
    starts = _LIST.match(lines[0])
    first = starts[3] if starts else lines[0]
    text = first.strip()
    for line in lines[1:]:
        following = line.strip()
        needs_blank = text[-1:].isascii() and following[:1].isascii()
        text += (" " if needs_blank else "") + following
    if starts is None:
        return Piece("text", text)
    return Piece("point", text, "•" if starts[1] else f"{starts[2]}.")


@dataclass
class HelpShelf:
    """The help of every page, read when it is first asked."""

    pages: Sequence[PageSpec]
    folder: Path = field(default=FOLDER)

    @cached_property
    def sections(self) -> Sequence[tuple[PageSpec, str, str]]:
        """(page, heading, plain text under it)."""
        found = []
        for page in self.pages:
            heading, words = page.title, ""
            for piece in pieces(text_of(page, self.folder)):
                if piece.kind.startswith("head"):
                    found.append((page, heading, words))
                    heading, words = piece.text, ""
                else:
                    cells = "　".join(cell for row in piece.rows for cell in row)
                    words += plain(f"{piece.text}{cells}") + " "
            found.append((page, heading, words))
        return [one for one in found if one[2].strip()]

    def find(self, text: str, limit: int = MOST) -> list[Found]:
        """Headings that have the words, then text that has them."""
        wanted = text.strip().lower()
        if len(wanted) < LEAST:
            return []
        heads = [one for one in self.sections if wanted in one[1].lower()]
        inside = [one for one in self.sections if wanted in one[2].lower() and one not in heads]
        return [Found(page, head, _around(words, wanted)) for page, head, words in [*heads, *inside][:limit]]


def _around(words: str, wanted: str) -> str:
    """What stands round the first place, cut to a line."""
    at = max(words.lower().find(wanted), 0)
    begins = max(0, at - ROUND)
    cut = words[begins : at + len(wanted) + ROUND].strip()
    return f"{'…' if begins else ''}{cut}…"
