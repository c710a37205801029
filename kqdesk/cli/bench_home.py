"""A home full of made-up people for the benches: built by the real import."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from kqdesk import school
from kqdesk.cli.demo_people import stream_people
from kqdesk.kernel.national_id import IdKind
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.sheets import RosterPerson
from kqdesk.school import NewSchool, School
from kqdesk.security.roles import Role

PASSWORD = "只给测速用的一句话，别处不用"
_BATCH = 20_000


def full_home(home: Path, people: int, *, seed: int = 1, progress: Progress = Quiet()) -> tuple[School, str]:
    """A new home in ``home`` with so many people, open, and its recovery code, which opens it without delay."""
    new = NewSchool(code="330603008", name="测速学校", person="测速", role=Role.CLERK, password=PASSWORD)
    opened, code = school.make(home, new, clock=now, rng=Random(seed))
    rows, done = made_rows(people, seed), 0
    while batch := list(islice(rows, _BATCH)):
        with opened.store.reading() as session:
            plan = queries.plan_import(session, batch)
        opened.store.run(actions.import_roster, opened.staff.id, plan=plan, file_name="测速")
        done += len(batch)
        progress.step(done, people, "装入人员")
    return opened, code


def made_rows(people: int, seed: int) -> Iterator[RosterPerson]:
    """Made-up people as an import would read them."""
    for n, person in enumerate(stream_people(people, seed), 1):
        known: dict[str, Any] = dict(person)
        known["id_kind"] = IdKind(person["id_kind"]) if person["id_kind"] else None
        yield RosterPerson(None, n, **known)


def now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)
