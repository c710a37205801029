"""The tab 回访: whom to call this week, one person's calls, what was said, the list on paper and as Excel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog
from sqlalchemy.orm import Session

from kqdesk.desk.cardlist import CardTab, SideCard
from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.listimport import ListImport, ListImportDialog, Told
from kqdesk.desk.memory import Memory
from kqdesk.desk.parts import Push, Segments, label
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.followup import actions, queries, sheets
from kqdesk.rooms.followup.actions import Visited
from kqdesk.rooms.followup.page import asking
from kqdesk.rooms.followup.page.visit_form import visit_panel
from kqdesk.rooms.followup.queries import Bands, Call, CallRow, PersonCalls, VisitRow
from kqdesk.rooms.followup.terms import CallState
from kqdesk.security.masking import mask_phone

TONES = {
    CallState.PLANNED: "neutral", CallState.DUE: "primary", CallState.OVERDUE: "warning", CallState.ANSWERED: "success",
    CallState.REFUSED: "neutral", CallState.LOST: "neutral", CallState.MISSED: "danger",
}  # fmt: skip
EMPTY = "学员结业、取得学历证书以后，到了规则包定的月份（如 3、6、12 个月），会自己出现在这里，不用排计划。"


def _pill(state: CallState) -> Pill:
    return Pill(state.label, TONES[state])


COLUMNS = (
    Column[CallRow]("姓名", lambda row: row.name, width=88, is_strong=True),
    Column[CallRow]("哪次培训（几个月后）", lambda row: row.words, tip=lambda row: row.words),
    Column[CallRow]("状态", lambda row: row.state.label, kind="pill", width=108, pill=lambda row: _pill(row.state)),
    Column[CallRow]("应回访日", lambda row: f"{row.on:%Y-%m-%d}", width=108),
    Column[CallRow]("上次", lambda row: row.last, width=126),
    Column[CallRow]("电话", lambda row: mask_phone(row.phone), kind="code", width=118),
    Column[CallRow]("村社", lambda row: row.village, width=104, tip=lambda row: row.village),
    Column[CallRow]("单位、岗位", lambda row: row.work, width=150, tip=lambda row: row.work),
)  # fmt: skip
WAVES = (
    Column[Call]("哪次培训", lambda row: row.words, is_strong=True, tip=lambda row: f"{row.of.on:%Y-%m-%d} {row.of.completion.label}"),
    Column[Call]("应回访日", lambda row: f"{row.on:%y-%m-%d}", width=84),
    Column[Call]("状态", lambda row: row.state.label, kind="pill", width=100, pill=lambda row: _pill(row.state)),
)  # fmt: skip
VISITS = (
    Column[VisitRow]("回访", lambda row: f"{row.on:%y-%m-%d} {row.way.label}", width=116, is_strong=True, sort=lambda row: row.on),
    Column[VisitRow]("说了什么", lambda row: row.words, tip=lambda row: f"{row.words}（{row.by}）"),
)  # fmt: skip


class PersonPanel(SideCard):
    """One person's waves and contacts."""

    card: PersonCalls | None

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.waves = TableView(
            WAVES, name="followup.waves", memory=memory, key=lambda one: one.key, dense=True
        )
        self.waves.setAccessibleName("各次回访")
        self.visits = TableView(VISITS, name="followup.visits", memory=memory, dense=True)
        self.visits.setAccessibleName("回访记录")
        self.visits.opened.connect(self._on_visit)
        self.visits.add_menu("修改　F2", partial(self.asked.emit, "edit"), "edit")
        self.visits.add_menu("删除　Del", partial(self.asked.emit, "remove"), "delete")
        self.ask_on("Del", self.visits, "remove")
        buttons = (
            ("visit", "记回访", "phone", "Ctrl+T"), ("life", "生命线", "history", "Ctrl+J"), ("person", "看花名册", "person", ""),
            ("refer", "登记报读", "referrals", ""),
        )  # fmt: skip
        column = self.stand(
            [Push(words, partial(self.asked.emit, key), icon_name=icon, tip=f"{words}　{keys}".strip("　"))
             for key, words, icon, keys in buttons]
        )  # fmt: skip
        self.empty = label(
            "还没有回访过。按 Ctrl+T 记一次；一次回访，这一段时间该问的几次培训一起算。", "small"
        )
        self.empty.setWordWrap(True)
        self.empty.setContentsMargins(16, 0, 16, 8)
        column.addWidget(self.waves, 2)
        column.addWidget(self.empty)
        column.addWidget(self.visits, 3)
        column.addStretch(0)

    def show_card(self, card: PersonCalls) -> None:
        """Another person, or the same one after a contact."""
        self.card = card
        self.heading.setText(card.name)
        work = " ".join(part for part in (card.employer, card.job) if part)
        lines = (" · ".join(part for part in (card.village, card.phone) if part), work and f"花名册：{work}",
                 "已登记报读" if card.referral_id else "")  # fmt: skip
        self.facts.setText("\n".join(line for line in lines if line))
        self.waves.show_rows(card.calls)
        self.visits.show_rows(card.visits)
        self.empty.setVisible(not card.visits)
        self.visits.setVisible(bool(card.visits))

    @Slot(object)
    def _on_visit(self, _: VisitRow) -> None:
        self.asked.emit("edit")


