"""A11–A12 by keyboard in the whole window: certificates from the draft to the verdict, with another person and a printer
that dies; credits booked, sent and answered; a form of the district's filled from its own file."""

import io
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk, Notice, Seat
from kqdesk.desk.shell import Shell
from kqdesk.rooms.certificates import queries as register
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.credits import queries as accounts
from kqdesk.rooms.credits.page.batches import ChooseDialog, ClaimsPanel
from kqdesk.rooms.credits.terms import BatchState, CreditUnit
from kqdesk.security.signing import Signer
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER
from tests.credits.test_actions import _answer_like_the_bank, _lock, skill
from tests.exams.school import Made, make_school
from tests.journeys.keyboard import CTRL, NONE, close_preview, go, press, save, shell

__all__ = ["shell"]

ISSUER = Signer(b"\x15" * 32)
APPROVED, PRINTED, HANDED_OUT = (
    CertificateState.APPROVED,
    CertificateState.PRINTED,
    CertificateState.HANDED_OUT,
)


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    found = make_school(store, clerk, sizes=(3,), absent=0)
    store.run(_lock, clerk, lessons=found.lessons)
    return found


def states(store: Store) -> list[CertificateState]:
    with store.reading() as session:
        return [row.state for row in reversed(register.certificates(session))]


def test_a_certificate_from_the_draft_to_the_verdict(
    qtbot, shell: Shell, desk: Desk, store: Store, head: str, clerk: str, made: Made
):
    page = go(shell, "certificates", cohort=made.cohorts[0])
    press(qtbot, shell, page, (Qt.Key.Key_N, CTRL))
    save(qtbot, shell, page)
    assert states(store) == [CertificateState.DRAWN] * 3

    desk.sit(Seat(head, "章国平", "校长", HEAD_SIGNER, lambda: ISSUER))
    page = go(shell, "certificates", state="drawn")
    press(qtbot, shell, page.tab.table, (Qt.Key.Key_A, CTRL), (Qt.Key.Key_Return, CTRL))
    assert states(store) == [CertificateState.DRAWN] * 3
    press(qtbot, shell, page.tab.table, (Qt.Key.Key_Return, CTRL))
    assert states(store) == [APPROVED] * 3

    desk.sit(Seat(clerk, "沈月琴", "教务", CLERK_SIGNER))
    _print_with_a_jam(qtbot, shell, store)
    _hand_out_to_a_proxy(qtbot, shell, store)
    _verify(qtbot, shell, store)


def _print_with_a_jam(qtbot, shell: Shell, store: Store) -> None:
    notices: list[Notice] = []
    shell.desk.noticed.connect(notices.append)
    page = go(shell, "certificates", tab="register")
    page.tab.state.choose(None)
    page.reload()
    shots.settle(shell.desk)
    press(qtbot, shell, page.tab.table, (Qt.Key.Key_A, CTRL), (Qt.Key.Key_P, CTRL))
    assert close_preview(shell) == 3
    page.note._press()  # 登记打印
    shots.settle(shell.desk)
    save(qtbot, shell, page, good=1, spoilt=1, reason="卡纸")
    assert sorted(states(store)) == [APPROVED, APPROVED, PRINTED]
    words, go_on = notices[-1].button
    assert (notices[-1].text, words) == (
        "已登记打印 1 张，还有 2 张没打。编号不变，从第 2 张接着打。",
        "接着打",
    )
    go_on()
    shots.settle(shell.desk)
    assert close_preview(shell) == 2
    page.note._press()
    shots.settle(shell.desk)
    save(qtbot, shell, page)
    assert states(store) == [PRINTED] * 3


