"""Tables of 个人信息保护."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from kqdesk.rooms.privacy.terms import (
    Basis,
    BreachState,
    CleanupState,
    ConsentWay,
    Holds,
    Purpose,
    RequestKind,
    RequestState,
)
from kqdesk.store.base import Base, JsonList, Seal, about, field, link

# an undo takes back a whole act; nothing else may touch a text that people were shown
_BY_HAND = "(SELECT kind FROM journal_entry ORDER BY id DESC LIMIT 1) NOT IN ('undo','redo')"


class PrivacyNotice(Base):
    """告知文本: one version of what people are told for one purpose. A change is a new version."""

    __tablename__ = "privacy_notice"
    __table_args__ = about(
        "告知文本",
        title="title",
        seals=[Seal(_BY_HAND, "发布过的告知文本不能改，要改请发布新的一版，已同意的人会重新列为待同意。")],
    )

    purpose: Mapped[Purpose] = field("用途")
    version: Mapped[int] = field("版本")
    title: Mapped[str] = field("标题")
    basis: Mapped[Basis] = field("处理依据")
    needs_consent: Mapped[bool] = field("须单独同意")
    body: Mapped[str] = field("正文")
    effective_from: Mapped[date] = field("生效日期")
    published_by: Mapped[str] = link("staff.id", "发布人")


class Consent(Base):
    """同意记录: a person agreed to one version of one notice."""

    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_purpose", "purpose", "version"),
        about("同意记录", title="purpose"),
    )

    person_id: Mapped[str] = link("person.id", "人员")
    purpose: Mapped[Purpose] = field("用途")
    version: Mapped[int] = field("版本")
    given_on: Mapped[date] = field("同意日期")
    way: Mapped[ConsentWay] = field("方式")
    guardian: Mapped[str | None] = field("监护人", secret=True)
    recorded_by: Mapped[str] = link("staff.id", "登记人")
    withdrawn_on: Mapped[date | None] = field("撤回日期")


class PrivacyRequest(Base):
    """个人信息请求: somebody asks to see, to correct, to erase. Stays when the person is erased; who she was does not."""

    __tablename__ = "privacy_request"
    __table_args__ = (
        Index("ix_privacy_request_person", "person_id"),
        about(
            "个人信息请求",
            title="kind",
            seals=[
                Seal("OLD.state IN ('done','refused')", "这件请求已经办结，不能再改。需要的话请另登记一件。")
            ],
        ),
    )

    person_id: Mapped[str] = field("人员编号")  # no link: the row stays when the person goes
    kind: Mapped[RequestKind] = field("请求")
    asked_by: Mapped[str | None] = field("提出人", secret=True)
    contact: Mapped[str | None] = field("联系方式", secret=True)
    wish: Mapped[str | None] = field("要求", secret=True)
    received_on: Mapped[date] = field("收到日期")
    due_on: Mapped[date | None] = field("答复期限")
    state: Mapped[RequestState] = field("状态", default=RequestState.OPEN)
    plan: Mapped[JsonList | None] = field("删除方案")  # counts and reasons, never contents
    plan_digest: Mapped[str | None] = field("方案摘要")
    answer: Mapped[str | None] = field("答复")
    answered_on: Mapped[date | None] = field("答复日期")
    proposed_by: Mapped[str | None] = link("staff.id", "提出人（操作）")
    agreed_by: Mapped[str | None] = link("staff.id", "同意人（操作）")


class Cleanup(Base):
    """到期清理: what the retention table says has to go, proposed by one person, agreed to and done by another."""

    __tablename__ = "cleanup"
    __table_args__ = about(
        "到期清理",
        title="title",
        seals=[Seal("OLD.state<>'proposed'", "这次清理已经办结，不能再改。")],
    )

    year: Mapped[int] = field("年度")
    title: Mapped[str] = field("名称")
    state: Mapped[CleanupState] = field("状态", default=CleanupState.PROPOSED)
    digest: Mapped[str] = field("清单摘要")  # SHA-256 of the lines, hex
    summary: Mapped[JsonList] = field("分类汇总")  # [category, count, term, source] each
    proposed_by: Mapped[str] = link("staff.id", "提出人")
    proposed_at: Mapped[datetime] = field("提出时间")
    agreed_by: Mapped[str | None] = link("staff.id", "同意人")
    agreed_at: Mapped[datetime | None] = field("同意时间")


class CleanupLine(Base):
    """到期清理明细: one row that has to go, and why. Names nobody."""

    __tablename__ = "cleanup_line"
    __table_args__ = about("清理明细", title="reason")

    cleanup_id: Mapped[str] = link("cleanup.id", "到期清理")
    category: Mapped[str] = field("类别")
    owner_table: Mapped[str] = field("所属表")
    row_id: Mapped[str] = field("所属行")
    reason: Mapped[str] = field("理由")
    due_on: Mapped[date] = field("到期日")


class DataBreach(Base):
    """个人信息安全事件."""

    __tablename__ = "data_breach"
    __table_args__ = about(
        "个人信息安全事件",
        title="title",
        seals=[Seal("OLD.state='closed'", "这件事已经结案，不能再改。有新情况请另登记一件。")],
    )

    title: Mapped[str] = field("事件")
    found_at: Mapped[datetime] = field("发现时间")
    happened: Mapped[str] = field("经过")
    kinds: Mapped[str | None] = field("涉及的信息")
    person_count: Mapped[int | None] = field("涉及人数")
    cause: Mapped[str | None] = field("原因")
    harm: Mapped[str | None] = field("可能的危害")
    measures: Mapped[str | None] = field("已采取的措施")
    reported_to: Mapped[str | None] = field("报告给")
    reported_at: Mapped[datetime | None] = field("报告时间")
    told_people: Mapped[str | None] = field("怎样告诉本人")
    state: Mapped[BreachState] = field("状态", default=BreachState.OPEN)


class SelfCheckAnswer(Base):
    """自查说明: what only a person can say of an item of the self-check; the newest of an item counts."""

    __tablename__ = "self_check_answer"
    __table_args__ = about("自查说明", title="item")

    item: Mapped[str] = field("条目", index=True)
    holds: Mapped[Holds] = field("结论")
    proof: Mapped[str | None] = field("证明在哪里")
    answered_on: Mapped[date] = field("确认日期")
    answered_by: Mapped[str] = link("staff.id", "确认人")
