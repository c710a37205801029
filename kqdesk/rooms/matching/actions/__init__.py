"""Everything that changes the four lists, and the class that comes out of a trial."""

from kqdesk.rooms.matching.actions.classes import ClassOpened, Meeting, open_from_trial
from kqdesk.rooms.matching.actions.offers import (
    Imported,
    add_offer,
    change_offer,
    import_offers,
    note_answers,
    retire_offer,
    take_from_catalogue,
)
from kqdesk.rooms.matching.actions.vacancies import (
    add_vacancy,
    change_vacancy,
    import_vacancies,
    retire_vacancy,
)

__all__ = [
    "ClassOpened", "Imported", "Meeting", "add_offer", "add_vacancy", "change_offer", "change_vacancy", "import_offers",
    "import_vacancies", "note_answers", "open_from_trial", "retire_offer", "retire_vacancy", "take_from_catalogue",
]  # fmt: skip
