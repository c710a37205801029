"""Every figure with its definition, counted from facts and broken down. One place for desk, hub and paper. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from kqdesk.rooms.reports.rules import entries as count
from kqdesk.rooms.reports.rules.entries import Entry, Member, Tally
from kqdesk.rooms.reports.rules.facts import Facts, PersonFact, SchoolingFact
from kqdesk.rooms.reports.rules.labels import UNKNOWN, age_band, hukou_group, label_of
from kqdesk.rooms.reports.terms import Breakdown, Unit

__all__ = [
    "FIGURES",
    "UNKNOWN",
    "Figure",
    "FigureGroup",
    "FigureKind",
    "Member",
    "counted",
    "plain",
    "said",
    "split",
    "still_ahead",
]


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A figure: what it is called, counts and means. ``target``: the pack item of the district's yearly number."""

    key: str
    title: str
    unit: Unit
    definition: str
    tally: Callable[[Facts], Tally] | None
    target: str = ""
    splits: tuple[Breakdown, ...] = ()

    @property
    def is_mean(self) -> bool:
        """A mean in hundredths with no single rows behind it."""
        return self.unit is Unit.YEARS


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """A part of a figure. ``label`` is what people read; ``of`` as in the figure."""

    key: str
    label: str
    value: int
    members: tuple[Member, ...] = ()
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with everything behind it. ``of``: the whole it is a part of (asked, known), None when there is none.

    ``lacks``: pack items that were 未配置; the number is provisional then. ``value`` of a mean is in hundredths.
    """

    key: str
    value: int
    members: tuple[Member, ...] = ()
    groups: tuple[FigureGroup, ...] = ()
    of: int | None = None
    lacks: tuple[str, ...] = ()

    @property
    def kind(self) -> FigureKind:
        """What it is."""
        return FIGURES[self.key]

    @property
    def ids(self) -> tuple[str, ...]:
        """Persons behind a number of people, rows behind any other."""
        if self.kind.unit is Unit.PEOPLE:
            return tuple(one.person for one in self.members)
        return tuple(one.id for one in self.members)

    @property
    def shown(self) -> str:
        """With its unit: 1,234 人次 · 11.25 年 · —."""
        return said(self.kind, self.value)


def said(kind: FigureKind, value: int | None) -> str:
    """A number of a figure with its unit; — for none."""
    if value is None or (kind.is_mean and not value):
        return "—"
    return f"{plain(kind, value)} {kind.unit.label}"


def plain(kind: FigureKind, value: int) -> str:
    """The bare number as papers show it."""
    return f"{value // 100}.{value % 100:02d}" if kind.is_mean else f"{value:,}"


_PLACES = (Breakdown.MONTH, Breakdown.SCHOOL, Breakdown.TOWNSHIP, Breakdown.VILLAGE)
_PERSON = (Breakdown.SEX, Breakdown.AGE, Breakdown.HUKOU)
_CLASS = (Breakdown.PROJECT, Breakdown.KIND, Breakdown.CATEGORY)
_TRAINING = (*_PLACES, *_CLASS, *_PERSON)
_PAPER = (*_PLACES, Breakdown.LEVEL, *_PERSON)
_ATTENDANCE = "人次：一个学员读完一个班、出勤达到最低出勤率计 1 人次，计在结班那天；参加一场活动计 1 人次。不按课次累加。"
_KINDS = (
    FigureKind("adult_schooling", "成人初、高中学历提升", Unit.PEOPLE, "期内取得成人初中、成人高中学历证书的人，按证书日期，一人一期只算一次；补录的证书按规则包。", count.adult_schooling, "target.adult_schooling", _PAPER),
    FigureKind("college", "大专及以上学历提升", Unit.PEOPLE, "经本校报读转介、期内从院校毕业（大专及以上）的人，按毕业日期，一人一期只算一次。", count.college, "target.college", _PAPER),
    FigureKind("skill_training", "职业技能培训", Unit.ATTENDANCES, f"技术技能门类或写明职业（工种）的班，和计入这项的活动。{_ATTENDANCE}", count.skill_training, "target.skill_training", _TRAINING),
    FigureKind("social_training", "社会培训", Unit.ATTENDANCES, f"不计入技能、老年的其他培训班，和计入这项的活动；学历教育的双证班不算。{_ATTENDANCE}", count.social_training, "target.social_training", _TRAINING),
    FigureKind("elderly_education", "老年教育培训", Unit.ATTENDANCES, f"标为老年教育的班，和计入这项的活动。{_ATTENDANCE}", count.elderly_education, "target.elderly_education", _TRAINING),
    FigureKind("learners", "参加培训的人", Unit.PEOPLE, "上面三项培训背后的不同的人（不是人次），一人一期只算一次；活动只算签到留名的人。", count.learners, "", _TRAINING),
    FigureKind("night_school", "共富夜校", Unit.ATTENDANCES, f"夜校班的人次，已经分别计在技能、社会、老年三项里，不能再加。{_ATTENDANCE}", count.night_school, "", _TRAINING),
    FigureKind("night_cohorts", "共富夜校开班", Unit.COHORTS, "期内开班的夜校班，取消的、还在筹备的不算。", count.night_cohorts, "", (*_PLACES, *_CLASS)),
    FigureKind("cohorts_opened", "开班", Unit.COHORTS, "期内开班的班级，取消的、还在筹备的不算。", count.cohorts_opened, "", (*_PLACES, *_CLASS, Breakdown.LEVEL)),
    FigureKind("registered", "注册学员", Unit.ATTENDANCES, "期内任何一天在册的学籍；一人读两个班计两次。", count.registered, "", (*_TRAINING, Breakdown.LEVEL)),
    FigureKind("entered", "新入学", Unit.ATTENDANCES, "期内报名入班的学籍。", count.entered, "", (*_TRAINING, Breakdown.LEVEL)),
    FigureKind("completed", "结业学员", Unit.ATTENDANCES, "期内学籍状态变为结业的学籍，按结业日期。", count.completed, "", (*_TRAINING, Breakdown.LEVEL)),
    FigureKind("dual_certificates", "双证齐全", Unit.PEOPLE, "期内学历证书和技能证书第一次两样齐全的人，按后拿到的那本的日期；存疑的技能证书不算。", count.dual_certificates, "", _PAPER),
    FigureKind("diplomas", "学历证书", Unit.PAPERS, "期内发的成人初中、高中学历证书，按证书日期。", count.diplomas, "", _PAPER),
    FigureKind("skill_certificates", "技能证书", Unit.PAPERS, "期内发的职业技能等级证书，按证书日期；存疑的不算，没有写日期的不算。", count.skill_certificates, "", _PAPER),
    FigureKind("completion_certificates", "结业证书", Unit.PAPERS, "期内发的本校结业证书，按发证日期；没有批准的、撤销的不算。", count.completion_certificates, "", _PAPER),
    FigureKind("college_entered", "报读大专及以上", Unit.PEOPLE, "经本校报读转介、期内入学院校的人，按入学日期，一人一期只算一次。", count.college_entered, "", _PAPER),
    FigureKind("activities_held", "活动讲座", Unit.ACTIVITIES, "期内举办的活动，取消的不算。", count.activities_held, "", (*_PLACES[:3], Breakdown.PROJECT)),
    FigureKind("activity_attendances", "活动参加", Unit.ATTENDANCES, "期内活动的实到人次，有名没名都算，已经分别计在三项培训里，不能再加。", count.activity_attendances, "", (*_PLACES, Breakdown.PROJECT, *_PERSON)),
    FigureKind("surveyed", "排摸登记", Unit.PEOPLE, "期内答了排摸的人，一人只算一次；分母是这几轮要问的人。", count.surveyed, "", (*_PLACES, *_PERSON)),
    FigureKind("schooling_years", "平均受教育年限", Unit.YEARS, "花名册里在住的劳动年龄人口，按学历折成年数的平均；学历没有登记的不算在内。折算和年龄按规则包。", None, "", (Breakdown.SCHOOL, Breakdown.TOWNSHIP, Breakdown.VILLAGE, Breakdown.SEX)),
)  # fmt: skip
FIGURES: Mapping[str, FigureKind] = {kind.key: kind for kind in _KINDS}
"""Every figure by its key, in the order people read them; the first five are the district's yearly targets."""


