"""What earns the right to claim: certificates, degrees, firms' classes, years; each with the inputs it brings along."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.model import Roll
from kqdesk.rooms.catalogue.model import Course
from kqdesk.rooms.certificates.model import CompletionCertificate, SkillCertificate
from kqdesk.rooms.certificates.terms import CertificateState, Verification
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL
from kqdesk.rooms.cohorts.terms import CohortState
from kqdesk.rooms.dual.model import Diploma
from kqdesk.rooms.people.queries import root_of
from kqdesk.rooms.referrals.model import Referral
from kqdesk.rooms.referrals.terms import ReferralState, StudyLevel
from kqdesk.rooms.subsidies.model import ClaimantParticulars, TrainingFundYear
from kqdesk.rooms.subsidies.rules import Known
from kqdesk.rooms.subsidies.terms import Beneficiary
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState

ISSUED = (CertificateState.APPROVED, CertificateState.PRINTED, CertificateState.HANDED_OUT)


@dataclass(frozen=True)
class Achievement:
    """One thing somebody may claim for. ``key``: kind/id; ``who``: the claimant's key; ``inputs``: what it brings."""

    key: str
    who: str
    words: str
    achieved_on: date
    occupation: str = ""
    level: str = ""
    enrolment_id: str = ""
    inputs: Mapping[str, Known] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """skill_certificate, college_degree …"""
        return self.key.split("/", 1)[0]


def achievements(session: Session, kinds: Collection[str]) -> list[Achievement]:
    """Everything of these kinds that can be claimed for, in a fixed number of statements a kind."""
    return [one for kind in kinds for one in _FINDERS[kind](session)]


def _skills(session: Session) -> Iterable[Achievement]:
    classes = _classes(session)
    rows = session.execute(
        select(SkillCertificate, root_of(SkillCertificate.person_id))
        .where(
            SkillCertificate.verification != Verification.DOUBTFUL, SkillCertificate.issued_on.is_not(None)
        )
        .order_by(SkillCertificate.id)
    )
    for paper, person in rows:
        assert paper.issued_on is not None
        words = f"{paper.occupation} {paper.level.label}"
        source = f"技能证书 {paper.number or '（没有编号）'}，{paper.issued_on} 发证"
        go = ("certificates", (("tab", "skill"), ("person", person)))
        yield Achievement(
            f"skill_certificate/{paper.id}", f"person/{person}", words, paper.issued_on, paper.occupation, paper.level.value,
            _class_of(classes.get((person, paper.occupation), ()), paper.level.value, paper.issued_on),
            {
                "skill_level": Known(paper.level.value, source, *go), "skill_on": Known(paper.issued_on, source, *go),
                "achieved_on": Known(paper.issued_on, source, *go),
            },
        )  # fmt: skip


_Attended = tuple[date, str, str]
"""(first day, level of the course, enrolment)."""


def _classes(session: Session) -> dict[tuple[str, str], list[_Attended]]:
    """Whoever sat in a class that teaches an occupation; one statement."""
    rows = session.execute(
        select(
            root_of(Enrolment.person_id),
            Course.occupation,
            Course.skill_level,
            Cohort.starts_on,
            Enrolment.id,
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Course, Course.id == Cohort.course_id)
        .where(Course.occupation.is_not(None), Enrolment.state.in_(ON_ROLL))
    )
    found: dict[tuple[str, str], list[_Attended]] = defaultdict(list)
    for person, occupation, level, starts, enrolment in rows:
        found[person, occupation or ""].append((starts or date.min, level.value if level else "", enrolment))
    return found


def _class_of(classes: Iterable[_Attended], level: str, on: date) -> str:
    """The class a certificate comes from: of the same level first, then the last begun before it, else the first."""
    several = sorted(classes)
    if not several:
        return ""
    same = [one for one in several if one[1] == level] or several
    before = [one for one in same if one[0] <= on]
    return (before[-1] if before else same[0])[2]


def _degrees(session: Session) -> Iterable[Achievement]:
    rows = session.execute(
        select(Referral, root_of(Referral.person_id))
        .where(Referral.state == ReferralState.GRADUATED, Referral.graduated_on.is_not(None))
        .order_by(Referral.id)
    )
    for row, person in rows:
        assert row.graduated_on is not None
        degree = "college" if row.level is StudyLevel.COLLEGE else "bachelor"
        source = f"报读转介：{row.college}{row.programme or ''}，{row.graduated_on} 毕业"
        go = ("referrals", (("referral", row.id),))
        yield Achievement(
            f"college_degree/{row.id}", f"person/{person}", f"{row.college} {row.level.label}", row.graduated_on,
            inputs={
                "degree_level": Known(degree, source, *go), "degree_on": Known(row.graduated_on, source, *go),
                "study_level": Known(row.level.value, source, *go), "achieved_on": Known(row.graduated_on, source, *go),
            },
        )  # fmt: skip


def _diplomas(session: Session) -> Iterable[Achievement]:
    rows = session.execute(select(Diploma, root_of(Diploma.person_id)).order_by(Diploma.id))
    for row, person in rows:
        source = f"学历证书 {row.number}，{row.issued_on} 发证"
        go = ("dual", (("person", person),))
        yield Achievement(
            f"diploma/{row.id}", f"person/{person}", f"成人{row.level.label}毕业", row.issued_on,
            inputs={
                "diploma_level": Known(row.level.value, source, *go), "diploma_on": Known(row.issued_on, source, *go),
                "achieved_on": Known(row.issued_on, source, *go),
            },
        )  # fmt: skip


