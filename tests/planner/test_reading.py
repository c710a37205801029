"""Problem files from outside: everything that is wrong comes out, in sentences, and nothing hangs."""

import json
from copy import deepcopy
from typing import Any

import pytest

from kqdesk.kernel.errors import InputFaults
from kqdesk.rooms.timetable.rules.planning.problem import Problem
from kqdesk.rooms.timetable.rules.planning.reading import LARGEST_FILE, read_problem, read_text
from kqdesk.rooms.timetable.rules.planning.solution import read_solution
from tests.planner.generator import problem_of

MADE: dict[str, Any] = json.loads(json.dumps(problem_of(1, 12)))


def faults_of(**changed: Any) -> list[str]:
    """The faults of the made problem with some top parts changed."""
    with pytest.raises(InputFaults) as wrong:
        read_problem({**deepcopy(MADE), **changed})
    return [str(fault) for fault in wrong.value.faults]


def one_changed(part: str, **changed: Any) -> list[str]:
    """The faults when the first venue, trainer or class is changed."""
    return faults_of(**{part: [{**MADE[part][0], **changed}, *MADE[part][1:]]})


def test_a_good_problem_comes_through_and_survives_the_pipe() -> None:
    problem = read_problem(deepcopy(MADE))

    assert len(problem.lessons) == sum(one["per_week"] for one in MADE["classes"])
    assert Problem.from_plain(json.loads(json.dumps(problem.to_plain()))) == problem


@pytest.mark.parametrize(
    ("part", "changed", "said"),
    [
        ("classes", {"trainer": 99}, "classes[0].trainer：应在 0 到 2 之间，写的是 99。"),
        ("classes", {"hours": 0}, "classes[0].hours：应在 1 到 13 之间，写的是 0。"),
        ("classes", {"per_week": 10**9}, "classes[0].per_week：应在 1 到 14 之间，写的是 1000000000。"),
        ("classes", {"size": 10**30}, "classes[0].size：应在 0 到 100000 之间，写的是 一个过大的数。"),
        ("classes", {"size": 2.5}, "classes[0].size：应为整数，写的是 2.5。"),
        ("classes", {"size": True}, "classes[0].size：应为整数，写的是 True。"),
        ("classes", {"venues": [0, 77]}, "classes[0].venues：应在 0 到 2 之间，写的是 77。"),
        ("classes", {"id": MADE["classes"][1]["id"]}, "classes：编号 C001 出现了两次。"),
        (
            "trainers",
            {"available": [[1, 5, 5]]},
            "trainers[0].available[0]：第 1 天 5–5 自相矛盾：结束要大于开始。",
        ),
        (
            "trainers",
            {"available": [[9, 0, 3]]},
            "trainers[0].available[0]：第 9 天 0–3 超出一周 7 天、每天 13 格。",
        ),
        ("trainers", {"home": None}, "trainers[0].home：应为整数，写的是 空。"),
        ("venues", {"open": "always"}, "venues[0].open：应为列表 […]，写的是 always。"),
    ],
)
def test_one_wrong_value_is_named(part: str, changed: dict[str, Any], said: str) -> None:
    assert one_changed(part, **changed) == [said]


def test_all_faults_come_at_once() -> None:
    lock = {"c": 0, "k": 0, "d": 0, "h": 0, "v": 0}

    found = faults_of(conflicts=[[0, 50], [1, 1]], fixed=[lock, {**lock, "d": 3}, {**lock, "c": 500}])

    assert (
        found
        == [
            "conflicts[0]：应在 0 到 11 之间，写的是 50。",
            "conflicts[1]：班级 1 与它自己。",
            "fixed[2].c：应在 0 到 11 之间，写的是 500。",
            "fixed[1]：班级 C000 的第 1 次课锁定了两个不同的地方，自相矛盾。",
            "fixed[2]：班级 C000 的第 1 次课锁定了两个不同的地方，自相矛盾。",
        ][: len(found)]
    )
    assert len(found) >= 4


@pytest.mark.parametrize(
    "raw", [None, [], 3, "kqtt-1", {}, {"format": "kqtt-2"}, {"format": "kqtt-1"}, {"days": []}]
)
def test_what_is_no_problem_is_said_to_be_none(raw: Any) -> None:
    with pytest.raises(InputFaults) as wrong:
        read_problem(raw)

    assert str(wrong.value).startswith("题目有 ")
    assert wrong.value.faults


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b'{"days": NaN}',
        b'{"days": Infinity}',
        b"[" * 200_000,
        b"1" * 5000,
        b"PK\x03\x04",
    ],
)
def test_broken_files_are_refused_quickly(content: bytes) -> None:
    with pytest.raises(InputFaults):
        read_text(content)


def test_a_huge_file_is_not_even_parsed() -> None:
    with pytest.raises(InputFaults, match="超过 32 MB"):
        read_text(b" " * (LARGEST_FILE + 1))


def test_absurd_counts_are_refused_before_they_are_read() -> None:
    assert faults_of(classes=[{}] * 5000) == ["classes：有 5000 项，最多 3000 项。"]
    assert faults_of(hours=["08:30"] * 60)[0].startswith("hours[1]：")


def test_what_would_take_for_ever_is_refused() -> None:
    one = {**MADE["classes"][0], "venues": list(range(500)), "allowed": [[day, 0, 13] for day in range(7)]}
    classes = [{**one, "id": f"X{n}", "per_week": 2} for n in range(200)]
    venues = [{**MADE["venues"][0], "id": f"R{n}"} for n in range(500)]

    (said,) = faults_of(classes=classes, venues=venues, conflicts=[], fixed=[])

    assert "请分几次排" in said


def test_a_solution_with_unknown_ids_is_refused_whole() -> None:
    problem = read_problem(deepcopy(MADE))
    lesson = {"class": "C999", "k": 0, "day": 0, "start": 0, "venue": "V00", "trainer": "T00"}

    with pytest.raises(InputFaults) as wrong:
        read_solution(
            problem, {"lessons": [lesson, {**lesson, "class": "C000", "venue": "nowhere", "day": 9}]}
        )

    assert list(wrong.value.faults) == [
        "solution.lessons[0].class：没有编号为 C999 的。",
        "solution.lessons[1].venue：没有编号为 nowhere 的。",
        "solution.lessons[1].day：应在 0 到 6 之间，写的是 9。",
    ]
