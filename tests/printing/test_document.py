"""Whole files: text comes back as it went in, the same data gives the same bytes, nothing half-written is left."""

import errno
import os
from pathlib import Path

import pytest

from kqdesk.kernel.errors import Cancelled, Unreachable, UserError
from kqdesk.printing.blocks import A5, Gap, NewPage, Page, Part, Rule, Span, Standing, Text, Together
from kqdesk.printing.document import missing_glyphs, pdf_bytes, write_pdf
from kqdesk.printing.preview import page_count, page_rgba, page_size, page_text
from kqdesk.printing.sheet import Code, Picture
from kqdesk.printing.styles import BODY, LETTER, SIGNATURE, TITLE, FontFace
from tests.printing.papers import NAMES, class_list


def ink_in(pdf: bytes, *, left: float, top: float, width: float, height: float, dpi: int = 144) -> float:
    """Share of dark pixels in a field given in millimetres."""
    page = page_rgba(pdf, 0, dpi)
    scale = dpi / 25.4
    dark = total = 0
    for y in range(int(top * scale), int((top + height) * scale)):
        for x in range(int(left * scale), int((left + width) * scale)):
            total += 1
            dark += page.data[(y * page.width + x) * 4] < 128
    return dark / total


def test_rare_names_can_be_copied_from_the_file() -> None:
    pdf = pdf_bytes("名册", [Text(name) for name in NAMES])

    text = page_text(pdf, 0)

    assert text.split("\r\n")[: len(NAMES)] == list(NAMES)


@pytest.mark.parametrize(
    "face", [FontFace.HEI, FontFace.HEI_BOLD, FontFace.SONG, FontFace.SONG_BOLD, FontFace.KAI]
)
def test_rare_names_are_drawn_and_all_different(face: FontFace) -> None:
    """An empty box would be the same picture for all."""
    pictures = set()
    for character in "㛃䶮𬭎𬍛𠅤𡋾\U0002a6a5":
        pdf = pdf_bytes("字", [Text([Span(character, face=face, size=40)])], page=Page(numbered=False))
        pictures.add(page_rgba(pdf, 0, 50).data)

        assert 0.08 < ink_in(pdf, left=18, top=20, width=14, height=17, dpi=72) < 0.6

    assert len(pictures) == 7


def test_the_same_story_gives_the_same_bytes(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", "花名册", [class_list(45)])
    write_pdf(tmp_path / "b.pdf", "花名册", [class_list(45)])

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert (tmp_path / "a.pdf").read_bytes() != pdf_bytes("花名册", [class_list(44)])


def test_parts_count_their_own_pages(tmp_path: Path) -> None:
    pages = write_pdf(tmp_path / "a.pdf", "花名册", [class_list(45, "A"), class_list(3, "B")])

    assert pages == page_count(tmp_path / "a.pdf") == 3
    assert ["第 1 页 共 2 页" in page_text(tmp_path / "a.pdf", n) for n in range(3)] == [True, False, False]
    assert "第 2 页 共 2 页" in page_text(tmp_path / "a.pdf", 1)
    assert "第 1 页 共 1 页" in page_text(tmp_path / "a.pdf", 2)


def test_a_character_no_font_has_is_named_and_no_file_appears(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="字「\U0001f600」\\(U\\+1F600\\)"):
        write_pdf(tmp_path / "a.pdf", "花名册", [Text("王\U0001f600"), Text("", TITLE)])

    assert list(tmp_path.iterdir()) == []
    assert missing_glyphs("王\U0001f600") == ["字「\U0001f600」(U+1F600)"]
    assert missing_glyphs("".join(NAMES)) == []


def test_an_older_file_survives_a_failed_print(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")

    with pytest.raises(UserError):
        write_pdf(path, "花名册", [Text("\ue123")])

    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "磁盘空间不够"),
        (errno.EACCES, "写不进去"),
        (errno.EROFS, "写不进去"),
        (errno.EIO, "磁盘没有响应"),
    ],
)
def test_disk_errors_are_one_sentence_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("os.fsync", fail)

    with pytest.raises(Unreachable) as caught:
        write_pdf(tmp_path / "花名册.pdf", "花名册", [Text("一")])

    assert said in str(caught.value)
    assert "「花名册.pdf」" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="文件夹「新建」不在了"):
        write_pdf(tmp_path / "新建" / "a.pdf", "花名册", [Text("一")])


