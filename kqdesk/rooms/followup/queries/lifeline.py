"""学习生命线: everything the school knows of one person's learning, in the order of time. A fixed number of statements."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.activities.model import Activity, ActivityAttendee
from kqdesk.rooms.activities.terms import ActivityState
from kqdesk.rooms.attendance.queries import learner_hours
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.certificates.model import CompletionCertificate, SkillCertificate
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.rooms.credits.model import CreditEntry
from kqdesk.rooms.credits.rules import shown
from kqdesk.rooms.dual.model import Diploma, DiplomaReceipt, GraduationApplication, GraduationBatch
from kqdesk.rooms.exams.model import Candidate, Score, Sitting, SittingPaper
from kqdesk.rooms.exams.queries.standing import STANDS
from kqdesk.rooms.exams.rules import Points
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.rooms.followup.queries.honours import honours_of
from kqdesk.rooms.followup.queries.policy import pay_bands
from kqdesk.rooms.followup.queries.visits import visits
from kqdesk.rooms.matching.model import Offer, OfferAnswer
from kqdesk.rooms.past.model import PastLedger, PastRecord
from kqdesk.rooms.past.terms import LedgerState
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of
from kqdesk.rooms.people.terms import education_label
from kqdesk.rooms.referrals.model import Referral
from kqdesk.rooms.referrals.rules import DATE_OF
from kqdesk.rooms.subsidies.model import SubsidyClaim
from kqdesk.rooms.subsidies.terms import ClaimState
from kqdesk.rooms.survey.model import SurveyAnswer, SurveyRound
from kqdesk.rooms.survey.terms import AnswerState
from kqdesk.security.masking import mask_id

_ENDS = {
    EnrolmentState.COMPLETED: "结业", EnrolmentState.WITHDRAWN: "退学", EnrolmentState.DECLINED: "放弃",
    EnrolmentState.TRANSFERRED: "转班",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One thing of a life line. ``page`` and ``context``: where it is on record."""

    on: date
    kind: str
    title: str
    detail: str = ""
    page: str = ""
    context: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)

    @property
    def id(self) -> str:
        """What a table knows the line by."""
        return f"{self.on}|{self.kind}|{self.title}|{self.detail}"


@dataclass(frozen=True)
class LifeLine:
    """One person and what she did, oldest first."""

    person_id: str
    name: str
    sex: str
    birth_date: date | None
    id_masked: str
    village: str
    education: str
    employer: str
    events: tuple[Event, ...]


def life_line(session: Session, person_id: str, *, now: datetime) -> LifeLine | None:
    """None when the person is gone; of somebody merged, the person she is now."""
    person = session.get(Person, person_id)
    if person is not None and person.merged_into_id:
        person = session.get(Person, person.merged_into_id)
    if person is None:
        return None
    events = [event for source in SOURCES for event in source(session, person.id, now)]
    return LifeLine(
        person.id, person.name, {"1": "男", "2": "女"}.get(person.sex or "", ""), person.birth_date,
        mask_id(person.id_number) if person.id_number else "", person.village or "",
        education_label(person.education_code), " ".join(one for one in (person.employer, person.job) if one),
        tuple(sorted(events, key=lambda one: (one.on, _ORDER.get(one.kind, 99), one.title))),
    )  # fmt: skip


def _survey(session: Session, person_id: str, _: datetime) -> Iterator[Event]:
    rows = session.execute(
        select(SurveyAnswer, SurveyRound)
        .join(SurveyRound, SurveyRound.id == SurveyAnswer.round_id)
        .where(root_of(SurveyAnswer.person_id) == person_id, SurveyAnswer.state == AnswerState.ANSWERED)
    )
    for answer, of in rows:
        said = (
            f"学历提升意愿：{answer.wish}" if answer.wish else "",
            f"想学：{'、'.join(map(str, answer.skills))}" if answer.skills else "",
        )
        yield Event(
            answer.answered_on or of.starts_on, "排摸", of.title, "；".join(one for one in said if one), "survey",
            {"round": of.id, "answer": answer.id},
        )  # fmt: skip


def _offers(session: Session, person_id: str, _: datetime) -> Iterator[Event]:
    rows = session.execute(
        select(OfferAnswer, Offer.title)
        .join(Offer, Offer.id == OfferAnswer.offer_id)
        .where(root_of(OfferAnswer.person_id) == person_id)
    )
    for answer, title in rows:
        yield Event(answer.answered_on, "推荐", title, answer.answer.label, "matching", {"person": person_id})


