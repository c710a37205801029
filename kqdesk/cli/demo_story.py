"""The demo's stage: a township that does not exist, two people who sign in, a clock that only goes forward."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from inspect import signature
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from kqdesk import school
from kqdesk.cli.call import Call
from kqdesk.kernel.progress import Progress
from kqdesk.rooms.office.actions import add_staff, edit_school, record_key
from kqdesk.school import NewSchool, School
from kqdesk.security.keychange import add_person
from kqdesk.security.roles import Role
from kqdesk.security.signing import Signer
from kqdesk.store.store import Outcome

SCHOOL_CODE = TOWNSHIP = "330603008"
SCHOOL_NAME = "柯桥区兰亭街道成人文化技术学校"
CLERK, HEAD = "沈月琴", "章国平"


@dataclass(frozen=True)
class Place:
    """Whose school it is: a township by code and name, the short name people use, the school's code."""

    township: str = TOWNSHIP
    town: str = "兰亭街道"
    stem: str = "兰亭"
    code: str = SCHOOL_CODE

    @property
    def school(self) -> str:
        """The school's name."""
        return f"柯桥区{self.town}成人文化技术学校"

    @property
    def address(self) -> str:
        """Where it is."""
        return f"绍兴市柯桥区{self.town}示例路 1 号"


LANTING = Place()
BEGAN_DAYS_AGO = 120
"""The story begins so many days before today: a term of lessons lies behind it, some lie ahead."""
SLACK = timedelta(minutes=10)
"""The story ends so long before now: nothing in it may look as if it came from the future."""


class StoryClock:
    """The moment the story has come to; ids and the journal are stamped with it. It never passes ``last``."""

    def __init__(self, moment: datetime, last: datetime) -> None:
        self.moment, self.last = moment, last

    def __call__(self) -> datetime:
        """The moment; time passes a little with every look, so that acts keep their order."""
        self.moment += timedelta(microseconds=200)
        return self.moment

    def go_to(self, day: date, hour: int = 9) -> None:
        """On to an hour (UTC+8, from 8) of a day; a moment that has passed stays."""
        self.moment = max(self.moment, min(datetime.combine(day, time(hour - 8), UTC), self.last))


@dataclass
class Lead:
    """A cohort of the story and what later steps need of it."""

    id: str
    title: str
    what: str  # village · factory · senior · …
    person_ids: tuple[str, ...] = ()
    lesson_ids: tuple[str, ...] = ()
    days: tuple[date, ...] = ()


@dataclass
class Story:
    """Everything the steps share. ``facts`` becomes the answer."""

    call: Call
    out: Path
    people: int
    seed: int
    today: date
    clock: StoryClock
    password: str
    school: School
    head: str
    head_signer: Signer
    recovery_code: str
    rng: Random
    progress: Progress
    facts: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    cohorts: list[Lead] = field(default_factory=list)
    classroom_ids: list[tuple[str, str]] = field(default_factory=list)  # (site, classroom)
    trainer_ids: list[str] = field(default_factory=list)
    certificates: list[str] = field(default_factory=list)
    sitting: str = ""
    place: Place = LANTING

    @property
    def clerk(self) -> str:
        """Actor id of 沈月琴."""
        return self.school.staff.id

    def do(self, act: Callable[..., Any], **kw: Any) -> Any:
        """The clerk does something; gives the action's value."""
        return self.run(self.clerk, act, **kw).value

    def approve(self, act: Callable[..., Any], **kw: Any) -> Any:
        """The headmaster does something."""
        return self.run(self.head, act, **kw).value

    def run(self, actor: str, act: Callable[..., Any], **kw: Any) -> Outcome[Any]:
        """Anybody does something: one act, one journal entry; a step of two persons' work with her own signature."""
        if "signer" in signature(act).parameters:
            kw["signer"] = self.head_signer if actor == self.head else self.school.signer
        return self.school.store.run(act, actor, **kw)

    def read(self, query: Callable[..., Any], /, *args: Any, **kw: Any) -> Any:
        """Ask something in a read lane; iterators are read to their end."""
        with self.school.store.reading() as session:
            found = query(session, *args, **kw)
            return list(found) if isinstance(found, Iterator) else found

    def folder(self, name: str) -> Path:
        """``OUT/name``, made."""
        path = self.out / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step of the story, timed and told."""
        began = monotonic()
        yield
        self.seconds[title] = round(monotonic() - began, 2)
        logging.getLogger("kqdesk.cli").info("demo step", extra={"ms": round(self.seconds[title] * 1000)})

    def first_day(self) -> date:
        """The day the story begins."""
        return self.today - timedelta(days=BEGAN_DAYS_AGO)


def open_stage(
    call: Call, home: Path, out: Path, *, people: int, seed: int, password: str, progress: Progress,
    place: Place = LANTING,
) -> Story:  # fmt: skip
    """A new school in ``home`` with the clerk and the headmaster, both with the same password."""
    last = call.clock().astimezone(UTC) - SLACK
    today = last.date()
    clock = StoryClock(datetime.combine(today - timedelta(days=BEGAN_DAYS_AGO), time(0, 30), UTC), last)
    new = NewSchool(
        code=place.code, name=place.school, person=CLERK, role=Role.CLERK, password=password, is_demo=True
    )
    opened, code = school.make(home, new, clock=clock, rng=Random(seed), profile=call.key_profile)
    try:
        head, signer = _second_person(call, opened, password, clock, place)
    except BaseException:
        opened.close()
        raise
    return Story(
        call, out, people, seed, today, clock, password, opened, head, signer, code, Random(seed), progress,
        place=place,
    )  # fmt: skip


def _second_person(
    call: Call, opened: School, password: str, clock: StoryClock, place: Place
) -> tuple[str, Signer]:
    store = opened.store
    head = store.run(add_staff, opened.staff.id, name=HEAD, role=Role.HEADMASTER, sees_full_ids=True).value
    signer = add_person(
        opened.layout.keys,
        key=opened.key,
        who=head,
        name=HEAD,
        password=password,
        now=clock(),
        profile=call.key_profile,
    )
    store.run(record_key, opened.staff.id, staff_id=head, public_key=signer.public.hex())
    store.run(
        edit_school,
        opened.staff.id,
        name=place.school,
        township_code=place.township,
        address=place.address,
        phone="0575-90000001",
        head_name=HEAD,
    )
    return head, signer
