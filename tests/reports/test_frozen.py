"""Frozen reports: kept whole, never written over, compared with now, submitted once; targets and numbers of the district."""

from datetime import date

import pytest
from sqlalchemy import text

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.printing.preview import page_text
from kqdesk.rooms.cohorts.model import Enrolment
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.rooms.office.model import Staff
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.reports import actions, queries
from kqdesk.rooms.reports.model import FrozenFigure, FrozenReport, YearlyTarget
from kqdesk.rooms.reports.papers import figure_pdf, frozen_sheet
from kqdesk.rooms.reports.rules import FIGURES, calendar_year, counted, month_of, school_year
from kqdesk.rooms.reports.terms import FrozenState, TargetOrigin
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.reports.world import World, make_world

FIRST, LAST, TODAY = date(2026, 1, 1), date(2026, 12, 31), date(2026, 3, 2)


@action("退一个人")
def leave_class(w: Writing, *, enrolment_id: str) -> None:
    w.session.get_one(Enrolment, enrolment_id).state = EnrolmentState.WITHDRAWN


@action("区里下达目标")
def from_district(w: Writing, *, figure: str, value: int) -> None:
    w.session.add(
        YearlyTarget(figure=figure, year=2026, value=value, source="区里", origin=TargetOrigin.DISTRICT)
    )


@action("可以看号码")
def let_see(w: Writing) -> None:
    w.session.get_one(Staff, w.actor).sees_full_ids = True


@pytest.fixture
def world(store: Store, clerk: str) -> World:
    return make_world(store, clerk)


@pytest.fixture
def report(store: Store, clerk: str, world: World) -> str:
    return store.run(actions.freeze_report, clerk, title="2026年报表", first_on=FIRST, last_on=LAST).value


def target(store: Store, who: str, figure: str, value: int) -> None:
    store.run(actions.set_target, who, figure=figure, year=2026, value=value, source="柯教〔2026〕3 号")


def test_what_is_frozen_is_what_the_page_shows(store: Store, report: str):
    with store.reading() as session:
        row, lines = queries.frozen_report(session, report)
        now = queries.desk_facts(session, calendar_year(2026, until=TODAY))

    assert (row.period.end, row.state, row.data_state, row.packs) == (
        TODAY,
        FrozenState.FROZEN,
        "",
        ("keqiao v1",),
    )
    assert {line.figure: line.value for line in lines} == {key: counted(now, key).value for key in FIGURES}
    social = next(line for line in lines if line.figure == "social_training")
    assert social.parts["month"] == {"2026-01": 4, "2026-02": 40}


def test_nothing_moved_when_nothing_changed(store: Store, report: str):
    with store.reading() as session:
        _, lines = queries.compared(session, report)
        moved = [one for key in FIGURES for one in queries.moved(session, report, key)]

    assert [line.figure for line in lines if line.now != line.value] == []
    assert moved == []


def test_who_fell_out_and_why(store: Store, clerk: str, world: World, report: str):
    store.run(leave_class, clerk, enrolment_id=world.enrolments["nighta"])
    with store.reading() as session:
        _, lines = queries.compared(session, report)
        [moved] = queries.moved_rows(session, report, "night_school")

    changed = {line.figure: (line.value, line.now) for line in lines if line.now != line.value}
    assert changed == {
        "social_training": (44, 43), "night_school": (4, 3), "registered": (8, 7), "entered": (8, 7),
    }  # fmt: skip
    assert (moved.came_in, moved.name, moved.page, moved.context) == (
        False,
        "章甲",
        "people",
        {"person": world.people["a"]},
    )
    assert moved.why == "2026-03-02 退一个人：学籍：状态 由「在读」改为「退学」"


def test_a_frozen_report_stays_as_it_is(store: Store, clerk: str, report: str):
    @action("改冻结的数")
    def forge(w: Writing) -> None:
        w.session.execute(text("UPDATE frozen_figure SET value=99 WHERE figure='diplomas'"))

    with pytest.raises(UserError, match="冻结的报表不能改"):
        store.run(forge, clerk)


