"""Offers kept, taken from the catalogue, imported; answers; a trial class made real in one step."""

from datetime import date

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue.terms import Category, Route, StudyLevel
from kqdesk.rooms.cohorts.actions import EnrolmentWarnings
from kqdesk.rooms.cohorts.queries import cohort_card, enrolments_of, roster
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState, EnrolmentState
from kqdesk.rooms.matching import actions, queries
from kqdesk.rooms.matching.actions import ClassOpened, Imported, Meeting
from kqdesk.rooms.matching.terms import Answer, OfferKind
from kqdesk.rooms.timetable.queries import By, term_lessons
from kqdesk.store.store import Store
from tests.matching.town import TODAY, Town, samples

COLLEGE = {
    "kind": OfferKind.PROGRAMME, "title": "现代纺织技术", "provider": "绍兴开放大学", "route": Route.OPEN_UNIVERSITY,
    "level": StudyLevel.COLLEGE,
}  # fmt: skip


def listed(store: Store) -> list[queries.OfferRow]:
    with store.reading() as session:
        return queries.offers(session, on=TODAY)


def test_an_offer_is_kept_changed_and_retired(store: Store, clerk: str):
    made = store.run(actions.add_offer, clerk, **COLLEGE, words="纺织、染整").value
    store.run(actions.change_offer, clerk, offer_id=made, valid_until=date(2026, 6, 30), fee=120050)

    [row] = listed(store)
    assert (row.title, row.words, row.valid_words, row.fee_words) == (
        "现代纺织技术",
        ("纺织", "染整"),
        "至 2026-06-30",
        "1200.50 元",
    )
    assert (row.offered.level, row.path_words) == ("college", "开放教育 · 专科（高起专）")

    store.run(actions.retire_offer, clerk, offer_id=made)
    assert listed(store)[0].state.label == "停用"


def test_what_cannot_be_is_refused_in_words(store: Store, clerk: str):
    with pytest.raises(UserError, match="要写明是哪所院校的"):
        store.run(actions.add_offer, clerk, kind=OfferKind.PROGRAMME, title="会计", level=StudyLevel.COLLEGE)
    with pytest.raises(UserError, match="截止 2026-01-01 在开始 2026-02-01 以前"):
        store.run(
            actions.add_offer, clerk, kind=OfferKind.TRAINING, title="叉车", valid_from=date(2026, 2, 1),
            valid_until=date(2026, 1, 1),
        )  # fmt: skip


def test_the_catalogue_is_taken_once(store: Store, clerk: str):
    samples(store, clerk)

    first = store.run(actions.take_from_catalogue, clerk).value
    again = store.run(actions.take_from_catalogue, clerk).value

    rows = listed(store)
    assert (first, again) == (len(rows), 0)
    assert {row.offered.level for row in rows if row.kind is OfferKind.DUAL} == {"junior", "senior"}
    assert {row.category for row in rows if row.kind is OfferKind.COURSE} <= set(Category)


def test_an_import_twice_changes_nothing_and_is_one_step(store: Store, clerk: str):
    lines = [
        COLLEGE | {"words": ["纺织"]},
        {"kind": OfferKind.TRAINING, "title": "叉车司机", "provider": "某技校", "fee": 0},
    ]

    first = store.run(actions.import_offers, clerk, lines=lines, file_name="供给.xlsx").value
    again = store.run(actions.import_offers, clerk, lines=lines, file_name="供给.xlsx").value
    other = [lines[0] | {"capacity": 30, "words": []}]
    changed = store.run(actions.import_offers, clerk, lines=other, file_name="供给.xlsx").value

    assert (first, again, changed) == (Imported(2, 0, 0), Imported(0, 0, 2), Imported(0, 1, 0))
    assert next((row.title, row.capacity, row.words) for row in listed(store)) == (
        "现代纺织技术",
        30,
        ("纺织",),
    )
    for _ in range(3):
        store.undo(clerk)
    assert listed(store) == []


