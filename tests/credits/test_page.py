"""The page by keyboard: booking, an account with its proofs, a reversal, a batch and its answers."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.credits import actions, queries, sheets
from kqdesk.rooms.credits.page import SOURCE, CreditsPage
from kqdesk.rooms.credits.page.batches import ChooseDialog, ClaimsPanel
from kqdesk.rooms.credits.page.card import AccountCard
from kqdesk.rooms.credits.terms import AccountState, BatchState, CreditUnit
from kqdesk.store.store import Store
from tests.credits.test_actions import _answer_like_the_bank, _lock, balances, skill
from tests.exams.school import Made, make_school

DUAL, BANK = CreditUnit.DUAL_CERT_CREDIT, CreditUnit.CREDIT_BANK_CREDIT


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    found = make_school(store, clerk, sizes=(3, 2))
    store.run(_lock, clerk, lessons=found.lessons)
    return found


def show(qtbot, desk: Desk, **context: str) -> CreditsPage:
    page = CreditsPage(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 720)
    page.show()
    page.arrive(context)
    shots.settle(desk)
    return page


def told(desk: Desk) -> list[str]:
    found: list[str] = []
    desk.told.connect(found.append)
    return found


def test_an_empty_school_is_told_what_comes_first(qtbot, desk: Desk):
    page = show(qtbot, desk)

    assert page.is_blank


def test_one_key_books_everything_that_is_due(qtbot, desk: Desk, store: Store, made: Made):
    page = show(qtbot, desk)
    said = told(desk)
    assert page.foot.text() == "共 5 人 · 待入账 5 人 · 显示 5 人"

    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)
    assert (page.note.isVisible(), balances(store, made.people[1])[DUAL]) == (True, 0)
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)

    assert said == ["5 人的 5 条学分已入账。更正请打开账户用「冲正」。"]
    assert page.foot.text() == "共 5 人 · 待入账 0 人 · 显示 5 人"
    assert balances(store, made.people[1])[DUAL] == 400
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)
    assert said[-1] == "没有要入账的学分，都已经入账了。"


def test_enter_opens_the_account_and_its_proof_leads_on(
    qtbot, desk: Desk, store: Store, clerk: str, made: Made
):
    store.run(actions.book_due, clerk, person_ids=made.people)
    page = show(qtbot, desk)
    went: list[tuple[str, dict[str, str]]] = []
    desk.opened.connect(lambda key, context: went.append((key, dict(context))))
    page.tab.table.select_row(0)

    qtbot.keyClick(page.tab.table, Qt.Key.Key_Return)
    shots.settle(desk)
    card = page.side
    assert isinstance(card, AccountCard)
    proof = next(push for push in card.findChildren(type(page._button)) if push.text() == "看依据")
    proof.click()

    assert any("面授学时" in words.text() for words in card.findChildren(QLabel))
    assert [key for key, _ in went] == ["attendance"]


def test_the_account_says_what_is_due_and_why_before_it_is_booked(
    qtbot, desk: Desk, store: Store, clerk: str, made: Made
):
    skill(store, clerk, made.people[1])
    page = show(qtbot, desk, person=made.people[1])
    card = page.side
    assert isinstance(card, AccountCard)
    words = [one.text() for one in card.findChildren(QLabel)]
    assert [(one.target.source.label, one.hundredths, one.target.earned_on) for one in card.account.due] == [
        ("面授学时", 400, date(2025, 9, 29)), ("技能证书", 2000, date(2025, 12, 1)),
    ]  # fmt: skip
    assert {"待入账", "+4", "+20"} <= set(words)
    assert balances(store, made.people[1])[DUAL] == 0

    book = next(push for push in card.findChildren(type(page._button)) if push.text().endswith("入账"))
    book.click()
    shots.settle(desk)

    assert balances(store, made.people[1])[DUAL] == 2400
    assert page.side.account.due == ()
    assert page.foot.text() == "共 5 人 · 待入账 4 人 · 显示 5 人"


def test_a_reversal_asks_for_its_reason_first(qtbot, desk: Desk, store: Store, clerk: str, made: Made):
    store.run(actions.book_due, clerk, person_ids=made.people[:1])
    page = show(qtbot, desk, person=made.people[0])
    card = page.side
    assert isinstance(card, AccountCard)

    card.reverse_asked.emit(card.account.entries[0].id)
    panel = page.side
    assert isinstance(panel, FormPanel)
    page.activateWindow()  # the offscreen platform lets go of a window that nobody types in
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)
    assert balances(store, made.people[0])[DUAL] == 200
    panel.form.show_values({"reason": "记错了人"})
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)

    assert balances(store, made.people[0])[DUAL] == 0


def test_a_batch_from_choosing_to_answers(
    qtbot, desk: Desk, store: Store, clerk: str, made: Made, tmp_path: Path
):
    skill(store, clerk, made.people[0])
    page = show(qtbot, desk, tab="batches")
    page.tab.start_new()
    shots.settle(desk)
    dialog = page.tab.findChild(ChooseDialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)
    panel = page.side
    assert isinstance(panel, ClaimsPanel)
    assert panel.batch.state is BatchState.DRAFT

    store.run(actions.send_batch, clerk, batch_id=panel.batch.id, sent_on=date(2026, 3, 2))
    path = tmp_path / "上传.xlsx"
    with store.reading() as session:
        sheets.write_upload(path, ("330603008", "兰亭成校"), queries.claims(session, panel.batch.id))
    _answer_like_the_bank(path)
    said = told(desk)
    page.tab.read_answers(path)
    shots.settle(desk)
    assert page.note.text == "认定 1 条，共 1.5 学分；退回 0 条。入账后不能撤销，更正只能冲正。"
    assert balances(store, made.people[0])[BANK] == 0
    page.note._press()
    shots.settle(desk)

    assert said == ["1 条答复已登记，认定的学分已入账。"]
    assert balances(store, made.people[0])[BANK] == 150


def test_ctrl_k_finds_an_account_by_its_number(store: Store, clerk: str, made: Made):
    store.run(
        actions.keep_account, clerk, person_id=made.people[0], state=AccountState.OPEN, bank_number="ZJ001",
        opened_on=date(2026, 3, 2),
    )  # fmt: skip

    with store.reading() as session:
        hits = SOURCE.find(session, "zj001"[:2].upper() + "001", 5)

    assert [hit.context for hit in hits] == [{"person": made.people[0]}]
