"""Rules of 办公室: what a rule pack is, which of its numbers counts on a day, who may be the second person.

packs.py     a pack and its items, read from TOML or from a stored row, checked, chosen by day
shapes.py    the shapes a value may have: checked, shown, written and read as text
signing.py   what a person signs in two-person work, and how a signature is judged
duties.py    two persons, and nobody leaves a school without somebody who can act
"""

from kqdesk.rooms.office.rules.duties import leaving_fault, second_person_fault
from kqdesk.rooms.office.rules.packs import (
    Pack,
    PackItem,
    PackValue,
    contents,
    pack_faults,
    read_contents,
    read_pack,
    shipped_packs,
    value,
    with_value,
)
from kqdesk.rooms.office.rules.shapes import Band

__all__ = [
    "Band",
    "Pack",
    "PackItem",
    "PackValue",
    "contents",
    "leaving_fault",
    "pack_faults",
    "read_contents",
    "read_pack",
    "second_person_fault",
    "shipped_packs",
    "value",
    "with_value",
]
