"""What the ink on a sign-in sheet means for the roll. Pure.

A box that is plain becomes a mark. Whatever is not plain, or contradicts what is entered already, is asked of a
person: nothing doubtful becomes a mark by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kqdesk.printing.scanning.answers import Doubt, Ink
from kqdesk.rooms.attendance.terms import Mark

WHY = {
    Doubt.LITTLE: "只有一点墨迹",
    Doubt.PLAIN: "不像签名",
    Doubt.PALE: "笔迹太浅，也可能是污渍",
    Doubt.SPILT: "笔画和旁边一格连在一起",
    Doubt.FILLED: "格里涂满了",
    Doubt.BLOT: "被一大片痕迹盖住",
    Doubt.UNPLACED: "这里的表格线不清楚",
    Doubt.UNSEEN: "照片没有拍到",
    Doubt.OVERWRITTEN: "印好的姓名上又写了字",
}
TICKED = (Mark.LATE, Mark.LEFT_EARLY, Mark.EXCUSED)
"""What the three boxes after the signature stand for."""


@dataclass(frozen=True, slots=True)
class BoxInk:
    """One box as it was read."""

    ink: Ink
    doubt: Doubt = Doubt.NONE


@dataclass(frozen=True, slots=True)
class SheetLearner:
    """Somebody with a row on a sheet. ``mark``: what is entered now, leave asked for beforehand included."""

    id: str
    roll_no: int
    name: str
    is_on_roll: bool = True
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class RowJudged:
    """A row of a sheet. ``mark`` when it is plain; else ``why`` says what a person must decide, ``guess`` is offered."""

    row: int
    learner: SheetLearner
    mark: Mark | None
    guess: Mark | None = None
    why: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether a person must look."""
        return bool(self.why)


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A page to file. ``digest`` names the kept picture, empty when it is filed already; ``marks`` by enrolment.

    ``decided``: learners whose mark a person chose by looking; only theirs may replace an entered leave.
    """

    lesson_id: str
    page: int
    digest: str
    name: str
    size: int
    marks: Mapping[str, Mark]
    decided: frozenset[str] = frozenset()
    media: str = "image/jpeg"


def read_row(boxes: Sequence[BoxInk]) -> tuple[Mark | None, Mark | None, str]:
    """R-ATT-08: mark, guess and reason for a row's boxes: printed ones, signature, late, early, leave, perhaps remarks.

    A signature is 到, one tick is what its column says, an empty row is 旷课. Doubt, two ticks, leave with a signature,
    and words in the remarks of an otherwise empty row are asked.
    """
    printed, sign, ticks, remarks = boxes[:2], boxes[2], boxes[3:6], boxes[6:]
    ticked = [mark for mark, box in zip(TICKED, ticks, strict=True) if box.ink is Ink.MARKED]
    guess = ticked[0] if len(ticked) == 1 else Mark.PRESENT if sign.ink is Ink.MARKED else None
    names = ("签名", *(mark.label for mark in TICKED))
    for name, box in zip(("序号", "姓名", *names), (*printed, sign, *ticks), strict=True):
        if box.ink is Ink.DOUBTFUL:
            return None, guess, f"「{name}」：{WHY[box.doubt]}"
    if len(ticked) > 1:
        return None, None, f"同时打了{'、'.join(mark.label for mark in ticked)}"
    if ticked == [Mark.EXCUSED] and sign.ink is Ink.MARKED:
        return None, Mark.PRESENT, "打了请假，又签了名"
    if guess is None and any(box.ink is not Ink.EMPTY for box in remarks):
        return None, Mark.ABSENT, "没有签名，备注里写了字"
    mark = guess or Mark.ABSENT
    return mark, mark, ""


def judge_row(row: int, learner: SheetLearner, boxes: Sequence[BoxInk]) -> RowJudged:
    """R-ATT-09: a plain row against what is entered: another mark is never overwritten by itself, leave stays.

    A doubtful row of somebody whose mark a person entered already is not asked again.
    """
    mark, guess, why = read_row(boxes) if boxes else (None, None, "没有读出来，请看图登记")
    if not learner.is_on_roll:
        return RowJudged(row, learner, None)
    if why and learner.mark is not None and guess in (None, learner.mark):
        return RowJudged(row, learner, learner.mark, learner.mark)
    if why:
        return RowJudged(row, learner, None, guess, why)
    if learner.mark is Mark.EXCUSED and mark is Mark.ABSENT:
        return RowJudged(row, learner, Mark.EXCUSED, Mark.EXCUSED)
    if learner.mark is not None and mark is not learner.mark and mark is not None:
        return RowJudged(row, learner, None, mark, f"已登记{learner.mark.label}，纸上是{mark.label}")
    return RowJudged(row, learner, mark, mark)


def is_blank(rows: Sequence[Sequence[BoxInk]]) -> bool:
    """Nobody wrote anything that could be a mark: a sheet that was never used, or its back."""
    return all(box.ink is Ink.EMPTY for boxes in rows for box in boxes[2:])


def merge(first: Sequence[RowJudged], again: Sequence[RowJudged]) -> list[RowJudged]:
    """The same page read twice: a plain answer helps a doubtful one out; two plain ones that differ are asked."""
    other = {one.learner.id: one for one in again}
    return [_merged(one, other.get(one.learner.id)) for one in first]


def _merged(one: RowJudged, again: RowJudged | None) -> RowJudged:
    if again is None or again.mark is one.mark:
        return one
    if one.mark is None:
        return replace(again, row=one.row)
    if again.mark is None:
        return one
    return replace(one, mark=None, guess=None, why=f"两次扫描不一样：{one.mark.label}、{again.mark.label}")


def tally(rows: Sequence[RowJudged], decided: Mapping[str, Mark]) -> dict[str, Mark]:
    """The marks that differ from what is entered, decisions included, by enrolment."""
    found: dict[str, Mark] = {}
    for one in rows:
        mark = decided.get(one.learner.id, one.mark)
        if mark is not None and mark is not one.learner.mark:
            found[one.learner.id] = mark
    return found
