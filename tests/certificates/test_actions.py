"""Certificates by two persons: drawn up, approved, handed out, revoked, reissued, verified."""

import re
from datetime import date

import pytest

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.catalogue.terms import SkillLevel
from kqdesk.rooms.certificates import actions, queries
from kqdesk.rooms.certificates.model import NumberBlock, SigningKey
from kqdesk.rooms.certificates.queries import CertificateRow
from kqdesk.rooms.certificates.terms import CertificateState, Verification
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.people.model import Person
from kqdesk.security.certificate_number import DEFAULT_PATTERN, number_is_whole
from kqdesk.security.certificate_verdict import Standing
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.conftest import CLERK, CLERK_SIGNER, HEAD, HEAD_SIGNER
from tests.exams.school import Made, make_school

TODAY = date(2026, 3, 2)
ISSUER = Signer(b"s" * 32)
SIGNERS = {CLERK: CLERK_SIGNER, HEAD: HEAD_SIGNER}


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk, sizes=(4,))


def draw(store: Store, who: str, made: Made, count: int = 4) -> list[str]:
    return store.run(
        actions.draw_certificates, who, signer=SIGNERS[who], cohort_id=made.cohorts[0], enrolment_ids=made.enrolments[:count],
        awarded_on=TODAY,
    ).value  # fmt: skip


def approve(store: Store, head: str, ids: list[str]) -> None:
    store.run(actions.approve_certificates, head, signer=SIGNERS[head], ids=ids, issuer=ISSUER)


def one(store: Store, key: str) -> CertificateRow:
    with store.reading() as session:
        return queries.certificates(session, ids=[key])[0]


def qr(store: Store, key: str) -> str:
    with store.reading() as session:
        return queries.papers_of(session, [key])[0].qr_text


def standing(store: Store, text: str) -> Standing:
    with store.reading() as session:
        return queries.verdict(session, text, TODAY).standing


def refused(store: Store, act, who: str, part: str, kind: type[UserError] = UserError, **kw) -> None:
    with pytest.raises(kind, match=re.escape(part)):
        store.run(act, who, **kw)


@action("测试改名")
def _rename(w: Writing, *, person_id: str, name: str) -> None:
    w.session.get_one(Person, person_id).name = name


def test_numbers_come_from_a_block_one_after_the_other(store: Store, clerk: str, made: Made):
    first = draw(store, clerk, made, 2)

    numbers = [one(store, key).serial_no for key in first]

    assert numbers == ["330603008202600001" + numbers[0][-1], "330603008202600002" + numbers[1][-1]]
    assert all(number_is_whole(DEFAULT_PATTERN.replace("{region}{school}", "330603008"), n) for n in numbers)
    with store.reading() as session:
        [block] = session.query(NumberBlock).all()
    assert (block.first_serial, block.last_serial, block.next_serial, block.station) == (1, 1000, 3, "pc1")


def test_undoing_a_drawing_gives_the_numbers_back(store: Store, clerk: str, made: Made):
    before = one(store, draw(store, clerk, made, 1)[0]).serial_no
    store.undo(clerk)

    after = one(store, draw(store, clerk, made, 1)[0]).serial_no

    assert after == before


def test_a_certificate_says_course_hours_and_name_as_they_are(store: Store, clerk: str, made: Made):
    row = one(store, draw(store, clerk, made, 1)[0])

    assert (row.course_title, row.study_hours, row.state) == ("成人高中双证", 40, CertificateState.DRAWN)
    assert (row.drawn_by, row.approved_by) == ("沈月琴", "")


def test_nobody_gets_two_and_the_reason_is_named(store: Store, clerk: str, made: Made):
    draw(store, clerk, made, 2)

    with store.reading() as session:
        learners = queries.learners_to_certify(session, made.cohorts[0], on=TODAY)

    assert [one.eligibility.reasons for one in learners] == [("已有结业证书",), ("已有结业证书",), (), ()]
    assert {one.eligibility.remarks for one in learners} == {("最低出勤率未配置，没有核对",)}
    refused(
        store, actions.draw_certificates, clerk, "已有结业证书", signer=SIGNERS[clerk], cohort_id=made.cohorts[0],
        enrolment_ids=made.enrolments, awarded_on=TODAY,
    )  # fmt: skip


