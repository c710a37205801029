"""One figure everywhere: desk, hub and frozen report of the same rows show the same numbers, for one school of several."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, insert

from kqdesk.hub.counter import Counter
from kqdesk.hub.database import embedded
from kqdesk.hub.frame import Frame
from kqdesk.hub.officers import OFFICERS, Officers
from kqdesk.rooms.reports import actions, queries
from kqdesk.rooms.reports.rules import FIGURES, calendar_year, counted, split
from kqdesk.rooms.reports.terms import Breakdown
from kqdesk.security.kdf import CHEAPEST
from kqdesk.store.base import Base
from kqdesk.store.hub_tables import hub_metadata
from kqdesk.store.store import Store
from kqdesk.sync.books import HubBooks
from kqdesk.sync.cipher import ColumnCipher
from kqdesk.sync.hub import Hub
from kqdesk.sync.register import REGISTER, Register
from tests.conftest import SCHOOL, Clock
from tests.reports.world import make_world

YEAR = calendar_year(2026, until=date(2026, 3, 2))
OTHER = "330603009"
NEEDED = (
    "school", "rule_pack", "person", "course", "cohort", "cohort_kind", "lesson", "enrolment", "attendance_mark", "activity",
    "activity_attendee", "diploma", "skill_certificate", "completion_certificate", "referral", "survey_round", "survey_answer",
    "past_ledger", "past_record", "attachment", "frozen_report", "frozen_figure",
)  # fmt: skip


@pytest.fixture
def counter(tmp_path: Path, clock: Clock) -> Iterator[tuple[Counter, Engine, HubBooks]]:
    engine = embedded(tmp_path / "hub.db", "x'" + "07" * 32 + "'")
    REGISTER.create_all(engine)
    OFFICERS.create_all(engine)
    books = HubBooks(engine, hub_metadata(Base.metadata), ColumnCipher(b"\x05" * 32))
    books.create()
    frame = Frame(Officers(engine, clock, CHEAPEST), clock)
    yield (
        Counter(frame, Register(engine, clock), Hub(books, clock, Random(5)), clock, Base.metadata),
        engine,
        books,
    )
    engine.dispose()


def copy_rows(store: Store, engine: Engine, books: HubBooks, school: str) -> None:
    """What sync would bring: every row as stored, secrets sealed, under the school's code."""
    by_name = {table.name: table for table in books.tables}
    with store.reading() as session, engine.begin() as line:
        for name in NEEDED:
            desk = Base.metadata.tables[name]
            names = [column.name for column in desk.c]
            quoted = ",".join('"' + one + '"' for one in names)
            rows = session.connection().exec_driver_sql(f"SELECT {quoted} FROM {name}")
            made = []
            for row in rows:
                values = dict(zip(names, row, strict=True)) | {"school": school}
                for column in books.secret.get(name, ()):
                    values[column] = books.sealed(name, column, [values[column]])[0]
                if school != SCHOOL:
                    values["id"] = f"z{values['id'][1:]}"
                made.append(values | {"hub_version": 1, "hub_entry": 1, "hub_origin": 1})
            if made:
                raw = by_name[name]
                columns = list(made[0])
                marks = ",".join("?" * len(columns))
                quoted = ",".join('"' + one + '"' for one in columns)
                line.exec_driver_sql(
                    f"INSERT INTO {raw.name}({quoted}) VALUES({marks})", [tuple(one.values()) for one in made]
                )


def test_desk_hub_and_frozen_report_show_the_same(store: Store, clerk: str, counter) -> None:
    hub, engine, books = counter
    make_world(store, clerk)
    report = store.run(
        actions.freeze_report,
        clerk,
        title="2026年报表",
        first_on=YEAR.first,
        last_on=YEAR.last,
        until_on=YEAR.end,
    ).value
    copy_rows(store, engine, books, SCHOOL)
    copy_rows(store, engine, books, OTHER)  # rows of another school must not be counted along
    with store.reading() as session:
        desk = queries.desk_facts(session, YEAR)
        _, frozen = queries.frozen_report(session, report)
    with hub.reading(SCHOOL) as line:
        own = queries.facts(line, hub.table, YEAR, school=SCHOOL, opened=hub.opened)

    for key, kind in FIGURES.items():
        assert (key, counted(own, key).value) == (key, counted(desk, key).value)
        assert {
            by: [(g.label, g.value) for g in groups] for by, groups in split(own, key, kind.splits).items()
        } == {
            by: [(g.label, g.value) for g in groups] for by, groups in split(desk, key, kind.splits).items()
        }
    assert {line.figure: line.value for line in frozen} == {key: counted(own, key).value for key in FIGURES}


def test_all_schools_together_are_split_by_school(store: Store, clerk: str, counter) -> None:
    hub, engine, books = counter
    make_world(store, clerk)
    copy_rows(store, engine, books, SCHOOL)
    with engine.begin() as line:
        school = next(table for table in books.tables if table.name == "school")
        line.execute(
            insert(school).values(id="other", school=OTHER, hub_version=1, hub_entry=1, hub_origin=1)
        )
    with hub.reading() as line:
        every = queries.facts(line, hub.table, YEAR, opened=hub.opened)

    groups = counted(every, "social_training", Breakdown.SCHOOL).groups
    assert every.schools == (SCHOOL, OTHER)
    assert [(group.key, group.value) for group in groups] == [(SCHOOL, 44)]
