"""Sheets with a form per person: label beside value, several on a sheet; faults by the form's own cell."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kqdesk.excel.cards import ticked
from kqdesk.rooms.people.sheets import mend, write_faults
from tests.people.rosters import NAMES, TODAY, facts, kinds, number, phone, read, text, write


def form(at: int, **more: Any) -> list[list[Any]]:
    """A registration form of six rows and seven columns."""
    told = {"id": number(at), "sex": "女" if at % 2 else "男", "phone": phone(at), "school": "初中", **more}
    return [
        ["双证制成人高中学员登记表", None, None, None, None, None, None],
        ["姓 名", NAMES[at], "性别", told["sex"], "民族", "汉族", "照片"],
        ["身份证号码", told["id"], None, None, "出生年月", "1980.1.2", None],
        ["户籍所在地", "柯桥区溪南村", None, None, "文化程度", told["school"], None],
        ["工作单位", "兰亭纺织厂", None, None, "岗位", "挡车工", None],
        ["联系电话", told["phone"], None, None, "学历提升意愿", "☑有 □无", None],
    ]


def merges(top: int) -> list[tuple[int, int, int, int]]:
    return [(top, 0, top, 6), *((top + n, 1, top + n, 3) for n in (2, 3, 4, 5)), (top + 1, 6, top + 5, 6)]


KEYS = (
    "row", "name", "sex", "id_number", "birth_date", "ethnicity_code", "hukou", "education_code", "employer", "job",
    "phone", "wish",
)  # fmt: skip


def told(at: int, row: int) -> tuple[Any, ...]:
    return (
        row, NAMES[at], "2" if at % 2 else "1", number(at), read_day(), "01", "柯桥区溪南村", "71", "兰亭纺织厂", "挡车工",
        phone(at), "有",
    )  # fmt: skip


def read_day() -> Any:
    return TODAY.replace(year=1980, month=1, day=2)


def test_forms_below_each_other(tmp_path: Path) -> None:
    rows = [*form(0), [None] * 7, *form(1), [None] * 7, *form(2)]
    found = read(write(tmp_path / "a.xlsx", {"登记表": rows}, merges=[*merges(0), *merges(7), *merges(14)]))

    assert (found.rows, found.faults) == (3, [])
    assert facts(found.people, *KEYS) == [told(0, 2), told(1, 9), told(2, 16)]


def test_one_form_a_sheet_and_an_empty_one(tmp_path: Path) -> None:
    blank = [[cell if n % 2 == 0 else None for n, cell in enumerate(row)] for row in form(2)]
    sheets = {NAMES[0]: form(0), NAMES[1]: form(1), "空表": blank}

    found = read(write(tmp_path / "a.xlsx", sheets))

    assert facts(found.people, "sheet", *KEYS) == [(NAMES[0], *told(0, 2)), (NAMES[1], *told(1, 2))]


def test_forms_beside_each_other(tmp_path: Path) -> None:
    pairs = [[*left, None, *right] for left, right in zip(form(0), form(1), strict=True)]
    more = [[*left, None, *right] for left, right in zip(form(2), form(3), strict=True)]

    found = read(write(tmp_path / "a.xlsx", {"表": [*pairs, *more]}))

    assert facts(found.people, *KEYS) == [told(0, 2), told(1, 2), told(2, 8), told(3, 8)]


def test_labels_with_a_colon_in_one_cell_and_a_digit_in_each_box(tmp_path: Path) -> None:
    def lines(at: int) -> list[list[Any]]:
        return [
            [f"姓名：{NAMES[at]}  性别：{'女' if at % 2 else '男'}", f"联系电话: {phone(at)}"],
            ["身份证号", *number(at)],
            ["村（社区）", "溪南村", "文化程度", "□小学 ☑初中 □高中"],
        ]

    found = read(text(tmp_path / "a.csv", [row for at in (0, 1) for row in lines(at)]))

    assert facts(found.people, "row", "name", "sex", "id_number", "phone", "village", "education_code") == [
        (1, NAMES[0], "1", number(0), phone(0), "溪南村", "71"),
        (4, NAMES[1], "2", number(1), phone(1), "溪南村", "71"),
    ]


def test_what_stands_above_the_name_is_of_that_form(tmp_path: Path) -> None:
    rows = [row for at in (0, 1) for row in ([["报名课程", ("电工", "茶艺")[at]], *form(at)[1:]])]

    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert facts(found.people, "name", "courses") == [(NAMES[0], ("电工",)), (NAMES[1], ("茶艺",))]


def test_family_and_other_peoples_labels_are_left_alone(tmp_path: Path) -> None:
    more = [
        ["紧急联系人", "王大", None, None, "紧急联系人电话", "16000000099", None],
        ["家庭成员", "称谓", "姓名", "年龄", "工作单位", None, None],
        [None, "父亲", "王老", "70", "务农", None, None],
    ]

    found = read(write(tmp_path / "a.xlsx", {"表": [*form(0), *more, *form(1), *more]}))

    assert facts(found.people, "name", "employer", "phone", "phone2") == [
        (NAMES[0], "兰亭纺织厂", phone(0), None), (NAMES[1], "兰亭纺织厂", phone(1), None),
    ]  # fmt: skip


def test_faults_mark_the_cell_of_the_form_and_the_mended_file_comes_in(tmp_path: Path) -> None:
    wrong = number(1)[:-1] + ("0" if number(1)[-1] != "0" else "1")
    rows = [*form(0), *form(1, id=wrong, phone="1600000"), *form(2, id=None)]
    path = write(tmp_path / "a.xlsx", {"表": rows}, merges=[*merges(0), *merges(6), *merges(12)])

    found = read(path)

    assert facts(found.people, "name") == [(NAMES[0],), (NAMES[2],)]
    assert kinds(found) == [(9, "id_check_digit"), (12, "phone_invalid")]
    assert [(one.letter, one.heading) for one in found.faults] == [("B", "身份证号码"), ("B", "联系电话")]
    assert [(one.row, one.letter) for one in found.warnings if one.kind == "id_missing"] == [(15, "B")]
    mended = mend(found.held[0], {"id_number": number(1), "phone": phone(1)}, today=TODAY)
    assert (mended.faults, mended.person.id_number) == ([], number(1))
    write_faults(found, tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    sheet = book.active
    assert sheet["B9"].fill.start_color.rgb == "FFFF9999"
    assert (sheet["H2"].value, "校验" in sheet["H9"].value or "位" in sheet["H9"].value) == ("哪里要改", True)
    sheet["B9"].value, sheet["B12"].value = number(1), phone(1)
    book.save(tmp_path / "c.xlsx")
    again = read(tmp_path / "c.xlsx")
    assert (again.faults, facts(again.people, "name")) == ([], [(NAMES[0],), (NAMES[1],), (NAMES[2],)])


def test_a_table_whose_header_comes_on_every_page_is_no_form(tmp_path: Path) -> None:
    head = ["姓名", "工号", "性别", "班组", "电话", "岗级"]
    rows = [row for at in range(6) for row in (head, [NAMES[at], "G1", "男", "甲班", phone(at), "三"])]

    assert facts(read(write(tmp_path / "a.xlsx", {"表": rows})).people, "name", "phone") == [
        (NAMES[at], phone(at)) for at in range(6)
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("☑男 □女", "男"), ("男（√） 女（  ）", "男"), ("男□ 女☑", "女"), ("□男 □女", None), ("■ 初中 □ 高中", "初中"),
        ("男√ 女□", "男"), ("男", "男"), (3, 3),
    ],
)  # fmt: skip
def test_what_is_ticked(written: Any, expected: Any) -> None:
    assert ticked(written) == expected
