"""Fonts: every listed character and the rare names can be drawn; fallback is per glyph; nothing is normalised."""

import pytest

from kqdesk.printing import fonts
from kqdesk.printing.styles import FontFace

RARE_NAMES = "㛃䶮𬭎𬍛𠅤𡋾"
FORM_SIGNS = "□☐☑☒✓✔✗✘○●◎△▲◇◆★☆①⑩⑳（一）㈠→←↑↓√×÷±≥≤≈℃㎡㎏‰№·•…—“”‘’《》〈〉【】〔〕〇￥°′″ⅠⅫ"


@pytest.mark.parametrize("face", list(FontFace))
def test_every_listed_character_can_be_drawn_in_every_face(face: FontFace) -> None:
    listed = "".join((fonts.FOLDER / "listed.txt").read_text(encoding="utf-8").split())

    assert len(listed) == 8105
    assert fonts.missing(listed + RARE_NAMES + FORM_SIGNS, face) == []


@pytest.mark.parametrize("face", [FontFace.HEI, FontFace.SONG, FontFace.KAI])
def test_listed_characters_need_no_fallback(face: FontFace) -> None:
    """A name of listed characters is in one style throughout."""
    listed = "".join((fonts.FOLDER / "listed.txt").read_text(encoding="utf-8").split())

    assert [name for name, _ in fonts.runs(listed, face)] == [fonts.CHAINS[face][0]]


def test_level_three_of_gb18030_is_complete() -> None:
    blocks = ((0x4E00, 0x9FA5), (0x3400, 0x4DB5), (0x20000, 0x2A6D6), (0x2A700, 0x2B734), (0x2B740, 0x2B81D),
              (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0))  # fmt: skip
    hanzi = "".join(chr(code) for low, high in blocks for code in range(low, high + 1))

    assert fonts.missing(hanzi, FontFace.SONG) == []


def test_runs_split_where_the_font_changes_and_keep_the_text() -> None:
    text = "李\U0002a6a5明 A1"

    runs = fonts.runs(text, FontFace.KAI)

    assert runs == (("KQKai", "李"), ("KQRare", "\U0002a6a5"), ("KQKai", "明"), ("KQSong", " A1"))
    assert "".join(stretch for _, stretch in runs) == text


def test_nothing_is_normalised() -> None:
    """Compatibility hanzi and full-width letters look like others, and stay what they are."""
    text = "\uf900Ａé①㈱"

    assert "".join(stretch for _, stretch in fonts.runs(text, FontFace.SONG)) == text


def test_width_is_the_sum_over_the_runs() -> None:
    assert fonts.width("李\U0002a6a5", FontFace.KAI) == 2.0
    assert fonts.width("", FontFace.SONG) == 0
    assert fonts.width("1", FontFace.SONG) < 0.7


def test_missing_names_each_character_once_and_the_invisible_by_code() -> None:
    assert fonts.missing("王\U0001f600小\U0001f600\u200b") == [
        "字「\U0001f600」(U+1F600)",
        "看不见的字符 U+200B",
    ]


def test_all_fonts_together_stay_within_sixty_megabytes() -> None:
    assert sum(path.stat().st_size for path in fonts.FOLDER.glob("*.ttf")) <= 60_000_000


def test_code_table_writes_rare_characters_as_utf16() -> None:
    table = fonts.to_unicode_map("X", [0x20, 0x4E00, 0x20164])

    assert "<01> <4E00>" in table
    assert "<02> <D840DD64>" in table
