"""The credit engine: worked examples of the district's own research, two packs of different shape, properties."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel, Subject
from kqdesk.rooms.dual import rules
from kqdesk.rooms.dual.rules import CreditRules, HoursFrom, Learner, SkillHeld, Slot
from kqdesk.rooms.dual.terms import Need, NeedState, Reach
from kqdesk.rooms.exams.rules import Attempt, Points
from kqdesk.rooms.office.rules import Pack, read_pack, shipped_packs, value
from kqdesk.rooms.office.terms import PackState

ON = date(2026, 3, 2)
SUBJECTS = (Subject.CHINESE, Subject.MATHEMATICS, Subject.SOCIAL_SCIENCE, Subject.CIVICS)
SLOTS = rules.slots_of(
    (
        (Subject.CHINESE, None),
        (Subject.MATHEMATICS, None),
        (Subject.NATURAL_SCIENCE, "science"),
        (Subject.SOCIAL_SCIENCE, "science"),
        (Subject.CIVICS, None),
    )
)


def credit_rules(*packs: Pack) -> CreditRules:
    active = [replace(pack, state=PackState.ACTIVE) for pack in packs]
    return rules.credit_rules(v for key in rules.KEYS if (v := value(active, key, ON)) is not None)


ZJ = credit_rules(*shipped_packs())
JINHUA = credit_rules(read_pack((Path(__file__).parent / "packs" / "jinhua-like.toml").read_text("utf-8")))


def learner(
    *marks: int | None,
    culture: int = 0,
    skill: int = 0,
    papers: tuple[SkillHeld, ...] = (),
    level: DualLevel = DualLevel.SENIOR,
) -> Learner:
    """A learner with one mark a subject (None: not sat)."""
    hours = (
        HoursFrom("c1", "高中班", False, Fraction(culture), level=level),
        HoursFrom("c2", "电工班", True, Fraction(skill)),
    )
    attempts = tuple(
        Attempt(subject, date(2025, 11, 23), Points(mark * 10), "s1", "秋季考试", level)
        for subject, mark in zip(SUBJECTS, marks, strict=False)
        if mark is not None
    )
    return Learner("p1", level, SLOTS, hours, attempts, papers)


def paper(level: SkillLevel, occupation: str = "电工", *, is_doubtful: bool = False) -> SkillHeld:
    return SkillHeld(f"{occupation}{level}", occupation, level, is_doubtful=is_doubtful)


@pytest.mark.parametrize(
    ("one", "parts", "total"),
    [
        (learner(80, 90, 100, 85, culture=300, papers=(paper(SkillLevel.SENIOR),)), [30, 30, 40], 100),
        (
            learner(95, 79, 60, 59, culture=300, skill=80, papers=(paper(SkillLevel.MIDDLE),)),
            [38, 20, 23],
            81,
        ),
        (learner(44, 0, 30, 44, culture=100), [10, 0, 4], 14),
        (learner(culture=38, skill=19), [5, 0, 0], 5),
    ],
    ids=["full senior", "typical", "all D, no certificate", "57 hours are 5, not 3"],
)
def test_worked_examples(one: Learner, parts: list[int], total: int):
    reckoning = rules.reckon(one, ZJ)

    assert [step.credits for step in rules.explain(one, ZJ)] == parts
    assert (reckoning.total, reckoning.is_whole) == (total, True)


def test_hours_are_added_before_they_are_rounded_and_apart_only_when_the_pack_says_so():
    assert rules.hours_credit(Fraction(38), Fraction(19), ZJ) == 5
    assert rules.hours_credit(Fraction(19), Fraction(19), replace(ZJ, hours_joined=False)) == 2
    assert rules.hours_credit(Fraction(55), Fraction(0), replace(ZJ, rounding="half_up")) == 6
    assert rules.hours_credit(Fraction(55), Fraction(0), replace(ZJ, hours_per_credit=None)) is None


@pytest.mark.parametrize(
    ("mark", "credits"), [(100, 10), (80, 10), (79, 5), (60, 5), (59, 3), (45, 3), (44, 1), (0, 1)]
)
def test_band_edges(mark: int, credits: int):
    assert rules.exam_credit(learner(mark), ZJ) == credits


def test_several_certificates_highest_or_distinct_occupations_added():
    held = (paper(SkillLevel.JUNIOR), paper(SkillLevel.MIDDLE), paper(SkillLevel.JUNIOR, "缝纫工"))

    assert rules.skill_credit(held, ZJ) == 20
    assert rules.skill_credit(held, replace(ZJ, several="sum_distinct")) == 30
    assert rules.skill_credit((paper(SkillLevel.CHIEF),), ZJ) is None
    assert rules.skill_credit((), ZJ) == 0


def test_a_senior_transcript_has_four_rows_and_science_is_either():
    natural = Attempt(
        Subject.NATURAL_SCIENCE, date(2025, 5, 1), Points(850), "s0", "春季考试", DualLevel.SENIOR
    )
    one = learner(None, None, 50, None)

    both = replace(one, attempts=(*one.attempts, natural))

    assert [slot.title for slot in SLOTS] == ["语文", "数学", "科学", "公民道德与法律基础"]
    assert rules.exam_credit(both, ZJ) == 10


def test_without_a_threshold_nothing_is_claimed():
    full = learner(80, 90, 100, 85, culture=300, papers=(paper(SkillLevel.SENIOR),))

    reckoning = rules.reckon(full, ZJ)
    needs = {need.need: need for need in rules.requirements(full, ZJ, reckoning)}

    assert (reckoning.threshold, reckoning.reach, reckoning.words) == (None, Reach.UNSET, "100")
    assert needs[Need.CREDITS].state is NeedState.UNSET
    assert needs[Need.CREDITS].page == "office"


def test_an_unweighted_mark_makes_the_sum_a_lower_bound():
    one = learner(80, 90, 100, 85, papers=(paper(SkillLevel.SENIOR),))
    partly = replace(one, hours=(HoursFrom("c1", "高中班", False, Fraction(300), is_whole=False),))
    asked = replace(ZJ, thresholds={DualLevel.SENIOR: 100}), replace(ZJ, thresholds={DualLevel.SENIOR: 101})

    enough, unknown = (rules.reckon(partly, credit) for credit in asked)

    assert (enough.total, enough.is_whole, enough.reach) == (100, False, Reach.REACHED)
    assert (unknown.words, unknown.reach) == ("至少 100 / 101", Reach.UNSET)


def test_switches_all_subjects_and_a_skill_certificate():
    credit = replace(ZJ, thresholds={DualLevel.SENIOR: 20}, subject_minimum=60)
    one = learner(100, 100, None, 50, culture=300)

    reckoning = rules.reckon(one, credit)

    assert reckoning.total == 53
    assert reckoning.reach is Reach.SHORT
    assert reckoning.lacking == ("科学没有成绩", "没有技能证书", "公民道德与法律基础不到 60 分")


def test_the_other_shape_caps_culture_and_skill_and_compares_with_eighty():
    good = learner(70, 70, 60, 80, papers=(paper(SkillLevel.JUNIOR),))
    weak = learner(60, 60, 60, 60, papers=(paper(SkillLevel.JUNIOR),))

    assert (rules.reckon(good, JINHUA).total, rules.reckon(good, JINHUA).reach) == (82, Reach.REACHED)
    assert (rules.reckon(weak, JINHUA).total, rules.reckon(weak, JINHUA).reach) == (76, Reach.SHORT)
    assert rules.reckon(good, replace(JINHUA, culture_curve=None)).is_whole is False


def test_the_explanation_goes_down_to_lessons_papers_and_certificates():
    one = learner(95, 79, 60, 59, culture=300, skill=80, papers=(paper(SkillLevel.MIDDLE),))

    hours, skill, exam = rules.explain(one, ZJ)

    assert hours.words == "文化课 300 学时，技能培训 80 学时，相加后每 10 学时 1 学分，舍去零头"
    assert [(s.title, s.words, s.page) for s in hours.steps] == [
        ("文化课：高中班", "到课 300 学时", "attendance"),
        ("技能培训：电工班", "到课 80 学时", "attendance"),
    ]
    assert [(s.title, s.words) for s in skill.steps] == [("电工", "中级工（四级），值 20")]
    assert exam.steps[0].words == "2025-11-23 秋季考试：95 分，等第 A，10 学分"
    assert "测算参考" in hours.source


def test_what_is_missing_and_where_it_is_done():
    one = replace(learner(95, None, None, None), diploma_no="")

    needs = {n.need: n for n in rules.requirements(one, ZJ, rules.reckon(one, ZJ))}

    assert (needs[Need.EXAM].state, needs[Need.EXAM].words) == (NeedState.PARTLY, "1/4 科")
    assert needs[Need.EXAM].todo == "报考数学、科学、公民道德与法律基础"
    assert (needs[Need.SKILL].state, needs[Need.SKILL].page) == (NeedState.MISSING, "certificates")
    assert (needs[Need.DIPLOMA].state, needs[Need.DIPLOMA].todo) == (NeedState.MISSING, "登记学历证书")


def test_dual_is_a_diploma_and_a_skill_certificate_nobody_doubts():
    diploma = replace(learner(), diploma_no="浙绍成高2025001")

    assert rules.has_dual(replace(diploma, skills=(paper(SkillLevel.JUNIOR),)))
    assert not rules.has_dual(replace(diploma, skills=(paper(SkillLevel.JUNIOR, is_doubtful=True),)))
    assert not rules.has_dual(diploma)
    assert not rules.has_dual(learner(papers=(paper(SkillLevel.JUNIOR),)))


marks = st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=4, max_size=4)
levels = st.sampled_from([SkillLevel.JUNIOR, SkillLevel.MIDDLE, SkillLevel.SENIOR, SkillLevel.TECHNICIAN])
papers = st.lists(st.builds(paper, levels, st.sampled_from(["电工", "焊工"])), max_size=3).map(tuple)
learners = st.builds(
    lambda m, culture, skill, held: learner(*m, culture=culture, skill=skill, papers=held),
    marks,
    st.integers(0, 900),
    st.integers(0, 300),
    papers,
)


@pytest.mark.parametrize("credit", [ZJ, JINHUA], ids=["zj-2008", "jinhua-like"])
@given(one=learners, more=st.integers(1, 50))
@settings(max_examples=60, deadline=None)
def test_more_never_makes_less(credit: CreditRules, one: Learner, more: int):
    before = rules.reckon(one, credit)
    longer = replace(one, hours=(*one.hours, HoursFrom("c3", "补课", True, Fraction(more))))
    certified = replace(one, skills=(*one.skills, paper(SkillLevel.SENIOR, "钳工")))
    resat = replace(
        one,
        attempts=(
            *one.attempts,
            Attempt(Subject.CHINESE, ON, Points(more * 10), "s2", "补考", DualLevel.SENIOR),
        ),
    )

    after = [rules.reckon(other, credit).total for other in (longer, certified, resat)]

    assert min(after) >= before.total
    assert before.total == sum(step.credits or 0 for step in rules.explain(one, credit))


@given(one=learners)
@settings(max_examples=60, deadline=None)
def test_the_capped_shape_never_passes_its_ceilings(one: Learner):
    culture, skill = rules.explain(one, JINHUA)

    assert 0 <= (culture.credits or 0) <= 60
    assert 0 <= (skill.credits or 0) <= 40


@given(one=learners, order=st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_in_which_things_were_recorded_does_not_matter(one: Learner, order):
    hours, attempts, skills = list(one.hours), list(one.attempts), list(one.skills)
    for each in (hours, attempts, skills):
        order.shuffle(each)
    other = replace(one, hours=tuple(hours), attempts=tuple(attempts), skills=tuple(skills))

    assert rules.reckon(other, ZJ).total == rules.reckon(one, ZJ).total


def test_slots_without_a_choice_keep_their_own_names():
    assert rules.slots_of(((Subject.SCIENCE, None), (Subject.CIVICS, None))) == (
        Slot("科学", (Subject.SCIENCE,)),
        Slot("公民道德与法律基础", (Subject.CIVICS,)),
    )
