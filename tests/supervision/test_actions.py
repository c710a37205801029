"""Answering a task with numbers and evidence; what stays, what is refused, what is due."""

from datetime import date, timedelta

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.supervision import actions, queries
from kqdesk.rooms.supervision.terms import StepKind, TaskState
from kqdesk.store.attachments import KeptFile
from kqdesk.store.store import Store
from tests.conftest import Clock
from tests.supervision.conftest import TODAY, judge, send_task

NUMBERS = {"n1": 2, "n2": 41}
PHOTO = KeptFile("ab" * 32, "开班照片.jpg", "image/jpeg", 2_000)


def card(store: Store, task_id: str, today: date = TODAY) -> queries.TaskCard:
    with store.reading() as session:
        found = queries.task_card(session, task_id, today=today)
    assert found is not None
    return found


def test_an_answer_is_returned_mended_and_accepted(store: Store, clerk: str, sent: str, clock: Clock) -> None:
    first = store.run(actions.answer, clerk, task_id=sent, words="已开 2 个班。", figures=NUMBERS).value
    clock.forward(hours=1)
    store.run(
        judge,
        "system",
        task_id=sent,
        answer_id=first,
        kind=StepKind.RETURN,
        words="少报了周末班。",
        at=clock.now,
    )
    returned = card(store, sent)
    clock.forward(hours=1)
    second = store.run(
        actions.answer, clerk, task_id=sent, words="加上周末班共 3 个。", figures={"n1": 3, "n2": 60}
    ).value
    clock.forward(hours=1)
    store.run(judge, "system", task_id=sent, answer_id=second, kind=StepKind.ACCEPT, words="", at=clock.now)

    found = card(store, sent)
    assert (returned.row.state, returned.verdict.words) == (TaskState.RETURNED, "少报了周末班。")
    assert [(step.kind, step.by, step.words) for step in reversed(found.steps)] == [
        (StepKind.ANSWER, "沈月琴", "已开 2 个班。"),
        (StepKind.RETURN, "金晓燕", "少报了周末班。"),
        (StepKind.ANSWER, "沈月琴", "加上周末班共 3 个。"),
        (StepKind.ACCEPT, "金晓燕", ""),
    ]
    assert (found.row.state, found.row.standing.answers) == (TaskState.ACCEPTED, 2)
    assert [(one.shown, value) for one, value in found.answer.figures] == [
        ("新开夜校班（个）", 3),
        ("夜校学员（人）", 60),
    ]
    with pytest.raises(UserError, match="区里已经认可"):
        store.run(actions.answer, clerk, task_id=sent, words="再补一句", figures=NUMBERS)


def test_evidence_goes_with_the_next_answer(store: Store, clerk: str) -> None:
    task = store.run(send_task, "system", wants_files=True).value
    with pytest.raises(UserError, match="要佐证材料"):
        store.run(actions.answer, clerk, task_id=task, words="已办", figures=NUMBERS)

    count = store.run(actions.put_evidence, clerk, task_id=task, files=[PHOTO, PHOTO]).value
    store.run(actions.answer, clerk, task_id=task, words="已办", figures=NUMBERS)
    found = card(store, task)
    store.run(actions.answer, clerk, task_id=task, words="补充说明", figures=NUMBERS)

    assert count == 1
    assert [(file.name, file.is_sent) for file in found.files] == [("开班照片.jpg", True)]
    assert [len(step.files) for step in card(store, task).steps] == [1, 1]
    with pytest.raises(UserError, match="不能取出"):
        store.run(actions.take_out_evidence, clerk, task_id=task, attachment_id=found.files[0].id)
    with pytest.raises(UserError, match="已经放过了"):
        store.run(actions.put_evidence, clerk, task_id=task, files=[PHOTO])


