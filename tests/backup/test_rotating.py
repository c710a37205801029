"""Another data key for the whole home: the old one opens nothing any more, nothing is lost, and the papers say so."""

from pathlib import Path

import pytest

from kqdesk import school as homes
from kqdesk.backup import entrance, rotating, shelf
from kqdesk.backup.entrance import Way
from kqdesk.backup.policy import Reason
from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.office.actions import add_staff
from kqdesk.rooms.office.actions.care import rotate_data_key
from kqdesk.school import School, rotate_key
from kqdesk.security.datakey import DataKey
from kqdesk.security.doorkeeper import Doorkeeper
from kqdesk.security.file_keys import FileKeys, id_of
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from kqdesk.store import engine
from tests.backup.conftest import PASSWORD, WHO, enter, village, villages
from tests.conftest import Clock

OTHERS = "另外一位自己的一句话"


def turn(school: School) -> homes.NewKey:
    return rotate_key(school, password=PASSWORD, profile=CHEAPEST)


def labels(school: School) -> list[str]:
    with school.store.reading() as session:
        return list(
            session.connection().exec_driver_sql("SELECT label FROM journal_entry ORDER BY id").scalars()
        )


def colleague(school: School) -> str:
    """A second person who can sign in."""
    made = school.store.run(add_staff, school.staff.id, name="章国平", role=Role.CLERK).value
    Doorkeeper(school.layout.keys, school.key, Clock(), CHEAPEST).give(made, "章国平", OTHERS)
    return made


def test_everything_is_there_under_the_new_key_and_nothing_opens_with_the_old(home: Path) -> None:
    school = enter(home)
    old = DataKey(school.key.reveal())
    photo, signer = school.attachments.keep(b"a photo"), school.issuer().public

    turned = turn(school)

    village(school, "新桥村")
    assert (villages(school), school.attachments.read(photo), school.issuer().public) == (
        4,
        b"a photo",
        signer,
    )
    school.close()
    with pytest.raises(UserError, match="打不开"):
        engine.connect(school.layout.database, old.raw_pragma())
    again = enter(home)
    assert (villages(again), again.notices, turned.dropped) == (4, (), ())
    assert again.store.verify_chain() is None
    assert again.store.integrity() is None
    assert labels(again)[-2:] == ["更换数据密钥", "新建村社：新桥村"]
    again.close()


def test_the_old_sheet_opens_nothing_the_new_one_does(home: Path, code: str) -> None:
    school = enter(home)
    turned = turn(school)
    school.close()

    with pytest.raises(NotAllowed, match="恢复码没有输错，但打不开"):
        homes.open_with_recovery(home, code=code, clock=Clock())

    homes.open_with_recovery(home, code=turned.recovery_code, clock=Clock()).close()


def test_a_colleague_who_was_not_there_is_named_and_asked_to_come_again(home: Path) -> None:
    school = enter(home)
    colleague(school)

    turned = turn(school)
    school.close()

    assert turned.dropped == ("章国平",)
    with pytest.raises(NotAllowed, match="密码不对"):
        homes.open_with_password(home, who="章国平", password=OTHERS, clock=Clock(), profile=CHEAPEST)


def test_only_the_headmaster_with_the_right_password(home: Path) -> None:
    school = enter(home)
    clerk = colleague(school)
    with pytest.raises(NotAllowed, match="密码不对"):
        rotate_key(school, password="不是这一句", profile=CHEAPEST)
    seated = homes.unlock(school, who=clerk, password=OTHERS, profile=CHEAPEST)

    with pytest.raises(NotAllowed, match="更换数据密钥"):
        rotate_key(seated, password=OTHERS, profile=CHEAPEST)

    village(school, "新桥村")  # and the school goes on as it was
    with pytest.raises(NotAllowed):
        school.store.run(rotate_data_key, clerk)
    seated.close()


def test_older_backups_are_named_and_still_open_with_the_older_sheet(home: Path, code: str) -> None:
    school = enter(home)
    photo = school.attachments.keep(b"a photo")
    before = school.back_up(Reason.MANUAL).path
    turned = turn(school)
    school.attachments.forget([photo])
    kept = [one.path for one in shelf.backups_in(school.layout.backups)]
    school.close()

    entrance.restore(home, before, Way(WHO, PASSWORD, code), clock=Clock(), profile=CHEAPEST)

    assert turned.older == (before,)
    assert (before in kept, len(kept)) == (True, 2)
    again = enter(home)
    assert (villages(again), again.attachments.read(photo)) == (3, b"a photo")
    again.close()


def test_photos_are_sealed_anew_and_a_former_key_still_reads(home: Path) -> None:
    school = enter(home)
    photo = school.attachments.keep(b"a photo")
    path = school.attachments.path_of(photo)
    sealed = path.read_bytes()
    turn(school)

    resealed = path.read_bytes()
    path.write_bytes(sealed)  # as a backup made before would bring it back

    assert sealed[:8] != resealed[:8]
    assert school.attachments.read(photo) == b"a photo"
    assert (school.reseal_files(), school.reseal_files()) == (1, 0)
    school.close()


def test_a_file_key_lost_is_said_and_never_replaced_in_silence(home: Path) -> None:
    school = enter(home)
    photo = school.attachments.keep(b"a photo")
    school.close()
    (home / "vault" / "files").unlink()

    again = enter(home)

    with pytest.raises(UserError, match="vault/files 不见了"):
        again.attachments.read(photo)
    again.close()


def test_another_program_that_holds_the_database_stops_it_with_nothing_changed(home: Path) -> None:
    school = enter(home)
    other = engine.connect(school.layout.database, school.key.raw_pragma())
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM village").fetchone()
    village(school, "新桥村")

    with pytest.raises(UserError, match="还有别的程序在用"):
        turn(school)

    other.execute("COMMIT")
    other.close()
    assert villages(school) == 4
    assert sorted(path.name for path in home.glob("*.next")) == []
    school.close()
    enter(home).close()


def test_settling_again_is_harmless(home: Path) -> None:
    school = enter(home)
    turn(school)

    for _ in range(2):
        rotating.settle(school.layout, school.key, school.store.home_id)

    village(school, "新桥村")
    school.close()
    enter(home).close()


def test_a_ring_keeps_former_keys_and_takes_another_homes_in() -> None:
    first = FileKeys.fresh()
    second, other = first.renewed(), first.renewed()

    both = second.united(other)

    assert both.keys == (second.keys[0], first.keys[0], other.keys[0])
    assert both.by_id(id_of(other.keys[0])) == other.keys[0]
    assert both.by_id(b"none") is None
    assert FileKeys.decode(both.encode()) == both
