"""Claims and batches with a real store: taken in, checked by another, posted, sent, answered, paid, reversed; bad input."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.office.queries import step_signatures
from kqdesk.rooms.office.terms import Step
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.referrals.model import Referral
from kqdesk.rooms.referrals.terms import ReferralState, Route, StudyLevel
from kqdesk.rooms.subsidies import actions, queries
from kqdesk.rooms.subsidies.model import SubsidyClaim
from kqdesk.rooms.subsidies.terms import BatchState, Beneficiary, ClaimState
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER, Clock
from tests.subsidies.town import ISSUED, Town, load_rules, make_town, take_all

TODAY = date(2026, 3, 2)


def draw(store: Store, clerk: str, claims: list[str], rule_id: str = "PH-2") -> str:
    return store.run(actions.draw_batch, clerk, rule_id=rule_id, claim_ids=claims, signer=CLERK_SIGNER).value


def freeze(store: Store, head: str, batch: str, until: date = date(2026, 3, 6)) -> tuple[int, int]:
    return store.run(
        actions.freeze_batch, head, batch_id=batch, posted_on=TODAY, posted_until=until, signer=HEAD_SIGNER
    ).value


def rows(store: Store, **which: Any) -> list[queries.ClaimRow]:
    with store.reading() as session:
        return queries.claims(session, **which)


def batch_of(store: Store, batch: str) -> queries.BatchRow:
    with store.reading() as session:
        return queries.batches(session, ids=[batch])[0]


def refused(
    store: Store, act: Any, who: str, part: str, fault: type[UserError] = UserError, **kw: Any
) -> None:
    with pytest.raises(fault, match=re.escape(part)):
        store.run(act, who, **kw)


def not_taken(
    store: Store, clerk: str, part: str, keys: list[str], *, rule_id: str = "PH-2", on: date = TODAY
) -> None:
    refused(store, actions.take_claims, clerk, part, rule_id=rule_id, keys=keys, claimed_on=on)


@pytest.fixture
def town(store: Store, clerk: str, head: str) -> Town:
    return make_town(store, clerk, head, 4)


@action("测试改人")
def _change(w: Writing, *, table: Any, key: str, values: dict[str, Any]) -> None:
    w.session.execute(update(table).where(table.id == key).values(**values))


# -- the whole way ---------------------------------------------------------------------------------


def test_a_batch_goes_its_whole_way_and_no_step_is_left_out(
    store: Store, clerk: str, head: str, town: Town, clock: Clock
):
    claims = take_all(store, clerk, town)
    batch = draw(store, clerk, claims)
    refused(store, actions.submit_batch, clerk, "要先审核公示，才能报区", batch_id=batch)
    paying = {"batch_id": batch, "paid_on": date(2026, 3, 7), "voucher_no": "拨 001"}
    refused(store, actions.pay_batch, head, "要先审核公示，才能发放", **paying)

    assert freeze(store, head, batch) == (4, 0)
    refused(store, actions.submit_batch, clerk, "公示到 2026-03-06 才结束", batch_id=batch)
    clock.forward(days=5)
    digest = store.run(actions.submit_batch, clerk, batch_id=batch).value
    with pytest.raises(UserError, match="这一步做过了"):
        freeze(store, head, batch)
    answer = {"batch_id": batch, "answered_on": date(2026, 3, 7), "answered_by": "柯教批〔2026〕1 号"}
    refused(store, actions.answer_batch, head, "退回的要写明原因", returned={claims[0]: " "}, **answer)
    counts = store.run(actions.answer_batch, head, returned={claims[0]: "证书核不到"}, **answer).value
    paid = store.run(actions.pay_batch, clerk, **paying).value

    assert (counts, paid) == ((3, 1), 360_000)
    done = batch_of(store, batch)
    told = (done.state, done.digest, done.voucher_no, done.total_fen)
    assert told == (BatchState.PAID, digest, "拨 001", 480_000)
    assert {row.id: row.state for row in rows(store, batch_id=batch)} == {
        key: ClaimState.RETURNED if key == claims[0] else ClaimState.PAID for key in claims
    }
    with store.reading() as session:
        steps = step_signatures(session, "subsidy_batch", [batch])[batch]
    assert [(one.step, one.name, one.standing.is_fault) for one in steps] == [
        (Step.DRAW, "沈月琴", False), (Step.APPROVE, "章国平", False),
    ]  # fmt: skip


def test_who_drew_a_batch_does_not_check_it(store: Store, clerk: str, head: str, town: Town):
    batch = draw(store, clerk, take_all(store, clerk, town))

    refused(
        store, actions.freeze_batch, clerk, "要由另一个人审核", NotAllowed, batch_id=batch, posted_on=TODAY,
        posted_until=date(2026, 3, 6), signer=CLERK_SIGNER,
    )  # fmt: skip


def test_everything_is_undone_until_it_is_frozen_and_nothing_after(
    store: Store, clerk: str, head: str, town: Town
):
    claims = take_all(store, clerk, town)
    draw(store, clerk, claims)
    store.undo(clerk)
    assert {row.state for row in rows(store)} == {ClaimState.TAKEN}
    store.undo(clerk)
    assert rows(store) == []

    batch = draw(store, clerk, take_all(store, clerk, town))
    freeze(store, head, batch)

    with pytest.raises(UserError, match="不能撤销"):
        store.undo(head)


def test_a_frozen_claim_keeps_its_words_and_its_rule(store: Store, clerk: str, head: str, town: Town):
    claims = take_all(store, clerk, town)
    batch = draw(store, clerk, claims)
    freeze(store, head, batch)

    store.run(_change, clerk, table=Person, key=town.people[0], values={"name": "改名了"})

    assert all(row.name != "改名了" for row in rows(store, batch_id=batch))
    refused(
        store,
        _change,
        clerk,
        "这批奖补已经审核公示",
        table=SubsidyClaim,
        key=claims[0],
        values={"amount_fen": 1},
    )
    refused(store, actions.note_papers, clerk, "不能再改", claim_ids=claims, papers=["id_card"])
    with store.reading() as session:
        card = queries.claim_card(session, claims[0], on=TODAY)
    assert card is not None
    assert card.rule is not None
    assert card.rule.raw["table"]["4"] == 120_000


def test_the_posting_is_as_long_as_the_pack_wants(store: Store, clerk: str, head: str, town: Town):
    batch = draw(store, clerk, take_all(store, clerk, town))

    with pytest.raises(UserError, match="公示要 5 个工作日，2026-03-02 到 2026-03-05 只有 4 个"):
        freeze(store, head, batch, date(2026, 3, 5))


def test_what_was_paid_wrongly_is_reversed_and_may_then_be_claimed_again(
    store: Store, clerk: str, head: str, town: Town, clock: Clock
):
    claims = take_all(store, clerk, town)
    batch = draw(store, clerk, claims)
    refused(store, actions.reverse_claim, head, "直接撤回", claim_id=claims[0], reason="x")
    freeze(store, head, batch)
    refused(store, actions.reverse_claim, head, "写明冲正的原因", claim_id=claims[0], reason=" ")

    key = store.run(actions.reverse_claim, head, claim_id=claims[0], reason="证书是别人的").value

    [back] = rows(store, ids=[key])
    assert (back.amount_fen, back.state, back.reverses_id) == (-120_000, ClaimState.TAKEN, claims[0])
    refused(store, actions.reverse_claim, head, "已经冲正过了", claim_id=claims[0], reason="x")
    refused(store, actions.drop_claims, clerk, "冲正的记录不能撤回", claim_ids=[key])
    store.run(actions.take_claims, clerk, rule_id="PH-2", keys=[town.key(0)], claimed_on=TODAY)
    second = draw(store, clerk, [key])
    assert freeze(store, head, second) == (1, 0)


# -- taking in -------------------------------------------------------------------------------------


def test_the_same_thing_is_claimed_once_and_not_beside_what_it_excludes(store: Store, clerk: str, town: Town):
    take_all(store, clerk, town)

    not_taken(store, clerk, "申领过了", [town.key(0)])
    not_taken(store, clerk, "不能和 PH-2 同时领", [town.key(0)], rule_id="PH-2b")


def test_exclusion_counts_both_ways(store: Store, clerk: str, town: Town):
    store.run(actions.take_claims, clerk, rule_id="PH-2b", keys=[town.key(0)], claimed_on=TODAY)

    not_taken(store, clerk, "不能和 PH-2b 同时领", [town.key(0)])


def test_claims_taken_together_count_against_each_other(store: Store, clerk: str, head: str, town: Town):
    @action("测试再发三本证")
    def more(w: Writing) -> list[str]:
        made = []
        for trade in ("电工", "焊工", "钳工"):
            row = SkillCertificate(
                person_id=town.people[0], occupation=trade, level="3", number=f"Z{trade}", issued_on=ISSUED,
                verification="verified",
            )  # fmt: skip
            w.session.add(row)
            w.session.flush()
            made.append(f"skill_certificate/{row.id}")
        return made

    keys = store.run(more, clerk).value

    made = store.run(actions.take_claims, clerk, rule_id="PH-2", keys=keys, claimed_on=TODAY).value

    assert [row.amount_fen for row in sorted(rows(store, ids=made), key=lambda row: row.id)] == [
        200_000,
        200_000,
        0,
    ]


def test_who_lacks_something_is_named_with_what(store: Store, clerk: str, head: str):
    load_rules(store, clerk, head)
    town = store.run(_studied, clerk).value

    not_taken(
        store, clerk, "陈一（学费总额多于 0 元（学费总额：缺））", [town], rule_id="PH-1", on=date(2026, 2, 1)
    )
    with store.reading() as session:
        [person] = session.query(Person).all()
        assert queries.could_claim(session, on=TODAY)["PH-1"] == (0, 1)
    said = {"beneficiary": Beneficiary.PERSON, "person_id": person.id, "stated_on": TODAY, "source": "发票"}
    store.run(actions.keep_particulars, clerk, values={"tuition_total": 800_000}, **said)
    with store.reading() as session:
        assert queries.could_claim(session, on=TODAY)["PH-1"] == (1, 0)
    [claim] = store.run(actions.take_claims, clerk, rule_id="PH-1", keys=[town], claimed_on=TODAY).value
    [row] = rows(store, ids=[claim])
    assert (row.amount_fen, row.working) == (320_000, ("学费总额 8000 元 × 40% = 3200 元",))


@action("测试毕业")
def _studied(w: Writing) -> str:
    person = Person(name="陈一", state="here", birth_date=date(1990, 1, 1))
    w.session.add(person)
    w.session.flush()
    row = Referral(
        person_id=person.id, college="绍兴开放大学", route=Route.OPEN_UNIVERSITY, level=StudyLevel.COLLEGE, year=2023,
        state=ReferralState.GRADUATED, graduated_on=date(2026, 1, 10),
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    return f"college_degree/{row.id}"


def test_a_rule_that_is_over_takes_nothing_in(store: Store, clerk: str, head: str, town: Town):
    not_taken(store, clerk, "取得日期在规则有效期内", [town.key(0)], rule_id="GH-2")
    not_taken(store, clerk, "没有编号 XX 的奖补规则", [town.key(0)], rule_id="XX")
    not_taken(store, clerk, "不能在今天以后", [town.key(0)], on=date(2026, 3, 3))
    not_taken(store, clerk, "请先选中要受理的人", ["skill_certificate/gone"])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "一项也没有填"), ({"shoe": 1}, "没有“shoe”这样的资料"),
        ({"contract_from": date(2026, 1, 2), "contract_to": date(2026, 1, 1)}, "结束日期早于开始日期"),
        ({"contract_open_ended": True, "contract_to": date(2026, 1, 1)}, "没有结束日期"),
        ({"tuition_total": 1, "tuition_paid_by_self": 2}, "比学费总额还多"), ({"insured_months": -1}, "不能是负数"),
        ({"bank_account": "6230000000000000001"}, "校验位不对"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_of_a_claimant_is_refused(
    store: Store, clerk: str, town: Town, values: dict[str, Any], words: str
):
    said = {
        "beneficiary": Beneficiary.PERSON,
        "person_id": town.people[0],
        "stated_on": TODAY,
        "source": "原件",
    }

    refused(store, actions.keep_particulars, clerk, words, values=values, **said)


def test_the_newest_word_on_each_thing_counts(store: Store, clerk: str, town: Town):
    said = {"beneficiary": Beneficiary.PERSON, "person_id": town.people[0], "source": "原件"}
    store.run(
        actions.keep_particulars,
        clerk,
        stated_on=date(2026, 2, 1),
        values={"union_no": "U1", "insured_months": 40},
        **said,
    )
    last = store.run(
        actions.keep_particulars, clerk, stated_on=date(2026, 2, 9), values={"insured_months": 41}, **said
    ).value

    with store.reading() as session:
        found = queries.statement_form(session, Beneficiary.PERSON, town.people[0], on=TODAY)
        assert len(queries.statements(session, Beneficiary.PERSON, town.people[0])) == 3
    assert (found["union_no"], found["insured_months"]) == ("U1", 41)
    store.run(actions.drop_particulars, clerk, row_id=last)
    with store.reading() as session:
        assert (
            queries.statement_form(session, Beneficiary.PERSON, town.people[0], on=TODAY)["insured_months"]
            == 40
        )
