"""An update beside an open home: whole, or everything as before with a sentence; one step back while the data allows it."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kqdesk.backup import shelf
from kqdesk.backup.policy import Reason
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.kernel.progress import Quiet
from kqdesk.kernel.resources import migrations_folder
from kqdesk.school import School
from kqdesk.school.updates import Updates, sweep
from kqdesk.security.roles import Role
from kqdesk.store import engine, migrations
from kqdesk.updating import applying, layout
from kqdesk.updating.layout import Pointer
from tests.faults.ground import Ground as FaultGround
from tests.faults.ground import Ticking, enter
from tests.updating.breaking import STEP
from tests.updating.program import NEW, OLD, Place, started


def as_before(place: Place, school: School) -> bool:
    """The old version starts and no draft of a new one lies about."""
    drafts = [path.name for path in place.program.versions.iterdir() if path.name != OLD]
    return started(place.program.root) == OLD and drafts == [] and _version(school) == _known()


def _version(school: School) -> int:
    raw = engine.connect(school.layout.database, school.key.raw_pragma())
    found = int(raw.execute("PRAGMA user_version").fetchone()[0])
    raw.close()
    return found


def _known() -> int:
    return migrations.latest(migrations_folder())


def test_an_update_is_made_after_a_backup_and_starts_next_time(place: Place, school: School) -> None:
    updates = Updates(school, place.known(), low=0)
    file = place.packed(step=STEP)

    release = updates.look(file)
    version = updates.apply(file, Quiet())

    standing = updates.standing()
    assert (release.version, release.notes, release.fits) == (NEW, "点名更快了", "")
    assert version == NEW
    assert started(place.program.root) == NEW
    assert place.program.pointer() == Pointer(NEW, OLD)
    assert (standing.running, standing.next, standing.before) == (OLD, NEW, OLD)
    assert [one.reason for one in shelf.backups_in(school.layout.backups)] == [Reason.UPDATE]
    assert _version(school) == _known(), "the data is migrated by the new version, at its first start"
    assert (place.program.folder(NEW) / "_internal" / "lib.so.6").readlink() == Path("lib.so")


def test_one_click_back(place: Place, school: School) -> None:
    updates = Updates(school, place.known(), low=0)
    updates.apply(place.packed(step=STEP), Quiet())

    version = updates.back()

    assert version == OLD
    assert started(place.program.root) == OLD
    assert place.program.pointer() == Pointer(OLD, NEW)


def test_going_back_after_the_data_was_migrated_names_the_backup(place: Place, school: School) -> None:
    Updates(school, place.known(), low=0).apply(place.packed(step=STEP), Quiet())
    path, key = school.layout.database, school.key.raw_pragma
    steps = applying.database_steps(place.program.folder(NEW))
    keep = school.layout.backups / "old.db"
    school.store.close()
    migrations.bring_up_to_date(path, key, steps, now=Ticking()(), keep=keep)
    backup = shelf.backups_in(school.layout.backups)[0].path.name

    with pytest.raises(UserError, match="打不开现在的数据") as told:
        Updates(school, place.known(NEW), low=0).back()

    assert backup in str(told.value)
    assert started(place.program.root) == NEW


def test_a_home_of_a_newer_version_is_refused_and_untouched(place: Place, school: School) -> None:
    path, key = school.layout.database, school.key.raw_pragma
    steps = place.program.folder(OLD) / "_internal" / "db"
    (steps / f"{_known() + 1:04d}_for_the_test.sql").write_text(STEP, "utf-8")
    home, held = school.layout.home, school.key.reveal()
    school.store.close()
    migrations.bring_up_to_date(path, key, steps, now=Ticking()(), keep=home / "backups" / "old.db")
    school.close()
    before = path.read_bytes()

    with pytest.raises(UserError, match=r"来自更新版本的程序.*请先升级程序再打开；数据没有被改动"):
        enter(FaultGround(home, held, ""))

    assert path.read_bytes() == before


def test_steps_that_do_not_fit_the_data_stop_the_update(place: Place, school: School) -> None:
    updates = Updates(school, place.known(), low=0)

    with pytest.raises(UserError, match="原数据没有被改动"):
        updates.apply(place.packed(step="DELETE FROM village;\n"), Quiet())

    assert started(place.program.root) == OLD
    assert _version(school) == _known()
    assert not list(school.layout.home.glob("*.rehearsing*"))


def test_no_room_stops_the_update_before_anything_is_written(
    place: Place, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil._ntuple_diskusage(1 << 40, 1 << 40, 120 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)

    with pytest.raises(Unreachable, match=r"磁盘只剩 120 MB.*请清理"):
        Updates(school, place.known()).apply(place.packed(), Quiet())

    assert as_before(place, school)


def test_no_room_for_a_copy_of_the_data_is_told(
    school: School, monkeypatch: pytest.MonkeyPatch, place: Place
) -> None:
    full = shutil._ntuple_diskusage(1 << 40, 1 << 40, 120 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)

    with pytest.raises(Unreachable, match=r"磁盘只剩 120 MB.*已保存的内容都在"):
        Updates(school, place.known()).rehearse(place.program.folder(OLD) / "_internal" / "db")


def test_an_antivirus_that_holds_the_folder_is_waited_for(
    place: Place, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, pauses = os.replace, []

    def held(source: Path, target: Path) -> None:
        if Path(target).name == NEW and len(pauses) < 3:
            raise PermissionError(13, "Access is denied")
        real(source, target)

    monkeypatch.setattr(layout.os, "replace", held)
    monkeypatch.setattr(layout.moved, "__defaults__", (pauses.append,))

    Updates(school, place.known(), low=0).apply(place.packed(), Quiet())

    assert pauses == [0.05, 0.1, 0.2]
    assert started(place.program.root) == NEW


def test_one_that_never_lets_go_is_named_and_the_old_version_works(
    place: Place, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(source: Path, target: Path) -> None:
        if "versions" in Path(target).parts:
            raise PermissionError(13, "Access is denied")
        real(source, target)

    real = os.replace
    updates = Updates(school, place.known(), low=0)
    file = place.packed()
    with monkeypatch.context() as patched:
        patched.setattr(layout.os, "replace", held)
        patched.setattr(layout.moved, "__defaults__", (lambda _: None,))
        with pytest.raises(Unreachable, match=r"杀毒软件.*旧版本照常能用"):
            updates.apply(file, Quiet())

    assert started(place.program.root) == OLD
    sweep(place.known())
    assert as_before(place, school)
    assert updates.apply(file, Quiet()) == NEW


def test_a_program_folder_that_cannot_be_written_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    known = place.known()
    file = applying.checked(place.packed(), known.here, known.keys)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", read_only)
        with pytest.raises(UserError, match="只读的或没有写入权限"):
            applying.apply(file, place.program, applying.NO_HOME, low=0)

    assert started(place.program.root) == OLD


def test_a_new_version_damaged_on_the_disk_is_unpacked_again(place: Place, school: School) -> None:
    updates, file = Updates(school, place.known(), low=0), place.packed()
    updates.apply(file, Quiet())
    place.program.point(Pointer(OLD))
    (place.program.folder(NEW) / "_internal" / "lib.so").write_bytes(b"bad")

    updates.apply(file, Quiet())

    assert started(place.program.root) == NEW
    assert (place.program.folder(NEW) / "_internal" / "lib.so").stat().st_size == 4096


def test_the_launcher_falls_back_to_the_version_before(place: Place, school: School) -> None:
    Updates(school, place.known(), low=0).apply(place.packed(), Quiet())

    shutil.rmtree(place.program.folder(NEW))

    assert started(place.program.root) == OLD


def test_only_who_leads_may_update(place: Place, school: School) -> None:
    school.staff = replace(school.staff, role=Role.TRAINER)

    with pytest.raises(UserError, match="升级程序要由校长或教务来做"):
        Updates(school, place.known(), low=0).apply(place.packed(), Quiet())
