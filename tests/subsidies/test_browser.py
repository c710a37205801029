"""奖补 in a real Chromium: an officer returns one claim with a reason, accepts the rest, writes down the payment."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from kqdesk.rooms.subsidies.terms import BatchState, ClaimState
from kqdesk.store.store import Store
from tests.conftest import Clock
from tests.hub.live import served
from tests.subsidies.test_web import sent, states
from tests.subsidies.town import Town, make_town
from tests.supervision.district import OFFICER, PASSWORD, District, Home

SHOTS = os.environ.get("KQDESK_SHOTS", "")


@pytest.fixture
def town(store: Store, clerk: str, head: str) -> Town:
    return make_town(store, clerk, head, 3)


def test_an_officer_answers_and_pays_a_batch(
    district: District, home: Home, clerk: str, head: str, town: Town, clock: Clock, tmp_path: Path
):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium (Debian: apt install chromium)")
    batch = sent(home, clerk, head, town, clock)
    with served(district.hub.app(), tmp_path) as port, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(
            base_url=f"https://localhost:{port}", ignore_https_errors=True, viewport={"width": 1366, "height": 768}, locale="zh-CN"
        )  # fmt: skip
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.goto("/")
        page.get_by_label("姓名").fill(OFFICER)
        page.get_by_label("密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("link", name="奖补").click()
        _shoot(page, "subsidies_list")
        page.get_by_role("link", name="JB2026-001").click()
        row = page.locator("tbody tr").first
        row.get_by_label("审核", exact=True).select_option("退回")
        row.get_by_label("退回原因").fill("证书核不到")
        _shoot(page, "subsidies_batch")
        page.get_by_role("button", name="审核选好的").click()
        page.get_by_label("凭证号").fill("拨 12")
        _shoot(page, "subsidies_pay")
        page.get_by_role("button", name="登记").click()
        page.get_by_text("凭证 拨 12").wait_for()
        browser.close()
    home.sync()

    state, claims = states(home.store, batch)
    assert state is BatchState.PAID
    assert sorted(claims.values()) == [ClaimState.PAID, ClaimState.PAID, ClaimState.RETURNED]


def _shoot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"hub_{name}.png"))
