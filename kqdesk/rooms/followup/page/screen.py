"""The page's frame: six tabs, and what links to it carry."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeySequence, QShortcut
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.followup import queries
from kqdesk.rooms.followup.page.calls import CallsTab
from kqdesk.rooms.followup.page.forms import FormsTab
from kqdesk.rooms.followup.page.honours import HonoursTab
from kqdesk.rooms.followup.page.life import LifeTab
from kqdesk.rooms.followup.page.outcome import OutcomeTab
from kqdesk.rooms.followup.page.results import ResultsTab

TITLE = "跟踪"
SENTENCE = "结业以后：回访就业和收入、满意度、学习之星，一个人的学习从头看到尾。"


class FollowUpPage(TabbedPage):
    """Calls, what they add up to, questionnaires, their results, honours, life lines."""

    watches = frozenset(
        {
            "follow_up", "follow_up_answer", "questionnaire", "satisfaction_answer", "honour", "enrolment", "cohort",
            "completion_certificate", "diploma", "person", "rule_pack", "attachment",
        }
    )  # fmt: skip

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(
            desk, TITLE, SENTENCE, [CallsTab, OutcomeTab, FormsTab, ResultsTab, HonoursTab, LifeTab]
        )
        self._box.returnPressed.connect(self._on_return)
        for keys, what in (
            ("F2", "edit"), ("Ctrl+P", "print_out"), ("Ctrl+E", "export"), ("Ctrl+I", "import_"), ("Ctrl+T", "enter"),
            ("Ctrl+J", "go_on"), ("Ctrl+O", "put_in"),
        ):  # fmt: skip
            press = QShortcut(QKeySequence(keys), self)
            press.setObjectName(what)
            press.activated.connect(self._on_key)

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``person`` opens her calls (or, with ``tab=life``, her life line), ``honour`` and ``questionnaire`` those."""
        tab = "forms" if context.get("questionnaire") else "honours" if context.get("honour") else None
        super().arrive({"tab": tab, **context} if tab else context)

    @Slot()
    def _on_return(self) -> None:
        take = getattr(self.tab, "take_text", None)
        if take is not None:
            take(self._box.text())

    @Slot()
    def _on_key(self) -> None:
        sender = self.sender()
        act = getattr(self.tab, sender.objectName(), None) if sender is not None else None
        if act is not None:
            act()


def find(session: Session, text: str, limit: int) -> list[Hit]:
    """Questionnaires by number or class, honours by name, for Ctrl+K."""
    forms = [
        Hit(f"{row.cohort} 满意度", f"问卷号 {row.shown_code} · {row.forms} 份", "followup", "followup",
            {"tab": "forms", "questionnaire": row.id})
        for row in queries.questionnaires(session, text=text)[:limit]
    ]  # fmt: skip
    honours = [
        Hit(
            f"{row.name} {row.title}",
            row.state.label,
            "star",
            "followup",
            {"tab": "honours", "honour": row.id},
        )
        for row in queries.honours(session, text=text)[:limit]
    ]
    return [*forms, *honours][:limit]


SOURCE = Source("跟踪", find)
PAGE = PageSpec(
    key="followup", title=TITLE, sentence=SENTENCE, group="统计", icon="followup", factory=FollowUpPage,
    keys_help=(
        ("Ctrl+N", "登记回访、新建问卷、推荐典型（看在哪一页）"), ("Enter", "打开选中的"), ("F2", "修改"),
        ("Ctrl+T", "记回访；打数字登记答卷"), ("问卷号 Enter", "直接打开那份问卷登记"), ("Ctrl+O", "放入扫描的问卷或典型材料"),
        ("Ctrl+J", "生命线；典型的下一步"), ("Ctrl+P", "打印"), ("Ctrl+E", "导出回访名单"), ("Ctrl+I", "导入填好的回访名单"),
    ),
)  # fmt: skip
