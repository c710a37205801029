"""The tab 登记: type or scan a row code and its form opens; or type down the grid of a village as in Excel."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QFileDialog
from sqlalchemy.orm import Session

from kqdesk.desk.fields import Pick, RowPick
from kqdesk.desk.form import FormPanel
from kqdesk.desk.gridview import Grid, GridColumn, GridEdit, GridRow
from kqdesk.desk.parts import Combo, Push
from kqdesk.desk.tabs import TabbedPage
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.people.queries import find
from kqdesk.rooms.people.sheets.cells import BadCell, education_code
from kqdesk.rooms.people.terms import Sex, education_label
from kqdesk.rooms.survey import actions, queries, sheets
from kqdesk.rooms.survey.page.answer import answer_panel
from kqdesk.rooms.survey.page.filling import FillDialog
from kqdesk.rooms.survey.page.printing import print_places
from kqdesk.rooms.survey.page.tab import SurveyTab
from kqdesk.rooms.survey.queries import AnswerRow, CodeHit, ProgressRow
from kqdesk.rooms.survey.rules import read_choices, read_code, read_words, shown_code
from kqdesk.rooms.survey.sheets import CHOICES
from kqdesk.rooms.survey.terms import ANSWER_LABELS, AnswerState, Grouping

if TYPE_CHECKING:
    pass

WAIT = 400  # milliseconds until a grid that is being typed in is looked at again
Place = tuple[Grouping, tuple[str, str]] | None


def _schooling(text: str) -> str | None:
    try:
        return education_code(text)
    except BadCell as bad:
        raise ValueError(bad.reason) from None


def _age(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 130:
        raise ValueError(f"年龄“{text}”不对，写周岁的数字。")
    return int(text)


def _several(key: str) -> GridColumn:
    labels = dict(CHOICES[key])
    return GridColumn(
        key, ANSWER_LABELS[key], parse=lambda text: read_choices(text, CHOICES[key]),
        show=lambda chosen: "、".join(labels[one] for one in chosen), width=150,
    )  # fmt: skip


COLUMNS = (
    GridColumn("code", "排摸码", kind="code", width=104, readonly=True),
    GridColumn("name", "姓名", width=84, readonly=True),
    GridColumn("state", "状态", choices=[(one, one.label) for one in AnswerState], width=92),
    GridColumn("education_code", ANSWER_LABELS["education_code"], parse=_schooling, show=education_label, width=108),
    GridColumn("employer", ANSWER_LABELS["employer"], width=140),
    GridColumn("job", ANSWER_LABELS["job"], width=96),
    GridColumn("wish", ANSWER_LABELS["wish"], width=112),
    GridColumn("learning_path", ANSWER_LABELS["learning_path"], width=104),
    GridColumn("skills", ANSWER_LABELS["skills"], parse=read_words, show="、".join, width=130),
    _several("times"), _several("categories"), _several("projects"),
    GridColumn("age", ANSWER_LABELS["age"], parse=_age, kind="number", width=64),
    GridColumn("sex", ANSWER_LABELS["sex"], choices=[(one.value, one.label) for one in Sex], width=64),
    GridColumn("hukou", ANSWER_LABELS["hukou"], width=200),
    GridColumn("note", ANSWER_LABELS["note"], width=140),
    GridColumn("raised", "学历提升完成", width=120, readonly=True),
)  # fmt: skip


class EntryTab(SurveyTab):
    """Enter in the search box opens the row of a code; the grid is saved cell by cell."""

    key, title, search_hint, primary = "entry", "登记", "排摸码回车、姓名、拼音", "列入一人"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.rows: Sequence[AnswerRow] = ()
        self._wanted: Place = None
        self._opening: tuple[str, str] | None = None
        self._pending = 0
        self.place = Combo([(None, "全部村社、企业")], name="村社或企业")
        self.place.setMinimumWidth(170)
        self.place.chosen.connect(self._on_filter)
        self.state = Combo([(None, "全部状态"), *((one, one.label) for one in AnswerState)], name="状态")
        self.state.chosen.connect(self._on_filter)
        self.tools = [
            self.place,
            self.state,
            Push("导入", self.import_, icon_name="import", tip="村里、企业填好的 Excel　Ctrl+I"),
            Push("导出", self.export, icon_name="export", tip="按现在看到的导出；村里填好可以照排摸码导回来"),
        ]
        self.grid = Grid(COLUMNS)
        self.grid.setAccessibleName("排摸答卷")
        self.grid.edited.connect(self._on_edited)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(WAIT)
        self._again.timeout.connect(self._show)
        for keys, act in (
            ("Ctrl+Return", self.open_current),
            ("Ctrl+I", self.import_),
            ("Ctrl+Delete", self.drop),
        ):
            press = QShortcut(QKeySequence(keys), self)
            press.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            press.activated.connect(act)
        self.fill_with(self.grid)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``place`` with ``by`` shows one village or firm; ``answer`` opens its form."""
        if "place" in context:
            self._wanted = (Grouping(context.get("by", Grouping.VILLAGE)), context["place"])
        if "answer" in context:
            self._opening = (context["answer"], context.get("name", "答卷"))

    # -- showing ----------------------------------------------------------------------------------

    def reload(self) -> None:
        shown = self.survey.round
        if shown is None:
            return
        place = self._wanted or self.place.value()
        ask = partial(
            _bundle, round_id=shown.id, today=self.desk.today(), place=place, state=self.state.value(),
            text=self.page.searched_text(),
        )  # fmt: skip
        self.desk.read(ask, self._take, owner=self, only="reload")

    def _take(self, found: tuple[list[tuple[Place, str]], list[AnswerRow]]) -> None:
        if self.page.tab is not self:
            return
        places, self.rows = found
        chosen = self._wanted or self.place.value()
        self._wanted = None
        self.place.offer([(None, "全部村社、企业"), *places])
        self.place.choose(chosen)
        self._show()
        states = [row.state for row in self.rows]
        more = (
            f"（只列前 {queries.MOST_FOUND} 人，请选村社或打排摸码）"
            if len(self.rows) >= queries.MOST_FOUND
            else ""
        )
        self.page.set_foot(
            f"{len(self.rows):,} 人{more} · 已答 {states.count(AnswerState.ANSWERED)} · 未问 {states.count(AnswerState.WAITING)}"
            " · Ctrl+Enter 打开整张表"
        )
        if self._opening:
            self._open(*self._opening)
            self._opening = None

    @Slot()
    def _show(self) -> None:
        """Fill the grid, but never under the fingers of somebody who types in it."""
        rows = [GridRow(row.id, _values(row)) for row in self.rows]
        now = self.grid.values()
        if [(row.key, row.values) for row in now] == [(row.key, row.values) for row in rows]:
            return
        typing = self.grid.state() == QAbstractItemView.State.EditingState
        if typing and [row.key for row in now] == [row.key for row in rows]:
            self._again.start()
        else:
            self.grid.fill(rows)

    @Slot(object)
    def _on_filter(self, _: Any) -> None:
        self.reload()

    # -- writing down -----------------------------------------------------------------------------

    @Slot(list)
    def _on_edited(self, edits: list[GridEdit]) -> None:
        changes: dict[str, dict[str, Any]] = {}
        for edit in edits:
            changes.setdefault(edit.key, {})[edit.column] = edit.value
        self.desk.run(actions.put_answers, failed=self._refused, owner=self, changes=changes)

    def _refused(self, error: UserError) -> None:
        self.page.note.say(str(error), "refused")
        self.grid.fill([GridRow(row.id, _values(row)) for row in self.rows])

    def take_code(self, text: str) -> None:
        """Enter in the search box: the row of the code opens."""
        shown = self.survey.round
        if shown is None or not text.strip():
            return
        if read_code(text) is None:
            digits = text.replace("-", "").strip()
            if digits.isdigit() and len(digits) >= 7:
                self.page.note.say(f"排摸码 {text.strip()} 有一位不对，请再看一眼纸上的。", "refused")
            elif len(self.rows) == 1:
                self._open_row(self.rows[0])
            return
        ask = partial(queries.answer_of_code, text=text, round_id=shown.id)
        self.desk.read(ask, partial(self._found, text), owner=self, only="code")

    def _found(self, text: str, hit: CodeHit | None) -> None:
        if hit is None:
            self.page.note.say(f"没有排摸码 {text.strip()}。这张表可能是别的学校的。", "refused")
            return
        self.page.note.hide()
        shown = self.survey.round
        other = f"（{hit.round_title}）" if shown is None or hit.round_id != shown.id else ""
        self._open(hit.answer_id, f"{hit.name}　{text.strip()}{other}")

    @Slot()
    def open_current(self) -> None:
        """Ctrl+Enter in the grid."""
        number = self.grid.currentIndex().row()
        if self.page.side is None and 0 <= number < len(self.rows):
            self._open_row(self.rows[number])

    def _open_row(self, row: AnswerRow) -> None:
        self._open(row.id, f"{row.name}　{shown_code(row.code)}")

    def _open(self, answer_id: str, title: str) -> None:
        panel = answer_panel(self.desk, answer_id, title)
        panel.saved.connect(self._next)
        self._panel(panel)

    @Slot(object)
    def _next(self, _: Any) -> None:
        """Ready for the next sheet of paper."""
        self.page.close_side()
        if self.page.search is not None:
            self.page.search.setFocus()
            self.page.search.selectAll()

    def _panel(self, panel: FormPanel) -> None:
        if isinstance(self.page.side, FormPanel) and self.page.side.form.is_edited:
            self.page.side.leave()
            return
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()

    def start_new(self) -> None:
        """List one more person."""
        fields = (RowPick(name="person_id", label="花名册里的人", required=True, find=_picks),)
        self._panel(FormPanel(self.desk, "列入一人", fields, self._add, save_text="列入这一轮"))

    def _add(self, values: dict[str, Any], panel: FormPanel) -> None:
        shown = self.survey.round
        if shown is not None:
            panel.run(actions.add_asked, round_id=shown.id, person_id=values["person_id"])

    @Slot()
    def drop(self) -> None:
        """Take the selected rows out of the round."""
        numbers = sorted({index.row() for index in self.grid.selectedIndexes()})
        ids = [self.rows[n].id for n in numbers if n < len(self.rows)]
        if ids:
            self.desk.run(actions.drop_asked, then=self._dropped, owner=self, answer_ids=ids)

    def _dropped(self, count: int) -> None:
        self.desk.tell(f"{count} 人移出了这一轮。", undo=True)

    # -- files and paper --------------------------------------------------------------------------

    @Slot()
    def import_(self) -> None:
        """A filled workbook: read, looked through, taken in."""
        shown = self.survey.round
        name, _ = QFileDialog.getOpenFileName(
            self, "选填好的排摸表", "", "表格 (*.xlsx *.xls *.ods *.csv *.txt)"
        )
        if name and shown is not None:
            self.read_file(Path(name))

    def read_file(self, path: Path) -> None:
        """Read a filled workbook and show what it would do."""
        shown = self.survey.round
        assert shown is not None
        FillDialog(self.desk, self, shown, path).open()

    @Slot()
    def export(self) -> None:
        """What is shown, whole, as a workbook that can be filled in and read back."""
        path, _ = QFileDialog.getSaveFileName(self, "导出排摸花名册", "排摸花名册.xlsx", "Excel (*.xlsx)")
        if path:
            self.write_file(Path(path))

    def write_file(self, path: Path) -> None:
        """The rows of the filters, all of them, into a workbook."""
        shown = self.survey.round
        assert shown is not None
        ask = self._question(shown.id)
        store = self.desk.store

        def work(job: Any) -> int:
            with store.reading() as session:
                rows = ask(session)
            return sheets.write_answers(path, rows, progress=job)

        self.desk.start(work, self._exported, title="导出排摸花名册", owner=self)

    def _exported(self, count: int) -> None:
        self.desk.tell(f"已导出 {count:,} 人。村里填好以后，在这里点「导入」，照排摸码对上。")

    def _question(self, round_id: str) -> Callable[[Session], list[AnswerRow]]:
        place = self.place.value()
        by, key = place if place else (Grouping.VILLAGE, None)
        return partial(
            queries.answers, round_id=round_id, by=by, place=key, state=self.state.value(),
            text=self.page.searched_text(), most=1_000_000,
        )  # fmt: skip

    @Slot()
    def print_lists(self) -> None:
        """The list of the place shown."""
        shown, place = self.survey.round, self.place.value()
        if shown is None or place is None:
            self.desk.tell("先选一个村社或企业，再打印它的排摸花名册。", kind="refused")
            return
        by, key = place
        print_places(
            self.desk, self, shown, [ProgressRow(by, key[0], key[1], 0, 0, 0, 0, 0, False)], is_form=False
        )


