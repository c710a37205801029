"""F1: this page's help (resources/help/<key>.md) and its keys."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import (
    QShowEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from kqdesk.desk.helpshelf import FOLDER, picture_of, text_of
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.parts import Push
from kqdesk.desk.theme import theme

EVERYWHERE = (
    ("Ctrl+K", "查找：人、班级、页面、命令"),
    ("Ctrl+F", "到本页的搜索框"),
    ("Ctrl+Z / Ctrl+Y", "撤销 / 恢复"),
    ("Alt+1 … Alt+0", "左边的前十个页面"),
    ("Alt+←", "返回上一页"),
    ("Ctrl+Enter", "保存正在填的表单"),
    ("Ctrl+C / Ctrl+V", "表格复制出去 / 从 Excel、WPS 粘进来"),
    ("Ctrl+B", "收起或展开左边导航"),
    ("Ctrl+L", "锁定屏幕"),
    ("F1", "本页帮助"),
)


def help_text(page: PageSpec, folder: Path | None = None) -> str:
    """Markdown of a page's help with its keys and those that work everywhere."""
    folder = folder or FOLDER
    body = _with_picture(text_of(page, folder), page, folder)
    return "\n\n".join(
        part
        for part in (body.rstrip(), _table("本页按键", page.keys_help), _table("到处可用的按键", EVERYWHERE))
        if part
    )


def _with_picture(body: str, page: PageSpec, folder: Path) -> str:
    """The page as it looks, after the first paragraph; a page that shows a picture of its own keeps that alone."""
    picture = picture_of(page.key, folder)
    if picture is None or "![" in body:
        return body
    head, gap, rest = body.partition("\n\n")
    first, second, more = rest.partition("\n\n")
    shown = f"![{page.title}](pictures/{picture.name})"
    return f"{head}{gap}{first}\n\n{shown}{second}{more}"


def _table(title: str, keys: Sequence[tuple[str, str]]) -> str:
    if not keys:
        return ""
    lines = [
        f"## {title}",
        "",
        "| 按键 | 做什么 |",
        "|---|---|",
        *(f"| `{key}` | {words} |" for key, words in keys),
    ]
    return "\n".join(lines)


class HelpDialog(QDialog):
    """The help of one page."""

    def __init__(self, parent: QWidget, page: PageSpec, heading: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(f"帮助：{page.title}")
        self.resize(round(620 * theme().px("text") / 14), round(560 * theme().px("text") / 14))
        self.text = QTextBrowser()
        self.text.setOpenExternalLinks(False)
        self.text.setAccessibleName("帮助正文")
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setObjectName("helptext")
        self.text.setSearchPaths([str(FOLDER)])
        self.text.setMarkdown(help_text(page))
        dress(self.text.document())
        fit_pictures(self.text.document(), self.width() - 110)
        self._heading = heading
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(Push("知道了", self.accept, look="primary"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.addWidget(self.text, 1)
        column.addLayout(row)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._heading:
            self._go_to(self._heading)

    def _go_to(self, heading: str) -> None:
        """The heading at the top of what is seen."""
        document = self.text.document()
        block = document.begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and block.text() == heading:
                top = document.documentLayout().blockBoundingRect(block).top()
                self.text.verticalScrollBar().setValue(round(top))
                return
            block = block.next()


def fit_pictures(document: QTextDocument, width: int) -> None:
    """No picture wider than ``width`` pixels."""
    block = document.begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            letters = pieces.fragment().charFormat()
            if letters.isImageFormat():
                cursor = QTextCursor(document)
                cursor.setPosition(pieces.fragment().position())
                cursor.setPosition(
                    pieces.fragment().position() + pieces.fragment().length(), QTextCursor.MoveMode.KeepAnchor
                )
                shown = letters.toImageFormat()
                shown.setWidth(width)
                cursor.setCharFormat(shown)
                break
            pieces += 1
        block = block.next()


def dress(document: QTextDocument) -> None:
    """Markdown in the desk's sizes: headings as on pages, tables wide, without lines."""
    look = theme()
    document.setDocumentMargin(8)
    block = document.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        cursor = QTextCursor(block)
        if level:
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            letters = QTextCharFormat()
            letters.setFont(look.font("title" if level == 1 else "head", semibold=True))
            letters.setForeground(look.colour("text"))
            cursor.setCharFormat(letters)
        room = QTextBlockFormat()
        room.setTopMargin(14 if level > 1 else 2)
        room.setBottomMargin(6)
        if cursor.currentTable() is None:
            cursor.mergeBlockFormat(room)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            lines = frame.format()
            lines.setCellPadding(6)
            lines.setBorder(0)
            lines.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
            frame.setFormat(lines)