def test_vacancies_are_kept_and_imported(store: Store, clerk: str):
    line = {"employer": "蓝桥印染", "title": "挡车工", "words": ["挡车"], "wanted": 5}
    store.run(actions.add_vacancy, clerk, employer="蓝桥印染", title="机修", words="电工 钳工")

    assert store.run(actions.import_vacancies, clerk, lines=[line], file_name="x").value == Imported(1, 0, 0)
    assert store.run(actions.import_vacancies, clerk, lines=[line], file_name="x").value == Imported(0, 0, 1)

    with store.reading() as session:
        rows = queries.vacancies(session, on=TODAY, text="电工")
    assert [(row.title, row.needs) for row in rows] == [("机修", "电工、钳工")]


def test_the_newest_answer_counts(store: Store, clerk: str, town: Town):
    who = [town.people["陈建国"], town.people["王小妹"]]
    store.run(actions.note_answers, clerk, offer_id=town.offers["电工"], person_ids=who, answer=Answer.TOLD)
    store.run(
        actions.note_answers, clerk, offer_id=town.offers["电工"], person_ids=who[:1], answer=Answer.WANTS
    )

    [row] = listed(store)
    assert (row.told, row.wants, row.refused) == (1, 1, 0)
    with pytest.raises(UserError, match="请先选人"):
        store.run(
            actions.note_answers, clerk, offer_id=town.offers["电工"], person_ids=[], answer=Answer.TOLD
        )


def meetings() -> list[Meeting]:
    return [Meeting(date(2026, 3, day), 1110, 1200, 2) for day in (11, 18, 25)]


def test_a_trial_becomes_a_class_with_people_and_lessons_and_goes_back_in_one_step(
    store: Store, clerk: str, town: Town
):
    done = store.run(
        actions.open_from_trial, clerk, title="溪南村电工班", kinds=[CohortKind.VILLAGE], person_ids=list(town.people.values()),
        meetings=meetings(), course_id=town.course, site_id=town.halls["溪南礼堂"], trainer_id=town.trainers["柏师傅"],
        starts_on=date(2026, 3, 11), capacity=3,
    ).value  # fmt: skip

    assert done == ClassOpened(done.cohort_id, 3, 2, 3)
    with store.reading() as session:
        card = cohort_card(session, done.cohort_id)
        assert card is not None
        assert (card.title, card.state, card.subject, card.no) == (
            "溪南村电工班",
            CohortState.PLANNED,
            "电工基础",
            "2026-CB01",
        )
        states = [row.state for row in roster(session, done.cohort_id)]
        assert sorted(states) == [EnrolmentState.ENROLLED] * 3 + [EnrolmentState.WAITING] * 2
        assert [row.on.day for row in term_lessons(session, By.COHORT, done.cohort_id)] == [11, 18, 25]

    store.undo(clerk)

    with store.reading() as session:
        assert cohort_card(session, done.cohort_id) is None
        assert enrolments_of(session, town.people["陈建国"]) == []


def test_what_the_pack_warns_of_stops_a_class_until_somebody_says_yes(store: Store, clerk: str, town: Town):
    samples(store, clerk)
    with store.reading() as session:
        subjects = queries.class_choices(session, TODAY).subjects
    senior = next(one for one in subjects if one.programme_id and "高中" in one.title)
    class_ = {
        "title": "高中班", "kinds": [CohortKind.VILLAGE], "person_ids": [town.people["王小妹"]],
        "programme_id": senior.programme_id, "starts_on": date(2026, 3, 11),
    }  # fmt: skip

    with pytest.raises(EnrolmentWarnings, match="王小妹"):
        store.run(actions.open_from_trial, clerk, **class_)

    assert store.run(actions.open_from_trial, clerk, **class_, accept_warnings=True).value.enrolled == 1


def test_nobody_makes_no_class(store: Store, clerk: str):
    with pytest.raises(UserError, match="没有能来的人"):
        store.run(actions.open_from_trial, clerk, title="空班", kinds=[], person_ids=[])
