"""Finding the header of a table: which of the rows ahead are headings, and what each column means.

The anchor row is the one that names an anchor field (a name, a number) and at least one more. Rows of group headings
above it and sub-headings below it are joined to it by merged cells or, in files without them, by position.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kqdesk.excel.reading import Row, SheetHead
from kqdesk.excel.titles import Meaning, Titles, tidy

_DIGITS = re.compile(r"\d{4}")
_SHORT = 14  # characters of a group or sub-heading
_TALLEST = 3
_PARTS = (("年", "年份"), ("月", "月份"), ("日", "号", "日期"))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. ``title`` as written, group and sub-heading joined by a slash; ``key`` "" if unknown.

    ``parts``: the columns of year, month and day when a date is written in several; ``index`` is the first of them.
    """

    index: int
    title: str
    key: str
    option: str | None
    spreads: bool
    parts: tuple[int, ...] = ()


@dataclass
class Block:
    """The columns of one table, from column ``first`` to ``last`` (from 0). ``columns`` are those with a meaning."""

    first: int
    last: int
    columns: list[Column]
    unknown: list[Column]
    anchors: tuple[str, ...]
    serial: int | None


@dataclass
class Header:
    """A header at the top of the rows ahead: how many of them it takes, and the tables that begin under it."""

    height: int
    blocks: list[Block]


def find_header(ahead: Sequence[Row], sheet: SheetHead, titles: Titles) -> Header | None:
    """The header that begins with the first row of ``ahead``, if one does."""
    for depth in range(min(_TALLEST, len(ahead))):
        if depth and ahead[depth].number != ahead[depth - 1].number + 1:
            return None
        if depth and not _may_be_group(ahead[depth - 1]):
            return None
        if _is_anchor(ahead[depth], titles):
            if any(not _is_group(ahead[upper], ahead[depth], sheet, titles) for upper in range(depth)):
                return None
            return _build(list(ahead), depth, sheet, titles)
    return None


def _texts(row: Row) -> dict[int, str]:
    return {at: value for at, value in enumerate(row.cells) if isinstance(value, str)}


def _is_anchor(row: Row, titles: Titles) -> bool:
    if not _looks_like_headings(row):
        return False
    keys = {titles.meaning((text,)).key for text in _texts(row).values()} - {""}
    return len(keys) >= 2 and any(titles.fields[key].anchor for key in keys)


def _looks_like_headings(row: Row) -> bool:
    """Cheap test that sends most data rows away: a number or a long run of digits is no heading."""
    strings = 0
    for value in row.cells:
        if value is None:
            continue
        if type(value) is not str or (len(value) >= 11 and (value.isdigit() or value[:17].isdigit())):
            return False
        strings += 1
    return strings >= 2


def _may_be_group(row: Row) -> bool:
    return all(value is None or (isinstance(value, str) and not _DIGITS.search(value)) for value in row.cells)


def _is_group(row: Row, anchor: Row, sheet: SheetHead, titles: Titles) -> bool:
    """Group headings, as against a title or a line with 填报单位 and date."""
    texts, below = _texts(row), _texts(anchor)
    if any(column not in below and titles.meaning((text,)).key for column, text in texts.items()):
        return True
    width = max(below) - min(below) + 1
    top = row.number - 1
    spans = [right - left + 1 for up, left, _, right in sheet.merges if up == top and right > left]
    if any(span < width * 0.8 for span in spans):
        return True
    return (
        not spans
        and len(texts) >= 2
        and all(len(text) <= _SHORT and not re.search(r"[:：\d]", text) for text in texts.values())
    )


def _build(ahead: Sequence[Row], depth: int, sheet: SheetHead, titles: Titles) -> Header | None:
    height = depth + 1
    while height < min(len(ahead), depth + _TALLEST) and _is_sub(ahead, height, sheet, titles):
        height += 1
    paths = _paths(ahead[:height], sheet)
    blocks = [block for block in _split(paths, titles) if block]
    return Header(height, blocks) if blocks else None


def _is_sub(ahead: Sequence[Row], height: int, sheet: SheetHead, titles: Titles) -> bool:
    """Whether the row below the header so far is a row of sub-headings (有 | 无, 单位 | 岗位)."""
    row, above = ahead[height], ahead[height - 1]
    if row.number != above.number + 1 or not _may_be_group(row):
        return False
    texts = _texts(row)
    if not texts or any(len(text) > _SHORT for text in texts.values()):
        return False
    paths = _paths(ahead[:height], sheet)
    deeper = _paths(ahead[: height + 1], sheet)
    told = 0
    for column in texts:
        own = titles.meaning(paths.get(column, ()))
        if own.key and titles.fields[own.key].anchor and not _under_wide(row, column, sheet):
            return False  # something stands in the name column: a record
        now = titles.meaning(deeper[column])
        told += bool(now.key and (now.option or now != own)) or _under_wide(row, column, sheet)
    return told * 2 > len(texts)


def _under_wide(row: Row, column: int, sheet: SheetHead) -> bool:
    """A cell merged over several columns ends right above this one."""
    return any(
        bottom == row.number - 2 and left <= column <= right and right > left
        for _, left, bottom, right in sheet.merges
    )


