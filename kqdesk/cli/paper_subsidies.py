"""Papers of 奖补, filled from the home: the posted list, the payment list, slips of claims, firms' fund checks."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from kqdesk.cli.paper_wish import Wish
from kqdesk.printing.blocks import Part
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.subsidies import papers, queries
from kqdesk.rooms.subsidies.papers import BatchPaper, FundPaper, SlipPaper
from kqdesk.rooms.subsidies.terms import BatchState


def posted_lists(wish: Wish) -> int:
    """公示名单 of every batch that was checked."""
    return _batches(wish, papers.POSTED, papers.posted_part)


def payment_lists(wish: Wish) -> int:
    """发放表 of every batch that was checked."""
    return _batches(wish, papers.PAYMENT, papers.payment_part)


def _batches(wish: Wish, title: str, part: Callable[[BatchPaper], Part]) -> int:
    with wish.school.store.reading() as session:
        name, phone = wish.letterhead, _phone(session)
        parts = [
            part(
                BatchPaper(name, phone, batch, tuple(queries.claims(session, batch_id=batch.id)), wish.today)
            )
            for batch in queries.batches(session)
            if batch.state is not BatchState.DRAFT
        ]
    return papers.print_parts(wish.out, title, parts, wish.progress) if parts else 0


def claim_slips(wish: Wish) -> int:
    """受理单 of the persons named, else of the twenty newest claims."""
    with wish.school.store.reading() as session:
        name, phone, wanted = wish.letterhead, _phone(session), wish.person_ids(session)
        rows = [
            row
            for row in queries.claims(session)
            if not row.reverses_id and (not wanted or row.person_id in wanted)
        ]
        cards = [queries.claim_card(session, row.id, on=wish.today) for row in rows[:20]]
    parts = [papers.slip_part(SlipPaper(name, phone, card, wish.today)) for card in cards if card is not None]
    return papers.print_parts(wish.out, papers.SLIP, parts, wish.progress) if parts else 0


def fund_checks(wish: Wish) -> int:
    """职工教育经费检查表 of every firm with a year."""
    with wish.school.store.reading() as session:
        rows = queries.fund_rows(session, on=wish.today)
    firms = dict.fromkeys((row.firm_id, row.firm, row.credit_code) for row in rows)
    parts = [
        papers.fund_part(
            FundPaper(
                wish.letterhead, firm, code, tuple(row for row in rows if row.firm_id == key), wish.today
            )
        )
        for key, firm, code in firms
    ]
    return papers.print_parts(wish.out, papers.FUND, parts, wish.progress) if parts else 0


def _phone(session: Session) -> str:
    card = school_card(session)
    return (card.phone if card else "") or ""
