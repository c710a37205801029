"""The form of one answer, in the order of the paper: what was printed is filled in, the rest is typed."""

from functools import partial
from typing import Any

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Field, LongText, MultiChoice, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.people.terms import Sex, education_levels
from kqdesk.rooms.survey import actions, queries
from kqdesk.rooms.survey.rules import read_words
from kqdesk.rooms.survey.sheets import CHOICES
from kqdesk.rooms.survey.terms import ANSWER_LABELS, AnswerState

PATHS = ("成人双证制", "自学考试", "成人高考", "开放教育", "专升本")


def answer_fields() -> tuple[Field, ...]:
    """State first, then the eight fields of the plan, then the wishes."""
    said = ANSWER_LABELS
    schooling = tuple(education_levels().items())
    numbered = {
        key: tuple((value, f"{n} {words}") for n, (value, words) in enumerate(choices, 1))
        for key, choices in CHOICES.items()
    }
    return (
        Choice(name="state", label="排摸状态", choices=tuple((one, one.label) for one in AnswerState)),
        Text(name="hukou", label=said["hukou"]),
        Number(name="age", label=said["age"], unit="周岁", least=1, most=129, is_half=True),
        Choice(
            name="sex", label=said["sex"], choices=tuple((one.value, one.label) for one in Sex), is_half=True
        ),
        Choice(name="education_code", label=said["education_code"], choices=schooling),
        Text(name="employer", label=said["employer"], is_half=True),
        Text(name="job", label=said["job"], is_half=True),
        Text(name="wish", label=said["wish"], suggestions=("有", "无"), is_half=True),
        Text(name="learning_path", label=said["learning_path"], suggestions=PATHS, is_half=True),
        Text(name="skills", label=said["skills"], hint="几样用顿号隔开，例如：电工、缝纫"),
        MultiChoice(name="times", label=said["times"], choices=numbered["times"], columns=2),
        MultiChoice(name="categories", label=said["categories"], choices=numbered["categories"], columns=3),
        MultiChoice(name="projects", label=said["projects"], choices=numbered["projects"], columns=1),
        LongText(name="note", label=said["note"], lines=2),
    )


def answer_panel(desk: Desk, answer_id: str, title: str) -> FormPanel:
    """The panel; saving makes a row that was not asked yet 已答."""
    load = partial(queries.answer_form, answer_id=answer_id)
    return FormPanel(desk, title, answer_fields(), partial(_save, answer_id), load=load)


def _save(answer_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    told = values | {"skills": read_words(values["skills"] or "")}
    if told["state"] in (None, AnswerState.WAITING):
        told["state"] = AnswerState.ANSWERED
    panel.run(actions.put_answers, changes={answer_id: told}, seen=panel.seen)
