"""The frame of the 课表 page: whose week or term, which one, the grid, and the panel beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QMenu, QScrollArea, QStackedWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.desk.page import Page
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.parts import Combo, Push, Tool, label
from kqdesk.desk.theme import theme
from kqdesk.rooms.timetable import actions
from kqdesk.rooms.timetable.page import panels
from kqdesk.rooms.timetable.page.asking import Board, TermBoard, board, term_board
from kqdesk.rooms.timetable.page.card import LessonCard
from kqdesk.rooms.timetable.page.choosing import PanelWindow
from kqdesk.rooms.timetable.page.lift import Spot
from kqdesk.rooms.timetable.page.lifting import LiftGrid
from kqdesk.rooms.timetable.page.outlets import Outlets
from kqdesk.rooms.timetable.page.planwindow import PlanWindow
from kqdesk.rooms.timetable.page.steps import Steps
from kqdesk.rooms.timetable.page.term import TermGrid
from kqdesk.rooms.timetable.page.week import WeekGrid
from kqdesk.rooms.timetable.queries import By, LessonRow, lesson_card
from kqdesk.rooms.timetable.rules.days import day_word
from kqdesk.rooms.timetable.terms import LessonState

WHOSE = ((None, "全部"), (By.COHORT, "班级"), (By.TRAINER, "培训师"), (By.SITE, "教学点"))
QUIET = 400  # milliseconds
WATCHED = (
    "lesson", "holiday_override", "cohort", "enrolment", "trainer", "trainer_availability", "trainer_leave", "site", "classroom",
    "published_lesson",
)  # fmt: skip


class TimetablePage(Page):
    """A week or a term of everybody or of one cohort, trainer or site."""

    watches = frozenset(WATCHED)

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(
            desk, "课表", "点空格排课；拿起一次课（M 或拖动）就看到哪里放得下，放不下的说明为什么。"
        )
        self.day = desk.today()
        self.board: Board | None = None
        self._wanted: str | None = None
        self.outlets = Outlets(desk, self, self.chosen)
        self._build_filters()
        self._build_buttons()
        self.grid, self.term = WeekGrid(), TermGrid()
        self.steps = Steps(self, self)
        self._views = QStackedWidget()
        self.holders = [self._held(grid) for grid in (self.grid, self.term)]
        self.grid.picked.connect(self._keep_in_sight)
        self.term.moved.connect(self._keep_in_sight)
        self._quiet = QTimer(self)  # after a while without changes the colours of a drag are made ready
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET)
        self._quiet.timeout.connect(self.steps.drops.prefetch)
        self.set_body(self._views)
        self.whose.hide()

    def _build_filters(self) -> None:
        self.view = self.add_segments("周还是学期", (("week", "周"), ("term", "学期")), self._on_view)
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

    def _build_buttons(self) -> None:
        self.add_button(
            "自动排课", self.plan, icon_name="star", tip="给选中的班自动排课", keys="Ctrl+Shift+N"
        )
        self.add_button(
            "发布",
            self.outlets.publish,
            icon_name="check",
            tip="发布课表，看和上次印的有什么不同",
            keys="Ctrl+Shift+F",
        )
        self.add_button(
            "打印", self._print, icon_name="print", tip="打印这一周或这个学期的课表", keys="Ctrl+P"
        )
        more = self.add_button("更多", self._show_more, icon_name="more")
        self.more = QMenu(more)
        for words, act in (
            ("校历：某一天停课或照常上课…", self.change_calendar),
            ("导出到手机日历（.ics）…", self.outlets.export_calendar),
            ("打印学期课表…", self.outlets.print_term),
        ):
            self.more.addAction(words).triggered.connect(act)
        self._more_button = more
        self.set_primary("排课", self.put, keys="Ctrl+N")

    def _held(self, grid: LiftGrid) -> QScrollArea:
        """A grid in a scroll area, its signals joined to the steps."""
        if isinstance(grid, (WeekGrid, TermGrid)):
            grid.today = self.desk.today()
        grid.spot_opened.connect(self.put_at)
        grid.opened.connect(self.show_lesson)
        grid.week_asked.connect(self.turn)
        grid.lift_asked.connect(self.steps.drops.lift)
        grid.dropped.connect(self.steps.drops.drop)
        grid.key_asked.connect(self.steps.by_key)
        holder = QScrollArea()
        holder.setWidgetResizable(True)
        holder.setWidget(grid)
        holder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._views.addWidget(holder)
        return holder

    # -- what the steps need ------------------------------------------------------------------------

    def grid_shown(self) -> LiftGrid:
        """The week or the term, whichever is shown."""
        return self.term if self.view.value() == "term" else self.grid

    def open_panel(self, panel: Any) -> None:
        """Beside the grid when there is room, else over it."""
        has_room = self.width() - panel.width() >= self.grid.minimumSizeHint().width() + 90
        if has_room:
            panel.closed.connect(self.close_panel)
            self.set_side(panel)
            panel.form.focus_first() if isinstance(panel, FormPanel) else panel.focus_first()
            return
        self.set_side(None)
        if isinstance(panel, FormPanel):
            FormDialog(self, panel).open()
            return
        for old in self.findChildren(PanelWindow):
            old.done(0)
        window = PanelWindow(self, panel, panel.closed)
        window.open()
        panel.focus_first()

    @Slot()
    def close_panel(self) -> None:
        """Close the panel; the grid gets the keyboard."""
        self.set_side(None)
        for window in self.findChildren(PanelWindow):
            window.done(0)
        self.grid_shown().setFocus()

    def show_day(self, on: date, minute: int) -> None:
        """Go to the week of a day and select a time there."""
        self.day = on
        self.grid.spot, self.term.here = Spot(on, minute), (on, 0)
        self._ask()

    # -- which week, whose --------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``cohort=``, ``trainer=`` or ``site=`` shows one's; ``on=`` a day; ``lesson=`` one lesson; ``view=`` "term"."""
        for by in By:
            if context.get(by.value):
                self.by.choose(by)
                self._offer_whose(str(context[by.value]))
        if context.get("view"):
            self.view.choose(context["view"])
        self.day = context.get("on") or self.day
        self._wanted = context.get("lesson")
        if self._wanted:
            self.desk.read(partial(_one, self._wanted), self._go_to, owner=self, only="one")
        self.reload()
        self.grid_shown().setFocus()

    def _go_to(self, row: LessonRow | None) -> None:
        if row is not None:
            self.day = row.on
            self._ask()

    def reload(self) -> None:
        self.steps.drops.forget()
        self._quiet.start()
        self._ask()

    def _ask(self) -> None:
        by, key = self.by.value(), self.whose.value()
        self.desk.read(partial(board, self.day, by, key), self._show, owner=self, only="board")
        if self.view.value() == "term":
            self.desk.read(
                partial(term_board, self.day, by, key), self._show_term, owner=self, only="term board"
            )

    def _show(self, found: Board) -> None:
        self.board = found
        self._offer_whose(self.whose.value())
        self.grid.show_week(found.week, found.lessons, found.closed, found.makeup)
        first, last = found.week[0], found.week[-1]
        if self.view.value() == "week":
            self.week_words.setText(f"{first.year}年{first.month}月{first.day}日—{last.month}月{last.day}日")
            self.set_foot(_week_foot(found))
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

    def _show_term(self, found: TermBoard) -> None:
        self.term.show_term(found.mondays, found.lessons, found.closed, found.makeup)
        first, last = found.mondays[0], found.mondays[-1] + timedelta(6)
        self.week_words.setText(f"{first.year}年{first.month}月{first.day}日—{last.month}月{last.day}日")
        going = [one for one in found.lessons if one.state is not LessonState.CANCELLED]
        hours = sum(one.study_hours for one in going)
        self.set_foot(
            f"{len(found.mondays)} 周，{len(going)} 次课，{hours} 学时 · 方向键移动，M 拿起，Enter 打开"
        )
        QTimer.singleShot(0, self, self._keep_in_sight)

    @Slot()
    def _keep_in_sight(self, _: Any = None) -> None:
        is_term = self.view.value() == "term"
        point = self.term.here_point() if is_term else self.grid.spot_point()
        self.holders[is_term].ensureVisible(point.x(), point.y(), 40, theme().px("text") * 6)

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
        self._ask()

    def _on_view(self, which: str) -> None:
        self.grid.end_lift()
        self.term.end_lift()
        self._views.setCurrentIndex(int(which == "term"))
        self._ask()
        self.grid_shown().setFocus()

    @Slot(int)
    def turn(self, weeks: int) -> None:
        """Some weeks on or back; a lifted lesson stays in the hand."""
        self.day += timedelta(weeks=weeks)
        self._ask()

    @Slot()
    def this_week(self) -> None:
        """Back to today."""
        self.day = self.desk.today()
        self._ask()

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
        if usual is not None and (self.grid.lesson_here() is not None or self.view.value() == "term"):
            spot = replace(spot, minute=usual)
        cohort = self.whose.value() if self.by.value() is By.COHORT else None
        panel = panels.put_panel(self.desk, self.board, spot, cohort)
        panel.saved.connect(partial(self._on_put, panel))
        self.open_panel(panel)

    def _on_put(self, panel: panels.WishPanel, made: Sequence[str]) -> None:
        """Show the week of the first lesson: a series may begin later than the week shown."""
        first = panel.first_day()
        if first is not None:
            self.day = first
            self._ask()
            self.desk.tell(f"已排 {len(made)} 次课，第一次在{day_word(first)}。", undo=True)

    @Slot(object)
    def show_lesson(self, row: LessonRow) -> None:
        """What can be done with a lesson."""
        card = LessonCard(self.desk, row)
        card.asked.connect(partial(self.steps.do, row))
        self.open_panel(card)

    # -- calendar ------------------------------------------------------------------------------------

    @Slot()
    def plan(self) -> PlanWindow:
        """自动排课 for chosen cohorts."""
        window = PlanWindow(self.desk, self)
        window.taken.connect(self._on_planned)
        window.open()
        return window

    def _on_planned(self, first: date | None) -> None:
        if first is not None:
            self.day = first
            self._ask()

    @Slot()
    def _show_more(self) -> None:
        self.more.popup(self._more_button.mapToGlobal(self._more_button.rect().bottomLeft()))

    def chosen(self) -> tuple[By, str, str] | None:
        """Whose timetable is shown: by what, which id, which name; None while everybody's is shown."""
        by, key = self.by.value(), self.whose.value()
        if by is None or key is None:
            self.desk.tell("先在上面选一个班级、培训师或教学点。", kind="refused")
            return None
        name = self.whose.currentText()
        return by, key, f"{name}培训师" if by is By.TRAINER else name

    @Slot()
    def _print(self) -> None:
        if self.view.value() == "term":
            self.outlets.print_term()
        else:
            self.outlets.print_week(self.day)

    @Slot()
    def change_calendar(self) -> None:
        """A day on which the school differs from the calendar."""
        day = self.grid.spot.on if self.grid.spot else self.day
        fields = panels.school_day_fields()
        values = {"on": day, "is_school_day": False}
        self.open_panel(FormPanel(self.desk, "调整校历", fields, self._save_day, values=values))

    def _save_day(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.set_school_day, **values)


