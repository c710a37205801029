"""One figure everywhere: what the hub counts of a school is what its desk counts, and the kept texts say the same."""

import pytest

from kqdesk import school as homes
from kqdesk.hub.counter import Counter
from kqdesk.hub.database import EVERY_SCHOOL
from kqdesk.hub.freshness import freshness
from kqdesk.hub.officers import Seated
from kqdesk.hub_app import OpenHub
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.reports.queries import DESK, facts
from kqdesk.rooms.reports.rules import FIGURES, calendar_year, counted
from kqdesk.rooms.reports.terms import Breakdown
from kqdesk.rooms.reports.web.filed import filed_report, filed_reports
from kqdesk.rooms.reports.web.members import figure_of, members_of, names_of
from kqdesk.rooms.reports.web.overview import district, forecast, month_line, schools
from kqdesk.security.kdf import CHEAPEST
from tests.cockpit.conftest import FIRST, PASSWORD, SECOND, World
from tests.conftest import Clock


def test_desk_and_hub_count_the_same_of_every_figure(world: World, counter: Counter) -> None:
    today = world.now.astimezone(CHINA).date()
    period = calendar_year(today.year, until=today)
    home = next(path for path in (world.folder / "homes").iterdir() if path.name.startswith(SECOND))
    opened = homes.open_with_password(
        home, who="沈月琴", password=PASSWORD, clock=Clock(world.now), profile=CHEAPEST
    )

    with opened.store.reading() as session:
        desk = facts(session.connection(), DESK, period)
    opened.close()
    with counter.reading(SECOND) as conn:
        hub = facts(conn, counter.table, period, school=SECOND, opened=counter.opened)

    at_desk = {key: counted(desk, key) for key in FIGURES}
    at_hub = {key: counted(hub, key) for key in FIGURES}
    assert {key: one.value for key, one in at_hub.items()} == {key: one.value for key, one in at_desk.items()}
    assert {key: one.ids for key, one in at_hub.items()} == {key: one.ids for key, one in at_desk.items()}
    assert at_hub["social_training"].value > 0


def test_a_submitted_report_says_the_same_at_the_hub_until_something_changes(hub: OpenHub) -> None:
    counter = hub.counter()
    report = filed_reports(counter, SECOND)[0]

    _, lines = filed_report(counter, SECOND, report.id)

    assert [one.kind.key for one in lines] == list(FIGURES)
    assert [one.moved for one in lines] == [""] * len(lines)
    kept = district(counter)
    assert {one.kind.key: one.value for one in lines} == {
        key: kept.of(SECOND, key)["value"] for key in FIGURES
    }
    cohort = counter.table("enrolment")
    with counter.reading(SECOND) as conn:
        gone = conn.execute(
            cohort.select().where(cohort.c.school == SECOND, cohort.c.state == "enrolled").limit(1)
        ).one()
    officer = Seated(hub.officers.everybody()[0], "")
    counter.write(officer, SECOND, {"enrolment": [{"id": gone.id, "state": "declined"}]}, "更正一条学籍")
    moved = {one.kind.key: one.moved for one in filed_report(counter, SECOND, report.id)[1]}
    assert moved["registered"] == "−1 人次"


def test_a_report_nobody_submitted_is_not_there(counter: Counter) -> None:
    with pytest.raises(UserError, match="不在了，或者还没有上报"):
        filed_report(counter, FIRST, "0" * 32)


def test_what_is_kept_is_what_is_counted_and_schools_add_up(counter: Counter) -> None:
    found = district(counter)

    for key in ("social_training", "registered", "diplomas"):
        each = [
            figure_of(counter, school, found.period.first.year, key, None).value for school in (FIRST, SECOND)
        ]
        assert found.total(key) == sum(each)
        assert sum(value for _, _, value in found.groups(key, Breakdown.MONTH)) == sum(each)
    assert month_line(found, "registered")[-1][0] == f"{found.period.end.month}月"


def test_names_behind_a_number_are_as_many_as_the_number_and_masked(counter: Counter) -> None:
    figure = figure_of(counter, SECOND, district(counter).period.first.year, "registered", Breakdown.SEX)
    women = next(one for one in figure.groups if one.label == "女")

    names = names_of(counter, SECOND, members_of(figure, women.key))

    assert sum(one.count for one in names) == women.value
    assert {one.sex for one in names} == {"女"}
    assert all("*" in one.name and one.id_number.count("*") in (0, 8) for one in names)


def test_the_school_furthest_behind_comes_first_and_the_sentence_says_where_it_ends(counter: Counter) -> None:
    found = district(counter)

    rows = schools(counter, found)

    assert [row.lag for row in rows] == sorted((row.lag for row in rows), reverse=True)
    one = found.progress("social_training")
    assert one.plan is not None
    assert "到年底约" in forecast(one)


def test_two_schools_share_the_neighbours_and_the_course(counter: Counter) -> None:
    kept = counter.shelf.one("duplicates", EVERY_SCHOOL)

    assert kept is not None
    assert kept.body["pairs"] == [[FIRST, SECOND, kept.body["count"]]]
    assert kept.body["count"] == 4
    assert {tuple(row[0] for row in one["rows"]) for one in kept.body["people"]} == {(FIRST, SECOND)}


def test_a_wish_is_met_where_its_own_school_offers_it(counter: Counter) -> None:
    kept = counter.shelf.one("lists", SECOND)

    assert kept is not None
    demand, titles = kept.body["demand"], "".join(one["title"] for one in kept.body["supply"])
    met = {row["wish"] for row in demand["rows"] if row["kind"] == "skill" and row["met"]}
    gaps = {row["wish"] for row in demand["rows"] if row["kind"] == "skill" and not row["met"]}
    assert met
    assert gaps
    assert not {wish for wish in gaps if wish in titles}
    assert demand["met"] <= demand["wishers"] <= demand["answered"] <= demand["asked"]


def test_freshness_names_the_school_that_is_late(counter: Counter) -> None:
    told = freshness(counter)

    assert (told.schools, told.fresh, [one.code for one in told.late]) == (2, 1, [FIRST])
    assert told.words.endswith("2 所学校中 1 所已更新")


def test_nothing_is_reckoned_again_until_a_school_sends_or_a_day_passes(hub: OpenHub, world: World) -> None:
    keeper = hub.keeper()

    assert keeper.refresh() == 0
    clock = hub.clock
    assert isinstance(clock, Clock)
    clock.forward(days=1)
    assert keeper.refresh() > 0
    assert keeper.refresh() == 0


@pytest.mark.parametrize("before", [True, False])
def test_a_year_without_data_is_nought_and_not_a_fault(counter: Counter, before: bool) -> None:
    found = district(counter, before=before)

    assert set(found.kept) == {FIRST, SECOND}
    if before:
        assert found.total("social_training") == 0
