"""A sitting from its opening to the lock, with everything that must be refused on the way."""

import re
from datetime import date
from inspect import signature

import pytest

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.cohorts.terms import ScienceOption
from kqdesk.rooms.exams import actions, queries
from kqdesk.rooms.exams.actions import Added, Checked, Entry
from kqdesk.rooms.exams.rules import Points
from kqdesk.rooms.exams.terms import Organiser, ScoreFlag, SittingState
from kqdesk.store.store import Store
from tests.conftest import CLERK, CLERK_SIGNER, HEAD, HEAD_SIGNER
from tests.exams.school import Made, make_school

ON = date(2026, 2, 28)
SIGNERS = {CLERK: CLERK_SIGNER, HEAD: HEAD_SIGNER}


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk)


@pytest.fixture
def sitting(store: Store, clerk: str, made: Made) -> str:
    return store.run(
        actions.open_sitting, clerk, title="2026年春季考试", on=ON, programme_id=made.programme
    ).value


@pytest.fixture
def seated(store: Store, clerk: str, made: Made, sitting: str) -> str:
    store.run(actions.add_candidates, clerk, sitting_id=sitting, cohort_ids=made.cohorts)
    store.run(actions.add_hall, clerk, sitting_id=sitting, name="第1考场", capacity=6)
    store.run(actions.add_hall, clerk, sitting_id=sitting, name="第2考场", capacity=6)
    store.run(actions.arrange_seats, clerk, sitting_id=sitting)
    return sitting


def row(store: Store, sitting: str) -> queries.SittingRow:
    with store.reading() as session:
        return queries.sittings(session, sitting_id=sitting)[0]


def sheet(store: Store, sitting: str) -> queries.ScoreSheet:
    with store.reading() as session:
        return queries.score_sheet(session, sitting)


def entries(store: Store, sitting: str, tenths: int = 800) -> list[Entry]:
    found = sheet(store, sitting)
    return [
        Entry(r.id, paper.id, Points(tenths))
        for r in found.rows
        for paper in found.papers
        if paper.id in r.due
    ]


def refused(store: Store, act, who: str, part: str, kind: type[UserError] = UserError, **kw) -> None:
    if "signer" in signature(act).parameters:
        kw["signer"] = SIGNERS[who]
    with pytest.raises(kind, match=re.escape(part)):
        store.run(act, who, **kw)


def test_opening_makes_a_paper_for_each_subject_of_the_programme(store: Store, sitting: str):
    with store.reading() as session:
        papers = queries.papers_of(session, sitting)

    assert [p.subject for p in papers] == [
        Subject.CHINESE,
        Subject.MATHEMATICS,
        Subject.NATURAL_SCIENCE,
        Subject.SOCIAL_SCIENCE,
        Subject.CIVICS,
    ]
    assert {p.full_marks for p in papers} == {100}
    assert papers[0].time_words == "08:30—10:00"


def test_without_full_marks_in_a_pack_no_sitting_is_opened(store: Store, clerk: str, made: Made):
    refused(
        store, actions.open_sitting, clerk, "每科满分未配置", title="早年考试", on=date(2007, 1, 1),
        programme_id=made.programme,
    )  # fmt: skip


def test_candidates_come_from_cohorts_once_each(store: Store, clerk: str, made: Made, sitting: str):
    first = store.run(actions.add_candidates, clerk, sitting_id=sitting, cohort_ids=made.cohorts[:1]).value
    again = store.run(actions.add_candidates, clerk, sitting_id=sitting, cohort_ids=made.cohorts).value

    assert (first, again) == (Added(5, 0, 0), Added(4, 5, 0))
    assert row(store, sitting).candidates == 9
    assert row(store, sitting).due == 9 * 4


def test_seats_are_arranged_with_tickets_and_undone_in_one_step(store: Store, clerk: str, seated: str):
    with store.reading() as session:
        people = queries.candidates(session, seated)

    assert [(p.hall, p.seat_no) for p in people] == [("第1考场", n) for n in range(1, 7)] + [
        ("第2考场", n) for n in range(1, 4)
    ]
    assert people[0].ticket_no == "2602280101"
    assert row(store, seated).state is SittingState.ARRANGED
    store.undo(clerk)
    assert (row(store, seated).state, row(store, seated).seated) == (SittingState.DRAFT, 0)


