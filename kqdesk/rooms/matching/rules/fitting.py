"""Whether a person fits an offer, reason by reason, in sentences. ``pool`` answers the same for everybody at once. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from kqdesk.rooms.catalogue.terms import Category, Project
from kqdesk.rooms.cohorts.rules import age_on
from kqdesk.rooms.matching.terms import OfferKind, Verdict
from kqdesk.rooms.people.terms import education_label
from kqdesk.rooms.places.rules import township_by_code
from kqdesk.rooms.survey.terms import TimeWish

schooling = cache(education_label)
"""Words of a GB/T 4658 code; asked for thousands of people."""
RANKS = {"1": 6, "2": 5, "3": 4, "4": 3, "6": 3, "7": 2, "8": 1}
"""First figure of a GB/T 4658 code → how high the schooling is; anything else is the lowest."""


@dataclass(frozen=True, slots=True)
class Wisher:
    """What matching knows of one person. ``times`` empty: never said. ``taken``: courses and programmes she is or was in."""

    id: str
    born: date | None = None
    education: str | None = None
    township: str = ""
    village: str = ""
    employer: str = ""
    wants_degree: bool = False
    skills: tuple[str, ...] = ()
    times: frozenset[TimeWish] = frozenset()
    categories: frozenset[Category] = frozenset()
    projects: frozenset[Project] = frozenset()
    taken: frozenset[str] = frozenset()
    is_here: bool = True


@dataclass(frozen=True, slots=True)
class Offered:
    """What matching knows of one offer. ``level``: key of the rule packs (senior, junior, college, upgrade, bachelor) or "".

    ``words``: what it is called, in any way people may say it. ``taken_key``: course or programme behind it, "" for none.
    """

    id: str
    title: str
    kind: OfferKind
    level: str = ""
    category: Category | None = None
    project: Project | None = None
    words: tuple[str, ...] = ()
    education_least: str | None = None
    age_least: int | None = None
    age_most: int | None = None
    times: frozenset[TimeWish] = frozenset()
    townships: frozenset[str] = frozenset()
    taken_key: str = ""


@dataclass(frozen=True)
class Gates:
    """What the rule packs say by level; a level that is missing is 未配置. Ages both inclusive, None = open end.

    ``sources``: the paper behind a level's schooling, said in the sentence.
    """

    admits: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ages: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


NO_GATES = Gates()


@dataclass(frozen=True, slots=True)
class Reason:
    """One line: what was looked at, how it turned out, in words. ``gate``: want · schooling · age · time · place · taken."""

    gate: str
    verdict: Verdict
    sentence: str


def is_fit(reasons: Iterable[Reason]) -> bool:
    """R-MAT-01: somebody fits who wants it in at least one way and is excluded by nothing; what is unknown does not exclude."""
    found = list(reasons)
    wants = any(one.gate == "want" and one.verdict is Verdict.YES for one in found)
    return wants and all(one.verdict is not Verdict.NO for one in found)


def reasons(
    one: Wisher, offer: Offered, gates: Gates, on: date, ignored: frozenset[str] = frozenset()
) -> list[Reason]:
    """Every line for one person and one offer; ``ignored`` gates are left out (a filter lifted by hand)."""
    lines = [
        *_wants(one, offer), *_schooling(one, offer, gates), *_age(one, offer, gates, on), _time(one, offer),
        *_place(one, offer), *_taken(one, offer),
    ]  # fmt: skip
    return [line for line in lines if line.gate not in ignored]


# -- what somebody wants -----------------------------------------------------------------------------


def speaks_of(wish: str, words: Sequence[str]) -> bool:
    """Whether a wish as it was written means one of the words: one contains the other; a single letter means nothing."""
    low = wish.casefold()
    return len(low) > 1 and any(len(word) > 1 and (low in word or word in low) for word in words)


def folded(words: Iterable[str]) -> tuple[str, ...]:
    """Words ready to be compared with ``speaks_of``, each once."""
    return tuple(dict.fromkeys(word.casefold().strip() for word in words if len(word.strip()) > 1))


def _wants(one: Wisher, offer: Offered) -> list[Reason]:
    lines = []
    if offer.level and one.wants_degree:
        lines.append(Reason("want", Verdict.YES, "有学历提升意愿。"))
    said = [skill for skill in one.skills if speaks_of(skill, offer.words)]
    if said:
        lines.append(Reason("want", Verdict.YES, f"想学“{'、'.join(said)}”，与“{offer.title}”相合。"))
    if offer.category in one.categories and offer.category is not None:
        lines.append(Reason("want", Verdict.YES, f"想上“{offer.category.label}”这一类的课。"))
    if offer.project in one.projects and offer.project is not None:
        lines.append(Reason("want", Verdict.YES, f"想参加“{offer.project.label}”。"))
    return lines or [Reason("want", Verdict.NO, "没有说过想学这个。")]


# -- what is asked of her ------------------------------------------------------------------------------


def rank(code: str | None) -> int:
    """How high a schooling is; 0 for none or 其他."""
    return RANKS.get(code[0], 0) if code else 0


def reaches(code: str, least: str) -> bool:
    """Whether a schooling is at least another one: higher, or as high and finished."""
    mine, asked = rank(code), rank(least)
    return mine > asked or (mine == asked and schooling(code).endswith(("毕业", "教育")))


def admitted(code: str, codes: frozenset[str]) -> bool:
    """Whether a schooling is among those a level admits; 70 without more is read as 71."""
    return code in codes or (code[1:] == "0" and f"{code[0]}1" in codes)


def _schooling(one: Wisher, offer: Offered, gates: Gates) -> list[Reason]:
    codes, least = gates.admits.get(offer.level) if offer.level else None, offer.education_least
    if offer.level and codes is None:
        lines = [Reason("schooling", Verdict.UNKNOWN, "这个层次收什么学历，规则包里未配置。")]
    else:
        lines = []
    if codes is None and least is None:
        return lines
    if not one.education:
        return [*lines, Reason("schooling", Verdict.UNKNOWN, "没有填学历，报名时要核对。")]
    has = schooling(one.education)
    if codes is not None:
        paper = gates.sources.get(offer.level, "")
        is_in = admitted(one.education, codes)
        words = f"学历是{has}，{'符合' if is_in else '不在'}报读条件{'' if is_in else '里'}{f'（{paper}）' if paper else ''}。"
        lines.append(Reason("schooling", Verdict.YES if is_in else Verdict.NO, words))
    if least is not None:
        is_in = reaches(one.education, least)
        words = f"要求{schooling(least)}及以上，学历是{has}。"
        lines.append(Reason("schooling", Verdict.YES if is_in else Verdict.NO, words))
    return lines


def age_limits(offer: Offered, gates: Gates) -> tuple[int | None, int | None]:
    """The narrower of the offer's own limits and those of the rule packs for its level."""
    low, high = gates.ages.get(offer.level, (None, None)) if offer.level else (None, None)
    lows = [limit for limit in (low, offer.age_least) if limit is not None]
    highs = [limit for limit in (high, offer.age_most) if limit is not None]
    return max(lows, default=None), min(highs, default=None)


