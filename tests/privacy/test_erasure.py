"""One person's rights: the dossier holds all of her and nobody else, erasure leaves nothing but what law keeps."""

from datetime import date

import pytest

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.office import queries as office
from kqdesk.rooms.people import actions as people
from kqdesk.rooms.people import queries as roster
from kqdesk.rooms.privacy import actions, queries
from kqdesk.rooms.privacy.rules.consent import shipped_drafts
from kqdesk.rooms.privacy.terms import ConsentWay, Purpose, RequestKind, RequestState
from kqdesk.security.masking import mask_id
from kqdesk.store import engine
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import Attachments, attach
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER, KEY
from tests.insider import write_past
from tests.privacy.school import NAME, NUMBER, PHONE, Small, certify, make_small, set_term

TODAY = date(2026, 3, 2)


@pytest.fixture
def small(store: Store) -> Small:
    return make_small(store)


@action("测试放照片")
def add_photo(w: Writing, *, person_id: str, digest: str) -> None:
    attach(
        w, table="person", row_id=person_id, purpose="photo", digest=digest, name=f"{NAME}证件照.jpg", media="image/jpeg",
        size=3,
    )  # fmt: skip


def everything(store: Store) -> str:
    """All the file holds, tables and what search derives from them, as text."""
    raw = engine.connect(store.path, KEY)
    names = raw.execute(
        "SELECT name FROM sqlite_master WHERE type='table' AND name<>'person_find'"
    ).fetchall()
    found = " ".join(
        str(row) for (name,) in names for row in raw.execute(f'SELECT * FROM "{name}"').fetchall()
    )
    raw.close()
    return found


def asked(store: Store, clerk: str, person_id: str, kind: RequestKind = RequestKind.ERASE) -> str:
    return store.run(
        actions.open_request, clerk, person_id=person_id, kind=kind, received_on=TODAY, wish="请处理我的信息",
        contact=PHONE,
    ).value  # fmt: skip


def erase(store: Store, clerk: str, head: str, person_id: str) -> actions.Erased:
    request = asked(store, clerk, person_id)
    store.run(actions.propose_erasure, clerk, request_id=request, signer=CLERK_SIGNER)
    return store.run(actions.execute_erasure, head, request_id=request, signer=HEAD_SIGNER).value


def test_erased_means_nowhere(store: Store, small: Small, clerk: str, head: str, attachments: Attachments):
    store.run(people.edit_person, clerk, person_id=small.roster_only, changes={"name": "钱阿毛毛"})
    store.run(people.edit_person, clerk, person_id=small.roster_only, changes={"name": NAME})
    store.run(
        people.edit_person, clerk, person_id=small.roster_only, changes={"name": NAME}
    )  # changes nothing
    digest = attachments.keep(b"jpg")
    store.run(add_photo, clerk, person_id=small.roster_only, digest=digest)
    assert NUMBER in everything(store)

    done = erase(store, clerk, head, small.roster_only)

    left = everything(store)
    assert [
        word
        for word in (NAME, NUMBER, NUMBER[-4:] + "'", PHONE, "兰亭村 12 号", mask_id(NUMBER))
        if word in left
    ] == []
    assert (store.verify_chain(), store.verify_rows()) == (None, None)
    assert done.digests == (digest,)
    attachments.forget(done.digests)
    assert list(attachments.kept()) == []
    with store.reading() as session:
        assert roster.find(session, NAME) == []
        assert office.step_faults(session) == []
        [request] = queries.requests(session)
    assert (request.name, request.state, request.asked_by, request.wish) == (
        "（已按规定删除）",
        RequestState.DONE,
        "",
        "",
    )


def test_what_law_keeps_stays_and_is_named(store: Store, small: Small, clerk: str, head: str):
    certificate = certify(store, small)
    with store.reading() as session:
        plan = queries.plan_erasure(
            session, (small.learner,), terms=queries.terms_in_force(session, on=TODAY), today=TODAY
        )
    assert plan.deletes == {}

    done = erase(store, clerk, head, small.learner)

    assert done.rows == 0
    with store.reading() as session:
        plan = queries.requests(session)[0].plan
        kept = (
            session.connection()
            .exec_driver_sql(
                "SELECT p.name,p.phone,c.id FROM person p JOIN completion_certificate c ON c.person_id=p.id"
            )
            .one()
        )
    assert (kept[1], kept[2]) == (None, certificate)
    assert {line[:2] for line in plan} >= {
        ("清空", "人员的联系方式等"),
        ("保留", "结业证书"),
        ("保留", "学籍"),
    }
    assert [line[3] for line in plan if line[1] == "结业证书"] == ["证书和学分按规定永久保存"]
    assert (store.verify_chain(), store.verify_rows()) == (None, None)


