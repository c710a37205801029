"""The tabs 年度目标 and 宏观指标: what is typed in, each with its source."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column
from kqdesk.desk.fields import Check, Choice, Date, Field, LongText, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push, add_keys
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.reports import actions, queries
from kqdesk.rooms.reports.queries import MacroRow, TargetRow
from kqdesk.rooms.reports.rules import FIGURES, calendar_year
from kqdesk.rooms.reports.rules.figures import plain

CHOICES = tuple(
    (key, f"{kind.title}（{kind.unit.label}）") for key, kind in FIGURES.items() if not kind.is_mean
)
BESIDE = tuple((key, kind.title) for key, kind in FIGURES.items())
TARGETS = (
    Column[TargetRow]("年份", lambda r: f"{r.year}{'学年' if r.by_school_year else '年'}", width=90),
    Column[TargetRow]("指标", lambda r: FIGURES[r.figure].title if r.figure in FIGURES else r.figure, is_strong=True),
    Column[TargetRow]("本校目标", lambda r: f"{r.value:,}", kind="number", width=110, sort=lambda r: r.value),
    Column[TargetRow]("全区一年", lambda r: f"{r.district:,}" if r.district else "", kind="number", width=110),
    Column[TargetRow]("由谁定", lambda r: r.origin.label, width=100),
    Column[TargetRow]("依据", lambda r: r.source, width=260, tip=lambda r: r.source),
)  # fmt: skip
MACROS = (
    Column[MacroRow]("指标", lambda r: r.title, is_strong=True),
    Column[MacroRow]("数值", lambda r: r.shown, kind="number", width=120),
    Column[MacroRow]("范围", lambda r: r.area, width=100),
    Column[MacroRow]("截至", lambda r: f"{r.as_of:%Y-%m-%d}", width=104),
    Column[MacroRow]("本校", lambda r: r.own, kind="number", width=120, tip=lambda r: FIGURES[r.figure].title if r.figure in FIGURES else ""),
    Column[MacroRow]("来源", lambda r: r.source, width=170, tip=lambda r: r.source),
)  # fmt: skip


class EntryTab(Tab):
    """A list with a form, Enter to change, Del to take out."""

    columns: Sequence[Column[Any]]
    unit, icon, empty = "个", "reports", ""

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.table = TableView(self.columns, name=f"reports.{self.key}", memory=self.desk.memory)
        self.table.opened.connect(self.edit)
        add_keys(self.table, ("F2", self.edit_current), ("Del", self.drop_current))
        self.table.add_menu("修改　F2", self.edit_current, "edit")
        self.table.add_menu("删除　Del", self.drop_current, "delete")
        self.fill_with(self.table)

    def ask(self, session: Session) -> Sequence[Any]:
        """The rows."""
        raise NotImplementedError

    def reload(self) -> None:
        self.desk.read(self.ask, self._take, owner=self, only="reload")

    def _take(self, rows: Sequence[Any]) -> None:
        if self.page.tab is not self:
            return
        self.table.show_rows(rows)
        self.page.set_foot(f"共 {len(rows)} {self.unit}")
        if rows:
            self.page.show_body()
            return
        button = Push(self.primary, self.start_new, look="primary", icon_name="add")
        self.page.show_blank(self.icon, f"还没有{self.title}", self.empty, [button])

    def edit(self, row: Any) -> None:
        """The form of one row."""
        raise NotImplementedError

    def drop(self, row: Any) -> None:
        """Take one out."""
        raise NotImplementedError

    @Slot()
    def edit_current(self) -> None:
        """F2."""
        if self.table.current() is not None:
            self.edit(self.table.current())

    @Slot()
    def drop_current(self) -> None:
        """Del."""
        if self.table.current() is not None:
            self.drop(self.table.current())

    def put(self, panel: FormPanel) -> None:
        """Show a form at the right."""
        self.page.open_form(panel, self._close)

    def _close(self) -> None:
        self.page.set_side(None)
        self.table.setFocus()

    def gone(self, _: Any) -> None:
        """Said after one was taken out."""
        self.desk.tell("已去掉。", undo=True)


class TargetsTab(EntryTab):
    """The school's own share of each figure for a year."""

    key, title, primary = "targets", "年度目标", "填目标"
    columns = TARGETS
    empty = "区里一年的总数在规则包里；本校一年要完成多少，填在这里，工作台和月报就会说进度、落后和原因。"

    def ask(self, session: Session) -> Sequence[Any]:
        return queries.target_rows(session, on=self.desk.today())

    def start_new(self) -> None:
        values = {"year": self.desk.today().year, "by_school_year": False}
        self.put(FormPanel(self.desk, "填目标", target_fields(), self._save, values=values))

    @Slot(object)
    def edit(self, row: TargetRow) -> None:
        load = partial(queries.target_form, row_id=row.id)
        self.put(FormPanel(self.desk, "修改目标", target_fields(), self._save, load=load))

    def drop(self, row: TargetRow) -> None:
        self.desk.run(actions.drop_target, then=self.gone, owner=self, target_id=row.id)

    def _save(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.set_target, **values)


