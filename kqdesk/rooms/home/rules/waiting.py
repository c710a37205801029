"""What is said of marks, certificates and drafts that wait for the second person, and of what is to be prepared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kqdesk.rooms.home.rules.day import Line, joined, near_day, short_day
from kqdesk.rooms.home.terms import Group, Kind

# -- what waits for the second person --------------------------------------------------------------


@dataclass(frozen=True)
class SittingFact:
    """A sitting with marks somebody else entered. ``differing`` of ``unchecked`` were typed in two ways."""

    id: str
    title: str
    on: date
    unchecked: int
    differing: int
    corrections: int


def sitting_lines(fact: SittingFact) -> Iterable[Line]:
    """Marks to check and corrections to confirm of one sitting."""
    where = {"sitting_id": fact.id, "step": "check"}
    held = f"{short_day(fact.on)}考试"
    if fact.unchecked:
        differs = f"其中 {fact.differing} 个两次录入不一样，要对卷子" if fact.differing else ""
        yield Line(
            Kind.SCORES, Group.WAITING, f"scores-{fact.id}", f"{fact.title}有 {fact.unchecked} 个成绩等您复核",
            joined(held, differs), "待复核", "primary", "去复核", "exams", where,
        )  # fmt: skip
    if fact.corrections:
        yield Line(
            Kind.CORRECTIONS, Group.WAITING, f"corrections-{fact.id}",
            f"{fact.title}有 {fact.corrections} 处成绩更正等您确认", held, "待确认", "warning", "去确认", "exams", where,
        )  # fmt: skip


@dataclass(frozen=True)
class DrawnFact:
    """Completion certificates one person drew up, in ``cohorts`` cohorts of which one is named."""

    by: str
    count: int
    cohorts: int
    cohort: str


def certificate_lines(facts: Sequence[DrawnFact]) -> Iterable[Line]:
    """Everything that waits for an approval, in one line."""
    count = sum(fact.count for fact in facts)
    if not count:
        return
    said = [
        f"{fact.by}制证：{fact.cohort}{f'等 {fact.cohorts} 个班' if fact.cohorts > 1 else ''}"
        for fact in facts
    ]
    yield Line(
        Kind.CERTIFICATES, Group.WAITING, "certificates", f"{count} 张结业证书等您审批", "；".join(said),
        "待审批", "seal", "去审批", "certificates", {"tab": "register", "state": "drawn"},
    )  # fmt: skip


def draft_line(key: str, title: str, by: str) -> Line:
    """A draft of a rule pack that another person is to put into force."""
    return Line(
        Kind.DRAFT, Group.WAITING, f"draft-{key}", f"“{title}”有一份草案等您启用", f"{by}录入" if by else "",
        "待启用", "primary", "去看看", "office", {"tab": "packs"},
    )  # fmt: skip


# -- preparation -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PaperFact:
    """A trainer's paper that ran out or soon will."""

    trainer: str
    title: str
    expires_on: date
    is_over: bool


def paper_lines(facts: Sequence[PaperFact], today: date) -> Iterable[Line]:
    """Papers that ran out, and papers about to: one line each, the first few by name."""
    for is_over in (True, False):
        found = [fact for fact in facts if fact.is_over is is_over]
        if not found:
            continue
        people = list(dict.fromkeys(fact.trainer for fact in found))
        state = "已经过期" if is_over else "快到期了"
        if len(found) == 1:
            sentence = f"{found[0].trainer}的{found[0].title}{state}"
            detail = f"有效期至 {found[0].expires_on:%Y-%m-%d}（{near_day(found[0].expires_on, today)}）"
        else:
            sentence = f"{len(people)} 位培训师的证书{state}"
            named = "；".join(
                f"{fact.trainer} {fact.title} {short_day(fact.expires_on)}" for fact in found[:3]
            )
            detail = named + ("…" if len(found) > 3 else "")
        yield Line(
            Kind.PAPERS, Group.OVERDUE if is_over else Group.AHEAD, f"papers-{'over' if is_over else 'soon'}",
            sentence, detail, "已过期" if is_over else "快到期", "danger" if is_over else "warning", "去更新", "trainers",
            {"find": people[0]} if len(people) == 1 else {"find": ""},
        )  # fmt: skip


@dataclass(frozen=True)
class ContactFact:
    """Somebody this person is to speak to again."""

    name: str
    due_on: date


def contact_lines(facts: Sequence[ContactFact], today: date) -> Iterable[Line]:
    """One line for everybody who is to be called by today; the longest due is named first."""
    if not facts:
        return
    is_late = facts[0].due_on < today
    names = "、".join(fact.name for fact in facts[:5])
    yield Line(
        Kind.CONTACTS, Group.OVERDUE if is_late else Group.TODAY, "contacts", f"{len(facts)} 人约好今天以前再联系",
        f"{names}{'等' if len(facts) > 5 else ''}", "该联系", "warning" if is_late else "primary", "去联系", "people",
        {"view": "contacts"}, len(facts),
    )  # fmt: skip


def unset_lines(unset: Mapping[str, str], *, has_packs: bool) -> Iterable[Line]:
    """R-HOM-03: numbers the district has not given that count for what the school does now. ``unset``: key → title."""
    go: tuple[str, str] = ("去设置", "office")
    if not has_packs:
        yield Line(
            Kind.UNSET, Group.AHEAD, "unset-packs", "规则包还没有装入，出勤率、等第、学分都算不了", "装入只要点一下。",
            "未配置", "neutral", *go, {"tab": "packs"},
        )  # fmt: skip
        return
    left = dict(unset)
    if left.pop("attendance.minimum_rate", None):
        yield Line(
            Kind.UNSET, Group.AHEAD, "unset-attendance", "最低出勤率还没有定，看不出谁快到缺勤上限",
            "区里定了以后填一次，这里就会提醒。", "未配置", "neutral", *go,
            {"tab": "packs", "find": "attendance.minimum_rate"},
        )  # fmt: skip
    if left:
        titles = list(left.values())
        yield Line(
            Kind.UNSET, Group.AHEAD, "unset", f"还有 {len(left)} 条规则没有配置，用到的地方会写“未配置”",
            "、".join(titles[:3]) + (" 等" if len(titles) > 3 else ""), f"{len(left)} 条", "neutral", *go,
            {"tab": "packs", "find": next(iter(left)) if len(left) == 1 else ""},
        )  # fmt: skip


def backup_line(reminder: str, page: str) -> Line:
    """The reminder of the backup room as a line, e.g. that no copy was carried away for long."""
    return Line(
        Kind.BACKUP,
        Group.OVERDUE,
        "backup",
        "备份该拷一份到 U 盘了",
        reminder,
        "备份",
        "warning",
        "去备份",
        page,
    )
