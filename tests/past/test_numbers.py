"""No number of a paper twice: what stands in an old ledger is asked when numbers are given, recorded or imported."""

from datetime import date
from typing import Any

import pytest

from kqdesk.kernel.errors import InputFaults, UserError
from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel
from kqdesk.rooms.certificates import actions as certificates
from kqdesk.rooms.certificates import queries as papers
from kqdesk.rooms.certificates.model import VoidNumber
from kqdesk.rooms.dual import actions as dual
from kqdesk.rooms.dual.actions import DiplomaLine
from kqdesk.rooms.past.model import PastLedger, PastRecord
from kqdesk.rooms.past.queries import numbers_given
from kqdesk.rooms.past.rules import NumberGiven, is_hers
from kqdesk.rooms.past.terms import Part
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER
from tests.exams.school import Made, make_school

TODAY = date(2026, 3, 2)
LINE = NumberGiven("A1", "老台账", 3, "王建国")


@action("测试旧台账")
def _ledger(w: Writing, *, lines: list[dict[str, Any]]) -> None:
    ledger = PastLedger(title="老台账", entered_by=w.actor, entered_on=date(2026, 1, 1))
    w.session.add(ledger)
    w.session.flush()
    w.session.add_all(PastRecord(ledger_id=ledger.id, line_no=n, **line) for n, line in enumerate(lines, 1))


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk, sizes=(3,), absent=0)


@pytest.mark.parametrize(
    ("person_id", "id_number", "expected"),
    [("p1", None, True), ("p2", None, False), (None, "ID1", True), (None, "ID2", False), (None, None, True)],
)
def test_whose_number_it_is(person_id: str | None, id_number: str | None, expected: bool):
    given = NumberGiven("A1", "老台账", 3, "王建国", person_id, id_number)

    assert is_hers(given, "p1", "王建国", "ID1") is expected


def test_without_numbers_the_name_decides():
    assert not is_hers(LINE, "p1", "王建军", "ID1")
    assert LINE.words == "历史台账《老台账》第 3 行（王建国）"


def test_a_number_of_an_old_ledger_is_passed_over_and_void(store: Store, clerk: str, made: Made):
    def draw(count: int, start: int = 0) -> list[str]:
        ids = store.run(
            certificates.draw_certificates, clerk, signer=CLERK_SIGNER, cohort_id=made.cohorts[0],
            enrolment_ids=made.enrolments[start : start + count], awarded_on=TODAY,
        ).value  # fmt: skip
        with store.reading() as session:
            return sorted(row.serial_no for row in papers.certificates(session, ids=ids))

    planned = draw(2)
    store.undo(clerk)
    store.run(_ledger, clerk, lines=[{"name": "王建国", "completion_no": planned[0]}])

    drawn = draw(2)

    assert (drawn[0], planned[0] in drawn, len(drawn)) == (planned[1], False, 2)
    with store.reading() as session:
        [void] = session.query(VoidNumber).all()
        assert (void.serial_no, void.reason) == (
            planned[0],
            "编号已在历史台账《老台账》第 1 行（王建国）用过",
        )
        [year] = papers.numbers(session)
        assert year.missing == 0


def test_a_skill_certificate_of_somebody_else_is_refused_and_ones_own_counts_once(
    store: Store, clerk: str, made: Made
):
    one, two, _ = made.people
    lines = [
        {
            "name": "王建国",
            "person_id": one,
            "skill_no": "S1",
            "occupation": "电工",
            "skill_level": SkillLevel.MIDDLE,
        }
    ]
    store.run(_ledger, clerk, lines=lines)

    def record(person: str) -> str:
        return store.run(
            certificates.record_skill_certificate, clerk, person_id=person, occupation="电工", level=SkillLevel.MIDDLE,
            number="s1",
        ).value  # fmt: skip

    with pytest.raises(UserError, match="证书编号 S1 已经在历史台账《老台账》第 1 行（王建国）里"):
        record(two)
    record(one)
    with store.reading() as session:
        assert numbers_given(session, Part.SKILLS, ["S1", "S2"]) == {
            "S1": NumberGiven("S1", "老台账", 1, "王建国", one, None)
        }


def test_a_diploma_number_of_somebody_else_is_refused_typed_and_imported(
    store: Store, clerk: str, made: Made
):
    one, two, _ = made.people
    store.run(
        _ledger,
        clerk,
        lines=[{"name": "王建国", "person_id": one, "diploma_no": "浙1", "level": DualLevel.SENIOR}],
    )
    more = {"level": DualLevel.SENIOR, "number": "浙1", "issuer": "绍兴市教育局", "issued_on": TODAY}

    with pytest.raises(UserError, match="编号 浙1 已经在历史台账《老台账》第 1 行（王建国）里"):
        store.run(dual.record_diploma, clerk, person_id=two, **more)
    with store.reading() as session:
        names = {
            row.person_id: row.name for row in papers.learners_to_certify(session, made.cohorts[0], on=TODAY)
        }
    line = DiplomaLine(1, "330621198001010001", names[two], "浙1", TODAY)
    with pytest.raises(InputFaults) as caught:
        store.run(dual.import_diplomas, clerk, level=DualLevel.SENIOR, issuer="绍兴市教育局", lines=[line])
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(1, "number")]
    store.run(dual.record_diploma, clerk, person_id=one, **more)
