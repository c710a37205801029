"""What a mark is: tenths of a mark or a flag, read from typed words, graded by the bands of a rule pack."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.text import half_width
from kqdesk.rooms.exams.terms import ScoreFlag
from kqdesk.rooms.office.rules import Band

_NUMBER = re.compile(r"(\d{1,5})(?:\.(\d+))?\s*分?")
_FLAGS = {"缺考": ScoreFlag.ABSENT, "缺": ScoreFlag.ABSENT, "缓考": ScoreFlag.DEFERRED, "缓": ScoreFlag.DEFERRED,
          "违纪": ScoreFlag.VIOLATION, "违": ScoreFlag.VIOLATION}  # fmt: skip


@dataclass(frozen=True)
class Points:
    """What stands in one cell: tenths of a mark, or why there is none."""

    tenths: int | None = None
    flag: ScoreFlag | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing entered yet."""
        return self.tenths is None and self.flag is None

    @property
    def words(self) -> str:
        """``79`` · ``79.5`` · 缺考 · empty."""
        if self.flag is not None:
            return self.flag.label
        return "" if self.tenths is None else points_words(self.tenths)


def points_words(tenths: int) -> str:
    """``795`` → 79.5, ``800`` → 80."""
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def read_points(text: str, *, full_marks: int, integer_marks: bool | None) -> Points:
    """One typed mark: a number from 0 to full marks, or 缺考 缓考 违纪. UserError says what to look at.

    R-EXA-02: integer_marks True refuses halves; False or None (未配置) takes one decimal place.
    """
    plain = half_width(text).strip()
    if plain in _FLAGS:
        return Points(flag=_FLAGS[plain])
    number = _NUMBER.fullmatch(plain)
    if number is None:
        raise UserError(f"“{plain}”不是分数。请填 0—{full_marks} 的数字，或填“缺考”“缓考”“违纪”。")
    rest = (number[2] or "").rstrip("0")
    if len(rest) > 1:
        raise UserError(f"{plain} 的小数太多，最多一位。")
    if rest and integer_marks:
        raise UserError(f"这里只记整数分，{plain} 不能填。请按评卷规定取整后再填。")
    points = Points(tenths=int(number[1]) * 10 + int(rest or 0))
    fault = points_fault(points, full_marks=full_marks)
    if fault:
        raise UserError(fault)
    return points


def points_fault(points: Points, *, full_marks: int) -> str:
    """What is wrong with a mark, in a sentence; empty when it can be kept."""
    if points.tenths is None:
        return ""
    if points.flag is not None:
        return f"有了“{points.flag.label}”就不能再填分数。"
    if 0 <= points.tenths <= full_marks * 10:
        return ""
    return f"满分是 {full_marks} 分，{points_words(points.tenths)} 分超出了范围，请看卷面核对。"


def band_of(points: Points, bands: Sequence[Band]) -> Band | None:
    """R-EXA-01: the grade a mark falls into: the highest band whose lower edge it reaches. None without a mark.

    79.5 is below 80, so it is a B: a band begins exactly at its edge.
    """
    if points.tenths is None:
        return None
    return next((band for band in bands if points.tenths >= band.lowest * 10), None)


def average(points: Iterable[Points]) -> Decimal | None:
    """Mean of the marks given, one decimal place, halves up; None when there is none."""
    tenths = [p.tenths for p in points if p.tenths is not None]
    if not tenths:
        return None
    return Decimal((2 * sum(tenths) + len(tenths)) // (2 * len(tenths))) / 10


def graded(marks: Iterable[Points], bands: Sequence[Band] | None) -> tuple[str, int | None]:
    """Grades in the order given and the credits they bring together: ``("A B C", 18)``; a mark that is none is left out.

    Credits None: the pack has no bands (未配置) or there is no mark yet.
    """
    if not bands:
        return "", None
    found = [band for band in (band_of(points, bands) for points in marks) if band]
    return " ".join(band.grade for band in found), sum(band.credits for band in found) if found else None
