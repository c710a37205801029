"""The 证书 page: one draws up, another approves, and the page says why not."""

from datetime import date
from functools import partial

import pytest
from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk, Seat
from kqdesk.rooms.certificates import actions, queries
from kqdesk.rooms.certificates.page import CertificatesPage
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.office.actions import add_staff
from kqdesk.school.home import guard
from kqdesk.security.roles import Role
from kqdesk.security.signing import Signer
from kqdesk.store.store import Store
from tests.conftest import CLERK, CLERK_SIGNER, HEAD, HEAD_SIGNER
from tests.exams.school import Made, make_school
from tests.statements import count_statements

ISSUER = Signer(b"s" * 32)
SIGNERS = {CLERK: CLERK_SIGNER, HEAD: HEAD_SIGNER}


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk, sizes=(3,))


@pytest.fixture
def page(qtbot, desk: Desk, made: Made) -> CertificatesPage:
    page = CertificatesPage(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 720)
    page.show()
    return page


def arrive(page: CertificatesPage, desk: Desk, **context: str) -> None:
    page.arrive(context)
    shots.settle(desk)


def drawn(store: Store, who: str, made: Made) -> list[str]:
    return store.run(
        actions.draw_certificates, who, signer=SIGNERS[who], cohort_id=made.cohorts[0], enrolment_ids=made.enrolments,
        awarded_on=date(2026, 3, 2),
    ).value  # fmt: skip


def states(store: Store) -> list[CertificateState]:
    with store.reading() as session:
        return [row.state for row in queries.certificates(session)]


def test_an_empty_register_leads_to_drawing_up(qtbot, desk: Desk, page: CertificatesPage):
    arrive(page, desk)
    assert page.is_blank

    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)

    assert (page.tab.key, page.tab.facts.title) == ("draw", "兰亭高中1班")


def test_everybody_who_may_gets_one_in_one_act(desk: Desk, store: Store, page: CertificatesPage):
    arrive(page, desk, tab="draw")

    page.tab.start_new()
    page.side.submit()
    shots.settle(desk)

    assert states(store) == [CertificateState.DRAWN] * 3
    desk.undo()
    shots.settle(desk)
    assert states(store) == []


def test_own_certificates_cannot_be_approved_and_the_page_says_so(
    desk: Desk, store: Store, clerk: str, page: CertificatesPage, made: Made
):
    drawn(store, clerk, made)
    arrive(page, desk)
    page.tab.table.selectAll()

    page.tab.approve()
    shots.settle(desk)

    assert page.note.text == "选中的证书里有您自己制作的，要请另一个人登录后批准。"
    assert states(store) == [CertificateState.DRAWN] * 3


def test_a_trainer_cannot_approve_and_is_told_who_can(
    desk: Desk, store: Store, clerk: str, head: str, page: CertificatesPage, made: Made
):
    drawn(store, clerk, made)
    trainer = store.run(add_staff, head, name="王老师", role=Role.TRAINER).value
    store.guard = guard()
    desk.sit(Seat(trainer, "王老师", Role.TRAINER.label, HEAD_SIGNER, lambda: ISSUER))
    arrive(page, desk, state="drawn")
    page.tab.table.selectAll()
    told: list[str] = []
    desk.told.connect(told.append)

    page.tab.approve()
    page.note._press()
    shots.settle(desk)

    assert told == [
        "“批准证书”要由校长或教务或区管理员来做，您现在的身份是任课教师。请找校长或教务或区管理员办理。"
    ]
    assert states(store) == [CertificateState.DRAWN] * 3


def test_the_second_person_is_asked_once_with_the_count(
    desk: Desk, store: Store, clerk: str, head: str, page: CertificatesPage, made: Made
):
    drawn(store, clerk, made)
    desk.sit(Seat(head, "章国平", "校长", HEAD_SIGNER, lambda: ISSUER))
    arrive(page, desk, state="drawn")
    page.tab.table.selectAll()

    page.tab.approve()
    asked = page.note.text
    page.note._press()
    shots.settle(desk)

    assert asked == "批准 3 张后，证书内容就封存了，不能撤销批准。"
    assert states(store) == [CertificateState.APPROVED] * 3


def test_a_pasted_square_is_judged(
    desk: Desk, store: Store, clerk: str, head: str, page: CertificatesPage, made: Made
):
    ids = drawn(store, clerk, made)
    store.run(actions.approve_certificates, head, signer=SIGNERS[head], ids=ids, issuer=ISSUER)
    with store.reading() as session:
        text = queries.papers_of(session, ids[:1])[0].qr_text
    arrive(page, desk)

    said = []
    for pasted in (text, text[:-9] + "AAAAAAAAA"):
        page.tab.verify()
        page.side.form.show_values({"text": pasted})
        page.side.submit()
        shots.settle(desk)
        said.append(page.side.note.text.split("\n")[0])

    assert said == ["有效。签名正确，登记簿里有这张证书。", "无效。签名不对，内容可能被改动过。"]


def test_a_link_opens_the_form_for_that_person(desk: Desk, page: CertificatesPage, made: Made):
    arrive(page, desk, tab="skill", person=made.people[0])

    assert page.tab.key == "skill"
    values = page.side.form.values() or {}
    assert page.side.heading.text() == "登记技能证书"
    assert values == {}  # occupation and level are still missing, and said so
    assert set(page.side.form.faults()) == {"occupation", "level"}


def test_the_number_of_statements_does_not_grow(store: Store, clerk: str, made: Made):
    counts = []
    for size in (1, 3):
        ids = store.run(
            actions.draw_certificates, clerk, signer=SIGNERS[clerk], cohort_id=made.cohorts[0], enrolment_ids=made.enrolments[:size],
            awarded_on=date(2026, 3, 2),
        ).value  # fmt: skip
        counts.append(
            count_statements(
                store,
                queries.certificates,
                partial(queries.papers_of, ids=ids),
                partial(queries.learners_to_certify, cohort_id=made.cohorts[0], on=date(2026, 3, 2)),
            )
        )
        store.undo(clerk)

    assert counts[0] == counts[1]
