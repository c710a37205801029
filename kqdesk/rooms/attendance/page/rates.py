"""出勤情况 of one cohort: both percentages, study hours and who is about to fall short."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.attendance.page.forms import ask_merge
from kqdesk.rooms.attendance.page.online import OnlineDialog
from kqdesk.rooms.attendance.queries import LearnerRates, WalkIn, learner_rates, policy_on, walk_ins
from kqdesk.rooms.attendance.rules import AttendancePolicy, hours_word, percent
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.office.terms import UNSET

WATCHED = frozenset({"attendance_mark", "online_study", "enrolment", "person", "lesson", "rule_pack"})


def _count(mark: Mark, row: LearnerRates) -> str:
    return str(row.counts[mark] or "")


def _rate_column(title: str, name: str, width: int) -> Column[LearnerRates]:
    return Column(
        title, lambda row: percent(getattr(row.rates, name)), kind="number", width=width,
        sort=lambda row: getattr(row.rates, name),
    )  # fmt: skip


def _remark(row: LearnerRates) -> str:
    return "；".join(part for part in (row.warning, row.online.why) if part)


COLUMNS = (
    Column[LearnerRates]("序号", lambda row: str(row.roll_no or ""), kind="number", width=54),
    Column[LearnerRates]("姓名", lambda row: row.name, width=92, is_strong=True),
    *(Column[LearnerRates](mark.label, partial(_count, mark), kind="number", width=56) for mark in Mark),
    _rate_column("已上课出勤率", "of_held", 112),
    _rate_column("应修学时完成率", "of_due", 126),
    Column[LearnerRates]("学时", lambda row: hours_word(row.rates.hours), kind="number", width=54),
    Column[LearnerRates]("提醒", _remark, is_strong=True, tip=lambda row: _remark(row) or None),
)


class RatesDialog(QDialog):
    """A window over the page; ``open()`` it."""

    def __init__(self, desk: Desk, cohort_id: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"出勤情况：{title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(theme().px("text") * 66, theme().px("text") * 38)
        self._desk = desk
        self.note, self.table = Note(), TableView(COLUMNS, name="attendance.rates", memory=desk.memory)
        column = QVBoxLayout(self)
        self._cohort_id, self._title = cohort_id, title
        head = QHBoxLayout()
        head.addWidget(label(f"{title}　出勤情况", "head"), 1)
        head.addWidget(
            Push("网上学习…", self.show_online, icon_name="import", tip="导入平台的学习记录，认可后计学时")
        )
        head.addWidget(
            Push("并入花名册…", self.merge, icon_name="people", tip="点名时补登的学员，对上花名册里的人")
        )
        column.addLayout(head)
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        self.reload()
        desk.changed.connect(self._on_changed)

    def reload(self) -> None:
        """Ask again."""
        asked = partial(_asked, self._cohort_id, self._desk.today())
        self._desk.read(asked, self._show, owner=self, only="rates")

    @Slot(frozenset)
    def _on_changed(self, tables: frozenset[str]) -> None:
        if tables & WATCHED:
            self.reload()

    @Slot()
    def show_online(self) -> None:
        """The platform's records of this cohort."""
        OnlineDialog(self._desk, self._cohort_id, self._title, self).open()

    @Slot()
    def merge(self) -> None:
        """The first walk-in that is not matched yet."""
        query = partial(walk_ins, cohort_id=self._cohort_id)
        self._desk.read(query, self._ask_merge, owner=self, only="walk_ins")

    def _ask_merge(self, found: Sequence[WalkIn]) -> None:
        if found:
            ask_merge(self._desk, found[0], self)
        else:
            self.note.say("这个班没有要对的补登学员。", "told")

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
