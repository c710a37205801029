"""Old ledgers as workbooks: whose line it is, by the roster's own reading, and what it says of class, marks and papers."""

import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kqdesk.excel.faults import Fault
from kqdesk.excel.marking import mark_faults
from kqdesk.excel.reading import Refused, stream_workbook
from kqdesk.excel.tables import Record, Table, find_records
from kqdesk.excel.titles import Field, Titles
from kqdesk.kernel.dates import read_dates
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.kernel.text import compact, plain
from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel, Subject
from kqdesk.rooms.past.rules import Line, faults
from kqdesk.rooms.people.sheets import RosterPerson
from kqdesk.rooms.people.sheets.cells import is_error, text_of
from kqdesk.rooms.people.sheets.headings import FIELDS as PERSON_FIELDS
from kqdesk.rooms.people.sheets.rows import RowReading

_PERSON_KEYS = {
    "name", "id_kind", "id_number", "sex", "birth_date", "ethnicity_code", "hukou", "address", "township_code", "village",
    "education_code", "phone",
}  # fmt: skip
FIELDS = (
    *(one for one in PERSON_FIELDS if one.key in _PERSON_KEYS),
    Field("cohort", [r"(?:所在|参加|培训)?(?:班级|班次|培训班|期次|班名|届次|班级期次)(?:名称)?"], spreads=True),
    Field("course_title", [r"(?:培训|学习|所学)?(?:课程|项目|内容|专业|培训项目)(?:名称)?", r"培训(?:工种课程|名称)"], spreads=True),
    Field("starts_on", [r"(?:开班|开始|培训开始|起始|入学)(?:日期|时间|年月)?"], spreads=True),
    Field("ends_on", [r"(?:结班|结束|结业|培训结束|终止)(?:日期|时间|年月)"], spreads=True),
    Field("span", [r"(?:培训|学习|起止)(?:起止)?(?:日期|时间|时段|年月)", r"年份|年度|培训年份|培训年度"], spreads=True),
    Field("hours", [r"(?:培训|累计|总|实际|完成|学习)?(?:学时|课时)数?"], spreads=True),
    Field("subject", [r"(?:考试|文化课)?(?:科目|学科)"]),
    Field("points", [r"(?:考试|考核|总评|结业|理论)?(?:成绩|得分|分数)"]),
    Field("level", [r"(?:学历|办学|毕业|双证)?层次"], spreads=True),
    Field("occupation", [r"(?:鉴定|考核|技能|职业)?(?:工种|职业|职业资格|职业名称|职业工种|工种职业)(?:名称)?"], spreads=True),
    Field("skill_level", [r"(?:鉴定|技能|职业|职业资格|技能等级)?(?:等级|级别)"], spreads=True),
    Field("completion_no", [r"(?:结业|培训|培训合格|合格)(?:证书?)(?:编号|号码?|证号)?"]),
    Field("skill_no", [r"(?:技能|技能等级|职业资格|职业技能|鉴定|等级|资格)(?:证书?)(?:编号|号码?|证号)?"]),
    Field("diploma_no", [r"(?:毕业|学历|文凭)(?:证书?)(?:编号|号码?|证号)?"]),
    Field("paper_no", [r"证书?(?:编号|号码?)|编号证书|证号"]),
    Field("issuer", [r"(?:发证|颁发|颁证|鉴定|签发)(?:单位|机关|机构|部门)"], spreads=True),
    Field("issued_on", [r"(?:发证|颁发|颁证|签发|领证|取证)(?:日期|时间|年月)"], spreads=True),
    Field("note", [r"备注|附注|说明"]),
)  # fmt: skip
_STRANGERS = "户主|家长|父亲|母亲|配偶|监护|紧急|填报|填表|制表|登记员|审核|审批|负责人|班主任|教师|老师|签名|签字|领取人|代领"
_SERIAL = r"序号?|号|no\.?|序次|顺序号?|行号|#"
_LEVELS = ((DualLevel.SENIOR, re.compile("高中|职高|中专")), (DualLevel.JUNIOR, re.compile("初中")))
_SKILLS = (
    (SkillLevel.SENIOR_TECHNICIAN, re.compile(r"高级技师|一级|^1级?$")),
    (SkillLevel.TECHNICIAN, re.compile(r"技师|二级|^2级?$")),
    (SkillLevel.SENIOR, re.compile(r"高级|三级|^3级?$")),
    (SkillLevel.MIDDLE, re.compile(r"中级|四级|^4级?$")),
    (SkillLevel.JUNIOR, re.compile(r"初级|五级|绿证|^5级?$")),
    (SkillLevel.APPRENTICE, re.compile("学徒")),
)
_SUBJECTS = {
    "语文": Subject.CHINESE, "数学": Subject.MATHEMATICS, "自然科学": Subject.NATURAL_SCIENCE, "社会科学": Subject.SOCIAL_SCIENCE,
    "科学": Subject.SCIENCE, "公民道德与法律基础": Subject.CIVICS, "公民道德": Subject.CIVICS, "道德与法律": Subject.CIVICS,
}  # fmt: skip
_MONTHS = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})?")


