"""The journal against a model that keeps every whole state: random histories, undo, redo, images, tampering."""

import json
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import sqlcipher3.dbapi2 as driver
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError

from kqdesk.kernel.errors import UserError
from kqdesk.store import engine
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store, columns
from kqdesk.store.undo import image_at, live, next_redo, next_undo
from tests.conftest import KEY, Clock
from tests.figures import figure
from tests.insider import drop_triggers

EXAMPLES = 3000 if os.environ.get("KQDESK_FULL") else 40
IDS = st.sampled_from([c * 32 for c in "abc"])
TEXTS = st.sampled_from([None, "", "x", "王\"\\'娟𠅤", "00123456789012345678"])
NAMES = st.sampled_from(["溪南村", "", "王\"\\'娟𠅤"])
TABLES = ("village", "site")
VILLAGE = "INSERT INTO village(id,school,name,code,is_active) VALUES(?,'s',?,?,1)"
SITE = "INSERT INTO site(id,school,name,village_id,is_active) VALUES(?,'s',?,?,1)"
STATEMENT = st.one_of(
    st.tuples(st.just(VILLAGE), IDS, NAMES, TEXTS),
    st.tuples(st.just(VILLAGE.replace("INSERT", "INSERT OR REPLACE")), IDS, NAMES, TEXTS),
    st.tuples(
        st.just(f"{VILLAGE} ON CONFLICT DO UPDATE SET name=excluded.name,code=excluded.code"),
        IDS,
        NAMES,
        TEXTS,
    ),
    st.tuples(st.just("UPDATE village SET code=?"), TEXTS),
    st.tuples(st.just("UPDATE village SET name=?,code=? WHERE id=?"), NAMES, TEXTS, IDS),
    st.tuples(st.just("DELETE FROM village WHERE id=?"), IDS),
    st.tuples(st.just("DELETE FROM site WHERE id=?"), IDS),
    st.tuples(st.just(f"{SITE} ON CONFLICT DO UPDATE SET village_id=excluded.village_id"), IDS, NAMES, IDS),
    st.tuples(st.just("UPDATE site SET name=? WHERE village_id=?"), NAMES, IDS),
)
STEP = st.one_of(
    st.tuples(st.sampled_from(["act:li", "act:wu"]), st.lists(STATEMENT, min_size=1, max_size=4)),
    st.sampled_from(["undo:li", "redo:li", "undo:wu", "redo:wu"]).map(lambda kind: (kind, [])),
)
World = dict[tuple[str, str], dict[str, Any]]


@action("测试写入")
def _write(w: Writing, *, statements: list[tuple[Any, ...]]) -> None:
    for sql, *values in statements:
        w.session.connection().exec_driver_sql(sql, tuple(values))


def world(store: Store) -> World:
    with store.reading() as session:
        conn = session.connection()
        return {
            (tbl, row_id): live(conn, tbl, columns()[tbl], row_id) or {}
            for tbl in TABLES
            for (row_id,) in conn.exec_driver_sql(f"SELECT id FROM {tbl}").all()
        }


def flat(state: World) -> dict[tuple[str, str, str], Any]:
    return {(*key, col): value for key, row in state.items() for col, value in {**row, "": 1}.items()}


def step_of(store: Store, kind: str, actor: str) -> int | None:
    with store.reading() as session:
        step = (next_undo if kind == "undo" else next_redo)(session.connection(), actor)
    return step.entry_id if step else None


def check_taken_back(states: dict[int, World], target: int, before: World, now: World) -> None:
    """Every field the entry wrote is as it was, and nobody else's later value was touched."""
    was, made = flat(states[target - 1]), flat(states[target])
    old, new = flat(before), flat(now)
    for key in old.keys() | new.keys():
        took_back = old.get(key) == made.get(key) and new.get(key) == was.get(key)
        assert new.get(key) == old.get(key) or took_back
    assert all(new.get(k) == was.get(k) for k in was.keys() | made.keys() if was.get(k) != made.get(k))


