"""What fills a form: values by field name for learners, cohorts and sittings; a fixed number of statements each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.certificates.model import CompletionCertificate, SkillCertificate
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.queries import ON_ROLL, CohortRow, cohort_card, cohort_list
from kqdesk.rooms.dual.model import Diploma
from kqdesk.rooms.dual.queries import board
from kqdesk.rooms.dual.rules import slot_attempt
from kqdesk.rooms.exams.queries import candidates, score_sheet, sittings
from kqdesk.rooms.exams.rules import Attempt, band_of
from kqdesk.rooms.office.queries import may_see_full_ids, school_card
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of
from kqdesk.rooms.people.terms import IdKind, education_label, ethnicity_label
from kqdesk.rooms.places.rules import township_by_code
from kqdesk.rooms.reports.model import DocumentTemplate
from kqdesk.rooms.reports.queries.statistics import statistics_form, statistics_periods
from kqdesk.rooms.reports.terms import Scope
from kqdesk.security.masking import mask_id, mask_phone

_SEX = {"1": "男", "2": "女"}
_SLOTS = {
    Subject.CHINESE: "语文", Subject.MATHEMATICS: "数学", Subject.NATURAL_SCIENCE: "科学", Subject.SOCIAL_SCIENCE: "科学",
    Subject.CIVICS: "公民道德",
}  # fmt: skip


@dataclass(frozen=True)
class TemplateRow:
    """One template of the list."""

    id: str
    title: str
    scope: Scope
    file_name: str
    kind: str
    digest: str
    asks: tuple[str, ...]
    is_active: bool
    kept_on: date


@dataclass(frozen=True)
class FormValues:
    """What goes into one form. ``photo``: digest of the learner's picture; "" when there is none."""

    name: str  # words for the file's name
    values: Mapping[str, Any]
    lists: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    photo: str = ""


@dataclass(frozen=True)
class Subjectable:
    """Something a form can be made for: a cohort or a sitting."""

    id: str
    words: str


def templates(session: Session, *, text: str = "", with_retired: bool = False) -> list[TemplateRow]:
    """The user's templates by name; one statement."""
    wanted = select(DocumentTemplate).order_by(DocumentTemplate.title, DocumentTemplate.id)
    if not with_retired:
        wanted = wanted.where(DocumentTemplate.is_active)
    if text:
        wanted = wanted.where(DocumentTemplate.title.contains(text, autoescape=True))
    return [
        TemplateRow(
            t.id, t.title, t.scope, t.file_name, t.kind, t.digest, tuple(t.asks), t.is_active, t.kept_on
        )
        for t in session.scalars(wanted)
    ]


def makeable(session: Session, scope: Scope) -> list[Subjectable]:
    """What a form of this scope can be made for, newest first."""
    if scope is Scope.SITTING:
        return [Subjectable(row.id, f"{row.on:%Y-%m-%d} {row.title}") for row in sittings(session)]
    if scope is Scope.STATISTICS:
        return [Subjectable(key, words) for key, words in statistics_periods(session)]
    return [Subjectable(row.id, f"{row.no} {row.title}") for row in cohort_list(session)]


def forms(session: Session, scope: Scope, subject_id: str, *, today: date, actor: str) -> list[FormValues]:
    """The values of every form about a cohort or a sitting. Numbers are whole only for who may see them."""
    whole = may_see_full_ids(session, actor)
    common = _school(session, today)
    if scope is Scope.SITTING:
        return [_sitting(session, subject_id, common, whole=whole)]
    if scope is Scope.STATISTICS:
        found = statistics_form(session, subject_id, today=today)
        return [] if found is None else [FormValues(found.name, {**common, **found.values}, found.lists)]
    card = cohort_card(session, subject_id)
    if card is None:
        return []
    common |= _cohort(card)
    learners = _learners(session, card, today, whole=whole)
    if scope is Scope.COHORT:
        rows = [one.values for one in learners]
        return [FormValues(card.no, common, {"学员": rows})]
    return [FormValues(one.name, {**common, **one.values}, one.lists, one.photo) for one in learners]


