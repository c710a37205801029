"""Tables out of the program as .xlsx: text stays text, nothing becomes a formula, the file appears whole or not at all."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from kqdesk.kernel.errors import Unreachable
from kqdesk.kernel.progress import Progress, Quiet

_STEP = 1_000


@dataclass(frozen=True)
class OutColumn:
    """One column: its heading, its width in characters, and what it holds. ID numbers and phones are ``text``."""

    title: str
    width: float = 12
    kind: Literal["text", "number", "date"] = "text"


@cache
def _xlsxwriter() -> Any:
    # A quarter of a second to load: not at the start of the program, but with the first table written.
    return import_module("xlsxwriter")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary file beside ``path`` that takes its place at the end; an error leaves ``path`` as it was."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield draft
        draft.replace(path)
    except OSError as broken:
        raise Unreachable(
            f"「{path.name}」没有写成：{broken.strerror or broken}。请看这个文件是不是正开着，磁盘有没有空间，再试一次。"
        ) from broken
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def write_table(
    path: Path,
    title: str,
    columns: Sequence[OutColumn],
    rows: Iterable[Sequence[Any]],
    *,
    progress: Progress = Quiet(),
) -> int:
    """Write one sheet named ``title`` with frozen header, filter and column widths; returns the number of rows.

    ``None`` leaves a cell empty. Raises ``Unreachable`` when the place cannot be written, ``Cancelled`` from progress.
    """
    count = 0
    with replacing(path) as draft:
        # constant_memory keeps one row at a time; strings_to_* off: what is text stays text
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = _xlsxwriter().Workbook(
            str(draft), {**options, "strings_to_numbers": False, "tmpdir": str(path.parent)}
        )
        try:
            sheet = book.add_worksheet(title[:31])
            writers = _prepare(book, sheet, columns)
            for count, row in enumerate(rows, 1):
                for at, value in enumerate(row):
                    if value is not None:
                        writers[at](count, at, value)
                if count % _STEP == 0:
                    progress.step(count, 0, f"写出第 {count} 行")
            sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
        except BaseException:
            with contextlib.suppress(Exception):
                book.close()
            raise
        try:
            book.close()
        except _xlsxwriter().exceptions.FileCreateError as broken:
            raise OSError(str(broken)) from broken
    return count


def _prepare(book: Any, sheet: Any, columns: Sequence[OutColumn]) -> list[Callable[[int, int, Any], None]]:
    """Heading, widths and formats; returns one writer a column."""
    heading = book.add_format(
        {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "vcenter"}
    )
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
    writers: list[Callable[[int, int, Any], None]] = []
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width, text if column.kind == "text" else None)
        sheet.write_string(0, at, column.title, heading)
        writers.append(_writer(sheet, column.kind, text, day))
    sheet.freeze_panes(1, 0)
    return writers


def _writer(sheet: Any, kind: str, text: Any, day: Any) -> Callable[[int, int, Any], None]:
    def write_text(row: int, at: int, value: Any) -> None:
        sheet.write_string(row, at, value if isinstance(value, str) else str(value), text)

    def write_number(row: int, at: int, value: Any) -> None:
        sheet.write_number(row, at, value)

    def write_day(row: int, at: int, value: Any) -> None:
        if isinstance(value, date):
            sheet.write_datetime(row, at, value, day)
        else:
            sheet.write_string(row, at, str(value), text)

    return {"text": write_text, "number": write_number, "date": write_day}[kind]
