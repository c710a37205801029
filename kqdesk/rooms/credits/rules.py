"""What is to be booked into credit accounts, and what an answer of the credit bank changes. Pure.

Amounts are whole hundredths of a credit (int). A target says what something is worth today by the packs; what was
booked for it already is taken off, so booking twice adds nothing and a lowered worth becomes a reversal.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.credits.terms import Answer, CreditUnit, SourceKind
from kqdesk.rooms.dual.rules import CreditRules, Learner, Slot, Step, explain, slot_attempt
from kqdesk.rooms.dual.terms import Need

Proof = tuple[str, str, str, str]
"""(page, key of its context, value, words): what one click opens."""


@dataclass(frozen=True)
class Target:
    """What one thing is worth to one person in one unit today."""

    person_id: str
    unit: CreditUnit
    key: str
    source: SourceKind
    hundredths: int
    words: str
    earned_on: date
    proofs: tuple[Proof, ...] = ()
    rule: str = ""


@dataclass(frozen=True)
class Booked:
    """What was booked so far for one key, all entries and reversals added."""

    person_id: str
    unit: CreditUnit
    key: str
    hundredths: int


@dataclass(frozen=True)
class Due:
    """One booking that is due: the target and the difference to what was booked."""

    target: Target
    hundredths: int

    @property
    def is_reversal(self) -> bool:
        """Whether less is due than was booked."""
        return self.hundredths < 0


def shown(hundredths: int) -> str:
    """1050 → 10.5; 2000 → 20; -50 → -0.5."""
    whole, rest = divmod(abs(hundredths), 100)
    tail = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{'-' if hundredths < 0 else ''}{whole}{tail}"


def due(targets: Iterable[Target], booked: Iterable[Booked]) -> tuple[Due, ...]:
    """R-CRE-01: for each target the difference between its worth and what its key has booked; nothing where none.

    A key that was booked and has no target any more (a certificate found false) is not guessed at here: the caller
    gives it a target of zero.
    """
    sums: dict[tuple[str, CreditUnit, str], int] = defaultdict(int)
    for one in booked:
        sums[one.person_id, one.unit, one.key] += one.hundredths
    differences = (Due(t, t.hundredths - sums[t.person_id, t.unit, t.key]) for t in targets)
    return tuple(one for one in differences if one.hundredths)


def balances(entries: Iterable[tuple[CreditUnit, int]]) -> dict[CreditUnit, int]:
    """R-CRE-02: each unit's sum in hundredths; units are never added to one another."""
    found = dict.fromkeys(CreditUnit, 0)
    for unit, hundredths in entries:
        found[unit] += hundredths
    return found


def dual_targets(
    learner: Learner, rules: CreditRules, today: date, dates: Mapping[SourceKind, date] | None = None
) -> tuple[Target, ...]:
    """R-CRE-03: the parts of the 测算 that stand on lessons, papers and certificates, as targets of 双证学分.

    A part that something 未配置 makes uncertain is no target: nothing uncertain is booked. ``dates``: the day of the
    last lesson and of the newest certificate; a part without one is earned ``today``.
    """
    made = _Maker(learner, rules, today, dates or {})
    targets: list[Target] = []
    for step in explain(learner, rules):
        if step.credits is None or any(inner.credits is None for inner in step.steps):
            continue
        if step.title == Need.EXAM.label:
            targets += [made.exam(slot, inner) for slot, inner in zip(learner.slots, step.steps, strict=True)]
        else:
            targets.append(made.part(step))
    return tuple(targets)


_PARTS = {
    Need.HOURS.label: SourceKind.HOURS,
    Need.SKILL.label: SourceKind.SKILL,
    "文化学分": SourceKind.CULTURE,
}


@dataclass(frozen=True)
class _Maker:
    learner: Learner
    rules: CreditRules
    today: date
    dates: Mapping[SourceKind, date]

    def part(self, step: Step) -> Target:
        source = _PARTS.get(step.title, SourceKind.SKILL)
        proofs = tuple(proof for inner in step.steps for proof in _proof(inner))
        on = self.dates.get(source, self.today)
        return self._target(source, source.value, step.credits or 0, step.words, on, proofs)

    def exam(self, slot: Slot, step: Step) -> Target:
        attempt = slot_attempt(self.learner, slot, self.rules)
        on = attempt.on if attempt else self.today
        key = f"exam/{'+'.join(subject.value for subject in slot.subjects)}"
        return self._target(
            SourceKind.EXAM, key, step.credits or 0, f"{slot.title}：{step.words}", on, _proof(step)
        )

    def _target(
        self, source: SourceKind, key: str, credits: int, words: str, on: date, proofs: tuple[Proof, ...]
    ) -> Target:
        return Target(
            self.learner.person_id,
            CreditUnit.DUAL_CERT_CREDIT,
            f"{self.learner.level.value}/{key}",
            source,
            credits * 100,
            f"{_LEVELS[self.learner.level]}{source.label}：{words}",
            on,
            proofs,
            "；".join(self.rules.packs),
        )


