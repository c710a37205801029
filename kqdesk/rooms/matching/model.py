"""Tables of 四张清单. What fits whom is reckoned, never stored: 60,000 people × 300 offers would be 18 million rows."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import Category, Project, Route, SkillLevel, StudyLevel
from kqdesk.rooms.matching.terms import Answer, OfferKind
from kqdesk.store.base import Base, JsonList, about, field, link


class Offer(Base):
    """供给: something a person can learn. One of our own follows a course or a 双证 programme of the catalogue.

    Empty lists mean no limit: ``townships`` who may come, ``times`` when it is held. Whom a 双证 level or a college
    level admits is said by the rule packs; ``education_least`` is the offer's own condition beside it.
    """

    __tablename__ = "offer"
    __table_args__ = about("供给", title="title")

    kind: Mapped[OfferKind] = field("类别")
    title: Mapped[str] = field("名称", index=True)
    provider: Mapped[str | None] = field("院校（机构）", index=True)
    route: Mapped[Route | None] = field("途径")
    level: Mapped[StudyLevel | None] = field("层次")
    course_id: Mapped[str | None] = link("course.id", "课程")
    programme_id: Mapped[str | None] = link("programme.id", "培养方案")
    category: Mapped[Category | None] = field("门类")
    project: Mapped[Project | None] = field("所属工程")
    occupation: Mapped[str | None] = field("职业（工种）")
    skill_level: Mapped[SkillLevel | None] = field("技能等级")
    words: Mapped[JsonList] = field("关键词")  # what people call it when they say what they want
    education_least: Mapped[str | None] = field("最低学历")  # GB/T 4658
    age_least: Mapped[int | None] = field("年龄下限")
    age_most: Mapped[int | None] = field("年龄上限")
    times: Mapped[JsonList] = field("上课时间")  # TimeWish
    townships: Mapped[JsonList] = field("面向镇街")
    site_id: Mapped[str | None] = link("site.id", "教学点")
    place: Mapped[str | None] = field("上课地点")
    valid_from: Mapped[date | None] = field("报名开始")
    valid_until: Mapped[date | None] = field("报名截止")
    starts_on: Mapped[date | None] = field("开课日期")
    study_hours: Mapped[int | None] = field("学时")
    capacity: Mapped[int | None] = field("名额")
    fee: Mapped[int | None] = field("费用（分）")
    contact: Mapped[str | None] = field("联系人", secret=True)
    phone: Mapped[str | None] = field("联系电话", secret=True)
    source: Mapped[str | None] = field("依据（来源）")
    is_active: Mapped[bool] = field("启用", default=True)
    note: Mapped[str | None] = field("备注")


class OfferAnswer(Base):
    """匹配答复: what one person said to one offer. The newest counts."""

    __tablename__ = "offer_answer"
    __table_args__ = (
        Index("ix_offer_answer_offer", "offer_id", "person_id"),
        about("匹配答复", title="answer"),
    )

    offer_id: Mapped[str] = link("offer.id", "供给", index=False)
    person_id: Mapped[str] = link("person.id", "人员")
    answer: Mapped[Answer] = field("答复")
    answered_on: Mapped[date] = field("日期")
    asked_by: Mapped[str | None] = link("staff.id", "经办人", index=False)
    note: Mapped[str | None] = field("备注")


class Vacancy(Base):
    """岗位: work a firm offers, told to people who could do it."""

    __tablename__ = "vacancy"
    __table_args__ = about("岗位", title="title")

    firm_id: Mapped[str | None] = link("firm.id", "企业（对照）")
    employer: Mapped[str] = field("用人单位", index=True)
    title: Mapped[str] = field("岗位")
    words: Mapped[JsonList] = field("要会什么")
    education_least: Mapped[str | None] = field("最低学历")  # GB/T 4658
    wanted: Mapped[int | None] = field("招聘人数")
    pay: Mapped[str | None] = field("待遇")
    place: Mapped[str | None] = field("工作地点")
    township_code: Mapped[str | None] = field("镇街")
    valid_from: Mapped[date | None] = field("发布日期")
    valid_until: Mapped[date | None] = field("有效期至")
    contact: Mapped[str | None] = field("联系人", secret=True)
    phone: Mapped[str | None] = field("联系电话", secret=True)
    is_active: Mapped[bool] = field("启用", default=True)
    note: Mapped[str | None] = field("备注")
