"""Help as text: taken apart, searched inside, shown at a heading with its picture."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kqdesk.desk.help import HelpDialog, help_text
from kqdesk.desk.helpshelf import HelpShelf, Piece, picture_of, pieces
from kqdesk.desk.pages import PageSpec
from tests.desk import fakes

TEXT = """# 花名册

全镇的人
都在这里。

## 导入

1. **选文件**：按 `Ctrl+I`，
   再选。
2. 看一看

| 键 | 做什么 |
|---|---|
| F2 | 改 |

- 一条
"""


@pytest.fixture
def page(tmp_path: Path) -> PageSpec:
    (tmp_path / "things.md").write_text(TEXT, "utf-8")
    return PageSpec("things", "花名册", "人", "", "people", lambda *_: None)


def test_a_page_is_taken_apart() -> None:
    assert list(pieces(TEXT)) == [
        Piece("head1", "花名册"),
        Piece("text", "全镇的人都在这里。"),
        Piece("head2", "导入"),
        Piece("point", "**选文件**：按 `Ctrl+I`，再选。", "1."),
        Piece("point", "看一看", "2."),
        Piece("table", rows=(("键", "做什么"), ("F2", "改"))),
        Piece("point", "一条", "•"),
    ]


def test_text_inside_the_help_is_found(page: PageSpec, tmp_path: Path) -> None:
    shelf = HelpShelf((page,), tmp_path)

    inside, head, short, none = (shelf.find(text) for text in ("选文件", "导入", "选", "没有的词"))

    assert [(one.heading, "选文件：按 Ctrl+I" in one.words) for one in inside] == [("导入", True)]
    assert [one.heading for one in head] == ["导入"]
    assert (short, none) == ([], [])


def test_the_picture_stands_after_the_first_paragraph(page: PageSpec, tmp_path: Path) -> None:
    without = help_text(page, tmp_path)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "things.png").write_bytes(b"x")

    text = help_text(page, tmp_path)

    assert "pictures/" not in without
    assert text.index("都在这里") < text.index("![花名册](pictures/things.png)") < text.index("## 导入")
    assert picture_of("other", tmp_path) is None


def test_ctrl_k_finds_the_help_and_opens_it_at_the_heading(qtbot, shell, monkeypatch) -> None:
    spec = next(one for one in fakes.PAGES if one.key == "things")
    words = next(text for _, heading, text in HelpShelf(fakes.PAGES).sections if heading)[:3]
    shell.find()
    shell.palette_box.edit.setText(words)
    titles = [line.title for line in shell.palette_box.model.lines]

    shell.show_help(spec, "x")
    dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, HelpDialog))

    assert "帮助" in titles
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