def test_freezing_is_taken_back_until_it_is_submitted(store: Store, clerk: str, head: str, report: str):
    store.undo(clerk)
    with store.reading() as session:
        assert queries.frozen_reports(session) == []
    store.redo(clerk)
    store.run(actions.submit_report, head, report_id=report)

    with store.reading() as session:
        [row] = queries.frozen_reports(session)
    with pytest.raises(UserError, match="不能撤销"):
        store.undo(head)
    with pytest.raises(UserError):
        store.undo(clerk)
    with pytest.raises(UserError, match="已经上报过了"):
        store.run(actions.submit_report, head, report_id=report)
    assert (row.state, row.submitted_by) == (FrozenState.SUBMITTED, "章国平")


def test_a_later_report_stands_beside_the_first(store: Store, clerk: str, world: World, report: str):
    store.run(leave_class, clerk, enrolment_id=world.enrolments["nighta"])
    store.run(
        actions.freeze_report,
        clerk,
        title="2026年报表（更正）",
        first_on=FIRST,
        last_on=LAST,
        note="少 1 人次",
    )

    with store.reading() as session:
        values = [
            next(
                line.value
                for line in queries.frozen_report(session, row.id)[1]
                if line.figure == "night_school"
            )
            for row in queries.frozen_reports(session)
        ]
    assert values == [3, 4]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"title": " "}, "名称"),
        ({"last_on": date(2025, 12, 1)}, "早于开始"),
        ({"first_on": date(2027, 1, 1), "last_on": date(2027, 12, 31)}, "还没有开始"),
        ({"until_on": date(2026, 3, 3)}, "截至日期"),
        ({"first_on": date(2020, 1, 1)}, "最多三年"),
    ],
)
def test_a_period_that_cannot_be_frozen_is_refused(
    store: Store, clerk: str, given: dict[str, object], words: str
):
    with pytest.raises(UserError, match=words):
        store.run(
            actions.freeze_report, clerk, **{"title": "报表", "first_on": FIRST, "last_on": LAST, **given}
        )


def test_a_year_without_data_is_frozen_as_nought(store: Store, clerk: str):
    report = store.run(
        actions.freeze_report,
        clerk,
        title="2024年报表",
        first_on=date(2024, 1, 1),
        last_on=date(2024, 12, 31),
    ).value
    with store.reading() as session:
        _, lines = queries.frozen_report(session, report)

    assert {line.value for line in lines} == {0}


def test_a_report_says_when_sync_was_half_done(store: Store, clerk: str):
    @action("收到一半")
    def half(w: Writing) -> None:
        w.session.execute(text("INSERT INTO sync_inbox(no,body) VALUES(1,x'00')"))

    store.run(half, clerk)
    report = store.run(actions.freeze_report, clerk, title="报表", first_on=FIRST, last_on=LAST).value
    with store.reading() as session:
        row, lines = queries.frozen_report(session, report)
        told = page_text(figure_pdf(frozen_sheet(row, lines, None)), 0)

    assert row.data_state == "同步只收到一半，还没有写进来"
    assert "冻结时数据还不完整：同步只收到一半" in "".join(told.split())


# -- targets ------------------------------------------------------------------------------------------------


def test_a_target_is_entered_changed_and_shown_beside_the_districts(store: Store, clerk: str, world: World):
    target(store, clerk, "social_training", 100)
    target(store, clerk, "social_training", 120)
    with store.reading() as session:
        [row] = queries.target_rows(session, on=TODAY)
        found = queries.progress(session, calendar_year(2026, until=TODAY))

    line = next(one for one in found.lines if one.kind.key == "social_training")
    assert (row.value, row.district, row.origin) == (120, 250_000, TargetOrigin.SCHOOL)
    assert (line.target, line.percent, line.is_behind, line.turned_away) == (120, 36, False, 1)


def test_the_districts_word_goes_before_the_schools(store: Store, clerk: str, world: World):
    target(store, clerk, "social_training", 100)
    store.run(from_district, clerk, figure="social_training", value=500)
    with store.reading() as session:
        found = queries.targets_of(session, calendar_year(2026))

    assert found == {"social_training": (500, "区里")}
    with pytest.raises(UserError, match="区里下达的"):
        target(store, clerk, "social_training", 90)


@pytest.mark.parametrize(
    ("figure", "value", "source"),
    [("nothing", 5, "文件"), ("schooling_years", 5, "文件"), ("college", 0, "文件"), ("college", 5, " ")],
)
def test_a_target_needs_a_figure_a_number_and_a_source(
    store: Store, clerk: str, figure: str, value: int, source: str
):
    with pytest.raises(UserError):
        store.run(actions.set_target, clerk, figure=figure, year=2026, value=value, source=source)


