"""The tabs 职工教育经费 (a firm's years, checked) and 名额 (places from province to township)."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, Field, Money, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push, add_keys
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.office.rules.rulewords import money, percent
from kqdesk.rooms.subsidies import actions, papers, queries, sheets
from kqdesk.rooms.subsidies.page.making import school_of
from kqdesk.rooms.subsidies.page.parts import TONES, SideCard
from kqdesk.rooms.subsidies.queries import FundRow, QuotaRow
from kqdesk.rooms.subsidies.terms import QuotaLevel, Standing


def _sum(fen: int | None) -> str:
    return "" if fen is None else money(fen)


def _base(row: FundRow) -> str:
    base = row.check.base
    return f"{percent(base.amount.permille or 0)}（{base.paper_no}）" if base else "未配置"


COLUMNS = (
    Column[FundRow]("企业", lambda r: r.firm, is_strong=True, tip=lambda r: r.firm),
    Column[FundRow]("年份", lambda r: str(r.year), kind="number", width=66),
    Column[FundRow]("结论", lambda r: r.check.standing.label, kind="pill", width=100,
                    pill=lambda r: Pill(r.check.standing.label, TONES[r.check.standing])),
    Column[FundRow]("扣除比例", _base, width=190, tip=_base),
    Column[FundRow]("支出", lambda r: _sum(r.check.year.spend), kind="number", width=124, sort=lambda r: r.check.year.spend or 0),
    Column[FundRow]("可扣除", lambda r: _sum(r.check.deductible), kind="number", width=124, sort=lambda r: r.check.deductible or 0),
    Column[FundRow]("结转下年", lambda r: _sum(r.check.carry_out), kind="number", width=118, sort=lambda r: r.check.carry_out or 0),
)  # fmt: skip
EMPTY = "一家企业一年一行：工资总额、教育经费支出、用在一线职工的。程序按当年的文件算出能扣多少、结转多少、一线够不够三分之二。"


class FundTab(Tab):
    """Enter opens a year of a firm."""

    key, title, search_hint, primary = "fund", "职工教育经费", "企业名称", "登记年度"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.rows: Sequence[FundRow] = ()
        self._firm = ""
        self.tools: list[QWidget] = [
            Push("打印", self.print_, icon_name="print", tip="选中企业的检查表"), Push("导出", self.export, icon_name="export"),
        ]  # fmt: skip
        self.table = TableView(COLUMNS, name="subsidies.fund", memory=self.desk.memory)
        self.table.opened.connect(self.open_year)
        add_keys(
            self.table,
            ("F2", self.edit),
            ("Del", self.drop),
            ("Ctrl+P", self.print_),
            ("Esc", page.close_side),
        )
        self.fill_with(self.table)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``firm`` opens its newest year."""
        self._firm = str(context.get("firm", ""))

    def reload(self) -> None:
        self.desk.read(
            partial(queries.fund_rows, on=self.desk.today()), self.show_rows, owner=self, only="fund"
        )

    def show_rows(self, rows: Sequence[FundRow]) -> None:
        """Firms' years with their checks."""
        if self.page.tab is not self:
            return
        text = self.page.searched_text()
        self.rows = [row for row in rows if text in row.firm]
        self.table.show_rows(self.rows)
        bad = sum(row.check.standing is Standing.UNMET for row in self.rows)
        self.page.set_foot(f"共 {len(self.rows)} 条 · 不符合 {bad} 条")
        if rows:
            self.page.show_body()
        else:
            add = Push(self.primary, self.start_new, look="primary", icon_name="add")
            self.page.show_blank("subsidies", "还没有登记企业职工教育经费", EMPTY, [add])
        wanted, self._firm = self._firm, ""
        found = next((row for row in self.rows if wanted and row.firm_id == wanted), None)
        if found is not None:
            self.open_year(found)

    @Slot(object)
    def open_year(self, row: FundRow) -> None:
        """Every line of the check."""
        panel = SideCard(self.desk, f"{row.firm} {row.year} 年", _base(row), wide=60)
        panel.verdict(row.check.lines)
        panel.buttons(
            [Push("修改", self.edit, icon_name="edit"), Push("检查表", self.print_, icon_name="print")]
        )
        panel.finish()
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)

    def start_new(self) -> None:
        """A year of a firm."""
        self.desk.read(
            queries.firm_choices, partial(self._form, {"year": self.desk.today().year - 1}), owner=self
        )

    @Slot()
    def edit(self) -> None:
        """F2: the chosen year again."""
        row: FundRow | None = self.table.current()
        if row is not None:
            self.desk.read(partial(_form_of, row.id), self._edit, owner=self)

    def _edit(self, found: tuple[Sequence[tuple[str, str]], dict[str, Any]]) -> None:
        self._form(found[1], found[0])

    def _form(self, values: Mapping[str, Any], firms: Sequence[tuple[str, str]]) -> None:
        if not firms:
            self.page.note.say(
                "还没有企业。", "refused", ("去地方登记企业", partial(self.desk.open, "places", tab="firms"))
            )
            return
        fields: tuple[Field, ...] = (
            Choice(name="firm_id", label="企业", choices=firms, required=True),
            Number(name="year", label="年份", least=1990, most=2100, required=True, is_half=True),
            Money(name="wages_total", label="工资总额（元）", is_half=True),
            Money(name="training_spend", label="教育经费支出（元）", is_half=True),
            Money(name="frontline_spend", label="其中一线职工（元）", is_half=True),
            Money(name="carry_in", label="上年结转（元）", hint="空着就按上年算出来的"),
            Text(name="source", label="依据", required=True, hint="例如：企业年报、所得税汇算清缴表"),
        )  # fmt: skip
        panel = FormPanel(self.desk, "职工教育经费", fields, self._save, values=values)
        self.page.open_form(panel)

    def _save(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.keep_fund_year, **values)

    @Slot()
    def drop(self) -> None:
        """Entered for the wrong firm."""
        row: FundRow | None = self.table.current()
        if row is not None:
            self.page.close_side()
            self.desk.run(actions.drop_fund_year, then=self._dropped, owner=self, row_id=row.id)

    def _dropped(self, _: Any) -> None:
        self.desk.tell("已删除这一年的登记。", undo=True)

    @Slot()
    def print_(self) -> None:
        """检查表 of the chosen firm with all its years."""
        row: FundRow | None = self.table.current()
        if row is None:
            return
        rows, store, today = (
            tuple(one for one in self.rows if one.firm_id == row.firm_id),
            self.desk.store,
            self.desk.today(),
        )
        firm, code = row.firm, row.credit_code

        def draw(_: Any) -> bytes:
            with store.reading() as session:
                name, _phone = school_of(session)
            return papers.pdf(
                papers.FUND, [papers.fund_part(papers.FundPaper(name, firm, code, rows, today))]
            )

        self.desk.start(draw, self._preview, title="排版检查表", owner=self)

    def _preview(self, pdf: bytes) -> None:
        PdfPreview(self.desk, papers.FUND, pdf, f"{papers.FUND}.pdf", self).open()

    @Slot()
    def export(self) -> None:
        """Every line as shown."""
        path, _ = QFileDialog.getSaveFileName(self, "导出", "职工教育经费检查.xlsx", "Excel (*.xlsx)")
        if path:
            rows = list(self.rows)
            self.desk.start(lambda _: sheets.write_funds(Path(path), rows), self._exported, owner=self)

    def _exported(self, count: int) -> None:
        self.desk.tell(f"已导出 {count} 条。")