class MacroTab(EntryTab):
    """Numbers of the whole district from outside."""

    key, title, primary = "macro", "宏观指标", "登记指标"
    columns = MACROS
    empty = "全区的平均受教育年限、技能人才总量等，由别的部门统计。照文件抄来，写明来源和截至日期，旁边就有本校的数。"

    def ask(self, session: Session) -> Sequence[Any]:
        today = self.desk.today()
        return queries.macro_beside(session, calendar_year(today.year, until=today))

    def start_new(self) -> None:
        values = {"area": "全区", "as_of": date(self.desk.today().year - 1, 12, 31)}
        self.put(FormPanel(self.desk, "登记指标", macro_fields(), self._save_new, values=values))

    @Slot(object)
    def edit(self, row: MacroRow) -> None:
        save = partial(self._save_change, row.id)
        load = partial(_macro_values, row_id=row.id)
        self.put(FormPanel(self.desk, "修改指标", macro_fields(), save, load=load))

    def drop(self, row: MacroRow) -> None:
        self.desk.run(actions.retire_macro, then=self.gone, owner=self, macro_id=row.id)

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.add_macro, **_in_hundredths(values))

    def _save_change(self, macro_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.change_macro, macro_id=macro_id, seen=panel.seen, **_in_hundredths(values))


def _macro_values(session: Session, row_id: str) -> dict[str, Any]:
    values: dict[str, Any] = dict(queries.macro_form(session, row_id))
    values["number"] = Decimal(values.pop("hundredths")) / 100
    return values


def _in_hundredths(values: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in values.items() if name != "number"}
    return {**given, "hundredths": int(values["number"] * 100)}


def target_fields() -> tuple[Field, ...]:
    """What is asked of a target."""
    return (
        Choice(name="figure", label="指标", choices=CHOICES, required=True),
        Number(name="year", label="年份", least=2004, most=2100, required=True, is_half=True),
        Check(name="by_school_year", label="按学年（9月1日起）", is_half=True),
        Number(name="value", label="目标数", least=1, required=True),
        Text(name="source", label="依据", required=True, hint="哪个文件、谁定的，例如：柯教〔2026〕3 号附件"),
    )


def macro_fields() -> tuple[Field, ...]:
    """What is asked of a number of the district."""
    return (
        Text(name="title", label="指标", required=True, placeholder="劳动年龄人口平均受教育年限"),
        Number(name="number", label="数值", places=2, least=0, required=True, is_half=True),
        Text(name="unit", label="单位", required=True, is_half=True, placeholder="年、人、%"),
        Text(name="area", label="范围", required=True, is_half=True),
        Date(name="as_of", label="截至", required=True, is_half=True),
        Text(name="source", label="来源", required=True, hint="哪个文件或哪个部门"),
        Choice(name="figure", label="旁边放本校的", choices=BESIDE),
        LongText(name="note", label="备注"),
    )


def shown(figure: str, value: int) -> str:
    """A number of a figure; the bare number when this program does not know the figure."""
    return plain(FIGURES[figure], value) if figure in FIGURES else f"{value:,}"
