"""One record of a roster → a person, its faults and its warnings: cells one by one, then against each other."""

import re
from collections.abc import Callable
from datetime import date

from kqdesk.excel.faults import Fault
from kqdesk.excel.tables import Cell, Record
from kqdesk.kernel.dates import DateReading, read_dates
from kqdesk.kernel.national_id import (
    IdFault,
    IdKind,
    birth_date,
    claimed_kind,
    parse_id,
    precision_lost,
    sex_digit,
)
from kqdesk.kernel.text import compact, read_name, read_phones
from kqdesk.rooms.people.sheets import cells as cell
from kqdesk.rooms.people.sheets.cells import BadCell, text_of
from kqdesk.rooms.people.sheets.people import RosterPerson

_ERROR_WORDS = "这一格是公式的错误值，没有内容。请填上实际内容。"
_NO_DATE = frozenset({"", "/", "-", "--", "—", "无", "不详", "未知"})
_NO_NUMBER = frozenset({"", "无", "/", "-", "--", "—", "没有", "暂无", "缺", "不详", "未知", "无证件"})
_COURSES = re.compile(r"[、，,;；/┋|\n]+|\s{2,}")
_TWO_NAMES = re.compile(r"[\u4E00-\u9FFF]{2,4}[/／、，,;；][\u4E00-\u9FFF]{2,4}")
_ROUND_ID = re.compile(
    r"^\s*(?:公民|居民|二代|本人)?(?:身份证?|证件)(?:号码?|编号)?\s*[:：]\s*|\s*[(（][^（）()0-9Xx*]{1,8}[)）]\s*$"
)
_TEXTS = ("hukou", "address", "village", "employer", "job", "wish", "path", "note")


