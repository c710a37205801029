"""Tables of 考勤."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from kqdesk.rooms.attendance.terms import Mark
from kqdesk.store.base import Base, Seal, about, field, link

_LOCKED = "(SELECT r.locked_at FROM roll r WHERE r.lesson_id=OLD.lesson_id) IS NOT NULL"
_SENTENCE = "这次课的点名已锁定，不能直接改。请用「更正考勤」并写明原因。"


class Roll(Base):
    """点名: that a roll was taken of a lesson, by whom, and since when it is locked."""

    __tablename__ = "roll"
    __table_args__ = about(
        "点名",
        seals=[
            Seal("OLD.locked_at IS NOT NULL", _SENTENCE, ("lesson_id", "taken_at", "taken_by", "locked_at"))
        ],
    )

    lesson_id: Mapped[str] = link("lesson.id", "课次")
    taken_at: Mapped[datetime] = field("点名时间")
    taken_by: Mapped[str] = link("staff.id", "点名人")
    locked_at: Mapped[datetime | None] = field("锁定时间")
    locked_by: Mapped[str | None] = link("staff.id", "锁定人")


class AttendanceMark(Base):
    """A learner's mark at a lesson. ``correction`` carries the reason of a change after the lock."""

    __tablename__ = "attendance_mark"
    __table_args__ = about(
        "考勤", title="mark", seals=[Seal(_LOCKED, _SENTENCE, unless="NEW.correction IS NOT OLD.correction")]
    )

    lesson_id: Mapped[str] = link("lesson.id", "课次")
    enrolment_id: Mapped[str] = link("enrolment.id", "学员")
    mark: Mapped[Mark] = field("考勤")
    correction: Mapped[str | None] = field("更正原因")
