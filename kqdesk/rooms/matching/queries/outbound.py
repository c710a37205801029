"""What goes out of the house: to colleges who wants to read, what nobody teaches yet, who could teach; to firms and persons."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.cohorts.queries import CohortRow, cohort_list
from kqdesk.rooms.cohorts.rules import age_on
from kqdesk.rooms.cohorts.terms import CohortState
from kqdesk.rooms.matching.queries.demand import DemandLine, demand_lines
from kqdesk.rooms.matching.queries.facts import Known
from kqdesk.rooms.matching.queries.offers import OfferRow, VacancyRow, offers, vacancies
from kqdesk.rooms.matching.queries.people import Way, people_named, ways_of
from kqdesk.rooms.matching.rules.fitting import Gates, Wisher, speaks_of
from kqdesk.rooms.matching.rules.paths import steps_ahead
from kqdesk.rooms.matching.rules.policies import Policy, policies
from kqdesk.rooms.matching.rules.pool import Pool, fitting, places_of
from kqdesk.rooms.matching.terms import Audience, OfferKind, OfferState
from kqdesk.rooms.office.queries import active_packs, staff_names
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.terms import Sex, education_label
from kqdesk.rooms.survey.terms import Grouping, WishKind
from kqdesk.rooms.trainers.queries import TrainerRow, trainers

OPEN = (OfferState.OPEN, OfferState.COMING)
_PART = 900


@dataclass(frozen=True)
class IntakeRow:
    """生源: one person who could and wants to read at a college. ``phone`` whole; the writer masks it."""

    college: str
    programme: str
    level: str
    name: str
    sex: str
    age: int | None
    education: str
    village: str
    phone: str


def intake(session: Session, known: Known, gates: Gates, *, on: date, college: str = "") -> list[IntakeRow]:
    """Everybody who fits an open programme of a college, by college, programme and roster order."""
    wanted = [row for row in offers(session, on=on, kind=OfferKind.PROGRAMME, states=OPEN)
              if not college or row.provider == college]  # fmt: skip
    found = [(row, known.pool.chosen(fitting(known.pool, row.offered, gates))) for row in wanted]
    ids = list(dict.fromkeys(one.id for _, people in found for one in people))
    names, sexes = people_named(session, ids), _sexes(session, ids)
    return [
        IntakeRow(
            row.provider, row.title, row.level_words, names[one.id][0], sexes.get(one.id, ""),
            age_on(one.born, on) if one.born else None, education_label(one.education), one.village, names[one.id][1],
        )
        for row, people in sorted(found, key=lambda pair: (pair[0].provider, pair[0].title))
        for one in people
        if one.id in names
    ]  # fmt: skip


def _sexes(session: Session, ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for at in range(0, len(ids), _PART):
        asked = select(Person.id, Person.sex).where(Person.id.in_(ids[at : at + _PART]))
        found.update({key: Sex(sex).label if sex else "" for key, sex in session.execute(asked)})
    return found


@dataclass(frozen=True)
class AdviceRow:
    """专业建议: a wish with how many people have it, where most of them are, and how many open offers answer it."""

    kind: WishKind
    wish: str
    people: int
    places: tuple[tuple[str, int], ...]
    offers: int


def advice(session: Session, *, on: date, round_id: str) -> list[AdviceRow]:
    """What people want, the largest gap first: wishes nobody answers, then those that are answered."""
    wished: dict[tuple[WishKind, str], list[DemandLine]] = defaultdict(list)
    for line in demand_lines(session, on=on, round_id=round_id, by=Grouping.VILLAGE):
        wished[line.row.kind, line.row.wish].append(line)
    rows = []
    for (kind, wish), lines in wished.items():
        at: dict[str, set[str]] = defaultdict(set)
        for line in lines:
            at[line.row.title] |= set(line.row.people)
        most = sorted(
            ((name, len(people)) for name, people in at.items()), key=lambda pair: (-pair[1], pair[0])
        )
        everybody = {person for people in at.values() for person in people}
        rows.append(AdviceRow(kind, wish, len(everybody), tuple(most[:5]), len(lines[0].answers)))
    return sorted(rows, key=lambda row: (row.offers > 0, -row.people, row.wish))


def part_time_trainers(session: Session, *, on: date) -> list[TrainerRow]:
    """可兼职教师: trainers in use; what of them is told is the writer's to mask."""
    return trainers(session, on=on)


