"""What can go wrong, sorted by who must act.

UserError        the person at the desk can mend it; ``str(e)`` is shown word for word, in Chinese,
                 and says what is wrong and what to do now
  InputFaults    a file from outside has faults; all of them are listed          (exit code 3)
  NotAllowed     not signed in, or the person lacks the right                    (exit code 4)
  StaleRecord    somebody changed the record first
  Unreachable    the other side (disk, hub, printer, another window) is not there (exit code 5)
Cancelled        the person pressed 取消; never shown as a fault
anything else    our bug: logged with its trace, shown as one sentence           (exit code 1)
"""

from collections.abc import Sequence
from typing import Any


class UserError(Exception):
    """Shown to the person at the desk word for word."""


class InputFaults(UserError):
    """A file from outside has faults; nothing of it was taken. ``faults`` lists them all."""

    def __init__(self, sentence: str, faults: Sequence[Any] = ()) -> None:
        super().__init__(sentence)
        self.faults = tuple(faults)


class NotAllowed(UserError):
    """Not signed in, or the role lacks the right."""


class StaleRecord(UserError):
    """Somebody changed the record after it was read; nothing was written."""


class Unreachable(UserError):
    """Disk, hub, printer or a home opened elsewhere did not answer; nothing is lost."""


class Cancelled(Exception):
    """The person pressed 取消."""
