"""The widget for each kind of form field; all speak ``value``, ``show_value`` and ``edited``."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QDate, QModelIndex, QPoint, QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QCompleter,
    QFrame,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from kqdesk.desk import fields
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Combo
from kqdesk.desk.theme import icon, theme

PAUSE = 80  # milliseconds after the last key before a picker asks
OFFERED = 12  # rows a picker shows


class LineInput(QLineEdit):
    """Text, Number, Money, Date, Time: typed as text, read by the field."""

    edited = Signal()

    def __init__(self, field: fields.Field) -> None:
        super().__init__()
        self._field = field
        self.setReadOnly(field.readonly)
        self.textEdited.connect(self.edited)
        if isinstance(field, fields.Text):
            self.setPlaceholderText(field.placeholder)
            if field.is_secret:
                self.setEchoMode(QLineEdit.EchoMode.Password)
            if field.suggestions:
                completer = QCompleter(QStringListModel(list(field.suggestions)), self)
                completer.setFilterMode(Qt.MatchFlag.MatchContains)
                self.setCompleter(completer)
        if isinstance(field, fields.Number) and field.unit:
            self.setPlaceholderText(field.unit)
        if isinstance(field, fields.Date):
            self.setPlaceholderText("如 2026-03-02")
            self._action = self.addAction(icon("calendar"), QLineEdit.ActionPosition.TrailingPosition)
            self._action.setToolTip("选日期　Alt+↓")
            self._action.setShortcut("Alt+Down")
            self._action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self._action.triggered.connect(self._open_calendar)
        if isinstance(field, fields.Time):
            self.setPlaceholderText("18:30")

    def value(self) -> Any:
        return self._field.read(self.text())

    def show_value(self, value: Any) -> None:
        self.setText(self._field.write(value))
        self.setCursorPosition(0)

    @Slot()
    def _open_calendar(self) -> None:
        popup = CalendarPopup(self)
        try:
            day = self.value()
        except fields.Unreadable:
            day = None
        popup.ask(day, self._take)

    def _take(self, day: Any) -> None:
        self.show_value(day)
        self.edited.emit()


class CalendarPopup(QFrame):
    """A month to pick a day from."""

    def __init__(self, below: QWidget) -> None:
        super().__init__(below, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("look", "card")
        self._below = below
        self._month = QCalendarWidget()
        self._month.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self._month.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self._then: Callable[[Any], object] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self._month)
        self._month.clicked.connect(self._on_day)
        self._month.activated.connect(self._on_day)

    def ask(self, day: Any, then: Callable[[Any], object]) -> None:
        """Open below the field; ``then(date)`` when a day is picked."""
        self._then = then
        if day is not None:
            self._month.setSelectedDate(QDate(day.year, day.month, day.day))
        self.move(self._below.mapToGlobal(QPoint(0, self._below.height() + 2)))
        self.show()
        self._month.setFocus()

    @Slot(QDate)
    def _on_day(self, day: QDate) -> None:
        if self._then is not None:
            self._then(day.toPython())
        self.close()


class LongInput(QPlainTextEdit):
    """LongText. Tab leaves, Enter makes a new line."""

    edited = Signal()

    def __init__(self, field: fields.LongText) -> None:
        super().__init__()
        self._field = field
        self.setTabChangesFocus(True)
        self.setReadOnly(field.readonly)
        self.setPlaceholderText(field.placeholder)
        self.setFixedHeight(round(theme().px("text") * 1.5 * field.lines) + 18)
        self.textChanged.connect(self.edited)

    def value(self) -> Any:
        return self._field.read(self.toPlainText())

    def show_value(self, value: Any) -> None:
        self.blockSignals(True)
        self.setPlainText(self._field.write(value))
        self.blockSignals(False)


class ChoiceInput(Combo):
    """Choice."""

    edited = Signal()

    def __init__(self, field: fields.Choice) -> None:
        first = () if field.required else ((None, ""),)
        super().__init__((*first, *field.choices), name=field.label)
        self.setEnabled(not field.readonly)
        self.setCurrentIndex(-1 if field.required else 0)
        self.chosen.connect(self._on_chosen)

    def show_value(self, value: Any) -> None:
        self.choose(value)

    @Slot(object)
    def _on_chosen(self, _: Any) -> None:
        self.edited.emit()


class MultiInput(QWidget):
    """MultiChoice."""

    edited = Signal()

    def __init__(self, field: fields.MultiChoice) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        self._boxes: list[tuple[Any, QCheckBox]] = []
        for number, (value, text) in enumerate(field.choices):
            box = QCheckBox(text)
            box.setEnabled(not field.readonly)
            box.toggled.connect(self._on_toggled)
            grid.addWidget(box, number // field.columns, number % field.columns)
            self._boxes.append((value, box))
        if self._boxes:
            self.setFocusProxy(self._boxes[0][1])

    def value(self) -> Any:
        return tuple(value for value, box in self._boxes if box.isChecked())

    def show_value(self, value: Any) -> None:
        for own, box in self._boxes:
            box.setChecked(own in (value or ()))

    @Slot(bool)
    def _on_toggled(self, _: bool) -> None:
        self.edited.emit()


class CheckInput(QCheckBox):
    """Check."""

    edited = Signal()

    def __init__(self, field: fields.Check) -> None:
        super().__init__(field.label)
        self.setEnabled(not field.readonly)
        self.clicked.connect(self._on_clicked)

    def value(self) -> Any:
        return self.isChecked()

    def show_value(self, value: Any) -> None:
        self.setChecked(bool(value))

    @Slot()
    def _on_clicked(self) -> None:
        self.edited.emit()


class PickInput(QLineEdit):
    """RowPick: search as you type in a read lane, Enter takes the first, Esc keeps what was there."""

    edited = Signal()

    def __init__(self, field: fields.RowPick, desk: Desk) -> None:
        super().__init__()
        self._field, self._desk = field, desk
        self._pick: fields.Pick | None = None
        self.setPlaceholderText(field.placeholder)
        self.setReadOnly(field.readonly)
        self.setProperty("lead", True)
        self.addAction(icon("search", "faint"), QLineEdit.ActionPosition.LeadingPosition)
        self._offers: list[fields.Pick] = []
        self._model = QStandardItemModel(self)
        completer = QCompleter(self._model, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setMaxVisibleItems(OFFERED)
        activated: Any = (
            completer.activated
        )  # two signals under one name; by index, for two rows may read alike
        activated[QModelIndex].connect(self._on_activated)
        self.setCompleter(completer)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._ask)
        self.textEdited.connect(self._on_typed)

    def value(self) -> Any:
        """The picked value; None when empty; raises when something is typed but nothing picked."""
        if self._pick is not None:
            return self._pick.value
        if self.text().strip():
            raise fields.Unreadable(f"{self._field.label}：请从列出来的里面选一个。")
        return None

    def show_value(self, value: Any) -> None:
        self._pick = value if isinstance(value, fields.Pick) else None
        self.setText(self._pick.title if self._pick else "")

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self._pick = None
        self.edited.emit()
        if text.strip():
            self._pause.start()

    @Slot()
    def _ask(self) -> None:
        query = partial(_found, self._field.find, self.text().strip())
        self._desk.read(query, self._offer, owner=self, only="pick")

    def _offer(self, picks: Sequence[fields.Pick]) -> None:
        self._offers = list(picks)
        self._model.clear()
        for pick in picks:
            line = QStandardItem(f"{pick.title}　{pick.subtitle}" if pick.subtitle else pick.title)
            self._model.appendRow(line)
        if picks and self.hasFocus():
            self.completer().complete()
            self.completer().popup().setCurrentIndex(self._model.index(0, 0))

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._offers):
            # the completer writes its own line into the edit after this signal: put the title back afterwards
            QTimer.singleShot(0, self, partial(self._take, self._offers[index.row()]))

    def _take(self, pick: fields.Pick) -> None:
        self.show_value(pick)
        self.edited.emit()


def _found(find: Callable[..., Sequence[fields.Pick]], text: str, session: Any) -> Sequence[fields.Pick]:
    return find(session, text, OFFERED)


def input_for(field: fields.Field, desk: Desk) -> Any:
    """The widget that edits a field."""
    if isinstance(field, fields.RowPick):
        return PickInput(field, desk)
    if isinstance(field, fields.LongText):
        return LongInput(field)
    if isinstance(field, fields.Choice):
        return ChoiceInput(field)
    if isinstance(field, fields.MultiChoice):
        return MultiInput(field)
    if isinstance(field, fields.Check):
        return CheckInput(field)
    return LineInput(field)
