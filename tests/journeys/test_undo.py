"""Back to the beginning: every act of a small school can be taken back, until somebody approves."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from kqdesk import school as homes
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.attendance import actions as attendance
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.catalogue import actions as catalogue
from kqdesk.rooms.certificates import actions as certificates
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.cohorts import queries as rosters
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.office.actions import add_staff
from kqdesk.rooms.people import actions as people
from kqdesk.rooms.timetable import actions as timetable
from kqdesk.rooms.timetable.actions import LessonDraft
from kqdesk.school import NewSchool, School
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from kqdesk.security.signing import Signer
from kqdesk.store.base import Base
from kqdesk.store.history import HistoryLine
from kqdesk.store.undo import NOTHING_TO_UNDO

MONDAY = date(2026, 3, 2)
PEOPLE = (("俞文娟", "330697198503021247"), ("傅柏林", "330698197211050013"), ("王䶮", "330699199001010019"))
KEPT = {"school", "staff", "staff_key", "rule_pack"}
"""What founding a school puts down, and what adding the second person does."""


class Clock:
    """A clock that goes on by a second with every look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 20, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def small(tmp_path: Path) -> Iterator[School]:
    """A school with nobody in it."""
    new = NewSchool("330603008", "柯桥区示例成校", "沈月琴", Role.CLERK, "兰亭的柳树一共有三百棵")
    opened, _ = homes.make(tmp_path / "home", new, clock=Clock(), rng=Random(3), profile=CHEAPEST)
    yield opened
    opened.close()


def rows(school: School) -> dict[str, int]:
    """Tables that hold something, with how much."""
    with school.store.reading() as session:
        conn = session.connection()
        counts = {
            name: conn.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
            for name in Base.metadata.tables
            if name not in KEPT and not name.startswith("journal")
        }
    return {name: count for name, count in counts.items() if count}


def work(school: School) -> tuple[str, list[str], list[str]]:
    """A week of a small school: people, a cohort, lessons, a roll. Gives cohort, persons, lessons."""
    store, clerk = school.store, school.staff.id
    store.run(catalogue.load_samples, clerk)
    ids = [
        store.run(people.add_person, clerk, fields={"name": name, "id_number": number}).value
        for name, number in PEOPLE
    ]
    store.run(people.edit_person, clerk, person_id=ids[0], changes={"phone": "15412345678"})
    cohort = store.run(
        cohorts.open_cohort, clerk, title="村班", kinds={CohortKind.VILLAGE}, is_started=True
    ).value
    store.run(cohorts.enrol, clerk, cohort_id=cohort, person_ids=ids)
    drafts = [LessonDraft(cohort, MONDAY + timedelta(days=7 * n), 1110, 1200, 2) for n in range(2)]
    lessons = store.run(timetable.put_lessons, clerk, lessons=drafts).value
    with store.reading() as session:
        learner = rosters.roster(session, cohort)[1].id
    for lesson in lessons:
        store.run(
            attendance.take_roll, clerk, lesson_id=lesson, marks={learner: Mark.LATE}, rest_present=True
        )
    return cohort, ids, lessons


def undo_everything(school: School) -> tuple[list[str], str]:
    """Undo until it is refused: the labels undone, and the sentence of the refusal."""
    labels = []
    while True:
        try:
            labels.append(school.store.undo(school.staff.id).label)
        except UserError as refused:
            return labels, str(refused)


def test_undo_to_the_beginning_leaves_an_empty_school(small: School) -> None:
    work(small)
    assert rows(small)["attendance_mark"] == 6

    labels, refused = undo_everything(small)

    assert rows(small) == {}
    assert [label.split("：")[0] for label in labels] == [
        "登记考勤", "登记考勤", "排课", "学员入班", "开设班级", "修改人员", "新建人员", "新建人员", "新建人员", "装入示例课程",
    ]  # fmt: skip
    assert refused != ""
    assert (small.store.verify_chain(), small.store.verify_rows()) == (None, None)


def test_everything_undone_can_be_done_again(small: School) -> None:
    work(small)
    before = rows(small)
    labels, _ = undo_everything(small)

    for _ in labels:
        small.store.redo(small.staff.id)

    assert rows(small) == before
    with pytest.raises(UserError):
        small.store.redo(small.staff.id)


def test_past_an_approval_undo_is_refused_with_its_sentence(small: School) -> None:
    cohort, _, _ = work(small)
    store, clerk = small.store, small.staff.id
    second = Signer(b"h" * 32)
    public = second.public.hex()
    head = store.run(add_staff, clerk, name="章国平", role=Role.HEADMASTER, public_key=public).value
    store.run(cohorts.close_cohort, clerk, cohort_id=cohort)
    with store.reading() as session:
        learners = [row.id for row in rosters.roster(session, cohort)]
    store.run(cohorts.complete, clerk, enrolment_ids=learners)
    drawn = store.run(
        certificates.draw_certificates,
        clerk,
        cohort_id=cohort,
        enrolment_ids=learners[:1],
        awarded_on=date(2026, 3, 20),
        course_title="智能手机应用",
        signer=small.signer,
    ).value
    store.run(certificates.approve_certificates, head, ids=drawn, issuer=small.issuer(), signer=second)
    before = rows(small)

    with pytest.raises(UserError) as refused:
        store.undo(head)

    assert str(refused.value) == certificates.APPROVED
    assert store.undo_state(head).undo is not None
    assert rows(small) == before


def test_history_of_one_learner_reads_as_sentences(small: School) -> None:
    _, ids, _ = work(small)

    lines: list[HistoryLine] = small.store.history("person", ids[0])

    told = [(line.label.split("：")[0], line.sentences) for line in reversed(lines)]
    assert {line.actor for line in lines} == {small.staff.id}
    assert told[0][0] == "新建人员"
    assert told[1] == ("修改人员", ("人员：电话 已改（内容不显示）",))
    assert [label for label, _ in told[2:]] == ["学员入班", "登记考勤", "登记考勤"]
    assert told[-1][1] == ("新增考勤「到」",)


def test_nothing_to_undo_is_said(small: School) -> None:
    with pytest.raises(UserError) as refused:
        small.store.undo("0" * 32)

    assert str(refused.value) == NOTHING_TO_UNDO
