"""An officer at a real browser and a school's real PC: a task sent, answered, accepted; a pack published, arrived."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.office.queries import pack_value, published_packs
from kqdesk.rooms.supervision import actions, queries
from kqdesk.rooms.supervision.terms import TaskState
from kqdesk.store.attachments import KeptFile
from tests.classfile.conftest import two_pages
from tests.office.test_web import PACK
from tests.supervision.district import OFFICER, PASSWORD, SECOND
from tests.supervision.test_web import sheet_of
from tests.sync_desk.conftest import clock, first, hub, world  # noqa: F401 -- fixtures
from tests.sync_desk.homes import Pc
from tests.sync_desk.hubs import LiveHub

SHOTS = os.environ.get("KQDESK_SHOTS", "")


@pytest.fixture
def browser(hub: LiveHub) -> Iterator[Page]:  # noqa: F811
    """A window of 1366 × 768; both officers have accounts, nobody is signed in."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium (Debian: apt install chromium)")
    for name in (OFFICER, SECOND):
        hub.opened.officers.put(name, PASSWORD)
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = made.new_context(
            base_url=hub.url,
            ignore_https_errors=True,
            viewport={"width": 1366, "height": 768},
            locale="zh-CN",
        )
        context.set_default_timeout(20_000)
        yield context.new_page()
        made.close()


