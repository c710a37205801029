"""The page's frame: five tabs, and what links to it carry."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.certificates import queries
from kqdesk.rooms.certificates.page.designer import DesignTab
from kqdesk.rooms.certificates.page.drawing import DrawTab
from kqdesk.rooms.certificates.page.register import RegisterTab
from kqdesk.rooms.certificates.page.skill import SkillTab
from kqdesk.rooms.certificates.page.stock import StockTab

TITLE = "证书"
SENTENCE = "结业证书由一人制作、另一人批准，二维码验真伪；学员带来的技能证书也登记在这里。"


class CertificatesPage(TabbedPage):
    """Register, drawing up, skill certificates, designs, reconciliation."""

    watches = frozenset(
        {
            "completion_certificate",
            "certificate_review",
            "skill_certificate",
            "enrolment",
            "lesson",
            "attendance_mark",
            "rule_pack",
            "certificate_design",
            "blank_stock",
            "print_run",
            "void_number",
        }
    )

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE, [RegisterTab, DrawTab, SkillTab, DesignTab, StockTab])

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``state`` alone means the register, ``cohort`` alone the tab where certificates are drawn up."""
        tab = "register" if "state" in context else "draw" if "cohort" in context else None
        super().arrive({"tab": tab, **context} if tab else context)


def find(session: Session, text: str, limit: int) -> list[Hit]:
    """Certificates by number or name for Ctrl+K."""
    return [
        Hit(f"{row.name} {row.course_title}", f"{row.serial_no} {row.state.label}", "certificates", "certificates",
            {"tab": "register", "find": row.serial_no})
        for row in queries.find(session, text, limit)
    ]  # fmt: skip


SOURCE = Source("证书", find)
PAGE = PageSpec(
    key="certificates", title=TITLE, sentence=SENTENCE, group="考证", icon="certificates", factory=CertificatesPage,
    keys_help=(
        ("Ctrl+N", "制作证书，或登记技能证书"), ("Ctrl+A", "全选"), ("Ctrl+P", "打印选中的证书"), ("Ctrl+F", "搜索"),
    ),
)  # fmt: skip
