"""The tab 生命线: one person's learning from the first survey to the last call, each line a link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column
from kqdesk.desk.parts import Push, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.desk.theme import theme
from kqdesk.rooms.followup import queries
from kqdesk.rooms.followup.page import asking
from kqdesk.rooms.followup.queries import Event, LifeLine
from kqdesk.rooms.people import queries as people
from kqdesk.rooms.people.queries import PersonHit

MOST = 30
EVENTS = (
    Column[Event]("日期", lambda row: f"{row.on:%Y-%m-%d}", width=108, is_strong=True),
    Column[Event]("事项", lambda row: row.kind, width=96),
    Column[Event]("内容", lambda row: row.title, is_strong=True, tip=lambda row: row.title),
    Column[Event]("说明", lambda row: row.detail, tip=lambda row: row.detail),
)
HITS = (Column[PersonHit]("姓名", lambda row: row.name, is_strong=True, tip=lambda row: row.id_masked),
        Column[PersonHit]("村社", lambda row: row.village or "", width=96))  # fmt: skip


@dataclass(frozen=True)
class Found:
    """Whom the search found, and the life line shown."""

    hits: Sequence[PersonHit]
    life: LifeLine | None


def _asked(text: str, person_id: str, now: datetime, session: Session) -> Found:
    hits = people.find(session, text, MOST) if text else []
    chosen = person_id if not hits or person_id in {hit.id for hit in hits} else hits[0].id
    life = queries.life_line(session, chosen, now=now) if chosen else None
    return Found(hits, life)


class LifeTab(Tab):
    """Type a name; Enter on a line goes to where it is on record."""

    key, title, search_hint = "life", "生命线", "姓名、拼音、证件尾号"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.person_id = ""
        self._life: LifeLine | None = None
        self.hits = TableView(HITS, name="followup.life_hits", memory=self.desk.memory, dense=True)
        self.hits.setAccessibleName("找到的人")
        self.hits.picked.connect(self._on_hit)
        self.hits.setFixedWidth(theme().px("text") * 16)
        self.head, self.facts = label("", "head"), label("", "second")
        self.facts.setWordWrap(True)
        self.events = TableView(EVENTS, name="followup.life", memory=self.desk.memory)
        self.events.setAccessibleName("学习生命线")
        self.events.opened.connect(self._on_event)
        self.tools = [Push("打印", self.print_out, icon_name="print", tip="学习生命线　Ctrl+P")]
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(16, 12, 0, 0)
        column.setSpacing(6)
        for part in (self.head, self.facts):
            column.addWidget(part)
        column.addWidget(self.events, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.hits)
        row.addWidget(right, 1)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``person`` shows hers."""
        if context.get("person"):
            self.person_id = str(context["person"])

    def reload(self) -> None:
        ask = partial(_asked, self.page.searched_text(), self.person_id, self.desk.store.clock())
        self.desk.read(ask, self._show, owner=self, only="reload")

    def _show(self, found: Found) -> None:
        if self.page.tab is not self:
            return
        self._life = found.life
        self.hits.setVisible(bool(found.hits))
        self.hits.show_rows(found.hits)
        if found.life is None:
            words = (
                "在上面打姓名、拼音或证件尾号，看一个人从排摸、报名、上课、考证到回访的全部经过，可以打印。"
            )
            self.page.show_blank("history", "看谁的学习经过？", words)
            self.page.set_foot("")
            return
        life = found.life
        self.person_id = life.person_id
        self.page.show_body()
        self.head.setText(life.name)
        parts = (life.sex, f"{life.birth_date:%Y-%m-%d}" if life.birth_date else "", life.id_masked, life.village,
                 life.education, life.employer)  # fmt: skip
        self.facts.setText(" · ".join(part for part in parts if part))
        self.events.show_rows(life.events)
        self.page.set_foot(f"{life.name} · {len(life.events)} 件事 · 按 Enter 去看这一条")

    @Slot(list)
    def _on_hit(self, rows: list[PersonHit]) -> None:
        if len(rows) == 1 and rows[0].id != self.person_id:
            self.person_id = rows[0].id
            self.reload()

    def take_text(self, _: str) -> None:
        """Enter in the search box: on to the events."""
        self.events.setFocus()

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if event.page:
            self.desk.open(event.page, **event.context)

    @Slot()
    def print_out(self) -> None:
        """Ctrl+P."""
        if self._life is not None:
            work = partial(asking.life_pdf, self.desk, self._life.person_id)
            shown = partial(self._preview, f"学习生命线 {self._life.name}")
            self.desk.start(work, shown, title="准备学习生命线", owner=self)

    def _preview(self, title: str, pdf: bytes) -> None:
        PdfPreview(self.desk, title, pdf, f"{title}.pdf", self).open()
