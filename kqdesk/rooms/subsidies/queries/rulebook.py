"""The rules that count on a day, out of the rule packs, and the numbers the checks go by."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from kqdesk.rooms.attendance.queries import policy_on
from kqdesk.rooms.office.queries import PackRow, active_packs, pack_rows
from kqdesk.rooms.office.rules import Pack, PackItem, value
from kqdesk.rooms.office.rules.inputs import USES
from kqdesk.rooms.office.rules.rulerow import RuleRow, read_rule
from kqdesk.rooms.office.rules.rulewords import in_short, sentence
from kqdesk.rooms.office.terms import Certainty, Kind, PackState
from kqdesk.rooms.subsidies.rules import CheckPolicy
from kqdesk.rooms.subsidies.terms import UNSET


@dataclass(frozen=True)
class RuleCard:
    """One rule of the packs. ``rule`` None: the district has not said anything yet; ``draft``: what a draft makes of it."""

    key: str
    title: str
    rule: RuleRow | None
    source: str
    mark: Certainty
    pack_key: str
    pack_version: int
    pack_title: str
    draft: str = ""
    draft_rule: RuleRow | None = None

    @property
    def to_try(self) -> RuleRow | None:
        """What 试算 tries: the draft where there is one, so that it is tried before it counts."""
        return self.draft_rule or self.rule

    @property
    def id(self) -> str:
        """What the table knows the line by."""
        return self.key

    @property
    def rule_id(self) -> str:
        """GH-2; of a rule that is not written yet, the end of its key."""
        return self.rule.rule_id if self.rule else self.key.split(".", 1)[-1]

    @property
    def is_subsidy(self) -> bool:
        """Whether somebody can claim under it."""
        return self.rule is not None and self.rule.use == "subsidy"

    @property
    def words(self) -> str:
        """The whole rule in a sentence."""
        return sentence(self.rule) if self.rule else f"这条规则{UNSET}：{self.source}"

    @property
    def in_short(self) -> str:
        """For the list."""
        return in_short(self.rule) if self.rule else UNSET

    @property
    def use_label(self) -> str:
        """奖补, 资格, 税前扣除基数…"""
        return USES[self.rule.use] if self.rule else "奖补"

    def standing(self, on: date) -> str:
        """现行, 已过期, 未开始, 停用 or 未配置."""
        if self.rule is None:
            return UNSET
        if not self.rule.is_active:
            return "停用"
        if self.rule.effective_from > on:
            return "未开始"
        return "已过期" if self.rule.is_over(on) else "现行"


def rule_cards(session: Session, *, on: date) -> list[RuleCard]:
    """Every rule of the packs in force on a day, set or not, in the packs' order; drafts beside them. Two statements."""
    rows = pack_rows(session)
    drafts = {
        item.key: item
        for row in rows
        if row.state is PackState.DRAFT
        for item in row.pack.items
        if item.shape.kind is Kind.RULE and _differs(rows, row, item)
    }
    cards = _cards([row.pack for row in rows if row.state is PackState.ACTIVE], on)
    made = [_with_draft(card, drafts.pop(card.key, None)) for card in cards]
    return made + [_only_drafted(rows, item) for item in drafts.values()]


def _differs(rows: Sequence[PackRow], draft: PackRow, item: PackItem) -> bool:
    before = next((row.pack for row in rows if row.key == draft.key and row.state is PackState.ACTIVE), None)
    old = before.item(item.key) if before else None
    return item.value is not None and (old is None or old.value != item.value)


def _with_draft(card: RuleCard, draft: PackItem | None) -> RuleCard:
    return replace(card, draft=draft.shown, draft_rule=read_rule(draft.value)) if draft else card


def _only_drafted(rows: Sequence[PackRow], item: PackItem) -> RuleCard:
    row = next(row for row in rows if row.state is PackState.DRAFT and row.pack.item(item.key))
    card = RuleCard(item.key, item.title, None, item.source, item.mark, row.key, row.version, row.title)
    return _with_draft(card, item)


def _cards(packs: Sequence[Pack], on: date) -> list[RuleCard]:
    found: dict[str, RuleCard] = {}
    for pack in sorted(
        (one for one in packs if one.is_in_force(on)), key=lambda one: (one.key, -one.version)
    ):
        for item in pack.items:
            if item.shape.kind is not Kind.RULE or item.key in found:
                continue
            counts = value(packs, item.key, on)
            if counts is None:
                found[item.key] = RuleCard(
                    item.key, item.title, None, item.source, item.mark, pack.key, pack.version, pack.title
                )
                continue
            row = read_rule(counts.value)
            found[item.key] = RuleCard(
                item.key, row.title, row, counts.source, counts.mark, counts.pack_key, counts.pack_version, counts.pack_title
            )  # fmt: skip
    return list(found.values())


def cards_on(session: Session, on: date) -> dict[str, RuleCard]:
    """The written rules by their number; one statement. Of two with one number the first pack's counts."""
    found: dict[str, RuleCard] = {}
    for card in _cards(active_packs(session), on):
        if card.rule is not None:
            found.setdefault(card.rule.rule_id, card)
    return found


def rule_history(session: Session, key: str) -> list[tuple[str, int, str, RuleRow]]:
    """(pack, version, state, rule) of every version that ever held the rule, newest first."""
    found = []
    for row in pack_rows(session):
        item = row.pack.item(key)
        if item is not None and item.value is not None:
            found.append((row.title, row.version, row.state.label, read_rule(item.value)))
    return found


def check_policy(session: Session, on: date) -> CheckPolicy:
    """The numbers the checks go by; what is 未配置 is None or empty."""
    packs = active_packs(session)
    earliest, lowest = (value(packs, f"subsidy.{key}", on) for key in ("earliest_year", "lowest_age"))
    evidence, categories = (
        value(packs, f"subsidy.{key}", on) for key in ("class_evidence", "approved_categories")
    )
    rate = policy_on(session, on).minimum_rate
    return CheckPolicy(
        earliest.number if earliest else None, lowest.number if lowest else None, Fraction(rate) if rate is not None else None,
        frozenset(evidence.codes) if evidence else frozenset(), frozenset(categories.codes) if categories else frozenset(),
    )  # fmt: skip


def window_days(session: Session, on: date) -> int | None:
    """Days to claim in where a rule does not say itself."""
    found = value(active_packs(session), "subsidy.window_days", on)
    return found.number if found else None


def publicity_days(session: Session, rule: RuleRow, on: date) -> int | None:
    """Working days a list is posted: the rule's own, else the district's; None = 未配置."""
    if rule.publicity_days is not None:
        return rule.publicity_days
    found = value(active_packs(session), "publicity.days", on)
    return found.number if found else None
