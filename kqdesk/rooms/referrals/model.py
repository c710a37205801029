"""Tables of 报读转介."""

from datetime import date

from sqlalchemy.orm import Mapped

from kqdesk.rooms.referrals.terms import ContactWay, ReferralState, Route, StudyLevel
from kqdesk.store.base import Base, about, field, link


class Referral(Base):
    """报读转介: one person, one programme of a college. Dates are those of the college, not of the entry."""

    __tablename__ = "referral"
    __table_args__ = about("报读转介", title="college")

    person_id: Mapped[str] = link("person.id", "人员")
    college: Mapped[str] = field("院校", index=True)
    programme: Mapped[str | None] = field("专业")
    route: Mapped[Route] = field("途径")
    level: Mapped[StudyLevel] = field("层次")
    year: Mapped[int] = field("报读年份")
    state: Mapped[ReferralState] = field("状态", default=ReferralState.APPLIED)
    applied_on: Mapped[date | None] = field("报名日期")
    admitted_on: Mapped[date | None] = field("录取日期")
    enrolled_on: Mapped[date | None] = field("入学日期")
    graduated_on: Mapped[date | None] = field("毕业日期")
    ended_on: Mapped[date | None] = field("中止日期")
    reason: Mapped[str | None] = field("原因")
    college_no: Mapped[str | None] = field("学号（考籍号）", secret=True)
    diploma_no: Mapped[str | None] = field("毕业证书编号", secret=True)
    adviser_id: Mapped[str | None] = link("staff.id", "联系人")
    note: Mapped[str | None] = field("备注")


class ReferralContact(Base):
    """联系记录: one call with its answer and when to ask again."""

    __tablename__ = "referral_contact"
    __table_args__ = about("报读联系记录", title="answer")

    referral_id: Mapped[str] = link("referral.id", "报读转介")
    contacted_on: Mapped[date] = field("联系日期")
    way: Mapped[ContactWay] = field("方式")
    answer: Mapped[str] = field("答复")
    next_on: Mapped[date | None] = field("下次联系")
    contacted_by: Mapped[str] = link("staff.id", "联系人")
