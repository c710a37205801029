"""Rosters in and out: the columns of a 排摸花名册 in every wording, its cells made into codes, its faults in words.

``read_roster`` reads a foreign file (``read_remembered``: as such files were put right before), ``mend`` judges a row again after a cell was edited in the preview,
``write_roster`` writes what ``read_roster`` reads back unchanged, ``write_faults`` sends the file back marked.
"""

from kqdesk.rooms.people.sheets.people import HeldRow, RosterPerson
from kqdesk.rooms.people.sheets.reading import (
    RosterRead,
    TableFound,
    as_json,
    headings_in,
    layout_of,
    mend,
    read_roster,
)
from kqdesk.rooms.people.sheets.remembered import PURPOSE, read_remembered
from kqdesk.rooms.people.sheets.writing import ROSTER_COLUMNS, split_by_township, write_faults, write_roster

__all__ = [
    "PURPOSE",
    "ROSTER_COLUMNS",
    "HeldRow",
    "RosterPerson",
    "RosterRead",
    "TableFound",
    "as_json",
    "headings_in",
    "layout_of",
    "mend",
    "read_remembered",
    "read_roster",
    "split_by_township",
    "write_faults",
    "write_roster",
]
