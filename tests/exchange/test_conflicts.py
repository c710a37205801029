"""待确认: what stands side by side, what choosing does, and what it must not do."""

import pytest

from kqdesk.kernel.errors import NotAllowed, StaleRecord, UserError
from kqdesk.rooms.exchange import actions, queries, rules
from kqdesk.rooms.exchange.terms import DELETED, Choice
from kqdesk.rooms.office.actions import add_staff
from kqdesk.rooms.people.model import Person
from kqdesk.security.roles import Role
from kqdesk.store.conflicts import SyncConflict
from kqdesk.store.store import Store
from tests.conftest import CLERK, HEAD, NOON
from tests.exchange.conftest import conflict


def value(store: Store, row_id: str, column: str) -> object:
    with store.reading() as session:
        return getattr(session.get(Person, row_id), column)


def rows(store: Store) -> list[queries.ConflictRow]:
    with store.reading() as session:
        return queries.open_conflicts(session)


def test_two_values_side_by_side_with_who_when_and_where(store: Store, mao: str) -> None:
    conflict(store, mao, "village", "溪南村", "谢坞村")

    (row,) = rows(store)

    assert (row.subject, row.field) == ("人员「王阿毛」", "村社")
    assert (row.shown.words, row.shown.who, row.shown.station) == ("溪南村", "沈月琴", "330603008.1")
    assert (row.kept.words, row.kept.who, row.kept.at < row.shown.at) == ("谢坞村", "章国平", True)
    assert not row.is_masked


def test_numbers_are_masked_and_whole_ones_are_looked_at_with_a_trace(store: Store, mao: str) -> None:
    first = conflict(store, mao, "phone", "13812345678", "13899995678")
    (row,) = rows(store)
    somebody = store.run(add_staff, CLERK, name="任老师", role=Role.TRAINER).value
    seer = store.run(add_staff, CLERK, name="看号", role=Role.CLERK, sees_full_ids=True).value

    whole = store.run(actions.reveal_conflict, seer, conflict_id=first)
    with pytest.raises(NotAllowed):
        store.run(actions.reveal_conflict, somebody, conflict_id=first)

    assert (row.shown.words, row.kept.words, row.is_masked) == (
        "138****5678（不同的号码）", "138****5678（不同的号码）", True,
    )  # fmt: skip
    assert (whole.value.shown.words, whole.value.kept.words) == ("13812345678", "13899995678")
    assert whole.label == "查看待确认的完整内容：人员「王阿毛」 电话"


@pytest.mark.parametrize(("choice", "stands"), [(Choice.SHOWN, "溪南村"), (Choice.KEPT, "谢坞村")])
def test_the_chosen_value_stands_and_undo_asks_again(
    store: Store, mao: str, choice: Choice, stands: str
) -> None:
    one = conflict(store, mao, "village", "溪南村", "谢坞村")

    done = store.run(actions.settle_conflict, CLERK, conflict_id=one, chosen=choice)
    after, left = value(store, mao, "village"), rows(store)
    store.undo(CLERK)

    assert (after, left) == (stands, [])
    assert done.label == "确认两个值：人员「王阿毛」 村社"
    assert (value(store, mao, "village"), [row.id for row in rows(store)]) == ("溪南村", [one])


def test_who_settled_it_and_what_was_not_chosen_is_kept(store: Store, mao: str) -> None:
    one = conflict(store, mao, "village", "溪南村", "谢坞村")

    store.run(actions.settle_conflict, HEAD, conflict_id=one, chosen=Choice.KEPT)

    with store.reading() as session:
        kept = session.get(SyncConflict, one)
        assert (kept.settled_by, kept.settled_at, kept.chosen, kept.shown) == (
            HEAD,
            NOON,
            "kept",
            '"\\u6eaa\\u5357\\u6751"',
        )


def test_settled_twice_is_refused(store: Store, mao: str) -> None:
    one = conflict(store, mao, "village", "溪南村", "谢坞村")
    store.run(actions.settle_conflict, CLERK, conflict_id=one, chosen=Choice.KEPT)

    with pytest.raises(StaleRecord, match="已经确认过了"):
        store.run(actions.settle_conflict, HEAD, conflict_id=one, chosen=Choice.SHOWN)

    assert value(store, mao, "village") == "谢坞村"


def test_an_edit_beats_a_deletion_until_somebody_chooses_it(store: Store, mao: str) -> None:
    one = conflict(store, mao, "", "edited", None)
    (row,) = rows(store)

    store.run(actions.settle_conflict, CLERK, conflict_id=one, chosen=Choice.KEPT)

    assert (row.field, row.kept.words) == ("删除还是保留", DELETED)
    with store.reading() as session:
        assert session.get(Person, mao) is None


@pytest.mark.parametrize(("tbl", "column"), [("thing_of_tomorrow", "x"), ("person", "column_of_tomorrow")])
def test_what_a_newer_program_made_waits_for_the_update(
    store: Store, mao: str, tbl: str, column: str
) -> None:
    one = conflict(store, mao, column, "a", "b", tbl)

    with pytest.raises(UserError, match="先升级本机的软件"):
        store.run(actions.settle_conflict, CLERK, conflict_id=one, chosen=Choice.KEPT)

    assert len(rows(store)) == 1


def test_a_row_cannot_be_given_another_id_or_school(store: Store, mao: str) -> None:
    one = conflict(store, mao, "school", "330603008", "330603009")

    with pytest.raises(UserError):
        store.run(actions.settle_conflict, CLERK, conflict_id=one, chosen=Choice.KEPT)

    assert value(store, mao, "school") == "330603008"


def test_a_sealed_row_refuses_with_its_own_sentence(store: Store) -> None:
    with store.reading() as session:
        key = session.connection().exec_driver_sql("SELECT id FROM staff_key LIMIT 1").scalar_one()
    one = conflict(store, key, "public_key", "aa", "bb", "staff_key")

    with pytest.raises(UserError, match="登记过的签名公钥不能改"):
        store.run(actions.settle_conflict, CLERK, conflict_id=one, chosen=Choice.KEPT)

    assert len(rows(store)) == 1


def test_how_a_pc_is_called() -> None:
    assert rules.station_words("330603008.2") == "2 号电脑"
    assert rules.station_words("330603008.2", {"330603008.2": "教务室"}) == "教务室（2 号电脑）"
    assert rules.station_words("district") == "区里"
    assert rules.station_words("PC-20240101") == "PC-20240101"


def test_when_a_pc_was_seen_and_when_it_is_silent() -> None:
    days, minutes = rules.timedelta(days=4), rules.timedelta(minutes=5)

    assert rules.seen_words(NOON - minutes, NOON) == "5 分钟前"
    assert rules.seen_words(NOON + minutes, NOON) == "刚才"
    assert rules.seen_words(NOON - days, NOON) == "4 天前"
    assert (rules.is_silent(NOON - days, NOON), rules.is_silent(NOON - minutes, NOON), rules.is_silent(None, NOON)) == (
        True, False, True,
    )  # fmt: skip


def test_masked_numbers_that_look_alike_say_that_they_differ() -> None:
    assert rules.side_by_side("1", "2", "*", "*", is_whole=False) == ("*（不同的号码）", "*（不同的号码）")
    assert rules.side_by_side("1", "2", "*", "*", is_whole=True) == ("1", "2")
    assert rules.side_by_side("1", "2", "1*", "2*", is_whole=False) == ("1*", "2*")
