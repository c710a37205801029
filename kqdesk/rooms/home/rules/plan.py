"""What is said of targets behind plan, of the district's tasks and of people to be called after a course."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kqdesk.rooms.home.rules.day import Line, joined, near_day, short_day
from kqdesk.rooms.home.terms import Group, Kind

NEWS_DAYS = 14
"""So long a pack the district published is told as news."""


@dataclass(frozen=True)
class PlanFact:
    """A figure behind plan: done and due in per cent, and why in sentences."""

    figure: str
    title: str
    percent: int
    due_percent: int
    why: str


def plan_lines(facts: Sequence[PlanFact]) -> Iterable[Line]:
    """R-HOM-06: one line a figure that is behind plan, the furthest first, with the reason."""
    for fact in facts:
        yield Line(
            Kind.PLAN, Group.BEHIND, f"plan-{fact.figure}",
            f"{fact.title}完成 {fact.percent}%，时间过了 {fact.due_percent}%", fact.why, "落后", "warning", "看名单", "figures",
            {"tab": "figures", "figure": fact.figure},
        )  # fmt: skip


def target_line(year: int) -> Line:
    """Nobody entered the year's targets: no plan can be told."""
    return Line(
        Kind.PLAN, Group.AHEAD, "plan-none", f"{year}年的目标还没有填，看不出哪项落后", "区里分给学校的数填一次就行。", "没填",
        "neutral", "去填", "figures", {"tab": "targets"},
    )  # fmt: skip


@dataclass(frozen=True)
class TaskFact:
    """A task of the district that the school has to answer."""

    id: str
    title: str
    due_on: date
    is_overdue: bool
    is_returned: bool


def task_lines(facts: Sequence[TaskFact], today: date) -> Iterable[Line]:
    """R-HOM-07: one line a task, late ones under what was missed; a returned answer says so."""
    for fact in facts:
        when = f"{short_day(fact.due_on)}到期（{near_day(fact.due_on, today)}）"
        group = Group.OVERDUE if fact.is_overdue else Group.TODAY if fact.due_on == today else Group.AHEAD
        yield Line(
            Kind.TASK, group, f"task-{fact.id}", f"督查：{fact.title}", joined(when, "区里退回了，要重新答复" if fact.is_returned else ""),
            "已逾期" if fact.is_overdue else "被退回" if fact.is_returned else "待答复",
            "danger" if fact.is_overdue else "warning" if fact.is_returned else "primary", "去答复", "supervision",
            {"task": fact.id},
        )  # fmt: skip


@dataclass(frozen=True)
class PublishedFact:
    """A version of a rule pack the district published. ``fault``: why it is kept out, "" when it counts."""

    id: str
    title: str
    version_words: str
    effective_from: date
    published_on: date
    by: str
    fault: str


def published_lines(facts: Sequence[PublishedFact], today: date) -> Iterable[Line]:
    """R-HOM-08: a pack of the district that is kept out is always said; a new one for NEWS_DAYS days."""
    for fact in facts:
        name = f"{fact.title}{fact.version_words}"
        if fact.fault:
            yield Line(
                Kind.PUBLISHED, Group.OVERDUE, f"published-{fact.id}", f"区里发布的{name}没有启用", fact.fault, "没启用", "danger",
                "去看看", "office", {"tab": "packs"},
            )  # fmt: skip
        elif (today - fact.published_on).days < NEWS_DAYS:
            yield Line(
                Kind.PUBLISHED, Group.AHEAD, f"published-{fact.id}", f"区里发布了新规则包：{name}",
                joined(f"{short_day(fact.effective_from)}起算", f"{fact.by}发布" if fact.by else ""), "新规则", "primary",
                "去看看", "office", {"tab": "packs"},
            )  # fmt: skip


def call_line(people: int, overdue: int) -> Iterable[Line]:
    """People who finished a course and are to be asked how it goes, in one line."""
    if people:
        yield Line(
            Kind.CALLS, Group.OVERDUE if overdue else Group.AHEAD, "followup", f"{people} 个结业学员这周该回访",
            f"其中 {overdue} 人已经过了时候" if overdue else "问问工作和收入，登记一笔就好。", "该回访",
            "warning" if overdue else "primary", "去回访", "followup", {}, people,
        )  # fmt: skip


@dataclass(frozen=True)
class ClaimFact:
    """Batches of subsidies to check and to send, and claims that were returned or are held up by a cross-check."""

    to_check: int
    to_send: int
    returned: int
    held_up: int


def claim_lines(fact: ClaimFact) -> Iterable[Line]:
    """One line for what waits for the second person, for what may go out, and for what came back or is held up."""
    tab = {"tab": "batches"}
    if fact.to_check:
        yield Line(
            Kind.CLAIMS, Group.WAITING, "claims-check", f"{fact.to_check} 批奖补等您核对", "核对无误后冻结、公示。", "待核对", "seal",
            "去核对", "subsidies", tab,
        )  # fmt: skip
    if fact.to_send:
        yield Line(
            Kind.CLAIMS, Group.TODAY, "claims-send", f"{fact.to_send} 批奖补公示已满，可以上报", "", "待上报", "primary", "去上报", "subsidies", tab,
        )  # fmt: skip
    if fact.returned or fact.held_up:
        told = joined(
            f"{fact.returned} 条被退回" if fact.returned else "",
            f"{fact.held_up} 条核对没有通过" if fact.held_up else "",
        )
        yield Line(
            Kind.CLAIMS, Group.OVERDUE, "claims-back", f"{fact.returned + fact.held_up} 条奖补申领要处理", told, "要处理", "warning",
            "去看看", "subsidies", {"tab": "claims"}, fact.returned + fact.held_up,
        )  # fmt: skip


def honour_lines(count: int) -> Iterable[Line]:
    """Nominations somebody else made."""
    if count:
        yield Line(
            Kind.HONOURS, Group.WAITING, "honours", f"{count} 个学习之星推荐等您审批", "", "待审批", "seal", "去审批", "followup",
            {"tab": "honours"}, count,
        )  # fmt: skip
