"""The 双证 programmes with their subjects, books and hours, edited in place."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, Field, Text
from kqdesk.desk.grid import GridColumn, GridRow
from kqdesk.desk.gridview import Grid
from kqdesk.desk.listing import Listing, ListTab
from kqdesk.desk.parts import Push, label
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.catalogue import actions, queries
from kqdesk.rooms.catalogue.queries import ProgrammeRow
from kqdesk.rooms.catalogue.rules import SubjectPlan, programme_faults
from kqdesk.rooms.catalogue.terms import DualLevel, Subject


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
