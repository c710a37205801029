"""The clash check and its ways out."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kqdesk.rooms.timetable.rules.clashes import Free, Ground, Slot, clashes, overlaps, refusal
from kqdesk.rooms.timetable.rules.days import SchoolCalendar
from kqdesk.rooms.timetable.rules.ways_out import Room, Stand, ways_out
from kqdesk.rooms.timetable.terms import ClashKind

DAY = date(2026, 3, 3)
WISH = Slot("A", "缝纫班", DAY, 1110, 1200, "T", "王水根", "S", "兰亭村礼堂", "北", "R", "大教室")
OTHER = Slot("B", "电商班", DAY, 1140, 1230, "T", "王水根", "S", "兰亭村礼堂", "北", "R", "大教室", "L")
minute = st.integers(0, 1440)


def slot(start: int, end: int) -> Slot:
    return replace(WISH, start=min(start, end), end=max(start, end) + 1)


@given(minute, minute, minute, minute)
def test_overlap_is_symmetric_and_means_a_shared_minute(a: int, b: int, c: int, d: int) -> None:
    one, two = slot(a, b), slot(c, d)

    shared = set(range(one.start, one.end)) & set(range(two.start, two.end))

    assert overlaps(one, two) == overlaps(two, one) == bool(shared)


@given(minute, minute)
def test_a_lesson_may_begin_when_the_other_ends(a: int, b: int) -> None:
    one = slot(a, b)

    assert not overlaps(one, replace(one, start=one.end, end=one.end + 60))


def test_the_sentence_names_the_other_lesson_and_the_overlap() -> None:
    found = clashes(WISH, Ground([OTHER]))

    assert [(c.kind, c.is_hard, c.sentence) for c in found] == [
        (
            ClashKind.TRAINER,
            True,
            "培训师王水根已有课：「电商班」3月3日 周二 19:00–20:30（兰亭村礼堂·大教室），19:00–20:00 撞上。",
        ),
        (
            ClashKind.CLASSROOM,
            True,
            "教室兰亭村礼堂·大教室已被占用：「电商班」3月3日 周二 19:00–20:30（兰亭村礼堂·大教室），19:00–20:00 撞上。",
        ),
    ]
    assert refusal(found).count("\n") == 1


def test_a_lesson_never_clashes_with_itself() -> None:
    assert clashes(replace(OTHER, start=1150), Ground([OTHER])) == []


def test_cohort_learner_holiday_seats_and_availability() -> None:
    elsewhere = replace(OTHER, trainer_id="U", classroom_id="Q")
    ground = Ground(
        [elsewhere, replace(WISH, lesson_id="M", trainer_id="V", classroom_id="P", end=1120)],
        SchoolCalendar({DAY: "清明"}),
        {"A": frozenset("123"), "B": frozenset("34")},
        {"R": 2},
        {"T": Free(frozenset({(2, 480, 1130)}))},
    )

    found = [(c.kind, c.is_hard) for c in clashes(WISH, ground)]

    assert found == [
        (ClashKind.COHORT, True),
        (ClashKind.HOLIDAY, True),
        (ClashKind.CAPACITY, True),
        (ClashKind.LEARNER, False),
        (ClashKind.AVAILABILITY, False),
    ]


def test_the_way_between_villages_counts_only_when_the_pack_says_so() -> None:
    far = replace(OTHER, start=1210, end=1300, zone="南", site="平水", classroom_id="Q", classroom="")

    assert clashes(WISH, Ground([far])) == []
    assert [c.sentence for c in clashes(WISH, Ground([far], travel_minutes=30))] == [
        "培训师王水根在平水的课（「电商班」20:10–21:40）与这次只隔 10 分钟，换教学点至少要 30 分钟。"
    ]


def test_when_room_and_trainer_are_taken_only_another_time_helps() -> None:
    ground = Ground([OTHER], seats={"R": 30, "Q": 20})
    rooms = [
        Room("Q", "小教室", "S", "兰亭村礼堂", "北", 20),
        Room("R", "大教室", "S", "兰亭村礼堂", "北", 30),
    ]
    stands = [Stand("T", "王水根"), Stand("U", "李梅")]

    ways = ways_out(WISH, ground, rooms, stands)

    assert [way.sentence for way in ways] == [
        "改到3月2日 周一 18:30–20:00",
        "改到3月4日 周三 18:30–20:00",
        "改到3月3日 周二 17:30–19:00",
    ]
    assert [clashes(way.slot, ground) for way in ways] == [[], [], []]


def test_only_a_room_is_wrong() -> None:
    other = replace(OTHER, trainer_id="U")
    rooms = [Room("Q", "小教室", "S", "兰亭村礼堂", "北", 20)]

    ways = ways_out(WISH, Ground([other]), rooms, today=DAY)

    assert [way.sentence for way in ways] == [
        "换到兰亭村礼堂·小教室（20 座，这时空着）",
        "改到3月4日 周三 18:30–20:00",
        "改到3月5日 周四 18:30–20:00",
    ]


def test_nothing_to_get_out_of() -> None:
    assert ways_out(WISH, Ground()) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(480, 1200), st.sampled_from("TU"), st.sampled_from("RQ")),
        max_size=12,
    )
)
def test_every_offered_time_is_possible(put: list[tuple[int, int, str, str]]) -> None:
    lessons = [
        replace(
            OTHER,
            on=date(2026, 3, 2 + day),
            start=start,
            end=start + 90,
            trainer_id=who,
            classroom_id=room,
            lesson_id=str(n),
        )
        for n, (day, start, who, room) in enumerate(put)
    ]
    ground = Ground(lessons, SchoolCalendar({date(2026, 3, 4): "停课"}))

    ways = ways_out(WISH, ground, [Room("Q", "小", "S", "礼堂", "", 9)], [Stand("U", "李梅")])

    assert len(ways) <= 3
    assert all(not any(c.is_hard for c in clashes(way.slot, ground)) for way in ways)
