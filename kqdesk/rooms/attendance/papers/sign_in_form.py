"""Where the boxes of a sign-in sheet are: the drawing of the paper and the reading of a scan go by the same numbers.

A layout that was printed once is never changed: sheets of it lie on desks. A new one gets a new key.
"""

from kqdesk.printing.scanning.forms import Area, FormLayout, Kind

TOP, HEAD_MM, ROW_MM, ROWS = 41.0, 8.0, 10.5, 20
LEFT, WIDTH, GUTTER = 10.0, 190.0, 2.0

TITLES_ONE = ("序号", "姓名", "签名", "迟到", "早退", "请假", "备注")
WIDTHS_ONE = (12.0, 30.0, 62.0, 14.0, 14.0, 14.0, 44.0)
TITLES_TWO = ("序号", "姓名", "签名", "迟到", "早退", "请假")
WIDTHS_TWO = (9.0, 22.0, 36.0, 9.0, 9.0, 9.0)

SIGN, LATE, EARLY, LEAVE, REMARK = 2, 3, 4, 5, 6
"""Columns of a row; only the sheet in one column has room for remarks."""

_TICKS = (Kind.TICK, Kind.TICK, Kind.TICK)


def _rows(left: float, widths: tuple[float, ...]) -> list[tuple[Area, ...]]:
    found = []
    for down in range(ROWS):
        x, row = left, []
        for width in widths:
            row.append(Area(round(x, 3), TOP + HEAD_MM + down * ROW_MM, width, ROW_MM))
            x += width
        found.append(tuple(row))
    return found


ONE = FormLayout("A", (Kind.PRINT, Kind.PRINT, Kind.SIGN, *_TICKS, Kind.NOTE), tuple(_rows(LEFT, WIDTHS_ONE)))
"""Up to twenty learners on a page, with room for remarks."""

TWO = FormLayout(
    "B",
    (Kind.PRINT, Kind.PRINT, Kind.SIGN, *_TICKS),
    (*_rows(LEFT, WIDTHS_TWO), *_rows(LEFT + sum(WIDTHS_TWO) + GUTTER, WIDTHS_TWO)),
)
"""Up to forty in two columns; the first twenty stand at the left."""

LAYOUTS = (ONE, TWO)


def layout_for(learners: int) -> FormLayout:
    """The layout of a sheet for so many; all its pages have the same."""
    return ONE if learners <= len(ONE.rows) else TWO
