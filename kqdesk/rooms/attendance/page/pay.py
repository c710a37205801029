"""课酬: a month as it would be paid, the sheets drawn up, approved by another person, printed and exported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Text
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.parts import Combo, Push, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.attendance import actions, papers, queries, rules, sheets
from kqdesk.rooms.attendance.page.head import card
from kqdesk.rooms.attendance.queries import PayPreview, PaySheetCard, PaySheetRow, PayWaiting
from kqdesk.rooms.attendance.rules import PayDraft, yuan
from kqdesk.rooms.attendance.terms import PayState
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.office.terms import UNSET
from kqdesk.rooms.timetable.rules.days import day_word

MONTHS = 14  # offered in the list, this one first
TONES = {PayState.DRAWN: "warning", PayState.APPROVED: "success", PayState.VOID: "neutral"}


@dataclass(frozen=True)
class Shown:
    """A row of the lessons: a draft of the month, or a line of a sheet that stands."""

    draft: PayDraft

    @property
    def id(self) -> str:
        """The lesson's."""
        return self.draft.lesson.lesson_id


def _rate(row: Shown) -> str:
    return UNSET if row.draft.rate_fen is None else yuan(row.draft.rate_fen)


LESSONS = (
    Column[Shown]("培训师", lambda row: row.draft.lesson.trainer, width=80, is_strong=True),
    Column[Shown]("日期", lambda row: f"{row.draft.lesson.on.month}-{row.draft.lesson.on.day}", width=58, sort=lambda row: row.draft.lesson.on),
    Column[Shown]("班级", lambda row: row.draft.lesson.cohort),
    Column[Shown]("学时", lambda row: str(row.draft.lesson.study_hours), kind="number", width=52),
    Column[Shown]("计酬", lambda row: str(row.draft.paid_hours), kind="number", width=52),
    Column[Shown]("每学时", _rate, kind="number", width=74),
    Column[Shown]("金额", lambda row: yuan(row.draft.amount_fen), kind="number", width=84, is_strong=True,
                  sort=lambda row: row.draft.amount_fen),
    Column[Shown]("说明", lambda row: row.draft.remark, tip=lambda row: row.draft.remark),
)  # fmt: skip


def _short(row: PaySheetRow) -> str:
    return row.month + (f"（{row.number}）" if row.number > 1 else "")


SHEETS = (
    Column[PaySheetRow]("月份", _short, is_strong=True, tip=lambda row: row.title),
    Column[PaySheetRow]("金额", lambda row: yuan(row.total_fen), kind="number", width=88),
    Column[PaySheetRow]("状态", lambda row: "", kind="pill", width=94,
                        pill=lambda row: Pill(row.state.label, TONES[row.state])),
)  # fmt: skip


