"""Tables of 考勤."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from kqdesk.rooms.attendance.terms import Half, Mark, PayState
from kqdesk.rooms.trainers.terms import PayLevel
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


class Leave(Base):
    """请假: asked for beforehand, for days from first to last; counts at every lesson in them, also later planned ones."""

    __tablename__ = "leave"
    __table_args__ = about("请假", title="reason")

    enrolment_id: Mapped[str] = link("enrolment.id", "学员")
    first_on: Mapped[date] = field("从")
    last_on: Mapped[date] = field("到")
    reason: Mapped[str] = field("事由")


class TrainerMark(Base):
    """A trainer's own mark at a lesson; no row means she taught it as the roll says."""

    __tablename__ = "trainer_mark"
    __table_args__ = about("培训师考勤", title="mark")

    lesson_id: Mapped[str] = link("lesson.id", "课次")
    trainer_id: Mapped[str] = link("trainer.id", "培训师")
    mark: Mapped[Mark] = field("考勤")
    reason: Mapped[str | None] = field("说明")


class OnlineStudy(Base):
    """网上学习: minutes a platform reports for a learner; counts only when accepted, and as the rule pack says."""

    __tablename__ = "online_study"
    __table_args__ = about("网上学习", title="title")

    enrolment_id: Mapped[str] = link("enrolment.id", "学员")
    platform: Mapped[str] = field("平台")
    title: Mapped[str] = field("内容")
    on: Mapped[date] = field("日期")
    minutes: Mapped[int] = field("分钟")
    origin: Mapped[str] = field("来源文件")
    accepted_at: Mapped[datetime | None] = field("认可时间")
    accepted_by: Mapped[str | None] = link("staff.id", "认可人")


_APPROVED = "OLD.state='approved'"
_FROZEN = "课酬表已批准，不能再改。发错了请用「作废课酬表」写明原因，再重新生成。"


class PaySheet(Base):
    """课酬表: what the trainers get for lessons held in a month; frozen when a second person approves it."""

    __tablename__ = "pay_sheet"
    __table_args__ = about(
        "课酬表",
        title="month",
        seals=[Seal(_APPROVED, _FROZEN, unless="NEW.state='void' AND NEW.reason IS NOT NULL")],
    )

    month: Mapped[str] = field("月份", index=True)  # 2026-03
    number: Mapped[int] = field("第几张")  # of its month: the second one pays what was locked later
    state: Mapped[PayState] = field("状态", default=PayState.DRAWN)
    drawn_at: Mapped[datetime] = field("制表时间")
    drawn_by: Mapped[str] = link("staff.id", "制表人")
    approved_at: Mapped[datetime | None] = field("批准时间")
    approved_by: Mapped[str | None] = link("staff.id", "批准人")
    reason: Mapped[str | None] = field("作废原因")
    basis: Mapped[str] = field("依据")  # the packs and versions the numbers come from


class PayLine(Base):
    """One lesson on a pay sheet, with everything its amount comes from as it was then. Money in 分."""

    __tablename__ = "pay_line"
    __table_args__ = about(
        "课酬", title="trainer_name",
        seals=[Seal("(SELECT s.state FROM pay_sheet s WHERE s.id=OLD.pay_sheet_id)<>'drawn'", _FROZEN)],
    )  # fmt: skip

    pay_sheet_id: Mapped[str] = link("pay_sheet.id", "课酬表")
    lesson_id: Mapped[str] = link("lesson.id", "课次")
    trainer_id: Mapped[str] = link("trainer.id", "培训师")
    trainer_name: Mapped[str] = field("培训师姓名", secret=True)
    pay_level: Mapped[PayLevel] = field("课酬级别")
    cohort_id: Mapped[str] = link("cohort.id", "班级")
    cohort_title: Mapped[str] = field("班级名称")
    on: Mapped[date] = field("日期")
    half: Mapped[Half] = field("半天")
    study_hours: Mapped[int] = field("学时")
    paid_hours: Mapped[int] = field("计酬学时")
    rate_fen: Mapped[int] = field("每学时（分）")
    amount_fen: Mapped[int] = field("金额（分）")
    remark: Mapped[str] = field("说明")
