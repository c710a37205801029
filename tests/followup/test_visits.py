"""Calls after a course: who is on the list, what one contact answers, what it adds up to, merged and dead persons."""

from datetime import date

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.followup import actions, queries
from kqdesk.rooms.followup.terms import CallState, NextStudy, Outcome, VisitWay, Work
from kqdesk.rooms.people.actions import merge_people
from kqdesk.rooms.people.model import Person
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.conftest import Clock
from tests.followup.conftest import NAMES, TODAY, Ended
from tests.statements import count_statements


def listed(store: Store, shelf: str = "week", **kw) -> list[queries.CallRow]:
    with store.reading() as session:
        return queries.call_rows(session, today=kw.pop("today", TODAY), shelf=shelf, **kw)


@action("测试人员状态")
def set_state(w: Writing, person_id: str, state: str) -> None:
    w.session.get_one(Person, person_id).state = state


def test_everybody_who_ended_is_on_the_list_without_anybody_making_one(store: Store, ended: Ended) -> None:
    rows = listed(store)

    assert {row.name for row in rows} == set(NAMES)
    first = next(row for row in rows if row.name == "阮秋月")
    assert first.words == "缝纫班（3 个月）、成人高中学历证书（6 个月）"
    assert {row.state for row in rows} == {CallState.OVERDUE}
    assert (first.on, first.calls[1].on) == (date(2026, 3, 1), date(2026, 3, 10))


def test_the_shelves_part_the_calls(store: Store, ended: Ended) -> None:
    today = date(2026, 2, 20)

    assert [len(listed(store, shelf, today=today)) for shelf in queries.SHELVES] == [0, 0, 8, 0, 1]
    assert [len(listed(store, shelf)) for shelf in queries.SHELVES] == [8, 8, 0, 0, 1]


def test_one_call_answers_for_every_training(store: Store, clerk: str, ended: Ended) -> None:
    done = store.run(
        actions.record_visit, clerk, person_id=ended.people[0], work=Work.EMPLOYED, employer="新布行", job="组长", pay_band="p3",
        pay_before="p2", study=NextStudy.COLLEGE, to_roster=True,
    ).value  # fmt: skip

    assert done.waves == ("缝纫班（3 个月）", "成人高中学历证书（6 个月）")
    assert [row.name for row in listed(store, "done")] == ["阮秋月"]
    assert "阮秋月" not in {row.name for row in listed(store)}
    with store.reading() as session:
        person = session.get_one(Person, ended.people[0])
        assert (person.employer, person.job) == ("新布行", "组长")
        assert queries.calls_due(session, today=TODAY) == queries.DueCount(7, 7)


def test_nobody_there_is_called_again_on_the_day_agreed(store: Store, clerk: str, ended: Ended) -> None:
    kw = {"person_id": ended.people[1], "outcome": Outcome.NO_ANSWER}
    store.run(actions.record_visit, clerk, next_on=date(2026, 3, 12), **kw)

    row = next(row for row in listed(store, "ahead") if row.id == ended.people[1])
    assert (row.on, row.state, row.tries, row.last) == (date(2026, 3, 12), CallState.DUE, 1, "03-02 没联系上")
    assert ended.people[1] not in {row.id for row in listed(store)}
    assert ended.people[1] in {row.id for row in listed(store, today=date(2026, 3, 13))}


@pytest.mark.parametrize(
    ("kw", "said"),
    [
        ({"contacted_on": date(2026, 3, 3)}, "回访日期不能在今天以后。"),
        ({"contacted_on": date(2025, 9, 15), "work": Work.JOBLESS}, "阮秋月：这一天不在任何一次回访的时间里（没到时间，或已经错过）。"),
        ({"outcome": Outcome.NO_ANSWER, "next_on": TODAY}, "下次联系的日期要在这次回访以后。"),
        ({"employer": "新布行"}, "「已答」至少要登记就业情况、现在的收入档、再学习里的一样；什么也没问到的选「没联系上」。"),
        ({"pay_band": "p9"},
         "没有「p9」这一档。可以选的有：没有收入、3000 元以下、3000—5000 元、5000—8000 元、8000—12000 元、12000 元以上。"),
    ],
)  # fmt: skip
def test_what_a_contact_cannot_be(store: Store, clerk: str, ended: Ended, kw, said) -> None:
    with pytest.raises(UserError) as refused:
        store.run(actions.record_visit, clerk, person_id=ended.people[0], **kw)

    assert str(refused.value) == said


def test_the_dead_are_not_called(store: Store, clerk: str, ended: Ended) -> None:
    store.run(set_state, "system", person_id=ended.people[2], state="dead")

    with pytest.raises(UserError, match="章水根已去世，不再回访"):
        store.run(actions.record_visit, clerk, person_id=ended.people[2], work=Work.EMPLOYED)
    assert "章水根" not in {row.name for row in listed(store)}


