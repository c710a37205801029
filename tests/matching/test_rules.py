"""When somebody fits an offer and why; the same for everybody at once; minutes to a hall; evenings of a group."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.catalogue.terms import Category, Project, StudyLevel
from kqdesk.rooms.matching.rules.fitting import Gates, Offered, Wisher, folded, is_fit, reaches, reasons
from kqdesk.rooms.matching.rules.offers import offer_faults, state_on
from kqdesk.rooms.matching.rules.paths import steps_ahead
from kqdesk.rooms.matching.rules.policies import policies, subsidy_lines
from kqdesk.rooms.matching.rules.pool import Pool, best_first, fitting, places_of
from kqdesk.rooms.matching.rules.reach import Paces, Whereabouts, metres_between, minutes_to
from kqdesk.rooms.matching.rules.trial import Hall, Member, chances, goers, way_words
from kqdesk.rooms.matching.terms import OfferKind, OfferState, Reach, Verdict, wish_of_time
from kqdesk.rooms.office.rules import read_pack, shipped_packs
from kqdesk.rooms.office.terms import PackState
from kqdesk.rooms.survey.terms import TimeWish
from tests.office.test_rules import in_force

ON = date(2026, 3, 2)
GATES = Gates({"senior": frozenset({"71", "62"})}, {"senior": (None, 60)}, {"senior": "省里的文件"})
SENIOR = Offered("o1", "成人高中", OfferKind.DUAL, level="senior", words=("成人高中",), taken_key="p1")
ELECTRICIAN = Offered(
    "o2", "电工基础", OfferKind.COURSE, category=Category.TRADE_SKILLS, words=folded(("电工基础", "电工")),
    times=frozenset({TimeWish.EVENING}), taken_key="c1",
)  # fmt: skip


def gates_of(one: Wisher, offer: Offered) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {}
    for line in reasons(one, offer, GATES, ON):
        found.setdefault(line.gate, []).append(line.verdict)
    return found


def test_every_line_says_what_was_looked_at_and_how_it_turned_out():
    one = Wisher(
        "a",
        born=date(1980, 5, 1),
        education="71",
        wants_degree=True,
        skills=("电工",),
        times=frozenset({TimeWish.EVENING}),
    )

    assert [line.sentence for line in reasons(one, SENIOR, GATES, ON)] == [
        "有学历提升意愿。",
        "学历是初中毕业，符合报读条件（省里的文件）。",
        "45 周岁，要求 —60 周岁。",
        "上课时间还没定。",
    ]
    assert [line.sentence for line in reasons(one, ELECTRICIAN, GATES, ON)] == [
        "想学“电工”，与“电工基础”相合。",
        "平时晚上有空。",
    ]


@pytest.mark.parametrize(
    ("one", "offer", "gate", "verdict"),
    [
        (Wisher("a", wants_degree=True, education="61"), SENIOR, "schooling", Verdict.NO),
        (Wisher("a", wants_degree=True), SENIOR, "schooling", Verdict.UNKNOWN),
        (Wisher("a", wants_degree=True, born=date(1965, 3, 2)), SENIOR, "age", Verdict.NO),  # 61 today
        (Wisher("a", wants_degree=True, born=date(1965, 3, 3)), SENIOR, "age", Verdict.YES),  # 61 tomorrow
        (Wisher("a", wants_degree=True, taken=frozenset({"p1"})), SENIOR, "taken", Verdict.NO),
        (Wisher("a", skills=("电工",), times=frozenset({TimeWish.WEEKDAY})), ELECTRICIAN, "time", Verdict.NO),
        (Wisher("a", skills=("电工",)), ELECTRICIAN, "time", Verdict.UNKNOWN),
        (Wisher("a", skills=("插花",)), ELECTRICIAN, "want", Verdict.NO),
        (Wisher("a", categories=frozenset({Category.TRADE_SKILLS})), ELECTRICIAN, "want", Verdict.YES),
    ],
)
def test_each_gate_alone(one: Wisher, offer: Offered, gate: str, verdict: Verdict):
    assert gates_of(one, offer)[gate] == [verdict]


def test_unknown_does_not_exclude_and_no_wish_does():
    assert is_fit(reasons(Wisher("a", skills=("电工",)), ELECTRICIAN, GATES, ON))
    assert not is_fit(reasons(Wisher("a"), ELECTRICIAN, GATES, ON))
    assert is_fit(reasons(Wisher("a", wants_degree=True), SENIOR, Gates(), ON))


def test_schooling_reaches_what_is_finished_and_at_least_as_high():
    assert [reaches(code, "71") for code in ("71", "70", "72", "73", "61", "81", "31", "90")] == [
        True, True, False, False, True, False, True, False,
    ]  # fmt: skip


# -- everybody at once ---------------------------------------------------------------------------------

WORDS = ("电工", "插花", "电子商务", "月嫂", "a")
ANYBODY = st.builds(
    Wisher,
    id=st.uuids().map(str),
    born=st.none() | st.dates(date(1940, 1, 1), date(2010, 1, 1)),
    education=st.sampled_from([None, "", "71", "70", "72", "61", "81", "31", "90"]),
    township=st.sampled_from(["", "330603008", "330603001"]),
    wants_degree=st.booleans(),
    skills=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    times=st.frozensets(st.sampled_from(TimeWish)),
    categories=st.frozensets(st.sampled_from(Category), max_size=2),
    projects=st.frozensets(st.sampled_from(Project), max_size=2),
    taken=st.frozensets(st.sampled_from(["c1", "p1"])),
    is_here=st.booleans(),
)
ANY_OFFER = st.builds(
    Offered,
    id=st.just("o"),
    title=st.just("某课"),
    kind=st.just(OfferKind.COURSE),
    level=st.sampled_from(["", "senior", "college"]),
    category=st.none() | st.sampled_from(Category),
    project=st.none() | st.sampled_from(Project),
    words=st.lists(st.sampled_from(["电工基础", "电", "花艺插花", "a"]), max_size=3).map(tuple),
    education_least=st.sampled_from([None, "71", "61"]),
    age_least=st.none() | st.integers(16, 40),
    age_most=st.none() | st.integers(30, 70),
    times=st.frozensets(st.sampled_from(TimeWish), max_size=2),
    townships=st.frozensets(st.sampled_from(["330603008"]), max_size=1),
    taken_key=st.sampled_from(["", "c1"]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(ANYBODY, max_size=12, unique_by=lambda one: one.id), ANY_OFFER)
def test_bits_say_of_everybody_what_reasons_say_of_each(people: list[Wisher], offer: Offered):
    pool = Pool.of(people, ON)

    bits = fitting(pool, offer, GATES)

    by_reason = [one for one in people if one.is_here and is_fit(reasons(one, offer, GATES, ON))]
    assert pool.chosen(bits) == by_reason
    parts = [place for part in best_first(pool, offer, bits) for place in places_of(part)]
    assert sorted(parts) == list(places_of(bits))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(ANYBODY, min_size=1, max_size=8, unique_by=lambda one: one.id),
    st.lists(ANYBODY, max_size=5),
    st.data(),
)
def test_a_changed_pool_is_the_pool_made_anew(
    people: list[Wisher], others: list[Wisher], data: st.DataObject
):
    taken_over = data.draw(st.lists(st.sampled_from(people), max_size=3, unique_by=lambda one: one.id))
    changes = [Wisher(old.id, skills=("插花",), education="61") for old in taken_over] + others

    changed = Pool.of(people, ON).changed(changes)

    anew = Pool.of(changed.people, ON)
    assert {fact: bits for fact, bits in changed.columns.items() if bits} == dict(anew.columns)
    assert dict(changed.place_of) == dict(anew.place_of)


# -- way and evening -----------------------------------------------------------------------------------

PACES = Paces(10, 25, 50, 250)
HOME = Whereabouts("330603008", "溪南村", "蓝桥印染", (30.0, 120.5))
HALL = Hall("h1", "溪南礼堂", Whereabouts("330603008", "溪南村"), "r1", "大教室", 2)
FAR = Hall("h2", "柯桥校区", Whereabouts("330603001"), "r2", "201", 40)


def test_minutes_by_coordinates_else_by_village_and_township():
    assert metres_between((30.0, 120.5), (30.0, 120.6)) == 9630
    assert minutes_to(HOME, Whereabouts(point=(30.0, 120.6)), PACES).minutes == 39
    assert minutes_to(HOME, Whereabouts(point=(30.0, 120.6)), PACES).reach is Reach.LINE
    assert [
        (found.minutes, found.reach)
        for found in (
            minutes_to(HOME, HALL.where, PACES),
            minutes_to(HOME, Whereabouts("330603008", "别村"), PACES),
            minutes_to(HOME, FAR.where, PACES),
            minutes_to(HOME, Whereabouts("330603001", "", "蓝桥印染"), PACES),
            minutes_to(Whereabouts(), FAR.where, PACES),
            minutes_to(HOME, FAR.where, Paces()),
        )
    ] == [
        (10, Reach.SAME_VILLAGE),
        (25, Reach.SAME_TOWNSHIP),
        (50, Reach.ELSEWHERE),
        (10, Reach.SAME_VILLAGE),
        (None, Reach.UNKNOWN),
        (None, Reach.ELSEWHERE),
    ]


GROUP = (
    Member("a", HOME, frozenset({TimeWish.EVENING})),
    Member("b", HOME),
    Member("c", Whereabouts("330603008", "柯家坞村"), frozenset({TimeWish.EVENING}), frozenset({(3, True)})),
    Member("d", Whereabouts("330603001"), frozenset({TimeWish.WEEKEND_DAY})),
)


def test_who_can_make_wednesday_night_at_this_hall():
    found = {one.id: one for one in chances(GROUP, (HALL, FAR), PACES, 30)}

    wednesday = found["h1", 3, True]
    assert (wednesday.count, wednesday.unsaid, wednesday.no_time, wednesday.busy, wednesday.far) == (
        2,
        1,
        1,
        1,
        0,
    )
    assert found["h1", 4, True].count == 3
    assert (found["h1", 6, False].count, found["h1", 6, False].far) == (1, 1)
    assert (found["h2", 6, False].count, found["h2", 6, False].far) == (1, 1)


def test_where_most_find_a_seat_comes_first():
    best = chances(GROUP, (HALL, FAR), PACES, None)[0]

    assert (best.hall.id, best.time_words, best.count, best.seated) == ("h2", "周一晚上", 3, 3)
    assert chances(GROUP, (HALL, FAR), PACES, 30)[0].hall.id == "h1"


def test_the_way_of_those_who_come_is_told_with_how_it_was_reckoned():
    best = chances(GROUP, (HALL,), PACES, 30)[0]

    assert [one.member.id for one in goers(GROUP, best, PACES)] == ["a", "b", "c", "d"]
    assert way_words(goers(GROUP, best, PACES)) == "同村（单位） 10 分钟 2 人；同镇街 25 分钟 1 人"


@given(st.lists(st.sampled_from(GROUP), max_size=6), st.sampled_from([None, 5, 30, 90]))
def test_everybody_is_counted_once_at_each_chance(group: list[Member], most: int | None):
    for one in chances(group, (HALL, FAR), PACES, most):
        assert one.count + one.no_time + one.busy + one.far == len(group)


def test_a_weekend_evening_is_its_own_wish():
    assert [wish_of_time(5, True), wish_of_time(6, True), wish_of_time(7, False), wish_of_time(1, False)] == [
        TimeWish.EVENING, TimeWish.WEEKEND_EVENING, TimeWish.WEEKEND_DAY, TimeWish.WEEKDAY,
    ]  # fmt: skip


# -- offers and policies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("active", "since", "until", "state"),
    [
        (True, None, None, OfferState.OPEN),
        (True, ON, ON, OfferState.OPEN),
        (True, date(2026, 3, 3), None, OfferState.COMING),
        (True, None, date(2026, 3, 1), OfferState.OVER),
        (False, None, None, OfferState.OFF),
    ],
)
def test_where_an_offer_stands(active: bool, since: date | None, until: date | None, state: OfferState):
    assert state_on(active, since, until, ON) is state


def test_what_is_wrong_with_an_offer_is_said_by_field():
    wrong = {
        "kind": OfferKind.PROGRAMME,
        "title": "会计",
        "age_least": 50,
        "age_most": 40,
        "capacity": 0,
        "fee": -1,
    }

    assert sorted(offer_faults(wrong)) == ["age_most", "capacity", "fee", "level", "provider"]
    assert (
        offer_faults(
            {"kind": OfferKind.PROGRAMME, "title": "会计", "provider": "某校", "level": StudyLevel.COLLEGE}
        )
        == {}
    )


def test_a_policy_says_what_its_paper_says_and_nothing_else():
    packs = [in_force(pack) for pack in shipped_packs()]

    found = {one.title: one for one in policies(packs, ON)}

    assert found["学历提升奖补"].words_of("gives") == "未配置"
    assert len(found["学历提升奖补"].missing) == 5
    assert found["成人双证制"].missing == ("什么时候办", "带什么材料")
    assert subsidy_lines(found.values(), OfferKind.PROGRAMME) == [
        "学历提升奖补（个人）：未配置",
        "农民工学历与能力提升补助（个人）：取得大专以上学历和高级工以上证书的一线职工可得补助，先取证后补助；金额按分配名额定",
    ]


def test_a_pack_that_is_not_in_force_says_nothing():
    text = (
        '[pack]\nkey="x"\ntitle="新"\nscope="district"\neffective_from=2027-01-01\npaper=""\n[[items]]\n'
        'key="policy.new.gives"\ntitle="新政策·给什么"\nkind="text"\nvalue="一百元"\nsource="文件"\nmark="seed"\n'
    )

    assert policies([in_force(read_pack(text))], ON) == []
    assert read_pack(text).state is PackState.DRAFT


def test_the_steps_ahead_begin_above_what_somebody_has():
    assert [len(steps_ahead(code)) for code in ("81", "71", "61", "31", "21", None)] == [4, 3, 2, 1, 0, 0]
