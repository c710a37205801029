"""What an import would do: which rows are new, which change somebody, which say what is known, which are doubtful.

Runs in a read lane before anything is written; the action then writes the plan. The rows are judged in order:

same ID number          the person. Fields the row gives and that differ are updated; empty cells never blank out.
                        A name without one character in common makes it doubtful.
every field equal       the person (so an export read back changes nothing, also for people without ID number)
name, birth and village the person, when one of the two has no resident number and nobody else fits
alike (rules.likeness)  doubtful: kept apart for a person to decide, neither created nor updated
otherwise               new
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from kqdesk.kernel.national_id import to_18
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.people.rules import SUSPECT, Identity, likeness
from kqdesk.rooms.people.terms import wish_text

# key of a roster row → column of person, in the order they are compared
FIELDS = {
    "name": "name", "id_kind": "id_kind", "id_number": "id_number", "sex": "sex", "birth_date": "birth_date",
    "ethnicity_code": "ethnicity_code", "hukou": "hukou", "address": "address", "employer": "employer", "job": "job",
    "education_code": "education_code", "township_code": "township_code", "village": "village", "phone": "phone",
    "phone2": "phone2", "wish": "wish", "path": "learning_path", "note": "note",
}  # fmt: skip
COLUMNS = tuple(FIELDS.values())
_VALUES = attrgetter(*FIELDS)
_NAME, _KIND, _ID, _BIRTH, _VILLAGE, _PHONE, _WISH = (
    COLUMNS.index(c) for c in ("name", "id_kind", "id_number", "birth_date", "village", "phone", "wish")
)
_CHUNK = 5_000
_RESIDENT = ("resident", "resident15", "hmt_residence")
_SELECT = "SELECT id," + ",".join(COLUMNS) + " FROM person WHERE state<>'merged' AND "

Cells = tuple[str | None, ...]  # one row's values in the order of COLUMNS; a date as ISO text
RosterRow = (
    Any  # anything with the attributes named in FIELDS (sheets.RosterPerson); None = the file says nothing
)


@dataclass(frozen=True, slots=True)
class Change:
    """A known person whom the file says something new about. ``before``/``after`` by column."""

    row: int  # place in the rows given
    person_id: str
    before: Mapping[str, str | None]
    after: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row that may be a known person; people decide. ``after`` is what it would change there."""

    row: int
    person_id: str
    person_name: str
    reason: str
    before: Mapping[str, str | None]
    after: Mapping[str, str]


@dataclass(slots=True)
class ImportPlan:
    """What ``plan_import`` found; ``position`` is the journal it was made against."""

    rows: Sequence[RosterRow]
    position: int
    creates: list[int] = field(default_factory=list)
    updates: list[Change] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)
    cells: dict[int, Cells] = field(default_factory=dict)  # of the rows that are or may become new
    known: dict[int, str] = field(default_factory=dict)  # of followed rows: the person, if she is here
    follows_all: bool = False  # else only rows with courses are followed

    def follows(self, row: int) -> bool:
        """Whether somebody wants to know whose the row is."""
        return self.follows_all or bool(getattr(self.rows[row], "courses", ()))


@dataclass(frozen=True, slots=True)
class _Known:
    id: str
    cells: Cells


def cells_of(row: RosterRow) -> Cells:
    """One roster row as it would be stored: empty text is None, a date is ISO text, a ticked wish is 有 or 无."""
    cells = [value or None for value in _VALUES(row)]
    for n in (_KIND, _BIRTH):
        cells[n] = str(cells[n]) if cells[n] else None  # a kind of paper as its value, a date as 1975-03-12
    cells[_WISH] = wish_text(cells[_WISH])
    return tuple(cells)


def _resident(cells: Cells) -> str:
    number = cells[_ID]
    return to_18(number) if number and cells[_KIND] in _RESIDENT else ""


