"""The tab 满意度: questionnaires of classes, forms on paper, typed as digits or scanned, what they say."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from sqlalchemy.orm import Session

from kqdesk.desk.cardlist import CardTab, SideCard
from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, Date, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.memory import Memory
from kqdesk.desk.parts import Push, label
from kqdesk.desk.scandialog import choose_scans
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.cohorts.queries import cohort_list
from kqdesk.rooms.cohorts.terms import CohortState
from kqdesk.rooms.followup import actions, queries
from kqdesk.rooms.followup.page import asking
from kqdesk.rooms.followup.page.scans import CHOOSE, FormScanDialog
from kqdesk.rooms.followup.page.typing import TypingPanel
from kqdesk.rooms.followup.queries import QuestionnaireCard, QuestionnaireRow
from kqdesk.rooms.followup.rules import QuestionResult
from kqdesk.rooms.followup.terms import Audience

EMPTY = "给一个班建一份问卷：打印出来让学员打勾，收回来打数字或者扫描；也可以扫码用手机填。不记姓名，份数够了才出结果。"
COLUMNS = (
    Column[QuestionnaireRow]("班级", lambda row: row.cohort, is_strong=True, tip=lambda row: f"{row.cohort} {row.cohort_no}"),
    Column[QuestionnaireRow]("谁来评", lambda row: row.audience.label, width=92),
    Column[QuestionnaireRow]("收到", lambda row: f"{row.forms} / {row.expected}", kind="number", width=84),
    Column[QuestionnaireRow]("状态", lambda row: "", kind="pill", width=96,
                             pill=lambda row: Pill("在收", "primary") if row.is_open else Pill("已结束", "neutral")),
    Column[QuestionnaireRow]("问卷号", lambda row: row.shown_code, kind="code", width=128),
    Column[QuestionnaireRow]("培训师", lambda row: row.trainer, width=92),
    Column[QuestionnaireRow]("开始", lambda row: f"{row.opened_on:%Y-%m-%d}", width=108),
    Column[QuestionnaireRow]("截止", lambda row: f"{row.closes_on:%Y-%m-%d}" if row.closes_on else "", width=108),
)  # fmt: skip
RESULTS = (
    Column[QuestionResult]("问题", lambda row: row.words, is_strong=True, tip=lambda row: row.words),
    Column[QuestionResult]("平均", lambda row: row.mean, kind="number", width=64),
    Column[QuestionResult]("答了", lambda row: str(row.answers), kind="number", width=56),
)
BUTTONS = (
    ("enter", "打数字登记", "edit", "Ctrl+T"), ("scan", "扫描登记", "scan", "Ctrl+O"), ("print", "打印问卷", "print", "Ctrl+P"),
    ("result", "统计表", "reports", ""), ("edit", "修改", "edit", "F2"), ("switch", "结束 / 重开", "lock", ""),
)  # fmt: skip


class QuestionnairePanel(SideCard):
    """How many came back and what they say together."""

    card: QuestionnaireCard | None

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.results = TableView(
            RESULTS, name="followup.results", memory=memory, key=lambda one: one.words, dense=True
        )
        self.results.setAccessibleName("每题平均分")
        self.words = label("", "small")
        self.words.setWordWrap(True)
        self.words.setContentsMargins(16, 4, 16, 12)
        column = self.stand(
            [Push(words, partial(self.asked.emit, key), icon_name=icon, tip=f"{words}　{keys}".strip("　"))
             for key, words, icon, keys in BUTTONS]
        )  # fmt: skip
        column.addWidget(self.results, 1)
        column.addWidget(self.words)

    def show_card(self, card: QuestionnaireCard) -> None:
        """Another questionnaire, or more forms."""
        self.card = card
        row, result = card.row, card.result
        self.heading.setText(f"{row.cohort}　{row.audience.label}满意度")
        good = "" if result.satisfied is None else f"，{result.satisfied} % 满意"
        lines = (
            f"问卷号 {row.shown_code}　{len(row.questions)} 题，每题 1—{row.scale} 分",
            f"收到 {row.forms} 份，最多 {row.expected} 份"
            + (f"；扫描件 {card.scans} 页" if card.scans else ""),
            result.hidden or f"平均 {result.overall} 分{good}",
            row.note,
        )
        self.facts.setText("\n".join(line for line in lines if line))
        self.results.show_rows(result.questions)
        self.results.setVisible(bool(result.questions))
        said = "\n".join(f"· {one}" for one in result.words[:12])
        self.words.setText(f"意见和建议（{len(result.words)} 条）\n{said}" if said else "")
        self.words.setVisible(bool(said))


@dataclass(frozen=True)
class Found:
    """Everything the tab shows at once."""

    rows: Sequence[QuestionnaireRow]
    card: QuestionnaireCard | None


def _asked(text: str, chosen: str, today: date, session: Session) -> Found:
    card = queries.questionnaire_card(session, chosen, today=today) if chosen else None
    return Found(queries.questionnaires(session, text=text), card)


def _cohorts(session: Session) -> list[tuple[str, str]]:
    return [
        (row.id, f"{row.title} {row.no}")
        for row in cohort_list(session)
        if row.state in (CohortState.OPEN, CohortState.CLOSED)
    ]


class FormsTab(CardTab):
    """A form's number and Enter opens its typing; Ctrl+T for the one chosen."""

    key, title, search_hint, primary = "forms", "满意度", "问卷号回车、班级、培训师", "新建问卷"
    card_kind = QuestionnairePanel

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.tools = [
            Push("扫描登记", self.put_in, icon_name="scan", tip="填好的问卷，扫描件或照片　Ctrl+O"),
        ]
        self.list_rows(TableView(COLUMNS, name="followup.forms", memory=self.desk.memory), "满意度问卷")
        self.table.add_menu("打数字登记　Ctrl+T", partial(self.do, "enter"), "edit")
        self.table.add_menu("删除（建错的）", partial(self.do, "remove"), "delete")
        self.steps: Mapping[str, Callable[[Any], object]] = {
            "enter": self._type, "scan": self._scan, "print": self._print, "result": self._result, "edit": self._edit,
            "switch": self._switch, "remove": self._remove,
        }  # fmt: skip
        self._cohort = ""

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``questionnaire`` opens it, ``cohort`` starts one for that class."""
        if context.get("questionnaire"):
            self.chosen_id = str(context["questionnaire"])
        if context.get("cohort"):
            self._cohort = str(context["cohort"])

    def reload(self) -> None:
        ask = partial(_asked, self.page.searched_text(), self.chosen_id, self.desk.today())
        self.desk.read(ask, self._show, owner=self, only="reload")

    def _show(self, found: Found) -> None:
        if not self.is_shown:
            return
        self.table.show_rows(found.rows)
        open_now = sum(row.is_open for row in found.rows)
        self.page.set_foot(f"共 {len(found.rows)} 份问卷 · 在收 {open_now} 份")
        if found.rows or self.page.searched_text() or self.page.side is not None:
            self.page.show_body()
        else:
            self.page.show_blank(
                "star", "还没有满意度问卷", EMPTY, [Push("新建问卷", self.start_new, look="primary")]
            )
        self.show_card(found.card)
        if self._cohort:
            self.start_new()

    # -- making -----------------------------------------------------------------------------------

    @Slot()
    def start_new(self) -> None:
        """A questionnaire for a class."""
        self.desk.read(_cohorts, self._show_new, owner=self, only="form")

    def _show_new(self, cohorts: Sequence[tuple[str, str]]) -> None:
        self.page.show_body()
        fields = (
            Choice(name="cohort_id", label="班级", choices=cohorts, required=True),
            Choice(name="audience", label="谁来评", choices=[(one, one.label) for one in Audience], required=True),
            Number(name="expected", label="最多几份", least=1, most=2000, hint="用人单位要填；学员按班里人数"),
            Date(name="closes_on", label="截止日期", hint="不填就一直收，到「结束」为止"),
            Text(name="note", label="备注", longest=60),
        )  # fmt: skip
        values = {"cohort_id": self._cohort or None, "audience": Audience.LEARNER}
        self._cohort = ""
        self.put_form(FormPanel(self.desk, "新建满意度问卷", fields, self._save_new, values=values))

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.open_questionnaire, then=self._made, token=secrets.token_hex(16), **values)

    def _made(self, questionnaire_id: str) -> None:
        self.chosen_id = questionnaire_id
        self.desk.tell("问卷建好了。下一步：Ctrl+P 打印，收回来打数字或扫描登记。", undo=True)

    @Slot()
    def edit(self) -> None:
        """F2."""
        self.do("edit")

    def _edit(self, row: QuestionnaireRow) -> None:
        fields = (
            Number(name="expected", label="最多几份", least=1, most=2000, required=True),
            Date(name="closes_on", label="截止日期"),
            Text(name="note", label="备注", longest=60),
        )
        values = {"expected": row.expected, "closes_on": row.closes_on, "note": row.note}
        save = partial(self._save, row.id)
        self.put_form(FormPanel(self.desk, f"修改问卷：{row.cohort}", fields, save, values=values))

    def _save(self, questionnaire_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.change_questionnaire, questionnaire_id=questionnaire_id, seen=panel.seen, **values)

    def _switch(self, row: QuestionnaireRow) -> None:
        act = actions.close_questionnaire if row.is_open else actions.reopen_questionnaire
        self.act(act, questionnaire_id=row.id)

    def _remove(self, row: QuestionnaireRow) -> None:
        self.act(actions.remove_questionnaire, questionnaire_id=row.id)

    # -- forms in ---------------------------------------------------------------------------------

    @Slot()
    def enter(self) -> None:
        """Ctrl+T."""
        self.do("enter")

    def take_text(self, text: str) -> None:
        """Enter in the search box: the questionnaire of that number opens for typing."""
        ask = partial(queries.questionnaire_of_code, text=text)
        if sum(one.isdigit() for one in text) >= 7:
            self.desk.read(ask, partial(self._found, text), owner=self, only="code")

    def _found(self, text: str, row: QuestionnaireRow | None) -> None:
        if row is None:
            self.page.note.say(f"没有问卷号 {text.strip()}，请再看一眼纸上的数字。", "refused")
            return
        self.page.note.hide()
        self.chosen_id = row.id
        self._type(row)

    def _type(self, row: QuestionnaireRow) -> None:
        panel = TypingPanel(self.desk, row)
        panel.closed.connect(self._typed)
        self.page.set_side(panel)
        panel.grid.setFocus()

    @Slot()
    def _typed(self) -> None:
        self.page.close_side()
        self.table.setFocus()
        self.reload()

    @Slot()
    def put_in(self) -> None:
        """Ctrl+O: scanned forms of any questionnaire."""
        paths = choose_scans(self, CHOOSE)
        if paths:
            self.scan(paths)

    def _scan(self, _: QuestionnaireRow) -> None:
        self.put_in()

    def scan(self, paths: Sequence[Path]) -> FormScanDialog:
        """Read these files in a window over the page."""
        dialog = FormScanDialog(self.desk, self)
        dialog.open()
        dialog.take(paths)
        return dialog

    # -- paper ------------------------------------------------------------------------------------

    @Slot()
    def print_out(self) -> None:
        """Ctrl+P: forms for everybody in the class."""
        self.do("print")

    def _print(self, row: QuestionnaireRow) -> None:
        copies = max(1, row.expected - row.forms)
        self.show_paper("满意度问卷", partial(asking.forms_pdf, self.desk, row.id, copies))

    def _result(self, row: QuestionnaireRow) -> None:
        self.show_paper("满意度统计表", partial(asking.result_pdf, self.desk, row.id))
