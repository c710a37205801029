"""A foreign list on its way in: the rows that may be taken, what is wrong with the others, the same workbook with red cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kqdesk.excel.faults import Fault
from kqdesk.excel.marking import mark_faults
from kqdesk.kernel.progress import Progress, Quiet


@dataclass(frozen=True, slots=True)
class ListLine:
    """One row that may be taken: where it stands (名单 第 3 行) and its values."""

    place: str
    told: Mapping[str, Any]


@dataclass
class ForeignList:
    """A list that was read; rows with faults are not among ``lines``. ``headers``: (sheet, header row) of each table."""

    path: Path
    lines: list[ListLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    headers: list[tuple[str | None, int]] = field(default_factory=list)

    def take(self, sheet: str | None, row: int, told: Mapping[str, Any]) -> None:
        """Another good row."""
        self.lines.append(ListLine(place_of(sheet, row), told))

    def write_faults(self, path: Path, *, progress: Progress = Quiet()) -> None:
        """The same workbook with red cells and a column of reasons; errors as ``mark_faults`` gives them."""
        mark_faults(self.path, self.faults, self.headers, path, progress=progress)


def place_of(sheet: str | None, row: int | None) -> str:
    """Where a row stands, as people say it."""
    return f"{sheet} 第 {row} 行" if sheet else f"第 {row} 行"