def test_of_two_entries_merged_one_person_is_called(store: Store, clerk: str, ended: Ended) -> None:
    store.run(actions.record_visit, clerk, person_id=ended.people[4], work=Work.EMPLOYED)
    winner, loser = sorted((ended.people[3], ended.people[4]))
    store.run(merge_people, clerk, one_id=winner, other_id=loser, chosen={}, reason="同一个人")

    with store.reading() as session:
        found = queries.outcome(session, since=date(2026, 1, 1), until=date(2026, 12, 31), today=TODAY)
    answered = found.waves[0].shares[0]
    assert (
        len(listed(store)) + len(listed(store, "done")) == 8
    )  # one of her two places in the class is answered
    assert (found.waves[0].months, answered.part, len(answered.whole)) == (3, (winner,), 7)


def test_undo_puts_her_back_on_the_list(store: Store, clerk: str, ended: Ended) -> None:
    store.run(actions.record_visit, clerk, person_id=ended.people[0], work=Work.EMPLOYED)
    store.undo(clerk)

    assert len(listed(store)) == 8


def test_a_contact_is_corrected_and_taken_out(store: Store, clerk: str, ended: Ended) -> None:
    key = store.run(actions.record_visit, clerk, person_id=ended.people[0], work=Work.JOBLESS).value.id
    store.run(actions.change_visit, clerk, follow_up_id=key, work=Work.FARMING, note="种茶")
    with store.reading() as session:
        [row] = queries.person_calls(session, ended.people[0], today=TODAY).visits
    with pytest.raises(UserError, match="回访日期决定算哪一期"):
        store.run(actions.change_visit, clerk, follow_up_id=key, contacted_on=date(2026, 2, 27))
    store.run(actions.remove_visit, clerk, follow_up_id=key)

    assert (row.words, row.waves, row.by) == ("务农 · 种茶", "3 个月、6 个月", "沈月琴")
    assert len(listed(store)) == 8


def test_what_came_of_it_with_its_people(store: Store, clerk: str, ended: Ended, clock: Clock) -> None:
    said = [
        {"work": Work.EMPLOYED, "pay_band": "p3", "pay_before": "p2"},
        {"work": Work.JOBLESS, "pay_band": "p0", "pay_before": "p2", "study": NextStudy.SKILL},
        {"work": Work.RETIRED},
    ]
    for person, kw in zip(ended.people, said, strict=False):
        store.run(actions.record_visit, clerk, person_id=person, **kw)
    clock.forward(days=92)  # three months on the second call is compared with what the first one said
    today = date(2026, 6, 2)
    store.run(actions.record_visit, clerk, person_id=ended.people[0], pay_band="p4", way=VisitWay.VISIT)

    with store.reading() as session:
        found = queries.outcome(session, since=date(2026, 1, 1), until=date(2026, 12, 31), today=today)
        names = queries.named(session, found.waves[0].shares[1].part)
    table = {
        wave.months: {one.key: (len(one.part), len(one.whole)) for one in wave.shares} for wave in found.waves
    }
    assert table[3] == {"answered": (3, 8), "employed": (1, 2), "higher": (1, 2), "studying": (1, 1)}
    assert table[6] == {"answered": (1, 8), "employed": (1, 1), "higher": (1, 1), "studying": (0, 0)}
    assert [row.name for row in names] == ["阮秋月"]


def test_without_the_packs_nobody_is_called(store: Store, clerk: str) -> None:
    with store.reading() as session:
        found = queries.outcome(session, since=TODAY, until=TODAY, today=TODAY)
        assert queries.call_rows(session, today=TODAY) == []

    assert (found.is_set, found.waves) == (False, ())


def test_a_filled_list_comes_in_as_one_step(store: Store, clerk: str, ended: Ended) -> None:
    lines = [
        {
            "person_id": person,
            "contacted_on": TODAY,
            "way": VisitWay.PAPER,
            "work": Work.EMPLOYED,
            "pay_band": None,
        }
        for person in ended.people[:3]
    ]
    first = store.run(actions.import_visits, clerk, lines=lines, file_name="回访.xlsx").value
    lines[0]["work"] = Work.FARMING
    again = store.run(actions.import_visits, clerk, lines=lines, file_name="回访.xlsx").value
    store.undo(clerk)
    store.undo(clerk)

    assert (first, again) == (actions.VisitsImported(3, 0, 0), actions.VisitsImported(0, 1, 2))
    assert len(listed(store)) == 8


def test_no_more_statements_with_more_people(store: Store, clerk: str, ended: Ended) -> None:
    few, again = count_statements(
        store,
        lambda session: queries.call_rows(session, today=TODAY, person_ids=ended.people[:1]),
        lambda session: queries.call_rows(session, today=TODAY),
    )

    assert few == again
