"""The same protocol on a stick, by the commands a village school and the district use."""

from pathlib import Path

import pytest

from kqdesk.cli.frame import main
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Quiet
from kqdesk.rooms.people.actions import edit_person
from kqdesk.security.kdf import CHEAPEST
from tests.conftest import Clock
from tests.sync_desk.homes import Pc
from tests.sync_desk.hubs import SCHOOL, LiveHub


def carried(pc: Pc, hub: LiveHub, tmp_path: Path) -> Path:
    """Written at the PC, answered at the hub by its command; the file that comes back."""
    up, down = tmp_path / "up.kqpacket", tmp_path / "down.kqpacket"
    pc.syncing.write_packet(up, Quiet())
    code = main(
        ["--home", str(hub.opened.home.home), "hub", "packet", str(up), "--out", str(down)],
        environ={}, clock=hub.opened.clock, profile=CHEAPEST,
    )  # fmt: skip
    assert code == 0
    return down


def test_edits_go_out_and_others_come_in_by_a_stick(
    first: Pc, second: Pc, mao: str, hub: LiveHub, tmp_path: Path
) -> None:
    second.sync()
    second.act(edit_person, person_id=mao, changes={"village": "谢坞村"})
    second.sync()
    first.act(edit_person, person_id=mao, changes={"phone": "13988887777"})

    down = carried(first, hub, tmp_path)
    before = first.syncing.numbers().unsent
    told = first.syncing.read_packet(down, Quiet())
    second.sync()

    assert (before > 0, first.syncing.numbers().unsent) == (True, 0)
    assert told.received > 0
    for pc in (first, second):
        assert (pc.person(mao).village, pc.person(mao).phone, pc.faults()) == (
            "谢坞村",
            "13988887777",
            (None, None),
        )


def test_a_packet_that_never_came_back_is_sent_again_and_counts_once(
    first: Pc, second: Pc, mao: str, hub: LiveHub, tmp_path: Path
) -> None:
    first.act(edit_person, person_id=mao, changes={"village": "谢坞村"})
    carried(first, hub, tmp_path)  # lost on the way back

    told = first.sync()
    second.sync()

    assert (told.conflicts, first.syncing.numbers().unsent, second.person(mao).village) == (0, 0, "谢坞村")


def test_what_was_typed_meanwhile_goes_next_time(
    first: Pc, second: Pc, mao: str, hub: LiveHub, tmp_path: Path
) -> None:
    first.act(edit_person, person_id=mao, changes={"village": "甲村"})
    down = carried(first, hub, tmp_path)
    first.act(edit_person, person_id=mao, changes={"village": "乙村"})

    first.syncing.read_packet(down, Quiet())
    left = first.syncing.numbers().unsent
    first.sync()
    second.sync()

    assert (left, second.person(mao).village, second.conflicts()) == (1, "乙村", [])


def test_reading_the_same_answer_twice_changes_nothing(
    first: Pc, second: Pc, mao: str, hub: LiveHub, tmp_path: Path
) -> None:
    first.act(edit_person, person_id=mao, changes={"village": "谢坞村"})
    down = carried(first, hub, tmp_path)
    first.syncing.read_packet(down, Quiet())

    told = first.syncing.read_packet(down, Quiet())

    assert (told.sent, told.received, first.faults()) == (0, 0, (None, None))


def test_a_locked_pcs_packet_is_not_read(
    first: Pc, hub: LiveHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.opened.register.lock(SCHOOL, f"{SCHOOL}.1", locked=True)
    up = tmp_path / "up.kqpacket"
    first.syncing.write_packet(up, Quiet())

    code = main(
        ["--home", str(hub.opened.home.home), "hub", "packet", str(up), "--out", str(tmp_path / "x.kqpacket")],
        environ={}, clock=hub.opened.clock, profile=CHEAPEST,
    )  # fmt: skip

    assert code == 3
    assert "已暂停的电脑" in capsys.readouterr().err
    assert not (tmp_path / "x.kqpacket").exists()


def test_another_pcs_answer_is_refused(first: Pc, second: Pc, hub: LiveHub, tmp_path: Path) -> None:
    down = carried(first, hub, tmp_path)

    with pytest.raises(UserError, match="不是给本机的"):
        second.syncing.read_packet(down, Quiet())


def test_nothing_moves_while_a_restore_waits_for_a_word(first: Pc, clock: Clock, tmp_path: Path) -> None:
    first.school.layout.restored.write_text(
        '{"made": "2026-03-02T00:00:00+00:00", "from": "x", "entries": 1}', "utf-8"
    )

    with pytest.raises(UserError, match="刚恢复过备份"):
        first.sync()
    with pytest.raises(UserError, match="刚恢复过备份"):
        first.syncing.write_packet(tmp_path / "up.kqpacket", Quiet())

    assert first.syncing.numbers().stop.startswith("刚恢复过备份")
