"""What is asked of cohorts: the list, one card, its roster, what a form may choose from. A fixed number of statements."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from kqdesk.rooms.catalogue.model import Course, Programme
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.cohorts import rules
from kqdesk.rooms.cohorts.model import Cohort, CohortKindMark, Enrolment
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState, EnrolmentState, Project, ScienceOption
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.model import Classroom, Firm, Site, Village
from kqdesk.rooms.trainers.model import Trainer

ON_ROLL = (EnrolmentState.ENROLLED, EnrolmentState.COMPLETED)
"""States that count as being in the cohort: they stand on its papers."""

Tutor, Teaching = aliased(Trainer, name="tutor"), aliased(Trainer, name="teaching")


@dataclass(frozen=True)
class CohortRow:
    """One line of the list. ``subject`` is the course or the programme; counts are people."""

    id: str
    no: str
    title: str
    state: CohortState
    kinds: tuple[CohortKind, ...]
    subject: str
    level: DualLevel | None
    project: Project | None
    intake: str
    site: str
    classroom: str
    tutor: str
    trainer: str
    starts_on: date | None
    ends_on: date | None
    capacity: int
    enrolled: int
    waiting: int

    @property
    def kind_words(self) -> str:
        """村班·夜校班."""
        return "·".join(kind.label for kind in self.kinds)


@dataclass(frozen=True)
class RosterRow:
    """A learner of a cohort, with what papers and the card show. ``id`` is the enrolment's."""

    id: str
    person_id: str
    roll_no: int | None
    name: str
    initials: str
    sex: str
    birth_date: date | None
    id_number: str
    phone: str
    education_code: str
    village: str
    employer: str
    state: EnrolmentState
    science_option: ScienceOption | None
    applied_on: date | None
    ended_on: date | None
    reason: str


@dataclass(frozen=True)
class EnrolmentRow:
    """One cohort in a person's history."""

    id: str
    cohort_id: str
    cohort_no: str
    cohort_title: str
    state: EnrolmentState
    applied_on: date | None
    ended_on: date | None


@dataclass(frozen=True)
class Choices:
    """What the form of a cohort chooses from: (id, words) pairs, and which classroom belongs to which site."""

    courses: tuple[tuple[str, str], ...]
    programmes: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]
    classrooms: tuple[tuple[str, str], ...]
    trainers: tuple[tuple[str, str], ...]
    villages: tuple[tuple[str, str], ...]
    firms: tuple[tuple[str, str], ...]


def cohort_list(
    session: Session,
    *,
    text: str = "",
    kind: CohortKind | None = None,
    state: CohortState | None = None,
    year: int | None = None,
    ids: Collection[str] | None = None,
) -> list[CohortRow]:
    """Cohorts, newest first. ``text`` is sought in number, title, course, site, tutor and trainer; three statements."""
    wanted = _cohorts()
    if ids is not None:
        wanted = wanted.where(Cohort.id.in_(ids))
    if state is not None:
        wanted = wanted.where(Cohort.state == state)
    if year is not None:
        wanted = wanted.where(
            func.coalesce(func.strftime("%Y", Cohort.starts_on), func.substr(Cohort.no, 1, 4)) == str(year)
        )
    if kind is not None:
        marked = select(CohortKindMark.cohort_id).where(CohortKindMark.kind == kind)
        wanted = wanted.where(Cohort.id.in_(marked))
    if text:
        columns = (
            Cohort.no,
            Cohort.title,
            Course.title,
            Programme.title,
            Site.name,
            Tutor.name,
            Teaching.name,
        )
        wanted = wanted.where(or_(*(column.contains(text, autoescape=True) for column in columns)))
    found = session.execute(wanted.order_by(Cohort.starts_on.desc(), Cohort.no.desc())).all()
    kinds, counts = _kinds(session), _counts(session)
    return [_row(line, kinds, counts) for line in found]


def _cohorts() -> Select[*tuple[Any, ...]]:
    return (
        select(Cohort, Course.title, Programme.title, Site.name, Classroom.name, Tutor.name, Teaching.name)
        .outerjoin(Course, Course.id == Cohort.course_id)
        .outerjoin(Programme, Programme.id == Cohort.programme_id)
        .outerjoin(Site, Site.id == Cohort.site_id)
        .outerjoin(Classroom, Classroom.id == Cohort.classroom_id)
        .outerjoin(Tutor, Tutor.id == Cohort.tutor_id)
        .outerjoin(Teaching, Teaching.id == Cohort.trainer_id)
    )


def _kinds(session: Session) -> Mapping[str, tuple[CohortKind, ...]]:
    marks: dict[str, set[CohortKind]] = {}
    for cohort_id, kind in session.execute(select(CohortKindMark.cohort_id, CohortKindMark.kind)):
        marks.setdefault(cohort_id, set()).add(kind)
    return {
        cohort_id: tuple(kind for kind in CohortKind if kind in found) for cohort_id, found in marks.items()
    }


