"""Who stands behind a number of one school: names masked, and only after the right, the reason and the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from kqdesk.hub.counter import Counter
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.places.rules import township_by_code
from kqdesk.rooms.reports.queries import facts
from kqdesk.rooms.reports.rules import Facts, Figure, Member, calendar_year, counted
from kqdesk.rooms.reports.terms import Breakdown
from kqdesk.security.masking import mask_id, mask_name

PAGE = 100
_PART = 500
TABLES = {
    "enrolment": "学籍", "activity_attendee": "活动签到", "activity": "活动", "diploma": "学历证书", "referral": "报读转介",
    "skill_certificate": "技能证书", "completion_certificate": "结业证书", "past_record": "历史台账", "cohort": "班级",
    "survey_answer": "排摸答卷",
}  # fmt: skip


@dataclass(frozen=True)
class Name:
    """One member as the page shows it."""

    name: str
    id_number: str
    sex: str
    born: str
    place: str
    row: str
    on: str
    count: int


def school_facts(counter: Counter, conn: Connection, school: str, year: int) -> Facts:
    """Of a year up to today, of one school, as they stand now."""
    today = counter.clock().astimezone(CHINA).date()
    period = calendar_year(year, until=min(today, calendar_year(year).last))
    return facts(conn, counter.table, period, school=school, opened=counter.opened)


def figure_of(
    counter: Counter, school: str, year: int, key: str, by: Breakdown | None
) -> Figure:  # fmt: skip
    """A figure of one school with its groups, counted now."""
    with counter.reading(school) as conn:
        return counted(school_facts(counter, conn, school, year), key, by)


def members_of(found: Figure, group: str | None) -> Sequence[Member]:
    """The members of one group, or all of them."""
    if group is None:
        return found.members
    return next((one.members for one in found.groups if one.key == group), ())


def names_of(counter: Counter, school: str, members: Sequence[Member]) -> list[Name]:
    """What may be shown of them; somebody at an activity who left no name is said so."""
    ids = sorted({one.person for one in members if one.person})
    cohorts = sorted({one.id for one in members if one.table == "cohort"})
    with counter.reading(school) as conn:
        people = _people(counter, conn, school, ids)
        titles = _titles(counter, conn, school, cohorts)
    return [_name(one, people, titles) for one in members]


def _people(
    counter: Counter, conn: Connection, school: str, ids: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    person = counter.table("person")
    found: dict[str, Mapping[str, Any]] = {}
    columns = (
        person.c.id, person.c.name, person.c.id_number, person.c.sex, person.c.birth_date, person.c.township_code, person.c.village,
    )  # fmt: skip
    for start in range(0, len(ids), _PART):
        asked = sa.select(*columns).where(
            person.c.school == school, person.c.id.in_(ids[start : start + _PART])
        )
        for row in conn.execute(asked):
            town = township_by_code(row.township_code or "")
            found[row.id] = {
                "name": mask_name(str(counter.opened("person", "name", row.name) or "")),
                "id_number": mask_id(str(counter.opened("person", "id_number", row.id_number) or "")),
                "sex": {"1": "男", "2": "女"}.get(row.sex or "", ""),
                "born": f"{row.birth_date.year} 年" if row.birth_date else "",
                "place": f"{town.name if town else ''}{counter.opened('person', 'village', row.village) or ''}",
            }
    return found


def _titles(counter: Counter, conn: Connection, school: str, ids: Sequence[str]) -> dict[str, str]:
    cohort = counter.table("cohort")
    asked = sa.select(cohort.c.id, cohort.c.title).where(cohort.c.school == school, cohort.c.id.in_(ids))
    return {key: title for key, title in conn.execute(asked)} if ids else {}  # noqa: C416 -- rows are no pairs


def _name(one: Member, people: Mapping[str, Mapping[str, Any]], titles: Mapping[str, str]) -> Name:
    on = f"{one.on}" if one.on else ""
    row = TABLES.get(one.table, one.table)
    if one.table == "cohort":
        return Name(titles.get(one.id, ""), "", "", "", "", row, on, one.count)
    if not one.person:
        return Name("没有留名" if one.table == "activity" else "", "", "", "", "", row, on, one.count)
    told = people.get(one.person)
    if told is None:
        return Name("（已不在花名册）", "", "", "", "", row, on, one.count)
    return Name(told["name"], told["id_number"], told["sex"], told["born"], told["place"], row, on, one.count)
