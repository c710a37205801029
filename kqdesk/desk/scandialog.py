"""The dialog for scans and photos of filled sheets: dropped in, read off the window, doubts decided, entered as one step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Blank, Note, Push, label
from kqdesk.desk.table import TableView
from kqdesk.desk.theme import theme

_FILTER = "扫描件和照片 (*.pdf *.jpg *.jpeg *.png);;所有文件 (*)"


class ScannedSheet(Protocol):
    """What the dialog asks of one page that was read."""

    @property
    def file(self) -> Path:
        """The file it stands in."""

    @property
    def page(self) -> int:
        """Which page of the file, from 1."""

    @property
    def pages(self) -> int:
        """How many pages the file has."""

    @property
    def name(self) -> str:
        """What the page is called: 扫描.pdf 第 3 页."""

    @property
    def sentence(self) -> str:
        """What became of it."""

    @property
    def is_useless(self) -> bool:
        """Nothing of it can be entered; ``sentence`` says why."""


S = TypeVar("S", bound=ScannedSheet)
V = TypeVar("V")


@dataclass(frozen=True)
class ScanWords:
    """How the dialog of one kind of sheet speaks; ``key`` is of the table's remembered widths."""

    key: str
    title: str
    blank: str
    start: str
    choose: str
    reading: str


class ScanDialog(QDialog, Generic[S]):
    """A window over the page; ``open()`` it, ``take(paths)`` gives it files.

    Subclass it: ``stand`` and ``refresh`` at the end of the constructor; override ``enter`` and the rest below it.
    ``read`` works off the window, so it is a plain function that knows no widget.
    """

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None,
        words: ScanWords,
        read: Callable[[Desk, Sequence[Path], Job], list[S]],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(words.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.resize(*((1080, 640) if theme().text_size == "standard" else (1240, 700)))
        self.desk, self.sheets = desk, list[S]()
        self._words, self._read = words, read
        self._files: list[Path] = []
        self._job: Job | None = None
        self.note, self.counts = Note(), label("", "second")
        self.counts.setWordWrap(True)
        self.counts.setMinimumWidth(theme().px("text") * 16)
        self.choose_button = Push("选择文件…", self.choose, icon_name="file", keys="Ctrl+O")
        self.enter_button = Push("登记", self.enter, look="primary", icon_name="save", keys="Ctrl+Return")

    def stand(self, columns: Sequence[Column[S]], card: QWidget) -> None:
        """The pages at the left, what is asked of them at the right."""
        self.table = TableView((page_column(), *columns), name=self._words.key, memory=self.desk.memory)
        self.table.setAccessibleName("放进来的页")
        self.table.setMinimumWidth(theme().px("text") * 22)
        self.table.picked.connect(self._on_picked)
        top, foot, found = QHBoxLayout(), QHBoxLayout(), QWidget()
        top.addWidget(label("扫描登记", "head"), 1)
        top.addWidget(self.choose_button)
        body = QHBoxLayout(found)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(theme().px("space_l"))
        body.addWidget(self.table, 2)
        body.addWidget(card, 3)
        self._views = QStackedWidget()
        self._views.addWidget(Blank("scan", self._words.blank, self._words.start))
        self._views.addWidget(found)
        foot.addWidget(self.counts, 1)
        foot.addWidget(Push("关闭", self.reject))
        foot.addWidget(self.enter_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(theme().px("space_s"))
        column.addLayout(top)
        column.addWidget(self.note)
        column.addWidget(self._views, 1)
        column.addLayout(foot)

    # -- what the room says -----------------------------------------------------------------------

    @Slot()
    def enter(self) -> None:
        """登记, Ctrl+Enter: what was read and decided, by ``keep``."""
        raise NotImplementedError

    def arrived(self) -> None:
        """``sheets`` are fresh and in the table."""

    def picked(self, sheet: S) -> None:
        """One line of the table was chosen."""

    def refresh(self) -> None:
        """What is at hand now, and ``stand_at``."""
        raise NotImplementedError

    def stand_at(self, words: str, *, is_ready: bool) -> None:
        """The counts, once something was read; whether there is something to enter."""
        self.counts.setText(words if self.sheets else "")
        self.enter_button.setEnabled(self._job is None and is_ready)
        self.choose_button.setEnabled(self._job is None)

    # -- files in ---------------------------------------------------------------------------------

    @Slot()
    def choose(self) -> None:
        """Files from a folder."""
        self.take(choose_scans(self, self._words.choose))

    def take(self, paths: Sequence[Path]) -> None:
        """Read these files in addition to what is here."""
        fresh = [path for path in paths if path not in self._files]
        if not fresh or self._job is not None:
            return
        self._files += fresh
        self.note.say("正在读，读完会列在下面。一页大约零点几秒。", "info")
        self._job = self.desk.start(
            partial(self._read, self.desk, tuple(self._files)),
            self._arrived,
            title=self._words.reading,
            owner=self,
            failed=self._failed,
        )
        self._job.ended.connect(self._on_ended)
        self.refresh()

    @Slot()
    def _on_ended(self) -> None:
        self._job = None
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self._files.clear()
        self.note.say(str(error), "refused")

    def _arrived(self, sheets: list[S]) -> None:
        self.sheets = sheets
        self.table.show_rows(sheets)
        self._views.setCurrentIndex(1 if sheets else 0)
        bad = [one for one in sheets if one.is_useless]
        if bad:
            more = f"（另有 {len(bad) - 1} 页，点开看原因）" if len(bad) > 1 else ""
            self.note.say(f"{bad[0].name}：{bad[0].sentence}{more}", "refused")
        else:
            self.note.hide()
        self.arrived()
        self.refresh()

    @Slot(list)
    def _on_picked(self, rows: list[S]) -> None:
        if len(rows) == 1:
            self.picked(rows[0])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.take(dropped(event))

    # -- entering ---------------------------------------------------------------------------------

    def keep(self, work: Callable[[Job], V], kept: Callable[[V], None]) -> None:
        """Keep the pictures off the window; ``kept`` then runs the one act that undo takes back whole."""
        self.enter_button.setEnabled(False)
        self.desk.start(work, kept, owner=self, failed=self.refused)

    def refused(self, error: Exception) -> None:
        """Say why, and let her try again."""
        self.note.say(str(error), "refused")
        self.refresh()

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.cancel()
        super().done(result)


def page_column() -> Column[Any]:
    """Which page of which file."""
    return Column[Any]("页", _page, tip=lambda sheet: sheet.sentence)


def _page(sheet: ScannedSheet) -> str:
    return f"{sheet.page}/{sheet.pages}　{sheet.file.name}" if sheet.pages > 1 else sheet.file.name


def choose_scans(parent: QWidget, title: str) -> list[Path]:
    """Scans and photos from a folder; none when she thinks better of it."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, "", _FILTER)
    return [Path(name) for name in names]


def dropped(event: QDropEvent) -> list[Path]:
    """The files of a drop."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
