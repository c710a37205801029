"""Papers of accounts and numbers, filled from the home: 学习账户, 学习成绩单, 证书核对表."""

from kqdesk.cli.paper_wish import Wish
from kqdesk.rooms.certificates.papers import Reconciliation, print_reconciliation
from kqdesk.rooms.certificates.queries import blanks, numbers, void_numbers
from kqdesk.rooms.cohorts.queries import roster
from kqdesk.rooms.credits.papers import AccountPaper, TranscriptPaper, print_accounts, print_transcripts
from kqdesk.rooms.credits.queries import Transcript, account, accounts, transcript


def learning_accounts(wish: Wish) -> int:
    """Of the persons named, else of everybody with an account or an entry."""
    with wish.school.store.reading() as session:
        wanted = wish.person_ids(session)
        rows = [
            row
            for row in accounts(session, on=wish.today)
            if (row.id in wanted if wanted else row.state is not None or any(row.balances.values()))
        ]
        sheets = [AccountPaper(wish.letterhead, account(session, row.id), wish.today) for row in rows]
    return print_accounts(sheets, wish.out, wish.progress) if sheets else 0


def transcripts(wish: Wish) -> int:
    """Of the persons named, of the cohorts named, else of everybody with an account or an entry."""
    with wish.school.store.reading() as session:
        wanted = wish.person_ids(session)
        if not wanted and wish.cohorts:
            wanted = {one.person_id for row in wish.cohort_rows(session) for one in roster(session, row.id)}
        if not wanted:
            wanted = {row.id for row in accounts(session, on=wish.today) if any(row.balances.values())}
        told = [transcript(session, key, on=wish.today) for key in sorted(wanted)]
    name = wish.letterhead
    sheets = [TranscriptPaper(name, one, wish.today) for one in sorted(told, key=_name) if not one.is_empty]
    return print_transcripts(sheets, wish.out, wish.progress) if sheets else 0


def _name(told: Transcript) -> str:
    return told.name


def reconciliation(wish: Wish) -> int:
    """Numbers, blanks and void numbers of the whole school; nothing before the first number is given."""
    with wish.school.store.reading() as session:
        sheet = Reconciliation(
            wish.letterhead, numbers(session), blanks(session), void_numbers(session), wish.today
        )
    return print_reconciliation(sheet, wish.out) if sheet.numbers or sheet.blanks else 0
