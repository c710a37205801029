"""One person at the side of the list: 资料 with masked numbers, 往来 with people and papers, 记录 with what happened."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push, Segments, Tool, label, rule
from kqdesk.desk.theme import theme
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.actions import Revealed
from kqdesk.rooms.people.page.affairs import AffairsView
from kqdesk.rooms.people.page.photo import PhotoBox
from kqdesk.rooms.people.queries import Affairs, PersonCard
from kqdesk.rooms.people.terms import IdKind, Sex, education_label, ethnicity_label
from kqdesk.rooms.places.rules import township_by_code

Line = tuple[str, str, tuple[str, ...]]  # when and who, what, in sentences


class CardPanel(QFrame):
    """What is known of one person. Esc closes, F2 edits."""

    closed = Signal()
    edit_asked = Signal(str)
    remove_asked = Signal(str)

    def __init__(self, desk: Desk, person_id: str) -> None:
        super().__init__()
        self.desk, self.person_id = desk, person_id
        self.setProperty("look", "card")
        self.setFixedWidth(theme().px("panel"))
        self.heading = label("", "head")
        self.under = label("", "second")
        self.photo = PhotoBox(desk)
        self.tabs = Segments(
            [("facts", "资料"), ("affairs", "往来"), ("past", "记录")], name="资料、往来或记录"
        )
        self.tabs.chosen.connect(self._on_tab)
        self.stack = QStackedWidget()
        self._pages = {"facts": _scroll(), "affairs": _scroll(), "past": _scroll()}
        for page in self._pages.values():
            self.stack.addWidget(page)
        self._seen: Revealed | None = None
        self._card: PersonCard | None = None
        self._lay_out()
        for keys, act in ((Qt.Key.Key_Escape, self.closed.emit), (Qt.Key.Key_F2, self._edit)):
            press = QShortcut(QKeySequence(keys), self)
            press.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            press.activated.connect(act)
        self.reload()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.heading)
        words.addWidget(self.under)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 8, 4)
        head.addWidget(self.photo)
        head.addSpacing(8)
        head.addLayout(words, 1)
        head.addWidget(Tool("close", "关闭", self.closed.emit, keys="Esc"), 0, Qt.AlignmentFlag.AlignTop)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(16, 4, 16, 8)
        tabs.addWidget(self.tabs)
        tabs.addStretch(1)
        self.reveal = Push("查看完整号码", self._reveal, look="link", icon_name="eye")
        tabs.addWidget(self.reveal)
        foot = QFrame()
        foot.setObjectName("panelfoot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 10, 16, 10)
        row.addWidget(Push("删除", self._remove, look="danger", tip="从花名册删除（可以撤销）"))
        row.addWidget(
            Push("本人请求", self._request, look="link", tip="本人来查阅、更正、要求删除自己的信息")
        )
        row.addStretch(1)
        row.addWidget(Push("修改", self._edit, icon_name="edit", tip="修改　F2"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(tabs)
        column.addWidget(rule())
        column.addWidget(self.stack, 1)
        column.addWidget(foot)

    # -- asking -----------------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for the person again; her history when that is what is shown."""
        asked = partial(queries.person_card, person_id=self.person_id)
        self.desk.read(asked, self._show, owner=self, only="card")
        if self.tabs.value() == "affairs":
            self.desk.read(partial(queries.affairs, person_id=self.person_id), self._show_affairs, owner=self)
        if self.tabs.value() == "past":
            self.desk.start(partial(_past_of, self.desk, self.person_id), self._show_past, owner=self)

    def show_other(self, person_id: str) -> None:
        """Another person in the same card; her numbers are masked again."""
        if person_id != self.person_id:
            self.person_id, self._seen = person_id, None
            self.reveal.setEnabled(True)
            self.reveal.setText("查看完整号码")
            self.reload()

    @Slot(object)
    def _on_tab(self, which: str) -> None:
        self.stack.setCurrentWidget(self._pages[which])
        self.reload()

    def _show(self, card: PersonCard | None) -> None:
        if card is None:
            self.closed.emit()
            return
        self._card, self.person_id = card, card.id
        self.heading.setText(card.name)
        self.photo.show_of(card.id, card.photo)
        facts = [Sex(card.sex).label if card.sex else "", _age_words(card, self.desk), card.village or ""]
        self.under.setText(" · ".join(part for part in facts if part))
        self._pages["facts"].setWidget(_facts(list(_lines_of(card, self._seen))))

    def _show_affairs(self, found: Affairs) -> None:
        self._pages["affairs"].setWidget(AffairsView(self.desk, self.person_id, found))

    def _show_past(self, lines: list[Line]) -> None:
        self._pages["past"].setWidget(_past(lines))

    # -- acting -----------------------------------------------------------------------------------

    @Slot()
    def _reveal(self) -> None:
        self.desk.run(actions.reveal_person, person_id=self.person_id, then=self._show_whole, owner=self)

    def _show_whole(self, seen: Revealed) -> None:
        self._seen = seen
        self.reveal.setEnabled(False)
        self.reveal.setText("已记录这次查看")
        if self._card is not None:
            self._show(self._card)

    @Slot()
    def _edit(self) -> None:
        self.edit_asked.emit(self.person_id)

    @Slot()
    def _request(self) -> None:
        self.desk.open("privacy", person=self.person_id)

    @Slot()
    def _remove(self) -> None:
        self.remove_asked.emit(self.person_id)


