"""The tab 认定批次: choose achievements, make the upload table, note that it was sent, take the answers."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Date
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Note, Push, Tool, add_keys, label
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import InputFaults, UserError
from kqdesk.rooms.credits import actions, queries, sheets
from kqdesk.rooms.credits.queries import Achievement, BatchRow, ClaimRow
from kqdesk.rooms.credits.rules import AnswerLine, Waiting, match, shown
from kqdesk.rooms.credits.terms import Answer, BatchState
from kqdesk.rooms.office.queries import school_card

TONES = {BatchState.DRAFT: "neutral", BatchState.SENT: "primary", BatchState.ANSWERED: "success"}
ANSWER_TONES = {Answer.WAITING: "neutral", Answer.ACCEPTED: "success", Answer.RETURNED: "danger"}
COLUMNS = (
    Column[BatchRow]("批次号", lambda r: r.no, kind="code", width=130, is_strong=True),
    Column[BatchRow]("状态", lambda r: r.state.label, kind="pill", width=120,
                     pill=lambda r: Pill(r.state.label, TONES[r.state])),
    Column[BatchRow]("成果", lambda r: str(r.claims), kind="number", width=70),
    Column[BatchRow]("已认定", lambda r: str(r.accepted or ""), kind="number", width=80),
    Column[BatchRow]("退回", lambda r: str(r.returned or ""), kind="number", width=70),
    Column[BatchRow]("报送日期", lambda r: f"{r.sent_on:%Y-%m-%d}" if r.sent_on else "", width=112),
    Column[BatchRow]("校验码", lambda r: r.digest[:8], kind="code", tip=lambda r: r.digest),
)  # fmt: skip
CLAIMS = (
    Column[ClaimRow]("姓名", lambda r: r.name, width=90, is_strong=True, tip=lambda r: r.name),
    Column[ClaimRow]("项目", lambda r: r.project, tip=lambda r: r.project),
    Column[ClaimRow]("答复", lambda r: r.answer.label, kind="pill", width=100, tip=lambda r: r.reason,
                     pill=lambda r: Pill(r.answer.label, ANSWER_TONES[r.answer])),
    Column[ClaimRow]("学分", lambda r: shown(r.hundredths) if r.hundredths is not None else "", kind="number", width=64),
)  # fmt: skip
CHOICES = (
    Column[Achievement]("姓名", lambda r: r.name, width=110, is_strong=True),
    Column[Achievement]("类型", lambda r: r.kind.label, width=100),
    Column[Achievement]("项目", lambda r: r.project),
    Column[Achievement]("证书号", lambda r: r.certificate_no, kind="code", width=176),
    Column[Achievement](
        "取得日期", lambda r: f"{r.earned_on:%Y-%m-%d}" if r.earned_on > date.min else "", width=112
    ),
    Column[Achievement]("能不能报", lambda r: r.lacks or "可以报", width=300, tip=lambda r: r.lacks),
)
EMPTY = "结业证书、技能证书可以报学分银行认定：选出成果建一个批次，导出上传表，报上去，答复的表拿回来导入，认定的学分自动入账。"


class BatchesTab(Tab):
    """The list of batches; Enter opens one at the right."""

    key, title, search_hint, primary = "batches", "认定批次", "", "新建批次"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self._wanted: str | None = None
        self.tools = [Push("导入答复", self.take_answers, icon_name="import", tip="学分银行答复的 Excel")]
        self.table = TableView(COLUMNS, name="credits.batches", memory=self.desk.memory)
        self.table.opened.connect(self.open_batch)
        self.table.add_menu("导出上传表…", self.export, "export")
        self.table.add_menu("已经报送…", self.send, "check")
        self.table.add_menu("删除批次　Del", self.drop, "delete")
        add_keys(self.table, ("Del", self.drop), ("Esc", page.close_side))
        self.fill_with(self.table)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``batch`` opens it."""
        self._wanted = context.get("batch")

    def reload(self) -> None:
        self.desk.read(queries.batches, self._take, owner=self, only="reload")

    def _take(self, rows: Sequence[BatchRow]) -> None:
        if self.page.tab is not self:
            return
        self.table.show_rows(rows)
        self.page.set_foot(f"共 {len(rows)} 批 · 成果 {sum(row.claims for row in rows)} 条")
        if rows:
            self.page.show_body()
        else:
            buttons = [Push(self.primary, self.start_new, look="primary", icon_name="add")]
            self.page.show_blank("credits", "还没有认定批次", EMPTY, buttons)
        wanted = next((row for row in rows if row.id == self._wanted), None)
        self._wanted = None
        if wanted is not None:
            self.open_batch(wanted)
        elif isinstance(self.page.side, ClaimsPanel):
            shown_now = next((row for row in rows if isinstance(self.page.side, ClaimsPanel)
                              and row.id == self.page.side.batch.id), None)  # fmt: skip
            if shown_now is not None:
                self.open_batch(shown_now)
            else:
                self.page.close_side()

    def start_new(self) -> None:
        """Choose achievements."""
        self.desk.read(queries.achievements, self._choose, owner=self, only="choose")

    def _choose(self, found: Sequence[Achievement]) -> None:
        dialog = ChooseDialog(self.desk, self, found)
        dialog.drawn.connect(self._drawn)
        dialog.open()

    @Slot(str)
    def _drawn(self, batch_id: str) -> None:
        self._wanted = batch_id
        self.desk.tell("批次已建好。下一步：导出上传表，报给学分银行。", undo=True)
        self.reload()

    @Slot(object)
    def open_batch(self, batch: BatchRow) -> None:
        """Its lines at the right."""
        self.desk.read(
            partial(queries.claims, batch_id=batch.id), partial(self._show, batch), owner=self, only="claims"
        )

    def _show(self, batch: BatchRow, rows: Sequence[ClaimRow]) -> None:
        if isinstance(self.page.side, FormPanel) and self.page.side.form.is_edited:
            return
        panel = ClaimsPanel(self.desk, batch, rows)
        panel.closed.connect(self.page.close_side)
        panel.export.clicked.connect(self.export)
        panel.send.clicked.connect(self.send)
        self.page.set_side(panel)

    def _current(self) -> BatchRow | None:
        side = self.page.side
        current: BatchRow | None = side.batch if isinstance(side, ClaimsPanel) else self.table.current()
        return current

    @Slot()
    def export(self) -> None:
        """The upload table of the current batch."""
        batch = self._current()
        if batch is None:
            return
        path, _ = QFileDialog.getSaveFileName(
            self, "导出上传表", f"成果认定 {batch.no}.xlsx", "Excel (*.xlsx)"
        )
        if path:
            self.desk.start(partial(self._write, batch.id, Path(path)), self._written, owner=self)

    def _write(self, batch_id: str, path: Path, _: Any) -> int:
        with self.desk.store.reading() as session:
            return sheets.write_upload(path, _school(session), queries.claims(session, batch_id))

    def _written(self, count: int) -> None:
        self.desk.tell(f"上传表已导出，{count} 条成果。报上去以后，在批次上点「已经报送」。")

    @Slot()
    def send(self) -> None:
        """Note that the batch went off: from now on its lines are sealed."""
        batch = self._current()
        if batch is None or batch.state is not BatchState.DRAFT:
            return
        fields = (Date(name="sent_on", label="报送日期", required=True),)
        save = partial(self._save_sent, batch.id)
        values = {"sent_on": self.desk.today()}
        panel = FormPanel(
            self.desk, f"批次 {batch.no} 已经报送", fields, save, values=values, save_text="报送"
        )
        self.page.open_form(panel)

    def _save_sent(self, batch_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.send_batch, batch_id=batch_id, **values)

    @Slot()
    def drop(self) -> None:
        """A draft nobody wants."""
        batch = self._current()
        if batch is not None:
            self.page.close_side()
            self.desk.run(actions.drop_batch, then=self._dropped, owner=self, batch_id=batch.id)

    def _dropped(self, _: Any) -> None:
        self.desk.tell("批次已删除，里面的成果可以放进别的批次。", undo=True)

    @Slot()
    def take_answers(self) -> None:
        """The bank's answers from a file: read, match, book."""
        path, _ = QFileDialog.getOpenFileName(
            self, "选学分银行答复的表", "", "表格 (*.xlsx *.xls *.ods *.csv)"
        )
        if path:
            self.read_answers(Path(path))

    def read_answers(self, path: Path) -> None:
        """Read in a job, say what it would bring, then take all of it or nothing."""
        today = self.desk.today()
        self.desk.start(
            lambda _: sheets.read_answers(path, today=today), self._take_lines, title="读答复", owner=self,
            failed=self._refused,
        )  # fmt: skip

    def _take_lines(self, lines: list[AnswerLine]) -> None:
        self.desk.read(queries.waiting_claims, partial(self._preview, lines), owner=self, only="answers")

    def _preview(self, lines: list[AnswerLine], claims: Mapping[str, Waiting]) -> None:
        found = match(lines, claims)
        if found.faults or not found.fresh:
            self._save_answers(lines)  # which says what is wrong and books nothing
            return
        accepted = [line.hundredths or 0 for _, line in found.fresh if line.answer is Answer.ACCEPTED]
        returned = len(found.fresh) - len(accepted)
        words = f"认定 {len(accepted)} 条，共 {shown(sum(accepted))} 学分；退回 {returned} 条"
        words += f"；以前登记过 {found.known} 条" if found.known else ""
        self.page.note.say(
            f"{words}。入账后不能撤销，更正只能冲正。",
            "info",
            ("登记并入账", partial(self._save_answers, lines)),
        )

    def _save_answers(self, lines: list[AnswerLine]) -> None:
        self.desk.run(actions.take_answers, then=self._taken, failed=self._refused, owner=self, lines=lines)

    def _taken(self, count: int) -> None:
        self.desk.tell(f"{count} 条答复已登记，认定的学分已入账。")

    def _refused(self, error: UserError) -> None:
        told = str(error)
        if isinstance(error, InputFaults) and error.faults:
            told += " " + "；".join(f"第 {row} 行：{words}" for row, words in error.faults[:5])
        self.desk.tell(told, kind="refused")


