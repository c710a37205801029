"""The tab 进度: every village or firm with who was asked; who is behind stands first; lists and forms are printed here."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.parts import Push, Segments
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.survey import actions, queries, sheets
from kqdesk.rooms.survey.page.printing import print_places
from kqdesk.rooms.survey.page.tab import SurveyTab
from kqdesk.rooms.survey.queries import ProgressRow
from kqdesk.rooms.survey.terms import Grouping

if TYPE_CHECKING:
    pass


def _state(row: ProgressRow) -> Pill:
    if row.asked == row.total:
        return Pill("问完了", "success")
    return Pill("落后", "warning") if row.behind else Pill("进行中", "primary")


def _count(title: str, name: str, width: int = 84) -> Column[ProgressRow]:
    return Column[ProgressRow](
        title, lambda r: f"{getattr(r, name):,}" if getattr(r, name) else "", kind="number", width=width,
        sort=lambda r: getattr(r, name),
    )  # fmt: skip


COLUMNS = (
    Column[ProgressRow]("村社 / 企业", lambda r: r.title, is_strong=True),
    Column[ProgressRow]("镇街", lambda r: r.township, width=110),
    _count("应排摸", "total"),
    _count("已答", "answered"),
    _count("拒答", "refused", 72),
    _count("联系不上", "unreached", 92),
    Column[ProgressRow]("未问", lambda r: f"{r.total - r.asked:,}" if r.total > r.asked else "", kind="number", width=72,
                        sort=lambda r: r.total - r.asked),
    Column[ProgressRow]("问到", lambda r: f"{100 * r.asked // r.total}%", kind="number", width=72,
                        sort=lambda r: r.asked / r.total),
    _count("已提升", "raised", 80),
    Column[ProgressRow]("进展", lambda r: "", kind="pill", width=110, pill=_state, sort=lambda r: not r.behind),
)  # fmt: skip


class ProgressTab(SurveyTab):
    """Enter goes to the names of a place."""

    key, title, search_hint, primary = "progress", "进度", "村社、企业", "打印花名册"
    primary_icon = "print"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.rows: Sequence[ProgressRow] = ()
        self.by = Segments([(one, one.label) for one in Grouping], name="按什么分")
        self.by.chosen.connect(self._on_by)
        self.tools = [
            self.by,
            Push(
                "打印登记表", self.print_forms, icon_name="print", tip="选中的村社或企业，一人一页，带二维码"
            ),
            Push("导出", self.export, icon_name="export", tip="按现在看到的导出 Excel"),
        ]
        self.table = TableView(COLUMNS, name="survey.progress", memory=self.desk.memory, key=_key)
        self.table.opened.connect(self.open_place)
        self.table.add_menu("看名单　Enter", self.open_current, "people")
        self.table.add_menu("打印排摸花名册　Ctrl+P", self.print_lists, "print")
        self.table.add_menu("打印登记表（一人一页）", self.print_forms, "print")
        self.fill_with(self.table)

    def reload(self) -> None:
        shown = self.survey.round
        if shown is None:
            return
        ask = partial(queries.progress, round_id=shown.id, by=self.by.value(), today=self.desk.today())
        self.desk.read(ask, self._take, owner=self, only="reload")
        self.desk.read(partial(queries.left_out, round_id=shown.id), self._told_late, owner=self, only="late")

    def _take(self, rows: Sequence[ProgressRow]) -> None:
        if self.page.tab is not self:
            return
        text = self.page.searched_text()
        self.rows = [row for row in rows if text in row.title or text in row.township]
        self.table.show_rows(self.rows)
        total, asked = sum(row.total for row in rows), sum(row.asked for row in rows)
        behind = sum(1 for row in rows if row.behind)
        answered, raised = sum(row.answered for row in rows), sum(row.raised for row in rows)
        share = f"（{100 * asked // total}%）" if total else ""
        self.page.set_foot(
            f"应排摸 {total:,} 人 · 问到 {asked:,} 人{share} · 已答 {answered:,} 人 · 已提升 {raised:,} 人 · 落后 {behind} 处"
        )

    def _told_late(self, count: int) -> None:
        shown = self.survey.round
        if self.page.tab is not self or shown is None:
            return
        if count:
            words = f"花名册里又有 {count:,} 人该问，还没有列进这一轮。"
            self.page.note.say(words, "info", ("列进来", self._fill))
        elif shown.ages == "未配置":
            self.page.note.say(
                "排摸年龄未配置，这一轮没有按年龄筛人。",
                "info",
                ("去设置", partial(self.desk.open, "office", tab="packs")),
            )
        else:
            self.page.note.hide()

    @Slot()
    def _fill(self) -> None:
        shown = self.survey.round
        if shown is not None:
            self.desk.run(actions.fill_round, then=self._filled, owner=self, round_id=shown.id)

    def _filled(self, count: int) -> None:
        self.desk.tell(f"补列了 {count:,} 人。", undo=True)

    @Slot(object)
    def _on_by(self, _: Grouping) -> None:
        self.reload()

    @Slot()
    def open_current(self) -> None:
        """Enter."""
        if self.table.current() is not None:
            self.open_place(self.table.current())

    @Slot(object)
    def open_place(self, row: ProgressRow) -> None:
        """The names of one place."""
        self.desk.open("survey", tab="entry", by=row.by, place=row.key)

    def start_new(self) -> None:
        self.print_lists()

    @Slot()
    def print_lists(self) -> None:
        """One list a selected place; all that still have somebody to ask when none is selected."""
        self._print(is_form=False)

    @Slot()
    def print_forms(self) -> None:
        """One page a person of the selected places."""
        self._print(is_form=True)

    def _print(self, *, is_form: bool) -> None:
        shown = self.survey.round
        chosen = self.table.selected()
        if len(chosen) < 2 and not is_form:
            chosen = chosen or [row for row in self.rows if row.asked < row.total]
        if shown is None or not chosen:
            self.desk.tell("先选要打印的村社或企业。", kind="refused")
            return
        print_places(self.desk, self, shown, chosen, is_form=is_form)

    @Slot()
    def export(self) -> None:
        """What is shown, as a workbook."""
        path, _ = QFileDialog.getSaveFileName(self, "导出排摸进度", "排摸进度.xlsx", "Excel (*.xlsx)")
        if path:
            rows = list(self.rows)
            self.desk.start(
                lambda _: sheets.write_progress(Path(path), rows),
                lambda count: self.desk.tell(f"已导出 {count} 处。"),
                owner=self,
            )


def _key(row: ProgressRow) -> tuple[str, str]:
    return row.key
