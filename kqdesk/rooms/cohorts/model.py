"""Tables of 班级."""

from datetime import date

from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState, EnrolmentState, Project, ScienceOption
from kqdesk.store.base import Base, about, field, link


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


class CohortKindMark(Base):
    """One of the kinds a cohort is counted under."""

    __tablename__ = "cohort_kind"
    __table_args__ = about("班级类型", title="kind")

    cohort_id: Mapped[str] = link("cohort.id", "班级")
    kind: Mapped[CohortKind] = field("类型")


class Enrolment(Base):
    """报名·学籍: a person in a cohort. The person becomes a learner here."""

    __tablename__ = "enrolment"
    __table_args__ = about("学籍", title="state")

    cohort_id: Mapped[str] = link("cohort.id", "班级")
    person_id: Mapped[str] = link("person.id", "学员")
    state: Mapped[EnrolmentState] = field("状态", default=EnrolmentState.ENROLLED)
    roll_no: Mapped[int | None] = field("班内序号")
    science_option: Mapped[ScienceOption | None] = field("科学选项")
    applied_on: Mapped[date | None] = field("报名日期")
    ended_on: Mapped[date | None] = field("离班日期")
    reason: Mapped[str | None] = field("变动原因")
