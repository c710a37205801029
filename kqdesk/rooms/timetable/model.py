"""Tables of 课表."""

from datetime import date

from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.store.base import Base, about, field, link


class Lesson(Base):
    """课次: one dated meeting. Minutes of the day, half-open; 学时 is a field, never clock minutes."""

    __tablename__ = "lesson"
    __table_args__ = about("课次", title="topic")

    cohort_id: Mapped[str] = link("cohort.id", "班级")
    number: Mapped[int] = field("第几次")
    on: Mapped[date] = field("日期", index=True)
    start_minute: Mapped[int] = field("开始（分）")
    end_minute: Mapped[int] = field("结束（分）")
    study_hours: Mapped[int] = field("学时")
    subject: Mapped[Subject | None] = field("科目")
    topic: Mapped[str | None] = field("课题")
    trainer_id: Mapped[str | None] = link("trainer.id", "培训师")
    site_id: Mapped[str | None] = link("site.id", "教学点")
    classroom_id: Mapped[str | None] = link("classroom.id", "教室")
    state: Mapped[LessonState] = field("状态", default=LessonState.PLANNED)
    reason: Mapped[str | None] = field("变动原因")


class HolidayOverride(Base):
    """A day on which the school differs from the State Council's calendar."""

    __tablename__ = "holiday_override"
    __table_args__ = about("校历调整", title="note")

    on: Mapped[date] = field("日期", index=True)
    is_school_day: Mapped[bool] = field("上课日")
    note: Mapped[str] = field("说明")
