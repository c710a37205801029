"""Filing scanned sign-in sheets: the picture goes to its lesson, what was read goes through 登记考勤."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.attendance.actions.roll import take_roll
from kqdesk.rooms.attendance.rules.scans import ScannedPage
from kqdesk.rooms.attendance.terms import SCAN
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import attach


@dataclass(frozen=True)
class ScansFiled:
    """``refused``: page's name → why its marks were not entered (its picture is filed all the same)."""

    pages: int
    marks: int
    refused: Mapping[str, str]


@action("扫描登记")
def file_scans(w: Writing, *, pages: Sequence[ScannedPage]) -> ScansFiled:
    """File every page at its lesson and enter what was read; one undo step for the whole pile.

    UserError when a lesson has gone from the timetable meanwhile. A roll that may not be changed (locked, still to
    come) keeps its marks; the page's picture is filed.
    """
    filed, marked = 0, 0
    refused: dict[str, str] = {}
    for page in pages:
        if w.session.get(Lesson, page.lesson_id) is None:
            raise UserError("有一次课已经不在课表上了，没有登记。请重新放入扫描件。")
        if page.digest:
            attach(
                w, table="lesson", row_id=page.lesson_id, purpose=SCAN, digest=page.digest, name=page.name,
                media=page.media, size=page.size, page=page.page,
            )  # fmt: skip
            filed += 1
        if page.marks:
            try:
                take_roll(w, lesson_id=page.lesson_id, marks=page.marks, overwrite_leave=page.decided)
            except UserError as wrong:
                refused[page.name] = str(wrong)
            else:
                marked += len(page.marks)
                w.session.flush()
    w.notes[:] = [f"{filed} 页，{marked} 人次"]
    return ScansFiled(filed, marked, refused)
