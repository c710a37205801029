"""Sheets of 督查 at the hub: answers of all schools side by side, and what other departments fill in 部门填报."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kqdesk.excel.faults import Fault
from kqdesk.excel.lists import ForeignList
from kqdesk.excel.reading import CellError, stream_workbook
from kqdesk.excel.tables import Record, Table, find_records
from kqdesk.excel.titles import Field, Titles
from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.supervision import rules
from kqdesk.rooms.supervision.queries import TaskCard
from kqdesk.rooms.supervision.terms import TEMPLATE_COLUMNS

FIELDS = (
    Field("title", [r"(?:统计|培训)?(?:项目|指标)(?:名称)?", r"内容"], anchor=True),
    Field("unit", [r"(?:计量)?单位"]),
    Field("amount", [r"(?:完成)?(?:数量?|数值|人数|完成数)", r"合计数"]),
    Field("note", [r"备注(?:说明)?", r"说明"]),
)
LONGEST = 60  # characters of a title
NAME = "部门填报.xlsx"


def answers_bytes(cards: Sequence[TaskCard], names: Mapping[str, str]) -> bytes:
    """One row a school with its state, words and numbers, as .xlsx."""
    wanted = cards[0].row.wanted
    columns = [
        OutColumn("学校", 26), OutColumn("状态", 12), OutColumn("到期日", 12, "date"), OutColumn("办理情况", 50),
        *(OutColumn(one.shown, 14, "number") for one in wanted), OutColumn("材料", 8, "number"), OutColumn("退回原因", 30),
    ]  # fmt: skip
    rows = [_answer_row(card, names) for card in sorted(cards, key=lambda card: card.row.school)]
    return _written("督查答复", columns, rows)


def _answer_row(card: TaskCard, names: Mapping[str, str]) -> list[Any]:
    said = card.answer
    told = {one.key: value for one, value in said.figures} if said else {}
    verdict = card.verdict
    return [
        names.get(card.row.school, card.row.school), card.row.state.label, card.row.due_on, said.words if said else None,
        *(told.get(one.key) for one in card.row.wanted), len(said.files) if said else None,
        verdict.words if verdict else None,
    ]  # fmt: skip


def template_bytes(titles: Sequence[tuple[str, str]]) -> bytes:
    """An empty form for a department: (title, unit) of every figure this system counts; other lines may be added."""
    columns = [OutColumn(name, width) for name, width in zip(TEMPLATE_COLUMNS, (32, 10, 14, 40), strict=True)]
    return _written("部门填报", columns, [[title, unit, None, None] for title, unit in titles])


def read_return(path: Path, *, progress: Progress = Quiet()) -> ForeignList:
    """A department's sheet: rows with title, unit and a whole number. ``Refused`` when the file is none.

    Read by the limited child; a row without a number is passed over when it has no note either.
    """
    found = ForeignList(path)
    titles = Titles(FIELDS, strangers=r"填表|填报|审核|制表|联系人|数据来源", serial=r"序号?|编号|no")
    seen: dict[tuple[str, str], int] = {}
    with closing(stream_workbook(path, progress=progress)) as parts:
        for event in find_records(parts, titles):
            if isinstance(event, Table):
                found.headers.append((event.sheet.name, event.header_row))
            elif isinstance(event, Record) and not event.is_sample:
                _take(event, found, seen)
    return found


def mark_return(path: Path, found: ForeignList) -> bytes:
    """The same workbook with its faulty cells red."""
    with TemporaryDirectory() as folder:
        marked = Path(folder) / "marked.xlsx"
        found.write_faults(marked)
        return marked.read_bytes()


def _take(record: Record, found: ForeignList, seen: dict[tuple[str, str], int]) -> None:
    sheet = record.table.sheet.name
    texts = {key: _text(cell.value) for key, cell in record.cells.items()}
    title, unit, note = texts.get("title", ""), texts.get("unit", ""), texts.get("note", "")
    amount = record.cells.get("amount")
    if amount is None or not _text(amount.value):
        if note:
            found.faults.append(_fault(record, "amount", "写了备注没有写数量；没有就填 0。"))
        return
    told: dict[str, Any] = {"title": title, "unit": unit, "note": note, "row": record.row}
    faults = _head_faults(record, title, unit, seen)
    try:
        if isinstance(amount.value, CellError):
            raise ValueError("这一格是错误值，请改成数字。")  # noqa: TRY004 -- a fault of a cell, told as a sentence
        told["amount"] = rules.read_amount(amount.value)
    except ValueError as bad:
        faults.append(_fault(record, "amount", str(bad)))
    found.faults += faults
    if not faults:
        seen[title, unit] = record.row
        found.take(sheet, record.row, told)


def _head_faults(record: Record, title: str, unit: str, seen: Mapping[tuple[str, str], int]) -> list[Fault]:
    faults = []
    if not title:
        faults.append(_fault(record, "title", "没有写项目。"))
    elif len(title) > LONGEST:
        faults.append(_fault(record, "title", f"项目最多 {LONGEST} 个字，其余写在备注里。"))
    elif (title, unit) in seen:
        faults.append(_fault(record, "title", f"和第 {seen[title, unit]} 行写的是同一项，只留一行。"))
    if not unit:
        faults.append(_fault(record, "unit", "没有写单位：人、人次、场、元……"))
    return faults


def _fault(record: Record, key: str, reason: str) -> Fault:
    cell = record.cells.get(key)
    value = None if cell is None else _text(cell.value)
    return Fault(record.table.sheet.name, record.row, _column(record, key), key, "unreadable", value, reason)


def _column(record: Record, key: str) -> int | None:
    cell = record.cells.get(key)
    if cell is not None:
        return cell.column
    return next((column.index for column in record.table.block.columns if column.key == key), None)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _written(title: str, columns: Sequence[OutColumn], rows: Sequence[Sequence[Any]]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        write_table(path, title, columns, rows)
        return path.read_bytes()
