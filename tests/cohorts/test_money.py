"""Fees, deposits, refunds: the ledger only grows, receipts are numbered, money goes along with a transfer."""

from pathlib import Path

import openpyxl
import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.cohorts import actions, papers, queries, sheets
from kqdesk.rooms.cohorts.model import FeeEntry
from kqdesk.rooms.cohorts.queries import MoneyRow
from kqdesk.rooms.cohorts.terms import CohortKind, FeeAct, FeeKind, PayMethod
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store

SCHOOL = "柯桥区兰亭街道成人文化技术学校"


@action("测试改账")
def _tamper(w: Writing, *, entry_id: str) -> None:
    w.session.get_one(FeeEntry, entry_id).amount = 1


@pytest.fixture
def learner(store: Store, clerk: str, cohort: str, people: list[str]) -> str:
    """The enrolment of 阮秋月."""
    store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people[:1])
    with store.reading() as session:
        return queries.roster(session, cohort)[0].id


def pay(store: Store, clerk: str, learner: str, amount: int, kind: FeeKind = FeeKind.TUITION) -> str:
    return store.run(
        actions.take_payment, clerk, enrolment_id=learner, kind=kind, amount=amount, method=PayMethod.WECHAT
    ).value


def give_back(store: Store, clerk: str, learner: str, amount: int) -> str:
    return store.run(
        actions.refund, clerk, enrolment_id=learner, kind=FeeKind.TUITION, amount=amount, method=PayMethod.CASH,
        reason="退学",
    ).value  # fmt: skip


def ledger(store: Store, learner: str) -> list[MoneyRow]:
    with store.reading() as session:
        return queries.money_of(session, learner)


def test_money_comes_in_and_goes_back_with_numbered_receipts(store: Store, clerk: str, learner: str) -> None:
    pay(store, clerk, learner, 30_000)
    pay(store, clerk, learner, 5_000, FeeKind.DEPOSIT)
    with pytest.raises(UserError, match=r"学费现在只有 300\.00 元可退"):
        give_back(store, clerk, learner, 30_001)
    give_back(store, clerk, learner, 20_000)

    assert [(one.amount, one.receipt_no, one.by) for one in ledger(store, learner)] == [
        (30_000, "2026-1-0001", "沈月琴"), (5_000, "2026-1-0002", "沈月琴"), (-20_000, "2026-1-0003", "沈月琴"),
    ]  # fmt: skip
    with store.reading() as session:
        card = queries.learner_card(session, learner)
    assert card is not None
    assert card.row.paid == 15_000


@pytest.mark.parametrize(("amount", "words"), [(0, "要大于 0"), (-5, "要大于 0"), (10_000_001, "一笔最多")])
def test_amounts_nobody_means_are_refused(
    store: Store, clerk: str, learner: str, amount: int, words: str
) -> None:
    with pytest.raises(UserError, match=words):
        pay(store, clerk, learner, amount)


def test_a_line_is_never_changed_nor_undone_only_reversed(store: Store, clerk: str, learner: str) -> None:
    entry = pay(store, clerk, learner, 30_000)
    with pytest.raises(UserError, match="已经开了收据，不能撤销"):
        store.undo(clerk)
    with pytest.raises(UserError, match="收费流水不能改"):
        store.run(_tamper, clerk, entry_id=entry)

    store.run(actions.reverse_payment, clerk, entry_id=entry, reason="应收 200")
    with pytest.raises(UserError, match="已经冲正过了"):
        store.run(actions.reverse_payment, clerk, entry_id=entry, reason="应收 200")

    assert [(one.act, one.amount, one.is_reversed) for one in ledger(store, learner)] == [
        (FeeAct.RECEIVED, 30_000, True), (FeeAct.REVERSED, -30_000, False),
    ]  # fmt: skip


def test_what_went_back_cannot_be_reversed_below_nothing(store: Store, clerk: str, learner: str) -> None:
    entry = pay(store, clerk, learner, 30_000)
    give_back(store, clerk, learner, 10_000)

    with pytest.raises(UserError, match="冲正后会成负数"):
        store.run(actions.reverse_payment, clerk, entry_id=entry, reason="记错")


def test_a_transfer_takes_the_money_along(store: Store, clerk: str, cohort: str, learner: str) -> None:
    pay(store, clerk, learner, 30_000)
    other = store.run(actions.open_cohort, clerk, title="周末班", kinds=[CohortKind.VILLAGE]).value

    store.run(actions.transfer, clerk, enrolment_ids=[learner], to_cohort_id=other, reason="换时间")

    with store.reading() as session:
        [new], old = queries.roster(session, other), queries.roster(session, cohort)
    assert (new.paid, [row.paid for row in old]) == (30_000, [0])
    with pytest.raises(UserError, match="再转回去"):
        store.undo(clerk)


def test_the_receipt_says_the_amount_twice_on_two_copies(store: Store, clerk: str, learner: str) -> None:
    pay(store, clerk, learner, 120_050)
    [line] = ledger(store, learner)

    pdf = papers.receipt_pdf([papers.as_receipt(line, "阮秋月", "缝纫机维修夜校班", SCHOOL)])

    text = "".join(page_text(pdf, 0).split())
    assert page_count(pdf) == 2
    assert "壹仟贰佰元伍角整" in text
    assert "￥1,200.50" in text
    assert "2026-1-0001" in text


def test_the_money_of_a_class_goes_to_the_finance_office(
    store: Store, clerk: str, cohort: str, learner: str, tmp_path: Path
) -> None:
    pay(store, clerk, learner, 30_000)
    give_back(store, clerk, learner, 10_000)
    with store.reading() as session:
        card, rows = queries.cohort_card(session, cohort), queries.ledger(session, cohort)
    assert card is not None

    count = sheets.write_ledger(tmp_path / "收费.xlsx", card, rows)

    sheet = openpyxl.load_workbook(tmp_path / "收费.xlsx").active
    assert count == 2
    assert [[cell.value for cell in row][1:9] for row in sheet.iter_rows(min_row=2)] == [
        ["2026-1-0001", "阮秋月", "学费", "收款", "300.00", None, "微信", None],
        ["2026-1-0002", "阮秋月", "学费", "退款", None, "100.00", "现金", None],
    ]
