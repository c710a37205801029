"""What a step of a sitting is, and the first: 考生."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.fields import Check, Choice, MultiChoice
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Act
from kqdesk.desk.table import TableView
from kqdesk.rooms.attendance.rules import percent
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.cohorts.terms import ScienceOption
from kqdesk.rooms.exams import actions
from kqdesk.rooms.exams.page.bundle import Bundle
from kqdesk.rooms.exams.queries import CandidateRow
from kqdesk.rooms.exams.rules import Admission

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
                Column[CandidateRow]("科学选考", lambda r: r.science_option.label if r.science_option else "", width=100),
                Column[CandidateRow]("不考", lambda r: "、".join(s.label[:2] for s in Subject if s in r.left_out), width=110,
                                     tip=lambda r: "、".join(s.label for s in Subject if s in r.left_out)),
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
        self.importing = page.add_button(
            "导入名单…", page.import_list, icon_name="import",
            tip="区里、市里给的考场、准考证号、成绩：按证件号对人",
        )  # fmt: skip
        self.tools = [self.science, self.removing, self.printing, self.importing]
        self.table.add_menu("选报考科目…", self.choose_papers, "edit")
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
                              hint="只添加学籍是“在读”、还不在这场考试里的学员"),
                  Check(name="only_lacking", label="只报还缺的科目（补考）", hint="已有成绩、免考的科目不再考；都有了的人不加"))  # fmt: skip
        self._panel(FormPanel(self.desk, "从班级添加考生", fields, self._save_cohorts, save_text="添加"))

    def _save_cohorts(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.add_candidates, then=self._added, sitting_id=self.page.sitting_id, **values)

    def _added(self, added: actions.Added) -> None:
        self.page.tell_added(added)

    @Slot()
    def choose_papers(self) -> None:
        """Which papers the selected candidates write."""
        rows = self.table.selected()
        if not rows or self.bundle is None:
            self.page.note.say("请先在列表里选中考生（Ctrl 或 Shift 可以选多人）。", "refused")
            return
        choices = tuple((p.subject, p.subject.label) for p in self.bundle.papers)
        values = {"subjects": tuple(s for s, _ in choices if s not in rows[0].left_out)}
        fields = (MultiChoice(name="subjects", label="报考科目", choices=choices, required=True, columns=2),)
        save = partial(self._save_papers, [row.id for row in rows])
        self._panel(FormPanel(self.desk, f"给 {len(rows)} 名考生选报考科目", fields, save, values=values))

    def _save_papers(self, chosen: Sequence[str], values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.choose_papers, candidate_ids=chosen, **values)

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
            self.page.printing.tickets(chosen if len(chosen) > 1 else list(self.bundle.candidates))
