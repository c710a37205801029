"""Diplomas are imported, never minted: the whole list or nothing, every fault by line."""

from datetime import date

import pytest

from kqdesk.kernel.errors import InputFaults, UserError
from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel
from kqdesk.rooms.certificates import actions as certificates
from kqdesk.rooms.dual import actions, queries
from kqdesk.rooms.dual.actions import DiplomaLine
from kqdesk.rooms.dual.terms import Need, NeedState
from kqdesk.rooms.exams import actions as exams
from kqdesk.rooms.exams import queries as sittings
from kqdesk.rooms.exams.actions import Entry
from kqdesk.rooms.exams.rules import Points
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER
from tests.exams.school import Made, make_school
from tests.statements import count_statements

TODAY, ISSUED = date(2026, 3, 2), date(2026, 1, 20)
SENIOR = DualLevel.SENIOR


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk, sizes=(3,))


def people(store: Store, made: Made) -> list[tuple[str, str]]:
    with store.reading() as session:
        numbers = [f"33062119800101{n:04d}" for n in range(3)]
        found = queries.people_by_number(session, numbers)
    return [(number, found[number].name) for number in numbers]


def lines(store: Store, made: Made) -> list[DiplomaLine]:
    return [
        DiplomaLine(n, number, name, f"浙绍成高2026{n:03d}", ISSUED)
        for n, (number, name) in enumerate(people(store, made), 1)
    ]


def take(store: Store, who: str, wanted: list[DiplomaLine]) -> int:
    return store.run(actions.import_diplomas, who, level=SENIOR, issuer="绍兴市教育局", lines=wanted).value


def faults(store: Store, who: str, wanted: list[DiplomaLine]) -> list[tuple[int, str, str]]:
    with pytest.raises(InputFaults) as caught:
        take(store, who, wanted)
    return [(fault.row, fault.column, fault.reason) for fault in caught.value.faults]


def board(store: Store, **kw: object) -> queries.Board:
    with store.reading() as session:
        return queries.board(session, on=TODAY, **kw)


def test_the_list_goes_in_once_and_a_second_time_changes_nothing(store: Store, clerk: str, made: Made):
    wanted = lines(store, made)

    assert (take(store, clerk, wanted), take(store, clerk, wanted)) == (3, 0)
    assert [row.learner.diploma_no for row in board(store).rows] == [
        f"浙绍成高2026{n:03d}" for n in (1, 2, 3)
    ]
    store.undo(clerk)
    store.undo(clerk)
    assert {row.learner.diploma_no for row in board(store).rows} == {""}


def test_every_fault_is_named_and_nothing_is_taken(store: Store, clerk: str, made: Made):
    one, two, three = lines(store, made)
    wrong = [
        DiplomaLine(1, "330621198001019999", "无此人", "浙1", ISSUED),
        DiplomaLine(2, two.id_number, "别的名字", "浙2", ISSUED),
        DiplomaLine(3, three.id_number, three.name, "浙3", date(2027, 1, 1)),
        DiplomaLine(4, one.id_number, one.name, "", ISSUED),
    ]

    found = faults(store, clerk, wrong)

    assert [(row, column) for row, column, _ in found] == [
        (1, "id_number"),
        (2, "name"),
        (3, "issued_on"),
        (4, "number"),
    ]
    assert {row.learner.diploma_no for row in board(store).rows} == {""}


def test_a_number_given_to_two_people_is_refused_within_the_list_and_against_what_is_there(
    store: Store, clerk: str, made: Made
):
    one, two, _ = lines(store, made)
    same = DiplomaLine(2, two.id_number, two.name, one.number, ISSUED)

    assert {reason for *_, reason in faults(store, clerk, [one, same])} == {
        f"编号 {one.number} 给了{one.name}、{two.name}，请向发证机关核对。"
    }
    take(store, clerk, [one])
    assert [reason for *_, reason in faults(store, clerk, [same])] == [
        f"编号 {one.number} 已经登记在{one.name}名下，名单上给了{two.name}，请向发证机关核对。"
    ]
    with pytest.raises(UserError, match="同一个编号不能给两个人"):
        store.run(
            actions.record_diploma, clerk, person_id=made.people[1], level=SENIOR, number=one.number, issuer="市局",
            issued_on=ISSUED,
        )  # fmt: skip