def _counts(session: Session) -> Mapping[str, tuple[int, int]]:
    on_roll = func.sum(Enrolment.state.in_(ON_ROLL).cast(_INTEGER))
    waiting = func.sum((Enrolment.state == EnrolmentState.WAITING).cast(_INTEGER))
    found = session.execute(select(Enrolment.cohort_id, on_roll, waiting).group_by(Enrolment.cohort_id))
    return {cohort_id: (enrolled, queued) for cohort_id, enrolled, queued in found}


_INTEGER = Cohort.capacity.type


def _row(
    line: Sequence[Any], kinds: Mapping[str, tuple[CohortKind, ...]], counts: Mapping[str, tuple[int, int]]
) -> CohortRow:
    cohort, course, programme, site, classroom, tutor, trainer = line
    enrolled, waiting = counts.get(cohort.id, (0, 0))
    return CohortRow(
        cohort.id, cohort.no, cohort.title, cohort.state, kinds.get(cohort.id, ()), programme or course or "",
        cohort.level, cohort.project, cohort.intake or "", site or "", classroom or "", tutor or "", trainer or "",
        cohort.starts_on, cohort.ends_on, cohort.capacity, enrolled, waiting,
    )  # fmt: skip


def cohort_card(session: Session, cohort_id: str) -> CohortRow | None:
    """One cohort as in the list; None when it is gone."""
    found = cohort_list(session, ids=[cohort_id])
    return found[0] if found else None


def find_cohort(session: Session, no: str) -> CohortRow | None:
    """A cohort by its number, as the command line names it."""
    found = [row for row in cohort_list(session, text=no) if row.no == no]
    return found[0] if found else None


def find(session: Session, text: str, limit: int) -> list[CohortRow]:
    """Cohorts for Ctrl+K and pickers."""
    return cohort_list(session, text=text)[:limit]


def cohort_form(session: Session, cohort_id: str) -> dict[str, Any]:
    """The editable fields of one cohort by name; two statements."""
    cohort = session.get_one(Cohort, cohort_id)
    kinds = session.scalars(select(CohortKindMark.kind).where(CohortKindMark.cohort_id == cohort_id)).all()
    names = [c.name for c in Cohort.__table__.columns if c.name not in ("id", "school", "state", "no")]
    return {name: getattr(cohort, name) for name in names} | {
        "kinds": tuple(k for k in CohortKind if k in kinds)
    }


def roster(session: Session, cohort_id: str, *, on_roll_only: bool = False) -> list[RosterRow]:
    """The cohort's people in the order of their numbers; one statement. ``on_roll_only``: as printed on papers."""
    wanted = (
        select(Enrolment, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(Enrolment.roll_no.is_(None), Enrolment.roll_no, Person.name_pinyin, Enrolment.id)
    )
    if on_roll_only:
        wanted = wanted.where(Enrolment.state.in_(ON_ROLL))
    return [
        RosterRow(
            enrolment.id, person.id, enrolment.roll_no, person.name, person.name_initials or "", person.sex or "",
            person.birth_date, person.id_number or "", person.phone or "", person.education_code or "",
            person.village or "", person.employer or "", enrolment.state, enrolment.science_option,
            enrolment.applied_on, enrolment.ended_on, enrolment.reason or "",
        )
        for enrolment, person in session.execute(wanted)
    ]  # fmt: skip


def enrolments_of(session: Session, person_id: str) -> list[EnrolmentRow]:
    """Every cohort a person was ever in, newest first; one statement."""
    found = session.execute(
        select(Enrolment, Cohort.no, Cohort.title)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.applied_on.desc(), Enrolment.id.desc())
    )
    return [
        EnrolmentRow(e.id, e.cohort_id, no, title, e.state, e.applied_on, e.ended_on)
        for e, no, title in found
    ]


def years(session: Session) -> list[int]:
    """Years in which cohorts start, newest first, for the filter."""
    found = session.scalars(
        select(func.strftime("%Y", Cohort.starts_on)).where(Cohort.starts_on.is_not(None)).distinct()
    )
    return sorted((int(year) for year in found), reverse=True)


def choices(session: Session) -> Choices:
    """Everything the form of a cohort offers; seven statements."""
    rooms = session.execute(
        select(Classroom.id, Site.name, Classroom.name, Classroom.capacity)
        .join(Site, Site.id == Classroom.site_id)
        .where(Classroom.is_active)
        .order_by(Site.name, Classroom.name)
    )
    return Choices(
        _pairs(session, select(Course.id, Course.title).where(Course.is_active).order_by(Course.code)),
        _pairs(
            session, select(Programme.id, Programme.title).where(Programme.is_active).order_by(Programme.code)
        ),
        _pairs(session, select(Site.id, Site.name).where(Site.is_active).order_by(Site.name)),
        tuple((room, f"{site}·{name}（{seats} 座）") for room, site, name, seats in rooms),
        _pairs(
            session,
            select(Trainer.id, Trainer.name)
            .where(Trainer.is_active)
            .order_by(Trainer.name_initials, Trainer.name),
        ),
        _pairs(session, select(Village.id, Village.name).order_by(Village.name)),
        _pairs(session, select(Firm.id, Firm.name).order_by(Firm.name)),
    )