@dataclass
class PastRead:
    """What came out of one file: lines that may be taken, rows held back, what is wrong. ``rows``: good and bad."""

    path: Path
    rows: int = 0
    people: list[RosterPerson] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    held: int = 0
    faults: list[Fault] = field(default_factory=list)
    headers: list[tuple[str | None, int]] = field(default_factory=list)


def read_past(path: Path, *, today: date, progress: Progress = Quiet()) -> PastRead:
    """Read an old ledger of any kind of file; nothing is stored. Refused when there is no ledger in it."""
    read = PastRead(path)
    with closing(stream_workbook(path, progress=progress)) as parts:
        for event in find_records(parts, Titles(FIELDS, strangers=_STRANGERS, serial=_SERIAL)):
            if isinstance(event, Table):
                read.headers.append((event.sheet.name, event.header_row))
            elif isinstance(event, Record) and not event.table.sheet.hidden and not event.is_sample:
                _take(read, event, today)
    if not read.rows:
        raise Refused("no_roster" if read.headers else "empty", path)
    return read


def write_past_faults(read: PastRead, path: Path, *, progress: Progress = Quiet()) -> None:
    """The same workbook with red cells and a column of reasons."""
    mark_faults(read.path, read.faults, reversed(read.headers), path, progress=progress)


def _take(read: PastRead, record: Record, today: date) -> None:
    reading = RowReading(record, today=today).read()
    cells = _Cells(record, today)
    line = cells.line()
    wrong = [*reading.faults, *cells.faults]
    wrong += [cells.fault(key, words) for key, words in faults(line, today).items()]
    read.rows += 1
    if wrong:
        read.held += 1
        read.faults += wrong
        return
    read.people.append(reading.person)
    read.lines.append(line)


