"""The persons behind figures, and the roster's schooling; at the desk and at the hub."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from kqdesk.rooms.reports.queries.asking import Asking
from kqdesk.rooms.reports.rules.facts import CountingRules, PersonFact, SchoolingFact

_PERSON = ("id", "school", "sex", "birth_date", "township_code", "village", "education_code", "hukou")


def people(ask: Asking) -> dict[str, PersonFact]:
    """Everybody behind a figure, and whom merged ones went over into; one statement."""
    person = ask.table("person")
    used = _used(ask)
    over = sa.select(person.c.merged_into_id).where(person.c.state == "merged", *ask.mine(person))
    found = ask.rows(
        sa.select(*(person.c[name] for name in _PERSON)).where(
            sa.or_(person.c.id.in_(used), person.c.id.in_(over)), *ask.mine(person)
        )
    )
    return {
        one.id: PersonFact(
            one.id, one.school, one.sex or "", one.birth_date, one.township_code or "", one.village or "",
            one.education_code or "", one.hukou or "",
        )
        for one in found
    }  # fmt: skip


def _used(ask: Asking) -> Any:
    """Ids of persons in play, as one union."""
    enrolment, cohort, activity, came = (
        ask.table(name) for name in ("enrolment", "cohort", "activity", "activity_attendee")
    )
    classes = ask.classes(cohort.c.id)
    asked, answer = ask.table("survey_round"), ask.table("survey_answer")
    held = sa.select(activity.c.id).where(ask.in_time(activity.c.held_on))
    rounds = sa.select(asked.c.id).where(
        asked.c.starts_on <= ask.period.end, asked.c.ends_on >= ask.period.first
    )
    parts = [
        sa.select(enrolment.c.person_id).where(enrolment.c.cohort_id.in_(classes), *ask.mine(enrolment)),
        sa.select(came.c.person_id).where(came.c.activity_id.in_(held), *ask.mine(came)),
        sa.select(answer.c.person_id).where(
            answer.c.round_id.in_(rounds), answer.c.state == "answered", *ask.mine(answer)
        ),
    ]
    for name in ("diploma", "skill_certificate", "completion_certificate", "referral", "past_record"):
        table = ask.table(name)
        parts.append(sa.select(table.c.person_id).where(table.c.person_id.is_not(None), *ask.mine(table)))
    return sa.union(*parts)


def winners(ask: Asking) -> dict[str, str]:
    """Merged entry → whom it went over into; one statement."""
    person = ask.table("person")
    found = ask.rows(
        sa.select(person.c.id, person.c.merged_into_id).where(
            person.c.state == "merged", person.c.merged_into_id.is_not(None), *ask.mine(person)
        )
    )
    return {one.id: one.merged_into_id for one in found}


def schooling(ask: Asking, rules: Mapping[str, CountingRules]) -> tuple[SchoolingFact, ...]:
    """People of working age who live here, by education and place, counted by the database; one statement."""
    person, end = ask.table("person"), ask.period.end
    ages: dict[tuple[date, date], list[str]] = defaultdict(list)
    for school, one in rules.items():
        if one.working_from is not None and one.working_to is not None:
            ages[_years_before(end, one.working_to + 1), _years_before(end, one.working_from)].append(school)
    keys = (
        person.c.school,
        person.c.education_code,
        person.c.township_code,
        person.c.village,
        person.c.sex,
    )
    fits = [
        sa.and_(person.c.birth_date > oldest, person.c.birth_date <= youngest, person.c.school.in_(schools))
        for (oldest, youngest), schools in ages.items()
    ]
    found = ask.rows(
        sa.select(*keys, sa.func.count().label("number"))
        .where(person.c.state == "here", sa.or_(sa.false(), *fits), *ask.mine(person))
        .group_by(*keys)
    )
    return tuple(
        SchoolingFact(
            one.school,
            one.education_code or "",
            one.township_code or "",
            one.village or "",
            one.sex or "",
            one.number,
        )
        for one in found
    )


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
