"""Anybody verifies a certificate on the hub: what it says, masked; revoked as the school's rows say; not too often."""

from urllib.parse import quote

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.certificates import actions, queries
from kqdesk.store.store import Store
from tests.certificates.test_actions import SIGNERS, TODAY, approve, draw, qr
from tests.conftest import Clock
from tests.exams.school import Made, make_school
from tests.supervision.district import LANTING, SECOND, District, Home


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    """A school with a cohort that was taught."""
    return make_school(store, clerk, sizes=(4,))


@pytest.fixture
def texts(home: Home, district: District, clerk: str, head: str, made: Made) -> list[str]:
    """The squares of two approved certificates, the second revoked, as the hub knows them; nobody is signed in."""
    ids = draw(home.store, clerk, made, 2)
    approve(home.store, head, ids)
    home.store.run(
        actions.revoke_certificate, head, signer=SIGNERS[head], certificate_id=ids[1], reason="姓名写错"
    )
    home.sync()
    district.browser.cookies.clear()
    return [qr(home.store, key) for key in ids]


def test_a_link_says_what_the_paper_says_and_masks_the_name(
    district: District,
    home: Home,
    texts: list[str],
    made: Made,
) -> None:
    answer = district.browser.get(f"/v/{quote(texts[0])}")
    with home.store.reading() as session:
        [row] = [one for one in queries.certificates(session) if one.state.value == "approved"]

    assert answer.status_code == 200
    assert "✓ 有效" in answer.text
    assert row.serial_no in answer.text
    assert "柯桥区兰亭街道成人文化技术学校" in answer.text
    assert f"<dd>{row.name[0]}" in answer.text
    assert row.name not in answer.text
    assert "退出" not in answer.text


def test_a_revoked_one_is_named_so(district: District, texts: list[str]) -> None:
    answer = district.browser.send("/v", text=f"  {texts[1]}\n")

    assert "✕ 已撤销" in answer.text
    assert "2026-03-02 撤销" in answer.text


@pytest.mark.parametrize("text", ["随便什么", "KQ1:AAAA", "KQ1:" + "A" * 3_000])
def test_whatever_is_no_certificate_is_invalid(district: District, text: str) -> None:
    answer = district.browser.send("/v", text=text)

    assert answer.status_code == 200
    assert "✕ 无效" in answer.text


def test_a_changed_letter_is_noticed(district: District, texts: list[str]) -> None:
    text = texts[0]
    changed = text[:60] + ("A" if text[60] != "A" else "B") + text[61:]

    assert "✕ 无效" in district.browser.send("/v", text=changed).text


def test_the_printed_link_opens_the_form_with_its_script(district: District, texts: list[str]) -> None:
    page, script = district.browser.get("/c"), district.browser.get("/v/verify.js")

    assert 'src="/v/verify.js"' in page.text
    assert "location.hash" in script.text
    assert "✓ 有效" in district.browser.send("/v", text="https://x/c#" + texts[0].removeprefix("KQ1:")).text


def test_nobody_asks_too_often_and_no_other_site_asks_for_others(district: District) -> None:
    district.browser.cookies.clear()
    codes = [district.browser.get("/v").status_code for _ in range(45)]
    district.browser.address = "10.0.0.99"
    foreign = district.browser.request(
        "POST", "/v", data={"text": "x"}, headers={"Origin": "https://elsewhere"}
    )

    assert codes[0] == 200
    assert codes[-1] == 429
    assert foreign.status_code == 403


REVIEWED = """
[pack]
key = "keqiao"
title = "柯桥区成人教育规则"
scope = "district"
effective_from = 2026-03-01
[[items]]
key = "certificate.district_approval"
title = "结业证书要区里审核后才打印"
kind = "yes_no"
value = true
source = "柯教〔2026〕3号"
mark = "seed"
"""


def publish(district: District, home: Home) -> None:
    """The switch, by two officers, at the desk."""
    sent = district.upload("/packs", "p.toml", REVIEWED.encode())
    district.sign_in(SECOND)
    district.send(f"{sent.headers['location']}/publish", **{f"school_{LANTING}": "on"})
    home.client.trust(district.hub.keys.signer.public)
    home.sync()


def said(store: Store) -> list[str]:
    """What the register says of the district."""
    with store.reading() as session:
        return [
            row.district for row in queries.with_district(session, queries.certificates(session), on=TODAY)
        ]


def test_the_district_passes_before_anything_is_printed(
    district: District, home: Home, clerk: str, head: str, made: Made, clock: Clock
) -> None:
    store = home.store
    ids = draw(store, clerk, made, 2)
    approve(store, head, ids)
    unset = said(store)
    publish(district, home)
    waiting = said(store)
    with pytest.raises(UserError, match="还没有区里审核"):
        store.run(actions.record_print, clerk, ids=ids)
    with store.reading() as session:
        specimens = [paper.is_drawn for paper in queries.papers_to_print(session, ids, on=TODAY)]
    listed = district.browser.get("/certificates").text
    page = district.browser.get(f"/certificates/{LANTING}").text
    nothing = district.send(f"/certificates/{LANTING}", act="accept")
    silent = district.send(f"/certificates/{LANTING}", act="return", **{f"c_{ids[0]}": "on"})
    district.send(f"/certificates/{LANTING}", act="return", words="学时不对", **{f"c_{ids[0]}": "on"})
    district.send(f"/certificates/{LANTING}", act="accept", **{f"c_{ids[1]}": "on"})
    home.sync()
    after = said(store)
    with pytest.raises(UserError, match="被区里退回：学时不对"):
        store.run(actions.hand_out, clerk, ids=ids)
    store.run(actions.record_print, clerk, ids=ids[1:])

    assert (unset, waiting, specimens) == (["", ""], ["待区审核", "待区审核"], [True, True])
    assert sorted(after) == ["", "区里退回：学时不对"]
    assert "2 张" in listed
    assert "2 张等着审核" in page
    assert (nothing.status_code, silent.status_code) == (422, 422)
    assert "1 张等着审核" in district.browser.get(f"/certificates/{LANTING}").text


def test_a_school_that_is_not_reviewed_is_left_alone(
    district: District, home: Home, clerk: str, head: str, made: Made
) -> None:
    approve(home.store, head, draw(home.store, clerk, made, 1))
    home.sync()

    assert "现在没有学校要区里审核证书" in district.browser.get("/certificates").text
    assert "不用区里审核" in district.browser.get(f"/certificates/{LANTING}").text
