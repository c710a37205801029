"""Papers of 课表: the week and the term on the wall, notices of a change, call lists, the evenings that changed."""

from kqdesk.rooms.timetable.papers.notices import (
    DaySheet,
    Notice,
    call_list,
    change_list,
    chat_text,
    day_sheet,
    day_sheets,
    notice,
    notice_of,
    notice_sentences,
)
from kqdesk.rooms.timetable.papers.timetables import (
    PrintedLesson,
    Timetable,
    as_timetable,
    print_timetables,
    term_timetable,
    timetable_pdf,
    week_timetable,
)

__all__ = [
    "DaySheet",
    "Notice",
    "PrintedLesson",
    "Timetable",
    "as_timetable",
    "call_list",
    "change_list",
    "chat_text",
    "day_sheet",
    "day_sheets",
    "notice",
    "notice_of",
    "notice_sentences",
    "print_timetables",
    "term_timetable",
    "timetable_pdf",
    "week_timetable",
]
