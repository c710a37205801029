"""Which columns step aside when a table gets narrow, so that a list beside an open panel never scrolls sideways."""

from collections.abc import Collection, Sequence
from typing import Any

from kqdesk.desk.cells import Column

AWAY = "窗口窄，收起了：{names}。把窗口拉宽或关上右边就会出现。"


def stepping_aside(
    columns: Sequence[Column[Any]], widths: Sequence[int], room: int, *, gone: Collection[int] = ()
) -> set[int]:
    """Numbers of the columns to hide so that the rest fits into ``room`` pixels.

    ``widths``: the least each wants; ``gone``: hidden by the page already. The first column, the strong ones and the
    states stay: they tell rows apart and say what to do. The others go from the right; too little room even then
    means scrolling.
    """
    need = sum(width for number, width in enumerate(widths) if number not in gone)
    aside: set[int] = set()
    for number in reversed(range(1, len(columns))):
        if need <= room:
            break
        if number not in gone and not columns[number].is_strong and columns[number].kind != "pill":
            aside.add(number)
            need -= widths[number]
    return aside