def plan_import(
    session: Session,
    rows: Sequence[RosterRow],
    progress: Progress | None = None,
    *,
    follows_all: bool = False,
) -> ImportPlan:
    """Compare ``rows`` with everybody known, 5,000 at a time; nothing is written."""
    conn, watch = session.connection(), progress or Quiet()
    plan = ImportPlan(rows, journal_position(session), follows_all=follows_all)
    judge = _Judge(plan, _by_name(_ask(conn, "id_number IS NULL", [])))
    for start in range(0, len(rows), _CHUNK):
        watch.step(start, len(rows), "核对")
        part = [cells_of(row) for row in rows[start : start + _CHUNK]]
        judge.meet(conn, part)
        for n, cells in enumerate(part, start):
            judge.decide(n, cells)
    watch.step(len(rows), len(rows), "核对")
    return plan


def journal_position(session: Session) -> int:
    """Id of the newest journal entry as this session sees it."""
    found = session.connection().exec_driver_sql("SELECT coalesce(max(id),0) FROM journal_entry")
    return int(found.scalar_one())


class _Judge:
    """Decides row by row; remembers whom an earlier row already spoke for."""

    def __init__(self, plan: ImportPlan, without_id: Mapping[str, list[_Known]]) -> None:
        self._plan = plan
        self._without_id = without_id
        self._claimed: set[str] = set()
        self._numbers: set[str] = set()
        self._by_id: dict[str, _Known] = {}
        self._by_name: Mapping[str, list[_Known]] = {}

    def meet(self, conn: Connection, part: Sequence[Cells]) -> None:
        """Fetch everybody the next rows could be: three statements."""
        numbers = [form for cells in part if cells[_ID] for form in _forms(str(cells[_ID]))]
        known = _ask(conn, "id_number IN (SELECT value FROM json_each(?))", numbers)
        self._by_id = _by_old_papers(conn, numbers) | {
            to_18(str(person.cells[_ID])): person for person in known
        }
        names = sorted({str(cells[_NAME]) for cells in part if not _resident(cells)})
        self._by_name = _by_name(_ask(conn, "name IN (SELECT value FROM json_each(?))", names))

    def decide(self, n: int, cells: Cells) -> None:
        """Put one row where it belongs."""
        number = to_18(str(cells[_ID])) if cells[_ID] else ""
        if number and number in self._numbers:
            self._doubt(n, cells, self._by_id.get(number), "同一文件里已有这个证件号码")
            return
        if number:
            self._numbers.add(number)
        person = self._by_id.get(number) if number else None
        if person is None:
            self._by_likeness(n, cells)
        elif not set(str(person.cells[_NAME])) & set(str(cells[_NAME])):
            self._doubt(n, cells, person, f"证件号码相同，姓名不同：花名册里是{person.cells[_NAME]}")
        else:
            self._take(n, cells, person)

    def _by_likeness(self, n: int, cells: Cells) -> None:
        likes = [person for person in self._candidates(cells) if person.id not in self._claimed]
        twin = next((person for person in likes if person.cells == cells), None)
        if twin is not None:
            self._claimed.add(twin.id)
            self._is_of(n, twin)
            self._plan.same.append(n)
            return
        open_ones = [person for person in likes if not (person.cells[_ID] and cells[_ID])]
        fitting = [
            p for p in open_ones if _agree(p.cells, cells, _BIRTH) and _agree(p.cells, cells, _VILLAGE)
        ]
        if len(fitting) == 1:
            self._take(n, cells, fitting[0])
            return
        judged = [(likeness(_identity(cells), _identity(person.cells)), person) for person in open_ones]
        best = max(judged, key=lambda pair: pair[0].score, default=None)
        if best is not None and best[0].score >= SUSPECT:
            self._doubt(n, cells, best[1], best[0].reason)
        else:
            self._plan.creates.append(n)
            self._plan.cells[n] = cells

    def _candidates(self, cells: Cells) -> Iterator[_Known]:
        """Everybody of the same name who could be meant."""
        pool = self._without_id if _resident(cells) else self._by_name
        yield from pool.get(str(cells[_NAME]), ())

    def _take(self, n: int, cells: Cells, person: _Known) -> None:
        self._claimed.add(person.id)
        self._is_of(n, person)
        before, after = differences(person.cells, cells)
        if after:
            self._plan.updates.append(Change(n, person.id, before, after))
        else:
            self._plan.same.append(n)

    def _is_of(self, n: int, person: _Known) -> None:
        if self._plan.follows(n):
            self._plan.known[n] = person.id

    def _doubt(self, n: int, cells: Cells, person: _Known | None, reason: str) -> None:
        self._plan.cells[n] = cells
        if person is None:  # the first of two equal rows is itself new: nothing in the roster to compare with
            self._plan.suspects.append(Suspect(n, "", str(cells[_NAME]), reason, {}, {}))
            return
        before, after = differences(person.cells, cells)
        self._plan.suspects.append(Suspect(n, person.id, str(person.cells[_NAME]), reason, before, after))


