"""After wrong passwords: 5 → one minute, 10 → fifteen minutes, 15 → only the recovery code.

Kept in a file beside the key file, so a restart does not help. The calendar clock is never asked, so setting it does
not help either: only seconds since this machine started count. Whatever the machine was doing, a restart lies after
the last wrong password, so the uptime is time that has truly passed.
"""

import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kqdesk.kernel.disk import atomic_write, disk_fault
from kqdesk.kernel.errors import NotAllowed

WAITS: Mapping[int, int] = {5: 60, 10: 15 * 60}
"""Wrong passwords in a row → seconds to wait after that one."""
RECOVERY_ONLY = 15


@dataclass(frozen=True, slots=True)
class Uptime:
    """When something was, as this machine counts: which start of the machine, and seconds since."""

    boot: str
    seconds: float


class Tries(msgspec.Struct, frozen=True):
    """Wrong passwords in a row of one person, and when the last one was."""

    wrong: int = 0
    boot: str = ""
    seconds: float = 0.0


class LockedOut(NotAllowed):
    """Too many wrong passwords; ``wait`` seconds more, or None when only the recovery code helps."""

    def __init__(self, sentence: str, wait: int | None) -> None:
        super().__init__(sentence)
        self.wait = wait


# --- pure ---------------------------------------------------------------------------------------------------------


def seconds_left(tries: Tries, now: Uptime) -> float | None:
    """How long until the next try is taken; 0 for at once, None for never (recovery code)."""
    if tries.wrong >= RECOVERY_ONLY:
        return None
    passed = now.seconds - tries.seconds if now.boot == tries.boot else now.seconds
    if passed < 0:  # no boot id on this system, and it was started again
        passed = now.seconds
    return max(0.0, WAITS.get(tries.wrong, 0) - passed)


def one_more(tries: Tries, now: Uptime) -> Tries:
    """After one more wrong password."""
    return Tries(tries.wrong + 1, now.boot, now.seconds)


def sentence(tries: Tries, left: float | None) -> str:
    """What the person at the desk reads while waiting."""
    if left is None:
        return f"密码已连续输错 {tries.wrong} 次，这个账号只能用恢复码登录。恢复码在开户时打印的恢复单上。"
    minutes, seconds = divmod(max(1, round(left)), 60)
    wait = f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"
    return f"密码已连续输错 {tries.wrong} 次，请等 {wait}后再试。忘了密码可以用恢复码登录。"


# --- with the file ------------------------------------------------------------------------------------------------


class Lockout:
    """The counters of one home. Call ``begin`` before a password is tried, ``succeed`` after a right one."""

    def __init__(self, path: Path, uptime: Callable[[], Uptime] | None = None) -> None:
        """``path`` is the layout's ``tries``."""
        self._path = path
        self._uptime = uptime or machine_uptime

    def begin(self, who: str) -> None:
        """Raise ``LockedOut`` while ``who`` must wait; else count this try as wrong until ``succeed`` says otherwise.

        Counted before it is tried, so pulling the plug does not save a guess.
        """
        table, now = self._read(), self._uptime()
        tries = table.get(who, Tries())
        left = seconds_left(tries, now)
        if left is None or left > 0:
            raise LockedOut(sentence(tries, left), None if left is None else max(1, round(left)))
        self._write({**table, who: one_more(tries, now)})

    def succeed(self, who: str) -> None:
        """The password was right, or the recovery code was: forget the wrong ones."""
        table = self._read()
        if table.pop(who, None) is not None:
            self._write(table)

    def left(self, who: str) -> float | None:
        """Seconds to wait now, 0 for none, None for recovery code only; for a count-down on the sign-in page."""
        return seconds_left(self._read().get(who, Tries()), self._uptime())

    def wrong(self, who: str) -> int:
        """How many wrong passwords in a row."""
        return self._read().get(who, Tries()).wrong

    def _read(self) -> dict[str, Tries]:
        """A missing or damaged file counts as none: whoever can delete it can also copy the key file and guess there."""
        with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Tries])
        return {}

    def _write(self, table: dict[str, Tries]) -> None:
        try:
            atomic_write(self._path, msgspec.json.encode(table))
        except OSError as error:
            raise disk_fault(error, self._path) from error


def machine_uptime() -> Uptime:
    """This machine's own count; on Linux with sleep included and the start named, elsewhere seconds only."""
    if sys.platform != "linux":
        return Uptime("", time.monotonic())
    boot = ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    return Uptime(boot, time.clock_gettime(time.CLOCK_BOOTTIME))