def _classes(session: Session, person_id: str, now: datetime) -> Iterator[Event]:
    """Joining and leaving a class; attendance stands where the class ended, or today while it goes on."""
    mine = root_of(Enrolment.person_id) == person_id
    rows = session.execute(
        select(Enrolment, Cohort).join(Cohort, Cohort.id == Enrolment.cohort_id).where(mine)
    ).all()
    hours = learner_hours(session, Enrolment.id.in_([one.id for one, _ in rows]), now=now) if rows else {}
    for one, cohort in rows:
        context = {"cohort": cohort.id}
        began = one.applied_on or cohort.starts_on
        if began is not None:
            state = "" if one.state in _ENDS else one.state.label
            yield Event(began, "报名入班", cohort.title, state, "cohorts", context)
        ended = one.ended_on or (cohort.ends_on if one.state is EnrolmentState.COMPLETED else None)
        if own := hours.get(one.id):
            told = _attended({mark: own.marks.get(mark, 0) + own.waiting.get(mark, 0) for mark in Mark})
            if told:
                yield Event(ended or school_day(now), "考勤", cohort.title, told, "attendance", context)
        if ended is not None and one.state in _ENDS:
            yield Event(ended, _ENDS[one.state], cohort.title, one.reason or "", "cohorts", context)


def _attended(hours: Mapping[Mark, int]) -> str:
    return "，".join(f"{mark.label} {hours[mark]} 学时" for mark in Mark if hours[mark])


def _activities(session: Session, person_id: str, _: datetime) -> Iterator[Event]:
    rows = session.execute(
        select(Activity.id, Activity.held_on, Activity.topic, Activity.kind)
        .join(ActivityAttendee, ActivityAttendee.activity_id == Activity.id)
        .where(
            root_of(ActivityAttendee.person_id) == person_id,
            Activity.state.in_((ActivityState.HELD, ActivityState.CONFIRMED)),
        )
    )
    for key, on, topic, kind in rows:
        yield Event(on, "活动", topic, kind.label, "activities", {"activity": key})


def _exams(session: Session, person_id: str, _: datetime) -> Iterator[Event]:
    rows = session.execute(
        select(Sitting.id, Sitting.on, Sitting.title, SittingPaper.subject, Score.points_tenths, Score.flag)
        .join(Candidate, Candidate.sitting_id == Sitting.id)
        .join(Score, Score.candidate_id == Candidate.id)
        .join(SittingPaper, SittingPaper.id == Score.paper_id)
        .where(root_of(Candidate.person_id) == person_id, Sitting.state == SittingState.LOCKED, STANDS)
        .order_by(SittingPaper.start_minute, Score.id)
    )
    found: defaultdict[tuple[str, date, str], list[str]] = defaultdict(list)
    for key, on, title, subject, tenths, flag in rows:
        found[key, on, title].append(f"{subject.label} {Points(tenths, flag).words}".strip())
    for (key, on, title), marks in found.items():
        yield Event(on, "考试", title, "、".join(marks), "exams", {"sitting_id": key})


def _certificates(session: Session, person_id: str, _: datetime) -> Iterator[Event]:
    rows = session.scalars(
        select(CompletionCertificate).where(
            root_of(CompletionCertificate.person_id) == person_id,
            CompletionCertificate.state != CertificateState.DRAWN,
        )
    )
    for one in rows:
        context = {"tab": "register", "find": one.serial_no}
        said = f"编号 {one.serial_no}，{one.study_hours} 学时"
        yield Event(one.awarded_on, "结业证书", one.course_title, said, "certificates", context)
        if one.state is CertificateState.REVOKED and one.revoked_on:
            yield Event(one.revoked_on, "证书撤销", one.course_title, one.serial_no, "certificates", context)
    skills = session.scalars(select(SkillCertificate).where(root_of(SkillCertificate.person_id) == person_id))
    for skill in skills:
        if skill.issued_on:
            said = " ".join(part for part in (skill.level.label, skill.issuer or "") if part)
            yield Event(
                skill.issued_on, "技能证书", skill.occupation, said, "certificates", {"tab": "skill", "find": skill.occupation}
            )  # fmt: skip


def _graduation(session: Session, person_id: str, _: datetime) -> Iterator[Event]:
    applied = session.execute(
        select(GraduationApplication, GraduationBatch.title)
        .join(GraduationBatch, GraduationBatch.id == GraduationApplication.batch_id)
        .where(root_of(GraduationApplication.person_id) == person_id)
    )
    for application, title in applied:
        said = f"学分测算 {application.credits}"
        yield Event(application.applied_on, "毕业申请", title, said, "dual", {"person": person_id})
    diplomas = session.execute(
        select(Diploma, DiplomaReceipt.handed_on)
        .outerjoin(DiplomaReceipt, DiplomaReceipt.diploma_id == Diploma.id)
        .where(root_of(Diploma.person_id) == person_id)
    )
    for diploma, handed_on in diplomas:
        title, context = f"{diploma.level.label}学历证书", {"person": person_id}
        yield Event(diploma.issued_on, "学历证书", title, diploma.issuer, "dual", context)
        if handed_on:
            yield Event(handed_on, "领证", title, "", "dual", context)


