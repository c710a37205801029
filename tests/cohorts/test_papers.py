"""The class list and the proof of enrolment, as text in a real PDF, and the Excel file."""

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.printing.preview import page_count, page_text
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
