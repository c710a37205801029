"""What 工作台 says, from facts alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.home import rules
from kqdesk.rooms.home.rules import (
    CohortFact,
    DrawnFact,
    LessonFact,
    PaperFact,
    RiskFact,
    SittingFact,
    certificate_lines,
    day_words,
    gap_lines,
    gap_words,
    greeting,
    in_order,
    is_near,
    lesson_line,
    lesson_lines,
    near_day,
    paper_lines,
    risk_lines,
    sitting_lines,
    summary,
    unset_lines,
)
from kqdesk.rooms.home.terms import Group
from kqdesk.rooms.timetable.rules.days import SchoolCalendar

DAY = date(2026, 3, 2)
YEAR = frozenset({2026})


@pytest.mark.parametrize(
    ("calendar", "words"),
    [
        (SchoolCalendar(known_years=YEAR), "3月2日 星期一，工作日"),
        (SchoolCalendar(), "3月2日 星期一，今年放假安排还没有公布"),
        (SchoolCalendar(closed={DAY: "春节"}, known_years=YEAR), "3月2日 星期一，春节放假"),
        (SchoolCalendar(makeup={DAY: "春节"}, known_years=YEAR), "3月2日 星期一，春节调休上班"),
        (
            SchoolCalendar(closed={DAY: "春节"}, opened={DAY: "补课"}, known_years=YEAR),
            "3月2日 星期一，本校上课日",
        ),
    ],
)
def test_the_day_in_words(calendar, words) -> None:
    assert day_words(DAY, calendar) == words


def test_a_free_saturday() -> None:
    assert day_words(date(2026, 3, 7), SchoolCalendar(known_years=YEAR)) == "3月7日 星期六，休息日"


def test_greetings_of_a_day() -> None:
    assert [greeting(hour) for hour in (0, 8, 11, 13, 17, 23)] == [
        "夜深了",
        "早上好",
        "上午好",
        "中午好",
        "下午好",
        "晚上好",
    ]


@given(st.integers(-400, 400))
@settings(max_examples=40)
def test_a_near_day_counts_from_today(days: int) -> None:
    words = near_day(DAY + timedelta(days), DAY)

    assert words.endswith("前") == (days < -2 or (days == -2 and words == "前天前"))
    assert words.endswith("后") == (days > 2)


def lesson(**parts) -> LessonFact:
    given = {
        "id": "a", "cohort_id": "c", "cohort": "书法班", "number": 2, "on": DAY, "start_minute": 1110, "end_minute": 1200,
        "topic": "", "trainer": "赵师傅", "place": "礼堂", "learners": 30, "marked": 0, "is_taken": False,
    }  # fmt: skip
    return LessonFact(**(given | parts))


@pytest.mark.parametrize(
    ("fact", "minute", "shown"),
    [
        (lesson(), 600, ("待上", "neutral", "attendance")),
        (lesson(), 1080, ("还有 30 分钟", "primary", "attendance")),
        (lesson(), 1110, ("正在上课", "primary", "attendance")),
        (lesson(), 1200, ("待点名", "warning", "attendance")),
        (lesson(is_taken=True, marked=28), 1200, ("已点 28/30", "warning", "attendance")),
        (lesson(is_taken=True, marked=30, trainer=""), 1200, ("已点名", "success", "attendance")),
        (lesson(trainer="", place=""), 600, ("缺培训师、地点", "danger", "timetable")),
        (lesson(trainer=""), 1200, ("待点名", "warning", "attendance")),
    ],
)
def test_a_lesson_as_it_stands(fact, minute, shown) -> None:
    line = lesson_line(fact, minute)

    assert (line.pill, line.tone, line.page) == shown


def test_a_very_full_day_names_what_is_still_to_do() -> None:
    facts = [lesson(id=str(n), is_taken=n < 5, marked=30) for n in range(20)]

    lines = list(lesson_lines(facts, 1200))

    assert [line.key for line in lines] == [*(f"lesson-{n}" for n in range(5, 17)), "lesson-rest"]
    assert sum(line.count for line in lines) == 20
    assert summary(lines) == "今天有 20 次课，没有落下的事。"


def cohort(**parts) -> CohortFact:
    given = {
        "id": "c", "no": "2026-YX01", "title": "书法班", "is_open": True, "starts_on": DAY, "has_trainer": True,
        "has_site": True, "lessons": 4,
    }  # fmt: skip
    return CohortFact(**(given | parts))


@pytest.mark.parametrize(
    ("fact", "sentence", "page"),
    [
        (cohort(has_trainer=False), "书法班还没有培训师", "cohorts"),
        (
            cohort(has_trainer=False, has_site=False, lessons=0),
            "书法班还没有培训师和教学点，也没有排课",
            "cohorts",
        ),
        (cohort(lessons=0), "书法班还没有排课", "timetable"),
        (cohort(to_come_without_trainer=3), "书法班有 3 次课没有定培训师", "timetable"),
        (
            cohort(to_come_without_trainer=3, to_come_without_site=1),
            "书法班有 3 次课没有定培训师，1 次课没有定地点",
            "timetable",
        ),
    ],
)
def test_what_a_cohort_lacks(fact, sentence, page) -> None:
    [line] = gap_lines([fact], DAY)

    assert gap_words(fact) == sentence
    assert (line.sentence, line.page, line.group) == (sentence, page, Group.OVERDUE)


def test_a_complete_cohort_is_not_named_and_many_are_summed_up() -> None:
    many = [cohort(id=str(n), lessons=0, is_open=False) for n in range(6)]

    lines = list(gap_lines([cohort(), *many], DAY))

    assert len(lines) == 5
    assert lines[-1].sentence == "还有 2 个班缺培训师、教学点或课次"
    assert {line.group for line in lines} == {Group.AHEAD}


@pytest.mark.parametrize(
    ("left", "to_come", "near"),
    [
        (None, 5, False),
        (-1, 5, False),
        (0, 5, True),
        (1, 5, True),
        (2, 5, False),
        (1, 1, False),
        (0, 0, False),
    ],
)
def test_two_absences_from_failing(left, to_come, near) -> None:
    assert is_near(left, to_come) is near


def test_people_near_the_limit_by_cohort() -> None:
    four = tuple((name, 1) for name in "甲乙丙丁")

    lines = list(
        risk_lines([RiskFact("a", "书法班", (("甲", 1), ("乙", 2)), 1), RiskFact("b", "缝纫班", four)])
    )

    assert [line.sentence for line in lines] == [
        "缝纫班有 4 人再缺 1 次就不合格，请提醒一声",
        "书法班有 2 人再缺一两次就不合格，请提醒一声",
    ]
    assert [line.detail for line in lines] == ["甲、乙、丙等 4 人", "甲、乙 · 另有 1 人已达不到最低出勤率"]


def test_what_waits_for_the_second_person() -> None:
    marks = list(sitting_lines(SittingFact("s", "春季考试", DAY, 20, 3, 1)))
    certificates = list(
        certificate_lines([DrawnFact("沈月琴", 12, 2, "书法班"), DrawnFact("李干事", 1, 1, "缝纫班")])
    )

    assert [line.sentence for line in (*marks, *certificates)] == [
        "春季考试有 20 个成绩等您复核",
        "春季考试有 1 处成绩更正等您确认",
        "13 张结业证书等您审批",
    ]
    assert marks[0].detail == "3月2日考试 · 其中 3 个两次录入不一样，要对卷子"
    assert certificates[0].detail == "沈月琴制证：书法班等 2 个班；李干事制证：缝纫班"
    assert list(certificate_lines([])) == []


def test_papers_that_ran_out_come_before_those_about_to() -> None:
    facts = [
        PaperFact("赵师傅", "电工证", DAY - timedelta(3), is_over=True),
        PaperFact("钱师傅", "电工证", DAY + timedelta(3), is_over=False),
        PaperFact("孙师傅", "茶艺师证", DAY + timedelta(9), is_over=False),
    ]

    lines = in_order(reversed(list(paper_lines(facts, DAY))))

    assert [(line.group, line.sentence) for line in lines] == [
        (Group.OVERDUE, "赵师傅的电工证已经过期"),
        (Group.AHEAD, "2 位培训师的证书快到期了"),
    ]
    assert lines[0].detail == "有效期至 2026-02-27（3 天前）"


def test_unset_rules_lead_to_where_they_are_set() -> None:
    one = list(unset_lines({"exam.room_capacity": "每个考场人数"}, has_packs=True))
    none = list(unset_lines({}, has_packs=True))

    assert [(line.pill, line.context) for line in one] == [
        ("1 条", {"tab": "packs", "find": "exam.room_capacity"})
    ]
    assert none == []


def test_places_in_classes_are_one_line_a_class() -> None:
    day = date(2026, 3, 5)
    facts = [
        rules.AnswerFact("a", "茶艺班", "陈一", date(2026, 3, 4), is_overdue=True),
        rules.AnswerFact("a", "茶艺班", "陈二", date(2026, 3, 6), is_overdue=False),
        rules.AnswerFact("b", "插花班", "陈三", None, is_overdue=False),
    ]
    away = [rules.AwayFact("e1", "a", "茶艺班", "阮一", 3), rules.AwayFact("e2", "a", "茶艺班", "阮二", 4)]

    lines = [*rules.answer_lines(facts, day), *rules.away_lines(away, 3)]

    assert [(line.group, line.sentence) for line in lines] == [
        (Group.OVERDUE, "茶艺班：陈一 过了答复期限，名额可以给下一位"),
        (Group.AHEAD, "插花班有空名额，请打电话问 陈三 来不来"),
        (Group.OVERDUE, "茶艺班有 2 人连续缺课 3 次以上，名额可以让出来"),
    ]
    assert lines[2].context == {"cohort": "a", "no_shows": "e1,e2", "missed": 3, "limit": 3}
