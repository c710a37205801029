"""Tables of 考试."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import Assessment, DualLevel, Subject
from kqdesk.rooms.cohorts.terms import ScienceOption
from kqdesk.rooms.exams.terms import Organiser, ScoreFlag, SittingState, WaiverReason
from kqdesk.store.base import Base, JsonList, Seal, about, field, link

_LOCKED = "(SELECT s.state FROM candidate c JOIN sitting s ON s.id=c.sitting_id WHERE c.id=OLD.candidate_id)='locked'"
# a correction is a new row; the one change it may still see is the second person's name
_CONFIRMS = (
    "OLD.corrects_id IS NOT NULL AND OLD.checked_by IS NULL AND NEW.points_tenths IS OLD.points_tenths"
    " AND NEW.flag IS OLD.flag AND NEW.candidate_id=OLD.candidate_id AND NEW.paper_id=OLD.paper_id"
)
_SENTENCE = "本场考试成绩已锁定，不能直接改。请用「更正成绩」并写明原因，由另一人复核。"


class Sitting(Base):
    """场次: one exam day of one level."""

    __tablename__ = "sitting"
    __table_args__ = about(
        "考试场次",
        title="title",
        seals=[
            Seal(
                "OLD.state='locked'",
                _SENTENCE,
                ("state", "on", "level", "organiser", "bands", "pack_key", "pack_version"),
            )
        ],
    )

    title: Mapped[str] = field("名称")
    organiser: Mapped[Organiser] = field("组织单位", default=Organiser.SCHOOL)
    level: Mapped[DualLevel | None] = field("层次")
    on: Mapped[date] = field("考试日期")
    centre: Mapped[str | None] = field("考点")
    state: Mapped[SittingState] = field("状态", default=SittingState.DRAFT)
    pack_key: Mapped[str | None] = field("规则包")
    pack_version: Mapped[int | None] = field("规则包版本")
    bands: Mapped[JsonList | None] = field("等第")  # as they stood when the marks were locked
    is_mixed: Mapped[bool] = field("混编", default=True)
    own_cohort_allowed: Mapped[bool] = field("任课培训师可监考", default=False)
    locked_by: Mapped[str | None] = link("staff.id", "锁定人")
    locked_at: Mapped[datetime | None] = field("锁定时间")


class SittingPaper(Base):
    """一门试卷: subject and time within a sitting."""

    __tablename__ = "sitting_paper"
    __table_args__ = about("试卷", title="subject")

    sitting_id: Mapped[str] = link("sitting.id", "场次")
    subject: Mapped[Subject] = field("科目")
    start_minute: Mapped[int] = field("开始（分）")
    end_minute: Mapped[int] = field("结束（分）")
    full_marks: Mapped[int] = field("满分", default=100)


class ExamCentre(Base):
    """考点: where rooms of a sitting are; a district sitting has several."""

    __tablename__ = "exam_centre"
    __table_args__ = about("考点", title="name")

    sitting_id: Mapped[str] = link("sitting.id", "场次")
    name: Mapped[str] = field("考点")
    site_id: Mapped[str | None] = link("site.id", "教学点")


class ExamRoom(Base):
    """考场: seats and two invigilators."""

    __tablename__ = "exam_room"
    __table_args__ = about("考场", title="name")

    sitting_id: Mapped[str] = link("sitting.id", "场次")
    name: Mapped[str] = field("考场")
    centre_id: Mapped[str | None] = link("exam_centre.id", "考点")
    classroom_id: Mapped[str | None] = link("classroom.id", "教室")
    capacity: Mapped[int] = field("座位数")
    invigilator1_id: Mapped[str | None] = link("trainer.id", "监考一")
    invigilator2_id: Mapped[str | None] = link("trainer.id", "监考二")


class Candidate(Base):
    """考生: a person in a sitting, with ticket, room and seat."""

    __tablename__ = "candidate"
    __table_args__ = about("考生", title="ticket_no", once=("sitting_id", "person_id"))

    sitting_id: Mapped[str] = link("sitting.id", "场次")
    person_id: Mapped[str] = link("person.id", "学员")
    enrolment_id: Mapped[str | None] = link("enrolment.id", "学籍")
    ticket_no: Mapped[str | None] = field("准考证号")
    exam_room_id: Mapped[str | None] = link("exam_room.id", "考场")
    seat_no: Mapped[int | None] = field("座位号")
    science_option: Mapped[ScienceOption | None] = field("科学选项")


class PaperWaiver(Base):
    """不考科目: a paper of the sitting a candidate does not write, and why."""

    __tablename__ = "paper_waiver"
    __table_args__ = about("不考科目", title="reason", seals=[Seal(_LOCKED, _SENTENCE)])

    candidate_id: Mapped[str] = link("candidate.id", "考生")
    paper_id: Mapped[str] = link("sitting_paper.id", "试卷")
    reason: Mapped[WaiverReason] = field("原因")


class RoomRecord(Base):
    """考场记录: what the invigilators wrote down for one room and paper. Lists hold candidate ids."""

    __tablename__ = "room_record"
    __table_args__ = about("考场记录", title="exam_room_id")

    exam_room_id: Mapped[str] = link("exam_room.id", "考场")
    paper_id: Mapped[str] = link("sitting_paper.id", "试卷")
    absent: Mapped[JsonList] = field("缺考")
    violations: Mapped[JsonList] = field("违纪")
    scripts: Mapped[int | None] = field("试卷份数")
    remark: Mapped[str | None] = field("情况记录")
    recorded_by: Mapped[str] = link("staff.id", "登记人")


class Exemption(Base):
    """免考: a subject the credit bank certifies; counts once the city has reviewed it. Its proof is attached."""

    __tablename__ = "exemption"
    __table_args__ = about("免考", title="proof_no")

    person_id: Mapped[str] = link("person.id", "学员")
    level: Mapped[DualLevel] = field("层次")
    subject: Mapped[Subject] = field("科目")
    proof_no: Mapped[str] = field("证明编号", index=True)
    issuer: Mapped[str] = field("出具单位")
    issued_on: Mapped[date] = field("出具日期")
    points_tenths: Mapped[int | None] = field("得分（十分之一）")
    reviewed_on: Mapped[date | None] = field("市审核日期")
    note: Mapped[str | None] = field("备注")


class Score(Base):
    """成绩: tenths of a mark, entered by one person and typed again or checked by another."""

    __tablename__ = "score"
    __table_args__ = about("成绩", title="points_tenths", seals=[Seal(_LOCKED, _SENTENCE, unless=_CONFIRMS)])

    candidate_id: Mapped[str] = link("candidate.id", "考生")
    paper_id: Mapped[str] = link("sitting_paper.id", "试卷")
    points_tenths: Mapped[int | None] = field("得分（十分之一）")
    flag: Mapped[ScoreFlag | None] = field("标记")
    entered_by: Mapped[str] = link("staff.id", "登分人")
    first_tenths: Mapped[int | None] = field(
        "初录得分（十分之一）"
    )  # as typed first, whatever was decided later
    first_flag: Mapped[ScoreFlag | None] = field("初录标记")
    second_tenths: Mapped[int | None] = field("复录得分（十分之一）")
    second_flag: Mapped[ScoreFlag | None] = field("复录标记")
    checked_by: Mapped[str | None] = link("staff.id", "复核人")
    checked_at: Mapped[datetime | None] = field("复核时间")
    corrects_id: Mapped[str | None] = link("score.id", "更正自")
    correction: Mapped[str | None] = field("更正原因")
    origin: Mapped[str | None] = field("来源")  # the file a mark was imported from


class CourseResult(Base):
    """结课考核: what a learner of a course got at its end, with the rules it was judged by."""

    __tablename__ = "course_result"
    __table_args__ = about("结课考核", title="assessed_on", once=("enrolment_id",))

    enrolment_id: Mapped[str] = link("enrolment.id", "学籍")
    points_tenths: Mapped[int | None] = field("得分（十分之一）")
    is_passed: Mapped[bool] = field("合格")
    assessment: Mapped[Assessment] = field("考核方式")
    pass_mark: Mapped[int | None] = field("合格分")  # as it counted for the class; later rules change nothing
    course_version_id: Mapped[str | None] = link("course_version.id", "课程规则")
    assessed_on: Mapped[date] = field("考核日期")
    entered_by: Mapped[str] = link("staff.id", "登记人")
