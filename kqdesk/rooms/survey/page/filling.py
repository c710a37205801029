"""The dialog for a filled workbook: read off the window, shown before anything is written, one step to undo."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import PROGRESS, Desk
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Note, Push, Segments, label
from kqdesk.desk.seat import Books
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.rooms.people.sheets import write_faults
from kqdesk.rooms.people.terms import Decision
from kqdesk.rooms.survey import actions, queries, sheets
from kqdesk.rooms.survey.actions import FillCounts
from kqdesk.rooms.survey.queries import AnswerLine, FillPlan, RoundRow
from kqdesk.rooms.survey.terms import ANSWER_LABELS


@dataclass(frozen=True)
class Draft:
    """One file on its way in."""

    read: sheets.SurveyRead
    plan: FillPlan
    decisions: dict[int, Decision] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the preview. ``suspect``: its place among the roster rows when somebody may decide about it."""

    place: str
    name: str
    way: str
    tone: str
    words: str
    suspect: int = -1


COLUMNS = (
    Column[Shown]("在文件里", lambda r: r.place, width=150),
    Column[Shown]("姓名", lambda r: r.name, width=90, is_strong=True),
    Column[Shown]("怎样对上", lambda r: r.way, kind="pill", width=140, pill=lambda r: Pill(r.way, r.tone)),
    Column[Shown]("写的是什么", lambda r: r.words, tip=lambda r: r.words),
)
MOST_SHOWN = 2_000
TABS = (("taken", "将登记"), ("aside", "先放着"), ("faults", "有错"))


class FillDialog(QDialog):
    """三 lists: what will be written, what is doubtful, what is wrong; 导入 writes it as one step."""

    def __init__(self, desk: Desk, parent: QWidget, shown: RoundRow, path: Path) -> None:
        super().__init__(parent)
        self.desk, self.round, self.path = desk, shown, path
        self.draft: Draft | None = None
        self.setWindowTitle("导入排摸表")
        self.resize(theme().px("panel") * 2 + 160, 560)
        self.words = label(f"正在读 {path.name} ……", "second")
        self.words.setWordWrap(True)
        self.note = Note()
        self.tabs = Segments(TABS, name="核对")
        self.tabs.chosen.connect(self._on_tab)
        self.tables = {
            key: TableView(COLUMNS, name=f"survey.fill.{key}", memory=desk.memory, key=_place)
            for key, _ in TABS
        }
        self.stack = QStackedWidget()
        for table in self.tables.values():
            self.stack.addWidget(table)
        self.same = Push("是同一人", partial(self.decide, Decision.UPDATE))
        self.other = Push("不是同一人，新增", partial(self.decide, Decision.CREATE))
        self.fault_file = Push("导出有错的表", self._ask_fault_file, icon_name="export")
        self.on = Push("导入", self.take, look="primary", keys="Ctrl+Return")
        self.on.setEnabled(False)
        self._lay_out()
        self._read()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        for button in (self.same, self.other, self.fault_file):
            button.hide()
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(Push("取消", self.reject))
        foot.addWidget(self.on)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(f"导入排摸表：{self.round.title}", "head"))
        column.addWidget(self.words)
        column.addWidget(self.note)
        top = QHBoxLayout()
        top.addWidget(self.tabs)
        top.addStretch(1)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)

    @Slot()
    def _read(self) -> None:
        self.note.hide()
        work = partial(_draft, self.desk.store, self.path, self.round.id, self.desk.today())
        self.desk.start(work, self._show, title=f"读 {self.path.name}", owner=self, failed=self._refuse)

    def _refuse(self, error: UserError) -> None:
        again = ("重新核对", self._read) if isinstance(error, StaleRecord) else None
        self.words.setText(self.path.name)
        self.note.say(str(error), "refused", again)

    def _show(self, draft: Draft) -> None:
        self.draft = draft
        rows = {"taken": _taken(draft), "aside": _aside(draft), "faults": _faults(draft)}
        for key, title in TABS:
            self.tables[key].show_rows(rows[key][:MOST_SHOWN])
            self.tabs.retitle(key, f"{title} {len(rows[key]):,}")
        blank = f"另有 {draft.plan.same:,} 行没有填新的内容。" if draft.plan.same else ""
        self.words.setText(
            f"{self.path.name}：还没有写进去。照排摸码、证件号或姓名对上人；空着的格子什么也不改。{blank}"
        )
        if draft.read.remarks:
            told = " ".join(draft.read.remarks[:3])
            more = f"……等 {len(draft.read.remarks)} 处。" if len(draft.read.remarks) > 3 else ""
            self.note.say(told + more, "info")
        count = len(rows["taken"])
        self.on.setText(f"导入 {count:,} 人" if count else "没有要导入的")
        self.on.setEnabled(count > 0)
        self._on_tab(self.tabs.value())

    @Slot(object)
    def _on_tab(self, key: str) -> None:
        self.stack.setCurrentWidget(self.tables[key])
        for button in (self.same, self.other):
            button.setVisible(key == "aside")
        self.fault_file.setVisible(key == "faults" and bool(self.draft and self.draft.read.roster.held))

    def decide(self, decision: Decision) -> None:
        """About the selected doubtful rows."""
        if self.draft is not None:
            chosen = [row.suspect for row in self.tables["aside"].selected() if row.suspect >= 0]
            made = self.draft.decisions | dict.fromkeys(chosen, decision)
            self._show(Draft(self.draft.read, self.draft.plan, made))

    @Slot()
    def take(self) -> None:
        """Write it."""
        draft = self.draft
        if draft is None:
            return
        self.on.setEnabled(False)
        self.desk.run(
            actions.import_answers, then=self._taken, failed=self._refuse, owner=self, long="导入排摸表", plan=draft.plan,
            file_name=self.path.name, decisions=draft.decisions, faults=len(draft.read.roster.held), progress=PROGRESS,
        )  # fmt: skip

    def _taken(self, counts: FillCounts) -> None:
        aside = f"，先放着 {counts.aside:,} 人" if counts.aside else ""
        self.desk.tell(
            f"已登记 {counts.answered:,} 人：花名册新增 {counts.created:,} 人，列入本轮 {counts.listed:,} 人{aside}。",
            undo=True,
        )
        self.accept()

    @Slot()
    def _ask_fault_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, "导出有错的表", f"有错_{self.path.stem}.xlsx", "Excel (*.xlsx)"
        )
        if name and self.draft is not None:
            work = partial(_write_faults, self.draft, Path(name))
            self.desk.start(work, self._saved, title="导出有错的表", owner=self, failed=self._refuse)

    def _saved(self, path: Path) -> None:
        self.note.say(f"已存为 {path.name}：错的格子是红的，最后一列写了原因。改好后再导入这份就行。", "told")


