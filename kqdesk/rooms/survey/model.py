"""Tables of 排摸."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from kqdesk.rooms.survey.terms import AnswerState, RoundState
from kqdesk.store.base import Base, JsonList, about, field, link


class SurveyRound(Base):
    """排摸轮次: one round of asking. Empty lists of places mean everywhere; empty ages: 未配置, nobody is left out."""

    __tablename__ = "survey_round"
    __table_args__ = about("排摸轮次", title="title")

    no: Mapped[int] = field("轮次号")  # first figures of the row codes
    title: Mapped[str] = field("名称")
    starts_on: Mapped[date] = field("开始日期")
    ends_on: Mapped[date] = field("结束日期")
    townships: Mapped[JsonList] = field("镇街")
    villages: Mapped[JsonList] = field("村社")  # as written on the roster
    firms: Mapped[JsonList] = field("企业")  # as written on the roster
    age_least: Mapped[int | None] = field("年龄下限")
    age_most: Mapped[int | None] = field("年龄上限")
    age_rule: Mapped[str | None] = field("年龄依据")  # pack and version the two numbers came from
    state: Mapped[RoundState] = field("状态")
    note: Mapped[str | None] = field("备注")


class SurveyAnswer(Base):
    """排摸答卷: what one person said in one round. The eight fields start as the roster has them."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        Index("ix_survey_answer_round", "round_id", "state"),
        about("排摸答卷", title="code", once=("round_id", "person_id")),
    )

    round_id: Mapped[str] = link("survey_round.id", "轮次", index=False)
    person_id: Mapped[str] = link("person.id", "对象")
    serial: Mapped[int] = field("轮内序号")
    code: Mapped[str] = field("排摸码", index=True)
    state: Mapped[AnswerState] = field("状态")
    township_code: Mapped[str | None] = field("镇街")
    village: Mapped[str | None] = field("村社")
    hukou: Mapped[str | None] = field("户籍所在地", secret=True)
    age: Mapped[int | None] = field("年龄")  # in whole years on the first day of the round
    sex: Mapped[str | None] = field("性别")  # GB/T 2261.1
    education_code: Mapped[str | None] = field("学历")  # GB/T 4658, when asked
    employer: Mapped[str | None] = field("就业单位")
    job: Mapped[str | None] = field("就业岗位")
    wish: Mapped[str | None] = field("学历提升意愿")
    learning_path: Mapped[str | None] = field("学习途径")
    skills: Mapped[JsonList] = field("想学的技能")
    times: Mapped[JsonList] = field("方便的时间")  # TimeWish
    categories: Mapped[JsonList] = field("课程门类")  # catalogue.Category
    projects: Mapped[JsonList] = field("六大工程")  # catalogue.Project
    asked_by: Mapped[str | None] = link("staff.id", "登记人", index=False)
    answered_on: Mapped[date | None] = field("登记日期")
    note: Mapped[str | None] = field("备注")
