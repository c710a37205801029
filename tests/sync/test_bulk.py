"""Many new rows at once: the station has them with every index and everything that hangs on them."""

from kqdesk.cli.demo_people import stream_people
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import find
from kqdesk.store.actions import Writing, action
from kqdesk.sync.bulk import BULK
from tests.conftest import CLERK
from tests.sync.places import Desk, settle

INDEXES = "SELECT name,sql FROM sqlite_master WHERE type='index' AND sql IS NOT NULL ORDER BY name"


@action("测试同步加许多人")
def add_people(w: Writing, *, count: int) -> None:
    w.session.add_all(
        Person(name=made["name"], id_number=made["id_number"], phone=made["phone"])
        for made in stream_people(count)
    )


@action("测试同步并入")
def merge_all_into_one(w: Writing) -> None:
    conn = w.session.connection()
    conn.exec_driver_sql(
        "UPDATE person SET merged_into_id=(SELECT min(id) FROM person) WHERE id>(SELECT min(id) FROM person)"
    )


def test_a_first_load_leaves_indexes_search_and_journal_whole(desks: tuple[Desk, Desk]) -> None:
    a, b = desks
    indexes = b.rows(INDEXES)
    a.store.run(add_people, CLERK, count=BULK + 50)
    a.store.run(merge_all_into_one, CLERK)  # rows that point into their own table
    (winner,) = a.rows("SELECT name,phone FROM person ORDER BY id LIMIT 1")

    settle(a, b)

    everything = "SELECT id,name,phone,merged_into_id FROM person ORDER BY id"
    assert b.rows(everything) == a.rows(everything)
    assert b.rows(INDEXES) == indexes
    assert (b.store.verify_chain(), b.store.verify_rows(), b.store.integrity()) == (None, None, None)
    with b.store.reading() as session:
        assert winner[0] in {hit.name for hit in find(session, str(winner[1])[3:9], 20)}
