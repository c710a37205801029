"""Forms declared as fields: checked per field, saved with Ctrl+Enter, never losing what was typed."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.drafts import Draft, retype
from kqdesk.desk.fields import Check, Field, Unreadable
from kqdesk.desk.inputs import input_for
from kqdesk.desk.parts import Note, Push, Tool, label
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import StaleRecord, UserError

Save = Callable[[dict[str, Any], "FormPanel"], object]
Load = Callable[[Session], Mapping[str, Any]]


class Form(QWidget):
    """The fields under each other; knows values and faults, not what is done with them."""

    edited = Signal()

    def __init__(self, desk: Desk, fields: Sequence[Field], values: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.setObjectName("scrolled")
        self._fields = {f.name: f for f in fields}
        self.inputs: dict[str, Any] = {}
        self._faults: dict[str, QLabel] = {}
        self._cells: dict[str, QWidget] = {}
        self.is_edited = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        half: QHBoxLayout | None = None
        for field in fields:
            cell = self._cell(desk, field)
            if not field.is_half:
                half = None
                column.addWidget(cell)
                continue
            if half is None:
                half = QHBoxLayout()
                half.setSpacing(12)
                column.addLayout(half)
                half.addWidget(cell, 1, Qt.AlignmentFlag.AlignTop)
            else:
                half.addWidget(cell, 1, Qt.AlignmentFlag.AlignTop)
                half = None
        column.addStretch()
        self.show_values(values or {})

    def _cell(self, desk: Desk, field: Field) -> QWidget:
        cell = QWidget()
        stack = QVBoxLayout(cell)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(4)
        edit = input_for(field, desk)
        edit.setAccessibleName(field.label)
        if not isinstance(field, Check):
            star = f' <span style="color:{theme().name("danger")}">*</span>' if field.required else ""
            words = label(f"{field.label}{star}")
            words.setTextFormat(
                Qt.TextFormat.RichText
            )  # also without a star: else its line sits a pixel lower
            words.setBuddy(edit)
            stack.addWidget(words)
        stack.addWidget(edit)
        under = label(field.hint, "small")
        under.setWordWrap(True)
        stack.addWidget(under)
        under.setVisible(
            bool(field.hint)
        )  # in its layout first: shown alone it is a window that takes the keyboard
        edit.installEventFilter(self)
        edit.edited.connect(partial(self._on_edited, field.name))
        self.inputs[field.name], self._faults[field.name], self._cells[field.name] = edit, under, cell
        return cell

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Fill in; fields not named are left as they are."""
        for name in self._fields.keys() & values.keys():
            self.inputs[name].show_value(values[name])
        self.is_edited = False

    def show_field(self, name: str, is_shown: bool) -> None:
        """Show or hide one field with its label; a hidden field is neither checked nor returned."""
        self._cells[name].setVisible(is_shown)

    def values(self) -> dict[str, Any] | None:
        """All values by name; None when something is wrong, which is then shown under its field."""
        found: dict[str, Any] = {}
        first = ""
        for name, field in self._fields.items():
            if self._cells[name].isHidden():
                continue
            try:
                found[name] = self.inputs[name].value()
                fault = field.fault(found[name])
            except Unreadable as unreadable:
                fault = str(unreadable)
            self.show_fault(name, fault)
            first = first or (name if fault else "")
        if first:
            self.inputs[first].setFocus()
            return None
        return found

    def faults(self) -> dict[str, str]:
        """The sentences shown under fields now, by name."""
        return {n: w.text() for n, w in self._faults.items() if w.property("look") == "fault"}

    def show_fault(self, name: str, sentence: str | None) -> None:
        """Put a sentence under a field, or take it away."""
        field, under, edit = self._fields[name], self._faults[name], self.inputs[name]
        under.setText(sentence or field.hint)
        under.setVisible(bool(under.text()))
        for widget, prop, value in (
            (under, "look", "fault" if sentence else "small"),
            (edit, "fault", bool(sentence)),
        ):
            if widget.property(prop) != value:
                widget.setProperty(prop, value)
                widget.style().unpolish(widget)
                widget.style().polish(widget)

    def focus_first(self) -> None:
        """Put the cursor into the first field that can be typed in."""
        for name, field in self._fields.items():
            if not field.readonly and not self._cells[name].isHidden():
                self.inputs[name].setFocus()
                return

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes to the next field, as in a paper form; long text keeps its Enter."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            and not isinstance(watched, QPlainTextEdit)
        ):
            self.focusNextChild()
            return True
        return super().eventFilter(watched, event)

    def _on_edited(self, name: str) -> None:
        self.is_edited = True
        if self._faults[name].property("look") == "fault":
            self.show_fault(name, None)
        self.edited.emit()


