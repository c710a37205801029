"""What of an old ledger counts on the 双证 board, and that its explanation leads back to the ledger."""

from datetime import date
from fractions import Fraction

from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel, Subject
from kqdesk.rooms.dual.queries import board
from kqdesk.rooms.dual.queries.board import BoardRow
from kqdesk.rooms.dual.rules import CreditRules, explain
from kqdesk.rooms.past import actions
from kqdesk.rooms.past.rules import Line
from kqdesk.store.store import Store
from tests.exams.school import make_school
from tests.past.test_past import check, set_number

TODAY = date(2026, 3, 2)
LINES = (
    Line(cohort="2009年缝纫工班", hours=120, is_skill=True, ends_on=date(2009, 5, 30)),
    Line(cohort="2011年高中班", hours=90, level=DualLevel.SENIOR, ends_on=date(2011, 6, 30)),
    Line(subject=Subject.CHINESE, points_tenths=780, level=DualLevel.SENIOR, cohort="2011年高中班", ends_on=date(2011, 6, 30)),
    Line(occupation="缝纫工", skill_level=SkillLevel.JUNIOR, skill_no="0912001", issued_on=date(2009, 6, 15)),
    Line(level=DualLevel.JUNIOR, diploma_no="J2008-7", issued_on=date(2008, 6, 1)),
)  # fmt: skip
PARTS = ("hours", "marks", "skills", "diplomas")


def learner(store: Store, person: str) -> BoardRow:
    with store.reading() as session:
        return board(session, on=TODAY, person_id=person).rows[0]


def test_old_lines_count_on_the_board_when_the_pack_says_so(store: Store, clerk: str, head: str) -> None:
    made = make_school(store, clerk, sizes=(1,))
    with store.reading() as session:
        person = board(session, on=TODAY).rows[0].person_id
    ledger = store.run(actions.add_ledger, clerk, title="登记册").value
    for line in LINES:
        store.run(actions.add_record, clerk, ledger_id=ledger, person_id=person, line=line)
    check(store, head, ledger)
    before = learner(store, person)
    for part in PARTS:
        set_number(store, clerk, head, f"past.counts_{part}", True)

    after = learner(store, person)

    assert made.enrolments
    assert before.learner.skills == ()
    assert [(h.cohort, h.hours, h.is_skill) for h in after.learner.hours[len(before.learner.hours) :]] == [
        ("补录 2009年缝纫工班", Fraction(120), True), ("补录 2011年高中班", Fraction(90), False),
    ]  # fmt: skip
    assert [
        (a.subject, a.points.tenths, a.sitting)
        for a in after.learner.attempts[len(before.learner.attempts) :]
    ] == [(Subject.CHINESE, 780, "补录 2011年高中班")]
    told = {
        step.title: (step.page, dict(step.context))
        for part in explain(after.learner, CreditRules())
        for step in part.steps
    }
    assert told["技能培训：补录 2009年缝纫工班"] == ("past", {"find": "2009年缝纫工班"})
    assert [(s.occupation, s.number) for s in after.learner.skills] == [("缝纫工（补录）", "0912001")]
