"""列对照: which column of the file was taken for which field, and another choice."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from kqdesk.desk.parts import Combo, Push, label
from kqdesk.rooms.people.sheets import TableFound

FIELD_LABELS = {
    "": "（不导入）", "name": "姓名", "id_number": "证件号码", "id_kind": "证件类型", "sex": "性别", "birth_date": "出生日期",
    "ethnicity_code": "民族", "phone": "电话", "township_code": "镇街", "village": "村社", "hukou": "户籍所在地",
    "address": "现住址", "education_code": "文化程度", "employer": "就业单位", "job": "就业岗位", "wish": "学历提升意愿",
    "path": "学习途径", "course": "报名课程", "signed_on": "报名日期", "note": "备注",
}  # fmt: skip


class ColumnMapping(QWidget):
    """One line a column: its heading in the file, a drop-down with the fields."""

    asked = Signal(dict)  # heading → key, for reading the file again

    def __init__(self) -> None:
        super().__init__()
        self._chosen: dict[str, str] = {}
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self.again = Push("按新的对照重读", self._ask, icon_name="reload")
        words = label("左边是文件里的列名，右边是它进花名册的哪一栏。认错了就在这里改，再重读。", "second")
        words.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(words)
        column.addWidget(self._area, 1)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)

    def show_tables(self, tables: list[TableFound], titles: Mapping[str, str]) -> None:
        """The columns of every table found; equal headings stand once."""
        self._chosen = dict(titles)
        self.combos: dict[str, Combo] = {}
        inside = QWidget()
        inside.setObjectName("scrolled")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 8, 0, 8)
        grid.setHorizontalSpacing(16)
        grid.setColumnMinimumWidth(2, 24)
        grid.setColumnStretch(5, 1)
        columns = {heading: key for table in tables for _, heading, key in table.columns if heading.strip()}
        for row, (heading, key) in enumerate(columns.items()):
            combo = Combo(list(FIELD_LABELS.items()), name=heading)
            combo.choose(key if key in FIELD_LABELS else "")
            combo.chosen.connect(partial(self._choose, heading))
            combo.setMinimumWidth(180)
            self.combos[heading] = combo
            side = row % 2 * 3
            grid.addWidget(label(" ".join(heading.split())), row // 2, side)
            grid.addWidget(combo, row // 2, side + 1)
        grid.setRowStretch(len(columns) // 2 + 1, 1)
        self._area.setWidget(inside)
        self.again.setEnabled(False)

    def _choose(self, heading: str, key: str) -> None:
        self._chosen[heading] = key
        self.again.setEnabled(True)

    def _ask(self) -> None:
        self.asked.emit(dict(self._chosen))
