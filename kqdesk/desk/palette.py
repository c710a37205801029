"""Ctrl+K: find anything by Chinese, pinyin initials or number, and go there without the mouse."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Index, place_of
from kqdesk.desk.desk import Desk, is_alive
from kqdesk.desk.helpshelf import HelpShelf
from kqdesk.desk.pages import Command, Context, Hit, PageSpec, Source
from kqdesk.desk.parts import label, rule
from kqdesk.desk.theme import icon, pixmap, theme
from kqdesk.kernel.pinyin import syllables

PAUSE = 80  # milliseconds after the last key
EACH = 6  # hits a source may show
KEYS = "↑ ↓ 选择　Enter 打开　Esc 关闭"


@dataclass(frozen=True)
class Line:
    """A heading (no ``act``) or one thing to go to."""

    title: str
    subtitle: str = ""
    icon: str = ""
    act: Callable[[], object] | None = field(default=None, compare=False)


@lru_cache(maxsize=1024)
def initials(text: str) -> str:
    """Pinyin initials of a short text: 花名册 → hmc."""
    return "".join(part[:1] for part in syllables(text)).lower()


def matches(text: str, title: str) -> bool:
    """True when the typed text is in the title, or begins its pinyin initials."""
    plain = text.strip().lower()
    return bool(plain) and (plain in title.lower() or initials(title).startswith(plain))


class LinesModel(QAbstractListModel):
    """Headings and lines."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these."""
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        return f"{line.title} {line.subtitle}".strip() if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        is_heading = not index.isValid() or self.lines[index.row()].act is None
        return Qt.ItemFlag.NoItemFlags if is_heading else super().flags(index)


