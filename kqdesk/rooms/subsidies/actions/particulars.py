"""What rules ask and nobody else keeps: statements of claimants, firms' training funds, quotas, finance forms."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.model import Firm
from kqdesk.rooms.subsidies import queries, rules
from kqdesk.rooms.subsidies.model import ClaimantParticulars, SubsidyForm, SubsidyQuota, TrainingFundYear
from kqdesk.rooms.subsidies.queries.claimants import STATED
from kqdesk.rooms.subsidies.terms import FORM, Beneficiary, QuotaLevel
from kqdesk.rooms.trainers.rules import account_fault, plain_account
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import attach

FIELDS = frozenset({*STATED, "target", "actual", "year", "note"})
"""Form fields a finance office's form may ask for are in ``sheets``; these are those of a statement."""
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@action("登记申领资料")
def keep_particulars(
    w: Writing,
    *,
    beneficiary: Beneficiary,
    stated_on: date,
    source: str,
    values: Mapping[str, Any],
    person_id: str | None = None,
    firm_id: str | None = None,
) -> str:
    """Add a statement of a claimant with the paper it stands on; what it leaves empty stays as it was. Returns its id."""
    said = {key: value for key, value in values.items() if value not in (None, "")}
    strange = set(said) - FIELDS
    if strange:
        raise UserError(f"没有“{'、'.join(sorted(strange))}”这样的资料。")
    if not said:
        raise UserError("一项也没有填。")
    if not source.strip():
        raise UserError("请写明依据，例如：劳动合同原件、工会会员证。")
    if stated_on > school_day(w.now):
        raise UserError("说明日期不能在今天以后。")
    _refuse_wrong(said)
    row = ClaimantParticulars(
        beneficiary=beneficiary, person_id=person_id, firm_id=firm_id, stated_on=stated_on, source=source.strip(),
        stated_by=w.actor, **said,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    w.note(_name(w, person_id, firm_id))
    return row.id


@action("登记申领人资料")
def state_claimant(w: Writing, *, key: str, stated_on: date, source: str, values: Mapping[str, Any]) -> str:
    """The same by the claimant's key: a person's or firm's id, or ``school``."""
    whose = queries.beneficiary_of(w.session, key)
    return keep_particulars(
        w, beneficiary=whose, stated_on=stated_on, source=source, values=values,
        person_id=key if whose is Beneficiary.PERSON else None, firm_id=key if whose is Beneficiary.ENTERPRISE else None,
    )  # fmt: skip


def _refuse_wrong(said: dict[str, Any]) -> None:
    start, end = said.get("contract_from"), said.get("contract_to")
    if start and end and end < start:
        raise UserError("劳动合同的结束日期早于开始日期，请核对。")
    if said.get("contract_open_ended") and end:
        raise UserError("无固定期限的劳动合同没有结束日期，两样只填一样。")
    total, own = said.get("tuition_total"), said.get("tuition_paid_by_self")
    if total is not None and own is not None and own > total:
        raise UserError("本人交的学费比学费总额还多，请核对。")
    if any(said.get(name, 0) < 0 for name in ("tuition_total", "tuition_paid_by_self", "insured_months")):
        raise UserError("金额和月数不能是负数。")
    if "bank_account" in said:
        wrong = account_fault(said["bank_account"])
        if wrong:
            raise UserError(wrong)
        said["bank_account"] = plain_account(said["bank_account"])


def _name(w: Writing, person_id: str | None, firm_id: str | None) -> str:
    if person_id:
        return w.session.get_one(Person, person_id).name
    return w.session.get_one(Firm, firm_id).name if firm_id else "本校"


@action("删除申领资料")
def drop_particulars(w: Writing, *, row_id: str) -> None:
    """A statement that was wrong; the one before counts again. Frozen claims keep what they said."""
    row = w.session.get_one(ClaimantParticulars, row_id)
    w.note(f"{_name(w, row.person_id, row.firm_id)} {row.stated_on}")
    w.session.delete(row)


@action("登记职工教育经费")
def keep_fund_year(
    w: Writing,
    *,
    firm_id: str,
    year: int,
    wages_total: int | None,
    training_spend: int | None,
    frontline_spend: int | None,
    source: str,
    carry_in: int | None = None,
) -> str:
    """What a firm says of a year, in 分; the same year again replaces it. Returns the row's id."""
    if not 1990 <= year <= school_day(w.now).year:
        raise UserError("年份不对。")
    if not source.strip():
        raise UserError("请写明依据，例如：企业年报、所得税汇算清缴表。")
    if any(fen is not None and fen < 0 for fen in (wages_total, training_spend, frontline_spend, carry_in)):
        raise UserError("金额不能是负数。")
    row = w.session.scalar(
        select(TrainingFundYear).where(TrainingFundYear.firm_id == firm_id, TrainingFundYear.year == year)
    )
    if row is None:
        row = TrainingFundYear(firm_id=firm_id, year=year, source=source.strip(), stated_by=w.actor)
        w.session.add(row)
    row.wages_total, row.training_spend, row.frontline_spend = wages_total, training_spend, frontline_spend
    row.carry_in, row.source, row.stated_by = carry_in, source.strip(), w.actor
    w.session.flush()
    w.note(f"{w.session.get_one(Firm, firm_id).name} {year} 年")
    return row.id


@action("删除职工教育经费")
def drop_fund_year(w: Writing, *, row_id: str) -> None:
    """A year that was entered for the wrong firm."""
    row = w.session.get_one(TrainingFundYear, row_id)
    w.note(f"{w.session.get_one(Firm, row.firm_id).name} {row.year} 年")
    w.session.delete(row)


@action("登记奖补名额")
def keep_quota(
    w: Writing,
    *,
    rule_id: str,
    year: int,
    level: QuotaLevel,
    region: str,
    places: int,
    paper: str,
    amount_fen: int | None = None,
) -> str:
    """Places a level was given; the same again replaces it. Refused when a level shares out more than it has."""
    if places < 0 or (amount_fen is not None and amount_fen < 0):
        raise UserError("名额和金额不能是负数。")
    if not region.strip() or not paper.strip():
        raise UserError("请写明地区和依据文件。")
    row = w.session.scalar(
        select(SubsidyQuota).where(
            SubsidyQuota.rule_id == rule_id, SubsidyQuota.year == year, SubsidyQuota.level == level,
            SubsidyQuota.region == region.strip(),
        )
    )  # fmt: skip
    if row is None:
        row = SubsidyQuota(rule_id=rule_id, year=year, level=level, region=region.strip(), places=0, paper="")
        w.session.add(row)
    row.places, row.paper, row.amount_fen = places, paper.strip(), amount_fen
    w.session.flush()
    faults = rules.share_faults([one for one, _ in queries.quota_rows(w.session)])
    if faults:
        raise UserError("".join(faults))
    w.note(f"{year} 年 {rule_id} {level.label} {places} 个")
    return row.id


@action("删除奖补名额")
def drop_quota(w: Writing, *, row_id: str) -> None:
    """A quota that was entered by mistake."""
    row = w.session.get_one(SubsidyQuota, row_id)
    w.note(f"{row.year} 年 {row.rule_id} {row.level.label}")
    w.session.delete(row)


@action("放入财政表样")
def keep_form(
    w: Writing, *, title: str, file_name: str, kind: str, digest: str, size: int, asks: Sequence[str], known: Sequence[str]
) -> str:  # fmt: skip
    """Keep a form whose file was looked at; refused when it asks for a field nobody knows. Returns its id."""
    strange = [name for name in dict.fromkeys(asks) if name not in set(known)]
    if strange:
        raise UserError(f"表样里有不认识的字段：{'、'.join(strange)}。能用的字段：{'、'.join(known)}。")
    if not any(name.startswith("名单.") for name in asks):
        raise UserError(
            "表样里没有名单行。请在一行里写上 {{名单.姓名}}、{{名单.金额}} 等字段，程序会一人一行填下去。"
        )
    if not title.strip():
        raise UserError("请给表样起个名称。")
    for old in w.session.scalars(
        select(SubsidyForm).where(SubsidyForm.title == title.strip(), SubsidyForm.is_active)
    ):
        old.is_active = False
    row = SubsidyForm(
        title=title.strip(),
        file_name=file_name,
        kind=kind,
        digest=digest,
        asks=list(asks),
        kept_on=school_day(w.now),
    )
    w.session.add(row)
    w.session.flush()
    attach(
        w,
        table="subsidy_form",
        row_id=row.id,
        purpose=FORM,
        digest=digest,
        name=file_name,
        media=MEDIA[kind],
        size=size,
    )
    w.note(row.title)
    return row.id


@action("停用财政表样")
def retire_form(w: Writing, *, form_id: str) -> None:
    """Out of the list; what was filled with it stays as it is."""
    row = w.session.get_one(SubsidyForm, form_id)
    row.is_active = False
    w.note(row.title)
