"""A batch of claims with planted frauds of every kind audits found: all found, none invented."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.catalogue.terms import Category
from kqdesk.rooms.subsidies import actions, queries, rules
from kqdesk.rooms.subsidies.rules import CheckPolicy, ClaimFacts, ClassFacts, Line, Other, Verdict, Visit
from kqdesk.rooms.subsidies.terms import Check, Standing
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER
from tests.figures import figure
from tests.subsidies import town as made
from tests.subsidies.frauds import SINGLE, plant_all, plant_classes
from tests.subsidies.town import make_town, take_all

LIMITS = {
    "attendance__minimum_rate": 75,
    "subsidy__approved_categories": ["GF02"],
    "subsidy__lowest_age": 16,
}


def found_in(store: Store, batch: str) -> dict[str, set[Check]]:
    with store.reading() as session:
        rows = queries.claims(session, batch_id=batch)
    return {row.id: {check for check, _ in row.blocked} for row in rows if row.blocked}


@pytest.mark.parametrize("count", [pytest.param(2000, marks=pytest.mark.full), 180])
def test_every_planted_fraud_is_found_and_none_is_invented(store: Store, clerk: str, head: str, count: int):
    town = make_town(store, clerk, head, count, **LIMITS)
    wrong = store.run(plant_classes, clerk, town=town).value
    claims = take_all(store, clerk, town)
    each = max(2, count // 100)
    own = [claims[n] for n in range(count)]
    everybody = (town.people, town.claims)
    town.people, town.claims = town.people[:count], own
    truth = store.run(plant_all, clerk, town=town, seed=count, each=each).value
    town.people, town.claims = everybody
    truth |= {claims[n]: checks for n, checks in wrong.items()}
    batch = store.run(actions.draw_batch, clerk, rule_id="PH-2", claim_ids=claims, signer=CLERK_SIGNER).value

    stuck = store.run(actions.look_over, clerk, batch_id=batch).value

    assert found_in(store, batch) == truth
    assert stuck == len(truth)
    figure("planted frauds found among claims", len(truth), f"of {len(claims)}")
    gone, left = store.run(
        actions.freeze_batch, head, batch_id=batch, posted_on=date(2026, 3, 2), posted_until=date(2026, 3, 6), signer=HEAD_SIGNER
    ).value  # fmt: skip
    assert (gone, left) == (len(claims) - len(truth), len(truth))
    with store.reading() as session:
        frozen = {row.id for row in queries.claims(session, batch_id=batch)}
    assert frozen == set(claims) - set(truth)


def test_every_kind_has_its_rule_and_its_fraud():
    planted = {fraud.__name__ for fraud in SINGLE}

    assert len({check.rule_id for check in Check}) == len(list(Check))
    assert len(planted) == len(SINGLE) == 20


# -- the same on bare facts ------------------------------------------------------------------------

POLICY = CheckPolicy(2004, 16, Fraction(3, 4), frozenset({"sign_in_scan", "photos"}), frozenset({"GF02"}))
START, END, ON = date(2025, 9, 1), date(2025, 12, 1), date(2025, 12, 10)


def clean(n: int) -> ClaimFacts:
    visits = tuple(
        Visit(f"l{k}", f"e{n}", START + timedelta(weeks=k), 1110, 1200, "教学点") for k in range(4)
    )
    course = ClassFacts("1 班", START, END, Category.TRADE_SKILLS, frozenset({"t"}), 0, True)
    return ClaimFacts(
        f"c{n}", "PH-2", f"人{n}", Verdict(Standing.MET), ON, date(2026, 1, 5), f"p{n}", f"skill_certificate/{n}", "缝纫工", "4",
        date(1985, 1, 1), date(1985, 1, 1), bank_account=f"62{n:017d}", course=course, enrolment_id=f"e{n}", visits=visits,
        attended=Fraction(1), exclusive=frozenset({"PH-2b"}), amount_fen=120_000, amount_words="",
    )  # fmt: skip


def course(one: ClaimFacts, **values: Any) -> dict[str, Any]:
    assert one.course is not None
    return {"course": rules.ClassFacts(**{**one.course.__dict__, **values})}


OTHER = Other("x", "PH-2", "other/1", "缝纫工", "4", "上一批")
CHANGES: dict[Check, Any] = {
    Check.TERMS: lambda one: {"verdict": Verdict(Standing.UNMET, (Line("年龄", Standing.UNMET, "75 周岁"),))},
    Check.DUPLICATE: lambda one: {"others": (*one.others, OTHER)},
    Check.OTHER_SCHOOL: lambda one: {"marks": ("湖塘成校也报了",)},
    Check.EXCLUSIVE: lambda one: {"others": (*one.others, Other("y", "PH-2b", one.subject_key, "", "", "鉴定补贴"))},
    Check.BEFORE_END: lambda one: course(one, ends_on=ON + timedelta(days=1)),
    Check.TOO_EARLY: lambda one: course(one, starts_on=date(2003, 12, 31)),
    Check.BIRTH: lambda one: {"id_birth": date(1985, 1, 2)},
    Check.LATE_STATUS: lambda one: {"status_on": START + timedelta(days=1)},
    Check.TWO_PLACES: lambda one: {"visits": (*one.visits, Visit("z", "e?", START, 1199, 1300, "别处"))},
    Check.NO_CLASS_DAY: lambda one: {"visits": (*one.visits, Visit("q", one.enrolment_id, START + timedelta(days=2), 1, 2, "", "停课"))},
    Check.GONE: lambda one: {"gone_on": START},
    Check.OUT_OF_SCOPE: lambda one: course(one, category=Category.HERITAGE),
    Check.OWN_TRAINER: lambda one: course(one, trainers=frozenset({one.person_id})),
    Check.ACCOUNT: lambda one: {"bank_account": ""},
    Check.LOW_ATTENDANCE: lambda one: {"attended": Fraction(74, 100)},
    Check.PUBLIC_SERVANT: lambda one: {"employer": "机关"},
    Check.CLASS_EVIDENCE: lambda one: course(one, unsigned=1),
    Check.PAPERS: lambda one: {"lacking": ("劳动合同",)},
    Check.AMOUNT: lambda one: {"amount_fen": None, "amount_words": "未配置"},
}  # fmt: skip


@given(st.lists(st.sets(st.sampled_from(sorted(CHANGES)), max_size=4), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_any_mixture_of_frauds_is_found_exactly(mixtures: list[set[Check]]):
    claims, truth = [], {}
    for n, checks in enumerate(mixtures):
        one = clean(n)
        for check in sorted(
            checks, key=lambda check: check is Check.LATE_STATUS
        ):  # after the class may have moved
            one = ClaimFacts(**{**one.__dict__, **CHANGES[check](one)})
        claims.append(one)
        if checks:
            truth[one.claim_id] = checks | ({Check.LATE_STATUS} & checks)

    found = {
        key: {one.check for one in several} for key, several in rules.check_batch(claims, POLICY).items()
    }

    assert found == truth


def test_what_the_packs_do_not_set_is_held_against_nobody():
    one = clean(1)
    bare = ClaimFacts(
        **{
            **one.__dict__,
            **course(one, starts_on=date(1999, 1, 1), category=None, unsigned=4, has_photos=False),
        }
    )

    assert rules.check_batch([bare], CheckPolicy()) == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Check.BEFORE_END, "2025-12-10 发证，1 班到 2025-12-11 才结班。"),
        (Check.TWO_PLACES, "2025-09-01 19:59 同时在教学点和别处签到。"),
        (Check.GONE, "2025-09-01 就离开了，2025-09-22 还有记录。"),
        (Check.LOW_ATTENDANCE, "在1 班的出勤率 74%，最低要 75%。"),
        (Check.EXCLUSIVE, "和 PH-2b 不能同时领：鉴定补贴。"),
    ],
)
def test_each_finding_says_what_and_where(change: Check, words: str):
    one = clean(1)

    [finding] = rules.check_batch([ClaimFacts(**{**one.__dict__, **CHANGES[change](one)})], POLICY)["c1"]

    assert finding.words == words


def test_accounts_of_two_people_and_the_same_thing_twice():
    first, second = clean(1), ClaimFacts(**{**clean(2).__dict__, "bank_account": clean(1).bank_account})
    twice = ClaimFacts(**{**clean(1).__dict__, "claim_id": "c3", "subject_key": "skill_certificate/9"})

    found = rules.check_batch([first, second, twice], POLICY)

    assert {key: [one.check for one in several] for key, several in found.items()} == {
        "c1": [Check.SHARED_ACCOUNT], "c2": [Check.SHARED_ACCOUNT], "c3": [Check.SHARED_ACCOUNT, Check.DUPLICATE],
    }  # fmt: skip
    assert made.SIZE == 20