class FormPanel(QFrame):
    """A form with title, 保存 (Ctrl+Enter) and 关闭 (Esc), at the right of a page or in a dialog.

    ``save(values, panel)`` is called with checked values and usually ends in ``panel.run(action, **values)``.
    ``load(session)`` fills the form in a read lane and remembers the journal position as ``seen`` first, so that
    ``panel.run(action, seen=panel.seen, …)`` can tell that somebody else was quicker.
    """

    saved = Signal(object)  # what the action returned
    closed = Signal()

    def __init__(
        self,
        desk: Desk,
        title: str,
        fields: Sequence[Field],
        save: Save,
        *,
        values: Mapping[str, Any] | None = None,
        load: Load | None = None,
        save_text: str = "保存",
        stays_open: bool = False,
    ) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel"))
        self.desk, self.form = desk, Form(desk, fields, values)
        self._save, self._load, self._stays_open = save, load, stays_open
        self.seen: int | None = None
        self.note = Note()
        self.heading = label(title, "head")
        self._saving = Push(save_text, self.submit, look="primary", tip=save_text, keys="Ctrl+Return")
        self._lay_out()
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.leave)
        self.reload()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 8, 8)
        head.addWidget(self.heading, 1)
        head.addWidget(Tool("close", "关闭", self.leave, keys="Esc"))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder = QWidget()
        holder.setObjectName("scrolled")
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(16, 0, 16, 12)
        inside.setSpacing(10)
        inside.addWidget(self.note)
        inside.addWidget(self.form, 1)
        scroll.setWidget(holder)
        foot = QFrame()
        foot.setObjectName("panelfoot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 10, 16, 10)
        row.addWidget(label(f"Ctrl+Enter {self._saving.text()} · Esc 关闭", "small"), 1)
        row.addWidget(self._saving)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        column.addWidget(foot)

    def reload(self) -> None:
        """Fill the form again from the store (after a StaleRecord, or at the start)."""
        self.note.hide()
        if self._load is not None:
            self.desk.read_seen(self._load, self._show_loaded, owner=self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        draft = self.desk.drafts.look(self.heading.text(), self.form.inputs)
        if draft is not None and not self.form.is_edited:
            self.note.say(
                "上次锁定时这张表填了一半，还没有保存。", "info", ("放回来", partial(self.give_back, draft))
            )

    def give_back(self, draft: Draft) -> None:
        """Put what was typed before into the fields again; it still has to be saved."""
        retype(self.form.inputs, draft.fields)
        self.form.is_edited = True
        self.desk.drafts.drop(draft)
        self.note.hide()

    def _show_loaded(self, seen: int, values: Mapping[str, Any]) -> None:
        self.seen = seen
        self.form.show_values(values)

    def submit(self) -> None:
        """Check and save, as 保存 and Ctrl+Enter do."""
        values = self.form.values()
        if values is not None:
            self.note.hide()
            self._save(values, self)

    def run(
        self, act: Callable[..., Any], /, *, then: Callable[[Any], object] | None = None, **kw: Any
    ) -> None:
        """Run the action; close when it is saved, show its sentence and keep every word when it is not."""
        self._saving.setEnabled(False)
        self.desk.run(act, then=partial(self.done, then=then), failed=self.refuse, owner=self, **kw)

    def done(self, value: Any, then: Callable[[Any], object] | None = None) -> None:
        """The save arrived: tell, and close unless the panel stays open for the next one."""
        self._saving.setEnabled(True)
        self.form.is_edited = False
        self.saved.emit(value)
        if then is not None:
            then(value)
        if not self._stays_open:
            self.closed.emit()

    def refuse(self, error: UserError) -> None:
        """The save failed: the sentence above the fields, 重新载入 when somebody else was quicker."""
        self._saving.setEnabled(True)
        button = ("重新载入", self.reload) if isinstance(error, StaleRecord) and self._load else None
        self.note.say(str(error), "refused", button)

    @Slot()
    def leave(self) -> None:
        """Close; typed but unsaved words are asked about once, by a second Esc."""
        if self.form.is_edited and not self.note.text:
            self.note.say(
                "还有没保存的内容。再按一次 Esc 就不保存直接关闭。", "refused", ("不保存，关闭", self._drop)
            )
            return
        self._drop()

    def _drop(self) -> None:
        self.form.is_edited = False
        self.closed.emit()


class FormDialog(QDialog):
    """A FormPanel as a small window over the page; ``open()`` it, never ``exec()``."""

    def __init__(self, parent: QWidget, panel: FormPanel) -> None:
        super().__init__(parent)
        self.panel = panel
        self.setWindowTitle(panel.heading.text())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        panel.setProperty("look", "")
        panel.setMinimumWidth(theme().px("panel") + 80)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        panel.closed.connect(self._on_closed)
        panel.form.focus_first()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.panel.form.is_edited:
            event.ignore()
            self.panel.leave()
        else:
            super().closeEvent(event)

    def reject(self) -> None:
        self.panel.leave()

    @Slot()
    def _on_closed(self) -> None:
        self.done(0)
