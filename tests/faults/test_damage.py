"""Damaged backups are refused, tampered rows and entries are found and named."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kqdesk.backup import container, shelf
from kqdesk.backup.container import BadBackup
from kqdesk.backup.policy import Reason
from kqdesk.kernel.places import home_layout
from kqdesk.security.datakey import DataKey
from kqdesk.store import engine
from kqdesk.store.head import HeadFile, Standing, compare
from tests.faults.ground import Ground, enter, make_ground, open_store
from tests.faults.tools import size
from tests.figures import figure
from tests.insider import drop_triggers


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A home with fifty acts and two backups."""
    made = make_ground(tmp_path_factory.mktemp("ground") / "home", acts=50)
    school = enter(made)
    school.back_up(Reason.DAILY)
    school.back_up(Reason.MANUAL)
    school.close()
    return made


# --- backups ------------------------------------------------------------------------------------------------------------


def flip(raw: bytearray, rng: Random) -> bytearray:
    raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
    return raw


def cut(raw: bytearray, rng: Random) -> bytearray:
    return raw[: rng.randrange(len(raw))]


def blank(raw: bytearray, rng: Random) -> bytearray:
    at = rng.randrange(len(raw) - 4096)
    raw[at : at + 4096] = bytes(4096) if any(raw[at : at + 4096]) else b"\1" * 4096
    return raw


def lengthen(raw: bytearray, rng: Random) -> bytearray:
    return raw + bytes(rng.randrange(1, 5000))