class RowReading:
    """Judges one record. ``faults`` hold the row back; ``warnings`` are told and the row is taken."""

    def __init__(self, record: Record, *, today: date) -> None:
        self.record = record
        self.today = today
        self.person = RosterPerson(record.table.sheet.name, record.row)
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def read(self) -> "RowReading":
        """Fill the person; returns itself."""
        for key, read in _READERS.items():
            found = self.record.cells.get(key)
            if found is None or found.value is None:
                continue
            if (type(found.value) is not str or found.value[:1] == "#") and cell.is_error(found.value):
                hold = self.faults if key in ("name", "id_number") else self.warnings
                hold.append(self._fault(key, "cell_error", _ERROR_WORDS))
                continue
            if found.ditto:
                self.warnings.append(
                    self._fault(key, "ditto_mark", f"「同上」已按上一行的「{text_of(found.value)}」记。")
                )
            try:
                read(self, found)
            except BadCell as bad:
                self.faults.append(self._fault(key, bad.kind, bad.reason))
        self._texts()
        self._sign_up()
        self._together()
        if self.record.hidden:
            place = self.record
            self.warnings.append(
                Fault(
                    self.person.sheet,
                    place.row,
                    None,
                    None,
                    "hidden_row",
                    None,
                    f"第 {place.row} 行是隐藏的，仍按名单里的人记。请确认。",
                )
            )
        return self

    def _fault(self, key: str, kind: str, reason: str) -> Fault:
        found = self.record.cells.get(key)
        row, column = self.record.place_of(key)
        table = self.record.table
        heading = next(
            (
                one.title
                for one in table.block.columns
                if (one.key == key if table.is_cards else one.index == column)
            ),
            None,
        )
        value = text_of(found.value) if found else None
        return Fault(self.person.sheet, row, column, key, kind, value, reason, heading)

    # --- single cells --------------------------------------------------------------------------------------

    def _name(self, found: Cell) -> None:
        name = read_name(text_of(found.value))
        if not name.text:
            return
        if _TWO_NAMES.fullmatch(name.text):
            raise BadCell("name_damaged", f"姓名「{name.text}」里像有两个人。请一人填一行。")
        if name.is_damaged:
            raise BadCell("name_damaged", f"姓名「{name.text}」里有字没有传过来。请照身份证补上这个字。")
        if name.note:
            self.warnings.append(self._fault("name", "name_note", f"姓名里的「{name.note}」是附注，已去掉。"))
        self.person.name = name.text

    def _id_number(self, found: Cell) -> None:
        written = text_of(found.value)
        if isinstance(found.value, int | float) and abs(found.value) >= 1e15:
            raise BadCell("id_precision_lost", precision_lost(written).reason)
        if len(written) < 8 and compact(written).strip("'’‘") in _NO_NUMBER:
            return
        paper = self.record.cells.get("id_kind")
        claimed = claimed_kind(text_of(paper.value)) if paper else None
        is_typed = self.record.table.sheet.typed
        number = parse_id(written, today=self.today, claimed=claimed, typed=is_typed)
        if isinstance(number, IdFault):
            bare = _ROUND_ID.sub("", written)  # 身份证：33…, 33…（新）
            again = (
                parse_id(bare, today=self.today, claimed=claimed, typed=is_typed)
                if bare != written
                else number
            )
            if isinstance(again, IdFault):
                wrong = number if again.kind == "id_format" else again
                raise BadCell(wrong.kind, wrong.reason)
            number = again
        self.person.id_kind, self.person.id_number = number.kind, number.number
        if number.kind is IdKind.RESIDENT15:
            self.warnings.append(
                self._fault(
                    "id_number", "id_15_digit", "这是 15 位的老身份证号,已照原样记。请尽量补上 18 位的。"
                )
            )
        elif number.number.endswith("000"):
            self.warnings.append(
                self._fault(
                    "id_number", "id_ends_000", "身份证号以 000 结尾,可能丢过位数。请对照证件看一眼。"
                )
            )

    def _sex(self, found: Cell) -> None:
        heading = next(
            (one.title for one in self.record.table.block.columns if one.index == found.column), ""
        )
        try:
            self.person.sex = cell.sex_code(text_of(found.value), heading)
        except BadCell as bad:
            if not self.person.id_number or not sex_digit(self.person.id_number):
                raise
            self.warnings.append(
                self._fault(
                    "sex", bad.kind, f"性别「{text_of(found.value).strip()}」看不懂，已按身份证号记。"
                )
            )

    def _birth_date(self, found: Cell) -> None:
        text = text_of(found.value)
        if text.strip() in _NO_DATE:
            return
        reading = read_dates(found.value, today=self.today, date1904=self.record.table.sheet.date1904)
        known = self._birth_by_id()
        if known and not reading.is_none:
            if reading.allows(known):
                self.person.birth_date = known
            else:
                raise BadCell(
                    "id_birth_conflict",
                    f"出生日期「{text.strip()}」与身份证号里的 {known} 不一致。请看哪一个对。",
                )
        elif reading.dates:
            self.person.birth_date = reading.dates[0]
        elif known:
            self.warnings.append(
                self._fault(
                    "birth_date",
                    "date_invalid",
                    f"出生日期「{text.strip()}」看不懂，已按身份证号记 {known}。",
                )
            )
        else:
            raise BadCell("date_invalid", _date_words(text.strip(), reading))

    def _birth_by_id(self) -> date | None:
        return birth_date(self.person.id_number) if self.person.id_number else None

    def _ethnicity(self, found: Cell) -> None:
        try:
            self.person.ethnicity_code = cell.ethnicity_code(text_of(found.value))
        except BadCell as bad:
            self.warnings.append(self._fault("ethnicity_code", bad.kind, bad.reason))

    def _education(self, found: Cell) -> None:
        self.person.education_code = cell.education_code(text_of(found.value))

    def _township(self, found: Cell) -> None:
        code, kind, words = cell.township(text_of(found.value))
        self.person.township_code = code
        if kind:
            self.warnings.append(self._fault("township_code", kind, words))

    def _phone(self, found: Cell) -> None:
        numbers: list[str] = []
        for at, one in enumerate([found, *self.record.more.get("phone", ())]):
            phones = None if isinstance(one.value, float) else read_phones(text_of(one.value))
            if phones is None and at:
                continue  # a second column of phones is read when it can be
            if phones is None:
                raise BadCell(
                    "phone_invalid",
                    f"电话「{text_of(one.value).strip()}」不对。手机应为 11 位数字，座机带区号。",
                )
            numbers.extend(number for number in (phones.first, *phones.others) if number)
        numbers = list(dict.fromkeys(numbers))
        self.person.phone = numbers[0] if numbers else None
        if len(numbers) > 1:
            self.person.phone2 = numbers[1]
            self.warnings.append(
                self._fault("phone", "phone_second", f"有两个电话，第二个「{numbers[1]}」记作备用电话。")
            )

    def _texts(self) -> None:
        for key in _TEXTS:
            found = self.record.cells.get(key)
            if found is None:
                continue
            value = found.value
            if (type(value) is not str or value[:1] == "#") and cell.is_error(value):
                self.warnings.append(self._fault(key, "cell_error", _ERROR_WORDS))
                continue
            text = cell.free_text(value)
            if text and text[0] in "=+-@" and cell.looks_like_formula(text):
                self.warnings.append(
                    self._fault(key, "formula_text", "这一格像公式，已按文字原样记，没有计算。")
                )
            setattr(self.person, key, text)

    def _sign_up(self) -> None:
        """Courses, several in a cell too, and the day; nothing here holds a row back."""
        found = self.record.cells.get("course")
        if found is None or cell.is_error(found.value):
            return
        words = cell.free_text(found.value) or ""
        self.person.courses = tuple(
            dict.fromkeys(part.strip() for part in _COURSES.split(words) if part.strip())
        )
        signed = self.record.cells.get("signed_on")
        if signed is not None and self.person.courses:
            value = (
                re.sub(r"[\sT]+\d{1,2}:.*$", "", signed.value)
                if isinstance(signed.value, str)
                else signed.value
            )
            reading = read_dates(value, today=self.today, date1904=self.record.table.sheet.date1904)
            self.person.signed_on = reading.dates[0] if reading.dates else None

    # --- cells against each other ---------------------------------------------------------------------------

    def _together(self) -> None:
        person = self.person
        faulty = {fault.key for fault in self.faults}
        if person.name is None and "name" not in faulty:
            self.faults.append(self._fault("name", "name_missing", "这一行没有姓名。请补上姓名。"))
        if person.id_number is None:
            if "id_number" not in faulty:
                self.warnings.append(
                    self._fault("id_number", "id_missing", "没有证件号,先按没带证件的人记下,以后补。")
                )
            return
        by_id = sex_digit(person.id_number)
        if by_id and person.sex and person.sex != by_id:
            told = "男" if by_id == "1" else "女"
            self.faults.append(
                self._fault(
                    "sex", "sex_conflict", f"性别与身份证号不一致：按身份证号应是{told}。请看哪一个对。"
                )
            )
            person.sex = None
        elif person.sex is None and "sex" not in faulty:
            person.sex = by_id
        if person.birth_date is None and "birth_date" not in faulty:
            person.birth_date = self._birth_by_id()


def _date_words(text: str, reading: DateReading) -> str:
    if reading.months or reading.year:
        return f"出生日期「{text}」缺了日子，又没有身份证号可以补全。请填成 1985-03-02 这样。"
    return f"出生日期「{text}」不是一个日期。请填成 1985-03-02 这样。"


_READERS: dict[str, Callable[[RowReading, Cell], None]] = {
    "name": RowReading._name,  # noqa: SLF001 -- the table of this class's own readers
    "id_number": RowReading._id_number,  # noqa: SLF001 -- as above; before sex and birth, which look at it
    "sex": RowReading._sex,  # noqa: SLF001 -- as above
    "birth_date": RowReading._birth_date,  # noqa: SLF001 -- as above
    "ethnicity_code": RowReading._ethnicity,  # noqa: SLF001 -- as above
    "education_code": RowReading._education,  # noqa: SLF001 -- as above
    "township_code": RowReading._township,  # noqa: SLF001 -- as above
    "phone": RowReading._phone,  # noqa: SLF001 -- as above
}
