"""A list of an organiser, or a sheet of marks, read by its headings: the order of rows and columns means nothing."""

import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kqdesk.excel.faults import Fault
from kqdesk.excel.reading import BookFacts, CellError, CellValue, Refused, stream_workbook
from kqdesk.excel.tables import Cell, Record, Table, find_records
from kqdesk.excel.titles import Field, Titles
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.kernel.text import compact, half_width
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.cohorts.terms import ScienceOption
from kqdesk.rooms.exams.rules import ListLine, Points, read_points

_MARK = r"(?:成绩|得分|分数|卷面分)?"
_WORDS = {
    Subject.CHINESE: r"(?:成人)?(?:高中|初中)?语文",
    Subject.MATHEMATICS: r"(?:成人)?(?:高中|初中)?数学",
    Subject.NATURAL_SCIENCE: r"(?:成人)?(?:高中)?自然科学|自科",
    Subject.SOCIAL_SCIENCE: r"(?:成人)?(?:高中)?社会科学|社科",
    Subject.SCIENCE: r"(?:成人)?(?:高中|初中)?科学",
    Subject.CIVICS: r"(?:成人)?(?:高中|初中)?公民道德(?:与法律基础)?|公民|道德与法律|思政",
}
FIELDS = (
    Field("id_number", [r"(?:考生|学员|本人)?(?:公民|居民)?(?:身份证件?|身份|证件)(?:号码?|编号)*", r"身份证"], anchor=True),
    Field("ticket_no", [r"准考证(?:号码?|编号)?", r"考号", r"考生号"], anchor=True),
    Field("name", [r"(?:考生|学员)?姓名"], anchor=True),
    Field("centre", [r"考点(?:名称)?"]),
    Field("hall", [r"考场(?:名称|号|编号)?", r"试室(?:号)?"]),
    Field("seat_no", [r"座位?号码?", r"座号", r"座位"]),
    Field("option", [r"科学选考", r"选考科目?", r"科学选项"]),
    Field("subject", [r"科目(?:名称)?", r"考试科目", r"课程(?:名称)?"]),
    Field("points", [r"成绩", r"得分", r"分数", r"卷面分"]),
    *(Field(subject.value, [f"(?:{words}){_MARK}"]) for subject, words in _WORDS.items()),
)  # fmt: skip
_STRANGERS = r"联系人|监考|登分人|复核人|等第|等级|学分"


