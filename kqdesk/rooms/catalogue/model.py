"""Tables of 课程目录."""

from datetime import date

from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import (
    Assessment,
    Award,
    Category,
    CreditRule,
    DualLevel,
    SkillLevel,
    Subject,
)
from kqdesk.store.base import Base, Seal, about, field, link

# an undo takes back the whole act; nothing else may rewrite what a course was
_BY_HAND = "(SELECT kind FROM journal_entry ORDER BY id DESC LIMIT 1) NOT IN ('undo','redo')"


class Course(Base):
    """课程: one thing that can be taught, in one of the ten categories."""

    __tablename__ = "course"
    __table_args__ = about("课程", title="title")

    code: Mapped[str] = field("课程代码", index=True)
    title: Mapped[str] = field("课程名称")
    category: Mapped[Category] = field("门类")
    lesson_count: Mapped[int | None] = field("课次数")
    lesson_minutes: Mapped[int | None] = field("每次时长（分）")
    study_hours: Mapped[int | None] = field("总学时")
    hours_per_lesson: Mapped[int | None] = field("每次学时")
    occupation: Mapped[str | None] = field("职业（工种）")
    skill_level: Mapped[SkillLevel | None] = field("技能等级")
    standard_code: Mapped[str | None] = field("学分银行标准课程号")
    summary: Mapped[str | None] = field("简介")
    is_sample: Mapped[bool] = field("示例", default=False)
    is_active: Mapped[bool] = field("开设", default=True)


class CourseVersion(Base):
    """课程规则: what a course is worth from a day on. Only added to; a class keeps the one it was opened with.

    Before the first version the course's own columns count. Of two from the same day the later written one speaks.
    """

    __tablename__ = "course_version"
    __table_args__ = about(
        "课程规则",
        title="from_on",
        seals=[Seal(_BY_HAND, "定过的课程规则不能改写，请从某一天起定新的规则。")],
    )

    course_id: Mapped[str] = link("course.id", "课程")
    from_on: Mapped[date] = field("从哪天起")
    lesson_count: Mapped[int | None] = field("课次数")
    lesson_minutes: Mapped[int | None] = field("每次时长（分）")
    hours_per_lesson: Mapped[int | None] = field("每次学时")
    study_hours: Mapped[int | None] = field("总学时")
    assessment: Mapped[Assessment | None] = field("考核方式")
    pass_mark: Mapped[int | None] = field("合格分")
    credit_rule: Mapped[CreditRule | None] = field("学分规则")
    award: Mapped[Award | None] = field("发什么证")
    subsidy: Mapped[str | None] = field("奖补政策")
    source: Mapped[str | None] = field("依据")


class Programme(Base):
    """双证培养方案: which subjects lead to which diploma, under which rule pack."""

    __tablename__ = "programme"
    __table_args__ = about("培养方案", title="title")

    code: Mapped[str] = field("方案代码")
    title: Mapped[str] = field("名称")
    level: Mapped[DualLevel] = field("层次")
    pack_key: Mapped[str | None] = field("学分规则包")
    is_active: Mapped[bool] = field("启用", default=True)


class ProgrammeSubject(Base):
    """A subject of a programme with its suggested hours; ``choice`` groups subjects of which one is taken."""

    __tablename__ = "programme_subject"
    __table_args__ = about("科目", title="subject")

    programme_id: Mapped[str] = link("programme.id", "培养方案")
    subject: Mapped[Subject] = field("科目")
    position: Mapped[int] = field("次序")
    textbook: Mapped[str | None] = field("教材")
    total_hours: Mapped[int | None] = field("总学时")
    face_hours: Mapped[int | None] = field("面授学时")
    choice: Mapped[str | None] = field("选考组")
