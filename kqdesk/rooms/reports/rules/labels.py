"""Words for the parts a figure is broken down into. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache

from kqdesk.rooms.catalogue.terms import Category, DualLevel, Project, SkillLevel, StudyLevel
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.places.rules import township_by_code, townships
from kqdesk.rooms.reports.terms import Breakdown

UNKNOWN = "未登记"
AGES = (16, 20, 30, 40, 50, 60, 70)
HERE, ELSEWHERE = "local", "elsewhere"
_WORDS: Mapping[Breakdown, tuple[type[StrEnum], ...]] = {
    Breakdown.PROJECT: (Project,),
    Breakdown.KIND: (CohortKind,),
    Breakdown.CATEGORY: (Category,),
    Breakdown.LEVEL: (DualLevel, StudyLevel, SkillLevel),
}
_PLAIN = {
    Breakdown.SEX: {"1": "男", "2": "女"},
    Breakdown.HUKOU: {HERE: "本区户籍", ELSEWHERE: "区外户籍"},
}


def label_of(by: Breakdown, key: str) -> str:
    """What people read for a part; 未登记 for the part of those nobody wrote down."""
    if not key:
        return UNKNOWN
    if by is Breakdown.TOWNSHIP:
        township = township_by_code(key)
        return township.name if township else key
    if by is Breakdown.MONTH:
        return f"{int(key[5:])}月"
    if by is Breakdown.AGE:
        return _age_words(int(key))
    for words in _WORDS.get(by, ()):
        if key in {one.value for one in words}:
            return str(getattr(words(key), "label", key))
    return _PLAIN.get(by, {}).get(key, key)


@lru_cache(maxsize=65_536)
def age_band(born: date | None, on: date | None) -> str:
    """The lowest age of the band somebody is in on a day, as two figures; "" when the birthday is not known."""
    if born is None or on is None:
        return ""
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return f"{max((one for one in (0, *AGES) if one <= age), default=0):02d}"


def _age_words(lowest: int) -> str:
    if lowest == 0:
        return f"{AGES[0]} 岁以下"
    following = [one for one in AGES if one > lowest]
    return f"{lowest}—{following[0] - 1} 岁" if following else f"{lowest} 岁以上"


@lru_cache(maxsize=65_536)
def hukou_group(hukou: str) -> str:
    """Whether a place of registration is in the district, by its words; never by the number on the ID card."""
    if not hukou.strip():
        return ""
    return HERE if any(word in hukou for word in _local_words()) else ELSEWHERE


@cache
def _local_words() -> tuple[str, ...]:
    names = [name for one in townships() for name in (one.name, *one.former_names)]
    return ("柯桥区", "柯桥街道", "绍兴县", *names)
