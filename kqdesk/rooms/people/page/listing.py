"""The list of 花名册: a million rows or three, found while typing, with a card at the side."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.page import Page
from kqdesk.desk.paged import Ids, PagedModel
from kqdesk.desk.parts import Push
from kqdesk.desk.table import TableView
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.actions import Revealed
from kqdesk.rooms.people.page.card import CardPanel
from kqdesk.rooms.people.page.columns import (
    BESIDE,
    COLUMNS,
    SHOWN,
    SORTS,
    dropped_file,
    export,
    id_of,
    ids_of,
)
from kqdesk.rooms.people.page.form import PersonForm
from kqdesk.rooms.people.page.photo import put_folder
from kqdesk.rooms.people.page.wizard import ImportWizard
from kqdesk.rooms.people.page.worklists import (
    CONTACTS,
    TWINS,
    WISHES,
    DueList,
    TwinList,
    WishList,
    WorkList,
)
from kqdesk.rooms.people.queries import PersonLine
from kqdesk.rooms.places.rules import townships

VIEWS = ((None, "名单"), (TWINS, "疑似重复"), (CONTACTS, "待联系"), (WISHES, "报名意愿"))


class PeoplePage(Page):
    """Everybody the school knows."""

    watches = frozenset({"person", "person_distinct", "person_contact", "person_document", "sign_up"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, "花名册", "全镇的人都在这里：一人只录一次，之后开班、发证、统计都从这里取。")
        self.view = self.add_segments("看什么", VIEWS, self._on_view)
        self.add_search("姓名、拼音、证件尾号、电话、村社", width=260)
        self.township = self.add_combo("镇街", [("", "全部镇街"), *((t.code, t.name) for t in townships())])
        self.add_button("导入", self.import_roster, icon_name="import", keys="Ctrl+I", tip="导入花名册")
        self.add_button("导出", self.export, icon_name="export", keys="Ctrl+E", tip="导出花名册")
        self.set_primary("新建人员", self.create, keys="Ctrl+N")
        self.setAcceptDrops(True)
        self._order = ("", True)
        self._count = -1  # persons in all; -1 = ask again
        desk.changed.connect(self._forget_count)
        self.model = PagedModel[PersonLine](desk, COLUMNS, queries.person_page, key=id_of, parent=self)
        self.model.sort_asked.connect(self._on_sort)
        self.table = TableView(COLUMNS, name="people.list", memory=desk.memory, key=id_of)
        self.table.setModel(self.model)
        self.table.opened.connect(self.show_line)
        self.table.reveal_asked.connect(self._on_reveal)
        self.table.add_menu("看资料　Enter", self.show_current, "person")
        self.table.add_menu("修改　F2", self.edit_current, "edit")
        self.table.add_menu("删除　Del", self.remove_current, "delete")
        self.table.add_menu("合并选中的两个人…　Ctrl+M", self.compare_selected, "link")
        self.table.add_menu("按文件名批量放照片…", self.put_photos, "upload")
        self.table.picked.connect(self._on_picked)
        for keys, act in (
            ("F2", self.edit_current), ("Del", self.remove_current), ("Esc", self.close_side), ("Ctrl+M", self.compare_selected),
        ):  # fmt: skip
            press = QShortcut(QKeySequence(keys), self.table)
            press.setContext(Qt.ShortcutContext.WidgetShortcut)
            press.activated.connect(act)
        self.lists: dict[str, WorkList] = {
            TWINS: TwinList(desk),
            CONTACTS: DueList(desk),
            WISHES: WishList(desk),
        }
        self._shelf = QStackedWidget()
        for body in (self.table, *self.lists.values()):
            self._shelf.addWidget(body)
        for work in self.lists.values():
            work.counted.connect(self.set_foot)
            work.person_asked.connect(self.show_person)
        self.set_body(self._shelf)
        self.wizard: ImportWizard | None = None

    # -- asking -----------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        if self.search is not None and "find" in context:
            self.search.setText(str(context["find"]))
        if context.get("view") in self.lists:
            self.show_view(context["view"])
        self.reload()
        if context.get("merge"):
            self.compare(*context["merge"])
        if context.get("person"):
            self.show_person(str(context["person"]))
        if context.get("new"):
            self.create()
        if context.get("import"):
            given = context["import"]
            self.import_roster(Path(given) if isinstance(given, str | Path) else None)

    @Slot(object)
    def _on_view(self, key: str | None) -> None:
        if self._is_busy_form():
            self.view.choose(self._view_now() or None)
            return
        self.show_view(key)
        self.reload()

    def show_view(self, key: str | None) -> None:
        """名单 or one of the work-lists."""
        self.view.choose(key)
        self.set_side(None)
        self._shelf.setCurrentWidget(self.lists[key] if key else self.table)
        self.township.setVisible(key not in self.lists)

    def _view_now(self) -> str:
        return next((k for k, w in self.lists.items() if w is self._shelf.currentWidget()), "")

    def compare(self, one_id: str, other_id: str) -> None:
        """Two people side by side, to make them one or to remember that they are two."""
        twins = self.lists[TWINS]
        assert isinstance(twins, TwinList)
        twins.compare(one_id, other_id)

    @Slot()
    def compare_selected(self) -> None:
        """Two lines are selected: side by side."""
        chosen = self.table.selected()
        if len(chosen) == 2:
            self.compare(chosen[0].id, chosen[1].id)
        else:
            self.desk.tell("请先选中两个人（按住 Ctrl 点两行，或 Shift+↓），再合并。", kind="refused")

    def reload(self) -> None:
        work = self.lists.get(self._view_now())
        if work is not None:
            self.show_body()
            work.reload(self.searched_text())
            if isinstance(self.side, CardPanel):
                self.side.reload()
            return
        asked = partial(ids_of, self.searched_text(), self.township.value() or "", self._order, self._count)
        self.desk.read(asked, self._show_ids, owner=self, only="reload")

    @Slot(frozenset)
    def _forget_count(self, tables: frozenset[str]) -> None:
        if "person" in tables:
            self._count = -1
            if self.isVisible():
                self.reload()  # once more with the count forgotten; only the newest of two is delivered

    def _show_ids(self, found: tuple[Ids, int]) -> None:
        ids, self._count = found
        current = self.table.current()
        self.model.show_ids(ids)
        if current is not None and isinstance(self.side, CardPanel):
            self.side.reload()
        self._tell_counts(len(ids))
        if self._count:
            self.show_body()
            return
        buttons = [
            Push("导入花名册", self.import_roster, look="primary", icon_name="import"),
            Push("新建人员", self.create, icon_name="add"),
        ]
        words = "把各村、各企业报来的 Excel 拖到这里，或者点「导入花名册」。也可以一个一个新建。"
        self.show_blank("people", "花名册还是空的", words, buttons)

    def _tell_counts(self, shown: int) -> None:
        total = f"共 {self._count:,} 人"
        if self.searched_text():
            more = f"，只列出最像的 {SHOWN} 人，再多输几个字会更准" if shown >= SHOWN else ""
            total = f"找到 {shown} 人{more} · {total}"
            if not shown:
                self.note.say(
                    "没有找到。换拼音首字母、证件后四位或电话再试；确实没有就新建。",
                    "info",
                    ("新建人员", self.create),
                )
            else:
                self.note.hide()
        elif self.note.text.startswith("没有找到"):
            self.note.hide()
        self.set_foot(total)

    @Slot(int, bool)
    def _on_sort(self, column: int, is_descending: bool) -> None:
        self._order = (SORTS[column], is_descending) if column >= 0 else ("", True)
        self.reload()

    # -- one person -------------------------------------------------------------------------------

    @Slot(object)
    def show_line(self, line: PersonLine) -> None:
        """Enter or double click: the card."""
        self.show_person(line.id)

    @Slot(list)
    def _on_picked(self, lines: list[PersonLine]) -> None:
        """While a card is open it follows the arrow keys."""
        if len(lines) == 1 and isinstance(self.side, CardPanel):
            self.side.show_other(lines[0].id)

    @Slot()
    def show_current(self) -> None:
        """The card of the line the keyboard stands on."""
        if self.table.current() is not None:
            self.show_person(self.table.current().id)

    def show_person(self, person_id: str) -> None:
        """Open the card of one person at the side."""
        if self._is_busy_form():
            return
        panel = CardPanel(self.desk, person_id)
        panel.closed.connect(self.close_side)
        panel.edit_asked.connect(self.edit)
        panel.remove_asked.connect(self.remove)
        self._set_side(panel)

    @Slot()
    def create(self) -> None:
        """Ctrl+N: an empty form; who may be meant shows while typing."""
        if not self._is_busy_form():
            self._open_form(PersonForm.new(self.desk))

    @Slot()
    def edit_current(self) -> None:
        """F2."""
        if self.table.current() is not None:
            self.edit(self.table.current().id)

    @Slot(str)
    def edit(self, person_id: str) -> None:
        """The form of one person; whole numbers only for who may see them, and the look is journaled."""
        if not self._is_busy_form():
            asked = partial(queries.reader_rights, actor=self.desk.seat.actor_id)
            self.desk.read(asked, partial(self._edit_as, person_id), owner=self, only="edit")

    def _edit_as(self, person_id: str, reader: queries.Reader) -> None:
        if not reader.sees_full_ids:
            self._open_form(PersonForm.of(self.desk, person_id, with_numbers=False))
            return
        opened = partial(self._edit_seen, person_id)
        self.desk.run(actions.reveal_person, person_id=person_id, then=opened, owner=self)

    def _edit_seen(self, person_id: str, _: Revealed) -> None:
        self._open_form(PersonForm.of(self.desk, person_id, with_numbers=True))

    def _open_form(self, panel: PersonForm) -> None:
        panel.closed.connect(partial(self._close_form, panel))
        panel.open_asked.connect(self._on_open_like)
        self._set_side(panel)
        panel.form.focus_first()

    def _close_form(self, panel: PersonForm) -> None:
        if self.side is panel:  # a new person's card may have taken its place already
            self.close_side()

    def _is_busy_form(self) -> bool:
        """A form with unsaved words asks about them before anything takes its place."""
        if isinstance(self.side, PersonForm) and self.side.form.is_edited:
            self.side.leave()
            return True
        return False

    @Slot(str)
    def _on_open_like(self, person_id: str) -> None:
        if isinstance(self.side, PersonForm):
            self.side.form.is_edited = False
        self.show_person(person_id)

    @Slot()
    def close_side(self) -> None:
        """The list alone again, keyboard in it."""
        self._set_side(None)
        work = self.lists.get(self._view_now())
        (work.table if work else self.table).setFocus()

    def _set_side(self, panel: QWidget | None) -> None:
        """Beside a panel the list keeps what tells people apart; the rest stands in the panel."""
        self.set_side(panel)
        if self._view_now():
            return
        for column, spec in enumerate(COLUMNS):
            self.table.setColumnHidden(column, panel is not None and spec.title not in BESIDE)

    @Slot()
    def put_photos(self) -> None:
        """A folder of photos, each named after its person."""
        folder = QFileDialog.getExistingDirectory(self, "选放照片的文件夹：文件名是证件号码或姓名")
        if folder:
            put_folder(self.desk, self, Path(folder))

    @Slot()
    def remove_current(self) -> None:
        """Del."""
        if self.table.current() is not None:
            self.remove(self.table.current().id)

    @Slot(str)
    def remove(self, person_id: str) -> None:
        """Take somebody off the roster; no question, Ctrl+Z brings her back."""
        self.desk.run(actions.remove_person, person_id=person_id, then=self._removed, owner=self)

    def _removed(self, _: None) -> None:
        if isinstance(self.side, CardPanel):
            self.close_side()
        self.desk.tell("已从花名册删除。", undo=True)

    @Slot(object, int)
    def _on_reveal(self, line: PersonLine | None, _: int) -> None:
        if line is not None:
            told = partial(self._show_revealed, line.name)
            self.desk.run(actions.reveal_person, person_id=line.id, then=told, owner=self)

    def _show_revealed(self, name: str, seen: Revealed) -> None:
        parts = [f"证件号 {seen.id_number or '（无）'}", f"电话 {seen.phone or '（无）'}"]
        parts += [f"备用电话 {seen.phone2}"] if seen.phone2 else []
        self.note.say(
            f"{name}　" + "　".join(parts) + "　（已记录这次查看）", "info", ("收起", self.note.hide)
        )

    # -- files ------------------------------------------------------------------------------------

    def import_roster(self, path: Path | None = None) -> None:
        """Ctrl+I, or a file dropped on the page: the three steps."""
        self.wizard = ImportWizard(self.desk, self)
        self.wizard.open()
        self.wizard.steps.on.setFocus()
        if path is not None:
            self.wizard.read(path)

    @Slot()
    def export(self) -> None:
        """Everybody, or who is listed now, into a workbook."""
        today = self.desk.today()
        name, _ = QFileDialog.getSaveFileName(
            self, "导出花名册", f"花名册 {today}.xlsx", "Excel 工作簿 (*.xlsx)"
        )
        if name:
            self.export_to(Path(name))

    def export_to(self, path: Path) -> None:
        """Write the file as a job with progress and 取消; the whole numbers in it make it a matter of trust."""
        asked = (self.searched_text(), self.township.value() or "", self._order)
        self.desk.start(
            partial(export, self.desk, path, asked), self._exported, title="导出花名册", owner=self
        )

    def _exported(self, done: tuple[Path, int]) -> None:
        self.desk.tell(f"已导出 {done[1]:,} 人：{done[0].name}。文件里有完整证件号，请妥善保管。")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_file(event)
        if path is not None:
            self.import_roster(path)
