"""One school's home, opened: lock, key, tables, guard. The window and the command line both come in by here. No Qt.

home.py     an open home and the care its data needs      opening.py  made, opened, recovered
turning.py  locked and unlocked, another person at the desk, another data key
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
