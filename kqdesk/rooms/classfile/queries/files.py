"""What is asked of 一班一档: how complete each class is, one class with its files. A fixed number of statements."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.model import PayLine, PaySheet, Roll
from kqdesk.rooms.attendance.terms import SCAN, PayState
from kqdesk.rooms.certificates.model import CompletionCertificate
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.classfile import rules
from kqdesk.rooms.classfile.model import ClassFile, ClassFileWaiver
from kqdesk.rooms.classfile.rules import Facts, Item
from kqdesk.rooms.classfile.terms import PUT_IN, Paper
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL, CohortRow, cohort_list
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState
from kqdesk.rooms.exams.model import Candidate, Score, Sitting
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.rooms.followup.queries import satisfaction_forms
from kqdesk.rooms.office.queries import pack_value, staff_names
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.store.attachments import Attachment, AttachmentRow, attached

ISSUED = (CertificateState.APPROVED, CertificateState.PRINTED, CertificateState.HANDED_OUT)


@dataclass(frozen=True)
class Archived:
    """That a class file was closed."""

    at: datetime
    by: str
    missing: str
    reason: str


@dataclass(frozen=True)
class ClassFileRow:
    """A class with its completeness list. ``id`` is the cohort's; ``whole`` in percent, None = the list is 未配置."""

    cohort: CohortRow
    items: tuple[Item, ...]
    archived: Archived | None

    @property
    def id(self) -> str:
        """The cohort's."""
        return self.cohort.id

    @property
    def whole(self) -> int | None:
        """Percent of the papers needed."""
        return rules.wholeness(self.items)


@dataclass(frozen=True)
class ClassFileCard:
    """One class file: its list and the files put in, by paper."""

    row: ClassFileRow
    facts: Facts
    files: Mapping[Paper, tuple[AttachmentRow, ...]]


def wanted_papers(session: Session, on: date) -> tuple[tuple[Paper, ...], tuple[Paper, ...]]:
    """What the packs of a day want of a class, and of a 双证 class; empty = 未配置. Two look-ups."""
    found = (pack_value(session, f"classfile.{key}", on=on) for key in ("papers", "papers_dual"))
    plain, dual = (tuple(Paper(code) for code in one.codes) if one else () for one in found)
    return plain, dual or plain


def class_files(
    session: Session, *, on: date, text: str = "", cohort_id: str | None = None
) -> list[ClassFileRow]:
    """Every class that was not cancelled, newest first, with its list; a fixed number of statements."""
    rows = cohort_list(session, text=text, ids=None if cohort_id is None else [cohort_id])
    rows = [row for row in rows if row.state is not CohortState.CANCELLED]
    plain, dual = wanted_papers(session, on)
    facts = facts_of(session, [row.id for row in rows])
    closed = _archived(session)
    return [
        ClassFileRow(row, rules.checklist(dual if row.level else plain, facts[row.id]), closed.get(row.id))
        for row in rows
    ]


def class_file(session: Session, cohort_id: str, *, on: date) -> ClassFileCard | None:
    """One class; None when it is gone or was cancelled."""
    rows = class_files(session, on=on, cohort_id=cohort_id)
    if not rows:
        return None
    own = attached(session, "cohort", [cohort_id]).get(cohort_id, [])
    files = {
        paper: tuple(one for one in own if one.purpose == paper.value) for paper in Paper if paper in PUT_IN
    }
    return ClassFileCard(rows[0], facts_of(session, [cohort_id])[cohort_id], files)


def facts_of(session: Session, cohort_ids: Sequence[str]) -> dict[str, Facts]:
    """What the records say of these classes; ten statements however many they are."""
    lessons = _lessons(session, cohort_ids)
    learners = _counts(
        session,
        select(Enrolment.cohort_id, func.count()).where(Enrolment.state.in_(ON_ROLL)),
        Enrolment.cohort_id,
    )
    marked, finished = _marked(session), _finished(session)
    files, waived, forms = _files(session), _waived(session), satisfaction_forms(session)
    return {
        key: Facts(
            key, learners=learners.get(key, 0), marked=marked.get(key, 0), finished=finished.get(key, 0),
            forms=forms.get(key, 0), files=files.get(key, {}), waived=waived.get(key, {}), **lessons.get(key, {}),
        )
        for key in cohort_ids
    }  # fmt: skip


