"""Tables of 课程目录."""

from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import Category, DualLevel, SkillLevel, Subject
from kqdesk.store.base import Base, about, field, link


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
