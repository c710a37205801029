"""``bench reports``: a year of a school of 60,000 people counted, split, printed and frozen; floor = the bare statements."""

import resource
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import event

from kqdesk.cli.bench_people import KEY, fill, scratch
from kqdesk.rooms.office.actions import load_packs
from kqdesk.rooms.reports import actions, queries
from kqdesk.rooms.reports.papers import as_brief, brief_pdf
from kqdesk.rooms.reports.rules import FIGURES, calendar_year, counted, split
from kqdesk.store import engine
from kqdesk.store.store import Store

LAST = datetime.now(UTC).year - 1
"""A year that is over: its whole figures can be frozen."""
TODAY = date(LAST, 12, 31)
YEAR = calendar_year(LAST)
COHORTS_A_THOUSAND, LEARNERS, LESSONS = (
    8,
    30,
    8,
)  # 60,000 people: 480 classes, 14,400 enrolments, 115,200 marks
ACTIVITIES = 200
_TABLES = (
    "cohort",
    "cohort_kind",
    "lesson",
    "enrolment",
    "attendance_mark",
    "activity",
    "activity_attendee",
    "course",
    "diploma",
    "staff",
)


def bench_reports(people: int = 60_000) -> dict[str, Any]:
    """Wall and processor seconds of facts, of every figure with every split, of the brief and of a frozen report."""
    with tempfile.TemporaryDirectory(prefix="kqdesk-bench-") as folder:
        store = scratch(Path(folder) / "school.db")
        try:
            fill(store.path, people)
            store.run(load_packs, "bench")
            rows = _school(store.path, people)
            return {"bench": "reports", "people": people, **rows, **_measured(store)}
        finally:
            store.close()