@dataclass(frozen=True)
class Found:
    """Everything the tab shows at once."""

    rows: Sequence[CallRow]
    due: queries.DueCount
    months: tuple[int, ...]
    card: PersonCalls | None


def _asked(shelf: str, text: str, person_id: str, today: date, session: Session) -> Found:
    rows = queries.call_rows(session, today=today, shelf=shelf, text=text)
    card = queries.person_calls(session, person_id, today=today) if person_id else None
    return Found(rows, queries.calls_due(session, today=today), queries.followed_months(session, today), card)


class CallsTab(CardTab):
    """Enter opens a person, Ctrl+T writes down what she said."""

    key, title, search_hint, primary, primary_icon = "calls", "回访", "姓名、拼音、村社", "登记回访", "phone"
    card_kind = PersonPanel

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.shelf = Segments(list(queries.SHELVES.items()), name="范围")
        self.shelf.chosen.connect(self._on_shelf)
        self.tools = [
            self.shelf,
            Push("名单", self.print_out, tip="打印回访名单　Ctrl+P"),
            Push("导出", self.export, tip="Excel，填好再导回来　Ctrl+E"),
            Push("导入", self.import_, tip="填好的回访名单　Ctrl+I"),
        ]
        self.list_rows(TableView(COLUMNS, name="followup.calls", memory=self.desk.memory), "回访名单")
        self.table.add_menu("记回访　Ctrl+T", partial(self.do, "visit"), "phone")
        self.table.add_menu("生命线　Ctrl+J", partial(self.do, "life"), "history")
        self._rows: Sequence[CallRow] = ()
        self._bands = Bands()
        self.steps = {
            "visit": self._visit, "edit": self._edit, "remove": self._remove, "life": self._life, "person": self._person,
            "refer": self._refer,
        }  # fmt: skip

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``person`` opens her, ``shelf`` chooses one."""
        if context.get("shelf") in queries.SHELVES:
            self.shelf.choose(context["shelf"])
        if context.get("person"):
            self.chosen_id = str(context["person"])

    def reload(self) -> None:
        ask = partial(
            _asked, self.shelf.value(), self.page.searched_text(), self.chosen_id, self.desk.today()
        )
        self.desk.read(ask, self._show, owner=self, only="reload")

    def _show(self, found: Found) -> None:
        if not self.is_shown:
            return
        self._rows = found.rows
        self.table.show_rows(found.rows)
        self.shelf.retitle("week", f"七天内 {found.due.people}" if found.due.people else "七天内")
        self.shelf.retitle("overdue", f"超期 {found.due.overdue}" if found.due.overdue else "超期")
        when = "、".join(str(one) for one in found.months)
        self.page.set_foot(
            f"共 {len(found.rows)} 人 · 结业后 {when} 个月回访" if when else f"共 {len(found.rows)} 人"
        )
        if not found.months:
            self.page.show_blank(
                "followup", "几个月后回访：未配置", "请先在规则包里填「结业（取得学历证书）几个月后回访」。",
                [Push("去规则包", self._to_packs, look="primary")],
            )  # fmt: skip
        elif (
            not found.rows
            and self.shelf.value() == "week"
            and not self.page.searched_text()
            and not self.page.side
        ):
            self.page.show_blank(
                "followup",
                "七天内没有要回访的人",
                EMPTY,
                [Push("看以后的", self._show_ahead), Push("登记回访", self.start_new)],
            )
        else:
            self.page.show_body()
        self.show_card(found.card)

    @Slot()
    def _show_ahead(self) -> None:
        self.shelf.choose("ahead")
        self.reload()

    @Slot()
    def _to_packs(self) -> None:
        self.desk.open("office", tab="packs", find=queries.MONTHS)

    @Slot(object)
    def _on_shelf(self, _: Any) -> None:
        self.page.close_side()
        self.chosen_id = ""
        self.reload()

    # -- doing ------------------------------------------------------------------------------------

    def start_new(self) -> None:
        """Anybody may be called, on the list or not."""
        self._ask_form("")

    @Slot()
    def enter(self) -> None:
        """Ctrl+T."""
        self.do("visit")

    @Slot()
    def edit(self) -> None:
        """F2."""
        self.do("edit")

    @Slot()
    def go_on(self) -> None:
        """Ctrl+J."""
        self.do("life")

    def _visit(self, row: Any) -> None:
        self._ask_form(row.id)

    def _ask_form(self, person_id: str) -> None:
        ask = partial(asking.visit_ground, person_id, self.desk.today())
        self.desk.read(ask, self._show_form, owner=self, only="form")

    def _show_form(self, ground: asking.VisitGround) -> None:
        self.page.show_body()
        self.put_form(visit_panel(self.desk, ground, self._visited))

    def _visited(self, done: Visited) -> None:
        self.desk.tell(f"已登记，算作：{'、'.join(done.waves)}。{done.told}", undo=True)

    def _chosen_visit(self) -> VisitRow | None:
        panel = self.opened_card
        found: VisitRow | None = panel.visits.current() if isinstance(panel, PersonPanel) else None
        if found is None and isinstance(panel, PersonPanel) and panel.card and panel.card.visits:
            found = panel.card.visits[0]
        return found

    def _edit(self, row: Any) -> None:
        visit = self._chosen_visit()
        if visit is None:
            self._ask_form(row.id)
            return
        ask = partial(asking.visit_ground, row.id, self.desk.today())
        self.desk.read(ask, partial(self._show_change, visit), owner=self, only="form")

    def _show_change(self, visit: VisitRow, ground: asking.VisitGround) -> None:
        self.put_form(visit_panel(self.desk, ground, self._visited, visit=visit))

    def _remove(self, _: Any) -> None:
        visit = self._chosen_visit()
        if visit is not None:
            self.act(actions.remove_visit, follow_up_id=visit.id)

    def _life(self, row: Any) -> None:
        self.desk.open("followup", tab="life", person=row.id)

    def _person(self, row: Any) -> None:
        self.desk.open("people", person=row.id)

    def _refer(self, row: Any) -> None:
        self.desk.open("referrals", person=row.id)

    # -- paper and files --------------------------------------------------------------------------

    @Slot()
    def print_out(self) -> None:
        """Ctrl+P: the chosen people, else all that are shown."""
        ids = self._chosen_ids()
        if not ids:
            self.page.note.say("列表里没有人，没有可打印的。", "refused")
            return
        words = queries.SHELVES[self.shelf.value()]
        self.show_paper("回访名单", partial(asking.calls_pdf, self.desk, self.shelf.value(), words, ids))

    def _chosen_ids(self) -> list[str]:
        chosen = self.table.selected()
        return [row.id for row in (chosen if len(chosen) > 1 else self._rows)]

    @Slot()
    def export(self) -> None:
        """Ctrl+E: the same people as Excel, to fill in."""
        path, _ = QFileDialog.getSaveFileName(self, "导出回访名单", "回访名单.xlsx", "Excel (*.xlsx)")
        if path:
            work = partial(asking.write_calls, self.desk, self.shelf.value(), self._chosen_ids(), Path(path))
            self.desk.start(work, self._written, title="导出回访名单", owner=self, failed=self.refuse)

    def _written(self, done: tuple[int, bool]) -> None:
        count, is_whole = done
        more = "里面有完整电话，请妥善保管。" if is_whole else "电话已遮盖：您没有查看完整号码的权限。"
        self.desk.tell(f"已导出 {count} 人。{more}填好以后在这里点「导入」。")

    @Slot()
    def import_(self) -> None:
        """Ctrl+I: a filled list."""
        name, _ = QFileDialog.getOpenFileName(self, "选填好的回访名单", "", "表格 (*.xlsx *.xls *.ods *.csv)")
        if name:
            ask = partial(queries.pay_bands, on=self.desk.today())
            self.desk.read(ask, partial(self._read_file, Path(name)), owner=self, only="bands")

    def _read_file(self, path: Path, bands: Bands) -> None:
        task = ListImport(
            "导入回访", "followup.import", "姓名", partial(_read_visits, bands), _import_lines, _tell,
            "按识别码对人，同一天的算同一次", "识别码",
        )  # fmt: skip
        ListImportDialog(self.desk, self, task, path).open()


def _read_visits(bands: Bands, path: Path, **kw: Any) -> Any:
    return sheets.read_visits(path, bands, **kw)


def _tell(told: Mapping[str, Any]) -> Told:
    work, pay = told.get("work"), told.get("pay_band")
    parts = (
        f"{told['contacted_on']:%Y-%m-%d}",
        work.label if work else "",
        told.get("employer") or "",
        pay or "",
    )
    return Told(str(told.get("name") or ""), " · ".join(part for part in parts if part))


_import_lines = actions.import_visits
