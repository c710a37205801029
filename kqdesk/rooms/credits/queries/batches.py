"""Recognition batches: what can be sent to the credit bank, what was sent, what waits for its answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue.model import Course
from kqdesk.rooms.catalogue.rules import UNSAID, CourseRules
from kqdesk.rooms.catalogue.terms import CreditRule, SkillLevel
from kqdesk.rooms.certificates.model import CompletionCertificate, SkillCertificate
from kqdesk.rooms.certificates.terms import CertificateState, Verification
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.queries import course_rules_of
from kqdesk.rooms.credits.model import CreditBatch, CreditClaim
from kqdesk.rooms.credits.rules import Waiting
from kqdesk.rooms.credits.terms import BATCHES, AchievementKind, Answer, BatchState
from kqdesk.rooms.people.model import Person
from kqdesk.sync.own_numbers import own_spans

NO_NUMBERS = "本机 {year} 年的送审批次号用完了。请连上网络点“立即同步”，会领到新的号段。"


@dataclass(frozen=True)
class BatchRow:
    """One batch with how far its answers are."""

    id: str
    no: str
    state: BatchState
    drawn_at: datetime
    sent_on: date | None
    digest: str
    claims: int
    accepted: int
    returned: int


@dataclass(frozen=True)
class Achievement:
    """Something a learner has that the credit bank may recognise. ``lacks``: why it cannot be sent yet; ""."""

    source_key: str
    person_id: str
    name: str
    id_number: str
    kind: AchievementKind
    project: str
    standard_code: str
    hours: int | None
    grade: str
    certificate_no: str
    earned_on: date
    lacks: str


@dataclass(frozen=True)
class ClaimRow:
    """One line of a batch as page and workbook show it."""

    id: str
    person_id: str
    external_no: str
    id_kind: str
    id_number: str
    name: str
    phone: str
    kind: AchievementKind
    project: str
    standard_code: str
    hours: int | None
    grade: str
    certificate_no: str
    earned_on: date
    answer: Answer
    hundredths: int | None
    reason: str


def batches(session: Session) -> list[BatchRow]:
    """Newest first; one statement."""
    accepted = func.count().filter(CreditClaim.answer == Answer.ACCEPTED)
    returned = func.count().filter(CreditClaim.answer == Answer.RETURNED)
    found = session.execute(
        select(CreditBatch, func.count(CreditClaim.id), accepted, returned)
        .outerjoin(CreditClaim, CreditClaim.batch_id == CreditBatch.id)
        .group_by(CreditBatch.id)
        .order_by(CreditBatch.no.desc())
    )
    return [
        BatchRow(b.id, b.no, b.state, b.drawn_at, b.sent_on, b.digest or "", count, yes, no)
        for b, count, yes, no in found
    ]


def claims(session: Session, batch_id: str) -> list[ClaimRow]:
    """The lines of a batch in the order of names; one statement."""
    found = session.execute(
        select(CreditClaim, Person)
        .join(Person, Person.id == CreditClaim.person_id)
        .where(CreditClaim.batch_id == batch_id)
        .order_by(Person.name_initials, Person.name, CreditClaim.earned_on, CreditClaim.id)
    )
    return [
        ClaimRow(
            c.id, p.id, c.external_no, str(p.id_kind or ""), p.id_number or "", p.name, p.phone or "", c.achievement,
            c.project, c.standard_code or "", c.hours, c.grade or "", c.certificate_no or "", c.earned_on, c.answer,
            c.hundredths, c.reason or "",
        )
        for c, p in found
    ]  # fmt: skip


def waiting_claims(session: Session) -> dict[str, Waiting]:
    """Every claim of every batch sent, by its external number; one statement."""
    found = session.execute(
        select(CreditClaim, Person.name)
        .join(Person, Person.id == CreditClaim.person_id)
        .join(CreditBatch, CreditBatch.id == CreditClaim.batch_id)
        .where(CreditBatch.state != BatchState.DRAFT)
    )
    return {
        c.external_no: Waiting(c.id, c.external_no, name, c.project, c.answer, c.hundredths)
        for c, name in found
    }


def achievements(session: Session) -> list[Achievement]:
    """What was not sent yet, or was returned: approved completion certificates and skill certificates not in doubt.

    Four statements. The bank takes only courses of its own catalogue: without its number a course has to wait.
    """
    busy = set(session.scalars(select(CreditClaim.source_key).where(CreditClaim.answer != Answer.RETURNED)))
    found = [*_trainings(session), *_skills(session)]
    return sorted(
        (one for one in found if one.source_key not in busy),
        key=lambda one: (bool(one.lacks), one.name, one.earned_on),
    )


def _trainings(session: Session) -> Iterable[Achievement]:
    found = session.execute(
        select(CompletionCertificate, Person, Course.standard_code, Cohort.id)
        .join(Person, Person.id == CompletionCertificate.person_id)
        .join(Enrolment, Enrolment.id == CompletionCertificate.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(Course, Course.id == Cohort.course_id)
        .where(CompletionCertificate.state.not_in([CertificateState.DRAWN, CertificateState.REVOKED]))
    )
    kept = course_rules_of(session)
    for paper, person, code, cohort_id in found:
        lacks = _lacks(person, _course_lacks(kept.get(cohort_id, UNSAID), code or ""))
        yield Achievement(
            f"completion/{paper.id}", person.id, person.name, person.id_number or "", AchievementKind.TRAINING,
            paper.course_title, code or "", paper.study_hours, "合格", paper.serial_no, paper.awarded_on, lacks,
        )  # fmt: skip


def _course_lacks(rules: CourseRules, code: str) -> str:
    """Why hours of a course do not go to the bank, by the rules its class keeps (R-CRE-05)."""
    if rules.credit_rule is CreditRule.NONE:
        return "开班时的课程规则：不计学分"
    if rules.credit_rule is CreditRule.DUAL_HOURS:
        return "开班时的课程规则：学时计入双证学分，不送学分银行"
    return "" if code else "课程缺标准课程号（到课程目录里填）"


def _skills(session: Session) -> Iterable[Achievement]:
    found = session.execute(
        select(SkillCertificate, Person)
        .join(Person, Person.id == SkillCertificate.person_id)
        .where(SkillCertificate.verification != Verification.DOUBTFUL)
    )
    for paper, person in found:
        lacks = _lacks(person, _paper_lacks(paper))
        level = SkillLevel(paper.level).label
        yield Achievement(
            f"skill/{paper.id}", person.id, person.name, person.id_number or "", AchievementKind.SKILL,
            f"{paper.occupation} {level}", "", None, level, paper.number or "",
            paper.issued_on or date.min, lacks,
        )  # fmt: skip


def _paper_lacks(paper: SkillCertificate) -> str:
    if not paper.number:
        return "技能证书没有编号"
    return "" if paper.issued_on else "技能证书没有发证日期"


def _lacks(person: Person, other: str) -> str:
    return other if person.id_number else "花名册里没有证件号"


def next_batch_no(session: Session, year: int) -> str:
    """XR2026-003: year and running number; of this PC's own lease where there is a hub. UserError when it is used up."""
    used = _running(session, year)
    spans = own_spans(session, BATCHES, year)
    if spans is None:
        return _batch_no(year, max(used, default=0) + 1)
    free = next(
        (number for first, last in spans for number in range(first, last + 1) if number not in used), None
    )
    if free is None:
        raise UserError(NO_NUMBERS.format(year=year))
    return _batch_no(year, free)


def highest_batch(session: Session, year: int) -> int:
    """The highest running number of that year's batches this school knows of."""
    return max(_running(session, year), default=0)


def batches_left(session: Session, year: int) -> int:
    """How many batches this PC may still begin by its leases."""
    used = _running(session, year)
    return sum(
        number not in used
        for first, last in own_spans(session, BATCHES, year) or []
        for number in range(first, last + 1)
    )


def _running(session: Session, year: int) -> set[int]:
    found = session.scalars(select(CreditBatch.no).where(CreditBatch.no.like(f"XR{year}-%")))
    return {int(no.partition("-")[2]) for no in found}


def _batch_no(year: int, number: int) -> str:
    return f"XR{year}-{number:03d}"
