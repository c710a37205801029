"""Two rows that turn out to be one person: what points at the one that goes, and what is still written of it."""

import json

from tests.conftest import CLERK
from tests.sync.acts import add_document, add_person, edit_person, merge_persons
from tests.sync.places import Desk, HubPlace, settle

ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32
Pair = tuple[Desk, Desk]


def test_a_link_to_a_person_who_was_merged_goes_to_the_one_who_stays(desks: Pair, hub: HubPlace) -> None:
    a, b = desks
    for row_id in (ONE, TWO, THREE):
        a.store.run(add_person, CLERK, row_id=row_id, name="周惠芳")
    settle(a, b)
    before = b.store.run(add_document, CLERK, person_id=THREE, number="甲").value
    b.sync()
    a.store.run(merge_persons, CLERK, loser=THREE, winner=TWO)
    a.store.run(merge_persons, CLERK, loser=TWO, winner=ONE)
    a.sync()
    after = b.store.run(add_document, CLERK, person_id=TWO, number="乙").value

    settle(a, b)

    for desk in desks:
        assert dict(desk.rows("SELECT id,person_id FROM person_document")) == {before: ONE, after: ONE}
        assert sorted(desk.rows("SELECT loser_id,winner_id FROM person_alias")) == [(TWO, ONE), (THREE, TWO)]
    told = hub.rows("SELECT before FROM hub_history WHERE tbl='person_document' AND op='U' ORDER BY version")
    assert [json.loads(row[0]) for row in told] == [{"person_id": THREE}, {"person_id": TWO}]


def test_what_was_written_of_a_merged_person_goes_to_the_one_who_stays_or_to_people(
    desks: Pair, hub: HubPlace
) -> None:
    a, b = desks
    for row_id in (ONE, TWO):
        a.store.run(add_person, CLERK, row_id=row_id, name="周惠芳")
    a.store.run(edit_person, CLERK, row_id=ONE, employer="一厂")
    settle(a, b)
    a.store.run(merge_persons, CLERK, loser=TWO, winner=ONE)
    a.sync()
    b.store.run(edit_person, CLERK, row_id=TWO, job="挡车工")
    b.store.run(edit_person, CLERK, row_id=TWO, employer="二厂")

    settle(a, b)

    for desk in desks:
        assert desk.rows(f"SELECT job,employer FROM person WHERE id='{ONE}'") == [("挡车工", "一厂")]
        told = desk.rows('SELECT row_id,"column",shown,kept FROM sync_conflict')
        assert told == [(ONE, "employer", '"一厂"', '"二厂"')]


def test_a_merge_by_somebody_who_had_not_seen_an_edit_takes_it_along(desks: Pair, hub: HubPlace) -> None:
    a, b = desks
    for row_id in (ONE, TWO):
        a.store.run(add_person, CLERK, row_id=row_id, name="周惠芳")
    settle(a, b)
    b.store.run(edit_person, CLERK, row_id=TWO, job="挡车工")
    b.sync()
    a.store.run(merge_persons, CLERK, loser=TWO, winner=ONE)

    settle(a, b)

    for desk in desks:
        assert desk.rows(f"SELECT job FROM person WHERE id='{ONE}'") == [("挡车工",)]
