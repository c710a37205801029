"""What a step is, and the first two: 考生 and 编场."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Choice, MultiChoice, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Act
from kqdesk.desk.table import TableView
from kqdesk.rooms.attendance.rules import percent
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.cohorts.terms import ScienceOption
from kqdesk.rooms.exams import actions
from kqdesk.rooms.exams.page.bundle import Bundle
from kqdesk.rooms.exams.queries import CandidateRow, HallRow, SittingForm, hall_choices
from kqdesk.rooms.exams.rules import Admission
from kqdesk.rooms.exams.terms import Organiser

if TYPE_CHECKING:
    from kqdesk.rooms.exams.page.screen import ExamsPage

Missing = tuple[str, str, tuple[str, Act] | None]
ADMISSION_TONES = {
    Admission.MAY: "success",
    Admission.MAY_NOT: "danger",
    Admission.UNSET: "neutral",
    Admission.UNKNOWN: "warning",
}


class Step(QWidget):
    """One step of a sitting. ``tools`` are its buttons in the page's tool row; ``primary`` the filled one."""

    key = title = ""

    def __init__(self, page: "ExamsPage") -> None:
        super().__init__()
        self.page, self.desk = page, page.desk
        self.tools: list[QWidget] = []
        self.bundle: Bundle | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

    def is_searched(self) -> bool:
        """Whether the page's search box means something here."""
        return False

    def primary(self, bundle: Bundle) -> tuple[str, Act, str] | None:
        """Words, act and icon of the filled button; None when there is nothing to press."""
        return None

    def count(self, bundle: Bundle) -> str:
        """What stands behind the step's name."""
        return ""

    def missing(self, bundle: Bundle) -> Missing | None:
        """What is not done yet, in a sentence, with the button that does it."""
        return None

    def show_bundle(self, bundle: Bundle) -> None:
        """Show it; remembers the bundle."""
        self.bundle = bundle

    def foot(self, bundle: Bundle) -> str:
        """Counts under the body."""
        return ""

    def _run(self, act: Callable[..., Any], told: str = "", **kw: Any) -> None:
        self.desk.run(act, then=partial(self._told, told) if told else None, owner=self, **kw)

    def _told(self, sentence: str, _: Any) -> None:
        self.desk.tell(sentence, undo=True)

    def _panel(self, panel: FormPanel) -> None:
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()


class CandidatesStep(Step):
    """Who sits the exam."""

    key, title = "candidates", "考生"

    def __init__(self, page: "ExamsPage") -> None:
        super().__init__(page)
        self.table = TableView(
            (
                Column[CandidateRow]("姓名", lambda r: r.name, width=110, is_strong=True),
                Column[CandidateRow]("班级", lambda r: r.cohort),
                Column[CandidateRow]("科学选考", lambda r: r.science_option.label if r.science_option else "", width=110),
                Column[CandidateRow]("出勤", lambda r: percent(r.share), kind="number", width=80,
                                     sort=lambda r: r.share if r.share is not None else -1),
                Column[CandidateRow]("准考", lambda r: r.admission.label, kind="pill", width=110,
                                     pill=lambda r: Pill(r.admission.label, ADMISSION_TONES[r.admission])),
                Column[CandidateRow]("准考证号", lambda r: r.ticket_no, kind="code", width=140),
                Column[CandidateRow]("考场", lambda r: r.hall, width=100),
                Column[CandidateRow]("座位", lambda r: str(r.seat_no or ""), kind="number", width=64,
                                     sort=lambda r: r.seat_no or 0),
            ),
            name="exams.candidates",
            memory=page.desk.memory,
        )  # fmt: skip
        self.science = page.add_button(
            "选定科学", self.choose_science, icon_name="edit", tip="给选中的考生选自然科学或社会科学"
        )
        self.removing = page.add_button(
            "移除", self.remove, icon_name="remove", tip="选中的考生不参加这场考试"
        )
        self.printing = page.add_button(
            "准考证", self.print_tickets, icon_name="print", keys="Ctrl+P", tip="打印准考证，选中几人就打几人"
        )
        self.tools = [self.science, self.removing, self.printing]
        self.table.add_menu("选定科学…", self.choose_science, "edit")
        self.table.add_menu("移除", self.remove, "remove")
        self.column.addWidget(self.table)

    def is_searched(self) -> bool:
        return True

    def primary(self, bundle: Bundle) -> tuple[str, Act, str] | None:
        return None if bundle.is_locked else ("从班级添加", self.add_cohorts, "add")

    def count(self, bundle: Bundle) -> str:
        return str(bundle.sitting.candidates)

    def missing(self, bundle: Bundle) -> Missing | None:
        if not bundle.candidates:
            return (
                "还没有考生。从班级里整班添加，在读的学员会一次进来。",
                "info",
                ("从班级添加", self.add_cohorts),
            )
        needs = {Subject.NATURAL_SCIENCE, Subject.SOCIAL_SCIENCE} <= {p.subject for p in bundle.papers}
        lacking = sum(1 for p in bundle.candidates if p.science_option is None)
        if needs and lacking:
            return f"有 {lacking} 名考生还没有选自然科学或社会科学，选好后才能编场。", "refused", None
        short = sum(1 for p in bundle.candidates if p.admission is Admission.MAY_NOT)
        if short:
            return f"有 {short} 名考生出勤达不到规则包里的最低出勤率，请核对后移除。", "refused", None
        if any(p.admission is Admission.UNSET for p in bundle.candidates):
            ask = partial(self.desk.open, "office", tab="packs", find="attendance.minimum_rate")
            return "最低出勤率未配置，所以没有核对谁能参加考试。", "info", ("去填写", ask)
        return None

    def show_bundle(self, bundle: Bundle) -> None:
        super().show_bundle(bundle)
        text = self.page.searched_text()
        shown = [
            p for p in bundle.candidates if not text or text in f"{p.name} {p.cohort} {p.ticket_no} {p.hall}"
        ]
        self.table.show_rows(shown)
        for button in (self.science, self.removing):
            button.setEnabled(not bundle.is_locked)
        self.printing.setEnabled(bundle.sitting.seated > 0)

    def foot(self, bundle: Bundle) -> str:
        return f"共 {len(bundle.candidates)} 名考生 · {len({p.cohort_id for p in bundle.candidates})} 个班"

    @Slot()
    def add_cohorts(self) -> None:
        """Choose cohorts; their learners 在读 come in."""
        if self.bundle is None:
            return
        offered = [c for c in self.bundle.cohorts if c.ready]
        if not offered:
            self.page.note.say(
                "这个层次的班级里没有还没添加的在读学员。先到「班级」里开班、入班。", "refused",
                ("去班级", partial(self.desk.open, "cohorts")),
            )  # fmt: skip
            return
        choices = tuple((c.id, f"{c.title}（可添加 {c.ready} 人）") for c in offered)
        fields = (MultiChoice(name="cohort_ids", label="班级", choices=choices, required=True, columns=1,
                              hint="只添加学籍是“在读”、还不在这场考试里的学员"),)  # fmt: skip
        self._panel(FormPanel(self.desk, "从班级添加考生", fields, self._save_cohorts, save_text="添加"))

    def _save_cohorts(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.add_candidates, then=self._added, sitting_id=self.page.sitting_id, **values)

    def _added(self, added: actions.Added) -> None:
        self.desk.tell(f"已添加 {added.added} 名考生。", undo=True)

    @Slot()
    def choose_science(self) -> None:
        """For the selected candidates."""
        chosen = [row.id for row in self.table.selected()]
        if not chosen:
            self.page.note.say("请先在列表里选中考生（Ctrl 或 Shift 可以选多人）。", "refused")
            return
        fields = (Choice(name="option", label="科学选考", required=True,
                         choices=tuple((o, o.label) for o in ScienceOption)),)  # fmt: skip
        save = partial(self._save_science, chosen)
        self._panel(FormPanel(self.desk, f"给 {len(chosen)} 名考生选定科学", fields, save))

    def _save_science(self, chosen: Sequence[str], values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.choose_candidate_science, candidate_ids=chosen, **values)

    @Slot()
    def remove(self) -> None:
        """The selected candidates do not sit."""
        chosen = [row.id for row in self.table.selected()]
        if chosen:
            self._run(actions.remove_candidates, f"已移除 {len(chosen)} 名考生。", candidate_ids=chosen)

    @Slot()
    def print_tickets(self) -> None:
        """Tickets of the selected, or of everybody when at most one row is selected."""
        if self.bundle is not None:
            chosen = self.table.selected()
            self.page.print_tickets(chosen if len(chosen) > 1 else list(self.bundle.candidates))


