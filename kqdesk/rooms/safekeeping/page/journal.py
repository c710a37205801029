"""操作记录: every act as a plain sentence, found by who, when, where and about whom; checked and exported with its proof."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Date, Unreadable
from kqdesk.desk.inputs import LineInput
from kqdesk.desk.job import Job
from kqdesk.desk.paged import Ids, PagedModel
from kqdesk.desk.parts import Combo, Push
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.desk.theme import theme
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.office.queries import step_faults
from kqdesk.rooms.safekeeping import actions, queries, sheets
from kqdesk.rooms.safekeeping.page.entry import EntryPanel, wrapped
from kqdesk.rooms.safekeeping.queries import Asked, Check, EntryRow
from kqdesk.rooms.safekeeping.sheets import Exported
from kqdesk.rooms.safekeeping.terms import Sort

Heads = Sequence[tuple[str, tuple[str, ...]]]
TONES = {
    Sort.ACT: ("neutral", "edit"),
    Sort.UNDO: ("warning", "undo"),
    Sort.REDO: ("primary", "redo"),
    Sort.LOOK: ("primary", "eye"),
    Sort.PULL: ("primary", "sync"),
    Sort.MIGRATE: ("neutral", "upload"),
    Sort.RESTORE: ("seal", "history"),
    Sort.ERASE: ("danger", "delete"),
}
WHOLE = "全部完好"


class EntryIds(Ids):
    """Entry numbers as the paged model's ids: a million cost nothing unfiltered, 8 MB filtered."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__()
        self._numbers = numbers if isinstance(numbers, range) else array("Q", numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def cut(self, start: int, end: int) -> list[str]:
        return [queries.key_of(number) for number in self._numbers[start:end]]


def _pill(row: EntryRow) -> Pill:
    tone, icon = TONES[row.sort]
    return Pill(row.sort.label, tone, icon)


COLUMNS = (
    Column[EntryRow]("编号", lambda r: f"{r.number:,}", kind="number", width=84),
    Column[EntryRow]("时间", lambda r: f"{r.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}", width=164),
    Column[EntryRow]("操作人", lambda r: r.who, width=92),
    Column[EntryRow]("类型", lambda r: "", kind="pill", width=92, pill=_pill),
    Column[EntryRow]("做了什么", lambda r: r.words, is_strong=True),
    Column[EntryRow]("改了什么", lambda r: r.touched),
    Column[EntryRow]("电脑", lambda r: r.station, width=110),
)


class JournalTab(Tab):
    """The list with its filters; Enter opens an entry at the right."""

    key, title, primary, primary_icon = "journal", "操作记录", "立即核对", "check"
    search_hint = "学员、班级的名字，或记录里的字"

    def __init__(self, page: TabbedPage, *, heads: Callable[[], Heads]) -> None:
        super().__init__(page)
        self._heads = heads
        self._rooms: dict[str, tuple[str, ...]] = {}
        self._is_checking = False
        self.standing = wrapped("", "second")
        self.table = TableView((), name="safekeeping.journal", memory=self.desk.memory)
        self.model: PagedModel[EntryRow] = PagedModel(
            self.desk, COLUMNS, queries.entry_rows, key=lambda row: row.id, parent=self.table
        )
        self.table.setModel(self.model)
        self.table.setSortingEnabled(False)
        self.table.opened.connect(self.open_entry)
        self._build_tools()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.standing)
        column.addWidget(self.table, 1)

    def _build_tools(self) -> None:
        self.actor = Combo([("", "所有人")], name="操作人")
        self.room = Combo([("", "所有板块")], name="板块")
        self.sort = Combo([(None, "全部类型"), *((sort, sort.label) for sort in Sort)], name="类型")
        self.since, self.until = LineInput(_SINCE), LineInput(_UNTIL)
        for box, words in ((self.since, "从哪天"), (self.until, "到哪天")):
            box.setPlaceholderText(words)
            box.setAccessibleName(words)
            box.setFixedWidth(round(116 * theme().px("text") / 14))
            box.edited.connect(self._on_filter)
        for combo in (self.actor, self.room, self.sort):
            combo.chosen.connect(self._on_filter)
        export = Push("导出（带校验）", self.ask_export, icon_name="export", tip="清单和签过名的校验文件")
        self.tools = [self.actor, self.room, self.sort, self.since, self.until, export]

    # -- asking -----------------------------------------------------------------------------------

    def reload(self) -> None:
        asked = self.asked()
        self.desk.read(partial(_numbered, asked=asked), self._show_ids, owner=self, only="ids")
        self.desk.read(queries.last_check, self._show_check, owner=self, only="check")
        if not self._rooms:
            self.desk.read(partial(_heads, self._heads), self._show_rooms, owner=self, only="rooms")

    def asked(self) -> Asked:
        """The filters as they stand; a half-typed day does not count yet."""
        return Asked(
            actor=self.actor.value() or "",
            since=_day(self.since),
            until=_day(self.until),
            sort=self.sort.value(),
            heads=self._rooms.get(self.room.value() or "", ()),
            about=self.page.searched_text(),
        )

    def words(self) -> str:
        """The filters in words, for the exported proof."""
        said = [combo.currentText() for combo in (self.actor, self.room, self.sort) if combo.value()]
        said += [f"{box.accessibleName()} {box.text()}" for box in (self.since, self.until) if _day(box)]
        text = self.page.searched_text()
        return "，".join([*said, f"有“{text}”"] if text else said) or "全部"

    def _show_ids(self, ids: EntryIds) -> None:
        self.model.show_ids(ids)
        if self.page.tab is self:
            self.page.set_foot(f"共 {len(ids):,} 条" + ("" if len(ids) else "，换个条件再找"))

    def _show_check(self, check: Check) -> None:
        self.actor.offer([("", "所有人"), *check.people])
        if check.at is None:
            told = "还没有核对过。点“立即核对”，从第一条到最后一条、每一行记录都查一遍。"
        else:
            told = f"上次核对：{check.at.astimezone(CHINA):%Y-%m-%d %H:%M}，{check.who}，{check.words}"
        is_bad = check.at is not None and WHOLE not in check.words
        self.standing.setProperty("look", "fault" if is_bad else "second")
        self.standing.setText(f"{told}\n现在到第 {check.head:,} 条，封存值 {check.seal[:16]}")
        self.standing.style().polish(self.standing)

    def _show_rooms(self, heads: Heads) -> None:
        self._rooms = dict(heads)
        self.room.offer([("", "所有板块"), *((title, title) for title in self._rooms)])

    @Slot(object)
    def _on_filter(self, _: object = None) -> None:
        self.page.reload()

    # -- one entry --------------------------------------------------------------------------------

    @Slot(object)
    def open_entry(self, row: EntryRow) -> None:
        """The entry at the right with every row it changed."""
        panel = EntryPanel(self.desk, row.number)
        panel.closed.connect(self._close)
        self.page.set_side(panel)
        panel.setFocus()

    def _close(self) -> None:
        self.page.set_side(None)
        self.table.setFocus()

    # -- checking ---------------------------------------------------------------------------------

    def start_new(self) -> None:
        """The filled button: the whole chain and every row, as a job."""
        if self._is_checking:
            return
        self._is_checking = True
        job = self.desk.start(
            partial(compared, self.desk.store),
            self._checked,
            title="核对操作记录",
            owner=self,
            cancellable=False,
        )
        job.ended.connect(self._ended)

    @Slot()
    def _ended(self) -> None:
        self._is_checking = False

    def _checked(self, faults: tuple[str, ...]) -> None:
        found = "；".join(faults) or WHOLE
        self.desk.run(actions.note_check, then=partial(self._tell_check, faults), owner=self, found=found)

    def _tell_check(self, faults: tuple[str, ...], _: object) -> None:
        if faults:
            told = "".join(faults) + "请先别改数据，把这一页拍下来，找维护人员；需要时从备份恢复。"
            self.page.note.say(
                told, "broke", ("看备份", partial(self.desk.open, "safekeeping", tab="backups"))
            )
        else:
            self.page.note.say("核对完了：操作记录前后相接，每一行都和记录一致。", "told")

    # -- exporting --------------------------------------------------------------------------------

    @Slot()
    def ask_export(self) -> None:
        """Ask where to; the proof goes beside the list."""
        today = self.desk.today()
        name, _ = QFileDialog.getSaveFileName(
            self, "导出操作记录", f"操作记录-{today:%Y%m%d}.xlsx", "Excel 表格 (*.xlsx);;文本表格 (*.csv)"
        )
        if name:
            path = Path(name)
            self.export_to(path if path.suffix.lower() in (".xlsx", ".csv") else path.with_suffix(".xlsx"))

    def export_to(self, path: Path) -> None:
        """Write list and proof as a job; what left the program is noted."""
        seat = self.desk.seat
        if seat.issuer is None:
            self.page.note.say("现在没有学校的签名钥匙，不能导出。请重新登录再试。", "refused")
            return
        work = partial(
            _export, self.desk.store, path, replace(self.asked()), seat.issuer, seat.name, self.words()
        )
        self.desk.start(work, self._exported, title="导出操作记录", owner=self, failed=self._refuse)

    def _exported(self, made: Exported) -> None:
        self.desk.run(actions.note_export, file_name=made.table.name, count=made.count)
        self.page.note.say(
            f"已导出 {made.count:,} 条：{made.table.name}，校验文件 {made.proof.name} 在同一个文件夹，请一起保存。"
            f"核对用：kqdesk audit verify {made.proof.name}",
            "told",
        )

    def _refuse(self, wrong: object) -> None:
        self.page.note.say(str(wrong), "refused")


