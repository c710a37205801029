"""``bench roll``: forty learners marked and saved durably, against one fsynced commit of one row in the same file system."""

import tempfile
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from kqdesk.cli.bench_home import full_home
from kqdesk.rooms.attendance import actions as attendance
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.cohorts.queries import roster
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.people.queries import person_ids
from kqdesk.rooms.timetable import actions as timetable
from kqdesk.rooms.timetable.actions import LessonDraft
from kqdesk.store import engine
from kqdesk.store.store import Store

KEY = "x'" + "5b" * 32 + "'"
ROLLS = 60  # lessons whose roll is taken; the first ten only warm up
WARM = 10


def bench_roll(people: int = 40) -> dict[str, Any]:
    """Milliseconds from "save" to "it survives a power cut", with undo and audit; floor = one fsynced commit.

    ``plain_rows_ms``: the same marks as bare rows in one commit, without journal, undo or audit.
    """
    with tempfile.TemporaryDirectory(prefix="kqdesk-bench-") as folder:
        opened, _ = full_home(Path(folder) / "home", people)
        try:
            lessons, learners = _class(opened.store, opened.staff.id)
            figures = _measure(opened.store, opened.staff.id, lessons, learners)
            return {"people": len(learners), "rolls": ROLLS - WARM, **figures}
        finally:
            opened.close()


def _class(store: Store, actor: str) -> tuple[list[str], list[str]]:
    """A cohort of everybody with ROLLS past lessons; ids of lessons and enrolments."""
    with store.reading() as session:
        ids = list(person_ids(session))
    cohort_id = store.run(
        cohorts.open_cohort,
        actor,
        title="测速班",
        kinds=[CohortKind.OTHER],
        capacity=len(ids),
        is_started=True,
    ).value
    store.run(cohorts.enrol, actor, cohort_id=cohort_id, person_ids=ids)
    first = date(2021, 3, 1)
    drafts = [
        LessonDraft(cohort_id, first + timedelta(7 * n + n // 40), 540, 600, 1) for n in range(ROLLS * 2)
    ]
    kept = [draft for draft in drafts if _is_free(draft.on)][:ROLLS]
    lessons = store.run(timetable.put_lessons, actor, lessons=kept, accept_warnings=True).value
    with store.reading() as session:
        return lessons, [row.id for row in roster(session, cohort_id)]


def _is_free(day: date) -> bool:
    """Not within the long holidays, so that no lesson is refused."""
    return day.month not in (1, 2, 4, 5, 6, 9, 10)


def _measure(store: Store, actor: str, lessons: list[str], learners: list[str]) -> dict[str, Any]:
    """Turn about, so that all three meet the same disk."""
    raw = engine.connect(store.path.with_name("floor.db"), KEY, make=True)
    # autocommit: a statement outside a transaction is one commit with its fsync
    raw.execute("CREATE TABLE floor(id INTEGER PRIMARY KEY, lesson TEXT, learner TEXT, mark TEXT)")
    took: dict[str, list[float]] = {"save": [], "floor": [], "plain": []}
    for lesson_id in lessons:
        marks = dict.fromkeys(learners[:3], Mark.ABSENT)
        began = perf_counter()
        store.run(attendance.take_roll, actor, lesson_id=lesson_id, marks=marks, rest_present=True)
        took["save"].append(perf_counter() - began)
        began = perf_counter()
        raw.execute("INSERT INTO floor(lesson) VALUES(?)", (lesson_id,))
        took["floor"].append(perf_counter() - began)
        began = perf_counter()
        raw.execute("BEGIN")
        raw.executemany(
            "INSERT INTO floor(lesson,learner,mark) VALUES(?,?,'present')",
            [(lesson_id, one) for one in learners],
        )
        raw.execute("COMMIT")
        took["plain"].append(perf_counter() - began)
    raw.close()
    save, floor, plain = (took[name][WARM:] for name in ("save", "floor", "plain"))
    return {
        "save_ms": round(median(save) * 1000, 2),
        "save_p95_ms": round(quantiles(save, n=20)[-1] * 1000, 2),
        "floor_ms": round(median(floor) * 1000, 2),
        "ratio": round(median(save) / median(floor), 2),
        "plain_rows_ms": round(median(plain) * 1000, 2),
        "bar": "≤ 3 × floor",
    }
