"""告知文本: what people are told for each purpose, version by version, printed with a line to sign."""

from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Check, Choice, Date, LongText, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Combo, Push
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.privacy import actions, papers, queries
from kqdesk.rooms.privacy.page.parts import ListedTab
from kqdesk.rooms.privacy.queries import NoticeRow
from kqdesk.rooms.privacy.rules.consent import filled, shipped_drafts
from kqdesk.rooms.privacy.terms import Basis, Purpose

PURPOSES = tuple((purpose, purpose.label) for purpose in Purpose)
COLUMNS = (
    Column[NoticeRow]("用途", lambda r: r.purpose.label, width=150, is_strong=True),
    Column[NoticeRow]("版本", lambda r: f"第 {r.version} 版", width=80),
    Column[NoticeRow]("标题", lambda r: r.title),
    Column[NoticeRow]("依据", lambda r: r.basis.label, width=150),
    Column[NoticeRow]("单独同意", lambda r: "要" if r.needs_consent else "", width=84),
    Column[NoticeRow]("生效日期", lambda r: str(r.effective_from), width=112),
    Column[NoticeRow]("已同意", lambda r: f"{r.given:,}", kind="number", width=84),
    Column[NoticeRow]("状态", lambda r: "", kind="pill", width=96, pill=lambda r: _state(r)),
)
BASES = tuple((basis, basis.label) for basis in Basis)


def _state(row: NoticeRow) -> Pill:
    return Pill("现行", "success", "check") if row.is_in_force else Pill("不是现行", "neutral")


class NoticeTab(ListedTab):
    """The versions; a change is a new version, and everybody is asked again."""

    key, title, primary = "notices", "告知文本", "发布新的一版"
    columns, name = COLUMNS, "privacy.notices"
    empty = (
        "privacy",
        "还没有告知文本",
        "收集个人信息以前，要告诉本人做什么用、保存多久、找谁。程序里备好了范本，核对后发布，再打印出来签字。",
    )

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.printing = Push("打印", self.print_row, icon_name="print", tip="打印带签字栏的告知书　Ctrl+P")
        self.which = Combo([(None, "全部用途"), *PURPOSES], name="用途")
        self.which.chosen.connect(self._on_which)
        self.tools = [self.which, self.printing]

    def reload(self) -> None:
        self.desk.read(partial(queries.notices, on=self.desk.today()), self._show, owner=self, only="reload")

    def _show(self, rows: list[NoticeRow]) -> None:
        wanted = self.which.value()
        missing = [purpose.label for purpose in Purpose if not any(r.purpose is purpose for r in rows)]
        foot = f"还没有发布：{'、'.join(missing)}" if missing else "每个用途都已发布"
        self.show_listed([row for row in rows if wanted in (None, row.purpose)], foot)

    @Slot(object)
    def _on_which(self, _: Any) -> None:
        self.reload()

    def start_new(self) -> None:
        """The filled button: the text in force, or the shipped one, to be changed and published."""
        row = self.table.current()
        purpose = self.which.value() or (row.purpose if row is not None else None)
        ask = partial(_start, purpose=purpose, on=self.desk.today())
        self.desk.read(ask, self._open, owner=self)

    def open_row(self, row: NoticeRow) -> None:
        """Enter: a new version that starts from this one."""
        self._open(_values(row))

    def _open(self, values: dict[str, Any]) -> None:
        fields = (
            Choice(name="purpose", label="用途", choices=PURPOSES, required=True),
            Text(name="title", label="标题", required=True, longest=60),
            Choice(name="basis", label="处理依据", choices=BASES, required=True, is_half=True),
            Date(name="effective_from", label="从哪天起", required=True, is_half=True),
            Check(name="needs_consent", label="涉及敏感信息，要本人单独同意"),
            LongText(name="body", label="正文", lines=16, required=True),
        )
        values = {**values, "effective_from": self.desk.today()}
        self.ask("发布新的一版", fields, self._save, save_text="发布", values=values)

    def _save(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.publish_notice, then=self._published, **values)

    def _published(self, _: Any) -> None:
        self.desk.tell("已发布。以前同意的是旧版，请到「同意」里看谁要重新签。", undo=True)

    @Slot()
    def print_row(self) -> None:
        """The notice with its signature line, blank for as many copies as needed."""
        row = self.chosen("请先选一版告知文本，再打印。")
        if row is not None:
            self.show_paper(row.title, partial(papers.notice_paper, notice=row))


def _start(session: Session, *, purpose: Purpose | None, on: Any) -> dict[str, Any]:
    rows = queries.notices(session, on=on)
    there = {row.purpose for row in rows}
    wanted = purpose or next((p for p in Purpose if p not in there), Purpose.ROSTER)
    newest = next((row for row in rows if row.purpose is wanted), None)
    if newest is not None:
        return _values(newest)
    draft, card = shipped_drafts()[wanted], school_card(session)
    body = filled(draft.body, school=card.name if card else "本校", phone=card.phone if card else None)
    return {
        "purpose": wanted, "title": draft.title, "basis": draft.basis, "needs_consent": draft.needs_consent, "body": body,
    }  # fmt: skip


def _values(row: NoticeRow) -> dict[str, Any]:
    return {
        "purpose": row.purpose, "title": row.title, "basis": row.basis, "needs_consent": row.needs_consent, "body": row.body,
    }  # fmt: skip
