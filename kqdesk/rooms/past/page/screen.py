"""The frame of 历史台账: the ledgers, and the lines of one of them or of a search."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import LongText, Text
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.desk.intake import from_path, keep_files
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.parts import Push
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.past import actions, queries
from kqdesk.rooms.past.page.importing import HEAD_FIELDS, PastImport
from kqdesk.rooms.past.page.lines import LINE_COLUMNS, RecordForm
from kqdesk.rooms.past.queries import LedgerRow, RecordRow
from kqdesk.rooms.past.terms import LedgerState
from kqdesk.store.attachments import KeptFile

TITLE = "历史台账"
SENTENCE = "软件以前的班级、学时、成绩和证书，照纸上的补录进来；算不算按规则包。"
EMPTY = "把以前的登记册、发证台账导进来或录进来，放上原件扫描件，由另一人对照核对。补录的都有标记，学分算不算由规则包定。"
KEYS_HELP = (
    ("Ctrl+I", "导入台账"),
    ("Ctrl+N", "新建台账，或补录一行"),
    ("Enter", "打开台账的各行；打开一行"),
    ("Ctrl+O", "放扫描件"),
    ("Ctrl+J", "核对（由另一人）"),
    ("Del", "删除台账或选中的行"),
)
LEDGER_COLUMNS = (
    Column[LedgerRow]("台账", lambda r: r.title, is_strong=True),
    Column[LedgerRow]("年份", lambda r: r.years, width=110),
    Column[LedgerRow]("行数", lambda r: str(r.lines), kind="number", width=80),
    Column[LedgerRow]("未认领", lambda r: str(r.unmatched or ""), kind="number", width=80),
    Column[LedgerRow]("扫描件", lambda r: f"{r.scans} 页" if r.scans else "缺", width=90),
    Column[LedgerRow]("原件", lambda r: r.kept_at, width=110),
    Column[LedgerRow]("录入", lambda r: r.entered_by, width=84),
    Column[LedgerRow](
        "状态", lambda r: r.state.label, kind="pill", width=140,
        pill=lambda r: Pill(f"{r.state.label} {r.checked_by}".strip(), "seal" if r.state is LedgerState.CHECKED else "warning"),
    ),
)  # fmt: skip


class LedgersTab(Tab):
    """All ledgers; Enter opens the lines of one."""

    key, title, search_hint, primary = "ledgers", "台账", "台账名称", "新建台账"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.table = TableView(LEDGER_COLUMNS, name="past.ledgers", memory=self.desk.memory, key=_id_of)
        self.table.opened.connect(self.open_row)
        self.dialog: PastImport | None = None
        self.tools = [
            Push("导入台账", self.import_file, icon_name="import", keys="Ctrl+I"),
            Push("放扫描件", self.choose_scans, icon_name="scan", keys="Ctrl+O"),
            Push(
                "核对", self.check, icon_name="check", keys="Ctrl+J", tip="对照原件看过，由另一人核对　Ctrl+J"
            ),
        ]
        for words, act, name in (
            ("修改　F2", self.edit_current, "edit"), ("退回核对…", self.reopen, "undo"), ("删除　Del", self.remove, "delete"),
        ):  # fmt: skip
            self.table.add_menu(words, act, name)
        for keys, act in (("F2", self.edit_current), ("Del", self.remove)):
            press = QShortcut(QKeySequence(keys), self.table)
            press.setContext(Qt.ShortcutContext.WidgetShortcut)
            press.activated.connect(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def arrive(self, context: Mapping[str, Any]) -> None:
        if context.get("import"):
            given = context["import"]
            self.import_file(Path(given) if isinstance(given, str | Path) else None)

    def reload(self) -> None:
        ask = partial(queries.ledgers, text=self.page.searched_text())
        self.desk.read(ask, self._show, owner=self, only="reload")

    def _show(self, rows: Sequence[LedgerRow]) -> None:
        if self.page.tab is not self:
            return
        self.table.show_rows(rows)
        self.page.set_foot(f"{len(rows)} 本台账，{sum(row.lines for row in rows):,} 行")
        if rows or self.page.searched_text():
            self.page.show_body()
            return
        buttons = [
            Push("导入台账", self.import_file, look="primary", icon_name="import"),
            Push("新建台账", self.start_new, icon_name="add"),
        ]
        self.page.show_blank("past", "还没有历史台账", EMPTY, buttons)

    def start_new(self) -> None:
        fields = [*HEAD_FIELDS, LongText(name="note", label="备注", lines=2)]
        self._panel(FormPanel(self.desk, "新建台账", fields, _add))

    @Slot()
    def edit_current(self) -> None:
        """F2."""
        row = self.table.current()
        if row is not None:
            fields = [*HEAD_FIELDS, LongText(name="note", label="备注", lines=2)]
            load = partial(queries.ledger_form, ledger_id=row.id)
            self._panel(FormPanel(self.desk, "修改台账", fields, partial(_edit, row.id), load=load))

    def _panel(self, panel: FormPanel) -> None:
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()

    def open_row(self, row: LedgerRow) -> None:
        """Enter: the lines of this ledger."""
        page = self.page
        assert isinstance(page, PastPage)
        page.show_ledger(row.id, row.title, row.state)

    def import_file(self, path: Path | None = None) -> None:
        """Ctrl+I."""
        self.dialog = PastImport(self.desk, self)
        self.dialog.open()
        if path is None:
            return
        self.dialog.read(path)

    @Slot()
    def choose_scans(self) -> None:
        """Ctrl+O: pages of the paper of the ledger the keyboard stands on."""
        if self.table.current() is None:
            self.desk.tell("请先选一本台账，再放它的扫描件。", kind="refused")
            return
        names, _ = QFileDialog.getOpenFileNames(
            self, "台账原件的扫描件", "", "扫描件 (*.pdf *.jpg *.jpeg *.png)"
        )
        if names:
            self.put_scans(self.table.current().id, [Path(name) for name in names])

    def put_scans(self, ledger_id: str, paths: Sequence[Path]) -> None:
        """Keep the files, then name them."""
        files = self.desk.attachments

        def work(_: Any) -> list[KeptFile]:
            return keep_files(files, [from_path(path) for path in paths])

        self.desk.start(work, partial(self._put, ledger_id), title="放扫描件", owner=self)

    def _put(self, ledger_id: str, kept: list[KeptFile]) -> None:
        told = partial(self._told, "扫描件放好了。")
        self.desk.run(actions.put_scans, then=told, owner=self, ledger_id=ledger_id, files=kept)

    @Slot()
    def check(self) -> None:
        """Ctrl+J: another person compared it with the paper."""
        row = self.table.current()
        if row is not None:
            told = partial(self._told, f"「{row.title}」已核对，从现在起不能再改。")
            self.desk.run(
                actions.check_ledger, then=told, owner=self, ledger_id=row.id, signer=self.desk.seat.signer
            )

    @Slot()
    def reopen(self) -> None:
        """Back to being mended, with a reason."""
        row = self.table.current()
        if row is not None:
            fields = [Text(name="reason", label="退回的原因", required=True, longest=100)]
            panel = FormPanel(self.desk, "退回核对", fields, partial(_reopen, row.id), save_text="退回")
            FormDialog(self, panel).open()

    @Slot()
    def remove(self) -> None:
        """Del."""
        row = self.table.current()
        if row is not None:
            told = partial(self._told, "台账和它的各行已删除。")
            self.desk.run(actions.remove_ledger, then=told, owner=self, ledger_id=row.id)

    def _told(self, words: str, _: Any) -> None:
        self.desk.tell(words, undo=True)


class RecordsTab(Tab):
    """Lines: of the ledger that was opened, or of a search over all."""

    key, title, search_hint, primary = "records", "记录", "姓名、班级、证书编号", "补录一行"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.ledger: tuple[str, str] | None = None
        self.table = TableView(LINE_COLUMNS, name="past.records", memory=self.desk.memory, key=_id_of)
        self.table.opened.connect(self.open_row)
        self.table.add_menu("打开　Enter", self.open_current, "edit")
        self.table.add_menu("看这个人", self.show_person, "person")
        self.table.add_menu("删除　Del", self.remove, "delete")
        press = QShortcut(QKeySequence("Del"), self.table)
        press.setContext(Qt.ShortcutContext.WidgetShortcut)
        press.activated.connect(self.remove)
        self.all = Push("看全部台账的行", self.show_all, look="link")
        self.tools = [self.all]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def reload(self) -> None:
        ledger = self.ledger[0] if self.ledger else None
        ask = partial(queries.records, on=self.desk.today(), ledger_id=ledger, text=self.page.searched_text())
        self.desk.read(ask, self._show, owner=self, only="reload")

    def _show(self, rows: Sequence[RecordRow]) -> None:
        if self.page.tab is not self:
            return
        self.table.show_rows(rows)
        self.all.setVisible(self.ledger is not None)
        where = f"「{self.ledger[1]}」" if self.ledger else "全部台账"
        lost = sum(row.person_id is None for row in rows)
        more = f"，{lost} 行还没有认领" if lost else ""
        self.page.set_foot(f"{where} {len(rows):,} 行{more}")
        self.page.show_body()

    @Slot()
    def show_all(self) -> None:
        """Lines of every ledger."""
        self.ledger = None
        self.reload()

    def start_new(self) -> None:
        if self.ledger is None:
            self.desk.tell("请先在「台账」里打开一本，再补录它的行。", kind="refused")
            return
        self._panel(RecordForm.new(self.desk, self.ledger[0]))

    def open_row(self, row: RecordRow) -> None:
        """Enter: the form of a line; of a checked ledger, only whose it is."""
        self._panel(RecordForm.of(self.desk, row))

    def _panel(self, panel: FormPanel) -> None:
        panel.closed.connect(self._close)
        self.page.set_side(panel)
        panel.form.focus_first()

    def _close(self) -> None:
        self.page.set_side(None)
        self.table.setFocus()

    @Slot()
    def open_current(self) -> None:
        """The line the keyboard stands on."""
        if self.table.current() is not None:
            self.open_row(self.table.current())

    @Slot()
    def show_person(self) -> None:
        """To the roster."""
        row = self.table.current()
        if row is not None and row.person_id:
            self.desk.open("people", person=row.person_id)

    @Slot()
    def remove(self) -> None:
        """Del: the selected lines."""
        ids = [row.id for row in self.table.selected()]
        if ids:
            self.desk.run(actions.remove_records, then=self._removed, owner=self, record_ids=ids)

    def _removed(self, count: int) -> None:
        self.desk.tell(f"已删除 {count} 行。", undo=True)


class PastPage(TabbedPage):
    """Ledgers and lines."""

    watches = frozenset({"past_ledger", "past_record", "attachment", "person", "rule_pack"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE, (LedgersTab, RecordsTab))

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``find`` alone searches the lines; ``tab`` and ``import`` as elsewhere."""
        super().arrive({"tab": "records", **context} if "find" in context else context)

    def show_ledger(self, ledger_id: str, title: str, state: LedgerState) -> None:
        """The lines of one ledger."""
        tab = self._by_key["records"]
        assert isinstance(tab, RecordsTab)
        tab.ledger = (ledger_id, title)
        if self.go("records"):
            self.reload()


def _id_of(row: Any) -> str:
    return str(row.id)


def _add(values: dict[str, Any], panel: FormPanel) -> None:
    panel.run(actions.add_ledger, **values)


def _edit(ledger_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    panel.run(actions.edit_ledger, ledger_id=ledger_id, seen=panel.seen, **values)


def _reopen(ledger_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    panel.run(actions.reopen_ledger, ledger_id=ledger_id, **values)


def find_hits(session: Session, text: str, limit: int) -> list[Hit]:
    """Old lines by number or name for Ctrl+K."""
    return [
        Hit(f"{row.name}　{row.line.cohort or row.line.course or ''}", f"补录 {row.ledger}", "past", "past", {"find": text})
        for row in queries.find(session, text, limit)
    ]  # fmt: skip


SOURCE = Source("补录", find_hits)
PAGE = PageSpec("past", TITLE, SENTENCE, "考证", "past", PastPage, KEYS_HELP)
