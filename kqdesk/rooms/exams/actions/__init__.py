"""Everything that changes an exam: who sits, where, and what they scored. Locked marks change by 更正成绩 only."""

from kqdesk.rooms.exams.actions.candidate import (
    Added,
    add_candidates,
    choose_candidate_science,
    choose_papers,
    enter_people,
    remove_candidates,
)
from kqdesk.rooms.exams.actions.course import record_course_results
from kqdesk.rooms.exams.actions.exemption import (
    attach_proof,
    record_exemption,
    remove_exemption,
    review_exemption,
)
from kqdesk.rooms.exams.actions.hall import (
    add_hall,
    arrange_seats,
    assign_invigilators,
    change_hall,
    clear_seats,
    remove_hall,
)
from kqdesk.rooms.exams.actions.lists import ListTaken, import_list, record_room
from kqdesk.rooms.exams.actions.score import (
    Checked,
    Entry,
    check_scores,
    confirm_correction,
    confirm_imported,
    correct_score,
    enter_scores,
    lock_sitting,
    settle_score,
)
from kqdesk.rooms.exams.actions.sitting import change_paper, change_sitting, open_sitting, remove_sitting

__all__ = [
    "Added",
    "Checked",
    "Entry",
    "ListTaken",
    "add_candidates",
    "add_hall",
    "arrange_seats",
    "assign_invigilators",
    "attach_proof",
    "change_hall",
    "change_paper",
    "change_sitting",
    "check_scores",
    "choose_candidate_science",
    "choose_papers",
    "clear_seats",
    "confirm_correction",
    "confirm_imported",
    "correct_score",
    "enter_people",
    "enter_scores",
    "import_list",
    "lock_sitting",
    "open_sitting",
    "record_course_results",
    "record_exemption",
    "record_room",
    "remove_candidates",
    "remove_exemption",
    "remove_hall",
    "remove_sitting",
    "review_exemption",
    "settle_score",
]
