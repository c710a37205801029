"""The tab 规则: every rule with who could claim now; one as a sentence, changed by form, tried on a learner."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Pick, RowPick
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push, Segments, add_keys
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.rooms.office.rules.packs import version_words
from kqdesk.rooms.office.rules.rulerow import RuleRow
from kqdesk.rooms.subsidies import queries
from kqdesk.rooms.subsidies.page.editor import ConditionCard, rule_panel
from kqdesk.rooms.subsidies.page.parts import SideCard
from kqdesk.rooms.subsidies.queries import Judged, RuleCard

Counts = Mapping[str, tuple[int, int]]
STANDING_TONES = {
    "现行": "success", "已过期": "neutral", "未开始": "primary", "停用": "neutral", "未配置": "warning",
}  # fmt: skip
EMPTY = "奖补规则放在规则包里：给谁、凭什么、什么条件、多少钱，都有文号和条款。装入规则包就有了。"


class RulesTab(Tab):
    """Enter opens a rule."""

    key, title, search_hint, primary = "rules", "规则", "编号、名称、文号", "新建规则"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.cards: Sequence[RuleCard] = ()
        self.counts: Counts = {}
        self._wanted = ""
        today = self.desk.today
        columns = (
            Column[RuleCard]("编号", lambda r: r.rule_id, kind="code", width=110),
            Column[RuleCard]("名称", lambda r: r.title, width=200, is_strong=True, tip=lambda r: r.words),
            Column[RuleCard]("给多少", lambda r: r.in_short, tip=lambda r: r.in_short),
            Column[RuleCard]("状态", lambda r: "", kind="pill", width=100,
                             pill=lambda r: Pill(r.standing(today()), STANDING_TONES[r.standing(today())])),
            Column[RuleCard]("现在能领", self._ready, kind="number", width=86),
            Column[RuleCard]("缺资料", self._lacking, kind="number", width=76),
            Column[RuleCard]("草案", lambda r: "", kind="pill", width=86,
                             pill=lambda r: Pill("有草案", "warning", "waiting") if r.draft else None, tip=lambda r: r.draft),
            Column[RuleCard]("文号", lambda r: r.rule.paper_no if r.rule else "", width=150, tip=lambda r: r.source),
        )  # fmt: skip
        self.table = TableView(columns, name="subsidies.rules", memory=self.desk.memory)
        self.table.opened.connect(self.open_rule)
        add_keys(self.table, ("Esc", page.close_side))
        self.which = Segments(((None, "全部"), ("now", "现行"), ("unset", "未配置")), name="哪些规则")
        self.which.chosen.connect(self._on_filter)
        self.tools: list[QWidget] = [
            self.which, Push("草案与启用", partial(self.desk.open, "office", tab="packs"), look="link"),
        ]  # fmt: skip
        self.fill_with(self.table)

    def _ready(self, card: RuleCard) -> str:
        found = self.counts.get(card.rule_id)
        return str(found[0]) if found and found[0] else ""

    def _lacking(self, card: RuleCard) -> str:
        found = self.counts.get(card.rule_id)
        return str(found[1]) if found and found[1] else ""

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``rule`` opens a rule by its number or its key in the pack."""
        self._wanted = str(context.get("rule", ""))

    def reload(self) -> None:
        self.desk.read(partial(_load, self.desk.today()), self.show_cards, owner=self, only="rules")

    def show_cards(self, found: tuple[Sequence[RuleCard], Counts]) -> None:
        """The list with how many could claim."""
        if self.page.tab is not self:
            return
        self.cards, self.counts = found
        today, text, which = self.desk.today(), self.page.searched_text(), self.which.value()
        rows = [
            card
            for card in self.cards
            if not text or any(text.lower() in one.lower() for one in (card.rule_id, card.title, card.words))
        ]
        if which is not None:
            rows = [
                card for card in rows if card.standing(today) == {"now": "现行", "unset": "未配置"}[which]
            ]
        self.table.show_rows(rows)
        unset = sum(card.rule is None for card in self.cards)
        ready = sum(one for one, _ in self.counts.values())
        self.page.set_foot(f"共 {len(self.cards)} 条规则 · {unset} 条未配置 · 现在能领 {ready} 笔")
        if self.cards:
            self.page.show_body()
        else:
            go = Push("去规则包", partial(self.desk.open, "office", tab="packs"), look="primary")
            self.page.show_blank("subsidies", "还没有奖补规则", EMPTY, [go])
        wanted = next(
            (card for card in self.cards if self._wanted and self._wanted in (card.rule_id, card.key)), None
        )
        self._wanted = ""
        if wanted is not None:
            self.open_rule(wanted)

    @Slot(object)
    def _on_filter(self, _: Any) -> None:
        self.show_cards((self.cards, self.counts))

    # -- one rule ---------------------------------------------------------------------------------

    @Slot(object)
    def open_rule(self, card: RuleCard) -> None:
        """The rule as a sentence with its paper; what can be done with it."""
        panel = SideCard(
            self.desk, card.title, f"{card.rule_id} · {card.use_label} · {card.standing(self.desk.today())}"
        )
        panel.buttons(self._buttons(card), in_a_row=4)
        panel.say(card.words)
        if card.draft:
            panel.say(
                f"有一份草案，还没有生效：{card.draft}。请没录入过的另一位操作人在「设置 · 规则包」启用。",
                "second",
            )
        panel.section("依据")
        if card.rule is not None:
            paper = " ".join(one for one in (card.rule.issuer, card.rule.paper_no, card.rule.article) if one)
            panel.say(paper)
        panel.say(f"{card.source}（{card.mark.label}）", "small")
        panel.say(f"{card.pack_title} {version_words(card.pack_version)}", "small")
        if card.rule is not None and card.rule.note:
            panel.say(card.rule.note, "small")
        found = self.counts.get(card.rule_id)
        if found:
            panel.section("现在")
            panel.say(f"能领的 {found[0]} 笔，缺资料的 {found[1]} 笔。")
        panel.finish()
        self._side(panel)

    def _buttons(self, card: RuleCard) -> list[Push]:
        made = [Push("修改" if card.rule else "填写规则", partial(self.edit, card), icon_name="edit")]
        if card.rule is not None:
            made.append(Push("条件", partial(self.edit_conditions, card), icon_name="filter"))
        if card.to_try is not None:
            made.append(Push("试算", partial(self.try_on, card), icon_name="person"))
        if card.is_subsidy:
            made.append(
                Push(
                    "谁能领",
                    partial(self.desk.open, "subsidies", tab="claims", take=card.rule_id),
                    look="primary",
                )
            )
        return made

    def start_new(self) -> None:
        """A rule that is in no pack yet."""
        self._side(rule_panel(self.desk, None))

    def edit(self, card: RuleCard) -> None:
        """Its parts in a form."""
        self._side(rule_panel(self.desk, card))

    def edit_conditions(self, card: RuleCard) -> None:
        """Its condition line by line."""
        self._side(ConditionCard(self.desk, card))

    # -- 试算 -------------------------------------------------------------------------------------

    def try_on(self, card: RuleCard) -> None:
        """Ask on whom."""
        field = RowPick(name="person_id", label="试算哪一位", required=True, find=_people)
        panel = FormPanel(
            self.desk, f"试算 {card.title}", (field,), partial(self._try, card), save_text="试算"
        )
        self._side(panel)
        panel.form.focus_first()

    def _try(self, card: RuleCard, values: dict[str, Any], panel: FormPanel) -> None:
        panel.form.is_edited = False
        ask = partial(_trial, card.to_try, values["person_id"], self.desk.today())
        self.desk.read(ask, partial(self.show_trial, card), owner=self, only="trial")

    def show_trial(self, card: RuleCard, found: tuple[str, Sequence[Judged]]) -> None:
        """Every achievement of hers under the rule, line by line."""
        name, several = found
        panel = SideCard(self.desk, f"试算：{name}", f"{card.rule_id} {card.title}", wide=60)
        if card.draft_rule is not None:
            panel.say("按草案试算：草案还没有启用，只试不算数。", "second")
        if not several:
            panel.say("没有这条规则要的证书或学历，所以没有可以申领的。")
        for one in several:
            panel.section(f"{one.achievement.words}　{one.standing.label}")
            if one.taken:
                panel.say(one.taken)
            panel.say(f"金额：{'；'.join(one.reckoned.working)}")
            panel.verdict(one.verdict.lines)
        panel.finish()
        self._side(panel)

    def _side(self, panel: Any) -> None:
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        if isinstance(panel, FormPanel):
            panel.form.focus_first()


def _load(today: date, session: Session) -> tuple[Sequence[RuleCard], Counts]:
    return queries.rule_cards(session, on=today), queries.could_claim(session, on=today)


def _people(session: Session, text: str, limit: int) -> Sequence[Pick]:
    return [Pick(key, name, village) for key, name, village in queries.find_claimants(session, text, limit)]


def _trial(
    rule: RuleRow | None, person_id: str, today: date, session: Session
) -> tuple[str, Sequence[Judged]]:
    return queries.trial(session, rule, person_id, on=today) if rule else ("", [])
