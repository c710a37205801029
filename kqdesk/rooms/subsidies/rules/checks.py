"""What is looked at before a batch is frozen: double claims, absent learners, papers of the wrong day. Pure.

Every finding names the check (and by it the rule in the register) and says in a sentence what was found where. What the
rule packs do not set is not held against anybody.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from kqdesk.rooms.attendance.rules import percent
from kqdesk.rooms.catalogue.terms import Category
from kqdesk.rooms.subsidies.rules.judging import Line, Verdict
from kqdesk.rooms.subsidies.terms import Check, Standing


@dataclass(frozen=True)
class Visit:
    """A lesson somebody is marked present at. Minutes of the day; ``no_class``: why there was none that day, "" = held."""

    lesson_id: str
    enrolment_id: str
    on: date
    start: int
    end: int
    where: str
    no_class: str = ""


@dataclass(frozen=True)
class ClassFacts:
    """The class a claim stands on. ``unsigned``: held lessons without a scanned sheet; ``trainers``: persons who teach it."""

    title: str
    starts_on: date | None
    ends_on: date | None
    category: Category | None
    trainers: frozenset[str]
    unsigned: int
    has_photos: bool


@dataclass(frozen=True)
class Other:
    """Another living claim of the same beneficiary. ``words``: the rule, the batch, when."""

    claim_id: str
    rule_id: str
    subject_key: str
    occupation: str
    level: str
    words: str


@dataclass(frozen=True)
class ClaimFacts:
    """All that is known of one claim on the day it is looked at."""

    claim_id: str
    rule_id: str
    name: str
    verdict: Verdict
    achieved_on: date
    claimed_on: date
    person_id: str = ""
    subject_key: str = ""
    occupation: str = ""
    level: str = ""
    birth_date: date | None = None
    id_birth: date | None = None  # what the ID number says
    is_gone: bool = False  # moved or dead by the roster
    gone_on: date | None = None
    status_on: date | None = None
    contract_from: date | None = None
    employer: str = ""
    bank_account: str = ""
    account_fault: str = ""
    course: ClassFacts | None = None
    enrolment_id: str = ""
    visits: tuple[Visit, ...] = ()
    attended: Fraction | None = None
    exclusive: frozenset[str] = frozenset()
    others: tuple[Other, ...] = ()
    marks: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()  # papers the rule wants and nobody has brought
    amount_fen: int | None = None
    amount_words: str = ""


@dataclass(frozen=True)
class CheckPolicy:
    """Numbers of the packs; None and empty = 未配置, the check then says nothing."""

    earliest_year: int | None = None
    lowest_age: int | None = None
    minimum_rate: Fraction | None = None
    class_evidence: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finding:
    """One thing found: which check, and the sentence."""

    check: Check
    words: str

    @property
    def as_json(self) -> list[str]:
        """As it is kept with the claim."""
        return [self.check.value, self.words]


Look = Callable[[ClaimFacts, CheckPolicy], str]
"""A check of one claim: its sentence, or "" when there is nothing to say."""


def check_batch(claims: Sequence[ClaimFacts], policy: CheckPolicy) -> dict[str, tuple[Finding, ...]]:
    """R-SUB-06: every check on every claim and across them; claims with nothing found are not in the answer."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for claim in claims:
        for check, look in _LOOKS.items():
            words = look(claim, policy)
            if words:
                found[claim.claim_id].append(Finding(check, words))
    _across(claims, found)
    return {key: tuple(several) for key, several in found.items()}


def _across(claims: Sequence[ClaimFacts], found: Mapping[str, list[Finding]]) -> None:
    for group in _grouped(claims, lambda one: one.bank_account):
        people = {one.person_id or one.name for one in group}
        if len(people) > 1:
            for one in group:
                others = "、".join(sorted({each.name for each in group if each is not one}))
                found[one.claim_id].append(Finding(Check.SHARED_ACCOUNT, f"收款账户和{others}的是同一个。"))
    for group in _grouped(claims, _same):
        for one in group[1:]:
            words = f"同一批里{one.name}的“{one.occupation or one.subject_key}”报了 {len(group)} 次。"
            found[one.claim_id].append(Finding(Check.DUPLICATE, words))


