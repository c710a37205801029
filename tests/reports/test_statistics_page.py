"""The 统计 page under real keys: a number opened down to a person, a period chosen, frozen, compared, submitted; papers."""

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.theme import apply_theme
from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.reports import actions, queries
from kqdesk.rooms.reports.page import STATISTICS, StatisticsPage
from kqdesk.rooms.reports.page.behind import BehindPanel
from kqdesk.rooms.reports.page.frozen import ComparedPanel
from kqdesk.rooms.reports.papers import as_brief, brief_pdf
from kqdesk.rooms.reports.terms import Breakdown, YearKind
from kqdesk.store.store import Store
from tests.reports.test_frozen import leave_class, target
from tests.reports.world import World, make_world

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
TODAY = date(2026, 3, 2)


@pytest.fixture
def world(store: Store, clerk: str) -> World:
    made = make_world(store, clerk)
    target(store, clerk, "skill_training", 300)
    return made


@pytest.fixture
def show(qtbot, desk: Desk):
    """Opens the page, active, with everything arrived."""

    def make(size: str = "standard", **context: object) -> StatisticsPage:
        apply_theme(QApplication.instance(), size)
        page = StatisticsPage(desk, {})
        qtbot.addWidget(page)
        page.resize(1166, 720)
        page.show()
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)
        page.arrive(context)
        shots.settle(desk)
        return page

    yield make
    apply_theme(QApplication.instance(), "standard")


