"""Tables of 班级."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.cohorts.terms import (
    CohortKind,
    CohortState,
    EnrolmentState,
    FeeAct,
    FeeKind,
    PayMethod,
    Project,
    ScienceOption,
)
from kqdesk.store.base import Base, Seal, about, field, link

# an undo takes back a whole act with its line; nothing else may touch one
_BY_HAND = "(SELECT kind FROM journal_entry ORDER BY id DESC LIMIT 1) NOT IN ('undo','redo')"
_LEDGER = "收费流水不能改也不能撤销：钱记错了用「冲正」，要退给学员用「退费」，转错了班再转回去。"


class Cohort(Base):
    """班级: follows one course or one 双证 programme."""

    __tablename__ = "cohort"
    __table_args__ = about("班级", title="title")

    no: Mapped[str] = field("班级编号", index=True)
    title: Mapped[str] = field("班级名称")
    state: Mapped[CohortState] = field("状态", default=CohortState.PLANNED)
    course_id: Mapped[str | None] = link("course.id", "课程")
    programme_id: Mapped[str | None] = link("programme.id", "培养方案")
    level: Mapped[DualLevel | None] = field("层次")
    project: Mapped[Project | None] = field("所属工程")
    is_elderly: Mapped[bool] = field("老年教育", default=False)
    intake: Mapped[str | None] = field("届（期）")
    township_code: Mapped[str | None] = field("镇街")
    village_id: Mapped[str | None] = link("village.id", "村社")
    firm_id: Mapped[str | None] = link("firm.id", "企业")
    site_id: Mapped[str | None] = link("site.id", "教学点")
    classroom_id: Mapped[str | None] = link("classroom.id", "教室")
    tutor_id: Mapped[str | None] = link("trainer.id", "班主任")
    trainer_id: Mapped[str | None] = link("trainer.id", "任课培训师")
    starts_on: Mapped[date | None] = field("开班日期")
    ends_on: Mapped[date | None] = field("结班日期")
    capacity: Mapped[int] = field("容量", default=25)
    note: Mapped[str | None] = field("备注")
    deputy_id: Mapped[str | None] = link("trainer.id", "副班主任")
    second_deputy_id: Mapped[str | None] = link("trainer.id", "第二副班主任")
    meets: Mapped[str | None] = field("上课时间")  # in words, for people: 每周二 18:30—20:00
    fee: Mapped[int | None] = field("学费（分）")
    deposit: Mapped[int | None] = field("押金（分）")
    course_version_id: Mapped[str | None] = link("course_version.id", "课程规则")
    copied_from_id: Mapped[str | None] = link("cohort.id", "照哪个班开的")


class CohortKindMark(Base):
    """One of the kinds a cohort is counted under."""

    __tablename__ = "cohort_kind"
    __table_args__ = about("班级类型", title="kind")

    cohort_id: Mapped[str] = link("cohort.id", "班级")
    kind: Mapped[CohortKind] = field("类型")


class Enrolment(Base):
    """报名·学籍: a person in a cohort. The person becomes a learner here."""

    __tablename__ = "enrolment"
    __table_args__ = about("学籍", title="state", once=("cohort_id", "person_id"))

    cohort_id: Mapped[str] = link("cohort.id", "班级")
    person_id: Mapped[str] = link("person.id", "学员")
    state: Mapped[EnrolmentState] = field("状态", default=EnrolmentState.ENROLLED)
    roll_no: Mapped[int | None] = field("班内序号")
    science_option: Mapped[ScienceOption | None] = field("科学选项")
    applied_on: Mapped[date | None] = field("报名日期")
    ended_on: Mapped[date | None] = field("离班日期")
    reason: Mapped[str | None] = field("变动原因")
    queue_no: Mapped[int | None] = field("候补次序")
    offered_on: Mapped[date | None] = field("通知递补日期")
    answer_by: Mapped[date | None] = field("答复期限")
    came_from_id: Mapped[str | None] = link("enrolment.id", "转自")


class EnrolmentChange(Base):
    """学籍变动: one step of a learner in a cohort: from what to what, when, why, by whom. Only added to."""

    __tablename__ = "enrolment_change"
    __table_args__ = about(
        "学籍变动",
        title="after",
        seals=[Seal(_BY_HAND, "学籍变动记录不能改。")],
    )

    enrolment_id: Mapped[str] = link("enrolment.id", "学籍")
    before: Mapped[EnrolmentState | None] = field("原状态")
    after: Mapped[EnrolmentState] = field("新状态")
    on: Mapped[date] = field("日期")
    at: Mapped[datetime] = field("登记时间")
    actor: Mapped[str] = field("经办人")
    reason: Mapped[str | None] = field("原因")


class FeeEntry(Base):
    """收费流水: one line of money of a learner in a cohort, + came in, − went out. Only added to."""

    __tablename__ = "fee_entry"
    __table_args__ = about("收费流水", title="receipt_no", seals=[Seal("1", _LEDGER)])

    enrolment_id: Mapped[str] = link("enrolment.id", "学籍")
    kind: Mapped[FeeKind] = field("费用")
    act: Mapped[FeeAct] = field("事项")
    amount: Mapped[int] = field("金额（分）")
    receipt_no: Mapped[str | None] = field("收据号", index=True)
    on: Mapped[date] = field("日期")
    method: Mapped[PayMethod | None] = field("方式")
    payer: Mapped[str | None] = field("交款人")
    reason: Mapped[str | None] = field("说明")
    actor: Mapped[str] = field("经办人")
    reverses_id: Mapped[str | None] = link("fee_entry.id", "冲正哪一笔")
