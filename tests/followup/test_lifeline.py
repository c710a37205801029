"""A life in the order of time: from every room, of the person she is now, in a fixed number of statements."""

from datetime import UTC, date, datetime

from kqdesk.rooms.activities.model import Activity, ActivityAttendee
from kqdesk.rooms.activities.terms import ActivityKind, ActivityState
from kqdesk.rooms.catalogue.terms import Route, SkillLevel, StudyLevel
from kqdesk.rooms.certificates.model import CompletionCertificate, SkillCertificate
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.credits.model import CreditEntry
from kqdesk.rooms.credits.terms import CreditUnit, SourceKind
from kqdesk.rooms.followup import queries
from kqdesk.rooms.people.actions import merge_people
from kqdesk.rooms.referrals.model import Referral
from kqdesk.rooms.referrals.terms import ReferralState
from kqdesk.rooms.survey.model import SurveyAnswer, SurveyRound
from kqdesk.rooms.survey.terms import AnswerState, RoundState
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.followup.conftest import Ended
from tests.statements import count_statements

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@action("测试一生")
def add_life(w: Writing, person_id: str, enrolment_id: str) -> None:
    asked = SurveyRound(
        no=1, title="2025 年排摸", starts_on=date(2025, 8, 1), ends_on=date(2025, 8, 31), townships=[], villages=[], firms=[],
        state=RoundState.CLOSED,
    )  # fmt: skip
    talk = Activity(
        topic="反诈讲座", kind=ActivityKind.LECTURE, state=ActivityState.HELD, held_on=date(2025, 10, 15)
    )
    w.session.add_all([asked, talk])
    w.session.flush()
    w.session.add_all(
        [
            SurveyAnswer(
                round_id=asked.id, person_id=person_id, serial=1, code="1000010", state=AnswerState.ANSWERED, wish="有",
                skills=["缝纫"], times=[], categories=[], projects=[], answered_on=date(2025, 8, 5),
            ),
            ActivityAttendee(activity_id=talk.id, person_id=person_id),
            CompletionCertificate(
                serial_no="33060320250001", person_id=person_id, enrolment_id=enrolment_id, name="阮秋月", course_title="缝纫班",
                study_hours=36, issuer="兰亭成校", awarded_on=date(2025, 12, 5), state=CertificateState.REVOKED, drawn_by=w.actor,
                revoked_on=date(2026, 1, 6),
            ),
            SkillCertificate(
                person_id=person_id, occupation="缝纫工", level=SkillLevel.JUNIOR, issuer="示例机构", issued_on=date(2025, 12, 20)
            ),
            *(
                CreditEntry(
                    person_id=person_id, unit=CreditUnit.DEPT_POINT, hundredths=amount, source=SourceKind.PAPER, source_key=str(n),
                    proofs=[], words="志愿服务", earned_on=date(2026, 1, 8), booked_at=NOW, booked_by=w.actor,
                )
                for n, amount in enumerate((150, 100))
            ),
            Referral(
                person_id=person_id, college="绍兴开放大学", programme="会计", route=Route.OPEN_UNIVERSITY, level=StudyLevel.COLLEGE,
                year=2026, state=ReferralState.ENROLLED, applied_on=date(2026, 1, 10), enrolled_on=date(2026, 2, 20),
            ),
        ]
    )  # fmt: skip


def test_everything_in_the_order_of_time(store: Store, clerk: str, ended: Ended) -> None:
    store.run(add_life, clerk, person_id=ended.people[0], enrolment_id=ended.enrolments[0])
    with store.reading() as session:
        life = queries.life_line(session, ended.people[0], now=NOW)

    assert life is not None
    assert [(f"{event.on:%y-%m-%d}", event.kind, event.title) for event in life.events] == [
        ("25-08-05", "排摸", "2025 年排摸"),
        ("25-09-10", "学历证书", "成人高中学历证书"),
        ("25-09-20", "报名入班", "缝纫班"),
        ("25-10-15", "活动", "反诈讲座"),
        ("25-12-01", "结业", "缝纫班"),
        ("25-12-05", "结业证书", "缝纫班"),
        ("25-12-20", "技能证书", "缝纫工"),
        ("26-01-06", "证书撤销", "缝纫班"),
        ("26-01-08", "学分", "部门积分 2.5 分"),
        ("26-01-10", "报读", "绍兴开放大学 会计"),
        ("26-02-20", "报读", "绍兴开放大学 会计"),
    ]
    assert life.events[0].detail == "学历提升意愿：有；想学：缝纫"


def test_of_two_entries_merged_it_is_one_life(store: Store, clerk: str, ended: Ended) -> None:
    one, other = sorted(ended.people[:2])
    store.run(merge_people, clerk, one_id=one, other_id=other, chosen={}, reason="同一个人")
    with store.reading() as session:
        mine = queries.life_line(session, one, now=NOW)
        hers = queries.life_line(session, other, now=NOW)

    assert mine == hers
    assert mine is not None
    assert [event.kind for event in mine.events].count("结业") == 2


def test_nobody_has_no_life(store: Store, ended: Ended) -> None:
    with store.reading() as session:
        assert queries.life_line(session, "0" * 32, now=NOW) is None


def test_no_more_statements_with_more_events(store: Store, clerk: str, ended: Ended) -> None:
    store.run(add_life, clerk, person_id=ended.people[0], enrolment_id=ended.enrolments[0])

    full, few = count_statements(
        store,
        lambda session: queries.life_line(session, ended.people[0], now=NOW),
        lambda session: queries.life_line(session, ended.people[7], now=NOW),
    )

    assert full == few
