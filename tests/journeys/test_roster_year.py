"""A1 and A2 in the whole window: sixty villages and a factory become one roster, faults mended in place and in the workbook
that went back, doubles looked at side by side, the last file undone; and a graduate's line turns by itself."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from unittest import mock

import openpyxl
import pytest
from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.shell import Shell
from kqdesk.excel import reading
from kqdesk.rooms.dual.page.diplomas import DiplomaDialog
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.page import PeoplePage
from kqdesk.rooms.people.page.wizard import ImportWizard
from kqdesk.rooms.people.terms import Decision
from kqdesk.rooms.survey import actions as survey
from kqdesk.rooms.survey import queries as asked
from kqdesk.rooms.survey.terms import Grouping
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER
from tests.dual.test_graduation import made
from tests.exams.school import Made
from tests.journeys.keyboard import CTRL, NONE, go, press, shell
from tests.journeys.test_graduation import issued
from tests.people.rosters import _in_this_process, number, read
from tests.people.rows import everybody

__all__ = ["made", "shell"]
VILLAGES, EACH, BY_HAND = 60, 3, 3
SURNAMES, GIVEN = "王李陈沈章徐傅金马鲁", "一二三四五六七八九十"
GO_ON = (Qt.Key.Key_Return, CTRL)


def name_of(at: int) -> str:
    return SURNAMES[at % 10] + GIVEN[at // 10 % 10] + GIVEN[at // 100]


def village_rows(village: int) -> list[list[object]]:
    """A village's own file: title, header, three people."""
    people = range(village * EACH, (village + 1) * EACH)
    rows = [[n, name_of(at), number(at), f"160{at:08d}", "初中"] for n, at in enumerate(people, 1)]
    return [[f"村{village:02d}排摸花名册"], ["序号", "姓名", "身份证号", "联系电话", "文化程度"], *rows]


def book(path: Path, sheet: str, rows: Sequence[Sequence[object]]) -> Path:
    made_book = openpyxl.Workbook()
    made_book.active.title = sheet
    for row in rows:
        made_book.active.append(list(row))
    made_book.save(path)
    return path


@action("测试原学历")
def _known(w: Writing, *, people: list[str]) -> None:
    for key in people:
        person = w.session.get_one(Person, key)
        person.education_code, person.village = "71", "溪南村"


@pytest.fixture(autouse=True)
def without_a_child() -> Iterator[None]:
    """Files are read in this process: the child is tested by itself, and sixty of them take long."""
    with mock.patch.object(reading, "stream_child", _in_this_process):
        yield


def opened(shell: Shell, path: Path) -> ImportWizard:
    page = shell.page
    assert isinstance(page, PeoplePage)
    page.import_roster(path)
    assert shots.settle(shell.desk, 30)
    assert page.wizard is not None
    return page.wizard


def let_in(qtbot, shell: Shell, path: Path) -> dict[str, str]:
    """One file by the keyboard: read, 导入, 完成; the numbers of the last step."""
    wizard = opened(shell, path)
    press(qtbot, shell, wizard.steps.on, GO_ON)
    assert wizard.steps.number == 2
    told = {key: label.text() for key, label in wizard.outcome.numbers.items()}
    press(qtbot, shell, wizard.steps.on, GO_ON)
    return told


def rest_of_the_villages(store: Store, clerk: str, folder: Path) -> None:
    """The files of the other villages, as the command line lets them in."""
    for village in range(BY_HAND, VILLAGES):
        path = book(folder / f"村{village:02d}.xlsx", f"村{village:02d}村", village_rows(village))
        with store.reading() as session:
            plan = queries.plan_import(session, read(path).people)
        assert store.run(actions.import_roster, clerk, plan=plan, file_name=path.name).value.created == EACH


def mend_in_place(qtbot, shell: Shell, folder: Path) -> None:
    """The first village: a wrong check digit, typed right in the preview."""
    rows = village_rows(0)
    right = str(rows[2][2])
    rows[2][2] = right[:-1] + ("1" if right[-1] == "0" else "0")
    wizard = opened(shell, book(folder / "村00.xlsx", "溪南村", rows))
    grid = wizard.checking.grid
    [fault] = grid.faults()
    assert (fault.column, "校验位不对" in fault.reason) == ("id_number", True)
    grid.grid_model.setData(grid.grid_model.index(0, 2), right)
    qtbot.waitUntil(lambda: wizard.steps.on.text() == "导入 3 人")
    press(qtbot, shell, wizard.steps.on, GO_ON, GO_ON)


