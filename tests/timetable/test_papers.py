"""Week and term timetables as text in a real PDF."""

from datetime import date

from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.timetable import actions, papers, queries
from kqdesk.rooms.timetable.queries import By
from tests.timetable.conftest import Town
from tests.timetable.test_actions import TUESDAY, draft


def test_week_and_term_say_who_where_when(store, clerk, town: Town) -> None:
    days = [TUESDAY, date(2026, 3, 10), date(2026, 4, 7)]
    ids = store.run(actions.put_lessons, clerk, lessons=[draft(town, day) for day in days]).value
    store.run(actions.cancel_lesson, clerk, lesson_id=ids[1], reason="停电")
    with store.reading() as session:
        rows = queries.term_lessons(session, By.COHORT, town.sewing)
    paper = papers.as_timetable(
        "缝纫班", By.COHORT, rows, "兰亭成校", date(2026, 3, 1), [(date(2026, 3, 6), "台风停课")]
    )

    week = papers.timetable_pdf([papers.week_timetable(paper, date(2026, 3, 2))])
    term = papers.timetable_pdf([papers.term_timetable(paper)])

    assert (page_count(week), page_count(term)) == (1, 1)
    assert all(word in page_text(week, 0) for word in ("缝纫班课程表", "18:30—20:00", "王水根", "台风停课"))
    assert all(
        word in page_text(term, 0) for word in ("2026年3月", "2026年4月", "停课", "兰亭村礼堂·大教室", "2 次")
    )
