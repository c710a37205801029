"""Too many wrong passwords: waits that neither a restart nor a changed clock shortens."""

from pathlib import Path

import pytest

from kqdesk.security.lockout import LockedOut, Lockout, Tries, Uptime, machine_uptime, seconds_left


class Machine:
    """A machine that can run on and be started again; it has no calendar at all."""

    def __init__(self, boot: str = "first") -> None:
        self.boot, self.seconds = boot, 1000.0

    def __call__(self) -> Uptime:
        return Uptime(self.boot, self.seconds)

    def restart(self, boot: str = "second") -> None:
        self.boot, self.seconds = boot, 0.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kqdesk.tries"


def wrong(lockout: Lockout, times: int, who: str = "p1") -> None:
    for _ in range(times):
        lockout.begin(who)


def test_four_wrong_ones_cost_nothing_the_fifth_a_minute(path: Path) -> None:
    machine = Machine()
    lockout = Lockout(path, machine)

    wrong(lockout, 4)
    before = lockout.left("p1")
    wrong(lockout, 1)

    assert (before, lockout.left("p1")) == (0, 60)
    with pytest.raises(LockedOut, match="输错 5 次，请等 1 分 0 秒后") as told:
        lockout.begin("p1")
    assert told.value.wait == 60


def test_the_whole_ladder(path: Path) -> None:
    machine = Machine()
    lockout, waits = Lockout(path, machine), []

    for _ in range(15):
        lockout.begin("p1")
        left = lockout.left("p1")
        waits.append(left)
        machine.seconds += left or 0

    assert waits == [0, 0, 0, 0, 60, 0, 0, 0, 0, 900, 0, 0, 0, 0, None]
    machine.seconds += 10_000_000
    with pytest.raises(LockedOut, match="只能用恢复码") as told:
        lockout.begin("p1")
    assert told.value.wait is None


def test_refused_tries_are_not_counted(path: Path) -> None:
    lockout = Lockout(path, Machine())
    wrong(lockout, 5)

    for _ in range(20):
        with pytest.raises(LockedOut):
            lockout.begin("p1")

    assert lockout.wrong("p1") == 5


def test_a_right_password_forgets_and_others_are_untouched(path: Path) -> None:
    lockout = Lockout(path, Machine())
    wrong(lockout, 4)
    wrong(lockout, 3, "p2")

    lockout.succeed("p1")
    lockout.succeed("p1")

    assert (lockout.wrong("p1"), lockout.wrong("p2")) == (0, 3)


def test_a_new_process_remembers(path: Path) -> None:
    machine = Machine()
    wrong(Lockout(path, machine), 5)
    machine.seconds += 20

    assert Lockout(path, machine).left("p1") == 40


def test_a_restart_counts_only_the_time_the_machine_has_been_up(path: Path) -> None:
    machine = Machine()
    lockout = Lockout(path, machine)
    for _ in range(10):
        lockout.begin("p1")
        machine.seconds += lockout.left("p1") or 0
    machine.seconds -= 900

    machine.restart()
    machine.seconds = 30
    soon = lockout.left("p1")
    machine.seconds = 901
    later = lockout.left("p1")

    assert (soon, later) == (870, 0)


def test_without_a_boot_id_a_restart_never_gives_more_than_the_uptime() -> None:
    tries = Tries(5, "", 5000.0)

    assert seconds_left(tries, Uptime("", 5030.0)) == 30
    assert seconds_left(tries, Uptime("", 10.0)) == 50


def test_a_try_is_counted_before_it_is_made(path: Path) -> None:
    Lockout(path, Machine()).begin("p1")

    assert Lockout(path, Machine()).wrong("p1") == 1


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'{"p1": 3}'])
def test_a_damaged_file_counts_as_none(path: Path, raw: bytes) -> None:
    path.write_bytes(raw)

    assert Lockout(path, Machine()).left("p1") == 0


def test_this_machine_counts_forward() -> None:
    first, second = machine_uptime(), machine_uptime()

    assert first.boot == second.boot
    assert 0 < first.seconds <= second.seconds
