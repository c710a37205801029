"""The list of cohorts, one card, its form, and what a form may choose from. A fixed number of statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from kqdesk.rooms.catalogue.model import Course, Programme
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.cohorts.model import Cohort, CohortKindMark, Enrolment
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState, EnrolmentState, Project
from kqdesk.rooms.places.model import Classroom, Firm, Site, Village
from kqdesk.rooms.trainers.model import Trainer

ON_ROLL = (EnrolmentState.ENROLLED, EnrolmentState.COMPLETED)
"""States that count as being in the cohort: they stand on its papers."""

Tutor, Teaching = aliased(Trainer, name="tutor"), aliased(Trainer, name="teaching")
Deputy, Second = aliased(Trainer, name="deputy"), aliased(Trainer, name="second")


@dataclass(frozen=True)
class CohortRow:
    """One line of the list. ``subject`` is the course or the programme; counts are people.

    ``offered``: places held for people of the waiting list who have not answered yet; fees in 分.
    """

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
    offered: int = 0
    is_elderly: bool = False
    deputies: tuple[str, ...] = ()
    meets: str = ""
    fee: int | None = None
    deposit: int | None = None
    copied_from_id: str | None = None

    @property
    def kind_words(self) -> str:
        """村班·夜校班."""
        return "·".join(kind.label for kind in self.kinds)


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
        select(
            Cohort,
            Course.title,
            Programme.title,
            Site.name,
            Classroom.name,
            Tutor.name,
            Teaching.name,
            Deputy.name,
            Second.name,
        )
        .outerjoin(Course, Course.id == Cohort.course_id)
        .outerjoin(Programme, Programme.id == Cohort.programme_id)
        .outerjoin(Site, Site.id == Cohort.site_id)
        .outerjoin(Classroom, Classroom.id == Cohort.classroom_id)
        .outerjoin(Tutor, Tutor.id == Cohort.tutor_id)
        .outerjoin(Teaching, Teaching.id == Cohort.trainer_id)
        .outerjoin(Deputy, Deputy.id == Cohort.deputy_id)
        .outerjoin(Second, Second.id == Cohort.second_deputy_id)
    )


def _kinds(session: Session) -> Mapping[str, tuple[CohortKind, ...]]:
    marks: dict[str, set[CohortKind]] = {}
    for cohort_id, kind in session.execute(select(CohortKindMark.cohort_id, CohortKindMark.kind)):
        marks.setdefault(cohort_id, set()).add(kind)
    return {
        cohort_id: tuple(kind for kind in CohortKind if kind in found) for cohort_id, found in marks.items()
    }


def _counts(session: Session) -> Mapping[str, tuple[int, int, int]]:
    on_roll, waiting, offered = (
        func.sum(Enrolment.state.in_(states).cast(_INTEGER))
        for states in (ON_ROLL, (EnrolmentState.WAITING,), (EnrolmentState.OFFERED,))
    )
    found = session.execute(
        select(Enrolment.cohort_id, on_roll, waiting, offered).group_by(Enrolment.cohort_id)
    )
    return {cohort_id: (enrolled, queued, asked) for cohort_id, enrolled, queued, asked in found}


_INTEGER = Cohort.capacity.type


def _row(
    line: Sequence[Any],
    kinds: Mapping[str, tuple[CohortKind, ...]],
    counts: Mapping[str, tuple[int, int, int]],
) -> CohortRow:
    cohort, course, programme, site, classroom, tutor, trainer, deputy, second = line
    return CohortRow(
        cohort.id, cohort.no, cohort.title, cohort.state, kinds.get(cohort.id, ()), programme or course or "",
        cohort.level, cohort.project, cohort.intake or "", site or "", classroom or "", tutor or "", trainer or "",
        cohort.starts_on, cohort.ends_on, cohort.capacity, *counts.get(cohort.id, (0, 0, 0)), cohort.is_elderly,
        tuple(name for name in (deputy, second) if name), cohort.meets or "", cohort.fee, cohort.deposit,
        cohort.copied_from_id,
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


def summaries(session: Session, cohort_ids: Collection[str]) -> dict[str, str]:
    """What each cohort's course is about, in its own words; one statement."""
    found = session.execute(
        select(Cohort.id, Course.summary)
        .join(Course, Course.id == Cohort.course_id)
        .where(Cohort.id.in_(cohort_ids))
    )
    return {key: summary for key, summary in found if summary}
