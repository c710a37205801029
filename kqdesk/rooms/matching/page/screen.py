"""The frame of 匹配: five tabs over one pool of people, read once and kept up with what changes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.seat import Books
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.matching import queries
from kqdesk.rooms.matching.page.demand import DemandTab
from kqdesk.rooms.matching.page.match import MatchTab
from kqdesk.rooms.matching.page.outbound import OutboundPanel
from kqdesk.rooms.matching.page.policy import PolicyTab
from kqdesk.rooms.matching.page.supply import SupplyTab, VacancyTab
from kqdesk.rooms.matching.page.trial import TrialDialog
from kqdesk.rooms.matching.queries import Known
from kqdesk.rooms.matching.rules.fitting import Gates

T = TypeVar("T")
Asked = Callable[[Session, Known, Gates], T]
TITLE = "匹配"
SENTENCE = "供给、需求、政策对在一起：谁适合学什么、为什么；选一组人试算，试好了就开班。"


class MatchingPage(TabbedPage):
    """Everybody is read at the first question and kept as columns; later questions read only what changed."""

    watches = frozenset(
        {"offer", "offer_answer", "vacancy", "person", "survey_answer", "survey_round", "enrolment", "cohort", "course",
         "programme", "rule_pack", "site", "classroom", "lesson"}
    )  # fmt: skip

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        self.known: Known | None = None
        super().__init__(desk, TITLE, SENTENCE, (MatchTab, DemandTab, SupplyTab, PolicyTab, VacancyTab))
        press = QShortcut(QKeySequence("Ctrl+T"), self)
        press.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        press.activated.connect(self._on_trial)
        self.add_button(
            "外发清单",
            self.send_out,
            icon_name="upload",
            keys="Ctrl+P",
            tip="给市民、院校、企业的清单：打印或 Excel",
        )

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``person``: everything one person could do; ``offer``: who fits it; ``tab`` and ``find`` as everywhere."""
        super().arrive(
            {**context, "tab": "match"} if context.get("person") or context.get("offer") else context
        )

    def ask(self, question: "Asked[T]", then: Callable[[T], object], *, owner: QWidget, only: str) -> None:
        """Put a question to everybody: ``question(session, known, gates)`` off the window, then ``then(answer)``."""
        work = partial(_answer, self.known, self.desk.today(), question)
        self.desk.read(work, partial(self._keep, then), owner=owner, only=only)

    def _keep(self, then: Callable[[Any], object], found: "tuple[Known, Any]") -> None:
        known, answer = found
        if self.known is None or known.position >= self.known.position:
            self.known = known
        then(answer)

    def work(self, question: "Asked[T]", then: Callable[[T], object], *, title: str, owner: QWidget) -> None:
        """The same as a job in the strip: files and papers."""
        made = partial(_work, self.desk.store, self.known, self.desk.today(), question)
        self.desk.start(made, partial(self._keep, then), title=title, owner=owner)

    def start_trial(
        self, title: str, people: Sequence[str], *, subject: str = "", place: str = "", by_firm: bool = False
    ) -> None:
        """组班试算 for a group. ``subject``: course or programme it is about (c:/p: + id); ``place``: whose people they are."""
        if not people:
            self.desk.tell("这一组里没有人，没有可试算的。", kind="refused")
            return
        dialog = TrialDialog(
            self, title, tuple(dict.fromkeys(people)), subject=subject, place=place, by_firm=by_firm
        )
        dialog.open()

    @Slot()
    def _on_trial(self) -> None:
        if isinstance(self.tab, (MatchTab, DemandTab)):
            self.tab.start_trial()

    def chosen_people(self) -> tuple[str, ...]:
        """People selected in the list of an offer, or the one whose ways are shown."""
        tab = self.tab
        return tab.chosen_people() if isinstance(tab, MatchTab) else ()

    @Slot()
    def send_out(self) -> None:
        """Choose what goes to whom."""
        panel = OutboundPanel(self)
        panel.closed.connect(self.close_side)
        self.set_side(panel)
        panel.form.focus_first()


def _answer(known: Known | None, on: Any, question: "Asked[T]", session: Session) -> "tuple[Known, T]":
    fresh = queries.keep_up(session, known, on=on) if known else queries.know_everybody(session, on=on)
    return fresh, question(session, fresh, queries.gates_on(session, on))


def _work(store: Books, known: Known | None, on: Any, question: "Asked[T]", job: Job) -> "tuple[Known, T]":
    with store.reading() as session:
        job.step(0, 0, "算匹配")
        return _answer(known, on, question, session)


def find(session: Session, text: str, limit: int) -> list[Hit]:
    """Offers for Ctrl+K, whether one may sign up now or not."""
    rows = queries.offers(session, on=date.min, text=text)[:limit] if text else []
    return [_hit(row.title, row.provider) for row in rows]


def _hit(title: str, provider: str) -> Hit:
    return Hit(title, f"供给 {provider}".strip(), "matching", "matching", {"tab": "supply", "find": title})


SOURCE = Source("供给", find)
PAGE = PageSpec(
    "matching", TITLE, SENTENCE, "招生", "matching", partial(MatchingPage),
    keys_help=(
        ("Enter", "打开：看是哪些人、看为什么"), ("Ctrl+T", "组班试算"), ("F2", "登记答复 / 修改"), ("Ctrl+L", "看这个人能学什么"),
        ("Ctrl+P", "外发清单"), ("Ctrl+E", "导出"), ("Ctrl+I", "导入"), ("Esc", "返回、关上右边"),
    ),
)  # fmt: skip
