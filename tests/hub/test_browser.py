"""The pages in a real Chromium: what an officer sees and presses, by keyboard, with nothing from elsewhere loaded."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from kqdesk.hub.overview import Ledger
from kqdesk.sync.invitation import read_code
from tests.hub.conftest import LANTING, PASSWORD, Hub
from tests.hub.live import served

NAME = "沈月琴"
SHOTS = os.environ.get("KQDESK_SHOTS", "")


@pytest.fixture(scope="module")
def chromium() -> str:
    """Debian's browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium (Debian: apt install chromium)")
    return found


@pytest.fixture
def page(hub: Hub, chromium: str, tmp_path: Path) -> Iterator[Page]:
    """A window of 1366 × 768 before the sign-in page."""
    hub.officers.put(NAME, PASSWORD)
    with served(hub.app, tmp_path) as port, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(
            base_url=f"https://localhost:{port}",
            ignore_https_errors=True,
            viewport={"width": 1366, "height": 768},
            locale="zh-CN",
        )
        context.set_default_timeout(10_000)
        opened = context.new_page()
        opened.goto("/")
        yield opened
        browser.close()


def shoot(page: Page, name: str) -> None:
    """Keep a picture when somebody wants to look."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"hub_{name}.png"))


def test_an_officer_sees_the_schools_and_looks_after_a_pc(hub: Hub, page: Page) -> None:
    foreign: list[str] = []
    faults: list[str] = []
    page.on("request", lambda one: foreign.append(one.url) if "localhost" not in one.url else None)
    page.on("console", lambda one: faults.append(one.text) if one.type == "error" else None)
    station = hub.join()
    hub.register.saw(station.card, "0.1.0")
    hub.ledgers[LANTING] = Ledger(hub.clock(), station.card.station, 3)
    hub.clock.forward(minutes=3)

    shoot(page, "sign_in")
    page.keyboard.type(NAME)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/schools")
    row = page.get_by_role("row").filter(has_text="兰亭").inner_text().split("\t")
    shoot(page, "schools")
    page.get_by_role("link", name="兰亭").click()
    page.get_by_role("button", name="邀请一台电脑").click()
    code = page.locator(".big.code").inner_text()
    shoot(page, "school")
    page.get_by_role("button", name="暂停").click()
    page.get_by_text("已暂停", exact=True).wait_for()
    page.get_by_role("link", name="停用").click()
    shoot(page, "revoke")
    page.get_by_role("button", name="停用这台电脑").click()
    page.get_by_text("已停用", exact=True).wait_for()
    shoot(page, "after")
    page.get_by_role("button", name="退出").click()
    page.get_by_label("密码").wait_for()

    assert row[2:5] == ["● 3 分钟前", "3 分钟前（教务办公室）", "3 项"] or row[2:5] == [
        "3 分钟前",
        "3 分钟前（教务办公室）",
        "3 项",
    ]
    assert len(read_code(code).secret) == 10
    assert hub.register.stations(LANTING)[0].revoked
    assert (foreign, faults) == ([], [])


def test_a_wrong_password_keeps_the_name_and_asks_again(page: Page) -> None:
    page.get_by_label("姓名").fill(NAME)
    page.get_by_label("密码").fill("不对的密码")
    page.keyboard.press("Enter")

    page.get_by_role("alert").wait_for()

    assert page.get_by_role("alert").inner_text() == "姓名或密码不对，请再试一次。"
    assert page.get_by_label("姓名").input_value() == NAME
    assert page.evaluate("document.activeElement.name") == "password"
