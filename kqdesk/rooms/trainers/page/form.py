"""The forms of one trainer: who she is, and where her pay goes."""

from functools import partial
from typing import Any

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Check, Choice, Date, Field, LongText, MultiChoice, Text
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.places.rules import townships
from kqdesk.rooms.trainers import actions
from kqdesk.rooms.trainers.queries import TrainerRow
from kqdesk.rooms.trainers.rules import account_fault, categories
from kqdesk.rooms.trainers.terms import PayLevel, TaxBasis, TrainerSource

TOWNSHIPS = tuple((one.code, one.name) for one in townships())
SOURCES = tuple((one, one.label) for one in TrainerSource)
LEVELS = tuple((one, one.label) for one in PayLevel)


def trainer_fields(*, is_new: bool) -> tuple[Field, ...]:
    """Who she is, what she teaches, on which terms."""
    fields: tuple[Field, ...] = (
        Text(name="name", label="姓名", required=True, longest=40, is_half=True),
        Text(name="phone", label="电话", longest=20, is_half=True),
        Choice(name="source", label="来源类别", choices=SOURCES, required=True, is_half=True),
        Choice(name="pay_level", label="课酬级别", choices=LEVELS, required=True, is_half=True),
        MultiChoice(
            name="ticked", label="专长门类", choices=tuple((word, word) for word in categories()), columns=3
        ),
        Text(name="typed", label="其他专长", longest=80, placeholder="如：面料检验、越剧；用顿号隔开"),
        Text(name="employer", label="工作单位", longest=60, is_half=True),
        Choice(name="township_code", label="所在镇街", choices=TOWNSHIPS, is_half=True),
        Date(name="agreement_from", label="协议起", is_half=True),
        Date(name="agreement_to", label="协议止", is_half=True),
        Date(name="consent_on", label="单位同意兼职（日期）", hint="在职人员要有", is_half=True),
        Date(name="pledge_on", label="无犯罪承诺（日期）", is_half=True),
        Text(name="id_number", label="证件号码", longest=24, hint="发课酬时要用，可以先不填"),
        LongText(name="note", label="备注", longest=200, lines=2),
    )
    return fields if is_new else (*fields, Check(name="is_active", label="在用"))


def account_panel(desk: Desk, row: TrainerRow) -> FormPanel:
    """Where pay goes; the account on record is shown by its last four digits only."""
    fields = (
        Text(name="bank", label="开户行", required=True, longest=60, placeholder="如：柯桥农商银行兰亭支行"),
        Text(
            name="account", label="银行账号", required=True, longest=40, check=account_fault,
            hint=f"现在登记的：{row.account}" if row.account else "照着卡号或存折填",
        ),
        Choice(name="tax_basis", label="课酬口径", choices=tuple((one, one.label) for one in TaxBasis)),
    )  # fmt: skip
    save = partial(_save_account, row.id)
    return FormPanel(desk, f"{row.name}：收款账户", fields, save, values={"tax_basis": row.tax_basis})


def _save_account(trainer_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    panel.run(actions.set_account, trainer_id=trainer_id, **values)


def disable_panel(desk: Desk, row: TrainerRow, then: Any) -> FormPanel:
    """Out of use, with why."""
    fields = (Text(name="reason", label="停用原因", longest=60, placeholder="如：调离、不再授课；可以不填"),)

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.disable_trainer, then=then, trainer_id=row.id, **values)

    return FormPanel(desk, f"停用：{row.name}", fields, save, save_text="停用")