def _age(one: Wisher, offer: Offered, gates: Gates, on: date) -> list[Reason]:
    low, high = age_limits(offer, gates)
    if low is None and high is None:
        return []
    span = f"{low if low is not None else ''}—{high if high is not None else ''} 周岁"
    if one.born is None:
        return [Reason("age", Verdict.UNKNOWN, f"没有出生日期，年龄（{span}）报名时要核对。")]
    age = age_on(one.born, on)
    fits = (low is None or age >= low) and (high is None or age <= high)
    return [Reason("age", Verdict.YES if fits else Verdict.NO, f"{age} 周岁，要求 {span}。")]


def _time(one: Wisher, offer: Offered) -> Reason:
    if not offer.times:
        return Reason("time", Verdict.UNKNOWN, "上课时间还没定。")
    held = "、".join(time.label for time in TimeWish if time in offer.times)
    if not one.times:
        return Reason("time", Verdict.UNKNOWN, f"{held}上课；没有说过什么时候有空。")
    both = [time.label for time in TimeWish if time in offer.times and time in one.times]
    if both:
        return Reason("time", Verdict.YES, f"{'、'.join(both)}有空。")
    free = "、".join(time.label for time in TimeWish if time in one.times)
    return Reason("time", Verdict.NO, f"{held}上课，只有{free}有空。")


def _place(one: Wisher, offer: Offered) -> list[Reason]:
    if not offer.townships:
        return []
    named = "、".join(
        found.name if (found := township_by_code(code)) else code for code in sorted(offer.townships)
    )
    if not one.township:
        return [Reason("place", Verdict.UNKNOWN, f"面向{named}；没有填镇街，报名时要核对。")]
    is_in = one.township in offer.townships
    return [
        Reason(
            "place",
            Verdict.YES if is_in else Verdict.NO,
            f"面向{named}{'，是本镇街的人' if is_in else '，不是那里的人'}。",
        )
    ]


def _taken(one: Wisher, offer: Offered) -> list[Reason]:
    if offer.taken_key and offer.taken_key in one.taken:
        return [Reason("taken", Verdict.NO, "已经在读或学过这门课。")]
    return []
