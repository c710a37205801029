"""The frame of the 课表 page: whose week, which week, the grid, and the panel beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QScrollArea, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Text
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.parts import Combo, Push, Tool, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.theme import theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.timetable import actions
from kqdesk.rooms.timetable.actions import SoftClashes
from kqdesk.rooms.timetable.page import panels
from kqdesk.rooms.timetable.page.asking import Board, board, free_stands, term_paper, week_paper
from kqdesk.rooms.timetable.page.panels import LessonCard
from kqdesk.rooms.timetable.page.week import Spot, WeekGrid
from kqdesk.rooms.timetable.queries import By, LessonRow, lesson_card
from kqdesk.rooms.timetable.rules.days import day_word
from kqdesk.rooms.timetable.terms import LessonState

WHOSE = ((None, "全部"), (By.COHORT, "班级"), (By.TRAINER, "培训师"), (By.SITE, "教学点"))


class TimetablePage(Page):
    """A week of everybody or of one cohort, trainer or site."""

    watches = frozenset(
        {
            "lesson",
            "holiday_override",
            "cohort",
            "enrolment",
            "trainer",
            "trainer_availability",
            "site",
            "classroom",
        }
    )

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, "课表", "点空格排课，点一次课可以调课、代课、停课；有冲突马上说明。")
        self.day = desk.today()
        self.board: Board | None = None
        self._wanted: str | None = None
        self.by = self.add_segments("按谁看", WHOSE, self._on_by)
        self.whose = Combo((), name="哪一个")
        self.whose.setMinimumWidth(150)
        self.whose.chosen.connect(self._on_filter)
        self.add_left(self.whose)
        self.add_left(Tool("left", "上一周", partial(self.turn, -1), keys="PageUp"))
        self.add_left(Push("本周", self.this_week, keys="Ctrl+T"))
        self.add_left(Tool("right", "下一周", partial(self.turn, 1), keys="PageDown"))
        self.week_words = label("", "head")
        self.add_left(self.week_words)
        self.add_button("校历", self.change_calendar, icon_name="calendar", tip="某一天停课，或放假照常上课")
        self.add_button("周课表", self.print_week, icon_name="print", tip="打印周课表", keys="Ctrl+P")
        self.add_button(
            "学期课表", self.print_term, icon_name="print", tip="打印学期课表", keys="Ctrl+Shift+P"
        )
        self.set_primary("排课", self.put, keys="Ctrl+N")
        self.grid = WeekGrid()
        self.grid.today = desk.today()
        self.grid.spot_opened.connect(self.put_at)
        self.grid.opened.connect(self.show_lesson)
        self.grid.week_asked.connect(self.turn)
        self.grid.picked.connect(self._keep_in_sight)
        self.holder = QScrollArea()
        self.holder.setWidgetResizable(True)
        self.holder.setWidget(self.grid)
        self.holder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_body(self.holder)
        self.whose.hide()

    # -- which week, whose --------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``cohort=``, ``trainer=`` or ``site=`` shows one's week; ``on=`` a day; ``lesson=`` one lesson."""
        for by in By:
            if context.get(by.value):
                self.by.choose(by)
                self._offer_whose(str(context[by.value]))
        self.day = context.get("on") or self.day
        self._wanted = context.get("lesson")
        if self._wanted:
            self.desk.read(partial(_one, self._wanted), self._go_to, owner=self, only="one")
        self.reload()
        self.grid.setFocus()

    def _go_to(self, row: LessonRow | None) -> None:
        if row is not None:
            self.day = row.on
            self.reload()

    def reload(self) -> None:
        query = partial(board, self.day, self.by.value(), self.whose.value())
        self.desk.read(query, self._show, owner=self, only="board")

    def _show(self, found: Board) -> None:
        self.board = found
        self._offer_whose(self.whose.value())
        self.grid.show_week(found.week, found.lessons, found.closed, found.makeup)
        first, last = found.week[0], found.week[-1]
        self.week_words.setText(f"{first.year}年{first.month}月{first.day}日—{last.month}月{last.day}日")
        going = [one for one in found.lessons if one.state is not LessonState.CANCELLED]
        bare = sum(not one.trainer_id or not one.classroom_id for one in going)
        self.set_foot(
            f"本周 {len(going)} 次课，{sum(one.study_hours for one in going)} 学时"
            + (f" · {bare} 次还没定培训师或教室" if bare else "")
            + " · 方向键移动，Enter 排课或打开，PageUp/PageDown 换周"
        )
        if not found.choices.cohorts and not found.lessons:
            go = [Push("去开班", partial(self.desk.open, "cohorts"), look="primary")]
            self.show_blank(
                "timetable",
                "还没有可以排课的班级",
                "先开一个班，再把它的课排到日历上；放假和冲突程序会查。",
                go,
            )
            return
        self.show_body()
        QTimer.singleShot(0, self, self._keep_in_sight)  # after the grid has its new size
        if self._wanted:
            row = next((one for one in found.lessons if one.id == self._wanted), None)
            if row is not None:
                self._wanted = None
                self.grid.select(row.on, row.start_minute)
                self.show_lesson(row)

    @Slot()
    def _keep_in_sight(self, _: Any = None) -> None:
        point = self.grid.spot_point()
        self.holder.ensureVisible(point.x(), point.y(), 40, theme().px("text") * 6)

    def _offer_whose(self, chosen: str | None) -> None:
        by = self.by.value()
        self.whose.setVisible(by is not None)
        if by is None or self.board is None:
            self.whose.offer(((chosen, ""),) if chosen else ())
            return
        offered: dict[By, tuple[tuple[str, str], ...]] = {
            By.COHORT: tuple((one.id, one.title) for one in self.board.choices.cohorts),
            By.TRAINER: self.board.choices.trainers,
            By.SITE: self.board.choices.sites,
        }
        self.whose.offer(offered[by])
        keys = [key for key, _ in offered[by]]
        self.whose.choose(chosen if chosen in keys else (keys[0] if keys else None))

    def _on_by(self, _: Any) -> None:
        self._offer_whose(None)
        self.reload()

    @Slot(int)
    def turn(self, weeks: int) -> None:
        """Some weeks on or back."""
        self.day += timedelta(weeks=weeks)
        self.reload()

    @Slot()
    def this_week(self) -> None:
        """Back to today."""
        self.day = self.desk.today()
        self.reload()

    # -- putting ------------------------------------------------------------------------------------

    @Slot()
    def put(self) -> None:
        """Ctrl+N: lessons from the selected cell on."""
        self.put_at(self.grid.spot)

    @Slot(object)
    def put_at(self, spot: Spot | None) -> None:
        """The form for lessons that begin in a cell."""
        if self.board is None or spot is None:
            return
        usual = self.board.defaults.start_minute
        if self.grid.lesson_here() is not None and usual is not None:
            spot = replace(spot, minute=usual)
        cohort = self.whose.value() if self.by.value() is By.COHORT else None
        panel = panels.put_panel(self.desk, self.board, spot, cohort)
        panel.saved.connect(partial(self._on_put, panel))
        self._open(panel)

    def _on_put(self, panel: panels.WishPanel, made: Sequence[str]) -> None:
        """Show the week of the first lesson: a series may begin later than the week shown."""
        first = panel.first_day()
        if first is not None:
            self.day = first
            self.reload()
            self.desk.tell(f"已排 {len(made)} 次课，第一次在{day_word(first)}。", undo=True)

    def _open(self, panel: FormPanel) -> None:
        """Beside the grid when there is room, else over it."""
        if self.width() - panel.width() < self.grid.minimumSizeHint().width() + 90:
            FormDialog(self, panel).open()
            return
        panel.closed.connect(self._close_side)
        self.set_side(panel)
        panel.form.focus_first()

    @Slot()
    def _close_side(self) -> None:
        self.set_side(None)
        self.grid.setFocus()

    # -- one lesson ---------------------------------------------------------------------------------

    @Slot(object)
    def show_lesson(self, row: LessonRow) -> None:
        """What can be done with a lesson."""
        card = LessonCard(row)
        card.asked.connect(partial(self.do, row))
        card.closed.connect(self._close_side)
        self.set_side(card)
        first = card.findChild(Push)
        if isinstance(first, QWidget):
            first.setFocus()

    def do(self, row: LessonRow, what: str) -> None:
        """One of the card's buttons."""
        steps = {
            "roll": self._to_roll, "move": self._ask_move, "substitute": self._ask_substitute, "cancel": self._ask_cancel,
            "edit": self._ask_edit, "revive": self._revive, "remove": self._remove,
        }  # fmt: skip
        steps[what](row)

    def _to_roll(self, row: LessonRow) -> None:
        self.desk.open("attendance", lesson=row.id)

    def _ask_move(self, row: LessonRow) -> None:
        if self.board is not None:
            self._open(panels.move_panel(self.desk, self.board, row))

    def _ask_substitute(self, row: LessonRow) -> None:
        self.desk.read(
            partial(free_stands, row), partial(self._show_substitute, row), owner=self, only="stands"
        )

    def _show_substitute(self, row: LessonRow, stands: list[tuple[str, str]]) -> None:
        fields = (
            Choice(name="trainer_id", label="谁来代课", required=True, choices=stands),
            Text(name="reason", label="原因", required=True, longest=40, placeholder="如：王老师生病"),
        )
        self._open(
            FormPanel(
                self.desk,
                "代课",
                fields,
                partial(self._run, actions.substitute_trainer, row),
                save_text="代课",
            )
        )

    def _ask_cancel(self, row: LessonRow) -> None:
        fields = panels.reason_fields("停课原因", "如：培训师生病")
        self._open(
            FormPanel(
                self.desk,
                f"停课：{day_word(row.on)}",
                fields,
                partial(self._run, actions.cancel_lesson, row),
                save_text="停课",
            )
        )

    def _ask_edit(self, row: LessonRow) -> None:
        fields, values = panels.edit_fields(row)
        self._open(FormPanel(self.desk, "修改课次", fields, partial(self._save_edit, row), values=values))

    def _save_edit(self, row: LessonRow, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.edit_lesson, lesson_id=row.id, subject=row.subject, **values)

    def _run(self, act: Any, row: LessonRow, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(act, lesson_id=row.id, **values)

    def _revive(self, row: LessonRow) -> None:
        self.desk.run(
            actions.revive_lesson,
            lesson_id=row.id,
            then=self._done,
            failed=partial(self._ask_again, row),
            owner=self,
        )

    def _ask_again(self, row: LessonRow, error: UserError) -> None:
        button = ("仍要恢复", partial(self._revive_anyway, row)) if isinstance(error, SoftClashes) else None
        self.note.say(str(error), "refused", button)

    def _revive_anyway(self, row: LessonRow) -> None:
        self.desk.run(
            actions.revive_lesson, lesson_id=row.id, accept_warnings=True, then=self._done, owner=self
        )

    def _remove(self, row: LessonRow) -> None:
        self.desk.run(actions.remove_lessons, lesson_ids=[row.id], then=self._removed, owner=self)

    def _removed(self, _: Any) -> None:
        self.set_side(None)
        self.desk.tell("已删除这次课。", undo=True)

    def _done(self, _: Any) -> None:
        self.set_side(None)
        self.note.hide()

    # -- calendar and paper -------------------------------------------------------------------------

    @Slot()
    def change_calendar(self) -> None:
        """A day on which the school differs from the calendar."""
        day = self.grid.spot.on if self.grid.spot else self.day
        fields = panels.school_day_fields()
        self._open(
            FormPanel(
                self.desk, "调整校历", fields, self._save_day, values={"on": day, "is_school_day": False}
            )
        )

    def _save_day(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.set_school_day, **values)

    def _paper_of(self) -> tuple[By, str, str] | None:
        by, key = self.by.value(), self.whose.value()
        if by is None or key is None:
            self.desk.tell("先在上面选一个班级、培训师或教学点，再打印它的课表。", kind="refused")
            return None
        name = self.whose.currentText()
        return by, key, f"{name}培训师" if by is By.TRAINER else name

    @Slot()
    def print_week(self) -> None:
        """The week shown, of the one chosen."""
        chosen = self._paper_of()
        if chosen is not None:
            by, key, whose = chosen
            self.desk.start(
                partial(week_paper, self.desk, self.day, by, key, whose),
                self._preview,
                title="生成周课表",
                owner=self,
            )

    @Slot()
    def print_term(self) -> None:
        """All lessons of the one chosen."""
        chosen = self._paper_of()
        if chosen is not None:
            self.desk.start(
                partial(term_paper, self.desk, *chosen), self._preview, title="生成学期课表", owner=self
            )

    def _preview(self, pdf: bytes) -> None:
        PdfPreview(self.desk, "课程表", pdf, "课程表.pdf", self).open()


PAGE = PageSpec(
    key="timetable",
    title="课表",
    sentence="排课、调课、代课、停课，打印课表",
    group="教学",
    icon="timetable",
    factory=TimetablePage,
    keys_help=(
        ("方向键", "移动选中的时间"),
        ("Enter", "空格处排课，有课处打开"),
        ("PageUp / PageDown", "上一周 / 下一周"),
        ("Ctrl+N", "排课（一次或每周一系列）"),
        ("Ctrl+T", "回到本周"),
        ("Ctrl+P", "打印周课表"),
        ("Ctrl+Shift+P", "打印学期课表"),
    ),
)


def _one(lesson_id: str, session: Any) -> LessonRow | None:
    return lesson_card(session, lesson_id)
