"""A6 by keyboard in the whole window: a hot night class fills up, the rest wait, places fall free and go on by deadline, who
never comes loses the place; money with receipts; and next year the class comes again without its graduates."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Push
from kqdesk.desk.shell import Shell
from kqdesk.rooms.attendance.actions import take_roll
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.cohorts import queries
from kqdesk.rooms.cohorts.page.learner import LearnerPanel
from kqdesk.rooms.cohorts.page.telling import ChatPanel
from kqdesk.rooms.cohorts.terms import CohortKind, EnrolmentState, FeeKind, PayMethod
from kqdesk.rooms.home.page.rows import RowButton
from kqdesk.rooms.timetable.actions import LessonDraft, put_lessons
from kqdesk.store.store import Store
from tests.attendance.packs import put_pack
from tests.cohorts.conftest import NAMES, add_catalogue, people
from tests.conftest import Clock
from tests.journeys.keyboard import CTRL, NONE, close_preview, go, press, save, shell

__all__ = ["people", "shell"]
ENTER = (Qt.Key.Key_Return, NONE)
WAITING, OFFERED, ENROLLED = EnrolmentState.WAITING, EnrolmentState.OFFERED, EnrolmentState.ENROLLED


def states(store: Store, cohort_id: str) -> dict[str, EnrolmentState]:
    with store.reading() as session:
        return {row.name: row.state for row in queries.roster(session, cohort_id)}


def from_home(qtbot, shell: Shell, key: str, sentence: str):
    """Enter on a line of 工作台; the page it leads to."""
    home = go(shell, "home")
    [row] = [one for one in home.findChildren(RowButton) if one.key == key]
    assert row.accessibleName().startswith(sentence)
    press(qtbot, shell, row, ENTER)
    return shell.page


def choose(page, name: str) -> None:
    """The learner with that name, as if clicked."""
    rows = page.card.table.model().rows
    page.card.table.select_row(next(n for n, row in enumerate(rows) if row.name == name))


@pytest.fixture
def hot(qtbot, shell: Shell, desk: Desk, store: Store, people: list[str]) -> str:
    """A night class of three opened by its form, five people pasted in."""
    put_pack(store, {"cohort.answer_days": 2, "attendance.no_show_limit": 2})
    course_id, _ = store.run(add_catalogue, "system").value
    page = go(shell, "cohorts")
    press(qtbot, shell, page, (Qt.Key.Key_N, CTRL))
    save(
        qtbot, shell, page, kinds=(CohortKind.NIGHT_SCHOOL,), title="缝纫机维修夜校班", course_id=course_id, capacity=3,
        starts_on=date(2026, 3, 2), ends_on=date(2026, 4, 20), meets="每周一 18:30", fee=20000,
    )  # fmt: skip
    press(qtbot, shell, page, (Qt.Key.Key_N, CTRL))
    save(qtbot, shell, page, pasted="\n".join(name for name, _, _ in NAMES))
    page.side.closed.emit()
    shots.settle(desk)
    return page.cohort_id


def test_a6_places_go_on_by_deadline_and_who_never_comes_loses_hers(
    qtbot, shell: Shell, desk: Desk, store: Store, clock: Clock, clerk: str, hot: str
) -> None:
    page = shell.page
    assert [states(store, hot)[name] for name, _, _ in NAMES] == [ENROLLED] * 3 + [WAITING] * 2
    choose(page, "阮秋月")
    press(qtbot, shell, page.card.table, (Qt.Key.Key_Delete, NONE))
    save(qtbot, shell, page, reason="搬走")
    assert states(store, hot)["陈𡋾"] is OFFERED
    assert "轮到 陈𡋾，最晚 03-04 答复" in page.note.text

    clock.forward(days=3)
    page = from_home(qtbot, shell, f"answers-{hot}", "缝纫机维修夜校班：陈𡋾 过了答复期限，名额可以给下一位")
    press(qtbot, shell, page.note.findChild(Push), ENTER)
    assert (states(store, hot)["陈𡋾"], states(store, hot)["鲁小芳"]) == (EnrolmentState.DECLINED, OFFERED)

    choose(page, "鲁小芳")
    press(qtbot, shell, page.card.table, (Qt.Key.Key_Return, CTRL))
    with store.reading() as session:
        [gone] = [row.id for row in queries.roster(session, hot) if row.name == "沈建国"]
    _stay_away(store, clerk, hot, gone)
    page = from_home(qtbot, shell, f"away-{hot}", "缝纫机维修夜校班有 1 人连续缺课 2 次以上，名额可以让出来")
    press(qtbot, shell, page.note.findChild(Push), ENTER)

    assert states(store, hot)["沈建国"] is EnrolmentState.WITHDRAWN
    press(qtbot, shell, shell, (Qt.Key.Key_Z, CTRL))
    assert states(store, hot)["沈建国"] is ENROLLED


def _stay_away(store: Store, clerk: str, cohort_id: str, enrolment_id: str) -> None:
    """Two lessons were held; one learner missed both."""
    drafts = [LessonDraft(cohort_id, date(2026, 3, day), 18 * 60 + 30, 20 * 60, 2) for day in (3, 4)]
    lessons = store.run(put_lessons, clerk, lessons=drafts, accept_warnings=True).value
    with store.reading() as session:
        here = [row for row in queries.roster(session, cohort_id) if row.state is ENROLLED]
    for lesson_id in lessons:
        marks = {row.id: Mark.ABSENT if row.id == enrolment_id else Mark.PRESENT for row in here}
        store.run(take_roll, clerk, lesson_id=lesson_id, marks=marks)


def test_money_notices_and_next_years_class(
    qtbot, shell: Shell, desk: Desk, store: Store, clock: Clock, hot: str
) -> None:
    page = shell.page
    choose(page, "阮秋月")
    press(qtbot, shell, page.card.table, ENTER)
    assert isinstance(page.side, LearnerPanel)
    press(qtbot, shell, page.side.money, (Qt.Key.Key_F7, NONE))
    save(qtbot, shell, page, method=PayMethod.WECHAT)
    assert close_preview(shell) == 2
    with store.reading() as session:
        row = next(row for row in queries.roster(session, hot) if row.name == "阮秋月")
        [line] = queries.money_of(session, row.id)
    assert (line.kind, line.amount, line.receipt_no) == (FeeKind.TUITION, 20000, "2026-1-0001")

    press(qtbot, shell, page, (Qt.Key.Key_Escape, NONE))
    press(qtbot, shell, page.card.table, (Qt.Key.Key_G, CTRL))
    assert isinstance(page.side, ChatPanel)
    press(qtbot, shell, page.side.text, (Qt.Key.Key_Return, CTRL))
    assert (
        QGuiApplication.clipboard()
        .text()
        .startswith("【开班通知】缝纫机维修夜校班\n时间：3月2日（周一）开班，每周一 18:30")
    )
    press(qtbot, shell, page.side.text, (Qt.Key.Key_Escape, NONE))
    press(qtbot, shell, page, (Qt.Key.Key_P, CTRL))
    save(qtbot, shell, page, address="https://example.cn/bm")
    assert close_preview(shell) == 1

    choose(page, "沈建国")
    page.do("complete")
    shots.settle(desk)
    clock.forward(days=340)
    page.do("copy")
    save(qtbot, shell, page, title="缝纫机维修二期", carry_learners=True)
    with store.reading() as session:
        new = queries.cohort_card(session, page.cohort_id)
    assert new is not None
    assert (new.title, new.starts_on, new.ends_on, new.fee) == (
        "缝纫机维修二期", date(2027, 3, 1), date(2027, 4, 19), 20000,
    )  # fmt: skip
    assert set(states(store, new.id)) == {"阮秋月", "章水根"}
