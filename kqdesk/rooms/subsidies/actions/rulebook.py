"""A rule of the packs written or changed: into a draft, which another person activates in 设置 · 规则包."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.office.actions.items import draft_line
from kqdesk.rooms.office.rules import PackItem
from kqdesk.rooms.office.rules.predicates import RuleFault
from kqdesk.rooms.office.rules.rulerow import read_rule, without_dates
from kqdesk.rooms.office.rules.shapes import Shape
from kqdesk.rooms.office.terms import Certainty, Kind
from kqdesk.rooms.subsidies import queries
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action

PACK = "subsidies"


@action("编写奖补规则")
def write_rule(
    w: Writing,
    *,
    row: Mapping[str, Any],
    source: str,
    mark: Certainty,
    effective_from: date,
    signer: Signer | None,
    key: str | None = None,
) -> str:
    """Put a rule's row into the draft of its pack; a new one without ``key``. Returns the draft's id.

    UserError names the cell that is wrong. Nobody gets anything by it until another person activates the draft.
    """
    plain = without_dates(dict(row))
    try:
        rule = read_rule(plain)
    except RuleFault as wrong:
        raise UserError(f"规则{wrong}。") from None
    today = school_day(w.now)
    cards = {card.key: card for card in queries.rule_cards(w.session, on=today)}
    wanted = key or f"subsidy.{rule.rule_id}"
    if key is None and wanted in cards:
        raise UserError(f"编号 {rule.rule_id} 已经有了。要改它请在列表里选中再改。")
    pack_key = cards[wanted].pack_key if wanted in cards else PACK
    item = PackItem(wanted, rule.title, Shape(Kind.RULE), None, source, mark)
    w.note(f"{rule.rule_id} {rule.title}")
    return draft_line(
        w, pack_key=pack_key, item=item, value=plain, source=source, mark=mark, effective_from=effective_from,
        signer=signer,
    )  # fmt: skip