def swap(raw: bytearray, rng: Random) -> bytearray:
    a, b = sorted(rng.sample(range(1, len(raw) // 4096), 2))
    first, second = raw[a * 4096 : a * 4096 + 4096], raw[b * 4096 : b * 4096 + 4096]
    raw[a * 4096 : a * 4096 + 4096], raw[b * 4096 : b * 4096 + len(second)] = (
        second.ljust(4096, b"\0"),
        first[: len(second)],
    )
    return raw


def test_every_damaged_backup_is_refused_and_another_named(ground: Ground, tmp_path: Path) -> None:
    rng, shelved = Random(9), tmp_path / "backups"
    shutil.copytree(ground.home / "backups", shelved)
    good, bad = [one.path for one in shelf.backups_in(shelved)]
    whole = bad.read_bytes()
    kinds = (flip, flip, cut, blank, lengthen, swap)
    said = []
    for n in range(size(30, 500)):
        bad.write_bytes(kinds[n % len(kinds)](bytearray(whole), rng))
        with pytest.raises(BadBackup) as refused:
            shelf.verify(bad, DataKey(ground.key), shelved)
        said.append(str(refused.value))

    bad.write_bytes(whole)

    assert all(f"可以改用「{good.name}」" in sentence for sentence in said)
    assert shelf.verify(bad, DataKey(ground.key), shelved) == container.open_whole(bad)
    figure("damaged backups refused", len(said), "files")


# --- rows and journal -----------------------------------------------------------------------------------------------------

Tamper = Callable[[Any, Random], tuple[str, Any]]
"""Changes an open database behind the program's back; gives what must be named: ("entry", number) or ("row", id)."""


def some(raw: Any, sql: str, rng: Random) -> Any:
    return rng.choice(raw.execute(sql).fetchall())


def a_value(raw: Any, rng: Random) -> tuple[str, Any]:
    table, column = rng.choice(
        (("village", "name"), ("person", "name"), ("staff", "role"), ("village", "code"))
    )
    row = some(raw, f"SELECT id FROM {table}", rng)[0]
    raw.execute(f"UPDATE {table} SET {column}=coalesce({column},'')||'改' WHERE id=?", (row,))
    return "row", row


def a_row_gone(raw: Any, rng: Random) -> tuple[str, Any]:
    table = rng.choice(("village", "person"))
    row = some(raw, f"SELECT id FROM {table}", rng)[0]
    raw.execute(f"DELETE FROM {table} WHERE id=?", (row,))
    return "row", row


def a_row_more(raw: Any, rng: Random) -> tuple[str, Any]:
    row = f"{rng.getrandbits(128):032x}"
    raw.execute("INSERT INTO village(id,school,name,is_active) VALUES(?,'330603008','多出来的村',1)", (row,))
    return "row", row


def an_entry(raw: Any, rng: Random) -> tuple[str, Any]:
    number = some(raw, "SELECT id FROM journal_entry", rng)[0]
    column = rng.choice(("label", "actor", "at", "station", "kind"))
    raw.execute(f"UPDATE journal_entry SET {column}={column}||'x' WHERE id=?", (number,))
    return "entry", number


def an_entry_gone(raw: Any, rng: Random) -> tuple[str, Any]:
    number = some(raw, "SELECT id FROM journal_entry WHERE id<(SELECT max(id) FROM journal_entry)", rng)[0]
    raw.execute("DELETE FROM journal_change WHERE entry_id=?", (number,))
    raw.execute("DELETE FROM journal_entry WHERE id=?", (number,))
    return "entry", number


def a_change(raw: Any, rng: Random) -> tuple[str, Any]:
    change, number = some(raw, "SELECT id,entry_id FROM journal_change", rng)
    column = rng.choice(("row_id", "before", "tbl"))
    raw.execute(f"UPDATE journal_change SET {column}=coalesce({column},'')||'x' WHERE id=?", (change,))
    return "entry", number


def a_change_gone(raw: Any, rng: Random) -> tuple[str, Any]:
    change, number = some(raw, "SELECT id,entry_id FROM journal_change", rng)
    raw.execute("DELETE FROM journal_change WHERE id=?", (change,))
    return "entry", number


def the_last_entries_gone(raw: Any, rng: Random) -> tuple[str, Any]:
    newest = raw.execute("SELECT max(id) FROM journal_entry").fetchone()[0]
    kept = newest - rng.randrange(1, 5)
    raw.execute("DELETE FROM journal_change WHERE entry_id>?", (kept,))
    raw.execute("DELETE FROM journal_entry WHERE id>?", (kept,))
    return "head", newest


TAMPERS: tuple[Tamper, ...] = (
    a_value, a_row_gone, a_row_more, an_entry, an_entry_gone, a_change, a_change_gone, the_last_entries_gone,
)  # fmt: skip


def tampered(ground: Ground, folder: Path, tamper: Tamper, rng: Random) -> tuple[Ground, tuple[str, Any]]:
    """A copy of the home's database and head, changed with all triggers taken off."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("school.db", "kqdesk.head"):
        shutil.copy(ground.home / name, folder / name)
    with closing(engine.connect(folder / "school.db", DataKey(ground.key).raw_pragma())) as raw:
        raw.execute("PRAGMA foreign_keys=0")
        drop_triggers(raw)
        raw.execute("BEGIN")  # one transaction, or every statement waits for the disk
        expected = tamper(raw, rng)
        raw.execute("COMMIT")
    return Ground(folder, ground.key, ""), expected


def findings(ground: Ground) -> Iterator[str]:
    """What start and doctor say."""
    layout, key = home_layout(ground.home), DataKey(ground.key)
    with closing(engine.connect(layout.database, key.raw_pragma())) as raw:
        home_id = raw.execute("SELECT value FROM home_fact WHERE key='home_id'").fetchone()[0]
        found = compare(raw, HeadFile(layout.head, key.subkey("mac"), home_id).read())
    if found.standing is Standing.BEHIND:
        yield found.sentence
    store = open_store(ground)
    yield from filter(None, (store.verify_chain(), store.verify_rows()))
    store.close()


def test_every_tampering_is_found_and_named(ground: Ground, scratch: str) -> None:
    rng, count = Random(21), size(60, 1000)
    missed = []
    for n in range(count):
        tamper = TAMPERS[n % len(TAMPERS)]
        changed, (kind, name) = tampered(ground, Path(scratch) / "home", tamper, rng)
        wanted = {"entry": f"第 {name} 条", "row": f"（{name}）", "head": f"上次保存到第 {name} 步"}[kind]
        if not any(wanted in sentence for sentence in findings(changed)):
            missed.append((tamper.__name__, name))

    assert missed == []
    assert list(findings(ground)) == []
    figure("tampers found and named", count, "tampers")
