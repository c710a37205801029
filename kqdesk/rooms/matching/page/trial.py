"""组班试算: where and when most of a group can come; the best is chosen already, Ctrl+Enter makes it a class."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.parts import Combo, Note, Segments, Wrapped, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme
from kqdesk.rooms.matching import queries
from kqdesk.rooms.matching.page.opening import ClassPanel
from kqdesk.rooms.matching.queries import ClassChoices, TrialGround
from kqdesk.rooms.matching.rules.trial import Chance, chances

if TYPE_CHECKING:
    from kqdesk.rooms.matching.page.screen import MatchingPage

MINUTES = (15, 20, 30, 45, 60, 90)
MOST = 2_000
"""So many people are reckoned with, the best fits: a class has some dozens, and the window must not wait."""
SOON = timedelta(days=7)
"""A class is first thought of for a week from today at the earliest: people must be told."""


def _seats(row: Chance) -> Pill:
    if not row.hall.seats:
        return Pill("没有教室", "warning")
    return Pill(f"{row.hall.seats} 座", "success" if row.hall.seats >= row.count else "warning")


COLUMNS = (
    Column[Chance]("能来", lambda r: f"{r.count} 人", kind="number", width=76, sort=lambda r: r.count, is_strong=True),
    Column[Chance]("时间", lambda r: r.time_words, width=88, is_strong=True),
    Column[Chance]("教学点", lambda r: r.hall.name, tip=lambda r: f"{r.hall.name} {r.hall.classroom}"),
    Column[Chance]("座位", lambda r: "", kind="pill", width=92, pill=_seats),
    Column[Chance]("时间不合", lambda r: str(r.no_time or ""), kind="number", width=80),
    Column[Chance]("已有课", lambda r: str(r.busy or ""), kind="number", width=68),
    Column[Chance]("太远", lambda r: str(r.far or ""), kind="number", width=60),
)  # fmt: skip


class TrialDialog(QDialog):
    """Left: every evening at every site, best first. Right: the class it would be."""

    def __init__(
        self,
        page: "MatchingPage",
        title: str,
        people: Sequence[str],
        *,
        subject: str,
        place: str,
        by_firm: bool,
    ) -> None:
        super().__init__(page)
        self.page, self.desk, self.people = page, page.desk, tuple(people)[:MOST]
        self.subject, self.place, self.by_firm, self.topic = subject, place, by_firm, title
        self.ground: TrialGround | None = None
        self.choices: ClassChoices | None = None
        self.panel: ClassPanel | None = None
        self.setWindowTitle(f"组班试算：{title}")
        self.resize(1180, 640)
        self.words = label("正在算谁什么时候能来……", "second")
        self.words.setWordWrap(True)
        self.note = Note()
        self.band = Segments([(None, "全部"), (True, "晚上"), (False, "白天")], name="时间")
        self.most = Combo(
            [(None, "远近不限"), *((n, f"{n} 分钟以内") for n in MINUTES)], name="几分钟以内算能来"
        )
        self.site = Combo([("", "全部教学点")], name="教学点")
        self.band.chosen.connect(self._on_filter)
        for combo in (self.most, self.site):
            combo.chosen.connect(self._on_filter)
        self.table = TableView(COLUMNS, name="matching.trial", memory=self.desk.memory)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._to_form)
        self.facts = Wrapped()
        self._lay_out()
        self.page.ask(partial(_asked, self.people), self._show, owner=self, only="ground")

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        for widget in (self.band, self.most, self.site):
            tools.addWidget(widget)
        tools.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(label(self.windowTitle(), "head"))
        left.addWidget(self.words)
        left.addWidget(self.note)
        left.addLayout(tools)
        left.addWidget(self.table, 1)
        left.addWidget(self.facts)
        left.addWidget(label("上下键换一个时间地点，Enter 到右边，Ctrl+Enter 开班，Esc 关闭。", "small"))
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(16, 14, 16, 14)
        self.row.setSpacing(theme().px("space_l"))
        self.row.addLayout(left, 1)

    def _show(self, found: tuple[TrialGround, ClassChoices]) -> None:
        self.ground, self.choices = found
        self.most.choose(self._nearest(self.ground.most_minutes))
        self.site.offer([("", "全部教学点"), *((hall.id, hall.name) for hall in self.ground.halls)])
        if not self.ground.halls:
            go = ("去建教学点", self._to_places)
            self.note.say("还没有教学点，不知道在哪里上课。先到「地方」建一处，加一间教室。", "refused", go)
            self.words.setText(f"{len(self.ground.members)} 人")
            return
        self.panel = ClassPanel(self)
        self.panel.closed.connect(self.reject)
        self.row.addWidget(self.panel)
        self._reckon()
        self.table.setFocus()

    def _nearest(self, minutes: int | None) -> int | None:
        return min((n for n in MINUTES if n >= minutes), default=None) if minutes is not None else None

    def _reckon(self) -> None:
        assert self.ground is not None
        halls = [hall for hall in self.ground.halls if self.site.value() in ("", hall.id)]
        found = chances(self.ground.members, halls, self.ground.paces, self.most.value())
        band = self.band.value()
        rows = [one for one in found if band is None or one.is_evening is band]
        self.table.show_rows(rows)
        best = rows[0] if rows else None
        where = f"最多的是 {best.time_words} {best.hall.name}，{best.count} 人能来" if best else ""
        cut = "人太多，先取最合适的；按村社或企业分开试算更准。" if len(self.people) == MOST else ""
        self.words.setText(f"{len(self.ground.members):,} 人。{cut}{where}。")
        if rows:
            self.table.select_row(0)
            self._choose(rows[0])

    @Slot(object)
    def _on_filter(self, _: Any) -> None:
        if self.ground is not None and self.panel is not None:
            self._reckon()

    @Slot(list)
    def _on_picked(self, _: list[Chance]) -> None:
        row = self.table.current()
        if row is not None:
            self._choose(row)

    def _choose(self, row: Chance) -> None:
        if self.panel is not None and self.panel.chance != row:
            self.panel.show_chance(row)

    @Slot(object)
    def _to_form(self, _: Chance) -> None:
        if self.panel is not None:
            self.panel.form.focus_first()

    def _to_places(self) -> None:
        self.reject()
        self.desk.open("places", tab="sites")

    def begin(self, row: Chance) -> tuple[date, time]:
        """The first such day a week from now, and when lessons usually begin."""
        assert self.choices is not None
        day = self.desk.today() + SOON
        day += timedelta(days=(row.weekday - day.isoweekday()) % 7)
        start = self.choices.start_minute if row.is_evening else 9 * 60
        start = start if start is not None else 18 * 60 + 30
        return day, time(start // 60, start % 60)


def _asked(people: Sequence[str], session: Any, known: Any, _: Any) -> tuple[TrialGround, ClassChoices]:
    ground = queries.trial_ground(session, known, people=people, on=known.pool.on)
    return ground, queries.class_choices(session, known.pool.on)
