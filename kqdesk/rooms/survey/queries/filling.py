"""What a filled workbook would do: which rows fit whom by code or number, which are doubtful. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import ImportPlan, plan_import
from kqdesk.rooms.survey.model import SurveyAnswer


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One row of a workbook: where it stands, its code (empty: none), what it says, and its roster part.

    told: answer columns with a value; an empty cell says nothing. person: a ``people.sheets.RosterPerson``.
    """

    place: str
    code: str
    name: str
    told: Mapping[str, Any]
    person: Any


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that is left aside, and why."""

    line: AnswerLine
    reason: str


@dataclass(slots=True)
class FillPlan:
    """same: rows with a code that say nothing new. by_code: (answer id, line with what is new). roster: the plan for the other rows; ``lines`` are they, in its order."""

    round_id: str
    same: int = 0
    by_code: list[tuple[str, AnswerLine]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    lines: list[AnswerLine] = field(default_factory=list)
    roster: ImportPlan = field(default_factory=lambda: ImportPlan([], 0))


def plan_fill(
    session: Session, *, round_id: str, lines: Sequence[AnswerLine], progress: Progress | None = None
) -> FillPlan:
    """Rows with a code of this round go to its row; all others are compared with the roster as any import is."""
    plan = FillPlan(round_id)
    codes = {line.code for line in lines if line.code}
    known = _known(session, round_id) if codes else {}
    taken: set[str] = set()
    for line in lines:
        if not line.code:
            plan.lines.append(line)
            continue
        row, name = known.get(line.code, (None, ""))
        if row is None:
            plan.doubts.append(Doubt(line, f"排摸码 {line.code} 不在这一轮里。看看是不是别的轮次的表。"))
        elif line.name != name:
            plan.doubts.append(Doubt(line, f"排摸码 {line.code} 是{name}，这一行写的是{line.name or '空'}。"))
        elif row.id in taken:
            plan.doubts.append(Doubt(line, f"排摸码 {line.code} 在文件里有两行，只取前一行。"))
        else:
            taken.add(row.id)
            news = {column: told for column, told in line.told.items() if getattr(row, column) != told}
            if news:
                plan.by_code.append((row.id, replace(line, told=news)))
            else:
                plan.same += 1
    plan.roster = plan_import(session, [line.person for line in plan.lines], progress or Quiet())
    return plan


def _known(session: Session, round_id: str) -> dict[str, tuple[SurveyAnswer, str]]:
    asked = (
        select(SurveyAnswer, Person.name)
        .join(Person, Person.id == SurveyAnswer.person_id)
        .where(SurveyAnswer.round_id == round_id)
    )
    return {row.code: (row, name) for row, name in session.execute(asked)}