def test_nothing_that_points_nowhere_stays_behind(store: Store, small: Small, clerk: str, head: str):
    for key in ("retention.learner_file", "retention.certificate"):
        set_term(store, key, "1")
    raw = engine.connect(store.path, KEY)
    before = raw.execute("SELECT count(*) FROM attendance_mark").fetchone()[0]
    raw.close()
    with store.reading() as session:
        plan = queries.plan_erasure(
            session, (small.learner,), terms=queries.terms_in_force(session, on=TODAY), today=date(2028, 1, 1)
        )
    assert before > 0
    assert {"person", "enrolment", "attendance_mark"} <= plan.deletes.keys()
    assert plan.keeps == ()
    assert "lesson" not in plan.deletes
    assert "cohort" not in plan.deletes


def test_two_persons_one_of_them_the_headmaster(store: Store, small: Small, clerk: str, head: str):
    request = asked(store, clerk, small.roster_only)
    store.run(actions.propose_erasure, clerk, request_id=request, signer=CLERK_SIGNER)

    with pytest.raises(NotAllowed, match="您已经提出"):
        store.run(actions.execute_erasure, clerk, request_id=request, signer=CLERK_SIGNER)
    with pytest.raises(NotAllowed, match="恢复码"):
        store.run(actions.execute_erasure, head, request_id=request, signer=None)

    with store.reading() as session:
        assert roster.find(session, NAME) != []


def test_what_changed_after_the_first_word_is_looked_at_again(
    store: Store, small: Small, clerk: str, head: str
):
    request = asked(store, clerk, small.roster_only)
    store.run(actions.propose_erasure, clerk, request_id=request, signer=CLERK_SIGNER)
    publish(store, head)
    store.run(
        actions.record_consents, clerk, person_ids=[small.roster_only], purpose=Purpose.ROSTER, given_on=TODAY,
        way=ConsentWay.PAPER,
    )  # fmt: skip

    with pytest.raises(UserError, match="记录又变了"):
        store.run(actions.execute_erasure, head, request_id=request, signer=HEAD_SIGNER)
    store.run(actions.return_request, head, request_id=request)
    store.run(actions.propose_erasure, clerk, request_id=request, signer=CLERK_SIGNER)
    done = store.run(actions.execute_erasure, head, request_id=request, signer=HEAD_SIGNER).value

    assert done.rows == 2


def test_an_unsigned_proposal_slipped_in_by_raw_sql_is_refused(
    store: Store, small: Small, clerk: str, head: str
):
    request = asked(store, clerk, small.roster_only)
    sql = "UPDATE privacy_request SET state='proposed',proposed_by=?,plan_digest='x',plan='[]'"
    write_past(store.path, sql, clerk)

    with pytest.raises(UserError, match="没有第一个人的有效签名"):
        store.run(actions.execute_erasure, head, request_id=request, signer=HEAD_SIGNER)


def test_undo_never_brings_her_back(store: Store, small: Small, clerk: str, head: str):
    erase(store, clerk, head, small.roster_only)

    with pytest.raises(UserError, match="不能恢复"):
        store.undo(head)
    with pytest.raises(UserError, match="已按规定删除的个人信息"):
        store.undo(clerk)


def publish(store: Store, head: str, effective_from: date = TODAY) -> None:
    draft = shipped_drafts()[Purpose.ROSTER]
    store.run(
        actions.publish_notice, head, purpose=Purpose.ROSTER, title=draft.title, basis=draft.basis,
        needs_consent=draft.needs_consent, body=draft.body, effective_from=effective_from,
    )  # fmt: skip


# --- dossier ---------------------------------------------------------------------------------------------------------


def test_the_dossier_holds_all_of_her_and_nobody_else(store: Store, small: Small):
    certify(store, small)

    with store.reading() as session:
        found = queries.dossier(session, person_id=small.learner)
        names = session.connection().exec_driver_sql("SELECT name FROM person WHERE id<>?", (small.learner,))
        others = list(names.scalars())

    assert found is not None
    told = "\n".join(" ".join(row) for section in found.sections for row in section.rows)
    assert [section.noun for section in found.sections][:1] == ["人员"]
    assert {"学籍", "考勤", "结业证书"} <= {section.noun for section in found.sections}
    assert [name for name in (*others, "沈月琴", "章国平", "傅明") if name in told] == []
    assert "330603008202600001" in told


def test_a_dossier_needs_the_right_to_whole_numbers_and_leaves_a_trace(
    store: Store, small: Small, clerk: str
):
    with pytest.raises(NotAllowed, match="没有查看的权限"):
        store.run(actions.export_dossier, clerk, person_id=small.roster_only)


def test_every_table_that_points_at_a_person_is_in_the_dossier(store: Store, small: Small):
    with store.reading() as session:
        rows = queries.rows_of(session, (small.learner,))

    assert {"person", "enrolment", "attendance_mark"} <= rows.keys()
    assert "lesson" not in rows
    assert rows["person"] == [small.learner]
