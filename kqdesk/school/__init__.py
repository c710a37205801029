"""One school's home, opened: lock, key, tables, guard. The window and the command line both come in by here. No Qt.

home.py     an open home and the care its data needs      opening.py  made, opened, recovered
turning.py  locked and unlocked, another person at the desk, another data key

Imported where sync is asked for, because it brings the network along:
syncing.py    rounds, packets, the school's PCs      joining.py    a new PC of a school that has a hub
membership.py what the hub told this PC              own_hub.py    a hub of the school's own as a child process
numbering.py  which numbers to lease
"""

from kqdesk.school.home import Clock, NewSchool, School, guard, rights
from kqdesk.school.opening import (
    ALREADY,
    LEFT,
    NO_HOME,
    make,
    open_with_password,
    open_with_recovery,
    people,
    recover,
)
from kqdesk.school.turning import NewKey, drop_older, lock, rotate_key, unlock

__all__ = [
    "ALREADY", "LEFT", "NO_HOME", "Clock", "NewKey", "NewSchool", "School", "drop_older", "guard", "lock", "make", "open_with_password",
    "open_with_recovery", "people", "recover", "rights", "rotate_key", "unlock",
]  # fmt: skip
