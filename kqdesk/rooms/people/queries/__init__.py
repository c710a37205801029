"""What one can ask 花名册: find a person, page through the list, one card, and what an import would do."""

from kqdesk.rooms.people.queries.matching import Change, ImportPlan, Suspect, journal_position, plan_import
from kqdesk.rooms.people.queries.roster import (
    LikeHit,
    PersonCard,
    PersonLine,
    Reader,
    known_villages,
    likely_same,
    packed_ids,
    people_by_stem,
    person_card,
    person_count,
    person_form,
    person_ids,
    person_page,
    reader_rights,
    roster_export,
)
from kqdesk.rooms.people.queries.search import SEARCH_PAUSE, SEARCH_REBUILD, SEARCH_RESUME, PersonHit, find

__all__ = [
    "SEARCH_PAUSE",
    "SEARCH_REBUILD",
    "SEARCH_RESUME",
    "Change",
    "ImportPlan",
    "LikeHit",
    "PersonCard",
    "PersonHit",
    "PersonLine",
    "Reader",
    "Suspect",
    "find",
    "journal_position",
    "known_villages",
    "likely_same",
    "packed_ids",
    "people_by_stem",
    "person_card",
    "person_count",
    "person_form",
    "person_ids",
    "person_page",
    "plan_import",
    "reader_rights",
    "roster_export",
]
