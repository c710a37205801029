"""The board by keyboard and click: what is missing leads to where it is done, every sum is explained."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel
from kqdesk.rooms.certificates import actions as certificates
from kqdesk.rooms.dual import actions
from kqdesk.rooms.dual.page import DualPage
from kqdesk.rooms.dual.page.diplomas import DiplomaDialog
from kqdesk.rooms.dual.page.why import WhyPanel
from kqdesk.rooms.dual.terms import Need
from kqdesk.store.store import Store
from tests.exams.school import Made, make_school


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk, sizes=(3, 2))


def show(qtbot, desk: Desk, **context: str) -> DualPage:
    page = DualPage(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 720)
    page.show()
    page.arrive(context)
    shots.settle(desk)
    return page


def opened(desk: Desk) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    desk.opened.connect(lambda key, context: found.append((key, dict(context))))
    return found


def test_without_learners_the_page_says_what_comes_first(qtbot, desk: Desk):
    page = show(qtbot, desk)

    assert page.is_blank


def test_the_board_lists_everybody_and_says_what_is_not_set(qtbot, desk: Desk, made: Made):
    page = show(qtbot, desk)

    assert page.foot.text() == "共 5 人 · 双证 0 人 · 显示 5 人 · 今年可申请毕业 0 人，还来得及 0 人"
    assert page.note.text == "未配置：成人初中毕业学分、成人高中毕业学分。学分只作测算，不下结论。"


def test_enter_explains_and_each_missing_thing_leads_on(qtbot, desk: Desk, made: Made):
    page = show(qtbot, desk)
    went = opened(desk)
    page.tab.table.select_row(0)
    person = page.tab.table.current().person_id

    qtbot.keyClick(page.tab.table, Qt.Key.Key_Return)
    panel = page.side
    panel.asked.emit(page.tab.table.current().need(Need.SKILL))
    page.tab.do_next()

    assert isinstance(panel, WhyPanel)
    assert any("文化课 20 学时" in words.text() for words in panel.findChildren(QLabel))
    assert went == [
        ("certificates", {"tab": "skill", "person": person}),
        ("exams", {"person": person, "level": "senior"}),
    ]


def test_filters_and_search_answer_in_memory(qtbot, desk: Desk, store: Store, clerk: str, made: Made):
    store.run(
        certificates.record_skill_certificate,
        clerk,
        person_id=made.people[0],
        occupation="电工",
        level=SkillLevel.MIDDLE,
    )
    page = show(qtbot, desk)

    page.tab.lacking.choose(Need.SKILL)
    page.tab._on_chosen(None)
    lacking = len(page.tab.table.model().rows)
    page.search.setText("2班")

    assert (lacking, len(page.tab.table.model().rows)) == (4, 2)


def test_a_diploma_recorded_in_the_panel_makes_the_seal_appear(
    qtbot, desk: Desk, store: Store, clerk: str, made: Made
):
    store.run(
        certificates.record_skill_certificate,
        clerk,
        person_id=made.people[0],
        occupation="电工",
        level=SkillLevel.MIDDLE,
    )
    page = show(qtbot, desk, person=made.people[0])
    row = page.side.row

    page.tab._record(row)
    page.side.form.show_values(
        {"number": "浙绍成高2026001", "issuer": "绍兴市教育局", "issued_on": date(2026, 1, 20)}
    )
    page.side.submit()
    shots.settle(desk)

    [after] = [one for one in page.tab.board.rows if one.person_id == made.people[0]]
    assert (row.has_dual, after.has_dual) == (False, True)


def test_a_pasted_list_with_a_fault_marks_the_cell_and_takes_nothing(
    qtbot, desk: Desk, store: Store, made: Made
):
    page = show(qtbot, desk)
    dialog = DiplomaDialog(desk, page, DualLevel.SENIOR)
    qtbot.addWidget(dialog)
    dialog.form.show_values({"level": DualLevel.SENIOR, "issuer": "绍兴市教育局"})
    names = {row.person_id: row.name for row in page.tab.board.rows}
    good, bad = names[made.people[0]], names[made.people[1]]
    QGuiApplication.clipboard().setText(
        f"330621198001010000\t{good}\t2026001\t2026-01-20\n330621198001010001\t{bad}\t2026001\t2026年1月20日\n"
    )

    dialog.grid.setCurrentIndex(dialog.grid.grid_model.index(0, 0))
    qtbot.keyClick(dialog.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    dialog.take()
    shots.settle(desk)
    faults = [(fault.row, fault.column) for fault in dialog.grid.faults()]
    dialog.grid.grid_model.place(1, 2, [["2026002"]])
    dialog.grid.show_faults({})
    dialog.take()
    shots.settle(desk)

    assert faults == [(0, "number"), (1, "number")]
    assert page.foot.text() == "共 5 人 · 双证 0 人 · 显示 5 人 · 今年可申请毕业 0 人，还来得及 0 人"
    assert sorted(row.learner.diploma_no for row in page.tab.board.rows) == ["", "", "", "2026001", "2026002"]


def test_a_cohort_link_shows_only_that_cohort(qtbot, desk: Desk, made: Made):
    page = show(qtbot, desk, cohort=made.cohorts[1])

    assert len(page.tab.table.model().rows) == 2


def test_undo_of_a_diploma_reloads_the_board(qtbot, desk: Desk, store: Store, clerk: str, made: Made):
    page = show(qtbot, desk)
    desk.run(
        actions.record_diploma, person_id=made.people[0], level=DualLevel.SENIOR, number="浙1", issuer="市局",
        issued_on=date(2026, 1, 20),
    )  # fmt: skip
    shots.settle(desk)
    with_it = sum(bool(row.learner.diploma_no) for row in page.tab.board.rows)

    desk.undo()
    shots.settle(desk)

    assert (with_it, sum(bool(row.learner.diploma_no) for row in page.tab.board.rows)) == (1, 0)
