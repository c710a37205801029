"""Shapes of files that villages and factories send besides the ones beside the checkout."""

from pathlib import Path

import pytest

from kqdesk.excel.reading import Refused
from kqdesk.rooms.people.sheets import RosterRead
from tests.people.rosters import NAMES, facts, kinds, number, phone, read, text, write

HEAD = ["序号", "姓名", "身份证号", "联系电话"]


def line(at: int, *more: object) -> list[object]:
    return [at + 1, NAMES[at], number(at), phone(at), *more]


def names(path: Path) -> list[str | None]:
    return [person.name for person in read(path).people]


def test_three_header_rows(tmp_path: Path) -> None:
    rows = [
        ["平水镇花名册", None, None, None, None, None, None, None],
        ["序号", "基本信息", None, None, None, "就业情况", None, "意愿"],
        [None, "姓名", "证件", None, "学历", "单位", "岗位", None],
        [None, None, "类型", "号码", None, None, None, None],
        [1, NAMES[0], "居民身份证", number(0), "初中", "甲厂", "电工", "有"],
        [2, NAMES[1], "居民身份证", number(1), "小学", "乙厂", "普工", "无"],
    ]
    merges = [
        (0, 0, 0, 7),
        (1, 0, 3, 0),
        (1, 1, 1, 4),
        (1, 5, 1, 6),
        (2, 1, 3, 1),
        (2, 2, 2, 3),
        (2, 4, 3, 4),
        (1, 7, 3, 7),
    ]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}, merges=merges))

    assert facts(found.people, "row", "name", "id_number", "education_code", "employer", "job", "wish") == [
        (5, NAMES[0], number(0), "71", "甲厂", "电工", "有"),
        (6, NAMES[1], number(1), "81", "乙厂", "普工", "无"),
    ]


def test_tables_beside_each_other(tmp_path: Path) -> None:
    rows = [
        ["名单", None, None, None, None, None, None, None, None],
        [*HEAD, None, *HEAD],
        [*line(0), None, *line(2)],
        [*line(1), None, *line(3)],
        [None, None, None, None, None, *line(4)],
    ]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert sorted(facts(found.people, "row", "name", "id_number", "phone")) == sorted(
        (row, NAMES[at], number(at), phone(at)) for row, at in ((3, 0), (3, 2), (4, 1), (4, 3), (5, 4))
    )
    assert found.faults == []


def test_tables_beside_each_other_with_other_headers(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号码", "手机", None, "村", "职工姓名", "证件号码", "电话"],
        [NAMES[0], number(0), phone(0), None, "上庙村", NAMES[1], number(1), phone(1)],
    ]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert facts(found.people, "name", "id_number", "phone", "village") == [
        (NAMES[0], number(0), phone(0), None),
        (NAMES[1], number(1), phone(1), "上庙村"),
    ]


def test_header_on_every_page_and_totals_between(tmp_path: Path) -> None:
    page = [["安昌街道花名册"], HEAD]
    rows = [
        *page, line(0), line(1), ["小计", "2人"], *page, line(2), ["上庙村小计", None, None, "1人"], line(3),
        ["合计:4人"], ["说明:以上属实"], ["填表人:张三", None, "联系电话:16099999999"], ["第1页 共1页"],
    ]  # fmt: skip
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert (found.rows, facts(found.people, "name")) == (4, [(name,) for name in NAMES[:4]])
    assert found.faults == []


def test_a_sample_row_is_no_person(tmp_path: Path) -> None:
    rows = [HEAD, ["例", "张三", number(7), phone(7)], ["1", "例：李四", number(6), phone(6)], line(0)]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert facts(found.people, "name") == [(NAMES[0],)]
    assert [warning.kind for warning in found.warnings] == ["sample_row", "sample_row"]


def test_village_written_in_the_first_row_only(tmp_path: Path) -> None:
    rows = [
        ["村名", *HEAD],
        ["上庙村", *line(0)],
        [None, *line(1)],
        [None, *line(2)],
        ["石岭村", *line(3)],
        [None, *line(4)],
    ]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert [person.village for person in found.people] == ["上庙村"] * 3 + ["石岭村"] * 2


def test_a_missing_village_stays_missing(tmp_path: Path) -> None:
    rows = [
        ["村名", *HEAD],
        ["上庙村", *line(0)],
        ["上庙村", *line(1)],
        [None, *line(2)],
        ["石岭村", *line(3)],
    ]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert [person.village for person in found.people] == ["上庙村", "上庙村", None, "石岭村"]