def _same(one: ClaimFacts) -> str:
    if not one.person_id:
        return ""
    what = f"{one.occupation}/{one.level}" if one.occupation else one.subject_key
    return f"{one.rule_id}/{one.person_id}/{what}"


def _grouped(claims: Sequence[ClaimFacts], key: Callable[[ClaimFacts], str]) -> Iterable[list[ClaimFacts]]:
    groups: dict[str, list[ClaimFacts]] = defaultdict(list)
    for one in claims:
        if key(one):
            groups[key(one)].append(one)
    return [group for group in groups.values() if len(group) > 1]


# -- one claim ------------------------------------------------------------------------------------


def _terms(one: ClaimFacts, _: CheckPolicy) -> str:
    if one.verdict.standing is Standing.MET:
        return ""
    lines = [line for line in (*one.verdict.failed, *one.verdict.lacking) if not _is_window(line)]
    if not lines and one.verdict.lines:
        return ""
    words = "；".join(f"{line.words}（{line.value or line.standing.label}）" for line in lines[:3])
    return f"{words or '申领依据的记录已经不在了'}。"


def _is_window(line: Line) -> bool:
    return line.words.endswith("天内申领")


def _duplicate(one: ClaimFacts, _: CheckPolicy) -> str:
    for other in one.others:
        is_same = other.subject_key == one.subject_key or (
            bool(one.occupation) and (other.occupation, other.level) == (one.occupation, one.level)
        )
        if other.rule_id == one.rule_id and is_same:
            return f"以前已经申领过：{other.words}。"
    return ""


def _exclusive(one: ClaimFacts, _: CheckPolicy) -> str:
    for other in one.others:
        is_same = other.subject_key == one.subject_key or (
            bool(one.occupation) and (other.occupation, other.level) == (one.occupation, one.level)
        )
        if other.rule_id in one.exclusive and is_same:
            return f"和 {other.rule_id} 不能同时领：{other.words}。"
    return ""


def _marked(one: ClaimFacts, _: CheckPolicy) -> str:
    return "；".join(one.marks)


def _before_end(one: ClaimFacts, _: CheckPolicy) -> str:
    ends = one.course.ends_on if one.course else None
    if ends is None or one.course is None or one.achieved_on >= ends:
        return ""
    return f"{one.achieved_on} 发证，{one.course.title}到 {ends} 才结班。"


def _too_early(one: ClaimFacts, policy: CheckPolicy) -> str:
    starts = one.course.starts_on if one.course else None
    if (
        starts is None
        or one.course is None
        or policy.earliest_year is None
        or starts.year >= policy.earliest_year
    ):
        return ""
    return f"{one.course.title}是 {starts} 开的班，{policy.earliest_year} 年以前的不算。"


def _birth(one: ClaimFacts, policy: CheckPolicy) -> str:
    if one.birth_date and one.id_birth and one.birth_date != one.id_birth:
        return f"花名册出生日期 {one.birth_date}，证件号里是 {one.id_birth}。"
    born = one.id_birth or one.birth_date
    day = (one.course.starts_on if one.course else None) or one.achieved_on
    if born is None:
        return ""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if policy.lowest_age is not None and years < policy.lowest_age:
        return f"{day} 时只有 {years} 周岁，不到 {policy.lowest_age} 周岁。"
    return ""


def _late_status(one: ClaimFacts, _: CheckPolicy) -> str:
    starts = one.course.starts_on if one.course else None
    if starts is None:
        return ""
    late = [
        f"{words} {day}"
        for words, day in (("身份证明", one.status_on), ("劳动合同", one.contract_from))
        if day is not None and day > starts
    ]
    return f"{'、'.join(late)} 才有，{starts} 就开课了。" if late else ""


def _two_places(one: ClaimFacts, _: CheckPolicy) -> str:
    by_day: dict[date, list[Visit]] = defaultdict(list)
    for visit in one.visits:
        by_day[visit.on].append(visit)
    for day, visits in sorted(by_day.items()):
        for first, then in pairwise(sorted(visits, key=lambda v: (v.start, v.end))):
            is_own = one.enrolment_id in (first.enrolment_id, then.enrolment_id)
            if is_own and then.start < first.end and first.lesson_id != then.lesson_id:
                return f"{day} {_clock(then.start)} 同时在{first.where}和{then.where}签到。"
    return ""


