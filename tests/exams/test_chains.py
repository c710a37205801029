"""Resits, exemptions and invigilators: who still has to sit what, and who may watch."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.exams import rules
from kqdesk.rooms.exams.rules import Attempt, Points, ResitPolicy, Watch
from kqdesk.rooms.exams.terms import ScoreFlag

SPRING, AUTUMN, NEXT = date(2025, 4, 20), date(2025, 11, 23), date(2026, 4, 19)


def sat(
    on: date, tenths: int | None = None, flag: ScoreFlag | None = None, *, exemption: str = ""
) -> Attempt:
    title = f"{on:%Y} 年考试"
    return Attempt(
        Subject.MATHEMATICS,
        on,
        Points(tenths, flag),
        f"s{on:%y%m}",
        title,
        DualLevel.SENIOR,
        exemption=exemption,
    )


def test_a_subject_is_lacking_without_a_mark_or_below_the_packs_least():
    absent = [sat(SPRING, flag=ScoreFlag.ABSENT)]

    assert rules.is_lacking([], ResitPolicy())
    assert rules.is_lacking(absent, ResitPolicy())
    assert not rules.is_lacking([*absent, sat(AUTUMN, 300)], ResitPolicy())
    assert rules.is_lacking([*absent, sat(AUTUMN, 440)], ResitPolicy(least=45))
    assert not rules.is_lacking([sat(AUTUMN, 450)], ResitPolicy(least=45))
    assert not rules.is_lacking([sat(AUTUMN, exemption="XF1")], ResitPolicy(least=45))


def test_resits_have_a_limit_and_an_interval_where_the_pack_sets_them():
    three = [sat(SPRING, 300), sat(AUTUMN, flag=ScoreFlag.ABSENT), sat(NEXT, 320)]

    assert rules.resit_fault(three, date(2026, 11, 1), ResitPolicy()) == ""
    assert rules.resit_fault(three, date(2026, 11, 1), ResitPolicy(limit=2)) == "已经补考 2 次，最多 2 次"
    assert rules.resit_fault(three[:2], date(2026, 4, 1), ResitPolicy(limit=2)) == ""
    soon = rules.resit_fault(three[:1], date(2025, 5, 1), ResitPolicy(interval_days=30))
    assert soon == "离上次考试（2025-04-20）不到 30 天"
    deferred = [sat(SPRING, flag=ScoreFlag.DEFERRED)]
    assert rules.resit_fault(deferred, date(2025, 5, 1), ResitPolicy(limit=0, interval_days=30)) == ""


def test_a_chain_names_each_attempt_and_the_one_that_counts():
    links = rules.chain(
        [sat(AUTUMN, 380), sat(SPRING, flag=ScoreFlag.DEFERRED), sat(NEXT, 710), sat(date(2025, 5, 1), 300)],
        "best",
    )

    assert [(link.role, link.counts) for link in links] == [
        ("缓考", False), ("首考", False), ("补考第 1 次", False), ("补考第 2 次", True),
    ]  # fmt: skip


def test_an_exemption_counts_only_where_there_is_no_mark():
    free, marked = sat(SPRING, exemption="XF1"), sat(AUTUMN, 500)

    assert rules.counting_attempt([free], "best") is free
    assert rules.counting_attempt([free, marked], "best") is marked


def test_invigilators_are_moved_on_so_that_every_room_gets_two():
    halls = [Watch("一", (), {"c1"}), Watch("二", (), {"c2"})]
    teaches = {"a": {"c2"}, "b": {"c2"}}

    found = rules.assign_invigilators(
        halls, ["c", "d", "a", "b"], teaches, per_hall=2, own_cohort_allowed=False
    )

    assert found == {"一": ["a", "b"], "二": ["c", "d"]}


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 6),
    st.integers(0, 16),
    st.lists(st.tuples(st.integers(0, 15), st.integers(0, 5)), max_size=30),
)
def test_nobody_watches_two_rooms_or_her_own_cohort(rooms: int, people: int, lessons: list[tuple[int, int]]):
    trainers = [f"t{n}" for n in range(people)]
    teaches = {f"t{t}": {f"c{c}" for s, c in lessons if s == t} for t, _ in lessons}
    halls = [Watch(f"h{n}", (), {f"c{n}"}) for n in range(rooms)]

    found = rules.assign_invigilators(halls, trainers, teaches, per_hall=2, own_cohort_allowed=False)

    placed = [trainer for own in found.values() for trainer in own]
    assert len(placed) == len(set(placed))
    assert all(len(own) <= 2 for own in found.values())
    assert not any(f"c{hall[1:]}" in teaches.get(t, set()) for hall, own in found.items() for t in own)
    free = [t for t in trainers if t not in placed]
    short = [hall for hall, own in found.items() if len(own) < 2]
    assert not any(f"c{hall[1:]}" not in teaches.get(t, set()) for hall in short for t in free)


def test_grades_and_their_credits_are_shown_together():
    bands = (rules_band("A", 80, 10), rules_band("B", 60, 5), rules_band("D", 0, 1))

    assert rules.graded([Points(795), Points(flag=ScoreFlag.ABSENT), Points(800)], bands) == ("B A", 15)
    assert rules.graded([Points(795)], None) == ("", None)
    assert rules.graded([], bands) == ("", None)


def rules_band(grade: str, lowest: int, credits: int):
    from kqdesk.rooms.office.rules import Band  # noqa: PLC0415 -- used by this one test

    return Band(grade, lowest, credits)
