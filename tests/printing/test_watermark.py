"""A practice school's papers say so on every page, and its sign-in sheets are still read."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from kqdesk.printing.blocks import NewPage, Text
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.watermark import PRACTICE, mark, mark_papers
from tests.scanning.filled import scanned
from tests.scanning.test_reading import scored


@pytest.fixture
def marked() -> Iterator[None]:
    mark_papers(PRACTICE)
    yield
    mark_papers("")


def words(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    found = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return found


@pytest.mark.usefixtures("marked")
def test_every_page_of_a_practice_school_says_so() -> None:
    pages = words(pdf_bytes("花名册", [Text("第一页"), NewPage(), Text("第二页")]))

    assert [PRACTICE in page for page in pages] == [True, True]


def test_a_real_school_prints_without() -> None:
    plain = words(pdf_bytes("花名册", [Text("第一页")]))

    assert mark() == ""
    assert PRACTICE not in plain[0]


@pytest.mark.usefixtures("marked")
def test_marked_sign_in_sheets_are_read_right(tmp_path: Path) -> None:
    score = scored(tmp_path, 1, scanned)

    assert (score.filed, score.rows, score.wrong, score.missed) == (1, 40, 0, 0)
