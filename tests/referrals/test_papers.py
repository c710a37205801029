"""The letter to a college and the Excel list, with and without whole numbers."""

from dataclasses import replace
from pathlib import Path

from openpyxl import load_workbook

from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.referrals import papers, queries, sheets
from kqdesk.store.store import Store
from tests.referrals.conftest import TODAY

SCHOOL = "柯桥区兰亭街道成人文化技术学校"


def test_one_letter_for_each_college(store: Store, referred: list[str]) -> None:
    with store.reading() as session:
        rows = queries.letter_rows(session, referred)
    elsewhere = replace(rows[1], college="浙江开放大学")
    letters = papers.as_letters([rows[0], elsewhere], SCHOOL, "0575-90000001", TODAY, shows_numbers=False)
    pdf = papers.college_letters_pdf(letters)
    words = "".join(page_text(pdf, 1).split())

    assert [letter.college for letter in letters] == ["浙江开放大学", "绍兴开放大学"]
    assert page_count(pdf) == 2
    assert "绍兴开放大学：" in words
    assert "现有1名社会人员有意报读贵校" in words
    assert "139****" in words


def test_the_list_masks_unless_somebody_may_see(store: Store, referred: list[str], tmp_path: Path) -> None:
    with store.reading() as session:
        rows = queries.letter_rows(session, referred)
    shown = []
    for sees in (True, False):
        sheets.write_referrals(tmp_path / "名单.xlsx", rows, shows_numbers=sees)
        head, *lines = load_workbook(tmp_path / "名单.xlsx").active.iter_rows(values_only=True)
        shown.append({dict(zip(head, line, strict=True))["电话"] for line in lines})

    assert shown == [{"13900000000", "13900000001"}, {"139****0000", "139****0001"}]
