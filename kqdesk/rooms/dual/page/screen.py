"""The page 双证: the board, batches of graduates, and the receipt book, under one title."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Slot

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.dual.page.board import BoardTab
from kqdesk.rooms.dual.page.graduation import GraduationTab
from kqdesk.rooms.dual.page.receipts import ReceiptTab

TITLE, SENTENCE = "双证", "学历证书加技能证书就是双证。谁两证齐全，谁还差什么，点一下就去补。"


class DualPage(TabbedPage):
    """Board, graduation, receipts."""

    watches = frozenset({
        "diploma", "diploma_receipt", "diploma_proof", "graduation_batch", "graduation_application", "skill_certificate",
        "sitting", "score", "candidate", "exemption", "attendance_mark", "lesson", "enrolment", "cohort",
        "programme_subject", "rule_pack",
    })  # fmt: skip

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE, [BoardTab, GraduationTab, ReceiptTab])
        if self.search is not None:
            self.search.textChanged.connect(self._on_typed)

    @Slot(str)
    def _on_typed(self, _: str) -> None:
        if isinstance(self.tab, BoardTab):
            self.tab.filter_typed()


PAGE = PageSpec(
    key="dual", title=TITLE, sentence=SENTENCE, group="考证", icon="dual", factory=DualPage,
    keys_help=(
        ("Ctrl+N", "导入学历证书；毕业申请里是建立批次"), ("Enter 或 Ctrl+E", "为什么：学分怎样算出来的"),
        ("Ctrl+Enter", "去做下一步"), ("Ctrl+P", "打印选中学员的学分认定表"), ("Ctrl+F", "搜索"), ("Esc", "关闭右边"),
    ),
)  # fmt: skip
