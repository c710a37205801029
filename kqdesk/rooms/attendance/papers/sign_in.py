"""签到表: the sign-in sheet of one lesson, with a box to sign in for each learner and three for the trainer's ticks.

The sheet is a form that can be read back (``printing/scanning``): corner marks, and a code a lesson and page. Its
boxes are laid out in ``sign_in_form``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Page, Part
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.scanning.forms import FormLayout, code_text, frame
from kqdesk.printing.sheet import Box, Line, Mark, Rect, Sheet, Vertical
from kqdesk.printing.styles import GREY, Align, FontFace
from kqdesk.rooms.attendance.papers import sign_in_form as form
from kqdesk.rooms.attendance.queries import RollRow, RollSheet
from kqdesk.rooms.attendance.rules.sheet_code import NOBODY, SheetCode, row_check, write_code
from kqdesk.rooms.attendance.terms import Mark as Presence
from kqdesk.rooms.timetable.rules.days import clock, weekday_word

NOTES = (
    "请本人在自己那一行签名，不得代签。迟到、早退、请假由培训师在格里打勾；没签名也没打勾的按旷课登记。",
    "本表可扫描或拍照登记考勤：请拍全四个角上的方块，不要遮住二维码。",
)
FOOT = form.TOP + form.HEAD_MM + form.ROWS * form.ROW_MM


@dataclass(frozen=True, slots=True)
class SignInSheet:
    """One lesson's sheet. ``lines``: (roll number, name, what is known already: 请假 or "").

    ``school_code``, ``lesson_id`` and ``learners`` (enrolment ids in the order of the lines) go into the code; without
    a lesson the sheet is printed without one.
    """

    school: str
    cohort: str
    cohort_no: str
    number: int
    on: date
    start_minute: int
    end_minute: int
    topic: str
    trainer: str
    place: str
    study_hours: int
    lines: tuple[tuple[str, str, str], ...]
    school_code: str = ""
    lesson_id: str = ""
    learners: tuple[str, ...] = ()


def sign_in_sheet(paper: SignInSheet) -> Part:
    """A4 upright, twenty rows to a column; more than forty learners take several pages, each with its own code."""
    layout = form.layout_for(len(paper.lines))
    room = len(layout.rows)
    starts = range(0, max(1, len(paper.lines)), room)
    sheets = [_page(paper, layout, start, n, len(starts)) for n, start in enumerate(starts, 1)]
    return Part(sheets, page=Page(numbered=False), bookmark=f"{paper.cohort} 第 {paper.number} 次")


def sheet_codes(paper: SignInSheet) -> list[SheetCode]:
    """What the codes of the sheet's pages say, page by page."""
    room = len(form.layout_for(len(paper.lines)).rows)
    starts = range(0, max(1, len(paper.lines)), room)
    return [
        SheetCode(
            paper.school_code,
            paper.lesson_id,
            n,
            len(starts),
            tuple(int(number or NOBODY) for number, _, _ in paper.lines[start : start + room]),
            row_check(paper.learners[start : start + room]),
        )
        for n, start in enumerate(starts, 1)
    ]


def _page(paper: SignInSheet, layout: FormLayout, start: int, page: int, pages: int) -> Sheet:
    marks: list[Mark] = []
    if paper.lesson_id:
        marks += frame(code_text(layout, write_code(sheet_codes(paper)[page - 1])))
    marks += _head(paper)
    marks += _table(layout, paper.lines[start : start + len(layout.rows)])
    marks += _foot(paper, page, pages)
    return Sheet(tuple(marks))


