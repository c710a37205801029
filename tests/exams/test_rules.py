"""Marks, bands, who may sit, seats."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.attendance.rules import AttendancePolicy
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.cohorts.terms import ScienceOption
from kqdesk.rooms.exams import rules
from kqdesk.rooms.exams.rules import Admission, Attempt, Hall, Points, Seeker, Watch
from kqdesk.rooms.exams.terms import ScoreFlag
from kqdesk.rooms.office.rules import Band

BANDS = (Band("A", 80, 10), Band("B", 60, 5), Band("C", 45, 3), Band("D", 0, 1))


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("80", Points(800)),
        (" 79分", Points(790)),
        ("０", Points(0)),
        ("100", Points(1000)),
        ("缺考", Points(flag=ScoreFlag.ABSENT)),
        ("缓", Points(flag=ScoreFlag.DEFERRED)),
        ("违纪", Points(flag=ScoreFlag.VIOLATION)),
        ("80.0", Points(800)),
    ],
)
def test_marks_are_read_as_people_write_them(text: str, points: Points):
    assert rules.read_points(text, full_marks=100, integer_marks=True) == points


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("800", "满分是 100 分，800 分超出了范围"),
        ("101", "超出了范围"),
        ("79.5", "只记整数分"),
        ("-1", "不是分数"),
        ("八十", "不是分数"),
        ("80.25", "小数太多"),
        ("请假", "填“缺考”"),
    ],
)
def test_what_is_no_mark_gets_a_sentence(text: str, part: str):
    with pytest.raises(UserError, match=part):
        rules.read_points(text, full_marks=100, integer_marks=True)


def test_halves_are_taken_where_the_pack_does_not_forbid_them():
    assert rules.read_points("79.5", full_marks=100, integer_marks=None) == Points(795)
    assert Points(795).words == "79.5"


@pytest.mark.parametrize(
    ("tenths", "grade"),
    [
        (1000, "A"),
        (800, "A"),
        (795, "B"),
        (790, "B"),
        (600, "B"),
        (590, "C"),
        (450, "C"),
        (440, "D"),
        (0, "D"),
    ],
)
def test_bands_begin_exactly_at_their_edges(tenths: int, grade: str):
    band = rules.band_of(Points(tenths), BANDS)

    assert band is not None
    assert band.grade == grade


def test_absent_has_no_grade_and_no_bands_give_none():
    assert rules.band_of(Points(flag=ScoreFlag.ABSENT), BANDS) is None
    assert rules.band_of(Points(500), ()) is None


def attempt(on: date, points: Points) -> Attempt:
    return Attempt(Subject.CHINESE, on, points, f"s{on}", "考试")


def test_the_best_attempt_counts_or_the_last_with_a_mark():
    first, best = attempt(date(2025, 3, 1), Points(600)), attempt(date(2025, 6, 1), Points(820))
    last = attempt(date(2025, 11, 1), Points(450))
    absent = attempt(date(2026, 1, 1), Points(flag=ScoreFlag.ABSENT))
    every = [last, absent, first, best]

    assert rules.counting_attempt(every, "best") is best
    assert rules.counting_attempt(every, None) is best
    assert rules.counting_attempt(every, "last") is last
    assert rules.counting_attempt([absent], "best") is None


def test_who_may_sit():
    three_quarters = Fraction(3, 4)

    assert rules.may_sit(three_quarters, three_quarters) is Admission.MAY
    assert rules.may_sit(Fraction(74, 100), three_quarters) is Admission.MAY_NOT
    assert rules.may_sit(None, three_quarters) is Admission.UNKNOWN
    assert rules.may_sit(Fraction(0), None) is Admission.UNSET


def test_the_share_attended_follows_the_pack():
    hours = {Mark.PRESENT: 20, Mark.LATE: 10, Mark.EXCUSED: 10}
    policy = AttendancePolicy(late_weight=Fraction(1, 2), excused="excluded")

    assert rules.share_attended(hours, policy) == Fraction(25, 30)
    assert rules.share_attended(hours, AttendancePolicy()) is None
    assert rules.share_attended({Mark.PRESENT: 3, Mark.ABSENT: 1}, AttendancePolicy()) == Fraction(3, 4)
    assert rules.share_attended({}, policy) is None


def test_papers_of_a_day_leave_noon_free_and_sciences_lie_together():
    subjects = [
        (Subject.CHINESE, None),
        (Subject.MATHEMATICS, None),
        (Subject.NATURAL_SCIENCE, "science"),
        (Subject.SOCIAL_SCIENCE, "science"),
        (Subject.CIVICS, None),
    ]

    placed = rules.paper_times(subjects, first_minute=510, minutes=90, pause=20)

    assert [(s.value, start, end) for s, start, end in placed] == [
        ("chinese", 510, 600),
        ("mathematics", 620, 710),
        ("natural_science", 780, 870),
        ("social_science", 780, 870),
        ("civics", 890, 980),
    ]


seekers = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([None, *ScienceOption])), min_size=1, max_size=40
).map(lambda found: [Seeker(f"c{n}", f"p{n}", cohort, option) for n, (cohort, option) in enumerate(found)])
halls = st.lists(st.integers(1, 30), min_size=1, max_size=5).map(
    lambda sizes: [Hall(f"h{n}", f"第{n}考场", size) for n, size in enumerate(sizes)]
)


@given(people=seekers, rooms=halls)
@settings(max_examples=80, deadline=None)
def test_everybody_sits_exactly_once_and_no_room_is_too_full(people: list[Seeker], rooms: list[Hall]):
    if sum(hall.capacity for hall in rooms) < len(people):
        with pytest.raises(UserError, match="座位只有"):
            rules.arrange_seats(people, rooms)
        return

    placed = rules.arrange_seats(people, rooms)

    assert sorted(seat.candidate_id for seat in placed) == sorted(p.candidate_id for p in people)
    assert len({(seat.hall_id, seat.seat_no) for seat in placed}) == len(people)
    assert all(1 <= s.seat_no <= next(h.capacity for h in rooms if h.id == s.hall_id) for s in placed)


@given(counts=st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(1, 12)))
@settings(max_examples=60, deadline=None)
def test_neighbours_come_from_different_cohorts_whenever_that_is_possible(counts: tuple[int, int, int]):
    people = [
        Seeker(f"{cohort}{n}", f"{cohort}{n}", cohort)
        for cohort, k in zip("abc", counts, strict=True)
        for n in range(k)
    ]
    cohort_of = {p.candidate_id: p.cohort_id for p in people}

    seated = [cohort_of[s.candidate_id] for s in rules.arrange_seats(people, [Hall("h", "第1考场", 99)])]
    touching = sum(a == b for a, b in pairwise(seated))

    assert touching == max(0, max(counts) - (sum(counts) - max(counts)) - 1)


def test_a_person_twice_is_refused():
    twice = [Seeker("c1", "p1", "a"), Seeker("c2", "p1", "b")]

    with pytest.raises(UserError, match="出现了两次"):
        rules.arrange_seats(twice, [Hall("h", "第1考场", 30)])


def test_candidates_of_one_science_sit_together():
    people = [
        Seeker(f"c{n}", f"p{n}", "a", ScienceOption.NATURAL if n % 2 else ScienceOption.SOCIAL)
        for n in range(8)
    ]
    option = {p.candidate_id: p.option for p in people}

    seated = [option[s.candidate_id] for s in rules.arrange_seats(people, [Hall("h", "第1考场", 30)])]

    assert seated == [ScienceOption.NATURAL] * 4 + [ScienceOption.SOCIAL] * 4


def test_invigilators_two_a_room_not_of_that_cohort_and_in_one_place():
    watches = [Watch("第1考场", ["t1", "t2"], {"a"}), Watch("第2考场", ["t2"], {"b"})]
    names = {"t1": "傅明", "t2": "鲁静"}

    strict = rules.invigilation_faults(watches, names, {"t1": {"a"}}, per_hall=2, own_cohort_allowed=False)
    loose = rules.invigilation_faults(
        watches[:1], names, {"t1": {"a"}}, per_hall=None, own_cohort_allowed=True
    )

    assert strict == [
        "第1考场：傅明教这个考场里的班，请换人监考。",
        "第2考场要 2 名监考，现在 1 名。",
        "鲁静同时排在 2 个考场，只能在一个。",
    ]
    assert loose == []


def test_ticket_number_finds_the_chair():
    assert rules.ticket_no(date(2026, 4, 12), 3, 15) == "2604120315"


def test_average_has_one_place_and_leaves_out_those_without_a_mark():
    assert str(rules.average([Points(800), Points(775), Points(flag=ScoreFlag.ABSENT)])) == "78.8"
    assert rules.average([Points(flag=ScoreFlag.ABSENT)]) is None
