"""Rounds, answers, the roster kept in step, undo."""

from datetime import date

import pytest

from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.rooms.office.actions import load_packs
from kqdesk.rooms.people.actions import add_person, edit_person
from kqdesk.rooms.survey import actions, queries
from kqdesk.rooms.survey.queries import AnswerRow
from kqdesk.rooms.survey.terms import AnswerState, Grouping, WishKind
from kqdesk.store.store import Store
from tests.statements import count_statements
from tests.survey.village import LANTING, START, open_round, person, settle_village

TODAY = date(2026, 3, 2)


@pytest.fixture
def people(store: Store, clerk: str) -> dict[str, str]:
    return settle_village(store, clerk)


def rows(store: Store, round_id: str) -> dict[str, AnswerRow]:
    with store.reading() as session:
        return {row.name: row for row in queries.answers(session, round_id=round_id)}


def test_without_ages_in_the_packs_nobody_is_left_out(store: Store, clerk: str, people: dict[str, str]):
    made = open_round(store, clerk)

    with store.reading() as session:
        found = queries.rounds(session)[0]
    assert (made.asked, found.ages, found.area, found.waiting) == (5, "未配置", "全部", 5)


def test_the_ages_come_from_the_pack_and_an_unknown_age_is_asked(
    store: Store, clerk: str, people: dict[str, str]
):
    store.run(load_packs, clerk)

    made = open_round(store, clerk)

    with store.reading() as session:
        assert queries.rounds(session)[0].ages == "20—70 岁"
    assert sorted(rows(store, made.round_id)) == [
        "孙巧云",
        "王小妹",
        "陈建国",
    ]  # 周大海 is 19 on the first day


def test_known_fields_are_filled_and_codes_follow_the_villages(
    store: Store, clerk: str, people: dict[str, str]
):
    made = open_round(store, clerk)

    chen = rows(store, made.round_id)["陈建国"]
    assert (chen.hukou, chen.age, chen.sex, chen.education_code, chen.employer, chen.wish, chen.state) == (
        "兰亭街道溪南村12号", 45, "1", "71", "蓝桥印染", "有", AnswerState.WAITING,
    )  # fmt: skip
    assert sorted(row.code[:6] for row in rows(store, made.round_id).values()) == [
        f"1{n:05d}" for n in range(1, 6)
    ]


def test_a_round_of_one_village_or_one_firm(store: Store, clerk: str, people: dict[str, str]):
    village = open_round(store, clerk, villages=["柯家坞村"])
    firm = open_round(store, clerk, firms=["蓝桥印染"], townships=[LANTING])

    assert sorted(rows(store, village.round_id)) == ["周大海", "孙巧云"]
    assert sorted(rows(store, firm.round_id)) == ["孙巧云", "陈建国"]
    assert rows(store, firm.round_id)["陈建国"].code.startswith("2")
    with pytest.raises(UserError, match="没有一个人的村社写作「溪南」"):
        open_round(store, clerk, villages=["溪南", "溪南村"])
    with pytest.raises(UserError, match="结束日期在开始日期之前"):
        open_round(store, clerk, ends_on=date(2026, 1, 1))


def test_who_came_later_is_listed_by_filling_again(store: Store, clerk: str, people: dict[str, str]):
    made = open_round(store, clerk)
    store.run(add_person, clerk, fields={"name": "吴新来"})
    with store.reading() as session:
        assert queries.left_out(session, made.round_id) == 1

    added = store.run(actions.fill_round, clerk, round_id=made.round_id).value

    assert (added, rows(store, made.round_id)["吴新来"].code[:6]) == (1, "100006")
    assert store.run(actions.fill_round, clerk, round_id=made.round_id).value == 0


def test_an_answer_goes_into_the_roster_too_and_one_undo_takes_both_back(
    store: Store, clerk: str, people: dict[str, str]
):
    made = open_round(store, clerk)
    wang = rows(store, made.round_id)["王小妹"]
    values = {"employer": "丝路纺织", "wish": "有", "skills": ["缝纫", "缝纫", "电商"], "times": ["evening"]}

    store.run(actions.put_answers, clerk, changes={wang.id: values})

    told = rows(store, made.round_id)["王小妹"]
    assert (told.state, told.skills, told.times, told.answered_on) == (
        AnswerState.ANSWERED, ("缝纫", "电商"), ("evening",), TODAY,
    )  # fmt: skip
    assert (person(store, people["王小妹"]).employer, person(store, people["王小妹"]).wish) == (
        "丝路纺织",
        "有",
    )
    store.undo(clerk)
    assert rows(store, made.round_id)["王小妹"] == wang
    assert person(store, people["王小妹"]).employer is None


def test_no_answer_takes_back_a_diploma(store: Store, clerk: str, people: dict[str, str]):
    made = open_round(store, clerk)
    row = rows(store, made.round_id)["孙巧云"]

    store.run(actions.put_answers, clerk, changes={row.id: {"education_code": "71"}})

    assert rows(store, made.round_id)["孙巧云"].education_code == "71"
    assert person(store, people["孙巧云"]).education_code == "61"


def test_graduating_flips_the_list_by_itself(store: Store, clerk: str, people: dict[str, str]):
    made = open_round(store, clerk)
    row = rows(store, made.round_id)["陈建国"]
    store.run(actions.put_answers, clerk, changes={row.id: {"wish": "有"}})
    with store.reading() as session:
        assert [d.wish for d in queries.demand(session, round_id=made.round_id)] == ["学历提升"]

    store.run(edit_person, clerk, person_id=people["陈建国"], changes={"education_code": "61"})

    assert rows(store, made.round_id)["陈建国"].is_raised
    with store.reading() as session:
        assert queries.demand(session, round_id=made.round_id) == []
        lines = queries.progress(session, round_id=made.round_id, by=Grouping.VILLAGE, today=TODAY)
    assert {line.place: line.raised for line in lines} == {"溪南村": 1, "柯家坞村": 0}


