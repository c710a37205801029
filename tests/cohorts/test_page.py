"""Opening a class, adding learners, withdrawing one: with real keys."""

from functools import partial

from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.preview import PdfPreview
from kqdesk.rooms.cohorts import actions, queries
from kqdesk.rooms.cohorts.page import PAGE
from kqdesk.rooms.cohorts.page.learner import LearnerPanel
from kqdesk.rooms.cohorts.page.panels import EnrolPanel
from kqdesk.rooms.cohorts.page.telling import ChatPanel
from kqdesk.rooms.cohorts.terms import (
    CohortKind,
    CohortState,
    EnrolmentState,
    FeeAct,
    FeeKind,
    PayMethod,
)
from tests.pages import CTRL, open_page

opened = partial(open_page, PAGE)


def test_an_empty_school_is_told_how_to_begin(qtbot, desk) -> None:
    assert opened(qtbot, desk).is_blank


def test_a_class_is_opened_by_its_form(qtbot, desk, store) -> None:
    page = opened(qtbot, desk)
    page.create()
    shots.settle(desk)
    form = page.side.form
    form.show_values({"kinds": (CohortKind.VILLAGE, CohortKind.NIGHT_SCHOOL), "capacity": 20})
    form.inputs["title"].setFocus()
    qtbot.keyClicks(form.inputs["title"], "Lanting")
    qtbot.keyClick(form.inputs["title"], Qt.Key.Key_Return, CTRL)
    shots.settle(desk)

    with store.reading() as session:
        rows = queries.cohort_list(session)
    assert [(row.no[4:], row.title, row.capacity) for row in rows] == [("-CB01", "Lanting", 20)]
    assert page.card.row is not None
    assert page.card.row.title == "Lanting"


def test_learners_are_pasted_in_and_one_leaves(qtbot, desk, store, cohort: str, people: list[str]) -> None:
    page = opened(qtbot, desk, cohort=cohort)
    page.add_learners()
    panel = page.side
    assert isinstance(panel, EnrolPanel)
    panel.form.show_values({"pasted": "阮秋月\n沈建国\n没有这人"})
    panel.submit()
    shots.settle(desk)
    asked = panel.note.text
    panel._go()
    shots.settle(desk)

    assert asked == "花名册里没有：没有这人。"
    assert [row.name for row in page.card.table.model().rows] == ["阮秋月", "沈建国"]

    page.card.table.select_row(0)
    page.do("withdraw")
    page.side.form.show_values({"reason": "搬走"})
    page.side.submit()
    shots.settle(desk)

    with store.reading() as session:
        assert [row.state for row in queries.roster(session, cohort)] == [
            EnrolmentState.WITHDRAWN,
            EnrolmentState.ENROLLED,
        ]


def test_enter_opens_and_escape_goes_back(qtbot, desk, cohort: str) -> None:
    page = opened(qtbot, desk)
    page.table.select_row(0)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    shots.settle(desk)
    shown = page.shelf.currentWidget() is page.card
    qtbot.keyClick(page.card.table, Qt.Key.Key_Escape)
    shots.settle(desk)

    assert shown
    assert page.shelf.currentWidget() is page.table


def test_filters_narrow_the_list(qtbot, desk, store, clerk: str, cohort: str) -> None:
    store.run(actions.open_cohort, clerk, title="花边厂班", kinds=[CohortKind.FACTORY])
    page = opened(qtbot, desk)
    page.state.choose(CohortState.OPEN)
    page.reload()
    shots.settle(desk)

    assert [row.title for row in page.table.model().rows] == ["缝纫机维修夜校班"]


def test_withdrawing_nobody_is_said(qtbot, desk, cohort: str) -> None:
    page = opened(qtbot, desk, cohort=cohort)
    page.do("withdraw")

    assert "请先在名单里选学员" in page.note.text


def test_a_waiting_person_is_called_and_says_yes(
    qtbot, desk, store, clerk: str, cohort: str, people: list[str]
) -> None:
    store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people[:4])
    page = opened(qtbot, desk, cohort=cohort)
    page.card.table.select_row(0)
    page.do("withdraw")
    page.side.form.show_values({"reason": "搬走"})
    page.side.submit()
    shots.settle(desk)
    told = page.note.text
    rows = [row.name for row in page.card.table.model().rows]
    page.card.table.select_row(rows.index("陈𡋾"))
    page.do("admit_waiting")
    shots.settle(desk)

    assert "轮到 陈𡋾。打电话问好以后" in told
    [row] = [row for row in page.card.table.model().rows if row.name == "陈𡋾"]
    assert (row.state, row.roll_no) == (EnrolmentState.ENROLLED, 4)


def test_enter_opens_a_learner_and_a_wrong_receipt_is_reversed(
    qtbot, desk, store, clerk: str, cohort: str, people: list[str]
) -> None:
    store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people[:1])
    page = opened(qtbot, desk, cohort=cohort)
    page.card.table.select_row(0)
    qtbot.keyClick(page.card.table, Qt.Key.Key_Return)
    shots.settle(desk)
    card = page.side
    assert isinstance(card, LearnerPanel)
    store.run(
        actions.take_payment,
        clerk,
        enrolment_id=card.card.row.id,
        kind=FeeKind.TUITION,
        amount=30000,
        method=PayMethod.CASH,
    )
    page.reload()
    shots.settle(desk)
    card.money.select_row(0)
    page.steps.on_card("reverse")
    page.side.form.show_values({"reason": "应收 200"})
    page.side.submit()
    shots.settle(desk)
    page.findChild(PdfPreview).close()

    assert isinstance(page.side, LearnerPanel)
    assert [(one.act, one.is_reversed) for one in page.side.card.money] == [
        (FeeAct.RECEIVED, True), (FeeAct.REVERSED, False),
    ]  # fmt: skip
    assert [row.sentence for row in page.side.changes.model().rows] == ["2026-03-02 在读（沈月琴）"]


def test_a_learner_goes_over_to_another_class(
    qtbot, desk, store, clerk: str, cohort: str, people: list[str]
) -> None:
    store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people[:1])
    other = store.run(actions.open_cohort, clerk, title="周末班", kinds=[CohortKind.VILLAGE]).value
    page = opened(qtbot, desk, cohort=cohort)
    page.card.table.select_row(0)
    page.do("transfer")
    shots.settle(desk)
    page.side.form.show_values({"to_cohort_id": other, "reason": "晚上没空"})
    page.side.submit()
    shots.settle(desk)

    with store.reading() as session:
        assert [row.name for row in queries.roster(session, other)] == ["阮秋月"]
    assert page.card.table.model().rows[0].state is EnrolmentState.TRANSFERRED


def test_what_was_moved_is_told_old_and_new(qtbot, desk, store, clerk: str, cohort: str) -> None:
    page = opened(qtbot, desk, cohort=cohort)
    notices = []
    desk.noticed.connect(notices.append)
    page.do("edit")
    shots.settle(desk)
    page.side.form.show_values({"meets": "每周四 19:00"})
    page.side.submit()
    shots.settle(desk)
    words, act = notices[-1].button
    act()
    shots.settle(desk)

    assert words == "告诉大家"
    assert isinstance(page.side, ChatPanel)
    assert page.side.text.toPlainText().splitlines()[:2] == [
        "【调整通知】缝纫机维修夜校班", "时间：3月3日（周二）开班 → 3月3日（周二）开班，每周四 19:00",
    ]  # fmt: skip
