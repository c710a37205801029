"""What 工作台 finds due, for whom, and in how many statements."""

from datetime import timedelta
from functools import partial

import pytest

from kqdesk.rooms.attendance.queries import learner_rates
from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel
from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.dual.model import Diploma
from kqdesk.rooms.dual.queries import dual_count
from kqdesk.rooms.home.queries import today
from kqdesk.rooms.home.terms import First, Group, Kind
from kqdesk.rooms.people.model import Person
from kqdesk.security.roles import Role
from kqdesk.store.actions import Writing, action
from tests.home.conftest import RULES, TODAY, furnish, put_rules
from tests.statements import count_statements


def said(found, kind: Kind) -> list[str]:
    return [line.sentence for line in found.lines if line.kind is kind]


def test_clerk_sees_the_day_in_order(store, clerk, asked) -> None:
    store.run(put_rules, "system", wanted=RULES)
    store.run(furnish, clerk, count=1)

    found = asked(clerk)

    assert [(line.group, line.kind) for line in found.lines] == [
        (Group.TODAY, Kind.LESSON),
        (Group.OVERDUE, Kind.ROLL),
        (Group.OVERDUE, Kind.ABSENCE),
        (Group.AHEAD, Kind.GAP),
        (Group.AHEAD, Kind.PAPERS),
        (Group.AHEAD, Kind.UNSET),
    ]
    assert found.greeting == "晚上好"
    assert found.day_words == "3月2日 星期一，工作日"
    assert found.summary == "今天有 1 次课，另有 2 件事等着办。"
    assert said(found, Kind.ROLL) == ["服装缝纫夜校班2月23日的课还没有点名"]
    assert said(found, Kind.ABSENCE) == ["服装缝纫夜校班有 1 人再缺 1 次就不合格，请提醒一声"]
    assert said(found, Kind.GAP) == ["服装缝纫夜校班二期还没有培训师和教学点，也没有排课"]


def test_what_i_did_waits_for_somebody_else(store, clerk, head, asked) -> None:
    store.run(furnish, clerk, count=1)

    mine = [line for line in asked(clerk).lines if line.group is Group.WAITING]
    others = [line for line in asked(head).lines if line.group is Group.WAITING]

    assert mine == []
    assert [(line.sentence, line.page) for line in others] == [
        ("春季成人高中考试有 1 个成绩等您复核", "exams"),
        ("1 张结业证书等您审批", "certificates"),
    ]
    assert others[0].context["step"] == "check"
    assert others[1].detail == "沈月琴制证：服装缝纫夜校班"


def test_a_role_sees_only_what_it_may_do(store, clerk) -> None:
    store.run(furnish, clerk, count=1)

    with store.reading() as session:
        kinds = {
            role: {line.kind for line in today(session, now=store.clock(), actor="x", role=role).lines}
            for role in (Role.TRAINER, Role.AUDITOR, None)
        }
        steps = today(session, now=store.clock(), actor="x", role=Role.TRAINER).steps

    assert kinds == {
        Role.TRAINER: {Kind.LESSON, Kind.ROLL, Kind.SCORES},
        Role.AUDITOR: {Kind.LESSON},
        None: {Kind.LESSON},
    }
    assert steps == ()


def test_who_is_near_the_limit_agrees_with_the_roll(store, clerk, asked, clock) -> None:
    store.run(put_rules, "system", wanted=RULES)
    store.run(furnish, clerk, count=1)

    with store.reading() as session:
        cohort = session.query(Cohort.id).filter(Cohort.no == "2026-YX01").scalar()
        rates = learner_rates(session, cohort, on=TODAY)

    assert [row.name for row in rates if row.left is not None and 0 <= row.left <= 1] == ["王春花"]
    assert [line.detail for line in asked(clerk).lines if line.kind is Kind.ABSENCE] == ["王春花"]


