"""The timetable as an iCalendar file (RFC 5545), for the phones of trainers and learners.

Every lesson keeps its UID and gets a higher SEQUENCE with every change, so that taking in a newer file moves the event
instead of doubling it; a cancelled lesson is sent as STATUS:CANCELLED.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from kqdesk.kernel.disk import atomic_write, disk_fault
from kqdesk.rooms.timetable.queries import LessonRow
from kqdesk.rooms.timetable.terms import LessonState

FOLD = 75  # octets a line may have, without its end
ZONE = "Asia/Shanghai"
ZONE_LINES = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:19910915T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)  # China has had one clock and no summer time since September 1991


@dataclass(frozen=True, slots=True)
class Event:
    """One lesson in a calendar. Minutes of the school day, half-open; ``sequence`` grows with every change."""

    uid: str
    sequence: int
    on: date
    start_minute: int
    end_minute: int
    summary: str
    place: str = ""
    description: str = ""
    is_cancelled: bool = False


def lesson_event(row: LessonRow, sequence: int, school: str) -> Event:
    """A lesson with its cohort, number, trainer and topic."""
    told = [f"第 {row.number} 次，{row.study_hours} 学时"]
    told += [f"课题：{row.topic}"] if row.topic else []
    told += [f"培训师：{row.trainer}"] if row.trainer else []
    told += [f"变动：{row.reason}"] if row.reason else []
    told.append(school)
    return Event(
        f"{row.id}@kqdesk", sequence, row.on, row.start_minute, row.end_minute, row.cohort, row.place,
        "\n".join(told), row.state is LessonState.CANCELLED,
    )  # fmt: skip


def calendar_text(name: str, events: Iterable[Event], *, at: datetime) -> str:
    """The whole file; ``at``: the aware moment it is made. Same events and moment, same text."""
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//kqdesk//timetable//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}", f"X-WR-TIMEZONE:{ZONE}", *ZONE_LINES,
    ]  # fmt: skip
    for event in events:
        lines += _event_lines(event, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event_lines(event: Event, stamp: str) -> list[str]:
    lines = [
        "BEGIN:VEVENT", f"UID:{event.uid}", f"SEQUENCE:{event.sequence}", f"DTSTAMP:{stamp}",
        f"DTSTART;TZID={ZONE}:{_local(event.on, event.start_minute)}",
        f"DTEND;TZID={ZONE}:{_local(event.on, event.end_minute)}",
        f"SUMMARY:{escaped(('停课：' if event.is_cancelled else '') + event.summary)}",
    ]  # fmt: skip
    lines += [f"LOCATION:{escaped(event.place)}"] if event.place else []
    lines += [f"DESCRIPTION:{escaped(event.description)}"] if event.description else []
    lines.append(f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}")
    return [*lines, f"TRANSP:{'TRANSPARENT' if event.is_cancelled else 'OPAQUE'}", "END:VEVENT"]


def _local(on: date, minute: int) -> str:
    """Minute 1440 is the next day's midnight."""
    return (datetime.combine(on, time()) + timedelta(minutes=minute)).strftime("%Y%m%dT%H%M%S")


def escaped(text: str) -> str:
    r"""TEXT of RFC 5545 3.3.11: backslash, semicolon and comma with a backslash, line ends as ``\n``; no controls."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(sign for sign in plain if sign >= " " or sign in "\n\t")
    for sign in "\\;,":
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> str:
    """RFC 5545 3.1: at most 75 octets a line, broken between characters, each further one begins with a blank."""
    parts, here, size = [], "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > FOLD:
            parts.append(here)
            here, size = " ", 1
        here += sign
        size += octets
    return "\r\n".join([*parts, here])


def lesson_calendar(
    name: str, rows: Sequence[LessonRow], sequences: Mapping[str, int], school: str, at: datetime
) -> str:
    """The calendar of one cohort, trainer or site."""
    return calendar_text(name, (lesson_event(row, sequences.get(row.id, 0), school) for row in rows), at=at)


def save_calendar(path: Path, text: str) -> int:
    """Write the file whole or not at all; returns its number of events. Unreachable when the disk refuses."""
    try:
        atomic_write(path, text.encode(), 0o644)
    except OSError as error:
        raise disk_fault(error, path) from error
    return text.count("BEGIN:VEVENT")
