"""Print preview: the pages of the real PDF, then 打印 or 另存为."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Lock

import pypdfium2
from PySide6.QtCore import QRectF, QSize, QSizeF, Qt, Slot
from PySide6.QtGui import QImage, QKeySequence, QPageSize, QPainter, QPixmap, QShortcut
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Note, Push, Tool, label
from kqdesk.desk.theme import theme

PRINT_DPI = 300
POINTS = 72  # PDF units an inch
NO_PRINTER = (
    "这台电脑上没有打印机。请接好打印机、装好驱动再打；也可以“另存为”PDF，拷到 U 盘，到能打印的电脑上打。"
)
PRINTERS, TAKEN = "paper.printers", "paper.taken"
"""Remembered on this PC: kind of paper → printer · who sits here → kinds of papers printed or saved."""
PAPER = frozenset({"paper"})
"""What ``desk.changed`` says: a paper was printed or saved."""
ZOOMS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
_one_at_a_time = Lock()  # PDFium is not thread-safe


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of every page in points."""
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [document.get_page_size(n) for n in range(len(document))]
        finally:
            document.close()


def draw_page(pdf: bytes, number: int, scale: float) -> QImage:
    """One page as an image of its own, ``scale`` pixels a point. Safe off the UI thread."""
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            bitmap = document[number].render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
            wide = QImage.Format.Format_RGBX8888
            return QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, wide).copy()
        finally:
            document.close()


