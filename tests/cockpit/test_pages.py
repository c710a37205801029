"""The officer's pages over a demo district: what they say, who may open names, and what is written down."""

import io
import re
from urllib.parse import unquote

import openpyxl
import pytest

from kqdesk.hub.counter import Counter
from kqdesk.hub_app import OpenHub
from kqdesk.rooms.reports.terms import TargetOrigin
from kqdesk.rooms.reports.web.shares import shares
from kqdesk.rooms.subsidies.terms import BatchState
from kqdesk.rooms.subsidies.web import SubsidyDesk
from tests.cockpit.conftest import FIRST, LOOKER, SECOND, World, signed_in
from tests.hub.browser import Browser

PATHS = (
    "/cockpit", "/cockpit?year=2025", "/cockpit/shares", "/figures", "/figures/social_training", "/figures/registered?by=sex",
    "/figures/schooling_years", f"/cockpit/schools/{FIRST}", f"/cockpit/schools/{SECOND}/registered?by=village", "/lists",
    "/lists?kind=course&text=智能", "/lists/demand", "/lists/demand?kind=skill", "/lists/policy", "/lists/match", "/night",
    "/night/2026-03-05", "/trainers", "/trainers?speciality=智能&on=2026-03-05&start=18:30&end=20:30", "/duplicates",
)  # fmt: skip


def plain(text: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", text.split("<main", 1)[1]))


DISPLAYED = {
    "总览": "社会培训", "督查": "教学点消防安全自查", "督查任务（过期）": "已认可", "督查任务": "开班名单.pdf", "部门填报": "区人力社保局（示例）",
    "部门填报对照": "约九成重复", "规则包": "等另一人核对", "已发规则包": "演练示例", "规则包草案": "改了 1 条", "奖补": "跨校重复申领",
    "奖补一批": "没有重复的全部同意", "证书审核": "等着审核", "证书审核一校": "通过勾选的", "上报的报表": "和学校打印的那份一样",
    "课表一天": "夜校课", "证书验证结果": "有效", "满意度问卷": "不用登录", "跨镇重复": "报了同一门课的",
}  # fmt: skip
"""Page of the demo district → words that stand there only when it is filled."""


@pytest.mark.parametrize(("page", "words"), DISPLAYED.items())
def test_the_demo_district_leaves_every_page_filled(world: World, page: str, words: str) -> None:
    text = (world.folder / "pages" / f"{page}.html").read_text("utf-8")

    assert words in plain(text)


def test_pages_of_the_demo_lead_to_each_other_without_a_hub(world: World) -> None:
    text = (world.folder / "pages" / "督查.html").read_text("utf-8")

    links = [unquote(link) for link in re.findall('href="([^"/#]+[.]html)"', text)]

    assert {"总览.html", "督查任务.html", "督查任务（过期）.html"} <= set(links)
    assert all((world.folder / "pages" / link).exists() for link in links)


def test_officers_find_claims_to_answer_and_a_form_anybody_may_fill(
    world: World, looking: Browser, counter: Counter
) -> None:
    desk = SubsidyDesk(counter)
    waiting = [one for one in desk.batches() if one.state is BatchState.SUBMITTED]
    readme = (world.folder / "README.md").read_text("utf-8")
    token = re.findall("/s/([0-9a-f]{32})", readme)[0]

    form = Browser(looking.app).get(f"/s/{token}")

    assert {one.school for one in waiting} == {FIRST, SECOND}
    assert all(one.waiting == one.claims > 0 for one in waiting)
    assert [{entry[0] for entry in one.entries} for one in desk.twins()] == [{FIRST, SECOND}]
    assert (form.status_code, "满意度" in form.text) == (200, True)


def csrf(browser: Browser) -> str:
    """The session's token."""
    return re.findall('name="csrf" value="([0-9a-f]{64})"', browser.get("/cockpit").text)[0]


@pytest.mark.parametrize("path", PATHS)
def test_every_page_opens_for_an_officer_and_for_nobody_else(looking: Browser, path: str) -> None:
    shown, asked = looking.get(path), Browser(looking.app).get(path)

    assert (shown.status_code, asked.status_code, asked.headers["location"]) == (200, 303, "/sign-in")
    assert "数据截至" in plain(shown.text) or path.startswith(("/cockpit/s", "/cockpit/schools"))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/figures/nothing", 422), (f"/cockpit/schools/{FIRST}/nothing", 422), ("/cockpit/schools/999", 422),
        ("/cockpit?year=abc", 404), ("/night/2026-13-40", 404), ("/trainers?on=2026-03-05&start=20:00&end=18:00", 422),
    ],
)  # fmt: skip
def test_an_address_that_means_nothing_is_told_and_no_fault(looking: Browser, path: str, status: int) -> None:
    response = looking.get(path)

    assert response.status_code == status
    assert "<main" in response.text


