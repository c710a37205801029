"""同意: who agreed to which version, who is missing; recorded for many at once."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Slot

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, Date, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Combo, Push, Segments
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.privacy import actions, queries
from kqdesk.rooms.privacy.page.parts import ListedTab
from kqdesk.rooms.privacy.queries import ConsentLine, ConsentList
from kqdesk.rooms.privacy.terms import ConsentState, ConsentWay, Purpose

TONES = {
    ConsentState.GIVEN: "success", ConsentState.OUTDATED: "warning", ConsentState.MISSING: "neutral",
    ConsentState.WITHDRAWN: "danger",
}  # fmt: skip
COLUMNS = (
    Column[ConsentLine]("姓名", lambda r: r.name, width=130, is_strong=True),
    Column[ConsentLine]("村社", lambda r: r.village),
    Column[ConsentLine]("同意的版本", lambda r: f"第 {r.version} 版" if r.version else "", width=120),
    Column[ConsentLine]("日期", lambda r: str(r.given_on) if r.given_on else "", width=120),
    Column[ConsentLine]("状态", lambda r: "", kind="pill", width=140,
                        pill=lambda r: Pill(r.state.label, TONES[r.state])),
)  # fmt: skip
WAYS = tuple((way, way.label) for way in ConsentWay)


class ConsentTab(ListedTab):
    """People and how they stand to one purpose."""

    key, title, search_hint, primary, primary_icon = "consents", "同意", "姓名、村社", "登记同意", "check"
    columns, name = COLUMNS, "privacy.consents"
    empty = ("people", "花名册里还没有人", "这里列出每个人同意了哪一版告知文本。先导入花名册。")

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.purpose = Combo([(p, p.label) for p in Purpose], name="用途")
        self.which = Segments(
            [(None, "全部"), *((state, state.label) for state in ConsentState)], name="同意状态"
        )
        self.withdraw = Push(
            "撤回同意", self.withdraw_selected, icon_name="undo", tip="本人不再同意；以前办的事不受影响"
        )
        self.purpose.chosen.connect(self._on_filter)
        self.which.chosen.connect(self._on_filter)
        self.tools = [self.purpose, self.which, self.withdraw]

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``purpose`` chooses one."""
        if context.get("purpose"):
            self.purpose.choose(Purpose(context["purpose"]))

    def reload(self) -> None:
        ask = partial(
            queries.consent_list, purpose=self.purpose.value() or Purpose.ROSTER, on=self.desk.today(),
            text=self.page.searched_text(), state=self.which.value(),
        )  # fmt: skip
        self.desk.read(ask, self._show, owner=self, only="reload")

    def _show(self, found: ConsentList) -> None:
        total = sum(found.counts.values())
        given = found.counts.get(ConsentState.GIVEN, 0)
        foot = f"共 {total:,} 人 · 已同意现行版 {given:,} 人 · 还差 {total - given:,} 人"
        if len(found.lines) < total and self.which.value() is None and not self.page.searched_text():
            foot += f" · 先列出 {len(found.lines):,} 人，可按姓名、村社搜索"
        for state in ConsentState:
            self.which.retitle(state, f"{state.label} {found.counts.get(state, 0):,}")
        self.table.show_rows(found.lines)
        if self.page.tab is not self:
            return
        self.page.set_foot(foot)
        if total == 0 and not self.page.searched_text():
            self.page.show_blank(*self.empty, [Push("去花名册", self._go_people)])
            return
        self.page.show_body()
        if found.in_force is None:
            self.page.note.say(
                "这个用途还没有生效的告知文本，先发布一版再登记同意。", "info", ("去发布", self._go_notices)
            )
        else:
            self.page.note.hide()

    def start_new(self) -> None:
        """The filled button: those selected agreed."""
        people = self.table.selected()
        if not people:
            self.desk.tell("请先在名单里选中签了字的人（Ctrl+A 全选），再登记同意。", kind="refused")
            return
        fields = (
            Choice(name="way", label="方式", choices=WAYS, required=True, is_half=True),
            Date(name="given_on", label="签字日期", required=True, is_half=True),
            Text(name="guardian", label="监护人", hint="不满 14 周岁的要监护人签字，写上姓名", longest=20),
        )
        who = people[0].name if len(people) == 1 else f"{len(people)} 人"
        values = {"way": ConsentWay.PAPER, "given_on": self.desk.today()}
        save = partial(self._save, [person.id for person in people])
        self.ask(f"登记同意：{who}", fields, save, values=values)

    def _save(self, ids: list[str], values: dict[str, Any], panel: FormPanel) -> None:
        purpose = self.purpose.value() or Purpose.ROSTER
        panel.run(actions.record_consents, then=self._saved, person_ids=ids, purpose=purpose, **values)

    def _saved(self, count: int) -> None:
        self.desk.tell(f"已登记 {count} 人同意。", undo=True)

    @Slot()
    def withdraw_selected(self) -> None:
        """The chosen person agrees no more."""
        row = self.chosen("请先在名单里选一个人。")
        if row is not None:
            purpose = self.purpose.value() or Purpose.ROSTER
            self.desk.run(
                actions.withdraw_consent, then=self._withdrawn, owner=self, person_id=row.id, purpose=purpose,
                on=self.desk.today(),
            )  # fmt: skip

    def _withdrawn(self, _: Any) -> None:
        self.desk.tell("已记下撤回。从今天起不要再为这个用途使用她的信息。", undo=True)

    def _go_notices(self) -> None:
        self.desk.open("privacy", tab="notices")

    def _go_people(self) -> None:
        self.desk.open("people")

    @Slot(object)
    def _on_filter(self, _: Any) -> None:
        self.reload()
