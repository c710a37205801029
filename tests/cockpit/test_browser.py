"""The cockpit in a real Chromium: an officer finds what is behind, goes down to the names, and every chart is drawn."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from kqdesk.hub_app import OpenHub
from tests.cockpit.conftest import OFFICER, PASSWORD, SECOND
from tests.hub.live import served
from tests.hub.test_browser import chromium

__all__ = ["chromium"]

SHOTS = os.environ.get("KQDESK_SHOTS", "")
CHARTS = {"/cockpit": 1, "/figures/social_training": 2, "/lists/demand": 1, "/lists/match": 1, "/night": 3}


@pytest.fixture
def page(hub: OpenHub, chromium: str, tmp_path: Path) -> Iterator[Page]:
    """A window of 1366 × 768 before the sign-in page; a word on its console, or a host that is not ours, fails the test."""
    told: list[str] = []
    with served(hub.app(), tmp_path) as port, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(
            base_url=f"https://localhost:{port}", ignore_https_errors=True, viewport={"width": 1366, "height": 768}, locale="zh-CN",
        )  # fmt: skip
        context.set_default_timeout(10_000)
        opened = context.new_page()
        opened.on("console", lambda one: told.append(one.text) if one.type in ("error", "warning") else None)
        opened.on("pageerror", lambda one: told.append(str(one)))
        opened.on("request", lambda one: told.append(one.url) if "localhost" not in one.url else None)
        opened.goto("/")
        opened.get_by_label("姓名").fill(OFFICER)
        opened.get_by_label("密码").fill(PASSWORD)
        opened.keyboard.press("Enter")
        opened.wait_for_url("**/cockpit")
        yield opened
        browser.close()
    assert told == []


def shoot(page: Page, name: str) -> None:
    """Keep a picture when somebody wants to look."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"cockpit_{name}.png"), full_page=True)


def test_an_officer_finds_what_is_behind_and_goes_down_to_the_names_by_keyboard(
    hub: OpenHub, page: Page
) -> None:
    worst = page.locator("table.schools tbody tr").first
    assert "落后" in worst.inner_text()
    page.locator(f'a[href="/cockpit/schools/{SECOND}"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cockpit/schools/{SECOND}")
    shoot(page, "school")
    page.get_by_role("link", name="注册学员").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="性别").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**by=sex**")
    page.locator(".chart[data-drawn]").wait_for()
    shoot(page, "school_figure")
    page.get_by_label("为什么要看").focus()
    page.keyboard.type("核对在册人数")
    page.keyboard.press("Enter")
    page.get_by_text("这次查看已经记下").wait_for()
    shoot(page, "names")

    rows = page.locator("tbody tr")
    heading = page.get_by_role("heading", level=1).inner_text()
    assert f"（{rows.count()} 人次）" in heading
    assert any(heading in act.words for act in hub.officers.acts(SECOND))


def test_every_chart_is_drawn_and_its_numbers_are_one_press_away(page: Page) -> None:
    drawn = {}
    for path, count in CHARTS.items():
        page.goto(path)
        page.locator(".chart[data-drawn]").nth(count - 1).wait_for()
        drawn[path] = page.locator(".chart svg").count()
        shoot(page, path.strip("/").replace("/", "_"))

    page.locator("summary", has_text="看数字").first.press("Enter")

    assert drawn == CHARTS
    assert page.locator("details[open] table[data-chart]").count() == 1


def test_the_overview_fits_both_screens(page: Page) -> None:
    sizes = []
    for width, height in ((1366, 768), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        sizes.append(page.evaluate("document.documentElement.scrollWidth"))
        shoot(page, f"overview_{width}")

    assert sizes == [1366, 1920]


def test_an_officer_hands_a_target_down_with_the_keyboard(page: Page) -> None:
    page.goto("/cockpit/shares")
    page.locator(f'input[name="{SECOND}.college"]').fill("12")
    page.get_by_label("依据").fill("柯教体〔2026〕5 号")
    page.keyboard.press("Enter")
    page.get_by_text("已下达 1 所学校").wait_for()
    shoot(page, "shares")

    assert page.locator(f'input[name="{SECOND}.college"]').input_value() == "12"


def test_a_free_trainer_is_found_for_an_evening(page: Page) -> None:
    page.goto("/trainers")
    page.get_by_label("日期").fill("2026-03-05")
    page.get_by_label("从", exact=True).fill("18:30")
    page.get_by_label("到", exact=True).fill("20:30")
    page.get_by_role("button", name="找").press("Enter")
    page.get_by_role("columnheader", name="3 月 5 日这段时间").wait_for()
    shoot(page, "trainers")

    assert page.locator("tbody tr").first.inner_text().split("\t")[0].strip("● ") == "有空"