def _form_of(row_id: str, session: Session) -> tuple[Sequence[tuple[str, str]], dict[str, Any]]:
    return queries.firm_choices(session), queries.fund_form(session, row_id)


QUOTAS = (
    Column[QuotaRow]("年份", lambda r: str(r.year), kind="number", width=70),
    Column[QuotaRow]("规则", lambda r: r.rule_id, kind="code", width=120, is_strong=True),
    Column[QuotaRow]("级别", lambda r: r.level.label, width=120),
    Column[QuotaRow]("地区", lambda r: r.region, width=150),
    Column[QuotaRow]("名额", lambda r: str(r.places), kind="number", width=76),
    Column[QuotaRow]("每个名额", lambda r: _sum(r.amount_fen), kind="number", width=110),
    Column[QuotaRow]("本校已用", lambda r: str(r.used or ""), kind="number", width=86),
    Column[QuotaRow]("依据", lambda r: r.paper, tip=lambda r: r.paper),
)  # fmt: skip
NO_QUOTAS = (
    "按名额给的奖补（例如工会的学历补助），名额从省、市、县分到镇街，登记在这里；下一级合起来不能超过上一级。"
)


class QuotasTab(Tab):
    """Places by level."""

    key, title, search_hint, primary = "quotas", "名额", "", "登记名额"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.table = TableView(QUOTAS, name="subsidies.quotas", memory=self.desk.memory)
        self.table.opened.connect(self._open)
        add_keys(self.table, ("Del", self.drop))
        self.fill_with(self.table)

    def reload(self) -> None:
        self.desk.read(queries.quotas, self.show_rows, owner=self, only="quotas")

    def show_rows(self, rows: Sequence[QuotaRow]) -> None:
        """Newest year first."""
        if self.page.tab is not self:
            return
        self.table.show_rows(rows)
        self.page.set_foot(f"共 {len(rows)} 条")
        if rows:
            self.page.show_body()
        else:
            add = Push(self.primary, self.start_new, look="primary", icon_name="add")
            self.page.show_blank("subsidies", "还没有登记名额", NO_QUOTAS, [add])

    def start_new(self) -> None:
        """One level's places."""
        self._form({"year": self.desk.today().year, "level": QuotaLevel.TOWNSHIP})

    @Slot(object)
    def _open(self, row: QuotaRow) -> None:
        names = ("rule_id", "year", "level", "region", "places", "amount_fen", "paper")
        self._form({name: getattr(row, name) for name in names})

    def _form(self, values: Mapping[str, Any]) -> None:
        levels = tuple((level, level.label) for level in QuotaLevel)
        fields: tuple[Field, ...] = (
            Text(name="rule_id", label="规则编号", required=True, is_half=True, hint="如 GH-2"),
            Number(name="year", label="年份", least=2000, most=2100, required=True, is_half=True),
            Choice(name="level", label="级别", choices=levels, required=True, is_half=True),
            Text(name="region", label="地区", required=True, is_half=True, hint="镇街写名称或代码"),
            Number(name="places", label="名额", least=0, required=True, is_half=True),
            Money(name="amount_fen", label="每个名额（元）", is_half=True),
            Text(name="paper", label="依据", required=True),
        )
        panel = FormPanel(self.desk, "奖补名额", fields, self._save, values=values)
        self.page.open_form(panel)

    def _save(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.keep_quota, **values)

    @Slot()
    def drop(self) -> None:
        """Entered by mistake."""
        row: QuotaRow | None = self.table.current()
        if row is not None:
            self.desk.run(actions.drop_quota, owner=self, row_id=row.id)
