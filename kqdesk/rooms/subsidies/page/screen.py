"""The frame of 奖补: five tabs under one title."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.subsidies.page.batches import BatchesTab
from kqdesk.rooms.subsidies.page.claims import ClaimsTab
from kqdesk.rooms.subsidies.page.fund import FundTab, QuotasTab
from kqdesk.rooms.subsidies.page.rulebook import RulesTab

TITLE, SENTENCE = "奖补", "谁能领、凭什么、领多少：逐条核对，两个人办，公示以后报区，钱发了登记凭证。"


class SubsidiesPage(TabbedPage):
    """Rules, claims, batches, quotas, training funds."""

    watches = frozenset({
        "subsidy_claim", "subsidy_batch", "subsidy_quota", "subsidy_mark", "subsidy_form", "claimant_particulars",
        "training_fund_year", "rule_pack", "skill_certificate", "referral", "diploma", "completion_certificate", "attachment",
    })  # fmt: skip

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE, (RulesTab, ClaimsTab, BatchesTab, QuotasTab, FundTab))

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``rule``, ``claim``, ``take``, ``particulars``, ``batch`` and ``firm`` lead to their tab."""
        for words, tab in (("rule", "rules"), ("claim", "claims"), ("take", "claims"), ("particulars", "claims"),
                           ("batch", "batches"), ("firm", "fund")):  # fmt: skip
            if context.get(words):
                super().arrive({**context, "tab": tab})
                return
        super().arrive(context)


PAGE = PageSpec(
    "subsidies", TITLE, SENTENCE, "经费", "subsidies", partial(SubsidiesPage),
    keys_help=(
        ("Ctrl+N", "新建规则 / 受理申领 / 登记年度"), ("Enter", "打开"), ("Ctrl+B", "选中的申领建批次"), ("F2", "申领资料 / 修改"),
        ("Ctrl+P", "打印受理单 / 检查表"), ("Del", "撤回 / 删除"), ("Esc", "关上右边"),
    ),
)  # fmt: skip
