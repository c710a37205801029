"""Files of the known kinds at their worst: dates in three columns, numbers round names, notes inside ID cells."""

from datetime import date
from pathlib import Path

import pytest

from tests.people.rosters import NAMES, facts, kinds, number, phone, read, text, write

BORN = "19850302"
DAY = date(1985, 3, 2)


def card(at: int) -> str:
    return number(at, born=BORN)


def test_birth_written_in_three_columns_under_one_heading(tmp_path: Path) -> None:
    rows = [
        ["某镇花名册", None, None, None, None, None, None],
        ["编号", "人员姓名", "出生", None, None, "证件信息", None],
        [None, None, "年", "月", "日", "证件名称", "证件号"],
        [1, NAMES[0], 1985, 3, 2, "身份证", card(0)],
        [2, NAMES[1], "1985年", "03月", "02日", "身份证", card(1)],
        [3, NAMES[2], 1990, 12, 31, None, None],
        [4, NAMES[3], 1985, 13, 2, None, None],
    ]
    merges = [(0, 0, 0, 6), (1, 2, 1, 4), (1, 5, 1, 6), (1, 0, 2, 0), (1, 1, 2, 1)]

    found = read(write(tmp_path / "a.xlsx", {"表": rows}, merges=merges))

    assert facts(found.people, "name", "birth_date") == [
        (NAMES[0], DAY), (NAMES[1], DAY), (NAMES[2], date(1990, 12, 31)),
    ]  # fmt: skip
    assert kinds(found) == [(7, "date_invalid")]


def test_a_small_number_is_no_birth_date(tmp_path: Path) -> None:
    """Excel's day 41 is in 1900; on a roster it is an age."""
    found = read(
        write(tmp_path / "a.xlsx", {"表": [["姓名", "出生日期"], [NAMES[0], 41], [NAMES[1], 31108]]})
    )

    assert (facts(found.people, "name", "birth_date"), kinds(found)) == (
        [(NAMES[1], DAY)],
        [(2, "date_invalid")],
    )


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("1.王一川", "王一川"), ("12、王一川", "王一川"), ("①王一川", "王一川"), ("王一川13组", "王一川"),
        ("王一川　组长", "王一川"), ("王 一 川", "王一川"), ("王一川 16000000011", "王一川"), ("王一川2", "王一川"),
        ("阿依古丽·买买提", "阿依古丽·买买提"), ("JOHN 3 SMITH", "JOHN 3 SMITH"), ("王主任", "王主任"),
    ],
)  # fmt: skip
def test_what_stands_round_a_name_is_no_name(tmp_path: Path, written: str, name: str) -> None:
    found = read(write(tmp_path / "a.xlsx", {"表": [["姓名", "身份证号"], [written, card(0)]]}))

    assert [person.name for person in found.people] == [name]
    assert [one.kind for one in found.warnings] == (
        ["name_note"] if name == "王一川" and " 一" not in written else []
    )


def test_two_names_in_one_cell_are_held(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"表": [["姓名", "身份证号"], ["王一川/李二妹", card(0)]]}))

    assert kinds(found) == [(2, "name_damaged")]


@pytest.mark.parametrize("written", ["身份证：{}", "{}（新）", "证件号码: {}", " {} (已核)"])
def test_notes_round_an_id_number(tmp_path: Path, written: str) -> None:
    rows = [["姓名", "身份证号"], [NAMES[0], written.format(card(0))]]

    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert (facts(found.people, "id_number"), found.faults) == ([(card(0),)], [])


@pytest.mark.parametrize("written", ["身份证：{}", "{}（新）"])
def test_a_wrong_number_with_a_note_is_still_wrong(tmp_path: Path, written: str) -> None:
    wrong = card(0)[:-1] + ("1" if card(0)[-1] == "0" else "0")

    found = read(
        write(tmp_path / "a.xlsx", {"表": [["姓名", "身份证号"], [NAMES[0], written.format(wrong)]]})
    )

    assert kinds(found) == [(2, "id_check_digit")]


def test_a_household_list_names_its_members(tmp_path: Path) -> None:
    rows = [
        ["户号", "户主姓名", "户主身份证", "成员姓名", "与户主关系", "成员身份证号", "成员电话"],
        [1, "王老大", card(4), NAMES[0], "儿子", card(0), phone(0)],
        [None, None, None, NAMES[1], "儿媳", card(1), phone(1)],
    ]

    found = read(write(tmp_path / "a.xlsx", {"户": rows}))

    assert facts(found.people, "name", "id_number", "phone") == [
        (NAMES[0], card(0), phone(0)), (NAMES[1], card(1), phone(1)),
    ]  # fmt: skip


def test_family_members_beside_a_person_are_left_alone(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "电话", "家庭成员姓名", "家庭成员电话"],
        [NAMES[0], card(0), phone(0), "王大", phone(5)],
    ]

    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert facts(found.people, "name", "phone", "phone2") == [(NAMES[0], phone(0), None)]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "utf-16-be", "utf-16"])
def test_dates_and_papers_in_any_writing_and_encoding(tmp_path: Path, encoding: str) -> None:
    spaced = f"{card(0)[:6]} {card(0)[6:14]} {card(0)[14:]}"
    wide = "".join(chr(ord(mark) + 0xFEE0) for mark in card(2))
    rows = [
        ["姓  名", "性 别", "公民身份证号码", "出生年月", "有无提升学历愿望"],
        ["王 一 川", "男", spaced, "85.3.2", "有"],
        [NAMES[1], "女", card(1).lower(), "八五年三月二日", "无"],
        [NAMES[2], "男", wide, "1985年3月", ""],
        [NAMES[3], "女", card(3)[:6] + card(3)[8:17], "85/3", "有"],
        ["合计", "", "4人", "", ""],
    ]

    found = read(text(tmp_path / "a.txt", rows, encoding=encoding, mark="\t"))

    assert facts(found.people, "name", "id_number", "birth_date", "wish") == [
        (NAMES[0], card(0), DAY, "有"), (NAMES[1], card(1), DAY, "无"), (NAMES[2], card(2), DAY, None),
        (NAMES[3], card(3)[:6] + card(3)[8:17], DAY, "有"),
    ]  # fmt: skip
    assert found.faults == []
