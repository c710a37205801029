"""Rules of a course as its classes keep them: asked by exams, certificates, credits, the four lists."""

from datetime import date
from typing import Any

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue import actions
from kqdesk.rooms.catalogue.model import Course
from kqdesk.rooms.catalogue.rules import CourseRules
from kqdesk.rooms.catalogue.terms import Assessment, Award, Category, CreditRule
from kqdesk.rooms.certificates import actions as certificates
from kqdesk.rooms.certificates import queries as papers
from kqdesk.rooms.certificates.rules import Completion, course_reasons
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.cohorts.queries import course_rules_of
from kqdesk.rooms.cohorts.terms import CohortKind, EnrolmentState
from kqdesk.rooms.credits import queries as credits
from kqdesk.rooms.dual.queries.board import _hours
from kqdesk.rooms.exams import actions as exams
from kqdesk.rooms.exams.rules import Verdict
from kqdesk.rooms.matching import actions as matching
from kqdesk.rooms.matching import queries as lists
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER
from tests.exams.school import Made, make_school
from tests.statements import count_statements

TODAY, FIRST, LATER = date(2026, 3, 2), date(2025, 9, 1), date(2026, 1, 1)


@action("测试课程班")
def _follow(w: Writing, *, cohort_id: str, course_id: str) -> None:
    cohort = w.session.get_one(Cohort, cohort_id)
    cohort.programme_id, cohort.level = None, None


@action("测试标准课程号")
def _number(w: Writing, *, course_id: str) -> None:
    w.session.get_one(Course, course_id).standard_code = "KC-01"


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk, sizes=(2,), absent=0)


@pytest.fixture
def course(store: Store, clerk: str) -> str:
    return store.run(
        actions.add_course,
        clerk,
        title="茶艺",
        category=Category.TRADE_SKILLS,
        lesson_count=8,
        hours_per_lesson=2,
    ).value


def lay_down(store: Store, clerk: str, course: str, on: date, **said: Any) -> str:
    return store.run(actions.set_course_rules, clerk, course_id=course, from_on=on, **said).value


def follow(store: Store, clerk: str, made: Made, course: str) -> str:
    """The class of the fixture follows the course instead of the programme."""
    store.run(_follow, clerk, cohort_id=made.cohorts[0], course_id=course)
    store.run(
        cohorts.edit_cohort,
        clerk,
        cohort_id=made.cohorts[0],
        kinds=[CohortKind.NIGHT_SCHOOL],
        course_id=course,
    )
    return made.cohorts[0]


def reasons(store: Store, cohort: str) -> list[tuple[str, ...]]:
    with store.reading() as session:
        return [one.eligibility.reasons for one in papers.learners_to_certify(session, cohort, on=TODAY)]


def kept(store: Store, cohort: str) -> CourseRules:
    with store.reading() as session:
        return course_rules_of(session, [cohort])[cohort]


def test_a_class_keeps_the_rules_of_its_first_day(store: Store, clerk: str, course: str):
    cohort = store.run(
        cohorts.open_cohort, clerk, title="茶艺班", kinds=[CohortKind.NIGHT_SCHOOL], course_id=course,
        starts_on=date(2026, 9, 1),
    ).value  # fmt: skip
    assert kept(store, cohort).study_hours == 16

    lay_down(store, clerk, course, date(2026, 8, 1), lesson_count=10)
    store.run(cohorts.start_cohort, clerk, cohort_id=cohort)
    lay_down(store, clerk, course, date(2026, 8, 15), lesson_count=20)

    assert (kept(store, cohort).study_hours, kept(store, cohort).from_on) == (20, date(2026, 8, 1))
    with store.reading() as session:
        assert course_rules_of(session) == course_rules_of(session, [cohort])
        assert course_rules_of(session, []) == {}


@pytest.mark.parametrize(
    ("said", "verdict", "expected"),
    [
        ({}, None, []),
        ({"award": Award.COMPLETION, "assessment": Assessment.ATTENDANCE}, None, []),
        ({"award": Award.NONE}, None, ["这门课程不发证"]),
        ({"award": Award.SKILL, "from_on": LATER}, None,
         ["这门课程由评价机构发技能等级证书，学校不发结业证书（2026-01-01 起的课程规则）"]),
        ({"assessment": Assessment.WORK}, None, ["还没有登记结课考核成绩（在「考试 · 结课考核」里登记）"]),
        ({"assessment": Assessment.EXAM, "pass_mark": 60}, Verdict(False, 595), ["结课考核 59.5 分，不合格，合格分 60"]),
        ({"assessment": Assessment.EXAM, "pass_mark": 60}, Verdict(True, 600), []),
    ],
)  # fmt: skip
def test_a_certificate_follows_the_rules_the_class_keeps(
    said: dict[str, Any], verdict: Verdict | None, expected: list[str]
):
    facts = Completion(EnrolmentState.ENROLLED, 8, 0, None, False, CourseRules(**said), verdict)

    assert course_reasons(facts) == expected


