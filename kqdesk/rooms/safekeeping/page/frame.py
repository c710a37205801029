"""The 审计与备份 page itself: three tabs, for those who may look."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.office.queries import role_of
from kqdesk.rooms.safekeeping.page.backups import BackupsTab
from kqdesk.rooms.safekeeping.page.journal import Heads, JournalTab
from kqdesk.rooms.safekeeping.page.program import ProgramTab
from kqdesk.rooms.safekeeping.rules import may_read
from kqdesk.security.roles import Role


class SafekeepingPage(TabbedPage):
    """``heads``: the acts of each room, lent by the composition root; asked off the UI thread."""

    def __init__(self, desk: Desk, context: Mapping[str, Any], *, heads: Callable[[], Heads] = tuple) -> None:
        tabs = (partial(JournalTab, heads=heads), BackupsTab, ProgramTab)
        super().__init__(desk, "审计与备份", "谁在什么时候做了什么，一条不少；每天的备份，随时能回来。", tabs)
        desk.saved.connect(self._on_saved)
        desk.seat_changed.connect(self._on_seat)

    def reload(self) -> None:
        self.desk.read(partial(_role, actor=self.desk.seat.actor_id), self._show_for, owner=self, only="role")

    def _show_for(self, role: Role | None) -> None:
        if not may_read(role):
            self.set_side(None)
            self.show_blank(
                "lock", "这一页只给校长、教务和审计看", "操作记录里有每个人的名字和改动。要看请找校长或教务。"
            )
            return
        if self.is_blank:
            self.show_body()
        super().reload()

    def _on_saved(self, _: str) -> None:
        if self.isVisible() and self.tab.key == "journal":
            self.reload()

    def _on_seat(self, _: object) -> None:
        self.set_side(None)
        if self.isVisible():
            self.reload()


def _role(session: Session, *, actor: str) -> Role | None:
    return role_of(session, actor)


PAGE = PageSpec(
    key="safekeeping",
    title="审计与备份",
    sentence="操作记录、核对、备份、恢复、程序升级",
    group="系统",
    icon="safekeeping",
    factory=SafekeepingPage,
    keys_help=(
        ("Enter", "打开一条操作记录；看恢复会变什么"),
        ("Ctrl+N", "立即核对；立即备份"),
        ("Ctrl+F", "按名字找"),
        ("Esc", "关闭右边"),
    ),
)