def _values(row: AnswerRow) -> dict[str, Any]:
    values: dict[str, Any] = {column.name: getattr(row, column.name, None) for column in COLUMNS}
    for name in ("skills", "times", "categories", "projects"):
        values[name] = list(values[name]) or None
    return values | {
        "code": shown_code(row.code), "raised": education_label(row.schooling_now) if row.is_raised else None,
    }  # fmt: skip


def _bundle(
    session: Session, *, round_id: str, today: Any, place: Place, state: AnswerState | None, text: str
) -> tuple[list[tuple[Place, str]], list[AnswerRow]]:
    places: list[tuple[Place, str]] = []
    for by in Grouping:
        found = queries.progress(session, round_id=round_id, by=by, today=today)
        found.sort(key=lambda row: (row.township_code, row.place))
        places += [((by, row.key), f"{by.label} {row.title} {row.asked}/{row.total}") for row in found]
    by, key = place if place else (Grouping.VILLAGE, None)
    return places, queries.answers(session, round_id=round_id, by=by, place=key, state=state, text=text)


def _picks(session: Session, text: str, limit: int) -> list[Pick]:
    return [
        Pick(hit.id, hit.name, f"{hit.village or ''} {hit.id_masked}".strip())
        for hit in find(session, text, limit)
    ]
