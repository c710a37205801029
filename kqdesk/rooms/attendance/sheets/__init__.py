"""What 考勤 writes to and reads from Excel: pay out, online study in."""

from kqdesk.rooms.attendance.sheets.online import (
    FIELDS,
    MOST_MINUTES,
    ReadLine,
    read_online,
)
from kqdesk.rooms.attendance.sheets.pay import (
    COLUMNS,
    write_pay,
)

__all__ = [
    "COLUMNS",
    "FIELDS",
    "MOST_MINUTES",
    "ReadLine",
    "read_online",
    "write_pay",
]