class PayView(QWidget):
    """The body of the 课酬 view; the page shows its ``tools`` in the tool row."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.desk = page, page.desk
        self._month, self._sheet = "", ""
        self.preview: PayPreview | None = None
        self.card: PaySheetCard | None = None
        self.month = Combo(_months(page.desk.today()), name="月份")
        self.month.chosen.connect(self._on_month)
        self.drawing = Push("生成课酬表", self.draw, icon_name="add")
        self.approving = Push(
            "批准", self.approve, icon_name="check", tip="由制表人以外的人批准，批准后不能再改"
        )
        self.discarding = Push("撤回", self.discard, tip="没批准的可以撤回；批准了的写明原因作废")
        self.printing = Push("打印发放表", self.print_sheet, icon_name="print", tip="签收表和上课明细")
        self.saving = Push("导出 Excel", self.export, icon_name="export")
        self.tools: list[QWidget] = [
            self.month, self.drawing, self.approving, self.discarding, self.printing, self.saving,
        ]  # fmt: skip
        self.sheets = TableView(SHEETS, name="attendance.pay.sheets", memory=self.desk.memory)
        self.sheets.setAccessibleName("已生成的课酬表")
        self.sheets.picked.connect(self._on_picked)
        self.lessons = TableView(LESSONS, name="attendance.pay.lessons", memory=self.desk.memory)
        self.lessons.setAccessibleName("计酬的课")
        self.heading, self.sums, self.missing = (
            label("", "head"),
            label("", "second"),
            Push("", self._to_rolls, look="link"),
        )
        self._lay_out()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(16, 12, 16, 10)
        head.setSpacing(6)
        self.sums.setWordWrap(True)
        for part in (self.heading, self.sums):
            head.addWidget(part)
        head.addWidget(self.missing, 0, Qt.AlignmentFlag.AlignLeft)
        left = card(self.sheets)
        left.setMinimumWidth(theme().px("text") * 22)
        left.setMaximumWidth(round(theme().px("panel") * 0.9))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().px("space_l"))
        row.addWidget(left, 2)
        row.addWidget(card(self.lessons, head), 5)

    # -- which month or sheet ---------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``month``: 2026-03; ``sheet``: one that was drawn up."""
        self._sheet = context.get("sheet", "")
        if context.get("month") in {value for value, _ in _months(self.desk.today())}:
            self.month.choose(context["month"])

    @Slot(object)
    def _on_month(self, _: str) -> None:
        self._sheet = ""
        self.sheets.clearSelection()
        self.reload()

    @Slot(list)
    def _on_picked(self, rows: list[PaySheetRow]) -> None:
        if len(rows) == 1 and rows[0].id != self._sheet:
            self._sheet = rows[0].id
            self.reload()

    def reload(self) -> None:
        """Ask again: the sheets, and the month or the chosen sheet."""
        asked = partial(_asked, self.month.value(), self._sheet, self.desk.store.clock())
        self.desk.read(asked, self._show, owner=self, only="pay")

    def _show(self, found: tuple[list[PaySheetRow], PayPreview, PaySheetCard | None]) -> None:
        rows, self.preview, self.card = found
        self.sheets.show_rows(rows)
        if self.card is None:
            self._sheet = ""
        drafts = self.card.drafts if self.card else self.preview.drafts
        self.lessons.show_rows([Shown(draft) for draft in drafts])
        state = self.card.sheet.state if self.card else None
        self.heading.setText(
            self.card.sheet.title if self.card else f"{_word(self.preview.month)}　还没制表的课"
        )
        total, hours = sum(one.amount_fen for one in drafts), sum(one.paid_hours for one in drafts)
        self.sums.setText(_summary(self.card, len(rules.pay_sums(drafts)), len(drafts), hours, total))
        waiting = () if self.card else self.preview.waiting
        self.missing.setText(_waiting_words(waiting))
        self.missing.setVisible(bool(waiting))
        self.drawing.setEnabled(self.card is None and bool(drafts))
        self.approving.setEnabled(state is PayState.DRAWN)
        self.drawing.dress("primary" if self.drawing.isEnabled() else "")
        self.approving.dress("primary" if self.approving.isEnabled() else "")
        self.discarding.setEnabled(state in (PayState.DRAWN, PayState.APPROVED))
        self.discarding.setText("作废…" if state is PayState.APPROVED else "撤回")
        self.printing.setEnabled(self.card is not None)
        self.saving.setEnabled(self.card is not None)
        self._name_unset(drafts)
        self.page.set_foot(f"{len(drafts)} 次课 · 合计 {yuan(total)} 元")

    def _name_unset(self, drafts: Sequence[PayDraft]) -> None:
        levels = rules.unset(drafts)
        if levels and self.page.view.value() == "pay":  # type: ignore[attr-defined]  # the attendance page's switch
            words = f"{'、'.join(level.label for level in levels)}的课酬标准{UNSET}，填好才能生成课酬表。"
            self.page.note.say(words, "info", ("去填课酬标准", self._to_packs))

    def _to_packs(self) -> None:
        self.desk.open("office", tab="packs", find="课酬标准")

    def _to_rolls(self) -> None:
        if self.preview is not None and self.preview.waiting:
            self.desk.open("attendance", lesson=self.preview.waiting[0].lesson_id)

    # -- what is done -----------------------------------------------------------------------------

    @Slot()
    def draw(self) -> None:
        """Write the month down; it is shown at once."""
        self._run(actions.draw_pay_sheet, self._drawn, month=self.month.value())

    def _drawn(self, sheet_id: str) -> None:
        self._sheet = sheet_id
        self.desk.tell("课酬表已生成，请另一位同事核对后批准。", undo=True)
        self.reload()

    @Slot()
    def approve(self) -> None:
        """By somebody else than who drew it up."""
        if self.card is not None:
            signer = self.desk.seat.signer
            self._run(actions.approve_pay_sheet, None, sheet_id=self.card.sheet.id, signer=signer)

    @Slot()
    def discard(self) -> None:
        """Before approval simply away; afterwards void, with a reason."""
        if self.card is None:
            return
        if self.card.sheet.state is PayState.DRAWN:
            self._run(actions.discard_pay_sheet, None, sheet_id=self.card.sheet.id)
            return
        fields = (
            Text(
                name="reason", label="作废原因", required=True, longest=60, placeholder="如：级别登错，重做"
            ),
        )
        save = partial(_void, self.card.sheet.id)
        FormDialog(self.page, FormPanel(self.desk, "作废课酬表", fields, save, save_text="作废")).open()

    def _run(self, act: Any, then: Any, **kw: Any) -> None:
        self.desk.run(act, then=then, failed=self._refuse, owner=self, **kw)

    def _refuse(self, error: Exception) -> None:
        self.page.note.say(str(error), "refused")

    @Slot()
    def print_sheet(self) -> None:
        """The receipt list and its lessons."""
        if self.card is not None:
            self.desk.start(
                partial(_pdf, self.desk, self.card), self._preview, title="生成课酬发放表", owner=self
            )

    def _preview(self, pdf: bytes) -> None:
        if self.card is not None:
            PdfPreview(
                self.desk, self.card.sheet.title, pdf, f"{self.card.sheet.title}.pdf", self.page
            ).open()

    @Slot()
    def export(self) -> None:
        """A row a lesson."""
        if self.card is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, "导出课酬表", f"{self.card.sheet.title}.xlsx", "Excel (*.xlsx)"
        )
        if name:
            write = partial(_write, Path(name), self.card)
            self.desk.start(write, self._exported, title="导出课酬表", owner=self, failed=self._refuse)

    def _exported(self, path: Path) -> None:
        self.desk.tell(f"已导出：{path.name}")