def test_village_as_a_line_between_groups(tmp_path: Path) -> None:
    rows = [HEAD, ["上庙村"], line(0), line(1), ["石岭村", None, None, None], line(2)]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}, merges=[(1, 0, 1, 3), (4, 0, 4, 3)]))

    assert [person.village for person in found.people] == ["上庙村", "上庙村", "石岭村"]


def test_ditto_marks(tmp_path: Path) -> None:
    rows = [
        [*HEAD, "工作单位", "文化程度"],
        line(0, "甲厂", "初中"),
        line(1, "同上", "〃"),
        line(2, '"', "高中"),
        line(3, "″", "同上"),
    ]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert facts(found.people, "employer", "education_code") == [("甲厂", "71")] * 2 + [("甲厂", "61")] * 2


@pytest.mark.parametrize(
    ("heading", "man", "woman"),
    [
        ("性别", "M", "F"),
        ("性别(1男0女)", 1, 0),
        ("性别（0-男，1-女）", 0, 1),
        ("性别", "男性", "女性"),
        ("性别", 1, 2),
        ("sex", "male", "Female"),
    ],
)
def test_sex_in_other_keys(tmp_path: Path, heading: str, man: object, woman: object) -> None:
    rows = [["姓名", "联系电话", heading], [NAMES[0], phone(0), man], [NAMES[1], phone(1), woman]]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert facts(found.people, "sex") == [("1",), ("2",)]
    assert found.faults == []


def test_boxes_to_tick(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "性别", None, "文化程度", None, None, "是否愿意提升学历", None],
        [None, None, "男", "女", "小学", "初中", "高中", "是", "否"],
        [NAMES[0], number(0), "√", None, None, "✓", None, "√", None],
        [NAMES[1], number(1), None, "√", "√", None, None, None, 1],
    ]
    merges = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 6), (0, 7, 0, 8)]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}, merges=merges))

    assert facts(found.people, "sex", "education_code", "wish") == [("1", "71", "yes"), ("2", "81", "no")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", ["\t", ",", ";"])
def test_text_in_every_encoding(tmp_path: Path, encoding: str, mark: str) -> None:
    path = text(tmp_path / "a.txt", [HEAD, *(line(at) for at in range(4))], encoding=encoding, mark=mark)

    assert names(path) == list(NAMES[:4])


def test_every_field_quoted_and_ids_as_formula(tmp_path: Path) -> None:
    quoted = text(tmp_path / "a.csv", [HEAD, line(0), line(1)], quote=True)
    formula = text(tmp_path / "b.csv", [HEAD, [1, NAMES[0], f'="{number(0)}"', phone(0)]])
    doubled = text(tmp_path / "c.csv", [HEAD, [1, NAMES[0], f'"=""{number(0)}"""', phone(0)]])

    assert names(quoted) == list(NAMES[:2])
    assert facts(read(formula).people, "id_number") == [(number(0),)]
    assert facts(read(doubled).people, "id_number") == [(number(0),)]


def test_html_named_xls(tmp_path: Path) -> None:
    body = "".join(f"<tr><td>{'</td><td>'.join(str(cell) for cell in line(at))}</td></tr>" for at in range(3))
    page = (
        '<html><head><meta charset="gb2312"></head><body><table border=1><tr><th colspan=4>名单</th></tr>'
        f"<tr><th>{'</th><th>'.join(HEAD)}</th></tr>{body}<tr><td colspan=4>合计 3 人</td></tr></table></body></html>"
    )
    path = tmp_path / "a.xls"
    path.write_bytes(page.encode("gb18030"))

    assert facts(read(path).people, "name", "id_number") == [(NAMES[at], number(at)) for at in range(3)]


def test_an_xlsx_under_another_name(tmp_path: Path) -> None:
    made = write(tmp_path / "a.xlsx", {"表": [HEAD, line(0)]})

    assert names(made.rename(tmp_path / "a.xls")) == [NAMES[0]]


def test_columns_of_other_people_are_left_alone(tmp_path: Path) -> None:
    rows = [
        [
            "户主姓名",
            "户主身份证号",
            "姓名",
            "身份证号",
            "联系电话",
            "紧急联系人",
            "紧急联系人电话",
            "填报人",
            "填报人电话",
            "与户主关系",
        ],
        ["钱老大", number(6), NAMES[0], number(0), phone(0), "钱老二", phone(9), "钱小满", phone(8), "子"],
    ]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert facts(found.people, "name", "id_number", "phone", "phone2") == [
        (NAMES[0], number(0), phone(0), None)
    ]


def test_contact_person_under_a_group_heading(tmp_path: Path) -> None:
    rows = [
        ["本人", None, None, "紧急联系人", None],
        ["姓名", "身份证号", "电话", "姓名", "电话"],
        [NAMES[0], number(0), phone(0), "钱老二", phone(9)],
    ]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}, merges=[(0, 0, 0, 2), (0, 3, 0, 4)]))
    flat = read(text(tmp_path / "a.csv", [[cell or "" for cell in cells] for cells in rows]))

    assert facts(found.people, "name", "phone", "phone2") == [(NAMES[0], phone(0), None)]
    assert facts(flat.people, "name", "phone", "phone2") == [(NAMES[0], phone(0), None)]


