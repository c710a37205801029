"""Contacts and when they are due, papers over time, the adviser, an entry without a paper completed later."""

from datetime import date

import pytest

from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.kernel.national_id import check_character
from kqdesk.rooms.home.queries import today
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.terms import ContactAnswer, ContactWay
from kqdesk.security.roles import Role
from kqdesk.store.store import Store
from tests.people.rows import CHEN, WANG, row, take

TODAY = date(2026, 3, 2)
PERMIT = "81000019750312011" + check_character("81000019750312011")


@pytest.fixture
def wang(store: Store, clerk: str) -> str:
    return store.run(actions.add_person, clerk, fields={"name": "王建国", "village": "溪南村"}).value


def call(store: Store, who: str, person: str, on: date, again: date | None) -> str:
    return store.run(
        actions.add_contact, who, person_id=person, way=ContactWay.CALL, answer=ContactAnswer.UNDECIDED, words="再想想",
        contacted_on=on, next_on=again,
    ).value  # fmt: skip


def due(store: Store, on: date, staff: str | None = None) -> list[tuple[str, date]]:
    with store.reading() as session:
        return [(d.name, d.due_on) for d in queries.due_contacts(session, on=on, staff_id=staff)]


def test_only_the_newest_contact_is_due(store: Store, clerk: str, wang: str) -> None:
    call(store, clerk, wang, date(2026, 2, 1), date(2026, 2, 10))
    before = due(store, date(2026, 2, 10))

    last = call(store, clerk, wang, date(2026, 2, 12), date(2026, 3, 1))

    assert before == [("王建国", date(2026, 2, 10))]
    assert (due(store, date(2026, 2, 20)), due(store, TODAY)) == ([], [("王建国", date(2026, 3, 1))])
    call(store, clerk, wang, TODAY, None)
    assert due(store, date(2026, 12, 31)) == []
    store.undo(clerk)
    store.run(actions.remove_contact, clerk, contact_id=last)
    assert due(store, TODAY) == [("王建国", date(2026, 2, 10))]


def test_what_is_due_is_due_to_the_adviser(store: Store, clerk: str, head: str, wang: str) -> None:
    call(store, clerk, wang, date(2026, 2, 1), date(2026, 2, 10))
    own = due(store, TODAY, clerk)

    changed = store.run(actions.set_adviser, clerk, person_ids=[wang], adviser_id=head).value

    assert (len(own), changed, due(store, TODAY, clerk), len(due(store, TODAY, head))) == (1, 1, [], 1)
    with store.reading() as session:
        assert queries.affairs(session, person_id=wang).adviser == "章国平"


def test_who_is_due_stands_on_the_first_page(store: Store, clerk: str, head: str, wang: str) -> None:
    call(store, clerk, wang, date(2026, 2, 1), date(2026, 2, 10))

    with store.reading() as session:
        now = store.clock()
        mine, other = (today(session, now=now, actor=who, role=Role.CLERK).lines for who in (clerk, head))

    told = [(line.sentence, line.detail, dict(line.context)) for line in mine if line.page == "people"]
    assert told == [("1 人约好今天以前再联系", "王建国", {"view": "contacts"})]
    assert [line for line in other if line.page == "people"] == []


@pytest.mark.parametrize(
    ("on", "again", "words"),
    [(date(2026, 3, 3), None, "不能在今天以后"), (date(2026, 3, 1), date(2026, 2, 1), "不能早于")],
)
def test_days_of_a_contact_are_looked_at(
    store: Store, clerk: str, wang: str, on: date, again: date | None, words: str
) -> None:
    with pytest.raises(UserError, match=words):
        call(store, clerk, wang, on, again)


def test_an_entry_without_a_paper_is_completed_later(store: Store, clerk: str, wang: str) -> None:
    store.run(actions.edit_person, clerk, person_id=wang, changes={"id_number": WANG})

    with store.reading() as session:
        card = queries.person_card(session, wang)
        assert queries.affairs(session, person_id=wang).documents == ()
    assert card is not None
    assert (card.sex, card.birth_date) == ("1", date(1975, 3, 12))


def test_a_new_paper_takes_the_place_of_the_old(store: Store, clerk: str, wang: str) -> None:
    store.run(actions.edit_person, clerk, person_id=wang, changes={"id_number": WANG})
    store.run(
        actions.add_document, clerk, person_id=wang, number=PERMIT, valid_until=date(2029, 1, 1), in_use=True
    )  # fmt: skip

    with store.reading() as session:
        [old] = queries.affairs(session, person_id=wang).documents
        card = queries.person_card(session, wang)
        by_old = [hit.id for hit in queries.find(session, WANG)]
    counts = take(store, clerk, [row("王建国", WANG, job="挡车工")])
    assert card is not None
    assert (old.masked, old.replaced_on, card.id_kind, by_old) == (
        "330699********1238", TODAY, "hmt_residence", [wang],
    )  # fmt: skip
    assert (counts.created, counts.updated) == (0, 1)


def test_somebody_elses_number_is_refused(store: Store, clerk: str, wang: str) -> None:
    store.run(actions.add_person, clerk, fields={"name": "陈美", "id_number": CHEN})

    with pytest.raises(UserError, match="陈美的。如果是同一个人，请用「合并」"):
        store.run(actions.add_document, clerk, person_id=wang, number=CHEN)


def test_a_removed_person_takes_her_papers_along(store: Store, clerk: str, wang: str) -> None:
    paper = store.run(actions.add_document, clerk, person_id=wang, number=CHEN).value

    store.run(actions.remove_person, clerk, person_id=wang)

    with pytest.raises(StaleRecord):
        store.run(actions.remove_document, clerk, document_id=paper)
    store.undo(clerk)
    store.run(actions.remove_document, clerk, document_id=paper)