def counted(facts: Facts, figure: str, by: Breakdown | None = None) -> Figure:
    """A figure of the facts' period, with its members and, when asked, its parts; KeyError for an unknown figure.

    R-REP-15: 人 are counted by different persons, merged ones once; 人次, classes and papers by rows.
    """
    kind = FIGURES[figure]
    if kind.tally is None:
        return _schooling(facts, kind, by)
    whole, splits = _counted(facts, kind, () if by is None else (by,))
    return whole if by is None else replace(whole, groups=splits[by])


def split(facts: Facts, figure: str, by: Collection[Breakdown]) -> dict[Breakdown, tuple[FigureGroup, ...]]:
    """Several breakdowns of one figure at once; those that make no sense for it are left out."""
    kind = FIGURES[figure]
    wanted = tuple(one for one in by if one in kind.splits)
    if kind.tally is None:
        return {one: _schooling(facts, kind, one).groups for one in wanted}
    return _counted(facts, kind, wanted)[1]


def _counted(
    facts: Facts, kind: FigureKind, by: Collection[Breakdown]
) -> tuple[Figure, dict[Breakdown, tuple[FigureGroup, ...]]]:
    is_people = kind.unit is Unit.PEOPLE
    if kind.key not in facts.memo:
        tally = kind.tally(facts) if kind.tally else Tally()
        facts.memo[kind.key] = (tally, sorted(tally.entries, key=_order))
    tally, ordered = facts.memo[kind.key]
    mine = _once(ordered) if is_people else ordered
    groups = {one: _groups(facts, ordered, mine, one, is_people=is_people) for one in by}
    figure = Figure(
        kind.key, sum(one.member.count for one in mine), tuple(one.member for one in mine), (), tally.of,
        tuple(tally.lacks),
    )  # fmt: skip
    return figure, groups


