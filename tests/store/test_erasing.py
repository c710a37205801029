"""Erasing by law: the contents are gone from file and journal, the chain still verifies, undo says why not."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as driver
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kqdesk.kernel.errors import UserError
from kqdesk.store import engine
from kqdesk.store.actions import Writing, action
from kqdesk.store.history import sentences
from kqdesk.store.store import Store
from kqdesk.store.undo import ERASED
from tests.conftest import KEY, Clock, new_store
from tests.insider import drop_triggers
from tests.store.test_property import IDS, STATEMENT

EXAMPLES = 400 if os.environ.get("KQDESK_FULL") else 15
FINAL = "已按规定删除，不能撤销。"
A, B = "a" * 32, "b" * 32
SECRET = "杨家畈村独一无二"


@action("测试立村")
def add(w: Writing, *, village_id: str, name: str, code: str = "001") -> None:
    w.session.connection().exec_driver_sql(
        "INSERT INTO village(id,school,name,code,is_active) VALUES(?,'s',?,?,1)", (village_id, name, code)
    )
    w.note(name)


@action("测试改村名")
def rename(w: Writing, *, village_id: str, name: str) -> None:
    w.session.connection().exec_driver_sql("UPDATE village SET name=? WHERE id=?", (name, village_id))
    w.note(name)


@action("测试看村", looks=True)
def look(w: Writing, *, name: str) -> None:
    w.note(name)


@action("测试抹除语句")
def write(w: Writing, *, statements: list[tuple[Any, ...]]) -> None:
    for sql, *values in statements:
        w.session.connection().exec_driver_sql(sql, tuple(values))


@action("测试抹除", final=FINAL, erases=True)
def erase(w: Writing, *, village_ids: list[str], words: tuple[str, ...] = (), blank: bool = False) -> None:
    conn = w.session.connection()
    for village_id in village_ids:
        if blank:
            conn.exec_driver_sql("UPDATE village SET name='',code=NULL WHERE id=?", (village_id,))
        else:
            conn.exec_driver_sql("UPDATE site SET village_id=NULL WHERE village_id=?", (village_id,))
            conn.exec_driver_sql("DELETE FROM village WHERE id=?", (village_id,))
    w.erase((("village", village_id) for village_id in village_ids), words)


def everything(store: Store) -> str:
    """Every text the file holds in journal and tables."""
    raw = engine.connect(store.path, KEY)
    names = [
        row[0]
        for row in raw.execute(
            "SELECT name FROM sqlite_master WHERE type='table' AND sql NOT LIKE '%VIRTUAL%'"
        )
    ]
    found = " ".join(str(row) for name in names for row in raw.execute(f'SELECT * FROM "{name}"').fetchall())
    raw.close()
    return found


def labels(store: Store) -> list[str]:
    with store.reading() as session:
        return list(
            session.connection().exec_driver_sql("SELECT label FROM journal_entry ORDER BY id").scalars()
        )


def test_what_was_erased_is_nowhere_and_the_chain_holds(store: Store):
    store.run(add, "li", village_id=A, name=SECRET)
    store.run(rename, "li", village_id=A, name=SECRET + "二")
    store.run(add, "li", village_id=B, name="别的村")
    store.run(look, "wu", name=SECRET)

    outcome = store.run(erase, "li", village_ids=[A], words=(SECRET,))

    assert SECRET not in everything(store)
    assert (store.verify_chain(), store.verify_rows()) == (None, None)
    assert outcome.tables == {"village"}
    assert labels(store)[-5:] == [
        "测试立村：内容已按规定删除", "测试改村名：内容已按规定删除", "测试立村：别的村", "测试看村：内容已按规定删除", "测试抹除",
    ]  # fmt: skip


def test_a_row_that_stays_keeps_only_what_is_left_of_it(store: Store):
    store.run(add, "li", village_id=A, name=SECRET)
    store.run(rename, "li", village_id=A, name=SECRET + "二")

    store.run(erase, "li", village_ids=[A], words=(SECRET,), blank=True)

    assert SECRET not in everything(store)
    assert (store.verify_chain(), store.verify_rows()) == (None, None)
    told = sentences(store.history("village", A), {})
    assert [line.split(" ", 3)[3] for line in told] == [
        "测试抹除（村社：内容已按规定删除）", "测试改村名：内容已按规定删除（村社：内容已按规定删除）",
        "测试立村：内容已按规定删除（新增村社）",
    ]  # fmt: skip


def test_undo_stops_at_an_erasure_and_what_it_took_never_comes_back(store: Store):
    store.run(add, "li", village_id=A, name=SECRET)
    store.run(rename, "wu", village_id=A, name=SECRET + "二")

    store.run(erase, "li", village_ids=[A])

    with pytest.raises(UserError, match=FINAL):
        store.undo("li")
    with pytest.raises(UserError, match=ERASED):
        store.undo("wu")
    with pytest.raises(UserError):
        store.redo("li")
    assert store.verify_chain() is None


def test_work_goes_on_after_an_erasure(store: Store):
    store.run(add, "li", village_id=A, name=SECRET)
    store.run(erase, "li", village_ids=[A], blank=True)
    store.run(rename, "li", village_id=A, name="新名")

    store.undo("li")

    with store.reading() as session:
        name = session.connection().exec_driver_sql("SELECT name FROM village WHERE id=?", (A,)).scalar()
    assert name == ""
    assert (store.verify_chain(), store.verify_rows()) == (None, None)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_change SET before='mac:00' WHERE before IS NOT NULL",
        "UPDATE journal_change SET before='{}' WHERE before LIKE 'mac:%'",
        "UPDATE journal_entry SET label='改掉' WHERE label_hash IS NULL",
        "UPDATE journal_entry SET label_hash='00'",
    ],
)
def test_only_an_erasure_may_touch_sealed_entries(store: Store, sql: str):
    store.run(add, "li", village_id=A, name=SECRET)
    store.run(erase, "li", village_ids=[A], words=(SECRET,))

    with pytest.raises(Exception, match="sealed"):
        store.run(write, "li", statements=[(sql,)])

    assert store.verify_chain() is None


@pytest.mark.parametrize(
    ("sql", "entry"),
    [
        ("UPDATE journal_entry SET label='测试立村：冒名' WHERE label LIKE '测试立村：%'", "测试立村"),
        ("UPDATE journal_entry SET label='别的：内容已按规定删除' WHERE label LIKE '测试立村：%'", "别的"),
        ("UPDATE journal_entry SET label_hash='ab' WHERE label LIKE '测试立村：%'", "测试立村"),
        (
            "UPDATE journal_entry SET at='2020-01-01T00:00:00.000+00:00' WHERE label LIKE '测试立村：%'",
            "测试立村",
        ),
        (
            "UPDATE journal_change SET before='mac:' || hex(zeroblob(16)) WHERE before LIKE 'mac:%'",
            "测试抹除",
        ),
    ],
)
def test_an_erased_entry_that_is_forged_is_found(store: Store, sql: str, entry: str):
    store.run(add, "li", village_id=A, name=SECRET)
    store.run(erase, "li", village_ids=[A], words=(SECRET,))
    raw = engine.connect(store.path, KEY)
    drop_triggers(raw)

    raw.execute(sql)

    number = raw.execute("SELECT id FROM journal_entry WHERE label LIKE ?", (entry + "%",)).fetchone()[0]
    raw.close()
    assert f"第 {number} 条" in (store.verify_chain() or "")


STEP = st.one_of(
    st.tuples(st.sampled_from(["act:li", "act:wu"]), st.lists(STATEMENT, min_size=1, max_size=3)),
    st.sampled_from(["undo:li", "redo:li", "undo:wu", "redo:wu"]).map(lambda kind: (kind, [])),
    st.tuples(st.sampled_from(["erase:li", "blank:wu"]), st.lists(IDS, min_size=1, max_size=2, unique=True)),
)


def replayed(store: Store) -> dict[str, tuple[str | None, ...]]:
    """What another station holds that took every touched row once, newest form, tombstones included."""
    raw = engine.connect(store.path, KEY)
    touched = {row[0] for row in raw.execute("SELECT row_id FROM journal_change WHERE tbl='village'")}
    live = {row[0]: row[1:] for row in raw.execute("SELECT id,name,code FROM village")}
    raw.close()
    return {row_id: live[row_id] for row_id in touched if row_id in live}


@settings(
    max_examples=EXAMPLES, deadline=None, phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(STEP, max_size=12))
def test_any_history_with_erasures_verifies_and_never_gives_back(steps: list[tuple[str, Any]]):
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder) / "school.db", Clock())
        gone: set[str] = set()
        for kind, given_values in steps:
            what, actor = kind.split(":")
            with suppress(UserError, driver.DatabaseError, Exception):
                if what == "act":
                    store.run(write, actor, statements=given_values)
                elif what in ("erase", "blank"):
                    store.run(erase, actor, village_ids=given_values, blank=what == "blank")
                    gone = {row for row in given_values if what == "erase"} | gone
                else:
                    getattr(store, what)(actor)
            assert (store.verify_chain(), store.verify_rows()) == (None, None)
        raw = engine.connect(store.path, KEY)
        erased = raw.execute(
            "SELECT c.row_id,c.before FROM journal_change c WHERE c.before IS NOT NULL AND EXISTS(SELECT 1 FROM"
            " journal_change x JOIN journal_entry e ON e.id=x.entry_id WHERE e.kind='erase' AND x.tbl='village'"
            " AND x.tbl=c.tbl AND x.row_id=c.row_id AND x.id>=c.id)"
        ).fetchall()
        live = {row[0]: row[1:] for row in raw.execute("SELECT id,name,code FROM village")}
        raw.close()
        assert [before for _, before in erased if not before.startswith("mac:")] == []
        assert replayed(store) == live
        store.close()
