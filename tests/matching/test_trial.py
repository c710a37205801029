"""组班试算 by keyboard: from a number of the demand to a class, other evenings, what the packs warn of, who finds no place."""

from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Push
from kqdesk.rooms.cohorts.queries import cohort_list, roster
from kqdesk.rooms.matching import queries
from kqdesk.rooms.matching.page.demand import DemandTab
from kqdesk.rooms.matching.page.reasons import NamesPanel
from kqdesk.rooms.matching.page.trial import TrialDialog
from kqdesk.rooms.people.actions import add_person
from kqdesk.rooms.timetable.queries import By, term_lessons
from kqdesk.store.store import Store
from tests.matching.town import TODAY, Town, samples
from tests.matching.windows import CTRL, press, show, tab_of, trial_of


def test_from_a_number_of_the_demand_to_a_class_in_three_presses(qtbot, desk: Desk, store: Store, town: Town):
    page = show(qtbot, desk, tab="demand")
    tab = tab_of(page, DemandTab)
    opened: list[str] = []
    desk.opened.connect(lambda key, context: opened.append(key))
    place = next(
        n for n, one in enumerate(tab.table.model().rows) if (one.row.wish, one.count) == ("电工", 2)
    )
    tab.table.select_row(place)

    press(qtbot, desk, tab.table, Qt.Key.Key_Return)
    assert isinstance(page.side, NamesPanel)
    press(qtbot, desk, page.side.table, Qt.Key.Key_T, CTRL)
    dialog = trial_of(qtbot, desk, page)
    assert dialog.table.current().time_words == "周一晚上"
    assert "2 人能来：同村（单位） 10 分钟 2 人。" in dialog.facts.text()
    assert "技能证书补贴（个人）：未配置" in dialog.facts.text()
    press(qtbot, desk, dialog.table, Qt.Key.Key_Return, CTRL)

    with store.reading() as session:
        [card] = cohort_list(session)
        assert (card.title, card.subject, card.site, card.classroom, card.trainer, card.kind_words) == (
            "溪南村电工基础班", "电工基础", "溪南村文化礼堂", "大教室", "柏师傅", "村班",
        )  # fmt: skip
        assert [row.name for row in roster(session, card.id)] == ["陈建国", "王小妹"]
        assert [f"{row.on:%m-%d}" for row in term_lessons(session, By.COHORT, card.id)][:2] == [
            "03-09",
            "03-16",
        ]
    assert opened == ["cohorts"]


def test_another_evening_and_reach_change_what_the_class_would_be(qtbot, desk: Desk, town: Town):
    page = show(qtbot, desk)
    page.start_trial("电工", tuple(town.people.values()), subject=f"c:{town.course}")
    shots.settle(desk)
    dialog = trial_of(qtbot, desk, page)
    panel = dialog.panel
    assert panel is not None
    assert (dialog.table.current().count, panel.form.inputs["title"].value()) == (4, "电工基础班")

    dialog.most.choose(15)
    dialog.most.chosen.emit(15)
    shots.settle(desk)
    assert (dialog.table.current().count, dialog.table.current().far) == (2, 2)
    dialog.band.choose(False)
    dialog.band.chosen.emit(False)
    shots.settle(desk)
    row = dialog.table.current()
    assert (row.time_words, panel.form.inputs["starts_on"].value().isoweekday()) == ("周六白天", 6)

    press(qtbot, desk, dialog.table, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_class_that_the_pack_warns_of_is_opened_after_a_second_look(
    qtbot, desk: Desk, store: Store, town: Town
):
    samples(store, "clerk")
    with store.reading() as session:
        subject = next(
            one.id
            for one in queries.class_choices(session, TODAY).subjects
            if "高中" in one.title and one.programme_id
        )
    page = show(qtbot, desk)
    page.start_trial("高中", (town.people["王小妹"],), subject=subject)
    shots.settle(desk)
    dialog = trial_of(qtbot, desk, page)
    panel = dialog.panel
    assert panel is not None

    press(qtbot, desk, dialog.table, Qt.Key.Key_Return, CTRL)
    assert "不在可报成人高中的范围里" in panel.note.text
    [again] = [push for push in panel.findChildren(Push) if push.text() == "知道了，照样开班"]
    again.click()
    shots.settle(desk)

    with store.reading() as session:
        assert [row.enrolled for row in cohort_list(session)] == [1]


def test_a_trial_without_a_site_says_what_is_missing(qtbot, desk: Desk, store: Store, clerk: str):
    person = store.run(add_person, clerk, fields={"name": "陈建国"}).value
    page = show(qtbot, desk)
    page.start_trial("电工", (person,))
    shots.settle(desk)
    [dialog] = page.findChildren(TrialDialog)

    assert dialog.note.text.startswith("还没有教学点")


def test_a_class_may_leave_out_whom_it_has_no_place_for(qtbot, desk: Desk, store: Store, town: Town):
    page = show(qtbot, desk)
    page.start_trial("电工", tuple(town.people.values()), subject=f"c:{town.course}")
    shots.settle(desk)
    dialog = trial_of(qtbot, desk, page)
    panel = dialog.panel
    assert panel is not None
    assert panel.form.inputs["keeps_rest"].value()
    panel.form.show_values({"capacity": 2, "keeps_rest": False})

    press(qtbot, desk, dialog.table, Qt.Key.Key_Return, CTRL)

    with store.reading() as session:
        assert [(row.enrolled, row.waiting) for row in cohort_list(session)] == [(2, 0)]
