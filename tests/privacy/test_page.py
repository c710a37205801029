"""The 个人信息 page: every tab opens, the two-person steps are told, papers can be drawn."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk, Seat
from kqdesk.rooms.people import queries as roster
from kqdesk.rooms.privacy import actions, papers, queries
from kqdesk.rooms.privacy.page import PrivacyPage
from kqdesk.rooms.privacy.papers import School
from kqdesk.rooms.privacy.terms import ConsentState, Purpose, RequestKind, RequestState
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD, HEAD_SIGNER
from tests.privacy.school import NAME, Small, make_small, set_term

TODAY = date(2026, 3, 2)
SCHOOL = School("柯桥区兰亭街道成人文化技术学校", "0575-90000001", TODAY)


@pytest.fixture
def small(store: Store) -> Small:
    return make_small(store)


@pytest.fixture
def page(qtbot, desk: Desk, small: Small) -> PrivacyPage:
    page = PrivacyPage(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 720)
    page.show()
    return page


def arrive(page: PrivacyPage, desk: Desk, **context: str) -> Any:
    page.arrive(context)
    shots.settle(desk)
    return page.tab


def test_a_notice_is_published_from_the_shipped_text_by_keys(
    qtbot, desk: Desk, page: PrivacyPage, store: Store
):
    arrive(page, desk)
    assert page.is_blank

    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)
    assert "兰亭街道成人文化技术学校" in page.side.form.inputs["body"].toPlainText()
    qtbot.keyClick(page.side, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)

    with store.reading() as session:
        [notice] = queries.notices(session, on=TODAY)
    assert (notice.purpose, notice.version, notice.is_in_force) == (Purpose.ROSTER, 1, True)


def test_consent_is_recorded_for_all_who_signed(qtbot, desk: Desk, page: PrivacyPage, store: Store):
    arrive(page, desk)
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)
    qtbot.keyClick(page.side, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)
    tab = arrive(page, desk, tab="consents")
    tab.table.selectAll()

    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(page.side, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)

    with store.reading() as session:
        found = queries.consent_list(session, purpose=Purpose.ROSTER, on=TODAY)
    assert found.counts == {ConsentState.GIVEN: 3}


def test_an_erasure_takes_two_people_at_the_desk(
    qtbot, desk: Desk, page: PrivacyPage, store: Store, small: Small, clerk: str
):
    store.run(
        actions.open_request, clerk, person_id=small.roster_only, kind=RequestKind.ERASE, received_on=TODAY
    )
    tab = arrive(page, desk, tab="requests")
    tab.table.select_row(0)
    tab.handle()
    page.note._button.click()
    shots.settle(desk)
    tab.table.select_row(0)
    tab.handle()
    assert "您已经提出" in page.note.text

    desk.sit(Seat(HEAD, "章国平", "校长", HEAD_SIGNER))
    tab.handle()
    page.side.form.inputs["agree"].choose(True)
    page.side.submit()
    shots.settle(desk)

    with store.reading() as session:
        [row] = queries.requests(session)
        assert roster.find(session, NAME) == []
    assert (row.state, row.proposed_by, row.agreed_by) == (RequestState.DONE, "沈月琴", "章国平")


def test_the_clean_up_shows_terms_what_is_due_and_what_was_done(desk: Desk, page: PrivacyPage, store: Store):
    tab = arrive(page, desk, tab="cleanup")

    assert tab.terms.model().rowCount() == 9
    assert page.foot.text() == "今天到期 0 条 · 4 类未配置，不会清理"


def test_the_self_check_reads_what_is_there(desk: Desk, page: PrivacyPage):
    tab = arrive(page, desk, tab="check")

    told = {item.title: (item.holds.value, item.sentence) for item in tab.items}
    assert told["存储加密"][0] == "yes"
    assert told["每个人的重要操作都有记录，防篡改"][0] == "yes"
    assert told["本地备份，恢复演练"] == ("no", "一份能用的备份也没有。")
    assert told["一人一号，密码有保护"] == ("no", "读不到钥匙文件，不能核对。")


def test_every_paper_can_be_drawn(store: Store, small: Small, clerk: str, head: str):
    set_term(store, "retention.roster", "1")
    request = store.run(
        actions.open_request, clerk, person_id=small.learner, kind=RequestKind.ERASE, received_on=TODAY
    ).value
    store.run(actions.propose_erasure, clerk, request_id=request, signer=CLERK_SIGNER)
    store.run(actions.record_breach, clerk, title="U 盘丢失", happened="路上丢了", person_count=12)
    with store.reading() as session:
        found = queries.dossier(session, person_id=small.learner)
        made = [
            papers.request_paper(SCHOOL, queries.requests(session)[0]),
            papers.breach_paper(SCHOOL, queries.breaches(session)[0]),
            papers.dossier_paper(SCHOOL, replace(found)) if found else b"",
        ]

    assert [pdf[:4] for pdf in made] == [b"%PDF"] * 3
