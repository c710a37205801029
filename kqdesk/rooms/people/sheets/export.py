"""The roster as a workbook that, read back, changes nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.kernel.national_id import IdKind
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.people.queries import person_count, roster_export
from kqdesk.rooms.people.sheets.people import RosterPerson
from kqdesk.rooms.people.sheets.writing import write_roster


def export_roster(
    session: Session, path: Path, ids: Sequence[str] | None = None, *, progress: Progress | None = None
) -> int:
    """Write everybody, or these ids, in order of entry; returns how many. ``Unreachable`` when the disk refuses."""
    watch = progress or Quiet()
    total = person_count(session) if ids is None else len(ids)
    write_roster(path, roster_people(roster_export(session, ids)), progress=watch)
    return total


def roster_people(lines: Iterable[Mapping[str, Any]]) -> Iterator[RosterPerson]:
    """Exported lines as roster rows, numbered as they come."""
    for number, line in enumerate(lines, 1):
        kind = IdKind(line["id_kind"]) if line["id_kind"] else None
        yield RosterPerson(None, number, **{**line, "id_kind": kind})
