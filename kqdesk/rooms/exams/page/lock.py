"""The step 锁定: what is done and what is not, the lock, and the results after it."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from kqdesk.desk.cells import Column
from kqdesk.desk.parts import Act, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import icon, theme
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.exams import actions, queries
from kqdesk.rooms.exams.page.bundle import Bundle
from kqdesk.rooms.exams.rules import band_of, graded
from kqdesk.rooms.office.rules import Band

if TYPE_CHECKING:
    from kqdesk.rooms.exams.page.screen import ExamsPage

from kqdesk.rooms.exams.page.marks import slots
from kqdesk.rooms.exams.page.steps import Missing, Step


class LockStep(Step):
    """What is done and what is not, then the lock; afterwards the results."""

    key, title = "lock", "锁定"

    def __init__(self, page: "ExamsPage") -> None:
        super().__init__(page)
        self.lines = QWidget()
        self.grid = QGridLayout(self.lines)
        self.grid.setContentsMargins(24, 20, 24, 20)
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(4)
        self.results = TableView((), name="exams.results", memory=page.desk.memory)
        self.correcting = page.add_button(
            "更正成绩", self.correct, icon_name="edit", tip="锁定后发现登错，写明原因，由另一人确认"
        )
        self.printing = page.add_button("成绩登记册", self.print_book, icon_name="print", keys="Ctrl+P")
        self.exporting = page.add_button("导出 Excel", page.printing.export, icon_name="export")
        self.tools = [self.correcting, self.printing, self.exporting]
        self.column.addWidget(self.lines)
        self.column.addWidget(self.results, 1)
        self._subjects: tuple[str, ...] = ()
        self._tampered: Sequence[tuple[str, Subject]] = ()

    def primary(self, bundle: Bundle) -> tuple[str, Act, str] | None:
        return None if bundle.is_locked else ("锁定成绩", self.lock, "lock")

    def show_bundle(self, bundle: Bundle) -> None:
        super().show_bundle(bundle)
        self.lines.setVisible(not bundle.is_locked)
        self.results.setVisible(bundle.is_locked)
        self.correcting.setVisible(bundle.is_locked)
        self.exporting.setEnabled(bundle.sitting.entered > 0)
        ask = partial(queries.tampered, sitting_id=bundle.sitting.id)
        self.desk.read(ask, self._show_tampered, owner=self, only="tampered")
        if bundle.is_locked:
            self._show_results(bundle)
        else:
            self._show_lines(bundle)

    def _show_lines(self, bundle: Bundle) -> None:
        while self.grid.count():
            taken = self.grid.takeAt(0)
            if taken is not None and taken.widget() is not None:
                taken.widget().deleteLater()
        s = bundle.sitting
        lines = (
            (s.candidates > 0, "考生", f"{s.candidates} 人", "candidates"),
            (s.seated == s.candidates > 0, "编场", f"{s.seated} / {s.candidates} 人有座位", "seats"),
            (s.entered == s.due > 0, "登分", f"{s.entered} / {s.due} 格", "scores"),
            (s.checked == s.due > 0, "复核", f"{s.checked} / {s.due} 格由另一人复核", "check"),
            (
                s.differing == 0,
                "两次一致",
                f"{s.differing} 格不一致" if s.differing else "没有不一致",
                "check",
            ),
        )
        for row, (is_done, title, words, step) in enumerate(lines):
            mark = QLabel()
            name, colour = ("done", "success") if is_done else ("waiting", "warning")
            mark.setPixmap(icon(name, colour).pixmap(theme().px("icon"), theme().px("icon")))
            mark.setAccessibleName("已完成" if is_done else "未完成")
            self.grid.setRowMinimumHeight(row, theme().px("control"))
            self.grid.addWidget(mark, row, 0)
            self.grid.addWidget(label(title), row, 1)
            self.grid.addWidget(label(words, "second"), row, 2)
            if not is_done:
                self.grid.addWidget(Push("去做", partial(self.page.go_step, step), look="link"), row, 3)
        hint = label("锁定后成绩不能直接改。发现登错，用「更正成绩」写明原因，由另一人确认。", "second")
        self.grid.addWidget(hint, len(lines), 1, 1, 3)
        self.grid.setColumnStretch(4, 1)
        self.grid.setRowStretch(len(lines) + 1, 1)

    def _show_results(self, bundle: Bundle) -> None:
        bands = bundle.sheet.policy.bands or ()

        def mark(paper_ids: Sequence[str], row: Any) -> str:
            cell = next((row.cells[one] for one in paper_ids if one in row.cells), None)
            if cell is None:
                return ""
            band = band_of(cell.points, bands)
            star = " 更正" if cell.is_corrected else " 待确认" if cell.open_correction else ""
            return f"{cell.points.words}{f' {band.grade}' if band else ''}{star}"

        subjects = tuple(p.id for p in bundle.papers)
        if subjects != self._subjects:
            self._subjects = subjects
            columns = (
                Column[Any]("准考证号", lambda r: r.ticket_no, kind="code", width=130),
                Column[Any]("姓名", lambda r: r.name, width=110, is_strong=True),
                Column[Any]("班级", lambda r: r.cohort),
                *(
                    Column[Any](
                        title, partial(mark, [p.id for p in papers]), width=max(100, 34 + 15 * len(title))
                    )
                    for title, papers in slots(bundle.papers)
                ),
                Column[Any]("学分", partial(_credits, bands), kind="number", width=72),
            )
            fresh = TableView(columns, name="exams.results", memory=self.desk.memory)
            self.column.replaceWidget(self.results, fresh)
            self.results.deleteLater()
            self.results = fresh
        self.results.show_rows(bundle.sheet.rows)

    def foot(self, bundle: Bundle) -> str:
        return f"已锁定：{bundle.locked}" if bundle.is_locked else ""

    def _show_tampered(self, found: Sequence[tuple[str, Subject]]) -> None:
        self._tampered = found
        if found and self.page.step is self and self.bundle is not None:
            note = self.missing(self.bundle)
            if note is not None:
                self.page.note.say(*note)

    def missing(self, bundle: Bundle) -> Missing | None:
        if self._tampered:
            shown = "、".join(f"{name} {subject.label}" for name, subject in self._tampered[:5])
            words = (
                f"{shown}{'等' if len(self._tampered) > 5 else ''}共 {len(self._tampered)} 格的分数和两个人签过名的不一样，"
                "可能被人从外面改过。请对着卷面核对，并告诉校长查「操作记录」。"
            )
            return words, "refused", None
        if bundle.sitting.open_corrections:
            words = f"有 {bundle.sitting.open_corrections} 处更正等另一人确认，确认后才算数。"
            return words, "info", ("去确认", partial(self.page.go_step, "check"))
        return None

    @Slot()
    def lock(self) -> None:
        """Final; the action says what is still missing."""
        self.desk.run(
            actions.lock_sitting, then=self._locked, owner=self, sitting_id=self.page.sitting_id,
            signer=self.desk.seat.signer,
        )  # fmt: skip

    def _locked(self, _: Any) -> None:
        self.desk.tell("成绩已锁定，「双证」里的学分已经按它算好。")

    @Slot()
    def correct(self) -> None:
        """A form for one mark of the row the keyboard stands on."""
        row = self.results.current()
        if row is None or self.bundle is None:
            self.page.note.say("请先在列表里选中要更正的考生。", "refused")
            return
        self._panel(self.page.forms.correction_panel(row))

    @Slot()
    def print_book(self) -> None:
        """成绩登记册 with the marks as they stand."""
        self.page.printing.scores(is_filled=True)


def _credits(bands: Sequence[Band], row: Any) -> str:
    _, credits = graded([cell.points for cell in row.cells.values()], bands)
    return "" if credits is None else str(credits)
