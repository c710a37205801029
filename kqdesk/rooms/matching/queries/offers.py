"""供给: the offers as they stand on a day, with what people said to them; the vacancies of firms."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.model import Course, Programme
from kqdesk.rooms.catalogue.queries import rules_of_courses
from kqdesk.rooms.catalogue.rules import CourseRules, rules_on
from kqdesk.rooms.catalogue.terms import Category, Project, Route, StudyLevel
from kqdesk.rooms.matching.model import Offer, OfferAnswer, Vacancy
from kqdesk.rooms.matching.rules.fitting import Offered, folded
from kqdesk.rooms.matching.rules.offers import level_key, state_on
from kqdesk.rooms.matching.terms import Answer, OfferKind, OfferState
from kqdesk.rooms.people.terms import education_label
from kqdesk.rooms.places.model import Site
from kqdesk.rooms.places.queries import township_name
from kqdesk.rooms.survey.terms import TimeWish


@dataclass(frozen=True)
class OfferRow:
    """One offer as lists show it. ``fee`` in 分, None = not said; counts are of people's newest answers."""

    id: str
    kind: OfferKind
    title: str
    provider: str
    route: Route | None
    level: StudyLevel | None
    level_words: str
    category: Category | None
    project: Project | None
    words: tuple[str, ...]
    education_least: str | None
    age_least: int | None
    age_most: int | None
    times: tuple[TimeWish, ...]
    townships: tuple[str, ...]
    site_id: str | None
    place: str
    valid_from: date | None
    valid_until: date | None
    starts_on: date | None
    study_hours: int | None
    capacity: int | None
    fee: int | None
    contact: str
    phone: str
    source: str
    note: str
    state: OfferState
    course_id: str | None
    programme_id: str | None
    offered: Offered
    told: int = 0
    wants: int = 0
    refused: int = 0

    @property
    def times_words(self) -> str:
        """平时晚上、周末白天; "" while not fixed."""
        return "、".join(one.label for one in self.times)

    @property
    def townships_words(self) -> str:
        """Names of the townships it is for; "" for everybody."""
        return "、".join(township_name(code) for code in self.townships)

    @property
    def fee_words(self) -> str:
        """免费, 1200 元, or "" when nobody said."""
        if self.fee is None:
            return ""
        return (
            "免费"
            if self.fee == 0
            else f"{self.fee // 100}{f'.{self.fee % 100:02d}' if self.fee % 100 else ''} 元"
        )

    @property
    def path_words(self) -> str:
        """开放教育 · 专科（高起专）, or the category of a course."""
        first = self.route.label if self.route else self.category.label if self.category else ""
        return " · ".join(part for part in (first, self.level_words) if part)

    @property
    def valid_words(self) -> str:
        """From when until when one may sign up."""
        if self.valid_from is None and self.valid_until is None:
            return "长期"
        if self.valid_until is None:
            return f"{self.valid_from:%Y-%m-%d} 起"
        return f"{f'{self.valid_from:%Y-%m-%d} ' if self.valid_from else ''}至 {self.valid_until:%Y-%m-%d}"

    @property
    def conditions(self) -> str:
        """What it asks beside the rule packs: 初中毕业及以上 · 18—55 周岁."""
        ages = ""
        if self.age_least is not None or self.age_most is not None:
            ages = f"{self.age_least if self.age_least is not None else ''}—{self.age_most if self.age_most is not None else ''} 周岁"
        least = f"{education_label(self.education_least)}及以上" if self.education_least else ""
        return " · ".join(part for part in (least, ages) if part)