_LEVELS = {level: level.label for level in DualLevel}


def _proof(step: Step) -> tuple[Proof, ...]:
    if not step.page or not step.context:
        return ()
    key, value = step.context[-1]
    return ((step.page, key, value, f"{step.title}：{step.words}"),)


# -- to the credit bank and back ------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One achievement as it is sent."""

    external_no: str
    id_number: str
    name: str
    project: str
    certificate_no: str = ""


def digest_of(lines: Sequence[Sequence[str]]) -> str:
    """SHA-256 (hex) over the lines as sent: the school and the bank compare the first eight characters."""
    body = json.dumps([list(line) for line in lines], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class AnswerLine:
    """One line of the bank's answer. ``row`` as in its file; ``hundredths`` None where it names no credits."""

    row: int
    external_no: str
    answer: Answer | None
    hundredths: int | None = None
    reason: str = ""
    answered_on: date | None = None
    name: str = ""


@dataclass(frozen=True)
class Waiting:
    """A claim as we keep it."""

    claim_id: str
    external_no: str
    name: str
    project: str
    answer: Answer
    hundredths: int | None


@dataclass(frozen=True)
class Matched:
    """What an answer file brings: to take, said before in the same words, and what does not fit (row, sentence)."""

    fresh: tuple[tuple[Waiting, AnswerLine], ...]
    known: int
    faults: tuple[tuple[int, str], ...]


def match(lines: Sequence[AnswerLine], claims: Mapping[str, Waiting]) -> Matched:
    """R-CRE-04: an answer belongs to the claim with its external number; the same answer twice changes nothing."""
    fresh: list[tuple[Waiting, AnswerLine]] = []
    faults: list[tuple[int, str]] = []
    known, seen = 0, set[str]()
    for line in lines:
        claim = claims.get(line.external_no)
        fault = _answer_fault(line, claim, seen)
        if fault:
            faults.append((line.row, fault))
            continue
        assert claim is not None
        seen.add(line.external_no)
        if claim.answer is Answer.WAITING:
            fresh.append((claim, line))
        else:
            known += 1
    return Matched(tuple(fresh), known, tuple(faults))


def _answer_fault(line: AnswerLine, claim: Waiting | None, seen: set[str]) -> str:
    if not line.external_no:
        return "没有外部流水号，认不出是哪一条成果。"
    if claim is None:
        return f"流水号 {line.external_no} 不是本校报送的。"
    if line.external_no in seen:
        return f"流水号 {line.external_no} 在文件里出现了两次。"
    if line.name and line.name != claim.name:
        return f"流水号 {line.external_no} 是{claim.name}的“{claim.project}”，文件里写的是{line.name}。"
    if line.answer is None or line.answer is Answer.WAITING:
        return "看不出是认定还是退回。状态一栏请写“认定”或“退回”。"
    if line.answer is Answer.ACCEPTED and (line.hundredths is None or line.hundredths < 0):
        return "认定了，但没有写认定学分。"
    if claim.answer is not Answer.WAITING and (claim.answer, claim.hundredths) != (
        line.answer,
        line.hundredths if line.answer is Answer.ACCEPTED else None,
    ):
        before = claim.answer.label + (f" {shown(claim.hundredths)}" if claim.hundredths is not None else "")
        return f"流水号 {line.external_no} 以前的答复是“{before}”，这次不一样，请向学分银行核实。"
    return ""


def read_credits(text: str) -> int | None:
    """“1.5” → 150; None when it is no amount of at most two places."""
    whole, _, rest = text.strip().partition(".")
    if (
        not whole.isascii()
        or not whole.isdigit()
        or len(rest) > 2
        or (rest and not (rest.isascii() and rest.isdigit()))
    ):
        return None
    return int(whole) * 100 + int(rest.ljust(2, "0") or "0")


def read_answer(text: str) -> Answer | None:
    """认定、通过、已存入 → accepted; 退回、不通过、驳回 → returned; else None."""
    plain = text.strip()
    if any(word in plain for word in ("退回", "不通过", "驳回", "不予", "未通过")):
        return Answer.RETURNED
    if any(word in plain for word in ("认定", "通过", "存入", "成功")):
        return Answer.ACCEPTED
    return None
