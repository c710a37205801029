"""Faults and warnings of a foreign file: where, what kind, what was written, and how to mend it in words."""

from dataclasses import dataclass
from typing import Any

from kqdesk.excel.margins import column_letters


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault or warning. ``column`` counts from 0, ``row`` from 1; both ``None`` when it is about a whole row or
    sheet. ``key`` is the field, ``heading`` its heading in the file, ``other_row`` the first place of a duplicate.
    """

    sheet: str | None
    row: int | None
    column: int | None
    key: str | None
    kind: str
    value: str | None
    reason: str
    heading: str | None = None
    other_sheet: str | None = None
    other_row: int | None = None

    @property
    def letter(self) -> str | None:
        """The column as the sheet names it: ``D``."""
        return None if self.column is None else column_letters(self.column)

    def as_json(self) -> dict[str, Any]:
        """The form of the roster format: sheet, row, column, kind, value, reason (+ field, heading, other)."""
        told: dict[str, Any] = {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.letter,
            "kind": self.kind,
            "value": self.value,
            "reason": self.reason,
            "field": self.key,
            "heading": self.heading,
        }
        if self.other_row is not None:
            told["other"] = {"sheet": self.other_sheet, "row": self.other_row}
        return told
