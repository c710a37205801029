"""A backup is made, carried away, refused when anything is wrong with it; the next good one is named."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from kqdesk.backup import container, making, shelf
from kqdesk.backup.container import BadBackup
from kqdesk.backup.policy import Reason
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.kernel.places import home_layout
from kqdesk.school import School
from kqdesk.security.keycopies import parse
from kqdesk.security.keyslots import Kind
from tests.backup.conftest import village
from tests.conftest import NOON


def make(school: School, reason: Reason = Reason.MANUAL, hours: int = 0) -> Path:
    now = NOON + timedelta(hours=hours)
    return making.make(school.layout, school.key, reason=reason, now=now).path


def test_it_says_what_it_is_and_proves_it(school: School) -> None:
    path = make(school, Reason.IMPORT)

    found = shelf.prove(path, school.key)

    told = found.manifest
    assert (told.school, told.reason, told.entries) == ("330603008", "import", school.store.position())
    assert (told.counts["village"], told.counts["staff"]) == (3, 1)
    assert [one.title.split(" ", 1)[1][6:] for one in shelf.backups_in(school.layout.backups)] == ["导入之前"]


def test_no_password_opens_it(school: School) -> None:
    found = container.open_whole(make(school))

    header = parse(container.read_part(found, container.KEYS))

    assert {slot.kind for slot in header.slots} == {Kind.RECOVERY}


def test_nothing_of_a_person_can_be_read_in_it(school: School) -> None:
    village(school, "极罕见的村名")

    raw = make(school).read_bytes()

    assert "极罕见的村名".encode() not in raw
    assert "极罕见的村名".encode("utf-16-le") not in raw


def test_it_is_of_one_moment_while_others_write(school: School) -> None:
    first = container.open_whole(make(school)).manifest
    village(school, "新桥村")
    second = container.open_whole(make(school, hours=1)).manifest

    assert (first.counts["village"], second.counts["village"]) == (3, 4)
    assert second.entries == first.entries + 1


def test_without_room_there_is_a_sentence_and_no_half_backup(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(container, "_write_zip", full)

    with pytest.raises(Unreachable, match="磁盘已满"):
        make(school)

    assert [path.name for path in school.layout.backups.iterdir()] == []


def test_a_damaged_database_makes_no_backup(school: School) -> None:
    school.store.integrity()  # everything is in the main file now
    raw = bytearray(school.layout.database.read_bytes())
    raw[4096 * 9 + 50] ^= 1
    school.layout.database.write_bytes(raw)

    with pytest.raises(UserError, match="备份没有做成：学校数据文件有损坏"):
        make(school)

    assert shelf.backups_in(school.layout.backups) == []


def test_a_damaged_one_is_refused_and_the_next_good_one_named(school: School) -> None:
    good, bad = make(school, Reason.DAILY), make(school, hours=2)
    raw = bytearray(bad.read_bytes())
    raw[len(raw) // 2] ^= 4
    bad.write_bytes(raw)

    with pytest.raises(BadBackup, match=rf"内容已损坏.*可以改用「{good.name}」.*每天自动"):
        shelf.verify(bad, school.key, school.layout.backups)

    found = shelf.newest_good(school.layout.backups)
    assert found is not None
    assert found.path == good


def test_a_copy_on_a_stick_is_read_back_and_the_day_noted(school: School, tmp_path: Path) -> None:
    stick = tmp_path / "U盘"
    stick.mkdir()
    path = make(school)

    there = shelf.carry(school.layout, path, stick, NOON)

    assert there.read_bytes() == path.read_bytes()
    assert shelf.book(school.layout).copied == NOON
    with pytest.raises(UserError, match="数据文件夹里面没有用"):
        shelf.carry(school.layout, path, school.layout.home / "logs", NOON)
    with pytest.raises(Unreachable, match="U 盘是否还插着"):
        shelf.carry(school.layout, path, tmp_path / "没有", NOON)


def test_the_drill_notes_its_day(school: School) -> None:
    make(school)

    shelf.drill(school.layout, school.key, NOON)

    assert shelf.book(school.layout).drilled == NOON


def test_tidying_takes_what_the_rules_let_go(school: School) -> None:
    kept = make(school, Reason.HOURLY, hours=-1)
    for hours in (-24 * 10, -24 * 10 - 1):
        make(school, Reason.HOURLY, hours=hours)

    gone = shelf.tidy(school.layout, NOON)

    assert len(gone) == 1
    assert kept in {one.path for one in shelf.backups_in(school.layout.backups)}


def test_sealed_secrets_go_along(school: School, tmp_path: Path) -> None:
    public = school.issuer().public

    found = container.open_whole(make(school))

    container.unpack(found, tmp_path / "out", {"vault/issuer": Path("issuer")})
    assert (tmp_path / "out" / "issuer").read_bytes() == (school.layout.vault / "issuer").read_bytes()
    assert len(public) == 32


def test_a_file_that_is_no_backup_at_all(school: School, home: Path) -> None:
    stray = home_layout(home).backups / "照片.kqbackup"
    shutil.copy(__file__, stray)

    listed = shelf.backups_in(stray.parent)

    assert [one.fault for one in listed] == ["文件不完整，可能没有拷完，或不是本程序的备份"]
