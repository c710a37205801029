"""Who may come in: the limits of the packs, what speaks against somebody, people offered and pasted."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, literal_column, or_, select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.cohorts import rules
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.people.model import Person


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


def age_day(session: Session, applied_on: date, starts_on: date | None) -> date:
    """The day on which the packs count age for somebody who applies for a class."""
    rule = pack_value(session, "age.counted_on", on=applied_on)
    return rules.counted_day(rule.text if rule else None, applied_on, starts_on)


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


def _is_list_of_people(cells: Sequence[str], hits: Mapping[str, set[str]]) -> bool:
    """Every cell names somebody, and each somebody else: names side by side, not the columns of one person."""
    found = [hits.get(word, set()) for word in cells]
    return all(found) and not set.intersection(*found)


def _by_row(text: str, hits: dict[str, set[str]]) -> dict[str, set[str]]:
    """One entry a row: a cell that fits one person before one that fits several; a row of titles is left out."""
    rows: dict[str, set[str]] = {}
    for line in text.splitlines():
        cells = [word for word in re.split(r"[\s,，、;；]+", line) if word]
        if not cells or "姓名" in cells:
            continue
        known = [(word, hits[word]) for word in cells if hits.get(word)]
        if "\t" not in line or _is_list_of_people(cells, hits):
            rows.update((word, hits.get(word, set())) for word in cells)
            continue
        name = next((word for word in cells if not word.isascii()), cells[0])
        word, ids = min(known, key=lambda one: len(one[1]), default=(name, set()))
        rows[f"{word}" if word not in rows else line] = ids
    return rows


def people_pasted(session: Session, text: str) -> Pasted:
    """Read pasted lines or cells, each a name, an ID number or a phone; two statements however many there are.

    Whole rows (with tabs, as copied from a table) are one person each: the cell that fits one person counts; names side
    by side are so many persons.
    """
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
    if "\t" in text:
        hits = _by_row(text, hits)
    found = [next(iter(ids)) for ids in hits.values() if len(ids) == 1]
    return Pasted(
        tuple(dict.fromkeys(found)),
        tuple(word for word, ids in hits.items() if not ids),
        tuple(word for word, ids in hits.items() if len(ids) > 1),
    )
