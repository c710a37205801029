"""Money of learners: taken, given back, corrected by another line; every line has its receipt and stays."""

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.cohorts import rules
from kqdesk.rooms.cohorts.actions.stepping import enrolments, said
from kqdesk.rooms.cohorts.model import FeeEntry
from kqdesk.rooms.cohorts.queries import names_of
from kqdesk.rooms.cohorts.terms import FeeAct, FeeKind, PayMethod
from kqdesk.store.actions import Writing, action

FINAL = "已经开了收据，不能撤销。记错了用「冲正」，要退给学员用「退费」。"


@action("收费", final=FINAL)
def take_payment(
    w: Writing, *, enrolment_id: str, kind: FeeKind, amount: int, method: PayMethod, payer: str | None = None,
    reason: str | None = None,
) -> str:  # fmt: skip
    """Money came in (分); returns the ledger line, which has the next receipt number of the year."""
    _check(amount)
    return _line(
        w,
        enrolment_id,
        kind=kind,
        act=FeeAct.RECEIVED,
        amount=amount,
        method=method,
        payer=payer,
        reason=reason,
    )


@action("退费", final="退费收据已经开了，不能撤销。退错了用「冲正」。")
def refund(
    w: Writing, *, enrolment_id: str, kind: FeeKind, amount: int, method: PayMethod, reason: str,
    payer: str | None = None,
) -> str:  # fmt: skip
    """Money goes back, at most what is there of that kind; returns the ledger line."""
    _check(amount)
    fault = rules.refund_fault(_ledger(w, enrolment_id), kind, amount)
    if fault:
        raise UserError(fault)
    return _line(
        w,
        enrolment_id,
        kind=kind,
        act=FeeAct.REFUNDED,
        amount=-amount,
        method=method,
        payer=payer,
        reason=said(reason),
    )


@action("冲正", final="冲正已经记账，不能撤销。请按正确的金额再收或再退一次。")
def reverse_payment(w: Writing, *, entry_id: str, reason: str) -> str:
    """A line that was wrong is taken back by another one; the wrong one stays. Returns the new line."""
    wrong = w.session.get(FeeEntry, entry_id)
    if wrong is None:
        raise UserError("找不到这笔收费，请刷新后再试。")
    if wrong.act not in (FeeAct.RECEIVED, FeeAct.REFUNDED):
        raise UserError(f"「{wrong.act.label}」不能再冲正。")
    if w.session.scalar(select(FeeEntry.id).where(FeeEntry.reverses_id == entry_id)):
        raise UserError(f"收据 {wrong.receipt_no} 已经冲正过了。")
    here = rules.paid(_ledger(w, wrong.enrolment_id)).get(wrong.kind, 0)
    if wrong.amount > here:
        raise UserError(
            f"这笔{wrong.kind.label}已经退了或转走了，冲正后会成负数。请先把退费冲正，或在转入的班里办。"
        )
    return _line(
        w, wrong.enrolment_id, kind=wrong.kind, act=FeeAct.REVERSED, amount=-wrong.amount, method=wrong.method,
        payer=wrong.payer, reason=said(reason), reverses_id=entry_id,
    )  # fmt: skip


def carry(w: Writing, from_id: str, to_id: str) -> None:
    """What was paid goes along to the new enrolment of a transfer."""
    for kind, amount in rules.paid(_ledger(w, from_id)).items():
        for enrolment_id, signed in ((from_id, -amount), (to_id, amount)):
            w.session.add(
                FeeEntry(
                    enrolment_id=enrolment_id, kind=kind, act=FeeAct.CARRIED, amount=signed, on=school_day(w.now),
                    reason="转班", actor=w.actor,
                )
            )  # fmt: skip


def _ledger(w: Writing, enrolment_id: str) -> list[rules.Money]:
    found = w.session.execute(
        select(FeeEntry.kind, FeeEntry.amount).where(FeeEntry.enrolment_id == enrolment_id)
    )
    return [rules.Money(kind, amount) for kind, amount in found]


def _check(amount: int) -> None:
    fault = rules.amount_fault(amount)
    if fault:
        raise UserError(fault)


def _line(
    w: Writing, enrolment_id: str, *, kind: FeeKind, act: FeeAct, amount: int, method: PayMethod | None,
    payer: str | None, reason: str | None, reverses_id: str | None = None,
) -> str:  # fmt: skip
    [enrolment] = enrolments(w, [enrolment_id])
    today = school_day(w.now)
    taken = w.session.scalars(select(FeeEntry.receipt_no).where(FeeEntry.receipt_no.like(f"{today.year}-%")))
    number = rules.receipt_no(today.year, w.station, [no for no in taken if no])
    entry = FeeEntry(
        enrolment_id=enrolment_id, kind=kind, act=act, amount=amount, receipt_no=number, on=today, method=method,
        payer=payer, reason=reason, actor=w.actor, reverses_id=reverses_id,
    )  # fmt: skip
    w.session.add(entry)
    w.session.flush()
    names = names_of(w.session, [enrolment.person_id])
    w.note(f"{''.join(names)} {kind.label} {rules.yuan(abs(amount))} 元 收据 {number}")
    return entry.id