def _school(session: Session, today: date) -> dict[str, Any]:
    card = school_card(session)
    found: dict[str, Any] = {"打印日期": today, "打印年份": today.year}
    if card is not None:
        found |= {
            "学校名称": card.name, "学校代码": card.code, "校长": card.head_name, "学校地址": card.address,
            "学校电话": card.phone,
        }  # fmt: skip
    return found


def _cohort(card: CohortRow) -> dict[str, Any]:
    return {
        "班级": card.title, "班级编号": card.no, "班级类型": card.kind_words, "课程": card.subject,
        "层次": card.level.label if card.level else "", "上课地点": " ".join(p for p in (card.site, card.classroom) if p),
        "班主任": card.tutor, "培训师": card.trainer, "开班日期": card.starts_on, "结班日期": card.ends_on,
        "人数": card.enrolled,
    }  # fmt: skip


# -- learners -------------------------------------------------------------------------------------


def _learners(session: Session, card: CohortRow, today: date, *, whole: bool) -> list[FormValues]:
    found = session.execute(
        select(Enrolment, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == card.id, Enrolment.state.in_(ON_ROLL))
        .order_by(Enrolment.roll_no.is_(None), Enrolment.roll_no, Person.name_pinyin, Enrolment.id)
    ).all()
    ids = [person.id for _, person in found]
    results, tests = _results(session, card, today)
    skills, papers = _skills(session, ids), _papers(session, ids, card)
    forms_of = []
    for enrolment, person in found:
        held = skills.get(person.id, [])
        values = {
            **_person(person, whole=whole), **_enrolment(enrolment), **results.get(person.id, {}),
            **({f"技能证书{key}": value for key, value in held[0].items()} if held else {}), **papers.get(person.id, {}),
        }  # fmt: skip
        lists = {"考试": tests.get(person.id, []), "技能证书": held}
        forms_of.append(FormValues(f"{card.no} {person.name}", values, lists, person.photo or ""))
    return forms_of


def _person(person: Person, *, whole: bool) -> dict[str, Any]:
    number, phone, second = person.id_number or "", person.phone or "", person.phone2 or ""
    township = township_by_code(person.township_code) if person.township_code else None
    return {
        "姓名": person.name, "性别": _SEX.get(person.sex or "", ""),
        "民族": ethnicity_label(person.ethnicity_code) if person.ethnicity_code else "", "出生日期": person.birth_date,
        "证件类型": IdKind(person.id_kind).label if person.id_kind else "", "证件号码": number if whole else mask_id(number),
        "电话": phone if whole else mask_phone(phone), "备用电话": second if whole else mask_phone(second),
        "文化程度": education_label(person.education_code) if person.education_code else "", "户籍地址": person.hukou,
        "现住址": person.address, "镇街": township.name if township else "", "村社": person.village,
        "工作单位": person.employer, "岗位": person.job,
    }  # fmt: skip


def _enrolment(enrolment: Enrolment) -> dict[str, Any]:
    option = enrolment.science_option
    return {
        "学号": enrolment.roll_no, "学籍状态": enrolment.state.label, "报名日期": enrolment.applied_on,
        "科学选项": option.label if option else "",
    }  # fmt: skip


