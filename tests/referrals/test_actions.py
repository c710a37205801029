"""Referring, steps, calls, proofs, schooling on the roster, the list and its order."""

from datetime import date

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.referrals import actions, queries
from kqdesk.rooms.referrals.model import Referral
from kqdesk.rooms.referrals.terms import ContactWay, ReferralState, Route, StudyLevel
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import KeptFile
from kqdesk.store.store import Store
from tests.referrals.conftest import COLLEGE, TODAY
from tests.statements import count_statements

PROOF = KeptFile("b" * 64, "录取通知.pdf", "application/pdf", 1000)


def card_of(store: Store, referral_id: str) -> queries.ReferralCard:
    with store.reading() as session:
        card = queries.referral_card(session, referral_id, today=TODAY)
    assert card is not None
    return card


def rows(store: Store, **filters) -> list[queries.ReferralRow]:
    with store.reading() as session:
        return queries.referrals(session, today=TODAY, **filters)


def test_several_go_to_the_same_college(store: Store, referred: list[str], clerk: str) -> None:
    found = {row.name: row for row in rows(store)}

    assert {name: (row.state, row.step_on, row.adviser) for name, row in found.items()} == {
        "阮秋月": (ReferralState.APPLIED, TODAY, "沈月琴"),
        "沈建国": (ReferralState.APPLIED, TODAY, "沈月琴"),
    }
    assert found["阮秋月"].phone == "139****0000"


def test_nobody_twice_to_one_college_in_a_year(
    store: Store, clerk: str, referred: list[str], people: list[str]
) -> None:
    with pytest.raises(UserError, match="阮秋月 2026 年已经登记过报读绍兴开放大学"):
        store.run(actions.refer, clerk, person_ids=[people[2], people[0]], **COLLEGE)
    store.run(actions.refer, clerk, person_ids=[people[0]], **(COLLEGE | {"year": 2027}))

    assert len(rows(store)) == 3


def test_from_application_to_graduation_raises_the_schooling(
    store: Store, clerk: str, referred: list[str], people: list[str]
) -> None:
    for state, day in (
        (ReferralState.ADMITTED, date(2026, 3, 2)),
        (ReferralState.ENROLLED, date(2026, 3, 2)),
    ):
        store.run(actions.step_on, clerk, referral_ids=referred, state=state, on=day)
    done = store.run(
        actions.step_on, clerk, referral_ids=referred[:1], state=ReferralState.GRADUATED, diploma_no="123456201906001234"
    ).value  # fmt: skip
    card = card_of(store, referred[0])
    with store.reading() as session:
        codes = [session.get_one(Person, one).education_code for one in people[:2]]
        counted = queries.reached_counts(session, ReferralState.GRADUATED, since=TODAY, until=TODAY)
        behind = queries.reached_people(session, ReferralState.GRADUATED, since=TODAY, until=TODAY)

    assert (done.count, done.told) == (1, ())
    assert [state for state, _ in card.steps] == [
        ReferralState.APPLIED, ReferralState.ADMITTED, ReferralState.ENROLLED, ReferralState.GRADUATED,
    ]  # fmt: skip
    assert codes == ["31", "61"]
    assert counted == [queries.CountRow(StudyLevel.COLLEGE, Route.OPEN_UNIVERSITY, 1)]
    assert [line.name for line in behind] == ["阮秋月"]

    store.undo(clerk)
    with store.reading() as session:
        assert session.get_one(Person, people[0]).education_code == "61"


def test_what_the_roster_refuses_is_said(
    store: Store, clerk: str, referred: list[str], people: list[str]
) -> None:
    store.run(spoil, clerk, person_id=people[0])
    done = store.run(actions.step_on, clerk, referral_ids=referred[:1], state=ReferralState.GRADUATED).value

    [said] = done.told
    assert said.startswith("阮秋月在花名册里的学历没有改成大学专科毕业：")
    assert card_of(store, referred[0]).row.state is ReferralState.GRADUATED


def test_one_that_cannot_step_stops_all(store: Store, clerk: str, referred: list[str]) -> None:
    store.run(
        actions.step_on, clerk, referral_ids=referred[1:], state=ReferralState.DECLINED, reason="家里有事"
    )

    with pytest.raises(UserError, match="沈建国：请写明原因"):
        store.run(actions.step_on, clerk, referral_ids=referred, state=ReferralState.ADMITTED)
    assert card_of(store, referred[0]).row.state is ReferralState.APPLIED


