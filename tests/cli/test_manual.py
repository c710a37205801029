"""The manual: every page of the window is a chapter, found by bookmark and by the page the contents name; small pictures."""

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from kqdesk.app.pages import PAGES
from kqdesk.cli import manual
from kqdesk.desk.helpshelf import FOLDER
from kqdesk.desk.pages import GROUPS
from tests.cli.command import CommandLine


@pytest.fixture
def printed(kqdesk: CommandLine, tmp_path: Path) -> pypdfium2.PdfDocument:
    ended = kqdesk("--json", "manual", "--out", tmp_path / "手册.pdf")
    assert ended.code == 0, ended.err
    document = pypdfium2.PdfDocument(tmp_path / "手册.pdf")
    assert ended.told["pages"] == len(document)
    return document


def test_every_page_is_a_chapter_where_the_contents_say(printed: pypdfium2.PdfDocument) -> None:
    marks = {one.get_title(): one.get_dest().get_index() for one in printed.get_toc()}
    pages = sorted(PAGES, key=lambda page: GROUPS.index(page.group))
    first = marks[pages[0].title]
    contents = "".join(printed[at].get_textpage().get_text_range() for at in range(marks["目录"], first))
    text = {title: printed[at].get_textpage().get_text_range() for title, at in marks.items()}
    printed.close()

    assert list(marks) == ["封面", "目录", *(page.title for page in pages)]
    for page in PAGES:
        assert page.title in text[page.title]
        assert f"第 {marks[page.title] + 1} 页" in text[page.title]
        assert str(marks[page.title] + 1) in contents.split(page.sentence[:6])[1]


def test_nothing_to_do_is_wrong_usage(kqdesk: CommandLine) -> None:
    assert kqdesk("manual").code == 2


def test_pictures_are_made_small(tmp_path: Path) -> None:
    path = tmp_path / "home.png"
    Image.effect_noise((1366, 768), 90).convert("RGB").save(path)
    before = path.stat().st_size

    manual.shrink(path)

    with Image.open(path) as shown:
        assert shown.width == manual.WIDTH
    assert path.stat().st_size < before / 2


def test_the_programs_own_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (FOLDER / "pictures").glob("*.png")}

    assert {name: size for name, size in sizes.items() if size > 80 << 10} == {}
    assert sum(sizes.values()) < 4 << 20
