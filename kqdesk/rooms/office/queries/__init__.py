"""What others ask of 办公室: who acts and in which role, which numbers count on a day, how the school is set up.

school.py  the school, its people, its settings     packs.py  rule packs
steps.py   signed steps read back and judged
"""

from kqdesk.rooms.office.queries.packs import (
    Change,
    PackRow,
    PublishedPack,
    RuleBook,
    RuleLine,
    active_packs,
    changes,
    pack_rows,
    pack_value,
    published_packs,
    rule_book,
    section_of,
)
from kqdesk.rooms.office.queries.school import (
    SchoolCard,
    StaffRow,
    may_see_full_ids,
    rights_guard,
    role_of,
    school_card,
    setting,
    settings,
    staff_card,
    staff_list,
    staff_names,
)
from kqdesk.rooms.office.queries.steps import (
    StepSignature,
    signers_of,
    step_count,
    step_faults,
    step_signatures,
)

__all__ = [
    "Change", "PackRow", "PublishedPack", "RuleBook", "RuleLine", "SchoolCard", "StaffRow", "StepSignature", "active_packs", "changes",
    "may_see_full_ids", "pack_rows", "pack_value", "published_packs", "rights_guard", "role_of", "rule_book", "school_card", "section_of",
    "setting", "settings", "signers_of", "staff_card", "staff_list", "staff_names", "step_count", "step_faults",
    "step_signatures",
]  # fmt: skip
