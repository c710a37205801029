"""出勤情况 of one cohort: both percentages, study hours and who is about to fall short."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Note, label
from kqdesk.desk.table import TableView
from kqdesk.rooms.attendance.queries import LearnerRates, learner_rates, policy_on
from kqdesk.rooms.attendance.rules import AttendancePolicy, hours_word, percent
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.office.terms import UNSET


def _count(mark: Mark, row: LearnerRates) -> str:
    return str(row.counts[mark] or "")


def _rate_column(title: str, name: str, width: int) -> Column[LearnerRates]:
    return Column(
        title, lambda row: percent(getattr(row.rates, name)), kind="number", width=width,
        sort=lambda row: getattr(row.rates, name),
    )  # fmt: skip


COLUMNS = (
    Column[LearnerRates]("序号", lambda row: str(row.roll_no or ""), kind="number", width=60),
    Column[LearnerRates]("姓名", lambda row: row.name, width=110, is_strong=True),
    *(Column[LearnerRates](mark.label, partial(_count, mark), kind="number", width=66) for mark in Mark),
    _rate_column("已上课出勤率", "of_held", 116),
    _rate_column("应修学时完成率", "of_due", 130),
    Column[LearnerRates]("学时", lambda row: hours_word(row.rates.hours), kind="number", width=66),
    Column[LearnerRates]("提醒", lambda row: row.warning),
)


class RatesDialog(QDialog):
    """A window over the page; ``open()`` it."""

    def __init__(self, desk: Desk, cohort_id: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"出勤情况：{title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(980, 560)
        self._desk = desk
        self.note, self.table = Note(), TableView(COLUMNS, name="attendance.rates", memory=desk.memory)
        column = QVBoxLayout(self)
        column.addWidget(label(f"{title}　出勤情况", "head"))
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        desk.read(partial(_asked, cohort_id, desk.today()), self._show, owner=self, only="rates")

    def _show(self, found: tuple[AttendancePolicy, Sequence[LearnerRates]]) -> None:
        policy, rows = found
        self.table.show_rows(rows)
        missing = [*policy.missing, *([] if policy.minimum_rate else ["attendance.minimum_rate"])]
        if missing:
            words = {"late_weight": "迟到早退怎样算", "excused": "请假怎样算", "minimum_rate": "最低出勤率"}
            names = "、".join(words[key.partition(".")[2]] for key in missing)
            sentence = f"{names}：{UNSET}。有迟到、请假的人，百分数要等规则定了才显示。"
            self.note.say(sentence, "info", ("去设置", partial(self._to_packs, missing[0])))

    def _to_packs(self, key: str) -> None:
        self.accept()
        self._desk.open("office", tab="packs", find=key)


def _asked(cohort_id: str, on: date, session: Session) -> tuple[AttendancePolicy, Sequence[LearnerRates]]:
    return policy_on(session, on), learner_rates(session, cohort_id, on=on)
