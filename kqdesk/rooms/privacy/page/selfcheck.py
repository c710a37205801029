"""等保自查: each item, what holds and where the proof is, read from the real state at this moment."""

from functools import partial
from typing import Any

from PySide6.QtCore import Slot

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, Date, LongText
from kqdesk.desk.form import FormPanel
from kqdesk.desk.frame import IDLE_MINUTES
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push
from kqdesk.desk.tabs import TabbedPage
from kqdesk.kernel.places import home_layout
from kqdesk.rooms.privacy import actions, papers, queries
from kqdesk.rooms.privacy.page.parts import ListedTab
from kqdesk.rooms.privacy.rules.selfcheck import CheckItem
from kqdesk.rooms.privacy.terms import Holds

TONES = {
    Holds.YES: ("success", "check"), Holds.PARTLY: ("warning", "warning"), Holds.NO: ("danger", "error"),
    Holds.ASK: ("neutral", "help"),
}  # fmt: skip
COLUMNS = (
    Column[CheckItem]("控制点", lambda r: r.clause, width=92),
    Column[CheckItem]("要求", lambda r: r.title, width=260, is_strong=True, tip=lambda r: r.title),
    Column[CheckItem]("结论", lambda r: "", kind="pill", width=124, pill=lambda r: _pill(r)),
    Column[CheckItem]("实际情况", lambda r: r.sentence, tip=lambda r: r.sentence),
    Column[CheckItem]("证明在哪里", lambda r: r.proof, width=200, tip=lambda r: r.proof),
)
ANSWERS = tuple((holds, holds.label) for holds in (Holds.YES, Holds.PARTLY, Holds.NO))


def _pill(row: CheckItem) -> Pill:
    tone, icon = TONES[row.holds]
    return Pill(row.holds.label, tone, icon)


class CheckTab(ListedTab):
    """The list; Enter goes where an item is mended, or asks what only a person knows."""

    key, title, primary, primary_icon = "check", "等保自查", "再核对一次", "reload"
    columns, name = COLUMNS, "privacy.check"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.items: list[CheckItem] = []
        self.printing = Push("打印自查表", self.print_row, icon_name="print", tip="Ctrl+P")
        self.tools = [self.printing]
        self.table.picked.connect(self._on_picked)

    @Slot(list)
    def _on_picked(self, rows: list[CheckItem]) -> None:
        """The whole sentence of the chosen line at the foot; the column may be too narrow for it."""
        if self.page.tab is self and len(rows) == 1:
            self.page.set_foot(f"{rows[0].title}：{rows[0].sentence}")

    def reload(self) -> None:
        self.desk.start(self._look, self._show, title="核对等保各项", owner=self)

    def _look(self, job: Job) -> list[CheckItem]:
        job.step(0, 0, "核对操作记录")
        store: Any = self.desk.store
        fault = store.verify_chain()
        job.step(0, 0, "核对签名和备份")
        with store.reading() as session:
            return queries.check_items(
                session, layout=home_layout(store.home), now=store.clock(), chain_fault=fault, idle_minutes=IDLE_MINUTES
            )  # fmt: skip

    def _show(self, items: list[CheckItem]) -> None:
        self.items = items
        counts = {holds: sum(one.holds is holds for one in items) for holds in Holds}
        foot = " · ".join(f"{holds.label} {count} 条" for holds, count in counts.items() if count)
        self.show_listed(items, foot)

    def start_new(self) -> None:
        """The filled button."""
        self.reload()

    @Slot(object)
    def open_row(self, row: CheckItem) -> None:
        """Enter: mend it, or say how it stands."""
        if row.asked:
            fields = (
                Choice(name="holds", label="结论", choices=ANSWERS, required=True, is_half=True),
                Date(name="on", label="确认日期", required=True, is_half=True),
                LongText(
                    name="proof", label="证明在哪里", lines=3, hint="哪份制度、哪个文件夹、哪年哪月演练"
                ),
            )
            values = {"on": self.desk.today(), "proof": row.proof}
            self.ask(row.title, fields, partial(self._save, row.asked), values=values)
        elif row.go is not None:
            page, tab = row.go
            self.desk.open(page, **({"tab": tab} if tab else {}))
        else:
            self.page.note.say(row.sentence, "info")

    def _save(self, item: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.answer_self_check, item=item, **values)

    @Slot()
    def print_row(self) -> None:
        """The whole list on paper."""
        self.show_paper("等保二级自查表", partial(papers.check_paper, items=tuple(self.items)))