def _draft(store: Books, path: Path, round_id: str, today: date, job: Job) -> Draft:
    read = sheets.read_answers(path, today=today, progress=job)
    with store.reading() as session:
        return Draft(read, queries.plan_fill(session, round_id=round_id, lines=read.lines, progress=job))


def _write_faults(draft: Draft, path: Path, job: Job) -> Path:
    write_faults(draft.read.roster, path, progress=job)
    return path


def _taken(draft: Draft) -> list[Shown]:
    plan, roster = draft.plan, draft.plan.roster
    rows = [_row(line, "排摸码", "success") for _, line in plan.by_code]
    known = sorted([*(change.row for change in roster.updates), *roster.same])
    rows += [_row(plan.lines[n], "花名册里的人", "success") for n in known]
    rows += [_row(plan.lines[n], "花名册里没有，新增", "primary") for n in roster.creates]
    decided = [s for s in roster.suspects if s.row in draft.decisions]
    return rows + [
        _row(plan.lines[s.row], draft.decisions[s.row].label.split("，")[0], "primary") for s in decided
    ]


def _aside(draft: Draft) -> list[Shown]:
    plan = draft.plan
    rows = [Shown(one.line.place, one.line.name, "码不对", "warning", one.reason) for one in plan.doubts]
    for suspect in plan.roster.suspects:
        if suspect.row not in draft.decisions:
            line = plan.lines[suspect.row]
            words = f"{suspect.reason}：花名册里的{suspect.person_name}"
            rows.append(Shown(line.place, line.name, "疑似同一人", "warning", words, suspect.row))
    return rows


def _faults(draft: Draft) -> list[Shown]:
    return [
        Shown(_where(held.person.sheet, held.person.row), held.person.name or "", "没有导入", "danger",
              "；".join(fault.reason for fault in held.faults))
        for held in draft.read.roster.held
    ]  # fmt: skip


def _where(sheet: str | None, row: int) -> str:
    return f"{sheet} 第 {row} 行" if sheet else f"第 {row} 行"


def _row(line: AnswerLine, way: str, tone: str) -> Shown:
    told = [f"{ANSWER_LABELS[name]} {_words(value)}" for name, value in line.told.items()
            if name in ("wish", "skills", "employer", "job", "note")]  # fmt: skip
    return Shown(line.place, line.name, way, tone, "；".join(told))


def _words(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else "、".join(value)


def _place(row: Shown) -> str:
    return row.place
