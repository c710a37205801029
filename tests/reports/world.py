"""A school with something of everything that is counted: classes that ended and run, activities, papers, old ledgers."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from kqdesk.rooms.activities.model import Activity, ActivityAttendee
from kqdesk.rooms.activities.terms import ActivityKind, ActivityState, CountedAs
from kqdesk.rooms.attendance.model import AttendanceMark, Roll
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.catalogue.model import Course, Programme
from kqdesk.rooms.catalogue.terms import Category, DualLevel, Project, Route, SkillLevel, StudyLevel
from kqdesk.rooms.certificates.model import CompletionCertificate, SkillCertificate
from kqdesk.rooms.certificates.terms import CertificateState, Verification
from kqdesk.rooms.cohorts.model import Cohort, CohortKindMark, Enrolment
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState, EnrolmentState
from kqdesk.rooms.dual.model import Diploma
from kqdesk.rooms.past.model import PastLedger, PastRecord
from kqdesk.rooms.past.terms import LedgerState
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.referrals.model import Referral
from kqdesk.rooms.referrals.terms import ReferralState
from kqdesk.rooms.survey.model import SurveyAnswer, SurveyRound
from kqdesk.rooms.survey.terms import AnswerState, RoundState
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.timetable.terms import LessonState
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.home.conftest import put_rules

HERE, NEXT = "330603008", "330603009"
RULES = {
    "attendance.minimum_rate": 75, "attendance.late_weight": 50, "attendance.excused": "absent", "past.counts_hours": True,
    "past.counts_diplomas": True,
}  # fmt: skip
HELD_ON = (date(2026, 1, 6), date(2026, 1, 13), date(2026, 1, 20), date(2026, 1, 27))
P, L, E, A = Mark.PRESENT, Mark.LATE, Mark.EXCUSED, Mark.ABSENT


@dataclass
class World:
    """Ids by a short name."""

    people: dict[str, str] = field(default_factory=dict)
    cohorts: dict[str, str] = field(default_factory=dict)
    enrolments: dict[str, str] = field(default_factory=dict)


def make_world(store: Store, actor: str, wanted: dict[str, object] | None = None) -> World:
    """Packs with ``wanted`` numbers (RULES when not given) and the whole school."""
    store.run(put_rules, actor, wanted=RULES if wanted is None else wanted)
    return store.run(furnish, actor).value


@action("测试统计的学校")
def furnish(w: Writing) -> World:
    """Night class and elderly class that ended in January, a 双证 class and a skill class that run, the rest beside."""
    world = World()
    _people(w, world)
    _cohorts(w, world)
    _activities(w, world)
    _papers(w, world)
    _survey(w, world)
    return world


def _people(w: Writing, world: World) -> None:
    for n, key in enumerate("abcdefgh"):
        person = Person(
            name=f"章{'甲乙丙丁戊己庚辛'[n]}", sex="12"[n % 2], birth_date=date(1960 + 6 * n, 5, 1),
            township_code=NEXT if key == "h" else HERE, village=("兰亭村", "谢家桥村")[n % 2],
            education_code=("71", "61", "81", "31", "", "71", "21", "90")[n],
            hukou=("绍兴市柯桥区兰亭街道", "安徽省阜阳市", "")[n % 3], id_number=f"3306211980010100{n:02d}",
        )  # fmt: skip
        w.session.add(person)
        w.session.flush()
        world.people[key] = person.id
    twin = Person(name="章甲", state="merged", merged_into_id=world.people["a"])
    w.session.add(twin)
    w.session.flush()
    world.people["a2"] = twin.id


def _cohorts(w: Writing, world: World) -> None:
    sewing = Course(code="FZ", title="服装缝纫", category=Category.TRADE_SKILLS, occupation="缝纫工")
    writing = Course(code="SF", title="书法", category=Category.HERITAGE)
    programme = Programme(code="GZ", title="成人高中", level=DualLevel.SENIOR)
    w.session.add_all([sewing, writing, programme])
    w.session.flush()
    night = _cohort(w, world, "night", writing, CohortState.CLOSED, HELD_ON, Project.CITIZENS)
    w.session.add_all(
        CohortKindMark(cohort_id=night.id, kind=kind)
        for kind in (CohortKind.NIGHT_SCHOOL, CohortKind.VILLAGE)
    )
    old = _cohort(w, world, "old", writing, CohortState.CLOSED, HELD_ON, None)
    old.is_elderly = True
    coming = tuple(date(2026, 2, 23) + timedelta(7 * n) for n in range(4))
    skill = _cohort(w, world, "skill", sewing, CohortState.OPEN, coming, Project.NEW_TRADES)
    dual = _cohort(w, world, "dual", None, CohortState.OPEN, coming, Project.DUAL_UPGRADE)
    dual.programme_id, dual.level = programme.id, DualLevel.SENIOR
    for key, marks in {
        "a": (P, P, P, P),
        "b": (P, P, P, A),
        "c": (P, P, A, A),
        "d": (P, L, L, P),
        "e": (P, P, P, E),
    }.items():
        _enrol(w, world, night, "night", key, marks)
    _enrol(w, world, old, "old", "a", (P, P, P, P))
    _enrol(w, world, old, "old", "b", (P, P, P, P), EnrolmentState.WITHDRAWN)
    _enrol(w, world, skill, "skill", "c", ())
    _enrol(w, world, skill, "skill", "f", (), EnrolmentState.WAITING)
    _enrol(w, world, dual, "dual", "g", ())


def _cohort(
    w: Writing, world: World, key: str, course: Course | None, state: CohortState, days: tuple[date, ...],
    project: Project | None,
) -> Cohort:  # fmt: skip
    cohort = Cohort(
        no=f"2026-{key}", title=f"{key}班", state=state, course_id=course.id if course else None, project=project,
        township_code=HERE, starts_on=days[0], ends_on=days[-1],
    )  # fmt: skip
    w.session.add(cohort)
    w.session.flush()
    world.cohorts[key] = cohort.id
    for n, on in enumerate(days, 1):
        held = on < date(2026, 2, 1)
        lesson = Lesson(
            cohort_id=cohort.id, number=n, on=on, start_minute=1110, end_minute=1200, study_hours=2,
            state=LessonState.HELD if held else LessonState.PLANNED,
        )  # fmt: skip
        w.session.add(lesson)
        w.session.flush()
        if held:
            w.session.add(
                Roll(lesson_id=lesson.id, taken_at=datetime(2026, 2, 1, tzinfo=UTC), taken_by=w.actor)
            )
    cancelled = Lesson(
        cohort_id=cohort.id, number=9, on=date(2026, 12, 1), start_minute=1110, end_minute=1200, study_hours=2,
        state=LessonState.CANCELLED,
    )  # fmt: skip
    w.session.add(cancelled)
    w.session.flush()
    return cohort


def _enrol(
    w: Writing, world: World, cohort: Cohort, key: str, who: str, marks: tuple[Mark, ...],
    state: EnrolmentState = EnrolmentState.ENROLLED,
) -> None:  # fmt: skip
    enrolment = Enrolment(
        cohort_id=cohort.id, person_id=world.people[who], state=state, applied_on=cohort.starts_on
    )
    w.session.add(enrolment)
    w.session.flush()
    world.enrolments[key + who] = enrolment.id
    lessons = w.session.query(Lesson).filter_by(cohort_id=cohort.id).order_by(Lesson.number).all()
    w.session.add_all(
        AttendanceMark(lesson_id=lesson.id, enrolment_id=enrolment.id, mark=mark)
        for lesson, mark in zip(lessons, marks, strict=False)
    )
    w.session.flush()


def _activities(w: Writing, world: World) -> None:
    talk = Activity(
        topic="防诈骗讲座", kind=ActivityKind.LECTURE, counted_as=CountedAs.SOCIAL, project=Project.CITIZENS,
        state=ActivityState.CONFIRMED, held_on=date(2026, 2, 10), township_code=HERE, headcount=40,
    )  # fmt: skip
    show = Activity(
        topic="重阳展演", kind=ActivityKind.SHOW, counted_as=CountedAs.ELDERLY, state=ActivityState.HELD,
        held_on=date(2026, 2, 20), township_code=NEXT, headcount=25,
    )  # fmt: skip
    off = Activity(
        topic="取消的", kind=ActivityKind.LECTURE, counted_as=CountedAs.SOCIAL, state=ActivityState.CANCELLED,
        held_on=date(2026, 2, 11), headcount=99,
    )  # fmt: skip
    w.session.add_all([talk, show, off])
    w.session.flush()
    w.session.add_all(
        ActivityAttendee(activity_id=talk.id, person_id=world.people[key]) for key in ("a2", "h")
    )


def _papers(w: Writing, world: World) -> None:
    people = world.people
    w.session.add_all(
        [
            Diploma(person_id=people["a"], level=DualLevel.SENIOR, number="G1", issuer="绍兴市教育局", issued_on=date(2026, 1, 15)),
            Diploma(person_id=people["a2"], level=DualLevel.JUNIOR, number="G2", issuer="柯桥区教育局", issued_on=date(2026, 1, 16)),
            Diploma(person_id=people["b"], level=DualLevel.JUNIOR, number="G3", issuer="柯桥区教育局", issued_on=date(2025, 12, 30)),
            SkillCertificate(person_id=people["b"], occupation="电工", level=SkillLevel.MIDDLE, issued_on=date(2026, 2, 1)),
            SkillCertificate(
                person_id=people["a"], occupation="焊工", level=SkillLevel.JUNIOR, issued_on=date(2026, 2, 2),
                verification=Verification.DOUBTFUL,
            ),
            SkillCertificate(person_id=people["c"], occupation="电工", level=SkillLevel.MIDDLE),
            Referral(
                person_id=people["d"], college="绍兴开放大学", route=Route.OPEN_UNIVERSITY, level=StudyLevel.COLLEGE, year=2023,
                state=ReferralState.GRADUATED, enrolled_on=date(2023, 9, 1), graduated_on=date(2026, 1, 31),
            ),
            Referral(
                person_id=people["e"], college="绍兴开放大学", route=Route.OPEN_UNIVERSITY, level=StudyLevel.UPGRADE, year=2026,
                state=ReferralState.ENROLLED, enrolled_on=date(2026, 2, 25),
            ),
        ]
    )  # fmt: skip
    for n, state in enumerate((CertificateState.PRINTED, CertificateState.DRAWN, CertificateState.REVOKED)):
        w.session.add(
            CompletionCertificate(
                serial_no=f"2026{n}", person_id=people["a"], enrolment_id=world.enrolments["nighta"], name="章甲",
                course_title="书法", study_hours=8, issuer="兰亭成校", awarded_on=date(2026, 2, 3), drawn_by=w.actor, state=state,
            )
        )  # fmt: skip
    ledger = PastLedger(
        title="2026 补录", state=LedgerState.CHECKED, entered_by=w.actor, entered_on=date(2026, 2, 1)
    )
    w.session.add(ledger)
    w.session.flush()
    w.session.add_all(
        [
            PastRecord(
                ledger_id=ledger.id, person_id=people["f"], line_no=1, name="章己", cohort="绿证班", hours=20, is_skill=True,
                ends_on=date(2026, 1, 10),
            ),
            PastRecord(
                ledger_id=ledger.id, person_id=people["f"], line_no=2, name="章己", level=DualLevel.JUNIOR, diploma_no="B9",
                issued_on=date(2026, 1, 11), occupation="电工", skill_level=SkillLevel.MIDDLE, skill_no="J9",
            ),
            PastRecord(ledger_id=ledger.id, person_id=None, line_no=3, name="不知是谁", hours=9, ends_on=date(2026, 1, 12)),
        ]
    )  # fmt: skip


def _survey(w: Writing, world: World) -> None:
    asked = SurveyRound(
        no=1, title="2026 年排摸", starts_on=date(2026, 2, 1), ends_on=date(2026, 4, 30), townships=[], villages=[], firms=[],
        state=RoundState.OPEN,
    )  # fmt: skip
    w.session.add(asked)
    w.session.flush()
    for n, (key, state) in enumerate(
        {
            "a": AnswerState.ANSWERED,
            "b": AnswerState.WAITING,
            "c": AnswerState.REFUSED,
            "d": AnswerState.ANSWERED,
        }.items(),
        1,
    ):
        w.session.add(
            SurveyAnswer(
                round_id=asked.id, person_id=world.people[key], serial=n, code=f"1-{n}", state=state, skills=[], times=[],
                categories=[], projects=[], answered_on=date(2026, 2, 14) if state is AnswerState.ANSWERED else None,
            )
        )  # fmt: skip