def _pairs(session: Session, wanted: Select[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, words) for key, words in session.execute(wanted))


def names_of(session: Session, person_ids: Sequence[str]) -> tuple[str, ...]:
    """Names in the order of the ids; one statement."""
    found = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids))).all())
    return tuple(found[person_id] for person_id in person_ids if person_id in found)


def limits_on(session: Session, level: DualLevel, on: date) -> rules.EnrolmentLimits:
    """The enrolment numbers of the rule packs in force on a day; what is not set there is not checked."""
    lowest, highest = (
        pack_value(session, "age.minimum", on=on),
        pack_value(session, f"age.maximum_{level.value}", on=on),
    )
    admits = pack_value(session, f"education.{level.value}_admits", on=on)
    blocks = pack_value(session, "age.forbids", on=on)
    return rules.EnrolmentLimits(
        lowest_age=lowest.number if lowest else None,
        lowest_source=lowest.source if lowest else "",
        highest_age=highest.number if highest else None,
        highest_source=highest.source if highest else "",
        admits=frozenset(admits.codes) if admits else None,
        admits_source=admits.source if admits else "",
        blocks=frozenset(blocks.codes if blocks else ()),
    )


def enrolment_concerns(
    session: Session, level: DualLevel | None, person_ids: Collection[str], on: date
) -> list[rules.Concern]:
    """What speaks against enrolling these people in a cohort of a level, in words."""
    if level is None:
        return []
    limits = limits_on(session, level, on)
    found = session.execute(
        select(Person.name, Person.birth_date, Person.education_code)
        .where(Person.id.in_(person_ids))
        .order_by(Person.id)
    )
    return [
        concern
        for line in found
        for concern in rules.enrolment_concerns(rules.Applicant(*line), level, limits, on)
    ]


@dataclass(frozen=True)
class Candidate:
    """A person offered for enrolling. ``id`` is the person's; ``note`` says when she is in the cohort already."""

    id: str
    name: str
    note: str


def people_to_enrol(session: Session, text: str, limit: int) -> list[Candidate]:
    """People by the beginning of name, pinyin or initials, or the tail of ID or phone; one statement."""
    typed = text.strip()
    if not typed:
        return []
    low = typed.lower()
    same = or_(
        Person.name.startswith(typed, autoescape=True),
        Person.name_pinyin.startswith(low, autoescape=True),
        Person.name_initials.startswith(low, autoescape=True),
        Person.id_number == typed.upper(),
        Person.phone == typed,
        func.substr(literal_column("person.id_number"), -4) == typed.upper(),
        func.substr(literal_column("person.phone"), -4) == typed,
    )
    found = session.scalars(
        select(Person).where(Person.state == "here", same).order_by(Person.name, Person.id).limit(limit)
    )
    return [Candidate(person.id, person.name, _whereabouts(person)) for person in found]


def _whereabouts(person: Person) -> str:
    born = f"{person.birth_date.year} 年生" if person.birth_date else ""
    tail = f"证件尾号 {person.id_number[-4:]}" if person.id_number else "无证件号"
    return " · ".join(part for part in (born, person.village or person.employer or "", tail) if part)


@dataclass(frozen=True)
class Pasted:
    """What a pasted list of names or ID numbers was read as. ``several`` fit more than one person."""

    person_ids: tuple[str, ...]
    unknown: tuple[str, ...]
    several: tuple[str, ...]


def people_pasted(session: Session, text: str) -> Pasted:
    """Read pasted lines or cells, each a name, an ID number or a phone; two statements however many there are."""
    words = list(dict.fromkeys(word for word in re.split(r"[\s,，、;；]+", text) if word))
    numbers = [word.upper() for word in words]
    by_number = session.execute(
        select(Person.id, Person.id_number, Person.phone).where(
            Person.state == "here", or_(Person.id_number.in_(numbers), Person.phone.in_(words))
        )
    )
    hits: dict[str, set[str]] = {word: set() for word in words}
    for person_id, id_number, phone in by_number:
        for word in words:
            if word.upper() == id_number or word == phone:
                hits[word].add(person_id)
    by_name = session.execute(
        select(Person.id, Person.name).where(Person.state == "here", Person.name.in_(words))
    )
    for person_id, name in by_name:
        hits[name].add(person_id)
    found = [next(iter(ids)) for ids in hits.values() if len(ids) == 1]
    return Pasted(
        tuple(dict.fromkeys(found)),
        tuple(word for word, ids in hits.items() if not ids),
        tuple(word for word, ids in hits.items() if len(ids) > 1),
    )