def check_images(store: Store, states: dict[int, World]) -> None:
    """Every row after every entry, from before-values and the live row alone."""
    keys = {key for state in states.values() for key in state}
    with store.reading() as session:
        conn = session.connection()
        for entry, state in states.items():
            last = conn.exec_driver_sql(
                "SELECT max(id) FROM journal_change WHERE entry_id<=?", (entry,)
            ).scalar()
            for tbl, row_id in keys:
                now = live(conn, tbl, columns()[tbl], row_id)
                assert image_at(conn, tbl, row_id, last or 0, now) == state.get((tbl, row_id))


def check_tampering(path: Path, store: Store, rng: Random) -> int:
    """An insider with the key and no triggers edits the past, then a live row: both are found."""
    store.close()
    raw = engine.connect(path, KEY)
    drop_triggers(raw)
    raw.execute("PRAGMA foreign_keys=OFF")
    tampers = 0
    past = raw.execute(
        "SELECT id,before FROM journal_change WHERE before IS NOT NULL AND before<>'{}'"
    ).fetchall()
    if past:
        change, before = rng.choice(past)
        forged = json.dumps({**json.loads(before), "name": "forged"})
        raw.execute("UPDATE journal_change SET before=? WHERE id=?", (forged, change))
        assert store.verify_chain() is not None
        raw.execute("UPDATE journal_change SET before=? WHERE id=?", (before, change))
        assert store.verify_chain() is None
        tampers += 1
    live_rows = raw.execute("SELECT 'village',id FROM village UNION SELECT 'site',id FROM site").fetchall()
    if live_rows:
        tbl, row_id = rng.choice(live_rows)
        raw.execute(f"UPDATE {tbl} SET name='tampered' WHERE id=?", (row_id,))
        assert row_id in (store.verify_rows() or "")
        tampers += 1
    raw.close()
    return tampers


def play(store: Store, steps: list[tuple[str, list[tuple[Any, ...]]]]) -> dict[int, World]:
    states = {store.position(): world(store)}
    for what, statements in steps:
        kind, _, actor = what.partition(":")
        before, target = world(store), step_of(store, kind, actor) if kind != "act" else None
        if kind != "act" and target is None:
            continue
        try:
            if kind == "act":
                entry = store.run(_write, actor, statements=statements).entry_id
            else:
                entry = (store.undo if kind == "undo" else store.redo)(actor).entry_id
        except (UserError, DatabaseError):
            assert world(store) == before
            continue
        now = states[entry] = world(store)
        if target is not None:
            check_taken_back(states, target, before, now)
    return states


COUNT = {"histories": 0, "entries": 0, "tampers": 0}


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking a history of databases takes minutes
)
@given(st.lists(STEP, min_size=1, max_size=14), st.integers(0, 2**32))
def _prove(template: Path, steps: list[tuple[str, list[tuple[Any, ...]]]], seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "school.db"
        shutil.copy(template, path)
        store = Store(path, lambda: KEY, clock=Clock(), rng=Random(seed))
        states = play(store, steps)
        check_images(store, states)

        assert store.verify_chain() is None
        assert store.verify_rows() is None
        raw = engine.connect(path, KEY)
        with suppress(driver.IntegrityError):  # 'write outside Store.run', unless there is no row to change
            raw.execute("UPDATE village SET name='outside'")
        raw.close()
        assert store.verify_rows() is None

        COUNT["tampers"] += check_tampering(path, store, Random(seed))
        COUNT["histories"] += 1
        COUNT["entries"] += len(states)
        store.close()


def test_random_histories_undo_redo_and_tampering(template: Path) -> None:
    _prove(template)

    for name, value in COUNT.items():
        figure(f"journal property test: {name}", value, "")
    assert COUNT["tampers"] > 0
    assert COUNT["entries"] > COUNT["histories"], "some acts must go through"