def differences(old: Cells, new: Cells) -> tuple[dict[str, str | None], dict[str, str]]:
    """What a row says that is not known yet, by column: as it was, as the row has it. Empty cells say nothing.

    A number she has is replaced by a longer form of the same only: another one in the file is a paper of earlier times.
    """
    both = bool(old[_ID] and new[_ID])
    is_longer = (
        both and to_18(str(old[_ID])) == to_18(str(new[_ID])) and len(str(new[_ID])) > len(str(old[_ID]))
    )
    keeps = (_ID, _KIND) if both and not is_longer else ()
    changed = [n for n, value in enumerate(new) if value and n not in keeps and not _is_same(old[n], value)]
    return {COLUMNS[n]: old[n] for n in changed}, {COLUMNS[n]: str(new[n]) for n in changed}


def _is_same(old: str | None, new: str) -> bool:
    """White space in a text does not count: another program may have broken the line elsewhere."""
    return old == new or (old is not None and "".join(old.split()) == "".join(new.split()))


def _agree(one: Cells, other: Cells, column: int) -> bool:
    return one[column] is not None and one[column] == other[column]


def _identity(cells: Cells) -> Identity:
    born = date.fromisoformat(str(cells[_BIRTH])) if cells[_BIRTH] else None
    return Identity("", str(cells[_NAME]), cells[_ID], born, cells[_VILLAGE], cells[_PHONE])


def _forms(number: str) -> Iterable[str]:
    """A number as it may have been stored: 18 characters and, for people born before 2000, the old 15."""
    full = to_18(number)
    return (full, full[:6] + full[8:17]) if len(full) == 18 and full[6:8] == "19" else (full,)


def _ask(conn: Connection, where: str, wanted: Sequence[str]) -> list[_Known]:
    if "?" in where and not wanted:
        return []
    bound = (json.dumps(wanted, ensure_ascii=False),) if "?" in where else ()
    return [_Known(row[0], tuple(row[1:])) for row in conn.exec_driver_sql(_SELECT + where, bound)]


def _by_old_papers(conn: Connection, numbers: Sequence[str]) -> dict[str, _Known]:
    """Who had one of these numbers before, by that number; nearly always nobody."""
    found = conn.exec_driver_sql(
        "SELECT number,person_id FROM person_document WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    ).all()
    if not found:
        return {}
    owners = _ask(conn, "id IN (SELECT value FROM json_each(?))", [owner for _, owner in found])
    known = {person.id: person for person in owners}
    return {to_18(number): known[owner] for number, owner in found if owner in known}


def _by_name(known: Iterable[_Known]) -> dict[str, list[_Known]]:
    found: dict[str, list[_Known]] = defaultdict(list)
    for person in known:
        found[str(person.cells[_NAME])].append(person)
    return found
