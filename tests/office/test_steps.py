"""Signed steps: who signed, whose key it was, and that a change behind the program's back is noticed and named."""

from collections.abc import Callable

import pytest

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.office import actions, queries
from kqdesk.rooms.office.model import Staff
from kqdesk.rooms.office.terms import Standing, Step
from kqdesk.security.roles import Role
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER, Clock
from tests.insider import write_past

COLUMNS = ("name", "role")
Raw = Callable[..., None]


@action("测试签名")
def vouch(w: Writing, *, staff_id: str, signer: Signer | None, step: Step = Step.CHECK) -> None:
    """Signs a row of staff, as a room would its marks."""
    actions.sign_step(w, signer=signer, table="staff", row_ids=(staff_id,), step=step, columns=COLUMNS)


@action("测试签名后改名")
def rename(w: Writing, *, staff_id: str, name: str) -> None:
    """A lawful change of a signed column, where no seal stands against it."""
    w.session.get_one(Staff, staff_id).name = name


@pytest.fixture
def raw(store: Store) -> Raw:
    """Writes into the file behind the program's back, as somebody with the key and a SQL shell could."""

    def write(sql: str, *values: object) -> None:
        write_past(store.path, sql, *values)

    return write


def steps_of(store: Store, row_id: str) -> list[tuple[Step, str, Standing]]:
    with store.reading() as session:
        found = queries.step_signatures(session, "staff", (row_id,)).get(row_id, [])
    return [(one.step, one.name, one.standing) for one in found]


def faults(store: Store) -> list[str]:
    with store.reading() as session:
        return queries.step_faults(session)


def test_a_signed_step_names_its_person_and_holds(store: Store, clerk: str, head: str):
    store.run(vouch, clerk, staff_id=head, signer=CLERK_SIGNER)

    store.run(vouch, head, staff_id=head, signer=HEAD_SIGNER, step=Step.LOCK)

    assert steps_of(store, head) == [
        (Step.CHECK, "沈月琴", Standing.GOOD), (Step.LOCK, "章国平", Standing.GOOD),
    ]  # fmt: skip
    assert faults(store) == []
    with store.reading() as session:
        assert queries.signers_of(session, "staff", (head, clerk), Step.LOCK) == {head: {head}}


def test_a_signed_row_changed_by_raw_sql_is_named(store: Store, clerk: str, head: str, raw: Raw):
    store.run(vouch, clerk, staff_id=head, signer=CLERK_SIGNER)

    raw("UPDATE staff SET name='冒名' WHERE id=?", head)

    assert steps_of(store, head) == [(Step.CHECK, "沈月琴", Standing.CHANGED)]
    assert [words.split("：")[0] for words in faults(store)] == [f"「操作人」的一条记录（{head}）"]
    assert "签名之后内容被改动" in faults(store)[0]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE signed_step SET signature='{}'".format("00" * 64),
        "UPDATE signed_step SET signature='不是十六进制'",
        "UPDATE signed_step SET step='lock'",
        "UPDATE signed_step SET signed_by=(SELECT id FROM staff WHERE name='章国平')",
        "UPDATE signed_step SET signed_at='2026-03-02T12:00:01.000+00:00'",
        "UPDATE signed_step SET digest='{}'".format("ab" * 32),
        "UPDATE signed_step SET columns='[\"name\"]'",
        "UPDATE signed_step SET row_id=(SELECT id FROM staff WHERE name='沈月琴')",
        "UPDATE staff_key SET public_key=(SELECT public_key FROM staff WHERE name='章国平')",
        "UPDATE staff_key SET since='2026-03-03T12:00:00.000+00:00'",
    ],
)
def test_a_signature_or_key_changed_by_raw_sql_is_forged(
    store: Store, clerk: str, head: str, raw: Raw, sql: str
):
    store.run(vouch, clerk, staff_id=head, signer=CLERK_SIGNER)

    raw(sql)

    assert len(faults(store)) == 1
    assert "签名不是本人的" in faults(store)[0]
    assert store.verify_rows() is not None


