"""What the window does for the data by itself, and the lines of 工作台 that say what a person must see to."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kqdesk import school as homes
from kqdesk.app.acts import heads_by_room
from kqdesk.app.care import Care, care_lines
from kqdesk.app.window import seat_of
from kqdesk.backup import restoring, shelf
from kqdesk.desk.desk import Desk
from kqdesk.desk.shots import settle
from kqdesk.rooms.office.actions import put_setting
from kqdesk.rooms.safekeeping.queries import last_check
from kqdesk.rooms.safekeeping.terms import CARRY_DAYS
from kqdesk.school import NewSchool, School
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from kqdesk.store import audit, engine
from kqdesk.store.actions import CARDS
from tests.conftest import Clock

PASSWORD = "溪南村口老樟树第三棵"
NEW = NewSchool("330603008", "兰亭街道成校", "沈月琴", Role.HEADMASTER, PASSWORD, township_code="330603008")


@pytest.fixture
def school(tmp_path: Path, clock: Clock) -> Iterator[School]:
    made, _ = homes.make(tmp_path / "school", NEW, clock=clock, profile=CHEAPEST)
    yield made
    made.close()


@pytest.fixture
def desk(qapp, school: School, clock: Clock) -> Iterator[Desk]:
    made = Desk(school.store, seat_of(school, clock, CHEAPEST))
    yield made
    made.close()


@pytest.fixture
def care(desk: Desk, school: School) -> Care:
    return Care(desk, school)


def looked(desk: Desk, care: Care) -> list[str]:
    """The keys of the lines after one look."""
    care.look()
    settle(desk)
    return [line.key.removeprefix("care-") for line in care_lines(desk)]


def entries(school: School) -> list[str]:
    with school.store.reading() as session:
        return [one.label for one in audit.entries(session, audit.entry_ids(session, audit.Wanted()))]


def test_the_first_look_backs_up_drills_and_checks_then_rests(
    qtbot: QtBot, desk, care, school, clock
) -> None:
    first = looked(desk, care)
    done = entries(school)
    clock.forward(minutes=30)
    looked(desk, care)

    assert first == []
    assert done[:2] == ["核对操作记录：全部完好（自动）", "恢复演练：最新的备份能恢复（自动）"]
    assert entries(school) == done, "nothing is due half an hour later"
    assert len(shelf.backups_in(school.layout.backups)) == 1


def test_drill_and_check_come_again_after_a_week(qtbot: QtBot, desk, care, school, clock) -> None:
    looked(desk, care)
    clock.forward(days=7)
    looked(desk, care)

    assert [label.partition("：")[0] for label in entries(school)[:2]] == ["核对操作记录", "恢复演练"]
    assert len(entries(school)) == 5
    with school.store.reading() as session:
        assert last_check(session).at == clock()
    assert shelf.book(school.layout).drilled == clock()


def test_a_backup_that_cannot_be_restored_is_said(qtbot: QtBot, desk, care, school, clock) -> None:
    looked(desk, care)
    [one] = shelf.backups_in(school.layout.backups)
    raw = bytearray(one.path.read_bytes())
    raw[len(raw) // 2] ^= 1
    one.path.write_bytes(raw)
    clock.now = shelf.book(school.layout).drilled + timedelta(days=7)
    school.look_after = lambda: None  # the new backup of that day is not the point here

    lines = looked(desk, care)

    assert "drill" in lines
    line = next(line for line in care_lines(desk) if line.key == "care-drill")
    assert "文件内容已损坏" in line.detail
    assert (line.page, line.context) == ("safekeeping", {"tab": "backups"})


def test_a_changed_row_is_said_once_a_week_at_the_latest(qtbot: QtBot, desk, care, school) -> None:
    raw = engine.connect(school.layout.database, school.key.raw_pragma())
    raw.execute("DROP TRIGGER journal_school_update")
    raw.execute("UPDATE school SET phone='123'")
    raw.close()

    assert "journal" in looked(desk, care)


def test_the_stick_is_asked_for_after_the_schools_own_days(qtbot: QtBot, desk, care, school, clock) -> None:
    at_once = looked(desk, care)
    clock.forward(days=8)
    after = looked(desk, care)
    school.store.run(put_setting, school.staff.id, key=CARRY_DAYS, value=30)
    later = looked(desk, care)

    assert (at_once, after, later) == ([], ["carry"], [])


def test_a_restore_waits_to_be_confirmed(qtbot: QtBot, desk, care, school) -> None:
    looked(desk, care)
    school.layout.restored.write_text(
        '{"made":"2026-03-01T00:00:00+00:00","restored":"x","entries":1}', "utf-8"
    )
    waiting = looked(desk, care)
    restoring.confirm(school.layout)
    desk.changed.emit(frozenset({"backup"}))
    settle(desk)

    assert waiting == ["restored"]
    assert care_lines(desk) == ()


def test_only_those_who_answer_for_the_data_see_the_lines(qtbot: QtBot, desk, care, school, clock) -> None:
    looked(desk, care)
    clock.forward(days=8)
    looked(desk, care)
    seat = desk.seat

    desk.sit(type(seat)(seat.actor_id, "谁", Role.TRAINER.label))

    assert care_lines(desk) == ()


def test_a_locked_desk_is_left_in_peace(qtbot: QtBot, desk, care, school) -> None:
    school.key.wipe()

    care.look()
    care.check()
    settle(desk)

    assert not desk.is_busy


def test_a_demo_school_has_no_care(qtbot: QtBot, desk) -> None:
    assert care_lines(desk) == ()


def test_every_act_belongs_to_a_room_that_can_be_asked_for() -> None:
    heads = dict(heads_by_room())
    offered = {head for labels in heads.values() for head in labels}

    assert {"导入花名册", "查看完整证件号"} <= set(heads["花名册"])
    missing = {card.label for card in CARDS.values() if card.name.split(".")[0] == "safekeeping"} - offered
    assert missing == set()