@dataclass(frozen=True)
class FirmRow:
    """供给 for one firm: an offer and how many of its people fit."""

    firm: str
    offer: OfferRow
    people: int


def for_firms(session: Session, known: Known, gates: Gates, *, on: date, firm: str = "") -> list[FirmRow]:
    """What people of each firm could learn, by firm, most people first; offers nobody there fits are left out."""
    firms = [str(name) for name in known.pool.values_of("firm") if name and (not firm or name == firm)]
    open_ = [(row, fitting(known.pool, row.offered, gates)) for row in offers(session, on=on, states=OPEN)]
    rows = []
    for name in sorted(firms):
        here = known.pool.column("firm", name)
        counted = [FirmRow(name, row, (bits & here).bit_count()) for row, bits in open_]
        rows += sorted((one for one in counted if one.people), key=lambda one: -one.people)
    return rows


@dataclass(frozen=True)
class StudyPlan:
    """个性化学习清单 of one person: her way, what fits, work, policies, classes that open, whom to ask."""

    id: str
    name: str
    education: str
    village: str
    wishes: tuple[str, ...]
    steps: tuple[str, ...]
    ways: tuple[Way, ...]
    vacancies: tuple[VacancyRow, ...]
    policies: tuple[Policy, ...]
    cohorts: tuple[CohortRow, ...]
    adviser: str = ""


def study_plans(
    session: Session, known: Known, gates: Gates, *, people: Sequence[str], on: date, most: int = 8
) -> list[StudyPlan]:
    """One plan a person, in the order given; people who are gone are left out."""
    open_, jobs = offers(session, on=on, states=OPEN), vacancies(session, on=on, states=OPEN)
    found = policies(active_packs(session), on)
    coming = [
        row
        for row in cohort_list(session, state=CohortState.PLANNED)
        if row.starts_on and row.starts_on >= on
    ]
    names, advisers = people_named(session, people), _advisers(session, people)
    plans = []
    for key in people:
        ways = [way for way in ways_of(session, known, open_, gates, person_id=key, on=on) if way.is_fit][
            :most
        ]
        if key not in names or key not in known.pool.place_of:
            continue
        one = known.pool.people[known.pool.place_of[key]]
        kinds = {way.offer.kind for way in ways}
        mine = tuple(
            policy for policy in found if policy.audience is Audience.PERSON and policy.applies & kinds
        )
        titles = {way.offer.title for way in ways}
        classes = tuple(row for row in coming if row.subject in titles)
        plans.append(
            StudyPlan(
                key, names[key][0], education_label(one.education), one.village or one.employer, _wishes(one),
                steps_ahead(one.education), tuple(ways), tuple(job for job in jobs if _could(one, job))[:3], mine, classes[:4], advisers.get(key, ""),
            )
        )  # fmt: skip
    return plans


def _advisers(session: Session, people: Sequence[str]) -> dict[str, str]:
    """Person → the name of who keeps in touch with her."""
    staff, found = staff_names(session), dict[str, str]()
    for at in range(0, len(people), _PART):
        asked = select(Person.id, Person.adviser_id).where(Person.id.in_(people[at : at + _PART]))
        found.update({key: staff.get(adviser or "", "") for key, adviser in session.execute(asked)})
    return found


def _wishes(one: Wisher) -> tuple[str, ...]:
    words = ["学历提升"] if one.wants_degree else []
    words += [*one.skills, *(category.label for category in sorted(one.categories))]
    words += [project.label for project in sorted(one.projects)]
    return tuple(words)


def _could(one: Wisher, job: VacancyRow) -> bool:
    words = tuple(word.casefold() for word in (job.title, *job.words))
    return any(speaks_of(skill, words) for skill in one.skills)


def could_work(pool: Pool, job: VacancyRow) -> int:
    """Bits of people whose wishes speak of a vacancy."""
    words = tuple(word.casefold() for word in (job.title, *job.words))
    meant = [skill for skill in pool.values_of("skill") if speaks_of(str(skill), words)]
    return pool.any_of("skill", meant) & pool.column("here")


def wishers_of_job(
    session: Session, known: Known, job: VacancyRow, most: int = 1_000
) -> list[tuple[str, str]]:
    """(id, name) of people whose wishes speak of a vacancy."""
    people = [known.pool.people[place].id for place in places_of(could_work(known.pool, job))][:most]
    names = people_named(session, people)
    return [(key, names[key][0]) for key in people if key in names]