_SINCE = Date(name="since", label="从哪天")
_UNTIL = Date(name="until", label="到哪天")


def _day(box: LineInput) -> date | None:
    try:
        found: date | None = box.value()
    except Unreadable:
        return None
    return found


def _numbered(session: Session, *, asked: Asked) -> EntryIds:
    return EntryIds(queries.asked_numbers(session, asked))


def _heads(ask: Callable[[], Heads], _: Session) -> Heads:
    return ask()


def compared(store: Any, job: Job) -> tuple[str, ...]:
    """What chain, rows and signatures say, each fault a sentence; empty when all is well."""
    job.step(0, 3, "前后相接吗")
    chain = store.verify_chain()
    job.step(1, 3, "每一行一致吗")
    rows = store.verify_rows()
    job.step(2, 3, "签名都是本人的吗")
    with store.reading() as session:
        signatures = step_faults(session)
    return tuple(found for found in (chain, rows, *signatures[:5]) if found)


def _export(
    store: Any, path: Path, asked: Asked, issuer: Callable[[], Any], by: str, words: str, job: Job
) -> Exported:
    return sheets.export_journal(
        path,
        asked,
        reading=store.reading,
        signer=issuer(),
        by=by,
        filter_words=words,
        now=store.clock(),
        chain_fault=store.verify_chain() or "",
        progress=job,
    )
