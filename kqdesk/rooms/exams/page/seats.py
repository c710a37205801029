"""The step 编场: rooms, invigilators, the act that seats everybody, and what the invigilators wrote down."""

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot

from kqdesk.desk.cells import Column
from kqdesk.desk.fields import Choice, LongText, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Act
from kqdesk.desk.table import TableView
from kqdesk.kernel.text import half_width
from kqdesk.rooms.exams import actions
from kqdesk.rooms.exams.page.bundle import Bundle
from kqdesk.rooms.exams.page.steps import Missing, Step
from kqdesk.rooms.exams.queries import HallRow, RecordRow, SittingForm, hall_choices
from kqdesk.rooms.exams.terms import Organiser

if TYPE_CHECKING:
    from kqdesk.rooms.exams.page.screen import ExamsPage


class SeatsStep(Step):
    """Rooms, invigilators, and the act that seats everybody."""

    key, title = "seats", "编场"

    def __init__(self, page: "ExamsPage") -> None:
        super().__init__(page)
        self.table = TableView(
            (
                Column[HallRow]("考点", lambda r: r.centre or self._centre(), width=130),
                Column[HallRow]("考场", lambda r: r.name, width=110, is_strong=True),
                Column[HallRow]("地点", lambda r: r.place),
                Column[HallRow]("座位", lambda r: str(r.capacity), kind="number", width=80),
                Column[HallRow]("已编", lambda r: str(r.seated or ""), kind="number", width=80),
                Column[HallRow]("监考", lambda r: r.invigilators, width=180),
                Column[HallRow]("考场记录", self._recorded, width=100, tip=self._recorded_words),
            ),
            name="exams.halls",
            memory=page.desk.memory,
        )
        self.table.opened.connect(self.edit)
        self.adding = page.add_button(
            "添加考场", self.add, icon_name="add", tip="再加一个考场", keys="Ctrl+Shift+N"
        )
        self.removing = page.add_button("删除考场", self.remove, icon_name="delete")
        self.clearing = page.add_button("撤销编场", self.clear, icon_name="undo")
        self.watching = page.add_button(
            "安排监考",
            self.assign,
            icon_name="trainers",
            tip="给还缺监考的考场排上没有课、不教这些班的培训师",
        )
        self.recording = page.add_button(
            "考场记录", self.record, icon_name="edit", tip="选中的考场：缺考、违纪座号和试卷份数"
        )
        self.printing = page.add_button(
            "打印…",
            self.print_papers,
            icon_name="print",
            keys="Ctrl+P",
            tip="准考证、门贴、桌签、照片核对表、考场记录单",
        )
        self.tools = [self.adding, self.removing, self.clearing, self.watching, self.recording, self.printing]
        self.table.add_menu("只打印这个考场…", self.print_this, "print")
        self.table.add_menu("登记考场记录…", self.record, "edit")
        self.column.addWidget(self.table)
        self._choices = SittingForm((), {}, ())
        page.desk.read(hall_choices, self._take_choices, owner=self)

    def _take_choices(self, found: SittingForm) -> None:
        self._choices = found

    def primary(self, bundle: Bundle) -> tuple[str, Act, str] | None:
        if bundle.is_locked or bundle.sitting.entered or bundle.sitting.organiser is not Organiser.SCHOOL:
            return None
        words = "重新编排座位" if bundle.sitting.seated else "编排座位"
        return words, self.arrange, "swap"

    def count(self, bundle: Bundle) -> str:
        return f"{bundle.sitting.seated}/{bundle.sitting.candidates}"

    def missing(self, bundle: Bundle) -> Missing | None:
        if bundle.sitting.organiser is not Organiser.SCHOOL:
            return (
                f"这场考试由{bundle.sitting.organiser.label}里组织，考场和准考证号以组织单位的名单为准。",
                "info",
                ("导入名单", self.page.import_list),
            )
        seats = sum(hall.capacity for hall in bundle.halls)
        if not bundle.halls:
            return "还没有考场。先加一个，写明座位数和监考人。", "info", ("添加考场", self.add)
        if seats < bundle.sitting.candidates:
            words = f"考生 {bundle.sitting.candidates} 人，座位只有 {seats} 个。"
            return words, "refused", ("添加考场", self.add)
        if bundle.sitting.seated < bundle.sitting.candidates:
            return (
                "考场够了，可以编排座位：同班的人会隔开，选考科目相同的坐在一起。",
                "info",
                ("编排座位", self.arrange),
            )
        if bundle.watch_faults:
            return bundle.watch_faults[0], "refused", None
        return None

    def show_bundle(self, bundle: Bundle) -> None:
        super().show_bundle(bundle)
        self.table.show_rows(bundle.halls)
        is_open = not bundle.is_locked
        self.adding.setEnabled(is_open)
        self.removing.setEnabled(is_open)
        self.clearing.setEnabled(is_open and bundle.sitting.seated > 0 and not bundle.sitting.entered)
        self.watching.setEnabled(is_open and bool(bundle.halls))
        self.recording.setEnabled(is_open and bundle.sitting.seated > 0)
        self.printing.setEnabled(bundle.sitting.seated > 0)

    def foot(self, bundle: Bundle) -> str:
        seats = sum(hall.capacity for hall in bundle.halls)
        return f"{len(bundle.halls)} 个考场 · {seats} 个座位 · 考生 {bundle.sitting.candidates} 人"

    def _fields(self) -> tuple[Any, ...]:
        trainers = self._choices.trainers
        return (
            Text(name="name", label="考场名称", required=True, is_half=True),
            Number(name="capacity", label="座位数", required=True, least=1, most=99, is_half=True),
            Text(name="centre", label="考点", hint="不填就是这场考试写的考点", is_half=True),
            Choice(name="classroom_id", label="教室", choices=self._choices.classrooms),
            Choice(name="invigilator1_id", label="监考一", choices=trainers, is_half=True),
            Choice(name="invigilator2_id", label="监考二", choices=trainers, is_half=True),
        )

    @Slot()
    def add(self) -> None:
        """One more room, named and sized as the last ones."""
        if self.bundle is None:
            return
        capacity = self.bundle.sheet.policy.hall_capacity or 30
        values = {"name": f"第{len(self.bundle.halls) + 1}考场", "capacity": capacity, "count": 1}
        more = Number(name="count", label="一次加几个", required=True, least=1, most=60, is_half=True)
        name, seats, centre, *others = self._fields()
        fields = (name, seats, centre, more, *others)
        self._panel(FormPanel(self.desk, "添加考场", fields, self._save_new, values=values))

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.add_hall, sitting_id=self.page.sitting_id, **values)

    @Slot(object)
    def edit(self, row: HallRow) -> None:
        """The form of a room."""
        names = ("name", "capacity", "centre", "classroom_id", "invigilator1_id", "invigilator2_id")
        values = {name: getattr(row, name) for name in names}
        save = partial(self._save_change, row.id)
        self._panel(FormPanel(self.desk, row.name, self._fields(), save, values=values))

    def _save_change(self, hall_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.change_hall, hall_id=hall_id, **values)

    @Slot()
    def remove(self) -> None:
        """The room the keyboard stands on."""
        row = self.table.current()
        if row is not None:
            self._run(actions.remove_hall, f"已删除{row.name}。", hall_id=row.id)

    @Slot()
    def arrange(self) -> None:
        """Seats, tickets and numbers for everybody."""
        self.desk.run(actions.arrange_seats, then=self._arranged, owner=self, sitting_id=self.page.sitting_id)

    def _arranged(self, count: int) -> None:
        self.desk.tell(f"已给 {count} 人编好考场、座位和准考证号。", undo=True)

    @Slot()
    def clear(self) -> None:
        """Nobody has a seat again."""
        self._run(actions.clear_seats, "已撤销编场。", sitting_id=self.page.sitting_id)

    @Slot()
    def assign(self) -> None:
        """Invigilators for rooms that lack them."""
        self.desk.run(
            actions.assign_invigilators, then=self._assigned, owner=self, sitting_id=self.page.sitting_id
        )

    def _assigned(self, found: tuple[int, tuple[str, ...]]) -> None:
        filled, short = found
        if short:
            words = f"排了 {filled} 人次，{'、'.join(short[:4])}还缺监考：没有别的空着又不教这些班的培训师。"
            self.desk.tell(words, kind="refused")
        else:
            self.desk.tell(f"已排监考 {filled} 人次。", undo=True)

    @Slot()
    def print_papers(self) -> None:
        """Choose papers; every room."""
        self.page.printing.ask()

    @Slot()
    def print_this(self) -> None:
        """The papers of the chosen room only."""
        row = self.table.current()
        self.page.printing.ask(row.id if row else None)

    # -- what the invigilators wrote down ---------------------------------------------------------

    def _centre(self) -> str:
        return self.bundle.sitting.centre if self.bundle else ""

    def _records(self, row: HallRow) -> list[RecordRow]:
        return [one for one in self.bundle.records if one.hall_id == row.id] if self.bundle else []

    def _recorded(self, row: HallRow) -> str:
        count = len(self._records(row))
        return f"{count}/{len(self.bundle.papers)} 科" if count and self.bundle else ""

    def _recorded_words(self, row: HallRow) -> str:
        titles = {p.id: p.subject.label for p in self.bundle.papers} if self.bundle else {}
        return "\n".join(
            f"{titles.get(one.paper_id, '')}：缺考 {len(one.absent)} 人，违纪 {len(one.violations)} 人"
            for one in self._records(row)
        )

    @Slot()
    def record(self) -> None:
        """The form of one room's record: absences and violations by seat number, scripts counted."""
        row = self.table.current()
        if row is None or self.bundle is None:
            self.page.note.say("请先选中一个考场。", "refused")
            return
        done = {one.paper_id for one in self._records(row)}
        next_paper = next((p.id for p in self.bundle.papers if p.id not in done), self.bundle.papers[0].id)
        read = partial(seats_fault)
        fields = (
            Choice(name="paper_id", label="科目", required=True, choices=tuple((p.id, p.subject.label) for p in self.bundle.papers)),
            Text(name="absent", label="缺考座号", check=read, hint="例如：3,7,21；没有就不填"),
            Text(name="violations", label="违纪座号", check=read),
            Number(name="scripts", label="试卷份数", least=0, most=99, hint="收上来的份数，会和实考人数核对"),
            LongText(name="remark", label="情况记录", lines=3),
        )  # fmt: skip
        save = partial(self._save_record, row.id)
        title = f"{row.name}考场记录"
        self._panel(FormPanel(self.desk, title, fields, save, values={"paper_id": next_paper}))

    def _save_record(self, hall_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        for name in ("absent", "violations"):
            values[name] = read_seats(values[name] or "")
        panel.run(actions.record_room, hall_id=hall_id, signer=self.desk.seat.signer, **values)


def read_seats(text: str) -> tuple[int, ...]:
    """3,7、21 → (3, 7, 21); ValueError for anything else."""
    parts = re.split(r"[,，、;；\s]+", half_width(text).strip())
    return tuple(dict.fromkeys(int(part) for part in parts if part))


def seats_fault(text: str) -> str | None:
    """The sentence of seat numbers that are none; for form fields."""
    try:
        read_seats(text)
    except ValueError:
        return "请填座号，用逗号隔开，例如 3,7,21。"
    return None
