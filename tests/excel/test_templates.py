"""The user's own workbooks and documents as papers: every format kept, every unknown field named."""

import io
import re
from datetime import date

import docx
import openpyxl
import pytest
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Alignment, Border, Font, Side
from PIL import Image

from kqdesk.excel.templates import Filling, Picture, Spot, fill, look, unknown
from kqdesk.excel.templates.child import fill_in_child, look_in_child
from kqdesk.excel.templates.fields import is_broken, names_in, put_in, sole
from kqdesk.kernel.child import GivenUp
from kqdesk.kernel.errors import InputFaults

THIN = Border(*[Side(style="thin")] * 4)


class Quiet:
    """An outlet nobody listens to."""

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Nothing."""

    def part(self, value: object) -> None:
        """Nothing."""


def register() -> bytes:
    """A 成绩册 as a district would send it: a title over merged cells, a head, one pattern row, a sum, signatures."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "成绩册"
    sheet["A1"] = "{{学校名称}}成绩册（{{考试名称}}）"
    sheet.merge_cells("A1:D1")
    sheet["A1"].font = Font(name="宋体", size=18, bold=True)
    sheet.append(["序号", "姓名", "证件号码", "语文"])
    sheet.append(["{{考生.序号}}", "{{考生.姓名}}", "{{考生.证件号码}}", "{{考生.语文}}"])
    for cell in sheet[3]:
        cell.border, cell.font, cell.alignment = (
            THIN,
            Font(name="仿宋", size=11),
            Alignment(horizontal="center"),
        )
    sheet.row_dimensions[3].height = 24
    sheet.append(["合计", "", "", "=SUM(D3:D3)"])
    sheet.append(["登分人：", "", "日期：", "{{打印日期}}"])
    sheet.merge_cells("A5:B5")
    sheet.row_dimensions[5].height = 33
    return saved(book)


def saved(book: openpyxl.Workbook | docx.document.Document) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def letter() -> bytes:
    """A 登记表 in Word: a field cut over three runs, a table with a repeated row, a header, a bold field."""
    book = docx.Document()
    book.sections[0].header.paragraphs[0].text = "{{学校名称}}"
    line = book.add_paragraph("姓名：")
    for piece in ("{{姓", "名", "}}，你好"):
        line.add_run(piece)
    strong = book.add_paragraph().add_run("{{班级}}")
    strong.bold, strong.font.size = True, Pt(16)
    book.add_paragraph("{{照片}}")
    table = book.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "科目", "分数"
    table.cell(1, 0).text, table.cell(1, 1).text = "{{成绩.科目}}", "{{成绩.分数}}（{{姓名}}）"
    return saved(book)


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 40), "white").save(out, "PNG")
    return out.getvalue()


ROWS = [
    {"姓名": "陈学一", "证件号码": "330621198001010011", "语文": 81},
    {"姓名": "=HYPERLINK(1)", "证件号码": "33062119800101002X", "语文": None},
    {"姓名": "㛃䶮", "证件号码": "", "语文": 60},
]


def filled_sheet(content: bytes, filling: Filling):
    made = fill_in_child({"content": content, "fillings": [_plain(filling)]}, Quiet())
    return openpyxl.load_workbook(io.BytesIO(made[0])).active


def _plain(filling: Filling) -> dict[str, object]:
    from kqdesk.excel.templates import _plain as packed  # noqa: PLC0415 -- the very form the pipe carries

    return packed(filling)


def test_what_a_workbook_asks_for_is_told_with_its_cells():
    found = look(register(), "成绩册.xlsx")

    assert found.kind == "xlsx"
    assert found.spots[:3] == (
        Spot("学校名称", "“成绩册”A1"), Spot("考试名称", "“成绩册”A1"), Spot("考生.序号", "“成绩册”A3"),
    )  # fmt: skip


def test_an_unknown_field_is_named_with_its_cell_and_the_nearest():
    found = unknown(
        look(register(), "成绩册.xlsx"),
        ["学校名称", "考试名称", "考生.序号", "考生.姓名", "考生.证件号", "考生.语文"],
    )

    assert [one.words for one in found] == [
        "“成绩册”C3的“考生.证件号码”不是这里有的字段，是不是“考生.证件号”。",
        "“成绩册”D5的“打印日期”不是这里有的字段。",
    ]


