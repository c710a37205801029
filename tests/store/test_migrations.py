"""Steps of the database: tried on a copy, checked, swapped; a newer file is refused."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.resources import migrations_folder
from kqdesk.rooms.places.model import Village
from kqdesk.store import engine, migrations
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.conftest import CLERK, KEY, NOON, Clock
from tests.store.first_tables import schema_of


@action("测试旧村")
def old_village(w: Writing, *, name: str) -> None:
    w.session.add(Village(name=name))


def folder_with(tmp_path: Path, *scripts: str) -> Path:
    folder = tmp_path / "db"
    folder.mkdir()
    (folder / "0001_first_tables.sql").write_text("SELECT 1;\n", "utf-8")
    for number, script in enumerate(scripts, 2):
        (folder / f"{number:04d}_more_villages.sql").write_text(script, "utf-8")
    return folder


def bring(store: Store, folder: Path) -> int | None:
    keep = store.home / "backups" / "old.db"
    return migrations.bring_up_to_date(store.path, lambda: KEY, folder, now=NOON, keep=keep)


def test_running_every_step_gives_the_schema_of_a_new_home(store: Store, tmp_path: Path) -> None:
    raw = engine.connect(tmp_path / "stepped.db", KEY, make=True)
    for step in migrations.steps(migrations_folder()):
        for sql in migrations.split(step.path.read_text("utf-8")):
            raw.execute(sql)
    fresh = engine.connect(store.path, KEY)

    assert sorted(schema_of(raw)) == sorted(schema_of(fresh))
    raw.close()
    fresh.close()


def test_an_old_file_is_migrated_and_the_old_one_kept(store: Store, tmp_path: Path) -> None:
    store.run(old_village, CLERK, name="溪南村")
    store.close()
    script = "ALTER TABLE village ADD COLUMN post_code TEXT;\nUPDATE village SET post_code='312000';\n"

    came_from = bring(store, folder_with(tmp_path, script))

    raw = engine.connect(store.path, KEY)
    assert came_from == 1
    assert raw.execute("SELECT name,post_code FROM village").fetchall() == [("溪南村", "312000")]
    assert raw.execute("PRAGMA user_version").fetchone() == (2,)
    kind, label = raw.execute("SELECT kind,label FROM journal_entry ORDER BY id DESC").fetchone()
    assert (kind, label) == ("migrate", "升级数据：0002_more_villages")
    raw.close()
    again = Store(store.path, lambda: KEY, clock=Clock())
    assert (again.verify_chain(), again.integrity()) == (None, None)
    again.close()
    kept = engine.connect(store.home / "backups" / "old.db", KEY)
    assert kept.execute("PRAGMA user_version").fetchone() == (1,)
    kept.close()


def test_nothing_to_do_leaves_the_file_alone(store: Store, tmp_path: Path) -> None:
    store.close()

    assert bring(store, folder_with(tmp_path)) is None


def test_a_newer_file_is_refused(store: Store, tmp_path: Path) -> None:
    store.close()
    raw = engine.connect(store.path, KEY)
    raw.execute("PRAGMA user_version=9")
    raw.close()

    with pytest.raises(UserError, match="来自更新版本的程序"):
        bring(store, folder_with(tmp_path))


@pytest.mark.parametrize(
    ("script", "failure"),
    [("DELETE FROM village;\n", UserError), ("ALTER TABLE nowhere ADD COLUMN x TEXT;\n", DatabaseError)],
)
def test_a_step_that_loses_rows_or_breaks_leaves_the_old_file(
    store: Store, tmp_path: Path, script: str, failure: type[Exception]
) -> None:
    store.run(old_village, CLERK, name="溪南村")
    store.close()
    before = shutil.copy(store.path, tmp_path / "before.db")

    with pytest.raises(failure):
        bring(store, folder_with(tmp_path, script))

    assert store.path.read_bytes() == Path(before).read_bytes()


def test_names_must_be_telling_and_without_a_gap(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    (folder / "0003_gap.sql").write_text("", "utf-8")

    with pytest.raises(ValueError, match="without a gap"):
        migrations.steps(folder)