def mend_in_the_workbook(qtbot, shell: Shell, folder: Path) -> dict[str, str]:
    """The second: a number that lost digits goes back in its own workbook, is mended there, and comes in again."""
    rows = village_rows(1)
    rows[3][2] = int(str(rows[3][2]).rstrip("Xx"))  # a number of more than fifteen digits
    wizard = opened(shell, book(folder / "村01.xlsx", "溪北村", rows))
    wizard.save_faults(folder / "退回.xlsx")
    assert shots.settle(shell.desk, 30)
    assert wizard.steps.on.text() == "导入 2 人"
    press(qtbot, shell, wizard.steps.on, GO_ON, GO_ON)
    back = openpyxl.load_workbook(folder / "退回.xlsx")
    red = [cell for row in back.active.iter_rows() for cell in row if cell.fill.start_color.rgb == "FFFF9999"]
    assert [cell.coordinate for cell in red] == ["C4"]
    red[0].value, red[0].number_format = number(EACH + 1), "@"
    back.save(folder / "改好.xlsx")
    return let_in(qtbot, shell, folder / "改好.xlsx")


def let_the_factory_in(qtbot, shell: Shell, folder: Path) -> None:
    """It knows three villagers by another phone, and one without her paper, who is looked at side by side."""
    staff = [[name_of(at), number(at), f"163{at:08d}", "蓝桥印染"] for at in (10, 20, 30)]
    lines = [
        ["职工姓名", "证件号码", "手机", "单位"],
        *staff,
        [name_of(40), None, f"160{40:08d}", "蓝桥印染"],
    ]
    wizard = opened(shell, book(folder / "蓝桥印染.xlsx", "职工", lines))
    draft = wizard.checking.draft
    assert draft is not None
    assert [len(draft.plan.creates), len(draft.plan.updates), len(draft.plan.suspects)] == [0, 3, 1]
    wizard.checking.show_tab("suspects")
    wizard.checking.suspects.select_row(0)
    wizard.checking.decide(Decision.UPDATE)
    press(qtbot, shell, wizard.steps.on, GO_ON, GO_ON)


def test_a1_sixty_villages_and_a_factory_become_one_roster(
    qtbot, shell: Shell, desk: Desk, store: Store, clerk: str, tmp_path: Path
) -> None:
    rest_of_the_villages(store, clerk, tmp_path)
    go(shell, "people")
    mend_in_place(qtbot, shell, tmp_path)
    mended = mend_in_the_workbook(qtbot, shell, tmp_path)
    third = let_in(qtbot, shell, book(tmp_path / "村02.xlsx", "州山村", village_rows(2)))
    before = everybody(store)

    let_the_factory_in(qtbot, shell, tmp_path)

    after = everybody(store)
    assert [mended[key] for key in ("created", "same", "updated", "faults")] == ["1", "2", "0", "0"]
    assert (third["created"], len(before), len(after)) == ("3", VILLAGES * EACH, VILLAGES * EACH)
    assert sum(one["employer"] == "蓝桥印染" for one in after) == 4
    with store.reading() as session:
        assert queries.duplicates(session) == []
    press(qtbot, shell, shell, (Qt.Key.Key_Z, CTRL))
    assert everybody(store) == before


def test_a2_a_graduates_line_turns_by_itself(
    qtbot, shell: Shell, desk: Desk, store: Store, clerk: str, made: Made, tmp_path: Path
) -> None:
    desk.sit(Seat(clerk, "沈月琴", "教务", CLERK_SIGNER))
    graduate, other = made.people[0], made.people[4]
    store.run(_known, "system", people=[graduate, other])
    found = store.run(
        survey.open_round, clerk, title="2026 春", starts_on=date(2026, 2, 20), ends_on=date(2026, 3, 31)
    ).value
    with store.reading() as session:
        answers = {row.person_id: row.id for row in asked.answers(session, round_id=found.round_id)}
    store.run(survey.put_answers, clerk, changes={answers[graduate]: {"wish": "有"}})

    page = go(shell, "dual", tab="receipts")
    press(qtbot, shell, page, (Qt.Key.Key_N, CTRL))
    [dialog] = [one for one in shell.findChildren(DiplomaDialog) if one.isVisible()]
    dialog.read_file(issued(store, made, tmp_path / "证书编号.xlsx"))
    shots.settle(desk)
    dialog.form.show_values({"issuer": "绍兴市教育局"})
    press(qtbot, shell, dialog, GO_ON)

    people = go(shell, "people", person=graduate)
    assert isinstance(people, PeoplePage)
    with store.reading() as session:
        cards = [queries.person_card(session, key) for key in (graduate, other)]
        rows = asked.progress(session, round_id=found.round_id, by=Grouping.VILLAGE, today=date(2026, 3, 2))
    assert [card.education_code for card in cards if card] == ["44", "71"]
    assert sum(row.raised for row in rows) == 1
    survey_page = go(shell, "survey")
    assert "已提升 1 人" in survey_page.foot.text()
    press(qtbot, shell, shell, (Qt.Key.Key_Z, CTRL), (Qt.Key.Key_Home, NONE))
    with store.reading() as session:
        card = queries.person_card(session, graduate)
    assert card is not None
    assert card.education_code == "71"
