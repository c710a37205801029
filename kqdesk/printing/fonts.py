"""The fonts in resources/fonts, loaded when first needed, and the fallback from glyph to glyph.

A face is a chain of font files. A text is cut into runs: each character is drawn by the first font of the chain that
has it, so a rare character in a name never becomes an empty box. Nothing is normalised: a character that no font has
is named (``missing``) and the paper is not made.

This module loads reportlab; light modules and rooms go through ``document``.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics, ttfonts

from kqdesk.printing.styles import FontFace

FOLDER = Path(__file__).parents[2] / "resources" / "fonts"

CHAINS: dict[FontFace, tuple[str, ...]] = {
    FontFace.HEI: ("KQHei", "KQSong", "KQRare", "KQKai"),
    FontFace.HEI_BOLD: ("KQHei-Bold", "KQHei", "KQSong", "KQRare", "KQKai"),
    FontFace.SONG: ("KQSong", "KQRare", "KQKai", "KQHei"),
    FontFace.SONG_BOLD: ("KQSong-Bold", "KQSong", "KQRare", "KQKai", "KQHei"),
    FontFace.KAI: ("KQKai", "KQSong", "KQHei", "KQRare"),
    FontFace.FANG: ("KQKai", "KQSong", "KQHei", "KQRare"),
}

LACKING = ""  # the font name of a run that no font can draw


@dataclass(frozen=True, slots=True)
class Font:
    """``widths``: of every character it has, in thousandths of the size."""

    name: str
    widths: dict[str, float]


def to_unicode_map(font_name: str, codes: list[int]) -> str:
    """The table from glyph codes back to characters, so that text can be copied and searched.

    reportlab 5.1 writes characters beyond U+FFFF with five hexadecimal digits; the format wants UTF-16.
    """
    lines = [
        "/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap",
        f"/CIDSystemInfo << /Registry ({font_name}) /Ordering ({font_name}) /Supplement 0 >> def",
        f"/CMapName /{font_name} def", "/CMapType 2 def",
        "1 begincodespacerange", "<00> <FF>", "endcodespacerange",
    ]  # fmt: skip
    for start in range(0, len(codes), 100):
        block = codes[start : start + 100]
        lines.append(f"{len(block)} beginbfchar")
        for offset, code in enumerate(block):
            lines.append(f"<{start + offset:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>")
        lines.append("endbfchar")
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


ttfonts.makeToUnicodeCMap = to_unicode_map


@cache
def font(name: str) -> Font:
    """Read and register one font file (20 to 150 ms, once a process)."""
    made = ttfonts.TTFont(name, str(FOLDER / f"{name}.ttf"))
    pdfmetrics.registerFont(made)
    return Font(name, {chr(code): width for code, width in made.face.charWidths.items()})


def font_for(character: str, face: FontFace) -> str:
    """The name of the first font of the face's chain that has the character, or LACKING."""
    for name in CHAINS[face]:
        if character in font(name).widths:
            return name
    return LACKING


@lru_cache(maxsize=50_000)
def runs(text: str, face: FontFace) -> tuple[tuple[str, str], ...]:
    """The text as (font name, stretch) pairs in order; joined they are the text, unchanged."""
    first = font(CHAINS[face][0])
    if first.widths.keys() >= set(text):
        return ((first.name, text),) if text else ()
    found: list[tuple[str, str]] = []
    for character in text:
        name = font_for(character, face)
        if found and found[-1][0] == name:
            found[-1] = (name, found[-1][1] + character)
        else:
            found.append((name, character))
    return tuple(found)


@lru_cache(maxsize=50_000)
def width(text: str, face: FontFace) -> float:
    """Width of the text at size 1, in sizes (so ``width(…) * size`` is points)."""
    total = 0.0
    for name, stretch in runs(text, face):
        if name == LACKING:
            total += 1000 * len(stretch)
        else:
            total += sum(map(font(name).widths.__getitem__, stretch))
    return total / 1000


def said(character: str) -> str:
    """A character as a person is told of it: 字「𡋾」(U+212FE)."""
    code = f"U+{ord(character):04X}"
    return f"字「{character}」({code})" if character.isprintable() else f"看不见的字符 {code}"


def missing(text: str, face: FontFace = FontFace.SONG) -> list[str]:
    """The characters that no font can draw, each once, in order of appearance, as ``said`` names them."""
    lacking = "".join(stretch for name, stretch in runs(text.replace("\n", ""), face) if name == LACKING)
    return [said(character) for character in dict.fromkeys(lacking)]