def _hand_out_to_a_proxy(qtbot, shell: Shell, store: Store) -> None:
    page = go(shell, "certificates", tab="register")
    page.tab.table.select_row(0)
    shots.settle(shell.desk)
    page.tab.handing.click()
    save(qtbot, shell, page, receipt="陈阿大（父亲）")
    assert sorted(states(store)) == [HANDED_OUT, PRINTED, PRINTED]
    with store.reading() as session:
        assert [row.handed_to for row in register.certificates(session) if row.handed_to] == [
            "陈阿大（父亲）"
        ]


def _verify(qtbot, shell: Shell, store: Store) -> None:
    with store.reading() as session:
        [paper] = register.papers_of(session, [register.certificates(session)[0].id])
    page = go(shell, "certificates", tab="register")
    said = []
    for text in (paper.qr_text, paper.qr_text[:-3] + "AAA"):
        page.tab.verify()
        save(qtbot, shell, page, text=text)
        said.append(page.side.note.text.split("。")[0])
        page.close_side()
    assert said == ["有效", "无效"]


def test_credits_are_booked_sent_to_the_bank_and_answered(
    qtbot, shell: Shell, desk: Desk, store: Store, clerk: str, made: Made, tmp_path: Path, monkeypatch
):
    path = tmp_path / "上传.xlsx"
    files = "kqdesk.rooms.credits.page.batches.QFileDialog"
    monkeypatch.setattr(f"{files}.getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(f"{files}.getOpenFileName", lambda *_: (str(path), ""))
    skill(store, clerk, made.people[0])
    page = go(shell, "credits")
    press(qtbot, shell, page, (Qt.Key.Key_N, CTRL), (Qt.Key.Key_N, CTRL))

    page = go(shell, "credits", tab="batches")
    press(qtbot, shell, page, (Qt.Key.Key_N, CTRL))
    press(qtbot, shell, page.tab.findChild(ChooseDialog), (Qt.Key.Key_Return, CTRL))
    assert isinstance(page.side, ClaimsPanel)
    page.tab.export()
    shots.settle(desk)
    page.side.send.click()
    save(qtbot, shell, page)
    _answer_like_the_bank(path)
    page.tab.take_answers()
    shots.settle(desk)
    page.note._press()  # 登记并入账
    shots.settle(desk)

    with store.reading() as session:
        balances = accounts.account(session, made.people[0]).balances
        [batch] = accounts.batches(session)
    assert (balances[CreditUnit.DUAL_CERT_CREDIT], balances[CreditUnit.CREDIT_BANK_CREDIT]) == (2400, 150)
    assert batch.state is BatchState.ANSWERED


def test_a_form_of_the_district_is_filled_from_its_own_file(
    qtbot, shell: Shell, desk: Desk, made: Made, tmp_path: Path, monkeypatch
):
    source, target = tmp_path / "名册.xlsx", tmp_path / "填好.xlsx"
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["{{班级}}"])
    book.active.append(["{{学员.序号}}", "{{学员.姓名}}", "{{学员.面授学时}}"])
    book.active.append(["合计", "", "=SUM(C2:C2)"])
    book.save(out)
    source.write_bytes(out.getvalue())
    files = "kqdesk.rooms.reports.page.screen.QFileDialog"
    monkeypatch.setattr(f"{files}.getOpenFileName", lambda *_: (str(source), ""))
    monkeypatch.setattr(f"{files}.getSaveFileName", lambda *_: (str(target), ""))
    page = go(shell, "reports")

    press(qtbot, shell, page, (Qt.Key.Key_N, CTRL))
    save(qtbot, shell, page)
    page.table.select_row(0)
    press(qtbot, shell, page.table, (Qt.Key.Key_Return, NONE))
    save(qtbot, shell, page, subject=made.cohorts[0])

    filled = openpyxl.load_workbook(target).active
    assert [[cell.value for cell in row] for row in filled.iter_rows()] == [
        ["兰亭高中1班", None, None],
        [1, "陈学二1", 40],
        [2, "沈学三1", 40],
        [3, "章学四1", 40],
        ["合计", None, "=SUM(C2:C4)"],
    ]
