"""The frame of 排摸: which round is shown, four tabs, keys."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.parts import Push
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.people.queries import person_count
from kqdesk.rooms.survey import queries
from kqdesk.rooms.survey.page.demand import DemandTab
from kqdesk.rooms.survey.page.entry import EntryTab
from kqdesk.rooms.survey.page.progress import ProgressTab
from kqdesk.rooms.survey.page.rounds import RoundsTab
from kqdesk.rooms.survey.queries import RoundRow
from kqdesk.rooms.survey.terms import RoundState

TITLE, SENTENCE = "排摸", "一村一企问过去：谁想提升学历、想学什么、什么时候有空；毕业了自己就更新。"
EMPTY = "排摸就是把该问的人都问到：从花名册里列出 20 到 70 岁的人，印成村里、企业填的表，填回来照排摸码登记。年龄按规则包。"
NOBODY = "花名册里还没有人，排摸没有人可问。先把村里、企业报来的名单导入花名册。"


class SurveyPage(TabbedPage):
    """One round at a time; the newest open one first."""

    watches = frozenset({"survey_round", "survey_answer", "person", "rule_pack"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        self.rounds: Sequence[RoundRow] = ()
        self._chosen: str | None = None
        super().__init__(desk, TITLE, SENTENCE, (ProgressTab, EntryTab, DemandTab, RoundsTab))
        self.which = self.add_combo("轮次", [], self._on_round)
        self.which.setMinimumWidth(150)
        self._box.returnPressed.connect(self._on_return)
        press = QShortcut(QKeySequence("Ctrl+P"), self)
        press.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        press.activated.connect(self._print)

    @property
    def round(self) -> RoundRow | None:
        """The round shown; None while there is none."""
        return next((row for row in self.rounds if row.id == self._chosen), None)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``round`` shows that round; ``answer`` opens its form; ``tab`` and ``find`` as everywhere."""
        self._chosen = context.get("round", self._chosen)
        super().arrive({**context, "tab": "entry"} if context.get("answer") else context)

    def reload(self) -> None:
        self.desk.read(_rounds, self._take, owner=self, only="rounds")

    def _take(self, found: tuple[list[RoundRow], int]) -> None:
        self.rounds, people = found
        if self.round is None and self.rounds:
            opened = [row for row in self.rounds if row.state is RoundState.OPEN]
            self._chosen = (opened or list(self.rounds))[0].id
        self.which.offer([(row.id, row.title) for row in self.rounds])
        self.which.setVisible(len(self.rounds) > 1)
        if self.round is not None:
            self.which.choose(self.round.id)
            self.show_body()
            self.tab.reload()
            return
        buttons = [Push("新建排摸轮次", self.open_round, look="primary", icon_name="add")]
        if not people:
            buttons = [
                Push("导入花名册", partial(self.desk.open, "people", **{"import": True}), look="primary")
            ]
        self.set_foot("")
        self.show_blank("survey", "还没有排摸", EMPTY if people else NOBODY, buttons)

    @Slot()
    def open_round(self) -> None:
        """The form of a new round."""
        tab = self._by_key["rounds"]
        assert isinstance(tab, RoundsTab)
        tab.start_new()

    @Slot(object)
    def _on_round(self, round_id: str) -> None:
        self._chosen = round_id
        self.close_side()
        self.tab.reload()

    @Slot()
    def _on_return(self) -> None:
        if isinstance(self.tab, EntryTab):
            self.tab.take_code(self._box.text())

    @Slot()
    def _print(self) -> None:
        if isinstance(self.tab, (ProgressTab, EntryTab)):
            self.tab.print_lists()


def _rounds(session: Session) -> tuple[list[RoundRow], int]:
    return queries.rounds(session), person_count(session)


PAGE = PageSpec(
    "survey", TITLE, SENTENCE, "招生", "survey", partial(SurveyPage),
    keys_help=(
        ("Ctrl+F 排摸码 Enter", "打开这一张表"), ("Enter", "打开 / 往下一行"), ("Ctrl+Enter", "保存，回到排摸码"),
        ("Ctrl+N", "新建、列入、打印（看那一页）"), ("Ctrl+P", "打印排摸花名册"), ("Esc", "关上右边"),
    ),
)  # fmt: skip
