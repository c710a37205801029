"""The yearly clean-up: only what is due by the retention table, with reasons, by two persons, on paper."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.people import queries as roster
from kqdesk.rooms.privacy import actions, papers, queries
from kqdesk.rooms.privacy.papers import School
from kqdesk.rooms.privacy.rules.keeping import Term, due_on, keep_reason, second_person_fault
from kqdesk.rooms.privacy.terms import Category, CleanupState
from kqdesk.security.roles import Role
from kqdesk.store import engine
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import Attachments, attach
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER, KEY, Clock
from tests.insider import write_past
from tests.privacy.school import NAME, Small, make_small, set_term

TODAY = date(2026, 3, 2)


@pytest.fixture
def small(store: Store) -> Small:
    return make_small(store)


@action("测试放证明")
def add_proof(w: Writing, *, person_id: str, digest: str) -> None:
    attach(
        w,
        table="person",
        row_id=person_id,
        purpose="proof",
        digest=digest,
        name="户口簿.jpg",
        media="image/jpeg",
        size=3,
    )


def due(store: Store, today: date) -> list[tuple[Category, str]]:
    with store.reading() as session:
        return [(line.category, line.row_id) for line in queries.proposal(session, today=today).lines]


def test_nothing_is_due_while_nobody_said_how_long(store: Store, small: Small):
    with store.reading() as session:
        found = queries.proposal(session, today=date(2040, 1, 1))

    assert found.lines == ()
    assert [term.category for term in found.unset] == [
        Category.ROSTER, Category.PHOTO, Category.SCAN, Category.PROOF,
    ]  # fmt: skip


def test_a_person_is_due_after_her_years_and_a_learner_never(store: Store, small: Small):
    set_term(store, "retention.roster", "2")

    assert due(store, date(2028, 3, 1)) == []
    assert due(store, date(2028, 3, 2)) == [(Category.ROSTER, small.roster_only)]
    assert due(store, date(2099, 1, 1)) == [(Category.ROSTER, small.roster_only)]


def test_two_persons_clean_up_and_the_paper_says_so(
    store: Store, small: Small, clerk: str, head: str, clock: Clock, attachments: Attachments
):
    set_term(store, "retention.roster", "2")
    set_term(store, "retention.proof", "1")
    digest = attachments.keep(b"jpg")
    store.run(add_proof, clerk, person_id=small.learner, digest=digest)
    clock.forward(days=800)
    cleanup = store.run(actions.propose_cleanup, clerk, signer=CLERK_SIGNER).value

    with pytest.raises(NotAllowed, match="您已经提出"):
        store.run(actions.execute_cleanup, clerk, cleanup_id=cleanup, signer=CLERK_SIGNER)
    done = store.run(actions.execute_cleanup, head, cleanup_id=cleanup, signer=HEAD_SIGNER).value

    assert (done.rows, done.kept, done.digests) == (2, 0, (digest,))
    assert (store.verify_chain(), store.verify_rows()) == (None, None)
    with store.reading() as session:
        [row] = queries.cleanups(session)
        assert roster.find(session, NAME) == []
    assert (row.state, row.count, row.proposed_by, row.agreed_by) == (
        CleanupState.DONE,
        2,
        "沈月琴",
        "章国平",
    )
    assert papers.cleanup_paper(School("兰亭成校", None, TODAY), row)[:4] == b"%PDF"
    with pytest.raises(UserError, match="不能恢复"):
        store.undo(head)
    raw = engine.connect(store.path, KEY)
    told = " ".join(str(row) for row in raw.execute("SELECT * FROM journal_change").fetchall())
    told += " ".join(str(row) for row in raw.execute("SELECT * FROM journal_entry").fetchall())
    raw.close()
    assert (NAME in told, "户口簿" in told) == (False, False)


def test_a_list_changed_behind_the_programs_back_is_refused(
    store: Store, small: Small, clerk: str, head: str, clock: Clock
):
    set_term(store, "retention.roster", "1")
    clock.forward(days=500)
    cleanup = store.run(actions.propose_cleanup, clerk, signer=CLERK_SIGNER).value
    write_past(store.path, "UPDATE cleanup_line SET row_id=?", small.learner)

    with pytest.raises(UserError, match="清单与提出时签名的不一致"):
        store.run(actions.execute_cleanup, head, cleanup_id=cleanup, signer=HEAD_SIGNER)


def test_a_dropped_clean_up_deletes_nothing(store: Store, small: Small, clerk: str, head: str, clock: Clock):
    set_term(store, "retention.roster", "1")
    clock.forward(days=500)
    cleanup = store.run(actions.propose_cleanup, clerk, signer=CLERK_SIGNER).value

    store.run(actions.drop_cleanup, head, cleanup_id=cleanup)

    with pytest.raises(UserError, match="已经办结或放弃"):
        store.run(actions.execute_cleanup, head, cleanup_id=cleanup, signer=HEAD_SIGNER)
    with store.reading() as session:
        assert roster.find(session, NAME) != []


# --- rules -----------------------------------------------------------------------------------------------------------


def term(years: int | None) -> Term:
    return Term(Category.ROSTER, years, f"{years} 年" if years else "永久", "")


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(1, 30))
def test_due_is_the_same_day_years_later_and_never_before(last: date, years: int):
    day = due_on(term(years), last)

    assert day is not None
    assert day.year == last.year + years
    assert (day.month, day.day) in ((last.month, last.day), (3, 1))
    assert keep_reason(term(years), last, day, is_sealed=False) == ""
    assert keep_reason(term(years), last, last, is_sealed=False) != ""


@pytest.mark.parametrize(
    ("years", "is_sealed", "kept"),
    [(None, False, False), (None, True, True), (0, False, True), (0, True, True)],
)
def test_for_ever_and_sealed_stay_and_unset_does_not(years: int | None, is_sealed: bool, kept: bool):
    assert bool(keep_reason(term(years), TODAY, date(2100, 1, 1), is_sealed=is_sealed)) is kept


def test_second_person():
    assert "您已经提出" in (second_person_fault("a", "a", (Role.HEADMASTER,)) or "")
    assert "还没有校长" in (second_person_fault("a", "b", (Role.CLERK, Role.CLERK)) or "")
    assert second_person_fault("a", "b", (Role.CLERK, Role.HEADMASTER)) is None
    assert second_person_fault("a", "b", (Role.HEADMASTER, Role.CLERK)) is None
