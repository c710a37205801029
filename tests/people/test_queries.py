"""Finding by any scrap, in the right order and never with an error; lists, cards, likenesses; statements that do not grow."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from kqdesk.cli.bench_people import roster_person
from kqdesk.cli.demo_people import make_people
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.queries import PersonHit
from kqdesk.store.store import Store
from tests.people.rows import CHEN, WANG, row, take

PEOPLE = (
    row("王建国", WANG, phone="15400001234", village="溪南村"),
    row("王建", village="溪北村", phone="16387654321"),
    row("单志明", phone="15411112222", village="兰亭村"),
    row("陈㛃", CHEN, village="溪南村"),
    row("阿依古丽·买买提", village="兰亭村"),
    row("欧阳王建", village="兰亭村"),
    row("John Smith", phone="0575-84561234"),
)


@pytest.fixture
def people(store: Store, clerk: str) -> Store:
    """A store with seven persons."""
    take(store, clerk, PEOPLE)
    return store


def names(store: Store, text: str, limit: int = 50) -> list[str]:
    with store.reading() as session:
        return [hit.name for hit in queries.find(session, text, limit)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王建", ["王建", "王建国", "欧阳王建"]),  # exact, then beginning, then inside
        ("王建国", ["王建国"]),
        ("建国", ["王建国"]),
        ("wangjianguo", ["王建国"]),
        ("WJG", ["王建国"]),
        ("szm", ["单志明"]),
        ("shanzhi", ["单志明"]),
        ("ouyang", ["欧阳王建"]),
        ("㛃", ["陈㛃"]),
        ("买买提", ["阿依古丽·买买提"]),
        ("阿依古丽•买", ["阿依古丽·买买提"]),
        ("ayigl", []),
        ("john", ["John Smith"]),
        ("330699", ["王建国"]),
        ("3306991975", ["王建国"]),
        ("19750312", ["王建国"]),
        ("1238", ["王建国"]),
        ("121238", ["王建国"]),
        ("１２３８", ["王建国"]),
        ("1540000", ["王建国"]),
        ("1234", ["王建国", "John Smith"]),
        ("8765", ["王建"]),
        ("溪南", ["陈㛃", "王建国"]),
        ("王 溪南", ["王建国"]),
        ("溪南 王", ["王建国"]),
        ("王 1234", ["王建国"]),
        ("wj 兰亭", []),
        ("szm 兰亭", ["单志明"]),
        ("王 没有的村", []),
        ("", []),
        ("%", []),
        ('"', []),
        ("' OR 1=1 --", []),
    ],
)
def test_any_scrap_finds(people: Store, text: str, found: list[str]) -> None:
    assert sorted(names(people, text)) == sorted(found)


def test_the_very_thing_comes_before_a_beginning_before_an_inside(people: Store) -> None:
    assert names(people, "王建") == ["王建", "王建国", "欧阳王建"]


def test_numbers_come_masked_and_limit_holds(people: Store) -> None:
    with people.reading() as session:
        (hit,) = queries.find(session, "wjg")
        few = queries.find(session, "王", 1)

    assert hit == PersonHit(
        hit.id, "王建国", "1", date(1975, 3, 12), "330699********1238", "154****1234", "溪南村", None, 0
    )
    assert len(few) == 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=12), st.text("王建国溪wj1234X%_\"'*-() ", max_size=12)))
def test_find_never_raises(people: Store, text: str) -> None:
    with people.reading() as session:
        hits = queries.find(session, text)

    assert len({hit.id for hit in hits}) == len(hits)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 6), begin=st.integers(0, 10), size=st.integers(1, 8))
def test_every_piece_of_a_name_finds_its_person(people: Store, at: int, begin: int, size: int) -> None:
    name = PEOPLE[at].name or ""
    piece = name[begin : begin + size].strip()

    is_found = name in names(people, piece)

    assert is_found or not piece or " " in name or not piece.strip("·")


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Statements sent while the block runs."""
    sent: list[str] = []

    def note(*given: object) -> None:
        sent.append(str(given[2]))

    event.listen(store._readers, "before_cursor_execute", note)
    yield sent
    event.remove(store._readers, "before_cursor_execute", note)


@pytest.mark.parametrize("rows", [3, 7])
def test_statements_do_not_grow_with_rows(store: Store, clerk: str, rows: int) -> None:
    take(store, clerk, PEOPLE[:rows])

    with counted(store) as sent, store.reading() as session:
        queries.find(session, "王")
        queries.find(session, "王 溪南")
        ids = queries.person_ids(session)
        queries.person_page(session, ids)
        queries.plan_import(session, PEOPLE[:rows])

    assert len(sent) == 11  # begin, find 1 and 2, ids, page, plan 5


def test_newest_first_and_sorted_by_village(people: Store) -> None:
    with people.reading() as session:
        newest = queries.person_page(session, queries.person_ids(session))
        by_name = queries.person_page(session, queries.person_ids(session, sort="name", descending=False))

    assert [line.name for line in newest] == [p.name for p in reversed(PEOPLE)]
    assert [line.name for line in by_name][:3] == ["阿依古丽·买买提", "陈㛃", "John Smith"]


def test_likely_the_same_while_typing(people: Store) -> None:
    with people.reading() as session:
        by_number = queries.likely_same(session, name="王", id_number=WANG)
        by_phone = queries.likely_same(session, name="李四", phone="15411112222")
        nobody = queries.likely_same(session, name="李四", phone="15499999999")

    assert [(h.name, h.reason, h.is_certain) for h in by_number] == [("王建国", "证件号相同", True)]
    assert [(h.name, h.reason) for h in by_phone] == [("单志明", "电话相同")]
    assert nobody == []


def test_search_follows_undo_of_an_import(store: Store, clerk: str) -> None:
    take(store, clerk, PEOPLE)
    store.undo(clerk)
    assert names(store, "王建") == []

    store.redo(clerk)
    assert names(store, "1238") == ["王建国"]


def test_search_tables_can_be_made_anew(people: Store) -> None:
    before = [names(people, text) for text in ("建国", "8765", "王建")]

    raw = people._writer.raw_connection()
    for sql in queries.SEARCH_REBUILD:
        raw.cursor().execute(sql)
    raw.commit()
    raw.close()

    assert [names(people, text) for text in ("建国", "8765", "王建")] == before


def test_made_up_people_are_valid_and_import_without_doubt(store: Store, clerk: str) -> None:
    people = make_people(300, seed=4)

    counts = take(store, clerk, [roster_person(n, made) for n, made in enumerate(people)])

    assert people == make_people(300, seed=4)
    assert (counts.created, counts.suspects) == (300, 0)
    assert len({p["id_number"] for p in people if p["id_number"]}) == sum(1 for p in people if p["id_number"])


def test_reader_without_the_right(store: Store, clerk: str) -> None:
    with store.reading() as session:
        assert queries.reader_rights(session, clerk) == queries.Reader(sees_full_ids=False)
    with pytest.raises(TypeError):
        actions.checked({"shoe_size": 42}, today=date(2026, 3, 2))
