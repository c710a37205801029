"""Tables of 活动."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from kqdesk.rooms.activities.terms import ActivityKind, ActivityState, CountedAs
from kqdesk.rooms.cohorts.terms import Project
from kqdesk.store.base import Base, Seal, about, field, link

_SENTENCE = "活动已确认，不能再改。确有差错，请校长用「重新打开活动」并写明原因。"


class Activity(Base):
    """活动·讲座: held once. ``headcount`` is everybody who came (人次), signed in by name or not."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_held_on", "school", "held_on"),
        about(
            "活动",
            title="topic",
            seals=[
                Seal(
                    "OLD.state='confirmed'",
                    _SENTENCE,
                    unless="NEW.state='held' AND NEW.reopened_at IS NOT OLD.reopened_at AND NEW.reopen_reason IS NOT NULL",
                )
            ],
        ),
    )

    topic: Mapped[str] = field("主题")
    kind: Mapped[ActivityKind] = field("形式")
    counted_as: Mapped[CountedAs | None] = field("计入指标")
    project: Mapped[Project | None] = field("所属工程")
    state: Mapped[ActivityState] = field("状态", default=ActivityState.PLANNED)
    held_on: Mapped[date] = field("日期")
    start_minute: Mapped[int | None] = field("开始（分）")  # of the day
    end_minute: Mapped[int | None] = field("结束（分）")
    township_code: Mapped[str | None] = field("镇街")
    site_id: Mapped[str | None] = link("site.id", "教学点")
    place: Mapped[str | None] = field("地点")  # in words, when it is no site of the school
    trainer_id: Mapped[str | None] = link("trainer.id", "培训师")
    speaker: Mapped[str | None] = field("主讲人", secret=True)  # in words, when she is not in the pool
    organiser: Mapped[str | None] = field("合办单位")
    audience: Mapped[str | None] = field("参加对象")
    expected: Mapped[int | None] = field("预计人数")
    headcount: Mapped[int | None] = field("实到人次")
    summary: Mapped[str | None] = field("活动情况")
    cancel_reason: Mapped[str | None] = field("取消原因")
    confirmed_at: Mapped[datetime | None] = field("确认时间")
    confirmed_by: Mapped[str | None] = link("staff.id", "确认人")
    reopened_at: Mapped[datetime | None] = field("重新打开时间")
    reopen_reason: Mapped[str | None] = field("重新打开原因")
    note: Mapped[str | None] = field("备注")


class ActivityAttendee(Base):
    """签到: one known person at one activity; who did not sign in is in the head-count only."""

    __tablename__ = "activity_attendee"
    __table_args__ = about(
        "活动签到",
        seals=[
            Seal("(SELECT a.state FROM activity a WHERE a.id=OLD.activity_id)='confirmed'", _SENTENCE),
        ],
        once=("activity_id", "person_id"),
    )

    activity_id: Mapped[str] = link("activity.id", "活动")
    person_id: Mapped[str] = link("person.id", "人员")
