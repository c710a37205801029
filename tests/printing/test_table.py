"""Tables: the head repeats, rows stay whole, long text stays inside its cell."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.kernel.errors import UserError
from kqdesk.printing import textflow
from kqdesk.printing.blocks import Page, Text
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.flow import MM, Strip, fill_pages
from kqdesk.printing.preview import page_count, page_text
from kqdesk.printing.styles import Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid
from kqdesk.printing.tablework import Measurer, column_edges, complete_rows, grid_strips
from tests.printing.papers import NAMES, class_list

WIDTH = 174 * MM


def test_the_head_repeats_and_every_row_is_there_once() -> None:
    pdf = pdf_bytes("花名册", [class_list(65)])

    pages = [page_text(pdf, number) for number in range(page_count(pdf))]

    assert len(pages) == 3
    assert all(page.count("姓名") == 1 and page.count("签名") == 1 for page in pages)
    numbers = [number for page in pages for number in re.findall(r"安昌街道第 (\d+) 网格", page)]
    assert numbers == [str(number) for number in range(1, 66)]


@settings(max_examples=30, deadline=None)
@given(
    heights=st.lists(st.integers(1, 60), min_size=1, max_size=40),
    glue=st.lists(st.booleans(), min_size=40, max_size=40),
)
def test_pages_hold_every_strip_once_in_order_and_none_crosses_the_edge(
    heights: list[int], glue: list[bool]
) -> None:
    head = Strip(20)
    strips = [Strip(high, glued=tied, head=head) for high, tied in zip(heights, glue, strict=False)]

    pages = fill_pages(strips, 100)

    assert [piece.strip for page in pages for piece in page if piece.strip is not head] == strips
    assert all(piece.top + piece.strip.height <= 100.01 for page in pages for piece in page)
    opened = [page[0].strip is head or page[0].strip.height > 80 for page in pages[1:]]
    assert opened == [True] * (len(pages) - 1)


def test_a_row_higher_than_a_page_is_refused() -> None:
    grid = Grid((Column("备注", wrap=True),), [("很长的话" * 2000,)])

    with pytest.raises(UserError, match="一整页也放不下"):
        pdf_bytes("表", [grid])


def test_columns_share_what_the_fixed_ones_leave() -> None:
    edges = column_edges((Column(mm=20), Column(share=1), Column(share=3)), 100 * MM)

    assert edges == pytest.approx([0, 20 * MM, 40 * MM, 100 * MM])


@pytest.mark.parametrize("name", NAMES)
def test_names_stay_inside_their_cell(name: str) -> None:
    measurer = Measurer(Grid((Column("姓名", mm=24, face=FontFace.KAI, size=12),), [(name,)]), 24 * MM)

    cell = measurer.place(name, 0, 0, head=False)

    assert all(line.width <= 22 * MM + 0.01 for line in cell.lines)
    assert cell.height <= 8 * MM
    assert cell.size >= 6.5
    assert "".join(piece.text for line in cell.lines for piece in line.pieces) == name


def test_text_shrinks_before_it_breaks_and_wraps_when_asked() -> None:
    measurer = Measurer(Grid((Column(mm=30), Column(mm=30, wrap=True)), []), 60 * MM)

    shrunk = measurer.place("绍兴市柯桥区安昌", 0, 0, head=False)
    wrapped = measurer.place("绍兴市柯桥区安昌", 0, 1, head=False)

    assert (len(shrunk.lines), shrunk.size < 10.5) == (1, True)
    assert (len(wrapped.lines), wrapped.size) == (2, 10.5)


def test_rows_grow_when_even_the_smallest_type_does_not_fit() -> None:
    grid = Grid((Column(mm=20),), [("一",), ("很长很长的备注" * 8,)], head=None)

    low, high = grid_strips(grid, 20 * MM)

    assert low.height == pytest.approx(8 * MM)
    assert high.height > 8 * MM


def test_blank_rows_fill_and_numbers_count() -> None:
    grid = Grid(
        (Column("序号", mm=12), Column("姓名")), [("阮秋月",), ("单雄信",)], numbered=True, blank_to=5
    )

    assert complete_rows(grid) == [("1", "阮秋月"), ("2", "单雄信"), ("3",), ("4",), ("5",)]
    assert len(grid_strips(grid, WIDTH)) == 1 + 5


def test_merged_cells_leave_out_what_they_cover() -> None:
    head = [[Cell("姓名", rows=2), Cell("成绩", columns=2)], ["笔试", "实操"]]
    grid = Grid(
        (Column(), Column(), Column()), [("阮秋月", "80", "90"), (Cell("缺考", columns=3),)], head=head
    )

    words = page_text(pdf_bytes("表", [grid], page=Page(numbered=False)), 0).split()

    assert words == ["姓名", "成绩", "笔试", "实操", "阮秋月", "80", "90", "缺考"]


def test_rows_tied_by_a_merged_cell_stay_on_one_page() -> None:
    grid = Grid((Column(), Column()), [(Cell("上午", rows=3), "1"), ("2",), ("3",)], head=None, row_mm=20)

    assert [strip.height for strip in grid_strips(grid, WIDTH)] == pytest.approx([60 * MM])


def test_too_many_cells_in_a_row_are_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="more cells than the 1 columns"):
        pdf_bytes("表", [Grid((Column(),), [("一", "二")])])


@settings(max_examples=40, deadline=None)
@given(text=st.text(alphabet="阮秋月，。（）“”A1 b-2·𬭎", max_size=60), width=st.floats(30, 200))
def test_broken_lines_keep_the_text_and_the_width(text: str, width: float) -> None:
    lines = textflow.break_lines(text, textflow.Setting(FontFace.SONG, 10, "#000000"), width)

    joined = "".join(piece.text for line in lines for piece in line.pieces)
    assert joined.replace(" ", "") == text.replace(" ", "")
    for line in lines:
        hanging = len("".join(piece.text for piece in line.pieces)) == 1
        assert line.width <= width + 10 or hanging


def test_alignment_moves_the_text() -> None:
    grid = Grid((Column(align=Align.LEFT), Column(align=Align.RIGHT)), [("左", "右")], head=None)

    left, right = Measurer(grid, WIDTH).groups(grid.rows, 0, head=False)[0].cells

    assert (left.align, right.align) == (Align.LEFT, Align.RIGHT)
    text = page_text(pdf_bytes("表", [Text("上"), grid], page=Page(numbered=False)), 0)
    assert "".join(text.split()) == "上左右"
