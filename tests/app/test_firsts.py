"""First steps that tick themselves though no table tells of them, and what 工作台 says of a newer program."""

import shutil
from pathlib import Path

from PySide6.QtPrintSupport import QPrinterInfo

from kqdesk.app.firsts import beside
from kqdesk.app.renewing import renewal_of, update_lines
from kqdesk.backup.keeper import Keeper
from kqdesk.backup.policy import Reason
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.preview import NO_PRINTER, PRINTERS, PdfPreview
from kqdesk.printing.blocks import Text
from kqdesk.printing.document import pdf_bytes
from kqdesk.rooms.home.terms import First
from kqdesk.school import School
from kqdesk.school.updates import Updates
from tests.updating.conftest import fresh, place, school
from tests.updating.program import NEW, Place

__all__ = ["fresh", "place", "school"]


def test_a_sheet_printed_and_a_backup_tick_themselves(qtbot, qapp, school: School, tmp_path: Path) -> None:
    keeper = Keeper(school.layout, school.key, school.store.clock)
    desk = Desk(school.store, Seat(school.staff.id, "沈月琴", "校长", keeper=keeper))
    before = beside(desk)
    preview = PdfPreview(desk, "签到表", pdf_bytes("签到表", [Text("签到")]), "签到表.pdf", kind="签到表")
    qtbot.addWidget(preview)
    told: list[frozenset[str]] = []
    desk.changed.connect(told.append)

    preview.save_to(tmp_path / "签到表.pdf")
    school.back_up(Reason.MANUAL)

    assert before == {First.SHEET: False, First.BACKUP: False}, "no hub to join: the step is left out"
    assert beside(desk) == {First.SHEET: True, First.BACKUP: True}
    assert told == [frozenset({"paper"})]
    desk.close()


def test_without_a_printer_the_way_out_is_named(qtbot, qapp, school: School, monkeypatch) -> None:
    desk = Desk(school.store, Seat(school.staff.id, "沈月琴"))
    preview = PdfPreview(desk, "签到表", pdf_bytes("签到表", [Text("签到")]), "签到表.pdf")
    qtbot.addWidget(preview)
    monkeypatch.setattr(QPrinterInfo, "availablePrinters", list)

    preview.print_out()

    assert preview.note.text == NO_PRINTER
    assert desk.memory.recall(PRINTERS) is None
    desk.close()


def test_a_newer_program_is_a_line_and_never_more(qapp, school: School, place: Place) -> None:
    desk = Desk(school.store, Seat(school.staff.id, "沈月琴", renewal=Updates(school, place.known(), low=0)))
    before = list(update_lines(desk))
    school.layout.updates.mkdir()
    shutil.copy2(place.packed(), school.layout.updates / f"{NEW}.kqupdate")

    lines = list(update_lines(desk))

    assert before == []
    assert [(line.sentence, line.page, line.context) for line in lines] == [
        (f"有新版本 {NEW}，可以升级了", "safekeeping", {"tab": "program"})
    ]
    desk.close()


def test_a_practice_school_has_no_updates(school: School) -> None:
    assert renewal_of(school, is_demo=True) is None
    assert isinstance(renewal_of(school, is_demo=False), Updates)
