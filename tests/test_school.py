"""A home from the first day: made, closed, opened, recovered, refused with one sentence each."""

from pathlib import Path

import pytest

from kqdesk import school as homes
from kqdesk.kernel.errors import NotAllowed, Unreachable, UserError
from kqdesk.kernel.places import home_layout
from kqdesk.rooms.office.actions import add_staff, leave_staff
from kqdesk.rooms.places.actions import add_village
from kqdesk.school import NewSchool, School
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from kqdesk.store import engine
from tests.conftest import NOON, Clock

PASSWORD = "溪南村口老樟树第三棵"
NEW = NewSchool("330603008", "兰亭街道成校", "沈月琴", Role.HEADMASTER, PASSWORD, township_code="330603008")


def make(tmp_path: Path) -> tuple[School, str]:
    return homes.make(tmp_path / "home", NEW, clock=Clock(), profile=CHEAPEST)


def enter(home: Path, password: str = PASSWORD) -> School:
    return homes.open_with_password(home, who="沈月琴", password=password, clock=Clock(), profile=CHEAPEST)


def test_a_new_home_opens_again_with_its_password(tmp_path: Path) -> None:
    made, _ = make(tmp_path)
    made.close()

    again = enter(tmp_path / "home")

    assert (again.staff.name, again.staff.role) == ("沈月琴", Role.HEADMASTER)
    assert again.store.school == "330603008"
    assert [name for _, name in homes.people(tmp_path / "home")] == ["沈月琴"]
    again.close()


def test_the_founding_act_is_not_undone(tmp_path: Path) -> None:
    made, _ = make(tmp_path)

    with pytest.raises(UserError, match="学校是从这一步开始的"):
        made.store.undo(made.staff.id)
    made.close()


def test_a_wrong_password_opens_nothing_and_frees_the_lock(tmp_path: Path) -> None:
    make(tmp_path)[0].close()

    with pytest.raises(NotAllowed, match="密码不对"):
        enter(tmp_path / "home", "不是这一句")

    enter(tmp_path / "home").close()


def test_a_second_start_names_the_window(tmp_path: Path) -> None:
    made, _ = make(tmp_path)

    with pytest.raises(Unreachable, match="正在另一个窗口中打开"):
        enter(tmp_path / "home")
    made.close()


def test_the_printed_code_gives_a_new_password(tmp_path: Path) -> None:
    made, code = make(tmp_path)
    who = made.staff.id
    made.close()

    recovered = homes.recover(
        tmp_path / "home",
        code=code,
        who=who,
        name="沈月琴",
        password="换成了新的一句话，兰亭",
        clock=Clock(),
        profile=CHEAPEST,
    )
    recovered.close()

    enter(tmp_path / "home", "换成了新的一句话，兰亭").close()
    with pytest.raises(NotAllowed):
        enter(tmp_path / "home")


def test_a_leaver_does_not_come_in(tmp_path: Path) -> None:
    made, _ = make(tmp_path)
    other = made.store.run(add_staff, made.staff.id, name="章国平", role=Role.HEADMASTER).value
    made.store.run(leave_staff, other, staff_id=made.staff.id, on=NOON.date())
    made.close()

    with pytest.raises(NotAllowed, match="已停用"):
        enter(tmp_path / "home")


def test_a_weak_password_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    weak = NewSchool("330603008", "兰亭街道成校", "沈月琴", Role.CLERK, "123456")

    with pytest.raises(UserError):
        homes.make(tmp_path / "home", weak, clock=Clock(), profile=CHEAPEST)

    assert not (tmp_path / "home").exists()


def test_the_guard_stands_in_every_home(tmp_path: Path) -> None:
    made, _ = make(tmp_path)
    trainer = made.store.run(add_staff, made.staff.id, name="王老师", role=Role.TRAINER).value

    with pytest.raises(NotAllowed, match="新建村社"):
        made.store.run(add_village, trainer, name="溪南村", township_code="330603008")
    made.close()


def test_a_home_from_a_newer_program_is_refused(tmp_path: Path) -> None:
    made, _ = make(tmp_path)
    raw = engine.connect(made.layout.database, made.key.raw_pragma())
    raw.execute("PRAGMA user_version=99")
    raw.close()
    made.close()

    with pytest.raises(UserError, match="来自更新版本的程序"):
        enter(tmp_path / "home")


def test_a_missing_database_is_named(tmp_path: Path) -> None:
    made, _ = make(tmp_path)
    made.close()
    made.layout.database.unlink()

    with pytest.raises(UserError, match=r"找不到学校的数据文件"):
        enter(tmp_path / "home")


def test_a_damaged_database_never_opens_as_an_empty_school(tmp_path: Path) -> None:
    made, _ = make(tmp_path)
    made.close()
    made.layout.database.write_bytes(b"x" * 8192)

    with pytest.raises(UserError, match="密钥文件与数据库不配套"):
        enter(tmp_path / "home")


def test_the_certificate_key_is_made_once_and_sealed(tmp_path: Path) -> None:
    made, _ = make(tmp_path)

    first, second = made.issuer().public, made.issuer().public

    assert first == second
    assert made.issuer().seed not in (made.layout.vault / "issuer").read_bytes()
    made.close()


def test_a_making_that_fails_leaves_nothing_half_made(tmp_path: Path) -> None:
    nameless = NewSchool("330603008", "", "沈月琴", Role.CLERK, PASSWORD)

    with pytest.raises(UserError):
        homes.make(tmp_path / "home", nameless, clock=Clock(), profile=CHEAPEST)

    assert not home_layout(tmp_path / "home").exists
    make(tmp_path)[0].close()
