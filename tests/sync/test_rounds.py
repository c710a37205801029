"""Two stations and a hub: what is written at one is at the other, and nothing is lost where they differ."""

from tests.conftest import CLERK, Clock
from tests.sync.acts import add_site, add_village, change_village, drop_village
from tests.sync.places import Desk, HubPlace, settle


def test_a_row_made_at_one_station_is_at_the_other(desks: tuple[Desk, Desk]) -> None:
    a, b = desks
    row_id = a.store.run(add_village, CLERK, name="兰亭村").value

    sent, got = a.sync(), b.sync()

    assert (sent.sent, got.received, got.finished) == (1, 1, True)
    assert b.rows("SELECT id,name FROM village") == [(row_id, "兰亭村")]
    assert b.store.verify_chain() is None
    assert b.store.verify_rows() is None


def test_different_fields_meet(desks: tuple[Desk, Desk], hub: HubPlace) -> None:
    a, b = desks
    row_id = a.store.run(add_village, CLERK, name="兰亭村").value
    settle(a, b)
    a.store.run(change_village, CLERK, row_id=row_id, name="兰亭新村")
    b.store.run(change_village, CLERK, row_id=row_id, code="330603008001")

    settle(a, b)

    assert a.rows("SELECT name,code FROM village") == [("兰亭新村", "330603008001")]
    assert b.rows("SELECT name,code FROM village") == [("兰亭新村", "330603008001")]
    assert hub.rows("SELECT count(*) FROM sync_conflict") == [(0,)]


def test_the_same_field_goes_to_people_at_both(desks: tuple[Desk, Desk], clock: Clock) -> None:
    a, b = desks
    row_id = a.store.run(add_village, CLERK, name="兰亭村").value
    settle(a, b)
    a.store.run(change_village, CLERK, row_id=row_id, name="早")
    clock.forward(minutes=5)
    b.store.run(change_village, CLERK, row_id=row_id, name="晚")

    settle(a, b)

    expected = [("village", row_id, "name", '"晚"', '"早"')]
    for desk in desks:
        assert desk.rows("SELECT name FROM village") == [("晚",)]
        assert desk.rows('SELECT tbl,row_id,"column",shown,kept FROM sync_conflict') == expected
        assert desk.client.standing().conflicts == 1


def test_an_edit_beats_a_deletion(desks: tuple[Desk, Desk]) -> None:
    a, b = desks
    row_id = a.store.run(add_village, CLERK, name="兰亭村").value
    settle(a, b)
    a.store.run(drop_village, CLERK, row_id=row_id)
    b.store.run(change_village, CLERK, row_id=row_id, name="还在")

    settle(a, b)

    for desk in desks:
        assert desk.rows("SELECT id,name FROM village") == [(row_id, "还在")]
        assert desk.client.standing().conflicts == 1


def test_a_row_somebody_points_at_comes_back(desks: tuple[Desk, Desk]) -> None:
    a, b = desks
    row_id = a.store.run(add_village, CLERK, name="兰亭村").value
    settle(a, b)
    a.store.run(drop_village, CLERK, row_id=row_id)
    b.store.run(add_site, CLERK, village_id=row_id)

    settle(a, b)

    for desk in desks:
        assert desk.rows("SELECT id FROM village") == [(row_id,)]
        assert desk.rows("SELECT village_id FROM site") == [(row_id,)]
        assert desk.client.standing().held == 0


def test_nothing_new_is_one_question(desks: tuple[Desk, Desk]) -> None:
    a, b = desks
    a.store.run(add_village, CLERK, name="兰亭村")
    settle(a, b)
    asked: list[str] = []

    report = a.sync(lambda ask: asked.append(ask.path) or a.send(ask))

    assert asked == ["/v1/head"]
    assert report.finished
