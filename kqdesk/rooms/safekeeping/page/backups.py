"""备份: what there is and whether it is good, made, checked, carried to a stick, drilled, and restored with a preview."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QGridLayout, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.backup.container import Container
from kqdesk.backup.keeper import Disk, Keeper
from kqdesk.backup.shelf import Book, Shelved
from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Number
from kqdesk.desk.form import FormPanel
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.kernel.disk import LOW_SPACE, MIB
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.office.actions import put_setting
from kqdesk.rooms.office.queries import role_of
from kqdesk.rooms.safekeeping import actions, queries, rules
from kqdesk.rooms.safekeeping.page.preview import RestorePanel
from kqdesk.rooms.safekeeping.rules import may_keep
from kqdesk.rooms.safekeeping.terms import CARRY_DAYS

CHANGED = frozenset({"backup"})
"""What ``desk.changed`` says when backups were made, carried, drilled or confirmed: this tab and 工作台 look again."""
_CHECKED = "safekeeping.checked"  # remembered on this PC: file name → when it was last compared whole


@dataclass(frozen=True)
class Shelf:
    """Everything the tab shows."""

    rows: tuple[Shelved, ...]
    book: Book
    disk: Disk
    restored: dict[str, Any]
    has_way_back: bool
    days: int
    may_keep: bool


def _size(count: int) -> str:
    return f"{count / MIB:,.1f} MB"


class BackupsTab(Tab):
    """The shelf with its four facts on top."""

    key, title, primary, primary_icon = "backups", "备份", "立即备份", "save"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.shown: Shelf | None = None
        self.waiting = Note()
        self.facts = {name: label("", "second") for name in ("最近备份", "U 盘", "恢复演练", "磁盘")}
        self.table = TableView(
            self._columns(), name="safekeeping.backups", memory=self.desk.memory, key=lambda r: r.path
        )
        self.table.opened.connect(self.preview)
        self.tools = [
            Push("拷到 U 盘…", self.ask_carry, icon_name="upload", tip="选 U 盘或另一块硬盘上的文件夹"),
            Push("核对这一份", self.prove_selected, icon_name="check", tip="逐字节核对，再解开、打开、比较"),
            Push("恢复到这一份…", self.preview_selected, icon_name="history", tip="先看会变什么，再决定"),
            Push(
                "演练一次", self.drill, icon_name="reload", tip="把最新一份解开、打开、比较，不动现在的数据"
            ),
            Push("多少天提醒拷 U 盘", self.ask_days, look="link"),
        ]
        for words, act in (
            ("拷到 U 盘…", self.ask_carry),
            ("核对这一份", self.prove_selected),
            ("恢复到这一份…", self.preview_selected),
        ):
            self.table.add_menu(words, act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.waiting)
        self.box = self._facts_box()
        column.addWidget(self.box)
        column.addWidget(self.table, 1)
        self.desk.changed.connect(self._on_changed)

    def _facts_box(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(16, 10, 16, 10)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for place, (name, words) in enumerate(self.facts.items()):
            words.setWordWrap(True)
            words.setAccessibleName(name)
            row, column = divmod(place, 2)
            grid.addWidget(label(name), row, column * 2)
            grid.addWidget(words, row, column * 2 + 1)
            grid.setColumnStretch(column * 2 + 1, 1)
        return box

    def _columns(self) -> tuple[Column[Shelved], ...]:
        return (
            Column("时间", lambda r: f"{r.at.astimezone(CHINA):%Y-%m-%d %H:%M}", width=150, is_strong=True),
            Column("原因", lambda r: r.reason.label if r.reason else "不明", width=120),
            Column("大小", lambda r: _size(r.size), kind="number", width=100),
            Column("人员", lambda r: _count(r, "person"), kind="number", width=90),
            Column(
                "到第几步操作",
                lambda r: f"{r.manifest.entries:,}" if r.manifest else "",
                kind="number",
                width=110,
            ),
            Column("核对", lambda r: "", kind="pill", width=170, pill=self._proved),
            Column("文件", lambda r: r.path.name, kind="code"),
        )

    def _proved(self, row: Shelved) -> Pill:
        if row.fault:
            return Pill(row.fault, "danger")
        checked = self.desk.memory.recall(_CHECKED, {}).get(row.path.name, "")
        return Pill(f"{checked[5:10]} 核对过" if checked else "做时核对过", "success")

    # -- asking -----------------------------------------------------------------------------------

    def reload(self) -> None:
        keeper = self.desk.seat.keeper
        if keeper is None:
            self.waiting.say("现在看不到备份。请重新登录再试。", "refused")
            return
        self.desk.read(
            partial(_asked, keeper=keeper, actor=self.desk.seat.actor_id),
            self.show_shelf,
            owner=self,
            only="shelf",
        )

    def show_shelf(self, shelf: Shelf) -> None:
        """The list, the four facts, and what still waits for a word after a restore."""
        self.shown = shelf
        self.box.setVisible(not isinstance(self.page.side, RestorePanel))
        self.table.show_rows(shelf.rows)
        now = self.desk.store.clock()
        newest = next((one for one in shelf.rows if not one.fault), None)
        self._say(
            "最近备份",
            f"{newest.title}，到第 {newest.manifest.entries:,} 步操作"
            if newest and newest.manifest
            else "还没有",
            is_bad=newest is None,
        )
        due = rules.carry_reminder(now, shelf.book.copied, shelf.days)
        copied = shelf.book.copied
        self._say(
            "U 盘",
            due
            or (f"{copied.astimezone(CHINA):%Y-%m-%d %H:%M} 拷到 {shelf.book.copied_to}" if copied else ""),
            is_bad=bool(due),
        )
        drilled = shelf.book.drilled
        is_due = rules.is_week_old(now, drilled)
        self._say(
            "恢复演练",
            _drill_words(drilled, is_due=is_due),
            is_bad=is_due,
        )
        self._say("磁盘", _disk_words(shelf.disk), is_bad=shelf.disk.free < 5 * LOW_SPACE)
        self._show_waiting(shelf)
        for tool in (*self.tools[:1], *self.tools[2:]):
            tool.setEnabled(shelf.may_keep)
        if self.page.tab is self:
            self.page.set_foot(
                f"共 {len(shelf.rows)} 份，{_size(shelf.disk.taken)} · 旧的会自动变稀：两天内全留，一个月内每天一份，两年内每月一份"
            )

    def _say(self, name: str, words: str, *, is_bad: bool) -> None:
        self.facts[name].setText(words)
        self.facts[name].setProperty("look", "fault" if is_bad else "second")
        self.facts[name].style().polish(self.facts[name])

    def _show_waiting(self, shelf: Shelf) -> None:
        if not shelf.restored:
            self.waiting.hide()
            return
        made = datetime.fromisoformat(shelf.restored["made"]).astimezone(CHINA)
        told = f"刚恢复到 {made:%Y-%m-%d %H:%M} 的备份（第 {shelf.restored['entries']:,} 步）。请看看数据对不对；对了就点“没问题”。"
        self.waiting.say(told, "info", ("没问题", self.confirm))
        if shelf.has_way_back:
            self.page.note.say("不对的话，可以回到恢复前的数据。", "info", ("回到恢复前", self.go_back))

    @Slot(frozenset)
    def _on_changed(self, tables: frozenset[str]) -> None:
        if tables & CHANGED and self.isVisible():
            self.reload()

    # -- doing ------------------------------------------------------------------------------------

    def start_new(self) -> None:
        """The filled button: a verified backup now."""
        self._work("备份", lambda keeper: keeper.make(), self._made)

    def _made(self, made: Container) -> None:
        self._changed(
            f"已备份并核对：{made.path.name}（到第 {made.manifest.entries:,} 步操作）。记得常拷到 U 盘。"
        )

    @Slot()
    def prove_selected(self) -> None:
        """The chosen one: every byte, opened, compared."""
        row = self._chosen()
        if row is not None:
            self._work("核对备份", lambda keeper: keeper.prove(row.path), self._proved_one)

    def _proved_one(self, found: Container) -> None:
        kept = dict(self.desk.memory.recall(_CHECKED, {}))
        kept[found.path.name] = f"{self.desk.today():%Y-%m-%d}"
        self.desk.memory.keep(_CHECKED, kept)
        self._changed(f"这份备份是好的：{found.path.name}，能打开，条数和操作记录都对得上。")

    @Slot()
    def drill(self) -> None:
        """The newest one, as a restore would; noted in the journal."""
        self._work("恢复演练", lambda keeper: keeper.drill(), self._drilled)

    def _drilled(self, found: Container) -> None:
        self.desk.run(actions.note_drill, found=f"{found.path.name} 能恢复")
        self._changed(f"演练成功：{found.path.name} 解得开、打得开，{found.manifest.entries:,} 步操作都在。")

    @Slot()
    def ask_carry(self) -> None:
        """Ask for the stick's folder; the chosen backup goes there, or the newest good one."""
        row = self._chosen(quiet=True) or next(
            (one for one in (self.shown.rows if self.shown else ()) if not one.fault), None
        )
        if row is None:
            self.page.note.say("还没有可以拷的备份，请先点“立即备份”。", "refused")
            return
        folder = QFileDialog.getExistingDirectory(self, f"把 {row.path.name} 拷到 U 盘上的哪个文件夹")
        if folder:
            self.carry(row.path, Path(folder))

    def carry(self, path: Path, folder: Path) -> None:
        """Copy, read back from there, note it."""
        self._work("拷到 U 盘", lambda keeper: keeper.carry(path, folder), self._carried)

    def _carried(self, target: Path) -> None:
        self.desk.run(actions.note_carry, file_name=target.name)
        self._changed(
            f"已拷到 {target.parent}，并从那里读回核对过。请在系统里“安全弹出”U 盘再拔，和恢复码纸分开放。"
        )

    @Slot()
    def ask_days(self) -> None:
        """After how many days the reminder comes."""
        days = Number(
            name="days", label="多少天没拷就提醒", required=True, unit="天", least=1, most=rules.CARRY_MOST
        )
        panel = FormPanel(
            self.desk,
            "拷 U 盘的提醒",
            (days,),
            self._save_days,
            values={"days": self.shown.days if self.shown else rules.CARRY_DEFAULT},
        )
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()

    def _save_days(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(put_setting, then=lambda _: self._changed(""), key=CARRY_DAYS, value=values["days"])

    # -- restoring --------------------------------------------------------------------------------

    @Slot()
    def preview_selected(self) -> None:
        """From the button."""
        row = self._chosen()
        if row is not None:
            self.preview(row)

    @Slot(object)
    def preview(self, row: Shelved) -> None:
        """What restoring this one would change, at the right."""
        keeper = self.desk.seat.keeper
        if keeper is None or self.shown is None or not self.shown.may_keep:
            self.page.note.say("恢复备份要由校长或教务来做。", "refused")
        elif row.fault:
            self.page.note.say(f"这份备份不能用：{row.fault}。请换一份。", "refused")
        else:
            panel = RestorePanel(self.desk, keeper, row)
            panel.closed.connect(self._close_preview)
            self.page.set_side(panel)
            self.box.hide()  # the preview tells more, and the list needs the room
            panel.setFocus()

    @Slot()
    def _close_preview(self) -> None:
        self.page.set_side(None)
        self.box.show()
        self.table.setFocus()

    @Slot()
    def go_back(self) -> None:
        """What the last restore replaced comes back; by the same preview."""
        keeper = self.desk.seat.keeper
        row = keeper.way_back() if keeper else None
        if row is not None:
            self.preview(row)

    @Slot()
    def confirm(self) -> None:
        """Somebody has looked: what was restored stands."""
        self._work("", lambda keeper: keeper.confirm(), lambda _: self._changed("好的，就用恢复后的数据。"))

    # -- small pieces -----------------------------------------------------------------------------

    def _work(self, title: str, work: Callable[[Keeper], Any], then: Callable[[Any], object]) -> None:
        keeper = self.desk.seat.keeper
        if keeper is None:
            return

        def done(job: Job) -> Any:
            job.step(0, 0)
            return work(keeper)

        self.desk.start(done, then, title=title, owner=self, failed=self._refuse, cancellable=False)

    def _changed(self, sentence: str) -> None:
        self.page.note.hide()
        if sentence:
            self.page.note.say(sentence, "told")
        self.desk.changed.emit(CHANGED)

    def _refuse(self, wrong: object) -> None:
        self.page.note.say(str(wrong), "refused")

    def _chosen(self, *, quiet: bool = False) -> Shelved | None:
        row: Shelved | None = self.table.current()
        if row is None and not quiet:
            self.page.note.say("请先在列表里选一份备份。", "refused")
        return row


def _count(row: Shelved, table: str) -> str:
    return f"{row.manifest.counts.get(table, 0):,}" if row.manifest else ""


def _drill_words(drilled: datetime | None, *, is_due: bool) -> str:
    if drilled is None:
        return "还没有演练过，请点“演练一次”"
    return f"{drilled.astimezone(CHINA):%Y-%m-%d %H:%M} 演练过，能恢复" + (
        "；该再演练一次了" if is_due else ""
    )


def _disk_words(disk: Disk) -> str:
    left = (
        f"还剩 {disk.free / MIB / 1024:,.1f} GB"
        if disk.free >= 1024 * MIB
        else f"只剩 {disk.free // MIB} MB，请清理"
    )
    return f"{left}；救急空间 64 MB {'已留好' if disk.has_ballast else '还没有留（磁盘太满或刚打开）'}"


def _asked(session: Session, *, keeper: Keeper, actor: str) -> Shelf:
    restored = keeper.restored()
    return Shelf(
        rows=tuple(keeper.all()), book=keeper.book(), disk=keeper.disk(), restored=restored,
        has_way_back=bool(restored) and keeper.way_back() is not None, days=queries.carry_days(session),
        may_keep=may_keep(role_of(session, actor)),
    )  # fmt: skip
