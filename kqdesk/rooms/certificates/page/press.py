"""Printing certificates: the design in use, this printer's offset, how many came out, where to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from sqlalchemy.orm import Session

from kqdesk.desk.fields import Choice, Number, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.job import Job
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.certificates import actions, papers, queries
from kqdesk.rooms.certificates.page.offsets import offset_of
from kqdesk.rooms.certificates.queries import CertificatePaper, DesignRow
from kqdesk.rooms.certificates.terms import PLAIN_PAPER


@dataclass(frozen=True)
class _Order:
    """What is to be printed, and on what."""

    found: Sequence[CertificatePaper]
    design: DesignRow | None
    kinds: Sequence[str]


class Press(QObject):
    """Draws the PDF in a job, previews it, then asks how many sheets are good."""

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.page, self.desk = page, page.desk

    def print_out(self, ids: Sequence[str]) -> None:
        """The selected certificates in the order of the list."""
        if ids:
            self.desk.read(partial(_order, ids=ids, on=self.desk.today()), self._draw, owner=self)

    def _draw(self, order: _Order) -> None:
        read, shift = self.desk.attachments.read, offset_of(self.desk)

        def work(job: Job) -> bytes:
            return papers.certificates_pdf(order.found, job, design=order.design, read=read, shift=shift)

        self.desk.start(work, partial(self._preview, order), title="排版证书", owner=self)

    def _preview(self, order: _Order, pdf: bytes) -> None:
        found = order.found
        name = f"结业证书-{found[0].serial_no}.pdf" if len(found) == 1 else f"结业证书-{len(found)}张.pdf"
        PdfPreview(self.desk, "结业证书", pdf, name, self.page, kind="结业证书").open()
        ids = [paper.id for paper in found if not paper.is_drawn]
        if ids:
            words = "打印好了请登记一下：打好几张、打坏几张，编号和空白证书才对得上。"
            self.page.note.say(words, "info", ("登记打印", partial(self._ask, order, ids)))

    def ask(self, ids: Sequence[str]) -> None:
        """Note what came out of the printer without printing here."""
        if ids:
            self.desk.read(partial(_order, ids=ids, on=self.desk.today()), self._ask_order, owner=self)

    def _ask_order(self, order: _Order) -> None:
        self._ask(order, [paper.id for paper in order.found if not paper.is_drawn])

    def _ask(self, order: _Order, ids: Sequence[str]) -> None:
        count = len(ids)
        kinds = list(dict.fromkeys([*order.kinds, PLAIN_PAPER]))
        if order.design is None or not order.design.on_blanks:
            kinds = list(dict.fromkeys([PLAIN_PAPER, *kinds]))
        fields = (
            Number(name="good", label="打好", least=0, most=count, unit=f"/ {count} 张", required=True, is_half=True,
                   hint="中途停了，就填停下之前好的张数"),
            Number(name="spoilt", label="打坏", least=0, most=999, unit="张", required=True, is_half=True),
            Choice(name="kind", label="用的纸", choices=tuple((kind, kind) for kind in kinds), required=True),
            Text(name="reason", label="打坏的原因", hint="卡纸、走偏、墨糊……"),
        )  # fmt: skip
        values = {"good": count, "spoilt": 0, "kind": kinds[0]}
        panel = FormPanel(
            self.desk, "登记打印", fields, partial(self._save, ids), values=values, save_text="登记"
        )
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()

    def _save(self, ids: Sequence[str], values: dict[str, Any], panel: FormPanel) -> None:
        good = values.pop("good")
        then = partial(self._recorded, good, list(ids[good:]))
        panel.run(actions.record_print, then=then, ids=list(ids[:good]), **values)

    def _recorded(self, good: int, rest: list[str], _: Any) -> None:
        self.page.note.hide()
        if not rest:
            self.desk.tell(f"已登记打印 {good} 张。", undo=True)
            return
        words = f"已登记打印 {good} 张，还有 {len(rest)} 张没打。编号不变，从第 {good + 1} 张接着打。"
        self.desk.tell(words, button=("接着打", partial(self.print_out, rest)))


def _order(session: Session, *, ids: Sequence[str], on: date) -> _Order:
    kinds = [facts.kind for facts in queries.blanks(session) if facts.left > 0]
    return _Order(queries.papers_to_print(session, ids, on=on), queries.default_design(session), kinds)
