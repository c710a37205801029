"""What a round must mind besides rows: brakes, repairs, laws, copies, other versions, numbers, files, sticks."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kqdesk.security.attachment_cipher import attachment_cipher
from kqdesk.security.file_keys import FileKeys
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import Attachments, attach
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.client import Client, next_pull
from kqdesk.sync.hubfiles import PART
from kqdesk.sync.wire import Batch, Refusal, decode, encode
from tests.conftest import CLERK, SCHOOL, Clock
from tests.sync.acts import (
    add_person,
    add_village,
    add_villages,
    change_village,
    drop_village,
    drop_villages,
    erase_person,
)
from tests.sync.places import Card, Desk, HubPlace, drive, settle
from tests.sync.setting import copy_file, put_back

ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32
Pair = tuple[Desk, Desk]


@action("测试同步放文件")
def keep_file(w: Writing, *, digest: str, size: int) -> None:
    attach(
        w,
        table="village",
        row_id=ONE,
        purpose="scan",
        digest=digest,
        name="扫描.jpg",
        media="image/jpeg",
        size=size,
    )


def test_a_pull_that_would_take_away_much_stops_and_asks(desks: Pair) -> None:
    a, b = desks
    ids = a.store.run(add_villages, CLERK, count=60).value
    settle(a, b)
    a.store.run(drop_villages, CLERK, ids=ids[:55])
    a.sync()

    stopped = b.sync()

    assert b.client.standing().asks == "removal"
    assert "55" in stopped.stop
    assert b.rows("SELECT count(*) FROM village") == [(60,)]
    b.client.allow_removal()
    assert b.sync().finished
    assert b.rows("SELECT count(*) FROM village") == [(5,)]
    assert b.client.standing().stop == ""


def test_a_table_that_differs_is_pulled_again(desks: Pair, clock: Clock) -> None:
    a, b = desks
    row_id = a.store.run(add_village, CLERK, name="兰亭村").value
    settle(a, b)
    b.store.pull(lambda w: w.session.connection().exec_driver_sql("UPDATE village SET name='坏'"), "坏")
    clock.forward(days=8)

    report = b.sync()

    assert b.rows("SELECT id,name FROM village") == [(row_id, "兰亭村")]
    assert report.notes == ["核对后发现「村社」与数据站不一致，已重新取回。"]


def test_what_the_law_wants_forgotten_is_forgotten_at_the_hub_and_everywhere(
    desks: Pair, hub: HubPlace
) -> None:
    a, b = desks
    a.store.run(add_person, CLERK, row_id=ONE, name="周惠芳", id_number="330621196001011234")
    settle(a, b)
    b.store.run(add_village, CLERK, name="另一件事")
    a.store.run(erase_person, CLERK, row_id=ONE, name="周惠芳")

    settle(a, b)

    for desk in desks:
        assert desk.rows("SELECT count(*) FROM person") == [(0,)]
        befores = desk.rows("SELECT before FROM journal_change WHERE tbl='person' AND before IS NOT NULL")
        assert befores
        assert all(row[0].startswith("mac:") for row in befores)
        assert desk.store.verify_chain() is None
    assert hub.rows("SELECT count(*) FROM hub_history WHERE tbl='person' AND before IS NOT NULL") == [(0,)]
    assert a.rows("SELECT count(*) FROM journal_entry WHERE kind='erase'") == [(1,)]


def test_numbers_are_leased_once_and_above_what_was_used(desks: Pair) -> None:
    a, b = desks
    settle(a, b)

    first = drive_lease(a, above=40)
    second = drive_lease(b, above=0)

    assert (first.first, first.last) == (41, 240)
    assert (second.first, second.last) == (241, 440)


def drive_lease(desk: Desk, *, above: int):
    asking = desk.client.lease("certificate", 2026, above=above)
    ask = next(asking)
    try:
        while True:
            ask = asking.send(desk.send(ask))
    except StopIteration as end:
        return end.value


def test_a_restored_station_takes_a_new_identity_and_loses_nothing(desks: Pair, hub: HubPlace) -> None:
    a, b = desks
    a.store.run(add_village, CLERK, name="之前")
    settle(a, b)
    a.store._writer.raw_connection().driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = a.path.read_bytes()
    a.store.run(add_village, CLERK, name="备份以后")
    a.sync()
    a.close()
    for suffix in ("-wal", "-shm"):
        a.path.with_name(a.path.name + suffix).unlink(missing_ok=True)
    a.path.write_bytes(kept)
    a.open()
    life = a.client.identity()

    a.store.run(add_village, CLERK, name="恢复以后")
    settle(a, b, turns=2)
    if a.client.standing().asks == "incarnation":
        a.client.new_incarnation()
    settle(a, b, turns=2)

    names = {("之前",), ("备份以后",), ("恢复以后",)}
    assert set(a.rows("SELECT name FROM village")) == set(b.rows("SELECT name FROM village")) == names
    assert a.client.identity() != life


@pytest.mark.parametrize("is_noticed", [False, True], ids=["nobody tells the hub", "the hub is told"])
def test_what_was_taken_in_an_earlier_life_comes_back_to_a_restored_hub(
    desks: Pair, hub: HubPlace, tmp_path: Path, *, is_noticed: bool
) -> None:
    a, b = desks
    row_id = a.store.run(add_village, CLERK, name="之前").value
    settle(a, b)
    copy_file(hub.engine, hub.path, tmp_path / "kept")
    a.store.run(change_village, CLERK, row_id=row_id, name="数据站收到过")
    a.sync()
    a.client.new_incarnation()

    hub.close()
    put_back(tmp_path / "kept", hub.path)
    hub.open()
    if is_noticed:
        hub.books.restored(hub.clock())
    settle(a, b, turns=3)

    assert hub.rows("SELECT name FROM village") == [("数据站收到过",)]
    assert a.rows("SELECT name FROM village") == b.rows("SELECT name FROM village") == [("数据站收到过",)]


def test_another_body_under_a_used_number_is_kept_apart(desks: Pair, hub: HubPlace) -> None:
    a, _ = desks
    a.store.run(add_village, CLERK, name="真")
    pushed: list[Ask] = []
    a.sync(lambda ask: pushed.append(ask) or a.send(ask))
    body = next(ask.body for ask in pushed if ask.path == "/v1/push")
    other = decode(Batch, body)
    other.groups[0].values[other.groups[0].columns.index("name")] = ["假"]

    reply = a.send(Ask("POST", "/v1/push", encode(other)))

    assert reply.status == 409
    assert decode(Refusal, reply.body).kind == "other_body"
    assert hub.rows("SELECT name FROM village") == [("真",)]
    assert hub.rows("SELECT why FROM hub_quarantine") == [("other_body",)]


def test_values_of_another_kind_are_kept_apart_and_said(desks: Pair, hub: HubPlace) -> None:
    a, _ = desks
    a.store.run(add_village, CLERK, name="真")

    def line(ask: Ask) -> Reply:
        if ask.path != "/v1/push":
            return a.send(ask)
        batch = decode(Batch, ask.body)
        batch.groups[0].values[batch.groups[0].columns.index("name")] = [7]
        return a.send(Ask("POST", ask.path, encode(batch)))

    report = a.sync(line)

    assert "留存" in report.stop
    assert hub.rows("SELECT count(*) FROM village") == [(0,)]
    assert a.client.standing().unsent == 1


def test_a_station_gets_only_what_belongs_to_its_school(desks: Pair, hub: HubPlace) -> None:
    a, _ = desks
    a.store.run(add_village, CLERK, name="兰亭村")
    a.sync()
    stranger = Card("330603999", "330603999.1")
    asks: list[Ask] = []
    a.sync(lambda ask: asks.append(ask) or a.send(ask))

    answered = [hub.hub.answer(stranger, ask) for ask in a.client.packet_asks()]

    assert asks
    assert [reply.status for reply in answered] == [409, 409]
    assert all(decode(Refusal, reply.body).kind == "unknown_life" for reply in answered)


def test_no_name_stands_in_the_hubs_database(desks: Pair, hub: HubPlace) -> None:
    a, b = desks
    a.store.run(add_person, CLERK, row_id=ONE, name="金丝雀甲", id_number="330621196001011234")
    settle(a, b)
    a.store.run(change_person, CLERK, name="金丝雀乙")
    b.store.run(change_person, CLERK, name="金丝雀丙")
    settle(a, b)

    everything = "\n".join(
        str(row) for table in hub.books.tables for row in hub.rows(f'SELECT * FROM "{table.name}"')
    )

    assert a.rows("SELECT count(*) FROM sync_conflict") != [(0,)]
    for canary in ("金丝雀", "330621196001011234"):
        assert canary not in everything


@action("测试同步改人")
def change_person(w: Writing, *, name: str) -> None:
    w.session.connection().exec_driver_sql("UPDATE person SET name=?", (name,))
    w.note(name)


def test_a_file_goes_on_where_the_line_broke_and_is_sealed_anew(
    desks: Pair, hub: HubPlace, tmp_path: Path
) -> None:
    folders = []
    for number, desk in enumerate(desks):
        keys = FileKeys.fresh(lambda count, mark=number: bytes([mark + 1]) * count)
        desk.attachments = Attachments(tmp_path / f"files{number}", attachment_cipher(lambda keys=keys: keys))
        folders.append(desk.attachments)
        desk.close()
        desk.open()
    a, b = desks
    content = bytes(range(256)) * 3_000
    digest = folders[0].keep(content)
    a.store.run(keep_file, CLERK, digest=digest, size=len(content))
    parts: list[Ask] = []

    def breaks(ask: Ask) -> Reply:
        if ask.path == "/v1/files/part":
            parts.append(ask)
            if len(parts) == 2:
                return Reply(0)
        return a.send(ask)

    assert a.sync(breaks).broke
    a.sync(lambda ask: parts.append(ask) or a.send(ask))
    report = b.sync()

    assert report.files == 1
    assert folders[1].read(digest) == content
    assert sum(ask.path == "/v1/files/part" for ask in parts) == -(-len(content) // PART) + 1
    assert (
        b"".join(path.read_bytes() for path in (hub.folder / "files").rglob("*.0000")).find(content[:64])
        == -1
    )


def test_a_stick_carries_the_same_questions_and_answers(desks: Pair, hub: HubPlace) -> None:
    a, b = desks
    b.store.run(add_village, CLERK, name="乙")
    b.sync()
    a.sync(lambda ask: Reply(0))
    a.store.run(add_village, CLERK, name="甲")

    answers: list[tuple[Ask, Reply]] = []
    for ask in a.client.packet_asks():
        following: Ask | None = ask
        while following is not None:
            answers.append((following, a.send(following)))
            following = next_pull(*answers[-1])

    report = a.sync(lambda ask: next((reply for one, reply in answers if one == ask), Reply(0)))

    assert report.sent == 1
    b.sync()
    assert sorted(b.rows("SELECT name FROM village")) == [("乙",), ("甲",)]


def test_what_people_do_on_the_hubs_pages_is_a_batch_like_any_other(desks: Pair, hub: HubPlace) -> None:
    a, b = desks
    row_id = a.store.run(add_village, CLERK, name="兰亭村").value
    settle(a, b)
    seen = hub.rows("SELECT head FROM hub_school")[0][0]
    a.store.run(change_village, CLERK, row_id=row_id, name="学校改的")

    hub.hub.act(SCHOOL, "officer", "区里改", {("village", row_id): {"code": "330603008009"}}, seen=seen)
    settle(a, b)

    for desk in desks:
        assert desk.rows("SELECT name,code FROM village") == [("学校改的", "330603008009")]
        assert desk.client.standing().conflicts == 0


def test_a_wrong_clock_keeps_nothing_back_and_wins_nothing(desks: Pair, hub: HubPlace, clock: Clock) -> None:
    a, b = desks
    row_id = a.store.run(add_village, CLERK, name="兰亭村").value
    settle(a, b)
    real = clock.now
    a.store.clock = lambda: real + timedelta(days=900)
    a.store.run(change_village, CLERK, row_id=row_id, name="未来的")
    a.sync()
    clock.forward(minutes=1)
    b.store.run(change_village, CLERK, row_id=row_id, name="今天的")
    settle(a, b)

    assert a.rows("SELECT name FROM village") == b.rows("SELECT name FROM village") == [("今天的",)]
    assert b.client.standing().conflicts == 1


def test_a_captive_portal_is_no_answer(desks: Pair) -> None:
    a, _ = desks
    a.store.run(add_village, CLERK, name="兰亭村")

    report = a.sync(lambda ask: Reply(200, b"<html>Login</html>"))

    assert report.broke
    assert a.client.standing().unsent == 1
    assert a.sync().sent == 1


def test_what_the_server_around_the_hub_says_is_shown(desks: Pair) -> None:
    a, _ = desks
    a.store.run(add_village, CLERK, name="兰亭村")
    words = "这台电脑已被停用，请联系管理员。"

    report = a.sync(lambda ask: Reply(403, msgspec.msgpack.encode({"kind": "revoked", "words": words})))

    assert report.stop == words
    assert a.client.standing().stop == words


def test_moving_to_another_hub_takes_everything_along(desks: Pair, tmp_path: Path, clock: Clock) -> None:
    a, b = desks
    a.store.run(add_village, CLERK, name="甲")
    b.store.run(add_village, CLERK, name="乙")
    settle(a, b)
    district = HubPlace(tmp_path / "district", clock, 5)
    for desk in desks:
        desk.hub = district
        desk.client.change_hub("区")

    settle(a, b)

    assert district.rows("SELECT count(*) FROM village") == [(2,)]
    assert district.rows("SELECT count(*) FROM sync_conflict") == [(0,)]
    assert a.client.standing().hub == "区"
    a.store.run(drop_village, CLERK, row_id=a.rows("SELECT id FROM village LIMIT 1")[0][0])
    settle(a, b)
    assert b.rows("SELECT count(*) FROM village") == [(1,)]
    district.close()


def test_a_client_of_a_home_that_never_joined_says_so(desks: Pair) -> None:
    a, _ = desks

    assert isinstance(a.client, Client)
    assert a.client.identity() is None
    assert a.client.packet_asks() == []
    assert drive(a.client, lambda ask: Reply(0)).broke


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/files/nothing"])
def test_unknown_questions_are_not_found(desks: Pair, path: str) -> None:
    assert desks[0].send(Ask("POST", path, b"")).status == 404