def _paths(rows: Sequence[Row], sheet: SheetHead) -> dict[int, tuple[str, ...]]:
    """Headings of every column from top to bottom, merged cells filled, repetitions dropped."""
    grid = [_filled(rows, at, sheet) for at in range(len(rows))]
    paths: dict[int, tuple[str, ...]] = {}
    for column in sorted({column for line in grid for column in line}):
        path: list[str] = []
        for line in grid:
            text = line.get(column)
            if text and (not path or path[-1] != text):
                path.append(text)
        paths[column] = tuple(path)
    return paths


def _filled(rows: Sequence[Row], at: int, sheet: SheetHead) -> dict[int, str]:
    row = rows[at]
    line = _texts(row)
    top, last = row.number - 1, rows[-1].number - 1
    merged = False
    for up, left, bottom, right in sheet.merges:
        if up <= top <= bottom and bottom <= last:
            source = next((one for one in rows if one.number - 1 == up), None)
            text = _texts(source).get(left) if source else None
            if text and right - left < 60:
                merged = merged or right > left
                line.update(dict.fromkeys(range(left, right + 1), text))
    if not merged and at + 1 < len(rows) and not any(up == top for up, *_ in sheet.merges):
        _fill_right(line, _texts(rows[at + 1]))
    return line


def _fill_right(line: dict[int, str], below: dict[int, str]) -> None:
    """In files without merged cells a group heading stands over its first column only."""
    if not line:
        return
    text = ""
    for column in range(min(line), max([*below, *line]) + 1):
        if column in line:
            text = line[column] if column in below else ""
        elif column in below and text:
            line[column] = text
        else:
            text = ""


def _split(paths: dict[int, tuple[str, ...]], titles: Titles) -> list[Block | None]:
    """Cut the columns into tables standing beside each other: each has its own first anchor column."""
    meanings = {column: titles.meaning(path) for column, path in paths.items()}
    lead = next((m.key for m in meanings.values() if m.key and titles.fields[m.key].anchor), "")
    heads = [column for column, m in meanings.items() if m.key == lead and m.option is None]
    starts = [min(paths)]
    for previous, column in pairwise(heads):
        starts.append(_start_of(previous, column, paths, meanings))
    ends = [start - 1 for start in starts[1:]] + [max(paths)]
    return [
        _block({at: paths[at] for at in paths if start <= at <= end}, meanings, titles)
        for start, end in zip(starts, ends, strict=True)
    ]


def _start_of(
    previous: int, column: int, paths: dict[int, tuple[str, ...]], meanings: dict[int, Meaning]
) -> int:
    """Where the table around the anchor in ``column`` begins: at the same heading as the first one, or after a gap."""
    opening = tidy("".join(paths[min(paths)]))
    between = range(column, previous, -1)
    for at in between:
        if at in paths and tidy("".join(paths[at])) == opening:
            return at
    gap = next((at for at in between if at not in paths), None)
    if gap is not None:
        return gap + 1
    seen = {meanings[at].key for at in paths if at <= previous and meanings[at].key}
    start = column
    while start - 1 > previous and start - 1 in meanings and meanings[start - 1].key in seen:
        start -= 1
    return start


def _block(paths: dict[int, tuple[str, ...]], meanings: dict[int, Meaning], titles: Titles) -> Block | None:
    columns: list[Column] = []
    unknown: list[Column] = []
    dates = _dates_in_parts(paths, titles)
    inner = {at for parts in dates.values() for at in parts[1:]}
    for at, path in paths.items():
        meaning = titles.meaning(path[:-1]) if at in dates else meanings[at]
        if at in inner:
            continue
        known = titles.fields.get(meaning.key)
        taken = any(one.key == meaning.key for one in columns if one.option is None)
        spreads = bool(known and known.spreads)
        column = Column(at, "/".join(path), meaning.key, meaning.option, spreads, dates.get(at, ()))
        if known and (meaning.option is not None or not taken or known.repeats):
            columns.append(column)
        else:
            unknown.append(column)
    anchors = tuple(dict.fromkeys(one.key for one in columns if titles.fields[one.key].anchor))
    if not anchors or len({one.key for one in columns}) < 2:
        return None
    serial = next((at for at, path in paths.items() if path and titles.is_serial(path[-1])), None)
    return Block(min(paths), max(paths), columns, unknown, anchors, serial)


def _dates_in_parts(paths: dict[int, tuple[str, ...]], titles: Titles) -> dict[int, tuple[int, ...]]:
    """First column → columns of dates written as 年 | 月 | 日 under one heading that is known (出生, 报名日期)."""
    found: dict[int, tuple[int, ...]] = {}
    for at, path in paths.items():
        if len(path) < 2 or not titles.meaning(path[:-1]).key:
            continue
        columns = tuple(
            at + n for n, words in enumerate(_PARTS) if _leaf(paths.get(at + n), path[:-1]) in words
        )
        if columns[:2] == (at, at + 1):
            found[at] = columns
    return found


def _leaf(path: tuple[str, ...] | None, group: tuple[str, ...]) -> str | None:
    return tidy(path[-1]) if path and path[:-1] == group else None
