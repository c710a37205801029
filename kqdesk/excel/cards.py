"""Sheets on which every person has a form of her own: a label cell beside its value, several forms below or beside
each other. Each form becomes one record, every cell with the row it stands in.

Told from a table by its look: labels stand in several rows, each with something beside it that is no label, and
between two names more than one row of labels. Works on the rows of ``reading.py``; fields come in as ``Titles``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kqdesk.excel.headers import Block, Column
from kqdesk.excel.marking import REASON_TITLE
from kqdesk.excel.reading import CellValue, Row, SheetHead
from kqdesk.excel.tables import Cell, Event, Heading, Record, Table
from kqdesk.excel.titles import Titles
from kqdesk.kernel.text import compact

_LOOKED_AT = 80  # rows by which a sheet is judged
_LEAST_ROWS, _LEAST_FIELDS = 3, 4
_FAR = 4  # columns from a label to its value at most, where merged cells leave gaps
_INSIDE = re.compile(r"([^\s:：]{1,16})\s*[:：]\s*([^:：]*?)(?=\s+[^\s:：]{1,16}\s*[:：]|$)")
_BOX = r"[□☐○〇◯▢]"
_TICK = r"[☑✓✔√■●☒⊠]"
_TICKED_BEFORE = re.compile(rf"^\s*(?:{_BOX}|{_TICK})")
_ONE_DIGIT = re.compile(r"[0-9Xx]")


@dataclass(frozen=True)
class Spot:
    """A label with its value: where the value stands (or should) and what the label says."""

    row: int
    label: int
    column: int
    key: str
    title: str
    value: CellValue


def are_cards(rows: Sequence[Row], head: SheetHead, titles: Titles) -> bool:
    """Whether the first rows of a sheet are forms and no table."""
    reader = CardSheet(head, titles)
    lead = reader.lead
    heights: list[int] = []  # rows with labels of each form
    fields: set[str] = set()
    labels = paired = with_pairs = 0
    for row in rows[:_LOOKED_AT]:
        found = reader.spots(row)
        told = [spot for spot in found if spot.value is not None]
        labels, paired = labels + len(found), paired + len(told)
        if any(spot.key == lead for spot in told):
            heights.append(0)
        if heights and found:
            heights[-1] += 1
        fields |= {spot.key for spot in told}
        with_pairs += bool(told)
    if not heights or len(fields) < _LEAST_FIELDS or with_pairs < _LEAST_ROWS:
        return False
    return 2 * paired > labels and sum(height > 1 for height in heights) * 2 > len(heights)


class CardSheet:
    """State while walking down one sheet of forms."""

    def __init__(self, head: SheetHead, titles: Titles) -> None:
        self._head, self._titles = head, titles
        self._across = {(top, left): right for top, left, _, right in head.merges if right > left}
        self.lead = next(key for key, one in titles.fields.items() if one.anchor)
        self._rows: list[list[Spot]] = []  # rows with labels of the forms that are open
        self._starts: list[int] = []  # the columns in which those begin; empty before the first
        self._above: int | None = None  # rows of labels that stand above the name, as on the first form
        self._table: Table | None = None
        self._reasons: int | None = None  # the column an earlier fault file left behind

    def feed(self, row: Row) -> Iterator[Event]:
        """The rows of a sheet, one after the other."""
        for at, value in enumerate(row.cells):
            if value == REASON_TITLE:
                self._reasons = at
        found = self.spots(row)
        leads = [spot for spot in found if spot.key == self.lead and spot.value is not None]
        if leads:
            if self._above is None:
                self._above = len(self._rows)
            cut = len(self._rows) - self._above
            above, self._rows = self._rows[cut:], self._rows[:cut]
            yield from self.finish()
            self._starts, self._rows = [0, *(spot.label for spot in leads[1:])], above
        if found:
            self._rows.append(found)
        elif not self._starts:
            text = " ".join(str(value) for value in row.cells if isinstance(value, str))
            if text:
                yield Heading(self._head, row.number, text)

    def finish(self) -> Iterator[Event]:
        """The forms that are still open; an empty one is none."""
        starts, rows = self._starts, self._rows
        self._starts, self._rows = [], []
        for place, start in enumerate(starts):
            end = starts[place + 1] if place + 1 < len(starts) else None
            spots = [
                spot
                for row in rows
                for spot in row
                if start <= spot.label and (end is None or spot.label < end)
            ]
            yield from self._form(spots)

    def _form(self, spots: Sequence[Spot]) -> Iterator[Event]:
        cells: dict[str, Cell] = {}
        more: dict[str, list[Cell]] = {}
        for spot in spots:
            if spot.value is None or not spot.key:
                continue
            cell = Cell(spot.column, spot.value, row=spot.row)
            if spot.key not in cells:
                cells[spot.key] = cell
            elif self._titles.fields[spot.key].repeats:
                more.setdefault(spot.key, []).append(cell)
        if len(cells) < 2:
            return
        if self._table is None:
            self._table = self._made(spots)
            yield self._table
        row = cells[self.lead].row if self.lead in cells else None
        row = row or spots[0].row
        places = {spot.key: (spot.row, spot.column) for spot in reversed(spots) if spot.key}
        yield Record(self._table, row, row - 1 in self._head.hidden_rows, cells, more, places=places)

    def _made(self, spots: Sequence[Spot]) -> Table:
        columns: list[Column] = []
        for spot in spots:
            known = self._titles.fields.get(spot.key)
            columns.append(Column(spot.column, spot.title, spot.key, None, bool(known and known.spreads)))
        known_columns = [one for one in columns if one.key]
        anchors = tuple(
            dict.fromkeys(one.key for one in known_columns if self._titles.fields[one.key].anchor)
        )
        places = [one.index for one in columns]
        unknown = [one for one in columns if not one.key]
        block = Block(min(places), max(places), known_columns, unknown, anchors, None)
        return Table(self._head, spots[0].row, block, (), is_cards=True)

    # -- one row ----------------------------------------------------------------------------------

    def spots(self, row: Row) -> list[Spot]:
        """Labels of a row with what stands beside them, and 姓名：陈建国 within one cell."""
        cells = [None if at == self._reasons else value for at, value in enumerate(row.cells)]
        names = {at: key for at, value in enumerate(cells) if (key := self._key(value)) is not None}
        found: list[Spot] = []
        for at, value in enumerate(cells):
            if at in names:
                found.append(self._beside(row, cells, names, at, str(value)))
            elif isinstance(value, str) and (":" in value or "：" in value):
                found += self._inside(row.number, at, value)
        return found

    def _key(self, value: CellValue) -> str | None:
        """What a label means; "" for one that is somebody else's or of no use, None for no label."""
        if not isinstance(value, str) or not 1 <= len(compact(value)) <= 24:
            return None
        meaning = self._titles.meaning((value,))
        if meaning.key:
            return meaning.key
        return "" if self._titles.is_strange(value) else None

    def _beside(
        self, row: Row, cells: Sequence[CellValue], names: dict[int, str], at: int, title: str
    ) -> Spot:
        end = self._across.get((row.number - 1, at), at)
        stop = min([*(other for other in names if other > at), len(cells), end + 1 + _FAR])
        reach = range(end + 1, stop)
        place = next((n for n in reach if cells[n] is not None), None)
        if place is None:
            return Spot(row.number, at, end + 1, names[at], title, None)
        value = cells[place]
        run = [str(cells[n]).removesuffix(".0") for n in range(place, len(cells)) if cells[n] is not None]
        if len(run) >= 15 and all(_ONE_DIGIT.fullmatch(one) for one in run[:15]):
            value = "".join(one for one in run[:18] if _ONE_DIGIT.fullmatch(one))  # a digit in each box
        return Spot(row.number, at, place, names[at], title, ticked(value))

    def _inside(self, number: int, at: int, text: str) -> Iterable[Spot]:
        for title, value in _INSIDE.findall(text):
            key = self._key(title)
            if key is not None:
                yield Spot(number, at, at, key, title, ticked(value.strip()) or None)


def ticked(value: CellValue) -> CellValue:
    """What is ticked of several words: ☑男 □女, 男□ 女√ → 男, 女; any other value as it is. Nothing ticked: None."""
    if not isinstance(value, str) or not re.search(rf"{_BOX}|{_TICK}", value):
        return value
    words = r"[^\s□☐○〇◯▢☑✓✔√■●☒⊠、/（）()\[\]]+"
    before = _TICKED_BEFORE.match(value)
    pattern = rf"{_TICK}\s*({words})" if before else rf"({words})\s*[\(（\[]?{_TICK}"
    return "、".join(re.findall(pattern, value)) or None