def _measured(store: Store) -> dict[str, Any]:
    with store.reading() as session:
        queries.desk_facts(session, calendar_year(2000))  # statements compiled, pages of the file seen
        asked: list[tuple[str, Any]] = []
        connection = session.connection()

        def note(_c: object, _u: object, sql: str, given: Any, *_: object) -> None:
            asked.append((sql, given))

        event.listen(connection, "before_cursor_execute", note)
        facts, facts_s, facts_cpu = _timed(lambda: queries.desk_facts(session, YEAR))
        event.remove(connection, "before_cursor_execute", note)
        _, floor, floor_cpu = _timed(
            lambda: [connection.exec_driver_sql(sql, given).all() for sql, given in asked]
        )
        _, figures, figures_cpu = _timed(lambda: [counted(facts, key) for key in FIGURES])
        _, splits, splits_cpu = _timed(
            lambda: [split(facts, key, kind.splits) for key, kind in FIGURES.items()]
        )
        one = counted(facts, "social_training")
        _, names, names_cpu = _timed(lambda: queries.names_behind(session, one.members))
        found, brief, brief_cpu = _timed(lambda: queries.brief(session, month=TODAY, today=TODAY))
        _, paper, paper_cpu = _timed(lambda: brief_pdf(as_brief(found)))
    _, freeze, freeze_cpu = _timed(
        lambda: store.run(
            actions.freeze_report, "bench", title="测速", first_on=YEAR.first, last_on=YEAR.last
        )
    )
    walls = {
        "facts_s": facts_s, "floor_s": floor, "figures_s": figures, "splits_s": splits, "names_s": names, "brief_s": brief,
        "brief_pdf_s": paper, "freeze_s": freeze,
    }  # fmt: skip
    cpus = {
        "facts_cpu": facts_cpu, "floor_cpu": floor_cpu, "figures_cpu": figures_cpu, "splits_cpu": splits_cpu,
        "names_cpu": names_cpu, "brief_cpu": brief_cpu, "brief_pdf_cpu": paper_cpu, "freeze_cpu": freeze_cpu,
    }  # fmt: skip
    return {
        "statements": len(asked), "attendances": one.value, **walls, **cpus, "ratio_cpu": round(facts_cpu / floor_cpu, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def _timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    wall, used = perf_counter(), process_time()
    found = work()
    return found, round(perf_counter() - wall, 3), round(process_time() - used, 3)


def _school(path: Path, people: int) -> dict[str, int]:
    """Classes with lessons and marks, activities and diplomas, straight into the tables of a scratch home: no journal."""
    rng, raw = Random(11), engine.connect(path, KEY)
    raw.execute("BEGIN")
    for table in _TABLES:
        for (name,) in raw.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name=?", (table,)
        ).fetchall():
            raw.execute(f"DROP TRIGGER {name}")
    ids = [row[0] for row in raw.execute("SELECT id FROM person").fetchall()]
    raw.executemany(
        "INSERT INTO course(id,school,code,title,category,is_sample,is_active) VALUES(?,'bench',?,?,?,0,1)",
        [(f"k{n:031x}", f"K{n}", f"课程{n}", f"GF{n % 10 + 1:02d}") for n in range(40)],
    )
    raw.execute(
        "INSERT INTO staff(id,school,name,role,sees_full_ids) VALUES('bench','bench','测速','clerk',0)"
    )
    classes = max(people * COHORTS_A_THOUSAND // 1000, 1)
    for n in range(classes):
        _class(raw, rng, ids, n)
    for n in range(ACTIVITIES):
        _activity(raw, rng, ids, n)
    raw.executemany(
        "INSERT INTO diploma(id,school,person_id,level,number,issuer,issued_on) VALUES(?,'bench',?,'senior',?,'市教育局',?)",
        [
            (f"d{n:031x}", one, f"G{n}", f"{LAST}-06-30")
            for n, one in enumerate(rng.sample(ids, min(400, len(ids))))
        ],
    )
    raw.execute("COMMIT")
    raw.execute("ANALYZE")
    counts = {
        table: raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("enrolment", "attendance_mark")
    }
    raw.close()
    return {"classes": classes, "enrolments": counts["enrolment"], "marks": counts["attendance_mark"]}


def _class(raw: Any, rng: Random, ids: list[str], n: int) -> None:
    cohort, start = f"c{n:031x}", date(LAST, 1, 5) + timedelta(rng.randrange(290))
    days = [start + timedelta(7 * k) for k in range(LESSONS)]
    raw.execute(
        "INSERT INTO cohort(id,school,no,title,state,course_id,is_elderly,project,township_code,starts_on,ends_on,capacity)"
        " VALUES(?,'bench',?,?,'closed',?,?,'citizens','330603008',?,?,40)",
        (cohort, f"{LAST}-{n}", f"夜校{n}班", f"k{n % 40:031x}", n % 9 == 0, str(start), str(days[-1])),
    )
    raw.execute(
        "INSERT INTO cohort_kind(id,school,cohort_id,kind) VALUES(?,'bench',?,'night_school')",
        (f"x{n:031x}", cohort),
    )
    lessons = [(f"l{n:015x}{k:016x}", cohort, k, str(day)) for k, day in enumerate(days)]
    raw.executemany(
        'INSERT INTO lesson(id,school,cohort_id,number,"on",start_minute,end_minute,study_hours,state,is_time_locked,'
        "is_site_locked,is_trainer_locked) VALUES(?,'bench',?,?,?,1110,1200,2,'held',0,0,0)",
        lessons,
    )
    learners = [
        (f"e{n:015x}{k:016x}", cohort, who) for k, who in enumerate(rng.sample(ids, min(LEARNERS, len(ids))))
    ]
    raw.executemany(
        "INSERT INTO enrolment(id,school,cohort_id,person_id,state) VALUES(?,'bench',?,?,'completed')",
        learners,
    )
    raw.executemany(
        "INSERT INTO attendance_mark(id,school,lesson_id,enrolment_id,mark) VALUES(?,'bench',?,?,?)",
        [
            (f"m{n:07x}{k:08x}{j:016x}", lesson[0], learner[0], rng.choices(("present", "late", "absent"), (88, 4, 8))[0])
            for k, lesson in enumerate(lessons) for j, learner in enumerate(learners)
        ],
    )  # fmt: skip


def _activity(raw: Any, rng: Random, ids: list[str], n: int) -> None:
    activity = f"a{n:031x}"
    raw.execute(
        "INSERT INTO activity(id,school,topic,kind,counted_as,state,held_on,headcount) VALUES(?,'bench',?,'lecture',"
        "'social_training','confirmed',?,80)",
        (activity, f"讲座{n}", str(date(LAST, 1, 5) + timedelta(rng.randrange(340)))),
    )
    raw.executemany(
        "INSERT INTO activity_attendee(id,school,activity_id,person_id) VALUES(?,'bench',?,?)",
        [(f"b{n:015x}{k:016x}", activity, who) for k, who in enumerate(rng.sample(ids, min(20, len(ids))))],
    )
