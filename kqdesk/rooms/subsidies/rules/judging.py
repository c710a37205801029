"""Whether somebody may claim under a rule: every line with its input and where it came from. Pure.

Three answers: met, not met, and 缺 (an input nobody has typed yet). Unset limits are said, not guessed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kqdesk.rooms.office.rules.inputs import INPUTS
from kqdesk.rooms.office.rules.predicates import Condition, Group, Negation, Predicate
from kqdesk.rooms.office.rules.rulerow import RuleRow
from kqdesk.rooms.office.rules.rulewords import condition_words, predicate_words, value_words
from kqdesk.rooms.subsidies.terms import UNSET, Standing

MET, UNMET, MISSING, UNCHECKED = Standing.MET, Standing.UNMET, Standing.MISSING, Standing.UNCHECKED


@dataclass(frozen=True)
class Known:
    """One input as it is known: its value (None = 缺), in which record it stands, and the page where it is typed."""

    value: Any
    source: str = ""
    page: str = ""
    context: tuple[tuple[str, str], ...] = ()


Inputs = Mapping[str, Known]
"""Input name → what is known of it; a name that is not there is 缺."""
NOTHING = Known(None)


@dataclass(frozen=True)
class Line:
    """One line of a verdict. ``depth``: how far it stands in; ``value``: the inputs in words; ``page``: where to go."""

    words: str
    standing: Standing
    value: str = ""
    source: str = ""
    page: str = ""
    context: tuple[tuple[str, str], ...] = ()
    depth: int = 0

    def as_json(self) -> list[Any]:
        """As it is kept with a claim."""
        return [
            self.words,
            self.standing.value,
            self.value,
            self.source,
            self.page,
            [list(one) for one in self.context],
            self.depth,
        ]


def line_of(kept: list[Any]) -> Line:
    """A kept line again."""
    words, standing, value, source, page, context, depth = kept
    return Line(
        words, Standing(standing), value, source, page, tuple((key, one) for key, one in context), depth
    )


@dataclass(frozen=True)
class Verdict:
    """What a rule says of somebody: every line, and the sum of them."""

    standing: Standing
    lines: tuple[Line, ...] = field(default=())

    @property
    def lacking(self) -> tuple[Line, ...]:
        """The lines whose input is missing and matters: not those of alternatives of which another one is met."""
        found: list[Line] = []
        above: dict[int, Standing] = {}
        for line in self.lines:
            above[line.depth] = line.standing
            if (
                line.standing is MISSING
                and line.value
                and all(above.get(n) is MISSING for n in range(line.depth))
            ):
                found.append(line)
        return tuple(found)

    @property
    def failed(self) -> tuple[Line, ...]:
        """The lines that speak against it; of alternatives only the heading."""
        return tuple(line for line in self.lines if line.standing is UNMET and not line.depth)


def judge(rule: RuleRow, inputs: Inputs, *, window_days: int | None = None) -> Verdict:
    """R-SUB-01: met when every line is; one line not met decides; else one line without its input is 缺.

    ``window_days``: days to claim in where the rule does not say (pack item); None = 未配置, said and not held against
    anybody.
    """
    lines = [_in_force(rule, inputs), *_window(rule, inputs, window_days)]
    total = _both(line.standing for line in lines if line.standing is not UNCHECKED)
    own: list[Line] = []
    top = rule.predicate
    parts = top.parts if isinstance(top, Group) and not top.is_any else (top,)
    stands = [_judge(part, inputs, own, 0) for part in parts]
    return Verdict(_both([total, *stands]), (*own, *lines))


def full_months(start: date, last: date) -> int:
    """R-SUB-02: whole months from ``start`` through ``last``, the last day included: 2019-09-24 to 2020-09-23 is twelve."""
    end = last + timedelta(days=1)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (1 if _falls_short(start, end) else 0)


def _falls_short(start: date, end: date) -> bool:
    """Whether the day of the month is not reached; the last of a short month reaches the 31st."""
    if end.day >= start.day:
        return False
    return (end + timedelta(days=1)).day != 1


def _in_force(rule: RuleRow, inputs: Inputs) -> Line:
    """The achievement lies in the time of the rule."""
    known = inputs.get("achieved_on", NOTHING)
    until = f"，{rule.effective_to} 前" if rule.effective_to else ""
    words = f"取得日期在规则有效期内（{rule.effective_from} 起{until}）"
    if known.value is None:
        return Line(words, MISSING, "取得日期：缺", known.source, known.page, known.context)
    is_met = rule.effective_from <= known.value and not rule.is_over(known.value)
    return Line(
        words, MET if is_met else UNMET, f"取得日期：{known.value}", known.source, known.page, known.context
    )


def _window(rule: RuleRow, inputs: Inputs, fallback: int | None) -> list[Line]:
    """R-SUB-03: the day of the achievement is the first, the day that many days later the last on which one may claim."""
    days = rule.claim_window_days if rule.claim_window_days is not None else fallback
    if days is None:
        return [Line("申领期限", UNCHECKED, UNSET, "规则包没有写多少天内申领")]
    earned, claimed = inputs.get("achieved_on", NOTHING), inputs.get("claimed_on", NOTHING)
    if earned.value is None or claimed.value is None:
        return [
            Line(
                f"取得后 {days} 天内申领",
                MISSING,
                "取得日期或受理日期：缺",
                earned.source,
                earned.page,
                earned.context,
            )
        ]
    last = earned.value + timedelta(days=days)
    is_met = earned.value <= claimed.value <= last
    value = f"{earned.value} 取得，{claimed.value} 受理，最后一天 {last}"
    return [Line(f"取得后 {days} 天内申领", MET if is_met else UNMET, value, earned.source)]


def _judge(part: Predicate, inputs: Inputs, lines: list[Line], depth: int) -> Standing:
    if isinstance(part, Condition):
        line = _line(part, inputs, depth)
        lines.append(line)
        return line.standing
    if isinstance(part, Negation):
        return _negation(part, inputs, lines, depth)
    return _group(part, inputs, lines, depth)


def _negation(part: Negation, inputs: Inputs, lines: list[Line], depth: int) -> Standing:
    inner: list[Line] = []
    found = {MET: UNMET, UNMET: MET}.get(stand := _judge(part.part, inputs, inner, depth), stand)
    first = inner[0]
    lines.append(
        Line(predicate_words(part), found, first.value, first.source, first.page, first.context, depth)
    )
    return found


def _group(part: Group, inputs: Inputs, lines: list[Line], depth: int) -> Standing:
    if not part.parts:
        return MET
    at = len(lines)
    stands = [_judge(one, inputs, lines, depth + 1) for one in part.parts]
    found = _either(stands) if part.is_any else _both(stands)
    lines.insert(
        at, Line("下面有一条符合就行：" if part.is_any else "下面每一条都要符合：", found, depth=depth)
    )
    return found


def _both(stands: Any) -> Standing:
    seen = set(stands)
    return UNMET if UNMET in seen else MISSING if MISSING in seen else MET


def _either(stands: list[Standing]) -> Standing:
    return MET if MET in stands else MISSING if MISSING in stands else UNMET


def _line(one: Condition, inputs: Inputs, depth: int) -> Line:
    known = inputs.get(one.field, NOTHING)
    other = inputs.get(one.than, NOTHING) if one.than else None
    parts = [f"{INPUTS[one.field].label}：{value_words(one.field, known.value)}"]
    sources = [known.source]
    if other is not None:
        parts.append(f"{INPUTS[one.than].label}：{value_words(one.than, other.value)}")
        sources.append(other.source)
    lacks = next((k for k in (known, other) if k is not None and k.value is None), None)
    standing = (
        MISSING
        if lacks is not None
        else MET
        if _holds(one, known.value, other.value if other else None)
        else UNMET
    )
    go = lacks or known
    return Line(
        condition_words(one), standing, "，".join(parts), "；".join(dict.fromkeys(filter(None, sources))), go.page,
        go.context, depth,
    )  # fmt: skip


def _holds(one: Condition, value: Any, other: Any) -> bool:
    return _OPS[one.op](value, one.value if other is None else other, one.value)


_OPS: Mapping[str, Callable[[Any, Any, Any], bool]] = {
    "eq": lambda value, against, _: bool(value == against),
    "ne": lambda value, against, _: bool(value != against),
    "ge": lambda value, against, _: bool(value >= against),
    "le": lambda value, against, _: bool(value <= against),
    "gt": lambda value, against, _: bool(value > against),
    "lt": lambda value, against, _: bool(value < against),
    "in": lambda value, against, _: value in against,
    "between": lambda value, against, _: bool(against[0] <= value <= against[1]),
    "months_between": lambda value, against, months: full_months(value, against) >= months,
    "share_ge": lambda value, against, share: bool(share[1] * value >= share[0] * against),
    "share_le": lambda value, against, share: bool(share[1] * value <= share[0] * against),
}
"""(value, the other input or the rule's own value, the rule's own value); shares in whole numbers, nothing is rounded."""
