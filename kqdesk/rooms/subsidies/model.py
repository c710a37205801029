"""Tables of 奖补. Money in 分. What is said of a claimant is dated and only added to; a frozen claim says what it said."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from kqdesk.rooms.subsidies.terms import BatchState, Beneficiary, ClaimState, Employer, PostLevel, QuotaLevel
from kqdesk.store.base import Base, Json, JsonList, Seal, about, field, link

_FROZEN = "(SELECT b.state FROM subsidy_batch b WHERE b.id=OLD.batch_id) NOT IN ('draft')"
_SENTENCE = "这批奖补已经审核公示，内容不能再改。发错了用「冲正奖补」，另记一笔。"
FACTS = (
    "batch_id", "rule_id", "beneficiary", "person_id", "firm_id", "trainer_id", "subject_key", "subject", "achieved_on",
    "claimed_on", "occupation", "skill_level", "enrolment_id", "name", "id_number", "bank", "bank_account", "holder",
    "amount_fen", "working", "verdict", "pack_key", "pack_version", "reverses_id",
)  # fmt: skip
"""What of a claim is frozen with its batch."""


class ClaimantParticulars(Base):
    """申领资料: what rules ask and no other room keeps, as stated on a day; the newest statement of each thing counts."""

    __tablename__ = "claimant_particulars"
    __table_args__ = (
        Index("ix_claimant_particulars_person", "school", "person_id"),
        about("申领资料", title="source"),
    )

    beneficiary: Mapped[Beneficiary] = field("给谁")
    person_id: Mapped[str | None] = link("person.id", "人员")
    firm_id: Mapped[str | None] = link("firm.id", "企业")
    stated_on: Mapped[date] = field("说明日期")
    source: Mapped[str] = field("依据")  # the paper it stands on
    employer_type: Mapped[Employer | None] = field("单位性质")
    post_level: Mapped[PostLevel | None] = field("岗位")
    union_no: Mapped[str | None] = field("工会会员号", secret=True)
    union_name: Mapped[str | None] = field("工会名称")
    union_province: Mapped[str | None] = field("工会所在省")
    contract_from: Mapped[date | None] = field("劳动合同起")
    contract_to: Mapped[date | None] = field("劳动合同止")
    contract_open_ended: Mapped[bool | None] = field("无固定期限")
    insured_months: Mapped[int | None] = field("累计参保月数")
    education_before: Mapped[str | None] = field("入学前学历")  # GB/T 4658
    tuition_total: Mapped[int | None] = field("学费总额（分）")
    tuition_paid_by_self: Mapped[int | None] = field("本人交的学费（分）")
    status_kind: Mapped[str | None] = field("身份类别", secret=True)  # terms.Status
    status_on: Mapped[date | None] = field("身份证明日期")
    is_retired: Mapped[bool | None] = field("已领养老金")
    is_in_school: Mapped[bool | None] = field("全日制在校生")
    gone_on: Mapped[date | None] = field("离职、迁出或死亡日期")
    target: Mapped[int | None] = field("任务数")
    actual: Mapped[int | None] = field("完成数")
    year: Mapped[int | None] = field("任务年份")
    bank: Mapped[str | None] = field("开户行", secret=True)
    bank_account: Mapped[str | None] = field("收款账号", secret=True)
    holder: Mapped[str | None] = field("户名", secret=True)
    stated_by: Mapped[str] = link("staff.id", "登记人")
    note: Mapped[str | None] = field("备注", secret=True)


class TrainingFundYear(Base):
    """企业职工教育经费: what a firm says of one year. ``carry_in`` empty: it is what the year before left over."""

    __tablename__ = "training_fund_year"
    __table_args__ = about("职工教育经费", title="year", once=("firm_id", "year"))

    firm_id: Mapped[str] = link("firm.id", "企业")
    year: Mapped[int] = field("年份")
    wages_total: Mapped[int | None] = field("工资总额（分）")
    training_spend: Mapped[int | None] = field("教育经费支出（分）")
    frontline_spend: Mapped[int | None] = field("一线职工培训支出（分）")
    carry_in: Mapped[int | None] = field("上年结转（分）")
    source: Mapped[str] = field("依据")
    stated_by: Mapped[str] = link("staff.id", "登记人")


class SubsidyQuota(Base):
    """奖补名额: how many places one level was given for a year; shared out from province down to township."""

    __tablename__ = "subsidy_quota"
    __table_args__ = about("奖补名额", title="rule_id", once=("rule_id", "year", "level", "region"))

    rule_id: Mapped[str] = field("规则编号", index=True)
    year: Mapped[int] = field("年份")
    level: Mapped[QuotaLevel] = field("级别")
    region: Mapped[str] = field("地区")
    places: Mapped[int] = field("名额")
    amount_fen: Mapped[int | None] = field("每个名额（分）")
    paper: Mapped[str] = field("依据")


class SubsidyBatch(Base):
    """奖补批次: claims under one rule, checked by a second person, posted, sent to the district, answered, paid."""

    __tablename__ = "subsidy_batch"
    __table_args__ = about(
        "奖补批次",
        title="no",
        seals=[
            Seal(
                "OLD.state<>'draft'", _SENTENCE,
                ("no", "rule_id", "pack_key", "pack_version", "rule_text", "drawn_by", "checked_by", "total_fen", "digest",
                 "posted_on", "posted_until"),
            )
        ],
    )  # fmt: skip

    no: Mapped[str] = field("批次号", index=True)
    rule_id: Mapped[str] = field("规则编号")
    title: Mapped[str] = field("名称")
    state: Mapped[BatchState] = field("状态", default=BatchState.DRAFT)
    pack_key: Mapped[str] = field("规则包")
    pack_version: Mapped[int] = field("规则包版本")
    rule_text: Mapped[Json] = field("规则全文")
    drawn_by: Mapped[str] = link("staff.id", "建批人")
    drawn_at: Mapped[datetime] = field("建批时间")
    checked_by: Mapped[str | None] = link("staff.id", "审核人")
    checked_at: Mapped[datetime | None] = field("审核时间")
    posted_on: Mapped[date | None] = field("公示起")
    posted_until: Mapped[date | None] = field("公示止")
    total_fen: Mapped[int | None] = field("合计（分）")
    digest: Mapped[str | None] = field("内容校验码")  # SHA-256 over the lines as frozen
    submitted_on: Mapped[date | None] = field("报区日期")
    answered_on: Mapped[date | None] = field("区里审核日期")
    answered_by: Mapped[str | None] = field("区里审核人")
    paid_on: Mapped[date | None] = field("发放日期")
    voucher_no: Mapped[str | None] = field("凭证号")
    paid_by: Mapped[str | None] = field("发放登记人")


class SubsidyClaim(Base):
    """奖补申领: one achievement of one beneficiary under one rule, with its verdict, its amount and how that came about."""

    __tablename__ = "subsidy_claim"
    __table_args__ = (
        Index("ix_subsidy_claim_person", "school", "person_id"),
        Index("ix_subsidy_claim_batch", "batch_id", "id"),
        about(
            "奖补申领",
            title="subject",
            seals=[
                Seal(f"OLD.batch_id IS NOT NULL AND {_FROZEN}", _SENTENCE, FACTS),
                Seal("OLD.state='paid'", "已经发放，不能改。发错了用「冲正奖补」，另记一笔。", ("state", "paid_on")),
            ],
        ),
    )  # fmt: skip

    batch_id: Mapped[str | None] = link("subsidy_batch.id", "批次", index=False)
    rule_id: Mapped[str] = field("规则编号", index=True)
    state: Mapped[ClaimState] = field("状态", default=ClaimState.TAKEN)
    beneficiary: Mapped[Beneficiary] = field("给谁")
    person_id: Mapped[str | None] = link("person.id", "人员", index=False)
    firm_id: Mapped[str | None] = link("firm.id", "企业")
    trainer_id: Mapped[str | None] = link("trainer.id", "培训师")
    subject_key: Mapped[str] = field("凭什么（标识）", index=True)  # kind/id of the row it stands on
    subject: Mapped[str] = field("凭什么")
    achieved_on: Mapped[date] = field("取得日期")
    claimed_on: Mapped[date] = field("受理日期")
    taken_at: Mapped[datetime] = field("受理时间")
    taken_by: Mapped[str] = link("staff.id", "受理人")
    occupation: Mapped[str | None] = field("职业（工种）")
    skill_level: Mapped[str | None] = field("等级")
    enrolment_id: Mapped[str | None] = link("enrolment.id", "上的班")
    name: Mapped[str] = field("姓名或名称", secret=True)
    id_number: Mapped[str | None] = field("证件号码或信用代码", secret=True, index=True)
    bank: Mapped[str | None] = field("开户行", secret=True)
    bank_account: Mapped[str | None] = field("收款账号", secret=True)
    holder: Mapped[str | None] = field("户名", secret=True)
    amount_fen: Mapped[int | None] = field("金额（分）")
    working: Mapped[JsonList] = field("金额怎么来的")
    verdict: Mapped[JsonList] = field("逐条核对", secret=True)
    pack_key: Mapped[str] = field("规则包")
    pack_version: Mapped[int] = field("规则包版本")
    papers: Mapped[JsonList] = field("已收材料")
    rank: Mapped[int | None] = field("排名")
    blocked: Mapped[JsonList] = field("受阻原因", secret=True)  # [[check, words], …]; people's names in them
    checked_on: Mapped[date | None] = field("核对日期")
    answer_words: Mapped[str | None] = field("区里意见", secret=True)
    paid_on: Mapped[date | None] = field("发放日期")
    reverses_id: Mapped[str | None] = link("subsidy_claim.id", "冲正的申领")
    reason: Mapped[str | None] = field("冲正原因", secret=True)
    note: Mapped[str | None] = field("备注", secret=True)


class SubsidyMark(Base):
    """区里标记: what the district found about a claim, such as the same claim at another school."""

    __tablename__ = "subsidy_mark"
    __table_args__ = about("奖补标记", title="kind")

    claim_id: Mapped[str] = link("subsidy_claim.id", "申领")
    kind: Mapped[str] = field("种类")  # terms.Check
    words: Mapped[str] = field("说明", secret=True)
    marked_on: Mapped[date] = field("标记日期")
    marked_by: Mapped[str] = field("标记人")
    cleared_on: Mapped[date | None] = field("取消日期")


class SubsidyForm(Base):
    """财政表样: a finance office's own form with ``{{字段}}`` in it; its file is an attachment."""

    __tablename__ = "subsidy_form"
    __table_args__ = about("财政表样", title="title")

    title: Mapped[str] = field("名称")
    file_name: Mapped[str] = field("文件名")
    kind: Mapped[str] = field("格式")
    digest: Mapped[str] = field("文件")
    asks: Mapped[JsonList] = field("用到的字段")
    kept_on: Mapped[date] = field("放入日期")
    is_active: Mapped[bool] = field("在用", default=True)
