"""Whom a paper is printed for: what the command line said, found in the home."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.cohorts.queries import CohortRow, cohort_list, find_cohort
from kqdesk.rooms.cohorts.terms import CohortState
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.people.queries import find
from kqdesk.school import School
from kqdesk.security.masking import mask_id


class Wish:
    """One print: whom for, where to. Everything left empty means all there is."""

    def __init__(
        self,
        school: School,
        out: Path,
        *,
        today: date,
        cohorts: Sequence[str] = (),
        persons: Sequence[str] = (),
        sitting: str = "",
        numbers: Sequence[str] = (),
        week: date | None = None,
        progress: Progress = Quiet(),
    ) -> None:
        self.school, self.out, self.today, self.progress = school, out, today, progress
        self.cohorts, self.persons, self.sitting, self.numbers = cohorts, persons, sitting, numbers
        self.week = week or today

    @property
    def letterhead(self) -> str:
        """The school's name as papers carry it."""
        with self.school.store.reading() as session:
            card = school_card(session)
        return card.name if card else ""

    def shown_id(self, number: str) -> str:
        """The ID number as this person may print it."""
        return number if self.school.staff.sees_full_ids else mask_id(number)

    def cohort_rows(self, session: Session) -> list[CohortRow]:
        """The cohorts named by number, or every one that was not cancelled; UserError for an unknown number."""
        if not self.cohorts:
            return [row for row in cohort_list(session) if row.state is not CohortState.CANCELLED]
        rows = [(no, find_cohort(session, no)) for no in self.cohorts]
        unknown = [no for no, row in rows if row is None]
        if unknown:
            raise UserError(f"没有编号是 {'、'.join(unknown)} 的班级。编号在「班级」页第一列。")
        return [row for _, row in rows if row is not None]

    def person_ids(self, session: Session) -> set[str]:
        """The persons named; UserError when a text fits nobody or several."""
        found: set[str] = set()
        for text in self.persons:
            hits = find(session, text, 3)
            exact = [hit for hit in hits if hit.name == text] or hits
            if len(exact) != 1:
                raise UserError(_not_one(text, [hit.name for hit in exact]))
            found.add(exact[0].id)
        return found


def _not_one(text: str, names: Iterable[str]) -> str:
    listed = "、".join(names)
    if not listed:
        return f"没有找到「{text}」。"
    return f"「{text}」不止一个人（{listed}）。请写证件号码或电话。"
