"""What a copied class takes over from last year's week, and the rules its course had."""

from datetime import date

from kqdesk.rooms.catalogue.actions import add_course, set_course_rules
from kqdesk.rooms.catalogue.terms import Category
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.timetable import queries
from kqdesk.rooms.timetable.actions import LessonDraft, put_lessons
from kqdesk.rooms.timetable.queries.habits import WeekHabit, week_habits
from kqdesk.store.store import Store

TUESDAYS = (date(2026, 3, 3), date(2026, 3, 10), date(2026, 3, 17), date(2026, 3, 24), date(2026, 3, 31))
MAKEUP = date(2026, 4, 11)  # a Saturday, once


def draft(cohort_id: str, on: date) -> LessonDraft:
    return LessonDraft(cohort_id, on, 18 * 60 + 30, 20 * 60, 2)


def test_the_week_of_last_year_is_offered_until_there_are_lessons(store: Store, clerk: str) -> None:
    old = store.run(
        cohorts.open_cohort, clerk, title="一期", kinds=[CohortKind.NIGHT_SCHOOL], starts_on=TUESDAYS[0]
    ).value
    store.run(
        put_lessons, clerk, lessons=[draft(old, on) for on in (*TUESDAYS, MAKEUP)], accept_warnings=True
    )
    new = store.run(cohorts.copy_cohort, clerk, cohort_id=old, title="二期", starts_on=date(2027, 3, 2)).value

    with store.reading() as session:
        offered = week_habits(session)
    store.run(put_lessons, clerk, lessons=[draft(new, date(2027, 3, 2))], accept_warnings=True)

    assert offered == {new: WeekHabit((2,), 1110, 90, 2, 6)}
    with store.reading() as session:
        assert week_habits(session) == {}


def test_lessons_start_from_the_rules_the_class_was_opened_with(store: Store, clerk: str) -> None:
    course = store.run(
        add_course,
        clerk,
        title="茶艺",
        category=Category.TRADE_SKILLS,
        lesson_count=8,
        lesson_minutes=90,
        hours_per_lesson=2,
    ).value
    kinds = [CohortKind.VILLAGE]
    store.run(
        cohorts.open_cohort, clerk, title="春", kinds=kinds, course_id=course, starts_on=date(2026, 3, 3)
    )
    store.run(
        set_course_rules,
        clerk,
        course_id=course,
        from_on=date(2026, 9, 1),
        lesson_count=12,
        lesson_minutes=60,
    )
    store.run(
        cohorts.open_cohort, clerk, title="秋", kinds=kinds, course_id=course, starts_on=date(2026, 9, 8)
    )

    with store.reading() as session:
        found = {
            one.title: (one.lesson_count, one.lesson_minutes) for one in queries.choices(session).cohorts
        }

    assert found == {"春": (8, 90), "秋": (12, 60)}
