"""The board: who has both papers, who lacks what, each missing item one click from being done."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.parts import Push
from kqdesk.desk.table import TableView
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.dual import actions, queries
from kqdesk.rooms.dual.page.diplomas import DiplomaDialog, fields
from kqdesk.rooms.dual.page.why import WhyPanel
from kqdesk.rooms.dual.queries import Board, BoardRow
from kqdesk.rooms.dual.rules import Requirement
from kqdesk.rooms.dual.terms import Need, NeedState, Reach

TITLE, SENTENCE = "双证", "学历证书加技能证书就是双证。谁两证齐全，谁还差什么，点一下就去补。"
TONES = {NeedState.MET: ("success", "check"), NeedState.MISSING: ("warning", "warning"),
         NeedState.PARTLY: ("warning", "waiting"), NeedState.UNSET: ("neutral", "info")}  # fmt: skip
REACH_TONES = {Reach.REACHED: "success", Reach.SHORT: "warning", Reach.UNSET: "neutral"}
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
    Column[BoardRow]("班级", lambda r: r.cohort, width=150, tip=lambda r: f"{r.cohort}（{r.level.label}）"),
    _column(Need.EXAM, 100),
    _column(Need.SKILL, 118),
    _column(Need.DIPLOMA, 176),
    Column[BoardRow]("双证", lambda r: "双证" if r.has_dual else "", kind="pill", width=84,
                     pill=lambda r: Pill("双证", "seal", "star") if r.has_dual else None, sort=lambda r: not r.has_dual),
    Column[BoardRow]("学分测算", lambda r: r.reckoning.words, kind="pill", width=116,
                     pill=lambda r: Pill(r.reckoning.words, REACH_TONES[r.reckoning.reach], "info" if r.reckoning.reach is Reach.UNSET else ""),
                     sort=lambda r: r.reckoning.total, tip=lambda r: r.reckoning.reach.label),
    Column[BoardRow]("下一步", _next, tip=_next),
)  # fmt: skip
NEXT = len(COLUMNS) - 1
CELLS = {2: Need.EXAM, 3: Need.SKILL, 4: Need.DIPLOMA}


class DualPage(Page):
    """Rows are kept whole; filters and search work in memory, so they answer at once."""

    watches = frozenset({
        "diploma", "skill_certificate", "sitting", "score", "candidate", "attendance_mark", "lesson", "enrolment", "cohort",
        "programme_subject", "rule_pack",
    })  # fmt: skip

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE)
        self.board: Board | None = None
        self.cohort_id: str | None = None
        self._wanted: str | None = None
        self.add_search("姓名、拼音首字母、班级", width=190).textChanged.disconnect()
        if self.search is not None:
            self.search.textChanged.connect(self._on_typed)
        self.level = self.add_combo(
            "层次", [(None, "全部层次"), *((v, v.label) for v in DualLevel)], self._on_chosen
        )
        choices = [
            (ALL, "全部"),
            (DUAL, "双证"),
            (Need.EXAM, "缺考试"),
            (Need.SKILL, "缺技能证书"),
            (Need.DIPLOMA, "缺学历证书"),
        ]
        self.lacking = self.add_segments("缺什么", choices, self._on_chosen)
        self.why_button = self.add_button(
            "为什么", self.explain, icon_name="help", keys="Ctrl+E", tip="这个学员的学分怎样算出来的"
        )
        self.set_primary("导入学历证书", self.import_, icon_name="import", keys="Ctrl+I")
        self.table = TableView(COLUMNS, name="dual.board", memory=desk.memory)
        self.table.opened.connect(self.explain_row)
        self.table.clicked.connect(self._on_cell)
        self.table.add_menu("为什么", self.explain, "help")
        self.table.add_menu("去做下一步", self.do_next, "right")
        self.table.add_menu("登记或修改学历证书", self.edit_diploma, "edit")
        doing = QShortcut(QKeySequence("Ctrl+Return"), self.table)
        doing.setContext(Qt.ShortcutContext.WidgetShortcut)
        doing.activated.connect(self.do_next)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.table)
        leave.setContext(Qt.ShortcutContext.WidgetShortcut)
        leave.activated.connect(self.close_side)
        self.set_body(self.table)

    # -- showing ----------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``cohort`` shows one cohort, ``person`` explains one learner, ``lacking`` filters."""
        self.cohort_id, self._wanted = context.get("cohort"), context.get("person")
        if context.get("lacking"):
            self.lacking.choose(Need(context["lacking"]))
        self.reload()

    def reload(self) -> None:
        ask = partial(queries.board, on=self.desk.today(), cohort_id=self.cohort_id)
        self.desk.read(ask, self._take, owner=self, only="reload")

    def _take(self, found: Board) -> None:
        self.board = found
        if not found.rows:
            self._show_empty()
            return
        self.show_body()
        if found.unset:
            ask = partial(self.desk.open, "office", tab="packs", find="credit.")
            self.note.say(
                f"未配置：{'、'.join(found.unset)}。学分只作测算，不下结论。", "info", ("去填写", ask)
            )
        else:
            self.note.hide()
        self._filter()
        if self._wanted is not None:
            row = next((row for row in found.rows if row.person_id == self._wanted), None)
            self._wanted = None
            if row is not None:
                self.explain_row(row)
        elif isinstance(self.side, WhyPanel):
            shown = self.side.row.id
            row = next((row for row in found.rows if row.id == shown), None)
            if row is not None and row != self.side.row:
                self.explain_row(row)

    def _show_empty(self) -> None:
        self.set_foot("")
        if self.cohort_id is not None:
            words, title = "这个班里没有双证学员。", "没有双证学员"
            buttons = [Push("看全部", self._all_cohorts, look="primary")]
        else:
            title = "还没有双证学员"
            words = "开一个跟着双证培养方案走的班，学员入班以后，这里逐人列出：文化考试、技能证书、学分、学历证书，还差哪一样。"
            buttons = [Push("去开班", partial(self.desk.open, "cohorts"), look="primary")]
        self.show_blank("dual", title, words, buttons)

    @Slot()
    def _all_cohorts(self) -> None:
        self.cohort_id = None
        self.reload()

    def _filter(self) -> None:
        if self.board is None or not self.board.rows:
            return
        text, level, wanted = self.searched_text().lower(), self.level.value(), self.lacking.value()
        near = [
            row
            for row in self.board.rows
            if (level is None or row.level is level)
            and (
                not text
                or text in row.name.lower()
                or text in row.cohort.lower()
                or row.initials.lower().startswith(text)
            )
        ]
        shown = [row for row in near if _is_wanted(row, wanted)]
        self.table.show_rows(shown)
        found = queries.counts(near)
        for value, words, count in (
            (ALL, "全部", found.learners), (DUAL, "双证", found.dual), (Need.EXAM, "缺考试", found.lacking_exam),
            (Need.SKILL, "缺技能证书", found.lacking_skill), (Need.DIPLOMA, "缺学历证书", found.lacking_diploma),
        ):  # fmt: skip
            self.lacking.retitle(value, f"{words} {count}")
        self.set_foot(f"共 {found.learners} 人 · 双证 {found.dual} 人 · 显示 {len(shown)} 人")

    @Slot(str)
    def _on_typed(self, _: str) -> None:
        self._filter()

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
        panel.closed.connect(self.close_side)
        panel.asked.connect(partial(self._do, row))
        self.set_side(panel)

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
        panel.closed.connect(self.close_side)
        self.set_side(panel)
        panel.form.focus_first()

    def _save(self, row: BoardRow, is_new: bool, values: dict[str, Any], panel: FormPanel) -> None:
        who = {"person_id": row.person_id, "level": row.level}
        if is_new:
            panel.run(actions.record_diploma, then=self._saved, **who, **values)
        else:
            panel.run(actions.change_diploma, then=self._saved, seen=panel.seen, **who, **values)

    def _saved(self, _: Any) -> None:
        self.desk.tell("已登记学历证书。", undo=True)

    @Slot()
    def import_(self) -> None:
        """The organiser's list, pasted."""
        DiplomaDialog(self.desk, self, self.level.value() or DualLevel.SENIOR).open()


def _is_wanted(row: BoardRow, wanted: Any) -> bool:
    if wanted == ALL:
        return True
    return row.has_dual if wanted == DUAL else row.lacks(wanted)


PAGE = PageSpec(
    key="dual", title=TITLE, sentence=SENTENCE, group="考证", icon="dual", factory=DualPage,
    keys_help=(
        ("Ctrl+I", "导入学历证书"), ("Enter 或 Ctrl+E", "为什么：学分怎样算出来的"), ("Ctrl+Enter", "去做下一步"),
        ("Ctrl+F", "搜索"), ("Esc", "关闭右边"),
    ),
)  # fmt: skip
