"""The organiser's list before it is taken: who was found, what would change, what differs, what must be mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Note, Push, Segments, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.excel.margins import column_letters
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.exams import actions, queries, sheets
from kqdesk.rooms.exams.actions import ListTaken
from kqdesk.rooms.exams.page.bundle import Bundle
from kqdesk.rooms.exams.rules import ListLine, Matching, Standing
from kqdesk.rooms.exams.sheets import ListRead
from kqdesk.security.masking import mask_id

TONES = {
    Standing.SAME: "neutral",
    Standing.ENTERS: "primary",
    Standing.FILLS: "success",
    Standing.DIFFERS: "warning",
}
FAULT, STRANGER, UNMENTIONED = "要改", "不是本校", "名单里没有"


@dataclass(frozen=True)
class Shown:
    """One line of the preview."""

    place: str
    name: str
    number: str
    verdict: str
    tone: str
    words: str


COLUMNS = (
    Column[Shown]("在哪里", lambda r: r.place, width=150),
    Column[Shown]("姓名", lambda r: r.name, width=100, is_strong=True),
    Column[Shown]("证件号码／准考证号", lambda r: r.number, kind="code", width=190),
    Column[Shown](
        "结果", lambda r: r.verdict, kind="pill", width=116, pill=lambda r: Pill(r.verdict, r.tone)
    ),
    Column[Shown]("说明", lambda r: r.words, tip=lambda r: r.words),
)


class ListDialog(QDialog):
    """Reads a file, shows what taking it would do, and takes the whole or nothing."""

    imported = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget, bundle: Bundle, path: Path) -> None:
        super().__init__(parent)
        self.desk, self.bundle, self.path = desk, bundle, path
        self.setWindowTitle(f"导入名单：{path.name}")
        self.note = Note()
        self.kind = Segments([(None, "全部")], name="结果")
        self.kind.chosen.connect(self._on_kind)
        self.table = TableView(COLUMNS, name="exams.list", memory=desk.memory)
        self.foot = label("", "second")
        self.foot.setWordWrap(True)
        self.taking_over = QCheckBox("不一致的，以名单为准")
        self.taking = Push("导入", self.take, look="primary", icon_name="import", keys="Ctrl+Return")
        self.taking.setEnabled(False)
        self._column = QVBoxLayout(self)
        self._rows: list[Shown] = []
        self._lines: Sequence[ListLine] = ()
        self._lay_out()
        self._read()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.taking_over)
        buttons.addStretch(1)
        buttons.addWidget(Push("关闭", self.reject))
        buttons.addWidget(self.taking)
        column = self._column
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(10)
        words = label(
            f"{self.bundle.sitting.title}：先核对，再导入。按证件号码（没有时按准考证号）对人，行的顺序不要紧。",
            "second",
        )
        words.setWordWrap(True)
        for part in (words, self.note, self.kind, self.table, self.foot):
            column.addWidget(part, 1 if part is self.table else 0)
        column.addLayout(buttons)
        self.resize(theme().px("panel") * 2 + 240, 640)

    def _read(self) -> None:
        full = {paper.subject: paper.full_marks for paper in self.bundle.papers}
        work = partial(_read_file, self.path, full, self.bundle.sheet.policy.integer_marks)
        self.desk.start(work, self._show_read, title="读名单", owner=self, failed=self._refused)

    def _show_read(self, read: ListRead) -> None:
        self._lines = read.lines
        if read.faults:
            self._rows = [_fault_row(one) for one in read.faults]
            self._say_faults(len(self._rows))
            self._show()
            return
        self.desk.read(partial(_match, self.bundle.sitting.id, read.lines), self._show_matching, owner=self)

    def _show_matching(self, found: Matching) -> None:
        self._rows = _rows(found)
        differing = found.count(Standing.DIFFERS)
        self.taking_over.setVisible(differing > 0)
        if found.faults:
            self._say_faults(len(found.faults))
        elif not found.matched:
            self.note.say("名单里没有本校的人，没有可以导入的。请核对是不是这场考试的名单。", "refused")
        else:
            self.taking.setEnabled(True)
            words = f"{len(found.matched)} 行对上了。"
            if differing:
                words += f"{differing} 行和这里已有的不一致，不勾下面的“以名单为准”就不动它们。"
            self.note.say(words, "info" if differing else "told")
        self._show()
        self.taking.setFocus()

    def _say_faults(self, count: int) -> None:
        self.note.say(f"名单里有 {count} 处要改，一条都没有导入。照“在哪里”找到那一格，改好再来。", "refused")

    def _show(self) -> None:
        counts: dict[str, int] = {}
        for row in self._rows:
            counts[row.verdict] = counts.get(row.verdict, 0) + 1
        wanted = self.kind.value()
        fresh = Segments(
            [(None, f"全部 {len(self._rows)}"), *((k, f"{k} {n}") for k, n in counts.items())], name="结果"
        )
        fresh.chosen.connect(self._on_kind)
        self._column.replaceWidget(self.kind, fresh)
        self.kind.deleteLater()
        self.kind = fresh
        self.kind.choose(wanted if wanted in counts else None)
        self._filter()
        self.foot.setText(" · ".join(f"{verdict} {count}" for verdict, count in counts.items()))

    def _filter(self) -> None:
        wanted = self.kind.value()
        self.table.show_rows([row for row in self._rows if wanted in (None, row.verdict)])

    @Slot(object)
    def _on_kind(self, _: Any) -> None:
        self._filter()

    @Slot()
    def take(self) -> None:
        """The whole list as one act."""
        self.taking.setEnabled(False)
        self.desk.run(
            actions.import_list, then=self._taken, failed=self._refused, owner=self, long="导入名单",
            sitting_id=self.bundle.sitting.id, lines=self._lines, file_name=self.path.name,
            signer=self.desk.seat.signer, takes_differences=self.taking_over.isChecked(),
        )  # fmt: skip

    def _taken(self, taken: ListTaken) -> None:
        parts = [
            f"新增考生 {taken.entered} 人" if taken.entered else "",
            f"考场座位 {taken.seated} 人" if taken.seated else "",
            f"成绩 {taken.marks} 格（要另一个人核对）" if taken.marks else "",
            f"不一致没有动 {taken.left} 人" if taken.left else "",
        ]
        self.desk.tell(f"已导入：{'，'.join(p for p in parts if p) or '没有变化'}。", undo=True)
        self.imported.emit(taken)
        self.accept()

    def _refused(self, error: UserError) -> None:
        self.taking.setEnabled(bool(self._lines))
        self.note.say(str(error), "refused")


def _read_file(path: Path, full: Any, whole: bool | None, job: Any) -> ListRead:
    return sheets.read_list(path, full_marks=full, integer_marks=whole, progress=job)


def _match(sitting_id: str, lines: Sequence[ListLine], session: Session) -> Matching:
    return queries.match_list(session, sitting_id, lines)


def _fault_row(fault: Any) -> Shown:
    place = f"「{fault.sheet}」" if fault.sheet else ""
    value = f"“{fault.value}”：" if fault.value else ""
    return Shown(f"{place}{fault.letter or ''}{fault.row}", "", "", FAULT, "danger", f"{value}{fault.reason}")


def _rows(found: Matching) -> list[Shown]:
    """Faults first, then what differs, what is new, what is the same, and who is not in it."""
    rows = []
    for fault in found.faults:
        column = fault.line.columns.get(fault.key)
        letter = column_letters(column) if column is not None else ""
        sheet = f"「{fault.line.sheet}」" if fault.line.sheet else ""
        place = f"{sheet}{letter}{fault.line.row}"
        rows.append(Shown(place, fault.line.name, _number(fault.line), FAULT, "danger", fault.reason))
    order = [Standing.DIFFERS, Standing.ENTERS, Standing.FILLS, Standing.SAME]
    for one in sorted(found.matched, key=lambda m: (order.index(m.standing), m.line.row)):
        words = "；".join(change.words for change in (*one.differs, *one.fills))
        verdict, tone = one.standing.label, TONES[one.standing]
        rows.append(Shown(one.line.place, one.known.name, _number(one.line), verdict, tone, words))
    rows += [
        Shown(line.place, line.name, _number(line), STRANGER, "neutral", "花名册里没有这个人，略过。") for line in found.strangers
    ]  # fmt: skip
    rows += [
        Shown("", one.name, one.ticket_no or mask_id(one.id_number), UNMENTIONED, "warning", "是这场考试的考生，名单里没有。")
        for one in found.unmentioned
    ]  # fmt: skip
    return rows


def _number(line: ListLine) -> str:
    return mask_id(line.id_number) if line.id_number else line.ticket_no
