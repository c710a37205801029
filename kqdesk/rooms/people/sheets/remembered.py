"""A roster read as files with the same headings were put right before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kqdesk.excel.reading import Refused
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.people.queries import Layout
from kqdesk.rooms.people.sheets.reading import RosterRead, headings_in, layout_of, read_roster

PURPOSE = "roster"
"""What layouts of rosters are remembered as."""
Known = Callable[[str], Layout | None]
"""What is remembered of files with a fingerprint of headings; None when nothing is."""


@dataclass(frozen=True)
class Reading:
    """A file as read, and the layout it was read by; None: by the program's own judgement."""

    read: RosterRead
    layout: Layout | None = None


def read_remembered(path: Path, known: Known, *, today: date, progress: Progress = Quiet()) -> Reading:
    """Read a roster; when its headings were put right before (``known``), read it so again.

    A file in which no roster is found comes without rows when it has headings somebody could put right; else
    ``Refused`` is raised as by ``read_roster``.
    """
    try:
        read = read_roster(path, today=today, progress=progress)
    except Refused as refused:
        if refused.kind != "no_roster":
            raise
        read = RosterRead(path, tables=headings_in(path))
        if not read.tables:
            raise
    layout = known(layout_of(read.tables)[0])
    if layout is None or not layout.titles:
        return Reading(read)
    return Reading(read_roster(path, today=today, titles=layout.titles, progress=progress), layout)
