"""Lifting a lesson and letting it go: green drops, yellow asks, red refuses and offers three moves."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from kqdesk.desk.desk import Desk
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.timetable import actions
from kqdesk.rooms.timetable.actions import SoftClashes
from kqdesk.rooms.timetable.page.asking import Board
from kqdesk.rooms.timetable.page.choosing import ChoicePanel, Option
from kqdesk.rooms.timetable.page.lift import Lift, Spot, Term, load_term, spot_words
from kqdesk.rooms.timetable.page.lifting import LiftGrid
from kqdesk.rooms.timetable.queries import LessonRow
from kqdesk.rooms.timetable.rules.checker import Colour
from kqdesk.rooms.timetable.rules.ways_out import Way
from kqdesk.rooms.timetable.terms import LessonState, Lock


class Frame(Protocol):
    """The page round the steps."""

    desk: Desk
    board: Board | None

    def grid_shown(self) -> LiftGrid:
        """The week or the term, whichever is shown."""

    def open_panel(self, panel: Any) -> None:
        """Show a panel with ``closed`` and ``focus_first`` beside the grid."""

    def close_panel(self) -> None:
        """Close it; the grid gets the keyboard."""

    def show_day(self, on: date, minute: int) -> None:
        """Go to the week of a day and select a time there."""


class Drops(QObject):
    """Lifts, asks at the drop, moves. ``moved``: a published lesson was moved and people must be told."""

    moved = Signal(str)  # lesson id

    def __init__(self, frame: Frame, owner: QWidget) -> None:
        super().__init__(owner)
        self.frame, self.desk, self.owner = frame, frame.desk, owner
        self.term: Term | None = None

    def forget(self) -> None:
        """Lessons have changed: the next lift asks again."""
        self.term = None

    # -- lifting -------------------------------------------------------------------------------------

    @Slot(object)
    def lift(self, row: LessonRow) -> None:
        """Take a lesson off its place, or say why it stays."""
        stays = why_it_stays(row)
        if stays:
            self.frame.grid_shown().end_lift()
            self.desk.tell(stays, kind="refused")
        else:
            self.with_term(row.on, partial(self._lifted, row))

    def _lifted(self, row: LessonRow, term: Term) -> None:
        self.frame.grid_shown().start_lift(term.lift(row))

    def with_term(self, day: date, then: Callable[[Term], None]) -> None:
        """Do something with all lessons round a day, asked for once until lessons change."""
        if self.term is not None:
            then(self.term)
            return
        keep = partial(self._keep_term, then)
        self.desk.read(partial(load_term, day, self.desk.today()), keep, owner=self.owner, only="term")

    @Slot()
    def prefetch(self) -> None:
        """Ask for the term while nobody waits, so that the colours stand when a lesson is lifted."""
        if self.term is None and self.owner.isVisible():
            day = self.desk.today()
            self.desk.read(partial(load_term, day, day), self._take_term, owner=self.owner, only="term ahead")

    def _take_term(self, term: Term) -> None:
        self.term = term

    def _keep_term(self, then: Callable[[Term], None], term: Term) -> None:
        self.term = term
        then(term)

    @Slot(object)
    def drop(self, spot: Spot) -> None:
        """Green drops at once (a published lesson is asked why); yellow asks; red refuses with three moves."""
        lift = self.frame.grid_shown().lift
        if lift is None:
            return
        colour = lift.colour(spot)
        if colour is Colour.GREEN and not lift.row.is_published:
            self.move(lift.row, {"on": spot.on, "start_minute": spot.minute}, False, "")
            return
        panel = self._refusal(lift, spot) if colour is Colour.RED else self._question(lift, spot, colour)
        panel.closed.connect(self.put_back)
        self.frame.open_panel(panel)

    @Slot()
    def put_back(self) -> None:
        """The lesson goes back to its place."""
        grid = self.frame.grid_shown()
        grid.end_lift()
        self.frame.close_panel()

    def not_after_all(self, _reason: str) -> None:
        """The choice that leaves everything as it is."""
        self.put_back()

    def _question(self, lift: Lift, spot: Spot, colour: Colour) -> ChoicePanel:
        facts = [(_from_to(lift.row, spot), "")]
        facts += [(clash.sentence, "warning") for clash in lift.clashes(spot)]
        if lift.row.is_published:
            facts.append(("这次课已经发布，改了要写原因并通知大家。", "second"))
        is_doubtful = colour is Colour.YELLOW
        to = {"on": spot.on, "start_minute": spot.minute}
        options = [
            Option("仍要放在这里" if is_doubtful else "放在这里", partial(self.move, lift.row, to, True)),
            Option("放回原处", self.not_after_all),
        ]
        return ChoicePanel(
            "有提醒，要确认" if is_doubtful else "放在这里？",
            facts,
            options,
            asks_reason=lift.row.is_published,
            foot="Enter 或 1 放下 · Esc 放回",
        )

    def _refusal(self, lift: Lift, spot: Spot) -> ChoicePanel:
        is_past = spot.on < self.desk.today()
        facts = [(_from_to(lift.row, spot), "")]
        if is_past:
            facts.append(("这一天已经过去，课不能放到过去。", "danger"))
        for clash in lift.clashes(spot):
            facts.append((clash.sentence, "danger" if clash.is_hard else "warning"))
        ways = [] if is_past else lift.ways(spot)
        facts.append(("可以这样放：" if ways else "这一周没有合适的时间，请换一周再试。", "second"))
        options = [
            Option(
                way.sentence.partition("（")[0],
                partial(self.move, lift.row, _way_values(lift.row, way), True),
                "；".join([*_in_brackets(way.sentence), *lift.still_said(way)]),
            )
            for way in ways
        ]
        options.append(Option("放回原处", self.not_after_all))
        return ChoicePanel("这里放不下", facts, options, asks_reason=lift.row.is_published)

    def move(self, row: LessonRow, to: dict[str, Any], accept: bool, reason: str) -> None:
        """Move a lesson; ``to``: arguments of ``move_lesson``. What it runs into is asked or said."""
        self.desk.run(
            actions.move_lesson,
            lesson_id=row.id,
            reason=reason,
            accept_warnings=accept,
            then=partial(self._moved, row, to),
            failed=partial(self._not_moved, row, to, reason),
            owner=self.owner,
            **to,
        )

    def _moved(self, row: LessonRow, to: dict[str, Any], _: None) -> None:
        grid = self.frame.grid_shown()
        grid.end_lift()
        self.frame.close_panel()
        self.frame.show_day(to["on"], to["start_minute"])
        if row.is_published:
            self.moved.emit(row.id)
        else:
            words = spot_words(Spot(to["on"], to["start_minute"]))
            self.desk.tell(f"「{row.cohort}」第 {row.number} 次课改到 {words}。", undo=True)

    def _not_moved(self, row: LessonRow, to: dict[str, Any], reason: str, error: UserError) -> None:
        self.frame.grid_shown().end_lift()
        if isinstance(error, SoftClashes):
            facts = [(sentence, "warning") for sentence in dict.fromkeys(c.sentence for c in error.clashes)]
            anyway = partial(self._move_anyway, row, to, reason)
            options = [Option("仍要这样改", anyway), Option("算了，不改", self.not_after_all)]
            self.frame.open_panel(ChoicePanel("有提醒，要确认", facts, options))
        else:
            self.frame.close_panel()
            self.desk.tell(str(error), kind="refused")

    def _move_anyway(self, row: LessonRow, to: dict[str, Any], reason: str, _: str) -> None:
        self.move(row, to, True, reason)


def why_it_stays(row: LessonRow) -> str:
    """Why a lesson cannot be moved at all; empty when it can."""
    if row.state is not LessonState.PLANNED:
        return f"这次课{row.state.label}，不能再改时间、地点或培训师。"
    if Lock.TIME in row.locks:
        return "这次课的时间锁定了。按 L 可以解锁。"
    return ""


def _from_to(row: LessonRow, spot: Spot) -> str:
    return f"「{row.cohort}」第 {row.number} 次：{spot_words(Spot(row.on, row.start_minute))} → {spot_words(spot)}"


def _way_values(row: LessonRow, way: Way) -> dict[str, Any]:
    """What the way changes, as ``move_lesson`` wants it."""
    slot = way.slot
    values: dict[str, Any] = {"on": slot.on, "start_minute": slot.start, "end_minute": slot.end}
    if slot.classroom_id != row.classroom_id:
        values |= {"site_id": slot.site_id, "classroom_id": slot.classroom_id}
    if slot.trainer_id != row.trainer_id:
        values["trainer_id"] = slot.trainer_id
    return values


def _in_brackets(sentence: str) -> list[str]:
    """What a way says in brackets at its end, for the line under the button."""
    _, bracket, rest = sentence.partition("（")
    return [rest.removesuffix("）")] if bracket else []
