"""The tab 匹配: how many fit each offer, who they are and why; and everything one person could do."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kqdesk.desk.fields import Choice, Date, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Combo, Push, Segments, label
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.matching import actions, queries, sheets
from kqdesk.rooms.matching.page.asking import LIFTED, Listed, Place, Ways, listed, persons, ways, who
from kqdesk.rooms.matching.page.columns import HITS, OFFERS, PEOPLE, WAYS
from kqdesk.rooms.matching.page.reasons import ReasonsPanel, fit_words, way_words
from kqdesk.rooms.matching.queries import Filters, Fit, Fits, OfferRow, Way
from kqdesk.rooms.matching.terms import Answer, OfferKind
from kqdesk.rooms.people.queries import PersonHit

if TYPE_CHECKING:
    from kqdesk.rooms.matching.page.screen import MatchingPage

EVERYWHERE: Place = ("", "", "")
EMPTY = "先有供给，才好匹配：把课程目录带进来，或导入院校、培训机构发来的清单。需求从排摸来。"


class MatchTab(Tab):
    """Offers with how many fit; Enter shows the people, Enter again the reasons; Esc goes back."""

    key, title, search_hint, primary = "match", "匹配", "供给、院校；按人时打姓名", "组班试算"
    primary_icon = "cohorts"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.offer: OfferRow | None = None
        self.person: tuple[str, str] | None = None
        self.fits: Fits | None = None
        self.by = Segments([("offer", "按供给"), ("person", "按人")], name="按什么看")
        self.by.chosen.connect(self._on_by)
        self.kind = Combo([(None, "各类别"), *((one, one.label) for one in OfferKind)], name="类别")
        self.place = Combo([(EVERYWHERE, "各村社、企业")], name="村社、企业")
        self.lifted = Combo(
            [(frozenset(), "全部条件"), *((frozenset({gate}), words) for gate, words in LIFTED)],
            name="放宽条件",
        )
        for combo in (self.kind, self.place, self.lifted):
            combo.chosen.connect(self._on_filter)
        self.export = Push("导出", self.choose_export, icon_name="export", keys="Ctrl+E")
        self.tools = [self.by, self.kind, self.place, self.lifted, self.export]
        self._build()

    def _build(self) -> None:
        memory = self.desk.memory
        self.offers = TableView(OFFERS, name="matching.offers", memory=memory)
        self.people = TableView(PEOPLE, name="matching.people", memory=memory)
        self.ways = TableView(WAYS, name="matching.ways", memory=memory)
        self.hits = TableView(HITS, name="matching.hits", memory=memory)
        self.offers.opened.connect(self.open_offer)
        self.people.opened.connect(self.show_why)
        self.people.picked.connect(self._on_picked)
        self.ways.opened.connect(self.show_way)
        self.hits.opened.connect(self._on_hit)
        self.people.add_menu("登记答复　F2", self.note_answer, "edit")
        self.people.add_menu("看他能学什么　Ctrl+L", self.open_ways, "person")
        self.people.add_menu("登记报读", self.refer, "referrals")
        self.head = label("", "head")
        self.back = Push("返回", self.go_back, icon_name="back", keys="Alt+Left", tip="返回　Esc")
        self.bar = QWidget()
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(12, 8, 12, 4)
        row.addWidget(self.back)
        row.addWidget(self.head, 1)
        self.stack = QStackedWidget()
        for table in (self.offers, self.people, self.ways, self.hits):
            self.stack.addWidget(table)
        for keys, act, where in (
            ("F2", self.note_answer, self.people), ("Ctrl+L", self.open_ways, self.people), ("Esc", self.go_back, self.people),
            ("Esc", self.go_back, self.ways),
        ):  # fmt: skip
            press = QShortcut(QKeySequence(keys), where)
            press.setContext(Qt.ShortcutContext.WidgetShortcut)
            press.activated.connect(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)
        self._turn()

    @property
    def matching(self) -> "MatchingPage":
        """The page this tab stands on."""
        page: Any = self.page
        found: MatchingPage = page
        return found

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``person`` and ``name``, or ``offer``."""
        if context.get("person"):
            self.person = str(context["person"]), str(context.get("name") or "")
            self.offer = None
        elif context.get("offer"):
            self._wanted = str(context["offer"])
            self.person = None

    _wanted = ""

    def filters(self) -> Filters:
        """As the tool row has them."""
        return Filters(self.lifted.value() or frozenset(), *(self.place.value() or EVERYWHERE))

    # -- showing ----------------------------------------------------------------------------------

    def _turn(self) -> None:
        """The table and the line above it that belong to what is looked at."""
        by_person = self.by.value() == "person" and self.person is None
        table = (
            self.ways
            if self.person
            else self.people
            if self.offer
            else self.hits
            if by_person
            else self.offers
        )
        self.stack.setCurrentWidget(table)
        self.bar.setVisible(bool(self.person or self.offer))
        self.kind.setEnabled(table is self.offers)

    def reload(self) -> None:
        self._turn()
        text = self.page.searched_text()
        if self.person is not None:
            self.matching.ask(partial(ways, *self.person), self._show_ways, owner=self, only="reload")
        elif self.offer is not None:
            self.matching.ask(
                partial(who, self.offer.id, self.filters()), self._show_people, owner=self, only="reload"
            )
        elif self.by.value() == "person":
            self.desk.read(partial(persons, text), self._show_hits, owner=self, only="reload")
        else:
            if self.matching.known is None:
                self.page.set_foot("正在读花名册和排摸答卷，算谁适合什么……")
            question = partial(listed, text, self.kind.value(), self.filters())
            self.matching.ask(question, self._show_offers, owner=self, only="reload")

    def _show_offers(self, found: tuple[list[Listed], list[tuple[Place, str]]]) -> None:
        rows, places = found
        if self.page.tab is not self:
            return
        self.place.offer([(EVERYWHERE, "各村社、企业"), *places])
        self.offers.show_rows(rows)
        self.page.set_foot(f"共 {len(rows)} 项供给。Enter 看是哪些人，Ctrl+T 组班试算。")
        wanted, self._wanted = self._wanted, ""
        chosen = next((one.row for one in rows if one.row.id == wanted), None)
        if chosen is not None:
            self.open_offer(Listed(chosen, 0))
        elif not rows and not self.page.searched_text() and self.kind.value() is None:
            go = Push(
                "去建供给", partial(self.desk.open, "matching", tab="supply"), look="primary", icon_name="add"
            )
            self.page.show_blank(
                "matching", "还没有供给", EMPTY, [go, Push("去排摸", partial(self.desk.open, "survey"))]
            )
        else:
            self.page.show_body()

    def _show_people(self, found: tuple[OfferRow, Fits] | None) -> None:
        if self.page.tab is not self or self.offer is None:
            return
        if found is None:
            self.go_back()
            return
        self.offer, self.fits = found
        self.head.setText(f"{self.offer.title}　{self.fits.total:,} 人合适")
        self.people.show_rows(self.fits.rows)
        more = (
            f"，先列最合适的 {len(self.fits.rows):,} 人，导出是全部"
            if self.fits.total > len(self.fits.rows)
            else ""
        )
        self.page.set_foot(
            f"{self.fits.total:,} 人合适{more}。Enter 看为什么，F2 登记答复，Ctrl+T 组班试算。"
        )

    def _show_ways(self, found: Ways) -> None:
        if self.page.tab is self and self.person is not None:
            count = sum(way.is_fit for way in found.ways)
            self.head.setText(f"{found.name}　能学 {count} 项")
            self.ways.show_rows(found.ways)
            self.page.set_foot(
                f"{count} 项合适，{len(found.ways) - count} 项不合适（写了为什么）。Enter 看每一条。"
            )

    def _show_hits(self, hits: Sequence[PersonHit]) -> None:
        if self.page.tab is self and self.person is None:
            self.hits.show_rows(hits)
            typed = self.page.searched_text()
            self.page.set_foot(
                f"找到 {len(hits)} 人。Enter 看能学什么。"
                if typed
                else "在搜索框里打姓名、拼音首字母或证件后四位。"
            )

    # -- going ------------------------------------------------------------------------------------

    @Slot(object)
    def open_offer(self, one: Listed) -> None:
        """Who fits it."""
        self.offer = one.row
        self.head.setText(one.row.title)
        self.people.show_rows(())
        self.reload()
        self.people.setFocus()

    @Slot(object)
    def _on_hit(self, hit: PersonHit) -> None:
        self.person = hit.id, hit.name
        self.reload()
        self.ways.setFocus()

    @Slot()
    def open_ways(self) -> None:
        """Everything the current person could do."""
        row = self.people.current()
        if row is not None:
            self.page.close_side()
            self.person = row.id, row.name
            self.reload()
            self.ways.setFocus()

    @Slot()
    def go_back(self) -> None:
        """One step up; what was open at the right first."""
        if self.page.side is not None:
            self.page.close_side()
        elif self.person is not None:
            self.person = None
            self.reload()
        else:
            self.offer = self.fits = None
            self.reload()
        shown: Any = self.stack.currentWidget()
        shown.setFocus()

    @Slot(object)
    def _on_by(self, _: str) -> None:
        self.page.close_side()
        self.offer = self.person = self.fits = None
        self.page.show_body()
        self.reload()

    @Slot(object)
    def _on_filter(self, _: Any) -> None:
        self.page.show_body()
        self.reload()

    # -- one person -------------------------------------------------------------------------------

    @Slot(object)
    def show_why(self, row: Fit) -> None:
        """The reasons at the right; they follow the cursor while they stand there."""
        panel = self.page.side
        if not isinstance(panel, ReasonsPanel):
            panel = ReasonsPanel(
                [Push("登记答复　F2", self.note_answer), Push("看他能学什么　Ctrl+L", self.open_ways)]
            )
            panel.closed.connect(self.page.close_side)
            self.page.set_side(panel)
        note = [f"{row.answer.label}（{row.answered_on:%Y-%m-%d}）{row.note}"] if row.answer else []
        panel.show_reasons(row.name, "\n".join([fit_words(row), *note]), row.reasons)

    @Slot(list)
    def _on_picked(self, _: list[Fit]) -> None:
        row = self.people.current()
        if row is not None and isinstance(self.page.side, ReasonsPanel):
            self.show_why(row)

    @Slot(object)
    def show_way(self, way: Way) -> None:
        """Why one offer fits the person, or not."""
        panel = ReasonsPanel()
        panel.closed.connect(self.page.close_side)
        panel.show_reasons(way.offer.title, way_words(way), way.reasons)
        self.page.set_side(panel)

    @Slot()
    def note_answer(self) -> None:
        """What the selected people said."""
        rows = self.people.selected() or [row for row in [self.people.current()] if row]
        if not rows or self.offer is None:
            return
        fields = (
            Choice(name="answer", label="怎么说", choices=[(one, one.label) for one in Answer], required=True, is_half=True),
            Date(name="on", label="哪一天", required=True, is_half=True),
            Text(name="note", label="备注", longest=80),
        )  # fmt: skip
        save = partial(self._save_answer, self.offer.id, tuple(row.id for row in rows))
        names = "、".join(row.name for row in rows[:3]) + (f"等 {len(rows)} 人" if len(rows) > 3 else "")
        values = {"answer": Answer.WANTS, "on": self.desk.today()}
        panel = FormPanel(self.desk, f"登记答复：{names}", fields, save, values=values)
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()

    def _save_answer(
        self, offer_id: str, people: Sequence[str], values: dict[str, Any], panel: FormPanel
    ) -> None:
        panel.run(actions.note_answers, offer_id=offer_id, person_ids=people, **values)

    @Slot()
    def refer(self) -> None:
        """To 报读转介 with this person."""
        row = self.people.current()
        if row is not None:
            self.desk.open("referrals", person=row.id)

    def chosen_people(self) -> tuple[str, ...]:
        """For a paper a person: those selected, or the one who is looked at."""
        if self.person is not None:
            return (self.person[0],)
        return tuple(row.id for row in self.people.selected()) if self.offer is not None else ()

    # -- groups -----------------------------------------------------------------------------------

    def start_new(self) -> None:
        self.start_trial()

    @Slot()
    def start_trial(self) -> None:
        """组班试算: the selected people, or all who fit the offer."""
        if self.offer is not None and self.fits is not None:
            rows = self.people.selected()
            chosen = [row.id for row in rows] if len(rows) > 1 else list(self.fits.ids)
            self._try(self.offer, chosen)
        elif self.stack.currentWidget() is self.offers and self.offers.current() is not None:
            row = self.offers.current().row
            self.matching.ask(
                partial(who, row.id, self.filters()), partial(self._try_all, row), owner=self, only="trial"
            )
        else:
            self.desk.tell("请先选一项供给，再试算。", kind="refused")

    def _try_all(self, row: OfferRow, found: tuple[OfferRow, Fits] | None) -> None:
        self._try(row, found[1].ids if found else ())

    def _try(self, row: OfferRow, people: Sequence[str]) -> None:
        subject = (
            f"c:{row.course_id}" if row.course_id else f"p:{row.programme_id}" if row.programme_id else ""
        )
        _, village, firm = self.place.value() or EVERYWHERE
        self.matching.start_trial(
            row.title, people, subject=subject, place=village or firm, by_firm=bool(firm)
        )

    @Slot()
    def choose_export(self) -> None:
        """匹配清单 of the offer, with every reason."""
        if self.offer is None:
            self.desk.tell("先按 Enter 打开一项供给，再导出它的匹配清单。", kind="refused")
            return
        name, _ = QFileDialog.getSaveFileName(
            self, "导出匹配清单", f"匹配清单_{self.offer.title}.xlsx", "Excel (*.xlsx)"
        )
        if name:
            question = partial(who, self.offer.id, self.filters(), most=100_000)
            write = partial(_write, Path(name), question)
            self.matching.work(write, self._exported, title="导出匹配清单", owner=self)

    def _exported(self, count: int) -> None:
        self.desk.tell(f"已导出 {count:,} 人。")


def _write(path: Path, question: Any, session: Any, known: queries.Known, gates: Any) -> int:
    found = question(session, known, gates)
    return sheets.write_fits(path, found[0], found[1].rows) if found else 0
