"""How a task stands, what an answer needs, what other departments' numbers are worth."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.supervision import rules
from kqdesk.rooms.supervision.rules import Reported, ReturnKey, StepFact, Wanted
from kqdesk.rooms.supervision.terms import StepKind, TaskSource, TaskState

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
WANTED = (Wanted("n1", "新开班数", "个"), Wanted("n2", "学员", "人"))
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def step(key: str, kind: StepKind, on: str | None = None, hours: int = 0) -> StepFact:
    return StepFact(key, kind, on, AT + timedelta(hours=hours))


ANSWER = step("a", StepKind.ANSWER, hours=1)


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([], TaskState.OPEN),
        ([step("u", StepKind.URGE)], TaskState.OPEN),
        ([ANSWER], TaskState.ANSWERED),
        ([ANSWER, step("v", StepKind.RETURN, "a", 2)], TaskState.RETURNED),
        (
            [ANSWER, step("v", StepKind.RETURN, "a", 2), step("b", StepKind.ANSWER, None, 3)],
            TaskState.ANSWERED,
        ),
        (
            [ANSWER, step("v", StepKind.RETURN, "a", 2), step("w", StepKind.ACCEPT, "a", 3)],
            TaskState.ACCEPTED,
        ),
        ([ANSWER, step("x", StepKind.WITHDRAW, None, 5)], TaskState.WITHDRAWN),
    ],
)
def test_the_newest_answer_and_its_verdict_say_where_a_task_stands(
    steps: list[StepFact], state: TaskState
) -> None:
    assert rules.standing(steps).state is state


def test_a_verdict_from_a_clock_that_is_behind_still_counts() -> None:
    early = StepFact("v", StepKind.ACCEPT, "a", AT - timedelta(days=300))

    assert rules.standing([ANSWER, early]).state is TaskState.ACCEPTED


def test_a_verdict_on_an_answer_that_was_mended_since_does_not_count() -> None:
    found = rules.standing([ANSWER, step("b", StepKind.ANSWER, None, 2), step("v", StepKind.ACCEPT, "a", 9)])

    assert (found.state, found.answers, found.answer_id) == (TaskState.ANSWERED, 2, "b")


@settings(max_examples=30, deadline=None)
@given(st.permutations([ANSWER, step("v", StepKind.RETURN, "a", 2), step("b", StepKind.ANSWER, None, 3)]))
def test_the_order_rows_come_in_changes_nothing(steps: list[StepFact]) -> None:
    assert rules.standing(steps).answer_id == "b"


def test_the_due_day_still_counts() -> None:
    day = date(2026, 3, 10)
    found = [rules.is_overdue(TaskState.OPEN, day, day + timedelta(days=n)) for n in (-1, 0, 1)]

    assert found == [False, False, True]
    assert not rules.is_overdue(TaskState.ANSWERED, day, date(2026, 4, 1))
    assert [rules.due_words(TaskState.OPEN, day, day + timedelta(days=n)) for n in (-3, 0, 2)] == [
        "还有 3 天",
        "今天到期",
        "逾期 2 天",
    ]


@pytest.mark.parametrize(
    ("words", "figures", "files", "said"),
    [
        ("已办", {"n1": 2, "n2": 40}, 1, None),
        ("已办", {"n1": 0, "n2": 0}, 1, None),
        (" ", {"n1": 2, "n2": 40}, 1, "请写一下办了什么、结果怎样。"),
        ("已办", {"n1": 2}, 1, "请填“学员（人）”；没有就填 0。"),
        ("已办", {"n1": -1, "n2": 40}, 1, "“新开班数（个）”不能是负数。"),
        ("已办", {"n1": 2, "n2": 40, "n9": 1}, 1, "区里没有要这个数：n9。"),
        (
            "已办",
            {"n1": 2, "n2": 40},
            0,
            "这件督查要佐证材料。请先按 Ctrl+O 放入照片、扫描件或表格，再答复。",
        ),
    ],
)
def test_what_an_answer_must_have(words: str, figures: dict[str, int], files: int, said: str | None) -> None:
    assert rules.answer_fault(TaskState.OPEN, words, WANTED, figures, wants_files=True, files=files) == said


def test_nothing_is_answered_after_the_end() -> None:
    found = [
        rules.answer_fault(state, "已办", (), {}, wants_files=False, files=0)
        for state in (TaskState.ACCEPTED, TaskState.WITHDRAWN)
    ]

    assert found == ["区里已经认可，不用再答复。", "区里已经撤回这件督查，不用再答复。"]


def test_returning_needs_a_reason_and_an_answer() -> None:
    assert (
        rules.verdict_fault(TaskState.ANSWERED, accepted=False, reason=" ")
        == "请写明为什么退回、还要补什么。"
    )
    assert (
        rules.verdict_fault(TaskState.OPEN, accepted=True, reason="") == "现在是“待答复”，没有等着看的答复。"
    )
    assert rules.verdict_fault(TaskState.ANSWERED, accepted=True, reason="") is None


def test_what_came_over_the_line_is_not_changed_here() -> None:
    assert "区里布置" in (rules.change_fault(TaskSource.HUB, 0) or "")
    assert rules.change_fault(TaskSource.PAPER, 0) is None
    assert "答复过" in (rules.change_fault(TaskSource.PAPER, 1) or "")


def test_numbers_asked_for_are_written_one_a_line() -> None:
    found = rules.read_wanted("新开班数 个\n\n 学员（人）\n经费")

    assert found == (Wanted("n1", "新开班数", "个"), Wanted("n2", "学员", "人"), Wanted("n3", "经费", ""))
    assert rules.read_wanted(rules.written(found)) == found


def test_a_task_is_looked_at_before_it_goes_out() -> None:
    def fault(
        title: str = "督查", words: str = "办", due: int = 5, wanted: tuple[Wanted, ...] = ()
    ) -> str | None:
        day = date(2026, 3, 2)
        return rules.task_fault(title, words, day + timedelta(days=due), day, wanted, day)

    assert fault() is None
    assert fault(title="") == "请写督查事项。"
    assert fault(words=" ") == "请写要求：办什么、怎样算办好。"
    assert fault(due=-1) == "到期日不能在布置日期以前。"
    assert fault(wanted=(WANTED[0], WANTED[0])) == "“新开班数”写了两次。"


def test_how_far_the_schools_are() -> None:
    found = rules.tally(
        [
            (TaskState.OPEN, True),
            (TaskState.ANSWERED, False),
            (TaskState.ACCEPTED, False),
            (TaskState.WITHDRAWN, False),
        ]
    )

    assert (found.asked, found.answered, found.accepted, found.overdue, found.is_done) == (3, 1, 1, 1, False)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [(12, 12), (12.0, 12), ("1,200", 1200), ("无", 0), ("—", 0), ("1.2万", 12_000), (" 7 ", 7)],
)
def test_a_cell_as_a_whole_number(cell: object, amount: int) -> None:
    assert rules.read_amount(cell) == amount


@pytest.mark.parametrize("cell", ["约三百", 12.5, -3, "", True, "NaN", 10**13])
def test_a_cell_that_is_no_number_says_what_to_write(cell: object) -> None:
    with pytest.raises(ValueError, match=r"填|核对"):
        rules.read_amount(cell)


def test_the_newest_version_is_shown_and_older_ones_stay() -> None:
    key = ReturnKey("区总工会", *YEAR)
    other = ReturnKey("区民政局", *YEAR)

    assert rules.newest([(key, 1, "a"), (key, 3, "c"), (key, 2, "b"), (other, 1, "x")]) == {
        key: "c",
        other: "x",
    }
    assert rules.next_version([1, 3]) == 4


def test_numbers_stand_beside_each_other_and_are_never_added() -> None:
    union = Reported("区总工会", "人次", 300, "", "与本系统有重复")
    civil = Reported("区民政局", "人次", 200, "", "不重复")

    found = rules.beside({"社会培训": (1000, "人次")}, [("社会培训", union), ("护理培训", civil)])

    assert [(line.title, line.own, line.reported) for line in found] == [
        ("社会培训", 1000, (union,)),
        ("护理培训", None, (civil,)),
    ]


def test_a_return_says_where_it_comes_from() -> None:
    assert rules.head_fault("区总工会", *YEAR, "工会平台", "陈 84120000", "不重复") is None
    assert rules.head_fault("区总工会", *YEAR, "工会平台", "陈 84120000", " ") == (
        "请写与本系统重复的说明。不重复也请写明“不重复”。"
    )
    assert rules.head_fault("区总工会", YEAR[1], YEAR[0], "x", "y", "z") == "期间的止日不能在起日以前。"