def test_given_up_and_taken_up_again(
    store: Store, clerk: str, referred: list[str], people: list[str]
) -> None:
    store.run(
        actions.step_on, clerk, referral_ids=referred[:1], state=ReferralState.DECLINED, reason="家里有事"
    )
    with store.reading() as session:
        given_up = queries.referred_person_ids(session)
    store.run(
        actions.step_on, clerk, referral_ids=referred[:1], state=ReferralState.APPLIED, reason="又想读了"
    )
    with store.reading() as session:
        again = queries.referred_person_ids(session)
        one = session.get_one(Referral, referred[0])

    assert (given_up, again) == (frozenset({people[1]}), frozenset(people[:2]))
    assert (one.applied_on, one.ended_on, one.reason) == (TODAY, None, "又想读了")


def test_the_overdue_call_comes_first(
    store: Store, clerk: str, referred: list[str], people: list[str]
) -> None:
    store.run(actions.refer, clerk, person_ids=people[2:3], **COLLEGE)
    call = {"way": ContactWay.PHONE, "answer": "考虑中", "on": date(2026, 2, 20)}
    store.run(actions.log_contact, clerk, referral_id=referred[0], next_on=date(2026, 3, 1), **call)
    store.run(actions.log_contact, clerk, referral_id=referred[1], next_on=date(2026, 2, 27), **call)
    before = [row.name for row in rows(store) if row.is_overdue]
    store.run(
        actions.log_contact,
        clerk,
        referral_id=referred[1],
        way=ContactWay.VISIT,
        answer="报了",
        next_on=date(2026, 4, 1),
    )

    assert before == ["沈建国", "阮秋月"]
    assert rows(store)[0].name == "阮秋月"
    assert {row.name: row.is_overdue for row in rows(store)} == {
        "阮秋月": True,
        "章水根": False,
        "沈建国": False,
    }
    assert [line.answer for line in card_of(store, referred[1]).contacts] == ["报了", "考虑中"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"answer": " "}, "没打通就写"),
        ({"answer": "好", "on": date(2026, 3, 3)}, "联系日期不能在今天以后"),
        ({"answer": "好", "next_on": date(2026, 3, 1)}, "下次联系的日期要在这次联系之后"),
    ],
)
def test_a_call_that_cannot_be(
    store: Store, clerk: str, referred: list[str], values: dict, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        store.run(actions.log_contact, clerk, referral_id=referred[0], way=ContactWay.PHONE, **values)


def test_a_proof_is_missed_and_put_in(store: Store, clerk: str, referred: list[str]) -> None:
    store.run(actions.step_on, clerk, referral_ids=referred[:1], state=ReferralState.ENROLLED)
    lacked = card_of(store, referred[0]).row.lacks_proof
    store.run(actions.put_proofs, clerk, referral_id=referred[0], files=[PROOF])
    [file] = card_of(store, referred[0]).proofs

    assert (lacked, card_of(store, referred[0]).row.lacks_proof) == (True, False)
    with pytest.raises(UserError, match="没有重复放入"):
        store.run(actions.put_proofs, clerk, referral_id=referred[0], files=[PROOF])
    with pytest.raises(UserError, match="不能删除"):
        store.run(actions.remove_referral, clerk, referral_id=referred[0])
    store.run(actions.take_out_proof, clerk, referral_id=referred[0], attachment_id=file.attachment_id)
    store.run(actions.remove_referral, clerk, referral_id=referred[1])
    assert [row.name for row in rows(store)] == ["阮秋月"]


def test_filters(store: Store, clerk: str, referred: list[str], people: list[str]) -> None:
    store.run(
        actions.refer, clerk, person_ids=people[2:3], **(COLLEGE | {"college": "浙江开放大学", "year": 2025})
    )

    assert [row.name for row in rows(store, college="浙江开放大学")] == ["章水根"]
    assert [row.name for row in rows(store, year=2025)] == ["章水根"]
    assert [row.name for row in rows(store, text="沈建")] == ["沈建国"]
    assert rows(store, states=[ReferralState.GRADUATED]) == []


def test_no_more_statements_with_more_referrals(
    store: Store, clerk: str, referred: list[str], people: list[str]
) -> None:
    once = count_statements(store, lambda s: queries.referrals(s, today=TODAY))
    store.run(actions.refer, clerk, person_ids=people[2:], **COLLEGE)

    assert once == count_statements(store, lambda s: queries.referrals(s, today=TODAY)) == [4]


@action("测试坏证件号")
def spoil(w: Writing, *, person_id: str) -> None:
    person = w.session.get_one(Person, person_id)
    person.id_kind, person.id_number = "resident_id", "330621198001010000"
