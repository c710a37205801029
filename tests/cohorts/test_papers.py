"""The class list and the proof of enrolment, as text in a real PDF, and the Excel file."""

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
import zxingcpp
from PIL import Image

from kqdesk.kernel.errors import UserError
from kqdesk.printing.preview import page_count, page_png, page_text
from kqdesk.rooms.cohorts import actions, papers, queries, sheets
from kqdesk.rooms.cohorts.terms import EnrolmentState

SCHOOL = "柯桥区兰亭街道成人文化技术学校"


@pytest.fixture
def shown(store, clerk, cohort: str, people: list[str]):
    """The card and the three enrolled, a rare name among those who wait."""
    store.run(actions.edit_cohort, clerk, cohort_id=cohort, capacity=4)
    store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people[:4])
    with store.reading() as session:
        return queries.cohort_card(session, cohort), queries.roster(session, cohort, on_roll_only=True)


def test_class_list_names_everybody_and_masks_numbers(shown) -> None:
    card, rows = shown

    pdf = papers.class_list_pdf([papers.as_class_list(card, rows, SCHOOL)])

    text = page_text(pdf, 0)
    assert page_count(pdf) == 1
    assert "缝纫机维修夜校班花名册" in text
    assert all(row.name in text for row in rows)
    assert rows[0].id_number not in text


def test_a_long_list_repeats_its_head(shown) -> None:
    card, rows = shown
    paper = papers.as_class_list(card, rows * 11, SCHOOL)

    pdf = papers.class_list_pdf([paper])

    assert page_count(pdf) == 2
    assert "证件号码" in page_text(pdf, 1)


def test_the_proof_is_whole_and_only_for_those_in_class(shown) -> None:
    card, rows = shown

    text = page_text(
        papers.enrolment_proof_pdf([papers.as_enrolment_proof(card, rows[0], SCHOOL, date(2026, 3, 9))]), 0
    )

    assert rows[0].id_number in text.replace("\r\n", "").replace("\n", "")
    assert "2026年3月9日" in text
    with pytest.raises(UserError, match="不能开在读证明"):
        papers.as_enrolment_proof(
            card, replace(rows[0], state=EnrolmentState.WITHDRAWN), SCHOOL, date(2026, 3, 9)
        )


def test_the_excel_list_has_whole_numbers_as_text(shown, tmp_path) -> None:
    card, rows = shown

    count = sheets.write_class_list(tmp_path / "list.xlsx", card, rows)

    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").active
    assert count == 4
    assert [sheet.cell(2, column).value for column in (1, 2, 5)] == [1, "阮秋月", rows[0].id_number]


OFFERED = papers.Offered(
    "缝纫机维修夜校班", "缝纫机维修", "修家用平缝机。", "夜校班", "3月3日（周二）开班，每周二 18:30", "文化礼堂", "陈师傅", 25,
    "学费 200 元，押金 50 元",
)  # fmt: skip
ON = date(2026, 3, 2)


def test_the_leaflet_has_a_code_that_opens_the_address_or_says_the_facts() -> None:
    alone = papers.Leaflet(SCHOOL, "0575-84000000", "文教路 1 号", (OFFERED,), "", ON)
    several = papers.Leaflet(SCHOOL, "0575-84000000", "", (OFFERED,) * 4, "https://example.cn/bm", ON)

    pdfs = [papers.leaflet_pdf(paper) for paper in (alone, several)]

    read = [zxingcpp.read_barcodes(Image.open(io.BytesIO(page_png(pdf, 0, 150))))[0].text for pdf in pdfs]
    assert read[0].splitlines() == [
        f"{SCHOOL} 招生", "缝纫机维修夜校班；3月3日（周二）开班，每周二 18:30；文化礼堂；学费 200 元，押金 50 元",
        "报名电话 0575-84000000",
    ]  # fmt: skip
    assert read[1] == "https://example.cn/bm"
    assert [page_count(pdf) for pdf in pdfs] == [1, 1]
    assert "招生名额：25人" in "".join(page_text(pdfs[0], 0).split())


def test_words_for_the_group_chat() -> None:
    later = replace(OFFERED, when="3月10日（周二）开班，每周二 18:30", seats=30)

    assert papers.opening_text(OFFERED, SCHOOL, "84000000", ON).splitlines() == [
        "【开班通知】缝纫机维修夜校班", "时间：3月3日（周二）开班，每周二 18:30", "地点：文化礼堂", "培训师：陈师傅",
        "费用：学费 200 元，押金 50 元", "请已报名的学员准时到课，有事请提前请假。", "咨询电话：84000000",
        f"{SCHOOL}　2026年3月2日",
    ]  # fmt: skip
    assert papers.moved_text(OFFERED, later, SCHOOL, "", ON).splitlines()[1:3] == [
        "时间：3月3日（周二）开班，每周二 18:30 → 3月10日（周二）开班，每周二 18:30", "其他不变，请互相转告。",
    ]  # fmt: skip
    assert papers.cancelled_text(OFFERED, "人数不够", True, SCHOOL, "", ON).splitlines()[1:3] == [
        "因人数不够，本班不办了，给您带来不便，请谅解。", "已经交费的学员，请凭收据到学校办理退费。",
    ]  # fmt: skip


def test_what_a_class_costs_in_words() -> None:
    said = [papers.fee_words(*fees) for fees in ((None, None), (0, None), (20000, 5050), (None, 5000))]

    assert said == ["", "免费", "学费 200 元，押金 50.50 元", "押金 50 元"]