def _past_of(desk: Desk, person_id: str, job: Job) -> list[Line]:
    job.step(0, 0)
    store: Any = desk.store
    with desk.store.reading() as session:
        names = _names(session)
    return [
        (
            f"{line.at.astimezone(CHINA):%Y-%m-%d %H:%M}　{names.get(line.actor, '系统')}",
            line.label,
            line.sentences,
        )
        for line in store.history("person", person_id)
    ]


def _names(session: Session) -> dict[str, str]:
    return staff_names(session)


def _age_words(card: PersonCard, desk: Desk) -> str:
    if card.birth_date is None:
        return ""
    today = desk.today()
    years = (
        today.year
        - card.birth_date.year
        - ((today.month, today.day) < (card.birth_date.month, card.birth_date.day))
    )
    return f"{years} 岁"


def _lines_of(card: PersonCard, seen: Revealed | None) -> Iterator[tuple[str, str]]:
    township = township_by_code(card.township_code) if card.township_code else None
    yield (
        IdKind(card.id_kind).label if card.id_kind else "证件号码",
        seen.id_number if seen else card.id_masked,
    )
    yield "电话", seen.phone if seen else card.phone_masked
    yield "备用电话", seen.phone2 if seen else card.phone2_masked
    yield "出生日期", card.birth_date.isoformat() if card.birth_date else ""
    yield "民族", ethnicity_label(card.ethnicity_code)
    yield "文化程度", education_label(card.education_code)
    yield "镇街", township.name if township else card.township_code or ""
    yield "村社", card.village or ""
    yield "户籍所在地", card.hukou or ""
    yield "现住址", card.address or ""
    yield "就业单位", card.employer or ""
    yield "就业岗位", card.job or ""
    yield "学历提升意愿", card.wish or ""
    yield "学习途径", card.learning_path or ""
    yield "备注", card.note or ""
    yield "来源", card.origin or ""
    yield (
        "告知同意",
        f"第 {card.consent_version.rpartition('-')[2]} 版，{card.consent_on}" if card.consent_version else "",
    )


def _scroll() -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def _facts(lines: list[tuple[str, str]]) -> QWidget:
    """Label and value in two columns; what is not known is left out."""
    made = QWidget()
    made.setObjectName("scrolled")
    grid = QGridLayout(made)
    grid.setContentsMargins(16, 12, 16, 12)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    shown = [(title, words) for title, words in lines if words]
    for row, (title, words) in enumerate(shown):
        grid.addWidget(label(title, "second"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_words(words), row, 1)
    grid.setRowStretch(len(shown), 1)
    return made


def _past(lines: list[Line]) -> QWidget:
    made = QWidget()
    made.setObjectName("scrolled")
    column = QVBoxLayout(made)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(4)
    for when, act, sentences in lines:
        column.addWidget(label(when, "small"))
        column.addWidget(_words(act))
        for sentence in sentences:
            told = _words(sentence)
            told.setProperty("look", "second")
            column.addWidget(told)
        column.addSpacing(8)
    column.addStretch(1)
    return made


def _words(text: str) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
