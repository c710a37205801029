"""Two entries side by side: which value of each field stays; ← and → choose, Ctrl+Enter makes them one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.actions import Merged
from kqdesk.rooms.people.queries import MergeView
from kqdesk.rooms.people.terms import IdKind, Sex, education_label, ethnicity_label
from kqdesk.rooms.places.rules import township_by_code
from kqdesk.security.masking import mask_id, mask_phone

LABELS = {
    "name": "姓名", "id_kind": "证件类型", "id_number": "证件号码", "sex": "性别", "birth_date": "出生日期", "ethnicity_code": "民族",
    "phone": "电话", "phone2": "备用电话", "township_code": "镇街", "village": "村社", "hukou": "户籍所在地", "address": "现住址",
    "education_code": "文化程度", "employer": "就业单位", "job": "就业岗位", "wish": "学历提升意愿", "learning_path": "学习途径",
    "photo": "照片", "consent_version": "同意书版本", "consent_on": "同意日期", "adviser_id": "联络人", "village_id": "村社（对照）",
    "firm_id": "企业（对照）", "note": "备注",
}  # fmt: skip
_TOGETHER = {
    "id_number": ("id_kind",), "consent_version": ("consent_on",), "village": ("village_id",), "employer": ("firm_id",),
}  # fmt: skip
_FOLLOWS = {other for others in _TOGETHER.values() for other in others}
EMPTY = "（空）"
KEYS = "↑↓ 换一栏　← → 选左边或右边　Ctrl+Enter 合并　Esc 不合并"


@dataclass
class FieldLine:
    """One field in which the two differ. ``whose``: 0 the earlier entry, 1 the later."""

    column: str
    title: str
    shown: tuple[str, str]
    whose: int


class ChoiceTable(TableView):
    """The fields; ← and → or a click choose whose value stays."""

    chosen = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sides = {Qt.Key.Key_Left: 0, Qt.Key.Key_Right: 1}
        if event.key() in sides and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self._choose(sides[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)

    def on_clicked(self, index: QModelIndex) -> None:
        """A click on one of the two values takes it."""
        if index.column() > 0:
            self._choose(index.column() - 1)

    def _choose(self, side: int) -> None:
        line = self.current()
        if line is not None:
            line.whose = side
            self.viewport().update()
            self.chosen.emit()


class MergeDialog(QDialog):
    """A window over the page. ``merged`` carries the id of the entry that stays; ``parted``: they are two people."""

    merged = Signal(str)
    parted = Signal()

    def __init__(self, desk: Desk, parent: QWidget, one_id: str, other_id: str) -> None:
        super().__init__(parent)
        self.desk, self.seen = desk, 0
        self.view: MergeView | None = None
        self.lines: list[FieldLine] = []
        self.setWindowTitle("合并人员")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading = label("是同一个人吗？", "head")
        self.under = label("", "second")
        self.under.setWordWrap(True)
        self.note = Note()
        self.table = ChoiceTable(_COLUMNS, name="people.merge", memory=desk.memory, key=_column_of)
        self.table.setSortingEnabled(False)
        self.table.clicked.connect(self.table.on_clicked)
        self.stays = label("", "second")
        self.stays.setWordWrap(True)
        self.go = Push("合并成一个人", self.merge, look="primary", icon_name="link", keys="Ctrl+Return")
        self.part = Push(
            "不是同一人", self.mark_distinct, icon_name="remove", tip="记住，以后不再提示", keys="Ctrl+D"
        )
        self._lay_out()
        ask = partial(_read, one_id=one_id, other_id=other_id)
        desk.read_seen(ask, self._show, owner=self)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(label(KEYS, "small"), 1)
        row.addWidget(Push("取消", self.reject))
        row.addWidget(self.part)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        for widget in (self.heading, self.under, self.note):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addWidget(self.stays)
        column.addLayout(row)
        parent = self.parentWidget()
        room = parent.window().size() if parent is not None else self.size()
        self.resize(max(round(room.width() * 0.8), 820), max(round(room.height() * 0.85), 520))
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.activated.connect(self.reject)

    def _show(self, seen: int, found: tuple[MergeView | None, Mapping[str, str]]) -> None:
        self.seen, (self.view, names) = seen, found
        if self.view is None or self.view.obstacle:
            words = self.view.obstacle if self.view else "其中一个人已经不在花名册里了。"
            self.note.say(f"{words}请关上这个窗口，刷新名单。", "refused")
            self.go.setEnabled(False)
            self.part.setEnabled(False)
            return
        self.lines = lines = lines_of(self.view, names)
        self.table.show_rows(lines)
        self.table.setFocus()
        if lines:
            self.table.select_row(0)
        self.heading.setText(
            f"{self.view.values['name'][0]}　和　{self.view.values['name'][1]}：是同一个人吗？"
        )
        words = "打勾的留下，没打勾的不留；没列出的各栏两边相同。" if lines else "各栏都相同。"
        self.under.setText(f"{self.view.resemblance}。{words}")
        self.stays.setText(stays_words(self.view))

    @Slot()
    def merge(self) -> None:
        """Ctrl+Enter."""
        if self.view is None:
            return
        ids = (self.view.one_id, self.view.other_id)
        chosen: dict[str, str] = {}
        for line in self.lines:
            for column in (line.column, *_TOGETHER.get(line.column, ())):
                chosen[column] = ids[line.whose]
        self.go.setEnabled(False)
        self.desk.run(
            actions.merge_people, one_id=ids[0], other_id=ids[1], chosen=chosen, reason=self.view.resemblance,
            seen=self.seen, then=self._merged, failed=self._refused, owner=self,
        )  # fmt: skip

    def _merged(self, done: Merged) -> None:
        left = "；".join(f"{noun} {count} 条两边都有，请到那里处理" for noun, count in done.doubled)
        more = f"，{done.moved} 条记录归到一起" if done.moved else ""
        self.desk.tell(f"已合并成一个人{more}。{left + '。' if left else ''}", undo=True)
        self.merged.emit(done.winner_id)
        self.accept()

    @Slot()
    def mark_distinct(self) -> None:
        """Ctrl+D: two people; remembered here and at every station."""
        if self.view is not None:
            self.desk.run(
                actions.mark_distinct, one_id=self.view.one_id, other_id=self.view.other_id, reason=self.view.resemblance,
                then=self._parted, failed=self._refused, owner=self,
            )  # fmt: skip

    def _parted(self, _: None) -> None:
        self.desk.tell("记住了：不是同一人，以后不再提示。", undo=True)
        self.parted.emit()
        self.accept()

    def _refused(self, error: UserError) -> None:
        self.go.setEnabled(True)
        self.note.say(str(error), "refused")


def _read(session: Session, *, one_id: str, other_id: str) -> tuple[MergeView | None, Mapping[str, str]]:
    return queries.merge_view(session, one_id=one_id, other_id=other_id), staff_names(session)


def lines_of(view: MergeView, names: Mapping[str, str]) -> list[FieldLine]:
    """The fields in which the two differ; offered is what is not empty, of two the earlier entry's, a whole number first."""
    lines = []
    for column, title in LABELS.items():
        one, other = (value or None for value in view.values[column])
        if column in _FOLLOWS or one == other:
            continue
        shown = (value_words(column, one, names) or EMPTY, value_words(column, other, names) or EMPTY)
        if shown[0] == shown[1]:
            shown = (f"{shown[0]}（先录）", f"{shown[1]}（后录，中间不同）")
        is_longer = column == "id_number" and len(str(other or "")) > len(str(one or ""))
        lines.append(FieldLine(column, title, shown, int(one is None or is_longer)))
    return lines


