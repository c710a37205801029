"""Small acts on places for tests of sync."""

from typing import Any

from kqdesk.rooms.office.model import Staff
from kqdesk.rooms.people.model import Person, PersonAlias, PersonDocument
from kqdesk.rooms.places.model import Site, Village
from kqdesk.security.roles import Role
from kqdesk.store.actions import Writing, action


@action("测试同步加村")
def add_village(w: Writing, *, name: str, code: str | None = None) -> str:
    row = Village(name=name, code=code)
    w.session.add(row)
    w.session.flush()
    return row.id


@action("测试同步改村")
def change_village(w: Writing, *, row_id: str, **values: Any) -> None:
    row = w.session.get_one(Village, row_id)
    for name, value in values.items():
        setattr(row, name, value)


@action("测试同步删村")
def drop_village(w: Writing, *, row_id: str) -> None:
    w.session.delete(w.session.get_one(Village, row_id))


@action("测试同步加点")
def add_site(w: Writing, *, village_id: str) -> str:
    row = Site(name="礼堂", village_id=village_id)
    w.session.add(row)
    w.session.flush()
    return row.id


@action("测试同步加人")
def add_person(w: Writing, *, row_id: str, name: str, id_number: str | None = None) -> None:
    w.session.add(Person(id=row_id, name=name, id_number=id_number))


@action("测试同步改某人")
def edit_person(w: Writing, *, row_id: str, **values: Any) -> None:
    person = w.session.get_one(Person, row_id)
    for name, value in values.items():
        setattr(person, name, value)


@action("测试同步加号码")
def add_document(w: Writing, *, person_id: str, number: str) -> str:
    row = PersonDocument(person_id=person_id, kind="01", number=number)
    w.session.add(row)
    w.session.flush()
    return row.id


@action("测试同步合并")
def merge_persons(w: Writing, *, loser: str, winner: str) -> None:
    who = Staff(id=w.actor, name="沈月琴", role=Role.CLERK)
    if w.session.get(Staff, w.actor) is None:
        w.session.add(who)
    w.session.add(
        PersonAlias(
            loser_id=loser,
            winner_id=winner,
            reason="同一人",
            loser_state="here",
            before={},
            moved={},
            merged_at=w.now,
            merged_by=w.actor,
        )
    )


@action("测试同步加多村")
def add_villages(w: Writing, *, count: int) -> list[str]:
    rows = [Village(name=f"村{n}") for n in range(count)]
    w.session.add_all(rows)
    w.session.flush()
    return [row.id for row in rows]


@action("测试同步删多村")
def drop_villages(w: Writing, *, ids: list[str]) -> None:
    for row_id in ids:
        w.session.delete(w.session.get_one(Village, row_id))


@action("测试同步抹去", final="不能恢复", erases=True)
def erase_person(w: Writing, *, row_id: str, name: str) -> None:
    w.session.delete(w.session.get_one(Person, row_id))
    w.erase([("person", row_id)], [name])
