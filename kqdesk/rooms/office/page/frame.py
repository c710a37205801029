"""The 设置 page itself: four tabs."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.office import queries
from kqdesk.rooms.office.page.people import StaffTab
from kqdesk.rooms.office.page.rulebook import RulesTab
from kqdesk.rooms.office.page.school import DisplayTab, SchoolTab


class OfficePage(TabbedPage):
    """The school, its people, its rules, its letters."""

    watches = frozenset({"school", "staff", "rule_pack"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        tabs: Sequence[Any] = (SchoolTab, StaffTab, RulesTab, DisplayTab)
        super().__init__(desk, "设置", "学校信息、谁能登录、按什么规则算、字多大。", tabs)


def find(session: Session, text: str, limit: int) -> list[Hit]:
    """Rules by their words, for Ctrl+K; which one counts is shown on the page."""
    found: dict[str, Hit] = {}
    for pack in queries.active_packs(session):
        for item in pack.items:
            if text.strip() and text.strip() in item.title:
                section = queries.section_of(item.key)
                found[item.key] = Hit(
                    item.title, f"规则 · {section}", "tasks", "office", {"tab": "packs", "find": item.key}
                )
    return list(found.values())[:limit]


SOURCE = Source("规则", find)
PAGE = PageSpec(
    key="office",
    title="设置",
    sentence="学校信息、操作人、规则包、字号",
    group="系统",
    icon="office",
    factory=OfficePage,
    keys_help=(("Enter", "修改所选"), ("Ctrl+Enter", "保存"), ("Ctrl+F", "搜索规则"), ("Esc", "关闭右边")),
)
