"""Before the work: signing in, and a guided set-up in steps. app.py fills in what they do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kqdesk.desk.form import Form
from kqdesk.desk.parts import Combo, Note, Push, label
from kqdesk.desk.theme import pixmap, theme


class SignIn(QFrame):
    """Person, password, 进入; a link to the recovery code. The words stay on the screen only as dots."""

    asked = Signal(str, str)  # actor id, password
    recover_asked = Signal()

    def __init__(self, school: str, people: Sequence[tuple[str, str]], *, hint: str = "") -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel"))
        mark = QLabel()
        mark.setPixmap(pixmap("catalogue", "primary", 44, 2.0))
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        name = label(school, "head")
        name.setWordWrap(True)
        name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words = label(hint, "second")
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setVisible(bool(hint))
        self.person = Combo(people, name="谁来用")
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("密码")
        self.note = Note()
        self.enter = Push("进入", self.submit, look="primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 28, 32, 20)
        column.setSpacing(8)
        for widget in (mark, name, words):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addWidget(label("谁来用"))
        column.addWidget(self.person)
        column.addWidget(label("密码"))
        column.addWidget(self.password)
        column.addWidget(self.note)
        column.addSpacing(8)
        column.addWidget(self.enter)
        column.addWidget(Push("忘了密码？用恢复码进入", self.recover_asked.emit, look="link"))
        self.password.returnPressed.connect(self.submit)
        self.setFocusProxy(self.password)

    @Slot()
    def submit(self) -> None:
        """Hand over person and password; app.py answers with ``refuse`` or takes the panel away."""
        if not self.password.text():
            self.refuse("请输入密码。")
            return
        self.enter.setEnabled(False)
        self.note.hide()
        self.asked.emit(self.person.value() or "", self.password.text())

    def refuse(self, sentence: str) -> None:
        """It was wrong: why, and the cursor back in the password."""
        self.enter.setEnabled(True)
        self.note.say(sentence, "refused")
        self.password.setFocus()
        self.password.selectAll()


@dataclass(frozen=True)
class Step:
    """One step of a guided set-up. ``check()`` returns a sentence when one may not go on yet, else None."""

    title: str
    sentence: str
    body: QWidget
    check: Callable[[], str | None] | None = None
    on_words: str = "下一步"


class Wizard(QFrame):
    """Steps one after another: where we are at the top, 上一步 and 下一步 at the foot."""

    finished = Signal()
    cancelled = Signal()
    moved = Signal(int)

    def __init__(self, title: str, steps: Sequence[Step]) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._steps = list(steps)
        self._heads: list[QLabel] = []
        self.number = 0
        self.heading, self.sentence = label("", "head"), label("", "second")
        self.sentence.setWordWrap(True)
        self.note = Note()
        self.stack = QStackedWidget()
        for step in steps:
            self.stack.addWidget(step.body)
        self.back = Push("上一步", self.go_back)
        self.on = Push("下一步", self.go_on, look="primary", keys="Ctrl+Return")
        row = QHBoxLayout()
        row.addWidget(Push("取消", self.cancelled.emit, look="link"))
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.on)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 20)
        column.setSpacing(10)
        column.addWidget(label(title, "title"))
        column.addLayout(self._way())
        for widget in (self.heading, self.sentence, self.note):
            column.addWidget(widget)
        column.addWidget(self.stack, 1)
        column.addLayout(row)
        self.show_step(0)

    def _way(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(20)
        for number, step in enumerate(self._steps):
            head = label(f"{number + 1}  {step.title}", "second")
            self._heads.append(head)
            row.addWidget(head)
        row.addStretch(1)
        return row

    def show_step(self, number: int) -> None:
        """Go to a step without asking."""
        self.number = number
        step = self._steps[number]
        self.heading.setText(step.title)
        self.sentence.setText(step.sentence)
        self.note.hide()
        self.stack.setCurrentIndex(number)
        self.back.setVisible(number > 0)
        self.on.setText(step.on_words)
        self.on.setAccessibleName(step.on_words)
        for place, head in enumerate(self._heads):
            tone = "primary" if place == number else "success" if place < number else "second"
            weight = 600 if place == number else 400
            head.setStyleSheet(f"color: {theme().name(tone)}; font-weight: {weight};")
        forms = [step.body] if isinstance(step.body, Form) else step.body.findChildren(Form)
        if forms and self.isVisible():
            forms[0].focus_first()  # the cursor follows the step
        self.moved.emit(number)

    def go_back(self) -> None:
        """The step before."""
        self.show_step(self.number - 1)

    def go_on(self) -> None:
        """The next step, or the end; a missing thing is one sentence."""
        check = self._steps[self.number].check
        fault = check() if check is not None else None
        if fault:
            self.note.say(fault, "refused")
        elif self.number + 1 < len(self._steps):
            self.show_step(self.number + 1)
        else:
            self.finished.emit()