def _no_class_day(one: ClaimFacts, _: CheckPolicy) -> str:
    for visit in one.visits:
        if visit.enrolment_id == one.enrolment_id and visit.no_class:
            return f"{visit.on} {visit.no_class}，却有签到。"
    return ""


def _gone(one: ClaimFacts, _: CheckPolicy) -> str:
    last = max((v.on for v in one.visits if v.enrolment_id == one.enrolment_id), default=None)
    until = last or (one.course.ends_on if one.course else None) or one.achieved_on
    if one.gone_on is not None:
        return f"{one.gone_on} 就离开了，{until} 还有记录。" if one.gone_on < until else ""
    return "花名册上已迁出或死亡，没有登记日期。请在申领资料里登记日期再核对。" if one.is_gone else ""


def _out_of_scope(one: ClaimFacts, policy: CheckPolicy) -> str:
    if one.course is None or not policy.categories:
        return ""
    category = one.course.category
    if category is None:
        return f"{one.course.title}没有门类，看不出是不是批准的办学范围。"
    return (
        ""
        if category.value in policy.categories
        else f"{one.course.title}是“{category.label}”，不在批准的办学门类里。"
    )


def _own_trainer(one: ClaimFacts, _: CheckPolicy) -> str:
    if one.course is None or not one.person_id or one.person_id not in one.course.trainers:
        return ""
    return f"{one.name}是{one.course.title}的培训师，又在班里当学员。"


def _account(one: ClaimFacts, _: CheckPolicy) -> str:
    return "" if one.bank_account and not one.account_fault else one.account_fault or "没有登记收款账户。"


def _low_attendance(one: ClaimFacts, policy: CheckPolicy) -> str:
    if one.course is None or policy.minimum_rate is None or one.attended is None:
        return ""
    if one.attended >= policy.minimum_rate:
        return ""
    return f"在{one.course.title}的出勤率 {percent(one.attended)}，最低要 {percent(policy.minimum_rate)}。"


def _public_servant(one: ClaimFacts, _: CheckPolicy) -> str:
    return f"单位性质是{one.employer}，规则不给机关、事业单位职工。" if one.employer else ""


def _class_evidence(one: ClaimFacts, policy: CheckPolicy) -> str:
    if one.course is None:
        return ""
    missing = []
    if "sign_in_scan" in policy.class_evidence and one.course.unsigned:
        missing.append(f"{one.course.unsigned} 次课没有签到表扫描")
    if "photos" in policy.class_evidence and not one.course.has_photos:
        missing.append("没有上课照片")
    return f"{one.course.title}：{'，'.join(missing)}。" if missing else ""


def _papers(one: ClaimFacts, _: CheckPolicy) -> str:
    return f"还缺{'、'.join(one.lacking)}。" if one.lacking else ""


def _amount(one: ClaimFacts, _: CheckPolicy) -> str:
    if one.amount_fen is None:
        return f"金额算不出来：{one.amount_words}。"
    return f"金额是 0：{one.amount_words}。" if one.amount_fen == 0 else ""


def _window(one: ClaimFacts, _: CheckPolicy) -> str:
    for line in one.verdict.lines:
        if _is_window(line) and line.standing is Standing.UNMET:
            return f"{line.value}。"
    return ""


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


_LOOKS: Mapping[Check, Look] = {
    Check.TERMS: _terms, Check.DUPLICATE: _duplicate, Check.OTHER_SCHOOL: _marked, Check.EXCLUSIVE: _exclusive,
    Check.WINDOW: _window, Check.BEFORE_END: _before_end, Check.TOO_EARLY: _too_early, Check.BIRTH: _birth,
    Check.LATE_STATUS: _late_status, Check.TWO_PLACES: _two_places, Check.NO_CLASS_DAY: _no_class_day, Check.GONE: _gone,
    Check.OUT_OF_SCOPE: _out_of_scope, Check.OWN_TRAINER: _own_trainer, Check.ACCOUNT: _account,
    Check.LOW_ATTENDANCE: _low_attendance, Check.PUBLIC_SERVANT: _public_servant,
    Check.CLASS_EVIDENCE: _class_evidence, Check.PAPERS: _papers, Check.AMOUNT: _amount,
}  # fmt: skip
