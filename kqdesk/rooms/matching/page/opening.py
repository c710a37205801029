"""The class a trial would be: filled in from the chosen evening and site; 开班 makes cohort, people and draft at once."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Slot

from kqdesk.desk.fields import Check, Choice, Date, MultiChoice, Number, Text, Time
from kqdesk.desk.form import FormPanel
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.cohorts.actions import EnrolmentWarnings
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.matching import actions, queries
from kqdesk.rooms.matching.actions import ClassOpened, Meeting
from kqdesk.rooms.matching.queries import ClassWish, Outlook, Subject
from kqdesk.rooms.matching.rules.trial import Chance, goers, way_words
from kqdesk.rooms.matching.terms import OfferKind
from kqdesk.rooms.timetable.actions import SoftClashes
from kqdesk.rooms.timetable.rules.days import day_word

if TYPE_CHECKING:
    from kqdesk.rooms.matching.page.trial import TrialDialog

PAUSE = 150  # milliseconds after typing before the calendar and trainers are asked again
ASKS = ("subject", "starts_on", "start", "minutes", "lesson_count")
"""Fields that change the days or who could teach."""


@dataclass(frozen=True)
class Draft:
    """What the form says when it can be asked about."""

    wish: ClassWish
    subject: Subject | None


class ClassPanel(FormPanel):
    """The form at the right; what the chosen chance would meet is told under the list at the left."""

    def __init__(self, dialog: "TrialDialog") -> None:
        assert dialog.choices is not None
        self.dialog, self.choices = dialog, dialog.choices
        self.chance: Chance | None = None
        self.outlook: Outlook | None = None
        self._accepts = False
        self._subjects = {one.id: one for one in self.choices.subjects}
        fields = (
            Text(name="title", label="班级名称", required=True, longest=40),
            Choice(name="subject", label="上什么", choices=[(one.id, one.title) for one in self.choices.subjects]),
            Date(name="starts_on", label="第一次课", required=True, is_half=True),
            Time(name="start", label="几点开始", required=True, is_half=True),
            Number(name="minutes", label="每次", required=True, least=20, most=600, unit="分钟", is_half=True),
            Number(name="lesson_count", label="上几次", required=True, least=1, most=200, unit="次", is_half=True),
            Choice(name="trainer_id", label="谁来上"),
            Number(name="capacity", label="容量", required=True, least=1, most=2000, unit="人", is_half=True),
            Check(name="is_drafted", label="排出课表草案", is_half=True),
            Check(name="keeps_rest", label="超出容量的列为候补"),
            MultiChoice(name="kinds", label="班级类型", choices=[(one, one.label) for one in CohortKind], required=True, columns=4),
        )  # fmt: skip
        super().__init__(dialog.desk, "开这个班", fields, self._on_save, save_text="开班")
        self.facts = dialog.facts
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._ask)
        self.form.edited.connect(self._pause.start)
        self._is_first = True

    # -- the chosen evening -----------------------------------------------------------------------

    def show_chance(self, chance: Chance) -> None:
        """Fill in from another evening and site; what was typed into the name stays."""
        self.chance, self._accepts = chance, False
        self.note.hide()
        day, start = self.dialog.begin(chance)
        capacity = self._capacity(chance)
        values: dict[str, Any] = {"starts_on": day, "start": start, "capacity": capacity}
        values["keeps_rest"] = chance.count <= 2 * capacity  # a queue of hundreds is no waiting list
        if self._is_first:
            self._is_first = False
            values |= self._first()
        edited = self.form.is_edited
        self.form.show_values(values)
        self.form.is_edited = edited
        self._ask()

    def _first(self) -> dict[str, Any]:
        subject = self._subjects.get(self.dialog.subject)
        place, topic = self.dialog.place, subject.title if subject else self.dialog.topic
        kind = CohortKind.FACTORY if self.dialog.by_firm else CohortKind.VILLAGE
        if not place:
            kind = CohortKind.NIGHT_SCHOOL
        return {
            "title": f"{place}{topic}班" if not topic.endswith("班") else f"{place}{topic}", "subject": subject.id if subject else None,
            "minutes": (subject.minutes if subject else None) or self.choices.minutes,
            "lesson_count": (subject.lesson_count if subject else None) or self.choices.lesson_count,
            "kinds": (kind,), "is_drafted": True,
        }  # fmt: skip

    def _capacity(self, chance: Chance) -> int:
        usual = max(self.choices.capacity or chance.count, 1)
        wanted = max(chance.count, usual)
        return min(wanted, chance.hall.seats) if chance.hall.seats else wanted

    # -- what it would meet -----------------------------------------------------------------------

    def _draft(self) -> Draft | None:
        """What the form says so far; None while something is missing."""
        if self.chance is None:
            return None
        found: dict[str, Any] = {}
        for name in ASKS:
            try:
                found[name] = self.form.inputs[name].value()
            except ValueError:
                return None
        if (
            not all(found[name] for name in ASKS if name not in ("subject", "start"))
            or found["start"] is None
        ):
            return None
        subject = self._subjects.get(found["subject"] or "")
        start = found["start"].hour * 60 + found["start"].minute
        end = min(start + found["minutes"], 24 * 60)
        wish = ClassWish(
            found["starts_on"].isoweekday(), found["starts_on"], start, end, found["lesson_count"],
            self.chance.hall.classroom_id, subject.kind if subject else OfferKind.TRAINING, subject.category if subject else "",
        )  # fmt: skip
        return Draft(wish, subject)

    @Slot()
    def _ask(self) -> None:
        draft = self._draft()
        self.outlook = None
        if draft is not None:
            self.desk.read(
                partial(queries.outlook, wish=draft.wish), self._show_outlook, owner=self, only="outlook"
            )
        self._tell()

    def _show_outlook(self, found: Outlook) -> None:
        self.outlook = found
        trainers = self.form.inputs["trainer_id"]
        chosen = trainers.value()
        trainers.offer([(None, "还没定"), *((one.id, one.label) for one in found.trainers)])
        free = {one.id for one in found.free}
        first = next((one.id for one in found.free if one.knows), None)
        trainers.choose(chosen if chosen in free else first)
        self._tell()

    def _tell(self) -> None:
        """The facts under the list."""
        if self.chance is None or self.dialog.ground is None:
            return
        one, ground = self.chance, self.dialog.ground
        going = goers(ground.members, one, ground.paces)
        lines = [
            f"{one.time_words} · {one.hall.name}{f' · {one.hall.classroom} {one.hall.seats} 座' if one.hall.seats else '（没有教室）'}"
        ]
        unsaid = f"（其中 {one.unsaid} 人没说过时间）" if one.unsaid else ""
        lines.append(f"{one.count} 人能来{unsaid}：{way_words(going) or '没有人'}。")
        cannot = [
            f"{count} 人{words}"
            for count, words in ((one.no_time, "时间不合"), (one.busy, "那时已有课"), (one.far, "太远"))
            if count
        ]
        if cannot:
            lines.append(f"不能来：{'，'.join(cannot)}。")
        if self.outlook is not None:
            lines += self._met(self.outlook)
        self.facts.setText("\n".join(lines))

    def _met(self, found: Outlook) -> list[str]:
        dates = found.dates
        skipped = [day for day in found.days if day.is_skipped]
        lines = [
            f"{len(dates)} 次：{day_word(dates[0])} 到 {day_word(dates[-1])}"
            + (f"，跳过 {len(skipped)} 天假日" if skipped else "")
            + "。"
        ]
        knowing = sum(trainer.knows for trainer in found.free)
        lines.append(
            f"这些日子有空的培训师 {len(found.free)} 位" + (f"，专长对口 {knowing} 位。" if knowing else "。")
        )
        if found.room_taken:
            lines.append(
                found.room_taken[0] + (f"等 {len(found.room_taken)} 次" if len(found.room_taken) > 1 else "")
            )
        if found.subsidies:
            lines.append("奖补（只写规则包里有的）：" + "；".join(found.subsidies))
        return lines

    # -- 开班 -------------------------------------------------------------------------------------

    def _on_save(self, values: dict[str, Any], _: FormPanel) -> None:
        draft = self._draft()
        if draft is None or self.chance is None or self.dialog.ground is None:
            return
        if values["is_drafted"] and self.outlook is None:
            self.note.say("还在看校历和培训师，稍等一下再按「开班」。", "info")
            return
        self.run(actions.open_from_trial, then=self._opened, **self._order(values, draft))

    def _order(self, values: dict[str, Any], draft: Draft) -> dict[str, Any]:
        assert self.chance is not None
        assert self.dialog.ground is not None
        going = goers(self.dialog.ground.members, self.chance, self.dialog.ground.paces)
        able = [one.member.id for one in going if one.is_able]
        wish, subject = draft.wish, draft.subject
        hours = (subject.study_hours if subject else None) or self._hours(wish)
        meetings = (
            [Meeting(day, wish.start_minute, wish.end_minute, hours) for day in self.outlook.dates]
            if self.outlook
            else []
        )
        return {
            "title": values["title"], "kinds": values["kinds"], "person_ids": able if values["keeps_rest"] else able[: values["capacity"]],
            "meetings": meetings if values["is_drafted"] else [], "accept_warnings": self._accepts,
            "course_id": subject.course_id if subject else None, "programme_id": subject.programme_id if subject else None,
            "site_id": self.chance.hall.id, "classroom_id": self.chance.hall.classroom_id, "trainer_id": values["trainer_id"],
            "starts_on": wish.starts_on, "capacity": values["capacity"], "township_code": self.chance.hall.where.township or None,
        }  # fmt: skip

    def _hours(self, wish: ClassWish) -> int:
        each = self.choices.minutes_per_hour
        return (wish.end_minute - wish.start_minute) // each if each else 0

    def refuse(self, error: UserError) -> None:
        super().refuse(error)
        if isinstance(error, (EnrolmentWarnings, SoftClashes)):
            self.note.say(str(error), "refused", ("知道了，照样开班", self._accept))

    def _accept(self) -> None:
        self._accepts = True
        self.submit()

    def _opened(self, done: ClassOpened) -> None:
        waiting = f"，候补 {done.waiting} 人" if done.waiting else ""
        lessons = f"，排了 {done.lessons} 次课" if done.lessons else "，课表还没排"
        desk = self.desk
        self.dialog.accept()
        desk.open("cohorts", cohort=done.cohort_id)
        desk.tell(f"班开好了：{done.enrolled} 人入班{waiting}{lessons}。", undo=True)
