"""The sign-in sheet: one column for few, two for many, leave already printed."""

from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.attendance import actions, papers, queries
from kqdesk.rooms.attendance.terms import Mark
from tests.attendance.conftest import Cohort


def test_thirty_learners_fit_one_page_and_leave_is_printed(store, clerk, cohort: Cohort) -> None:
    lesson = cohort.lessons[2]
    store.run(actions.set_mark, clerk, lesson_id=lesson, enrolment_id=cohort.learners[4], mark=Mark.EXCUSED)
    with store.reading() as session:
        roll = queries.lesson_roll(session, lesson)
    assert roll is not None

    pdf = papers.sign_in_pdf([papers.as_sign_in_sheet(roll, "兰亭成校")])

    text = page_text(pdf, 0)
    assert page_count(pdf) == 1
    assert all(row.name in text for row in roll.rows)
    assert text.count("假") == 4  # in the row, in both heads and in the note below
    assert "2026年3月3日 周二" in text
