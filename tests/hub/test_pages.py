"""Officers' pages: signing in, what is shown, what a form may do, and who is kept out."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from kqdesk.hub.officers import Officers
from kqdesk.hub.overview import Ledger, ago, school_line
from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.security.roles import Role
from kqdesk.sync.invitation import read_code
from kqdesk.sync.register import SchoolCard, StationCard
from tests.hub.browser import BASE, Browser
from tests.hub.conftest import FINGERPRINT, LANTING, PASSWORD, QIXIAN, Hub

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # 12:00 in China
NAME = "沈月琴"


@pytest.fixture
def officer(hub: Hub) -> Browser:
    """An officer's browser, signed in."""
    return signed_in(hub, NAME, Role.DISTRICT)


def signed_in(hub: Hub, name: str, role: Role) -> Browser:
    hub.officers.put(name, PASSWORD, role)
    browser = Browser(hub.app)
    assert browser.send("/sign-in", name=name, password=PASSWORD).status_code == 303
    return browser


def csrf(browser: Browser) -> str:
    """The token in the forms of her pages."""
    return re.findall('name="csrf" value="([0-9a-f]{64})"', browser.get("/schools").text)[0]


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-30), "刚刚"),
        (timedelta(seconds=59), "刚刚"),
        (timedelta(minutes=3, seconds=20), "3 分钟前"),
        (timedelta(hours=2, minutes=5), "2 小时前"),
        (timedelta(hours=13), "昨天 23:00"),
        (timedelta(days=3), "3 天前"),
        (timedelta(days=30), "30 天前"),
        (timedelta(days=31), "2026-01-30"),
    ],
)
def test_how_long_ago_in_words(passed: timedelta, words: str) -> None:
    assert ago(NOON, NOON - passed) == words


@pytest.mark.parametrize(
    ("passed", "tone"),
    [
        (None, "neutral"),
        (timedelta(days=1), "success"),
        (timedelta(days=1, seconds=1), "warning"),
        (timedelta(days=7), "warning"),
        (timedelta(days=7, seconds=1), "danger"),
    ],
)
def test_how_old_is_how_bad(passed: timedelta | None, tone: str) -> None:
    seen = None if passed is None else NOON - passed
    gone = StationCard(LANTING, f"{LANTING}.2", revoked=True, seen=NOON)
    cards = [StationCard(LANTING, f"{LANTING}.1", seen=seen), gone]

    assert school_line(SchoolCard(LANTING, "兰亭成校"), cards, {}, NOON).tone == tone


def test_nobody_sees_a_page_before_signing_in(hub: Hub) -> None:
    answers = [
        (response.status_code, response.headers.get("location"))
        for response in (
            Browser(hub.app).get("/schools"),
            Browser(hub.app).get(f"/schools/{LANTING}"),
            Browser(hub.app).send("/schools", code="x1", name="某校"),
            Browser(hub.app).send(f"/schools/{LANTING}/invite"),
            Browser(hub.app).send("/sign-out"),
        )
    ]

    assert answers == [(303, "/sign-in")] * 5


def test_the_first_page_says_how_fresh_each_school_is(hub: Hub, officer: Browser) -> None:
    station = hub.join()
    hub.register.saw(station.card, "0.1.0")
    hub.ledgers[LANTING] = Ledger(hub.clock(), station.card.station, 3)
    hub.clock.forward(minutes=3)

    text = officer.get("/schools").text
    rows = [
        re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", row)).strip()
        for row in re.findall("(?s)<tr>(.*?)</tr>", text)
    ]

    assert rows[1:] == [
        f"柯桥区齐贤街道成人文化技术学校 {QIXIAN} 还没有来过 还没有交过数据 无 0 台 —",
        f"柯桥区兰亭街道成人文化技术学校 {LANTING} 3 分钟前 3 分钟前（教务办公室） 3 项 1 台 0.1.0",
    ]


def test_an_officer_invites_locks_and_revokes(hub: Hub, officer: Browser) -> None:
    station, token = hub.join().card.station, csrf(officer)

    invited = officer.send(f"/schools/{LANTING}/invite", csrf=token)
    officer.send(f"/schools/{LANTING}/stations/{station}/lock", csrf=token)
    is_locked = hub.register.stations(LANTING)[0].locked
    officer.send(f"/schools/{LANTING}/stations/{station}/unlock", csrf=token)
    is_unlocked = not hub.register.stations(LANTING)[0].locked
    asked = officer.get(f"/schools/{LANTING}/stations/{station}/revoke")
    officer.send(f"/schools/{LANTING}/stations/{station}/revoke", csrf=token)

    code = re.findall("(?:[0-9A-Z]{5}-){8}[0-9A-Z]{5}", invited.text)[0]
    assert read_code(code).fingerprint == FINGERPRINT
    assert "停用后不能恢复" in asked.text
    assert (is_locked, is_unlocked, hub.register.stations(LANTING)[0].revoked) == (True, True, True)
    assert {(act.officer, act.words) for act in hub.officers.acts(LANTING)} == {
        (NAME, "发出一个邀请码"),
        (NAME, f"已暂停 教务办公室（{station}）"),
        (NAME, f"已恢复 教务办公室（{station}）"),
        (NAME, f"已停用 教务办公室（{station}）"),
    }


