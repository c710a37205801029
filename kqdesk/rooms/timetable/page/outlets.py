"""Ways out of the page: papers of the week and the term, publishing, the calendar file for phones."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.preview import PdfPreview
from kqdesk.rooms.timetable.page.asking import term_paper, week_paper
from kqdesk.rooms.timetable.page.publishing import PublishWindow
from kqdesk.rooms.timetable.page.telling import write_calendar
from kqdesk.rooms.timetable.queries import By


class Outlets(QObject):
    """``chosen``: whose timetable is shown; it says itself what to choose when nobody's is."""

    def __init__(self, desk: Desk, owner: QWidget, chosen: Callable[[], tuple[By, str, str] | None]) -> None:
        super().__init__(owner)
        self.desk, self.owner, self._chosen = desk, owner, chosen

    def print_week(self, day: date) -> None:
        """The week of a day, of the one chosen."""
        chosen = self._chosen()
        if chosen is not None:
            work = partial(week_paper, self.desk, day, *chosen)
            self.desk.start(work, self._preview, title="生成周课表", owner=self.owner)

    @Slot()
    def print_term(self) -> None:
        """All lessons of the one chosen."""
        chosen = self._chosen()
        if chosen is not None:
            work = partial(term_paper, self.desk, *chosen)
            self.desk.start(work, self._preview, title="生成学期课表", owner=self.owner)

    def _preview(self, pdf: bytes) -> None:
        PdfPreview(self.desk, "课程表", pdf, "课程表.pdf", self.owner).open()

    @Slot()
    def publish(self) -> QDialog:
        """What changed since the last print, and the button that gives it out."""
        window = PublishWindow(self.desk, self.owner)
        window.open()
        return window

    @Slot()
    def export_calendar(self) -> None:
        """Ask where, write the calendar of the one chosen there."""
        chosen = self._chosen()
        if chosen is not None:
            name, _ = QFileDialog.getSaveFileName(
                self.owner, "导出到手机日历", f"{chosen[2]}课表.ics", "日历文件 (*.ics)"
            )
            if name:
                self.save_calendar(Path(name))

    def save_calendar(self, path: Path) -> None:
        """Write the calendar of the one chosen; taking in a newer file moves its events instead of doubling them."""
        chosen = self._chosen()
        if chosen is not None:
            work = partial(write_calendar, self.desk, path, *chosen)
            self.desk.start(work, partial(self._told_calendar, path), owner=self.owner)

    def _told_calendar(self, path: Path, count: int) -> None:
        self.desk.tell(
            f"已导出 {count} 次课到 {path.name}，发到手机上点开就进日历；以后再导出会更新，不会重复。"
        )