def offers(
    session: Session,
    *,
    on: date,
    text: str = "",
    kind: OfferKind | None = None,
    states: Collection[OfferState] = (),
    ids: Collection[str] | None = None,
) -> list[OfferRow]:
    """Offers: those one may sign up for first, by kind and title. ``text``: in title, provider, place or words.

    Hours are those of the course on the day the offer begins, else on ``on``. Four statements.
    """
    asked = (
        select(Offer, Course, Programme, Site.name)
        .outerjoin(Course, Course.id == Offer.course_id)
        .outerjoin(Programme, Programme.id == Offer.programme_id)
        .outerjoin(Site, Site.id == Offer.site_id)
    )
    if kind is not None:
        asked = asked.where(Offer.kind == kind)
    if ids is not None:
        asked = asked.where(Offer.id.in_(ids))
    said, rules = answer_counts(session), rules_of_courses(session)
    found = [
        _row(one, course, programme, site or "", said, on, _hours(one, rules, on))
        for one, course, programme, site in session.execute(asked)
    ]
    rows = [
        row for row in found if (not states or row.state in states) and _has(row, text.strip().casefold())
    ]
    order = {state: place for place, state in enumerate(OfferState)}
    kinds = {one: place for place, one in enumerate(OfferKind)}
    return sorted(rows, key=lambda row: (order[row.state], kinds[row.kind], row.provider, row.title, row.id))


def _hours(one: Offer, rules: Mapping[str, Sequence[CourseRules]], on: date) -> int | None:
    """学时 as the offer says, else as its course is worth when it begins."""
    found = rules.get(one.course_id or "")
    if one.study_hours or not found:
        return one.study_hours
    return rules_on(found[0], found[1:], one.starts_on or on).study_hours


def _row(
    one: Offer, course: Course | None, programme: Programme | None, site: str,
    said: dict[str, Counter[Answer]], on: date, hours: int | None,
) -> OfferRow:  # fmt: skip
    title = course.title if course else programme.title if programme else one.title
    occupation = one.occupation or (course.occupation if course else None) or ""
    skill = one.skill_level or (course.skill_level if course else None)
    level = programme.level.value if programme else level_key(one.level)
    category = one.category or (course.category if course else None)
    is_on = (
        one.is_active and (course is None or course.is_active) and (programme is None or programme.is_active)
    )
    counts = said.get(one.id, Counter())
    times = tuple(time for time in TimeWish if time.value in one.times)
    return OfferRow(
        one.id, one.kind, title, one.provider or ("本校" if one.kind.is_ours else ""), one.route, one.level,
        programme.level.label if programme else one.level.label if one.level else skill.label if skill else "", category,
        one.project, tuple(one.words), one.education_least, one.age_least, one.age_most, times, tuple(one.townships),
        one.site_id, one.place or site, one.valid_from, one.valid_until, one.starts_on,
        hours, one.capacity, one.fee, one.contact or "", one.phone or "",
        one.source or "", one.note or "", state_on(is_on, one.valid_from, one.valid_until, on), one.course_id, one.programme_id,
        Offered(
            one.id, title, one.kind, level, category, one.project, folded((title, occupation, *one.words)),
            one.education_least, one.age_least, one.age_most, frozenset(times), frozenset(one.townships),
            one.course_id or one.programme_id or "",
        ),
        counts[Answer.TOLD], counts[Answer.WANTS], counts[Answer.REFUSED],
    )  # fmt: skip


def _has(row: OfferRow, text: str) -> bool:
    words = (row.title, row.provider, row.place, row.path_words, row.townships_words, *row.words)
    return all(any(part in word.casefold() for word in words) for part in text.split())


def answer_counts(session: Session) -> dict[str, Counter[Answer]]:
    """Offer → how many people's newest answer is which; one statement."""
    newest: dict[tuple[str, str], Answer] = {}
    asked = select(OfferAnswer.offer_id, OfferAnswer.person_id, OfferAnswer.answer).order_by(OfferAnswer.id)
    for offer_id, person_id, answer in session.execute(asked):
        newest[offer_id, person_id] = answer
    counts: dict[str, Counter[Answer]] = defaultdict(Counter)
    for (offer_id, _), answer in newest.items():
        counts[offer_id][answer] += 1
    return counts


def answers_to(session: Session, offer_id: str) -> dict[str, tuple[Answer, date, str]]:
    """Person → newest answer with day and note; one statement."""
    asked = select(OfferAnswer).where(OfferAnswer.offer_id == offer_id).order_by(OfferAnswer.id)
    return {one.person_id: (one.answer, one.answered_on, one.note or "") for one in session.scalars(asked)}


def answers_of(session: Session, person_id: str) -> dict[str, Answer]:
    """Offer → one person's newest answer; one statement."""
    asked = select(OfferAnswer).where(OfferAnswer.person_id == person_id).order_by(OfferAnswer.id)
    return {one.offer_id: one.answer for one in session.scalars(asked)}