def test_unset_minimum_is_one_calm_line(store, clerk, asked) -> None:
    store.run(put_rules, "system", wanted={})
    store.run(furnish, clerk, count=1)

    lines = [line for line in asked(clerk).lines if line.kind is Kind.UNSET]

    assert lines[0].sentence == "最低出勤率还没有定，看不出谁快到缺勤上限"
    assert lines[0].context == {"tab": "packs", "find": "attendance.minimum_rate"}
    assert [line.pill for line in lines[1:]] == ["3 条"]


def test_school_without_packs_is_told_so(store, clerk, asked) -> None:
    store.run(furnish, clerk, count=1)

    assert said(asked(clerk), Kind.UNSET) == ["规则包还没有装入，出勤率、等第、学分都算不了"]


def test_figures_count_people_not_enrolments(store, clerk, asked) -> None:
    store.run(furnish, clerk, count=2)

    assert [(figure.label, figure.value) for figure in asked(clerk).figures] == [
        ("花名册人数", 14),
        ("在读学员", 12),
        ("在开班级", 2),
        ("本周课次", 2),
        ("双证齐全", 0),
    ]


@action("测试双证")
def bring_papers(w: Writing) -> None:
    """Three people: both papers, a doubted certificate, a diploma alone."""
    people = [Person(name=name) for name in "甲乙丙"]
    w.session.add_all(people)
    w.session.flush()
    for person, state in zip(people, (Verification.UNCHECKED, Verification.DOUBTFUL, None), strict=True):
        w.session.add(
            Diploma(
                person_id=person.id, level=DualLevel.SENIOR, number=person.name, issuer="市", issued_on=TODAY
            )
        )
        if state is not None:
            w.session.add(
                SkillCertificate(
                    person_id=person.id, occupation="缝纫工", level=SkillLevel.JUNIOR, verification=state
                )
            )


def test_both_papers_are_counted_as_the_board_counts_them(store, clerk, asked) -> None:
    store.run(bring_papers, clerk)

    with store.reading() as session:
        board = dual_count(session)

    assert (asked(clerk).figures[-1].value, board) == (1, 1)


def test_first_steps_tick_themselves(store, clerk, asked) -> None:
    before = asked(clerk)
    store.run(furnish, clerk, count=1)
    after = asked(clerk)
    store.undo(clerk)
    again = asked(clerk)

    assert [step.first for step in before.steps if step.is_done] == [First.STAFF]
    assert [step.first for step in after.steps if not step.is_done] == [First.SCHOOL, First.COURSES]
    assert again == before
    assert (before.lines, before.summary) == ((), "今天没有课，也没有等着办的事。")


@pytest.mark.parametrize("wanted", [RULES, {}])
def test_statements_do_not_grow_with_rows(store, clerk, head, wanted) -> None:
    store.run(put_rules, "system", wanted=wanted)
    ask = partial(today, now=store.clock(), actor=head, role=Role.HEADMASTER)

    store.run(furnish, clerk, count=1)
    one = count_statements(store, ask)
    store.run(furnish, clerk, count=2)
    three = count_statements(store, ask)

    assert one == three
    assert one[0] <= 16


def test_many_missed_rolls_are_summed_up(store, clerk, asked, clock) -> None:
    store.run(furnish, clerk, count=6)

    rolls = said(asked(clerk), Kind.ROLL)

    assert len(rolls) == 5
    assert rolls[-1] == "还有 2 次更早的课没有点名"


def test_lesson_pill_follows_the_clock(store, clerk, asked, clock) -> None:
    store.run(furnish, clerk, count=1)
    pills = []

    for back in (timedelta(hours=5), timedelta(hours=2), timedelta(hours=1), timedelta(0)):
        now, clock.now = clock.now, clock.now - back
        pills.append(next(line.pill for line in asked(clerk).lines if line.kind is Kind.LESSON))
        clock.now = now

    assert pills == ["待上", "还有 30 分钟", "正在上课", "待点名"]