def _week_foot(found: Board) -> str:
    going = [one for one in found.lessons if one.state is not LessonState.CANCELLED]
    bare = sum(not one.trainer_id or not one.classroom_id for one in going)
    away = sum(one.is_trainer_away for one in going)
    return (
        f"本周 {len(going)} 次课，{sum(one.study_hours for one in going)} 学时"
        + (f" · {away} 次培训师请假，要找人代课" if away else "")
        + (f" · {bare} 次还没定培训师或教室" if bare else "")
        + " · M 拿起，T 停课，D 代课，G 调课，L 锁定，Enter 打开或排课"
    )


def _one(lesson_id: str, session: Any) -> LessonRow | None:
    return lesson_card(session, lesson_id)


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
        ("M", "拿起这次课：方向键移动，Enter 放下，Esc 放回"),
        ("T / D / G", "停课 / 代课 / 调课，再按数字选"),
        ("L", "锁定时间、地点或培训师"),
        ("PageUp / PageDown", "上一周 / 下一周"),
        ("Ctrl+N", "排课（一次或每周一系列）"),
        ("Ctrl+Shift+N", "自动排课"),
        ("Ctrl+T", "回到本周"),
        ("Ctrl+P", "打印这一周或这个学期"),
        ("Ctrl+Shift+F", "发布课表，看和上次印的有什么不同"),
    ),
)
