"""What is typed and not saved: taken off the open forms when the screen is locked, offered again where it belongs.

A draft is what stands in the fields, word for word, nothing checked. Passwords are never part of one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

Raw = str | bool | int | list[bool]


@dataclass(frozen=True)
class Draft:
    """One form: the page it was on, its title, and what stood in its fields by name."""

    page: str
    title: str
    fields: dict[str, Raw]


@dataclass
class DraftShelf:
    """Drafts of an earlier sitting that wait for their form."""

    waiting: list[Draft] = field(default_factory=list)

    def look(self, title: str, names: Iterable[str]) -> Draft | None:
        """The draft of a form with that title and those fields, if one waits."""
        known = set(names)
        return next((one for one in self.waiting if one.title == title and set(one.fields) <= known), None)

    def drop(self, draft: Draft) -> None:
        """It was put back, or nobody wants it."""
        if draft in self.waiting:
            self.waiting.remove(draft)


def typed(inputs: Mapping[str, QWidget]) -> dict[str, Raw]:
    """What stands in the fields of a form, without passwords."""
    found = {name: _raw(edit) for name, edit in inputs.items()}
    return {name: raw for name, raw in found.items() if raw is not None}


def retype(inputs: Mapping[str, QWidget], fields: Mapping[str, Raw]) -> None:
    """Put it back, as if typed; a field that is not there any more is passed over."""
    for name, raw in fields.items():
        if name in inputs:
            _put(inputs[name], raw)


def _raw(edit: QWidget) -> Raw | None:
    if isinstance(edit, QLineEdit):
        return edit.text() if edit.echoMode() is QLineEdit.EchoMode.Normal else None
    if isinstance(edit, QPlainTextEdit):
        return edit.toPlainText()
    if isinstance(edit, QCheckBox):
        return edit.isChecked()
    if isinstance(edit, QComboBox):
        return edit.currentIndex()
    boxes = edit.findChildren(QCheckBox)
    return [box.isChecked() for box in boxes] if boxes else None


def _put(edit: QWidget, raw: Any) -> None:
    if isinstance(edit, QLineEdit) and isinstance(raw, str):
        if raw != edit.text():
            edit.setText(raw)
            edit.textEdited.emit(raw)  # a picker looks the words up again
    elif isinstance(edit, QPlainTextEdit) and isinstance(raw, str):
        edit.setPlainText(raw)
    elif isinstance(edit, QCheckBox):
        edit.setChecked(bool(raw))
    elif isinstance(edit, QComboBox) and isinstance(raw, int) and raw < edit.count():
        edit.setCurrentIndex(raw)
    elif isinstance(raw, list):
        for box, is_on in zip(edit.findChildren(QCheckBox), raw, strict=False):
            box.setChecked(is_on)
