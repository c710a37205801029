"""The call list as Excel: out with empty columns to fill in, and back in, faults told by cell."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from kqdesk.excel.faults import Fault
from kqdesk.excel.lists import ForeignList
from kqdesk.excel.reading import stream_workbook
from kqdesk.excel.tables import Record, Table, find_records
from kqdesk.excel.titles import Field, Titles
from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.dates import read_date
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.followup.queries import Bands, CallRow
from kqdesk.rooms.followup.terms import NextStudy, Outcome, VisitWay, Work
from kqdesk.rooms.people.sheets.cells import BadCell, free_text, is_error, text_of
from kqdesk.security.masking import mask_phone

FIELDS = (
    Field("person_id", [r"识别码(?:[(（].*[)）])?"], anchor=True),
    Field("name", [r"姓名"]),
    Field("contacted_on", [r"回访(?:日期|时间)"]),
    Field("way", [r"(?:回访)?方式"]),
    Field("outcome", [r"(?:回访)?结果"]),
    Field("work", [r"就业(?:情况|状态)?"]),
    Field("employer", [r"(?:现在)?(?:工作)?单位"]),
    Field("job", [r"(?:现在)?岗位"]),
    Field("pay_band", [r"现在的?(?:月)?收入档?"]),
    Field("pay_before", [r"参训前的?(?:月)?收入档?"]),
    Field("study", [r"再学习(?:情况)?"]),
    Field("next_on", [r"下次联系(?:日期)?"]),
    Field("note", [r"备注"]),
)
OUT = (
    OutColumn("姓名", 10), OutColumn("性别", 6), OutColumn("村社", 14), OutColumn("电话", 14), OutColumn("哪次培训", 30),
    OutColumn("应回访日", 12, "date"), OutColumn("回访日期", 12), OutColumn("方式", 8), OutColumn("结果", 10),
    OutColumn("就业情况", 14), OutColumn("单位", 22), OutColumn("岗位", 12), OutColumn("现在的收入档", 16),
    OutColumn("参训前的收入档", 16), OutColumn("再学习", 14), OutColumn("下次联系", 12), OutColumn("备注", 24),
    OutColumn("识别码（不要改）", 36),
)  # fmt: skip
_WORDS: Mapping[str, Mapping[str, Any]] = {
    "way": {one.label: one for one in VisitWay},
    "outcome": {one.label: one for one in Outcome},
    "work": {one.label: one for one in Work},
    "study": {one.label: one for one in NextStudy},
}


def write_calls(
    path: Path, rows: Sequence[CallRow], *, shows_phones: bool, progress: Progress = Quiet()
) -> int:
    """One line a person, the columns after 应回访日 empty; phones masked unless ``shows_phones``. How many."""
    lines = (
        (
            row.name, row.sex, row.village, row.phone if shows_phones else mask_phone(row.phone), row.words, row.on,
            *[None] * 11, row.id,
        )
        for row in rows
    )  # fmt: skip
    return write_table(path, "回访名单", OUT, lines, progress=progress)


def read_visits(path: Path, bands: Bands, *, today: date, progress: Progress = Quiet()) -> ForeignList:
    """A filled call list; rows without a date and without anything said are passed over. ``Refused`` when it is none."""
    found = ForeignList(path)
    titles = Titles(FIELDS, strangers=r"填表|填报|审核|制表", serial=r"序号?|编号|no")
    read = partial(_value, bands, today)
    with closing(stream_workbook(path, progress=progress)) as parts:
        for event in find_records(parts, titles):
            if isinstance(event, Table):
                found.headers.append((event.sheet.name, event.header_row))
            elif isinstance(event, Record) and not event.is_sample:
                _take(event, read, found)
    return found


def _take(record: Record, read: Callable[[str, Any], Any], found: ForeignList) -> None:
    sheet, told, faults = record.table.sheet.name, dict[str, Any](), list[Fault]()
    for key, cell in record.cells.items():
        try:
            if is_error(cell.value):
                raise ValueError("这一格是错误值，请改成内容或清空。")
            told[key] = read(key, cell.value)
        except (BadCell, ValueError) as bad:
            faults.append(
                Fault(sheet, record.row, cell.column, key, "unreadable", text_of(cell.value), str(bad))
            )
    said = {key: one for key, one in told.items() if key not in ("person_id", "name") and one is not None}
    if not said and not faults:
        return
    if not faults and not told.get("person_id"):
        reason = "没有识别码。请用程序导出的回访名单填写，不要删最后一列。"
        faults.append(Fault(sheet, record.row, None, "person_id", "incomplete", None, reason))
    elif not faults and told.get("contacted_on") is None:
        faults.append(Fault(sheet, record.row, None, "contacted_on", "incomplete", None, "没有写回访日期。"))
    found.faults += faults
    if not faults:
        found.take(sheet, record.row, told)


def _value(bands: Bands, today: date, key: str, value: Any) -> Any:
    """What a cell says; ValueError and BadCell carry the sentence."""
    if key in ("contacted_on", "next_on"):
        return _day(value, today)
    text = free_text(value)
    if text is None or key in ("name", "employer", "job", "note"):
        return text
    if key == "person_id":
        if len(text) != 32 or not text.isalnum():
            raise ValueError("识别码被改动了，请用程序导出的名单。")
        return text
    choices = {words: code for code, words in bands.rows} if key.startswith("pay") else _WORDS[key]
    return _chosen(text, choices)


def _chosen(text: str, choices: Mapping[str, Any]) -> Any:
    """By its words, how they begin, or the number on the printed list."""
    words = {_tight(one): one for one in choices}
    wanted, listed = _tight(text), list(choices)
    if wanted.isdigit() and 1 <= int(wanted) <= len(listed):
        return choices[listed[int(wanted) - 1]]
    hits = [one for one in words if one == wanted] or [one for one in words if one.startswith(wanted)]
    if len(hits) != 1:
        raise ValueError(f"“{text}”不在可选的里面：{'、'.join(listed)}。")
    return choices[words[hits[0]]]


def _tight(text: str) -> str:
    return "".join(text.split())


def _day(value: Any, today: date) -> date | None:
    if free_text(value) is None:
        return None
    found = read_date(value, today=date(today.year + 2, 12, 31))
    if found is None:
        raise ValueError(f"“{text_of(value)}”不是日期，请写成 2026-03-02 这样。")
    return found
