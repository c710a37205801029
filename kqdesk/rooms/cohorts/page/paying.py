"""The forms about money, about going over to another class and about the 招生简章."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Field, Money, Text
from kqdesk.desk.form import FormPanel
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.cohorts import actions
from kqdesk.rooms.cohorts.actions import Enrolled, EnrolmentWarnings
from kqdesk.rooms.cohorts.queries import CohortRow, LearnerCard, MoneyRow
from kqdesk.rooms.cohorts.rules import yuan
from kqdesk.rooms.cohorts.terms import CohortState, FeeKind, PayMethod
from kqdesk.rooms.office.actions import put_setting

KINDS = tuple((kind, kind.label) for kind in FeeKind)
METHODS = tuple((method, method.label) for method in PayMethod)
Then = Callable[[Any], object]


def _fields(reason: str, *, is_reason_required: bool) -> Sequence[Field]:
    return (
        Choice(name="kind", label="费用", choices=KINDS, required=True, is_half=True),
        Money(name="amount", label="金额（元）", required=True, is_half=True),
        Choice(name="method", label="方式", choices=METHODS, required=True, is_half=True),
        Text(name="payer", label="交（领）款人", longest=20, placeholder="不填就是学员本人", is_half=True),
        Text(name="reason", label=reason, longest=60, required=is_reason_required),
    )


def pay_panel(desk: Desk, card: LearnerCard, cohort: CohortRow | None, then: Then) -> FormPanel:
    """Money comes in: what is still owed is filled in; the receipt opens afterwards."""
    here = sum(one.amount for one in card.money if one.kind is FeeKind.TUITION)
    due = max((cohort.fee or 0) - here, 0) if cohort else 0

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.take_payment, then=then, enrolment_id=card.row.id, **values)

    values = {"kind": FeeKind.TUITION, "amount": due or None, "method": PayMethod.CASH}
    fields = _fields("说明", is_reason_required=False)
    return FormPanel(desk, f"收费：{card.row.name}", fields, save, values=values, save_text="收款，开收据")


def refund_panel(desk: Desk, card: LearnerCard, then: Then) -> FormPanel:
    """Money goes back, at most what is there."""

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.refund, then=then, enrolment_id=card.row.id, **values)

    kind = card.money[0].kind if card.money else FeeKind.TUITION
    values = {"kind": kind, "amount": card.row.paid or None, "method": PayMethod.CASH}
    fields = _fields("退费原因", is_reason_required=True)
    return FormPanel(desk, f"退费：{card.row.name}", fields, save, values=values, save_text="退款，开单据")


def reverse_panel(desk: Desk, entry: MoneyRow, then: Then) -> FormPanel:
    """A wrong line is taken back by another."""
    fields = (Text(name="reason", label="哪里记错了", required=True, longest=60),)

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.reverse_payment, then=then, entry_id=entry.id, **values)

    title = f"冲正收据 {entry.receipt_no}：{entry.kind.label} {yuan(entry.amount)} 元"
    return FormPanel(desk, title, fields, save, save_text="冲正")


class TransferPanel(FormPanel):
    """To which class and why; warnings as at enrolling."""

    def __init__(
        self, desk: Desk, who: str, enrolment_ids: Sequence[str], cohorts: Sequence[CohortRow], then: Then
    ) -> None:
        choices = [
            (row.id, f"{row.title}　{row.enrolled + row.offered}/{row.capacity} 人")
            for row in cohorts
            if row.state in (CohortState.PLANNED, CohortState.OPEN)
        ]
        fields = (
            Choice(name="to_cohort_id", label="转到哪个班", choices=choices, required=True),
            Text(name="reason", label="原因", required=True, longest=60, placeholder="如：晚上时间不合适"),
        )
        super().__init__(desk, f"转班：{who}", fields, self._save, save_text="转班")
        self._ids, self._then, self._values = list(enrolment_ids), then, dict[str, Any]()

    def _save(self, values: dict[str, Any], _: FormPanel) -> None:
        self._values = values
        self._go(accept=False)

    def _go(self, *, accept: bool) -> None:
        self.run(
            actions.transfer, then=self._done, enrolment_ids=self._ids, accept_warnings=accept, **self._values
        )

    def _done(self, done: Enrolled) -> None:
        self._then(done)

    def refuse(self, error: UserError) -> None:
        super().refuse(error)
        if isinstance(error, EnrolmentWarnings):
            self.note.say(str(error), "refused", ("仍要转", partial(self._go, accept=True)))


def leaflet_panel(desk: Desk, count: int, address: str, then: Callable[[str], object]) -> FormPanel:
    """What the code opens; kept for the next time."""
    fields = (
        Text(
            name="address", label="扫码打开的报名网址", longest=200, placeholder="https://…",
            hint="公众号、报名小程序的网址。不填，码里就是开班信息的文字。",
        ),
    )  # fmt: skip

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        told = values["address"] or ""
        if told == address:
            panel.closed.emit()
            then(told)
        else:
            from_setting = "cohorts.recruit_address"
            panel.run(put_setting, then=lambda _: then(told), key=from_setting, value=told)

    title = "招生简章" if count == 1 else f"招生简章：{count} 个班"
    return FormPanel(desk, title, fields, save, values={"address": address}, save_text="预览打印")
