"""What is done with 花名册.

person.py    one person: enter, change, remove, look at whole, photo
roster.py    a whole file as one step
merging.py   two entries made one, and taken apart again; two people who only look alike
affairs.py   papers she has had, who looks after her, what was spoken, names put down for a course
"""

from kqdesk.rooms.people.actions.affairs import (
    add_contact,
    add_document,
    forget_layout,
    keep_layout,
    remove_contact,
    remove_document,
    set_adviser,
    settle_sign_ups,
    sign_up,
)
from kqdesk.rooms.people.actions.merging import (
    Merged,
    mark_distinct,
    merge_people,
    note_alias,
    unmerge_people,
)
from kqdesk.rooms.people.actions.person import (
    EDITABLE,
    KeptPhoto,
    Revealed,
    add_person,
    checked,
    edit_person,
    put_photos,
    remove_person,
    reveal_person,
    take_photo_away,
)
from kqdesk.rooms.people.actions.roster import ImportCounts, import_roster, store_plan

__all__ = [
    "EDITABLE",
    "ImportCounts",
    "KeptPhoto",
    "Merged",
    "Revealed",
    "add_contact",
    "add_document",
    "add_person",
    "checked",
    "edit_person",
    "forget_layout",
    "import_roster",
    "keep_layout",
    "mark_distinct",
    "merge_people",
    "note_alias",
    "put_photos",
    "remove_contact",
    "remove_document",
    "remove_person",
    "reveal_person",
    "set_adviser",
    "settle_sign_ups",
    "sign_up",
    "store_plan",
    "take_photo_away",
    "unmerge_people",
]
