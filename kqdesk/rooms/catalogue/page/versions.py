"""课程规则: what a course is worth from which day on, what it was before, and the form for the next change."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Date, Field, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.catalogue import actions
from kqdesk.rooms.catalogue.queries import CourseRow
from kqdesk.rooms.catalogue.rules import HOURS, SAID, CourseRules, changed_words, rules_on
from kqdesk.rooms.catalogue.terms import Assessment, Award, CreditRule

SHOWN = 4
"""Earlier changes that are told above the form; the rest stands in the history."""


def hour_fields() -> tuple[Field, ...]:
    """课次, minutes and 学时."""
    return (
        Number(name="lesson_count", label="课次", least=1, most=400, unit="次", is_half=True),
        Number(name="lesson_minutes", label="每次时长", least=1, most=720, unit="分钟", is_half=True),
        Number(name="hours_per_lesson", label="每次学时", least=1, most=12, unit="学时", is_half=True),
        Number(name="study_hours", label="总学时", least=1, most=5000, unit="留空自动算", is_half=True),
    )


def _fields() -> tuple[Field, ...]:
    def words(kind: Any) -> tuple[tuple[Any, str], ...]:
        return tuple((one, one.label) for one in kind)

    return (
        Date(
            name="from_on", label="从哪天起", required=True, hint="在这天以后开班的按新规则；以前开的班不变"
        ),
        *hour_fields(),
        Choice(name="assessment", label="考核", choices=words(Assessment), is_half=True),
        Number(name="pass_mark", label="合格分", least=1, most=100, unit="百分制", is_half=True),
        Choice(name="credit_rule", label="学分", choices=words(CreditRule)),
        Choice(name="award", label="发什么证", choices=words(Award)),
        Text(name="subsidy", label="奖补政策", longest=60, placeholder="如：职业技能提升补贴"),
        Text(name="source", label="依据", longest=80, placeholder="哪个文件、哪次会议"),
    )


def history_words(versions: Sequence[CourseRules]) -> str:
    """Each change in one line, newest first."""
    lines = [
        f"{after.from_on:%Y-%m-%d} 起：{'，'.join(changed_words(rules_on(versions[0], versions[1:n], after.from_on), after))}"
        for n, after in enumerate(versions)
        if after.from_on is not None
    ]
    more = f"\n（更早还有 {len(lines) - SHOWN} 次）" if len(lines) > SHOWN else ""
    return "\n".join(reversed(lines[-SHOWN:])) + more


def rules_panel(desk: Desk, row: CourseRow, versions: Sequence[CourseRules]) -> FormPanel:
    """What was laid down last stands in the form; saving lays down what counts from the day given."""
    last = rules_on(versions[0], versions[1:], date.max) if versions else row.rules
    values = {name: getattr(last, name) for name in SAID} | {"from_on": desk.today()}

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        recounts = any(values[name] != getattr(last, name) for name in HOURS[:3])
        if recounts and values["study_hours"] == last.study_hours:
            values["study_hours"] = None  # nobody touched it: it follows from the others
        panel.run(actions.set_course_rules, then=partial(_saved, desk), course_id=row.id, **values)

    panel = FormPanel(desk, f"课程规则：{row.title}", _fields(), save, values=values, save_text="定下来")
    told = history_words(versions)
    if told:
        panel.note.say(told, "info")
    return panel


def _saved(desk: Desk, _: Any) -> None:
    desk.tell("新规则已定，从那天起开的班照新的；以前开的班不变。", undo=True)