class LineDelegate(QStyledItemDelegate):
    """Icon, title, subtitle in grey; headings small."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model, look = index.model(), theme()
        assert isinstance(model, LinesModel)
        line = model.lines[index.row()]
        rect, state = place_of(option)
        painter.save()
        if line.act is None:
            painter.setFont(look.font("small", semibold=True))
            painter.setPen(look.colour("second"))
            painter.drawText(rect.adjusted(16, 6, -16, 0), Qt.AlignmentFlag.AlignVCenter, line.title)
        else:
            self._paint_line(painter, rect, line, bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_line(self, painter: QPainter, rect: QRect, line: Line, is_chosen: bool) -> None:
        look = theme()
        if is_chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("primary_soft"))
            painter.drawRoundedRect(rect.adjusted(8, 1, -8, -1), 6, 6)
        size, tone = look.px("icon"), "primary" if is_chosen else "second"
        spot = QPoint(rect.left() + 18, rect.center().y() - size // 2)
        painter.drawPixmap(
            spot, pixmap(line.icon or "right", tone, size, painter.device().devicePixelRatioF())
        )
        inner = rect.adjusted(18 + size + 12, 0, -18, 0)
        painter.setFont(look.font())
        painter.setPen(look.colour("text"))
        metrics = QFontMetrics(look.font())
        title = metrics.elidedText(line.title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, title)
        inner.setLeft(inner.left() + metrics.horizontalAdvance(title) + 12)
        painter.setFont(look.font("small"))
        painter.setPen(look.colour("second"))
        small = QFontMetrics(look.font("small"))
        words = small.elidedText(line.subtitle, Qt.TextElideMode.ElideRight, max(inner.width(), 0))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        is_heading = isinstance(model, LinesModel) and model.lines[index.row()].act is None
        return QSize(200, theme().px("dense") if is_heading else theme().px("row") + 2)


class Palette(QFrame):
    """The box that comes down from the top of the window."""

    def __init__(
        self,
        desk: Desk,
        pages: Sequence[PageSpec],
        sources: Sequence[Source],
        commands: Sequence[Command],
        over: QWidget,
        *,
        helps: HelpShelf | None = None,
        show_help: Callable[[PageSpec, str], object] | None = None,
    ) -> None:
        super().__init__(over)
        self._helps, self._show_help = helps, show_help
        self.setObjectName("palette")
        self._desk, self._over = desk, over
        self._pages, self._sources, self._commands = pages, sources, commands
        self._found: dict[str, Sequence[Hit]] = {}
        self._waiting: set[str] = set()  # sources that have not answered what stands in the box
        self._back: QWidget | None = None
        self.edit = QLineEdit()
        self.edit.setPlaceholderText("找人、班级、课程、页面、命令：汉字、拼音首字母、尾号都行")
        self.edit.setAccessibleName("查找")
        self.edit.addAction(icon("search", "primary"), QLineEdit.ActionPosition.LeadingPosition)
        self.model = LinesModel(self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(LineDelegate(self.view))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._nothing = label("", "second")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._keys = QLabel(KEYS)
        self._keys.setProperty("look", "small")
        self._keys.setContentsMargins(16, 0, 16, 0)
        self._keys.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._ask)
        self.edit.textChanged.connect(self._on_text)
        self.edit.installEventFilter(self)
        self.view.clicked.connect(self._on_clicked)
        self.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 8, 1, 8)
        column.setSpacing(6)
        column.addWidget(self.edit)
        column.addWidget(rule())
        column.addWidget(self.view, 1)
        column.addWidget(self._nothing, 1)
        column.addWidget(rule())
        column.addWidget(self._keys)

    def open(self, text: str = "") -> None:
        """Come down, with the cursor in the box."""
        self._back = self.window().focusWidget()
        self.refit()
        self.edit.setText(text)
        self._found = {}
        self._show()
        self.show()
        self.raise_()
        self.edit.setFocus()
        self.edit.selectAll()

    def refit(self) -> None:
        """Place within the window as it is now."""
        width = min(round(640 * theme().px("text") / 14), self._over.width() - 48)
        height = min(round(480 * theme().px("text") / 14), self._over.height() - 100)
        self.setGeometry((self._over.width() - width) // 2, 48, width, height)

    def leave(self) -> None:
        """Close; the keyboard goes back where it was."""
        self.hide()
        if self._back is not None and is_alive(self._back):
            self._back.setFocus()

    def choose(self) -> None:
        """Open the line that is chosen."""
        index = self.view.currentIndex()
        if index.isValid():
            self._go(self.model.lines[index.row()])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self.isAncestorOf(
            self.window().focusWidget() or self
        ):
            self.hide()
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose()
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return super().eventFilter(watched, event)
        return True

    def _step(self, step: int) -> None:
        row, lines = self.view.currentIndex().row() + step, self.model.lines
        while 0 <= row < len(lines):
            if lines[row].act is not None:
                self.view.setCurrentIndex(self.model.index(row))
                return
            row += step
        if step < 0:
            self.view.scrollToTop()

    @Slot(str)
    def _on_text(self, _: str) -> None:
        is_asking = bool(self.edit.text().strip())
        self._found = self._found if is_asking else {}
        self._waiting = {source.title for source in self._sources} if is_asking else set()
        self._show()
        self._pause.start()

    @Slot()
    def _ask(self) -> None:
        text = self.edit.text().strip()
        if not text:
            return
        for source in self._sources:
            query = partial(_find, source, text)
            self._desk.read(
                query, partial(self._arrive, source, text), owner=self, only=f"find.{source.title}"
            )

    def _arrive(self, source: Source, text: str, hits: Sequence[Hit]) -> None:
        if text == self.edit.text().strip():
            self._found[source.title] = hits
            self._waiting.discard(source.title)
            self._show()

    def _show(self) -> None:
        text = self.edit.text().strip()
        chosen = self.view.currentIndex().row()
        before = self.model.lines[chosen] if 0 <= chosen < len(self.model.lines) else None
        lines: list[Line] = []
        for source in self._sources:
            hits = [
                Line(h.title, h.subtitle, h.icon, partial(self._open, h.page, h.context))
                for h in self._found.get(source.title, ())
            ]
            lines += [Line(source.title), *hits] if hits else []
        lines += self._fixed(text)
        self.model.show_lines(lines)
        none = "正在找……" if self._waiting else f"没有找到“{text}”。换个字、拼音首字母或尾号试试。"
        self._nothing.setText("" if lines else none)
        self._nothing.setVisible(not lines)
        self.view.setVisible(bool(lines))
        again = (
            lines.index(before) if before in lines and before is not None and before.act is not None else -1
        )
        first = next((n for n, line in enumerate(lines) if line.act is not None), -1)
        target = again if again >= 0 and text else first
        if target >= 0:
            self.view.setCurrentIndex(self.model.index(target))

    def _fixed(self, text: str) -> list[Line]:
        pages = [p for p in self._pages if not text or matches(text, p.title) or _speaks_of(p, text)]
        commands = [c for c in self._commands if not text or matches(text, c.title)]
        lines = [Line(p.title, p.sentence, p.icon, partial(self._open, p.key, {})) for p in pages]
        acts = [Line(c.title, c.keys, c.icon, c.run) for c in commands]
        first = [Line("命令"), *acts] if acts else []
        second = [Line("页面"), *lines] if lines else []
        return first + second + self._help_lines(text) if text else second + first

    def _help_lines(self, text: str) -> list[Line]:
        """Places in the help that have these words."""
        shelf, show = self._helps, self._show_help
        if shelf is None or show is None:
            return []
        lines = [
            Line(f"{one.page.title} · {one.heading}" if one.heading != one.page.title else one.heading,
                 one.words, "help", partial(show, one.page, one.heading))
            for one in shelf.find(text)
        ]  # fmt: skip
        return [Line("帮助"), *lines] if lines else []

    def _open(self, page: str, context: Context) -> None:
        self._desk.open(page, **context)

    def _go(self, line: Line) -> None:
        self.leave()
        if line.act is not None:
            line.act()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._go(self.model.lines[index.row()])


def _speaks_of(page: PageSpec, text: str) -> bool:
    """True when a page's own sentence has the Chinese words typed: 点名 finds 考勤."""
    return len(text) > 1 and not text.isascii() and text in page.sentence


def _find(source: Source, text: str, session: Session) -> Sequence[Hit]:
    return source.find(session, text, EACH)
