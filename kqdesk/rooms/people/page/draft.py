"""What is being imported: the file as read, the rows mended in place, the plan; and the work on it off the window."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.excel.reading import Refused
from kqdesk.kernel.progress import Progress
from kqdesk.rooms.people.queries import ImportPlan, Layout, layout_for, plan_import
from kqdesk.rooms.people.sheets import (
    PURPOSE,
    HeldRow,
    RosterRead,
    headings_in,
    mend,
    read_remembered,
    read_roster,
)
from kqdesk.rooms.people.terms import Decision


@dataclass(frozen=True)
class Draft:
    """One file on its way in. ``mended``: held rows as they stand after typing, by their place in ``read.held``."""

    read: RosterRead
    plan: ImportPlan
    titles: Mapping[str, str]
    layout: Layout | None = None  # how such a file was read before; its titles are among ``titles``
    township: str = ""  # only rows of this township are to be taken; "" = all
    mended: Mapping[int, HeldRow] = field(default_factory=dict)
    decisions: Mapping[int, Decision] = field(default_factory=dict)

    @property
    def open_rows(self) -> list[tuple[int, HeldRow]]:
        """Held rows that still have faults."""
        rows = [(n, self.mended.get(n, row)) for n, row in enumerate(self.read.held)]
        return [(n, row) for n, row in rows if row.faults]

    @property
    def fixed_count(self) -> int:
        """Held rows that were mended and may be taken."""
        return len(self.read.held) - len(self.open_rows)

    @property
    def place_names(self) -> list[str]:
        """Where each row of the plan stands in the file: 溪南村 第 5 行."""
        return [_place(person.sheet, person.row) for person in self.plan.rows]

    def decide(self, row: int, decision: Decision | None) -> "Draft":
        """The same with a decision about one doubtful row; None takes it back."""
        left = {n: made for n, made in self.decisions.items() if n != row}
        return replace(self, decisions=left if decision is None else {**left, row: decision})

    def mend(self, number: int, edits: Mapping[str, str], today: date) -> "Draft":
        """The same with some cells of a held row typed anew, judged as the import judges."""
        row = self.mended.get(number, self.read.held[number])
        return replace(self, mended={**self.mended, number: mend(row, edits, today=today)})


def _place(sheet: str | None, row: int) -> str:
    return f"{sheet} 第 {row} 行" if sheet else f"第 {row} 行"


def read_draft(desk: Desk, path: Path, titles: Mapping[str, str] | None, today: date, job: Job) -> Draft:
    """Read a file and compare it with the roster; runs on a work thread.

    titles: headings assigned by hand; None asks how such a file was read before and reads it so again. A file in
    which no roster is found comes as a draft without rows when somebody could say which column is what.
    """
    if titles is None:
        found = read_remembered(path, partial(_layout, desk), today=today, progress=job)
        known = dict(found.layout.titles) if found.layout else {}
        return Draft(found.read, _plan(desk, found.read.people, job), known, found.layout)
    try:
        read = read_roster(path, today=today, titles=titles, progress=job)
    except Refused as refused:
        blank = RosterRead(path, tables=headings_in(path) if refused.kind == "no_roster" else [])
        if not blank.tables:
            raise
        return Draft(blank, ImportPlan([], 0), dict(titles))
    return Draft(read, _plan(desk, read.people, job), dict(titles))


def _layout(desk: Desk, fingerprint: str) -> Layout | None:
    with desk.store.reading() as session:
        return layout_for(session, purpose=PURPOSE, fingerprints=[fingerprint])


def only_township(desk: Desk, draft: Draft, code: str, job: Job) -> Draft:
    """The same draft for the people of one township of a district's list; "" for all again."""
    return check_again(desk, replace(draft, township=code, decisions={}), job)


def township_counts(read: RosterRead) -> dict[str, int]:
    """How many people of the file live in which township, by its code; "" where the file does not say."""
    return dict(Counter(person.township_code or "" for person in read.people))


def check_again(desk: Desk, draft: Draft, job: Job) -> Draft:
    """Compare anew: rows were mended, or the roster was changed meanwhile. Decisions about the same rows stay."""
    fixed = [draft.mended[n].person for n in sorted(draft.mended) if not draft.mended[n].faults]
    rows = [*draft.read.people, *fixed]
    if draft.township:
        rows = [person for person in rows if person.township_code == draft.township]
    return replace(draft, plan=_plan(desk, rows, job))


def _plan(desk: Desk, rows: list[Any], progress: Progress) -> ImportPlan:
    with desk.store.reading() as session:
        return plan_import(session, rows, progress)


def reading_work(desk: Desk, path: Path, titles: Mapping[str, str] | None) -> Any:
    """``read_draft`` ready for ``desk.start``."""
    return partial(read_draft, desk, path, titles, desk.today())
