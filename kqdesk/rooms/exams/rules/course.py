"""结课考核 of a course that is no 双证 programme: which classes have one, what counts as passed."""

from dataclasses import dataclass

from kqdesk.rooms.catalogue.rules import CourseRules
from kqdesk.rooms.catalogue.terms import Assessment

ASSESSED = (Assessment.EXAM, Assessment.WORK)
"""These ask for a result of each learner; 按出勤 is told by the roll, 不考核 by nothing."""
PASSED, FAILED = "合格", "不合格"


@dataclass(frozen=True)
class Verdict:
    """A result as typed. ``points_tenths``: tenths of a mark of 100, None when only a word was given."""

    is_passed: bool
    points_tenths: int | None = None

    @property
    def words(self) -> str:
        """82.5 分，合格."""
        said = PASSED if self.is_passed else FAILED
        return said if self.points_tenths is None else f"{self.points_tenths / 10:g} 分，{said}"


def is_assessed(rules: CourseRules) -> bool:
    """Whether a class under these rules asks for a result of each learner."""
    return rules.assessment in ASSESSED


def read_verdict(text: str, pass_mark: int | None) -> Verdict:
    """R-EXA-11: a mark of 0–100 (one decimal) passes from the class's own pass mark on; without one only 合格 / 不合格 says it.

    ``pass_mark``: of the rules the class keeps. ValueError with a sentence for anything else.
    """
    plain = text.strip().removesuffix("分").strip()
    if plain in (PASSED, "及格", "通过"):
        return Verdict(True)
    if plain in (FAILED, "不及格", "不通过", "未通过"):
        return Verdict(False)
    whole, _, part = plain.partition(".")
    if not (whole.isascii() and whole.isdigit() and (part == "" or (part.isascii() and part.isdigit()))):
        raise ValueError(f"“{text.strip()}”不是成绩。请填 0 到 100 的分数，或填“合格”“不合格”。")
    if len(part) > 1 or len(whole) > 3 or int(whole) * 10 + int(part or 0) > 1_000:
        raise ValueError(f"“{text.strip()}”不对：成绩 0 到 100 分，最多一位小数。")
    if pass_mark is None:
        raise ValueError("课程规则没有定合格分，只能填“合格”或“不合格”。")
    tenths = int(whole) * 10 + int(part or 0)
    return Verdict(tenths >= pass_mark * 10, tenths)
