"""What one row of a roster says of a person, and a row that waits for somebody to mend it."""

from dataclasses import dataclass, field
from datetime import date

from kqdesk.excel.faults import Fault
from kqdesk.excel.tables import Record
from kqdesk.kernel.national_id import IdKind


@dataclass(slots=True)
class RosterPerson:
    """One row, made into codes. Every field but the place may be ``None``: the file has nothing there, or a fault.

    ``sex`` GB/T 2261.1, ``ethnicity_code`` GB/T 3304, ``education_code`` GB/T 4658, ``township_code`` nine digits of
    today. ``wish`` is the text, or ``yes``/``no`` for a ticked box (``terms.wish_text`` makes it storable).
    ``sheet`` is ``None`` for text files; ``row`` counts from 1 as the sheet shows it.
    """

    sheet: str | None
    row: int
    name: str | None = None
    id_kind: IdKind | None = None
    id_number: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    ethnicity_code: str | None = None
    hukou: str | None = None
    address: str | None = None
    education_code: str | None = None
    township_code: str | None = None
    village: str | None = None
    phone: str | None = None
    phone2: str | None = None
    employer: str | None = None
    job: str | None = None
    wish: str | None = None
    path: str | None = None
    note: str | None = None
    courses: tuple[str, ...] = ()  # of a sign-up list: what she put her name down for
    signed_on: date | None = None


@dataclass(slots=True)
class HeldRow:
    """A row with faults, held back: what could be read of it, what is wrong, and the cells as they were written."""

    person: RosterPerson
    faults: list[Fault]
    record: Record
    warnings: list[Fault] = field(default_factory=list)