def test_names_need_the_right_and_a_reason_and_are_written_down(hub: OpenHub, officer: Browser) -> None:
    path = f"/cockpit/schools/{SECOND}/registered/names"
    looker = signed_in(hub, LOOKER)

    refused = looker.send(path, csrf=csrf(looker), by="sex", group="2", reason="看看")
    unsaid = officer.send(path, csrf=csrf(officer), by="sex", group="2", reason=" ")
    forged = officer.send(path, csrf="0" * 64, by="sex", group="2", reason="核对学籍")
    shown = officer.send(path, csrf=csrf(officer), by="sex", group="2", reason="核对学籍")

    assert (refused.status_code, unsaid.status_code, forged.status_code, shown.status_code) == (
        403,
        422,
        403,
        200,
    )
    assert "只看数字" in plain(refused.text)
    counted = int(re.findall(r"注册学员·女（(\d+) 人次）", plain(shown.text))[0])
    assert shown.text.count("<tr>") - 1 == counted
    acts = [act.words for act in hub.officers.acts(SECOND)]
    assert [words for words in acts if "查看名单" in words] == [
        f"查看名单：{hub.clock().year}年注册学员·女（{counted} 人次）；原因：核对学籍"
    ]
    assert not re.search(r"\d{17}[\dX]", shown.text)


def test_duplicates_show_nobody_until_asked_with_a_reason(hub: OpenHub, officer: Browser) -> None:
    before = officer.get("/duplicates").text

    after = officer.send("/duplicates", csrf=csrf(officer), page="1", reason="核对重复学籍").text

    assert "姓名" not in plain(before).split("学校")[1]
    assert re.search(r"\d{6}\*{8}\d{3}[\dX]", after)
    for school in (FIRST, SECOND):
        assert any("跨镇重复" in act.words for act in hub.officers.acts(school))


def test_targets_are_handed_down_to_a_school_and_its_own_number_gives_way(
    hub: OpenHub, officer: Browser
) -> None:
    counter, year = hub.counter(), hub.clock().year
    own = shares(counter, year)[SECOND, "social_training"]

    wrong = officer.send(
        "/cockpit/shares", csrf=csrf(officer), source="柯教体〔2026〕5 号", **{f"{FIRST}.college": "很多"}
    )
    unsaid = officer.send(
        "/cockpit/shares", csrf=csrf(officer), source="", **{f"{SECOND}.social_training": "321"}
    )
    done = officer.send(
        "/cockpit/shares",
        csrf=csrf(officer),
        source="柯教体〔2026〕5 号",
        **{f"{SECOND}.social_training": "321"},
    )
    again = officer.send(
        "/cockpit/shares",
        csrf=csrf(officer),
        source="柯教体〔2026〕6 号",
        **{f"{SECOND}.social_training": "322"},
    )
    hub.keeper().refresh()

    assert [response.status_code for response in (wrong, unsaid, done, again)] == [422, 422, 200, 200]
    assert not own.is_districts
    found = shares(counter, year)[SECOND, "social_training"]
    assert (found.value, found.is_districts) == (322, True)
    assert "322 人次" in plain(officer.get(f"/cockpit/schools/{SECOND}").text)
    table = counter.table("yearly_target")
    with counter.reading(SECOND) as conn:
        rows = conn.execute(
            table.select().where(table.c.school == SECOND, table.c.origin == TargetOrigin.DISTRICT)
        ).all()
    assert [(row.figure, row.value, row.source) for row in rows] == [
        ("social_training", 322, "柯教体〔2026〕6 号")
    ]


def test_an_auditor_looks_but_hands_nothing_down(hub: OpenHub) -> None:
    looker = signed_in(hub, LOOKER)

    response = looker.send("/cockpit/shares", csrf=csrf(looker), source="某文", **{f"{SECOND}.college": "3"})

    assert response.status_code == 403


def test_the_table_goes_out_with_a_row_a_school(looking: Browser) -> None:
    response = looking.get("/cockpit/export")

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [str(row[0])[3:7] for row in rows[-3:-1]] == ["柯桥街道", "柯岩街道"]
    assert rows[-1][0] == "全区合计"
    column = (
        rows[0].index("注册学员（人次）")
        if "注册学员（人次）" in rows[0]
        else rows[1].index("注册学员（人次）")
    )
    assert rows[-1][column] == rows[-2][column] + rows[-3][column]


def test_who_is_free_minds_lessons_of_every_school(counter: Counter, looking: Browser) -> None:
    lesson, trainer = counter.table("lesson"), counter.table("trainer")
    with counter.reading() as conn:
        taught = conn.execute(
            lesson.select()
            .where(lesson.c.school == SECOND, lesson.c.state == "planned")
            .order_by(lesson.c.on)
            .limit(1)
        ).one()
        name = (
            conn.execute(
                trainer.select().where(trainer.c.school == SECOND, trainer.c.id == taught.trainer_id)
            )
            .one()
            .name
        )
    start, end = (
        f"{minute // 60:02d}:{minute % 60:02d}" for minute in (taught.start_minute, taught.end_minute)
    )

    text = looking.get(f"/trainers?on={taught.on}&start={start}&end={end}").text

    row = next(
        one
        for one in re.findall("(?s)<tr>(.*?)</tr>", text)
        if counter.opened("trainer", "name", name) in one
    )
    assert "有课" in row
    assert "有空" in text


def test_the_scripts_of_charts_come_packed_and_small(looking: Browser) -> None:
    page = looking.get("/cockpit").text

    paths = re.findall(r'"(/static/[0-9a-f]+\.(?:js|css))"', page)
    sizes = [int(looking.get(path).headers["content-length"]) for path in paths]

    assert len(paths) == 3
    assert sum(sizes) + len(page.encode()) < 300_000
    assert looking.get("/static/0000.js").status_code == 404
