"""How long this process has been running, so that a figure may count from its start."""

import os
from contextlib import suppress
from pathlib import Path
from time import monotonic

_LOADED = monotonic()


def seconds_now() -> float:
    """Seconds of a clock that never goes back."""
    return monotonic()


def running_since_start() -> float:
    """Seconds since the process was started; where the system does not tell, since this module was loaded."""
    with suppress(OSError, ValueError, IndexError, AttributeError):
        fields = Path("/proc/self/stat").read_text("ascii").rsplit(")", 1)[1].split()
        booted = float(Path("/proc/uptime").read_text("ascii").split()[0])
        ran = booted - int(fields[19]) / os.sysconf("SC_CLK_TCK")
        if 0 <= ran < 86_400:
            return ran
    return monotonic() - _LOADED