def test_progress_counts_every_state_and_puts_who_is_behind_first(
    store: Store, clerk: str, people: dict[str, str]
):
    made = open_round(store, clerk)
    found = rows(store, made.round_id)
    changes = {
        found["陈建国"].id: {"wish": "无"}, found["王小妹"].id: {"state": "refused"}, found["钱阿毛"].id: {"state": "unreached"},
    }  # fmt: skip

    assert store.run(actions.put_answers, clerk, changes=changes).label == "登记排摸：陈建国等 3 人"

    with store.reading() as session:
        villages = queries.progress(session, round_id=made.round_id, by=Grouping.VILLAGE, today=TODAY)
        firms = queries.progress(session, round_id=made.round_id, by=Grouping.FIRM, today=TODAY)
    assert [(one.title, one.total, one.answered, one.refused, one.unreached, one.behind) for one in villages] == [
        ("柯家坞村", 2, 0, 0, 0, True), ("溪南村", 3, 1, 1, 1, False),
    ]  # fmt: skip
    assert {one.title: (one.total, one.asked) for one in firms} == {
        "蓝桥印染": (2, 1),
        "（没写单位）": (3, 2),
    }


def test_demand_is_grouped_and_every_number_has_its_names(store: Store, clerk: str, people: dict[str, str]):
    made = open_round(store, clerk)
    found = rows(store, made.round_id)
    wishes = {"skills": ["电工"], "times": ["evening"], "categories": ["GF10"], "wish": "无"}
    store.run(
        actions.put_answers, clerk,
        changes={found["陈建国"].id: wishes, found["王小妹"].id: wishes, found["孙巧云"].id: {"skills": ["电工"]}},
    )  # fmt: skip

    with store.reading() as session:
        grouped = queries.demand(session, round_id=made.round_id, kind=WishKind.SKILL)
        names = queries.wishers(session, round_id=made.round_id, people=grouped[0].people)

    assert [(d.place, d.wish, d.time, len(d.people)) for d in grouped] == [
        ("溪南村", "电工", "平时晚上", 2), ("柯家坞村", "电工", "时间不限", 1),
    ]  # fmt: skip
    assert [one.name for one in names] == ["陈建国", "王小妹"]


def test_a_closed_round_takes_nothing_until_it_is_opened_again(
    store: Store, clerk: str, people: dict[str, str]
):
    made = open_round(store, clerk)
    row = rows(store, made.round_id)["陈建国"]
    store.run(actions.close_round, clerk, round_id=made.round_id)

    with pytest.raises(UserError, match="「2026 年春季」已经结束"):
        store.run(actions.put_answers, clerk, changes={row.id: {"wish": "有"}})
    store.run(actions.reopen_round, clerk, round_id=made.round_id)

    assert store.run(actions.put_answers, clerk, changes={row.id: {"wish": "有"}}).value == 1


def test_one_more_person_and_one_less(store: Store, clerk: str, people: dict[str, str]):
    made = open_round(store, clerk, villages=["溪南村"])

    added = store.run(actions.add_asked, clerk, round_id=made.round_id, person_id=people["孙巧云"]).value

    assert rows(store, made.round_id)["孙巧云"].id == added
    with pytest.raises(UserError, match="孙巧云已经在这一轮里"):
        store.run(actions.add_asked, clerk, round_id=made.round_id, person_id=people["孙巧云"])
    store.run(actions.drop_asked, clerk, answer_ids=[added])
    assert "孙巧云" not in rows(store, made.round_id)
    chen = rows(store, made.round_id)["陈建国"].id
    store.run(actions.put_answers, clerk, changes={chen: {"wish": "有"}})
    with pytest.raises(UserError, match="已经答了的不能移出"):
        store.run(actions.drop_asked, clerk, answer_ids=[chen])
    with pytest.raises(StaleRecord):
        store.run(actions.put_answers, clerk, changes={added: {"wish": "有"}})


def test_a_code_finds_its_row_in_this_round_first(store: Store, clerk: str, people: dict[str, str]):
    made = open_round(store, clerk)
    chen = rows(store, made.round_id)["陈建国"]

    with store.reading() as session:
        hit = queries.answer_of_code(
            session, text=f" {chen.code[:1]}-{chen.code[1:]} ", round_id=made.round_id
        )
        nobody = queries.answer_of_code(session, text="1999998", round_id=made.round_id)

    assert hit is not None
    assert (hit.answer_id, hit.name, hit.round_title) == (
        chen.id,
        "陈建国",
        "2026 年春季",
    )
    assert nobody is None


def test_statements_do_not_grow_with_the_rows(store: Store, clerk: str, people: dict[str, str]):
    one = open_round(store, clerk, villages=["柯家坞村"], starts_on=START)
    all_of_them = open_round(store, clerk)

    def asked(round_id: str) -> list[int]:
        return count_statements(
            store,
            queries.rounds,
            lambda s: queries.answers(s, round_id=round_id),
            lambda s: queries.progress(s, round_id=round_id, by=Grouping.FIRM, today=TODAY),
            lambda s: queries.demand(s, round_id=round_id),
            lambda s: queries.left_out(s, round_id),
        )

    assert asked(one.round_id) == asked(all_of_them.round_id) == [2, 1, 2, 1, 2]
