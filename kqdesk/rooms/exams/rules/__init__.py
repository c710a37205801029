"""What a mark is, who may sit, which attempt counts, who sits where, what a list of others says. Pure.

marks.py      a mark in tenths, flags, grades by the pack's bands
admission.py  attendance, and which papers a candidate writes
chains.py     first sitting, resits, exemptions
course.py     结课考核 of a course
seating.py    times of papers, rooms and seats
watching.py   invigilators
matching.py   the organiser's list beside what is known here
"""

from kqdesk.rooms.exams.rules.admission import Admission, may_sit, share_attended, takes
from kqdesk.rooms.exams.rules.chains import (
    Attempt,
    ChainLink,
    ResitPolicy,
    chain,
    counting_attempt,
    is_lacking,
    resit_fault,
    same_subject,
    tries,
)
from kqdesk.rooms.exams.rules.course import Verdict, is_assessed, read_verdict
from kqdesk.rooms.exams.rules.marks import (
    Points,
    average,
    band_of,
    graded,
    points_fault,
    points_words,
    read_points,
)
from kqdesk.rooms.exams.rules.matching import (
    Change,
    Known,
    ListFault,
    ListLine,
    Matched,
    Matching,
    Standing,
    match,
)
from kqdesk.rooms.exams.rules.seating import (
    Hall,
    Placed,
    Seeker,
    arrange_seats,
    natural_order,
    paper_times,
    ticket_no,
)
from kqdesk.rooms.exams.rules.watching import Watch, assign_invigilators, invigilation_faults

__all__ = [
    "Admission",
    "Attempt",
    "ChainLink",
    "Change",
    "Hall",
    "Known",
    "ListFault",
    "ListLine",
    "Matched",
    "Matching",
    "Placed",
    "Points",
    "ResitPolicy",
    "Seeker",
    "Standing",
    "Verdict",
    "Watch",
    "arrange_seats",
    "assign_invigilators",
    "average",
    "band_of",
    "chain",
    "counting_attempt",
    "graded",
    "invigilation_faults",
    "is_assessed",
    "is_lacking",
    "match",
    "may_sit",
    "natural_order",
    "paper_times",
    "points_fault",
    "points_words",
    "read_points",
    "read_verdict",
    "resit_fault",
    "same_subject",
    "share_attended",
    "takes",
    "ticket_no",
    "tries",
]
