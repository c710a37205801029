"""Filled sign-in sheets coming back: read page by page, each held against its lesson, with one sentence for people."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.kernel.schoolday import school_day
from kqdesk.printing.scanning.answers import Ink
from kqdesk.printing.scanning.forms import FormLayout, code_parts
from kqdesk.printing.scanning.reading import FileRefused, PageRead, read_scans
from kqdesk.rooms.attendance.papers.sign_in_form import LAYOUTS
from kqdesk.rooms.attendance.queries import LessonToRoll
from kqdesk.rooms.attendance.queries.scans import SheetLesson, sheet_lesson
from kqdesk.rooms.attendance.rules import scans as rules
from kqdesk.rooms.attendance.rules.scans import BoxInk, RowJudged, ScannedPage, SheetLearner
from kqdesk.rooms.attendance.rules.sheet_code import NOBODY, SheetCode, read_code, row_check
from kqdesk.rooms.attendance.terms import Mark, ScanState
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.timetable.rules.days import day_word

HOW_TO_GET_READER = "python -m pip install opencv-python-headless"
FAULTS = {
    "no_form": "这里没有签到表：没看到角上的方块，也没看到二维码。请确认放进来的是本程序打印的签到表，拍全、拍清楚。",
    "strange_code": "这里的二维码不是签到表的。请放入本程序打印的签到表。",
    "no_code": "看得出是签到表，但两个二维码都读不清。请展平、拍清楚再放进来，或直接在点名里登记。",
    "two_forms": "一张图里有两张签到表。请一张一张分开扫描或拍照。",
    "unknown_layout": "这张签到表是别的版本的程序打印的，这里读不了格子。请更新程序，或直接在点名里登记。",
    "code": "二维码里的内容不完整，可能不是签到表。请重新打印签到表。",
}
UNPLACED = "只看到表的一部分，或纸太皱，格子对不准。页面可以存，考勤请看图登记。"
NO_READER = (
    "本机没有装读格子的组件（OpenCV，约 150 MB），页面照样存到课次，考勤请看图登记。"
    f"要自动读，请维护人员在装程序的环境里运行：{HOW_TO_GET_READER}"
)


@dataclass(frozen=True)
class Sheet:
    """One scanned page and what it means. ``sentence`` is for people whatever the state.

    ``rows``: everybody on the page, plain or asked. ``must_keep``: its picture is to be filed.
    """

    file: Path
    page: int
    pages: int
    state: ScanState
    sentence: str
    picture: bytes = b""
    lesson: LessonToRoll | None = None
    number: int = 0
    layout: FormLayout | None = None
    rows: tuple[RowJudged, ...] = ()
    must_keep: bool = False
    digest: str = ""

    @property
    def name(self) -> str:
        """What the page is called in lists: 扫描.pdf 第 3 页."""
        return f"{self.file.name} 第 {self.page} 页" if self.pages > 1 else self.file.name

    @property
    def is_useless(self) -> bool:
        """Nothing of it can be entered."""
        return self.state in (ScanState.REFUSED, ScanState.FOREIGN, ScanState.BLANK)

    @property
    def asked(self) -> tuple[RowJudged, ...]:
        """The rows a person must decide."""
        return tuple(one for one in self.rows if one.is_asked)


def read_sheets(paths: Sequence[Path], *, progress: Progress = Quiet()) -> Iterator[PageRead | FileRefused]:
    """Every page of the files; see ``read_scans``."""
    return read_scans(paths, LAYOUTS, progress=progress)


class Judge:
    """Holds the pages of one pile against the school's lessons, in the order they come."""

    def __init__(self, session: Session, now: datetime, digest_of: Callable[[bytes], str]) -> None:
        self._session, self._now, self._digest_of = session, now, digest_of
        card = school_card(session)
        self._school = card.code if card else ""
        self._lessons: dict[str, SheetLesson | None] = {}
        self._seen: dict[tuple[str, int], int] = {}
        self.sheets: list[Sheet] = []

    def add(self, read: PageRead | FileRefused) -> None:
        """Judge one page; a page that was in the pile already is read together with the first."""
        if isinstance(read, FileRefused):
            self.sheets.append(Sheet(read.file, 1, 1, ScanState.REFUSED, read.sentence))
            return
        sheet, code = self._judged(read)
        key = (code.lesson_id, code.page) if code else ("", 0)
        if code and sheet.rows and key in self._seen:
            sheet = self._joined(self._seen[key], sheet)
        elif code and sheet.rows:
            self._seen[key] = len(self.sheets)
        self.sheets.append(sheet)

    def _joined(self, first: int, again: Sheet) -> Sheet:
        known = self.sheets[first]
        rows = tuple(rules.merge(known.rows, again.rows))
        self.sheets[first] = replace(
            known, rows=rows, sentence=_read_sentence(known.state, rows, known.sentence)
        )
        return replace(
            again, state=ScanState.AGAIN, rows=(), must_keep=False,
            sentence=f"和「{known.name}」是同一张签到表，已合在一起读，只存一份。",
        )  # fmt: skip

    def _judged(self, read: PageRead) -> tuple[Sheet, SheetCode | None]:
        plain = Sheet(read.file, read.page, read.pages, ScanState.REFUSED, "", read.picture)
        parts = code_parts(read.code)
        if parts is None or read.fault in FAULTS:
            return replace(plain, sentence=FAULTS.get(read.fault, FAULTS["no_form"])), None
        try:
            code = read_code(parts[1])
        except ValueError:
            return replace(plain, sentence=FAULTS["code"]), None
        foreign = replace(plain, state=ScanState.FOREIGN, number=code.page)
        if code.school != self._school:
            return replace(
                foreign, sentence=f"这是别的学校（{code.school}）的签到表，没有登记。请交给那所学校。"
            ), code
        found = self._lesson(code.lesson_id)
        if found is None:
            return replace(
                foreign, sentence="本校课表上没有这张签到表的课：可能已删除，或还没有从别的电脑同步过来。"
            ), code
        if found.lesson is None:
            return replace(
                foreign, sentence="这次课已停课，没有登记。真上了课，请先在课表里恢复这次课。"
            ), code
        return self._held_against(
            replace(plain, lesson=found.lesson, number=code.page), read, code, found
        ), code

    def _lesson(self, lesson_id: str) -> SheetLesson | None:
        if lesson_id not in self._lessons:
            self._lessons[lesson_id] = sheet_lesson(self._session, lesson_id, now=self._now)
        return self._lessons[lesson_id]

    def _held_against(self, sheet: Sheet, read: PageRead, code: SheetCode, found: SheetLesson) -> Sheet:
        assert sheet.lesson is not None
        if sheet.lesson.on > school_day(self._now):
            words = f"{day_word(sheet.lesson.on)}的课还没上，没有登记。请核对是不是放错了表。"
            return replace(sheet, state=ScanState.FOREIGN, sentence=words)
        parts = code_parts(read.code)
        layout = next((one for one in LAYOUTS if parts and one.key == parts[0]), None)
        digest = self._digest_of(read.picture)
        is_filed = digest in {scan.digest for scan in found.scans}
        inks = by_row(read, layout) if layout and not read.fault else []
        if inks and rules.is_blank(inks):
            words = "这张表上没有一个签名，没有登记。真的没有人来，请在点名里登记。"
            return replace(sheet, state=ScanState.BLANK, sentence=words)
        rows = _rows(code, found.learners, inks)
        state, sentence = ScanState.READ, ""
        if read.fault:
            state, sentence = ScanState.LOOK, NO_READER if read.fault == "no_reader" else UNPLACED
        elif is_filed:
            state, sentence = ScanState.AGAIN, "这一页以前存过，没有重复存。"
        if sheet.lesson.is_locked:
            rows, state, sentence = (), ScanState.LOCKED, _locked_sentence(rows)
        strangers = _strangers(code, inks)
        sentence = _read_sentence(state, rows, sentence)
        return replace(
            sheet, state=state, layout=layout if read.is_flat else None, rows=rows, digest=digest,
            must_keep=not is_filed, sentence=sentence + strangers,
        )  # fmt: skip