def _results(
    session: Session, card: CohortRow, today: date
) -> tuple[dict[str, dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """Marks that count, hours and the 测算 by person; every locked test by person, oldest first."""
    found = board(session, on=today, cohort_id=card.id)
    results: dict[str, dict[str, Any]] = {}
    tests: dict[str, list[dict[str, Any]]] = {}
    for row in found.rows:
        values: dict[str, Any] = {"学分合计": row.reckoning.total}
        hours = sum(one.hours for one in row.learner.hours)
        values["面授学时"] = int(hours) if hours == int(hours) else f"{float(hours):g}"
        for slot in row.learner.slots:
            best = slot_attempt(row.learner, slot, found.rules)
            title = _SLOTS.get(slot.subjects[0], slot.title)
            if best is not None:
                values |= {f"{title}成绩": best.points.words, f"{title}等第": _grade(best, found.rules.bands)}
        results[row.person_id] = values
        tests[row.person_id] = [
            _test(one, found.rules.bands) for one in sorted(row.learner.attempts, key=_when)
        ]
    return results, tests


def _when(attempt: Attempt) -> date:
    return attempt.on


def _grade(attempt: Attempt, bands: Any) -> str:
    band = band_of(attempt.points, bands or ())
    return band.grade if band else ""


def _test(attempt: Attempt, bands: Any) -> dict[str, Any]:
    return {
        "日期": attempt.on, "考试": attempt.sitting, "科目": attempt.subject.label, "分数": attempt.points.words,
        "等第": _grade(attempt, bands),
    }  # fmt: skip


def _skills(session: Session, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Skill certificates by person, the newest first; one statement."""
    found: dict[str, list[dict[str, Any]]] = {}
    for paper in session.scalars(
        select(SkillCertificate)
        .where(SkillCertificate.person_id.in_(ids))
        .order_by(SkillCertificate.issued_on.desc(), SkillCertificate.id)
    ):
        found.setdefault(paper.person_id, []).append(
            {
                "职业": paper.occupation, "等级": paper.level.label, "编号": paper.number, "发证机构": paper.issuer,
                "发证日期": paper.issued_on,
            }
        )  # fmt: skip
    return found


def _papers(session: Session, ids: Sequence[str], card: CohortRow) -> dict[str, dict[str, Any]]:
    """Diploma and completion certificate by person; two statements."""
    found: dict[str, dict[str, Any]] = {}
    for person, level, number, on in session.execute(
        select(root_of(Diploma.person_id), Diploma.level, Diploma.number, Diploma.issued_on).where(
            root_of(Diploma.person_id).in_(ids)
        )
    ):
        if card.level is None or level is card.level:
            found.setdefault(person, {}).update({"学历证书编号": number, "学历证书日期": on})
    for person, number in session.execute(
        select(CompletionCertificate.person_id, CompletionCertificate.serial_no)
        .join(Enrolment, Enrolment.id == CompletionCertificate.enrolment_id)
        .where(
            Enrolment.cohort_id == card.id,
            CompletionCertificate.state.not_in([CertificateState.DRAWN, CertificateState.REVOKED]),
        )
    ):
        found.setdefault(person, {})["结业证书编号"] = number
    return found


# -- sittings -------------------------------------------------------------------------------------


def _sitting(session: Session, sitting_id: str, common: dict[str, Any], *, whole: bool) -> FormValues:
    sheet = score_sheet(session, sitting_id)
    marks = {row.id: row for row in sheet.rows}
    rows = []
    for one in candidates(session, sitting_id):
        values = {
            "准考证号": one.ticket_no, "姓名": one.name, "性别": _SEX.get(one.sex, ""),
            "证件号码": one.id_number if whole else mask_id(one.id_number), "班级": one.cohort, "考场": one.hall,
            "座号": one.seat_no,
        }  # fmt: skip
        tenths = []
        for paper in sheet.papers:
            cell = marks[one.id].cells.get(paper.id)
            if cell is not None:
                values[_SLOTS.get(paper.subject, paper.subject.label)] = cell.points.words
                tenths.append(cell.points.tenths or 0)
        if tenths:
            whole_marks, rest = divmod(sum(tenths), 10)
            values["总分"] = f"{whole_marks}.{rest}" if rest else whole_marks
        rows.append(values)
    sitting = sheet.sitting
    head = {
        "考试名称": sitting.title, "考试日期": sitting.on, "考试层次": sitting.level.label if sitting.level else "",
        "考点": sitting.centre, "组织单位": sitting.organiser.label, "考生人数": sitting.candidates,
    }  # fmt: skip
    return FormValues(f"{sitting.on:%Y-%m-%d}", {**common, **head}, {"考生": rows})