def test_invisible_characters_and_numbers_as_numbers(tmp_path: Path) -> None:
    rows = [
        HEAD,
        [1, "\u200b王一川\ufeff", f"\u202d{number(0)}\u202c", 16000000000],
        [2, NAMES[1], 330699650627472, phone(1)],
    ]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert facts(found.people, "name", "id_number", "phone") == [
        (NAMES[0], number(0), phone(0)),
        (NAMES[1], "330699650627472", phone(1)),
    ]


def test_any_number_over_fifteen_digits_has_lost_some(tmp_path: Path) -> None:
    rows = [HEAD, [1, NAMES[0], 330603199001010016, phone(0)], line(1)]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert kinds(found) == [(2, "id_precision_lost")]
    assert names_of(found) == [NAMES[1]]
    assert found.held[0].person.id_number is None


def names_of(found: RosterRead) -> list[str | None]:
    return [person.name for person in found.people]


def test_one_person_with_fifteen_and_eighteen_digits(tmp_path: Path) -> None:
    old = "330699650627472"
    rows = [
        HEAD,
        [1, NAMES[1], old, phone(1)],
        [2, NAMES[1], "330699196506274729", phone(1)],
        [3, NAMES[1], number(1), phone(2)],
    ]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert kinds(found) == [(3, "duplicate_in_file")]
    assert (found.faults[0].other_row, found.rows, len(found.people)) == (2, 3, 2)


def test_damaged_names_are_told_and_not_taken(tmp_path: Path) -> None:
    rows = [
        HEAD,
        [1, "王?", number(0), phone(0)],
        [2, "李□梅", number(1), phone(1)],
        [3, "张\ue000", number(2), phone(2)],
        line(3),
    ]
    found = read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert kinds(found) == [(2, "name_damaged"), (3, "name_damaged"), (4, "name_damaged")]
    assert names_of(found) == [NAMES[3]]


def test_hidden_rows_are_told_and_hidden_sheets_left_out(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"表": [HEAD, line(0), line(1)]}, hidden_rows=[2]))

    assert [(warning.row, warning.kind) for warning in found.warnings] == [(3, "hidden_row")]
    assert names_of(found) == list(NAMES[:2])


def test_error_cells_are_told(tmp_path: Path) -> None:
    rows = [[*HEAD, "工作单位"], line(0, "#N/A"), line(1, "甲厂")]
    found = read(text(tmp_path / "a.csv", rows))

    assert facts(found.people, "employer") == [(None,), ("甲厂",)]
    assert [(warning.row, warning.kind) for warning in found.warnings] == [(2, "cell_error")]


def test_headings_may_be_assigned_by_hand(tmp_path: Path) -> None:
    rows = [["大名", "身份证号", "何处高就"], [NAMES[0], number(0), "甲厂"]]
    path = write(tmp_path / "a.xlsx", {"表": rows})
    found = read(path, titles={"大名": "name", "何处高就": "employer"})

    assert facts(found.people, "name", "employer") == [(NAMES[0], "甲厂")]


@pytest.mark.parametrize(
    "rows",
    [
        [["节次", "时间", "周一"], [1, "18:00", "语文"]],
        [["村名", "人数", "有意愿人数"], ["上庙村", 14, 6]],
        [["序号", "物资名称", "数量", "联系人", "联系电话"], [1, "桌子", 20, "张三", "16000000001"]],
        [["通知"], ["请各村填报花名册，写明姓名、身份证号、联系电话。"]],
    ],
)
def test_what_is_no_roster_is_refused(tmp_path: Path, rows: list[list[object]]) -> None:
    with pytest.raises(Refused) as refused:
        read(write(tmp_path / "a.xlsx", {"表": rows}))

    assert refused.value.kind == "no_roster"


def test_a_header_without_people_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read(write(tmp_path / "a.xlsx", {"表": [["花名册"], HEAD, [1], [2], ["合计"]]}))

    assert refused.value.kind == "no_roster"