class _Cells:
    """The cells of one row that say what was taught and issued."""

    def __init__(self, record: Record, today: date) -> None:
        self.record, self.today = record, today
        self.faults: list[Fault] = []

    def line(self) -> Line:
        """The row as a line; what cannot be read is a fault."""
        begun, ended = self._span()
        occupation, level = self._text("occupation"), self._level()
        skill = self._skill()
        numbers = self._numbers(is_skill=bool(occupation or skill), is_diploma=level is not None)
        return Line(
            cohort=self._text("cohort"), course=self._text("course_title"), starts_on=self._day("starts_on") or begun,
            ends_on=self._day("ends_on", last=True) or ended, hours=self._hours(),
            is_skill=True if occupation else None, subject=self._subject(), points_tenths=self._points(), level=level,
            occupation=occupation, skill_level=skill, issuer=self._text("issuer"), issued_on=self._day("issued_on"),
            note=self._text("note"), **numbers,
        )  # fmt: skip

    def fault(self, key: str, words: str) -> Fault:
        """A fault in the cell of a field, or in the row."""
        found = self.record.cells.get("course_title" if key == "course" else key)
        columns = self.record.table.block.columns
        heading = next((one.title for one in columns if found and one.index == found.column), None)
        return Fault(
            self.record.table.sheet.name, self.record.row, found.column if found else None, key, "past_line",
            text_of(found.value) if found else None, words, heading,
        )  # fmt: skip

    def _text(self, key: str) -> str | None:
        found = self.record.cells.get(key)
        if found is None or found.value is None or is_error(found.value):
            return None
        return plain(text_of(found.value)).strip("/-— ") or None

    def _numbers(self, *, is_skill: bool, is_diploma: bool) -> dict[str, str | None]:
        found = {key: self._number(key) for key in ("completion_no", "skill_no", "diploma_no")}
        loose = self._number("paper_no")
        if loose:
            key = "skill_no" if is_skill else "diploma_no" if is_diploma else "completion_no"
            found[key] = found[key] or loose
        return found

    def _number(self, key: str) -> str | None:
        found = self.record.cells.get(key)
        if found is not None and isinstance(found.value, float) and abs(found.value) >= 1e15:
            self.faults.append(
                self.fault(key, "编号被表格软件当成数值，后几位已经丢失。请对照证书重新填写。")
            )
            return None
        text = self._text(key)
        return compact(text).upper() if text else None

    def _hours(self) -> int | None:
        text = self._text("hours")
        if text is None:
            return None
        found = re.fullmatch(r"(\d{1,5})(?:\.0+)?(?:个)?(?:学时|课时)?", compact(text))
        if found is None:
            self.faults.append(self.fault("hours", f"学时「{text}」看不懂。请填整数，例如 60。"))
            return None
        return int(found[1])

    def _points(self) -> int | None:
        text = self._text("points")
        if text is None or text in ("合格", "优秀", "良好", "及格", "中等", "通过"):
            return None
        found = re.fullmatch(r"(\d{1,3})(?:\.(\d))?0*分?", compact(text))
        if found is None:
            self.faults.append(self.fault("points", f"成绩「{text}」看不懂。请填分数，最多一位小数。"))
            return None
        return int(found[1]) * 10 + int(found[2] or 0)

    def _subject(self) -> Subject | None:
        text = self._text("subject")
        found = _SUBJECTS.get(compact(text)) if text else None
        if text and found is None:
            self.faults.append(
                self.fault(
                    "subject",
                    f"科目「{text}」不在双证的科目里。请填 {'、'.join(s.label for s in Subject)} 之一。",
                )
            )
        return found

    def _level(self) -> DualLevel | None:
        text = self._text("level")
        return next((level for level, words in _LEVELS if text and words.search(text)), None)

    def _skill(self) -> SkillLevel | None:
        text = self._text("skill_level")
        found = next((level for level, words in _SKILLS if text and words.search(compact(text))), None)
        if text and found is None:
            self.faults.append(
                self.fault(
                    "skill_level", f"等级「{text}」看不懂。请填 初级、中级、高级、技师、高级技师 之一。"
                )
            )
        return found

    def _span(self) -> tuple[date | None, date | None]:
        """2009.3.2-2009.5.30, 2009年3月, or a year alone: its first and last day."""
        found = self.record.cells.get("span")
        if found is None or found.value is None or is_error(found.value):
            return None, None
        if isinstance(found.value, date):
            return found.value, found.value
        text = text_of(found.value)
        sides = [
            side
            for side in re.split(r"\s*(?:至|到|—+|–|~|～|--+)\s*|(?<=[\d日月])-(?=\d{4})", text)
            if side.strip()
        ]
        begun = _month_or_day(sides[0], self.today, last=False) if sides else None
        ended = _month_or_day(sides[-1], self.today, last=True) if sides else None
        if begun is None and ended is None:
            self.faults.append(
                self.fault("span", f"时间「{text.strip()}」看不懂。请填成 2009-03-02 至 2009-05-30 这样。")
            )
        return begun, ended

    def _day(self, key: str, *, last: bool = False) -> date | None:
        found = self.record.cells.get(key)
        if found is None or found.value is None or is_error(found.value):
            return None
        reading = read_dates(found.value, today=self.today, date1904=self.record.table.sheet.date1904)
        if reading.dates:
            return reading.dates[0]
        text = text_of(found.value).strip()
        if not text or reading.is_none:
            return None
        day = _month_or_day(text, self.today, last=last)
        if day is None:
            self.faults.append(self.fault(key, f"日期「{text}」看不懂。请填成 2009-03-02 这样。"))
        return day


def _month_or_day(text: str, today: date, *, last: bool) -> date | None:
    reading = read_dates(text, today=today)
    if reading.dates:
        return reading.dates[0]
    found = _MONTHS.match(text.strip()) or re.fullmatch(r"(\d{4})年?()", text.strip())
    if found is None or not 1950 <= int(found[1]) <= today.year:
        return None
    year, month = int(found[1]), int(found[2] or (12 if last else 1))
    if not 1 <= month <= 12:
        return None
    if not last:
        return date(year, month, 1)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def as_json(read: PastRead) -> Mapping[str, Any]:
    """Counts and faults of a dry run."""
    return {
        "rows": read.rows,
        "lines": len(read.lines),
        "held": read.held,
        "faults": [one.as_json() for one in read.faults],
    }