@dataclass
class ListRead:
    """What came out of one file. With ``faults`` nothing of it is taken. ``headings``: columns nobody knew."""

    path: Path
    lines: list[ListLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    headings: tuple[str, ...] = ()
    digest: str = ""


def read_list(
    path: Path,
    *,
    full_marks: Mapping[Subject, int],
    integer_marks: bool | None,
    progress: Progress = Quiet(),
) -> ListRead:
    """Read an .xlsx, .xls, .csv … into lines; marks out of range and spoilt numbers come back as faults by cell.

    ``full_marks``: the sitting's subjects. A file with a line a subject (科目, 成绩) is folded to a line a person.
    Raises ``excel.reading.Refused`` when it is no such list, ``Cancelled`` from ``progress``.
    """
    reader = _Reader(path, full_marks, integer_marks)
    titles = Titles(FIELDS, strangers=_STRANGERS, serial=r"序号|编号|no\.?")
    with closing(stream_workbook(path, progress=progress)) as parts:
        for event in find_records(parts, titles):
            if isinstance(event, Record):
                if not event.table.sheet.hidden and not event.is_sample:
                    reader.take(event)
            elif isinstance(event, Table):
                reader.read.headings += tuple(column.title for column in event.block.unknown)
            elif isinstance(event, BookFacts):
                reader.read.digest = event.digest
    return reader.finish()


class _Reader:
    def __init__(self, path: Path, full_marks: Mapping[Subject, int], integer_marks: bool | None) -> None:
        self.read = ListRead(path)
        self._full, self._whole = full_marks, integer_marks
        self._by_person: dict[str, ListLine] = {}
        self._record: Record | None = None

    def take(self, record: Record) -> None:
        self._record = record
        cells = record.cells
        line = ListLine(
            record.table.sheet.name,
            record.row,
            id_number=self._number("id_number"),
            ticket_no=self._number("ticket_no"),
            name=compact(_text(cells.get("name"))),
            centre=_text(cells.get("centre")),
            hall=_hall(_text(cells.get("hall"))),
            seat_no=self._seat(),
            option=self._option(_text(cells.get("option"))),
            marks=self._marks(),
            columns={key: cell.column for key, cell in cells.items()},
        )
        if not (line.id_number or line.ticket_no or line.name):
            return
        self._keep(line, is_long="subject" in cells and "points" in cells)

    def finish(self) -> ListRead:
        if not self.read.lines:
            raise Refused("no_roster", self.read.path)
        return self.read

    def _keep(self, line: ListLine, *, is_long: bool) -> None:
        """Lines of one person, a subject each, become one line."""
        key = line.id_number or line.ticket_no
        first = self._by_person.get(key) if is_long and key else None
        if first is None:
            self.read.lines.append(line)
            if key:
                self._by_person[key] = line
            return
        marks = first.marks
        for subject, points in line.marks.items():
            if subject in marks and marks[subject] != points:
                self._fault("points", f"{subject.label}在{first.place}还有一个不同的分数。")
            elif isinstance(marks, dict):
                marks[subject] = points

    def _marks(self) -> dict[Subject, Points]:
        assert self._record is not None
        cells = self._record.cells
        found: dict[Subject, Points] = {}
        for subject in Subject:
            if subject.value in cells:
                self._mark(found, subject, subject.value)
        named = _text(cells.get("subject"))
        if named and "points" in cells:
            chosen = next((s for s, words in _WORDS.items() if re.fullmatch(words, compact(named))), None)
            if chosen is None:
                self._fault("subject", f"认不出“{named}”是哪一科。")
            else:
                self._mark(found, chosen, "points")
        return found

    def _mark(self, found: dict[Subject, Points], subject: Subject, key: str) -> None:
        assert self._record is not None
        text = _text(self._record.cells[key])
        if not text or text in ("/", "／", "-", "—"):
            return
        full = self._full.get(subject) or max(self._full.values(), default=100)
        try:
            found[subject] = read_points(text, full_marks=full, integer_marks=self._whole)
        except UserError as wrong:
            self._fault(key, str(wrong))

    def _number(self, key: str) -> str:
        assert self._record is not None
        cell = self._record.cells.get(key)
        if cell is not None and isinstance(cell.value, float | int) and abs(cell.value) >= 10**15:
            self._fault(
                key, "这一格是数字格式，后几位已经丢失。请把这一列改成“文本”格式，从原件重新复制号码。"
            )
            return ""
        return re.sub(r"[\s-]", "", half_width(_text(cell))).upper()

    def _seat(self) -> int | None:
        assert self._record is not None
        text = half_width(_text(self._record.cells.get("seat_no"))).removesuffix("号")
        if not text:
            return None
        if text.isascii() and text.isdecimal() and 1 <= int(text) <= 999:
            return int(text)
        self._fault("seat_no", f"“{text}”不是座位号。")
        return None

    def _option(self, text: str) -> ScienceOption | None:
        if not text:
            return None
        found = next((option for option in ScienceOption if option.label[:2] in text), None)
        if found is None:
            self._fault("option", f"“{text}”不是自然科学，也不是社会科学。")
        return found

    def _fault(self, key: str, reason: str) -> None:
        record = self._record
        assert record is not None
        cell = record.cells.get(key)
        column = cell.column if cell else None
        heading = next((c.title for c in record.table.block.columns if c.index == column), None)
        self.read.faults.append(
            Fault(
                record.table.sheet.name, record.row, column, key, "mark", _text(cell), reason, heading=heading
            )
        )


def _text(cell: Cell | None) -> str:
    value: CellValue = cell.value if cell else None
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.text
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _hall(text: str) -> str:
    """第3考场 for a bare number: 3 and 03 are the same room."""
    plain = half_width(text)
    return f"第{int(plain)}考场" if plain.isascii() and plain.isdecimal() else text