def _order(entry: Entry) -> tuple[date, str, str]:
    return (entry.member.on or date.min, entry.member.id, entry.member.table)


def _once(entries: Iterable[Entry]) -> list[Entry]:
    """The first entry of each person."""
    first: dict[str, Entry] = {}
    for one in entries:
        first.setdefault(one.member.person, one)
    return list(first.values())


def _groups(
    facts: Facts, ordered: list[Entry], mine: list[Entry], by: Breakdown, *, is_people: bool
) -> tuple[FigureGroup, ...]:
    # a person who comes twice stands in the month she came first; in every other part she may stand twice
    source = mine if by is Breakdown.MONTH else ordered
    keys = _keys(facts, by)
    parts: dict[str, list[Entry]] = {}
    for one in source:
        for key in keys(one):
            parts.setdefault(key, []).append(one)
    if by is Breakdown.MONTH:
        parts = {month: parts.get(month, []) for month in facts.period.months()}
    made = []
    for key, found in parts.items():
        own = _once(found) if is_people else found
        members = tuple(one.member for one in own)
        made.append(FigureGroup(key, label_of(by, key), sum(m.count for m in members), members))
    if by in (Breakdown.MONTH, Breakdown.AGE):
        return tuple(sorted(made, key=lambda group: group.key))
    return tuple(sorted(made, key=lambda group: (group.key == "", -group.value, group.key)))


