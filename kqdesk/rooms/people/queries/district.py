"""People who stand in two schools of a district: the same ID number twice, and both in a class of the same course.

At the hub numbers are sealed, and equal numbers are equal sealed: they are compared without being opened.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, and_, func, select

Tables = Callable[[str], Table]
MOST = 2_000
"""So many are listed; the count goes on."""
_PART = 400
_HERE = "here"
_IN_CLASS = ("applied", "enrolled", "suspended", "completed")


def people_of_two_schools(conn: Connection, tables: Tables, schools: Sequence[str]) -> dict[str, Any]:
    """R-PEO-08: everybody who lives in the rosters of more than one school, and who learns the same course at two of them.

    ``pairs``: the schools that share them, with how many. ``people``: ids only, those with a double course first.
    """
    person = tables("person")
    shared = (
        select(person.c.id_number)
        .where(person.c.state == _HERE, person.c.id_number.is_not(None), person.c.id_number != "")
        .group_by(person.c.id_number)
        .having(func.count(func.distinct(person.c.school)) > 1)
        .order_by(person.c.id_number)
    )
    numbers = [row[0] for row in conn.execute(shared)]
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for start in range(0, len(numbers), _PART):
        part = numbers[start : start + _PART]
        asked = (
            select(person.c.id_number, person.c.school, person.c.id)
            .where(person.c.school.in_(schools), person.c.id_number.in_(part), person.c.state == _HERE)
            .order_by(person.c.school, person.c.id)
        )
        for number, school, person_id in conn.execute(asked):
            found[number].append((school, person_id))
    doubles = _double_courses(conn, tables, schools, found)
    pairs: dict[tuple[str, str], int] = defaultdict(int)
    for several in found.values():
        schools = sorted({school for school, _ in several})
        for n, one in enumerate(schools):
            for other in schools[n + 1 :]:
                pairs[one, other] += 1
    listed = sorted(found.values(), key=lambda several: (str(several) not in doubles, several))[:MOST]
    return {
        "count": len(found), "double": len(doubles),
        "pairs": sorted(([*key, count] for key, count in pairs.items()), key=lambda row: -int(row[2])),
        "people": [{"rows": several, "courses": doubles.get(str(several), [])} for several in listed],
    }  # fmt: skip


def _double_courses(
    conn: Connection, tables: Tables, schools: Sequence[str], found: dict[str, list[tuple[str, str]]]
) -> dict[str, list[str]]:
    taken: dict[tuple[str, str], set[str]] = defaultdict(set)
    ids = sorted({person_id for several in found.values() for _, person_id in several})
    for start in range(0, len(ids), _PART):
        for school, person_id, title in conn.execute(_courses(tables, schools, ids[start : start + _PART])):
            taken[school, person_id].add(title)
    doubles: dict[str, list[str]] = {}
    for several in found.values():
        by_school: dict[str, set[str]] = defaultdict(set)
        for school, person_id in several:
            by_school[school] |= taken.get((school, person_id), set())
        counted: dict[str, int] = defaultdict(int)
        for titles in by_school.values():
            for title in titles:
                counted[title] += 1
        same = sorted(title for title, count in counted.items() if count > 1)
        if same:
            doubles[str(several)] = same
    return doubles


def _courses(tables: Tables, schools: Sequence[str], ids: Sequence[str]) -> Any:
    enrolment, cohort, course, programme = (
        tables(name) for name in ("enrolment", "cohort", "course", "programme")
    )
    return (
        select(enrolment.c.school, enrolment.c.person_id, func.coalesce(course.c.title, programme.c.title))
        .join(cohort, and_(cohort.c.school == enrolment.c.school, cohort.c.id == enrolment.c.cohort_id))
        .outerjoin(course, and_(course.c.school == cohort.c.school, course.c.id == cohort.c.course_id))
        .outerjoin(programme, and_(programme.c.school == cohort.c.school, programme.c.id == cohort.c.programme_id))
        .where(
            enrolment.c.school.in_(schools),
            enrolment.c.person_id.in_(ids), enrolment.c.state.in_(_IN_CLASS),
            func.coalesce(course.c.title, programme.c.title).is_not(None),
        )
    )  # fmt: skip


@dataclass(frozen=True)
class Twin:
    """One roster entry of somebody who stands in several. Secret columns as they are stored."""

    school: str
    id: str
    name: str
    id_number: str
    sex: str
    born: int | None
    township_code: str
    village: str
    courses: tuple[str, ...]


def twins(conn: Connection, tables: Tables, schools: Sequence[str], ids: Sequence[str]) -> dict[str, Twin]:
    """Roster entries by id with the courses they take; two statements."""
    person = tables("person")
    taken: dict[str, list[str]] = defaultdict(list)
    for _, person_id, title in conn.execute(_courses(tables, schools, ids)):
        taken[person_id].append(title)
    asked = select(
        person.c.school, person.c.id, person.c.name, person.c.id_number, person.c.sex, person.c.birth_date,
        person.c.township_code, person.c.village,
    ).where(person.c.school.in_(schools), person.c.id.in_(ids))  # fmt: skip
    return {
        row[1]: Twin(
            row[0], row[1], row[2], row[3] or "", row[4] or "", row[5].year if row[5] else None, row[6] or "", row[7] or "",
            tuple(sorted(set(taken[row[1]]))),
        )
        for row in conn.execute(asked)
    }  # fmt: skip
