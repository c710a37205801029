"""Officers' pages: a batch comes up, is answered line by line and paid; the same claim at two schools is found and told."""

import re
from datetime import date

import pytest

from kqdesk.rooms.subsidies import actions, queries
from kqdesk.rooms.subsidies.model import SubsidyClaim
from kqdesk.rooms.subsidies.terms import BatchState, Beneficiary, Check, ClaimState
from kqdesk.security.roles import Role
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER, Clock
from tests.subsidies.town import ISSUED, TRADE, Town, make_town, take_all
from tests.supervision.district import LANTING, PASSWORD, QIXIAN, District, Home


@pytest.fixture
def town(store: Store, clerk: str, head: str) -> Town:
    return make_town(store, clerk, head, 3)


def sent(home: Home, clerk: str, head: str, town: Town, clock: Clock) -> str:
    """A batch of three, checked, posted and sent up."""
    store = home.store
    claims = take_all(store, clerk, town)
    batch = store.run(actions.draw_batch, clerk, rule_id="PH-2", claim_ids=claims, signer=CLERK_SIGNER).value
    days = {"posted_on": date(2026, 3, 2), "posted_until": date(2026, 3, 6)}
    store.run(actions.freeze_batch, head, batch_id=batch, signer=HEAD_SIGNER, **days)
    clock.forward(days=5)
    store.run(actions.submit_batch, clerk, batch_id=batch)
    home.sync()
    home.district.sign_in()
    return batch


def states(store: Store, batch: str) -> tuple[BatchState, dict[str, ClaimState]]:
    with store.reading() as session:
        [row] = queries.batches(session, ids=[batch])
        return row.state, {one.id: one.state for one in queries.claims(session, batch_id=batch)}


def test_a_batch_is_answered_line_by_line_and_paid(
    district: District, home: Home, clerk: str, head: str, town: Town, clock: Clock
):
    batch = sent(home, clerk, head, town, clock)
    here = f"/subsidies/{LANTING}/{batch}"
    first, second, third = town.claims
    page = district.browser.get(here).text
    assert "JB2026-001" in district.browser.get("/subsidies").text
    assert "陈一" not in page
    assert "1200 元" in page

    early = district.send(f"{here}/pay", voucher_no="1", paid_on="2026-03-07")
    bare = district.send(f"{here}/answer", **{f"word_{first}": "return"})
    some = district.send(f"{here}/answer", **{f"word_{first}": "return", f"reason_{first}": "证书核不到"})
    home.sync()
    assert (early.status_code, "要先由区里审核" in early.text) == (422, True)
    assert (bare.status_code, "退回要写明原因" in bare.text) == (422, True)
    assert some.status_code == 303
    assert states(home.store, batch) == (
        BatchState.SUBMITTED, {first: ClaimState.RETURNED, second: ClaimState.SUBMITTED, third: ClaimState.SUBMITTED},
    )  # fmt: skip
    clock.forward(minutes=1)
    again = district.send(f"{here}/answer", **{f"word_{first}": "accept"})
    rest = district.send(f"{here}/answer", rest="1")
    paid = district.send(f"{here}/pay", voucher_no="拨 7", paid_on="2026-03-07")
    home.sync()

    assert (again.status_code, rest.status_code, paid.status_code) == (422, 303, 303)
    assert states(home.store, batch) == (
        BatchState.PAID, {first: ClaimState.RETURNED, second: ClaimState.PAID, third: ClaimState.PAID},
    )  # fmt: skip
    with home.store.reading() as session:
        [row] = queries.batches(session, ids=[batch])
        [back] = queries.claims(session, ids=[first])
    assert (row.voucher_no, row.answered_by, back.answer_words) == ("拨 7", "金晓燕", "证书核不到")
    assert "退回" in district.browser.get(here).text


def test_names_are_opened_with_the_right_and_a_reason_and_that_is_written_down(
    district: District, home: Home, clerk: str, head: str, town: Town, clock: Clock
):
    batch = sent(home, clerk, head, town, clock)
    here = f"/subsidies/{LANTING}/{batch}"
    without = district.send(f"{here}/names", reason="核对")
    district.hub.officers.put("金晓燕", PASSWORD, Role.DISTRICT, sees_names=True)
    district.browser.send("/sign-in", name="金晓燕", password=PASSWORD)

    bare = district.send(f"{here}/names", reason=" ")
    shown = district.send(f"{here}/names", reason="核对证书原件")

    with home.store.reading() as session:
        name = queries.claims(session, batch_id=batch)[0].name
    assert (without.status_code, bare.status_code, shown.status_code) == (403, 422, 200)
    assert name in shown.text
    assert name not in district.browser.get(here).text
    assert any("核对证书原件" in act.words for act in district.hub.officers.acts(LANTING))


def test_an_auditor_only_looks(
    district: District, home: Home, clerk: str, head: str, town: Town, clock: Clock
):
    batch = sent(home, clerk, head, town, clock)
    district.sign_in("审计员", Role.AUDITOR)

    answer = district.send(f"/subsidies/{LANTING}/{batch}/answer", rest="1")

    assert answer.status_code == 403
    assert "没有重复的全部同意" not in district.browser.get(f"/subsidies/{LANTING}/{batch}").text


def test_the_same_claim_at_two_schools_is_found_sealed_and_comes_back_as_a_mark(
    district: District, home: Home, clerk: str, head: str, town: Town, clock: Clock
):
    claims = take_all(home.store, clerk, town)
    batch = home.store.run(
        actions.draw_batch, clerk, rule_id="PH-2", claim_ids=claims, signer=CLERK_SIGNER
    ).value
    home.sync()
    with home.store.reading() as session:
        mine = session.get_one(SubsidyClaim, claims[0])
        number, name = mine.id_number, mine.name
    counter = district.hub.counter()
    who = district.hub.officers.seated(district.hub.officers.sign_in("金晓燕", PASSWORD))
    assert who is not None
    row = {
        "id": counter.new_id(), "rule_id": "PH-2", "state": ClaimState.TAKEN, "beneficiary": Beneficiary.PERSON,
        "subject_key": "skill_certificate/x", "subject": f"{TRADE} 中级工", "achieved_on": ISSUED, "claimed_on": date(2026, 2, 20),
        "taken_at": clock(), "taken_by": "x", "occupation": TRADE, "skill_level": "4", "name": name, "id_number": number,
        "working": [], "verdict": [], "pack_key": "pinghu", "pack_version": 1, "papers": [], "blocked": [],
    }  # fmt: skip
    counter.write(who, QIXIAN, {"subsidy_claim": [row]}, "测试齐贤的申领")

    page = district.browser.get("/subsidies").text
    assert re.search(r"跨校重复申领</h2><span class=\"pill danger\">1 项", page)
    told = district.send("/subsidies/mark")
    assert "已通知学校 2 笔" in told.text
    assert "没有要通知的" in district.send("/subsidies/mark").text
    home.sync()
    assert home.store.run(actions.look_over, clerk, batch_id=batch).value == 1

    with home.store.reading() as session:
        [stuck] = [one for one in queries.claims(session, batch_id=batch) if one.blocked]
    assert stuck.id == claims[0]
    assert stuck.blocked == (
        (Check.OTHER_SCHOOL, "柯桥区齐贤街道成人文化技术学校也在申领同一项（金晓燕，2026-03-02）"),
    )


def test_what_is_not_there_is_said(district: District):
    answer = district.browser.get(f"/subsidies/{LANTING}/nothing")

    assert answer.status_code in (404, 422)
    assert "这一批不在了" in answer.text
    assert "还没有学校报奖补批次" in district.browser.get("/subsidies").text