def test_a_school_is_added_and_its_name_cannot_break_the_page(hub: Hub, officer: Browser) -> None:
    added = officer.send("/schools", csrf=csrf(officer), code="330603099", name="<script>alert(1)</script>")

    assert added.headers["location"] == "/schools/330603099"
    assert "<script" not in officer.get("/schools").text
    assert "&lt;script&gt;" in officer.get("/schools").text


def test_an_auditor_only_looks(hub: Hub) -> None:
    auditor = signed_in(hub, "审计员", Role.AUDITOR)
    hub.join()

    page = auditor.get(f"/schools/{LANTING}")
    refused = auditor.send(f"/schools/{LANTING}/invite", csrf=csrf(auditor))

    assert "暂停" not in re.sub("(?s)<p class=.hint.*?</p>", "", page.text)
    assert refused.status_code == 403


def test_a_form_from_elsewhere_does_nothing(hub: Hub, officer: Browser) -> None:
    token, path = csrf(officer), "/schools"
    fields = {"code": "x9", "name": "某校"}

    statuses = [
        officer.request(
            "POST", path, data=fields | {"csrf": token}, headers={"Origin": "https://evil.example"}
        ),
        officer.request("POST", path, data=fields | {"csrf": token}),
        officer.send(path, **fields),
        officer.send(path, **fields, csrf="0" * 64),
        officer.send(path, **fields, csrf=csrf(signed_in(hub, "别人在", Role.DISTRICT))),
    ]

    assert [response.status_code for response in statuses] == [403] * 5
    assert [school.code for school in hub.register.schools()] == [LANTING, QIXIAN]


def test_wrong_passwords_wait_and_tell_nothing_of_names(hub: Hub) -> None:
    hub.officers.put(NAME, PASSWORD)
    browser = Browser(hub.app)

    unknown = browser.send("/sign-in", name="查无此人", password="x")
    wrong = [browser.send("/sign-in", name=NAME, password="x") for _ in range(5)]
    right_too_soon = browser.send("/sign-in", name=NAME, password=PASSWORD)
    hub.clock.forward(seconds=61)
    right = browser.send("/sign-in", name=NAME, password=PASSWORD)

    assert {re.findall('alert">(.*?)<', response.text)[0] for response in (unknown, *wrong)} == {
        "姓名或密码不对，请再试一次。"
    }
    assert "请过 1 分钟再试" in right_too_soon.text
    assert right.status_code == 303


def test_ten_wrong_ones_wait_a_quarter_but_never_for_good(hub: Hub) -> None:
    hub.officers.put(NAME, PASSWORD)

    waits = [try_wrong(hub.officers, hub) for _ in range(12)]

    assert waits == ["wrong"] * 12
    with pytest.raises(NotAllowed, match="15 分钟"):
        hub.officers.sign_in(NAME, PASSWORD)
    hub.clock.forward(minutes=15)
    assert len(hub.officers.sign_in(NAME, PASSWORD)) == 64


def try_wrong(officers: Officers, hub: Hub) -> str:
    """One wrong password, after whatever wait there is."""
    while True:
        try:
            officers.sign_in(NAME, "不对的密码")
        except NotAllowed as wrong:
            if "不对" in str(wrong):
                return "wrong"
            hub.clock.forward(minutes=1)


def test_a_session_ends_by_idling_by_time_by_leaving_and_by_signing_out(hub: Hub, officer: Browser) -> None:
    is_in = [officer.get("/schools").status_code]
    hub.clock.forward(minutes=61)
    is_in.append(officer.get("/schools").status_code)
    officer = signed_in(hub, NAME, Role.DISTRICT)
    for _ in range(12):
        hub.clock.forward(minutes=55)
        is_in.append(officer.get("/schools").status_code)
    officer = signed_in(hub, NAME, Role.DISTRICT)
    cookies = officer.cookies
    officer.send("/sign-out")
    officer.cookies = cookies
    is_in.append(officer.get("/schools").status_code)
    officer = signed_in(hub, NAME, Role.DISTRICT)
    hub.officers.remove(NAME)
    is_in.append(officer.get("/schools").status_code)

    assert is_in == [200, 303] + [200] * 10 + [303] * 2 + [303, 303]


def test_a_weak_password_and_a_desk_role_are_refused(hub: Hub) -> None:
    for password, role in (("12345678", Role.DISTRICT), (PASSWORD, Role.CLERK)):
        with pytest.raises(UserError):
            hub.officers.put(NAME, password, role)

    assert hub.officers.everybody() == []


def test_the_cookie_and_the_headers_are_the_strict_ones(hub: Hub) -> None:
    hub.officers.put(NAME, PASSWORD)
    response = Browser(hub.app).send("/sign-in", name=NAME, password=PASSWORD)
    cookie = response.headers["set-cookie"]

    assert (
        re.sub("=[0-9a-f]{64}", "=…", cookie) == "__Host-kqdesk=…; HttpOnly; Path=/; SameSite=strict; Secure"
    )
    assert response.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert Browser(hub.app).get("/sign-in").headers["cache-control"] == "no-store"


def test_a_form_larger_than_any_of_ours_is_not_read(hub: Hub) -> None:
    response = Browser(hub.app).request(
        "POST", "/sign-in", content=b"name=" + b"x" * 70_000, headers={"Origin": BASE}
    )

    assert response.status_code == 413


def test_a_page_that_is_not_there_says_so(hub: Hub, officer: Browser) -> None:
    assert officer.get("/nothing").status_code == 404
    assert officer.get("/schools/1x1").status_code == 422
    assert "没有代码为 1x1 的学校" in officer.get("/schools/1x1").text
