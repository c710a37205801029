"""What can be done with one lesson, by mouse, by card or in two keys: lift and drop, 停课, 代课, 调课, lock, tell."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.fields import Choice, Text
from kqdesk.desk.form import FormPanel
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.timetable import actions
from kqdesk.rooms.timetable.actions import SoftClashes
from kqdesk.rooms.timetable.page import panels
from kqdesk.rooms.timetable.page.aftermath import Aftermath
from kqdesk.rooms.timetable.page.asking import free_stands
from kqdesk.rooms.timetable.page.choosing import MOST, ChoicePanel, Option
from kqdesk.rooms.timetable.page.drops import Drops, Frame, why_it_stays
from kqdesk.rooms.timetable.page.lift import Term, spot_words
from kqdesk.rooms.timetable.page.telling import Told, told
from kqdesk.rooms.timetable.queries import LessonRow, lesson_substitutes
from kqdesk.rooms.timetable.rules.days import clock, day_word
from kqdesk.rooms.timetable.rules.substitutes import Substitute
from kqdesk.rooms.timetable.terms import REASONS, LessonState, Lock


class Steps(QObject):
    """Runs the acts on one lesson; every refusal is a sentence with its way on."""

    def __init__(self, frame: Frame, owner: QWidget) -> None:
        super().__init__(owner)
        self.frame, self.desk, self.owner = frame, frame.desk, owner
        self.drops = Drops(frame, owner)
        self.drops.moved.connect(self.tell)

    # -- in two keys -----------------------------------------------------------------------------------

    @Slot(str)
    def by_key(self, what: str) -> None:
        """A letter on the selected lesson."""
        row = self.frame.grid_shown().lesson_here()
        if row is not None:
            self.do(row, what)

    def do(self, row: LessonRow, what: str) -> None:
        """One of the card's buttons, or a letter."""
        steps: dict[str, Callable[[LessonRow], None]] = {
            "roll": self._to_roll, "lift": self.drops.lift, "another": self._ask_another, "move": self._ask_move,
            "substitute": self._ask_substitute, "cancel": self._ask_cancel, "lock": self._ask_lock,
            "edit": self._ask_edit, "revive": self._revive, "remove": self._remove, "tell": self._tell_again,
        }  # fmt: skip
        stays = why_it_stays(row) if what in ("another", "move", "substitute", "cancel") else ""
        if stays and row.state is not LessonState.PLANNED:
            self.desk.tell(stays, kind="refused")
        else:
            steps[what](row)

    def _to_roll(self, row: LessonRow) -> None:
        self.desk.open("attendance", lesson=row.id)

    def _ask_cancel(self, row: LessonRow) -> None:
        options = [Option(reason, partial(self._cancel, row, reason)) for reason in REASONS]
        options.append(Option("其他原因…", partial(self._ask_cancel_words, row)))
        facts = [(f"「{row.cohort}」第 {row.number} 次　{day_word(row.on)} {clock(row.start_minute)}", "")]
        facts.append(("为什么停课？选了就停，随后给出通知和电话名单。", "second"))
        self.frame.open_panel(ChoicePanel("停课", facts, options))

    def _cancel(self, row: LessonRow, reason: str, _: str) -> None:
        self._change(actions.cancel_lesson, row, reason=reason)

    def _ask_cancel_words(self, row: LessonRow, _: str) -> None:
        fields = panels.reason_fields("停课原因", "如：村里办喜事")
        save = partial(self._save, actions.cancel_lesson, row)
        self.frame.open_panel(
            FormPanel(self.desk, f"停课：{day_word(row.on)}", fields, save, save_text="停课")
        )

    def _ask_substitute(self, row: LessonRow) -> None:
        show = partial(self._show_substitutes, row)
        query = partial(_substitutes, row.id)
        self.desk.read(query, show, owner=self.owner, only="stands")

    def _show_substitutes(self, row: LessonRow, found: Sequence[Substitute]) -> None:
        free = [one for one in found if one.is_free]
        options = [
            Option(
                one.name,
                partial(self._substitute, row, one.id),
                "；".join(one.reasons),
            )
            for one in free[: MOST - 1]
        ]
        options.append(Option("其他人、其他原因…", partial(self._ask_substitute_words, row)))
        facts = [
            (
                f"「{row.cohort}」{day_word(row.on)} {clock(row.start_minute)}，原培训师 {row.trainer or '未定'}",
                "",
            )
        ]
        busy = len(found) - len(free)
        if busy:
            facts.append((f"另有 {busy} 人这时有课。", "second"))
        self.frame.open_panel(ChoicePanel("谁来代课", facts, options, asks_reason=True))

    def _substitute(self, row: LessonRow, trainer_id: str, reason: str) -> None:
        self._change(
            actions.substitute_trainer, row, trainer_id=trainer_id, reason=reason, accept_warnings=True
        )

    def _ask_substitute_words(self, row: LessonRow, _: str) -> None:
        self.desk.read(
            partial(free_stands, row), partial(self._show_stands, row), owner=self.owner, only="stands"
        )

    def _show_stands(self, row: LessonRow, stands: list[tuple[str, str]]) -> None:
        fields = (
            Choice(name="trainer_id", label="谁来代课", required=True, choices=stands),
            Text(name="reason", label="原因", required=True, longest=40, placeholder="如：王老师生病"),
        )
        save = partial(self._save, actions.substitute_trainer, row)
        self.frame.open_panel(FormPanel(self.desk, "代课", fields, save, save_text="代课"))

    def _ask_another(self, row: LessonRow) -> None:
        stays = why_it_stays(row)
        if stays:
            self.desk.tell(stays, kind="refused")
        else:
            self.drops.with_term(row.on, partial(self._show_another, row))

    def _show_another(self, row: LessonRow, term: Term) -> None:
        found = term.lift(row).good_spots()
        options = [
            Option(
                f"改到 {spot_words(spot)}",
                partial(self.drops.move, row, {"on": spot.on, "start_minute": spot.minute}, False),
            )
            for spot in found
        ]
        options.append(Option("拿起来自己放（M）", partial(self._lift_instead, row)))
        options.append(Option("换教室、换别的时间…", partial(self._move_instead, row)))
        facts = [(f"「{row.cohort}」现在 {day_word(row.on)} {clock(row.start_minute)}　{row.place}", "")]
        facts.append(
            ("这些时间培训师、教室、本班都空着：" if found else "近两个月找不到都空着的时间。", "second")
        )
        self.frame.open_panel(ChoicePanel("调到什么时候", facts, options, asks_reason=True))

    def _lift_instead(self, row: LessonRow, _: str) -> None:
        self.frame.close_panel()
        self.drops.lift(row)

    def _move_instead(self, row: LessonRow, _: str) -> None:
        self._ask_move(row)

    def _ask_move(self, row: LessonRow) -> None:
        if self.frame.board is not None:
            panel = panels.move_panel(self.desk, self.frame.board, row)
            panel.saved.connect(partial(self._after, row))
            self.frame.open_panel(panel)

    def _ask_lock(self, row: LessonRow) -> None:
        options = [
            Option(
                f"{'解锁' if lock in row.locks else '锁定'}{lock.label}",
                partial(self._lock, row, row.locks ^ {lock}),
                icon_name="undo" if lock in row.locks else "lock",
            )
            for lock in Lock
        ]
        every = frozenset(Lock)
        options.append(Option("整次课都锁定", partial(self._lock, row, every), icon_name="lock"))
        options.append(Option("全部解锁", partial(self._lock, row, frozenset()), icon_name="undo"))
        now = "、".join(lock.label for lock in Lock if lock in row.locks) or "没有锁定"
        facts = [(f"「{row.cohort}」第 {row.number} 次，现在：{now}", "")]
        facts.append(("锁定的部分，拖动和自动排课都不会改。", "second"))
        self.frame.open_panel(ChoicePanel("锁定", facts, options))

    def _lock(self, row: LessonRow, locks: frozenset[Lock], _: str) -> None:
        self.desk.run(actions.lock_lesson, lesson_id=row.id, locks=locks, then=self._done, owner=self.owner)

    # -- the rest of the card ----------------------------------------------------------------------------

    def _ask_edit(self, row: LessonRow) -> None:
        fields, values = panels.edit_fields(row)
        self.frame.open_panel(
            FormPanel(self.desk, "修改课次", fields, partial(self._save_edit, row), values=values)
        )

    def _save_edit(self, row: LessonRow, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.edit_lesson, lesson_id=row.id, subject=row.subject, **values)

    def _save(self, act: Any, row: LessonRow, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(act, lesson_id=row.id, then=partial(self._after, row), **values)

    def _change(self, act: Any, row: LessonRow, **values: Any) -> None:
        self.desk.run(
            act,
            lesson_id=row.id,
            then=partial(self._after, row),
            failed=self._refused,
            owner=self.owner,
            **values,
        )

    def _refused(self, error: UserError) -> None:
        self.desk.tell(str(error), kind="refused")

    def _after(self, row: LessonRow, _: Any) -> None:
        self.tell(row.id)

    def _tell_again(self, row: LessonRow) -> None:
        self.tell(row.id)

    @Slot(str)
    def tell(self, lesson_id: str) -> None:
        """Notice, chat text and call list of a lesson's last change."""
        query = partial(told, lesson_id, self.desk.today())
        self.desk.read(query, self._show_told, owner=self.owner, only="told")

    def _show_told(self, found: Told | None) -> None:
        if found is not None:
            self.frame.open_panel(Aftermath(self.desk, found))

    def _revive(self, row: LessonRow, accept: bool = False) -> None:
        self.desk.run(
            actions.revive_lesson, lesson_id=row.id, accept_warnings=accept, then=partial(self._after, row),
            failed=partial(self._not_revived, row), owner=self.owner,
        )  # fmt: skip

    def _not_revived(self, row: LessonRow, error: UserError) -> None:
        if isinstance(error, SoftClashes):
            facts = [(sentence, "warning") for sentence in dict.fromkeys(c.sentence for c in error.clashes)]
            options = [
                Option("仍要恢复", partial(self._revive_anyway, row)),
                Option("算了", self.drops.not_after_all),
            ]
            self.frame.open_panel(ChoicePanel("恢复上课，要确认", facts, options))
        else:
            self._refused(error)

    def _revive_anyway(self, row: LessonRow, _: str) -> None:
        self._revive(row, accept=True)

    def _remove(self, row: LessonRow) -> None:
        self.desk.run(
            actions.remove_lessons,
            lesson_ids=[row.id],
            then=self._removed,
            failed=self._refused,
            owner=self.owner,
        )

    def _removed(self, _: Any) -> None:
        self.frame.close_panel()
        self.desk.tell("已删除这次课。", undo=True)

    def _done(self, _: Any) -> None:
        self.frame.close_panel()


def _substitutes(lesson_id: str, session: Session) -> list[Substitute]:
    return lesson_substitutes(session, lesson_id)
