"""排摸 rules: row codes, who is behind, what counts as raised, what a filled cell means. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kqdesk.rooms.people.terms import education_label
from kqdesk.rooms.survey.terms import ANY_TIME, AnswerState, WishKind

# A quasigroup after Damm: every single wrong digit and every two neighbours exchanged change the last digit.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_SERIAL_DIGITS = 5
_RANKS = {"1": 6, "2": 5, "3": 4, "4": 3, "6": 3, "7": 2, "8": 1}
_SPLIT = re.compile(r"[\s、，,;；/｜|]+")
_NO_WISH = re.compile(r"^(?:无|不|没|否|暂无|暂不|no$)", re.I)
_NOTHING = frozenset({"", "/", "-", "—", "无", "没有"})


def _damm(digits: str) -> str:
    state = "0"
    for digit in digits:
        state = _DAMM[int(state)][int(digit)]
    return state


def row_code(round_no: int, serial: int) -> str:
    """The code printed on a row: round, five digits, check digit; only digits, so that a number pad is enough."""
    digits = f"{round_no}{serial:0{_SERIAL_DIGITS}d}"
    return digits + _damm(digits)


def read_code(text: str) -> str | None:
    """A typed or scanned code; None when it is none or a digit is wrong."""
    digits = re.sub(r"[\s-]", "", text)
    if not digits.isascii() or not digits.isdigit() or len(digits) < _SERIAL_DIGITS + 2:
        return None
    return digits if _damm(digits) == "0" else None


def shown_code(code: str) -> str:
    """In three groups for the eye: 2-00127-4."""
    return f"{code[: -_SERIAL_DIGITS - 1]}-{code[-_SERIAL_DIGITS - 1 : -1]}-{code[-1]}"


def age_on(born: date, day: date) -> int:
    """Whole years; on the birthday the year is full."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_asked(age: int | None, least: int | None, most: int | None) -> bool:
    """Whether somebody belongs to the round by age, both ends in (排摸 20—70 岁). Nobody is left out for an unknown age.

    The numbers come from the rule pack; None = 未配置, that end is open.
    """
    if age is None:
        return True
    return (least is None or age >= least) and (most is None or age <= most)


def is_behind(asked: int, total: int, starts_on: date, ends_on: date, today: date) -> bool:
    """Whether a village or firm has asked a smaller share of its people than days of the round have passed."""
    days = (ends_on - starts_on).days + 1
    gone = min(max((today - starts_on).days, 0), days)  # today itself is not over
    return asked * days < total * gone


def is_raised(then: str | None, now: str | None) -> bool:
    """Whether somebody finished a higher schooling since the round asked (学历提升完成). Codes of GB/T 4658.

    A step up that was broken off (结业, 肄业) does not count; nor does it when the round did not know the schooling.
    """
    if not then or not now or not education_label(now).endswith(("毕业", "教育")):
        return False
    return _RANKS.get(now[0], 0) > _RANKS.get(then[0], 0) > 0


def is_lower(told: str, known: str | None) -> bool:
    """Whether an answer tells less schooling than the roster knows: then the roster stays as it is."""
    return bool(known) and _RANKS.get(told[0], 0) < _RANKS.get(str(known)[0], 0)


def wants_degree(wish: str | None) -> bool:
    """Whether 学历提升意愿 says yes: anything but 无, 不愿意, 没有 …"""
    return bool(wish and wish.strip()) and not _NO_WISH.match(str(wish).strip())


def read_words(text: str) -> list[str]:
    """Several wishes in one cell, each once, in their order: 电工、缝纫 叉车."""
    words = [word.strip("。.") for word in _SPLIT.split(text.strip())]
    return list(dict.fromkeys(word for word in words if word not in _NOTHING))


def read_choices(text: str, choices: Sequence[tuple[str, str]]) -> list[str]:
    """Ticks as typed from a form: numbers as printed (1 3), or the words or how they begin; in the order of the form.

    ValueError names what fits none.
    """
    found: set[str] = set()
    for word in read_words(text):
        hits = _hits(word, choices)
        if not hits:
            named = "、".join(f"{n} {label}" for n, (_, label) in enumerate(choices, 1))
            raise ValueError(f"“{word}”不在可选的里面：{named}。可以只打序号，中间空一格。")
        found.update(hits)
    return [value for value, _ in choices if value in found]


def _hits(word: str, choices: Sequence[tuple[str, str]]) -> list[str]:
    if word.isascii() and word.isdigit():
        return [choices[int(word) - 1][0]] if 0 < int(word) <= len(choices) else []
    exact = [value for value, label in choices if label == word]
    return exact or [value for value, label in choices if label.startswith(word) or word in label]


def pairs(words: type[StrEnum]) -> list[tuple[str, str]]:
    """(value, label) of an enum of terms, in its order."""
    return [(one.value, str(getattr(one, "label"))) for one in words]  # noqa: B009 -- every term has one


@dataclass(frozen=True, slots=True)
class Wished:
    """One wish of one person, as the 需求清单 groups it."""

    kind: WishKind
    wish: str
    time: str


def wishes_of(
    wish: str | None,
    skills: Sequence[str],
    categories: Sequence[str],
    projects: Sequence[str],
    times: Sequence[str],
) -> list[Wished]:
    """Every wish of an answer at every time it named; without a time once, 时间不限. Words, not codes, come in."""
    kinds = [(WishKind.SKILL, skills), (WishKind.CATEGORY, categories), (WishKind.PROJECT, projects)]
    wanted = [(WishKind.DEGREE, WishKind.DEGREE.label)] if wants_degree(wish) else []
    wanted += [(kind, word) for kind, words in kinds for word in words]
    return [Wished(kind, word, time) for kind, word in wanted for time in times or (ANY_TIME,)]


def answered(values: Mapping[str, Any], before: AnswerState) -> AnswerState:
    """The state after cells were filled: what somebody set by hand stays, the first answer makes 未问 and 联系不上 已答."""
    if "state" in values:
        return AnswerState(values["state"] or AnswerState.WAITING)
    if before in (AnswerState.WAITING, AnswerState.UNREACHED) and any(values.values()):
        return AnswerState.ANSWERED
    return before