def test_seats_need_rooms_candidates_and_a_science(store: Store, clerk: str, made: Made, sitting: str):
    refused(store, actions.arrange_seats, clerk, "还没有考场", sitting_id=sitting)
    store.run(actions.add_hall, clerk, sitting_id=sitting, name="第1考场", capacity=3)
    refused(store, actions.arrange_seats, clerk, "还没有考生", sitting_id=sitting)
    store.run(actions.add_candidates, clerk, sitting_id=sitting, cohort_ids=made.cohorts)
    refused(store, actions.arrange_seats, clerk, "座位只有 3 个", sitting_id=sitting)


def test_a_sitting_of_the_city_is_never_arranged_here(store: Store, clerk: str, made: Made):
    city = store.run(
        actions.open_sitting,
        clerk,
        title="市考",
        on=ON,
        programme_id=made.programme,
        organiser=Organiser.CITY,
    ).value

    refused(store, actions.arrange_seats, clerk, "由组织单位编排", sitting_id=city)


def test_a_mark_of_800_never_gets_in(store: Store, clerk: str, seated: str):
    typed = entries(store, seated)
    wrong = [*typed[:3], Entry(typed[3].candidate_id, typed[3].paper_id, Points(8000))]

    refused(
        store,
        actions.enter_scores,
        clerk,
        "满分是 100 分，800 分超出了范围",
        sitting_id=seated,
        entries=wrong,
    )

    assert row(store, seated).entered == 0


def test_a_mark_for_the_science_somebody_does_not_sit_is_refused(store: Store, clerk: str, seated: str):
    found = sheet(store, seated)
    someone = found.rows[0]
    other = next(p for p in found.papers if p.id not in someone.due)

    refused(
        store, actions.enter_scores, clerk, "不考", signer=SIGNERS[clerk], sitting_id=seated,
        entries=[Entry(someone.id, other.id, Points(500))],
    )  # fmt: skip


def test_two_persons_then_the_lock(store: Store, clerk: str, head: str, seated: str):
    typed = entries(store, seated)
    typed[0] = Entry(typed[0].candidate_id, typed[0].paper_id, Points(flag=ScoreFlag.ABSENT))
    store.run(actions.enter_scores, clerk, signer=SIGNERS[clerk], sitting_id=seated, entries=typed)
    refused(
        store, actions.check_scores, clerk, "要由另一个人复核", NotAllowed, sitting_id=seated, entries=typed
    )
    refused(store, actions.lock_sitting, head, "36 格没有复核", sitting_id=seated)
    again = [*typed[:1], Entry(typed[1].candidate_id, typed[1].paper_id, Points(80)), *typed[2:]]

    checked = store.run(
        actions.check_scores, head, signer=SIGNERS[head], sitting_id=seated, entries=again
    ).value

    assert checked == Checked(equal=35, differing=1)
    refused(store, actions.lock_sitting, head, "1 格两次登的不一致", sitting_id=seated)
    with store.reading() as session:
        [difference] = queries.differences(session, seated)
    assert (difference.first.words, difference.second.words, difference.first_by) == ("80", "8", "沈月琴")
    refused(
        store, actions.settle_score, clerk, "另一个人", NotAllowed, score_id=difference.id, points=Points(800)
    )
    store.run(actions.settle_score, head, signer=SIGNERS[head], score_id=difference.id, points=Points(800))
    store.run(actions.lock_sitting, head, signer=SIGNERS[head], sitting_id=seated)
    locked = row(store, seated)
    assert (locked.state, locked.checked, locked.due) == (SittingState.LOCKED, 36, 36)
    refused(store, actions.enter_scores, clerk, "成绩已锁定", sitting_id=seated, entries=typed[:1])
    with pytest.raises(UserError, match="更正成绩"):
        store.undo(head)


