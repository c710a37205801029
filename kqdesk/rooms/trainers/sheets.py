"""共富培训师库 as Excel, out and in: any layout with a column of names, faults told by cell."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from kqdesk.excel.faults import Fault
from kqdesk.excel.lists import ForeignList
from kqdesk.excel.reading import stream_workbook
from kqdesk.excel.tables import Record, Table, find_records
from kqdesk.excel.titles import Field, Titles
from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.dates import read_date
from kqdesk.kernel.national_id import IdFault, parse_id
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.kernel.text import read_name, read_phones
from kqdesk.rooms.people.sheets.cells import BadCell, free_text, is_error, text_of, township
from kqdesk.rooms.trainers.queries import TrainerRow
from kqdesk.rooms.trainers.rules import specialities_of
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.security.masking import mask_phone

FIELDS = (
    Field("name", [r"(?:培训师|教师|老师|讲师|师傅)?姓名", r"(?:培训师|任课教师|授课教师)"], anchor=True),
    Field("phone", [r"(?:联系)?(?:电话|手机)(?:号码)?", r"联系方式"]),
    Field("id_number", [r"(?:居民)?(?:身份)?证(?:件)?(?:号码?|编号)", r"身份证(?:号码?)?"]),
    Field("source", [r"来源(?:类别)?", r"人员类别", r"类别"]),
    Field("pay_level", [r"(?:课酬|职称)?级别", r"职称(?:等级)?"]),
    Field("words", [r"(?:授课|教学)?(?:专长|特长|擅长)(?:门类|领域)?", r"(?:授课|教学)(?:内容|课程|方向)", r"专业(?:特长)?"]),
    Field("employer", [r"(?:工作|所在)?单位(?:名称)?"]),
    Field("township_code", [r"(?:所在)?(?:镇街|乡镇|镇[(（]街道[)）])"]),
    Field("agreement_from", [r"(?:聘用|协议|聘期)(?:开始|起)(?:日期|时间)?"]),
    Field("agreement_to", [r"(?:聘用|协议|聘期)(?:结束|截止|至|止)(?:日期|时间)?"]),
    Field("note", [r"备注(?:说明)?", r"说明"]),
)  # fmt: skip
OUT = (
    OutColumn("姓名", 10), OutColumn("电话", 14), OutColumn("来源类别", 12), OutColumn("课酬级别", 14), OutColumn("专长", 28),
    OutColumn("可上课时间", 30), OutColumn("工作单位", 24), OutColumn("所在镇街", 12), OutColumn("协议止", 12, "date"),
    OutColumn("证书数", 8, "number"), OutColumn("最先到期", 24), OutColumn("状态", 8),
)  # fmt: skip


def write_trainers(path: Path, rows: Sequence[TrainerRow], *, progress: Progress = Quiet()) -> int:
    """The list as shown, phones masked; returns the number of rows."""
    lines = (
        (
            row.name, mask_phone(row.phone), row.source.label, row.pay_level.label, "、".join(row.specialities),
            row.times_shown, row.employer, row.township, row.agreement_to, row.qualification_count,
            f"{row.next_expiry[0]} {row.next_expiry[1]}" if row.next_expiry else None, "在用" if row.is_active else "停用",
        )
        for row in rows
    )  # fmt: skip
    return write_table(path, "培训师", OUT, lines, progress=progress)


def read_trainers(path: Path, *, today: date, progress: Progress = Quiet()) -> ForeignList:
    """A list of trainers. ``Refused`` when the file is none."""
    found = ForeignList(path)
    titles = Titles(FIELDS, strangers=r"填表|填报|审核|制表", serial=r"序号?|编号|no")
    with closing(stream_workbook(path, progress=progress)) as parts:
        for event in find_records(parts, titles):
            if isinstance(event, Table):
                found.headers.append((event.sheet.name, event.header_row))
            elif isinstance(event, Record) and not event.is_sample:
                _take(event, today, found)
    return found


def _take(record: Record, today: date, found: ForeignList) -> None:
    sheet, told, faults = record.table.sheet.name, dict[str, Any](), list[Fault]()
    for key, cell in record.cells.items():
        try:
            if is_error(cell.value):
                raise ValueError("这一格是错误值，请改成内容或清空。")
            told[key] = _value(key, cell.value, today)
        except (BadCell, ValueError) as bad:
            faults.append(
                Fault(sheet, record.row, cell.column, key, "unreadable", text_of(cell.value), str(bad))
            )
    if not any(told.values()) and not faults:
        return
    if not faults and not told.get("name"):
        faults.append(Fault(sheet, record.row, None, "name", "incomplete", None, "没有写姓名。"))
    found.faults += faults
    if not faults:
        found.take(sheet, record.row, told)


def _value(key: str, value: Any, today: date) -> Any:
    """What a cell says; ValueError and BadCell carry the sentence."""
    if key in ("agreement_from", "agreement_to"):
        return _day(value, today)
    text = free_text(value)
    if text is None or key not in _READERS:
        return text
    return _READERS[key](text, today)


def _name(text: str, _: date) -> str:
    name = read_name(text)
    if not name.text or name.is_damaged:
        raise ValueError(f"“{text}”不像姓名，或有打不出的字，请改正。")
    return name.text


def _phone(text: str, _: date) -> str | None:
    phones = read_phones(text)
    if phones is None:
        raise ValueError(f"“{text}”不是电话号码。")
    return phones.first


def _id_number(text: str, today: date) -> str:
    number = parse_id(text, today=today)
    if isinstance(number, IdFault):
        raise BadCell("id_number", number.reason)
    return number.number


def _source(text: str, _: date) -> TrainerSource | None:
    return next((one for one in TrainerSource if one.label in text or text in one.label), None)


def _words(text: str, _: date) -> list[str]:
    return specialities_of((), text)


def _township(text: str, _: date) -> str | None:
    return township(text)[0]


def _level(text: str, _: date) -> PayLevel:
    for words, level in (
        ("院士", PayLevel.NATIONAL),
        ("全国知名", PayLevel.NATIONAL),
        ("副", PayLevel.ASSOCIATE),
        ("正高", PayLevel.FULL),
    ):
        if words in text:
            return level
    return PayLevel.MIDDLE


_READERS: Mapping[str, Callable[[str, date], Any]] = {
    "name": _name, "phone": _phone, "id_number": _id_number, "source": _source, "pay_level": _level, "words": _words,
    "township_code": _township,
}  # fmt: skip


def _day(value: Any, today: date) -> date | None:
    if free_text(value) is None:
        return None
    day = read_date(value, today=date(today.year + 20, 12, 31))
    if day is None:
        raise ValueError(f"“{text_of(value)}”不是日期，请写成 2026-03-02 这样。")
    return day