OFFER_FIELDS = (
    "kind", "title", "provider", "route", "level", "course_id", "programme_id", "category", "project", "occupation",
    "skill_level", "words", "education_least", "age_least", "age_most", "times", "townships", "site_id", "place", "valid_from",
    "valid_until", "starts_on", "study_hours", "capacity", "fee", "contact", "phone", "source", "is_active", "note",
)  # fmt: skip


def offer_form(session: Session, offer_id: str) -> dict[str, Any]:
    """An offer's values as its form names them; empty when it is gone."""
    row = session.get(Offer, offer_id)
    if row is None:
        return {}
    values = {name: getattr(row, name) for name in OFFER_FIELDS}
    times = tuple(TimeWish(one) for one in values["times"])
    return values | {"words": "、".join(row.words), "times": times, "townships": tuple(row.townships)}


def known_offers(session: Session) -> dict[tuple[str, str, str], str]:
    """(kind, provider, title) → id, for an import to find what is there already; one statement."""
    asked = select(Offer.kind, Offer.provider, Offer.title, Offer.id)
    return {(kind.value, provider or "", title): key for kind, provider, title, key in session.execute(asked)}


def not_yet_offered(session: Session) -> tuple[list[Course], list[Programme]]:
    """Courses and programmes in use that no offer follows yet; two statements."""
    courses = select(Course).where(
        Course.is_active, Course.id.not_in(select(Offer.course_id).where(Offer.course_id.is_not(None)))
    )
    programmes = select(Programme).where(
        Programme.is_active,
        Programme.id.not_in(select(Offer.programme_id).where(Offer.programme_id.is_not(None))),
    )
    return (
        list(session.scalars(courses.order_by(Course.code))),
        list(session.scalars(programmes.order_by(Programme.code))),
    )


@dataclass(frozen=True)
class VacancyRow:
    """Work a firm offers."""

    id: str
    employer: str
    title: str
    words: tuple[str, ...]
    education_least: str | None
    wanted: int | None
    pay: str
    place: str
    township: str
    valid_from: date | None
    valid_until: date | None
    contact: str
    phone: str
    note: str
    state: OfferState

    @property
    def needs(self) -> str:
        """会缝纫、质检 · 初中毕业及以上."""
        least = f"{education_label(self.education_least)}及以上" if self.education_least else ""
        return " · ".join(part for part in ("、".join(self.words), least) if part)


VACANCY_FIELDS = (
    "employer", "title", "words", "education_least", "wanted", "pay", "place", "township_code", "valid_from", "valid_until",
    "contact", "phone", "is_active", "note",
)  # fmt: skip


def vacancies(
    session: Session, *, on: date, text: str = "", states: Collection[OfferState] = ()
) -> list[VacancyRow]:
    """Vacancies, those that are open first; one statement."""
    rows = [
        VacancyRow(
            one.id, one.employer, one.title, tuple(one.words), one.education_least, one.wanted, one.pay or "", one.place or "",
            township_name(one.township_code), one.valid_from, one.valid_until, one.contact or "", one.phone or "", one.note or "",
            state_on(one.is_active, one.valid_from, one.valid_until, on),
        )
        for one in session.scalars(select(Vacancy).order_by(Vacancy.employer, Vacancy.title, Vacancy.id))
    ]  # fmt: skip
    low = text.strip().casefold().split()
    order = {state: place for place, state in enumerate(OfferState)}
    kept = [
        row
        for row in rows
        if (not states or row.state in states)
        and all(any(part in word.casefold() for word in _said(row)) for part in low)
    ]
    return sorted(kept, key=lambda row: order[row.state])


def _said(row: VacancyRow) -> Sequence[str]:
    return (row.employer, row.title, row.place, row.township, *row.words)


def vacancy_form(session: Session, vacancy_id: str) -> dict[str, Any]:
    """A vacancy's values as its form names them; empty when it is gone."""
    row = session.get(Vacancy, vacancy_id)
    if row is None:
        return {}
    return {name: getattr(row, name) for name in VACANCY_FIELDS} | {"words": "、".join(row.words)}
