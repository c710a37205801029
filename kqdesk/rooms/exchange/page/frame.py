"""数据交换: three tabs under one title; what it shows of sync comes from the seat's ``exchange``."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Slot

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.exchange.page.conflicts import ConflictsTab
from kqdesk.rooms.exchange.page.state import StateTab
from kqdesk.rooms.exchange.page.stations import StationsTab


class ExchangePage(TabbedPage):
    """Reloads when the numbers of sync or the conflicts change."""

    watches = frozenset({"exchange", "sync_conflict"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(
            desk,
            "数据交换",
            "几台电脑、一份数据：各自照常用，连上网就自己对齐；没有网就用 U 盘。",
            (StateTab, ConflictsTab, StationsTab),
        )
        desk.seat_changed.connect(self._on_seat)

    @Slot(object)
    def _on_seat(self, _: object) -> None:
        self.set_side(None)
        if self.isVisible():
            self.reload()


PAGE = PageSpec(
    key="exchange",
    title="数据交换",
    sentence="同步、待确认、学校的几台电脑、U 盘数据包",
    group="系统",
    icon="exchange",
    factory=ExchangePage,
    keys_help=(
        ("Ctrl+N", "立即同步；邀请一台电脑"),
        ("1 / 2", "待确认里选左边 / 右边的值"),
        ("Enter", "待确认里打开这条记录的详细情况"),
        ("Ctrl+Z", "撤销刚才的选择"),
    ),
)
