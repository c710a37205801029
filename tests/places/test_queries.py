"""Questions to 地方 ask a fixed number of statements."""

from kqdesk.rooms.places import actions, queries
from kqdesk.store.store import Store
from tests.statements import count_statements


def fill(store: Store, clerk: str, count: int) -> None:
    for number in range(count):
        village = store.run(actions.add_village, clerk, name=f"第{number}村", township_code="330603008").value
        store.run(actions.add_firm, clerk, name=f"第{number}印染厂")
        site = store.run(actions.add_site, clerk, name=f"第{number}礼堂", village_id=village).value
        store.run(actions.add_classroom, clerk, site_id=site, name="大厅", capacity=40)


def test_more_rows_ask_no_more_statements(store: Store, clerk: str):
    asked = (
        queries.villages, queries.firms, queries.sites, queries.classrooms, queries.school_areas,
        lambda session: queries.find(session, "第", 5),
    )  # fmt: skip

    fill(store, clerk, 1)
    one = count_statements(store, *asked)
    store.undo(clerk)
    store.undo(clerk)
    store.undo(clerk)
    store.undo(clerk)
    fill(store, clerk, 3)
    three = count_statements(store, *asked)

    assert one == [1, 1, 1, 1, 1, 4]
    assert three == one