def test_changing_a_checked_mark_takes_the_check_away(store: Store, clerk: str, head: str, seated: str):
    typed = entries(store, seated)
    store.run(actions.enter_scores, clerk, signer=SIGNERS[clerk], sitting_id=seated, entries=typed)
    store.run(actions.check_scores, head, signer=SIGNERS[head], sitting_id=seated, entries=typed)

    store.run(
        actions.enter_scores, clerk, signer=SIGNERS[clerk], sitting_id=seated,
        entries=[Entry(typed[0].candidate_id, typed[0].paper_id, Points(790))],
    )  # fmt: skip

    assert row(store, seated).checked == 35
    cell = sheet(store, seated).rows[0].cells[typed[0].paper_id]
    assert (cell.points, cell.second, cell.checked_by) == (Points(790), Points(), None)


def test_after_the_lock_a_correction_counts_once_a_second_person_confirmed_it(
    store: Store, clerk: str, head: str, made: Made, seated: str
):
    typed = entries(store, seated)
    store.run(actions.enter_scores, clerk, signer=SIGNERS[clerk], sitting_id=seated, entries=typed)
    store.run(actions.check_scores, head, signer=SIGNERS[head], sitting_id=seated, entries=typed)
    store.run(actions.lock_sitting, head, signer=SIGNERS[head], sitting_id=seated)
    cell = sheet(store, seated).rows[0].cells[typed[0].paper_id]
    refused(
        store,
        actions.correct_score,
        clerk,
        "更正原因",
        score_id=cell.score_id,
        points=Points(780),
        reason=" ",
    )

    correction = store.run(
        actions.correct_score,
        clerk,
        signer=SIGNERS[clerk],
        score_id=cell.score_id,
        points=Points(780),
        reason="合分算错",
    ).value

    assert sheet(store, seated).rows[0].cells[typed[0].paper_id].points == Points(800)
    assert row(store, seated).open_corrections == 1
    refused(store, actions.confirm_correction, clerk, "另一个人", NotAllowed, score_id=correction)
    store.run(actions.confirm_correction, head, signer=SIGNERS[head], score_id=correction)
    after = sheet(store, seated).rows[0].cells[typed[0].paper_id]
    assert (after.points, after.is_corrected) == (Points(780), True)
    assert row(store, seated).open_corrections == 0
    with store.reading() as session:
        marks = [a.points.tenths for found in queries.attempts(session).values() for a in found]
    assert sorted(marks) == [780] + [800] * 35
    refused(
        store,
        actions.correct_score,
        clerk,
        "已经有一次更正",
        score_id=cell.score_id,
        points=Points(0),
        reason="再改",
    )


def test_candidates_with_marks_stay_and_so_does_their_science(store: Store, clerk: str, seated: str):
    one = entries(store, seated)[0]
    store.run(actions.enter_scores, clerk, signer=SIGNERS[clerk], sitting_id=seated, entries=[one])

    refused(store, actions.remove_candidates, clerk, "已经登了分", candidate_ids=[one.candidate_id])
    refused(
        store, actions.choose_candidate_science, clerk, "已经登了分", candidate_ids=[one.candidate_id],
        option=ScienceOption.SOCIAL,
    )  # fmt: skip
    refused(store, actions.arrange_seats, clerk, "已经开始登分", sitting_id=seated)
    refused(store, actions.remove_sitting, clerk, "不能删除", sitting_id=seated)


def test_a_sitting_without_marks_goes_whole_and_comes_back_whole(store: Store, clerk: str, seated: str):
    store.run(actions.remove_sitting, clerk, sitting_id=seated)

    with store.reading() as session:
        assert queries.sittings(session) == []
    store.undo(clerk)
    assert (row(store, seated).candidates, row(store, seated).halls) == (9, 2)


def test_clearing_a_mark_empties_its_cell(store: Store, clerk: str, seated: str):
    one = entries(store, seated)[0]
    store.run(actions.enter_scores, clerk, signer=SIGNERS[clerk], sitting_id=seated, entries=[one])

    store.run(
        actions.enter_scores,
        clerk,
        signer=SIGNERS[clerk],
        sitting_id=seated,
        entries=[Entry(one.candidate_id, one.paper_id, Points())],
    )

    assert row(store, seated).entered == 0
