"""Files put in and taken out, what does not apply, closing with and without what is missing."""

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.attendance import actions as attendance
from kqdesk.rooms.classfile import actions, queries
from kqdesk.rooms.classfile.terms import Paper, Standing
from kqdesk.store.attachments import KeptFile
from kqdesk.store.store import Store
from tests.attendance.conftest import Cohort
from tests.cohorts.test_queries import counted
from tests.conftest import Clock

FILE = KeptFile("ab" * 32, "批复.pdf", "application/pdf", 2048)


def standing(store: Store, cohort: Cohort) -> dict[Paper, Standing]:
    with store.reading() as session:
        [row] = queries.class_files(session, on=store.clock().date(), cohort_id=cohort.id)
    return {item.paper: item.standing for item in row.items}


def test_facts_of_a_class_that_was_held(store: Store, held: Cohort) -> None:
    found = standing(store, held)

    assert {paper: one for paper, one in found.items() if one is not Standing.MISSING} == {
        Paper.TIMETABLE: Standing.THERE,
        Paper.ROSTER: Standing.THERE,
    }


def test_the_same_file_is_put_in_once(store: Store, clerk: str, held: Cohort) -> None:
    values = {"cohort_id": held.id, "paper": Paper.APPROVAL, "files": [FILE, FILE]}

    first = store.run(actions.put_papers, clerk, **values)
    with pytest.raises(UserError, match="没有重复放入"):
        store.run(actions.put_papers, clerk, **values)
    before = standing(store, held)[Paper.APPROVAL]
    store.undo(clerk)

    assert (first.value, first.label) == (1, "放入档案材料：缝纫班 开班申请批复 1 份")
    assert (before, standing(store, held)[Paper.APPROVAL]) == (Standing.THERE, Standing.MISSING)


def test_what_the_records_give_takes_no_file(store: Store, clerk: str, held: Cohort) -> None:
    with pytest.raises(UserError, match="不用放文件"):
        store.run(actions.put_papers, clerk, cohort_id=held.id, paper=Paper.ROSTER, files=[FILE])


def test_a_file_is_taken_out_of_its_own_class_only(store: Store, clerk: str, held: Cohort) -> None:
    store.run(actions.put_papers, clerk, cohort_id=held.id, paper=Paper.NOTICE, files=[FILE])
    with store.reading() as session:
        card = queries.class_file(session, held.id, on=store.clock().date())
    assert card is not None
    [file] = card.files[Paper.NOTICE]

    store.run(actions.remove_paper, clerk, cohort_id=held.id, attachment_id=file.attachment_id)
    with pytest.raises(UserError, match="已经不在了"):
        store.run(actions.remove_paper, clerk, cohort_id=held.id, attachment_id=file.attachment_id)

    assert standing(store, held)[Paper.NOTICE] is Standing.MISSING


def test_waived_and_needed_again(store: Store, clerk: str, held: Cohort) -> None:
    values = {"cohort_id": held.id, "paper": Paper.SATISFACTION}
    with pytest.raises(UserError, match="为什么不适用"):
        store.run(actions.waive_paper, clerk, reason=" ", **values)
    store.run(actions.waive_paper, clerk, reason="试听班", **values)
    waived = standing(store, held)[Paper.SATISFACTION]
    store.run(actions.need_paper, clerk, **values)

    assert (waived, standing(store, held)[Paper.SATISFACTION]) == (Standing.WAIVED, Standing.MISSING)


def test_closing_with_gaps_needs_a_reason_and_a_closed_file_stays(
    store: Store, clerk: str, head: str, held: Cohort
) -> None:
    with pytest.raises(UserError, match="档案还缺：开班申请批复、招生通知"):
        store.run(actions.archive, clerk, cohort_id=held.id)
    store.run(actions.archive, clerk, cohort_id=held.id, reason="照片在旧手机里丢了")
    with pytest.raises(UserError, match="已经归档"):
        store.run(actions.put_papers, clerk, cohort_id=held.id, paper=Paper.NOTICE, files=[FILE])
    with store.reading() as session:
        [row] = queries.class_files(session, on=store.clock().date())
    store.run(actions.reopen, head, cohort_id=held.id, reason="补照片")
    store.run(actions.put_papers, clerk, cohort_id=held.id, paper=Paper.NOTICE, files=[FILE])

    assert row.archived is not None
    assert (row.archived.by, row.archived.reason) == ("沈月琴", "照片在旧手机里丢了")
    assert row.archived.missing.startswith("开班申请批复、招生通知、教学计划")


def test_pay_is_there_when_approved(
    store: Store, clerk: str, head: str, head_signer, held: Cohort, clock: Clock
) -> None:
    clock.forward(days=3)
    sheet = store.run(attendance.draw_pay_sheet, clerk, month="2026-03").value
    before = standing(store, held)[Paper.PAY]
    store.run(attendance.approve_pay_sheet, head, sheet_id=sheet, signer=head_signer)

    assert (before, standing(store, held)[Paper.PAY]) == (Standing.MISSING, Standing.THERE)


def test_as_many_statements_for_one_class_as_for_three(store: Store, clerk: str, held: Cohort) -> None:
    from kqdesk.rooms.cohorts import actions as cohorts  # noqa: PLC0415 -- only this test makes more classes

    with store.reading() as session, counted(session) as one:
        queries.class_files(session, on=store.clock().date())
    for _ in range(2):
        store.run(
            cohorts.copy_cohort, clerk, cohort_id=held.id, title="缝纫二班", starts_on=store.clock().date()
        )
    with store.reading() as session, counted(session) as three:
        found = queries.class_files(session, on=store.clock().date())

    assert len(found) == 3
    assert len(three) == len(one)
