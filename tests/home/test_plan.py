"""Lines of 工作台 that come after the others: behind plan and why, tasks of the district, people to be called."""

from datetime import date

from PySide6.QtWidgets import QApplication

from kqdesk.desk import shots
from kqdesk.rooms.home.page import HomePage
from kqdesk.rooms.home.queries.plan import behind_lines, later_lines
from kqdesk.rooms.home.rules.plan import ClaimFact, TaskFact, call_line, claim_lines, honour_lines, task_lines
from kqdesk.rooms.home.terms import Group
from kqdesk.security.roles import Role
from tests.reports.test_frozen import target
from tests.reports.world import make_world

TODAY = date(2026, 3, 2)


def test_what_is_behind_plan_says_why_and_leads_to_its_names(store, clerk) -> None:
    make_world(store, clerk)
    target(store, clerk, "skill_training", 300)
    target(store, clerk, "social_training", 100)
    with store.reading() as session:
        [line] = behind_lines(session, TODAY)

    assert (line.group, line.sentence) == (Group.BEHIND, "职业技能培训完成 0%，时间过了 16%")
    assert line.detail == "在开的班结业后最多再加 1 人次，还要另找 298 人次。"
    assert (line.page, line.context) == ("figures", {"tab": "figures", "figure": "skill_training"})


def test_a_school_with_classes_and_no_target_is_asked_for_one_and_an_empty_school_is_not(
    store, clerk
) -> None:
    with store.reading() as session:
        before = behind_lines(session, TODAY)
    make_world(store, clerk)
    with store.reading() as session:
        [line] = behind_lines(session, TODAY)

    assert (before, line.sentence, line.context) == (
        [],
        "2026年的目标还没有填，看不出哪项落后",
        {"tab": "targets"},
    )


def test_who_may_not_do_it_is_not_shown_the_line(store, clerk, clock) -> None:
    make_world(store, clerk)
    target(store, clerk, "skill_training", 300)
    with store.reading() as session:
        shown = {
            role: len(later_lines(session, now=clock(), actor=clerk, role=role))
            for role in (Role.CLERK, Role.TRAINER, None)
        }

    assert shown == {Role.CLERK: 1, Role.TRAINER: 0, None: 0}


def test_tasks_stand_where_their_day_puts_them() -> None:
    facts = [
        TaskFact("1", "报送春季计划", date(2026, 2, 27), True, False),
        TaskFact("2", "夜校检查", TODAY, False, True),
        TaskFact("3", "年度总结", date(2026, 3, 20), False, False),
    ]

    lines = list(task_lines(facts, TODAY))

    assert [line.group for line in lines] == [Group.OVERDUE, Group.TODAY, Group.AHEAD]
    assert [line.pill for line in lines] == ["已逾期", "被退回", "待答复"]
    assert lines[1].detail == "3月2日到期（今天） · 区里退回了，要重新答复"
    assert lines[2].context == {"task": "3"}


def test_calls_are_one_line_and_none_without_people() -> None:
    [late] = call_line(5, 2)

    assert (late.group, late.sentence, late.count) == (Group.OVERDUE, "5 个结业学员这周该回访", 5)
    assert [line.group for line in call_line(3, 0)] == [Group.AHEAD]
    assert list(call_line(0, 0)) == []


def test_subsidies_and_nominations_wait_for_the_second_person() -> None:
    lines = list(claim_lines(ClaimFact(1, 2, 3, 4)))

    assert [line.sentence for line in lines] == [
        "1 批奖补等您核对",
        "2 批奖补公示已满，可以上报",
        "7 条奖补申领要处理",
    ]
    assert [line.group for line in lines] == [Group.WAITING, Group.TODAY, Group.OVERDUE]
    assert lines[2].detail == "3 条被退回 · 4 条核对没有通过"
    assert list(claim_lines(ClaimFact(0, 0, 0, 0))) == list(honour_lines(0)) == []
    assert [line.context for line in honour_lines(2)] == [{"tab": "honours"}]


def test_the_page_shows_them_after_the_rest_and_not_again_while_nothing_changed(
    qtbot, desk, store, clerk, clock
) -> None:
    make_world(store, clerk)
    target(store, clerk, "skill_training", 300)
    asked: list[date] = []

    def later(session):
        asked.append(TODAY)
        return behind_lines(session, TODAY)

    page = HomePage(desk, {}, later=later)
    qtbot.addWidget(page)
    page.resize(1166, 680)
    page.show()
    page.arrive({})
    shots.settle(desk)
    page.reload()
    shots.settle(desk)
    once = len(asked)
    clock.forward(minutes=2)
    page.reload()
    shots.settle(desk)
    unchanged = len(asked)
    target(store, clerk, "social_training", 2_000)
    page.arrive({})
    shots.settle(desk)
    QApplication.processEvents()

    assert [row.key for row in page.rows if row.key.startswith("plan-")] == [
        "plan-skill_training",
        "plan-social_training",
    ]
    assert (once, unchanged, len(asked)) == (1, 1, 2)
