"""The form of what rules ask of a claimant and nobody else keeps; a statement is added, the one before stays."""

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Date, Field, Money, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.people.terms import education_levels
from kqdesk.rooms.subsidies import actions, queries
from kqdesk.rooms.subsidies.terms import Employer, PostLevel, Status
from kqdesk.rooms.trainers.rules import account_fault

YES = ((True, "是"), (False, "否"))


def statement_panel(desk: Desk, key: str) -> FormPanel:
    """``key``: a person's or firm's id, or ``school``."""
    save = partial(_save, desk, key)
    fields = _SCHOOL if key == "school" else _PERSON
    load = partial(_load, key, desk.today())
    return FormPanel(desk, "申领资料", (*fields, *_ACCOUNT, *_PAPER), save, load=load)


def _load(key: str, today: Any, session: Session) -> dict[str, Any]:
    whose = queries.beneficiary_of(session, key)
    found = queries.statement_form(session, whose, "" if key == "school" else key, on=today)
    return {name: str(value) if name == "status_kind" else value for name, value in found.items()} | {
        "stated_on": today
    }


def _account(text: Any) -> str | None:
    return account_fault(text) if text else None


_PERSON: tuple[Field, ...] = (
    Choice(name="employer_type", label="单位性质", choices=tuple((one, one.label) for one in Employer), is_half=True),
    Choice(name="post_level", label="岗位", choices=tuple((one, one.label) for one in PostLevel), is_half=True),
    Text(name="union_no", label="工会会员号", is_half=True),
    Choice(name="union_province", label="工会所在省", choices=(("33", "浙江省"), ("other", "外省")), is_half=True),
    Text(name="union_name", label="工会名称"),
    Date(name="contract_from", label="劳动合同起", is_half=True), Date(name="contract_to", label="劳动合同止", is_half=True),
    Choice(name="contract_open_ended", label="无固定期限", choices=YES, is_half=True),
    Number(name="insured_months", label="累计参保月数", least=0, is_half=True),
    Choice(name="education_before", label="入学前学历", choices=tuple(education_levels().items())),
    Money(name="tuition_total", label="学费总额（元）", is_half=True), Money(name="tuition_paid_by_self", label="本人交的（元）", is_half=True),
    Choice(name="status_kind", label="身份类别", choices=tuple((one.value, one.label) for one in Status), is_half=True),
    Date(name="status_on", label="身份证明日期", is_half=True),
    Choice(name="is_retired", label="已领养老金", choices=YES, is_half=True),
    Choice(name="is_in_school", label="全日制在校生", choices=YES, is_half=True),
    Date(name="gone_on", label="离职、迁出或死亡日期"),
)  # fmt: skip
_SCHOOL: tuple[Field, ...] = (
    Number(name="year", label="任务年份", least=2000, most=2100, required=True, is_half=True),
    Number(name="target", label="任务数", least=0, is_half=True), Number(name="actual", label="完成数", least=0, is_half=True),
)  # fmt: skip
_ACCOUNT: tuple[Field, ...] = (
    Text(name="bank", label="开户行", is_half=True), Text(name="holder", label="户名", is_half=True),
    Text(name="bank_account", label="收款账号", check=_account),
)  # fmt: skip
_PAPER: tuple[Field, ...] = (
    Text(name="source", label="依据", required=True, hint="看了什么原件，例如：劳动合同、工会会员证"),
    Date(name="stated_on", label="说明日期", required=True),
)


def _save(desk: Desk, key: str, values: dict[str, Any], panel: FormPanel) -> None:
    source, stated_on = values.pop("source"), values.pop("stated_on")
    panel.run(
        actions.state_claimant, then=lambda _: desk.tell("申领资料已登记。", undo=True), key=key, stated_on=stated_on,
        source=source, values=values,
    )  # fmt: skip
