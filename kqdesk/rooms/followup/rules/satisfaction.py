"""Satisfaction: a form as typed digits, what ticks of a scanned form mean, results nobody can be told from. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from kqdesk.printing.scanning.answers import Doubt, Ink
from kqdesk.rooms.survey.rules import row_code

LEAST_SCALE, MOST_SCALE = 2, 9
MOST_QUESTIONS = 10
"""What fits on the paper and what one key can say; the pack's wishes beyond are refused."""

Scores = tuple[int | None, ...]
WHY = {
    Doubt.LITTLE: "只有一点墨迹", Doubt.PALE: "笔迹太浅，也可能是污渍", Doubt.SPILT: "笔画和旁边一格连在一起",
    Doubt.FILLED: "格里涂满了", Doubt.BLOT: "被一大片痕迹盖住", Doubt.UNPLACED: "这里的表格线不清楚",
    Doubt.UNSEEN: "照片没有拍到", Doubt.OVERWRITTEN: "问题上写了字", Doubt.PLAIN: "看不准是不是勾",
}  # fmt: skip


def form_code(token: str) -> str:
    """The number of a questionnaire from its lot: eight digits and a check digit, nine to type."""
    lot = int(token, 16) % 90_000_000 + 10_000_000
    return row_code(lot // 100_000, lot % 100_000)


def token_fault(token: str) -> str | None:
    """What is wrong with a lot: it must be 32 hex digits, so that nobody guesses a page."""
    is_hex = len(token) == 32 and all(digit in "0123456789abcdef" for digit in token)
    return None if is_hex else "网页口令要是 32 位十六进制数。"


def read_scores(text: str, questions: int, scale: int) -> Scores:
    """R-FOL-05: one form as digits in the order of the questions: 54535; 0 or - for a question left out.

    ValueError says what is wrong.
    """
    digits = text.strip().replace(" ", "").replace("－", "-").replace("—", "-")
    if len(digits) != questions:
        raise ValueError(
            f"有 {questions} 个问题，要打 {questions} 个数字（没答的打 0），现在是 {len(digits)} 个。"
        )
    found = tuple(None if one in "0-" else _score(one, scale) for one in digits)
    if not any(found):
        raise ValueError("一题也没有答的表不用登记。")
    return found


def _score(digit: str, scale: int) -> int:
    if not digit.isascii() or not digit.isdigit() or int(digit) > scale:
        raise ValueError(f"“{digit}”不对：每题 1 到 {scale} 分，没答的打 0。")
    return int(digit)


def shown_scores(scores: Sequence[int | None]) -> str:
    """The digits again."""
    return "".join("0" if one is None else str(one) for one in scores)


def scores_fault(scores: Sequence[int | None], questions: int, scale: int) -> str | None:
    """What is wrong with an answer from anywhere; None when it may be kept."""
    if len(scores) != questions:
        return f"这份问卷有 {questions} 个问题。"
    if any(one is not None and not (isinstance(one, int) and 1 <= one <= scale) for one in scores):
        return f"每题的分数在 1 到 {scale} 之间。"
    return None if any(one is not None for one in scores) else "至少答一题再提交。"


@dataclass(frozen=True, slots=True)
class BoxInk:
    """One box of a scanned form as it was read."""

    ink: Ink
    doubt: Doubt = Doubt.NONE


@dataclass(frozen=True, slots=True)
class RowRead:
    """One question of a scanned form: the score when it is plain; ``why`` says what a person must look at."""

    question: int
    score: int | None
    guess: int | None = None
    why: str = ""


def read_tick(question: int, boxes: Sequence[BoxInk]) -> RowRead:
    """R-FOL-06: one tick is that score, none is not answered; two ticks and anything doubtful are asked of a person.

    The first box is the printed question, the others are 1, 2, 3 … A written-over question is asked, too.
    """
    printed, ticks = boxes[0], boxes[1:]
    marked = [score for score, box in enumerate(ticks, 1) if box.ink is Ink.MARKED]
    unsure = [box for box in (printed, *ticks) if box.ink is Ink.DOUBTFUL]
    guess = marked[0] if len(marked) == 1 else None
    if len(marked) > 1:
        return RowRead(question, None, None, f"打了 {len(marked)} 个勾")
    if unsure:
        return RowRead(question, None, guess, WHY.get(unsure[0].doubt, "看不准"))
    return RowRead(question, guess, guess)


def is_blank(rows: Sequence[Sequence[BoxInk]]) -> bool:
    """Nobody ticked anything."""
    return all(box.ink is Ink.EMPTY for boxes in rows for box in boxes[1:])


# -- results ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question over many forms. ``counts``: how many gave 1, 2, 3 …; ``hundredths``: the mean × 100, half up."""

    words: str
    counts: tuple[int, ...]

    @property
    def answers(self) -> int:
        """How many answered it."""
        return sum(self.counts)

    @property
    def hundredths(self) -> int | None:
        """The mean × 100; None when nobody answered."""
        total = sum(score * count for score, count in enumerate(self.counts, 1))
        return (200 * total + self.answers) // (2 * self.answers) if self.answers else None

    @property
    def mean(self) -> str:
        """4.35, or a dash."""
        found = self.hundredths
        return "—" if found is None else f"{found // 100}.{found % 100:02d}"


@dataclass(frozen=True, slots=True)
class Result:
    """What some forms say together. ``hidden``: why nothing is shown; ``satisfied``: percent, None = 未配置."""

    forms: int
    questions: tuple[QuestionResult, ...] = ()
    overall: str = "—"
    satisfied: int | None = None
    words: tuple[str, ...] = ()
    hidden: str = ""


def result(
    questions: Sequence[str],
    scale: int,
    forms: Sequence[tuple[Sequence[int | None], str]],
    *,
    least: int | None,
    good_from: int | None,
) -> Result:
    """R-FOL-07: means and shares of all forms together; nothing but their number while they are fewer than the pack wants.

    ``least`` None (未配置) shows nothing either: who answered must not be told. ``satisfied`` is the percent of
    answers of ``good_from`` and more.
    """
    if least is None:
        return Result(len(forms), hidden="规则包没有写几份以上才显示结果（未配置），先不显示。")
    if len(forms) < least:
        return Result(len(forms), hidden=f"只有 {len(forms)} 份，满 {least} 份才显示，免得看出是谁答的。")
    rows = tuple(
        QuestionResult(words, tuple(sum(scores[at] == n for scores, _ in forms) for n in range(1, scale + 1)))
        for at, words in enumerate(questions)
    )
    together = QuestionResult("", tuple(sum(row.counts[n] for row in rows) for n in range(scale)))
    good = None
    if good_from is not None and together.answers:
        count = sum(together.counts[good_from - 1 :])
        good = (200 * count + together.answers) // (2 * together.answers)
    said = tuple(sorted(words for _, words in forms if words))
    return Result(len(forms), rows, together.mean, good, said)


def is_full(there: int, fresh: int, expected: int) -> bool:
    """R-FOL-08: no more forms than there are people who may answer."""
    return there + fresh > expected