def sit_down(page: Page, name: str) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_label("姓名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="退出").wait_for()


def shoot(page: Page, name: str) -> None:
    """Keep a picture when somebody wants to look."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"district_{name}.png"), full_page=True)


def task_at(pc: Pc) -> queries.TaskCard:
    today = school_day(pc.school.store.clock())
    with pc.school.store.reading() as session:
        [row] = queries.tasks(session, today=today)
        card = queries.task_card(session, row.id, today=today)
    assert card is not None
    return card


def send_task(browser: Page, first: Pc) -> None:  # noqa: F811
    """The officer's first minute."""
    sit_down(browser, OFFICER)
    browser.get_by_role("link", name="督查").click()
    shoot(browser, "supervision_empty")
    browser.get_by_role("link", name="布置督查").click()
    browser.get_by_label("督查事项").fill("夜校春季开班情况")
    due_on = school_day(first.school.store.clock()) + timedelta(days=10)
    browser.get_by_label("到期日").fill(due_on.isoformat())
    browser.get_by_label("要求").fill("报三月底前夜校开班数和学员数，没有开班的说明原因。")
    browser.get_by_label("要填的数").fill("新开夜校班 个\n夜校学员 人")
    browser.get_by_text("要照片、扫描件或表格").click()
    shoot(browser, "supervision_new")
    browser.get_by_role("button", name="布置").click()
    browser.get_by_text("待答复").wait_for()


def test_a_task_is_sent_answered_and_accepted(browser: Page, first: Pc) -> None:  # noqa: F811
    faults: list[str] = []
    browser.on("console", lambda one: faults.append(one.text) if one.type == "error" else None)
    send_task(browser, first)

    first.sync()
    task = task_at(first)
    content = two_pages()
    kept = KeptFile(first.school.attachments.keep(content), "开班名单.pdf", "application/pdf", len(content))
    first.act(actions.put_evidence, task_id=task.row.id, files=[kept])
    first.act(
        actions.answer,
        task_id=task.row.id,
        words="春季开了两个夜校班：剪纸、短视频。",
        figures={"n1": 2, "n2": 63},
    )
    first.sync()

    browser.reload()
    shoot(browser, "supervision_answered")
    with browser.expect_download() as download:
        browser.get_by_role("link", name="开班名单.pdf").click()
    saved = Path(download.value.path()).read_bytes()
    browser.get_by_placeholder("为什么退回、还要补什么").fill("短视频班的学员名单没有盖章。")
    browser.get_by_role("button", name="退回").click()
    browser.get_by_text("退回重报").wait_for()
    first.sync()
    returned = task_at(first)
    first.act(actions.answer, task_id=task.row.id, words="名单已盖章，重新交。", figures={"n1": 2, "n2": 63})
    first.sync()
    browser.reload()
    browser.get_by_role("button", name="认可").click()
    browser.get_by_text("已认可").first.wait_for()
    shoot(browser, "supervision_accepted")
    browser.get_by_role("link", name="督查").first.click()
    browser.get_by_text("全部认可").wait_for()
    shoot(browser, "supervision_list")
    first.sync()

    assert saved == content
    assert returned.row.state is TaskState.RETURNED
    assert returned.verdict.words == "短视频班的学员名单没有盖章。"
    assert task_at(first).row.state is TaskState.ACCEPTED
    assert faults == []


def test_a_pack_is_published_by_two_and_arrives(browser: Page, first: Pc) -> None:  # noqa: F811
    store = first.school.store
    today = school_day(store.clock())
    text = PACK.format(rate=75).replace("2026-03-01", (today - timedelta(days=1)).isoformat())
    sit_down(browser, OFFICER)
    browser.get_by_role("link", name="规则包").click()
    shoot(browser, "packs_empty")
    browser.get_by_label("或者把内容粘贴在这里").fill(text)
    browser.get_by_role("button", name="上传，看改了什么").click()
    browser.get_by_role("button", name="核对无误，发布").click()
    refused = browser.get_by_role("alert").inner_text()
    address = browser.url.removesuffix("/publish")
    sit_down(browser, SECOND)
    browser.goto(address)
    shoot(browser, "pack_draft")
    browser.get_by_role("button", name="核对无误，发布").click()
    browser.get_by_text("已发布").wait_for()
    shoot(browser, "pack_published")
    browser.get_by_role("link", name="规则包").first.click()
    shoot(browser, "packs")
    first.sync()

    with store.reading() as session:
        [one] = published_packs(session)
        rate = pack_value(session, "attendance.minimum_rate", on=today)
    assert "要由另一位区管理员核对后发布" in refused
    assert (one.version_words, one.published_by, one.fault) == ("区发第 1 版", SECOND, "")
    assert rate is not None
    assert (rate.number, rate.pack_words) == (75, "柯桥区成人教育规则 区发第 1 版")


def test_a_departments_sheet_comes_in_and_a_certificate_is_verified(browser: Page, tmp_path: Path) -> None:
    good, bad = tmp_path / "工会填报.xlsx", tmp_path / "工会填报错.xlsx"
    good.write_bytes(sheet_of(("职业技能培训", "人次", 320, "含线上"), ("劳模报告会", "场", 12, None)))
    bad.write_bytes(sheet_of(("职业技能培训", "人次", "约三百", None)))
    sit_down(browser, OFFICER)
    browser.get_by_role("link", name="部门填报").click()
    browser.get_by_label("填报部门").fill("区总工会")
    browser.get_by_label("数据来源").fill("工会培训平台")
    browser.get_by_label("联系人").fill("陈工 84120000")
    browser.get_by_label("与本系统重复的说明").fill("技能培训约三成和本系统重复")
    browser.get_by_label("表格").set_input_files(str(bad))
    browser.get_by_role("button", name="传上来").click()
    fault = browser.get_by_role("alert").inner_text()
    shoot(browser, "departments_fault")
    browser.get_by_label("表格").set_input_files(str(bad))
    with browser.expect_download() as download:
        browser.get_by_role("button", name="再传一次").click()
    marked = download.value.suggested_filename
    browser.get_by_label("要标红的文件").click()
    browser.get_by_label("表格").set_input_files(str(good))
    browser.get_by_role("button", name="再传一次").click()
    browser.get_by_text("劳模报告会").wait_for()
    shoot(browser, "departments_return")
    browser.get_by_role("link", name="和本系统并排看").click()
    row = browser.get_by_role("row").filter(has_text="职业技能培训").inner_text()
    shoot(browser, "departments_beside")
    browser.get_by_role("link", name="部门填报").first.click()
    shoot(browser, "departments")
    browser.context.clear_cookies()
    browser.goto("/c#AAAA")
    browser.get_by_text("无效").wait_for()
    shoot(browser, "verify")

    assert "“约三百”不是数字" in fault
    assert marked == "标红_工会填报错.xlsx"
    assert "320" in row
    assert browser.url.endswith("/v")