def press(qtbot, desk: Desk, widget, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    widget.setFocus()
    qtbot.keyClick(widget, key, held)
    shots.settle(desk)


def row_of(page: StatisticsPage, key: str) -> int:
    return [row.id for row in page.tab.table.model().rows].index(key)


def open_row(qtbot, desk: Desk, page: StatisticsPage, key: str) -> BehindPanel:
    page.tab.table.select_row(row_of(page, key))
    press(qtbot, desk, page.tab.table, Qt.Key.Key_Return)
    assert isinstance(page.side, BehindPanel)
    return page.side


def test_a_number_leads_to_a_person_by_enter(qtbot, desk: Desk, world: World, show) -> None:
    seen: list[tuple[str, dict]] = []
    desk.opened.connect(lambda where, context: seen.append((where, context)))
    page = show()
    panel = open_row(qtbot, desk, page, "night_school")
    names = [row.name for row in panel.names.model().rows]
    panel.by.choose(Breakdown.SEX)
    panel._show_parts()
    parts = [(group.label, group.value) for group in panel.parts.model().rows]
    panel.parts.select_row(0)
    press(qtbot, desk, panel.parts, Qt.Key.Key_Return)
    of_part = [row.name for row in panel.names.model().rows]
    panel.names.select_row(0)
    press(qtbot, desk, panel.names, Qt.Key.Key_Return)
    press(qtbot, desk, panel.names, Qt.Key.Key_Escape)

    assert names == ["章甲", "章乙", "章丁", "章戊"]
    assert parts == [("男", 2), ("女", 2)]
    assert of_part == ["章甲", "章戊"]
    assert seen == [("people", {"person": world.people["a"]})]
    assert page.side is None
    assert page.tab.table.hasFocus()


def test_what_is_behind_says_why_and_what_is_unset_is_named(qtbot, desk: Desk, world: World, show) -> None:
    page = show()
    panel = open_row(qtbot, desk, page, "skill_training")

    assert "在开的班结业后最多再加 1 人次，还要另找 298 人次。" in panel.words.text()
    assert "“成人初、高中学历提升按什么算”" in page.foot.text()
    assert [line.kind.key for line in (card._line for card in page.tab.charts.cards)][:2] == [
        "adult_schooling",
        "college",
    ]


def test_another_period_is_counted_anew(qtbot, desk: Desk, world: World, show) -> None:
    page = show()
    tab = page.tab
    values = {}
    for kind in (YearKind.SCHOOL, YearKind.MONTH):
        tab.kind.choose(kind)
        tab._on_kind(kind)
        shots.settle(desk)
        values[tab.period.words] = next(
            row.shown for row in tab.table.model().rows if row.id == "activity_attendances"
        )
    tab.kind.choose(YearKind.FREE)
    tab._on_kind(YearKind.FREE)
    page.side.form.show_values({"first": date(2026, 2, 1), "last": date(2026, 2, 15)})
    press(qtbot, desk, page.side, Qt.Key.Key_Return, CTRL)

    assert values == {"2025学年（2025.9—2026.8）": "65", "2026年3月": "0"}
    assert next(row.shown for row in tab.table.model().rows if row.id == "activity_attendances") == "40"
    assert page.side is None


def test_a_period_is_frozen_compared_and_submitted_by_keys(
    qtbot, desk: Desk, store: Store, clerk: str, world: World, show
) -> None:
    page = show()
    press(qtbot, desk, page, Qt.Key.Key_D, CTRL)
    assert isinstance(page.side, FormPanel)
    press(qtbot, desk, page.side, Qt.Key.Key_Return, CTRL)
    store.run(leave_class, clerk, enrolment_id=world.enrolments["nighta"])
    page.arrive({"tab": "frozen"})
    shots.settle(desk)
    page.tab.table.select_row(0)
    press(qtbot, desk, page.tab.table, Qt.Key.Key_Return)
    panel = page.side
    assert isinstance(panel, ComparedPanel)
    panel.lines.select_row(0)
    press(qtbot, desk, panel.lines, Qt.Key.Key_Return)
    moved = [(row.came_in, row.name) for row in panel.moved.model().rows]
    press(qtbot, desk, page, Qt.Key.Key_U, CTRL)

    assert "4 个指标和冻结时不一样" in panel.words.text()
    assert moved == [(False, "章甲")]
    assert [row.state.label for row in page.tab.table.model().rows] == ["已上报"]


def test_targets_and_numbers_of_the_district_are_typed_in(
    qtbot, desk: Desk, store: Store, world: World, show
) -> None:
    page = show(tab="targets")
    press(qtbot, desk, page, Qt.Key.Key_N, CTRL)
    page.side.form.show_values({"figure": "college", "year": 2026, "value": 20, "source": "柯教〔2026〕3 号"})
    press(qtbot, desk, page.side, Qt.Key.Key_Return, CTRL)
    shown = [(row.figure, row.value) for row in page.tab.table.model().rows]
    page.tab.table.select_row(0)
    press(qtbot, desk, page.tab.table, Qt.Key.Key_Delete)
    page.arrive({"tab": "macro"})
    shots.settle(desk)
    assert page.is_blank
    page.tab.start_new()
    page.side.form.show_values(
        {
            "title": "技能人才总量",
            "number": Decimal(25_000),
            "unit": "人",
            "area": "全区",
            "as_of": date(2025, 12, 31),
            "source": "区人社局",
        }
    )
    press(qtbot, desk, page.side, Qt.Key.Key_Return, CTRL)

    assert shown == [("college", 20), ("skill_training", 300)]
    assert [row.shown for row in page.tab.table.model().rows] == ["25,000 人"]
    page.tab.table.select_row(0)
    press(qtbot, desk, page.tab.table, Qt.Key.Key_F2)
    page.side.form.show_values({**page.side.form.values(), "number": Decimal("25000.5")})
    press(qtbot, desk, page.side, Qt.Key.Key_Return, CTRL)
    assert [row.shown for row in page.tab.table.model().rows] == ["25,000.5 人"]
    with store.reading() as session:
        assert [row.figure for row in queries.target_rows(session, on=TODAY)] == ["skill_training"]


def test_the_brief_and_the_sheet_are_printed(qtbot, desk: Desk, world: World, show) -> None:
    page = show()
    press(qtbot, desk, page, Qt.Key.Key_N, CTRL)
    titles = [one.windowTitle() for one in page.findChildren(PdfPreview)]
    for one in page.findChildren(PdfPreview):
        one.close()
    page.activateWindow()
    shots.settle(desk)
    press(qtbot, desk, page, Qt.Key.Key_P, CTRL)

    assert titles == ["打印预览：2026年3月工作月报"]
    assert "打印预览：2026年统计表" in [one.windowTitle() for one in page.findChildren(PdfPreview)]


def test_the_brief_says_plan_forecast_and_reasons(store: Store, world: World) -> None:
    with store.reading() as session:
        found = queries.brief(session, month=date(2026, 2, 10), today=TODAY)
        nothing = queries.brief(session, month=date(2019, 2, 10), today=TODAY)
    paper, empty = brief_pdf(as_brief(found)), brief_pdf(as_brief(nothing))
    told = "".join("".join(page_text(paper, n).split()) for n in range(page_count(paper)))

    assert (found.on, dict(found.month)["社会培训"]) == (date(2026, 2, 28), "40 人次")
    assert "2026年2月工作月报" in told
    assert "职业技能培训目标300人次，完成1人次（0%），时间过了16%。" in told
    assert "在开的班结业后最多再加1人次" in told
    assert "年度目标按自然年还是学年，区里还没有明确" in told
    assert "还没有填年度目标，看不出落后。" in "".join(page_text(empty, 0).split())


@pytest.mark.parametrize("size", ["standard", "huge"])
def test_nothing_needs_more_than_the_window(qtbot, desk: Desk, world: World, show, size: str) -> None:
    page = show(size)
    open_row(qtbot, desk, page, "social_training")

    assert page.minimumSizeHint().width() <= 1166


def test_ctrl_n_keys_are_told_on_f1() -> None:
    assert STATISTICS.key == "figures"
    assert ("Ctrl+D", "冻结这一期") in STATISTICS.keys_help
    assert actions.freeze_report is not None