def by_row(read: PageRead, layout: FormLayout) -> list[tuple[BoxInk, ...]]:
    """The boxes of a page row by row."""
    width = len(layout.kinds)
    boxes = [BoxInk(box.ink, box.doubt) for box in read.boxes]
    return [tuple(boxes[start : start + width]) for start in range(0, len(boxes), width)]


def _rows(
    code: SheetCode, learners: dict[int, SheetLearner], inks: Sequence[Sequence[BoxInk]]
) -> tuple[RowJudged, ...]:
    """Everybody with a row on the page. When the numbers stand for others than they did in print, all are asked."""
    printed = [(row, learners[number]) for row, number in enumerate(code.rows) if number in learners]
    is_same = row_check([one.id for _, one in printed]) == code.check or NOBODY in code.rows
    judged = [rules.judge_row(row, learner, inks[row] if row < len(inks) else ()) for row, learner in printed]
    if is_same:
        return tuple(judged)
    why = "打印之后班内序号改过，请核对姓名"
    return tuple(replace(one, mark=None, why=why) if one.learner.is_on_roll else one for one in judged)


def _strangers(code: SheetCode, inks: Sequence[Sequence[BoxInk]]) -> str:
    """Signatures in rows that belonged to nobody when the sheet was printed."""
    signed = sum(
        boxes[2].ink is not Ink.EMPTY
        for row, boxes in enumerate(inks)
        if row >= len(code.rows) or code.rows[row] == NOBODY
    )
    return f"空行里有 {signed} 处字迹，可能是不在名册上的学员，请看图补登。" if signed else ""


def _locked_sentence(rows: Sequence[RowJudged]) -> str:
    other = [one.learner.name for one in rows if one.is_asked or (one.mark is not one.learner.mark)]
    if not other:
        return "这次课已锁定，页面已存，读出来的和登记的一致。"
    return f"这次课已锁定，只存页面。{len(other)} 人和登记的不一致或看不准：{'、'.join(other[:6])}。要改请用「更正」。"


def _read_sentence(state: ScanState, rows: Sequence[RowJudged], before: str) -> str:
    asked = sum(one.is_asked for one in rows)
    if state is ScanState.AGAIN and asked:
        return f"{before}还有 {asked} 人要您看一眼。"
    if state is not ScanState.READ:
        return before
    plain = sum(one.mark is not None for one in rows)
    return f"读出 {plain} 人" + (f"，{asked} 人要您看一眼。" if asked else "。")


def to_file(
    sheets: Sequence[Sheet], decided: Mapping[tuple[str, str], Mark], keep: Callable[[bytes], str]
) -> list[ScannedPage]:
    """The pages as ``file_scans`` takes them. ``decided`` by (lesson, enrolment); ``keep`` stores a picture."""
    found = []
    for sheet in sheets:
        if sheet.lesson is None or not (sheet.must_keep or sheet.rows):
            continue
        own = {who: mark for (lesson, who), mark in decided.items() if lesson == sheet.lesson.id}
        marks = rules.tally(sheet.rows, own)
        digest = keep(sheet.picture) if sheet.must_keep else ""
        page = ScannedPage(
            sheet.lesson.id, sheet.number, digest, sheet.name, len(sheet.picture), marks, frozenset(own)
        )
        if digest or marks:
            found.append(page)
    return found
