"""The 课程目录 page: courses by category, and the 双证 programmes with their subjects, books and hours."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Check, Choice, Field, LongText, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.grid import GridColumn, GridRow
from kqdesk.desk.gridview import Grid
from kqdesk.desk.listing import Listing, ListTab
from kqdesk.desk.pages import Hit, PageSpec, Source
from kqdesk.desk.parts import Push, label
from kqdesk.desk.pills import Pills
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.catalogue import actions, queries
from kqdesk.rooms.catalogue.queries import CourseRow, ProgrammeRow
from kqdesk.rooms.catalogue.rules import SubjectPlan, programme_faults
from kqdesk.rooms.catalogue.terms import Category, DualLevel, SkillLevel, Subject

ACTIVE = Check(name="is_active", label="开设")
CATEGORIES = tuple((category, category.label) for category in Category)
LEVELS = tuple((level, level.label) for level in SkillLevel)


def _state(row: CourseRow) -> Pill | None:
    if not row.is_active:
        return Pill("停开", "neutral", "hidden")
    return Pill("示例", "warning", "star") if row.is_sample else None


def _course_fields() -> tuple[Field, ...]:
    return (
        Text(name="title", label="课程名称", required=True, longest=40, placeholder="如：短视频拍摄与剪辑"),
        Choice(name="category", label="门类", choices=CATEGORIES, required=True, is_half=True),
        Text(name="code", label="课程代码", longest=16, placeholder="留空自动编号", is_half=True),
        Number(name="lesson_count", label="课次", least=1, most=400, unit="次", is_half=True),
        Number(name="lesson_minutes", label="每次时长", least=1, most=720, unit="分钟", is_half=True),
        Number(name="hours_per_lesson", label="每次学时", least=1, most=12, unit="学时", is_half=True),
        Number(name="study_hours", label="总学时", least=1, most=5000, unit="留空自动算", is_half=True),
        Text(name="occupation", label="职业（工种）", longest=30, hint="考技能证书的课才填", is_half=True),
        Choice(name="skill_level", label="技能等级", choices=LEVELS, is_half=True),
        LongText(name="summary", label="简介", longest=200, lines=2, placeholder="一两句话，招生时给学员看"),
        Text(name="standard_code", label="学分银行标准课程号", longest=30, hint="没有就不填"),
    )


COURSES = Listing(
    key="courses", title="课程", unit="门", icon="catalogue", search_hint="课程、工种、拼音首字母",
    empty="学校能开的课都列在这里，开班时选一门就行。可以先装入 100 门示例课程，再改成自己的。",
    columns=(
        Column[CourseRow]("代码", lambda r: r.code, kind="code", width=96),
        Column[CourseRow]("课程名称", lambda r: r.title, width=200, is_strong=True, tip=lambda r: r.summary or r.title),
        Column[CourseRow]("门类", lambda r: r.category.label, width=96),
        Column[CourseRow]("课次", lambda r: r.rhythm, width=140, sort=lambda r: r.lesson_count),
        Column[CourseRow]("学时", lambda r: str(r.study_hours or ""), kind="number", width=64),
        Column[CourseRow]("职业（工种）等级", lambda r: r.skill),
        Column[CourseRow]("状态", lambda r: "", kind="pill", width=90, pill=_state),
    ),
    rows=queries.courses, fields=_course_fields, load=queries.course_form,
    add=actions.add_course, change=actions.change_course, retire=actions.retire_course, id_name="course_id",
    retire_word="停开",
)  # fmt: skip


class CoursesTab(ListTab):
    """Courses with the ten categories as pills above them."""

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page, COURSES)
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
            with_retired=self.with_retired.isChecked(),
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
                self.desk, "修改课程", (*_course_fields(), ACTIVE), partial(self._save_change, row.id),
                load=partial(queries.course_form, row_id=row.id),
            )
        )  # fmt: skip

    @Slot(object)
    def _on_category(self, _: Any) -> None:
        self.reload()


def _list_and_counts(
    session: Session, *, text: str, category: Category | None, with_retired: bool
) -> tuple[list[CourseRow], Mapping[Category, int]]:
    rows = queries.courses(session, text=text, category=category, with_retired=with_retired)
    return rows, queries.category_counts(session, with_retired=with_retired)


# -- programmes ------------------------------------------------------------------------------------


def _programme_state(row: ProgrammeRow) -> Pill:
    return Pill("在用", "success") if row.is_active else Pill("停用", "neutral", "hidden")


def _programme_fields() -> tuple[Field, ...]:
    return (
        Text(name="title", label="方案名称", required=True, longest=40),
        Text(name="code", label="方案代码", required=True, longest=16, is_half=True),
        Choice(
            name="level",
            label="层次",
            choices=tuple((one, one.label) for one in DualLevel),
            required=True,
            is_half=True,
        ),
    )


PROGRAMMES = Listing(
    key="programmes", title="双证方案", unit="个", icon="dual", search_hint="方案名称",
    empty="双证制初中、高中各学哪几科、用什么教材、建议多少学时。可以装入文件里的两个方案。",
    columns=(
        Column[ProgrammeRow]("方案", lambda r: r.title, width=200, is_strong=True),
        Column[ProgrammeRow]("层次", lambda r: r.level.label, width=96),
        Column[ProgrammeRow]("科目", lambda r: f"{r.subject_count} 科", kind="number", width=64),
        Column[ProgrammeRow]("建议总学时", lambda r: str(r.total_hours), kind="number", width=100),
        Column[ProgrammeRow]("其中面授", lambda r: str(r.face_hours), kind="number", width=90),
        Column[ProgrammeRow]("教材", lambda r: "、".join(r.textbooks)),
        Column[ProgrammeRow]("状态", lambda r: "", kind="pill", width=90, pill=_programme_state),
    ),
    rows=queries.programmes, fields=_programme_fields, load=lambda session, row_id: {},
    add=actions.add_programme, change=actions.change_programme, retire=actions.retire_programme,
    id_name="programme_id",
)  # fmt: skip


def _hours(text: str) -> int:
    if not text.isdigit() or int(text) > 5000:
        raise ValueError("学时要填整数。")
    return int(text)


SUBJECT_COLUMNS = (
    GridColumn("subject", "科目", width=190, choices=tuple((one, one.label) for one in Subject)),
    GridColumn("textbook", "教材"),
    GridColumn("total_hours", "总学时", parse=_hours, kind="number", width=80),
    GridColumn("face_hours", "其中面授", parse=_hours, kind="number", width=90),
    GridColumn("choice", "选考组", width=90),
)


class ProgrammesTab(ListTab):
    """The programmes above, the chosen one's subjects below; the subjects are edited in place and saved as one act."""

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page, PROGRAMMES)
        self.primary = ""
        self._shown: ProgrammeRow | None = None
        self.heading = label("", "head")
        self.grid = Grid(SUBJECT_COLUMNS)
        self.grid.edited.connect(self._on_edited)
        self.table.picked.connect(self._on_picked)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setStretch(0, 1)
        layout.addSpacing(8)
        layout.addWidget(self.heading)
        hint = label(
            "学时是建议数，只提示不限制。“选考组”相同的科目选学一门，成绩单上只占一行。改了就保存，可以撤销。",
            "second",
        )
        hint.setWordWrap(True)
        layout.addWidget(hint)
        layout.addWidget(self.grid, 2)
        for inner in (self.heading, hint):
            inner.setContentsMargins(12, 0, 12, 0)

    def show_rows(self, rows: Sequence[Any]) -> None:
        """The programmes; one of them is always chosen. When there is none, the samples are offered."""
        if not rows and self.page.tab is self and not self.page.searched_text():
            load = Push("装入两个双证方案", self.load_samples, look="primary", icon_name="import")
            self.page.show_blank("dual", "还没有双证方案", PROGRAMMES.empty, [load])
            return
        super().show_rows(rows)
        if rows and not self.table.selected():
            self.table.select_row(0)
        elif rows:
            self._on_picked(self.table.selected())

    @Slot()
    def load_samples(self) -> None:
        """The two programmes (and what is missing of the sample courses)."""
        self.desk.run(actions.load_samples, owner=self)

    @Slot(object)
    def edit(self, row: Any) -> None:
        """Enter goes down into the subjects."""
        self.grid.setFocus()

    @Slot(list)
    def _on_picked(self, rows: list[ProgrammeRow]) -> None:
        if not rows:
            return
        self._shown = rows[0]
        self.heading.setText(f"{rows[0].title}：科目、教材与建议学时")
        lines = [
            GridRow(
                str(place),
                {
                    "subject": plan.subject, "textbook": plan.textbook, "total_hours": plan.total_hours,
                    "face_hours": plan.face_hours, "choice": plan.choice,
                },
            )
            for place, plan in enumerate(rows[0].plans)
        ]  # fmt: skip
        self.grid.fill(lines)

    @Slot(list)
    def _on_edited(self, _: list[Any]) -> None:
        if self._shown is None or self.grid.faults():
            return
        plans = tuple(SubjectPlan(**row.values) for row in self.grid.values() if row.values.get("subject"))
        faults = programme_faults(self._shown.level, plans)
        if faults:
            self.page.note.say("还没有保存：" + "".join(faults), "refused")
            return
        self.page.note.hide()
        self.desk.run(
            actions.change_programme, owner=self, programme_id=self._shown.id, title=self._shown.title, plans=plans,
            pack_key=self._shown.pack_key, is_active=self._shown.is_active,
        )  # fmt: skip


class CataloguePage(TabbedPage):
    """What can be taught."""

    watches = frozenset({"course", "programme", "programme_subject"})

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
    keys_help=(("Ctrl+N", "新建课程"), ("Enter 或 F2", "修改"), ("Del", "停开"), ("Ctrl+F", "搜索")),
)
