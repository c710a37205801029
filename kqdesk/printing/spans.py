"""A stretch of text inside a line that looks different from the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

from kqdesk.printing.styles import FontFace


@dataclass(frozen=True, slots=True)
class Span:
    """``face``, ``size`` and ``colour`` are those of the surrounding style when not given. ``underline`` also draws
    under blanks, so ``Span("　　　　", underline=True)`` is a line to write on."""

    text: str
    face: FontFace | None = None
    size: float | None = None
    underline: bool = False
    colour: str | None = None


Words = str | Sequence[Span | str]


def plain(words: Words) -> str:
    """The text without its looks."""
    if isinstance(words, str):
        return words
    return "".join(part if isinstance(part, str) else part.text for part in words)
