"""A platform's list of online study (.xlsx, .xls, .csv …): each line matched with a learner of one cohort, or why not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kqdesk.excel.reading import stream_workbook
from kqdesk.excel.tables import Record, find_records
from kqdesk.excel.titles import Field, Titles
from kqdesk.kernel.dates import read_date
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.kernel.text import compact
from kqdesk.rooms.attendance.queries import OnlineLearner

FIELDS = (
    Field("id_number", ("身份证(?:号码?)?", "证件号码?", "公民身份号码"), anchor=True),
    Field("phone", ("手机(?:号码?)?", "联系电话", "电话(?:号码)?", "账号", "登录名"), anchor=True),
    Field("name", ("(?:学员|学习者|用户)?姓名", "昵称"), anchor=True),
    Field("title", ("课程(?:名称)?", "学习内容", "视频(?:名称)?", "标题", "内容")),
    Field("on", ("(?:学习|完成|结束|最后学习)?(?:日期|时间)",)),
    Field("minutes", ("(?:学习|累计|观看)?(?:时长|分钟数?|时间合计)(?:分钟?|min)?", "(?:有效)?学习分钟数?")),
    Field("clock_hours", ("(?:学习|累计|观看)?(?:时长)?小时数?",)),
)
MOST_MINUTES = 24 * 60


@dataclass(frozen=True)
class ReadLine:
    """One line of the list. ``fault``: why it cannot be taken; "" when it can."""

    row: int
    name: str
    title: str
    on: date | None
    minutes: int
    enrolment_id: str
    matched: str
    fault: str


def read_online(
    path: Path, learners: Sequence[OnlineLearner], *, today: date, progress: Progress = Quiet()
) -> list[ReadLine]:
    """Every line of the file with the learner it is about, by ID number or else by phone; a name alone is never enough.

    Raises ``Refused`` when the file cannot be read; an empty list when no table with such columns is in it.
    """
    by_number = {one.id_number.upper(): one for one in learners if one.id_number}
    by_phone: dict[str, list[OnlineLearner]] = {}
    for one in learners:
        if one.phone:
            by_phone.setdefault(one.phone, []).append(one)
    titles = Titles(FIELDS, strangers="教师|班主任|推荐人", serial="序号|编号|No\\.?")
    found = find_records(stream_workbook(path, progress=progress), titles)
    return [
        _line(event, by_number, by_phone, today)
        for event in found
        if isinstance(event, Record) and not event.is_sample
    ]


def _line(
    record: Record,
    by_number: dict[str, OnlineLearner],
    by_phone: dict[str, list[OnlineLearner]],
    today: date,
) -> ReadLine:
    words = {key: compact(str(cell.value)) for key, cell in record.cells.items() if cell.value is not None}
    phone = re.sub(r"\.0$|\D", "", words.get("phone", ""))
    same = by_phone.get(phone, [])
    learner = by_number.get(words.get("id_number", "").upper()) or (same[0] if len(same) == 1 else None)
    minutes = _minutes(words)
    on = _day(record, today)
    fault = _fault(words, learner, same, minutes, on)
    return ReadLine(
        record.row, words.get("name", ""), words.get("title", "") or "网上学习", on, minutes or 0,
        learner.enrolment_id if learner else "", learner.name if learner else "", fault,
    )  # fmt: skip


def _fault(
    words: dict[str, str],
    learner: OnlineLearner | None,
    same: Sequence[OnlineLearner],
    minutes: int | None,
    on: date | None,
) -> str:
    if len(same) > 1 and learner is None:
        return f"电话是 {len(same)} 个人共用的，请在表里补上身份证号"
    if learner is None:
        return "这个班没有这个身份证号或电话的学员"
    name = words.get("name", "")
    if name and "*" not in name and name != learner.name:
        return f"表里写的是{name}，对上的是{learner.name}，请核对"
    if minutes is None:
        return "没有学习时长，或写法认不出"
    if not 0 < minutes <= MOST_MINUTES:
        return f"时长 {minutes} 分钟不在 1 到 {MOST_MINUTES} 之间，请分日期列出"
    return "" if on else "没有日期、写法认不出，或在今天以后"


def _minutes(words: dict[str, str]) -> int | None:
    """45 · 45分 · 1小时30分 · 01:30:00 · 0.75 (hours, in a column of hours); whole minutes, down."""
    text, factor = words.get("minutes", ""), 1
    if not text and "clock_hours" in words:
        text, factor = words["clock_hours"], 60
    clock = re.fullmatch(r"(\d{1,3}):(\d{2})(?::(\d{2}))?", text)
    if clock:
        return int(clock[1]) * 60 + int(clock[2])
    parts = re.fullmatch(r"(?:(\d{1,3})(?:小时|时|h))?(?:(\d{1,4})(?:分钟?|min|m))?(?:\d{1,2}秒)?", text)
    if text and parts and (parts[1] or parts[2]):
        return int(parts[1] or 0) * 60 + int(parts[2] or 0)
    plain = re.fullmatch(r"(\d{1,5})(?:\.(\d{1,4}))?", text)
    if plain is None:
        return None
    fraction = int((plain[2] or "0").ljust(4, "0"))
    return (int(plain[1]) * 10000 + fraction) * factor // 10000


def _day(record: Record, today: date) -> date | None:
    cell = record.cells.get("on")
    if cell is None:
        return None
    written = cell.value.split(" ")[0] if isinstance(cell.value, str) else cell.value
    return read_date(written, today=today)