def test_printing_can_be_cancelled(tmp_path: Path) -> None:
    class Impatient:
        def step(self, done: int, total: int, note: str = "") -> None:
            if done == 1:
                raise Cancelled

    with pytest.raises(Cancelled):
        write_pdf(tmp_path / "a.pdf", "花名册", [class_list(3), class_list(3)], progress=Impatient())

    assert list(tmp_path.iterdir()) == []
    assert pdf_bytes("之后照常", [class_list(3)])[:5] == b"%PDF-"


def test_page_sizes_and_what_stands_on_every_page() -> None:
    page = Page(
        size=A5, landscape=True, header_left="平水成校", header_right="KQ-1", footer="打印：2026-11-22"
    )

    pdf = pdf_bytes("小纸", [Text("正文"), NewPage(), Text("第二页")], page=page)

    assert page_size(pdf, 0) == pytest.approx((595.28, 419.53), abs=0.01)
    for number in (0, 1):
        text = page_text(pdf, number)
        expected = ("平水成校", "KQ-1", "打印：2026-11-22", f"第 {number + 1} 页 共 2 页")
        assert [said in text for said in expected] == [True] * 4


def test_lines_break_as_chinese_does() -> None:
    """No line begins with a closing mark or ends with an opening one; numbers stay whole; all text is there."""
    words = (
        "兹证明（身份证号330621197601012345）系我校2026年秋季“电工（初级）”班学员，出勤率98.5%，成绩良好。"
        * 6
    )

    lines = page_text(pdf_bytes("证明", [Text(words, BODY)], page=Page(numbered=False)), 0).split("\r\n")
    lines = [line for line in lines if line]

    assert "".join(lines) == words
    assert all(line[0] not in "，。）”%" and line[-1] not in "（“" for line in lines)
    assert sum(line.count("330621197601012345") for line in lines) == 6


def test_together_moves_to_the_next_page_as_a_whole() -> None:
    page = Page(numbered=False)
    closing = Together(
        [Text("特此证明。", LETTER), Gap(10), Text("平水成校\n2026 年 11 月 22 日", SIGNATURE)]
    )

    pdf = pdf_bytes("证明", [Gap(225), Text("前文"), closing], page=page)

    assert page_text(pdf, 0).strip() == "前文"
    assert page_text(pdf, 1).split("\r\n")[:3] == ["特此证明。", "平水成校", "2026 年 11 月 22 日"]


def test_what_is_higher_than_a_page_is_refused() -> None:
    with pytest.raises(UserError, match="一整页也放不下"):
        pdf_bytes("图", [Standing(Code(0, 0, 300, "x"))])


def test_a_broken_picture_is_named() -> None:
    with pytest.raises(UserError, match="图片「照片」打不开"):
        pdf_bytes("图", [Standing(Picture(0, 0, 30, 40, b"no picture"))])


def test_rule_draws_over_the_whole_width() -> None:
    pdf = pdf_bytes("线", [Rule(points=6, before=0)], page=Page(numbered=False))

    assert ink_in(pdf, left=20, top=19.3, width=170, height=0.8) == 0.0
    assert page_rgba(pdf, 0, 72).data[(57 * 595 + 300) * 4 : (57 * 595 + 300) * 4 + 3] == bytes((200, 55, 45))


def test_blocks_and_parts_are_not_mixed() -> None:
    with pytest.raises(TypeError):
        pdf_bytes("混", [Text("一"), Part([Text("二")])])
