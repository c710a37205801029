"""生成问题报告: the texts are shown first, word for word, and saved only where she says."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from kqdesk.desk.desk import Desk
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.theme import theme
from kqdesk.school import School

Texts = Mapping[str, str]
TELL = (
    "下面就是报告的全部内容：版本、体检结果、运行日志。没有姓名、证件号、电话，也没有文件路径。"
    "看过没有不该发的，再存成文件，发给技术支持。"
)


class Reporter:
    """What the command line lends: texts of an open home, and how they are saved."""

    def __init__(
        self,
        compose: Callable[[School, Mapping[str, str]], Texts],
        save: Callable[[Path, Texts], None],
    ) -> None:
        self.compose, self.save = compose, save


def screen_facts() -> dict[str, str]:
    """Screens, scale, letters, printers as Qt sees them."""
    screens = QGuiApplication.screens()
    told = {
        f"屏幕{n}": f"{one.size().width()}×{one.size().height()} 缩放 {one.devicePixelRatio():g} {one.logicalDotsPerInch():.0f} dpi"
        for n, one in enumerate(screens, 1)
    }
    names = [one.printerName() for one in QPrinterInfo.availablePrinters()]
    return told | {
        "平台": QGuiApplication.platformName(),
        "字号": theme().text_size,
        "字体": theme().font().family(),
        "打印机": f"{len(names)} 台 {' '.join(names)}".strip(),
    }


class ReportDialog(QDialog):
    """Looks, then saves."""

    def __init__(
        self, desk: Desk, texts: Texts, save: Callable[[Path, Texts], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._desk, self._texts, self._save = desk, texts, save
        self.setWindowTitle("生成问题报告")
        self.resize(round(760 * theme().px("text") / 14), round(560 * theme().px("text") / 14))
        words = label(TELL, "second")
        words.setWordWrap(True)
        self.note = Note()
        self.tabs = QTabWidget()
        for name, text in texts.items():
            shown = QPlainTextEdit(text)
            shown.setReadOnly(True)
            shown.setAccessibleName(name)
            self.tabs.addTab(shown, name.removesuffix(".txt"))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(Push("关闭", self.reject))
        row.addWidget(Push("存成文件…", self.ask, look="primary", icon_name="save"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        for widget in (words, self.note, self.tabs):
            column.addWidget(widget)
        column.addLayout(row)

    @Slot()
    def ask(self) -> None:
        """Where to?"""
        name, _ = QFileDialog.getSaveFileName(self, "存问题报告", "kqdesk问题报告.zip", "ZIP 文件 (*.zip)")
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """Write it; a fault is one sentence and the dialog stays."""
        self._desk.start(
            lambda _: self._save(path, self._texts),
            lambda _: self.note.say(f"已存到 {path}。请把这个文件发给技术支持。", "told"),
            owner=self,
            failed=lambda wrong: self.note.say(str(wrong), "refused"),
        )


def ask_report(desk: Desk, school: School, reporter: Reporter, parent: QWidget) -> None:
    """Gather off the UI thread, then show."""
    facts = screen_facts()
    desk.start(
        lambda _: reporter.compose(school, facts),
        lambda texts: ReportDialog(desk, texts, reporter.save, parent).open(),
        title="生成问题报告",
        owner=parent,
    )
