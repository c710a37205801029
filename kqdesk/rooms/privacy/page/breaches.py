"""安全事件: what happened, what was done, who was told by when; the report on paper."""

from functools import partial
from typing import Any

from PySide6.QtCore import Slot

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Field, LongText, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push
from kqdesk.desk.tabs import TabbedPage
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.privacy import actions, papers, queries
from kqdesk.rooms.privacy.page.parts import ListedTab
from kqdesk.rooms.privacy.queries import BreachRow
from kqdesk.rooms.privacy.terms import BreachState

COLUMNS = (
    Column[BreachRow]("发现时间", lambda r: f"{r.found_at.astimezone(CHINA):%Y-%m-%d %H:%M}", width=150),
    Column[BreachRow]("事件", lambda r: r.title, width=220, is_strong=True),
    Column[BreachRow]("涉及", lambda r: r.kinds),
    Column[BreachRow]("人数", lambda r: "" if r.person_count is None else f"{r.person_count:,}", kind="number", width=80),
    Column[BreachRow]("最迟报告", lambda r: f"{r.due_at.astimezone(CHINA):%m-%d %H:%M}" if r.due_at else "立即（小时数未配置）", width=170),
    Column[BreachRow]("报告给", lambda r: r.reported_to, width=150),
    Column[BreachRow]("状态", lambda r: "", kind="pill", width=120, pill=lambda r: _state(r)),
)  # fmt: skip


def _state(row: BreachRow) -> Pill:
    if row.state is BreachState.CLOSED:
        return Pill(row.state.label, "success", "check")
    return (
        Pill("待报告", "danger", "warning") if row.reported_at is None else Pill(row.state.label, "warning")
    )


def _fields() -> tuple[Field, ...]:
    return (
        Text(name="title", label="事件", required=True, hint="如：存有花名册的 U 盘丢失", longest=60),
        LongText(name="happened", label="经过", required=True, lines=3),
        Text(name="kinds", label="涉及哪些信息", hint="如：姓名、证件号、电话", is_half=True),
        Number(name="person_count", label="涉及人数", least=0, is_half=True),
        LongText(name="cause", label="原因", lines=2),
        LongText(name="harm", label="可能的危害", lines=2),
        LongText(name="measures", label="采取的措施", lines=2, hint="如：已换密码、已通知各村停用旧表"),
        LongText(
            name="told_people", label="怎样告诉本人", lines=2, hint="能有效避免危害的可以不逐人告诉，写明理由"
        ),
    )


class BreachTab(ListedTab):
    """The incidents."""

    key, title, primary = "breaches", "安全事件", "登记事件"
    columns, name = COLUMNS, "privacy.breaches"
    empty = (
        "warning",
        "还没有安全事件",
        "名单外泄、U 盘丢失、账号被盗用，都在这里登记：马上采取措施，按时报告，需要时告诉本人。什么也没发生最好。",
    )

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.reporting = Push("登记报告", self.report, icon_name="upload", tip="已经报告给哪个部门")
        self.closing = Push("结案", self.close_case, icon_name="done")
        self.printing = Push("打印报告", self.print_row, icon_name="print", tip="Ctrl+P")
        self.tools = [self.reporting, self.closing, self.printing]

    def reload(self) -> None:
        self.desk.read(queries.breaches, self._show, owner=self, only="reload")

    def _show(self, rows: list[BreachRow]) -> None:
        waiting = sum(row.reported_at is None and row.state is BreachState.OPEN for row in rows)
        self.show_listed(rows, f"共 {len(rows)} 件" + (f" · {waiting} 件还没有报告" if waiting else ""))

    def start_new(self) -> None:
        """The filled button."""
        self.ask("登记安全事件", _fields(), self._save_new)

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.record_breach, then=self._saved, **values)

    def _saved(self, _: Any) -> None:
        self.desk.tell("已登记。请马上采取措施，并按时报告区里。", undo=True)

    @Slot(object)
    def open_row(self, row: BreachRow) -> None:
        """Enter: what is known now."""
        if row.state is BreachState.CLOSED:
            self.print_row()
            return
        load = partial(queries.breach_form, breach_id=row.id)
        self.ask(row.title, _fields(), partial(self._save_change, row.id), load=load)

    def _save_change(self, key: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.change_breach, breach_id=key, seen=panel.seen, **values)

    @Slot()
    def report(self) -> None:
        """It was told to somebody."""
        row = self.chosen("请先选一件事件。")
        if row is not None:
            fields = (
                Text(name="reported_to", label="报告给", required=True, hint="如：区教育局办公室、区网信办"),
            )
            self.ask(f"登记报告：{row.title}", fields, partial(self._save_report, row.id))

    def _save_report(self, key: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.report_breach, breach_id=key, **values)

    @Slot()
    def close_case(self) -> None:
        """Over."""
        row = self.chosen("请先选一件事件。")
        if row is not None:
            self.desk.run(actions.close_breach, owner=self, breach_id=row.id)

    @Slot()
    def print_row(self) -> None:
        """The report."""
        row = self.chosen("请先选一件事件，再打印报告。")
        if row is not None:
            self.show_paper("个人信息安全事件报告", partial(papers.breach_paper, row=row))