def test_an_answer_may_be_undone_until_somebody_judged_it(
    store: Store, clerk: str, sent: str, clock: Clock
) -> None:
    first = store.run(actions.answer, clerk, task_id=sent, words="已办", figures=NUMBERS).value
    store.undo(clerk)
    undone = card(store, sent).row.state
    store.redo(clerk)
    store.run(judge, "system", task_id=sent, answer_id=first, kind=StepKind.ACCEPT, words="", at=clock.now)

    assert undone is TaskState.OPEN
    with pytest.raises(UserError):
        store.undo(clerk)


def test_a_paper_task_lives_without_a_hub(store: Store, clerk: str, head: str, on_paper: str) -> None:
    store.run(actions.change_task, clerk, task_id=on_paper, title="消防自查", words="查", due_on=date(2026, 3, 4),
              figures="教学点 个")  # fmt: skip
    with pytest.raises(UserError, match="没有等着看的答复"):
        store.run(actions.record_verdict, head, task_id=on_paper, accepted=True)
    store.run(actions.answer, clerk, task_id=on_paper, words="查了", figures={"n1": 4})
    with pytest.raises(UserError, match="答复过"):
        store.run(actions.change_task, clerk, task_id=on_paper, title="改")
    with pytest.raises(UserError, match="答复过"):
        store.run(actions.remove_task, clerk, task_id=on_paper)
    store.run(actions.record_verdict, head, task_id=on_paper, accepted=True, words="电话认可")

    found = card(store, on_paper)
    assert (found.row.title, found.row.issued_by, found.row.state) == (
        "消防自查",
        "区教育局",
        TaskState.ACCEPTED,
    )
    assert found.steps[0].by == "章国平"


def test_what_the_district_sent_is_only_answered(store: Store, head: str, sent: str) -> None:
    refused = []
    for act, more in (
        (actions.change_task, {"title": "改"}),
        (actions.remove_task, {}),
        (actions.record_verdict, {"accepted": True}),
    ):
        with pytest.raises(UserError) as no:
            store.run(act, head, task_id=sent, **more)
        refused.append(str(no.value))

    assert refused == ["这是区里布置的督查，学校不能改。有问题请和布置人联系。"] * 2 + [
        "这是区里网上布置的督查，认可和退回由区里在网上点。"
    ]


def test_a_paper_entered_by_mistake_goes(store: Store, clerk: str, on_paper: str) -> None:
    store.run(actions.put_evidence, clerk, task_id=on_paper, files=[PHOTO])
    store.run(actions.remove_task, clerk, task_id=on_paper)

    with store.reading() as session:
        assert queries.tasks(session, today=TODAY) == []
    with pytest.raises(UserError, match="已经不在了"):
        store.run(actions.answer, clerk, task_id=on_paper, words="已办")


def test_what_is_due_the_most_urgent_first(store: Store, clerk: str, sent: str, on_paper: str) -> None:
    late = store.run(send_task, "system", due_on=date(2026, 3, 1), title="台账补录").value
    done = store.run(send_task, "system", title="办好了的").value
    store.run(actions.answer, clerk, task_id=done, words="已办", figures=NUMBERS)

    with store.reading() as session:
        found = queries.due(session, today=TODAY)
        listed = queries.tasks(session, today=TODAY)
        searched = queries.find(session, "7号", 5, today=TODAY)

    assert [(one.id, one.due_words, one.is_overdue) for one in found] == [
        (late, "逾期 1 天", True),
        (on_paper, "还有 1 天", False),
        (sent, "还有 8 天", False),
    ]
    assert [row.id for row in listed] == [late, on_paper, sent, done]
    assert [row.id for row in searched] == [on_paper]


def test_a_task_without_a_day_is_not_entered(store: Store, head: str) -> None:
    with pytest.raises(UserError, match="请写到期日"):
        store.run(actions.enter_task, head, title="督查", words="办")
    with pytest.raises(UserError, match="到期日不能在布置日期以前"):
        store.run(actions.enter_task, head, title="督查", words="办", due_on=TODAY - timedelta(days=1))
