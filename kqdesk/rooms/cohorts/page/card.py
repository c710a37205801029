"""One cohort on screen: its facts, its learners, and what can be done with both."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.flow import FlowRow
from kqdesk.desk.memory import Memory
from kqdesk.desk.parts import Push, Tool, label, rule
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import icon, theme
from kqdesk.rooms.cohorts.papers import fee_words
from kqdesk.rooms.cohorts.queries import CohortRow, RosterRow
from kqdesk.rooms.cohorts.terms import CohortState, EnrolmentState
from kqdesk.security.masking import mask_id, mask_phone

SEX_WORDS = {"1": "男", "2": "女"}
COHORT_PILLS = {
    CohortState.PLANNED: Pill("筹备", "primary", "waiting"),
    CohortState.OPEN: Pill("在开", "success"),
    CohortState.CLOSED: Pill("已结班", "neutral", "lock"),
    CohortState.CANCELLED: Pill("已取消", "danger", "close"),
}
LEARNER_PILLS = {
    EnrolmentState.APPLIED: Pill("已报名", "primary", "waiting"),
    EnrolmentState.WAITING: Pill("候补", "warning", "waiting"),
    EnrolmentState.OFFERED: Pill("待答复", "primary", "phone"),
    EnrolmentState.ENROLLED: Pill("在读", "success"),
    EnrolmentState.SUSPENDED: Pill("休学", "warning"),
    EnrolmentState.WITHDRAWN: Pill("退学", "neutral", "exit"),
    EnrolmentState.COMPLETED: Pill("结业", "seal", "done"),
    EnrolmentState.DECLINED: Pill("放弃", "neutral", "close"),
    EnrolmentState.TRANSFERRED: Pill("转班", "neutral", "right"),
}


def _standing(row: RosterRow) -> str:
    """Where she stands in the queue, until when she must answer, or why she left."""
    if row.state is EnrolmentState.WAITING and row.queue_no:
        return f"候补第 {row.queue_no} 位"
    if row.state is EnrolmentState.OFFERED:
        return f"{row.answer_by:%m-%d} 前答复" if row.answer_by else "名额留着，等答复"
    return row.reason


COLUMNS = (
    Column[RosterRow]("序号", lambda row: str(row.roll_no or ""), kind="number", width=64),
    Column[RosterRow]("姓名", lambda row: row.name, width=110, is_strong=True),
    Column[RosterRow](
        "状态", lambda row: "", kind="pill", width=92, pill=lambda row: LEARNER_PILLS[row.state]
    ),
    Column[RosterRow]("变动", _standing, tip=_standing),
    Column[RosterRow]("性别", lambda row: SEX_WORDS.get(row.sex, ""), width=60),
    Column[RosterRow]("出生", lambda row: f"{row.birth_date:%Y-%m}" if row.birth_date else "", width=92),
    Column[RosterRow]("证件号码", lambda row: mask_id(row.id_number), kind="code", width=190),
    Column[RosterRow]("电话", lambda row: mask_phone(row.phone), kind="code", width=128),
    Column[RosterRow]("村社 / 单位", lambda row: row.village or row.employer, width=150),
)

LEARNER_ACTS = (
    ("complete", "登记结业"), ("withdraw", "办理退学　Del"), ("suspend", "办理休学"), ("resume", "办理复学"),
    ("transfer", "办理转班…　Ctrl+J"), ("admit_waiting", "候补转入　Ctrl+Enter"), ("decline", "放弃名额"),
)  # fmt: skip
KEYS = (
    ("Del", "withdraw"), ("Ctrl+J", "transfer"), ("Ctrl+Return", "admit_waiting"), ("Ctrl+G", "tell"), ("F2", "edit"),
)  # fmt: skip
"""Keys of the list of learners."""
COHORT_ACTS = {
    CohortState.PLANNED: (
        ("start", "正式开班"),
        ("cancel", "取消班级"),
        ("copy", "照这个班再开一个"),
        ("ledger", "导出收费流水"),
    ),
    CohortState.OPEN: (
        ("close", "结班"),
        ("cancel", "取消班级"),
        ("copy", "照这个班再开一个"),
        ("ledger", "导出收费流水"),
    ),
    CohortState.CLOSED: (("reopen", "恢复班级"), ("copy", "照这个班再开一个"), ("ledger", "导出收费流水")),
    CohortState.CANCELLED: (("reopen", "恢复班级"), ("copy", "照这个班再开一个"), ("ledger", "导出收费流水")),
}


class CohortCard(QWidget):
    """Facts above, learners below. ``asked`` names what the person wants done; the page does it."""

    asked = Signal(str)
    opened = Signal(object)  # a learner: Enter or double click
    left = Signal()

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.row: CohortRow | None = None
        self.title, self.facts = label("", "head"), label("", "second")
        self.facts.setWordWrap(True)
        self.pill = QLabel()
        self.table = TableView(COLUMNS, name="cohorts.roster", memory=memory)
        self.table.setAccessibleName("学员名单")
        self.table.opened.connect(self.opened)
        for key, words in LEARNER_ACTS:
            self.table.add_menu(words, partial(self.asked.emit, key))
        self.table.add_menu("打印在读证明", partial(self.asked.emit, "print_proof"), "print")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._head())
        column.addLayout(self._buttons())
        column.addWidget(rule())
        column.addWidget(self.table, 1)
        for keys, what in KEYS:
            press = QShortcut(QKeySequence(keys), self.table)
            press.setContext(Qt.ShortcutContext.WidgetShortcut)
            press.activated.connect(partial(self.asked.emit, what))
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self.left)

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self.title)
        first.addWidget(self.pill)
        first.addStretch()
        words.addLayout(first)
        words.addWidget(self.facts)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(Tool("back", "回到班级列表", self.left.emit, keys="Esc"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        holder = self.tools = QWidget()
        row = FlowRow(holder)
        for key, words, icon_name in (
            ("edit", "修改", "edit"), ("timetable", "课表", "timetable"), ("attendance", "考勤", "attendance"),
            ("print_list", "花名册", "print"), ("print_proof", "在读证明", "print"), ("export", "导出 Excel", "export"),
            ("tell", "群通知", "copy"),
        ):  # fmt: skip
            row.add_left(Push(words, partial(self.asked.emit, key), icon_name=icon_name))
        self.learner_button = Push(
            "学籍变动", self._show_learner_menu, icon_name="person", tip="先在下面选学员"
        )
        self.more_button = Push("班级状态", self._show_cohort_menu, icon_name="more")
        row.add_left(self.learner_button)
        row.add_left(self.more_button)
        framed = QHBoxLayout()
        framed.setContentsMargins(16, 0, 16, 4)
        framed.addWidget(holder)
        return framed

    def be_brief(self, is_brief: bool) -> None:
        """Without the buttons, while something stands at the right."""
        self.tools.setVisible(not is_brief)

    def show_card(self, row: CohortRow, learners: Sequence[RosterRow]) -> None:
        """Another cohort, or the same one after a change."""
        self.row = row
        self.title.setText(f"{row.title}　{row.no}")
        pill = COHORT_PILLS[row.state]
        fore, soft = theme().tone(pill.tone)
        self.pill.setText(pill.text)
        self.pill.setStyleSheet(
            f"color:{fore.name()};background:{soft.name()};border-radius:9px;padding:1px 10px;font-size:{theme().px('small')}px"
        )
        place = "·".join(part for part in (row.site, row.classroom) if part)
        span = " 至 ".join(f"{day:%Y-%m-%d}" for day in (row.starts_on, row.ends_on) if day)
        span = f"{span} 开班" if row.starts_on and not row.ends_on else span
        waiting = f"，待答复 {row.offered}" if row.offered else ""
        waiting += f"，候补 {row.waiting}" if row.waiting else ""
        parts = (
            row.kind_words, "老年教育" if row.is_elderly else "", row.subject,
            f"{row.enrolled}/{row.capacity} 人{waiting}", span, row.meets, place, fee_words(row.fee, row.deposit),
            f"培训师 {row.trainer}" if row.trainer else "", f"班主任 {row.tutor}" if row.tutor else "",
            f"副班主任 {'、'.join(row.deputies)}" if row.deputies else "",
        )  # fmt: skip
        self.facts.setText(" · ".join(part for part in parts if part))
        self.table.show_rows(learners)

    @Slot()
    def _show_learner_menu(self) -> None:
        self._pop_up(LEARNER_ACTS, self.learner_button)

    @Slot()
    def _show_cohort_menu(self) -> None:
        if self.row is not None:
            self._pop_up(COHORT_ACTS[self.row.state], self.more_button)

    def _pop_up(self, acts: Sequence[tuple[str, str]], button: Push) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for key, words in acts:
            menu.addAction(icon("right"), words).triggered.connect(partial(self._on_menu, key))
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def _on_menu(self, key: str, _: bool = False) -> None:
        self.asked.emit(key)
