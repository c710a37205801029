"""The counter: what rooms' pages of the hub read and write, with the real sync core behind."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

import kqdesk.schema  # noqa: F401 -- every table
from kqdesk.hub.counter import Counter
from kqdesk.hub.database import embedded
from kqdesk.hub.frame import Frame
from kqdesk.hub.officers import OFFICERS, Officers, Seated
from kqdesk.kernel.errors import UserError
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from kqdesk.store.base import Base
from kqdesk.store.hub_tables import hub_metadata
from kqdesk.sync.books import HubBooks
from kqdesk.sync.cipher import ColumnCipher
from kqdesk.sync.hub import Hub
from kqdesk.sync.register import REGISTER, Register
from tests.conftest import Clock

LANTING = "330603008"


@pytest.fixture
def counter(tmp_path: Path, clock: Clock) -> Iterator[Counter]:
    """A counter over an embedded database with one school."""
    engine = embedded(tmp_path / "hub.db", "x'" + "07" * 32 + "'")
    REGISTER.create_all(engine)
    OFFICERS.create_all(engine)
    books = HubBooks(engine, hub_metadata(Base.metadata), ColumnCipher(b"\x05" * 32))
    books.create()
    register = Register(engine, clock)
    register.add_school(LANTING, "兰亭街道成人学校")
    frame = Frame(Officers(engine, clock, CHEAPEST), clock)
    yield Counter(frame, register, Hub(books, clock, Random(5)), clock, Base.metadata)
    engine.dispose()


@pytest.fixture
def officer(counter: Counter) -> Seated:
    """Somebody of the district."""
    return Seated(counter.frame.officers.put("沈月琴", "兰亭的柳树一共有三百棵", Role.DISTRICT), "")


def test_a_written_row_is_read_with_the_types_of_the_desk_and_its_secrets_are_sealed(
    counter: Counter, officer: Seated
) -> None:
    mao = counter.new_id()
    written = {"name": "王阿毛", "phone": "13588880000", "birth_date": date(1966, 3, 1)}

    counter.write(officer, LANTING, {"person": [{"id": mao, **written}]}, "区里登记一人")

    person = counter.table("person")
    with counter.reading(LANTING) as conn:
        row = conn.execute(sa.select(person).where(person.c.school == LANTING)).one()
        found = conn.execute(
            sa.select(person.c.id).where(person.c.phone == counter.sealed("person", "phone", "13588880000"))
        ).scalar_one()
    assert (found, row.birth_date) == (mao, date(1966, 3, 1))
    assert row.name.startswith("§")
    assert counter.opened("person", "name", row.name) == "王阿毛"


def test_a_row_that_is_there_changes_only_in_the_columns_given(
    counter: Counter, officer: Seated, clock: Clock
) -> None:
    mao = counter.new_id()
    counter.write(officer, LANTING, {"person": [{"id": mao, "name": "王阿毛", "village": "甲村"}]}, "登记")
    clock.forward(seconds=1)  # acts of one moment have no order

    counter.write(officer, LANTING, {"person": [{"id": mao, "village": "乙村"}]}, "改了村")

    person = counter.table("person")
    with counter.reading() as conn:
        name, village = conn.execute(sa.select(person.c.name, person.c.village)).one()
    shown = counter.opened("person", "name", name), counter.opened("person", "village", village)
    assert shown == ("王阿毛", "乙村")
    assert [act.words for act in counter.frame.officers.acts(LANTING)] == ["改了村", "登记"]


def test_a_school_that_is_not_registered_gets_no_rows(counter: Counter, officer: Seated) -> None:
    with pytest.raises(UserError, match="没有代码为 999 的学校"):
        counter.write(officer, "999", {"person": [{"id": "p", "name": "王阿毛"}]}, "登记")
