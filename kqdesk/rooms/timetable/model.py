"""Tables of 课表."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.timetable.terms import ChangeKind, LessonState
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
    is_time_locked: Mapped[bool] = field("时间锁定", default=False)
    is_site_locked: Mapped[bool] = field("地点锁定", default=False)
    is_trainer_locked: Mapped[bool] = field("培训师锁定", default=False)


class LessonChange(Base):
    """课次变动: what a lesson was and what it became, because paper notices hang in villages."""

    __tablename__ = "lesson_change"
    __table_args__ = about("课次变动", title="reason")

    lesson_id: Mapped[str] = link("lesson.id", "课次")
    kind: Mapped[ChangeKind] = field("变动")
    old_on: Mapped[date] = field("原日期")
    old_start_minute: Mapped[int] = field("原开始（分）")
    old_end_minute: Mapped[int] = field("原结束（分）")
    old_trainer_id: Mapped[str | None] = link("trainer.id", "原培训师")
    old_site_id: Mapped[str | None] = link("site.id", "原教学点")
    old_classroom_id: Mapped[str | None] = link("classroom.id", "原教室")
    new_on: Mapped[date] = field("新日期", index=True)
    new_start_minute: Mapped[int] = field("新开始（分）")
    new_end_minute: Mapped[int] = field("新结束（分）")
    new_trainer_id: Mapped[str | None] = link("trainer.id", "新培训师")
    new_site_id: Mapped[str | None] = link("site.id", "新教学点")
    new_classroom_id: Mapped[str | None] = link("classroom.id", "新教室")
    reason: Mapped[str | None] = field("原因")
    changed_at: Mapped[datetime] = field("变动时间")
    changed_by: Mapped[str | None] = link("staff.id", "经办人")


class PublishedLesson(Base):
    """已发布课次: how a lesson stood on the last timetable that was given out; one row a lesson, renewed at each."""

    __tablename__ = "published_lesson"
    __table_args__ = about("已发布课次")

    lesson_id: Mapped[str] = link("lesson.id", "课次")
    on: Mapped[date] = field("日期")
    start_minute: Mapped[int] = field("开始（分）")
    end_minute: Mapped[int] = field("结束（分）")
    trainer_id: Mapped[str | None] = link("trainer.id", "培训师")
    site_id: Mapped[str | None] = link("site.id", "教学点")
    classroom_id: Mapped[str | None] = link("classroom.id", "教室")
    is_cancelled: Mapped[bool] = field("停课", default=False)
    published_at: Mapped[datetime] = field("发布时间")


class HolidayOverride(Base):
    """A day on which the school differs from the State Council's calendar."""

    __tablename__ = "holiday_override"
    __table_args__ = about("校历调整", title="note")

    on: Mapped[date] = field("日期", index=True)
    is_school_day: Mapped[bool] = field("上课日")
    note: Mapped[str] = field("说明")
