"""外发清单: choose which list goes to whom; printed after a preview or as a workbook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog
from sqlalchemy.orm import Session

from kqdesk.desk.fields import Choice, Pick, RowPick, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Push, label
from kqdesk.desk.preview import PdfPreview
from kqdesk.desk.seat import Books
from kqdesk.kernel.errors import UserError
from kqdesk.printing.blocks import Part
from kqdesk.rooms.matching import papers, queries, sheets
from kqdesk.rooms.matching.papers import Sender
from kqdesk.rooms.matching.queries import Known
from kqdesk.rooms.matching.rules.fitting import Gates
from kqdesk.rooms.matching.terms import OfferState, Outbound
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.people import queries as people
from kqdesk.rooms.people.queries import reader_rights

if TYPE_CHECKING:
    from kqdesk.rooms.matching.page.screen import MatchingPage

OPEN = (OfferState.OPEN, OfferState.COMING)
NOTHING = "这份清单现在是空的，没有可外发的内容。"


@dataclass(frozen=True)
class Order:
    """What is to go out. ``whom``: one college or firm, "" = all; ``persons``: for the personal lists."""

    kind: Outbound
    whom: str
    persons: tuple[str, ...]
    adviser: str
    actor: str


class OutboundPanel(FormPanel):
    """保存 shows the preview; the second button makes a workbook."""

    def __init__(self, page: "MatchingPage") -> None:
        self._page = page
        self._people = page.chosen_people()
        fields = (
            Choice(
                name="kind", label="哪份清单", choices=[(one, one.label) for one in Outbound], required=True
            ),
            Text(name="whom", label="只给哪一家", longest=60, hint="院校或企业的名称，空着就是每家一份"),
            RowPick(name="person", label="给谁", find=_persons, hint="姓名、拼音首字母、证件或电话后四位"),
            Text(name="adviser", label="联系人", longest=20),
        )
        values = {
            "kind": Outbound.PERSONAL if self._people else Outbound.STUDY,
            "adviser": page.desk.seat.name,
        }
        super().__init__(
            page.desk, "外发清单", fields, self._on_save, values=values, save_text="打印预览", stays_open=True
        )
        self.words = label("", "second")
        self.words.setWordWrap(True)
        self.book = Push("存为 Excel", self.choose_file, icon_name="export", keys="Ctrl+Shift+E")
        column: Any = self.layout()
        column.insertWidget(1, self.words)
        self.words.setContentsMargins(16, 0, 16, 8)
        row: Any = column.itemAt(column.count() - 1).widget().layout()
        row.itemAt(0).widget().setText("Esc 关闭")
        row.insertWidget(1, self.book)
        self.form.edited.connect(self._dress)
        self._dress()

    @Slot()
    def _dress(self) -> None:
        kind: Outbound = self.form.inputs["kind"].value()
        self.form.show_field("whom", kind in (Outbound.INTAKE, Outbound.FIRMS))
        self.form.show_field("person", kind is Outbound.PERSONAL and not self._people)
        self.form.show_field("adviser", kind is Outbound.PERSONAL)
        chosen = (
            f"选中的 {len(self._people)} 人，一人一页。" if kind is Outbound.PERSONAL and self._people else ""
        )
        self.words.setText(f"{kind.reader}。{chosen}")
        self.book.setEnabled(kind is not Outbound.PERSONAL)

    def order(self, values: dict[str, Any]) -> Order:
        """What the form says."""
        persons = self._people or tuple(one for one in [values.get("person")] if one)
        return Order(
            values["kind"],
            values.get("whom") or "",
            persons,
            values.get("adviser") or "",
            self.desk.seat.actor_id,
        )

    def _on_save(self, values: dict[str, Any], _: FormPanel) -> None:
        wanted = self.order(values)
        if wanted.kind is Outbound.PERSONAL and not wanted.persons:
            self.form.show_fault("person", "请选一个人，或先在匹配名单里选几个人。")
            return
        self._page.work(partial(_pdf, wanted), self._preview, title=f"排版{wanted.kind.label}", owner=self)

    def _preview(self, pdf: bytes) -> None:
        kind = self.form.inputs["kind"].value()
        if pdf:
            PdfPreview(self.desk, kind.label, pdf, f"{kind.label}.pdf", self).open()
        else:
            self.note.say(NOTHING, "refused")

    @Slot()
    def choose_file(self) -> None:
        """The list as a workbook."""
        values = self.form.values()
        if values is None or values["kind"] is Outbound.PERSONAL:
            return
        wanted = self.order(values)
        name, _ = QFileDialog.getSaveFileName(
            self, f"存为 Excel：{wanted.kind.label}", f"{wanted.kind.label}.xlsx", "Excel (*.xlsx)"
        )
        if name:
            self._page.work(
                partial(_book, wanted, Path(name)),
                self._written,
                title=f"写出{wanted.kind.label}",
                owner=self,
            )

    def _written(self, count: int) -> None:
        self.note.say(f"已写出 {count:,} 行。" if count else NOTHING, "told" if count else "refused")


def sender_of(store: Books, on: date) -> Sender:
    """The school as its letters name it."""
    with store.reading() as session:
        return _sender(session, on)


def _sender(session: Session, on: date) -> Sender:
    card = school_card(session)
    return Sender(card.name, card.phone or "", card.address or "", on) if card else Sender("", "", "", on)


def _persons(session: Session, text: str, limit: int) -> list[Pick]:
    return [
        Pick(hit.id, hit.name, f"{hit.village} {hit.id_masked}".strip())
        for hit in people.find(session, text, limit)
    ]


def _round(session: Session) -> str:
    shown = queries.shown_round(queries.survey_rounds(session))
    if shown is None:
        raise UserError("还没有排摸，给不了开设建议。先到「排摸」登记答卷。")
    return shown.id


def _pdf(wanted: Order, session: Session, known: Known, gates: Gates) -> bytes:
    sender = _sender(session, known.pool.on)
    found = _PARTS[wanted.kind](wanted, sender, session, known, gates)
    return papers.outbound_pdf(wanted.kind, found) if found else b""


Parts = Callable[[Order, Sender, Session, Known, Gates], Sequence[Part]]


def _study(_: Order, sender: Sender, session: Session, _known: Known, _gates: Gates) -> Sequence[Part]:
    rows = queries.offers(session, on=sender.on, states=OPEN)
    return [papers.study_notice(sender, rows)] if rows else []


def _jobs(_: Order, sender: Sender, session: Session, _known: Known, _gates: Gates) -> Sequence[Part]:
    rows = queries.vacancies(session, on=sender.on, states=OPEN)
    return [papers.jobs_notice(sender, rows)] if rows else []


def _intake(wanted: Order, sender: Sender, session: Session, known: Known, gates: Gates) -> Sequence[Part]:
    rows = queries.intake(session, known, gates, on=sender.on, college=wanted.whom)
    sees = reader_rights(session, wanted.actor).sees_full_ids
    return papers.intake_letters(sender, rows, shows_numbers=sees)


def _advice(_: Order, sender: Sender, session: Session, _known: Known, _gates: Gates) -> Sequence[Part]:
    rows = queries.advice(session, on=sender.on, round_id=_round(session))
    return [papers.advice_letter(sender, rows)] if rows else []


def _trainers(
    wanted: Order, sender: Sender, session: Session, _known: Known, _gates: Gates
) -> Sequence[Part]:
    rows = queries.part_time_trainers(session, on=sender.on)
    sees = reader_rights(session, wanted.actor).sees_full_ids
    return [papers.trainers_list(sender, rows, shows_numbers=sees)] if rows else []


def _firms(wanted: Order, sender: Sender, session: Session, known: Known, gates: Gates) -> Sequence[Part]:
    rows = queries.for_firms(session, known, gates, on=sender.on, firm=wanted.whom)
    return papers.firm_letters(sender, rows, queries.policy_list(session, on=sender.on))


def _personal(wanted: Order, sender: Sender, session: Session, known: Known, gates: Gates) -> Sequence[Part]:
    plans = queries.study_plans(session, known, gates, people=wanted.persons, on=sender.on)
    return [papers.personal_list(sender, plan, wanted.adviser) for plan in plans]


_PARTS: dict[Outbound, Parts] = {
    Outbound.STUDY: _study, Outbound.JOBS: _jobs, Outbound.INTAKE: _intake, Outbound.ADVICE: _advice,
    Outbound.TRAINERS: _trainers, Outbound.FIRMS: _firms, Outbound.PERSONAL: _personal,
}  # fmt: skip


def _book(wanted: Order, path: Path, session: Session, known: Known, gates: Gates) -> int:
    """The same as a workbook; the number of rows."""
    on, sees = known.pool.on, reader_rights(session, wanted.actor).sees_full_ids
    match wanted.kind:
        case Outbound.STUDY:
            return sheets.write_offers(path, queries.offers(session, on=on, states=OPEN))
        case Outbound.JOBS:
            return sheets.write_vacancies(path, queries.vacancies(session, on=on, states=OPEN))
        case Outbound.INTAKE:
            rows = queries.intake(session, known, gates, on=on, college=wanted.whom)
            return sheets.write_intake(path, rows, shows_numbers=sees)
        case Outbound.ADVICE:
            return sheets.write_advice(path, queries.advice(session, on=on, round_id=_round(session)))
        case Outbound.TRAINERS:
            return sheets.write_trainers(path, queries.part_time_trainers(session, on=on), shows_numbers=sees)
        case Outbound.FIRMS:
            return sheets.write_firms(path, queries.for_firms(session, known, gates, on=on, firm=wanted.whom))
        case Outbound.PERSONAL:
            return 0