def _completions(session: Session) -> Iterable[Achievement]:
    rows = session.execute(
        select(CompletionCertificate, root_of(CompletionCertificate.person_id))
        .where(CompletionCertificate.state.in_(ISSUED))
        .order_by(CompletionCertificate.id)
    )
    for row, person in rows:
        known = Known(row.awarded_on, f"结业证书 {row.serial_no}", "certificates", (("find", row.serial_no),))
        yield Achievement(
            f"completion/{row.id}", f"person/{person}", f"{row.course_title} 结业", row.awarded_on,
            enrolment_id=row.enrolment_id, inputs={"achieved_on": known},
        )  # fmt: skip


def _firm_classes(session: Session) -> Iterable[Achievement]:
    heads = dict(
        session.execute(
            select(Enrolment.cohort_id, func.count())
            .where(Enrolment.state.in_(ON_ROLL))
            .group_by(Enrolment.cohort_id)
        ).all()
    )
    hours = dict(
        session.execute(
            select(Lesson.cohort_id, func.sum(Lesson.study_hours))
            .where(Lesson.state == LessonState.HELD)
            .group_by(Lesson.cohort_id)
        ).all()
    )
    asked = select(Cohort).where(
        Cohort.firm_id.is_not(None), Cohort.state == CohortState.CLOSED, Cohort.ends_on.is_not(None)
    )
    for row in session.scalars(asked.order_by(Cohort.id)):
        assert row.ends_on is not None
        source, go = f"班级 {row.no}{row.title}", ("cohorts", (("cohort", row.id),))
        yield Achievement(
            f"firm_class/{row.id}", f"firm/{row.firm_id}", f"{row.no} {row.title}", row.ends_on,
            inputs={
                "class_headcount": Known(heads.get(row.id, 0), source, *go),
                "class_hours": Known(int(hours.get(row.id) or 0), source, *go), "achieved_on": Known(row.ends_on, source, *go),
            },
        )  # fmt: skip


def _fund_years(session: Session) -> Iterable[Achievement]:
    for row in session.scalars(select(TrainingFundYear).order_by(TrainingFundYear.year, TrainingFundYear.id)):
        source, last = f"{row.year} 年：{row.source}", date(row.year, 12, 31)
        go = ("subsidies", (("tab", "fund"), ("firm", row.firm_id)))
        values = {
            "wages_total": row.wages_total, "training_spend": row.training_spend, "frontline_spend": row.frontline_spend,
            "carry_in": row.carry_in, "achieved_on": last,
        }  # fmt: skip
        inputs = {name: Known(value, source, *go) for name, value in values.items()}
        yield Achievement(
            f"fund_year/{row.id}", f"firm/{row.firm_id}", f"{row.year} 年职工教育经费", last, inputs=inputs
        )


def _target_years(session: Session) -> Iterable[Achievement]:
    asked = select(ClaimantParticulars).where(
        ClaimantParticulars.beneficiary == Beneficiary.SCHOOL, ClaimantParticulars.year.is_not(None)
    )
    newest: dict[int, ClaimantParticulars] = {}
    for row in session.scalars(asked.order_by(ClaimantParticulars.stated_on, ClaimantParticulars.id)):
        assert row.year is not None
        newest[row.year] = row
    for year, row in newest.items():
        source, last = f"申领资料 {row.stated_on}：{row.source}", date(year, 12, 31)
        go = ("subsidies", (("particulars", "school"),))
        values = {"target": row.target, "actual": row.actual, "achieved_on": last}
        inputs = {name: Known(value, source, *go) for name, value in values.items()}
        yield Achievement(f"target_year/{year}", "school", f"{year} 年任务", last, inputs=inputs)


def _teaching_years(session: Session) -> Iterable[Achievement]:
    """Hours of lessons held whose roll is locked, by trainer and calendar year."""
    rows = session.execute(
        select(Lesson.trainer_id, Lesson.on, Lesson.study_hours)
        .join(Roll, Roll.lesson_id == Lesson.id)
        .where(Lesson.state == LessonState.HELD, Roll.locked_at.is_not(None), Lesson.trainer_id.is_not(None))
    )
    hours: dict[tuple[str, int], int] = defaultdict(int)
    for trainer, on, study_hours in rows:
        hours[trainer or "", on.year] += study_hours
    for (trainer, year), count in sorted(hours.items()):
        last = date(year, 12, 31)
        go = ("attendance", (("tab", "pay"),))
        known = {
            "taught_hours": Known(count, "已锁定点名的课次", *go),
            "achieved_on": Known(last, f"{year} 年", *go),
        }
        yield Achievement(
            f"teaching_year/{trainer}:{year}",
            f"trainer/{trainer}",
            f"{year} 年授课 {count} 学时",
            last,
            inputs=known,
        )


_FINDERS: Mapping[str, Callable[[Session], Iterable[Achievement]]] = {
    "skill_certificate": _skills, "college_degree": _degrees, "diploma": _diplomas, "completion": _completions,
    "firm_class": _firm_classes, "fund_year": _fund_years, "target_year": _target_years,
    "teaching_year": _teaching_years,
}  # fmt: skip
