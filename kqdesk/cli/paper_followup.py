"""Papers of 跟踪, filled from the home: 回访名单, 增收跟踪统计表, 满意度问卷 and its results, 奖状, 表彰名单, 学习生命线."""

from datetime import date

from sqlalchemy.orm import Session

from kqdesk.cli.paper_wish import Wish
from kqdesk.rooms.certificates.queries import host_of
from kqdesk.rooms.followup import papers, queries
from kqdesk.rooms.followup.papers import (
    CallPaper,
    FormPaper,
    HonourPaper,
    LifePaper,
    OutcomePaper,
    ResultPaper,
)
from kqdesk.rooms.followup.queries import QuestionnaireRow
from kqdesk.rooms.followup.terms import HonourState
from kqdesk.rooms.office.queries import school_card


def call_lists(wish: Wish) -> int:
    """Who is to be called this week; nobody: those who come next."""
    with wish.school.store.reading() as session:
        shelf = "week"
        rows = queries.call_rows(session, today=wish.today, shelf=shelf)
        if not rows:
            shelf = "ahead"
            rows = queries.call_rows(session, today=wish.today, shelf=shelf)
        bands = queries.pay_bands(session, wish.today)
    sees = wish.school.staff.sees_full_ids
    paper = CallPaper(wish.letterhead, queries.SHELVES[shelf], tuple(rows), bands, wish.today, sees)
    return papers.print_calls(paper, wish.out, wish.progress) if rows else 0


def outcome_sheet(wish: Wish) -> int:
    """The calendar year of the day, up to the day."""
    with wish.school.store.reading() as session:
        since, until = date(wish.week.year, 1, 1), date(wish.week.year, 12, 31)
        table = queries.outcome(session, since=since, until=until, today=wish.today)
    paper = OutcomePaper(wish.letterhead, table, wish.today)
    return papers.print_outcome(paper, wish.out, wish.progress) if table.waves else 0


def satisfaction_forms(wish: Wish) -> int:
    """Forms of every open questionnaire of the cohorts, one for everybody who has not answered."""
    with wish.school.store.reading() as session:
        card, host = school_card(session), host_of(session)
        rows = [row for row in _questionnaires(wish, session) if row.is_open]
    number = papers.first_number(wish.school.store.clock())
    sheets = []
    for row in rows:
        copies = max(1, row.expected - row.forms)
        address = f"https://{host}/s/{row.token}" if host else ""
        sheets.append(FormPaper(wish.letterhead, card.code if card else "", row, copies, number, address))
        number += copies
    return papers.print_forms(sheets, wish.out, wish.progress) if sheets else 0


def satisfaction_results(wish: Wish) -> int:
    """Of every questionnaire of the cohorts with a form."""
    with wish.school.store.reading() as session:
        cards = [
            queries.questionnaire_card(session, row.id, today=wish.today)
            for row in _questionnaires(wish, session)
            if row.forms
        ]
    sheets = [ResultPaper(wish.letterhead, card, wish.today) for card in cards if card is not None]
    return papers.print_results(sheets, wish.out, wish.progress) if sheets else 0


def _questionnaires(wish: Wish, session: Session) -> list[QuestionnaireRow]:
    wanted = {row.id for row in wish.cohort_rows(session)}
    return [row for row in queries.questionnaires(session) if row.cohort_id in wanted]


def awards(wish: Wish) -> int:
    """奖状 of everybody awarded, or of the persons named."""
    paper = _honours(wish)
    return papers.print_awards(paper, wish.out, wish.progress) if paper.rows else 0


def honour_list(wish: Wish) -> int:
    """表彰名单 of the newest year."""
    paper = _honours(wish)
    newest = max((row.year for row in paper.rows), default=0)
    rows = tuple(row for row in paper.rows if row.year == newest)
    listed = HonourPaper(paper.school, rows, paper.on)
    return papers.print_honour_list(listed, wish.out, wish.progress) if rows else 0


def _honours(wish: Wish) -> HonourPaper:
    with wish.school.store.reading() as session:
        wanted = wish.person_ids(session)
        rows = queries.honours(session, states=[HonourState.AWARDED])
    chosen = tuple(row for row in rows if not wanted or row.person_id in wanted)
    return HonourPaper(wish.letterhead, chosen, wish.today)


def life_lines(wish: Wish) -> int:
    """Of the persons named."""
    now = wish.school.store.clock()
    with wish.school.store.reading() as session:
        lives = [queries.life_line(session, key, now=now) for key in sorted(wish.person_ids(session))]
    sheets = [LifePaper(wish.letterhead, life, wish.today) for life in lives if life is not None]
    return papers.print_lives(sheets, wish.out, wish.progress) if sheets else 0
