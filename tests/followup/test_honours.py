"""Honours: nominated by one, approved by another, posted, awarded; never by oneself, never before the posting ended."""

from datetime import date
from pathlib import Path

import pytest

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.followup import actions, queries
from kqdesk.rooms.followup.terms import HonourKind, HonourState
from kqdesk.rooms.people.model import Person
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import Attachments, KeptFile
from kqdesk.store.store import Store
from tests.conftest import Clock
from tests.followup.conftest import TODAY, Ended

STAR = {
    "kind": HonourKind.STAR, "title": "2026 年度学习之星", "year": 2026, "reasons": "四十岁学会打版，带出三个徒弟。",
}  # fmt: skip


@action("测试没学过的人")
def add_stranger(w: Writing) -> str:
    person = Person(name="邵一品", name_pinyin="x", name_initials="x")
    w.session.add(person)
    w.session.flush()
    return person.id


@pytest.fixture
def star(store: Store, clerk: str, clerk_signer: Signer, ended: Ended) -> str:
    """Id of a nomination by the clerk."""
    return store.run(actions.nominate, clerk, person_id=ended.people[0], signer=clerk_signer, **STAR).value


def state_of(store: Store, key: str) -> HonourState:
    with store.reading() as session:
        return queries.honours(session, ids=[key])[0].state


def awarded(store: Store, head: str, head_signer: Signer, clock: Clock, key: str) -> None:
    store.run(actions.approve_honours, head, honour_ids=[key], signer=head_signer)
    store.run(actions.post_honours, head, honour_ids=[key], posted_on=TODAY, posted_until=date(2026, 3, 6))
    clock.forward(days=5)
    store.run(actions.award_honours, head, honour_ids=[key])


def test_the_whole_way(store, head, head_signer, clock, star) -> None:
    awarded(store, head, head_signer, clock, star)

    with store.reading() as session:
        [row] = queries.honours(session)
        counts = queries.honour_counts(session)
    assert (row.state, row.awarded_on, row.nominated_by, row.approved_by) == (
        HonourState.AWARDED, date(2026, 3, 7), "沈月琴", "章国平",
    )  # fmt: skip
    assert counts == [queries.HonourCount(2026, "兰亭街道", 1, 0)]


def test_who_proposed_does_not_approve(store, clerk, clerk_signer, star) -> None:
    with pytest.raises(NotAllowed, match="阮秋月：这是您推荐的，要由另一个人审批"):
        store.run(actions.approve_honours, clerk, honour_ids=[star], signer=clerk_signer)

    assert state_of(store, star) is HonourState.NOMINATED


def test_without_her_own_key_nobody_approves(store, head, star) -> None:
    with pytest.raises(NotAllowed, match="没有签名"):
        store.run(actions.approve_honours, head, honour_ids=[star], signer=None)


def test_an_approved_one_is_sealed_and_its_approval_final(
    store, clerk, head, clerk_signer, head_signer, star
) -> None:
    store.run(actions.approve_honours, head, honour_ids=[star], signer=head_signer)

    with pytest.raises(UserError, match="不能撤销审批"):
        store.undo(head)
    with pytest.raises(UserError, match="不能撤销审批"):
        store.run(actions.change_honour, clerk, honour_id=star, signer=clerk_signer, title="别的")
    with pytest.raises(UserError, match="不能删除"):
        store.run(actions.remove_honour, clerk, honour_id=star)


def test_not_before_the_posting_ended(store, head, head_signer, star) -> None:
    store.run(actions.approve_honours, head, honour_ids=[star], signer=head_signer)
    with pytest.raises(UserError, match="现在是「已批准」，不能改成「已表彰」"):
        store.run(actions.award_honours, head, honour_ids=[star])
    store.run(actions.post_honours, head, honour_ids=[star], posted_on=TODAY, posted_until=date(2026, 3, 6))

    with pytest.raises(UserError, match="公示到 2026-03-06，公示期满才能表彰"):
        store.run(actions.award_honours, head, honour_ids=[star])


def test_withdrawn_with_a_reason_it_stays_on_record_and_counts_no_more(
    store, head, head_signer, clock, star
) -> None:
    awarded(store, head, head_signer, clock, star)
    with pytest.raises(UserError, match="请写明原因"):
        store.run(actions.withdraw_honour, head, honour_id=star, reason=" ")
    store.run(actions.withdraw_honour, head, honour_id=star, reason="事迹不实")

    with store.reading() as session:
        [row] = queries.honours(session)
        assert queries.honour_counts(session) == []
    assert (row.state, row.ended) == (HonourState.WITHDRAWN, "2026-03-07 事迹不实")


def test_declined_and_proposed_again(store, clerk, head, clerk_signer, star, ended) -> None:
    kw = {"person_id": ended.people[0], "signer": clerk_signer, **STAR}
    with pytest.raises(UserError, match="2026 年度已经推荐过学习之星"):
        store.run(actions.nominate, clerk, **kw)
    store.run(actions.decline_honour, head, honour_id=star, reason="材料不够")

    assert state_of(store, store.run(actions.nominate, clerk, **kw).value) is HonourState.NOMINATED


def test_a_star_has_learnt_here(store, clerk, clerk_signer, ended) -> None:
    stranger = store.run(add_stranger, "system").value
    kw = {"person_id": stranger, "signer": clerk_signer}
    with pytest.raises(UserError, match="可以推荐为「学习典型」"):
        store.run(actions.nominate, clerk, **kw, **STAR)

    store.run(actions.nominate, clerk, **kw, **(STAR | {"kind": HonourKind.MODEL}))


def test_proofs_are_kept_beside(store, clerk, star, attachments: Attachments, tmp_path: Path) -> None:
    file = KeptFile(attachments.keep(b"%PDF-1.4 x"), "事迹.pdf", "application/pdf", 10)
    store.run(actions.put_honour_proofs, clerk, honour_id=star, files=[file])
    with pytest.raises(UserError, match="没有重复放入"):
        store.run(actions.put_honour_proofs, clerk, honour_id=star, files=[file])
    with store.reading() as session:
        [proof] = queries.honour_card(session, star).proofs
    with pytest.raises(UserError, match="先取出放入的材料"):
        store.run(actions.remove_honour, clerk, honour_id=star)
    store.run(actions.take_out_honour_proof, clerk, honour_id=star, attachment_id=proof.attachment_id)
    store.run(actions.remove_honour, clerk, honour_id=star)

    with store.reading() as session:
        assert queries.honours(session) == []
