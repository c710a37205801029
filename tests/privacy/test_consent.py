"""Notices with versions, who agreed, who is missing; requests are answered in time; incidents are closed with all they need."""

from datetime import date

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.people import actions as people
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.privacy import actions, queries
from kqdesk.rooms.privacy.rules.consent import (
    Version,
    answer_due,
    consent_state,
    needs_guardian,
    shipped_drafts,
    version_in_force,
)
from kqdesk.rooms.privacy.terms import BreachState, ConsentState, ConsentWay, Holds, Purpose, RequestKind
from kqdesk.store.store import Store
from tests.conftest import Clock
from tests.privacy.school import Small, make_small

TODAY = date(2026, 3, 2)


@pytest.fixture
def small(store: Store) -> Small:
    return make_small(store)


def publish(store: Store, head: str, purpose: Purpose = Purpose.ROSTER, day: date = TODAY) -> None:
    draft = shipped_drafts()[purpose]
    store.run(
        actions.publish_notice, head, purpose=purpose, title=draft.title, basis=draft.basis,
        needs_consent=draft.needs_consent, body=draft.body, effective_from=day,
    )  # fmt: skip


def agree(store: Store, clerk: str, *ids: str, purpose: Purpose = Purpose.ROSTER, **more: object) -> int:
    given = {"given_on": TODAY, "way": ConsentWay.PAPER} | more
    return store.run(actions.record_consents, clerk, person_ids=ids, purpose=purpose, **given).value


def counts(store: Store, purpose: Purpose = Purpose.ROSTER, on: date = TODAY) -> dict[ConsentState, int]:
    with store.reading() as session:
        return dict(queries.consent_list(session, purpose=purpose, on=on).counts)


def test_a_new_version_asks_everybody_again(store: Store, small: Small, clerk: str, head: str):
    publish(store, head)
    agree(store, clerk, small.roster_only, small.learner)
    before = counts(store)

    publish(store, head, day=date(2026, 4, 1))

    assert before == {ConsentState.GIVEN: 2, ConsentState.MISSING: 1}
    assert counts(store) == before
    assert counts(store, on=date(2026, 4, 1)) == {ConsentState.OUTDATED: 2, ConsentState.MISSING: 1}
    with store.reading() as session:
        person = session.get_one(Person, small.roster_only)
        assert (person.consent_version, person.consent_on) == ("roster-1", TODAY)


def test_only_learners_are_asked_about_study(store: Store, small: Small, head: str):
    publish(store, head, Purpose.STUDY)

    assert counts(store, Purpose.STUDY) == {ConsentState.MISSING: 2}


def test_withdrawn_is_withdrawn_until_agreed_anew(store: Store, small: Small, clerk: str, head: str):
    publish(store, head)
    agree(store, clerk, small.roster_only)

    store.run(actions.withdraw_consent, clerk, person_id=small.roster_only, purpose=Purpose.ROSTER, on=TODAY)
    left = counts(store)
    agree(store, clerk, small.roster_only)

    assert left == {ConsentState.WITHDRAWN: 1, ConsentState.MISSING: 2}
    assert counts(store) == {ConsentState.GIVEN: 1, ConsentState.MISSING: 2}


def test_a_child_needs_her_guardian(store: Store, small: Small, clerk: str, head: str):
    publish(store, head)
    child = store.run(
        people.add_person, clerk, fields={"name": "钱小毛", "birth_date": date(2014, 1, 1)}
    ).value

    with pytest.raises(UserError, match="钱小毛不满 14 周岁"):
        agree(store, clerk, child, small.learner)
    agree(store, clerk, child, way=ConsentWay.GUARDIAN, guardian="钱阿毛")

    assert counts(store)[ConsentState.GIVEN] == 1


def test_nothing_is_agreed_to_before_it_was_told(store: Store, small: Small, clerk: str, head: str):
    publish(store, head, day=date(2026, 3, 3))

    with pytest.raises(UserError, match="还没有生效"):
        agree(store, clerk, small.roster_only)


def test_a_published_text_is_not_changed(store: Store, head: str):
    publish(store, head)
    publish(store, head)

    with store.reading() as session:
        assert [(row.version, row.is_in_force) for row in queries.notices(session, on=TODAY)] == [
            (2, True), (1, False),
        ]  # fmt: skip


def test_every_purpose_has_a_text_to_start_from():
    assert set(shipped_drafts()) == set(Purpose)
    assert [p for p, draft in shipped_drafts().items() if "{school}" not in draft.body] == []


