"""The tab 需求: what is wanted where and when, what answers it, where the gaps are; from a number to a trial class."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.parts import Combo, Push, Segments
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.matching import queries, sheets
from kqdesk.rooms.matching.page.reasons import NamesPanel
from kqdesk.rooms.matching.queries import DemandLine, OfferRow
from kqdesk.rooms.people.queries import journal_position
from kqdesk.rooms.survey.queries import RoundRow, Wisher, wishers
from kqdesk.rooms.survey.terms import Grouping, WishKind

if TYPE_CHECKING:
    from kqdesk.rooms.matching.page.screen import MatchingPage


def _answered(line: DemandLine) -> Pill:
    return Pill("缺口", "warning") if line.is_gap else Pill(f"{len(line.answers)} 项", "success", "check")


COLUMNS = (
    Column[DemandLine]("想学", lambda r: r.row.wish, is_strong=True, tip=lambda r: r.row.wish),
    Column[DemandLine]("人数", lambda r: f"{r.count:,}", kind="number", width=72, sort=lambda r: r.count),
    Column[DemandLine]("时间", lambda r: r.row.time, width=104),
    Column[DemandLine]("村社 / 企业", lambda r: r.row.title, width=170, tip=lambda r: r.row.title),
    Column[DemandLine]("有没有供给", lambda r: "", kind="pill", width=112, pill=_answered, sort=lambda r: len(r.answers),
                       tip=lambda r: "、".join(one.title for one in r.answers) or "还没有人教"),
    Column[DemandLine]("供给", lambda r: "、".join(one.title for one in r.answers), width=190,
                       tip=lambda r: "\n".join(one.title for one in r.answers)),
    Column[DemandLine]("类别", lambda r: r.row.kind.label, width=92),
    Column[DemandLine]("镇街", lambda r: r.row.township, width=104),
)  # fmt: skip
EMPTY = "需求从排摸来：登记了答卷，这里就按村社、企业、想学的和时间归好，再和供给对上。"


SHOWN = 2_000
"""So many lines are put on the screen, the largest first; a file has all."""


@dataclass(frozen=True)
class Wanted:
    """What the tool row asks for."""

    round_id: str | None
    by: Grouping
    kind: WishKind | None
    gaps: bool
    text: str
    on: date


@dataclass(frozen=True)
class Found:
    """``lines``: everything of the round; ``chosen``: what the filters leave; ``key``: what the lines were asked with."""

    key: tuple[Any, ...]
    rounds: Sequence[RoundRow]
    shown: RoundRow | None
    lines: Sequence[DemandLine]
    chosen: Sequence[DemandLine]
    people: int
    gaps: int


class DemandTab(Tab):
    """Enter shows the names, Ctrl+T tries a class with them."""

    key, title, search_hint, primary = "demand", "需求", "想学的、村社、企业、时间", "组班试算"
    primary_icon = "cohorts"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.rows: Sequence[DemandLine] = ()
        self.round: RoundRow | None = None
        self._found: Found | None = None
        self.which = Combo([], name="轮次")
        self.which.setMinimumWidth(140)
        self.by = Segments([(one, one.label) for one in Grouping], name="按什么分")
        self.kind = Combo([(None, "全部类别"), *((one, one.label) for one in WishKind)], name="类别")
        self.gaps = Segments([(False, "全部"), (True, "只看缺口")], name="有没有供给")
        for control in (self.which, self.by, self.kind, self.gaps):
            control.chosen.connect(self._on_filter)
        self.export = Push("导出", self.choose_export, icon_name="export", keys="Ctrl+E")
        self.tools = [self.which, self.by, self.kind, self.gaps, self.export]
        self.table = TableView(COLUMNS, name="matching.demand", memory=self.desk.memory)
        self.table.opened.connect(self.open_names)
        self.table.add_menu("组班试算　Ctrl+T", self.start_trial, "cohorts")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    @property
    def matching(self) -> "MatchingPage":
        """The page this tab stands on."""
        page: Any = self.page
        found: MatchingPage = page
        return found

    def reload(self) -> None:
        wanted = Wanted(
            self.which.value(), self.by.value(), self.kind.value(), self.gaps.value(), self.page.searched_text(), self.desk.today()
        )  # fmt: skip
        self.desk.read(partial(_asked, wanted, self._found), self._show, owner=self, only="reload")

    def _show(self, found: Found) -> None:
        self._found = found
        if self.page.tab is not self:
            return
        self.round, self.rows = found.shown, found.chosen
        self.which.offer([(row.id, row.title) for row in found.rounds])
        self.which.choose(found.shown.id if found.shown else None)
        self.table.show_rows(found.chosen[:SHOWN])
        more = f"，先列人最多的 {SHOWN:,} 项" if len(found.chosen) > SHOWN else ""
        self.page.set_foot(
            f"{len(found.chosen):,} 项需求{more} · {found.people:,} 人（一人可以有几项）· {found.gaps:,} 项还没有供给"
        )
        if found.lines or (found.shown is not None and self.kind.value() is not None):
            self.page.show_body()
        else:
            go = Push("去排摸", partial(self.desk.open, "survey"), look="primary")
            self.page.show_blank("survey", "还没有需求", EMPTY, [go])

    @Slot(object)
    def _on_filter(self, _: Any) -> None:
        self.page.show_body()
        self.reload()

    @Slot(object)
    def open_names(self, line: DemandLine) -> None:
        """The names at the right."""
        if self.round is not None:
            ask = partial(wishers, round_id=self.round.id, people=line.row.people)
            self.desk.read(ask, partial(self._names, line), owner=self, only="names")

    def _names(self, line: DemandLine, people: Sequence[Wisher]) -> None:
        said = "、".join(one.title for one in line.answers[:3]) or "还没有人教"
        under = f"{line.row.title} · {len(people)} 人\n供给：{said}"
        buttons = [Push("组班试算　Ctrl+T", self.start_trial, icon_name="cohorts")]
        panel = NamesPanel(self.desk, f"{line.row.wish} · {line.row.time}", under, people, buttons)
        panel.table.opened.connect(self._open_person)
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.table.setFocus()

    @Slot(object)
    def _open_person(self, row: Wisher) -> None:
        self.desk.open("matching", person=row.person_id, name=row.name)

    def start_new(self) -> None:
        self.start_trial()

    @Slot()
    def start_trial(self) -> None:
        """组班试算 with the people of the selected lines."""
        lines = self.table.selected() or [one for one in [self.table.current()] if one]
        if not lines:
            self.desk.tell("请先选一项需求（可以选几项），再试算。", kind="refused")
            return
        people = [person for line in lines for person in line.row.people]
        places = {line.row.place for line in lines}
        wishes = "、".join(dict.fromkeys(line.row.wish for line in lines))
        place = places.pop() if len(places) == 1 else ""
        subject = next((_subject(one) for line in lines for one in line.answers if one.kind.is_ours), "")
        self.matching.start_trial(
            wishes, people, subject=subject, place=place, by_firm=self.by.value() is Grouping.FIRM
        )

    @Slot()
    def choose_export(self) -> None:
        """What is shown, as a workbook."""
        name, _ = QFileDialog.getSaveFileName(self, "导出需求清单", "需求清单.xlsx", "Excel (*.xlsx)")
        if name:
            rows = list(self.rows)
            self.desk.start(lambda _: sheets.write_demand(Path(name), rows), self._exported, owner=self)

    def _exported(self, count: int) -> None:
        self.desk.tell(f"已导出 {count:,} 项。")


def _subject(row: OfferRow) -> str:
    return f"c:{row.course_id}" if row.course_id else f"p:{row.programme_id}" if row.programme_id else ""


def _has(line: DemandLine, words: Sequence[str]) -> bool:
    written = f"{line.row.wish} {line.row.title} {line.row.township} {line.row.time}"
    return all(word in written for word in words)


def _asked(wanted: Wanted, before: Found | None, session: Session) -> Found:
    """The lines and what is shown of them; asked again only when something was written since."""
    position = journal_position(session)
    rounds = queries.survey_rounds(session)
    shown = queries.shown_round(rounds, wanted.round_id)
    key = (shown.id if shown else None, wanted.by, wanted.kind, wanted.on, position)
    if before is not None and before.key == key:
        lines = before.lines
    elif shown is None:
        lines = []
    else:
        lines = queries.demand_lines(session, on=wanted.on, round_id=shown.id, by=wanted.by, kind=wanted.kind)
    words = wanted.text.split()
    chosen = [one for one in lines if (one.is_gap or not wanted.gaps) and _has(one, words)]
    people = {person for one in chosen for person in one.row.people}
    return Found(key, rounds, shown, lines, chosen, len(people), sum(one.is_gap for one in chosen))
