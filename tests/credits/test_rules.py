"""What is booked: differences only, three units apart, each entry on its source; answers matched once."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.catalogue.terms import SkillLevel
from kqdesk.rooms.credits import rules
from kqdesk.rooms.credits.rules import AnswerLine, Booked, Target, Waiting
from kqdesk.rooms.credits.terms import Answer, CreditUnit, SourceKind
from kqdesk.rooms.dual.rules import reckon
from tests.dual.test_rules import JINHUA, ZJ, learner, paper

ON = date(2026, 3, 2)
UNITS = st.sampled_from(list(CreditUnit))
KEYS = st.sampled_from(["senior/hours", "senior/skill", "senior/exam/chinese"])
AMOUNTS = st.integers(-5000, 5000)


def target(key: str, hundredths: int, unit: CreditUnit = CreditUnit.DUAL_CERT_CREDIT) -> Target:
    return Target("p1", unit, key, SourceKind.HOURS, hundredths, "", ON)


def test_the_81_credits_of_the_worked_example_stand_on_their_sources():
    typical = learner(95, 79, 60, 59, culture=300, skill=80, papers=(paper(SkillLevel.MIDDLE),))

    targets = rules.dual_targets(typical, ZJ, ON)

    assert sum(one.hundredths for one in targets) == 8100
    assert [(one.key, one.hundredths) for one in targets] == [
        ("senior/hours", 3800),
        ("senior/skill", 2000),
        ("senior/exam/chinese", 1000),
        ("senior/exam/mathematics", 500),
        ("senior/exam/natural_science+social_science", 500),
        ("senior/exam/civics", 300),
    ]
    assert [proof[:3] for proof in targets[0].proofs] == [
        ("attendance", "cohort", "c1"),
        ("attendance", "cohort", "c2"),
    ]
    assert [proof[:3] for proof in targets[2].proofs] == [("exams", "sitting", "s1")]
    assert all("全省成人双证制学分口径" in one.rule for one in targets)


@pytest.mark.parametrize("pack", [ZJ, JINHUA], ids=["zj-2008", "jinhua-like"])
def test_what_is_booked_is_what_the_reckoning_says(pack):
    typical = learner(95, 79, 60, 59, culture=300, skill=80, papers=(paper(SkillLevel.MIDDLE),))
    found = reckon(typical, pack)

    targets = rules.dual_targets(typical, pack, ON)

    booked = sum(one.hundredths for one in targets)
    assert booked == found.total * 100 if found.is_whole else booked <= found.total * 100


def test_nothing_uncertain_is_booked():
    unknown = learner(95, culture=300)
    bare = type(ZJ)()

    assert rules.dual_targets(unknown, bare, ON)[0:0] == ()
    assert [one.source for one in rules.dual_targets(unknown, bare, ON)] == [SourceKind.SKILL]
    assert sum(one.hundredths for one in rules.dual_targets(unknown, bare, ON)) == 0


@settings(max_examples=60)
@given(st.dictionaries(KEYS, AMOUNTS, max_size=3), st.lists(st.tuples(KEYS, AMOUNTS), max_size=6))
def test_booking_what_is_due_leaves_nothing_due(worth: dict[str, int], before: list[tuple[str, int]]):
    targets = [target(key, amount) for key, amount in worth.items()]
    booked = [Booked("p1", CreditUnit.DUAL_CERT_CREDIT, key, amount) for key, amount in before]

    first = rules.due(targets, booked)
    after = booked + [Booked("p1", one.target.unit, one.target.key, one.hundredths) for one in first]

    assert rules.due(targets, after) == ()
    sums = {key: sum(b.hundredths for b in after if b.key == key) for key in worth}
    assert sums == worth


def test_a_lowered_worth_becomes_a_reversal_of_the_difference():
    found = rules.due(
        [target("senior/hours", 2900)], [Booked("p1", CreditUnit.DUAL_CERT_CREDIT, "senior/hours", 3000)]
    )

    assert [(one.hundredths, one.is_reversal) for one in found] == [(-100, True)]


@settings(max_examples=60)
@given(st.lists(st.tuples(UNITS, AMOUNTS), max_size=20))
def test_units_are_never_mixed(entries: list[tuple[CreditUnit, int]]):
    found = rules.balances(entries)

    assert found == {unit: sum(n for u, n in entries if u is unit) for unit in CreditUnit}
    reversed_too = rules.balances([*entries, *((unit, -n) for unit, n in entries)])
    assert reversed_too == dict.fromkeys(CreditUnit, 0)


@pytest.mark.parametrize(
    ("hundredths", "words"), [(1050, "10.5"), (2000, "20"), (-50, "-0.5"), (5, "0.05"), (0, "0")]
)
def test_amounts_as_people_write_them(hundredths: int, words: str):
    assert rules.shown(hundredths) == words
    assert hundredths < 0 or rules.read_credits(words) == hundredths


@pytest.mark.parametrize("text", ["", "1.234", "-1", "abc", "1,5", "１.５", "1.x"])
def test_what_is_no_amount_is_none(text: str):
    assert rules.read_credits(text) is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [("已认定", Answer.ACCEPTED), ("通过", Answer.ACCEPTED), ("未通过", Answer.RETURNED), ("退回", Answer.RETURNED), ("", None)],
)  # fmt: skip
def test_answers_in_the_banks_words(text: str, answer: Answer | None):
    assert rules.read_answer(text) is answer


CLAIMS = {
    "n1": Waiting("k1", "n1", "陈学一", "电工", Answer.WAITING, None),
    "n2": Waiting("k2", "n2", "沈学二", "电工", Answer.ACCEPTED, 150),
}


def line(
    number: str, answer: Answer | None = Answer.ACCEPTED, hundredths: int | None = 100, **more
) -> AnswerLine:
    return AnswerLine(5, number, answer, hundredths, **more)


def test_the_same_answer_again_changes_nothing():
    found = rules.match([line("n1"), line("n2", hundredths=150)], CLAIMS)

    assert [(claim.claim_id, one.hundredths) for claim, one in found.fresh] == [("k1", 100)]
    assert (found.known, found.faults) == (1, ())


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([line("")], "没有外部流水号"),
        ([line("x9")], "不是本校报送的"),
        ([line("n1"), line("n1")], "出现了两次"),
        ([line("n1", name="王五")], "文件里写的是王五"),
        ([line("n1", None)], "看不出是认定还是退回"),
        ([line("n1", hundredths=None)], "没有写认定学分"),
        ([line("n2", hundredths=300)], "以前的答复是“已认定 1.5”"),
        ([line("n2", Answer.RETURNED, None)], "这次不一样"),
    ],
)
def test_an_answer_that_does_not_fit_is_named(lines: list[AnswerLine], words: str):
    found = rules.match(lines, CLAIMS)

    assert [words in sentence for _, sentence in found.faults] == [True]


def test_the_digest_depends_on_every_character():
    lines = [["n1", "330621", "陈学一"], ["n2", "330622", "沈学二"]]

    assert rules.digest_of(lines) == rules.digest_of([list(one) for one in lines])
    assert rules.digest_of(lines) != rules.digest_of(lines[::-1])
    assert len(rules.digest_of(lines)) == 64


def test_no_number_of_a_policy_stands_in_the_code():
    text = (Path(rules.__file__)).read_text("utf-8")

    assert "hours_per_credit =" not in text