def _void(sheet_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    panel.run(actions.void_pay_sheet, sheet_id=sheet_id, reason=values["reason"])


def _asked(
    month: str, sheet_id: str, now: datetime, session: Session
) -> tuple[list[PaySheetRow], PayPreview, PaySheetCard | None]:
    chosen = queries.pay_sheet_card(session, sheet_id) if sheet_id else None
    return queries.pay_sheets(session), queries.pay_preview(session, month, now=now), chosen


def _summary(shown: PaySheetCard | None, people: int, lessons: int, hours: int, total: int) -> str:
    words = f"{people} 位培训师 · {lessons} 次课 · 计酬 {hours} 学时 · {yuan(total)} 元"
    if shown is None:
        return words
    row = shown.sheet
    approved = f"，{row.approved_by}批准" if row.approved_by else ""
    return f"{words}\n{row.drawn_by}制表{approved}。依据：{row.basis}"


def _waiting_words(waiting: Sequence[PayWaiting]) -> str:
    if not waiting:
        return ""
    first = waiting[0]
    return f"还有 {len(waiting)} 次课不能计：{day_word(first.on)}「{first.cohort}」{first.why}。去处理"


def _months(today: date) -> list[tuple[str, str]]:
    """This month and those before it, newest first."""
    count = today.year * 12 + today.month - 1
    found = [f"{(count - n) // 12}-{(count - n) % 12 + 1:02d}" for n in range(MONTHS)]
    return [(month, _word(month)) for month in found]


def _word(month: str) -> str:
    year, number = month.split("-")
    return f"{year}年{int(number)}月"


def _pdf(desk: Desk, shown: PaySheetCard, _job: Any) -> bytes:
    with desk.store.reading() as session:
        school = school_card(session)
    return papers.pay_pdf(papers.as_pay_paper(shown, school.name if school else ""))


def _write(path: Path, shown: PaySheetCard, job: Any) -> Path:
    sheets.write_pay(path, shown.sheet.title, shown.drafts, progress=job)
    return path