def test_rows_repeat_with_their_formats_and_what_is_below_moves_down():
    sheet = filled_sheet(
        register(),
        Filling(
            {"学校名称": "兰亭成校", "考试名称": "春季考试", "打印日期": date(2026, 3, 2)}, {"考生": ROWS}
        ),
    )

    assert sheet["A1"].value == "兰亭成校成绩册（春季考试）"
    assert (sheet["A1"].font.name, sheet["A1"].font.sz, sheet["A1"].font.b) == ("宋体", 18, True)
    assert [[cell.value for cell in row] for row in sheet["A3:D5"]] == [
        [1, "陈学一", "330621198001010011", 81],
        [2, "=HYPERLINK(1)", "33062119800101002X", None],
        [3, "㛃䶮", None, 60],
    ]
    assert {sheet.cell(row, 2).border.top.style for row in (3, 4, 5)} == {"thin"}
    assert [sheet.row_dimensions[row].height for row in (3, 4, 5, 7)] == [24, 24, 24, 33]
    assert sheet["C3"].number_format == "@"
    assert sheet["B4"].data_type == "s"  # never a formula
    assert (sheet["A6"].value, sheet["D6"].value) == ("合计", "=SUM(D3:D5)")
    assert sheet["D7"].value.date() == date(2026, 3, 2)
    assert {str(one) for one in sheet.merged_cells.ranges} == {"A1:D1", "A7:B7"}


def test_an_empty_list_leaves_an_empty_row():
    sheet = filled_sheet(register(), Filling({"学校名称": "兰亭成校"}, {"考生": []}))

    assert [cell.value for cell in sheet[3]] == [None, None, None, None]
    assert sheet["A4"].value == "合计"


def test_a_document_keeps_its_formats_and_joins_fields_word_has_cut():
    (made,) = fill(
        letter(),
        "登记表.docx",
        [
            Filling(
                {"学校名称": "兰亭成校", "姓名": "陈学一", "班级": "高中班", "照片": Picture(photo())},
                {"成绩": [{"科目": "语文", "分数": 81}, {"科目": "数学", "分数": 60}]},
            )
        ],
    )

    book = docx.Document(io.BytesIO(made))
    texts = [paragraph.text for paragraph in book.paragraphs]
    assert texts[:2] == ["姓名：陈学一，你好", "高中班"]
    assert (book.paragraphs[1].runs[0].bold, book.paragraphs[1].runs[0].font.size) == (True, Pt(16))
    assert book.sections[0].header.paragraphs[0].text == "兰亭成校"
    assert [[cell.text for cell in row.cells] for row in book.tables[0].rows] == [
        ["科目", "分数"], ["语文", "81（陈学一）"], ["数学", "60（陈学一）"],
    ]  # fmt: skip
    assert len(book.inline_shapes) == 1


def test_a_document_says_where_its_fields_stand():
    found = look(letter(), "登记表.docx")

    assert (found.kind, found.spots[0]) == ("docx", Spot("姓名", "正文第 1 段"))
    assert Spot("学校名称", "页眉第 8 段") in found.spots


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + bytes(600)
            + "WordDocument".encode("utf-16-le")
            + bytes(2000),
            "old_word",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le") + bytes(2000),
            "old_excel",
        ),
        (b"%PDF-1.7", "wrong_format"),
        (b"PK\x03\x04 cut", "damaged"),
    ],
)
def test_what_cannot_be_a_template_is_refused(content: bytes, kind: str):
    with pytest.raises(GivenUp) as caught:
        look_in_child({"content": content}, Quiet())

    assert caught.value.kind == kind


def test_old_word_is_told_to_be_saved_as_docx():
    content = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(2000)
    )

    with pytest.raises(InputFaults, match=r"请另存为 \.docx"):
        look(content, "表.doc")


def test_braces_that_do_not_match_are_named_with_their_place():
    book = openpyxl.Workbook()
    book.active["B2"] = "{{姓名}"

    with pytest.raises(InputFaults, match=re.escape("“Sheet”B2里“{{”和“}}”没有成对")):
        look(saved(book), "表.xlsx")


@settings(max_examples=80)
@given(st.lists(st.sampled_from(["姓名", "班级", "文 字", "：", "{", "}", " "]), max_size=12))
def test_texts_without_whole_fields_are_left_as_they_are(pieces: list[str]):
    text = "".join(pieces)

    assert put_in(text, lambda name: "X") == text if not names_in(text) else True
    assert sole(text) == "" or names_in(text) == [sole(text)]
    assert is_broken("{{" + text.replace("}", "")) is True
