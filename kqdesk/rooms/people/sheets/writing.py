"""Rosters out: the export that reads back unchanged, and the fault file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from kqdesk.excel.marking import mark_faults
from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.people.sheets.headings import EXPORT_TITLES
from kqdesk.rooms.people.sheets.people import RosterPerson
from kqdesk.rooms.people.sheets.reading import RosterRead
from kqdesk.rooms.people.terms import Sex, education_label, ethnicity_label, wish_text
from kqdesk.rooms.places.rules import township_by_code

_WIDTHS = (12, 6, 18, 22, 12, 8, 30, 12, 14, 30, 16, 24, 14, 16, 16, 14, 14, 20)
ROSTER_COLUMNS = tuple(OutColumn(title, width) for title, width in zip(EXPORT_TITLES, _WIDTHS, strict=True))


def write_roster(path: Path, people: Iterable[RosterPerson], *, progress: Progress = Quiet()) -> int:
    """Write people in codes as words; ``read_roster`` of the file gives equal people. Returns how many.

    Only the place (sheet, row) is new, and a ticked wish comes back as 有 or 无.
    """
    return write_table(path, "花名册", ROSTER_COLUMNS, _lines(people), progress=progress)


def _lines(people: Iterable[RosterPerson]) -> Iterator[tuple[str | None, ...]]:
    for person in people:
        township = township_by_code(person.township_code) if person.township_code else None
        yield (
            person.name,
            Sex(person.sex).label if person.sex else None,
            person.id_kind.label if person.id_kind else None,
            person.id_number,
            person.birth_date.isoformat() if person.birth_date else None,
            ethnicity_label(person.ethnicity_code) or None,
            person.hukou,
            township.name if township else person.township_code,
            person.village,
            person.address,
            education_label(person.education_code) or None,
            person.employer,
            person.job,
            person.phone,
            person.phone2,
            wish_text(person.wish),
            person.path,
            person.note,
        )


def split_by_township(
    people: Iterable[RosterPerson], folder: Path, stem: str, *, progress: Progress = Quiet()
) -> list[tuple[str, int]]:
    """A district's list as one workbook a township in ``folder``; (township, people) each, in the order of the codes.

    Rows without a township come into 没有镇街. ``Unreachable`` when the disk refuses.
    """
    by_code: dict[str, list[RosterPerson]] = defaultdict(list)
    for person in people:
        by_code[person.township_code or ""].append(person)
    made = []
    for done, code in enumerate(sorted(by_code, key=lambda one: (not one, one))):
        progress.step(done, len(by_code), "按镇街分开")
        township = township_by_code(code) if code else None
        name = township.name if township else code or "没有镇街"
        write_roster(folder / f"{stem} {name}.xlsx", by_code[code])
        made.append((name, len(by_code[code])))
    return made


def write_faults(read: RosterRead, path: Path, *, progress: Progress = Quiet()) -> None:
    """Send the file back: the same workbook, faulty cells red, one more column with what to mend."""
    headers = [(table.sheet, table.header_row) for table in reversed(read.tables)]
    mark_faults(read.path, read.faults, headers, path, progress=progress)
