"""The tab 轮次: the rounds, one form for a new one and for changes, closing and opening again."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Date, Field, LongText, MultiChoice, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.places.rules import townships
from kqdesk.rooms.survey import actions, queries
from kqdesk.rooms.survey.actions import Opened
from kqdesk.rooms.survey.page.tab import SurveyTab
from kqdesk.rooms.survey.queries import RoundRow
from kqdesk.rooms.survey.terms import RoundState

if TYPE_CHECKING:
    pass

COLUMNS = (
    Column[RoundRow]("名称", lambda r: r.title, is_strong=True),
    Column[RoundRow]("起止", lambda r: f"{r.starts_on:%Y-%m-%d} 至 {r.ends_on:%m-%d}", width=200),
    Column[RoundRow]("范围", lambda r: r.area, width=190, tip=lambda r: r.area),
    Column[RoundRow]("年龄", lambda r: r.ages, width=104),
    Column[RoundRow]("应排摸", lambda r: f"{r.total:,}", kind="number", width=84),
    Column[RoundRow]("已答", lambda r: f"{r.answered:,}", kind="number", width=76),
    Column[RoundRow]("未问", lambda r: f"{r.waiting:,}", kind="number", width=76),
    Column[RoundRow]("状态", lambda r: r.state.label, kind="pill", width=110,
                     pill=lambda r: Pill(r.state.label, "primary" if r.state is RoundState.OPEN else "neutral")),
)  # fmt: skip


def round_fields() -> tuple[Field, ...]:
    """What is asked of a round."""
    return (
        Text(name="title", label="名称", required=True, placeholder="例如：2026 年春季排摸"),
        Date(name="starts_on", label="开始", required=True, is_half=True),
        Date(name="ends_on", label="结束", required=True, is_half=True),
        MultiChoice(
            name="townships", label="镇街（不选就是全部）", columns=3,
            choices=tuple((one.code, one.name) for one in townships()),
        ),
        LongText(name="villages", label="只问这些村社", lines=2, hint="照花名册里的写法，用顿号隔开；空着就是全部"),
        LongText(name="firms", label="只问这些企业的职工", lines=2, hint="照花名册里单位的写法，用顿号隔开"),
        Text(name="note", label="备注"),
    )  # fmt: skip


def names_in(text: str | None) -> list[str]:
    """Names one after the other, separated as people do."""
    return list(dict.fromkeys(name for name in re.split(r"[、,，;；\n]+\s*", (text or "").strip()) if name))


class RoundsTab(SurveyTab):
    """Enter opens the form."""

    key, title, search_hint, primary = "rounds", "轮次", "", "新建轮次"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.table = TableView(COLUMNS, name="survey.rounds", memory=self.desk.memory)
        self.table.opened.connect(self.edit)
        self.table.add_menu("修改　Enter", self.edit_current, "edit")
        self.table.add_menu("补列花名册里新来的人", self.fill, "add")
        self.table.add_menu("结束 / 重开", self.switch_state, "lock")
        press = QShortcut(QKeySequence("F2"), self.table)
        press.setContext(Qt.ShortcutContext.WidgetShortcut)
        press.activated.connect(self.edit_current)
        self.fill_with(self.table)

    def reload(self) -> None:
        rows: Sequence[RoundRow] = self.survey.rounds
        self.table.show_rows(rows)
        opened = sum(1 for row in rows if row.state is RoundState.OPEN)
        self.page.set_foot(f"共 {len(rows)} 轮 · 进行中 {opened} 轮")

    def start_new(self) -> None:
        panel = FormPanel(
            self.desk, "新建排摸轮次", round_fields(), self._save_new, save_text="建好并列出名单"
        )
        self._panel(panel)

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.open_round, then=self._opened, **_places(values))

    def _opened(self, made: Opened) -> None:
        self.desk.tell(f"已列出 {made.asked:,} 人。下一步：到「进度」里打印排摸花名册发下去。", undo=True)

    @Slot()
    def edit_current(self) -> None:
        """F2."""
        if self.table.current() is not None:
            self.edit(self.table.current())

    @Slot(object)
    def edit(self, row: RoundRow) -> None:
        """The form of a round."""
        load = partial(queries.round_form, round_id=row.id)
        self._panel(FormPanel(self.desk, row.title, round_fields(), partial(self._save, row.id), load=load))

    def _save(self, round_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.edit_round, round_id=round_id, seen=panel.seen, **_places(values))

    def _panel(self, panel: FormPanel) -> None:
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()

    @Slot()
    def fill(self) -> None:
        """List who came onto the roster since."""
        row = self.table.current() or self.survey.round
        if row is not None:
            self.desk.run(actions.fill_round, then=self._filled, owner=self, round_id=row.id)

    def _filled(self, count: int) -> None:
        self.desk.tell(f"补列了 {count:,} 人。" if count else "花名册里没有新来的人要补。", undo=bool(count))

    @Slot()
    def switch_state(self) -> None:
        """Close the round, or open it again."""
        row = self.table.current()
        if row is not None:
            act = actions.close_round if row.state is RoundState.OPEN else actions.reopen_round
            self.desk.run(act, owner=self, round_id=row.id)


def _places(values: Mapping[str, Any]) -> dict[str, Any]:
    return dict(values) | {
        "townships": list(values["townships"] or ()), "villages": names_in(values["villages"]),
        "firms": names_in(values["firms"]),
    }  # fmt: skip
