"""How far each printer feeds askew: kept on this PC under the printer's name, never synced."""

from functools import partial
from typing import Any

from PySide6.QtPrintSupport import QPrinterInfo

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Number
from kqdesk.desk.form import FormPanel
from kqdesk.desk.tabs import TabbedPage

_NO_PRINTER = "（没有装打印机）"


def printers() -> list[str]:
    """Names of this PC's printers, the default first."""
    names = [info.printerName() for info in QPrinterInfo.availablePrinters()]
    first = QPrinterInfo.defaultPrinterName()
    return sorted(names, key=lambda name: (name != first, name)) or [_NO_PRINTER]


def offset_of(desk: Desk, printer: str = "") -> tuple[float, float]:
    """(right, down) in millimetres for a printer; the one used last when none is named."""
    kept: dict[str, Any] = desk.memory.recall("certificate.offsets", {})
    name = printer or str(desk.memory.recall("certificate.printer", ""))
    found = kept.get(name, [0, 0])
    return (found[0] / 10, found[1] / 10)


def keep_offset(desk: Desk, printer: str, right: float, down: float) -> None:
    """Remember a printer's offset, and that it is the one used for certificates."""
    kept = dict(desk.memory.recall("certificate.offsets", {}))
    kept[printer] = [round(right * 10), round(down * 10)]
    desk.memory.keep("certificate.offsets", kept)
    desk.memory.keep("certificate.printer", printer)


def ask_offset(desk: Desk, page: TabbedPage) -> None:
    """The form at the right of the page."""
    names = printers()
    now = str(desk.memory.recall("certificate.printer", names[0]))
    if now not in names:
        names.insert(0, now)
    right, down = offset_of(desk, now)
    fields = (
        Choice(name="printer", label="打印机", choices=tuple((name, name) for name in names), required=True),
        Number(
            name="right",
            label="往右挪",
            least=-30,
            most=30,
            places=1,
            unit="毫米",
            required=True,
            is_half=True,
        ),
        Number(
            name="down",
            label="往下挪",
            least=-30,
            most=30,
            places=1,
            unit="毫米",
            required=True,
            is_half=True,
        ),
    )
    values = {"printer": now, "right": right, "down": down}
    panel = FormPanel(desk, "打印机偏移", fields, partial(_save, desk, page), values=values)
    panel.closed.connect(page.close_side)
    page.set_side(panel)
    panel.form.focus_first()


def _save(desk: Desk, page: TabbedPage, values: dict[str, Any], panel: FormPanel) -> None:
    keep_offset(desk, values["printer"], float(values["right"]), float(values["down"]))
    panel.form.is_edited = False
    page.close_side()
    desk.tell("偏移记下了，只对这台电脑的这台打印机有效。再打一张校准页看看。")
