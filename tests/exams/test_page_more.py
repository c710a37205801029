"""The 考试 page: lists from outside, resits, room records, exemptions; the keyboard follows the step."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.exams import actions, queries
from kqdesk.rooms.exams.page import ExamsPage
from kqdesk.rooms.exams.page.importing import ListDialog
from kqdesk.rooms.exams.terms import ExamPaper
from kqdesk.store.store import Store
from tests.exams.school import Made, make_school
from tests.exams.test_page import ON, show


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk, sizes=(4,))


@pytest.fixture
def sitting(store: Store, clerk: str, made: Made) -> str:
    key = store.run(actions.open_sitting, clerk, title="春季考试", on=ON, programme_id=made.programme).value
    store.run(actions.add_candidates, clerk, sitting_id=key, cohort_ids=made.cohorts)
    store.run(actions.add_hall, clerk, sitting_id=key, name="第1考场", capacity=10)
    store.run(actions.arrange_seats, clerk, sitting_id=key)
    return key


def marks_file(store: Store, sitting: str, path: Path, *, first: object = 70) -> Path:
    with store.reading() as session:
        people = queries.candidates(session, sitting)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["数学", "姓名", "准考证号"])
    for n, person in enumerate(reversed(people)):
        sheet.append([first if n == 0 else 60 + n, person.name, person.ticket_no])
    book.save(path)
    return path


def opened(qtbot, desk: Desk, sitting: str, path: Path) -> tuple[ExamsPage, ListDialog]:
    page = show(qtbot, desk, sitting=sitting, step="scores")
    dialog = page.show_list_of(path)
    assert dialog is not None
    shots.settle(desk)
    return page, dialog


def test_the_keyboard_goes_where_the_step_is(qtbot, desk: Desk, sitting: str):
    page = show(qtbot, desk, sitting=sitting, step="candidates")

    for key in ("seats", "scores", "candidates"):
        page.go_step(key)
        shots.settle(desk)
        step = page.steps[key]
        assert step.isAncestorOf(page.window().focusWidget())


def test_a_shuffled_file_of_marks_is_looked_at_then_taken(
    qtbot, desk: Desk, store: Store, sitting: str, tmp_path: Path
):
    page, dialog = opened(qtbot, desk, sitting, marks_file(store, sitting, tmp_path / "m.xlsx"))
    told: list[str] = []
    desk.told.connect(told.append)

    assert dialog.note.text == "4 行对上了。"
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)

    assert told[-1] == "已导入：成绩 4 格（要另一个人核对）。"
    mathematics = page.bundle.papers[1].id
    assert [row.cells[mathematics].points.words for row in page.bundle.sheet.rows] == ["63", "62", "61", "70"]
    desk.undo()
    shots.settle(desk)
    assert page.bundle.sitting.entered == 0


def test_a_faulty_file_names_the_cell_and_cannot_be_taken(
    qtbot, desk: Desk, store: Store, sitting: str, tmp_path: Path
):
    page, dialog = opened(qtbot, desk, sitting, marks_file(store, sitting, tmp_path / "m.xlsx", first=800))

    [row] = dialog.table.model().rows
    assert (row.place, row.words) == ("「Sheet」A2", "“800”：满分是 100 分，800 分超出了范围，请看卷面核对。")
    assert not dialog.taking.isEnabled()
    assert page.bundle.sitting.entered == 0


def test_a_person_sent_from_the_board_is_entered_for_what_she_lacks(
    qtbot, desk: Desk, store: Store, clerk: str, made: Made
):
    key = store.run(
        actions.open_sitting, clerk, title="补考", on=date(2026, 6, 1), programme_id=made.programme
    ).value

    page = show(qtbot, desk, people=",".join(made.people[:2]), level="senior", subject="mathematics")
    page.side.submit()
    shots.settle(desk)

    assert (page.sitting_id, page.bundle.sitting.candidates, page.bundle.sitting.due) == (key, 2, 2)


def test_without_a_sitting_ahead_the_missing_step_is_offered(qtbot, desk: Desk, made: Made):
    page = show(qtbot, desk, person=made.people[0], level="senior")

    assert page.note.text.startswith("要给 1 名学员报考，可是没有还没锁定的考试")


def test_a_room_is_recorded_by_seat_numbers(qtbot, desk: Desk, sitting: str):
    page = show(qtbot, desk, sitting=sitting, step="seats")
    step = page.steps["seats"]
    step.table.select_row(0)

    step.record()
    page.side.form.show_values(
        {"paper_id": page.bundle.papers[0].id, "absent": "2，3", "violations": "", "scripts": 2, "remark": ""}
    )
    page.side.submit()
    shots.settle(desk)

    assert step._recorded(page.bundle.halls[0]) == "1/5 科"
    assert page.bundle.sitting.entered == 2


def test_invigilators_are_assigned_by_one_click(qtbot, desk: Desk, sitting: str):
    page = show(qtbot, desk, sitting=sitting, step="seats")

    page.steps["seats"].assign()
    shots.settle(desk)

    assert page.bundle.halls[0].invigilators == "鲁静"  # 傅明 teaches this cohort


def test_papers_of_one_room_are_asked_for_and_previewed(qtbot, desk: Desk, sitting: str, monkeypatch):
    page = show(qtbot, desk, sitting=sitting, step="seats")
    seen: list[tuple[str, int]] = []
    monkeypatch.setattr(page.printing, "_preview", lambda title, pdf: seen.append((title, len(pdf))))

    page.printing.rooms([ExamPaper.SLIPS, ExamPaper.RECORDS], page.bundle.halls[0].id)
    shots.settle(desk)

    [(title, size)] = seen
    assert title == "桌签、考场记录单"
    assert size > 5000


def test_an_exemption_is_recorded_and_reviewed_by_keyboard(qtbot, desk: Desk, store: Store, made: Made):
    page = show(qtbot, desk, exemptions="1")
    assert page.title.text() == "免考登记"

    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    panel = page.side
    panel._save(
        {
            "person_id": made.people[0], "level": DualLevel.SENIOR, "subject": Subject.CHINESE, "proof_no": "XF1",
            "issuer": "省学分银行", "issued_on": date(2026, 1, 5), "reviewed_on": None, "points": "", "note": None,
        },
        panel,
    )  # fmt: skip
    shots.settle(desk)
    page.exempt.table.select_row(0)
    page.exempt.review()
    page.side.submit()
    shots.settle(desk)

    [row] = page.exempt.table.model().rows
    assert (row.name, row.reviewed_on) == ("陈学二1", desk.today())