def test_from_the_course_rules_to_the_certificate(
    store: Store, clerk: str, head: str, made: Made, course: str
):
    lay_down(store, clerk, course, FIRST, assessment=Assessment.EXAM, pass_mark=60, award=Award.COMPLETION)
    cohort = follow(store, clerk, made, course)
    lay_down(store, clerk, course, LATER, award=Award.NONE, pass_mark=90)
    assert reasons(store, cohort) == [("还没有登记结课考核成绩（在「考试 · 结课考核」里登记）",)] * 2

    one, two = made.enrolments
    store.run(
        exams.record_course_results,
        clerk,
        cohort_id=cohort,
        results={one: "60", two: "59.5"},
        assessed_on=TODAY,
    )

    assert reasons(store, cohort) == [(), ("结课考核 59.5 分，不合格，合格分 60",)]
    with pytest.raises(UserError, match=r"59\.5 分，不合格"):
        store.run(
            certificates.draw_certificates, clerk, signer=CLERK_SIGNER, cohort_id=cohort, enrolment_ids=[one, two],
            awarded_on=TODAY,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "lacks"),
    [
        ({"credit_rule": CreditRule.BANK_HOURS}, ""),
        ({"award": Award.COMPLETION}, ""),
        ({"credit_rule": CreditRule.NONE}, "开班时的课程规则：不计学分"),
        ({"credit_rule": CreditRule.DUAL_HOURS}, "开班时的课程规则：学时计入双证学分，不送学分银行"),
    ],
)
def test_hours_go_to_the_bank_as_the_class_keeps_it(
    store: Store, clerk: str, head: str, made: Made, course: str, said: dict[str, Any], lacks: str
):
    lay_down(store, clerk, course, FIRST, **said)
    store.run(_number, clerk, course_id=course)
    cohort = follow(store, clerk, made, course)
    lay_down(store, clerk, course, LATER, credit_rule=CreditRule.NONE, lesson_count=9)
    ids = store.run(
        certificates.draw_certificates, clerk, signer=CLERK_SIGNER, cohort_id=cohort, enrolment_ids=made.enrolments[:1],
        awarded_on=TODAY,
    ).value  # fmt: skip
    store.run(certificates.approve_certificates, head, signer=HEAD_SIGNER, ids=ids, issuer=HEAD_SIGNER)

    with store.reading() as session:
        [found] = credits.achievements(session)

    assert (found.standard_code, found.lacks) == ("KC-01", lacks)


@pytest.mark.parametrize(
    ("rule", "occupation", "hours"),
    [
        (CreditRule.DUAL_HOURS, None, [40]), (CreditRule.BANK_HOURS, "电工", []), (CreditRule.NONE, "电工", []),
        (None, "电工", [40]), (None, None, []),
    ],
)  # fmt: skip
def test_hours_count_for_both_papers_as_the_class_keeps_it(
    store: Store, clerk: str, made: Made, rule: CreditRule | None, occupation: str | None, hours: list[int]
):
    course = store.run(
        actions.add_course, clerk, title="电工", category=Category.TRADE_SKILLS, lesson_count=8, hours_per_lesson=2,
        occupation=occupation,
    ).value  # fmt: skip
    lay_down(store, clerk, course, FIRST, lesson_count=9, credit_rule=rule)
    follow(store, clerk, made, course)

    with store.reading() as session:
        found = _hours(session, TODAY, made.people[0])

    assert [int(one.hours) for one in found.get(made.people[0], ())] == hours


def test_an_offer_shows_the_hours_of_the_day_it_begins(store: Store, clerk: str, course: str):
    lay_down(store, clerk, course, LATER, lesson_count=10)
    store.run(matching.take_from_catalogue, clerk)

    def hours(on: date) -> list[int | None]:
        with store.reading() as session:
            return [row.study_hours for row in lists.offers(session, on=on)]

    assert (hours(date(2025, 12, 31)), hours(LATER)) == ([16], [20])
    ask = lambda session: lists.offers(session, on=LATER)  # noqa: E731 -- as count_statements takes it
    one = count_statements(store, ask)
    store.run(actions.add_course, clerk, title="剪纸", category=Category.HERITAGE)
    store.run(matching.take_from_catalogue, clerk)
    assert count_statements(store, ask) == one == [4]
