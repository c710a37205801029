"""A roster file → people, rows held back, faults and warnings, all told by cell."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from sys import intern
from typing import Any

from kqdesk.excel.cards import CardSheet, are_cards
from kqdesk.excel.faults import Fault
from kqdesk.excel.reading import BookFacts, Refused, Row, SheetHead, stream_workbook
from kqdesk.excel.tables import Cell, Heading, Record, Table, find_records
from kqdesk.excel.titles import Titles, tidy
from kqdesk.kernel.national_id import to_18
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.kernel.text import compact
from kqdesk.rooms.people.sheets.chain import HEADER, unchain
from kqdesk.rooms.people.sheets.headings import EXPORT_TITLES, roster_titles
from kqdesk.rooms.people.sheets.people import HeldRow, RosterPerson
from kqdesk.rooms.people.sheets.rows import RowReading
from kqdesk.rooms.places.rules import township_in

_VILLAGE = re.compile(r"[^\d\s:：,，。]{1,12}(?:村|社区|居委会|居民区|居)")
_HEAD_ROWS, _LEAST_HEADINGS = 12, 2
_DIGITS = re.compile(r"\d{4}")
_REPEATING = ("hukou", "village", "employer", "job", "wish", "path", "address", "note")


@dataclass(frozen=True)
class TableFound:
    """A table of people in the file and what its columns were taken for: (letter's number, heading, key or "")."""

    sheet: str | None
    header_row: int
    columns: tuple[tuple[int, str, str], ...]
    township_hint: str | None  # a township named above the table; offered, never taken silently


@dataclass
class RosterRead:
    """What came out of one file. ``people`` may be taken as they are; ``held`` wait for somebody to mend them.

    ``rows`` counts every row that speaks of a person, good or bad. ``digest`` is the SHA-256 of the file read.
    """

    path: Path
    rows: int = 0
    people: list[RosterPerson] = field(default_factory=list)
    held: list[HeldRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    tables: list[TableFound] = field(default_factory=list)
    digest: str = ""


def read_roster(
    path: Path, *, today: date, titles: Mapping[str, str] | None = None, progress: Progress = Quiet()
) -> RosterRead:
    """Read a file of any kind into people and faults; nothing is stored.

    ``titles`` are headings assigned by hand (heading → key, "" to leave a column out). Raises
    ``excel.reading.Refused`` (an ``InputFaults``) when the file is no roster at all, ``Cancelled`` from ``progress``.
    """
    reader = _Reader(path, today)
    with closing(stream_workbook(path, progress=progress)) as parts:
        for event in find_records(unchain(parts), roster_titles(titles), forms):
            reader.take(event)
    return reader.finish()


def mend(row: HeldRow, edits: Mapping[str, str], *, today: date) -> HeldRow:
    """Judge a held row again with some cells typed anew (key → text), exactly as the import would.

    The row may be taken when no faults are left. A duplicate stays one until its number differs.
    """
    cells = dict(row.record.cells)
    for key, text in edits.items():
        column = cells[key].column if key in cells else -1
        cells[key] = Cell(column, text, row=row.record.place_of(key)[0])
    record = replace(row.record, cells=cells, more={} if "phone" in edits else row.record.more)
    reading = RowReading(record, today=today).read()
    if row.person.village and "village" not in edits and reading.person.village is None:
        reading.person.village = row.person.village
    if "id_number" not in edits:
        reading.faults.extend(fault for fault in row.faults if fault.kind == "duplicate_in_file")
    return HeldRow(reading.person, reading.faults, record, reading.warnings)


def as_json(read: RosterRead) -> dict[str, Any]:
    """The dry run's answer in the roster format: rows, people, faults, warnings."""
    return {
        "rows": read.rows,
        "people": [_person_json(person) for person in read.people],
        "faults": [fault.as_json() for fault in read.faults],
        "warnings": [warning.as_json() for warning in read.warnings],
    }


_PERSON_KEYS = tuple(one.name for one in fields(RosterPerson) if one.name not in ("courses", "signed_on"))


def _person_json(person: RosterPerson) -> dict[str, Any]:
    told = {key: getattr(person, key) for key in _PERSON_KEYS}
    told["birth_date"] = person.birth_date.isoformat() if person.birth_date else None
    if person.courses:
        told["courses"] = list(person.courses)
        told["signed_on"] = person.signed_on.isoformat() if person.signed_on else None
    return told


def forms(rows: Sequence[Row], head: SheetHead, titles: Titles) -> CardSheet | None:
    """Who reads a sheet on which everybody has a form of her own; None for a table."""
    return CardSheet(head, titles) if are_cards(rows, head, titles) else None


class _Reader:
    def __init__(self, path: Path, today: date) -> None:
        self._read = RosterRead(path)
        self._today = today
        self._filled = False
        self._sheet_village: str | None = None
        self._group_village: str | None = None
        self._tables: dict[int, list[RosterPerson]] = {}  # rows by table, for villages written once a group
        self._lonely: set[int] = set()  # tables of which every cell stands for itself
        self._seen: dict[str, tuple[str | None, int]] = {}
        self._first: dict[str, RosterPerson] = {}  # of a sign-up list: who may come again for another course
        self._hidden: dict[str | None, int] = {}
        self._records_hidden: list[Record] = []

    def take(self, event: SheetHead | Table | Record | Heading | BookFacts) -> None:
        if isinstance(event, Record):
            self._record(event)
        elif isinstance(event, SheetHead):
            self._end_tables()
            name = re.sub(r"[\(（].*[\)）]", "", event.name or "").strip()
            self._sheet_village = name if _VILLAGE.fullmatch(name) else None
            self._group_village = None
        elif isinstance(event, Table):
            self._filled = True
            self._found(event)
        elif isinstance(event, Heading):
            self._filled = True
            group = compact(event.text).rstrip(":")
            self._group_village = group if _VILLAGE.fullmatch(group) else None
        else:
            self._read.digest = event.digest

    def finish(self) -> RosterRead:
        self._end_tables()
        read = self._read
        if not read.rows and self._records_hidden:
            # Nothing but hidden sheets: then they are the roster.
            hidden, self._records_hidden, self._hidden = self._records_hidden, [], {}
            for record in hidden:
                self._person(record)
            self._end_tables()
        for sheet, count in self._hidden.items():
            words = f"工作表「{sheet}」是隐藏的，里面的 {count} 行没有导入。需要的话请取消隐藏再导入。"
            read.warnings.append(Fault(sheet, None, None, None, "hidden_sheet", None, words))
        if not read.rows:
            raise Refused("no_roster" if self._filled else "empty", read.path)
        return read

    def _found(self, table: Table) -> None:
        if table.sheet.hidden:
            return
        columns = sorted([*table.block.columns, *table.block.unknown], key=lambda one: one.index)
        if table.is_cards or tuple(one.title for one in columns) in (EXPORT_TITLES, HEADER):
            self._lonely.add(id(table))
        hint = township_in("".join([*table.headings, table.sheet.name or ""]))
        self._read.tables.append(
            TableFound(
                table.sheet.name,
                table.header_row,
                tuple(
                    (one.index, one.title, one.key if one in table.block.columns else "") for one in columns
                ),
                hint.code if hint else None,
            )
        )

    def _record(self, record: Record) -> None:
        sheet = record.table.sheet
        if sheet.hidden:
            self._hidden[sheet.name] = self._hidden.get(sheet.name, 0) + 1
            self._records_hidden.append(record)
        elif record.is_sample:
            words = f"第 {record.row} 行是示例，没有导入。"
            self._read.warnings.append(Fault(sheet.name, record.row, None, None, "sample_row", None, words))
        else:
            self._person(record)

    def _person(self, record: Record) -> None:
        read, reading = self._read, RowReading(record, today=self._today).read()
        person = reading.person
        read.rows += 1
        self._place(person, record)
        if not reading.faults and self._is_another_course(person):
            return
        self._duplicate(reading)
        read.warnings.extend(reading.warnings)
        if id(record.table) not in self._lonely:
            self._tables.setdefault(id(record.table), []).append(person)
        for key in _REPEATING:  # few different words in many rows: keep each once
            text = getattr(person, key)
            if text:
                setattr(person, key, intern(text))
        if reading.faults:
            read.faults.extend(reading.faults)
            read.held.append(HeldRow(person, reading.faults, record, reading.warnings))
        else:
            read.people.append(person)

    def _place(self, person: RosterPerson, record: Record) -> None:
        """Without a village column the sheet's name or a line between the groups names the village."""
        if all(column.key != "village" for column in record.table.block.columns):
            person.village = self._group_village or self._sheet_village

    def _is_another_course(self, person: RosterPerson) -> bool:
        """A sign-up list has a row a course: the second row of somebody is one more course, no double."""
        number = to_18(person.id_number) if person.id_number else ""
        mark = number or (f"{person.name}|{person.phone}" if person.name and person.phone else "")
        if not (person.courses and mark):
            return False
        first = self._first.setdefault(mark, person)
        if first is person or set(person.courses) <= set(first.courses):
            return False
        first.courses = tuple(dict.fromkeys((*first.courses, *person.courses)))
        return True

    def _duplicate(self, reading: RowReading) -> None:
        person = reading.person
        mark = to_18(person.id_number) if person.id_number else None
        key = "id_number"
        if mark is None and person.name and person.birth_date and person.phone:
            mark, key = f"{person.name}|{person.birth_date}|{person.phone}", "name"
        if mark is None:
            return
        first = self._seen.setdefault(mark, (person.sheet, person.row))
        if first == (person.sheet, person.row):
            return
        found = reading.record.cells.get(key)
        where = f"工作表「{first[0]}」第 {first[1]} 行" if first[0] else f"第 {first[1]} 行"
        reading.faults.append(
            Fault(
                person.sheet, reading.record.place_of(key)[0], found.column if found else None, key, "duplicate_in_file",
                person.id_number or person.name, f"和{where}是同一个人。请只留一行。",
                other_sheet=first[0], other_row=first[1],
            )
        )  # fmt: skip

    def _end_tables(self) -> None:
        """A village written in the first row of its group only, cells below left blank, counts for the group."""
        tables, self._tables = self._tables, {}
        for rows in tables.values():
            villages = [person.village for person in rows]
            told = [village for village in villages if village]
            grouped = len(rows) > 2 and villages[0] and len(told) * 2 <= len(rows)
            if not grouped or any(one == other for one, other in pairwise(told)):
                continue
            current = None
            for person in rows:
                current = person.village = person.village or current


def layout_of(tables: Sequence[TableFound]) -> tuple[str, list[str]]:
    """What tells files of one layout: a fingerprint (SHA-256 over all headings, in any order), and the headings."""
    headings = sorted({tidy(heading) for table in tables for _, heading, _ in table.columns if tidy(heading)})
    return hashlib.sha256("\n".join(headings).encode()).hexdigest(), headings


def headings_in(path: Path) -> list[TableFound]:
    """Rows that could be headings in a file in which no roster was found, so that people can say what is what."""
    found: list[TableFound] = []
    sheet: SheetHead | None = None
    with closing(stream_workbook(path)) as parts:
        for part in parts:
            if isinstance(part, SheetHead):
                sheet, is_found = part, False
            elif isinstance(part, list) and sheet is not None and not is_found:
                row = next((row for row in part[:_HEAD_ROWS] if _may_be_headings(row)), None)
                if row is not None:
                    columns = tuple(
                        (at, str(value), "") for at, value in enumerate(row.cells) if isinstance(value, str)
                    )
                    found.append(TableFound(sheet.name, row.number, columns, None))
                is_found = True
    return found


def _may_be_headings(row: Row) -> bool:
    texts = [value for value in row.cells if isinstance(value, str) and value.strip()]
    return len(texts) >= _LEAST_HEADINGS and all(
        len(text) <= 40 and not _DIGITS.search(text) for text in texts
    )
