"""企业职工教育经费 by firm and year, checked by the rules that counted then."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.places.model import Firm
from kqdesk.rooms.subsidies.model import TrainingFundYear
from kqdesk.rooms.subsidies.queries.rulebook import cards_on
from kqdesk.rooms.subsidies.rules import FundCheck, FundYear, check_years


@dataclass(frozen=True)
class FundRow:
    """One year of one firm. ``id``: the row's."""

    id: str
    firm_id: str
    firm: str
    credit_code: str
    check: FundCheck

    @property
    def year(self) -> int:
        """The calendar year."""
        return self.check.year.year


def fund_rows(session: Session, *, on: date, firm_id: str | None = None) -> list[FundRow]:
    """Every firm's years, the newest first within a firm; two statements and the rule packs."""
    rules = [card.rule for card in cards_on(session, on).values() if card.rule is not None]
    by_firm: dict[str, list[TrainingFundYear]] = defaultdict(list)
    firms: dict[str, tuple[str, str]] = {}
    asked = select(TrainingFundYear, Firm.name, Firm.credit_code).join(
        Firm, Firm.id == TrainingFundYear.firm_id
    )
    if firm_id is not None:
        asked = asked.where(TrainingFundYear.firm_id == firm_id)
    for row, name, code in session.execute(asked.order_by(Firm.name, TrainingFundYear.year)):
        by_firm[row.firm_id].append(row)
        firms[row.firm_id] = (name, code or "")
    found = []
    for key, rows in by_firm.items():
        ids = {row.year: row.id for row in rows}
        checks = check_years([_year(row) for row in rows], rules)
        found += [FundRow(ids[one.year.year], key, *firms[key], one) for one in reversed(checks)]
    return found


def _year(row: TrainingFundYear) -> FundYear:
    return FundYear(
        row.year,
        row.wages_total,
        row.training_spend,
        row.frontline_spend,
        row.carry_in,
        f"{row.year} 年：{row.source}",
    )


def fund_form(session: Session, row_id: str) -> dict[str, Any]:
    """A year as the form starts with."""
    row = session.get_one(TrainingFundYear, row_id)
    names = ("firm_id", "year", "wages_total", "training_spend", "frontline_spend", "carry_in", "source")
    return {name: getattr(row, name) for name in names}


def firm_choices(session: Session) -> list[tuple[str, str]]:
    """Firms in use by name."""
    rows = session.execute(select(Firm.id, Firm.name).where(Firm.is_active).order_by(Firm.name))
    return [(row.id, row.name) for row in rows]