def test_who_drew_it_up_cannot_approve_it(store: Store, clerk: str, head: str, made: Made):
    ids = draw(store, clerk, made)

    refused(
        store,
        actions.approve_certificates,
        clerk,
        "另一个人批准",
        NotAllowed,
        signer=SIGNERS[clerk],
        ids=ids,
        issuer=ISSUER,
    )
    approve(store, head, ids)

    row = one(store, ids[0])
    assert (row.state, row.approved_by) == (CertificateState.APPROVED, "章国平")
    assert standing(store, qr(store, ids[0])) is Standing.VALID
    with store.reading() as session:
        [key] = session.query(SigningKey).all()
    assert (key.public_key, key.since) == (ISSUER.public.hex(), TODAY)
    refused(store, actions.discard_certificates, clerk, "撤销证书", ids=ids)
    with pytest.raises(UserError, match="不能撤销批准"):
        store.undo(head)


def test_approving_twice_keeps_one_key_and_reaches_back_for_an_earlier_day(
    store: Store, clerk: str, head: str, made: Made
):
    approve(store, head, draw(store, clerk, made, 1))
    early = store.run(
        actions.draw_certificates, clerk, signer=SIGNERS[clerk], cohort_id=made.cohorts[0], enrolment_ids=made.enrolments[1:2],
        awarded_on=date(2026, 1, 5),
    ).value  # fmt: skip

    approve(store, head, early)

    with store.reading() as session:
        assert [key.since for key in session.query(SigningKey)] == [date(2026, 1, 5)]
    assert standing(store, qr(store, early[0])) is Standing.VALID


def test_the_four_answers(store: Store, clerk: str, head: str, made: Made):
    ids = draw(store, clerk, made, 2)
    approve(store, head, ids)
    good, other = qr(store, ids[0]), qr(store, ids[1])
    store.run(
        actions.revoke_certificate, head, signer=SIGNERS[head], certificate_id=ids[1], reason="姓名写错"
    )

    assert standing(store, good) is Standing.VALID
    assert standing(store, other) is Standing.REVOKED
    assert standing(store, good[:40] + ("A" if good[40] != "A" else "B") + good[41:]) is Standing.INVALID
    assert standing(store, "随便什么") is Standing.INVALID


def test_one_flipped_character_anywhere_never_verifies(store: Store, clerk: str, head: str, made: Made):
    ids = draw(store, clerk, made, 1)
    approve(store, head, ids)
    text = qr(store, ids[0])

    changed = [text[:n] + ("A" if text[n] != "A" else "B") + text[n + 1 :] for n in range(4, len(text), 5)]

    assert {standing(store, other) for other in changed} == {Standing.INVALID}


def test_printed_handed_out_and_to_whom(store: Store, clerk: str, head: str, made: Made):
    ids = draw(store, clerk, made, 2)
    refused(store, actions.hand_out, clerk, "只有已批准", ids=ids)
    approve(store, head, ids)

    store.run(actions.record_print, clerk, ids=ids)
    store.run(actions.hand_out, clerk, ids=ids[:1])
    store.run(actions.hand_out, clerk, ids=ids[1:], receipt="其子 陈明")

    rows = [one(store, key) for key in ids]
    assert [row.state for row in rows] == [CertificateState.HANDED_OUT] * 2
    assert [row.handed_to for row in rows] == [rows[0].name, "其子 陈明"]
    assert rows[0].handed_on == TODAY


