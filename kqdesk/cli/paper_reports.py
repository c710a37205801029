"""Papers of figures, filled from the home: 工作月报, 统计表."""

from kqdesk.cli.paper_wish import Wish
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.reports.papers import FigureSheet, as_brief, print_brief, print_figures
from kqdesk.rooms.reports.queries import Progress, brief, data_state, notes_of, progress
from kqdesk.rooms.reports.rules import FIGURES, calendar_year, counted


def monthly_brief(wish: Wish) -> int:
    """Of the month ``--week`` is in, else of this one."""
    with wish.school.store.reading() as session:
        found = brief(session, month=wish.week, today=wish.today)
    _refuse_nothing(found.progress)
    return print_brief(as_brief(found), wish.out, wish.progress)


def figure_sheet(wish: Wish) -> int:
    """Of the calendar year ``--week`` is in."""
    period = calendar_year(wish.week.year).seen_on(wish.today)
    with wish.school.store.reading() as session:
        found = progress(session, period, state=data_state(session))
        notes = notes_of(found, active_packs(session))
    _refuse_nothing(found)
    rows = tuple((key, counted(found.facts, key).value) for key in FIGURES)
    sheet = FigureSheet(wish.letterhead, f"{period.words}统计表", period.words, period.end, rows, notes)
    return print_figures(sheet, wish.out, wish.progress)


def _refuse_nothing(found: Progress) -> None:
    """A year without a class, an activity, a paper or a target has nothing to say."""
    facts = found.facts
    if facts.enrolments or facts.activities or facts.papers or facts.past or facts.answers:
        return
    if not any(line.target for line in found.lines):
        raise UserError(f"没有可以打印的数字：{facts.period.words}没有班级、活动、证书，也没有填目标。")
