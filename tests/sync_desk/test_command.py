"""``kqdesk sync …`` as a person and as a program use it: a school that joins, a new PC, rounds, what stops."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kqdesk import school as homes
from kqdesk.cli.frame import main
from kqdesk.school.membership import read_membership, write_membership
from kqdesk.security.kdf import CHEAPEST
from tests.cli.command import CommandLine
from tests.sync_desk.homes import FIRST, SECOND, Pc
from tests.sync_desk.hubs import SCHOOL, LiveHub


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A command line over any home."""

    def make(name: str, password: str) -> CommandLine:
        line = CommandLine(tmp_path / name, capsys)
        line.environ = {"KQDESK_PASSWORD": password}
        line.clock = lambda: datetime.now(UTC)
        return line

    return make


def test_a_new_school_joins_and_a_new_pc_follows(command, hub: LiveHub, tmp_path: Path) -> None:
    one, two = command("one", FIRST), command("two", SECOND)
    one("init", "--school", SCHOOL, "--name", "兰亭成校", "--person", "沈月琴")

    joined = one("sync", "enrol", "--hub", hub.url, "--code", hub.invite(), "--json")
    nameless = two("sync", "enrol", "--hub", hub.url, "--code", hub.invite())
    came = two("--user", "沈月琴", "sync", "enrol", "--hub", hub.url, "--code", hub.invite(), "--json")
    status = two("sync", "status", "--json")
    spoken = two("sync", "status")

    assert (joined.code, joined.told["hub"], joined.told["unsent"]) == (
        0,
        hub.url.removeprefix("https://"),
        0,
    )
    assert nameless.code == 2
    assert (came.code, came.told["person"], len(came.told["recovery_code"]) > 40) == (0, "沈月琴", True)
    assert (status.code, status.told["station"], status.told["stop"]) == (0, came.told["station"], None)
    assert spoken.out.startswith("待上传 ")


def test_a_round_counts_and_a_home_without_hub_says_how(command, hub: LiveHub, first: Pc) -> None:
    first.school.close()
    line, alone = command("first", FIRST), command("alone", FIRST)
    alone("init", "--school", "330603012", "--name", "齐贤成校")

    told = line("sync", "now", "--json")
    refused = alone("sync", "now")
    status = alone("sync", "status")

    assert (told.code, set(told.told)) == (0, {
        "sent", "received", "new_conflicts", "hub", "station", "unsent", "conflicts", "held", "last_round", "stop",
    })  # fmt: skip
    assert (refused.code, "还没有加入数据站" in refused.err) == (3, True)
    assert (status.code, "kqdesk sync enrol" in status.out) == (0, True)


def test_nobody_there_is_exit_5_and_nothing_is_lost(command, first: Pc) -> None:
    first.school.close()
    line = command("first", FIRST)
    url = "https://127.0.0.1:9"  # nobody listens there
    import_membership(first, url)

    told = line("sync", "now", "--json")

    assert (told.code, told.told["exit_code"]) == (5, 5)
    assert "连不上数据站（127.0.0.1:9）" in told.told["error"]


def import_membership(pc: Pc, url: str) -> None:
    """Write another address into the closed home's vault."""
    home = pc.school.layout.home
    (who, _), *_ = homes.people(home)
    school = homes.open_with_password(
        home, who=who, password=FIRST, clock=lambda: datetime.now(UTC), profile=CHEAPEST
    )
    member = read_membership(school)
    assert member is not None
    write_membership(school, replace(member, url=url))
    school.close()


def test_the_doctor_looks_at_the_hub(command, first: Pc) -> None:
    first.school.close()
    line = command("first", FIRST)

    checks = line("doctor", "--json").told["checks"]

    hub = next(one for one in checks if one["name"] == "数据站")
    assert hub["state"] == "ok"
    assert hub["sentence"].startswith("待上传 ")


def test_packets_by_command(command, hub: LiveHub, first: Pc, tmp_path: Path) -> None:
    first.school.close()
    line = command("first", FIRST)
    up, down = tmp_path / "up.kqpacket", tmp_path / "down.kqpacket"

    wrote = line("sync", "packet", "write", up, "--json")
    read = main(
        ["--home", str(hub.opened.home.home), "hub", "packet", str(up), "--out", str(down)],
        environ={}, clock=hub.opened.clock, profile=CHEAPEST,
    )  # fmt: skip
    taken = line("sync", "packet", "read", down, "--json")
    wrong = line("sync", "packet", "read", up)
    elsewhere = line("sync", "packet", "write", tmp_path / "up.zip")

    assert (wrote.code, wrote.told["bytes"]) == (0, up.stat().st_size)
    assert (read, taken.code, json.loads(taken.out)["unsent"]) == (0, 0, 0)
    assert (wrong.code, elsewhere.code) == (3, 3)


def test_a_restore_waits_until_somebody_resumes(command, hub: LiveHub, first: Pc) -> None:
    first.school.close()
    line = command("first", FIRST)
    line("backup", "make")
    (name,) = [one["name"] for one in line("backup", "list", "--json").told["backups"]]
    line("backup", "restore", name)

    waits = line("sync", "now")
    line("sync", "resume")
    after = line("sync", "now", "--json")

    assert (waits.code, "刚恢复过备份" in waits.err) == (3, True)
    assert (after.code, after.told["stop"], after.told["unsent"]) == (0, None, 0)


def test_a_mistyped_code_is_said_before_anything_is_asked(command, first: Pc) -> None:
    first.school.close()
    line = command("first", FIRST)

    told = line("sync", "enrol", "--hub", "https://127.0.0.1:9", "--code", "XV7C")
    address = line("sync", "enrol", "--hub", "ftp://x", "--code", "0" * 45)

    assert (told.code, "每组 5 个字符" in told.err) == (3, True)
    assert address.code == 3