class PdfPreview(QDialog):
    """A window over the page; ``open()`` it. Pages are drawn off the UI thread, one at a time.

    kind: what the paper is, as a word (签到表), never with anybody's name: its printer is remembered by it.
    """

    def __init__(
        self,
        desk: Desk,
        title: str,
        pdf: bytes,
        suggested_name: str,
        parent: QWidget | None = None,
        *,
        kind: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"打印预览：{title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self._title, self._pdf, self._name = desk, title, pdf, suggested_name
        self._sizes, self._kind = page_sizes(pdf), kind
        self._zoom, self.number = 1.0, 0
        self.note = Note()
        self.sheet = QLabel()
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sheet.setAccessibleName(f"{title}，第 1 页")
        self.window_on = QScrollArea()
        self.window_on.setWidget(self.sheet)
        self.window_on.setWidgetResizable(True)
        self.window_on.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self.resize(*((900, 660) if theme().text_size == "standard" else (1040, 700)))
        self.window_on.setFocus()  # arrows and PgDn turn the pages at once
        self.show_page(0)

    def _lay_out(self) -> None:
        self._back = Tool("left", "上一页", self.back, keys="PgUp")
        self._on = Tool("right", "下一页", self.forward, keys="PgDn")
        self._count = label("")
        row = QHBoxLayout()
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(8)
        for widget in (self._back, self._count, self._on):
            row.addWidget(widget)
        row.addSpacing(12)
        row.addWidget(Tool("remove", "缩小", self.smaller, keys="Ctrl+-"))
        row.addWidget(Tool("add", "放大", self.larger, keys="Ctrl++"))
        row.addStretch(1)
        row.addWidget(Push("另存为…", self.save_as, icon_name="save", keys="Ctrl+S"))
        row.addWidget(Push("打印…", self.print_out, look="primary", icon_name="print", keys="Ctrl+P"))
        row.addWidget(Push("关闭", self.close, tip="关闭预览　Esc"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.window_on, 1)
        for keys, act in (
            ("PgUp", self.back),
            ("PgDown", self.forward),
            ("Ctrl+-", self.smaller),
            ("Ctrl+=", self.larger),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    # -- looking ----------------------------------------------------------------------------------

    def show_page(self, number: int) -> None:
        """Draw one page (0 is the first)."""
        self.number = min(max(number, 0), len(self._sizes) - 1)
        self._count.setText(f"第 {self.number + 1} 页，共 {len(self._sizes)} 页")
        self._back.setEnabled(self.number > 0)
        self._on.setEnabled(self.number < len(self._sizes) - 1)
        self.sheet.setAccessibleName(f"{self._title}，第 {self.number + 1} 页")
        ratio = self.devicePixelRatioF()
        wanted, scale = self.number, self._zoom * 96 / POINTS * ratio
        self._desk.start(
            lambda _: draw_page(self._pdf, wanted, scale), partial(self._arrive, wanted, ratio), owner=self
        )

    def _arrive(self, number: int, ratio: float, image: QImage) -> None:
        if number == self.number:
            image.setDevicePixelRatio(ratio)
            self.sheet.setPixmap(QPixmap.fromImage(image))

    @Slot()
    def back(self) -> None:
        """The page before."""
        self.show_page(self.number - 1)

    @Slot()
    def forward(self) -> None:
        """The next page."""
        self.show_page(self.number + 1)

    @Slot()
    def smaller(self) -> None:
        """Zoom out a step."""
        self._zoom = max([z for z in ZOOMS if z < self._zoom], default=ZOOMS[0])
        self.show_page(self.number)

    @Slot()
    def larger(self) -> None:
        """Zoom in a step."""
        self._zoom = min([z for z in ZOOMS if z > self._zoom], default=ZOOMS[-1])
        self.show_page(self.number)

    # -- taking out -------------------------------------------------------------------------------

    def save_as(self) -> None:
        """Ask where, write there."""
        name, _ = QFileDialog.getSaveFileName(self, "另存为", self._name, "PDF 文件 (*.pdf)")
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """Write the PDF; a fault is one sentence, the preview stays."""
        try:
            path.write_bytes(self._pdf)
        except OSError:
            self.note.say(f"没有存成：写不进“{path.parent}”。请换一个文件夹再存。", "refused")
        else:
            self.note.say(f"已存到 {path}", "told")
            self._taken()

    def print_out(self) -> None:
        """Ask for a printer, then print page by page while the window stays alive."""
        names = [one.printerName() for one in QPrinterInfo.availablePrinters()]
        if not names:
            self.note.say(NO_PRINTER, "refused")
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._title)
        width, height = self._sizes[0]
        printer.setPageSize(QPageSize(QSizeF(width, height), QPageSize.Unit.Point))
        printer.setFullPage(True)
        kept = self._desk.memory.recall(PRINTERS, {})
        if kept.get(self._kind) in names:
            printer.setPrinterName(kept[self._kind])
        dialog = QPrintDialog(printer, self)
        dialog.setMinMax(1, len(self._sizes))
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        self._desk.memory.keep(PRINTERS, {**kept, self._kind: printer.printerName()})
        first = (printer.fromPage() or 1) - 1
        last = printer.toPage() or len(self._sizes)
        PrintRun(self._desk, self._pdf, printer, range(first, last), self._printed).step()

    def _printed(self, count: int) -> None:
        self.note.say(
            f"已送去打印：{count} 页。" if count else "打印机没有接上，请检查打印机后再试。",
            "told" if count else "refused",
        )
        if count:
            self._taken()

    def _taken(self) -> None:
        """This kind of paper has left the program once: 工作台 may tick it."""
        if self._kind:
            taken, who = self._desk.memory.recall(TAKEN, {}), self._desk.seat.actor_id
            self._desk.memory.keep(TAKEN, {**taken, who: sorted({*taken.get(who, ()), self._kind})})
            self._desk.changed.emit(PAPER)


class PrintRun:
    """Draws each page on a worker thread and puts it on the printer on the UI thread, one after another."""

    def __init__(
        self, desk: Desk, pdf: bytes, printer: QPrinter, pages: range, then: Callable[[int], object]
    ) -> None:
        self._desk, self._pdf, self._printer, self._then = desk, pdf, printer, then
        self._left, self._done = list(pages), 0
        self._painter = QPainter()

    def step(self) -> None:
        """Draw the next page, or finish."""
        if not self._left:
            self._painter.end()
            self._then(self._done)
            return
        number = self._left.pop(0)
        self._desk.start(partial(self._draw, number), self._put)

    def _draw(self, number: int, _job: Job) -> QImage:
        return draw_page(self._pdf, number, PRINT_DPI / POINTS)

    def _put(self, image: QImage) -> None:
        if not self._painter.isActive():
            if not self._painter.begin(self._printer):
                self._then(0)
                return
        else:
            self._printer.newPage()
        sheet = self._painter.viewport()
        fitted = QSize(image.size()).scaled(sheet.size(), Qt.AspectRatioMode.KeepAspectRatio)
        self._painter.drawImage(QRectF(sheet.x(), sheet.y(), fitted.width(), fitted.height()), image)
        self._done += 1
        self.step()
