"""疑似重复, 待联系, 报名意愿 and the merge of two people, with real keys."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.page import PeoplePage
from kqdesk.rooms.people.page.card import CardPanel
from kqdesk.rooms.people.page.merge import MergeDialog
from kqdesk.rooms.people.page.worklists import CONTACTS, TWINS, WISHES, TwinList
from kqdesk.rooms.people.terms import ContactAnswer, ContactWay, SignUpState
from kqdesk.store.store import Store
from tests.people.rows import WANG

FIELDS = ["证件号码", "性别", "电话", "就业单位", "就业岗位"]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def two(store: Store, clerk: str) -> tuple[str, str]:
    """王建国 twice: once with a number, once with another phone and a job."""
    one = {
        "name": "王建国",
        "id_number": WANG,
        "phone": "15400001234",
        "village": "溪南村",
        "employer": "兰亭纺织厂",
    }
    other = {
        "name": "王建国", "phone": "15400005678", "village": "溪南村", "birth_date": date(1975, 3, 12), "job": "挡车工",
        "employer": "绍兴兰亭纺织有限公司",
    }  # fmt: skip
    first, second = (store.run(actions.add_person, clerk, fields=fields).value for fields in (one, other))
    return first, second


@pytest.fixture
def page(qtbot, desk: Desk, two: tuple[str, str]) -> Iterator[PeoplePage]:
    made = PeoplePage(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 676)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.arrive({})
    assert shots.settle(desk)
    yield made
    shots.settle(desk)


def open_merge(qtbot, page: PeoplePage, desk: Desk) -> MergeDialog:
    page.show_view(TWINS)
    page.reload()
    shots.settle(desk)
    twins = page.lists[TWINS]
    assert isinstance(twins, TwinList)
    twins.table.select_row(0)
    qtbot.keyClick(twins.table, Qt.Key.Key_Return)
    shots.settle(desk)
    assert twins.dialog is not None
    return twins.dialog


def test_doubles_are_merged_with_the_keyboard(
    qtbot, page: PeoplePage, desk: Desk, two: tuple[str, str]
) -> None:
    dialog = open_merge(qtbot, page, desk)
    titles = [line.title for line in dialog.lines]

    dialog.table.select_row(2)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Right)
    dialog.table.select_row(4)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Left)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    shots.settle(desk)

    with desk.store.reading() as session:
        card = queries.person_card(session, two[0])
    assert titles == FIELDS
    assert card is not None
    assert (card.phone_masked, card.employer, card.job) == ("154****5678", "兰亭纺织厂", None)
    assert page.lists[TWINS].table.model().rows == []


def test_two_people_are_remembered_with_the_keyboard(qtbot, page: PeoplePage, desk: Desk) -> None:
    dialog = open_merge(qtbot, page, desk)

    qtbot.keyClick(dialog, Qt.Key.Key_D, CTRL)
    shots.settle(desk)

    with desk.store.reading() as session:
        assert queries.duplicates(session) == []
        assert queries.person_count(session) == 2


def test_two_selected_lines_are_compared(qtbot, page: PeoplePage, desk: Desk) -> None:
    page.table.setFocus()
    page.table.select_row(0)
    qtbot.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(page.table, Qt.Key.Key_M, CTRL)
    shots.settle(desk)

    twins = page.lists[TWINS]
    assert isinstance(twins, TwinList)
    assert twins.dialog is not None
    assert [line.title for line in twins.dialog.lines] == FIELDS


def test_a_link_to_a_merged_entry_shows_who_she_is(
    page: PeoplePage, desk: Desk, clerk: str, two: tuple[str, str]
) -> None:
    desk.store.run(
        actions.merge_people, clerk, one_id=two[0], other_id=two[1], chosen={"employer": two[1]}, reason="同一人"
    )  # fmt: skip

    page.arrive({"person": two[1]})
    shots.settle(desk)

    card = page.side
    assert isinstance(card, CardPanel)
    assert card.person_id == two[0]


def test_a_link_opens_the_two(page: PeoplePage, desk: Desk, two: tuple[str, str]) -> None:
    page.arrive({"merge": two})
    shots.settle(desk)

    twins = page.lists[TWINS]
    assert isinstance(twins, TwinList)
    assert twins.dialog is not None
    assert twins.dialog.heading.text() == "王建国　和　王建国：是同一个人吗？"


def test_who_is_due_stands_on_the_list(
    qtbot, page: PeoplePage, desk: Desk, clerk: str, two: tuple[str, str]
) -> None:
    desk.store.run(
        actions.add_contact, clerk, person_id=two[0], way=ContactWay.CALL, answer=ContactAnswer.UNDECIDED,
        words="等秋天", next_on=date(2026, 3, 2),
    )  # fmt: skip
    page.arrive({"view": CONTACTS})
    shots.settle(desk)
    due = page.lists[CONTACTS]
    due.table.select_row(0)
    qtbot.keyClick(due.table, Qt.Key.Key_Return)
    shots.settle(desk)
    card = page.side
    assert isinstance(card, CardPanel)

    card.tabs.choose("affairs")
    card.reload()
    shots.settle(desk)

    words = [w.text() for w in card.findChildren(type(card.heading))]
    assert [(r.name, r.words, r.by) for r in due.table.model().rows] == [("王建国", "等秋天", "沈月琴")]
    assert "2026-03-02 电话 沈月琴：再考虑。等秋天　下次 2026-03-02" in words


def test_wishes_are_listed_and_settled(
    page: PeoplePage, desk: Desk, clerk: str, two: tuple[str, str]
) -> None:
    desk.store.run(actions.sign_up, clerk, person_ids=[two[0]], course="养老护理")
    page.arrive({"view": WISHES})
    shots.settle(desk)
    wishes = page.lists[WISHES]
    shown = [(row.course, row.name) for row in wishes.table.model().rows]

    wishes.table.select_row(0)
    wishes.settle(SignUpState.PLACED)
    shots.settle(desk)

    assert shown == [("养老护理", "王建国")]
    assert wishes.table.model().rows == []


def test_pictures(page: PeoplePage, desk: Desk, tmp_path: Path, qtbot) -> None:
    dialog = open_merge(qtbot, page, desk)

    shots.grab(dialog, tmp_path / "merge.png", (1100, 600))

    assert (tmp_path / "merge.png").stat().st_size > 5_000