def test_a_diploma_is_mended_or_taken_back(store: Store, clerk: str, made: Made):
    who = {"person_id": made.people[0], "level": SENIOR}
    store.run(actions.record_diploma, clerk, **who, number="浙1", issuer="市教育局", issued_on=ISSUED)
    with pytest.raises(UserError, match="已经登记了"):
        store.run(actions.record_diploma, clerk, **who, number="浙2", issuer="市教育局", issued_on=ISSUED)

    store.run(actions.change_diploma, clerk, **who, number="浙2", issuer="绍兴市教育局", issued_on=ISSUED)
    with store.reading() as session:
        form = queries.diploma_form(session, made.people[0], SENIOR)
    store.run(actions.remove_diploma, clerk, **who)

    assert form == {"number": "浙2", "issuer": "绍兴市教育局", "issued_on": ISSUED}
    assert board(store).rows[0].learner.diploma_no == ""


def sit(store: Store, clerk: str, head: str, made: Made, tenths: int) -> None:
    key = store.run(exams.open_sitting, clerk, title="秋季考试", on=ISSUED, programme_id=made.programme).value
    store.run(exams.add_candidates, clerk, sitting_id=key, enrolment_ids=made.enrolments[:1])
    with store.reading() as session:
        sheet = sittings.score_sheet(session, key)
    typed = [Entry(row.id, paper, Points(tenths)) for row in sheet.rows for paper in row.due]
    store.run(exams.enter_scores, clerk, signer=CLERK_SIGNER, sitting_id=key, entries=typed)
    store.run(exams.check_scores, head, signer=HEAD_SIGNER, sitting_id=key, entries=typed)
    store.run(exams.lock_sitting, head, signer=HEAD_SIGNER, sitting_id=key)


def test_the_board_follows_exam_certificate_and_diploma(store: Store, clerk: str, head: str, made: Made):
    before = board(store).rows[0]
    sit(store, clerk, head, made, 800)
    store.run(
        certificates.record_skill_certificate,
        clerk,
        person_id=made.people[0],
        occupation="电工",
        level=SkillLevel.MIDDLE,
    )
    between = board(store).rows[0]
    store.run(
        actions.record_diploma,
        clerk,
        person_id=made.people[0],
        level=SENIOR,
        number="浙1",
        issuer="市教育局",
        issued_on=ISSUED,
    )
    after = board(store).rows[0]

    assert [need.state for need in before.needs] == [
        NeedState.MISSING,
        NeedState.MISSING,
        NeedState.UNSET,
        NeedState.MISSING,
    ]
    assert before.next_step is not None
    assert before.next_step.page == "exams"
    assert (between.need(Need.EXAM).words, between.reckoning.total) == ("4/4 科", 2 + 20 + 40)
    assert (between.has_dual, after.has_dual, after.next_step) == (False, True, None)
    with store.reading() as session:
        assert queries.dual_count(session) == 1


def test_counts_are_people(store: Store, clerk: str, made: Made):
    found = board(store)

    assert queries.counts(found.rows) == queries.DualCounts(3, 0, 3, 3, 3)
    assert found.unset == ("成人初中毕业学分", "成人高中毕业学分")


def test_the_number_of_statements_does_not_grow(store: Store, clerk: str):
    counts = []
    for size in (1, 8):
        make_school(store, clerk, sizes=(size,))
        counts.append(count_statements(store, lambda session: queries.board(session, on=TODAY)))

    assert counts == [[21], [21]]
