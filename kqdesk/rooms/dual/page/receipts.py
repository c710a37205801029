"""The tab 领证: the register of diplomas, who took them away, and what was issued for a lost one."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, Date, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.intake import from_path, keep_files
from kqdesk.desk.parts import Push, Segments
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.dual import actions, queries
from kqdesk.rooms.dual.page import printing
from kqdesk.rooms.dual.page.diplomas import DiplomaDialog
from kqdesk.rooms.dual.queries import DiplomaRow
from kqdesk.rooms.dual.terms import Relation
from kqdesk.security.masking import mask_id
from kqdesk.store.attachments import KeptFile


def _state(row: DiplomaRow) -> Pill:
    if row.proof_no:
        return Pill("已补证明书", "seal", "star")
    return Pill("已领取", "success", "check") if row.handed_on else Pill("待领取", "warning", "waiting")


COLUMNS = (
    Column[DiplomaRow]("姓名", lambda r: r.name, width=100, is_strong=True),
    Column[DiplomaRow]("层次", lambda r: r.level.label, width=92),
    Column[DiplomaRow]("证书编号", lambda r: r.number, kind="code", width=170),
    Column[DiplomaRow]("发证机关", lambda r: r.issuer),
    Column[DiplomaRow]("发证日期", lambda r: f"{r.issued_on:%Y-%m-%d}", width=108),
    Column[DiplomaRow]("状态", lambda r: _state(r).text, kind="pill", width=124, pill=_state),
    Column[DiplomaRow]("领取日期", lambda r: f"{r.handed_on:%Y-%m-%d}" if r.handed_on else "", width=108),
    Column[DiplomaRow]("领取人", lambda r: f"{r.taker}（{r.relation.label}）" if r.relation else "", width=150,
                       tip=lambda r: mask_id(r.taker_number) if r.taker_number else ""),
    Column[DiplomaRow]("证明书编号", lambda r: r.proof_no, kind="code", width=150),
)  # fmt: skip


class ReceiptTab(Tab):
    """Who still has to come, who came, and for whom somebody else came."""

    key, title, search_hint = "receipts", "领证", "姓名、拼音首字母、证书编号"
    primary, primary_icon = "导入学历证书", "import"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.rows: Sequence[DiplomaRow] = ()
        self.handed = Segments([(None, "全部"), (False, "待领取"), (True, "已领取")], name="领取")
        self.handed.chosen.connect(self._on_chosen)
        self.giving = page.add_button(
            "本人领取", self.give, icon_name="check", tip="选中的人都是本人来领、已经签字"
        )
        self.proxying = page.add_button(
            "代领…", self.give_proxy, icon_name="person", tip="写明谁代领，附委托书"
        )
        self.proving = page.add_button(
            "补办证明书…", self.prove, icon_name="seal", tip="遗失的：登记发证机关给的毕业证明书"
        )
        self.printing = page.add_button(
            "签收册", self.print_book, icon_name="print", tip="学历证书领取签收册"
        )
        self.tools: list[QWidget] = [self.handed, self.giving, self.proxying, self.proving, self.printing]
        self.table = TableView(COLUMNS, name="dual.diplomas", memory=self.desk.memory)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def reload(self) -> None:
        ask = partial(queries.diplomas, text=self.page.searched_text(), is_handed=self.handed.value())
        self.desk.read(ask, self.show_rows, owner=self, only="reload")

    def show_rows(self, rows: Sequence[DiplomaRow]) -> None:
        """The register."""
        if self.page.tab is not self:
            return
        self.rows = rows
        self.table.show_rows(rows)
        waiting = sum(row.handed_on is None for row in rows)
        self.page.set_foot(f"共 {len(rows)} 本 · 待领取 {waiting} 本" if rows else "")
        if rows or self.page.searched_text() or self.handed.value() is not None:
            self.page.show_body()
        else:
            words = "发证机关的学历证书编号导入以后，在这里登记谁领走了：本人签字，或者家人代领、附委托书。"
            self.page.show_blank(
                "dual",
                "还没有学历证书",
                words,
                [Push("导入学历证书", self.start_new, look="primary", icon_name="import")],
            )

    def start_new(self) -> None:
        """The issuer's list."""
        DiplomaDialog(self.desk, self, DualLevel.SENIOR).open()

    @Slot(object)
    def _on_chosen(self, _: Any) -> None:
        self.reload()

    @Slot()
    def give(self) -> None:
        """The selected learners came themselves today."""
        rows = [row for row in self.table.selected() if row.handed_on is None]
        if not rows:
            self.page.note.say("请先选还没有领的人。", "refused")
        for row in rows:
            self.desk.run(
                actions.hand_out_diploma, then=partial(self._given, row.name), owner=self, diploma_id=row.id,
                handed_on=self.desk.today(),
            )  # fmt: skip

    def _given(self, name: str, _: str) -> None:
        self.desk.tell(f"{name}的学历证书已登记领取。", undo=True)

    def _current(self) -> DiplomaRow | None:
        row: DiplomaRow | None = self.table.current()
        if row is None:
            self.page.note.say("请先在列表里选一个人。", "refused")
        return row

    @Slot()
    def give_proxy(self) -> None:
        """Somebody else takes it: who, which relation, which number, with the power of attorney."""
        row = self._current()
        if row is None:
            return
        relations = tuple((r, r.label) for r in Relation if r is not Relation.SELF)
        fields = (
            Choice(name="relation", label="和本人的关系", required=True, choices=relations, is_half=True),
            Date(name="handed_on", label="领取日期", required=True, is_half=True),
            Text(name="taker_name", label="代领人姓名", required=True),
            Text(name="taker_number", label="代领人证件号码", required=True, hint="名单和签收册上都打星"),
            Text(name="note", label="备注"),
        )
        values = {"handed_on": self.desk.today(), "relation": Relation.SPOUSE}
        save = partial(self._save_proxy, row)
        self._panel(FormPanel(self.desk, f"{row.name}的学历证书由别人代领", fields, save, values=values, save_text="选委托书，登记"))  # fmt: skip

    def _save_proxy(self, row: DiplomaRow, values: dict[str, Any], panel: FormPanel) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, "委托书的照片或扫描件", "", "图片和 PDF (*.jpg *.jpeg *.png *.pdf)"
        )
        if path:
            self.keep_proxy(row, Path(path), values, panel)
        else:
            panel.note.say("代领要附委托书：请选它的照片或扫描件。", "refused")

    def keep_proxy(self, row: DiplomaRow, path: Path, values: dict[str, Any], panel: FormPanel) -> None:
        """Keep the power of attorney first, then the receipt that names it."""
        kept, files = self.desk.attachments, [from_path(path)]
        write = partial(self._write_proxy, row, values, panel)
        self.desk.start(
            lambda _job: keep_files(kept, files), write, owner=self, failed=partial(_refuse, panel)
        )

    def _write_proxy(
        self, row: DiplomaRow, values: dict[str, Any], panel: FormPanel, kept: Sequence[KeptFile]
    ) -> None:
        panel.run(
            actions.hand_out_diploma,
            then=partial(self._given, row.name),
            diploma_id=row.id,
            paper=kept[0],
            **values,
        )

    @Slot()
    def prove(self) -> None:
        """A 毕业证明书 in the place of a lost diploma; the old number stays."""
        row = self._current()
        if row is None:
            return
        fields = (
            Text(name="number", label="证明书编号", required=True, hint="照发证机关给的证明书抄，本校不编号"),
            Text(name="issuer", label="出具机关", required=True),
            Date(name="issued_on", label="出具日期", required=True),
            Text(name="reason", label="原因", required=True, hint="例如：原证遗失，已登报声明"),
        )
        save = partial(self._save_proof, row)
        self._panel(
            FormPanel(self.desk, f"{row.name} · 补办毕业证明书", fields, save, values={"issuer": row.issuer})
        )

    def _save_proof(self, row: DiplomaRow, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.record_proof, diploma_id=row.id, **values)

    @Slot()
    def print_book(self) -> None:
        """The receipt book of everybody shown."""
        rows = list(self.rows)
        if rows:
            printing.show(self.page, "学历证书领取签收册", partial(printing.receipts_pdf, self.page, rows))

    def _panel(self, panel: FormPanel) -> None:
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()


def _refuse(panel: FormPanel, error: UserError) -> None:
    panel.note.say(str(error), "refused")
