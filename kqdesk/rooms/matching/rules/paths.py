"""The way of schooling that lies before somebody, step by step. Pure."""

from kqdesk.rooms.matching.rules.fitting import rank

_STEPS = (
    (2, "成人初中（双证制）"),
    (3, "成人高中（双证制）"),
    (4, "大学专科（开放教育、成人高考、自学考试等）"),
    (5, "大学本科（专升本）"),
)


def steps_ahead(education: str | None) -> tuple[str, ...]:
    """R-MAT-07: the steps above what somebody has, nearest first; () from a bachelor's degree on, or when unknown."""
    if not education:
        return ()
    return tuple(words for height, words in _STEPS if height > rank(education))