def value_words(column: str, value: Any, names: Mapping[str, str] | None = None) -> str:
    """A value as people read it; numbers masked."""
    if value in (None, ""):
        return ""
    if column == "adviser_id":
        return (names or {}).get(str(value), "")
    read = _WORDS.get(column)
    if read is not None:
        return read(str(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _township(code: str) -> str:
    found = township_by_code(code)
    return found.name if found else code


_WORDS: Mapping[str, Callable[[str], str]] = {
    "id_number": mask_id,
    "phone": mask_phone,
    "phone2": mask_phone,
    "sex": lambda code: Sex(code).label if code in set(Sex) else code,
    "id_kind": lambda code: IdKind(code).label if code in set(IdKind) else code,
    "education_code": education_label,
    "ethnicity_code": ethnicity_label,
    "township_code": _township,
    "photo": lambda _: "有照片",
}


def stays_words(view: MergeView) -> str:
    """What a merge does with the records of the later entry."""
    moving = "、".join(f"{one.noun} {len(one.moving)} 条" for one in view.pointing if one.moving)
    sealed = "、".join(f"{one.noun} {len(one.sealed)} 条" for one in view.pointing if one.sealed)
    doubled = "、".join(f"{one.noun} {len(one.doubled)} 条" for one in view.pointing if one.doubled)
    parts = [f"归到一起：{moving}。" if moving else "后录的那个还没有别的记录。"]
    if sealed:
        parts.append(f"已批准、签发或上报的照原样保留，查这个人时一并列出：{sealed}。")
    if doubled:
        parts.append(f"两边都有、要另外处理：{doubled}。")
    return "".join(parts)


def _column_of(line: FieldLine) -> str:
    return line.column


def _pill(line: FieldLine, side: int) -> Pill:
    is_kept = line.whose == side
    return Pill(line.shown[side], "success" if is_kept else "neutral", "check" if is_kept else "remove")


_COLUMNS = (
    Column[FieldLine]("栏目", lambda r: r.title, width=130, is_strong=True),
    Column[FieldLine]("先录的", lambda r: r.shown[0], kind="pill", pill=lambda r: _pill(r, 0)),
    Column[FieldLine]("后录的", lambda r: r.shown[1], kind="pill", pill=lambda r: _pill(r, 1)),
)
