"""The tab 看板: who has both papers, who lacks what, each missing item one click from being done."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Combo, Push, Segments
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.dual import actions, queries
from kqdesk.rooms.dual.page import printing as papers
from kqdesk.rooms.dual.page.diplomas import DiplomaDialog, fields
from kqdesk.rooms.dual.page.why import WhyPanel
from kqdesk.rooms.dual.queries import Board, BoardRow
from kqdesk.rooms.dual.rules import Requirement
from kqdesk.rooms.dual.terms import Need, NeedState, Outlook, Reach

TONES = {NeedState.MET: ("success", "check"), NeedState.MISSING: ("warning", "warning"),
         NeedState.PARTLY: ("warning", "waiting"), NeedState.UNSET: ("neutral", "info")}  # fmt: skip
REACH_TONES = {Reach.REACHED: "success", Reach.SHORT: "warning", Reach.UNSET: "neutral"}
OUTLOOK_TONES = {
    Outlook.DONE: "success",
    Outlook.READY: "primary",
    Outlook.POSSIBLE: "neutral",
    Outlook.LATE: "warning",
}
DUAL, ALL = "dual", "all"


def _pill(need: Need, row: BoardRow) -> Pill:
    found = row.need(need)
    words = (
        found.words
        if need is not Need.SKILL or found.state is not NeedState.MET
        else found.words.split(" ")[-1]
    )
    return Pill("没有" if found.words == "没有" else words, *TONES[found.state])


def _next(row: BoardRow) -> str:
    if row.has_dual:
        return ""
    step = row.next_step
    return step.todo if step else ""


def _column(need: Need, width: int) -> Column[BoardRow]:
    return Column[BoardRow](need.label, lambda r: r.need(need).words, kind="pill", width=width, pill=partial(_pill, need),
                            sort=lambda r: (r.need(need).state is not NeedState.MET, r.need(need).words),
                            tip=lambda r: r.need(need).todo or r.need(need).words)  # fmt: skip


COLUMNS = (
    Column[BoardRow]("姓名", lambda r: r.name, width=96, is_strong=True),
    Column[BoardRow]("班级", lambda r: r.cohort, width=130, tip=lambda r: f"{r.cohort}（{r.level.label}）"),
    _column(Need.EXAM, 100),
    _column(Need.SKILL, 118),
    _column(Need.DIPLOMA, 150),
    Column[BoardRow]("双证", lambda r: "双证" if r.has_dual else "", kind="pill", width=84,
                     pill=lambda r: Pill("双证", "seal", "star") if r.has_dual else None, sort=lambda r: not r.has_dual),
    Column[BoardRow]("学分测算", lambda r: r.reckoning.words, kind="pill", width=116,
                     pill=lambda r: Pill(r.reckoning.words, REACH_TONES[r.reckoning.reach], "info" if r.reckoning.reach is Reach.UNSET else ""),
                     sort=lambda r: r.reckoning.total, tip=lambda r: r.reckoning.reach.label),
    Column[BoardRow]("今年", lambda r: r.forecast.outlook.label, kind="pill", width=116, tip=lambda r: r.forecast.words,
                     pill=lambda r: Pill(r.forecast.outlook.label, OUTLOOK_TONES[r.forecast.outlook]),
                     sort=lambda r: list(Outlook).index(r.forecast.outlook)),
    Column[BoardRow]("下一步", _next, tip=_next),
)  # fmt: skip
NEXT = len(COLUMNS) - 1
CELLS = {2: Need.EXAM, 3: Need.SKILL, 4: Need.DIPLOMA}


class BoardTab(Tab):
    """Rows are kept whole; filters and search work in memory, so they answer at once."""

    key, title, search_hint = "board", "看板", "姓名、拼音首字母、班级"
    primary, primary_icon = "导入学历证书", "import"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.board: Board | None = None
        self.shown: Sequence[BoardRow] = ()
        self.cohort_id: str | None = None
        self._wanted: str | None = None
        self._text = ""
        self._subjects: list[tuple[str, str]] = []
        self.level = Combo([(None, "全部层次"), *((v, v.label) for v in DualLevel)], name="层次")
        self.subject = Combo([(None, "全部科目")], name="缺哪一科")
        self.outlook = Combo([(None, "今年"), *((v, v.label) for v in Outlook)], name="今年能不能毕业")
        self.lacking = Segments(
            [
                (ALL, "全部"),
                (DUAL, "双证"),
                (Need.EXAM, "缺考试"),
                (Need.SKILL, "缺技能证书"),
                (Need.DIPLOMA, "缺学历证书"),
            ],
            name="缺什么",
        )
        for filter_ in (self.level, self.subject, self.outlook, self.lacking):
            filter_.chosen.connect(self._on_chosen)
        self._add_buttons(page)
        self.table = TableView(COLUMNS, name="dual.board", memory=self.desk.memory)
        self._dress_table(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def _add_buttons(self, page: TabbedPage) -> None:
        self.why_button = page.add_button(
            "为什么", self.explain, icon_name="help", keys="Ctrl+E", tip="这个学员的学分怎样算出来的"
        )
        self.sitting_button = page.add_button(
            "报考补考",
            self.enter_all,
            icon_name="exams",
            tip="把列表里还缺科目的人（或选中的几个人）报进一场考试",
        )
        self.retake_button = page.add_button(
            "开重修班",
            self.open_retake,
            icon_name="cohorts",
            tip="先在“缺哪一科”里选一科，缺它的人一次进一个重修班",
        )
        self.tools: list[QWidget] = [
            self.level, self.subject, self.outlook, self.lacking, self.why_button, self.sitting_button, self.retake_button,
        ]  # fmt: skip

    def _dress_table(self, page: TabbedPage) -> None:
        self.table.opened.connect(self.explain_row)
        self.table.clicked.connect(self._on_cell)
        self.table.add_menu("为什么", self.explain, "help")
        self.table.add_menu("去做下一步", self.do_next, "right")
        self.table.add_menu("打印学分认定表", self.print_credits, "print")
        self.table.add_menu("登记或修改学历证书", self.edit_diploma, "edit")
        for keys, act in (
            ("Ctrl+Return", self.do_next),
            ("Escape", page.close_side),
            ("Ctrl+P", self.print_credits),
        ):
            press = QShortcut(QKeySequence(keys), self.table)
            press.setContext(Qt.ShortcutContext.WidgetShortcut)
            press.activated.connect(act)

    # -- showing ----------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``cohort`` shows one cohort, ``person`` explains one learner, ``lacking`` filters."""
        self.cohort_id, self._wanted = context.get("cohort"), context.get("person")
        if context.get("lacking"):
            self.lacking.choose(Need(context["lacking"]))

    def reload(self) -> None:
        """Ask again; when only the search text is another, what is known is filtered."""
        if self.board is not None and self._text != self.page.searched_text():
            self.filter_typed()
            return
        ask = partial(queries.board, on=self.desk.today(), cohort_id=self.cohort_id)
        self.desk.read(ask, self._take, owner=self, only="reload")

    def _take(self, found: Board) -> None:
        self.board = found
        if self.page.tab is not self:
            return
        titles = dict.fromkeys(slot.title for row in found.rows for slot in row.learner.slots)
        if [words for _, words in self._subjects] != list(titles):
            self._subjects = [(title, title) for title in titles]
            self.subject.offer([(None, "全部科目"), *((title, f"缺{title[:2]}") for title in titles)])
        if not found.rows:
            self._show_empty()
            return
        self.page.show_body()
        if found.unset:
            ask = partial(self.desk.open, "office", tab="packs", find="credit.")
            self.page.note.say(
                f"未配置：{'、'.join(found.unset)}。学分只作测算，不下结论。", "info", ("去填写", ask)
            )
        else:
            self.page.note.hide()
        self._filter()
        if self._wanted is not None:
            row = next((row for row in found.rows if row.person_id == self._wanted), None)
            self._wanted = None
            if row is not None:
                self.explain_row(row)
        elif isinstance(self.page.side, WhyPanel):
            shown = self.page.side.row.id
            row = next((row for row in found.rows if row.id == shown), None)
            if row is not None and row != self.page.side.row:
                self.explain_row(row)

    def _show_empty(self) -> None:
        self.page.set_foot("")
        if self.cohort_id is not None:
            words, title = "这个班里没有双证学员。", "没有双证学员"
            buttons = [Push("看全部", self._all_cohorts, look="primary")]
        else:
            title = "还没有双证学员"
            words = "开一个跟着双证培养方案走的班，学员入班以后，这里逐人列出：文化考试、技能证书、学分、学历证书，还差哪一样。"
            buttons = [Push("去开班", partial(self.desk.open, "cohorts"), look="primary")]
        self.page.show_blank("dual", title, words, buttons)

    @Slot()
    def _all_cohorts(self) -> None:
        self.cohort_id = None
        self.reload()

    def filter_typed(self) -> None:
        """Show what the search text leaves, at once."""
        self._text = self.page.searched_text()
        self._filter()

    def _filter(self) -> None:
        if self.board is None or not self.board.rows:
            return
        text, level, wanted = self.page.searched_text().lower(), self.level.value(), self.lacking.value()
        subject, outlook = self.subject.value(), self.outlook.value()
        self.retake_button.setEnabled(subject is not None)
        near = [
            row
            for row in self.board.rows
            if (level is None or row.level is level)
            and (subject is None or subject in row.need(Need.EXAM).missing)
            and (outlook is None or row.forecast.outlook is outlook)
            and (
                not text
                or text in row.name.lower()
                or text in row.cohort.lower()
                or row.initials.lower().startswith(text)
            )
        ]
        shown = [row for row in near if _is_wanted(row, wanted)]
        self.shown = shown
        self.table.show_rows(shown)
        found = queries.counts(near)
        for value, words, count in (
            (ALL, "全部", found.learners), (DUAL, "双证", found.dual), (Need.EXAM, "缺考试", found.lacking_exam),
            (Need.SKILL, "缺技能证书", found.lacking_skill), (Need.DIPLOMA, "缺学历证书", found.lacking_diploma),
        ):  # fmt: skip
            self.lacking.retitle(value, f"{words} {count}")
        ready = sum(row.forecast.outlook is Outlook.READY for row in near)
        possible = sum(row.forecast.outlook is Outlook.POSSIBLE for row in near)
        self.page.set_foot(
            f"共 {found.learners} 人 · 双证 {found.dual} 人 · 显示 {len(shown)} 人 · 今年可申请毕业 {ready} 人，还来得及 {possible} 人"
        )

    @Slot(object)
    def _on_chosen(self, _: Any) -> None:
        self._filter()

    # -- explaining and doing ---------------------------------------------------------------------

    @Slot()
    def explain(self) -> None:
        """The row the keyboard stands on."""
        row = self.table.current()
        if row is None:
            self.desk.tell("请先在列表里选一个学员。", kind="refused")
            return
        self.explain_row(row)

    @Slot(object)
    def explain_row(self, row: BoardRow) -> None:
        """Open the panel 为什么."""
        if self.board is None:
            return
        panel = WhyPanel(self.desk, row, self.board.rules)
        panel.closed.connect(self.page.close_side)
        panel.asked.connect(partial(self._do, row))
        self.page.set_side(panel)

    @Slot(QModelIndex)
    def _on_cell(self, index: QModelIndex) -> None:
        """A click on a missing item or on 下一步 does it; anywhere else only selects."""
        row = self.table.current()
        if row is None:
            return
        if index.column() == NEXT:
            self.do_next()
        elif index.column() in CELLS:
            need = row.need(CELLS[index.column()])
            if need.state in (NeedState.MISSING, NeedState.PARTLY):
                self._do(row, need)

    @Slot()
    def do_next(self) -> None:
        """The first thing this learner lacks."""
        row = self.table.current()
        if row is not None and not row.has_dual and row.next_step is not None:
            self._do(row, row.next_step)

    def _do(self, row: BoardRow, need: Requirement) -> None:
        if need.page:
            self.desk.open(need.page, **dict(need.context))
        elif need.need is Need.DIPLOMA:
            self._record(row)
        else:
            self.explain_row(row)

    @Slot()
    def edit_diploma(self) -> None:
        """Record a diploma, or mend the one there is."""
        row = self.table.current()
        if row is not None:
            self._record(row)

    def _record(self, row: BoardRow) -> None:
        is_new = not row.learner.diploma_no
        load = None if is_new else partial(queries.diploma_form, person_id=row.person_id, level=row.level)
        title = f"{row.name} · {row.level.label}学历证书"
        panel = FormPanel(self.desk, title, fields(), partial(self._save, row, is_new), load=load)
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()

    def _save(self, row: BoardRow, is_new: bool, values: dict[str, Any], panel: FormPanel) -> None:
        who = {"person_id": row.person_id, "level": row.level}
        if is_new:
            panel.run(actions.record_diploma, then=self._saved, **who, **values)
        else:
            panel.run(actions.change_diploma, then=self._saved, seen=panel.seen, **who, **values)

    def _saved(self, _: Any) -> None:
        self.desk.tell("已登记学历证书。", undo=True)

    def start_new(self) -> None:
        """The organiser's list, from a file or pasted."""
        DiplomaDialog(self.desk, self, self.level.value() or DualLevel.SENIOR).open()

    # -- for many ---------------------------------------------------------------------------------

    def _chosen(self) -> list[BoardRow]:
        """The selected rows when there are several, else everybody shown."""
        rows: list[BoardRow] = self.table.selected()
        return rows if len(rows) > 1 else list(self.shown)

    @Slot()
    def enter_all(self) -> None:
        """Everybody shown (or selected) who lacks a subject, into one sitting."""
        rows = [row for row in self._chosen() if row.lacks(Need.EXAM)]
        level = rows[0].level if rows else None
        if level is None or any(row.level is not level for row in rows):
            words = "列表里没有还缺科目的人。" if level is None else "列表里两个层次都有，请先选一个层次。"
            self.page.note.say(words, "refused")
            return
        self.desk.open("exams", people=",".join(row.person_id for row in rows), level=level.value)

    @Slot()
    def open_retake(self) -> None:
        """A cohort draft for everybody shown who lacks the chosen subject; one click."""
        subject = self.subject.value()
        rows = [row for row in self._chosen() if subject in row.need(Need.EXAM).missing]
        programmes = {row.programme_id for row in rows}
        if subject is None or not rows or len(programmes) > 1:
            words = (
                "请先在“缺哪一科”里选一科。"
                if subject is None
                else "请先选一个层次：一个重修班只跟一个培养方案。"
            )
            self.page.note.say(words if rows or subject is None else f"没有人缺{subject}。", "refused")
            return
        title = f"{rows[0].level.label}{subject}重修班（{self.desk.today():%Y-%m}）"
        self.desk.run(
            actions.open_retake_cohort, then=partial(self._retake_opened, title), owner=self, title=title,
            programme_id=programmes.pop(), person_ids=[row.person_id for row in rows],
        )  # fmt: skip

    def _retake_opened(self, title: str, found: tuple[str, Any]) -> None:
        cohort_id, enrolled = found
        go = partial(self.desk.open, "cohorts", cohort=cohort_id)
        self.desk.tell(f"已建「{title}」，{enrolled.enrolled} 人入班（筹备）。", button=("去排课", go))

    @Slot()
    def print_credits(self) -> None:
        """学分认定表 of the selected."""
        if self.board is not None:
            papers.print_credits(self.page, self.board, self.table.selected())


def _is_wanted(row: BoardRow, wanted: Any) -> bool:
    if wanted == ALL:
        return True
    return row.has_dual if wanted == DUAL else row.lacks(wanted)
