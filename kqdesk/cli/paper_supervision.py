"""Papers of 督查, filled from the home: a notice a task, an answer a task that was answered."""

from collections.abc import Callable
from pathlib import Path

from kqdesk.cli.paper_wish import Wish
from kqdesk.rooms.supervision import papers, queries
from kqdesk.rooms.supervision.papers import SupervisionPaper


def notices(wish: Wish) -> int:
    """督查通知单 of every task."""
    return _printed(wish, papers.print_notices, answered=False)


def replies(wish: Wish) -> int:
    """督查答复单 of every task that was answered."""
    return _printed(wish, papers.print_replies, answered=True)


def _printed(wish: Wish, write: Callable[[list[SupervisionPaper], Path], int], *, answered: bool) -> int:
    school, today = wish.letterhead, wish.today
    with wish.school.store.reading() as session:
        rows = queries.tasks(session, today=today)
        cards = [queries.task_card(session, row.id, today=today) for row in rows]
    found = [
        SupervisionPaper(school, today, card)
        for card in cards
        if card is not None and (card.answer is not None or not answered)
    ]
    return write(found, wish.out) if found else 0