def _lessons(session: Session, cohort_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Counts of lessons by cohort, named as in ``Facts``; four statements."""
    rolled = set(session.scalars(select(Roll.lesson_id)))
    scanned = set(
        session.scalars(
            select(Attachment.owner_id).where(Attachment.owner_table == "lesson", Attachment.purpose == SCAN)
        )
    )
    approved = select(PaySheet.id).where(PaySheet.state == PayState.APPROVED)
    paid = set(session.scalars(select(PayLine.lesson_id).where(PayLine.pay_sheet_id.in_(approved))))
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    months: dict[str, str] = {}
    wanted = select(Lesson.id, Lesson.cohort_id, Lesson.on, Lesson.state, Lesson.trainer_id)
    wanted = wanted.where(Lesson.state != LessonState.CANCELLED, Lesson.cohort_id.in_(cohort_ids))
    for key, cohort, on, state, trainer in session.execute(wanted.order_by(Lesson.on)):
        counts, is_held = found[cohort], state is LessonState.HELD
        counts["lessons"] += 1
        counts["held"] += is_held
        counts["rolled"] += is_held and key in rolled
        counts["scanned"] += is_held and key in scanned
        counts["to_pay"] += is_held and trainer is not None
        counts["paid"] += is_held and key in paid
        if is_held and trainer is not None and key not in paid:
            months.setdefault(cohort, f"{on:%Y-%m}")
    return {cohort: {**counts, "pay_month": months.get(cohort, "")} for cohort, counts in found.items()}


def _counts(session: Session, wanted: Any, by: Any) -> dict[str, int]:
    return {key: int(count) for key, count in session.execute(wanted.group_by(by))}


def _marked(session: Session) -> dict[str, int]:
    wanted = (
        select(Enrolment.cohort_id, func.count(distinct(Enrolment.id)))
        .join(Candidate, Candidate.enrolment_id == Enrolment.id)
        .join(Score, Score.candidate_id == Candidate.id)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .where(Sitting.state == SittingState.LOCKED, Enrolment.state.in_(ON_ROLL))
    )
    return _counts(session, wanted, Enrolment.cohort_id)


def _finished(session: Session) -> dict[str, int]:
    issued = select(CompletionCertificate.enrolment_id).where(CompletionCertificate.state.in_(ISSUED))
    wanted = select(Enrolment.cohort_id, func.count()).where(
        (Enrolment.state == EnrolmentState.COMPLETED) | Enrolment.id.in_(issued)
    )
    return _counts(session, wanted, Enrolment.cohort_id)


def _files(session: Session) -> dict[str, dict[Paper, int]]:
    papers = {paper.value for paper in PUT_IN}
    found: defaultdict[str, dict[Paper, int]] = defaultdict(dict)
    wanted = (
        select(Attachment.owner_id, Attachment.purpose, func.count())
        .where(Attachment.owner_table == "cohort", Attachment.purpose.in_(papers))
        .group_by(Attachment.owner_id, Attachment.purpose)
    )
    for cohort, purpose, count in session.execute(wanted):
        found[cohort][Paper(purpose)] = int(count)
    return found


def _waived(session: Session) -> dict[str, dict[Paper, str]]:
    found: defaultdict[str, dict[Paper, str]] = defaultdict(dict)
    for row in session.scalars(select(ClassFileWaiver).order_by(ClassFileWaiver.id)):
        found[row.cohort_id][row.paper] = row.reason
    return found


def _archived(session: Session) -> dict[str, Archived]:
    names = staff_names(session)
    return {
        row.cohort_id: Archived(
            row.archived_at, names.get(row.archived_by, ""), row.missing or "", row.reason or ""
        )
        for row in session.scalars(select(ClassFile).order_by(ClassFile.id))
    }