# --- requests --------------------------------------------------------------------------------------------------------


def test_a_request_has_its_day_and_is_answered(store: Store, small: Small, clerk: str):
    request = store.run(
        actions.open_request, clerk, person_id=small.roster_only, kind=RequestKind.ACCESS, received_on=TODAY
    ).value
    with pytest.raises(UserError, match="怎样答复"):
        store.run(actions.answer_request, clerk, request_id=request, answer=" ")
    store.run(actions.answer_request, clerk, request_id=request, answer="已打印档案交本人")

    with store.reading() as session:
        [row] = queries.requests(session)
    assert (row.due_on, row.answer, row.answered_on) == (date(2026, 3, 23), "已打印档案交本人", TODAY)
    with pytest.raises(UserError, match="已经办结"):
        store.run(actions.refuse_request, clerk, request_id=request, answer="x")


def test_a_correction_says_what(store: Store, small: Small, clerk: str):
    with pytest.raises(UserError, match="要更正什么"):
        store.run(
            actions.open_request,
            clerk,
            person_id=small.roster_only,
            kind=RequestKind.CORRECT,
            received_on=TODAY,
        )


def test_working_days_leave_out_holidays_and_take_in_makeup_days():
    friday, saturday, monday, tuesday = (date(2026, 3, day) for day in (6, 7, 9, 10))

    assert answer_due(friday, 1, (), ()) == monday
    assert answer_due(friday, 1, (monday,), ()) == tuesday
    assert answer_due(friday, 1, (), (saturday,)) == saturday
    assert answer_due(friday, None, (), ()) is None


@pytest.mark.parametrize(
    ("given", "withdrawn", "state"),
    [(None, False, ConsentState.MISSING), (1, False, ConsentState.OUTDATED), (2, False, ConsentState.GIVEN), (2, True, ConsentState.WITHDRAWN)],
)  # fmt: skip
def test_how_a_person_stands(given: int | None, withdrawn: bool, state: ConsentState):
    assert consent_state(Version(2, TODAY), given, withdrawn=withdrawn) is state


def test_the_version_of_a_day():
    versions = [Version(1, date(2026, 1, 1)), Version(2, date(2026, 3, 2)), Version(3, date(2027, 1, 1))]

    assert version_in_force(versions, date(2026, 3, 1)) == versions[0]
    assert version_in_force(versions, date(2026, 3, 2)) == versions[1]
    assert version_in_force(versions, date(2025, 1, 1)) is None


def test_fourteen_is_counted_on_the_birthday():
    assert needs_guardian(date(2012, 3, 3), TODAY, 14) is True
    assert needs_guardian(date(2012, 3, 2), TODAY, 14) is False
    assert needs_guardian(None, TODAY, 14) is False


# --- incidents and the asked items -----------------------------------------------------------------------------------


def test_an_incident_is_closed_only_with_measures_report_and_word_to_the_people(
    store: Store, clerk: str, head: str, clock: Clock
):
    breach = store.run(actions.record_breach, clerk, title="U 盘丢失", happened="丢在车上").value

    with pytest.raises(UserError, match="采取的措施、报告给谁、怎样告诉本人"):
        store.run(actions.close_breach, head, breach_id=breach)
    store.run(
        actions.change_breach, clerk, breach_id=breach, title="U 盘丢失", happened="丢在车上", measures="已换密码",
        told_people="逐人打电话", person_count=12,
    )  # fmt: skip
    store.run(actions.report_breach, clerk, breach_id=breach, reported_to="区教育局")
    store.run(actions.close_breach, head, breach_id=breach)

    with store.reading() as session:
        [row] = queries.breaches(session)
    assert (row.state, row.reported_to, row.reported_at, row.due_at) == (
        BreachState.CLOSED, "区教育局", clock.now, None,
    )  # fmt: skip
    with pytest.raises(UserError, match="已经结案"):
        store.run(actions.report_breach, clerk, breach_id=breach, reported_to="x")


def test_only_what_the_program_cannot_see_is_asked(store: Store, clerk: str):
    with pytest.raises(UserError, match="程序自己核对"):
        store.run(actions.answer_self_check, clerk, item="encryption", holds=Holds.YES, proof="x", on=TODAY)
    with pytest.raises(UserError, match="证明在哪里"):
        store.run(actions.answer_self_check, clerk, item="rules", holds=Holds.YES, proof=None, on=TODAY)