def test_no_step_without_a_key_of_ones_own(store: Store, clerk: str, head: str):
    with pytest.raises(NotAllowed, match="用您自己的密码登录后再做"):
        store.run(vouch, clerk, staff_id=head, signer=None)
    with pytest.raises(NotAllowed, match="签名公钥还没有登记"):
        store.run(vouch, clerk, staff_id=head, signer=HEAD_SIGNER)

    assert steps_of(store, head) == []


def test_old_signatures_stay_good_after_a_new_key_and_the_old_key_signs_no_more(
    store: Store, clerk: str, head: str, clock: Clock
):
    store.run(vouch, clerk, staff_id=head, signer=CLERK_SIGNER)
    fresh = Signer(b"\x07" * 32)
    clock.forward(days=1)
    store.run(actions.record_key, head, staff_id=clerk, public_key=fresh.public.hex())
    clock.forward(days=1)

    with pytest.raises(NotAllowed, match="换密码前的旧公钥"):
        store.run(vouch, clerk, staff_id=head, signer=CLERK_SIGNER)
    store.run(vouch, clerk, staff_id=head, signer=fresh, step=Step.LOCK)

    assert [standing for _, _, standing in steps_of(store, head)] == [Standing.GOOD, Standing.GOOD]


def test_a_leaver_signs_no_more(store: Store, clerk: str, head: str, clock: Clock):
    store.run(vouch, clerk, staff_id=head, signer=CLERK_SIGNER)
    store.run(actions.leave_staff, head, staff_id=clerk, on=clock.now.date())

    with pytest.raises(NotAllowed):
        store.run(vouch, clerk, staff_id=head, signer=CLERK_SIGNER)

    assert [standing for _, _, standing in steps_of(store, head)] == [Standing.GOOD]


def test_undo_takes_the_signature_with_the_act_and_redo_brings_it_back(store: Store, clerk: str, head: str):
    store.run(vouch, clerk, staff_id=head, signer=CLERK_SIGNER)

    store.undo(clerk)
    gone = steps_of(store, head)
    store.redo(clerk)

    assert gone == []
    assert steps_of(store, head) == [(Step.CHECK, "沈月琴", Standing.GOOD)]


def test_the_same_step_again_is_the_one_that_counts(store: Store, clerk: str, head: str, clock: Clock):
    store.run(vouch, clerk, staff_id=head, signer=CLERK_SIGNER)
    store.run(rename, clerk, staff_id=head, name="章国平（新）")
    clock.forward(minutes=1)

    store.run(vouch, clerk, staff_id=head, signer=CLERK_SIGNER)

    assert [standing for _, _, standing in steps_of(store, head)] == [Standing.LATER, Standing.GOOD]
    assert faults(store) == []


@action("测试改签名")
def meddle(w: Writing) -> None:
    """What no action may do."""
    w.session.connection().exec_driver_sql("UPDATE signed_step SET step='lock'")


def test_no_action_changes_a_signature(store: Store, clerk: str, head: str):
    store.run(vouch, clerk, staff_id=head, signer=CLERK_SIGNER)

    with pytest.raises(UserError, match="签过名的步骤不能改"):
        store.run(meddle, clerk)

    assert steps_of(store, head) == [(Step.CHECK, "沈月琴", Standing.GOOD)]


def test_many_rows_are_signed_by_one_call(store: Store, clerk: str):
    ids = [store.run(actions.add_staff, clerk, name=f"操作人{n}", role=Role.TRAINER).value for n in range(3)]

    @action("测试批量签名")
    def vouch_all(w: Writing) -> None:
        actions.sign_step(w, signer=CLERK_SIGNER, table="staff", row_ids=ids, step=Step.DRAW, columns=COLUMNS)

    store.run(vouch_all, clerk)

    assert [steps_of(store, row_id) for row_id in ids] == [[(Step.DRAW, "沈月琴", Standing.GOOD)]] * 3
