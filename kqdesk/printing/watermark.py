"""Words across every page that must not pass for a real paper: a practice school prints 演练 on all it prints.

One mark for the process, because it belongs to the home that is open in it; whoever opens one says what it is.
"""

PRACTICE = "演练"
_MARK = [""]


def mark_papers(words: str) -> None:
    """From now on every page of every paper carries ``words``; "" ends it."""
    _MARK[0] = words


def mark() -> str:
    """What pages carry now."""
    return _MARK[0]
