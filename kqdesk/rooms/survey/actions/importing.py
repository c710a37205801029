"""A filled workbook as one step: new persons onto the roster, everybody into the round, answers written down."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.national_id import to_18
from kqdesk.kernel.progress import Progress
from kqdesk.rooms.people.actions import import_roster
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.terms import Decision
from kqdesk.rooms.survey.actions.answers import the_answers, write_answers
from kqdesk.rooms.survey.actions.rounds import list_persons, open_one
from kqdesk.rooms.survey.model import SurveyAnswer, SurveyRound
from kqdesk.rooms.survey.queries import AnswerLine, FillPlan
from kqdesk.store.actions import Writing, action


@dataclass(frozen=True)
class FillCounts:
    """What an import did, in persons. created: new on the roster; listed: new in the round; aside: left for people."""

    answered: int
    created: int
    listed: int
    aside: int


@action("导入排摸表")
def import_answers(
    w: Writing,
    *,
    plan: FillPlan,
    file_name: str,
    decisions: Mapping[int, Decision] | None = None,
    faults: int = 0,
    progress: Progress | None = None,
) -> FillCounts:
    """Write a plan of ``queries.plan_fill``; one undo takes all of it back, the new persons too.

    decisions: about doubtful rows of the roster part, by their place in ``plan.lines``. StaleRecord when the roster
    was changed after the plan; UserError when the round is closed.
    """
    row, decided = open_one(w, plan.round_id), decisions or {}
    created, aside = 0, len(plan.doubts)
    if plan.lines:
        counts = import_roster(
            w, plan=plan.roster, file_name=file_name, decisions=decided, faults=faults, progress=progress
        )
        created, aside = counts.created, aside + counts.suspects
    else:
        w.note(file_name)
    rows = the_answers(w, [answer_id for answer_id, _ in plan.by_code])
    pairs: list[tuple[SurveyAnswer, Mapping[str, Any]]] = [
        (rows[answer_id], line.told) for answer_id, line in plan.by_code
    ]
    people = _people_of(w, plan, decided)
    listed = _list_missing(w, row, list(people))
    mine = _answers_of(w, row, list(people))
    pairs += [(mine[person_id], line.told) for person_id, line in people.items()]
    write_answers(w, pairs)
    w.note(f"登记 {len(pairs)} 人")
    return FillCounts(len(pairs), created, listed, aside)


def _people_of(w: Writing, plan: FillPlan, decided: Mapping[int, Decision]) -> dict[str, AnswerLine]:
    """Person id → row, for every row of the roster part that was taken."""
    known = {change.row: change.person_id for change in plan.roster.updates}
    for suspect in plan.roster.suspects:
        if decided.get(suspect.row) is Decision.UPDATE and suspect.person_id:
            known[suspect.row] = suspect.person_id
    created = [s.row for s in plan.roster.suspects if decided.get(s.row) is Decision.CREATE]
    open_rows = [*plan.roster.creates, *plan.roster.same, *created]
    known |= _found(w, {n: plan.lines[n].person for n in open_rows})
    return {person_id: plan.lines[n] for n, person_id in sorted(known.items())}


def _found(w: Writing, rows: Mapping[int, Any]) -> dict[int, str]:
    """Rows of the roster part → persons as they stand now: by number, else by name, birth and village; one statement."""
    names = json.dumps(sorted({person.name for person in rows.values()}), ensure_ascii=False)
    asked = w.session.connection().exec_driver_sql(
        "SELECT id,name,id_number,birth_date,village,phone FROM person"
        " WHERE name IN (SELECT value FROM json_each(?)) AND state<>'merged' ORDER BY id",
        (names,),
    )
    by_number: dict[str, str] = {}
    by_name: dict[tuple[str, str | None, str | None], list[tuple[str, str | None]]] = {}
    for person_id, name, number, born, village, phone in asked:
        if number:
            by_number[to_18(number)] = person_id
        by_name.setdefault((name, born, village), []).append((person_id, phone))
    found: dict[int, str] = {}
    for n, person in rows.items():
        born = person.birth_date.isoformat() if person.birth_date else None
        twins = by_name.get((person.name, born, person.village), [])
        same_phone = [person_id for person_id, phone in twins if phone == person.phone]
        by_id = by_number.get(to_18(person.id_number)) if person.id_number else None
        best = by_id or next(reversed(same_phone or [one for one, _ in twins]), None)
        if best is not None:
            found[n] = best
    return found


def _list_missing(w: Writing, row: SurveyRound, people: Sequence[str]) -> int:
    missing = [
        person
        for start in range(0, len(people), 5_000)
        for person in w.session.scalars(
            select(Person).where(
                Person.id.in_(people[start : start + 5_000]),
                Person.id.not_in(select(SurveyAnswer.person_id).where(SurveyAnswer.round_id == row.id)),
            )
        )
    ]
    return list_persons(w, row, missing)


def _answers_of(w: Writing, row: SurveyRound, people: Sequence[str]) -> dict[str, SurveyAnswer]:
    return {
        answer.person_id: answer
        for start in range(0, len(people), 5_000)
        for answer in w.session.scalars(
            select(SurveyAnswer).where(
                SurveyAnswer.round_id == row.id, SurveyAnswer.person_id.in_(people[start : start + 5_000])
            )
        )
    }
