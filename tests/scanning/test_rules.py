"""Ink into marks, and the code that carries whose row is whose."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.printing.scanning.answers import Doubt, Ink
from kqdesk.rooms.attendance.rules.scans import (
    BoxInk,
    SheetLearner,
    is_blank,
    judge_row,
    merge,
    read_row,
    tally,
)
from kqdesk.rooms.attendance.rules.sheet_code import SheetCode, read_code, row_check, write_code
from kqdesk.rooms.attendance.terms import Mark

EMPTY, INK = BoxInk(Ink.EMPTY), BoxInk(Ink.MARKED)
PALE = BoxInk(Ink.DOUBTFUL, Doubt.PALE)
ANN = SheetLearner("e1", 1, "阮秋月")


def row(sign=EMPTY, late=EMPTY, early=EMPTY, leave=EMPTY, *remarks: BoxInk) -> tuple[BoxInk, ...]:
    return (EMPTY, EMPTY, sign, late, early, leave, *remarks)


@pytest.mark.parametrize(
    ("boxes", "answer"),
    [
        (row(INK), (Mark.PRESENT, Mark.PRESENT, "")),
        (row(), (Mark.ABSENT, Mark.ABSENT, "")),
        (row(INK, INK), (Mark.LATE, Mark.LATE, "")),
        (row(EMPTY, INK), (Mark.LATE, Mark.LATE, "")),
        (row(INK, EMPTY, INK), (Mark.LEFT_EARLY, Mark.LEFT_EARLY, "")),
        (row(EMPTY, EMPTY, EMPTY, INK), (Mark.EXCUSED, Mark.EXCUSED, "")),
        (row(INK, EMPTY, EMPTY, INK), (None, Mark.PRESENT, "打了请假，又签了名")),
        (row(INK, INK, INK), (None, None, "同时打了迟到、早退")),
        (row(PALE), (None, None, "「签名」：笔迹太浅，也可能是污渍")),
        (row(INK, PALE), (None, Mark.PRESENT, "「迟到」：笔迹太浅，也可能是污渍")),
        (row(EMPTY, EMPTY, EMPTY, EMPTY, INK), (None, Mark.ABSENT, "没有签名，备注里写了字")),
        (row(INK, EMPTY, EMPTY, EMPTY, INK), (Mark.PRESENT, Mark.PRESENT, "")),
    ],
)
def test_what_a_row_means(boxes, answer) -> None:
    assert read_row(boxes) == answer


@pytest.mark.parametrize(
    ("entered", "boxes", "mark", "why"),
    [
        (None, row(INK), Mark.PRESENT, ""),
        (Mark.PRESENT, row(INK), Mark.PRESENT, ""),
        (Mark.ABSENT, row(INK), None, "已登记旷课，纸上是到"),
        (Mark.EXCUSED, row(), Mark.EXCUSED, ""),
        (Mark.EXCUSED, row(INK), None, "已登记请假，纸上是到"),
        (Mark.LATE, row(PALE), Mark.LATE, ""),
        (Mark.LATE, (), Mark.LATE, ""),
        (None, (), None, "没有读出来，请看图登记"),
    ],
)
def test_what_is_entered_is_never_overwritten(entered, boxes, mark, why) -> None:
    learner = SheetLearner("e1", 1, "阮秋月", mark=entered)

    judged = judge_row(0, learner, boxes)

    assert (judged.mark, judged.why) == (mark, why)
    assert tally([judged], {}) == ({"e1": mark} if mark is not None and mark is not entered else {})


def test_somebody_who_left_the_class_is_passed_over() -> None:
    judged = judge_row(0, SheetLearner("e1", 1, "阮秋月", is_on_roll=False), row(INK))

    assert (judged.mark, judged.is_asked) == (None, False)


def test_a_decision_stands_before_a_guess() -> None:
    judged = judge_row(0, ANN, row(PALE))

    assert tally([judged], {"e1": Mark.LATE}) == {"e1": Mark.LATE}


def test_two_readings_of_one_page() -> None:
    here, doubt, away = (judge_row(0, ANN, boxes) for boxes in (row(INK), row(PALE), row()))

    assert merge([doubt], [here]) == [here]
    assert merge([here], [doubt]) == [here]
    assert merge([here], [away])[0].why == "两次扫描不一样：到、旷课"


def test_a_sheet_nobody_wrote_on_is_blank() -> None:
    assert is_blank([row(), row()])
    assert not is_blank([row(), row(PALE)])


ROWS = st.lists(st.integers(0, 400), max_size=40).map(tuple) | st.sets(
    st.integers(1, 300), min_size=1, max_size=40
).map(lambda found: tuple(sorted(found)))


@settings(max_examples=80, deadline=None)
@given(ROWS, st.integers(0, 2**128 - 1), st.integers(1, 9))
def test_the_code_brings_back_what_was_written(rows, number, page) -> None:
    code = SheetCode("330603008", f"{number:032x}", page, 9, rows, row_check(["a", "b"]))

    text = write_code(code)

    assert read_code(text) == code
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a/b/c/d/e",
        "330603008/AAAA/1-1/1-20/ABCDE",
        "1/2/3",
        "x/" + "A" * 26 + "/2-1/1/A",
        "x/" + "A" * 26 + "/1-1/1-9999999/A",
    ],
)
def test_a_strange_text_is_no_code(text) -> None:
    with pytest.raises(ValueError, match=r"no sheet code|too many rows"):
        read_code(text)


def test_other_people_behind_the_numbers_change_the_check() -> None:
    assert row_check(["e1", "e2"]) != row_check(["e2", "e1"])
