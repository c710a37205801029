"""Two entries made one, taken apart again, undone; what is sealed stays; two who only look alike."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.rooms.certificates.model import CompletionCertificate
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.credits import queries as credits
from kqdesk.rooms.credits.model import CreditEntry
from kqdesk.rooms.credits.terms import CreditUnit, SourceKind
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.model import Person, PersonAlias, PersonDistinct, PersonDocument
from kqdesk.rooms.people.rules import SUSPECT, Identity, resemblance
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.people.rows import CHEN, WANG, row, take
from tests.privacy.school import certify, make_small

ONE = {"name": "王建国", "id_number": WANG, "phone": "15400001234", "village": "溪南村"}
OTHER = {
    "name": "王建国",
    "phone": "15400005678",
    "village": "溪南村",
    "birth_date": date(1975, 3, 12),
    "job": "挡车工",
}


WHOSE = ("id_number", "birth_date", "sex", "name")


@action("测试学籍改挂")
def _enrol_as(w: Writing, *, enrolment_id: str, person_id: str) -> None:
    w.session.get_one(Enrolment, enrolment_id).person_id = person_id


@action("测试同班")
def _enrol_beside(w: Writing, *, enrolment_id: str, person_id: str) -> str:
    old = w.session.get_one(Enrolment, enrolment_id)
    made = Enrolment(cohort_id=old.cohort_id, person_id=person_id)
    w.session.add(made)
    w.session.flush()
    return made.id


@action("测试入账")
def _book(w: Writing, *, person_id: str) -> None:
    w.session.add(
        CreditEntry(
            person_id=person_id, unit=CreditUnit.DUAL_CERT_CREDIT, hundredths=200, source=SourceKind.PAPER, source_key="x", proofs=[],
            words="家政", earned_on=date(2026, 3, 2), booked_at=w.now, booked_by=w.actor,
        )
    )  # fmt: skip


def add(store: Store, actor: str, fields: dict[str, Any]) -> str:
    return store.run(actions.add_person, actor, fields=fields).value


def merge(
    store: Store, actor: str, one: str, other: str, chosen: dict[str, str] | None = None
) -> actions.Merged:
    return store.run(
        actions.merge_people, actor, one_id=one, other_id=other, chosen=chosen or {}, reason="同一人"
    ).value


def person(store: Store, person_id: str) -> Person:
    with store.reading() as session:
        return session.get_one(Person, person_id)


@pytest.fixture
def two(store: Store, clerk: str) -> tuple[str, str]:
    return add(store, clerk, ONE), add(store, clerk, OTHER)


def test_merge_takes_the_chosen_fields_and_fills_empty_ones(
    store: Store, clerk: str, two: tuple[str, str]
) -> None:
    one, other = two

    done = merge(store, clerk, other, one, {"phone": other})

    kept, gone = person(store, one), person(store, other)
    assert done == actions.Merged(one, 0, (), ())
    assert (kept.phone, kept.job, kept.id_number) == ("15400005678", "挡车工", WANG)
    assert (gone.state, gone.merged_into_id) == ("merged", one)


def test_a_merged_entry_is_nowhere_to_be_found(store: Store, clerk: str, two: tuple[str, str]) -> None:
    merge(store, clerk, *two)

    with store.reading() as session:
        found = [hit.id for hit in queries.find(session, "王建国")]
        listed, count = queries.person_ids(session), queries.person_count(session)
    assert (found, listed, count) == ([two[0]], [two[0]], 1)


def test_undo_and_taking_apart_give_the_same_two(store: Store, clerk: str, two: tuple[str, str]) -> None:
    before = [person(store, key) for key in two]
    merge(store, clerk, *two, {"phone": two[1]})
    store.undo(clerk)
    undone = [person(store, key) for key in two]
    merge(store, clerk, *two, {"phone": two[1]})
    alias = merges(store, two[0])[0].alias_id

    store.run(actions.unmerge_people, clerk, alias_id=alias, reason="弟兄两个")

    apart = [person(store, key) for key in two]
    columns = [c.name for c in Person.__table__.columns]
    for now in (undone, apart):
        assert [[getattr(p, c) for c in columns] for p in now] == [
            [getattr(p, c) for c in columns] for p in before
        ]
    with store.reading() as session:
        assert queries.duplicates(session) == []  # they were told apart by people
        assert session.scalars(select(PersonAlias.undone_at)).one() is not None


def merges(store: Store, winner: str) -> list[queries.MergeRow]:
    with store.reading() as session:
        return queries.merges_into(session, person_id=winner)


def test_references_move_and_come_back(store: Store, clerk: str) -> None:
    small = make_small(store)
    first, second = sorted((small.roster_only, small.learner))
    store.run(_enrol_as, clerk, enrolment_id=small.enrolment, person_id=second)

    done = merge(store, clerk, first, second, dict.fromkeys(WHOSE, small.roster_only))

    assert done.moved == 1
    assert enrolled(store, small.enrolment) == first
    with store.reading() as session:
        assert [d.note for d in session.scalars(select(PersonDocument))] == ["合并时留下"]
    back = store.run(
        actions.unmerge_people, clerk, alias_id=merges(store, first)[0].alias_id, reason="不是"
    ).value
    assert (back, enrolled(store, small.enrolment)) == (1, second)
    with store.reading() as session:
        assert list(session.scalars(select(PersonDocument))) == []


def enrolled(store: Store, enrolment_id: str) -> str:
    with store.reading() as session:
        return session.get_one(Enrolment, enrolment_id).person_id


def test_an_issued_certificate_stays_as_it_was_issued(store: Store, clerk: str) -> None:
    small = make_small(store)
    certificate = certify(store, replace(small, learner=small.roster_only))

    done = merge(store, clerk, small.learner, small.roster_only, dict.fromkeys(WHOSE, small.roster_only))

    with store.reading() as session:
        kept = session.get_one(CompletionCertificate, certificate).person_id
        assert queries.whole_person(session, small.roster_only) == [small.learner, small.roster_only]
    assert (kept, done.sealed, done.moved) == (small.roster_only, (("结业证书", 1),), 0)


def test_credits_booked_for_the_other_entry_are_hers(store: Store, clerk: str) -> None:
    one, other = (add(store, clerk, {"name": "王建国", "village": "溪南村"}) for _ in range(2))
    store.run(_book, clerk, person_id=other)

    done = merge(store, clerk, one, other)

    with store.reading() as session:
        account = credits.account(session, one)
    assert done.sealed == (("学分记录", 1),)
    assert [(entry.words, entry.hundredths) for entry in account.entries] == [("家政", 200)]


def test_two_places_in_one_class_stay_two(store: Store, clerk: str) -> None:
    small = make_small(store)
    twin = store.run(_enrol_beside, clerk, enrolment_id=small.enrolment, person_id=small.roster_only).value

    done = merge(
        store, clerk, small.learner, small.roster_only,
        dict.fromkeys(WHOSE, small.roster_only),
    )  # fmt: skip

    assert done.doubled == (("学籍", 1),)
    assert {enrolled(store, twin), enrolled(store, small.enrolment)} == {small.learner, small.roster_only}


def test_chains_are_flat_and_come_apart_from_the_end(store: Store, clerk: str) -> None:
    a, b, c = (add(store, clerk, {"name": "王建国", "village": "溪南村"}) for _ in range(3))
    merge(store, clerk, b, c)

    merge(store, clerk, a, b)

    assert person(store, c).merged_into_id == a
    with pytest.raises(UserError, match="先拆开那一次"):
        store.run(actions.unmerge_people, clerk, alias_id=merges(store, b)[0].alias_id, reason="x")
    store.run(actions.unmerge_people, clerk, alias_id=merges(store, a)[0].alias_id, reason="x")
    assert (person(store, b).merged_into_id, person(store, c).merged_into_id) == (None, b)


def test_who_was_merged_already_is_refused(store: Store, clerk: str, two: tuple[str, str]) -> None:
    merge(store, clerk, *two)

    with pytest.raises(StaleRecord, match="刚被删除或合并"):
        merge(store, clerk, *two)
    with pytest.raises(UserError, match="同一条记录"):
        merge(store, clerk, two[0], two[0])


def test_fields_that_contradict_each_other_are_refused(store: Store, clerk: str) -> None:
    one = add(store, clerk, ONE)
    other = add(store, clerk, {"name": "王建国", "birth_date": date(1980, 1, 1)})

    with pytest.raises(UserError, match="出生日期与身份证号"):
        merge(store, clerk, one, other, {"birth_date": other})


def test_a_change_meanwhile_is_noticed(store: Store, clerk: str, two: tuple[str, str]) -> None:
    seen = store.position()
    store.run(actions.edit_person, clerk, person_id=two[1], changes={"job": "织布"})

    with pytest.raises(StaleRecord):
        store.run(
            actions.merge_people, clerk, one_id=two[0], other_id=two[1], chosen={}, reason="", seen=seen
        )


def test_not_the_same_is_remembered_once(store: Store, clerk: str, two: tuple[str, str]) -> None:
    with store.reading() as session:
        [pair] = queries.duplicates(session)

    for key in (two, two[::-1]):
        store.run(actions.mark_distinct, clerk, one_id=key[0], other_id=key[1], reason=pair.reason)

    with store.reading() as session:
        assert queries.duplicates(session) == []
        assert len(session.scalars(select(PersonDistinct)).all()) == 1
        alike = queries.likely_same(session, name="王建国", but=two[0])
    assert (pair.one_id, pair.other_id, pair.reason) == (*sorted(two), "同名、出生日期相同、同村社")
    assert alike == []


def test_who_was_told_apart_from_one_is_told_apart_from_her_other_entry(store: Store, clerk: str) -> None:
    a, b, c = (add(store, clerk, {"name": "王建国", "phone": "15400001234"}) for _ in range(3))
    store.run(actions.mark_distinct, clerk, one_id=b, other_id=c, reason="父子")

    merge(store, clerk, a, b)

    with store.reading() as session:
        assert queries.duplicates(session) == []
    store.run(actions.mark_distinct, clerk, one_id=a, other_id=c, reason="父子")
    store.undo(clerk)


def test_an_old_number_still_finds_its_person(store: Store, clerk: str) -> None:
    one = add(store, clerk, ONE)
    store.run(
        actions.edit_person, clerk, person_id=one, changes={"id_number": CHEN, "sex": "2", "birth_date": None}
    )

    counts = take(store, clerk, [row("王建国", WANG, job="挡车工", sex=None, birth_date=None)])

    with store.reading() as session:
        found = [hit.id for hit in queries.find(session, WANG)]
    assert (counts.created, counts.updated, found) == (0, 1, [one])
    assert (person(store, one).id_number, person(store, one).job) == (CHEN, "挡车工")


@pytest.mark.parametrize(
    ("one", "other", "asks"),
    [
        (Identity("a", "陈建国", birth_date=date(1970, 1, 1)), Identity("b", "陈健国", birth_date=date(1970, 1, 1)), True),
        (Identity("a", "陈建国", WANG), Identity("b", "陈建国", WANG[:-1] + "7"), True),
        (Identity("a", "陈建国", WANG), Identity("b", "陈建国", CHEN), False),
        (Identity("a", "陈建国", phone="15400001234"), Identity("b", "李四", phone="15400001234"), False),
        (Identity("a", "陈建国", phone="15400001234"), Identity("b", "陈建国", phone="15400001234"), True),
        (Identity("a", "陈建国", village="溪南村"), Identity("b", "陈建国", village="溪南村"), False),
    ],
)  # fmt: skip
def test_how_alike_two_entries_are(one: Identity, other: Identity, *, asks: bool) -> None:
    assert (resemblance(one, other).score >= SUSPECT) is asks
    assert resemblance(one, other) == resemblance(other, one)
