"""Which papers of a class file are there, and what to do about those that are not. Pure; the list comes from the pack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kqdesk.rooms.classfile.terms import Paper, Standing


@dataclass(frozen=True)
class Facts:
    """What the records say of a class. Counts of lessons are of those not cancelled.

    ``scanned``: held lessons with a scan of their sign-in sheet · ``marked``: learners with locked marks ·
    ``finished``: learners completed or certified · ``to_pay`` and ``paid``: held lessons with a trainer, and those on an
    approved pay sheet · ``pay_month`` the first month with an unpaid one · ``forms``: satisfaction forms of its learners ·
    ``files``: put in, by paper.
    """

    cohort_id: str
    lessons: int = 0
    held: int = 0
    rolled: int = 0
    scanned: int = 0
    learners: int = 0
    marked: int = 0
    finished: int = 0
    to_pay: int = 0
    paid: int = 0
    pay_month: str = ""
    forms: int = 0
    files: Mapping[Paper, int] = field(default_factory=dict)
    waived: Mapping[Paper, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NextStep:
    """What one does about a missing paper: words, and the page that does it; ``page`` "" = put a file in here."""

    words: str
    page: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """One line of the completeness list. ``done`` of ``wanted`` counts towards the whole."""

    paper: Paper
    standing: Standing
    words: str
    step: NextStep | None = None

    @property
    def id(self) -> str:
        """What the table knows the line by."""
        return self.paper.value


def checklist(papers: Sequence[Paper], facts: Facts) -> tuple[Item, ...]:
    """R-FIL-01: each paper of the pack's list: there, partly, missing or waived, with what is missing in words."""
    return tuple(_item(paper, facts) for paper in papers)


def _item(paper: Paper, facts: Facts) -> Item:
    if paper in facts.waived:
        return Item(paper, Standing.WAIVED, facts.waived[paper])
    if paper.is_put_in:
        count = facts.files.get(paper, 0)
        if count:
            return Item(paper, Standing.THERE, f"{count} 份")
        if paper is Paper.SATISFACTION:
            return _satisfaction(facts)
        return Item(paper, Standing.MISSING, "还没有放入", NextStep("放入文件"))
    have, wanted, words, step = _MADE[paper](facts)
    if wanted and have >= wanted:
        return Item(paper, Standing.THERE, words)
    return Item(paper, Standing.PARTLY if have else Standing.MISSING, words, step)


def _satisfaction(facts: Facts) -> Item:
    """Forms of learners that came back are as good as a file put in."""
    if facts.forms:
        return Item(Paper.SATISFACTION, Standing.THERE, f"{facts.forms} 份答卷")
    step = NextStep("去做满意度", "followup", {"tab": "forms", "cohort": facts.cohort_id})
    return Item(Paper.SATISFACTION, Standing.MISSING, "还没有答卷，也没有放入文件", step)


def _timetable(facts: Facts) -> tuple[int, int, str, NextStep]:
    words = f"{facts.lessons} 次课" if facts.lessons else "还没有排课"
    return facts.lessons, 1, words, NextStep("去排课", "timetable", {"cohort": facts.cohort_id})


def _roster(facts: Facts) -> tuple[int, int, str, NextStep]:
    words = f"{facts.learners} 人" if facts.learners else "班里还没有学员"
    return facts.learners, 1, words, NextStep("去加学员", "cohorts", {"cohort": facts.cohort_id})


def _sign_in(facts: Facts) -> tuple[int, int, str, NextStep]:
    """A lesson's sign-in is there when its roll was taken and the signed sheet scanned."""
    have = min(facts.rolled, facts.scanned)
    if not facts.held:
        words = "还没有上过课"
    else:
        unrolled, bare = facts.held - facts.rolled, facts.held - facts.scanned
        parts = [f"{unrolled} 次没点名" if unrolled else "", f"{bare} 次缺签到表扫描" if bare else ""]
        words = "，".join(part for part in parts if part) or f"{facts.held} 次都有点名和扫描"
    step = NextStep("去考勤", "attendance", {"cohort": facts.cohort_id})
    return have, facts.held, words, step


def _marks(facts: Facts) -> tuple[int, int, str, NextStep]:
    words = f"{facts.marked} / {facts.learners} 人有锁定的成绩"
    return facts.marked, facts.learners, words, NextStep("去考试", "exams", {})


def _completion(facts: Facts) -> tuple[int, int, str, NextStep]:
    words = f"{facts.finished} 人结业" if facts.finished else "还没有登记结业"
    return facts.finished, 1, words, NextStep("去办结业", "certificates", {"cohort": facts.cohort_id})


def _pay(facts: Facts) -> tuple[int, int, str, NextStep]:
    words = f"{facts.paid} / {facts.to_pay} 次课在已批准的课酬表里" if facts.to_pay else "还没有要计课酬的课"
    context = {"tab": "pay"} | ({"month": facts.pay_month} if facts.pay_month else {})
    return facts.paid, facts.to_pay, words, NextStep("去课酬", "attendance", context)


_MADE = {
    Paper.TIMETABLE: _timetable,
    Paper.ROSTER: _roster,
    Paper.SIGN_IN: _sign_in,
    Paper.MARKS: _marks,
    Paper.COMPLETION: _completion,
    Paper.PAY: _pay,
}


def wholeness(items: Sequence[Item]) -> int | None:
    """R-FIL-02: papers that are there of those needed, in percent, down; waived ones are not needed. None: no list."""
    needed = [item for item in items if item.standing is not Standing.WAIVED]
    if not items:
        return None
    if not needed:
        return 100
    return 100 * sum(item.standing is Standing.THERE for item in needed) // len(needed)


def lacking(items: Sequence[Item]) -> str:
    """The papers missing or incomplete, as one names them: 小结、满意度; empty when the file is whole."""
    open_now = (Standing.MISSING, Standing.PARTLY)
    return "、".join(item.paper.label for item in items if item.standing in open_now)