def _keys(facts: Facts, by: Breakdown) -> Callable[[Entry], tuple[str, ...]]:
    """Says under which parts an entry stands; ("",) when nobody wrote it down."""
    people, nobody = facts.people, ("",)

    def of_person(read: Callable[[PersonFact, Entry], str]) -> Callable[[Entry], tuple[str, ...]]:
        def key(entry: Entry) -> tuple[str, ...]:
            person = people.get(entry.member.person)
            return nobody if person is None else (read(person, entry),)

        return key

    def township(entry: Entry) -> tuple[str, ...]:
        person = people.get(entry.member.person)
        return ((person.township if person else "") or entry.township,)

    def hukou(person: PersonFact, _: Entry) -> str:
        return hukou_group(facts.hukou_of(person.hukou) if person.hukou else "")

    ways: dict[Breakdown, Callable[[Entry], tuple[str, ...]]] = {
        Breakdown.KIND: lambda entry: (entry.cohort.kinds if entry.cohort else ()) or nobody,
        Breakdown.MONTH: lambda entry: (_month(entry.member.on),),
        Breakdown.SCHOOL: lambda entry: (entry.member.school,),
        Breakdown.PROJECT: lambda entry: (entry.project,),
        Breakdown.LEVEL: lambda entry: (entry.level,),
        Breakdown.CATEGORY: lambda entry: (entry.cohort.category if entry.cohort else "",),
        Breakdown.TOWNSHIP: township,
        Breakdown.VILLAGE: of_person(lambda person, _: person.village),
        Breakdown.SEX: of_person(lambda person, _: person.sex),
        Breakdown.AGE: of_person(lambda person, entry: age_band(person.birth_date, entry.member.on)),
        Breakdown.HUKOU: of_person(hukou),
    }
    return ways[by]


@lru_cache(maxsize=4096)
def _month(day: date | None) -> str:
    return str(day)[:7]


# -- a mean --------------------------------------------------------------------------------------------------


def _schooling(facts: Facts, kind: FigureKind, by: Breakdown | None) -> Figure:
    """R-REP-16: years at school by education, mean over people of working age whose education is known."""
    lacks: dict[str, None] = {}
    for school in facts.schools:
        rules = facts.rules_of(school)
        if rules.schooling is None:
            lacks["report.schooling_years"] = None
        if rules.working_from is None or rules.working_to is None:
            lacks["report.working_age"] = None
    value, known = _mean(facts, facts.schooling)
    parts: dict[str, list[SchoolingFact]] = {}
    keys = {
        Breakdown.SCHOOL: "school",
        Breakdown.TOWNSHIP: "township",
        Breakdown.VILLAGE: "village",
        Breakdown.SEX: "sex",
    }
    if by in keys:
        for one in facts.schooling:
            parts.setdefault(getattr(one, keys[by]), []).append(one)
    groups = []
    for key, rows in parts.items():
        mean, count_known = _mean(facts, rows)
        groups.append(FigureGroup(key, label_of(by or Breakdown.SCHOOL, key), mean, of=count_known))
    ordered = sorted(groups, key=lambda group: (group.key == "", -group.value, group.key))
    return Figure(kind.key, value, (), tuple(ordered), known, tuple(lacks))


def _mean(facts: Facts, rows: Iterable[SchoolingFact]) -> tuple[int, int]:
    """(Hundredths of a year, halves up; how many people it is the mean of)."""
    years = known = 0
    for one in rows:
        table = facts.rules_of(one.school).schooling or {}
        spent = table.get(one.education, table.get(one.education[:1])) if one.education else None
        if spent is not None:
            years, known = years + spent * one.count, known + one.count
    return ((years * 200 + known) // (2 * known) if known else 0, known)


def still_ahead(facts: Facts, figure: str) -> int:
    """Who is on the roll of a class that ends later in the period and would count then; 0 for other figures."""
    if figure == "adult_schooling":
        return len(
            {
                facts.person(one.person_id) for one in facts.enrolments
                if one.state == "enrolled" and (cohort := facts.cohorts.get(one.cohort_id)) and cohort.is_dual
                and cohort.state == "open"
            }
        )  # fmt: skip
    return sum(
        1 for one in facts.enrolments
        if one.state == "enrolled" and (cohort := facts.cohorts.get(one.cohort_id)) and cohort.counts_for == figure
        and cohort.ends_on is not None and facts.period.end < cohort.ends_on <= facts.period.last
    )  # fmt: skip
