"""The 课程目录 page: courses by category, and the 双证 programmes with their subjects, books and hours."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Slot
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.catalogue import queries
from kqdesk.rooms.catalogue.page.courses import CoursesTab
from kqdesk.rooms.catalogue.page.programmes import ProgrammesTab


class CataloguePage(TabbedPage):
    """What can be taught."""

    watches = frozenset({"course", "course_version", "programme", "programme_subject"})

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(
            desk,
            "课程目录",
            "学校能开的课，按十大门类；双证制初中、高中学哪几科。",
            [CoursesTab, ProgrammesTab],
        )
        self.add_button(
            "装入示例",
            self.load_samples,
            icon_name="import",
            tip="装入还没有的示例课程和双证方案，已有的不动",
        )

    @Slot()
    def load_samples(self) -> None:
        """Whatever is missing of the samples."""
        courses = self.tabs[0]
        assert isinstance(courses, CoursesTab)
        courses.load_samples()


def find(session: Session, text: str, limit: int) -> list[Hit]:
    """Courses for Ctrl+K."""
    return [
        Hit(
            row.title,
            f"{row.category.label} {row.code}",
            "catalogue",
            "catalogue",
            {"tab": "courses", "find": row.code},
        )
        for row in queries.find(session, text, limit)
    ]


SOURCE = Source("课程", find)
PAGE = PageSpec(
    key="catalogue",
    title="课程目录",
    sentence="学校能开的课和双证方案",
    group="招生",
    icon="catalogue",
    factory=CataloguePage,
    keys_help=(
        ("Ctrl+N", "新建课程"),
        ("Enter 或 F2", "修改"),
        ("Ctrl+R", "课程规则"),
        ("Del", "停开"),
        ("Ctrl+F", "搜索"),
    ),
)
