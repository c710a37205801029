"""The satisfaction form by QR: no sign-in, one class a token, no more answers than learners, and they reach the desk."""

import os
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from kqdesk.rooms.followup import actions, queries
from kqdesk.rooms.followup.actions import TypedForm
from kqdesk.rooms.followup.terms import AnswerWay
from kqdesk.store.attachments import Attachments
from kqdesk.store.store import Store
from tests.followup.conftest import TOKEN, Ended
from tests.hub.live import served
from tests.supervision.conftest import district, hub_folder
from tests.supervision.district import District, Home, at_home

__all__ = ["district", "hub_folder"]
SHOTS = os.environ.get("KQDESK_SHOTS", "")
PATH = f"/s/{TOKEN}"


@pytest.fixture
def home(store: Store, district: District, attachments: Attachments, ended: Ended) -> Home:
    """The school's desk, which exchanged once."""
    made = at_home(store, district, attachments)
    made.sync()
    return made


@pytest.fixture
def asked(home: Home, clerk: str, ended: Ended) -> str:
    """Id of a questionnaire that the hub knows."""
    key = home.store.run(actions.open_questionnaire, clerk, cohort_id=ended.id, token=TOKEN).value
    home.sync()
    return key


def answer(district: District, *, key: str = "", words: str = "", **scores: str):
    """Open the page as a fresh visitor and send its form; ``key``: the form's own id, when it is sent again."""
    district.browser.cookies.clear()
    page = district.browser.get(PATH).text
    found = re.search(r'name="id" value="([0-9a-f]{32})"', page)
    return district.browser.send(PATH, id=key or (found[1] if found else "0" * 32), words=words, **scores)


def test_an_answer_reaches_the_desk_without_a_name(district: District, home: Home, asked: str) -> None:
    page = district.browser.get(PATH)
    done = answer(district, q0="5", q1="4", q2="5", q3="3", words="希望多上机")
    home.sync()
    with home.store.reading() as session:
        [form] = queries.forms_of(session, asked)

    assert ("缝纫班" in page.text, "培训师讲得清楚，有耐心" in page.text, "退出" in page.text) == (
        True,
        True,
        False,
    )
    assert "已经收到" in done.text
    assert (form.way, form.scores, form.words) == (AnswerWay.WEB, (5, 4, 5, 3, None), "希望多上机")
    assert "httponly" in done.headers["set-cookie"].lower()


def test_who_answered_is_thanked_again_and_a_double_tap_counts_once(
    district: District, home: Home, asked: str
) -> None:
    key = "0198" + "a" * 28
    first = answer(district, key=key, q0="5")
    cookie = district.browser.get(PATH).text
    again = answer(district, key=key, q0="1")
    home.sync()
    with home.store.reading() as session:
        forms = queries.forms_of(session, asked)

    assert all("已经收到" in one for one in (first.text, cookie, again.text))
    assert [form.scores for form in forms] == [(5, None, None, None, None)]


def test_nothing_and_nonsense_are_refused_and_what_was_typed_stays(
    district: District, home: Home, asked: str
) -> None:
    empty = answer(district, words="好")
    wild = answer(district, q0="9", q1="4")
    long = answer(district, q0="4", words="啊" * 501)

    assert (empty.status_code, "至少答一题再提交" in empty.text, ">好</textarea>" in empty.text) == (
        422,
        True,
        True,
    )
    assert (wild.status_code, "1 到 5 之间" in wild.text, 'name="q1" value="4" checked' in wild.text) == (
        422,
        True,
        True,
    )
    assert (long.status_code, "最多 500 个字" in long.text) == (422, True)


def test_no_more_answers_than_learners(district: District, home: Home, clerk: str, asked: str) -> None:
    home.store.run(actions.put_forms, clerk, questionnaire_id=asked, forms=[TypedForm((5, 5, 5, 5, 5))] * 7)
    home.sync()
    answer(district, q0="5")

    assert "已经收齐" in answer(district, q0="5").text
    assert "已经收齐" in district.browser.get(PATH).text


def test_a_closed_one_and_an_unknown_one(district: District, home: Home, clerk: str, asked: str) -> None:
    home.store.run(actions.close_questionnaire, clerk, questionnaire_id=asked)
    home.sync()

    assert "已经结束" in answer(district, q0="5").text
    for path in ("/s/" + "0" * 32, "/s/x", "/s/" + TOKEN.upper()):
        unknown = district.browser.get(path)
        assert (unknown.status_code, "没有这份问卷" in unknown.text) == (404, True)


def test_a_form_from_elsewhere_is_not_taken(district: District, home: Home, asked: str) -> None:
    sent = district.browser.request(
        "POST", PATH, data={"id": "0198" + "b" * 28, "q0": "5"}, headers={"Origin": "https://evil.example"}
    )
    home.sync()
    with home.store.reading() as session:
        assert queries.forms_of(session, asked) == []

    assert sent.status_code == 403


def test_one_address_may_not_ask_for_ever(district: District, home: Home, asked: str) -> None:
    codes = {district.browser.get(PATH).status_code for _ in range(60)}

    assert codes == {200, 429}


def test_on_a_phone_in_chromium(district: District, home: Home, asked: str, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium (Debian: apt install chromium)")
    faults: list[str] = []
    foreign: list[str] = []
    with served(district.hub.app(), tmp_path) as port, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(
            base_url=f"https://localhost:{port}", ignore_https_errors=True, viewport={"width": 390, "height": 844}, locale="zh-CN",
            has_touch=True, is_mobile=True,
        )  # fmt: skip
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", lambda one: faults.append(one.text) if one.type == "error" else None)
        page.on("request", lambda one: foreign.append(one.url) if "localhost" not in one.url else None)
        page.goto(PATH)
        for n, score in enumerate((5, 4, 4, 5, 3)):
            page.locator(f'input[name="q{n}"][value="{score}"] + span').tap()
        page.get_by_label("意见和建议").fill("夜校再多开几期")
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / "followup_phone.png"), full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.get_by_role("button", name="提交").tap()
        page.get_by_text("您的评价已经收到").wait_for()
        page.goto(PATH)
        thanked = page.get_by_text("您的评价已经收到").is_visible()
        browser.close()
    home.sync()
    with home.store.reading() as session:
        [form] = queries.forms_of(session, asked)

    assert (faults, foreign, wide, thanked) == ([], [], 390, True)
    assert (form.scores, form.words) == ((5, 4, 4, 5, 3), "夜校再多开几期")
