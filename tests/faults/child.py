"""A child for every fault: forked, so that the program is loaded once and a fault costs a tenth of a second."""

import ctypes
import os
import signal
from collections.abc import Callable

LONGEST = 60
"""Seconds after which a child counts as hung."""


def in_child(body: Callable[[], None]) -> int:
    """Run ``body`` in a forked child; its exit status as ``os.waitstatus_to_exitcode`` gives it (-9: killed)."""
    pid = os.fork()
    if pid == 0:
        status = 70
        signal.alarm(LONGEST)
        try:
            body()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def shim() -> ctypes.CDLL:
    """The preloaded shim's own functions."""
    return ctypes.CDLL(None)