class ClaimsPanel(QFrame):
    """The lines of one batch."""

    closed = Signal()

    def __init__(self, desk: Desk, batch: BatchRow, rows: Sequence[ClaimRow]) -> None:
        super().__init__()
        self.batch = batch
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel") + 60)
        self.export = Push("导出上传表", _nothing, icon_name="export")
        self.send = Push("已经报送…", _nothing, icon_name="check")
        self.send.setVisible(batch.state is BatchState.DRAFT)
        head = QHBoxLayout()
        head.addWidget(label(f"批次 {batch.no}", "head"), 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"))
        buttons = QHBoxLayout()
        buttons.addWidget(self.export)
        buttons.addWidget(self.send)
        buttons.addStretch(1)
        table = TableView(CLAIMS, name="credits.claims", memory=desk.memory)
        table.show_rows(rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addLayout(head)
        column.addLayout(buttons)
        column.addWidget(table, 1)


def _nothing() -> None:
    """The buttons' signals are connected by the tab."""


class ChooseDialog(QDialog):
    """Which achievements go into the batch: those that can be sent are selected already."""

    drawn = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget, found: Sequence[Achievement]) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle("新建认定批次")
        self.note = Note()
        self.table = TableView(
            CHOICES, name="credits.choices", memory=desk.memory, key=lambda r: r.source_key
        )
        self.table.show_rows(found)
        ready = sum(1 for one in found if not one.lacks)
        words = f"可以报的 {ready} 条，缺东西的 {len(found) - ready} 条。按住 Ctrl 点选，Ctrl+A 全选；缺东西的不会放进去。"
        told = label(words if found else "没有可以报的成果：先发结业证书，或登记技能证书。", "second")
        told.setWordWrap(True)
        self.making = Push("建批次", self.draw, look="primary", icon_name="add", keys="Ctrl+Return")
        self.making.setEnabled(ready > 0)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(Push("关闭", self.reject))
        buttons.addWidget(self.making)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(10)
        for part in (told, self.note, self.table):
            column.addWidget(part, 1 if part is self.table else 0)
        column.addLayout(buttons)
        self.resize(theme().px("panel") * 2 + 240, 560)
        self.table.selectAll()
        self.table.setFocus()

    @Slot()
    def draw(self) -> None:
        """Make the batch of the selected ones that can be sent."""
        keys = [one.source_key for one in self.table.selected() if not one.lacks]
        if not keys:
            self.note.say("选中的成果都还缺东西，看最后一栏。", "refused")
            return
        self.desk.run(actions.draw_batch, then=self._drawn, failed=self._failed, owner=self, source_keys=keys)

    def _drawn(self, batch_id: str) -> None:
        self.drawn.emit(batch_id)
        self.accept()

    def _failed(self, error: UserError) -> None:
        self.note.say(str(error), "refused")


def _school(session: Session) -> tuple[str, str]:
    card = school_card(session)
    return (card.code, card.name) if card else ("", "")