def test_a_reissue_has_a_new_number_and_todays_name(store: Store, clerk: str, head: str, made: Made):
    [old] = draw(store, clerk, made, 1)
    approve(store, head, [old])
    refused(
        store,
        actions.reissue_certificate,
        clerk,
        "先把原来那张",
        signer=SIGNERS[clerk],
        certificate_id=old,
        awarded_on=TODAY,
    )
    refused(
        store,
        actions.revoke_certificate,
        head,
        "撤销原因",
        signer=SIGNERS[head],
        certificate_id=old,
        reason="",
    )
    store.run(actions.revoke_certificate, head, signer=SIGNERS[head], certificate_id=old, reason="遗失")
    store.run(_rename, clerk, person_id=made.people[0], name="陈㛃一")

    fresh = store.run(
        actions.reissue_certificate, clerk, signer=SIGNERS[clerk], certificate_id=old, awarded_on=TODAY
    ).value
    approve(store, head, [fresh])

    before, after = one(store, old), one(store, fresh)
    assert (after.name, after.replaces, before.replaced_by) == ("陈㛃一", before.serial_no, after.serial_no)
    assert standing(store, qr(store, fresh)) is Standing.VALID
    refused(
        store,
        actions.reissue_certificate,
        clerk,
        "已经补发过",
        signer=SIGNERS[clerk],
        certificate_id=old,
        awarded_on=TODAY,
    )


def test_a_thrown_away_draft_leaves_its_number_void(store: Store, clerk: str, made: Made):
    first = draw(store, clerk, made, 1)
    store.run(actions.discard_certificates, clerk, ids=first)

    again = one(store, draw(store, clerk, made, 1)[0])

    assert again.serial_no.startswith("330603008202600002")


def test_words_of_the_state_and_too_long_texts_are_refused(store: Store, clerk: str, made: Made):
    draft = {"cohort_id": made.cohorts[0], "enrolment_ids": made.enrolments[:1], "awarded_on": TODAY}

    refused(
        store,
        actions.draw_certificates,
        clerk,
        "国家",
        signer=SIGNERS[clerk],
        **draft,
        course_title="国家职业资格培训",
    )
    refused(
        store,
        actions.draw_certificates,
        clerk,
        "太长",
        signer=SIGNERS[clerk],
        **draft,
        course_title="电" * 31,
    )
    refused(
        store,
        actions.draw_certificates,
        clerk,
        "今天以后",
        signer=SIGNERS[clerk],
        **{**draft, "awarded_on": date(2026, 3, 3)},
    )


def test_a_learner_who_left_gets_none(store: Store, clerk: str, made: Made):
    store.run(cohorts.withdraw, clerk, enrolment_ids=[made.enrolments[0]], reason="搬走")

    refused(
        store, actions.draw_certificates, clerk, "退学", signer=SIGNERS[clerk], cohort_id=made.cohorts[0],
        enrolment_ids=made.enrolments[:1], awarded_on=TODAY,
    )  # fmt: skip


def test_skill_certificates_are_recorded_once_and_looked_up(store: Store, clerk: str, made: Made):
    first = store.run(
        actions.record_skill_certificate, clerk, person_id=made.people[0], occupation="电工", level=SkillLevel.MIDDLE,
        number=" s000033060012 ", issued_on=date(2025, 6, 1),
    ).value  # fmt: skip
    refused(
        store, actions.record_skill_certificate, clerk, "已经登记在", person_id=made.people[1], occupation="电工",
        level=SkillLevel.MIDDLE, number="S000033060012",
    )  # fmt: skip
    refused(
        store, actions.record_skill_certificate, clerk, "今天以后", person_id=made.people[1], occupation="焊工",
        level=SkillLevel.JUNIOR, issued_on=date(2027, 1, 1),
    )  # fmt: skip

    store.run(actions.verify_skill_certificate, clerk, ids=[first], verification=Verification.VERIFIED)

    with store.reading() as session:
        [row] = queries.skill_certificates(session, text="电工")
    assert (row.number, row.level, row.verification) == (
        "S000033060012",
        SkillLevel.MIDDLE,
        Verification.VERIFIED,
    )
    store.run(actions.remove_skill_certificate, clerk, certificate_id=first)
    store.undo(clerk)
    with store.reading() as session:
        assert len(queries.skill_certificates(session)) == 1