def _head(paper: SignInSheet) -> list[Mark]:
    day = f"{paper.on.year}年{paper.on.month}月{paper.on.day}日 {weekday_word(paper.on)}"
    time = f"{clock(paper.start_minute)}—{clock(paper.end_minute)}"
    centre = Align.CENTRE
    fields = (
        (11, 82, f"班级：{paper.cohort}"),
        (95, 70, f"编号：{paper.cohort_no}"),
        (11, 82, f"日期：{day}　{time}"),
        (95, 70, f"第 {paper.number} 次，{paper.study_hours} 学时"),
        (11, 82, f"课题：{paper.topic}"),
        (95, 70, f"地点：{paper.place}"),
    )
    return [
        Box(22, 8.5, 140, 5, paper.school, size=9, colour=GREY, align=centre),
        Box(22, 13, 140, 9.5, "学员签到表", FontFace.SONG_BOLD, 20, centre),
        *(
            Box(x, 23.2 + 5.6 * (n // 2), width, 5.6, words, size=10.5, floor=7)
            for n, (x, width, words) in enumerate(fields)
        ),
    ]


def _table(layout: FormLayout, lines: Sequence[tuple[str, str, str]]) -> list[Mark]:
    """Head, lines and what is printed in the rows; rows without a learner stay blank."""
    titles = form.TITLES_ONE if layout is form.ONE else form.TITLES_TWO
    marks: list[Mark] = []
    for block in range(0, len(layout.rows), form.ROWS):
        marks += _ruled(layout, block, titles)
    for row, (number, name, known) in zip(layout.rows, lines, strict=False):
        centre = Align.CENTRE
        place, sign, leave = row[0], row[1], row[form.LEAVE]
        marks.append(Box(place.x, place.y, place.width, place.height, number, size=10.5, align=centre))
        marks.append(
            Box(sign.x + 1, sign.y, sign.width - 2, sign.height, name, FontFace.KAI, 13, centre, floor=8)
        )
        if known:
            marks.append(Box(leave.x, leave.y, leave.width, leave.height, "假", FontFace.HEI, 13, centre))
    return marks


def _ruled(layout: FormLayout, block: int, titles: Sequence[str]) -> list[Mark]:
    first, last = layout.rows[block][0], layout.rows[block + form.ROWS - 1][-1]
    left, right, bottom = first.x, last.x + last.width, last.y + last.height
    marks: list[Mark] = [
        Box(box.x, form.TOP, box.width, form.HEAD_MM, title, FontFace.HEI, 10.5, Align.CENTRE, floor=7)
        for box, title in zip(layout.rows[block], titles, strict=True)
    ]
    marks += [Line(left, row[0].y, right, row[0].y) for row in layout.rows[block : block + form.ROWS]]
    marks += [Line(box.x, form.TOP, box.x, bottom) for box in layout.rows[block][1:]]
    marks.append(Rect(left, form.TOP, right - left, bottom - form.TOP, 1.0))
    return marks


def _foot(paper: SignInSheet, page: int, pages: int) -> list[Mark]:
    trainer = f"（{paper.trainer}）" if paper.trainer else ""
    marks: list[Mark] = [
        Box(46, FOOT + 3, 30, 7, f"应到 {len(paper.lines)} 人", size=11),
        Box(76, FOOT + 3, 40, 7, "实到　　　　人", size=11),
        Box(112, FOOT + 3, 78, 7, f"培训师签名{trainer}：", size=11),
        Line(88, FOOT + 9.6, 98, FOOT + 9.6, 0.4),
        Line(158, FOOT + 9.6, 190, FOOT + 9.6, 0.4),
    ]
    marks += [
        Box(46, FOOT + 12 + 4.8 * n, 142, 4.6, words, size=8.5, colour="#333333", vertical=Vertical.MIDDLE)
        for n, words in enumerate(NOTES)
    ]
    said = f"第 {page} 页 共 {pages} 页" if pages > 1 else ""
    marks.append(Box(46, FOOT + 22.5, 142, 4.6, said, size=9, colour=GREY))
    return marks


def sign_in_pdf(papers: Sequence[SignInSheet]) -> bytes:
    """The sheets for the preview."""
    return pdf_bytes("签到表", [sign_in_sheet(paper) for paper in papers])


def print_sign_in_sheets(papers: Sequence[SignInSheet], path: Path, progress: Progress = Quiet()) -> int:
    """One file, one part a lesson; returns the number of pages."""
    return write_pdf(path, "签到表", [sign_in_sheet(paper) for paper in papers], progress=progress)


def as_sign_in_sheet(roll: RollSheet, school: str) -> SignInSheet:
    """The sheet of a roll as it stands: leave entered before is printed in its row."""
    one = roll.lesson
    lines = tuple(
        (str(row.roll_no or ""), row.name, Presence.EXCUSED.label if _is_away(row) else "")
        for row in roll.rows
    )
    return SignInSheet(
        school, one.cohort, one.cohort_no, one.number, one.on, one.start_minute, one.end_minute, one.topic,
        one.trainer, one.place, one.study_hours, lines, one.school, one.id, tuple(row.id for row in roll.rows),
    )  # fmt: skip


def _is_away(row: RollRow) -> bool:
    return row.mark is Presence.EXCUSED or (row.mark is None and bool(row.leave))
