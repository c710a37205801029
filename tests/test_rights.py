"""The one authorisation table: every action has a row, every row an action."""

import importlib
import pkgutil
from pathlib import Path

import pytest

from kqdesk import rooms
from kqdesk import school as homes
from kqdesk.kernel.errors import NotAllowed
from kqdesk.rooms.attendance.actions import approve_pay_sheet
from kqdesk.rooms.certificates.actions import approve_certificates
from kqdesk.rooms.dual.actions import post_batch
from kqdesk.rooms.exams.actions import lock_sitting
from kqdesk.rooms.office.actions import activate_pack, add_staff
from kqdesk.school import rights
from kqdesk.school.home import guard
from kqdesk.security import keychange
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from kqdesk.store.actions import CARDS
from kqdesk.store.store import Store
from tests.cli.command import PASSWORD, CommandLine
from tests.cli.conftest import kqdesk, made, roster, school

__all__ = ["kqdesk", "made", "roster", "school"]


def every_action() -> set[str]:
    """Names of all actions of all rooms (test actions aside)."""
    for found in pkgutil.walk_packages(rooms.__path__, "kqdesk.rooms."):
        if ".actions" in found.name:
            importlib.import_module(found.name)
    names = {room.name for room in pkgutil.iter_modules(rooms.__path__)}
    return {name for name in CARDS if name.split(".")[0] in names}


def test_every_action_has_a_row_and_every_row_an_action() -> None:
    actions = every_action()

    assert rights().missing(actions) == set()
    assert rights().actions - actions == set()
    assert len(actions) > 30


@pytest.fixture
def guarded(store: Store, clerk: str, head: str) -> tuple[Store, dict[Role, str]]:
    """A school with somebody in each role, under the guard every home has."""
    store.guard = guard()
    people = {Role.CLERK: clerk, Role.HEADMASTER: head}
    for role in Role:
        if role not in people:
            people[role] = store.run(add_staff, head, name=f"{role.label}某", role=role).value
    return store, people


def test_each_role_may_exactly_what_its_row_says(guarded: tuple[Store, dict[Role, str]]) -> None:
    store, people = guarded
    every_action()

    with store.reading() as session:
        for name in rights().actions:
            refused = set()
            for role, actor in people.items():
                try:
                    store.guard(session, actor, CARDS[name])
                except NotAllowed:
                    refused.add(role)
            assert set(Role) - refused == rights().roles_for(name), name


def test_a_trainer_approves_nothing_by_a_direct_call(guarded: tuple[Store, dict[Role, str]]) -> None:
    store, people = guarded
    every_action()

    for act in (activate_pack, approve_certificates, approve_pay_sheet, lock_sitting, post_batch):
        with pytest.raises(NotAllowed, match="您现在的身份是"):
            store.run(act, people[Role.TRAINER])


def test_a_trainer_is_turned_away_on_the_command_line(school: CommandLine, roster: Path) -> None:
    opened = homes.open_with_password(
        school.home, who="沈月琴", password=PASSWORD, clock=school.clock, profile=CHEAPEST
    )
    trainer = opened.store.run(add_staff, opened.staff.id, name="王老师", role=Role.TRAINER).value
    keychange.add_person(
        opened.layout.keys, key=opened.key, who=trainer, name="王老师", password=PASSWORD, now=school.clock(),
        profile=CHEAPEST,
    )  # fmt: skip
    opened.close()

    ended = school("--user", "王老师", "import", "people", roster)

    assert ended.code == 4
    assert "您现在的身份是" in ended.err
