"""Foreign spreadsheets as plain rows. Parsing happens in a limited child process (``parsing.py``); here the parent
receives values and turns the ways of failing into one sentence each.

Formulas are never worked out (the value the file kept is taken), links and macros are never followed.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kqdesk.excel.margins import Range
from kqdesk.excel.prescan import LARGEST_FILE, REFUSALS
from kqdesk.kernel.child import (
    ChildDied,
    ChildError,
    ChildFault,
    ChildOutOfMemory,
    ChildTooSlow,
    stream_child,
)
from kqdesk.kernel.errors import InputFaults
from kqdesk.kernel.progress import Progress, Quiet

_MEMORY_MB = 640
_CPU_S = 90
_WALL_S = 120.0


class Refused(InputFaults):
    """The file was not read at all. ``kind`` is a key of ``prescan.REFUSALS``; ``str()`` is the sentence for people."""

    def __init__(self, kind: str, path: Path, detail: str = "") -> None:
        super().__init__(REFUSALS[kind].format(name=path.name))
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that holds an error such as #N/A instead of a value."""

    text: str = "#N/A"


CellValue = str | float | int | bool | date | CellError | None


@dataclass
class SheetHead:
    """One sheet, told before its rows. Rows and columns in ``merges`` and ``hidden_rows`` count from 0.

    ``name`` is ``None`` for text files; ``typed`` is false where cells carry no type (text, HTML).
    """

    name: str | None
    index: int
    hidden: bool = False
    typed: bool = True
    date1904: bool = False
    merges: list[Range] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass
class Row:
    """One row that is not blank. ``number`` counts from 1 as the sheet shows it; cells from column A."""

    number: int
    cells: list[CellValue]


@dataclass
class BookFacts:
    """About the whole file, known after the last row."""

    kind: str
    digest: str
    sheet_count: int


def stream_workbook(
    path: Path, *, progress: Progress = Quiet()
) -> Generator[SheetHead | list[Row] | BookFacts, None, None]:
    """Yield each sheet's head followed by its rows in parts, at last ``BookFacts``. Raises ``Refused``, ``Cancelled``."""
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError:
        raise Refused("unreadable", path) from None
    if size == 0:
        raise Refused("empty", path)
    if size > LARGEST_FILE:
        raise Refused("too_large", path)
    parts = stream_child(
        "read-workbook", str(path), memory_mb=_MEMORY_MB, cpu_s=_CPU_S, wall_s=_WALL_S, progress=progress
    )
    try:
        while True:
            kind, value = next(parts)
            yield _head(value) if kind == "sheet" else [Row(number, _cells(cells)) for number, cells in value]
    except StopIteration as end:
        yield BookFacts(*end.value)
    except ChildFault as fault:
        raise Refused(fault.kind if fault.kind in REFUSALS else "damaged", path, fault.detail) from None
    except (ChildOutOfMemory, ChildTooSlow) as over:
        raise Refused("too_large", path, str(over)) from None
    except ChildDied as died:
        raise Refused("damaged", path, str(died)) from None
    except ChildError as broken:
        raise Refused("damaged", path, str(broken)) from None
    finally:
        parts.close()  # kills the child when the reader stops half-way


def _head(value: dict[str, Any]) -> SheetHead:
    return SheetHead(
        name=value["name"],
        index=value["index"],
        hidden=value["hidden"],
        typed=value["typed"],
        date1904=value["date1904"],
        merges=[(a, b, c, d) for a, b, c, d in value["merges"]],
        hidden_rows=frozenset(value["hidden_rows"]),
        hidden_columns=frozenset(value["hidden_columns"]),
    )


def _cells(cells: list[Any]) -> list[CellValue]:
    """Lists mark what msgpack has no type for: [iso date] and [error text, true]."""
    for at, value in enumerate(cells):
        if type(value) is list:
            cells[at] = date.fromisoformat(value[0]) if len(value) == 1 else CellError(value[0])
    return cells
