"""How a task stands by its steps, what an answer must have, what is asked for in numbers. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kqdesk.rooms.supervision.terms import StepKind, TaskSource, TaskState

MOST_FIGURES = 20
NO_WORDS = "请写一下办了什么、结果怎样。"


@dataclass(frozen=True)
class Wanted:
    """A number the district asks for. ``key`` stays the same in every answer."""

    key: str
    label: str
    unit: str

    @property
    def shown(self) -> str:
        """As people read it: 新开班数（个）."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label


@dataclass(frozen=True)
class StepFact:
    """What the rules must know of a step."""

    id: str
    kind: StepKind
    answer_id: str | None
    at: datetime


@dataclass(frozen=True)
class Standing:
    """Where a task stands. ``answer_id``: the newest answer; ``answers``: how many there were; ``answered_on``: its time."""

    state: TaskState
    answers: int
    answer_id: str | None
    answered_at: datetime | None


def standing(steps: Iterable[StepFact]) -> Standing:
    """R-SUP-01: the newest answer counts, and of the verdicts the one on that answer; a withdrawn task asks nothing more.

    A verdict names the answer it is on, so a clock that is wrong at a school changes nothing.
    """
    ordered = sorted(steps, key=lambda step: (step.at, step.id))
    answers = [step for step in ordered if step.kind is StepKind.ANSWER]
    newest = answers[-1] if answers else None
    if any(step.kind is StepKind.WITHDRAW for step in ordered):
        state = TaskState.WITHDRAWN
    elif newest is None:
        state = TaskState.OPEN
    else:
        verdicts = [step.kind for step in ordered if step.answer_id == newest.id]
        last = verdicts[-1] if verdicts else None
        state = {StepKind.ACCEPT: TaskState.ACCEPTED, StepKind.RETURN: TaskState.RETURNED}.get(
            last or StepKind.ANSWER, TaskState.ANSWERED
        )
    return Standing(state, len(answers), newest.id if newest else None, newest.at if newest else None)


def is_overdue(state: TaskState, due_on: date, today: date) -> bool:
    """R-SUP-02: the day it is due still counts; what was answered in time and not yet looked at is not overdue."""
    return state.is_ours and today > due_on


def due_words(state: TaskState, due_on: date, today: date) -> str:
    """今天到期, 还有 3 天, 逾期 2 天; empty when the school has nothing to do."""
    if not state.is_ours:
        return ""
    days = (due_on - today).days
    if days == 0:
        return "今天到期"
    return f"还有 {days} 天" if days > 0 else f"逾期 {-days} 天"


def answer_fault(
    state: TaskState, words: str, wanted: Sequence[Wanted], figures: Mapping[str, int | None], *, wants_files: bool,
    files: int,
) -> str | None:  # fmt: skip
    """R-SUP-03: an answer has words, every number that was asked for, and evidence where it was; None when it has."""
    if state is TaskState.WITHDRAWN:
        return "区里已经撤回这件督查，不用再答复。"
    if state is TaskState.ACCEPTED:
        return "区里已经认可，不用再答复。"
    if not words.strip():
        return NO_WORDS
    for one in wanted:
        value = figures.get(one.key)
        if value is None:
            return f"请填“{one.shown}”；没有就填 0。"
        if value < 0:
            return f"“{one.shown}”不能是负数。"
    unknown = set(figures) - {one.key for one in wanted}
    if unknown:
        return f"区里没有要这个数：{'、'.join(sorted(unknown))}。"
    if wants_files and not files:
        return "这件督查要佐证材料。请先按 Ctrl+O 放入照片、扫描件或表格，再答复。"
    return None


def task_fault(
    title: str, words: str, due_on: date, issued_on: date, wanted: Sequence[Wanted], today: date
) -> str | None:
    """What is wrong with a task before it goes out or is entered; None when nothing."""
    if not title.strip():
        return "请写督查事项。"
    if len(title.strip()) > 60:
        return "督查事项最多 60 个字，其余写在要求里。"
    if not words.strip():
        return "请写要求：办什么、怎样算办好。"
    if issued_on > today:
        return "布置日期不能在今天以后。"
    if due_on < issued_on:
        return "到期日不能在布置日期以前。"
    if len(wanted) > MOST_FIGURES:
        return f"一件督查最多要 {MOST_FIGURES} 个数。"
    labels = [one.label for one in wanted]
    twice = next((label for label in labels if labels.count(label) > 1), None)
    return f"“{twice}”写了两次。" if twice else None


def verdict_fault(state: TaskState, *, accepted: bool, reason: str) -> str | None:
    """A verdict is on an answer; returning one needs the reason. None when it may be given."""
    if state is TaskState.WITHDRAWN:
        return "这件督查已经撤回。"
    if state is not TaskState.ANSWERED:
        return f"现在是“{state.label}”，没有等着看的答复。"
    if not accepted and not reason.strip():
        return "请写明为什么退回、还要补什么。"
    return None


def change_fault(source: TaskSource, answers: int) -> str | None:
    """Only a task that was entered here from a paper, and that nobody answered, may be changed or removed here."""
    if source is not TaskSource.PAPER:
        return "这是区里布置的督查，学校不能改。有问题请和布置人联系。"
    return "已经答复过，不能再改。要补充请再答复一次。" if answers else None


def read_wanted(text: str) -> tuple[Wanted, ...]:
    """Numbers asked for, one a line: ``新开班数 个``. The last word after a blank or in brackets is the unit."""
    found: list[Wanted] = []
    for line in text.replace("（", " ").replace("）", " ").replace("(", " ").replace(")", " ").splitlines():
        parts = line.split()
        if parts:
            label, unit = (" ".join(parts[:-1]), parts[-1]) if len(parts) > 1 else (parts[0], "")
            found.append(Wanted(f"n{len(found) + 1}", label, unit))
    return tuple(found)


def written(wanted: Iterable[Wanted]) -> str:
    """What ``read_wanted`` reads back."""
    return "\n".join(f"{one.label} {one.unit}".strip() for one in wanted)


@dataclass(frozen=True)
class Tally:
    """How far the schools are with one dispatch."""

    asked: int
    answered: int
    returned: int
    accepted: int
    overdue: int

    @property
    def is_done(self) -> bool:
        """Nobody has to do anything any more."""
        return self.accepted == self.asked


def tally(states: Collection[tuple[TaskState, bool]]) -> Tally:
    """From each school's state and whether it is overdue; withdrawn ones are not asked."""
    asked = [(state, late) for state, late in states if state is not TaskState.WITHDRAWN]
    count = [state for state, _ in asked].count
    return Tally(
        len(asked), count(TaskState.ANSWERED), count(TaskState.RETURNED), count(TaskState.ACCEPTED),
        sum(late for _, late in asked),
    )  # fmt: skip
