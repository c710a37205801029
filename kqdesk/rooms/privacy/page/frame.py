"""The page's frame: its tabs and what a link carries."""

from collections.abc import Mapping
from typing import Any

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.privacy.page.breaches import BreachTab
from kqdesk.rooms.privacy.page.cleanup import CleanupTab
from kqdesk.rooms.privacy.page.consents import ConsentTab
from kqdesk.rooms.privacy.page.notices import NoticeTab
from kqdesk.rooms.privacy.page.requests import RequestTab
from kqdesk.rooms.privacy.page.selfcheck import CheckTab

TITLE = "个人信息"
SENTENCE = "告诉了什么、谁同意了、保存多久；本人来查阅、更正、删除；出了事怎么报；等保自查。"


class PrivacyPage(TabbedPage):
    """Six tabs; ``person`` in a link opens a new request for that person."""

    watches = frozenset(
        {"privacy_notice", "consent", "person", "privacy_request", "cleanup", "data_breach", "self_check_answer", "rule_pack"}
    )  # fmt: skip

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        tabs = (NoticeTab, ConsentTab, RequestTab, CleanupTab, BreachTab, CheckTab)
        super().__init__(desk, TITLE, SENTENCE, tabs)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``person`` alone means her requests."""
        super().arrive({"tab": "requests", **context} if "person" in context else context)


PAGE = PageSpec(
    key="privacy",
    title=TITLE,
    sentence=SENTENCE,
    group="系统",
    icon="privacy",
    factory=PrivacyPage,
    keys_help=(
        ("Ctrl+N", "这一页的主要操作"),
        ("Enter", "打开所选"),
        ("Ctrl+P", "打印所选"),
        ("Ctrl+F", "搜索"),
        ("Esc", "关闭右边"),
    ),
)
