"""免考登记: subjects the credit bank certifies, each with its proof, counted once the city has reviewed it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, Date, Field, LongText, Pick, RowPick, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.intake import from_path, keep_files
from kqdesk.desk.table import TableView
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.exams import actions, queries
from kqdesk.rooms.exams.queries import ExemptionRow
from kqdesk.rooms.exams.rules import points_words, read_points
from kqdesk.rooms.people import queries as people
from kqdesk.store.attachments import KeptFile

if TYPE_CHECKING:
    from kqdesk.rooms.exams.page.screen import ExamsPage

COLUMNS = (
    Column[ExemptionRow]("姓名", lambda r: r.name, width=110, is_strong=True),
    Column[ExemptionRow]("层次", lambda r: r.level.label, width=96),
    Column[ExemptionRow]("免考科目", lambda r: r.subject.label, width=150),
    Column[ExemptionRow]("证明编号", lambda r: r.proof_no, kind="code", width=170),
    Column[ExemptionRow]("出具单位", lambda r: r.issuer),
    Column[ExemptionRow]("出具日期", lambda r: f"{r.issued_on:%Y-%m-%d}", width=112),
    Column[ExemptionRow]("成绩", lambda r: "" if r.points_tenths is None else points_words(r.points_tenths), kind="number", width=72),
    Column[ExemptionRow]("市审核", lambda r: f"{r.reviewed_on:%Y-%m-%d}" if r.reviewed_on else "待审核", kind="pill", width=130,
                         pill=lambda r: Pill(f"{r.reviewed_on:%Y-%m-%d}", "success", "check") if r.reviewed_on else Pill("待审核", "warning", "waiting")),
)  # fmt: skip


class ExemptionList(QWidget):
    """The register and its acts; the page shows it in the place of the list of sittings."""

    def __init__(self, page: "ExamsPage") -> None:
        super().__init__()
        self.page, self.desk = page, page.desk
        self.table = TableView(COLUMNS, name="exams.exemptions", memory=self.desk.memory)
        self.reviewing = page.add_button(
            "市里已审核", self.review, icon_name="check", tip="审核以后才计入双证"
        )
        self.proving = page.add_button(
            "放入证明", self.add_proof, icon_name="scan", tip="成绩合格证明的照片或扫描件"
        )
        self.removing = page.add_button("删除", self.remove, icon_name="delete")
        self.tools: list[QWidget] = [self.reviewing, self.proving, self.removing]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def reload(self) -> None:
        """Ask again and show."""
        ask = partial(queries.exemptions, text=self.page.searched_text())
        self.desk.read(ask, self.show_rows, owner=self, only="reload")

    def show_rows(self, rows: Sequence[ExemptionRow]) -> None:
        """The register, with what is still open."""
        self.table.show_rows(rows)
        waiting = sum(row.reviewed_on is None for row in rows)
        self.page.set_foot(f"共 {len(rows)} 条 · 待市里审核 {waiting} 条" if rows else "")
        if not rows and not self.page.searched_text():
            self.page.note.say(
                "学分银行出具了“成绩合格证明”的科目，在这里登记。市里审核以后，这一科就不用再考。", "info"
            )
        else:
            self.page.note.hide()

    @Slot()
    def create(self) -> None:
        """The form of one exemption."""
        panel = FormPanel(self.desk, "登记免考", _fields(), self._save, values={"level": DualLevel.SENIOR})
        self.page.show_panel(panel)

    def _save(self, values: dict[str, Any], panel: FormPanel) -> None:
        text = values.pop("points")
        points = read_points(text, full_marks=100, integer_marks=None).tenths if text else None
        panel.run(actions.record_exemption, then=self._saved, points_tenths=points, **values)

    def _saved(self, _: str) -> None:
        self.desk.tell("已登记免考。请选中它，放入证明的照片。", undo=True)

    def _current(self) -> ExemptionRow | None:
        row: ExemptionRow | None = self.table.current()
        if row is None:
            self.page.note.say("请先选中一条免考登记。", "refused")
        return row

    @Slot()
    def review(self) -> None:
        """The city's date for the chosen one."""
        row = self._current()
        if row is not None:
            field = Date(name="reviewed_on", label="市审核日期", required=True)
            values = {"reviewed_on": self.desk.today()}
            save = partial(self._save_review, row.id)
            self.page.show_panel(
                FormPanel(self.desk, f"{row.name} {row.subject.label}", (field,), save, values=values)
            )

    def _save_review(self, key: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.review_exemption, exemption_id=key, **values)

    @Slot()
    def add_proof(self) -> None:
        """Choose the scanned certificate."""
        row = self._current()
        if row is not None:
            found, _ = QFileDialog.getOpenFileName(
                self, "成绩合格证明", "", "图片和 PDF (*.jpg *.jpeg *.png *.pdf)"
            )
            if found:
                self.keep_proof(row.id, Path(found))

    def keep_proof(self, exemption_id: str, path: Path) -> None:
        """Keep the file first, then note it."""
        kept, files = self.desk.attachments, [from_path(path)]
        self.desk.start(
            lambda _job: keep_files(kept, files),
            partial(self._attach, exemption_id),
            owner=self,
            failed=self._refuse,
        )

    def _attach(self, exemption_id: str, kept: Sequence[KeptFile]) -> None:
        self.desk.run(
            actions.attach_proof, then=self._attached, owner=self, exemption_id=exemption_id, proof=kept[0]
        )

    def _attached(self, _: None) -> None:
        self.desk.tell("证明已放入。", undo=True)

    def _refuse(self, error: UserError) -> None:
        self.page.note.say(str(error), "refused")

    @Slot()
    def remove(self) -> None:
        """Recorded by mistake; Ctrl+Z takes it back."""
        row = self._current()
        if row is not None:
            self.desk.run(actions.remove_exemption, then=self._removed, owner=self, exemption_id=row.id)

    def _removed(self, _: None) -> None:
        self.desk.tell("已删除这条免考登记。", undo=True)


def _people(session: Session, text: str, limit: int) -> list[Pick]:
    return [
        Pick(hit.id, hit.name, f"{hit.village} {hit.id_masked}".strip())
        for hit in people.find(session, text, limit)
    ]


def _fields() -> tuple[Field, ...]:
    return (
        RowPick(name="person_id", label="学员", required=True, find=_people),
        Choice(name="level", label="层次", required=True, choices=tuple((v, v.label) for v in DualLevel), is_half=True),
        Choice(name="subject", label="免考科目", required=True, choices=tuple((s, s.label) for s in Subject), is_half=True),
        Text(name="proof_no", label="证明编号", required=True, hint="学分银行“成绩合格证明”上的编号"),
        Text(name="issuer", label="出具单位", required=True, hint="例如：浙江省终身教育学分银行"),
        Date(name="issued_on", label="出具日期", required=True, is_half=True),
        Date(name="reviewed_on", label="市审核日期", hint="没审核先不填", is_half=True),
        Text(name="points", label="证明上的成绩", hint="没有写就不填", check=_fault, is_half=True),
        LongText(name="note", label="备注", lines=2),
    )  # fmt: skip


def _fault(text: str) -> str | None:
    try:
        found = read_points(text, full_marks=100, integer_marks=None) if text.strip() else None
    except UserError as wrong:
        return str(wrong)
    return "这里填分数。" if found is not None and found.tenths is None else None
