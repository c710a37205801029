"""The demo's 奖补: a made-up rule in force, one batch paid, one waiting for its second person, a firm's training fund."""

from collections.abc import Sequence
from datetime import date, timedelta

from kqdesk.cli.demo_story import Story
from kqdesk.rooms.office import actions as office
from kqdesk.rooms.places import queries as places
from kqdesk.rooms.subsidies import actions, queries
from kqdesk.rooms.subsidies.terms import Beneficiary, Employer, PostLevel, Standing

RULE = "LX-1"
_PACK = """
[pack]
key = "practice"
title = "演练用奖补规则（示例，不是柯桥区的标准）"
scope = "district"
effective_from = 2020-01-01
paper = "演练用，没有文号"

[[items]]
key = "subsidy.LX-1"
title = "技能证书补贴（演练示例）"
kind = "rule"
source = "演练示例，金额是编的"
mark = "unverified"
[items.value]
rule_id = "LX-1"
title = "技能证书补贴（演练示例）"
paper_no = "演练示例"
effective_from = 2020-01-01
beneficiary = "person"
achievements = ["skill_certificate"]
amount_kind = "band"
table_by = "skill_level"
table = { 5 = 80000, 4 = 120000, 3 = 200000 }
cap_per_year = 300000
once_per = "occupation_level"
claim_window_days = 365
publicity_days = 5
evidence = ["skill_certificate", "id_card"]
predicate = { all = [
  { field = "age", op = "between", value = [16, 70] },
  { not = { field = "employer_type", op = "in", value = ["agency", "institution"] } },
] }
"""


def claim_subsidies(story: Story) -> None:
    """Whoever has a certificate claims: half in a batch that was paid, half in one that waits."""
    claims = accept_claims(story)
    if claims:
        half = max(1, len(claims) // 2)
        pay_batch(story, claims[:half])
        leave_waiting(story, claims[half:])
    story.facts["subsidies"] = {"claims": len(claims), "fund_years": _fund(story)}


def accept_claims(story: Story, *, first_account: int = 0) -> list[str]:
    """The made-up rule put in force, and the claims of everybody it fits, with both papers; their ids."""
    draft = story.do(office.enter_pack, text=_PACK)
    story.approve(office.activate_pack, pack_id=draft)
    for n, one in enumerate(story.read(queries.candidates, RULE, on=story.today), first_account):
        kind, _, person = one.claimant.key.partition("/")
        if kind == "person":
            _state(story, n, person, one.claimant.name)
    ready = [
        one for one in story.read(queries.candidates, RULE, on=story.today) if one.standing is Standing.MET
    ]
    ready = [one for one in ready if one.achievement.achieved_on <= story.today - timedelta(days=1)]
    if not ready:
        return []
    claims: list[str] = story.do(
        actions.take_claims, rule_id=RULE, keys=[one.achievement.key for one in ready], claimed_on=story.today - timedelta(days=1),
        papers=["skill_certificate", "id_card"],
    )  # fmt: skip
    return claims


def _state(story: Story, n: int, person: str, name: str) -> None:
    """Where she works and her account."""
    story.do(
        actions.keep_particulars, beneficiary=Beneficiary.PERSON, person_id=person, stated_on=story.today - timedelta(days=3),
        source="本人带来的劳动合同和银行卡",
        values={
            "employer_type": Employer.ENTERPRISE, "post_level": list(PostLevel)[n % 3], "bank": "绍兴示例农商银行", "holder": name,
            "bank_account": account(n),
        },
    )  # fmt: skip


def account(serial: int) -> str:
    """A card number that passes its check and is nobody's."""
    stem = f"62309{serial:013d}"
    doubled = (2 * int(digit) if n % 2 == 0 else int(digit) for n, digit in enumerate(reversed(stem)))
    return stem + str(-sum(number - 9 * (number > 9) for number in doubled) % 10)


def send_batch(story: Story, claims: Sequence[str]) -> str:
    """Drawn by one, checked and posted by the other, sent to the district; the batch."""
    batch: str = story.do(actions.draw_batch, rule_id=RULE, claim_ids=list(claims))
    until = story.today - timedelta(days=1)
    story.approve(
        actions.freeze_batch, batch_id=batch, posted_on=until - timedelta(days=20), posted_until=until
    )
    story.do(actions.submit_batch, batch_id=batch)
    return batch


def pay_batch(story: Story, claims: Sequence[str]) -> None:
    """The whole way, by two persons and the district."""
    batch = send_batch(story, claims)
    story.approve(
        actions.answer_batch,
        batch_id=batch,
        answered_on=story.today,
        answered_by="区教体局（演练）",
        returned={},
    )
    story.do(actions.pay_batch, batch_id=batch, paid_on=story.today, voucher_no=f"演练{story.today.year}-001")


def leave_waiting(story: Story, claims: Sequence[str]) -> None:
    """Drawn and looked over; one lacks a paper."""
    if not claims:
        return
    story.do(actions.note_papers, claim_ids=[claims[0]], papers=["id_card"])
    batch = story.do(actions.draw_batch, rule_id=RULE, claim_ids=list(claims))
    story.do(actions.look_over, batch_id=batch)


def _fund(story: Story) -> int:
    """Three years of the firm; in the last one the front line got a little too little."""
    firms = story.read(places.firms)
    if not firms:
        return 0
    years = ((3, 400_000_000, 36_000_000, 25_000_000), (2, 420_000_000, 30_000_000, 20_000_000),
             (1, 450_000_000, 31_000_000, 20_600_000))  # fmt: skip
    for back, wages, spend, front in years:
        story.do(
            actions.keep_fund_year, firm_id=firms[0].id, year=date(story.today.year - back, 1, 1).year, wages_total=wages,
            training_spend=spend, frontline_spend=front, source="企业年报（演练）",
        )  # fmt: skip
    return len(years)