def test_targets_count_for_the_whole_year_only(store: Store, clerk: str):
    target(store, clerk, "college", 20)
    store.run(
        actions.set_target, clerk, figure="college", year=2025, value=9, source="文件", by_school_year=True
    )
    with store.reading() as session:
        asked = [
            queries.targets_of(session, period)
            for period in (calendar_year(2026, until=TODAY), month_of(TODAY), school_year(2025))
        ]

    assert asked == [{"college": (20, "柯教〔2026〕3 号")}, {}, {"college": (9, "文件")}]


def test_numbers_of_the_district_stand_beside_ours(store: Store, clerk: str, world: World):
    macro = store.run(
        actions.add_macro, clerk, title="平均受教育年限", hundredths=1425, unit="年", area="全区", as_of=date(2025, 12, 31),
        source="统计公报", figure="schooling_years",
    ).value  # fmt: skip
    with store.reading() as session:
        [row] = queries.macro_beside(session, calendar_year(2026, until=TODAY))
        values = queries.macro_form(session, macro)
    store.run(
        actions.change_macro,
        clerk,
        macro_id=macro,
        **{**values, "hundredths": 2_500_000, "unit": "人", "figure": None},
    )
    with store.reading() as session:
        [changed] = queries.macro_rows(session)
    store.run(actions.retire_macro, clerk, macro_id=macro)

    assert (row.shown, row.own, changed.shown, changed.own) == ("14.25 年", "11.60 年", "25,000 人", "")
    with pytest.raises(UserError, match="今天以后"):
        store.run(actions.add_macro, clerk, **{**values, "as_of": date(2026, 3, 3)})


# -- names --------------------------------------------------------------------------------------------------


def test_names_are_masked_and_whole_only_with_the_right(store: Store, clerk: str, world: World):
    asked = {"figure": "night_school", "first_on": FIRST, "last_on": LAST, "until_on": TODAY}
    with store.reading() as session:
        figure = counted(queries.desk_facts(session, calendar_year(2026, until=TODAY)), "night_school")
        rows = queries.names_behind(session, figure.members)
    with pytest.raises(NotAllowed, match="没有查看完整号码的权限"):
        store.run(actions.look_behind, clerk, **asked)
    store.run(let_see, clerk)
    whole = store.run(actions.look_behind, clerk, **asked, part="sex=1").value

    assert {row.number for row in rows} == {f"330621********000{n}" for n in (0, 1, 3, 4)}
    assert {row.what for row in rows} == {"2026-night night班"}
    assert {(row.name, row.number) for row in whole} == {
        ("章甲", "330621198001010000"),
        ("章戊", "330621198001010004"),
    }


def test_people_without_a_name_are_said_to_be_so(store: Store, world: World):
    with store.reading() as session:
        figure = counted(
            queries.desk_facts(session, calendar_year(2026, until=TODAY)), "activity_attendances"
        )
        rows = queries.names_behind(session, figure.members)

    nameless = [(row.name, row.what, row.count, row.page) for row in rows if not row.person_id]
    assert nameless == [
        ("没有留名", "防诈骗讲座", 38, "activities"),
        ("没有留名", "重阳展演", 25, "activities"),
    ]
    assert sum(row.count for row in rows) == figure.value == 65


def test_merging_two_entries_makes_one_person(store: Store, clerk: str, world: World):
    @action("并掉 f")
    def merge(w: Writing) -> None:
        loser = w.session.get_one(Person, world.people["f"])
        loser.state, loser.merged_into_id = "merged", world.people["a2"]

    store.run(merge, clerk)
    with store.reading() as session:
        facts = queries.desk_facts(session, calendar_year(2026, until=TODAY))

    assert counted(facts, "adult_schooling").ids == (world.people["a"],)


def test_the_tables_keep_what_the_hub_reads(store: Store, report: str, reading):
    kept = reading.get_one(FrozenReport, report)
    figure = reading.query(FrozenFigure).filter_by(report_id=report, figure="activity_attendances").one()

    assert (kept.first_on, kept.last_on, kept.until_on, len(kept.digest)) == (FIRST, LAST, TODAY, 64)
    assert sorted(figure.members) == ["activity", "activity_attendee"]
    assert [one.partition("×")[2] for one in sorted(figure.members["activity"])] == ["38", "25"]
