"""Tables of 学分."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from kqdesk.rooms.credits.terms import (
    AccountState,
    AchievementKind,
    Answer,
    BatchState,
    CreditUnit,
    SourceKind,
)
from kqdesk.store.base import Base, JsonList, Seal, about, field, link

_SENT = "(SELECT state FROM credit_batch WHERE credit_batch.id=OLD.batch_id)<>'draft'"


class CreditAccount(Base):
    """A person's account at the provincial credit bank; its number is theirs, not made here."""

    __tablename__ = "credit_account"
    __table_args__ = about("学分银行账户", title="bank_number", once=("person_id",))

    person_id: Mapped[str] = link("person.id", "学员")
    state: Mapped[AccountState] = field("状态")
    bank_number: Mapped[str | None] = field("学分银行账号", secret=True)
    opened_on: Mapped[date | None] = field("开户日期")
    note: Mapped[str | None] = field("备注")


class CreditEntry(Base):
    """One booking of one unit: never changed, never deleted; a wrong one is reversed by another.

    ``hundredths``: credits × 100, so that a bank's 1.5 stays exact; below zero for a reversal. ``source_key``: what
    earned it, the same key for every booking of the same thing, so that booking twice adds nothing.
    """

    __tablename__ = "credit_entry"
    __table_args__ = (
        Index("ix_credit_entry_person", "school", "person_id", "unit"),
        about(
            "学分记录",
            title="words",
            seals=[Seal("1", "学分记录只增不改。要更正请用「冲正」，再重新入账。")],
        ),
    )

    person_id: Mapped[str] = link("person.id", "学员", index=False)
    unit: Mapped[CreditUnit] = field("单位")
    hundredths: Mapped[int] = field("数额（百分之一）")
    source: Mapped[SourceKind] = field("来源")
    source_key: Mapped[str] = field("来源标识", index=True)
    proofs: Mapped[JsonList] = field(
        "依据"
    )  # [[page, key of its context, value, words], …]: what one click opens
    words: Mapped[str] = field("说明")
    rule: Mapped[str | None] = field("依据的规则")  # pack and version it was computed with
    earned_on: Mapped[date] = field("取得日期")
    booked_at: Mapped[datetime] = field("入账时间")
    booked_by: Mapped[str] = link("staff.id", "入账人")
    reverses_id: Mapped[str | None] = link("credit_entry.id", "冲正的记录")
    reason: Mapped[str | None] = field("冲正原因", secret=True)  # people write names here


class CreditBatch(Base):
    """成果认定批次: what was sent to the credit bank in one file."""

    __tablename__ = "credit_batch"
    __table_args__ = about(
        "成果认定批次",
        title="no",
        seals=[
            Seal("OLD.state<>'draft'", "批次已报送，不能再改。退回的成果放进下一批重报。", ("no", "digest"))
        ],
    )

    no: Mapped[str] = field("批次号", index=True)
    state: Mapped[BatchState] = field("状态")
    drawn_at: Mapped[datetime] = field("建批时间")
    drawn_by: Mapped[str] = link("staff.id", "建批人")
    sent_on: Mapped[date | None] = field("报送日期")
    digest: Mapped[str | None] = field("内容校验码")  # SHA-256 over the lines as sent


class CreditClaim(Base):
    """One achievement in a batch; ``external_no`` is the number by which the answer comes back."""

    __tablename__ = "credit_claim"
    __table_args__ = about(
        "成果",
        title="project",
        seals=[
            Seal(
                _SENT,
                "批次已报送，成果内容不能再改。退回的放进下一批重报。",
                ("batch_id", "person_id", "external_no", "achievement", "project", "standard_code", "hours", "grade",
                 "certificate_no", "earned_on", "source_key"),
            ),
            Seal("OLD.answer<>'waiting'", "这条成果已经有答复，不能改。", ("answer", "hundredths", "answered_on")),
        ],
    )  # fmt: skip

    batch_id: Mapped[str] = link("credit_batch.id", "批次")
    person_id: Mapped[str] = link("person.id", "学员")
    external_no: Mapped[str] = field("外部流水号", index=True)
    achievement: Mapped[AchievementKind] = field("成果类型")
    project: Mapped[str] = field("项目名称")
    standard_code: Mapped[str | None] = field("标准课程目录号")
    hours: Mapped[int | None] = field("学时")
    grade: Mapped[str | None] = field("成绩")
    certificate_no: Mapped[str | None] = field("证书号")
    earned_on: Mapped[date] = field("取得日期")
    source_key: Mapped[str] = field("来源标识", index=True)
    answer: Mapped[Answer] = field("答复")
    hundredths: Mapped[int | None] = field("认定数额（百分之一）")
    answered_on: Mapped[date | None] = field("答复日期")
    reason: Mapped[str | None] = field("退回原因")