def _credits(session: Session, person_id: str, _: datetime) -> Iterator[Event]:
    """What was booked on one day, unit by unit: three units, never added."""
    rows = session.execute(
        select(
            CreditEntry.earned_on,
            CreditEntry.unit,
            CreditEntry.source,
            CreditEntry.hundredths,
            CreditEntry.words,
        ).where(root_of(CreditEntry.person_id) == person_id)
    )
    found: defaultdict[tuple[date, Any, Any], list[tuple[int, str]]] = defaultdict(list)
    for on, unit, source, hundredths, words in rows:
        found[on, unit, source].append((hundredths, words))
    for (on, unit, source), booked in found.items():
        title = f"{unit.label} {shown(sum(one for one, _ in booked))} {unit.word}"
        said = booked[0][1] if len(booked) == 1 else f"{source.label} {len(booked)} 条"
        yield Event(on, "学分", title, said, "credits", {"person": person_id})


def _referrals(session: Session, person_id: str, _: datetime) -> Iterator[Event]:
    for one in session.scalars(select(Referral).where(root_of(Referral.person_id) == person_id)):
        title = f"{one.college} {one.programme or ''}".strip()
        for state, name in DATE_OF.items():
            day = getattr(one, name)
            if day and (name != "ended_on" or state is one.state):
                yield Event(
                    day, "报读", title, f"{one.level.label} {state.label}", "referrals", {"referral": one.id}
                )


def _subsidies(session: Session, person_id: str, _: datetime) -> Iterator[Event]:
    rows = session.execute(
        select(SubsidyClaim.id, SubsidyClaim.claimed_on, SubsidyClaim.paid_on, SubsidyClaim.subject, SubsidyClaim.state).where(
            root_of(SubsidyClaim.person_id) == person_id, SubsidyClaim.reverses_id.is_(None)
        )
    )  # fmt: skip
    for key, claimed_on, paid_on, subject, state in rows:
        told = ClaimState.TAKEN.label if state is ClaimState.PAID else state.label
        yield Event(claimed_on, "奖补", subject, told, "subsidies", {"tab": "claims", "claim": key})
        if paid_on:
            yield Event(
                paid_on, "奖补", subject, ClaimState.PAID.label, "subsidies", {"tab": "claims", "claim": key}
            )


def _past(session: Session, person_id: str, _: datetime) -> Iterator[Event]:
    rows = session.execute(
        select(PastRecord, PastLedger.title)
        .join(PastLedger, PastLedger.id == PastRecord.ledger_id)
        .where(root_of(PastRecord.person_id) == person_id, PastLedger.state == LedgerState.CHECKED)
    )
    for one, ledger in rows:
        on = one.issued_on or one.ends_on or one.starts_on
        if on is not None:
            title = one.course or one.cohort or one.occupation or ledger
            numbers = (one.completion_no, one.skill_no, one.diploma_no)
            said = "、".join(number for number in numbers if number)
            yield Event(on, "历史台账", title, said or ledger, "past", {"find": one.name})


def _calls(session: Session, person_id: str, now: datetime) -> Iterator[Event]:
    for one in visits(session, person_id=person_id, bands=pay_bands(session, school_day(now))):
        title = f"{one.way.label}回访" + (f"（{one.waves}）" if one.waves else "")
        yield Event(one.on, "回访", title, one.words, "followup", {"tab": "calls", "person": person_id})


def _honours(session: Session, person_id: str, _: datetime) -> Iterator[Event]:
    for one in honours_of(session, [person_id]):
        if one.awarded_on:
            yield Event(
                one.awarded_on, "表彰", one.title, one.kind.label, "followup", {"tab": "honours", "honour": one.id}
            )  # fmt: skip


Source = Callable[[Session, str, datetime], Iterator[Event]]
SOURCES: tuple[Source, ...] = (
    _past, _survey, _offers, _classes, _activities, _exams, _certificates, _graduation, _credits, _subsidies, _referrals, _calls, _honours,
)  # fmt: skip
_ORDER = {
    kind: at
    for at, kind in enumerate(
        ("历史台账", "排摸", "推荐", "报名入班", "活动", "考勤", "考试", "结业", "退学", "转班", "放弃", "结业证书", "技能证书", "毕业申请",
         "学历证书", "领证", "学分", "证书撤销", "奖补", "报读", "回访", "表彰")
    )
}  # fmt: skip
