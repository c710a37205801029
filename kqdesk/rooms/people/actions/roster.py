"""A whole roster taken in as one step, after ``queries.plan_import`` compared it with everybody known."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, bindparam, update

from kqdesk.kernel.errors import StaleRecord
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.people.actions.affairs import add_wishes
from kqdesk.rooms.people.actions.person import reading_of
from kqdesk.rooms.people.model import SEARCH_PAUSE, SEARCH_RESUME, Person
from kqdesk.rooms.people.queries import ImportPlan
from kqdesk.rooms.people.queries.matching import COLUMNS
from kqdesk.rooms.people.rules import pinyin_of
from kqdesk.rooms.people.terms import Decision
from kqdesk.store.actions import Writing, action

_CHUNK = 5_000
_PERSON = cast(Table, Person.__table__)


@dataclass(frozen=True)
class ImportCounts:
    """What an import did, in rows. ``suspects``: left aside for people to decide. ``faults``: rows with faults.

    ``wishes``: courses somebody put her name down for that were not known.
    """

    created: int
    updated: int
    same: int
    suspects: int
    faults: int
    wishes: int = 0


@action("导入花名册")
def import_roster(
    w: Writing,
    *,
    plan: ImportPlan,
    file_name: str,
    decisions: Mapping[int, Decision] | None = None,
    faults: int = 0,
    progress: Progress | None = None,
) -> ImportCounts:
    """Write a plan of ``queries.plan_import`` as one step that one undo takes back.

    decisions: what people decided about doubtful rows, by row; without a decision a row is left aside.
    faults: rows the file held back, for the counts. StaleRecord when a person was changed after the plan was made.
    """
    return store_plan(
        w, plan=plan, file_name=file_name, decisions=decisions, faults=faults, progress=progress
    )[0]


def store_plan(
    w: Writing,
    *,
    plan: ImportPlan,
    file_name: str,
    decisions: Mapping[int, Decision] | None = None,
    faults: int = 0,
    progress: Progress | None = None,
) -> tuple[ImportCounts, dict[int, str]]:
    """What ``import_roster`` does, inside another room's action; the person of each followed row besides."""
    _refuse_moved(w, plan)
    watch, decided = progress or Quiet(), decisions or {}
    suspects = {suspect.row: suspect for suspect in plan.suspects}
    fresh = [*plan.creates, *(n for n in suspects if decided.get(n) is Decision.CREATE)]
    merged = [s for n, s in suspects.items() if s.person_id and decided.get(n) is Decision.UPDATE]
    changes = [(c.person_id, c.after) for c in plan.updates]
    changes += [(suspect.person_id, suspect.after) for suspect in merged if suspect.after]
    known = plan.known | _insert(w, plan, fresh, file_name, watch)
    known |= {s.row: s.person_id for s in merged}
    _update(w, changes, watch)
    wishes = _sign_up(w, plan, known, file_name)
    left = len(suspects) - len(merged) - (len(fresh) - len(plan.creates))
    equal = len(plan.same) + sum(1 for suspect in merged if not suspect.after)
    w.note(f"{file_name}")
    w.note(f"新增 {len(fresh)} 人")
    if changes:
        w.note(f"更新 {len(changes)} 人")
    if wishes:
        w.note(f"报名 {wishes} 条")
    return ImportCounts(len(fresh), len(changes), equal, left, faults, wishes), known


def _refuse_moved(w: Writing, plan: ImportPlan) -> None:
    moved = w.session.connection().exec_driver_sql(
        "SELECT 1 FROM journal_change WHERE +tbl='person'"  # +: walk the few newest changes, not the table's index
        " AND id>=(SELECT first FROM journal_entry WHERE id=?) LIMIT 1",
        (plan.position + 1,),
    )
    if moved.first():
        raise StaleRecord("核对之后花名册又有人改过。请点「重新核对」再导入，已改好的格子都还在。")


def _sign_up(w: Writing, plan: ImportPlan, known: Mapping[int, str], file_name: str) -> int:
    """The courses of a sign-up list, for everybody who is on the roster now; returns how many are new."""
    wishes = [
        {"person_id": known[n], "course": course, "signed_on": row.signed_on}
        for n, row in enumerate(plan.rows)
        if getattr(row, "courses", ()) and n in known
        for course in row.courses
    ]
    return add_wishes(w, wishes, file_name) if wishes else 0


def _insert(
    w: Writing, plan: ImportPlan, rows: Sequence[int], origin: str, watch: Progress
) -> dict[int, str]:
    """Straight to the driver: a hundred thousand rows through Core's parameter handling cost four seconds more.

    Returns the ids of rows that are followed, by row.
    """
    conn = w.session.connection()
    names = ("id", "school", *COLUMNS, "name_pinyin", "name_initials", "origin", "state")
    sql = f"INSERT INTO person({','.join(names)}) VALUES({','.join('?' * len(names))})"
    ids = w.ids()
    made: dict[int, str] = {}
    conn.exec_driver_sql(SEARCH_PAUSE)
    for start, part in _parts(rows):
        watch.step(start, len(rows), "写入")
        values = [
            (ids.new(), w.school, *cells, *pinyin_of(str(cells[0])), origin, "here")
            for cells in map(plan.cells.__getitem__, part)
        ]
        conn.exec_driver_sql(sql, values)
        made.update((n, str(value[0])) for n, value in zip(part, values, strict=True) if plan.follows(n))
    for resume in SEARCH_RESUME:
        conn.exec_driver_sql(resume)
    return made


def _update(w: Writing, changes: Sequence[tuple[str, Mapping[str, str]]], watch: Progress) -> None:
    """Equal sets of columns go out together."""
    batches: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for person_id, after in changes:
        values: dict[str, Any] = dict(after)
        if "name" in values:
            values |= reading_of(values["name"])
        if "birth_date" in values:
            values["birth_date"] = date.fromisoformat(values["birth_date"])
        batches[tuple(sorted(values))].append(
            {f"new_{c}": v for c, v in values.items()} | {"which": person_id}
        )
    done = 0
    for columns, values_of in batches.items():
        watch.step(done, len(changes), "更新")
        statement = update(_PERSON).where(_PERSON.c.id == bindparam("which"))
        w.session.execute(statement.values({c: bindparam(f"new_{c}") for c in columns}), values_of)
        done += len(values_of)


def _parts(rows: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    for start in range(0, len(rows), _CHUNK):
        yield start, rows[start : start + _CHUNK]