class SeatsStep(Step):
    """Rooms, invigilators, and the act that seats everybody."""

    key, title = "seats", "编场"

    def __init__(self, page: "ExamsPage") -> None:
        super().__init__(page)
        self.table = TableView(
            (
                Column[HallRow]("考场", lambda r: r.name, width=140, is_strong=True),
                Column[HallRow]("地点", lambda r: r.place),
                Column[HallRow]("座位", lambda r: str(r.capacity), kind="number", width=80),
                Column[HallRow]("已编", lambda r: str(r.seated or ""), kind="number", width=80),
                Column[HallRow]("监考", lambda r: r.invigilators, width=200),
            ),
            name="exams.halls",
            memory=page.desk.memory,
        )
        self.table.opened.connect(self.edit)
        self.adding = page.add_button("添加考场", self.add, icon_name="add", tip="再加一个考场")
        self.removing = page.add_button("删除考场", self.remove, icon_name="delete")
        self.clearing = page.add_button("撤销编场", self.clear, icon_name="undo")
        self.doors = page.add_button(
            "门贴", self.print_doors, icon_name="print", tip="每个考场一张：座位号和姓名"
        )
        self.tools = [self.adding, self.removing, self.clearing, self.doors]
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
                None,
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
        self.doors.setEnabled(bundle.sitting.seated > 0)

    def foot(self, bundle: Bundle) -> str:
        seats = sum(hall.capacity for hall in bundle.halls)
        return f"{len(bundle.halls)} 个考场 · {seats} 个座位 · 考生 {bundle.sitting.candidates} 人"

    def _fields(self) -> tuple[Any, ...]:
        trainers = self._choices.trainers
        return (
            Text(name="name", label="考场名称", required=True, is_half=True),
            Number(name="capacity", label="座位数", required=True, least=1, most=99, is_half=True),
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
        values = {"name": f"第{len(self.bundle.halls) + 1}考场", "capacity": capacity}
        self._panel(FormPanel(self.desk, "添加考场", self._fields(), self._save_new, values=values))

    def _save_new(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.add_hall, sitting_id=self.page.sitting_id, **values)

    @Slot(object)
    def edit(self, row: HallRow) -> None:
        """The form of a room."""
        names = ("name", "capacity", "classroom_id", "invigilator1_id", "invigilator2_id")
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
    def print_doors(self) -> None:
        """A list for the door of each room."""
        self.page.print_doors()
