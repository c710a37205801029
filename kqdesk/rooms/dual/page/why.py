"""The panel 为什么: one learner's credits down to lessons, papers and certificates, and what to do next."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Push, Tool, label, rule
from kqdesk.desk.theme import icon, theme
from kqdesk.rooms.dual.queries import BoardRow
from kqdesk.rooms.dual.rules import CreditRules, Requirement, Step, explain
from kqdesk.rooms.dual.terms import NeedState, Reach

LOOKS = {NeedState.MET: ("done", "success"), NeedState.MISSING: ("warning", "warning"),
         NeedState.PARTLY: ("waiting", "warning"), NeedState.UNSET: ("info", "second")}  # fmt: skip
WORDS = {
    Reach.REACHED: "测算够了。毕业以发证机关的学历证书为准。",
    Reach.SHORT: "测算还不够。",
    Reach.UNSET: "毕业学分未配置，所以只列出学分，不下结论。",
}


class WhyPanel(QFrame):
    """Shown at the right of the board for one learner."""

    closed = Signal()
    asked = Signal(object)  # a Requirement whose link was pressed

    def __init__(self, desk: Desk, row: BoardRow, rules: CreditRules) -> None:
        super().__init__()
        self.desk, self.row = desk, row
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel"))
        inside = QWidget()
        inside.setObjectName("scrolled")
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(16, 4, 16, 12)
        self.column.setSpacing(6)
        for need in row.needs:
            self.column.addLayout(self._need(need))
        self.column.addWidget(rule())
        self._sum(row)
        self._steps(explain(row.learner, rules))
        self.column.addSpacing(8)
        self._small("依据：" + "；".join(rules.packs) if rules.packs else "没有启用的规则包。")
        self.column.addStretch(1)
        self._lay_out(row, inside)

    def _lay_out(self, row: BoardRow, inside: QWidget) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 8, 4)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(row.name, "head"))
        where = label(f"{row.level.label} · {row.cohort}", "second")
        where.setWordWrap(True)
        words.addWidget(where)
        head.addLayout(words, 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"), 0, Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(scroll, 1)

    def _need(self, need: Requirement) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        mark = label()
        name, colour = LOOKS[need.state]
        size = theme().px("icon")
        mark.setPixmap(icon(name, colour).pixmap(size, size))
        mark.setAccessibleName(need.state.label)
        title = label(need.need.label)
        title.setMinimumWidth(theme().px("text") * 5)
        line.addWidget(mark)
        line.addWidget(title)
        line.addWidget(label(need.words, "second"), 1)
        if need.todo and need.state is not NeedState.MET:
            words = need.todo if len(need.todo) <= 9 else f"{need.todo[:8]}…"
            line.addWidget(Push(words, partial(self.asked.emit, need), look="link", tip=need.todo))
        return line

    def _sum(self, row: BoardRow) -> None:
        self.column.addWidget(label(f"学分测算 {row.reckoning.words}", "head"))
        told = WORDS[row.reckoning.reach]
        if row.reckoning.lacking and row.reckoning.reach is not Reach.REACHED:
            told += "还缺：" + "、".join(row.reckoning.lacking) + "。"
        if not row.reckoning.is_whole:
            told += "有的规则未配置，没有计入，所以是“至少”。"
        self._small(told)

    def _small(self, words: str) -> None:
        line = label(words, "second")
        line.setWordWrap(True)
        self.column.addWidget(line)

    def _steps(self, steps: Sequence[Step]) -> None:
        """Every step with its credits at the right, what it rests on below it, one click from where it is kept."""
        for step in steps:
            self.column.addSpacing(4)
            self.column.addLayout(self._line(step, 0))
            self._small(step.words)
            for inner in step.steps:
                self.column.addLayout(self._line(inner, 1))

    def _line(self, step: Step, depth: int) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.setContentsMargins(depth * theme().px("text"), 0, 0, 0)
        words = label(step.title if depth == 0 else f"{step.title}：{step.words}", "second" if depth else "")
        words.setWordWrap(True)
        tip = f"依据：{step.source}" if step.source else ""
        words.setToolTip(tip)
        if depth == 0:
            words.setFont(theme().font(semibold=True))
        line.addWidget(words, 1)
        if depth and step.page:
            open_it = partial(self.desk.open, step.page, **dict(step.context))
            line.addWidget(
                Push("看", open_it, look="link", tip=f"打开{step.title}"), 0, Qt.AlignmentFlag.AlignTop
            )
        if depth == 0:
            credits = label("未配置" if step.credits is None else f"{step.credits} 学分")
            credits.setFont(theme().font(semibold=True))
            credits.setToolTip(tip)
            line.addWidget(credits, 0, Qt.AlignmentFlag.AlignTop)
        return line
