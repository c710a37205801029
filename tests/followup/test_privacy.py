"""What the law lets go with a person: her calls go, an honour that was approved stays and is named."""

from kqdesk.rooms.followup import actions
from kqdesk.rooms.followup.terms import HonourKind, Work
from kqdesk.rooms.privacy.queries import plan_erasure, terms_in_force
from kqdesk.store.store import Store
from tests.followup.conftest import TODAY, Ended


def test_calls_go_with_the_person_and_an_approved_honour_stays(
    store: Store, clerk: str, head: str, clerk_signer, head_signer, ended: Ended
) -> None:
    who = ended.people[0]
    call = store.run(actions.record_visit, clerk, person_id=who, work=Work.EMPLOYED).value.id
    made = store.run(
        actions.nominate, clerk, person_id=who, kind=HonourKind.STAR, title="学习之星", year=2026, reasons="好学", signer=clerk_signer
    ).value  # fmt: skip
    store.run(actions.approve_honours, head, honour_ids=[made], signer=head_signer)
    with store.reading() as session:
        plan = plan_erasure(session, [who], terms=terms_in_force(session, on=TODAY), today=TODAY)

    assert plan.deletes["follow_up"] == (call,)
    assert len(plan.deletes["follow_up_answer"]) == 2
    assert [one.row_id for one in plan.keeps if one.table == "honour"] == [made]
