"""The courses by category, and the form of one."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Check, Choice, Field, LongText, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.listing import Listing, ListTab
from kqdesk.desk.parts import Push
from kqdesk.desk.pills import Pills
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.catalogue import actions, queries
from kqdesk.rooms.catalogue.page.versions import hour_fields, rules_panel
from kqdesk.rooms.catalogue.queries import CourseRow
from kqdesk.rooms.catalogue.rules import CourseRules
from kqdesk.rooms.catalogue.terms import Category, SkillLevel

ACTIVE = Check(name="is_active", label="开设")
CATEGORIES = tuple((category, category.label) for category in Category)
LEVELS = tuple((level, level.label) for level in SkillLevel)


def _state(row: CourseRow) -> Pill | None:
    if not row.is_active:
        return Pill("停开", "neutral", "hidden")
    return Pill("示例", "warning", "star") if row.is_sample else None


def _fields(*hours: Field) -> tuple[Field, ...]:
    return (
        Text(name="title", label="课程名称", required=True, longest=40, placeholder="如：短视频拍摄与剪辑"),
        Choice(name="category", label="门类", choices=CATEGORIES, required=True, is_half=True),
        Text(name="code", label="课程代码", longest=16, placeholder="留空自动编号", is_half=True),
        *hours,
        Text(name="occupation", label="职业（工种）", longest=30, hint="考技能证书的课才填", is_half=True),
        Choice(name="skill_level", label="技能等级", choices=LEVELS, is_half=True),
        LongText(name="summary", label="简介", longest=200, lines=2, placeholder="一两句话，招生时给学员看"),
        Text(name="standard_code", label="学分银行标准课程号", longest=30, hint="没有就不填"),
    )


def _course_fields() -> tuple[Field, ...]:
    return _fields(*hour_fields())


COURSES = Listing(
    key="courses", title="课程", unit="门", icon="catalogue", search_hint="课程、工种、拼音首字母",
    empty="学校能开的课都列在这里，开班时选一门就行。可以先装入 100 门示例课程，再改成自己的。",
    columns=(
        Column[CourseRow]("代码", lambda r: r.code, kind="code", width=96),
        Column[CourseRow]("课程名称", lambda r: r.title, is_strong=True, tip=lambda r: r.summary or r.title),
        Column[CourseRow]("门类", lambda r: r.category.label, width=96),
        Column[CourseRow]("课次", lambda r: r.rhythm, width=140, sort=lambda r: r.lesson_count),
        Column[CourseRow]("学时", lambda r: str(r.study_hours or ""), kind="number", width=64),
        Column[CourseRow]("考核", lambda r: r.rules.assessment.label if r.rules.assessment else "", width=84),
        Column[CourseRow]("职业（工种）等级", lambda r: r.skill, width=180),
        Column[CourseRow]("状态", lambda r: "", kind="pill", width=90, pill=_state),
    ),
    rows=queries.courses, fields=_course_fields, load=queries.course_form,
    add=actions.add_course, change=actions.change_course, retire=actions.retire_course, id_name="course_id",
    retire_word="停开",
)  # fmt: skip


class CoursesTab(ListTab):
    """Courses with the ten categories as pills above them; 课程规则 says what a course is worth from which day on."""

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page, COURSES)
        self.tools = [
            *self.tools,
            Push(
                "课程规则",
                self.open_rules,
                icon_name="calendar",
                tip="选中的课程从哪天起多少学时、怎样考核",
                keys="Ctrl+R",
            ),
        ]
        self.table.add_menu("课程规则　Ctrl+R", self.open_rules, "calendar")
        self.pills = Pills(((None, "全部"), *CATEGORIES), name="门类")
        self.pills.chosen.connect(self._on_category)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setContentsMargins(12, 12, 12, 0)
        layout.setSpacing(12)
        layout.insertWidget(0, self.pills)

    def reload(self) -> None:
        """The list of the chosen category, and all the counts."""
        query = partial(
            _list_and_counts, text=self.page.searched_text(), category=self.pills.value(),
            with_retired=self.with_retired.isChecked(), on=self.desk.today(),
        )  # fmt: skip
        self.desk.read(query, self._show, owner=self, only="reload")

    def _show(self, found: tuple[list[CourseRow], Mapping[Category, int]]) -> None:
        rows, counts = found
        self.pills.count(None, sum(counts.values()))
        for category in Category:
            self.pills.count(category, counts.get(category, 0))
        if self.page.tab is not self:
            return
        if counts:
            self.table.show_rows(rows)
            self.page.set_foot(f"共 {len(rows)} 门")
            self.page.show_body()
            return
        load = Push("装入示例课程", self.load_samples, look="primary", icon_name="import")
        self.page.show_blank(
            "catalogue",
            "还没有课程",
            COURSES.empty,
            [load, Push("新建课程", self.start_new, icon_name="add")],
        )

    @Slot()
    def load_samples(self) -> None:
        """The 100 samples and the two programmes."""
        self.desk.run(actions.load_samples, then=self._loaded, owner=self)

    def _loaded(self, count: int) -> None:
        words = "已装入示例课程和双证方案，改过的就不再标“示例”。" if count else "示例课程都已经在目录里了。"
        self.desk.tell(words, undo=bool(count))

    @Slot(object)
    def edit(self, row: Any) -> None:
        """The course's form; it also says whether the course is offered."""
        self._open(
            FormPanel(
                self.desk, "修改课程", (*_fields(), ACTIVE), partial(self._save_change, row.id),
                load=partial(queries.course_form, row_id=row.id),
            )
        )  # fmt: skip

    @Slot()
    def open_rules(self) -> None:
        """What the chosen course is worth, from which day on."""
        row: CourseRow | None = self.table.current()
        if row is None:
            self.desk.tell("请先在列表里选一门课程。", kind="refused")
            return
        then = partial(self._show_rules, row)
        self.desk.read(partial(queries.course_rules, course_id=row.id), then, owner=self, only="rules")

    def _show_rules(self, row: CourseRow, versions: list[CourseRules]) -> None:
        self._open(rules_panel(self.desk, row, versions))

    @Slot(object)
    def _on_category(self, _: Any) -> None:
        self.reload()


def _list_and_counts(
    session: Session, *, text: str, category: Category | None, with_retired: bool, on: date
) -> tuple[list[CourseRow], Mapping[Category, int]]:
    rows = queries.courses(session, text=text, category=category, with_retired=with_retired, on=on)
    return rows, queries.category_counts(session, with_retired=with_retired)
