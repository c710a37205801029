"""Tables of 跟踪."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from kqdesk.rooms.followup.terms import (
    AnswerWay,
    Audience,
    Completion,
    HonourKind,
    HonourState,
    NextStudy,
    Outcome,
    VisitWay,
    Work,
)
from kqdesk.store.base import Base, JsonList, Seal, about, field, link

PROPOSED = ("person_id", "name", "kind", "title", "year", "township_code", "reasons", "nominated_by")
"""What the first person vouches for; the second vouches for the same."""


class FollowUp(Base):
    """回访: one contact with one person after a course. ``pay_band`` and ``pay_before``: codes of the pack's bands."""

    __tablename__ = "follow_up"
    __table_args__ = about("回访", title="outcome")

    person_id: Mapped[str] = link("person.id", "学员")
    contacted_on: Mapped[date] = field("回访日期", index=True)
    way: Mapped[VisitWay] = field("方式")
    outcome: Mapped[Outcome] = field("结果")
    work: Mapped[Work | None] = field("就业情况")
    employer: Mapped[str | None] = field("单位")
    job: Mapped[str | None] = field("岗位")
    pay_band: Mapped[str | None] = field("现在的收入档")
    pay_before: Mapped[str | None] = field("参训前的收入档")
    study: Mapped[NextStudy | None] = field("再学习")
    referral_id: Mapped[str | None] = link("referral.id", "报读转介")
    next_on: Mapped[date | None] = field("下次联系")
    note: Mapped[str | None] = field("备注", secret=True)
    contacted_by: Mapped[str] = link("staff.id", "回访人")


class FollowUpAnswer(Base):
    """回访期次: which wave of which training a contact was for; frozen, so that a later pack changes nothing."""

    __tablename__ = "follow_up_answer"
    __table_args__ = about("回访期次", title="months")

    follow_up_id: Mapped[str] = link("follow_up.id", "回访")
    completion: Mapped[Completion] = field("跟踪什么")
    enrolment_id: Mapped[str | None] = link("enrolment.id", "学籍")
    diploma_id: Mapped[str | None] = link("diploma.id", "学历证书")
    months: Mapped[int] = field("几个月后")
    due_on: Mapped[date] = field("应回访日")


class Questionnaire(Base):
    """满意度问卷: one cohort, one audience. The questions are those of the pack on the day it was made."""

    __tablename__ = "questionnaire"
    __table_args__ = about("满意度问卷", title="code")

    cohort_id: Mapped[str] = link("cohort.id", "班级")
    trainer_id: Mapped[str | None] = link("trainer.id", "培训师")
    audience: Mapped[Audience] = field("谁来答")
    code: Mapped[str] = field("问卷号", index=True)  # digits with a check digit
    token: Mapped[str] = field("网页口令", index=True)  # 32 hex digits by lot
    questions: Mapped[JsonList] = field("问题")  # [[key, words], …]
    scale: Mapped[int] = field("最高分")  # 1 … scale
    rule: Mapped[str | None] = field("依据的规则")  # pack and version of the questions
    opened_on: Mapped[date] = field("开始日期")
    closes_on: Mapped[date | None] = field("截止日期")
    expected: Mapped[int] = field("最多几份")
    is_open: Mapped[bool] = field("还在收", default=True)
    note: Mapped[str | None] = field("备注")


class SatisfactionAnswer(Base):
    """满意度答卷: one form, of nobody known. ``scores`` in the order of the questions, null = not answered."""

    __tablename__ = "satisfaction_answer"
    __table_args__ = about("满意度答卷", title="way")

    questionnaire_id: Mapped[str] = link("questionnaire.id", "问卷")
    way: Mapped[AnswerWay] = field("怎么来的")
    scores: Mapped[JsonList] = field("得分")
    words: Mapped[str | None] = field("意见建议", secret=True)
    form_no: Mapped[int | None] = field("第几张纸")
    answered_on: Mapped[date] = field("日期")
    entered_by: Mapped[str | None] = link("staff.id", "登记人", index=False)


class Honour(Base):
    """学习之星、学习典型: nominated by one, approved by another, posted, awarded; withdrawn with a reason."""

    __tablename__ = "honour"
    __table_args__ = about(
        "典型",
        title="title",
        seals=[
            Seal(
                "OLD.state<>'nominated'",
                "已经审批，推荐内容不能再改。要收回请用「撤下」并写明原因，再重新推荐。",
                PROPOSED,
            )
        ],
    )

    person_id: Mapped[str] = link("person.id", "人员")
    name: Mapped[str] = field("姓名", secret=True)
    kind: Mapped[HonourKind] = field("类别")
    title: Mapped[str] = field("称号")
    year: Mapped[int] = field("年度")
    township_code: Mapped[str | None] = field("镇街")
    reasons: Mapped[str] = field("事迹", secret=True)
    state: Mapped[HonourState] = field("状态", default=HonourState.NOMINATED)
    nominated_by: Mapped[str] = link("staff.id", "推荐人")
    nominated_on: Mapped[date] = field("推荐日期")
    approved_by: Mapped[str | None] = link("staff.id", "审批人")
    approved_at: Mapped[datetime | None] = field("审批时间")
    posted_on: Mapped[date | None] = field("公示起")
    posted_until: Mapped[date | None] = field("公示止")
    awarded_on: Mapped[date | None] = field("表彰日期")
    ended_on: Mapped[date | None] = field("撤下日期")
    reason: Mapped[str | None] = field("没有通过或撤下的原因", secret=True)
