"""The frame of 学分: two tabs, keys, what Ctrl+K finds."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.credits.page.accounts import AccountsTab
from kqdesk.rooms.credits.page.batches import BatchesTab
from kqdesk.rooms.credits.queries import find_accounts

TITLE, SENTENCE = "学分", "每个学员三本账：双证学分、学分银行学分、部门积分，各算各的，只增不改。"


class CreditsPage(TabbedPage):
    """Accounts and batches."""

    watches = frozenset(
        {"credit_account", "credit_entry", "credit_batch", "credit_claim", "attendance_mark", "roll", "score",
         "skill_certificate", "completion_certificate", "enrolment", "rule_pack"}
    )  # fmt: skip

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE, (AccountsTab, BatchesTab))

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``person`` opens an account, ``batch`` a batch."""
        tab = (
            "batches" if context.get("batch") else "accounts" if context.get("person") else context.get("tab")
        )
        super().arrive({**context, "tab": tab} if tab else context)


def _find(session: Session, text: str, limit: int) -> list[Hit]:
    return [
        Hit(name, f"学分账户 {number}".strip(), "credits", "credits", {"person": key})
        for key, name, number in find_accounts(session, text, limit)
    ]


PAGE = PageSpec(
    "credits", TITLE, SENTENCE, "考证", "credits", partial(CreditsPage),
    keys_help=(
        ("Ctrl+N", "入账 / 新建批次"), ("Enter", "打开账户 / 批次"), ("Ctrl+P", "打印学习账户"), ("Ctrl+Shift+P", "打印成绩单"), ("F2", "改账户"),
        ("Esc", "关上右边"),
    ),
)  # fmt: skip
SOURCE = Source("学分账户", _find)
