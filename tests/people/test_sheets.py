"""Rosters: export and back, the fault file, mending a row in the preview, the dry run's form."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kqdesk.excel.marking import REASON_TITLE
from kqdesk.kernel.national_id import IdKind
from kqdesk.rooms.people.sheets import RosterPerson, as_json, mend, write_faults, write_roster
from kqdesk.rooms.people.terms import education_levels, ethnicities
from kqdesk.rooms.places.rules import townships
from tests.people.rosters import NAMES, TODAY, facts, kinds, number, phone, read, text, write

HEAD = ["姓名", "性别", "身份证号", "出生日期", "村", "联系电话", "学历"]
FAULTY = [
    HEAD,
    [NAMES[0], "男", number(0), "1980-01-02", "上庙村", phone(0), "初中"],
    [NAMES[1], "男", number(1), "1980-01-02", "上庙村", phone(1), "初中"],
    [NAMES[2], "男", number(2)[:-1], "1980-01-02", "上庙村", "123", "初中"],
    ["", "女", number(3), "1980-01-02", "上庙村", phone(3), "待查"],
]


def unplaced(person: RosterPerson) -> RosterPerson:
    return replace(person, sheet=None, row=0)


def test_the_export_reads_back_unchanged(tmp_path: Path) -> None:
    people = [
        RosterPerson(
            None, 0, name="吉克阿木·尔古", id_kind=IdKind.RESIDENT, id_number=number(0), sex="1", birth_date=date(1980, 1, 2),
            ethnicity_code="07", hukou="=1+1", address="平水镇（新）村3组", education_code="70", township_code="330603010",
            village="溪南村", phone=phone(0), phone2="0575-91234567", employer="@SUM(A1)", job="-5", wish="有", path="夜校",
            note="+86",
        ),
        RosterPerson(None, 0, name="TRAN VAN BINH", id_kind=IdKind.FOREIGN_RESIDENCE, id_number="VNM330681022464", sex="2"),
        RosterPerson(None, 0, name="单𠮷慧", id_kind=IdKind.TAIWAN_PERMIT, id_number="12345678", phone=phone(2)),
        RosterPerson(None, 0, name=NAMES[3], phone=phone(3), village="上庙村"),
        RosterPerson(None, 0, name=NAMES[4], phone=phone(4)),
        RosterPerson(None, 0, name=NAMES[5], phone=phone(5)),
    ]  # fmt: skip
    path = tmp_path / "导出.xlsx"

    count = write_roster(path, people)

    found = read(path)
    assert count == len(people)
    assert [unplaced(person) for person in found.people] == people
    assert found.faults == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.builds(
            RosterPerson,
            sheet=st.none(),
            row=st.just(0),
            name=st.sampled_from(NAMES),
            sex=st.sampled_from(["1", "2", None]),
            birth_date=st.none() | st.dates(date(1930, 1, 1), date(2008, 1, 1)),
            ethnicity_code=st.none() | st.sampled_from(sorted(ethnicities())),
            education_code=st.none() | st.sampled_from(sorted(education_levels())),
            township_code=st.none() | st.sampled_from([one.code for one in townships()]),
            village=st.none() | st.sampled_from(["上庙村", "石岭村"]),
            employer=st.none() | st.sampled_from(["甲厂", "=cmd|' /C calc'!A0", "+1", "@x"]),
            wish=st.none() | st.sampled_from(["有", "无", "愿意"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_code_survives_export_and_import(tmp_path: Path, people: list[RosterPerson]) -> None:
    people = [replace(person, phone=phone(at)) for at, person in enumerate(people)]
    path = tmp_path / "导出.xlsx"

    write_roster(path, people)

    assert [unplaced(person) for person in read(path).people] == people


def test_faults_come_with_place_value_and_remedy(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"名单": FAULTY}))

    assert found.rows == 4
    assert facts(found.people, "name") == [(NAMES[0],)]
    assert [(fault.row, fault.letter, fault.kind) for fault in found.faults] == [
        (3, "B", "sex_conflict"),
        (4, "C", "id_format"),
        (4, "F", "phone_invalid"),
        (5, "G", "unknown_education"),
        (5, "A", "name_missing"),
    ]
    assert all(fault.reason.endswith("。") for fault in found.faults)


def test_the_dry_run_has_the_agreed_form(tmp_path: Path) -> None:
    told = as_json(read(write(tmp_path / "a.xlsx", {"名单": FAULTY})))

    assert list(told) == ["rows", "people", "faults", "warnings"]
    assert told["people"][0]["birth_date"] == "1980-01-02"
    fault = told["faults"][1]
    assert (fault["sheet"], fault["row"], fault["column"], fault["kind"], fault["value"]) == (
        "名单", 4, "C", "id_format", number(2)[:-1],
    )  # fmt: skip


def test_a_row_mended_in_the_preview_may_be_taken(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"名单": FAULTY}))
    broken = found.held[1]

    half = mend(broken, {"id_number": number(2)}, today=TODAY)
    whole = mend(half, {"phone": "1600000 0002"}, today=TODAY)

    assert [fault.kind for fault in half.faults] == ["phone_invalid"]
    assert whole.faults == []
    assert (whole.person.name, whole.person.id_number, whole.person.phone) == (NAMES[2], number(2), phone(2))
    assert broken.person.id_number is None


def test_a_duplicate_stays_one_until_its_number_differs(tmp_path: Path) -> None:
    rows = [HEAD[:3], [NAMES[0], "男", number(0)], [NAMES[0], "男", number(0)]]
    held = read(write(tmp_path / "a.xlsx", {"名单": rows})).held[0]

    assert [fault.kind for fault in mend(held, {"name": "王一"}, today=TODAY).faults] == ["duplicate_in_file"]
    assert mend(held, {"id_number": number(2)}, today=TODAY).faults == []


def test_the_fault_file_is_the_same_workbook_with_red_cells(tmp_path: Path) -> None:
    source = write(tmp_path / "a.xlsx", {"名单": FAULTY, "说明": [["填表说明"], ["每村一张"]]})
    found = read(source)
    path = tmp_path / "错误.xlsx"

    write_faults(found, path)

    book = openpyxl.load_workbook(path)
    sheet = book["名单"]
    assert book.sheetnames == ["名单", "说明"]
    assert sheet.cell(1, 8).value == REASON_TITLE
    assert [bool(sheet.cell(row, 8).value) for row in range(2, 6)] == [False, True, True, True]
    red = {
        cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == "FFFF9999"
    }
    assert red == {"B3", "C4", "F4", "G5", "A5"}


def test_a_fault_file_mended_by_hand_brings_only_the_mended(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"名单": FAULTY}))
    path = tmp_path / "错误.xlsx"
    write_faults(found, path)
    book = openpyxl.load_workbook(path)
    book["名单"]["B3"] = "女"
    book.save(path)

    again = read(path)

    assert facts(again.people, "name") == [(NAMES[0],), (NAMES[1],)]
    assert [fault.row for fault in again.faults] == [4, 4, 5, 5]


def test_the_fault_file_of_a_text_file_is_a_workbook(tmp_path: Path) -> None:
    found = read(text(tmp_path / "a.csv", [*FAULTY, ["=1+1", "男", "x", "", "", "", ""]], encoding="gb18030"))
    path = tmp_path / "错误.xlsx"

    write_faults(found, path)

    again = read(path)
    assert kinds(again) == kinds(found)
    assert openpyxl.load_workbook(path).worksheets[0]["A6"].data_type == "s"
