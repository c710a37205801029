"""The step 复核: the second entry, blind, and what differs."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Act, Segments
from kqdesk.desk.table import TableView
from kqdesk.rooms.exams import actions
from kqdesk.rooms.exams.actions import Entry
from kqdesk.rooms.exams.page.bundle import Bundle
from kqdesk.rooms.exams.page.steps import Missing
from kqdesk.rooms.exams.queries import DifferenceRow, PaperRow, ScoreRow
from kqdesk.rooms.exams.rules import Points, read_points

if TYPE_CHECKING:
    from kqdesk.rooms.exams.page.screen import ExamsPage

from kqdesk.rooms.exams.page.marks import DIFFERS, MarkGrid, fault_of


class CheckStep(MarkGrid):
    """The second entry: the first is hidden; what differs is decided with the script at hand."""

    key, title = "check", "复核"

    def __init__(self, page: "ExamsPage") -> None:
        super().__init__(page)
        self.mode = Segments([("type", "再录一遍"), ("differ", "不一致")], name="复核方式")
        self.mode.chosen.connect(self._on_mode)
        page.add_left(self.mode)
        self.differences = TableView(
            (
                Column[DifferenceRow]("准考证号", lambda r: r.ticket_no, kind="code", width=130),
                Column[DifferenceRow]("姓名", lambda r: r.name, width=110, is_strong=True),
                Column[DifferenceRow]("科目", lambda r: r.subject.label),
                Column[DifferenceRow]("第一次", lambda r: r.first.words, kind="number", width=100),
                Column[DifferenceRow]("第二次", lambda r: r.second.words, kind="number", width=100),
                Column[DifferenceRow]("登分人", lambda r: r.first_by, width=100),
                Column[DifferenceRow]("", lambda r: "", kind="pill", width=130,
                                      pill=lambda r: Pill("更正待确认", "seal") if r.is_correction else Pill("不一致", "warning")),
            ),
            name="exams.differences",
            memory=page.desk.memory,
        )  # fmt: skip
        self.differences.opened.connect(self.decide)
        self.take_first = page.add_button("用第一次", self.choose_first, tip="卷面和第一次登的一样")
        self.take_second = page.add_button(
            "用第二次", self.choose_second, tip="卷面和第二次登的一样；更正也用它确认"
        )
        self.other = page.add_button("另填…", self.choose_other, icon_name="edit")
        self.imported = page.add_button(
            "核对导入成绩", self.confirm_imported, icon_name="check", tip="已经对着组织单位的名单逐个看过"
        )
        self.tools = [self.hall, self.mode, self.take_first, self.take_second, self.other, self.imported]
        self.shelf.addWidget(self.differences)

    def show_bundle(self, bundle: Bundle) -> None:
        super().show_bundle(bundle)
        self.differences.show_rows(bundle.differences)
        self.mode.retitle("differ", f"不一致 {len(bundle.differences)}" if bundle.differences else "不一致")
        self._dress()

    def is_searched(self) -> bool:
        return bool(self.mode.value() == "type")  # the list of differences is short

    def shown_tools(self) -> Mapping[Any, bool]:
        """Which of its buttons make sense in the mode shown."""
        is_differ = self.mode.value() == "differ"
        return {
            self.hall: not is_differ,
            self.take_first: is_differ,
            self.take_second: is_differ,
            self.other: is_differ,
            self.imported: not is_differ and self._imported_by_others() > 0,
        }

    def _imported_by_others(self) -> int:
        """Marks that came from a file and wait for this person's look."""
        if self.bundle is None:
            return 0
        cells = (cell for row in self.bundle.sheet.rows for cell in row.cells.values())
        return sum(
            bool(c.origin) and c.checked_by is None and c.entered_by != self.bundle.actor for c in cells
        )

    @Slot()
    def confirm_imported(self) -> None:
        """Every imported mark another person brought in; she has compared them with the list."""
        self.desk.run(
            actions.confirm_imported, then=self._confirmed, owner=self, sitting_id=self.page.sitting_id,
            signer=self.desk.seat.signer,
        )  # fmt: skip

    def _confirmed(self, count: int) -> None:
        self.desk.tell(f"已核对 {count} 格导入的成绩。", undo=True)

    def _dress(self) -> None:
        is_differ = self.mode.value() == "differ"
        self.shelf.setCurrentWidget(self.differences if is_differ or self.grid is None else self.grid)
        for tool, is_shown in self.shown_tools().items():
            tool.setVisible(is_shown and self.page.step is self)

    def primary(self, bundle: Bundle) -> tuple[str, Act, str] | None:
        return None

    def count(self, bundle: Bundle) -> str:
        return f"{bundle.sitting.checked}/{bundle.sitting.due}"

    def missing(self, bundle: Bundle) -> Missing | None:
        s = bundle.sitting
        fault = self.fault_note() if self.mode.value() == "type" else None
        if fault is not None:
            return fault
        mine = sum(
            c.entered_by == bundle.actor and c.checked_by is None
            for r in bundle.sheet.rows
            for c in r.cells.values()
        )
        if bundle.is_locked and not bundle.differences:
            return None
        if not s.entered:
            return "还没有登分，先登第一遍。", "info", ("去登分", partial(self.page.go_step, "scores"))
        if bundle.differences and self.mode.value() == "type":
            words = f"有 {len(bundle.differences)} 处要对着卷面核定。"
            return words, "refused", ("看不一致", self.show_differences)
        if bundle.differences:
            return "对着卷面看：选中一行，用「用第一次」「用第二次」或「另填」定下来。", "info", None
        if mine and mine == s.unchecked:
            return "没复核的分数都是您登的，要请另一个人登录后再打一遍。", "info", None
        imported = self._imported_by_others()
        if imported:
            words = f"有 {imported} 格成绩是从名单导入的。对着组织单位的名单看过没有错，就点「核对导入成绩」；也可以再打一遍。"
            return words, "info", ("核对导入成绩", self.confirm_imported)
        if s.unchecked:
            words = f"还有 {s.unchecked} 格要再打一遍。第一次的分数不显示；两次一样就算复核好了。"
            return words, "info", None
        if s.checked == s.due:
            return "全部复核好了，可以锁定。", "told", ("去锁定", partial(self.page.go_step, "lock"))
        return None

    def foot(self, bundle: Bundle) -> str:
        return f"已复核 {bundle.sitting.checked} 格，共 {bundle.sitting.due} 格"

    def _cell(self, bundle: Bundle, row: ScoreRow, papers: Sequence[PaperRow]) -> tuple[Points | None, str]:
        cell = next((row.cells[p.id] for p in papers if p.id in row.cells), None)
        if cell is None:
            return None, ""
        if cell.checked_by is not None:
            return cell.points, ""
        if cell.differs:
            return cell.second, DIFFERS
        if cell.origin and cell.entered_by != bundle.actor:
            return cell.points, ""
        return None, ""

    def _save(self, entries: Sequence[Entry]) -> None:
        typed = [entry for entry in entries if not entry.points.is_empty]
        if not typed:
            self._pending -= 1
            return
        self.desk.run(
            actions.check_scores, then=self._saved, failed=self._refused, owner=self, sitting_id=self.page.sitting_id,
            entries=typed, signer=self.desk.seat.signer,
        )  # fmt: skip

    # -- differences ------------------------------------------------------------------------------

    @Slot()
    def show_differences(self) -> None:
        """The list of what is to be decided."""
        self.mode.choose("differ")
        self.page.show_step()

    @Slot(object)
    def _on_mode(self, _: Any) -> None:
        self.page.show_step()

    @Slot()
    def choose_first(self) -> None:
        """The script agrees with the first entry."""
        for row in self.differences.selected():
            if row.is_correction:
                self.page.note.say("更正只能确认（用第二次），或再提一次更正。", "refused")
            else:
                self._settle(row, row.first)

    @Slot()
    def choose_second(self) -> None:
        """The script agrees with the second entry, or the correction is right."""
        for row in self.differences.selected():
            self._settle(row, row.second)

    def _settle(self, row: DifferenceRow, points: Points) -> None:
        if row.is_correction:
            self._run(
                actions.confirm_correction, "更正已确认。", score_id=row.id, signer=self.desk.seat.signer
            )
        else:
            self._run(
                actions.settle_score,
                f"{row.name} {row.subject.label} 核定为 {points.words}。",
                score_id=row.id,
                points=points,
                signer=self.desk.seat.signer,
            )

    @Slot(object)
    def decide(self, row: DifferenceRow) -> None:
        """Enter on a row asks for the mark on the script."""
        if not row.is_correction:
            self._ask(row)

    @Slot()
    def choose_other(self) -> None:
        """Neither of the two."""
        row = self.differences.current()
        if row is not None:
            self.decide(row)

    def _ask(self, row: DifferenceRow) -> None:
        assert self.bundle is not None
        whole = self.bundle.sheet.policy.integer_marks
        read = partial(read_points, full_marks=row.full_marks, integer_marks=whole)
        field = Text(name="points", label="卷面分数", required=True, check=partial(fault_of, read),
                     hint=f"第一次 {row.first.words}，第二次 {row.second.words}")  # fmt: skip
        save = partial(self._save_other, row, read)
        self._panel(
            FormPanel(self.desk, f"{row.name} · {row.subject.label}", (field,), save, save_text="核定")
        )

    def _save_other(self, row: DifferenceRow, read: Any, values: dict[str, Any], panel: FormPanel) -> None:
        points = read(values["points"])
        panel.run(actions.settle_score, score_id=row.id, points=points, signer=self.desk.seat.signer)
