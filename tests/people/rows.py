"""Roster rows for tests: a short way to say who is in a file."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.actions import ImportCounts
from kqdesk.rooms.people.queries import ImportPlan
from kqdesk.rooms.people.sheets import RosterPerson
from kqdesk.rooms.people.terms import Decision, IdKind
from kqdesk.store.store import Store

WANG = "330699197503121238"
CHEN = "330698198807230028"


def row(name: str, number: str | None = None, **fields: Any) -> RosterPerson:
    """One row as the reader gives it: sex and birth date follow the number unless said otherwise."""
    known: dict[str, Any] = {}
    if number:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        known = {"id_kind": IdKind.RESIDENT, "id_number": number, "birth_date": born}
        known["sex"] = "1" if int(number[16]) % 2 else "2"
    return RosterPerson(None, 1, name=name, **(known | fields))


def plan_of(store: Store, rows: Sequence[Any]) -> ImportPlan:
    """The plan of an import in a read lane."""
    with store.reading() as session:
        return queries.plan_import(session, rows)


def take(
    store: Store, actor: str, rows: Sequence[Any], decisions: Mapping[int, Decision] | None = None
) -> ImportCounts:
    """Plan and import in one go."""
    plan = plan_of(store, rows)
    return store.run(actions.import_roster, actor, plan=plan, file_name="村.xlsx", decisions=decisions).value


def everybody(store: Store) -> list[dict[str, Any]]:
    """The whole roster as the export gives it."""
    with store.reading() as session:
        return list(queries.roster_export(session))
