"""Who fits what; kept up with the journal; demand and its gaps; a trial's ground and outlook; what goes out."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from kqdesk.rooms.catalogue.terms import Category, StudyLevel
from kqdesk.rooms.cohorts.actions import enrol, open_cohort
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.matching import actions, queries
from kqdesk.rooms.matching.queries import ClassWish, Filters, Known
from kqdesk.rooms.matching.rules.trial import chances
from kqdesk.rooms.matching.terms import Answer, OfferKind
from kqdesk.rooms.people.actions import add_person, edit_person
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.actions import change_site, change_village
from kqdesk.rooms.places.queries import villages
from kqdesk.rooms.survey import actions as survey
from kqdesk.rooms.survey.model import SurveyAnswer
from kqdesk.rooms.survey.queries import answers
from kqdesk.rooms.survey.terms import Grouping, TimeWish, WishKind
from kqdesk.rooms.timetable.actions import LessonDraft, put_lessons
from kqdesk.rooms.trainers.actions import set_availability
from kqdesk.rooms.trainers.rules import Span
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.matching.town import KEQIAO, LANTING, TODAY, Town, samples
from tests.statements import count_statements


@action("测试迁出")
def move_away(w: Writing, *, person_id: str) -> None:
    w.session.get_one(Person, person_id).state = "moved"


@action("测试并入")
def repoint(w: Writing, *, loser: str, winner: str) -> None:
    for answer in w.session.scalars(select(SurveyAnswer).where(SurveyAnswer.person_id == loser)):
        answer.person_id = winner


def known(store: Store) -> Known:
    with store.reading() as session:
        return queries.know_everybody(session, on=TODAY)


def names(store: Store, ids: Iterable[str]) -> list[str]:
    with store.reading() as session:
        found = queries.people.people_named(session, list(ids))
    return [found[key][0] for key in ids]


def who(store: Store, offer: str, filters: Filters = queries.ALL) -> list[str]:
    with store.reading() as session:
        [row] = queries.offers(session, on=TODAY, ids=[offer])
        gates = queries.gates_on(session, TODAY)
        found = queries.who_fits(
            session, queries.know_everybody(session, on=TODAY), row.offered, gates, on=TODAY, filters=filters
        )
    assert len(found.rows) == found.total == len(found.ids)
    return [fit.name for fit in found.rows]


def test_who_fits_a_course_and_what_lifting_a_gate_adds(store: Store, clerk: str, town: Town):
    assert who(store, town.offers["电工"]) == ["陈建国", "王小妹", "周大海"]
    assert who(store, town.offers["电工"], Filters(ignored=frozenset({"time"}))) == [
        "陈建国",
        "王小妹",
        "周大海",
        "钱阿毛",
    ]
    assert who(store, town.offers["电工"], Filters(village="柯家坞村")) == ["周大海"]
    assert who(store, town.offers["电工"], Filters(township=LANTING, village="溪南村")) == [
        "陈建国",
        "王小妹",
    ]
    assert who(store, town.offers["电工"], Filters(employer="蓝桥印染")) == ["陈建国"]

    store.run(
        actions.note_answers,
        clerk,
        offer_id=town.offers["电工"],
        person_ids=[town.people["陈建国"]],
        answer=Answer.REFUSED,
    )

    assert who(store, town.offers["电工"]) == ["王小妹", "周大海"]
    assert who(store, town.offers["电工"], Filters(hides_refused=False)) == ["陈建国", "王小妹", "周大海"]


def test_a_college_takes_whom_the_packs_admit(store: Store, clerk: str, town: Town):
    college = store.run(
        actions.add_offer,
        clerk,
        kind=OfferKind.PROGRAMME,
        title="会计",
        provider="某校",
        level=StudyLevel.COLLEGE,
    ).value

    assert who(store, college) == ["孙巧云"]  # 陈建国 wants it too and has 初中


def test_the_counts_are_those_of_the_lists(store: Store, town: Town):
    with store.reading() as session:
        rows = queries.offers(session, on=TODAY)
        gates = queries.gates_on(session, TODAY)
        assert queries.counts(known(store), rows, gates) == {town.offers["电工"]: 3}
        assert queries.counts(known(store), rows, gates, Filters(village="柯家坞村")) == {
            town.offers["电工"]: 1
        }


def test_after_an_edit_only_what_changed_is_read_and_it_is_as_if_read_anew(
    store: Store, clerk: str, town: Town
):
    before = known(store)
    store.run(
        edit_person,
        clerk,
        person_id=town.people["周大海"],
        changes={"education_code": "71", "village": "溪南村"},
    )
    fresh = store.run(
        add_person, clerk, fields={"name": "新来的", "wish": "有", "township_code": LANTING}
    ).value
    with store.reading() as session:
        answer = {row.name: row.id for row in answers(session, round_id=town.round_id)}["陈建国"]
    store.run(survey.put_answers, clerk, changes={answer: {"skills": ["插花"]}})
    cohort = store.run(
        open_cohort, clerk, title="电工班", kinds=[CohortKind.VILLAGE], course_id=town.course
    ).value
    store.run(enrol, clerk, cohort_id=cohort, person_ids=[town.people["王小妹"]])
    store.run(move_away, clerk, person_id=town.people["钱阿毛"])

    with store.reading() as session:
        after = queries.keep_up(session, before, on=TODAY)
    anew = known(store)

    assert {one.id: one for one in after.pool.people if one.is_here} == {
        one.id: one for one in anew.pool.people
    }
    assert after.position == anew.position
    assert fresh in after.pool.place_of
    assert len(after.pool.people) == 6

    for _ in range(6):
        store.undo(clerk)
    with store.reading() as session:
        back = queries.keep_up(session, after, on=TODAY)
    assert {one.id: one for one in back.pool.people if one.is_here} == {
        one.id: one for one in before.pool.people
    }


def test_an_answer_that_becomes_another_persons_leaves_the_first_without(
    store: Store, clerk: str, town: Town
):
    before = known(store)
    store.run(repoint, clerk, loser=town.people["周大海"], winner=town.people["孙巧云"])

    with store.reading() as session:
        after = queries.keep_up(session, before, on=TODAY)

    skills = {one.id: one.skills for one in after.pool.people}
    assert (skills[town.people["周大海"]], skills[town.people["孙巧云"]]) == ((), ("电工",))


def test_nothing_changed_is_the_same_and_another_day_is_read_anew(store: Store, town: Town):
    first = known(store)

    with store.reading() as session:
        assert queries.keep_up(session, first, on=TODAY) is first
        assert queries.keep_up(session, first, on=date(2026, 3, 3)).pool.on == date(2026, 3, 3)


def test_reading_everybody_asks_the_same_however_many(store: Store, clerk: str, town: Town):
    ask = [
        lambda session: queries.know_everybody(session, on=TODAY),
        lambda session: queries.offers(session, on=TODAY),
    ]
    before = count_statements(store, *ask)
    store.run(add_person, clerk, fields={"name": "新来的"})
    samples(store, clerk)
    store.run(actions.take_from_catalogue, clerk)

    assert count_statements(store, *ask) == before == [4, 4]


def test_everything_one_person_could_do_with_why_not(store: Store, clerk: str, town: Town):
    samples(store, clerk)
    store.run(actions.take_from_catalogue, clerk)

    with store.reading() as session:
        rows, gates = queries.offers(session, on=TODAY), queries.gates_on(session, TODAY)
        ways = queries.ways_of(session, known(store), rows, gates, person_id=town.people["陈建国"], on=TODAY)
    fitting = [way.offer.title for way in ways if way.is_fit]
    assert {"电工基础"} <= set(fitting)
    assert any("高中" in title for title in fitting)
    junior = next(way for way in ways if way.offer.offered.level == "junior")
    assert "不在报读条件里" in junior.why_not


def test_demand_shows_what_answers_it_and_where_nobody_does(store: Store, town: Town):
    with store.reading() as session:
        lines = queries.demand_lines(session, on=TODAY, round_id=town.round_id, by=Grouping.VILLAGE)
    found = {(one.row.place, one.row.wish, one.row.time): one for one in lines}

    assert (found["溪南村", "电工", "平时晚上"].count, found["溪南村", "电工", "平时晚上"].is_gap) == (
        2,
        False,
    )
    assert found["溪南村", "插花", "周末白天"].is_gap
    assert found["柯家坞村", "生命健康", "时间不限"].is_gap


def test_the_ground_of_a_trial_knows_homes_times_and_lessons(store: Store, clerk: str, town: Town):
    cohort = store.run(open_cohort, clerk, title="别的班", kinds=[CohortKind.VILLAGE], is_started=True).value
    store.run(enrol, clerk, cohort_id=cohort, person_ids=[town.people["陈建国"]])
    store.run(put_lessons, clerk, lessons=[LessonDraft(cohort, date(2026, 3, 11), 1110, 1200, 2)])

    with store.reading() as session:
        ground = queries.trial_ground(session, known(store), people=list(town.people.values()), on=TODAY)
    found = {one.id: one for one in chances(ground.members, ground.halls, ground.paces, ground.most_minutes)}

    wednesday = found[town.halls["溪南礼堂"], 3, True]
    assert (wednesday.count, wednesday.busy, wednesday.no_time) == (3, 1, 1)
    assert found[town.halls["溪南礼堂"], 4, True].count == 4
    assert found[town.halls["柯桥校区"], 4, True].count == 0  # another township: 50 minutes


def test_coordinates_decide_where_they_are_known(store: Store, clerk: str, town: Town):
    with store.reading() as session:
        found = {row.name: row.id for row in villages(session)}
    store.run(
        change_village,
        clerk,
        village_id=found["溪南村"],
        name="溪南村",
        township_code=LANTING,
        coordinates="120.50, 30.00",
    )
    store.run(
        change_site,
        clerk,
        site_id=town.halls["柯桥校区"],
        name="柯桥校区",
        township_code=KEQIAO,
        coordinates="30.01,120.50",
    )

    with store.reading() as session:
        ground = queries.trial_ground(session, known(store), people=[town.people["陈建国"]], on=TODAY)
    found_ = {one.id: one for one in chances(ground.members, ground.halls, ground.paces, 5)}

    assert found_[town.halls["柯桥校区"], 3, True].count == 1  # 1.1 km, five minutes


def wish(town: Town) -> ClassWish:
    return ClassWish(3, date(2026, 3, 11), 1110, 1200, 8, None, OfferKind.COURSE, Category.TRADE_SKILLS)


def test_the_outlook_of_a_class_names_trainers_and_what_packs_say(store: Store, clerk: str, town: Town):
    store.run(set_availability, clerk, trainer_id=town.trainers["阿强"], spans=[Span(1, 1080, 1260)])

    with store.reading() as session:
        found = queries.outlook(session, wish(town))

    assert len(found.dates) == 8
    assert [(one.name, one.knows, one.clashes) for one in found.trainers] == [
        ("柏师傅", True, ()), ("阿强", False, ("这个时间不便",)),
    ]  # fmt: skip
    assert found.subsidies[0] == "技能证书补贴（个人）：未配置"


def test_lists_that_go_out(store: Store, clerk: str, town: Town):
    store.run(
        actions.add_offer,
        clerk,
        kind=OfferKind.PROGRAMME,
        title="会计",
        provider="某校",
        level=StudyLevel.COLLEGE,
    )
    store.run(actions.add_vacancy, clerk, employer="蓝桥印染", title="电工", wanted=2)

    with store.reading() as session:
        everybody, gates = queries.know_everybody(session, on=TODAY), queries.gates_on(session, TODAY)
        assert [
            (row.college, row.name, row.sex, row.phone)
            for row in queries.intake(session, everybody, gates, on=TODAY)
        ] == [("某校", "孙巧云", "女", "13512345674")]
        wanted = {
            row.wish: (row.people, row.offers)
            for row in queries.advice(session, on=TODAY, round_id=town.round_id)
        }
        assert wanted == {
            "插花": (1, 0),
            "生命健康": (1, 0),
            "电工": (3, 1),
            "初级电工": (1, 1),
            "学历提升": (2, 1),
        }
        firms = [
            (row.firm, row.offer.title, row.people)
            for row in queries.for_firms(session, everybody, gates, on=TODAY)
        ]
        assert sorted(firms) == [("蓝桥印染", "会计", 1), ("蓝桥印染", "电工基础", 1)]
        [plan] = queries.study_plans(
            session, everybody, gates, people=[town.people["陈建国"], "nobody"], on=TODAY
        )
    assert (plan.name, plan.wishes, len(plan.steps)) == ("陈建国", ("学历提升", "电工"), 3)
    assert [way.offer.title for way in plan.ways] == ["电工基础"]
    assert [job.title for job in plan.vacancies] == ["电工"]
    assert {policy.title for policy in plan.policies} == {"技能证书补贴"}


def test_demand_by_kind_and_people_who_never_said_a_time(store: Store, town: Town):
    with store.reading() as session:
        lines = queries.demand_lines(
            session, on=TODAY, round_id=town.round_id, by=Grouping.FIRM, kind=WishKind.DEGREE
        )
    assert [(one.row.title, one.row.time, one.count) for one in lines] == [
        ("蓝桥印染", "平时晚上", 1), ("蓝桥印染", "时间不限", 1),
    ]  # fmt: skip
    assert TimeWish.EVENING.label == "平时晚上"
