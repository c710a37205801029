"""What is known of claimants: the newest word on each thing, with the paper it stands on, and the roster beside it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.kernel.national_id import birth_date
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of
from kqdesk.rooms.places.model import Firm
from kqdesk.rooms.subsidies.model import ClaimantParticulars
from kqdesk.rooms.subsidies.rules import Known
from kqdesk.rooms.subsidies.terms import Beneficiary
from kqdesk.rooms.trainers.model import Trainer

STATED = (
    "employer_type", "post_level", "union_no", "union_name", "union_province", "contract_from", "contract_to",
    "contract_open_ended", "insured_months", "education_before", "tuition_total", "tuition_paid_by_self", "status_kind",
    "status_on", "is_retired", "is_in_school", "gone_on", "bank", "bank_account", "holder",
)  # fmt: skip
"""Columns of a statement that count each by itself: the newest one that says anything."""
AS_INPUTS = {
    "employer_type", "post_level", "union_province", "contract_from", "contract_to", "contract_open_ended", "insured_months",
    "education_before", "tuition_total", "tuition_paid_by_self", "status_kind", "status_on", "is_retired", "is_in_school",
}  # fmt: skip


@dataclass(frozen=True)
class Claimant:
    """One beneficiary. ``key``: ``person/ID``, ``firm/ID``, ``trainer/ID`` or ``school``; ``stated``: column → Known."""

    key: str
    name: str
    number: str = ""
    birth: date | None = None
    state: str = "here"
    village: str = ""
    stated: Mapping[str, Known] = field(default_factory=dict)

    def said(self, column: str) -> Any:
        """The newest word on a column; None when there is none."""
        found = self.stated.get(column)
        return found.value if found else None

    @property
    def id_birth(self) -> date | None:
        """The date of birth in the ID number."""
        return birth_date(self.number) if len(self.number) == 18 else None


@dataclass(frozen=True)
class StatementRow:
    """One statement as the card lists it."""

    id: str
    stated_on: date
    source: str
    by: str
    words: str


def person_claimants(session: Session, ids: Collection[str], *, on: date) -> dict[str, Claimant]:
    """Persons by id with everything stated up to a day; two statements."""
    wanted = set(ids)
    stated = _stated(session, Beneficiary.PERSON, on)
    found = {}
    for row in session.execute(
        select(Person.id, Person.name, Person.id_number, Person.birth_date, Person.state, Person.village)
    ):
        if row.id in wanted:
            found[row.id] = Claimant(
                f"person/{row.id}", row.name, row.id_number or "", row.birth_date, row.state, row.village or "",
                stated.get(row.id, {}),
            )  # fmt: skip
    return found


def firm_claimants(session: Session, *, on: date) -> dict[str, Claimant]:
    """Firms by id; two statements."""
    stated = _stated(session, Beneficiary.ENTERPRISE, on)
    return {
        row.id: Claimant(f"firm/{row.id}", row.name, row.credit_code or "", stated=stated.get(row.id, {}))
        for row in session.execute(select(Firm.id, Firm.name, Firm.credit_code))
    }


def trainer_claimants(session: Session) -> dict[str, Claimant]:
    """Trainers by id, with the account their own room keeps; one statement."""
    found = {}
    for row in session.scalars(select(Trainer)):
        go = ("trainers", (("trainer", row.id),))
        stated = {
            name: Known(said, "培训师档案", *go)
            for name, said in (("bank", row.bank), ("bank_account", row.bank_account), ("holder", row.name))
            if said
        }
        found[row.id] = Claimant(f"trainer/{row.id}", row.name, row.id_number or "", stated=stated)
    return found


def school_claimant(session: Session, name: str, code: str, *, on: date) -> Claimant:
    """The school itself."""
    return Claimant("school", name, code, stated=_stated(session, Beneficiary.SCHOOL, on).get("", {}))


def _stated(session: Session, whose: Beneficiary, on: date) -> dict[str, dict[str, Known]]:
    rows = session.execute(
        select(ClaimantParticulars, root_of(ClaimantParticulars.person_id))
        .where(ClaimantParticulars.beneficiary == whose, ClaimantParticulars.stated_on <= on)
        .order_by(ClaimantParticulars.stated_on, ClaimantParticulars.id)
    )
    found: dict[str, dict[str, Known]] = defaultdict(dict)
    for row, person in rows:
        key = person or row.firm_id or ""
        source = f"申领资料 {row.stated_on}：{row.source}"
        for column in STATED:
            value = getattr(row, column)
            if value is not None:
                found[key][column] = Known(value, source, "subsidies", (("particulars", key),))
    return found


def statements(session: Session, whose: Beneficiary, key: str) -> list[StatementRow]:
    """What was stated of one claimant, newest first."""
    asked = select(ClaimantParticulars).where(ClaimantParticulars.beneficiary == whose)
    if whose is Beneficiary.PERSON:
        asked = asked.where(root_of(ClaimantParticulars.person_id) == key)
    elif whose is Beneficiary.ENTERPRISE:
        asked = asked.where(ClaimantParticulars.firm_id == key)
    names = staff_names(session)
    order = (ClaimantParticulars.stated_on.desc(), ClaimantParticulars.id.desc())
    return [
        StatementRow(row.id, row.stated_on, row.source, names.get(row.stated_by, ""), "、".join(_labels(row)))
        for row in session.scalars(asked.order_by(*order))
    ]


def _labels(row: ClaimantParticulars) -> Iterable[str]:
    for column in STATED:
        if getattr(row, column) is not None:
            yield str(ClaimantParticulars.__table__.c[column].info["label"])


def statement_form(session: Session, whose: Beneficiary, key: str, *, on: date) -> dict[str, Any]:
    """What counts today, as the form starts with."""
    return {name: known.value for name, known in _stated(session, whose, on).get(key, {}).items()}


def beneficiary_of(session: Session, key: str) -> Beneficiary:
    """Whose particulars a key means: ``school``, a firm's id, else a person's."""
    if key == "school":
        return Beneficiary.SCHOOL
    return Beneficiary.ENTERPRISE if session.get(Firm, key) is not None else Beneficiary.PERSON


def find_claimants(session: Session, text: str, limit: int) -> Sequence[tuple[str, str, str]]:
    """(id, name, village) of people whose name or number begins so."""
    asked = (
        select(Person.id, Person.name, Person.village)
        .where(Person.state != "merged", Person.name.startswith(text, autoescape=True) | Person.name_initials.startswith(text.lower(), autoescape=True))
        .order_by(Person.name_initials, Person.id)
        .limit(limit)
    )  # fmt: skip
    return [(row.id, row.name, row.village or "") for row in session.execute(asked)]
