"""What changes 办公室: founding a school, its people and keys, its settings, its rule packs, signed steps.

school.py  founding, people who sign in, settings     packs.py  rule packs
steps.py   ``sign_step``, used inside other rooms' actions
"""

from kqdesk.rooms.office.actions.packs import (
    activate_pack,
    discard_draft,
    enter_pack,
    load_packs,
    retire_pack,
    set_pack_value,
)
from kqdesk.rooms.office.actions.school import (
    add_staff,
    change_staff,
    come_to_station,
    edit_school,
    found_school,
    leave_staff,
    put_setting,
    record_key,
    return_staff,
)
from kqdesk.rooms.office.actions.steps import sign_step

__all__ = [
    "activate_pack", "add_staff", "change_staff", "come_to_station", "discard_draft", "edit_school", "enter_pack", "found_school", "leave_staff",
    "load_packs", "put_setting", "record_key", "retire_pack", "return_staff", "set_pack_value", "sign_step",
]  # fmt: skip
